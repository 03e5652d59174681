"""A feed of which only some instruments are taken."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np

from streaming.feeds.base import Emission, Feed


class SelectedFeed:
    """Emits what another feed does at the same times, with the ticks of the chosen instruments only."""

    def __init__(self, feed: Feed, instruments: Collection[int]) -> None:
        self._feed = feed
        self._chosen = np.array(sorted(instruments), dtype=np.int64)

    @property
    def names(self) -> Mapping[int, str]:
        """The symbol of every instrument id that is taken."""
        chosen = set(self._chosen.tolist())
        return {number: symbol for number, symbol in self._feed.names.items() if number in chosen}

    @property
    def first_us(self) -> int | None:
        """Log time of the other feed's first emission."""
        return self._feed.first_us

    @property
    def last_us(self) -> int | None:
        """Log time of the other feed's last emission."""
        return self._feed.last_us

    def emissions(self, after_us: int, until_us: int) -> Iterator[Emission]:
        """Yield the other feed's emissions without what was not chosen."""
        for emission in self._feed.emissions(after_us, until_us):
            yield replace(emission, ticks=emission.ticks[np.isin(emission.ticks["instrument"], self._chosen)])
