"""From a provider's raw messages to ticks: what is wrong is refused by its reason, its neighbours pass.

Two steps, both without a clock: `parse` looks at each message by itself, `settle` at the ticks with the times at which
they were received.  The reasons are judged in the order of docs/stream.md; the first that holds is the one counted.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.ticks import TICK
from streaming.feeds.raw_fields import BadMessage, Message, read_message, shown
from streaming.validation import FUTURE_TOLERANCE_US, Reason, TradingDay

INDIA_AHEAD_US: Final = 19_800_000_000  # 5 h 30 min
LARGEST_JUMP: Final = 0.2  # of the price before: the widest of the exchanges' daily bands
_COLUMNS: Final = {
    "price": "last_price",
    "quantity": "last_quantity",
    "volume": "volume",
    "bid": "bid_price",
    "ask": "ask_price",
    "bid_quantity": "bid_quantity",
    "ask_quantity": "ask_quantity",
    "open_interest": "open_interest",
}


class Remark(NamedTuple):
    """A message that was refused, or of whose tick something was left out: why, and what came, in ASCII and cut."""

    position: int  # of the message in its batch
    reason: Reason
    symbol: str
    problem: str
    message: str
    size: int


@dataclass(frozen=True, slots=True)
class RawBatch:
    """What became of some messages, in their order: each is a tick or refused.

    `position` [N] of each tick's message and `messages` themselves; `received_us` [N] as the message says, -1 unknown.
    `noted` are about ticks that were accepted without their quotes.
    """

    ticks: NDArray[np.void]
    position: NDArray[np.int64]
    received_us: NDArray[np.int64]
    messages: Sequence[bytes]
    refused: list[Remark] = field(default_factory=list)
    noted: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class RawTicks:
    """Reads the messages of one source; `instruments` and `delisted` know symbols and aliases."""

    instruments: Mapping[str, int]
    delisted: Set[str] = frozenset()
    _settled: dict[int, float] = field(default_factory=dict)  # the last price of each instrument that was believed
    _doubted: dict[int, float] = field(default_factory=dict)  # a price that jumped away from it, and waits for a second

    def parse(self, messages: Sequence[bytes]) -> RawBatch:
        """Return the batch; its ticks have no receive time yet."""
        rows: list[tuple[float, ...]] = []
        places: list[tuple[int, int]] = []
        refused: list[Remark] = []
        noted: list[Remark] = []
        for position, line in enumerate(messages):
            try:
                message = read_message(line)
                number = self._instrument(message.symbol)
            except BadMessage as bad:
                refused.append(_remark(position, bad, line))
                continue
            if message.numbers["bid"] > message.numbers["ask"] > 0:
                noted.append(_remark(position, _crossed(message), line))
                message.numbers.update(bid=np.nan, ask=np.nan)
            rows.append((number, message.time_us, 0, *(message.numbers[name] for name in _COLUMNS)))
            places.append((position, -1 if message.received_us is None else message.received_us))
        position_of, received = np.array(places, dtype=np.int64).reshape(-1, 2).T
        return RawBatch(np.array(rows, dtype=TICK), position_of, received, messages, refused, noted)

    def settle(self, batch: RawBatch, day: TradingDay) -> RawBatch:
        """Return the batch, whose ticks have their receive times, without those of a wrong zone or a lone wild price.

        Only prices inside the day's session are compared: what is stamped elsewhere is refused anyway.
        """
        ticks, refused = batch.ticks, list(batch.refused)
        keep = np.ones(len(ticks), dtype=np.bool_)
        inside = (ticks["exchange_time"] >= day.session.open_us) & (ticks["exchange_time"] < day.session.close_us)
        strayed = _looks_like_another_zone(ticks)
        for row in np.flatnonzero(strayed | (inside & (ticks["last_price"] > 0))).tolist():
            bad = _other_zone(ticks[row]) if strayed[row] else self._jump(ticks[row])
            if bad is not None:
                keep[row] = False
                position = int(batch.position[row])
                bad.symbol = read_message(batch.messages[position]).symbol
                refused.append(_remark(position, bad, batch.messages[position]))
        noted = [remark for remark in batch.noted if remark.position in set(batch.position[keep].tolist())]
        refused.sort(key=lambda remark: remark.position)
        return RawBatch(ticks[keep], batch.position[keep], batch.received_us[keep], batch.messages, refused, noted)

    def _instrument(self, symbol: str) -> int:
        number = self.instruments.get(symbol)
        if number is not None:
            return number
        name = shown(symbol, length=60)
        if symbol in self.delisted:
            raise BadMessage(Reason.DELISTED_SYMBOL, f"{name} is no longer traded here", symbol)
        raise BadMessage(Reason.UNKNOWN_SYMBOL, f"no instrument is called {name}", symbol)

    def _jump(self, tick: np.void) -> BadMessage | None:
        """Return what is wrong with a price that left the last one by more than LARGEST_JUMP, the first time it does.

        A second price near the first wild one is believed: the level has moved, and nothing may block an instrument.
        """
        number, price = int(tick["instrument"]), float(tick["last_price"])
        before, doubted = self._settled.get(number), self._doubted.get(number)
        if before is None or _is_near(price, before) or (doubted is not None and _is_near(price, doubted)):
            self._settled[number] = price
            self._doubted.pop(number, None)
            return None
        self._doubted[number] = price
        return BadMessage(Reason.PRICE_JUMP, f"price must stay within {LARGEST_JUMP:.0%} of {before:g}, was {price:g}")


def _is_near(price: float, before: float) -> bool:
    return abs(price - before) <= LARGEST_JUMP * before


def _looks_like_another_zone(ticks: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which times lie 5 h 30 min ahead of or behind their receipt: Indian clock time as UTC, or the reverse."""
    apart = np.abs(ticks["exchange_time"].astype(np.float64) - ticks["receive_time"])
    near: NDArray[np.bool_] = np.abs(apart - INDIA_AHEAD_US) <= FUTURE_TOLERANCE_US
    return near


def _other_zone(tick: np.void) -> BadMessage:
    side = "ahead of" if tick["exchange_time"] > tick["receive_time"] else "behind"
    return BadMessage(Reason.WRONG_TIME_ZONE, f"time must be UTC or say its offset, was 5 h 30 min {side} its receipt")


def _crossed(message: Message) -> BadMessage:
    bid, ask = message.numbers["bid"], message.numbers["ask"]
    return BadMessage(Reason.CROSSED_BOOK, f"bid must not lie above ask, was {bid:g} above {ask:g}", message.symbol)


def _remark(position: int, bad: BadMessage, line: bytes) -> Remark:
    return Remark(
        position,
        bad.reason,
        shown(bad.symbol, length=60),
        bad.problem,
        shown(line[:400].decode("utf-8", "backslashreplace")),
        len(line),
    )
