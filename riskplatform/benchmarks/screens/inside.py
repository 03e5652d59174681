"""The measurement itself, in a process whose stores are its own: a web server, a market and a Chromium."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import orjson
from django.core.management import call_command

from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.benchmarks.running import add_instruments, running_platform
from riskplatform.benchmarks.screens.watching import Watched, watch
from riskplatform.browsing.chromium import BrowserMissing, running_chromium

NAME = "looker"
PATIENCE_MS = 180_000
SIZE = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Load:
    """So many instruments in each of `rate` frames a second, looked at for so long."""

    instruments: int
    rate: int
    seconds: float
    port: int
    sabotage: str = ""


def measure(load: Load) -> Watched:
    """Migrate the private stores and measure; every process ends with the call.  Raises MeasurementFailed."""
    call_command("migrate", verbosity=0)
    add_instruments(load.instruments)
    password = _looker()
    address = f"http://127.0.0.1:{load.port}"
    with running_platform(load.port, names=("web",)), _market(load.rate), running_chromium() as browser:
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]}, base_url=address)
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/login?next=/livez")
        page.get_by_label("User name or e-mail").fill(NAME)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/livez")
        return watch(page, "/app/dashboard", seconds=load.seconds, sabotage=load.sabotage)


def main(arguments: str) -> None:
    """Measure what `arguments` (a Load as JSON) says and write the Watched as JSON to standard output."""
    try:
        watched = measure(Load(**orjson.loads(arguments)))
    except BrowserMissing as problem:
        raise MeasurementFailed(str(problem)) from problem
    sys.stdout.buffer.write(orjson.dumps(asdict(watched)))


def _looker() -> str:
    """Add who looks and return the password."""
    from accounts.capabilities import Role
    from accounts.models import User

    password = secrets.token_urlsafe(12)
    User.objects.create_user(username=NAME, password=password, role=Role.VIEWER)
    return password


@contextmanager
def _market(rate: int) -> Iterator[None]:
    market = subprocess.Popen([sys.executable, "-m", "riskplatform.benchmarks.screens.market", str(rate)])
    try:
        yield
        if market.poll() is not None:
            raise MeasurementFailed("the market ended by itself")
    finally:
        market.kill()
        market.wait()
