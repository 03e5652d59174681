"""Which reads the clients ask for, and how often: a deck of cards per client, shuffled once, dealt round and round."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Read:
    """One route of the mix; `share` is in twentieths.  `may_be_absent`: a checkout may not have the route yet."""

    name: str
    share: int
    query: str = ""
    may_be_absent: bool = False


MIX: Final = (
    Read("risk/live", 8),
    Read("risk/{id}", 4),
    Read("risk/history", 4, "?symbol=NIFTY", may_be_absent=True),
    Read("risk/stats", 1, may_be_absent=True),
    Read("alerts", 2),
    Read("auth/me", 1),
)


def path_of(read: Read, record: int) -> str:
    """Return the path below the API's root; `record` is the id of a stored record."""
    return read.name.format(id=record) + read.query


def deck(mix: Sequence[Read], *, seed: int) -> list[Read]:
    """Return each read as often as its share says, in an order that `seed` decides: every round has the exact mix."""
    cards = [read for read in mix for _ in range(read.share)]
    random.Random(seed).shuffle(cards)
    return cards
