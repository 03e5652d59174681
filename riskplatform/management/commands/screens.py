"""`manage.py screens`: pictures of every screen and page, in both themes and two widths, of a platform of its own."""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from riskplatform.browsing.addresses import Place, pages, screens
from riskplatform.browsing.alarms import first_alert, newest_alert, restore
from riskplatform.browsing.chromium import BrowserMissing, running_chromium
from riskplatform.browsing.pictures import LOOKS, PictureTooLarge, looking, take
from riskplatform.browsing.stack import Stack, StackFailed, running_stack
from riskplatform.browsing.visits import sign_in
from riskplatform.home import CHECKOUT
from riskplatform.supervision.platform import Address
from riskplatform.supervision.readiness import free_port

SYMBOL = "NIFTY"


class Command(BaseCommand):
    help = (
        "Takes pictures of every screen and every server-rendered page, light and dark, 1440 and 1024 pixels wide, of "
        "a platform of its own on the simulated market (needs Chromium and requirements-dev.txt)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=CHECKOUT / "docs" / "screens", help="where the pictures go")
        parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a screen's name; repeatable")
        parser.add_argument(
            "--running", action="store_true", help="look at the platform that runs on RISK_HOME and PORT instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        options["out"].mkdir(parents=True, exist_ok=True)
        try:
            with _platform(is_running=options["running"]) as stack:
                for path in _pictures(stack, options["out"], only=options["only"], may_change=not options["running"]):
                    self.stdout.write(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")
        except (BrowserMissing, StackFailed, PictureTooLarge) as problem:
            raise CommandError(str(problem)) from problem


@contextmanager
def _platform(*, is_running: bool) -> Iterator[Stack]:
    if is_running:
        users = json.loads((settings.RISK_HOME / "demo-users.json").read_text())
        passwords = {user["role"]: user["password"] for user in users}
        yield Stack(Address("127.0.0.1", settings.PORT), settings.RISK_HOME, passwords)
        return
    with tempfile.TemporaryDirectory(prefix="risk-screens-") as folder, running_stack(Path(folder), free_port()) as own:
        yield own


def _pictures(stack: Stack, folder: Path, *, only: Sequence[str], may_change: bool) -> Iterator[Path]:
    with running_chromium() as browser:
        for look in LOOKS:
            context = looking(browser, look, url=stack.url)
            sign_in(context.new_page(), stack, "admin")
            alert = first_alert(context, stack) if may_change else newest_alert(context, stack)
            if alert is None:
                raise StackFailed("this platform has no alert of a score yet")
            if may_change:
                restore(context, stack)
            places = _chosen([*screens(alert=alert, symbol=SYMBOL), *pages(alert=alert)], only)
            stranger = looking(browser, look, url=stack.url)
            for visitor, needs_sign_in in ((context, True), (stranger, False)):
                seen = [place for place in places if place.needs_sign_in == needs_sign_in]
                yield from take(visitor, seen, folder=folder, look=look)
                visitor.close()


def _chosen(places: Sequence[Place], only: Sequence[str]) -> list[Place]:
    names = [place.name for place in places]
    if unknown := [name for name in only if name not in names]:
        raise CommandError(f"there is no screen {unknown[0]!r}; there are {', '.join(names)}")
    return [place for place in places if not only or place.name in only]
