"""Which market is to be fed, and what the feed made of it.  Reads only."""

from typing import Final

from streaming.source_models import SourceOutcome, SourceVersion

NOTHING_CHOSEN: Final = 0  # the version before anybody chose: the simulated market, all of it


def newest_version() -> SourceVersion | None:
    """Return the choice in force with its outcome, None before the first: then the simulated market is fed."""
    return SourceVersion.objects.select_related("outcome").first()


def newest_number() -> int:
    """Return the number of the choice in force."""
    return SourceVersion.objects.values_list("number", flat=True).first() or NOTHING_CHOSEN


def outcome_of(version: SourceVersion | None) -> SourceOutcome | None:
    """Return what the feed made of a version, None until it has taken it up."""
    return getattr(version, "outcome", None)


def problem_of_choice() -> str | None:
    """Return why the choice in force is not fed, None where it is or may still be."""
    outcome = outcome_of(newest_version())
    return outcome.problem if outcome and outcome.state == SourceOutcome.State.FAILED else None
