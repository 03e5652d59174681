"""The only writer of what past minutes and sessions leave: bars, profiles and what the features learnt."""

from datetime import date, timedelta

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from risk.chain_facts import implied_facts
from risk.models import Instrument, InstrumentProfile, Lineage, MinuteBar
from risk.quant.feature_past import FeaturePast
from risk.quant.live_market import OptionFacts
from risk.quant.market import ENGINE_VERSION
from risk.quant.model import ScoreModel, default_model
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from risk.storage import insert_rows, known, moment, upsert_rows

OLDEST_CHAIN = timedelta(days=4)  # a long weekend; an older chain says nothing of tomorrow
BAR_COLUMNS = (
    "lineage", "run", "instrument_id", "session", "minute", "start", "open", "high", "low", "close",
    "volume", "ticks", "log_odds", "spread_bp", "is_warm_up", "features",
)  # fmt: skip


@transaction.atomic
def store_bars(
    *,
    lineage: str,
    run: int | None,
    bars: NDArray[np.void],
    features: NDArray[np.float32] | None = None,
    is_warm_up: bool = False,
) -> None:
    """Store closed minute bars (dtype BAR) of one run, or of imported history where `run` is None.

    `features` [n, 4, F] are those of each bar at its close, where they are known.
    """
    blobs = [None] * len(bars) if features is None else [row.tobytes() for row in features]
    rows = [
        (
            lineage, run, int(bar["instrument"]), int(bar["session"]), int(bar["minute"]), moment(bar["start"]),
            *(f"{bar[name] / 100:.2f}" for name in ("open", "high", "low", "close")),
            known(bar["volume"]), int(bar["ticks"]), known(bar["log_odds"]), known(bar["spread_bp"]), is_warm_up,
            blob,
        )
        for bar, blob in zip(bars, blobs, strict=True)
    ]  # fmt: skip
    insert_rows(MinuteBar, BAR_COLUMNS, rows)


@transaction.atomic
def store_profile(*, lineage: str, session: int, profile: Profile, past: FeaturePast | None = None) -> None:
    """Store what is known of each instrument at the end of `session`, replacing an earlier account of it."""
    columns = ("lineage", "instrument_id", "session", "engine_version", "payload", "feature_past")
    rows = [
        (
            lineage,
            int(pk),
            session,
            ENGINE_VERSION,
            profile.dump_instrument(at),
            None if past is None else past.pack(at),
        )
        for at, pk in enumerate(profile.universe.instruments)
    ]
    upsert_rows(InstrumentProfile, columns, rows, key=("lineage", "session", "instrument_id"))


def load_profile(
    *, lineage: str, session: int, universe: Universe, model: ScoreModel | None = None
) -> tuple[Profile, FeaturePast]:
    """Return profile and feature past as of the end of `session`; without a row, the priors.

    `model` goes on from there: the shipped one, or the same with an operator's settings.
    """
    stored = InstrumentProfile.objects.filter(
        lineage=lineage, session=session, engine_version=ENGINE_VERSION, instrument_id__in=universe.instruments.tolist()
    )
    rows = list(stored.values_list("instrument_id", "payload", "feature_past"))
    pasts = {int(np.searchsorted(universe.instruments, pk)): bytes(past) for pk, _, past in rows if past is not None}
    profile = Profile.load(universe, model or default_model(), {pk: bytes(payload) for pk, payload, _ in rows})
    return profile, FeaturePast.empty(len(universe)).unpacked(pasts)


def option_facts(*, lineage: str, session: int, universe: Universe) -> OptionFacts:
    """Return what stored option chains said at the end of `session`, if they are of that session or the one before it.

    Unknown for a simulated market, whose sessions are no dates, and without such chains.
    """
    unknown = OptionFacts.unknown(len(universe))
    if lineage == Lineage.SIMULATED or not session:
        return unknown
    day = date(session // 10_000, session // 100 % 100, session % 100)
    symbols = dict(Instrument.objects.filter(pk__in=universe.instruments.tolist()).values_list("pk", "symbol"))
    found = implied_facts(symbols.values(), day)
    rows = {"atm_iv": "atm_volatility", "iv_rank": "rank", "term_slope": "term_slope", "skew_25": "skew_25",
            "atm_iv_before": "atm_volatility_before"}  # fmt: skip
    for column, pk in enumerate(universe.instruments.tolist()):
        facts = found.get(symbols.get(pk, ""))
        if facts is None or day - facts.trading_date > OLDEST_CHAIN:
            continue
        unknown.age_seconds[column] = (day - facts.trading_date).days * 86_400.0
        for name, field in rows.items():
            value = getattr(facts, field)
            getattr(unknown, name)[column] = np.nan if value is None else value
    return unknown


def newest_profile_session(*, lineage: str, before: int) -> int:
    """Return the newest session, earlier than `before`, that a profile of the lineage ends with; 0 if none.

    Profiles of another engine do not count: this one cannot read them.
    """
    own = InstrumentProfile.objects.filter(lineage=lineage, engine_version=ENGINE_VERSION)
    sessions = own.filter(session__lt=before).order_by("-session")
    return sessions.values_list("session", flat=True).first() or 0
