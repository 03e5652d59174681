"""The features from their formulae, one symbol at a time, in plain Python over all bars: slow and without state."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from risk.quant.live_market import LiveMarket
from risk.tests.feature_tapes import Market, rows_of

DECAY = 0.97
NAN = math.nan


@dataclass(frozen=True)
class Step:
    """One return of a session: its minute, the minute of the one before (None for the first), r and r / s."""

    minute: int
    before: int | None
    value: float
    residual: float


def steps(bars: Sequence[np.void], s2: Sequence[float]) -> list[Step]:
    found: list[Step] = []
    for position, bar in enumerate(bars):
        previous = bars[position - 1] if position else None
        base = int(bar["open"] if previous is None else previous["close"])
        start = int(bar["minute"]) if previous is None else int(previous["minute"]) + 1
        value = math.log1p((int(bar["close"]) - base) / base)
        span = math.fsum(s2[start : int(bar["minute"]) + 1])
        earlier = None if previous is None else int(previous["minute"])
        found.append(Step(int(bar["minute"]), earlier, value, value / math.sqrt(span)))
    return found


def realised(found: Sequence[Step]) -> tuple[float, float, float]:
    n = len(found)
    if n == 0:
        return NAN, NAN, NAN
    rv = math.fsum(step.value**2 for step in found)
    pairs = [abs(a.value * b.value) for a, b in pairwise(found)]
    bv = math.pi / 2 * n / (n - 1) * math.fsum(pairs) if n > 1 else NAN
    return rv, bv, max(0.0, rv - bv) / rv if rv > 0 and n > 1 else NAN


def jump_tests(past: Sequence[Sequence[Step]], today: Sequence[Step], minutes: int) -> list[float]:
    """Return (|L| - C_n) / S_n of today's returns."""
    window, c = int(math.sqrt(252 * minutes)), math.sqrt(2 / math.pi)
    root = math.sqrt(2 * math.log(minutes))
    centre = root / c - (math.log(math.pi) + math.log(math.log(minutes))) / (2 * c * root)
    values = [step.residual for session in (*past, today) for step in session]
    found = []
    for i in range(len(values) - len(today), len(values)):
        if i < window - 1:
            found.append(NAN)
            continue
        local = math.fsum(abs(values[j] * values[j - 1]) for j in range(i - window + 2, i)) / (window - 2)
        found.append((abs(values[i]) / math.sqrt(local) - centre) * c * root if local else NAN)
    return found


def liquidity(bars: Sequence[np.void], found: Sequence[Step], *, end: int, width: int) -> tuple[float, float]:
    """Return the logs of the mean impact and the mean volume of the minutes [end - width, end)."""
    inside = [(bar, step) for bar, step in zip(bars, found, strict=True) if end - width <= step.minute < end]
    volumes = [float(bar["volume"]) for bar, _ in inside if not math.isnan(bar["volume"])]
    impacts = [
        abs(step.value) / (float(bar["volume"]) * int(bar["close"]) / 100) for bar, step in inside if bar["volume"] > 0
    ]
    return _log_mean(impacts), _log_mean(volumes)


def standardised(value: float, seen: Sequence[tuple[int, float]]) -> float:
    """Return the z of a value among (sessions ago, value) pairs."""
    known = [(DECAY**age, x) for age, x in seen if not math.isnan(x)]
    weight = math.fsum(w for w, _ in known)
    if weight < 30:
        return NAN
    mean = math.fsum(w * x for w, x in known) / weight
    variance = math.fsum(w * (x - mean) ** 2 for w, x in known) / weight
    return (value - mean) / math.sqrt(variance) if variance > 0 else NAN


def five_minute_returns(bars: Sequence[np.void], minutes: int) -> dict[int, float]:
    blocks: dict[int, list[np.void]] = {}
    for bar in bars:
        if bar["minute"] < minutes:
            blocks.setdefault(int(bar["minute"]) // 5, []).append(bar)
    found = {}
    for block, members in blocks.items():
        base = members[0]["open"] if block == 0 else blocks[block - 1][-1]["close"] if block - 1 in blocks else None
        if base is not None:
            found[block] = math.log1p((int(members[-1]["close"]) - int(base)) / int(base))
    return found


class Twin:
    """Every feature of one symbol of a market, `end` minutes into its last session."""

    def __init__(self, market: Market, symbol: int, *, end: int) -> None:
        self.minutes = market.seasonal.shape[1]
        self.s2 = [float(s) ** 2 for s in market.seasonal[symbol]]
        self.end = end
        sessions = [rows_of(bars, symbol) for bars in market.sessions]
        self.past, self.bars = sessions[:-1], [bar for bar in sessions[-1] if bar["minute"] < end]
        self.past_steps = [steps(bars, self.s2) for bars in self.past]
        self.steps = steps(self.bars, self.s2)
        self.closed = [set(bars["minute"].tolist()) for bars in market.sessions[:-1]]
        self.index = [rows_of(bars, market.index or 0) for bars in market.sessions]

    def closed_features(self) -> Iterator[tuple[str, float]]:
        for name, width in (("15", 15), ("60", 60), ("session", self.end)):
            inside = [step for step in self.steps if step.minute >= self.end - width]
            yield from zip((f"rv_{name}", f"bv_{name}", f"jump_share_{name}"), realised(inside), strict=True)
        tests = jump_tests(self.past_steps, self.steps, self.minutes)
        known = [(s.minute, t) for s, t in zip(self.steps, tests, strict=True) if not math.isnan(t)]
        yield "jump_test", max((t for minute, t in known if minute == self.end - 1), default=NAN)
        yield "jump_test_60", max((t for minute, t in known if minute >= self.end - 60), default=NAN)
        yield "jumps_session", sum(t > -math.log(-math.log(0.99)) for _, t in known) if known else NAN
        for width in (1, 5, 15, 60):
            now = liquidity(self.bars, self.steps, end=self.end, width=width)
            seen = self.usual_liquidity(max(self.end - 1, 0) // 15, width)
            for kind, name in enumerate(("amihud", "volume")):
                yield f"{name}_z_{width}", standardised(now[kind], [(age, x[kind]) for age, x in seen])
        yield from zip(("beta", "correlation", "systematic_share"), self.co_movement(), strict=True)

    def usual_liquidity(self, bucket: int, width: int) -> list[tuple[int, tuple[float, float]]]:
        minutes = set(range(bucket * 15, bucket * 15 + 15))
        return [
            (age, liquidity(bars, own, end=minute + 1, width=width))
            for bars, own, closed, age in self.aged()
            for minute in minutes & closed
        ]

    def aged(self) -> Iterator[tuple[Sequence[np.void], Sequence[Step], set[int], int]]:
        """Yield the past sessions in which the symbol traded, each with how many such sessions came after it."""
        for number, (bars, own, closed) in enumerate(zip(self.past, self.past_steps, self.closed, strict=True)):
            if bars:
                yield bars, own, closed, sum(map(bool, self.past[number + 1 :]))

    def co_movement(self) -> tuple[float, float, float]:
        end = self.end - self.end % 5
        pairs = [(1.0, self.bars, self.index[-1], end)]
        numbers = [number for number, bars in enumerate(self.past) if bars]
        for ago, number in enumerate(reversed(numbers), start=1):
            pairs.append((DECAY**ago, self.past[number], self.index[number], self.minutes))
        rows = []
        for weight, own, index, minutes in pairs:
            mine, its = five_minute_returns(own, minutes), five_minute_returns(index, minutes)
            rows += [(weight, its[block], mine[block]) for block in mine.keys() & its.keys()]
        if math.fsum(w for w, _, _ in rows) < 30:
            return NAN, NAN, NAN
        xx, yy, xy = (math.fsum(w * a[i] * a[j] for w, *a in rows) for i, j in ((0, 0), (1, 1), (0, 1)))
        rho = xy / math.sqrt(xx * yy) if xx * yy > 0 else NAN
        return xy / xx if xx > 0 else NAN, rho, rho**2

    def live_features(self, live: LiveMarket, column: int, minute: float) -> Iterator[tuple[str, float]]:
        price, variance = float(live.price[column]), float(live.medium_variance[column])
        for width in (5, 15, 60):
            yield f"move_z_{width}", self.move(price, variance, minute, width)
        for name, days in (("session", 1), ("5d", 5), ("20d", 20)):
            sessions = [bars for bars in self.past[-(days - 1) :] if bars] if days > 1 else []
            bars = [bar for session in (*sessions, self.bars) for bar in session]
            top = max([price, *(int(bar["high"]) / 100 for bar in bars)])
            bottom = min([price, *(int(bar["low"]) / 100 for bar in bars)])
            sigma = math.sqrt(variance * self.minutes * days)
            yield f"drawdown_{name}", (top - price) / top
            yield f"runup_{name}", (price - bottom) / bottom
            yield f"drawdown_{name}_sigma", math.log1p((top - price) / price) / sigma
            yield f"runup_{name}_sigma", math.log1p((price - bottom) / bottom) / sigma
        ticks, minutes = self.arrivals(min(int(minute), self.minutes - 1) // 15)
        yield "tick_age_ratio", float(live.age_seconds[column]) / (60 * minutes / ticks) if ticks else NAN
        yield "gap_minutes", self.end - len(self.bars)

    def move(self, price: float, variance: float, minute: float, width: int) -> float:
        if not self.bars:
            return NAN
        start = max(math.floor(minute - width), 0)
        earlier = [bar for bar in self.bars if bar["minute"] < start]
        base = int(earlier[-1]["close"] if earlier else self.bars[0]["open"]) / 100
        first = start if earlier else int(self.bars[0]["minute"])
        whole = min(int(minute), self.minutes - 1)
        time = math.fsum(self.s2[first:whole]) + min(minute - whole, 1) * self.s2[whole]
        return math.log1p((price - base) / base) / math.sqrt(variance * time) if time > 0 else NAN

    def arrivals(self, bucket: int) -> tuple[float, float]:
        ticks = minutes = 0.0
        for bars, _, closed, age in self.aged():
            ticks += DECAY**age * sum(int(bar["ticks"]) for bar in bars if bar["minute"] // 15 == bucket)
            minutes += DECAY**age * sum(minute // 15 == bucket for minute in closed)
        return ticks, minutes


def _log_mean(values: Sequence[float]) -> float:
    total = math.fsum(values)
    return math.log(total / len(values)) if total > 0 else NAN
