"""What log lines show of an error."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from pytest_django import Settings

from riskplatform.lib import logs

SECRET = "-".join(("open", "sesame"))  # so that no line of source shows it whole


@pytest.fixture(params=[True, False], ids=["terminal", "json"])
def configured(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    settings.DEBUG = request.param
    yield
    root.handlers = before
    root.setLevel(level)
    settings.DEBUG = False
    logs.configure()
    root.handlers = before


def fail(password: str) -> None:
    raise ValueError("expected a number")


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("logger", [logging.getLogger("celery.app.test"), structlog.get_logger("streaming.test")])
def test_an_error_is_told_with_its_place_and_without_local_variables(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    try:
        fail(SECRET)
    except ValueError:
        logger.exception("it failed")

    shown = capsys.readouterr().err
    assert "ValueError: expected a number" in shown
    assert "in fail" in shown
    assert SECRET not in shown
