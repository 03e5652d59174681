"""The document from which the screens take their types is the one that the API gives."""

import io
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def test_the_committed_openapi_document_is_what_the_api_says() -> None:
    written = io.StringIO()
    call_command("spectacular", stdout=written)

    committed = (Path(settings.BASE_DIR) / "frontend" / "openapi.yaml").read_text()
    assert written.getvalue().strip() == committed.strip(), (
        "write `manage.py spectacular --file frontend/openapi.yaml` and run `npm run types` in frontend/"
    )
