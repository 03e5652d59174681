"""Time between two columns, and the bucket that a moment lies in, worked out by the database.

SQLite keeps moments as text, and Django's own difference calls Python for every row: a second for 10^5 alerts.
"""

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, DurationField, Func
from django.db.models.sql.compiler import SQLCompiler

# `%s` takes whole seconds, so that nothing is rounded; the six digits behind them are missing where they are nought.
_MICROSECONDS: Final = (
    "(CAST(strftime('%%s', substr({0}, 1, 19)) AS INTEGER) * 1000000 + CAST(substr({0}, 21, 6) AS INTEGER))"
)


class Elapsed(Func):
    """`Elapsed("later", "earlier")`: the duration between two columns, exact to the microsecond; null where one is."""

    output_field = DurationField()
    arity = 2

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **more)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        later, earlier = (compiler.compile(one) for one in self.get_source_expressions())
        spelled = (_MICROSECONDS.format(sql) for sql, _ in (later, earlier))
        return f"({' - '.join(spelled)})", (*later[1], *later[1], *earlier[1], *earlier[1])


class BucketNumber(Func):
    """How many whole buckets of so many seconds lie between 1970, UTC, and a moment after it."""

    output_field = BigIntegerField()
    arity = 1

    def __init__(self, moment: str, *, seconds: int) -> None:
        super().__init__(moment)
        self.seconds = seconds

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        template = f"(FLOOR(date_part('epoch', %(expressions)s))::bigint / {int(self.seconds)})"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        template = f"(CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER) / {int(self.seconds)})"
        return self.as_sql(compiler, connection, template=template, **more)
