"""What a replay tells at its end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of every tick that was read, and what the worker made of the accepted ones."""

    run: int
    end: str
    read: int
    accepted: int
    refused: dict[str, int]
    folded_late: int  # accepted, but for a minute or session that the fold had already closed
    instants: int
    records: int
    feed_seconds: float
    lag_seconds: float  # from the feed's last entry to its commit

    def lines(self) -> list[str]:
        """Return the summary for people, one fact per line."""
        facts: list[tuple[str, str]] = [
            ("run", f"{self.run} ({self.end})"),
            ("ticks read", f"{self.read:,}"),
            ("accepted", f"{self.accepted:,}"),
            ("refused", f"{sum(self.refused.values()):,}"),
            *((f"  {reason}", f"{count:,}") for reason, count in sorted(self.refused.items())),
            ("late in the fold", f"{self.folded_late:,}"),
            ("instants scored", f"{self.instants:,}"),
            ("records", f"{self.records:,}"),
            ("feed took", f"{self.feed_seconds:.1f} s"),
            ("worker's lag at the end", f"{self.lag_seconds:.1f} s"),
        ]
        return [f"{name:<26}{value:>16}" for name, value in facts]
