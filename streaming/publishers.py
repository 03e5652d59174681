"""How far each publisher has counted: a number left out is a message that was lost.  Pure."""


class Publishers:
    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def sees_gap(self, publisher: str, number: int) -> bool:
        """Note a publisher's number and return whether messages before it were lost.

        Publishers count from 1.  One that is new beside known ones has missed nothing if this is its first message;
        the first that is heard at all may have counted for long.
        """
        first_of_all, before = not self._counts, self._counts.get(publisher, 0)
        self._counts[publisher] = number
        return not first_of_all and number != before + 1

    def forget(self) -> None:
        """Know nothing of what was said before: the group is being joined anew."""
        self._counts.clear()
