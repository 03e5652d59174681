"""Ways to break the promise on purpose: a proof that cannot turn red proves nothing."""

from typing import Any, Final

from django.db import transaction

from streaming import pipeline, resumption
from streaming.models import FoldCursor
from streaming.partition_fold import PartitionFold

KINDS: Final = ("cursor-first",)


def sabotage(kind: str) -> None:
    """Break this process's pipeline: `cursor-first` commits the cursor in a transaction before the results'."""
    if kind not in KINDS:
        raise ValueError(f"the sabotage must be one of {', '.join(KINDS)}, was {kind}")
    honest: Any = pipeline.commit

    def cursor_first(partition: int, fold: PartitionFold, *, began_at: str) -> None:
        with transaction.atomic():
            cursor = FoldCursor.objects.select_for_update().get(pk=partition)
            if cursor.position != began_at:
                raise pipeline.CursorMoved(f"partition {partition} stands at {cursor.position}, not at {began_at}")
            resumption.advance_cursor(cursor, fold)
        honest(partition, fold, began_at=fold.position)

    pipeline.commit = cursor_first
