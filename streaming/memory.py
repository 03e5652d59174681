"""What a hub remembers: the newest record of every symbol, and how far each publisher has counted.  Pure."""

from collections.abc import Iterable, Sequence

from streaming.frames import Record


class Memory:
    def __init__(self) -> None:
        self._latest: dict[str, Record] = {}
        self._publishers: dict[str, int] = {}

    def remember(self, records: Iterable[Record]) -> None:
        """Keep the newer of each symbol's records; ids grow with time."""
        for record in records:
            known = self._latest.get(record["symbol"])
            if known is None or record["id"] >= known["id"]:
                self._latest[record["symbol"]] = record

    def records(self) -> list[Record]:
        return list(self._latest.values())

    def with_stored_ids(self, live: Sequence[Record]) -> list[Record]:
        """Return live values with the id of each symbol's newest stored record: the worker has not stored theirs."""
        return [{**record, "id": self._latest.get(record["symbol"], record)["id"]} for record in live]

    def sees_gap(self, publisher: str, number: int) -> bool:
        """Note a publisher's number and return whether messages before it were lost.

        Publishers count from 1.  One that is new beside known ones has missed nothing if this is its first message;
        the first that is heard at all may have counted for long.
        """
        first_of_all, before = not self._publishers, self._publishers.get(publisher, 0)
        self._publishers[publisher] = number
        return not first_of_all and number != before + 1

    def forget_publishers(self) -> None:
        self._publishers.clear()
