"""The account of a run: what was read, accepted and refused, with samples of the refused ticks."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.base import SAMPLES_PER_REASON, Refusals, Sample
from streaming.reasons import CODE, Reason
from streaming.validation import ACCEPTED, count_reasons, remarks

_TOLD: Final = ("exchange_time", "receive_time", "last_price", "volume", "bid_price", "ask_price")


class Gap(NamedTuple):
    """A span of feed time that an outage swallowed (microseconds UTC): nothing of it is in the log."""

    after: int
    until: int


@dataclass(slots=True)
class Progress:
    """What a run has done so far."""

    read: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    warned: Counter[str] = field(default_factory=Counter)  # accepted, with a remark
    samples: defaultdict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    entries: int = 0
    log_time: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def count(self, ticks: NDArray[np.void], verdict: NDArray[np.int8], names: Mapping[int, str]) -> None:
        """Count a batch by its verdicts and keep samples of what was refused or remarked."""
        refused = count_reasons(verdict)
        self.read += len(ticks)
        self.accepted += len(ticks) - sum(refused.values())
        self.refused.update(refused)
        for reason in refused:
            self._keep(reason, ticks, np.flatnonzero(verdict == CODE[Reason(reason)]), names)
        accepted = np.flatnonzero(verdict == ACCEPTED)
        for remark, rows in remarks(ticks[accepted]).items():
            self.warned[remark] += int(rows.sum())
            self._keep(remark, ticks, accepted[rows], names)

    def count_refusals(self, refusals: Refusals) -> None:
        """Count what the feed itself refused."""
        self.read += refusals.counts.total()
        self.refused.update(refusals.counts)
        for sample in refusals.samples:
            if len(kept := self.samples[sample.reason]) < SAMPLES_PER_REASON:
                kept.append(sample)

    def all_samples(self) -> list[Sample]:
        """Return the samples of every reason, at most SAMPLES_PER_REASON of each."""
        return [sample for kept in self.samples.values() for sample in kept]

    def _keep(self, reason: str, ticks: NDArray[np.void], rows: NDArray[np.int64], names: Mapping[int, str]) -> None:
        kept = self.samples[reason]
        kept.extend(_sample(reason, ticks[row], names) for row in rows[: SAMPLES_PER_REASON - len(kept)])


def _sample(reason: str, tick: np.void, names: Mapping[int, str]) -> Sample:
    symbol = names.get(int(tick["instrument"]), "")
    return Sample(reason, symbol, {name: _plain(tick[name].item()) for name in _TOLD}, int(tick["receive_time"]))


def _plain(value: float) -> float | str | None:
    """Return a number that JSON can hold: infinities as words, NaN (not sent, or not a number) as None."""
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else str(value)
