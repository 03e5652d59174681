"""Which market is fed and what may be chosen instead, as the API shows it.  Reads only."""

from typing import Final

from risk.messages import rfc3339, stamp
from streaming import source_queries as choices
from streaming.models import FeedRun, Heartbeat, SourceOutcome, SourceVersion
from streaming.recordings import directory_problem, found_recordings
from streaming.source_services import MOST_SYMBOLS
from streaming.status import PipelineStatus, pipeline_status

PENDING: Final = "pending"
NO_PROVIDER: Final = "No provider of live data is configured here."


def source_facts() -> dict[str, object]:
    """Return the choice in force, what came of it, what is running, and what may be chosen."""
    version, status = choices.newest_version(), pipeline_status()
    outcome, running = choices.outcome_of(version), _open_run()
    return {
        **_choice(version),
        "state": _state(version, outcome, running),
        "problem": outcome.problem or None if outcome else None,
        "feed_state": status.feed_state,
        "running": running and _running(running, version, outcome, status),
        "modes": _modes(),
        "recordings": [
            {
                "file": found.name,
                "size_bytes": found.size_bytes,
                "day": found.day and found.day.isoformat(),
                "problem": found.problem,
            }
            for found in found_recordings()
        ],
        "recordings_problem": directory_problem(),
        "most_symbols": MOST_SYMBOLS,
    }


def _choice(version: SourceVersion | None) -> dict[str, object]:
    if version is None:
        nobody = dict.fromkeys(("replay", "chosen_by", "chosen_at", "reason"))
        return {"version": choices.NOTHING_CHOSEN, "mode": "demo", "symbols": [], **nobody}
    is_replay = version.mode == SourceVersion.Mode.REPLAY
    return {
        "version": version.number,
        "mode": version.mode,
        "symbols": version.symbols,
        "replay": {"file": version.recording, "speed": _speed(version.speed)} if is_replay else None,
        "chosen_by": version.author_name,
        "chosen_at": stamp(version.created_at),
        "reason": version.reason,
    }


def _speed(text: str) -> float | str:
    return text if text == "max" else float(text)


def _state(version: SourceVersion | None, outcome: SourceOutcome | None, running: FeedRun | None) -> str:
    """Before anybody chose, the simulated market is what is to be fed: nobody reports on it."""
    if outcome is not None:
        return outcome.state
    is_demo = version is None and running is not None and running.source == FeedRun.Source.SIMULATED
    return SourceOutcome.State.RUNNING if is_demo else PENDING


def _open_run() -> FeedRun | None:
    newest = FeedRun.objects.first()
    return newest if newest is not None and newest.ended_at is None else None


def _running(
    run: FeedRun, version: SourceVersion | None, outcome: SourceOutcome | None, status: PipelineStatus
) -> dict[str, object]:
    number = version.number if version else choices.NOTHING_CHOSEN
    beat = Heartbeat.objects.filter(name="feed").values_list("detail", flat=True).first() or {}
    follows = beat.get("run") == run.pk and beat.get("choice") == number
    first, last = (outcome.first_us, outcome.last_us) if outcome and follows else (None, None)
    log_time = status.log_time if status.run == run.pk else None
    return {
        "run": run.pk,
        "source": run.source,
        "description": run.description,
        "since": stamp(run.started_at),
        "follows_choice": follows,
        "log_time": log_time and rfc3339(log_time),
        "first": first and rfc3339(first),
        "last": last and rfc3339(last),
        "progress": _progress(log_time, first, last),
    }


def _progress(log_time: int | None, first: int | None, last: int | None) -> float | None:
    if log_time is None or first is None or last is None or last <= first:
        return None
    return round(min(1.0, max(0.0, (log_time - first) / (last - first))), 4)


def _modes() -> list[dict[str, object]]:
    usable = {"available": True, "reason": None}
    return [
        {"mode": "demo", **usable},
        {"mode": "replay", **usable},
        {"mode": "live", "available": False, "reason": NO_PROVIDER},
    ]
