"""How far the platform under faults has come."""

from risk.services import partitions
from streaming.models import FoldCursor
from streaming.tick_log import TickLog


def positions() -> dict[int, str]:
    """Return where each partition's cursor stands."""
    return dict(FoldCursor.objects.values_list("partition", "position"))


def is_folded(log: TickLog) -> bool:
    """Return whether every partition's cursor stands at the newest entry of its log."""
    reached, heads = positions(), {partition: log.head(partition) for partition in partitions()}
    return all(head is not None and reached.get(partition) == head.id for partition, head in heads.items())
