"""What `manage.py up` does: checks that the platform can start here, runs it, and tells where it is.

Django is not loaded in this process (its settings module is, which checks every value): the first score waits for it.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from riskplatform import embedded, home, settings
from riskplatform.supervision import platform, readiness
from riskplatform.supervision.log import PlatformLog
from riskplatform.supervision.supervisor import Step, Supervisor

POLL_SECONDS = 0.25
STORE_SECONDS = 10.0


def main(arguments: Sequence[str]) -> None:
    """Run the platform until it is stopped; raise HomeError, in one sentence, when it cannot start or cannot go on."""
    options = parser().parse_args(arguments)
    address = platform.Address(options.host, options.port)
    place = settings.RISK_HOME
    home.prepare_home(place)
    lock = home.HomeLock(place)
    lock.acquire()
    try:
        readiness.require_free_port(address.host, address.port)
        log = PlatformLog(place / "logs", terminal=sys.stdout)
        supervisor = assemble(place, address, with_feed=not options.no_feed, log=log, lock=lock)
        asyncio.run(supervisor.run())
        log.say("stopped")
        log.close()
    finally:
        lock.release()
    if isinstance(supervisor.failure, Exception):
        raise supervisor.failure
    if supervisor.failure:
        raise home.HomeError(supervisor.failure)


def parser() -> argparse.ArgumentParser:
    """Return the command's options."""
    reader = argparse.ArgumentParser(prog="manage.py up", description="Starts the whole platform on this machine.")
    reader.add_argument("--host", default="127.0.0.1", help="address to listen on (other hosts: set ALLOWED_HOSTS)")
    reader.add_argument("--port", type=int, default=settings.PORT, help="port to listen on (default: PORT, or 8000)")
    reader.add_argument("--no-feed", action="store_true", help="start without a market-data feed")
    return reader


def assemble(
    place: Path, address: platform.Address, *, with_feed: bool, log: PlatformLog, lock: home.HomeLock
) -> Supervisor:
    """Return the supervisor of this platform."""
    mark = PreparedMark(place)
    processes = platform.platform_processes(address, home=place, with_feed=with_feed, is_prepared=mark.is_valid())
    steps = [
        Step("mark", mark.write, after=(platform.SETUP,)),
        Step("announce", lambda: announce(address, place, log), after=(platform.WEB,)),
    ]
    if with_feed:
        steps.append(Step("live", lambda: wait_for_first_score(address, log), after=("announce",)))
    if embedded.redis_url(place) == settings.REDIS_URL:
        embedded.prepare_store(place)
        processes.insert(0, platform.store_process(place))
    else:
        steps.append(Step(platform.STORE, require_store))
    platform.clear_remains(place)
    return Supervisor(
        processes=processes,
        steps=steps,
        log=log,
        environ=platform.child_environment(os.environ, address=address),
        inherit=(lock.fileno(),),
        restart_requests=place / "run",
    )


class PreparedMark:
    """Remembers that this SQLite file was prepared by these migrations, so that nothing need wait for the look again.

    A database server is always looked at first: others may have changed it.
    """

    def __init__(self, place: Path) -> None:
        self._path = place / "run" / "prepared.json"
        self._users = place / "demo-users.json"

    def is_valid(self) -> bool:
        """Say whether the processes may start before the database has been looked at."""
        fingerprint = self._fingerprint()
        return fingerprint is not None and self._path.is_file() and self._path.read_text() == fingerprint

    def write(self) -> None:
        """Remember the database as it is now."""
        if fingerprint := self._fingerprint():
            self._path.write_text(fingerprint)

    def _fingerprint(self) -> str | None:
        database = Path(str(settings.DATABASES["default"]["NAME"]))
        if (
            "sqlite3" not in settings.DATABASES["default"]["ENGINE"]
            or not database.is_file()
            or not self._users.is_file()
        ):
            return None
        digest = hashlib.sha256()
        for migration in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
            digest.update(migration.name.encode() + migration.read_bytes())
        return json.dumps([str(database), database.stat().st_ino, digest.hexdigest()])


def announce(address: platform.Address, place: Path, log: PlatformLog) -> None:
    """Tell where the platform is, who can sign in, and how to stop it."""
    users = json.loads((place / "demo-users.json").read_text())
    people = "".join(f"\n  {user['role']:<8} {user['username']:<10} {user['password']}" for user in users)
    how_to_stop = f"Stop with Ctrl-C. State and logs: {place}"
    log.announce(f"\nOpen {address.url} and sign in as one of\n{people}\n\n{how_to_stop}\n")


def wait_for_first_score(address: platform.Address, log: PlatformLog) -> None:
    """Return when /health is well, which it is from the first committed score on; tell how long that took."""
    began = float(os.environ.get("RISK_STARTED", time.time()))
    while not address.answers("/health"):
        time.sleep(POLL_SECONDS)
    log.say(f"live: the first score came {time.time() - began:.1f} s after the start")


def require_store() -> None:
    """Wait a few seconds for the server that REDIS_URL or REDIS_HOST name; raise HomeError when it does not answer."""
    import redis

    deadline = time.monotonic() + STORE_SECONDS
    while True:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
            return
        except (redis.RedisError, OSError) as problem:
            if time.monotonic() > deadline:
                sentence = f"The Redis server of REDIS_URL does not answer ({problem}): start it or unset REDIS_URL."
                raise home.HomeError(sentence) from problem
            time.sleep(POLL_SECONDS)
