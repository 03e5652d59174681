"""The socket addresses."""

from typing import Any, cast

from channels.routing import URLRouter
from django.urls import re_path

from streaming.consumers import RiskStream, unknown_address

sockets = URLRouter(
    [
        re_path(r"^ws/risk-stream/?$", RiskStream.as_asgi()),
        re_path(r"", cast(Any, unknown_address)),
    ]
)
