"""Pages of large tables in the admin."""

from functools import cached_property
from typing import Any, Final, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet

ROWS_AT_MOST: Final = 5_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Shows the first rows up to a limit and never counts the table: counting ten million rows takes seconds."""

    @cached_property
    def count(self) -> int:
        return len(cast(QuerySet[Any], self.object_list).values_list("pk", flat=True)[:ROWS_AT_MOST])
