"""A recorded session made dirty, from a seed: JSON lines by the second at which they arrive."""

import json
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from streaming.feeds.base import Emission

KINDS = ("good", "nan", "zero", "crossed", "late", "unknown", "broken", "paise")
SHARES = (0.86, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02)
SWAPPED = 0.1  # of the seconds have their lines in another order
REPEATED = 0.05  # of the lines come twice
SECOND = 1_000_000


def dirty_lines(emissions: Iterable[Emission], *, names: Mapping[int, str], seed: int) -> Iterator[tuple[int, bytes]]:
    """Yield (log time, lines) of each second that has ticks."""
    random = np.random.default_rng(seed)
    for emission in emissions:
        lines = [line for tick in emission.ticks for line in _lines(tick, names, random)]
        if random.random() < SWAPPED:
            random.shuffle(lines)
        yield emission.log_time, b"".join(line + b"\n" for line in lines)


def _lines(tick: np.void, names: Mapping[int, str], random: np.random.Generator) -> list[bytes]:
    price = float(tick["last_price"])
    fields: dict[str, object] = {
        "symbol": names[int(tick["instrument"])],
        "exchange_time": int(tick["exchange_time"]),
        "last_price": price,
        "volume": float(tick["volume"]),
    }
    kind = random.choice(KINDS, p=SHARES)
    changes: dict[str, dict[str, object]] = {
        "nan": {"last_price": float("nan")},
        "zero": {"last_price": 0},
        "crossed": {"bid_price": price + 1, "ask_price": price - 1},
        "late": {"exchange_time": int(tick["exchange_time"]) - 90 * SECOND},
        "unknown": {"symbol": "NOSUCH"},
        "paise": {"last_price": 100 * price},
    }
    line = json.dumps({**fields, **changes.get(str(kind), {})}).encode()
    line = line[:-7] if kind == "broken" else line
    return [line] * (2 if random.random() < REPEATED else 1)
