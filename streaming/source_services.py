"""The only writer of which market is to be fed, and of what the feed made of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from risk.models import Instrument
from riskplatform.lib import errors
from riskplatform.lib.broadcast import publish_on_commit
from streaming.feeds.simulated_market import SYMBOLS
from streaming.recordings import usable_recording
from streaming.source_messages import source_message
from streaming.source_models import SourceOutcome, SourceVersion
from streaming.source_queries import newest_number

MOST_SYMBOLS: Final = 20
Mode = Literal["demo", "replay", "live"]


class NoLiveProvider(errors.Conflict):
    code = "no_live_provider"


class SourceMoved(errors.Conflict):
    code = "source_moved"


class SourceInvalid(errors.Invalid):
    """A choice that cannot be fed; `fields` names what is wrong."""

    code = "source_invalid"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field

    def more(self) -> dict[str, object]:
        return {"fields": {self.field: [self.sentence]}}


@dataclass(frozen=True)
class Wish:
    """What is asked for; `recording` and `speed` are of a replay only."""

    mode: Mode
    symbols: Sequence[str] = ()
    recording: str = ""
    speed: str = ""


@transaction.atomic
def choose(wish: Wish, *, reason: str, by: User, based_on: int | None = None) -> SourceVersion:
    """Store a new version, which the running feed takes up by itself; the same choice again begins it anew.

    Raises NoLiveProvider, SourceInvalid, RecordingMissing, RecordingUnusable, and SourceMoved when somebody chose
    after `based_on`.
    """
    if wish.mode == "live":
        raise NoLiveProvider(
            "No provider of live data is configured here: pipe its ticks into `manage.py run_feed --json-lines`."
        )
    current = newest_number()
    if based_on not in (None, current):
        raise SourceMoved(f"The source is at version {current} by now, not {based_on}: look at it again.")
    symbols = _checked_symbols(wish)
    if wish.mode == "replay":
        usable_recording(wish.recording)
    version = _insert(current + 1, wish, symbols, reason=reason, by=by)
    detail = {"version": version.number, "reason": reason, **_facts(version)}
    audit.record(action="source_chosen", actor=by, object_type="source", object_id=version.number, detail=detail)
    publish_on_commit("source", [source_message(version, None)])
    return version


@transaction.atomic
def report(
    version: SourceVersion,
    state: SourceOutcome.State,
    *,
    problem: str = "",
    first_us: int | None = None,
    last_us: int | None = None,
) -> None:
    """Note what the feed made of a version; what could not be fed is audited."""
    facts = {"state": state, "problem": problem[:500], "reported_at": timezone.now()}
    limits = {} if first_us is None else {"first_us": first_us, "last_us": last_us}
    outcome, _ = SourceOutcome.objects.update_or_create(version=version, defaults={**facts, **limits})
    if state == SourceOutcome.State.FAILED:
        detail = {"version": version.number, "problem": problem[:500], **_facts(version)}
        audit.record(
            action="source_failed", actor_name="feed", object_type="source", object_id=version.number, detail=detail
        )
    publish_on_commit("source", [source_message(version, outcome)])


def _checked_symbols(wish: Wish) -> list[str]:
    """Return the chosen symbols in the order of the instruments.  Raises SourceInvalid."""
    if len(set(wish.symbols)) > MOST_SYMBOLS:
        raise SourceInvalid("symbols", f"At most {MOST_SYMBOLS} symbols, were {len(set(wish.symbols))}.")
    active = Instrument.objects.filter(is_active=True).order_by("id").values_list("symbol", flat=True)
    _all_in(wish.symbols, set(active), "There is no active instrument {}.")
    if wish.mode == "demo":
        _all_in(wish.symbols, SYMBOLS, "The simulated market has no {}.")
    return [symbol for symbol in active if symbol in set(wish.symbols)]


def _all_in(symbols: Sequence[str], known: Collection[str], sentence: str) -> None:
    if unknown := [symbol for symbol in symbols if symbol not in known]:
        raise SourceInvalid("symbols", sentence.format(unknown[0]))


def _facts(version: SourceVersion) -> dict[str, object]:
    names = ("mode", "symbols", "recording", "speed")
    return {name: getattr(version, name) for name in names}


def _insert(number: int, wish: Wish, symbols: list[str], *, reason: str, by: User) -> SourceVersion:
    try:
        with transaction.atomic():
            return SourceVersion.objects.create(
                number=number,
                mode=wish.mode,
                symbols=symbols,
                recording=wish.recording,
                speed=wish.speed,
                reason=reason,
                author_id=by.pk,
                author_name=by.get_username(),
                created_at=timezone.now(),
            )
    except IntegrityError as problem:  # the number is the fence between two authors
        raise SourceMoved("Somebody else chose a source just now: look at it again.") from problem
