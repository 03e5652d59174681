"""The pure scripts of the live page, run by a real Chromium."""

import html
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

SCRIPTS = Path(__file__).parent / "scripts"
SECONDS = 60
HAD = {"type": "subscribe", "batch": True, "live": True}
SINCE = " since 20 Nov 2026, 11:59:00 IST"


class Pages(SimpleHTTPRequestHandler):
    """Serves the product's static files and the test's own."""

    def translate_path(self, path: str) -> str:
        _, top, rest = path.partition("?")[0].split("/", 2)
        return str({"static": settings.BASE_DIR / "static", "tests": SCRIPTS}[top] / rest)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("there is no Chromium")
    return found


@pytest.fixture(scope="module")
def answers(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    profile = tmp_path_factory.mktemp("chromium")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
        "--virtual-time-budget=10000", "--dump-dom", f"http://127.0.0.1:{server.server_port}/tests/live.html",
    ]  # fmt: skip
    try:
        page = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True).stdout
    finally:
        server.shutdown()
    found = re.search(r'<pre id="answers">(.*)</pre>', page, re.S)
    assert found, page
    yield json.loads(html.unescape(found[1]))


@pytest.mark.parametrize(
    ("story", "verdicts"),
    [
        ("first", [HAD, "pass", "apply", "apply", "apply", "apply", "apply"]),
        ("hole", [HAD, "apply", "ask", {**HAD, "last_seq": 4, "stream": "a"}, "apply"]),
        ("holeBeforeAnAlert", [HAD, "apply", "ask", {**HAD, "last_seq": 4, "stream": "a"}, "apply", "apply", "apply"]),
        # What comes before the answer to a subscription counts for nothing, unless it is the very next event.
        ("back", [HAD, "apply", {**HAD, "last_seq": 4, "stream": "a"}, "pass", "pass", "apply", "pass", "apply"]),
        ("backToNothingNew", [HAD, "apply", {**HAD, "last_seq": 4, "stream": "a"}, "apply", "apply"]),
        ("elsewhere", [HAD, "apply", {**HAD, "last_seq": 4, "stream": "a"}, "pass", "apply", "apply"]),
        ("gap", [HAD, "apply", "apply", "apply", "apply"]),
        ("gapWhenBack", [HAD, "apply", {**HAD, "last_seq": 4, "stream": "a"}, "apply", "pass", "apply", "apply"]),
    ],
)
def test_a_client_that_loses_nothing(answers: dict[str, Any], story: str, verdicts: list[Any]) -> None:
    assert answers[story] == verdicts


@pytest.mark.parametrize(
    ("feed_state", "words", "pill", "banner"),
    [
        ("live", "Connected", "open", ""),
        ("simulated", "Connected", "open", ""),
        ("replay", "Connected", "open", ""),
        ("stale", "Feed silent", "wait", f"The feed has said nothing{SINCE}."),
        ("stalled", "Pipeline stopped", "lost", f"Pipeline stopped{SINCE}: nothing is scored."),
        ("frozen", "Database away", "lost", f"The database does not answer: what is shown is frozen{SINCE}."),
        ("closed", "Feed ended", "wait", f"The feed has ended: nothing new{SINCE}."),
        ("unknown", "No feed yet", "wait", ""),
    ],
)
def test_each_state_of_the_feed_is_said(
    answers: dict[str, Any], feed_state: str, words: str, pill: str, banner: str
) -> None:
    view = answers["views"][feed_state]

    assert view == {"words": words, "state": pill, "banner": banner, "isSilent": False}


def test_who_hears_nothing_is_disconnected_since_the_last_word(answers: dict[str, Any]) -> None:
    assert (answers["connecting"]["words"], answers["silent"]["words"]) == ("Connecting…", "Disconnected")
    assert answers["silent"]["banner"] == (
        "Disconnected since 20 Nov 2026, 12:00:00 IST. Data as of 20 Nov 2026, 11:59:00 IST."
    )


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("judged", "OK"),  # ten minutes old, and judged until now
        ("notJudged", "STALE"),
        ("closedMarket", "CLOSED"),
        ("earlierRun", "STALE"),
        ("justStored", "OK"),
        ("replayEnded", "OK"),
        ("simulationEnded", "STALE"),
    ],
)
def test_stale_means_what_it_means_in_the_api(answers: dict[str, Any], value: str, state: str) -> None:
    assert answers[value] == state
