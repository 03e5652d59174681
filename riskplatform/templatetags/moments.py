"""Instants and counts as a desk in India reads them."""

from datetime import datetime

from django import template

from risk.quant.calendar import IST
from streaming.figures import indian

register = template.Library()


@register.filter
def ist(instant: datetime | None) -> str:
    """Return `25 Nov 2026, 10:30:02 IST`; `unknown` where there is no instant."""
    return "unknown" if instant is None else f"{instant.astimezone(IST):%d %b %Y, %H:%M:%S} IST"


@register.filter
def grouped(count: int) -> str:
    """Return `1,20,000`."""
    return indian(count, decimals=0)
