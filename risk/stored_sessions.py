"""Whole sessions of stored minutes, to judge again.  Reads only."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk import history_services as history
from risk.models import Lineage, MinuteBar
from risk.quant.calendar import Source, TradingClock, clock_for
from risk.quant.feature_fold import FeatureFold
from risk.quant.market import MarketFold
from risk.quant.model import ScoreModel
from risk.quant.universe import Universe
from risk.quant.volatility import implied_variance
from risk.quant.windows import BAR
from risk.storage import microseconds

SOURCES: Final[dict[str, Source]] = {
    Lineage.SIMULATED.value: "simulated", Lineage.RECORDED.value: "replay", Lineage.LIVE.value: "live"
}  # fmt: skip
SEARCHED: Final = 20  # symbols in which sessions are looked for
MOST_MINUTES_A_SESSION: Final = 400
COLUMNS: Final = (
    "instrument_id", "session", "minute", "start", "open", "high", "low", "close", "volume", "ticks", "log_odds",
    "spread_bp",
)  # fmt: skip


@dataclass(frozen=True)
class StoredSession:
    """One session of one run, or of imported history where the run is None."""

    lineage: str
    run: int | None
    key: int

    @property
    def clock(self) -> TradingClock:
        return clock_for(SOURCES[self.lineage])


def clock_of(run: int) -> TradingClock:
    """Return the clock that a run's minutes were folded by; the exchange's where none are stored."""
    lineage = MinuteBar.objects.filter(run=run).values_list("lineage", flat=True).first()
    return clock_for(SOURCES[lineage] if lineage else "live")


def newest_sessions(instruments: NDArray[np.int64], *, count: int) -> list[StoredSession]:
    """Return the newest stored sessions of the instruments' newest lineage, oldest first; each of the run that has most
    of it."""
    for instrument in instruments[:SEARCHED].tolist():
        own = MinuteBar.objects.filter(instrument=instrument).order_by("-start")
        newest = own.values_list("lineage", flat=True).first()
        if newest is not None:
            rows = own.filter(lineage=newest).values_list("session", "run")[: count * MOST_MINUTES_A_SESSION]
            return _fullest(newest, list(rows))[-count:]
    return []


def bars_of(stored: StoredSession, universe: Universe) -> NDArray[np.void]:
    """Return a session's minutes of a universe as dtype BAR, by minute and instrument."""
    rows = MinuteBar.objects.filter(
        lineage=stored.lineage, run=stored.run, session=stored.key, instrument__in=universe.instruments.tolist()
    )
    ordered = rows.order_by("minute", "instrument_id").values_list(*COLUMNS)
    return np.array([_bar(row) for row in ordered], dtype=BAR)


def folds_before(stored: StoredSession, universe: Universe, model: ScoreModel) -> tuple[MarketFold, FeatureFold]:
    """Return the folds of a universe as they stood before the session, from what is known of the sessions before."""
    before = history.newest_profile_session(lineage=stored.lineage, before=stored.key)
    profile, past = history.load_profile(lineage=stored.lineage, session=before, universe=universe, model=model)
    market = MarketFold.start(universe=universe, clock=stored.clock, profile=profile, model=model)
    options = history.option_facts(lineage=stored.lineage, session=before, universe=universe)
    market.imply(implied_variance(options.atm_iv, open_share=profile.model.open_share))
    return market, FeatureFold(past=past, profile=profile, options=options)


def minutes_of(bars: NDArray[np.void]) -> list[NDArray[np.void]]:
    """Return the bars of each minute, which come in order."""
    return np.split(bars, np.flatnonzero(np.diff(bars["minute"])) + 1) if len(bars) else []


def _fullest(lineage: str, rows: list[tuple[int, int | None]]) -> list[StoredSession]:
    minutes, fullest = Counter(rows), dict[int, int | None]()
    for session, run in minutes:
        if session not in fullest or minutes[(session, run)] > minutes[(session, fullest[session])]:
            fullest[session] = run
    return [StoredSession(lineage, fullest[session], session) for session in sorted(fullest)]


def _bar(row: tuple[Any, ...]) -> tuple[Any, ...]:
    instrument, session, minute, start, *prices, volume, ticks, odds, spread = row
    volume, odds, spread = (float("nan") if value is None else value for value in (volume, odds, spread))
    paise = [round(100 * value) for value in prices]
    return (instrument, session, minute, microseconds(start), *paise, volume, ticks, odds, spread)
