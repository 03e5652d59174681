"""What the tests of a platform that lacks a part ask of it, as people and their browsers do."""

import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from streaming.faults.processes import wait_until
from streaming.faults.reader import Answer, Reader
from streaming.faults.stage import Stage

PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.3


class Browser:
    """Signs in by the form, as a person does, and reads pages."""

    def __init__(self, reader: Reader, url: str) -> None:
        self._url = url
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open
        form = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', self.page("/login").body)
        assert form
        self.page("/login", csrfmiddlewaretoken=form[1], **reader.credentials)

    def page(self, path: str, **form: str) -> Answer:
        body = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self._url + path, data=body, headers={"Accept": "text/html"})
        try:
            with self._open(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, refusal.headers, refusal.read().decode())


class Listener:
    """A socket that was opened while all was well."""

    def __init__(self, reader: Reader) -> None:
        self._line = reader.listen()

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the data of the first heartbeat for which this holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            message = json.loads(self._line.recv(timeout=PATIENCE_SECONDS))
            if message["type"] == "heartbeat" and holds(message["data"]):
                data: dict[str, Any] = message["data"]
                return data
        raise AssertionError(f"no such heartbeat came in {PATIENCE_SECONDS:.0f} s")

    def until_next(self) -> tuple[list[str], dict[str, Any]]:
        """Return the next heartbeat's data, and the types of what comes before it."""
        kinds: list[str] = []
        while (message := json.loads(self._line.recv(timeout=PATIENCE_SECONDS)))["type"] != "heartbeat":
            kinds.append(message["type"])
        return kinds, message["data"]

    def close(self) -> None:
        self._line.close()


def eventually(stage: Stage, holds: Callable[[], bool], *, what: str) -> None:
    """Wait for the platform to come to this; the failure shows its logs."""
    logs = stage.platform.home / "logs"
    wait_until(holds, seconds=PATIENCE_SECONDS, every=LOOK_SECONDS, what=what, logs=logs)


def newest_record(reader: Reader) -> int:
    """Return the id of the newest stored record."""
    return int(reader.get("risk/history?page_size=1").body["results"][0]["id"])


def alerts_of(reader: Reader, rule: str) -> list[dict[str, Any]]:
    """Return the alerts of a rule, newest first."""
    found: list[dict[str, Any]] = reader.get("alerts?page_size=500").body["results"]
    return [alert for alert in found if alert["rule"] == rule]
