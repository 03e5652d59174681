"""Which partition takes which instruments in one run: fixed when the run is opened, so that every refold agrees."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streaming.tick_entries import Entry, Kind


class Part(NamedTuple):
    """What one partition takes of a batch; `elsewhere` says that others take ticks of their own of it."""

    ticks: NDArray[np.void]
    elsewhere: bool


@dataclass(frozen=True)
class Assignment:
    """The instruments of each partition, copies included, and the instrument that each copy stands for."""

    members: Mapping[int, tuple[int, ...]]
    copies: Mapping[int, int]

    @classmethod
    def of(cls, members: Mapping[int, list[int]], copies: Mapping[int, int]) -> "Assignment":
        """Raises ValueError for no partition, and where an instrument is in two."""
        taken = [pk for those in members.values() for pk in those]
        if not members or len(taken) != len(set(taken)):
            raise ValueError(f"each instrument must be in one partition, and there must be one, was {members}")
        return cls({partition: tuple(members[partition]) for partition in sorted(members)}, dict(copies))

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Assignment":
        """Return what `stored` made of an assignment."""
        members = {int(partition): list(those) for partition, those in stored["members"].items()}
        return cls.of(members, {int(copy): original for copy, original in stored["copies"].items()})

    def stored(self) -> dict[str, Any]:
        """Return the assignment as JSON holds it."""
        members = {str(partition): list(those) for partition, those in self.members.items()}
        return {"members": members, "copies": {str(copy): original for copy, original in self.copies.items()}}

    @property
    def partitions(self) -> tuple[int, ...]:
        return tuple(self.members)

    @property
    def leading(self) -> int:
        """The partition that speaks for the whole feed."""
        return min(self.members)

    def split(self, ticks: NDArray[np.void]) -> dict[int, Part]:
        """Return what each partition takes of `ticks` (dtype TICK, original ids), order kept, copies renamed.

        Ticks of instruments that are in no partition go nowhere.
        """
        if len(self.members) == 1 and not self.copies:
            return {partition: Part(ticks, False) for partition in self.members}
        within = np.where(ticks["instrument"] < len(self._home), ticks["instrument"], 0).astype(np.int64)
        home = np.where(ticks["instrument"] < len(self._home), self._home[within], -1)
        return {partition: self._part(ticks, within, home, partition) for partition in self.members}

    def entries(
        self, ticks: NDArray[np.void], *, run_id: int, number: int, kind: Kind, log_time: int, wall_time: int
    ) -> dict[int, Entry]:
        """Return each partition's entry of this number: its part of `ticks`, or that time passed where it has none."""
        return {
            partition: Entry(
                run_id,
                number,
                Kind.CLOCK if kind is Kind.TICKS and not len(part.ticks) else kind,
                log_time,
                wall_time,
                part.ticks,
                part.elsewhere,
            )
            for partition, part in self.split(ticks).items()
        }

    def _part(self, ticks: NDArray[np.void], within: NDArray[np.int64], home: NDArray[np.int64], place: int) -> Part:
        mine, elsewhere = home == place, bool(((home != place) & (home >= 0)).any())
        renamed = self._renamed.get(place)
        if renamed is None:
            return Part(ticks[mine], elsewhere)
        copied = renamed[within] * (home >= 0)
        part = ticks[mine | (copied > 0)].copy()
        part["instrument"] = np.where(mine, ticks["instrument"], copied)[mine | (copied > 0)]
        return Part(part, elsewhere)

    @cached_property
    def _home(self) -> NDArray[np.int64]:
        """The partition of each original, by its id; -1 where there is none."""
        home = np.full(max((pk for those in self.members.values() for pk in those), default=0) + 1, -1)
        for partition, those in self.members.items():
            home[[pk for pk in those if pk not in self.copies]] = partition
        return home

    @cached_property
    def _renamed(self) -> dict[int, NDArray[np.int64]]:
        """For each partition with copies, the copy's id by that of its original, else 0."""
        renamed: dict[int, NDArray[np.int64]] = {}
        for partition, those in self.members.items():
            for copy in (pk for pk in those if pk in self.copies):
                renamed.setdefault(partition, np.zeros(len(self._home), dtype=np.int64))[self.copies[copy]] = copy
        return renamed
