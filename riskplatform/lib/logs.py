"""Structured logging: one line per event, for people on a terminal and for machines elsewhere."""

import logging
import sys

import structlog
from django.conf import settings


def configure() -> None:
    """Send structlog and the standard library's loggers through one formatter to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Plain tracebacks: rich ones show local variables, which may be secrets, and cost .8 s each (measured), so that
    # workers which all lose a store at once do nothing but draw them for many seconds.
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if settings.DEBUG
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    foreign: list[structlog.typing.Processor] = [*shared, structlog.processors.format_exc_info]
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=foreign, processor=renderer)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.LOG_LEVEL)
    for noisy in (
        "daphne.server",
        "daphne.ws_protocol",
        "django.channels.server",
        "celery.worker.strategy",
        "celery.app.trace",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
