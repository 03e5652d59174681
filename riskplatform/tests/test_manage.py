"""manage.py on an interpreter that is too old."""

import ast
import subprocess
import sys
from pathlib import Path

from riskplatform import bootstrap, installation
from riskplatform.home import CHECKOUT


def test_an_old_python_is_told_in_one_sentence() -> None:
    pretend = "import runpy, sys; sys.version_info = (3, 9, 18); runpy.run_path('manage.py', run_name='__main__')"

    result = subprocess.run([sys.executable, "-c", pretend], cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert result.stderr == "Python 3.11 or newer is needed, this is 3.9.\n"


def test_an_old_python_can_read_as_far_as_the_sentence() -> None:
    ast.parse((CHECKOUT / "manage.py").read_text(), feature_version=(3, 6))
    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 8))
    ast.parse(Path(installation.__file__).read_text(), feature_version=(3, 8))
