"""The table "what happens when X is down" (docs/operations.md), cell by cell, with the part really stopped.

One platform, started as a person starts it, on a Redis and a PostgreSQL of its own, for all rows: each row takes a part
away, looks, gives it back, and waits until all is well.
"""

import re
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from explain.services import DETERMINISTIC
from riskplatform.tests.degraded import Browser, Listener, alerts_of, eventually, newest_record
from streaming.faults import staging
from streaming.faults.environment import ENVIRONMENT
from streaming.faults.reader import Answer, Reader
from streaming.faults.servers import OwnPostgres
from streaming.faults.stage import Stage

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]
QUICK = {"STALE_AFTER_SECONDS": "5", "PIPELINE_STALLED_AFTER_SECONDS": "5"}
ALLOWED_SECONDS = 20.0  # from the last sign of life to the alert
READS = ("risk/live", "risk/history", "risk/stats", "alerts", "audit/logs", "config", "config/history", "auth/me")


def is_said_to_be_stalled(health: Answer) -> bool:
    return health.status == 503 and "PIPELINE_STALLED" in health.body["components"]["pipeline"]["detail"]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with (
        staging.own_servers(wanted=True) as environment,
        staging.stage({**environment, **ENVIRONMENT, **QUICK, "RISK_NO_BOOTSTRAP": "1"}, seed=1) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def admin(stage: Stage) -> Reader:
    reader = Reader(stage.platform.url, stage.platform.home)
    assert reader.sign_in().status == 200
    eventually(stage, lambda: len(alerts_of(reader, "score")) >= 2, what="two alerts")
    return reader


@pytest.fixture
def listener(admin: Reader) -> Iterator[Listener]:
    line = Listener(admin)
    yield line
    line.close()


@pytest.fixture(autouse=True)
def well(stage: Stage, admin: Reader) -> None:
    """Every row begins with a platform that is well."""
    eventually(stage, lambda: admin.get("/health").status == 200, what="a platform that is well again")


def test_without_redis_people_go_on_and_scoring_stops_visibly(stage: Stage, admin: Reader, listener: Listener) -> None:
    assert stage.redis is not None
    browser = Browser(admin, stage.platform.url)
    opened, closed = (alert["id"] for alert in alerts_of(admin, "score")[:2])
    stage.redis.kill()
    try:
        stopped = listener.until(lambda heartbeat: heartbeat["feed_state"] == "stalled")
        newest = newest_record(admin)

        assert admin.sign_in().status == 200
        assert {path: admin.get(path).status for path in READS} == dict.fromkeys(READS, 200)
        assert admin.post(f"alerts/{opened}/acknowledge", {"note": "seen"}).status == 200
        verdict = {"classification": "true_breach", "note": "seen while the log is away"}
        assert admin.post(f"alerts/{closed}/resolve", verdict).status == 200
        change = {"values": {"stale_after_seconds": 6}, "reason": "changed while the log is away"}
        assert admin.put("config", change).status == 200

        health = admin.get("/health")
        assert health.status == 503
        assert health.body["components"]["redis"]["status"] == "down"
        assert health.body["components"]["database"]["status"] == "ok"
        ticket = admin.post("auth/ws-ticket")
        assert (ticket.status, ticket.headers["Retry-After"]) == (503, "5")
        page = browser.page("/")
        assert page.status == 200
        assert re.search(r"Pipeline stopped since \d+ \w+ \d+, [\d:]+ IST: the tick log does not answer\.", page.body)

        kinds, still = listener.until_next()
        assert "risk_update" not in kinds
        assert (still["feed_state"], still["log_time"]) == ("stalled", stopped["log_time"])
        assert newest_record(admin) == newest, "nothing is invented"
    finally:
        stage.redis.start()
    eventually(stage, lambda: newest_record(admin) > newest, what="records after Redis came back")


@pytest.mark.skipif(bool(OwnPostgres.missing()), reason=OwnPostgres.missing() or "-")
def test_without_the_database_nothing_is_served_as_live(stage: Stage, admin: Reader, listener: Listener) -> None:
    assert stage.postgres is not None
    browser = Browser(admin, stage.platform.url)
    listener.until(lambda heartbeat: heartbeat["log_time"] is not None)
    newest = newest_record(admin)
    stage.postgres.stop_immediately()
    try:
        frozen = listener.until(lambda heartbeat: heartbeat["feed_state"] == "frozen")
        kinds, still = listener.until_next()
        assert frozen["log_time"] is not None
        assert (kinds, still["feed_state"], still["log_time"]) == ([], "frozen", frozen["log_time"])

        assert admin.get("/livez").status == 200
        answers = {path: admin.get(path) for path in READS}
        assert {path: answer.status for path, answer in answers.items()} == dict.fromkeys(READS, 503)
        assert {answer.headers["Retry-After"] for answer in answers.values()} == {"5"}
        for refused in (admin.sign_in(), browser.page("/")):
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        health = admin.get("/health")
        assert (health.status, health.body["components"]["database"]["status"]) == (503, "down")
        with pytest.raises(ConnectionClosed) as closed, admin.listen() as line:
            line.recv(timeout=30)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4503
    finally:
        stage.postgres.start(stage.database_url)
    eventually(stage, lambda: admin.get("risk/live").status == 200, what="reads after the database came back")
    eventually(stage, lambda: newest_record(admin) > newest, what="records after the database came back")


def test_without_the_provider_symbols_are_stale_and_nobody_takes_its_place(
    stage: Stage, admin: Reader, listener: Listener
) -> None:
    told = len(alerts_of(admin, "feed_stopped"))
    stage.platform.pause("feed")
    try:
        listener.until(lambda heartbeat: heartbeat["feed_state"] == "stale")
        newest, before = newest_record(admin), admin.get("risk/live").body["results"]
        eventually(stage, lambda: len(alerts_of(admin, "feed_stopped")) == told + 1, what="the alert feed_stopped")

        rows = admin.get("risk/live").body["results"]
        assert {row["state"] for row in rows} == {"STALE"}
        assert {path: admin.get(path).status for path in READS} == dict.fromkeys(READS, 200)
        health = admin.get("/health").body["components"]
        assert health["feed"] == {"status": "degraded", "detail": "the feed is stale"}
        assert newest_record(admin) == newest, "nobody else feeds"
        assert [row["source"] for row in rows] == [row["source"] for row in before]
    finally:
        stage.platform.resume("feed")
    eventually(stage, lambda: newest_record(admin) > newest, what="records after the feed came back")
    eventually(stage, lambda: alerts_of(admin, "feed_stopped")[0]["phase"] == "ended", what="the alert's end")


@pytest.mark.parametrize("names", [("worker", "second worker"), ("beat",)], ids=["workers", "beat"])
def test_without_worker_or_beat_reads_go_on_and_the_stall_is_told(
    stage: Stage, admin: Reader, names: tuple[str, ...]
) -> None:
    told, before = len(alerts_of(admin, "pipeline_stalled")), [stage.platform.find(name) for name in names]
    for name in names:
        stage.platform.pause(name)

    eventually(stage, lambda: is_said_to_be_stalled(admin.get("/health")), what="a health page that says so")
    eventually(stage, lambda: len(alerts_of(admin, "pipeline_stalled")) == told + 1, what="the alert")
    assert {path: admin.get(path).status for path in READS} == dict.fromkeys(READS, 200)
    seconds = re.search(r"has not reported for (\d+) s", alerts_of(admin, "pipeline_stalled")[0]["summary"])
    assert seconds is not None
    assert float(seconds[1]) <= ALLOWED_SECONDS

    eventually(stage, lambda: alerts_of(admin, "pipeline_stalled")[0]["phase"] == "ended", what="the alert's end")
    assert alerts_of(admin, "pipeline_stalled")[0]["end_reason"] == "recovered"
    assert set(before).isdisjoint({stage.platform.find(name) for name in names}), "the supervisor restarted them"


def test_explanations_need_no_language_model(stage: Stage, admin: Reader) -> None:
    """The language model's row: none writes anything, so there is nothing to miss; the answer says who wrote it."""
    explained = admin.post("explain/risk", {"risk_id": newest_record(admin)})

    assert explained.status == 200
    assert explained.body["written_by"] == DETERMINISTIC
