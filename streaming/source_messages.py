"""The message that tells browsers which market is to be fed, and what came of it."""

from typing import TypedDict

from streaming.source_models import SourceOutcome, SourceVersion


class SourceMessage(TypedDict):
    """The newest choice; `state` is null until the feed has taken it up, `problem` says why it could not."""

    version: int
    mode: str
    symbols: list[str]
    recording: str | None
    speed: str | None
    state: str | None
    problem: str | None


def source_message(version: SourceVersion, outcome: SourceOutcome | None) -> SourceMessage:
    """Return the message of a version and of what is known of it."""
    return SourceMessage(
        version=version.number,
        mode=version.mode,
        symbols=list(version.symbols),
        recording=version.recording or None,
        speed=version.speed or None,
        state=outcome.state if outcome else None,
        problem=outcome.problem or None if outcome else None,
    )
