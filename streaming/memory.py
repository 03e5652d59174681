"""What a hub remembers: the newest record of every symbol, stored and live, each with its number.  Pure."""

from collections.abc import Iterable, Sequence

from streaming.frames import Numbered, Record


class Memory:
    """By symbol.  Numbers of stored records are the stream's `seq`; live messages have a count of their own."""

    def __init__(self) -> None:
        self._stored: dict[str, Numbered] = {}
        self._live: dict[str, Numbered] = {}

    def remember(self, records: Iterable[Numbered]) -> list[Numbered]:
        """Keep the newer of each symbol's records, ids grow with time; return those that were newer."""
        newer = [numbered for numbered in records if self._is_newer(numbered[1])]
        for numbered in newer:
            symbol = numbered[1]["symbol"]
            self._stored[symbol] = numbered
            self._live.pop(symbol, None)  # what is said last holds
        return newer

    def remember_live(self, records: Sequence[Record], *, number: int) -> list[Numbered]:
        """Keep live values of one message.

        They get the id of their symbol's newest stored record: the worker has not stored theirs.
        """
        known: list[Numbered] = [(number, {**record, "id": self._stored_id(record)}) for record in records]
        self._live.update((numbered[1]["symbol"], numbered) for numbered in known)
        return known

    def newest(self, *, live: bool) -> list[Record]:
        """Return the newest record of each symbol, with live values in their place where `live` asks for them."""
        values = {**self._stored, **self._live} if live else self._stored
        return [record for _, record in values.values()]

    def stored_after(self, number: int) -> list[Numbered]:
        return [numbered for numbered in self._stored.values() if numbered[0] > number]

    def live_after(self, number: int) -> list[Numbered]:
        return [numbered for numbered in self._live.values() if numbered[0] > number]

    def knows(self, symbol: str) -> bool:
        return symbol in self._stored

    def _is_newer(self, record: Record) -> bool:
        known = self._stored.get(record["symbol"])
        return known is None or bool(record["id"] >= known[1]["id"])

    def _stored_id(self, record: Record) -> int | None:
        known = self._stored.get(record["symbol"])
        found: int | None = known[1]["id"] if known else record["id"]
        return found
