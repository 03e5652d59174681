"""Files sent while they are read: bounded memory under WSGI and ASGI, and no CSV cell that a spreadsheet would run."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import StringIO
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class CsvRenderer(BaseRenderer):
    """Lets a client ask for `text/csv`; the view streams the rows itself, only refusals come here."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        facts = data if isinstance(data, Mapping) else {"detail": data}
        return "".join(csv_lines(tuple(facts), [[facts]])).encode()


def csv_response(
    request: HttpRequest, *, columns: Sequence[str], chunks: Iterable[Sequence[Mapping[str, Any]]], name: str
) -> StreamingHttpResponse:
    """Return the rows of `chunks` as a file `name`, each chunk read when its turn comes."""
    return streamed(request, csv_lines(columns, chunks), name=name, content_type="text/csv; charset=utf-8")


def streamed(request: HttpRequest, parts: Iterator[str], *, name: str, content_type: str) -> StreamingHttpResponse:
    """Return `parts` as a file `name`, each part made when its turn comes."""
    content = _from_threads(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_lines(columns: Sequence[str], chunks: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """Yield the header, then the text of each chunk."""
    yield _text([columns])
    for rows in chunks:
        yield _text([[_cell(row[column]) for column in columns] for row in rows])


def _text(rows: Sequence[Sequence[Any]]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    """Return a cell: nothing for None, `true` or `false`, and text that a spreadsheet does not take for a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


async def _from_threads(lines: Iterator[str]) -> AsyncIterator[str]:
    # Given a plain iterator, Django under ASGI reads all of it into memory before it sends the first byte.
    following = sync_to_async(partial(next, lines, None))
    while (line := await following()) is not None:
        yield line
