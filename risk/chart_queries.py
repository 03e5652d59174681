"""Minutes of symbols for charts: scores side by side for sparklines, and prices with the score of each minute."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, TypedDict

from django.db.models import Max

from risk.messages import stamp
from risk.models import Instrument, LatestRisk, MinuteBar, MinuteRollup
from risk.stats import Period, bucket_start

MINUTE: Final = timedelta(minutes=1)


class SymbolTrend(TypedDict):
    """The score at the end of each minute of the range, in order; null where the symbol has no record."""

    symbol: str
    closes: list[float | None]


class PriceBar(TypedDict):
    """Prices of a bucket in rupees.

    `volume` is null where a minute's is not known, `score` is the last of the bucket, null where none was stored;
    `is_warm_up` says that the bucket has minutes from before the run's first tick.
    """

    start: str
    open: float
    high: float
    low: float
    close: float
    volume: float | None
    ticks: int
    score: float | None
    is_warm_up: bool


@dataclass(frozen=True)
class Minutes:
    """Whole minutes, `until` excluded."""

    since: datetime
    until: datetime

    @property
    def count(self) -> int:
        return (self.until - self.since) // MINUTE


def last_minutes(run: int, *, count: int) -> Minutes | None:
    """Return the last `count` minutes of a run that have passed; None before the first."""
    newest: datetime | None = MinuteRollup.objects.filter(run=run).aggregate(last=Max("start"))["last"]
    return None if newest is None else Minutes(newest - (count - 1) * MINUTE, newest + MINUTE)


def trends(run: int, minutes: Minutes, *, instruments: Collection[int] | None) -> list[SymbolTrend]:
    """Return the trend of each of these instruments, or of every active one, in their order."""
    known = Instrument.objects.all()
    wanted = known.filter(is_active=True) if instruments is None else known.filter(pk__in=instruments)
    closes: dict[int, list[float | None]] = {}
    symbols = dict(wanted.order_by("id").values_list("pk", "symbol"))
    rollups = MinuteRollup.objects.filter(run=run, start__gte=minutes.since, start__lt=minutes.until)
    for pk, start, close in rollups.filter(instrument__in=symbols).values_list("instrument_id", "start", "close"):
        row = closes.setdefault(pk, [None] * minutes.count)
        row[(start - minutes.since) // MINUTE] = close
    return [SymbolTrend(symbol=symbol, closes=closes.get(pk, [None] * minutes.count)) for pk, symbol in symbols.items()]


def newest_run_of(instrument: int) -> int | None:
    """Return the newest run that scored the instrument, None before the first."""
    return LatestRisk.objects.filter(instrument=instrument).values_list("run", flat=True).first()


def newest_bar(run: int, instrument: int) -> datetime | None:
    """Return the start of the instrument's last stored minute in a run; None without one."""
    stored = MinuteBar.objects.filter(run=run, instrument=instrument)
    newest: datetime | None = stored.aggregate(last=Max("start"))["last"]
    return newest


def price_bars(run: int, instrument: int, period: Period) -> list[PriceBar]:
    """Return the buckets of the period that have a stored minute, oldest first."""
    within = {"run": run, "instrument": instrument, "start__gte": period.since, "start__lt": period.until}
    minutes = MinuteBar.objects.filter(**within).order_by("start").defer("features")
    scores = dict(MinuteRollup.objects.filter(**within).values_list("start", "close"))
    return [
        _bar(start, list(together), scores)
        for start, together in groupby(minutes, key=lambda bar: bucket_start(bar.start, period.minutes))
    ]


def _bar(start: datetime, minutes: list[MinuteBar], scores: dict[datetime, float]) -> PriceBar:
    volumes = [bar.volume for bar in minutes]
    return PriceBar(
        start=stamp(start),
        open=float(minutes[0].open),
        high=float(max(bar.high for bar in minutes)),
        low=float(min(bar.low for bar in minutes)),
        close=float(minutes[-1].close),
        volume=None if None in volumes else sum(volume for volume in volumes if volume is not None),
        ticks=sum(bar.ticks for bar in minutes),
        score=_last(scores.get(bar.start) for bar in minutes),
        is_warm_up=any(bar.is_warm_up for bar in minutes),
    )


def _last(scores: Iterable[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return known[-1] if known else None
