"""The page of the React screens: one for every address below `/app/`, where the browser's router takes over."""

from typing import TypedDict

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.models import User
from risk import config_services as configuration
from risk.models import Instrument
from riskplatform.lib import bundle


class UserFacts(TypedDict):
    username: str
    role: str
    capabilities: list[str]


class ConfigInForce(TypedDict):
    """As the `config` message of the socket has it, with the horizon of the score."""

    version: int
    thresholds: list[float]
    stale_after_seconds: float
    horizon_minutes: float


class InstrumentFacts(TypedDict):
    symbol: str
    name: str


class BootFacts(TypedDict):
    """What the screens need before they ask for anything; `frontend/src/api/boot.ts` reads it."""

    app_name: str
    csrf_cookie: str
    user: UserFacts
    config: ConfigInForce
    instruments: list[InstrumentFacts]


# Radix locks scrolling and hides scroll bars with a <style> of its own, which carries the page's nonce.
@csp_update({"style-src": [SELF, NONCE]})
@never_cache
@ensure_csrf_cookie
@require_safe
def screens(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)  # the route asks for a sign-in
    context = {"app_name": settings.APP_NAME, "bundle": bundle.built(), "boot": boot_facts(request.user)}
    return render(request, "app.html", context)


def boot_facts(user: User) -> BootFacts:
    """Return what the page of this user says of them and of the platform."""
    version = configuration.in_force()
    return BootFacts(
        app_name=settings.APP_NAME,
        csrf_cookie=settings.CSRF_COOKIE_NAME,
        user=UserFacts(username=user.username, role=user.role, capabilities=user.capabilities()),
        config=ConfigInForce(
            version=version.number,
            thresholds=list(version.config.thresholds),
            stale_after_seconds=version.config.stale_after_seconds,
            horizon_minutes=version.config.horizon_minutes,
        ),
        instruments=[
            InstrumentFacts(symbol=symbol, name=name)
            for symbol, name in Instrument.objects.filter(is_active=True).values_list("symbol", "name")
        ],
    )
