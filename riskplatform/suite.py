"""The suite's own environment, set before Django reads its settings: a pytest plugin, loaded with `-p`."""

import os
import tempfile
import uuid

os.environ.setdefault("SECRET_KEY", "a-key-for-the-tests-that-guards-nothing-at-all")
os.environ.setdefault("REDIS_KEY_PREFIX", f"test-{uuid.uuid4().hex[:8]}:")
# The operator's own settings and state must not leak into the tests, nor the tests into them.
os.environ["DEBUG"] = "off"
os.environ["PORT"] = "8000"
_home = tempfile.TemporaryDirectory(prefix="risk-tests-", ignore_cleanup_errors=True)  # goes when the suite ends
os.environ["RISK_HOME"] = _home.name
