"""The bar of the running minute, of every symbol at every second, by the fold and by libraries that do the same work.

Every way starts from columns that it likes (ours from the ticks as the log carries them, the others from frames made
before) and ends with open, high, low, close (paise) and the number of ticks [seconds, symbols, 5].  The fold does more:
it refuses late ticks, keeps volumes and quotes, closes minutes and updates variances.  And it gets one second at a
time, as markets send them; the libraries called "batch" have all of them at once.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import process_time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US
from risk.quant.windows import CLOSE, COUNT, HIGH, LOW, OPEN, PAISE
from riskplatform.benchmarks.folding import OPEN_US, SECOND_US, market_seconds, new_fold

Row = tuple[str, str, str, str]
Batches = list[NDArray[np.void]]
Bars = NDArray[np.int64]
Work = Callable[[], Bars]
SYMBOLS: Final = 500
TICKS: Final = 20
SECONDS: Final = 60
ROUNDS: Final = 5


class BarsDisagree(Exception):
    """An alternative computes other bars, so its speed says nothing."""


@dataclass(frozen=True)
class Peer:
    """A library that may be installed; `prepare` raises ModuleNotFoundError when it is not."""

    name: str
    prepare: Callable[[Batches], Work]


def rows() -> Iterator[Row]:
    """Yield (what, ours, a library, ratio), by processor time: medians of runs in turns.  Raises BarsDisagree."""
    batches = market_seconds(SYMBOLS, ticks=TICKS, seconds=SECONDS)
    works: dict[str, Work] = {"": partial(folded, batches)}
    for peer in PEERS:
        try:
            works[peer.name] = peer.prepare(batches)
        except ModuleNotFoundError:
            yield "running minute bars", "–", f"{peer.name} is not installed", "–"
    _require_agreement(works)
    times = _busy_seconds(works)
    total, ours = sum(map(len, batches)), times.pop("")
    what = f"running minute bars at every second, {SYMBOLS} symbols × {TICKS} ticks a second, one core"
    for name, theirs in times.items():
        rates = (f"{total / seconds / 1e6:.2f} M ticks/s" for seconds in (ours, theirs))
        yield what, next(rates), f"{next(rates)} ({name})", f"{theirs / ours:.1f}×"


def folded(batches: Batches) -> Bars:
    """Return the bars of the production fold, which passes an instant at every second."""
    fold, bars = new_fold(SYMBOLS), []
    fold.advance(OPEN_US)
    for second, batch in enumerate(batches):
        fold.fold(batch)
        minute = fold._state.bars.minutes[(OPEN_US + second * SECOND_US) // MINUTE_US]
        bars.append(minute[[OPEN, HIGH, LOW, CLOSE, COUNT]].T)
        fold.advance(OPEN_US + (second + 1) * SECOND_US)
    return np.stack(bars)


def _columns(batches: Batches) -> dict[str, NDArray[np.int64]]:
    ticks = np.concatenate(batches)
    seconds = (ticks["exchange_time"] - OPEN_US) // SECOND_US
    paise = np.rint(PAISE * ticks["last_price"]).astype(np.int64)
    return {"second": seconds, "symbol": ticks["instrument"].astype(np.int64), "paise": paise}


def _pandas(batches: Batches) -> Work:
    import pandas

    frame = pandas.DataFrame(_columns(batches))

    def work() -> Bars:
        grouped = frame.groupby(["second", "symbol"], sort=True)["paise"]
        bars = grouped.agg(["first", "max", "min", "last", "count"]).reset_index()
        minutes = bars.groupby([bars["second"] // 60, "symbol"], sort=False)
        running = [
            minutes["first"].transform("first"),
            minutes["max"].cummax(),
            minutes["min"].cummin(),
            bars["last"],
            minutes["count"].cumsum(),
        ]
        return np.stack([each.to_numpy() for each in running], axis=1).reshape(SECONDS, SYMBOLS, 5)

    return work


def _pandas_by_second(batches: Batches) -> Work:
    import pandas

    frames = [pandas.DataFrame(_columns([batch])) for batch in batches]

    def work() -> Bars:
        running: list[Bars] = []
        for second, frame in enumerate(frames):
            grouped = frame.groupby("symbol", sort=True)["paise"]
            bars = grouped.agg(["first", "max", "min", "last", "count"]).to_numpy()
            running.append(_joined(running[-1], bars) if second % 60 else bars)
        return np.stack(running)

    return work


def _joined(before: Bars, bars: Bars) -> Bars:
    """Return the bar of a minute so far, brought forward by a second's."""
    high, low = np.maximum(before[:, 1], bars[:, 1]), np.minimum(before[:, 2], bars[:, 2])
    return np.stack([before[:, 0], high, low, bars[:, 3], before[:, 4] + bars[:, 4]], axis=1)


def _polars(batches: Batches) -> Work:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when it is loaded: one core, as the fold has
    import polars

    frame = polars.DataFrame(_columns(batches))

    def work() -> Bars:
        paise, minute = polars.col("paise"), [polars.col("second") // 60, polars.col("symbol")]
        bars: Any = (
            frame.lazy()
            .group_by("second", "symbol", maintain_order=False)
            .agg(paise.first().alias("o"), paise.max().alias("h"), paise.min().alias("l"), paise.last().alias("c"),
                 polars.len().cast(polars.Int64).alias("n"))
            .sort("second", "symbol")
            .with_columns(polars.col("o").first().over(minute), polars.col("h").cum_max().over(minute),
                          polars.col("l").cum_min().over(minute), polars.col("n").cum_sum().over(minute))
            .select("o", "h", "l", "c", "n")
            .collect()
        )  # fmt: skip
        return np.asarray(bars.to_numpy()).reshape(SECONDS, SYMBOLS, 5)

    return work


PEERS: Final = (
    Peer("pandas, second by second", _pandas_by_second),
    Peer("pandas, batch", _pandas),
    Peer("polars, batch", _polars),
)


def _require_agreement(works: dict[str, Work]) -> None:
    ours = works[""]()
    for name, work in works.items():
        if not np.array_equal(work(), ours):
            raise BarsDisagree(f"the bars of {name} must be those of the fold")


def _busy_seconds(works: dict[str, Work]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            began = process_time()
            work()
            times[name].append(process_time() - began)
    return {name: median(each) for name, each in times.items()}
