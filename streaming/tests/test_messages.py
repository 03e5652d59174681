"""`docs/messages/*.json` show each message of the socket exactly as the code makes it.

`WRITE_MESSAGES=1 manage.py test streaming/tests/test_messages.py` writes them anew after an intended change.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from alerts.messages import AlertMessage
from risk.config_messages import config_message
from risk.configuration import RiskConfig, Version
from risk.messages import RiskUpdate
from streaming.frames import Interest, Place, event_frame, gap_frame, risk_frames, snapshot_frames
from streaming.socket_facts import HeartbeatFacts, SessionFacts
from streaming.source_messages import SourceMessage
from streaming.tests.sockets import record

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "messages"
STREAM = "5d1c0a7e"
PLACE = Place(STREAM, prev=40, seq=42)
BETWEEN = Place(STREAM, prev=42, seq=42)
WISH = {
    "type": "subscribe",
    "symbols": ["NIFTY", "M&M", "ATLANTIS"],
    "batch": True,
    "live": True,
    "last_seq": 40,
    "stream": STREAM,
}
SOME = Interest(frozenset(("NIFTY", "M&M", "ATLANTIS")), batch=True)
RECORDS = [record("NIFTY", number=1001, price=24312.35), record("M&M", number=1065, severity="LOW", risk_score=0.3517)]
NUMBERED = [(41, RECORDS[0]), (42, RECORDS[1])]
LIVE = [record("NIFTY", number=1001, price=24313.05, live=True)]
BATCH = Interest(batch=True, live=True)
HEARTBEAT = HeartbeatFacts(
    server_time="2026-11-20T05:00:00.412Z",
    feed_state="simulated",
    source="simulated",
    run=1,
    judged_at="2026-11-20T05:00:00.250Z",
    pipeline_lag_ms=38,
    log_time="2026-11-20T05:00:00.250Z",
    session=SessionFacts(phase="open", until="2026-11-20T08:45:00.000Z"),
)
ALERT = AlertMessage(
    id=17,
    event="rose",
    rule="score",
    symbol="M&M",
    summary="",
    severity="HIGH",
    peak_severity="HIGH",
    peak_score=0.8125,
    opening_score=0.5312,
    driver="recent_moves",
    crossings=2,
    phase="firing",
    status="open",
    source="simulated",
    record_id=1065,
    opened_at="2026-11-20T05:00:00.000Z",
    peak_at="2026-11-20T05:04:11.000Z",
    ended_at=None,
    end_reason="",
    acknowledged_by="",
    resolved_by="",
    classification="",
    assignee="",
    snoozed_until=None,
    silenced_by={"id": 12, "author": "asha", "reason": "results day", "ends_at": "2026-11-20T10:00:00.000Z"},
    inhibited_by=None,
    note="",
)
SOURCE = SourceMessage(
    version=3,
    mode="replay",
    symbols=["NIFTY", "M&M"],
    recording="ticks_2021-04-08.parquet",
    speed="10",
    state="failed",
    problem="there is no file ticks_2021-04-08.parquet",
)
CONFIG = config_message(Version(2, RiskConfig()))
MESSAGES: dict[str, bytes | str] = {
    "alert": event_frame("alert", ALERT, stream=STREAM, seq=43),
    "config": event_frame("config", CONFIG, stream=STREAM, seq=44),
    "gap": gap_frame(since=36, read="/api/v1/alerts/", stream=STREAM, seq=44),
    "heartbeat": event_frame("heartbeat", {**HEARTBEAT, "head_seq": 42}, stream=STREAM, seq=42),
    "risk_update": risk_frames(NUMBERED, Interest(), PLACE)[0],
    "risk_update-live": risk_frames([(42, LIVE[0])], Interest(live=True), BETWEEN, live=True)[0],
    "risk_batch": risk_frames(NUMBERED, BATCH, PLACE)[0],
    "risk_batch-live": risk_frames([(42, LIVE[0])], BATCH, BETWEEN, live=True)[0],
    "snapshot": snapshot_frames(RECORDS, SOME, PLACE, unknown={"ATLANTIS"})[0],
    "source": event_frame("source", SOURCE, stream=STREAM, seq=45),
    "subscribe": json.dumps(WISH),
}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_documented_message_is_the_one_that_is_sent(name: str) -> None:
    path, made = FOLDER / f"{name}.json", json.loads(MESSAGES[name])
    if os.environ.get("WRITE_MESSAGES") == "1":
        path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")

    assert json.loads(path.read_text()) == made


def test_every_documented_message_is_checked() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(MESSAGES)


@pytest.mark.parametrize("documented", [*RECORDS, *LIVE])
def test_the_documented_records_have_the_fields_of_the_product(documented: dict[str, Any]) -> None:
    assert set(documented) == set(RiskUpdate.__annotations__)
