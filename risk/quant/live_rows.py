"""Rows of the feature table that the live price, the book and the option market decide."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.quant.daily_facts import DailyFacts
from risk.quant.excursions import excursion, in_deviations, log_ratio, nearest_limit, positive
from risk.quant.feature_past import SPREAD_ROW, FeaturePast
from risk.quant.features import BREAKERS, EXCURSION_DAYS, MOVE_WINDOWS, TableWriter
from risk.quant.jumps import SESSIONS_A_YEAR
from risk.quant.liquidity import BUCKET_MINUTES, book_is_crossed, expected_interval, spread_bp, standardised
from risk.quant.live_market import LiveMarket
from risk.quant.ranges import is_unadjusted
from risk.quant.session_tape import SessionTape
from risk.quant.volatility import variance_time
from risk.quant.windows import PAISE

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Instant:
    """A time in minutes from the open, the minutes that have closed by then, and the end of the horizon."""

    minute: float
    end: int
    horizon_end: float


def put_moves(writer: TableWriter, tape: SessionTape, live: LiveMarket, at: Instant) -> None:
    """Put the move over each window in deviations of its seasonal time, from the session's first price at the earliest.

    A window starts at the last whole minute that is at least its width ago.
    """
    elapsed = variance_time(tape.elapsed.T, start=0, end=at.minute)
    for width in MOVE_WINDOWS:
        start = max(int(np.floor(at.minute - width)), 0)
        before = tape.first_minute < start
        first = np.where(before, min(start, tape.minutes), np.maximum(tape.first_minute, 0))
        reference = np.where(before, tape.price_before(start), tape.first_open) / PAISE
        minutes = elapsed - tape.elapsed[first, np.arange(len(first))]
        z = in_deviations(log_ratio(live.price, reference), variance=live.medium_variance, minutes=minutes)
        n = tape.active[start : at.end].sum(axis=0)
        writer.put(f"move_z_{width}", z, n=n, coverage=np.minimum(n / width, 1.0), age=live.age_seconds)


def put_excursions(writer: TableWriter, daily: DailyFacts, tape: SessionTape, live: LiveMarket) -> None:
    """Put drawdown and run-up since the open and within 5 and 20 sessions, this one included.

    Past sessions on another price scale (an unadjusted night lies between) do not count.
    """
    same_scale, spans = ~_opened_unadjusted(daily, tape, live), daily.spans
    days = np.array(list(EXCURSION_DAYS.values()), dtype=np.float64)[:, None]
    found = excursion(
        live.price,
        highest=np.fmax(_rupees(tape.high), np.where(same_scale, spans.highest, np.nan)),
        lowest=np.fmin(_rupees(tape.low), np.where(same_scale, spans.lowest, np.nan)),
        variance=live.medium_variance,
        minutes=tape.minutes * days,
    )
    n = np.isfinite(positive(live.price)) + np.where(same_scale, spans.sessions, 0)
    coverage = n / days
    for name, values in found._asdict().items():
        kind, _, unit = name.partition("_")
        for row, span in enumerate(EXCURSION_DAYS):
            label = f"{kind}_{span}_{unit}" if unit else f"{kind}_{span}"
            writer.put(label, values[row], n=n[row], coverage=coverage[row], age=live.age_seconds)


def put_book(writer: TableWriter, past: FeaturePast, live: LiveMarket, at: Instant) -> None:
    """Put the spread above one tick, the spread against this time of day, and whether the book is crossed."""
    crossed = book_is_crossed(live.bid, live.ask)
    known = np.isfinite(crossed).astype(np.float64)
    raw = spread_bp(live.bid, live.ask)
    usual = past.statistics[:, _bucket(past, at), SPREAD_ROW]
    facts = {"n": known, "coverage": known, "age": np.where(known > 0, live.age_seconds, np.nan)}
    writer.put("spread_bp", spread_bp(live.bid, live.ask, floor=positive(live.tick_size)), **facts)
    writer.put("spread_z", standardised(np.log(positive(raw)), usual), **facts)
    writer.put("crossed_book", crossed, **facts)


def put_options(writer: TableWriter, tape: SessionTape, live: LiveMarket) -> None:
    """Put the option market's facts, and IV^2 less the medium variance of a year of 252 sessions.

    The medium variance v is per average minute of the session, M minutes long: v * M * 252.  Nights are in IV^2
    and not in v, so the premium of a calm market is positive.
    """
    facts = live.options
    variance = positive(live.medium_variance) * tape.minutes * SESSIONS_A_YEAR
    premium = facts.atm_iv**2 - variance
    for name in ("atm_iv", "iv_rank", "term_slope", "skew_25", "expiry_gamma"):
        _put_given(writer, name, getattr(facts, name), facts.age_seconds)
    _put_given(writer, "variance_premium", premium, facts.age_seconds)


def put_limits(writer: TableWriter, tape: SessionTape, live: LiveMarket, at: Instant, *, index: int | None) -> None:
    """Put the distance to the price band, and the index's to each market-wide breaker, in deviations of the horizon.

    The breakers halt every symbol, so all have the index's distance; without an index it is unknown.
    """
    minutes = variance_time(tape.elapsed.T, start=at.minute, end=at.horizon_end)
    up, down = log_ratio(live.upper_band, live.price), log_ratio(live.price, live.lower_band)
    for name, distance in (("band_up", up), ("band_down", down)):
        sigmas = in_deviations(distance, variance=live.medium_variance, minutes=minutes)
        _put_given(writer, name, sigmas, live.age_seconds)
    if index is None:
        return
    only = slice(index, index + 1)
    for name, share in BREAKERS.items():
        distance = nearest_limit(live.price[only], reference=live.previous_close[only], share=share)
        sigmas = in_deviations(distance, variance=live.medium_variance[only], minutes=minutes[only])
        _put_given(writer, name, sigmas, live.age_seconds[only])


def put_quality(
    writer: TableWriter, past: FeaturePast, daily: DailyFacts, tape: SessionTape, live: LiveMarket, at: Instant
) -> None:
    """Put the age of the newest tick in usual intervals, the minutes without a bar, and the unadjusted nights."""
    arrivals = past.arrivals[:, _bucket(past, at)]
    ratio = live.age_seconds / expected_interval(arrivals)
    writer.put("tick_age_ratio", ratio, n=arrivals[1], coverage=np.isfinite(ratio), age=live.age_seconds)
    minutes = min(at.end, tape.minutes)
    writer.put("gap_minutes", minutes - tape.sums[0], n=minutes, coverage=1.0, age=0.0)
    flagged = daily.unadjusted | _opened_unadjusted(daily, tape, live)
    known = np.isfinite(daily.last_close)
    sessions = (daily.days[:, 0] > 0).sum(axis=0)
    writer.put("unadjusted", np.where(known, flagged, np.nan), n=sessions, coverage=sessions / len(daily.days), age=0.0)


def _opened_unadjusted(daily: DailyFacts, tape: SessionTape, live: LiveMarket) -> NDArray[np.bool_]:
    """Return which symbols opened on another price scale; before the first bar the live price speaks for the open."""
    opened = np.where(tape.first_open > 0, tape.first_open, positive(live.price) * PAISE)
    return is_unadjusted(log_ratio(opened, daily.last_close))


def _put_given(writer: TableWriter, name: str, value: FloatArray, age: FloatArray) -> None:
    known = np.isfinite(value)
    writer.put(name, value, n=known, coverage=known, age=np.where(known, age, np.nan))


def _bucket(past: FeaturePast, at: Instant) -> int:
    """Return the quarter of an hour of the running minute."""
    return min(max(int(at.minute), 0) // BUCKET_MINUTES, len(past.statistics[0]) - 1)


def _rupees(paise: NDArray[np.int64]) -> FloatArray:
    return positive(paise / PAISE)
