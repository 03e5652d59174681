"""What PostgreSQL reads from binary rows is what was written; where it is not the database, the bytes themselves."""

import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk import binary_rows as binary
from risk.configuration import RiskConfig, Version
from risk.models import Instrument, RiskRecord
from risk.quant.scoring import SCORE
from risk.record_rows import ScoredBatch, binary_columns, plain_columns
from risk.record_services import SCORED_COLUMNS
from risk.storage import copy_binary, insert_columns

only_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="binary COPY is PostgreSQL's")
paise = st.integers(-(10**12), 10**12).map(lambda whole: whole / 100) | st.just(float("nan"))
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def copied(types: str, columns: list[binary.Column]) -> list[tuple[Any, ...]]:
    """Return what a table of these types holds after the rows were copied into it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied ({types}) ON COMMIT DROP")
        with cursor.cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
            for part in (binary.HEADER, *binary.portions(columns, size=3), binary.TRAILER):
                copy.write(part)
        cursor.execute("SELECT * FROM copied")
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("DROP TABLE copied")
    return rows


@only_postgres
@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), paise, st.floats(), words, words), min_size=1, max_size=8))
def test_postgresql_reads_what_was_written(values: list[tuple[int, float, float, str, str]]) -> None:
    wholes, prices, numbers, names, notes = zip(*values, strict=True)
    documents = [f'{{"note": {len(note)}}}'.encode() for note in notes]

    rows = copied(
        "a bigint, b numeric(18, 4), c double precision, d text, e jsonb",
        [
            binary.integers(wholes, size=8),
            binary.money(np.array(prices)),
            binary.floats(np.array(numbers)),
            binary.texts([name.encode() for name in names]),
            binary.documents(documents),
        ],
    )

    assert [row[0] for row in rows] == list(wholes)
    assert [row[1] for row in rows] == [None if p != p else Decimal(f"{p:.4f}") for p in prices]
    assert repr([row[2] for row in rows]) == repr(list(numbers))
    assert [row[3] for row in rows] == list(names)
    assert [row[4] for row in rows] == [f'{{"note": {len(note)}}}' for note in notes]


@only_postgres
@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1)), min_size=1, max_size=5))
def test_instants_keep_their_microsecond(moments: list[datetime]) -> None:
    aware = [moment.replace(tzinfo=UTC) for moment in moments]
    micros = [(moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) for moment in aware]

    rows = copied("a timestamptz", [binary.instants(np.array(micros))])

    assert [row[0] for row in rows] == aware


def test_a_row_is_its_field_count_then_each_length_and_value() -> None:
    """Laid out by hand from the format's description."""
    columns = [binary.integers([7, -1], size=4), binary.texts([b"ab", b""]), binary.money(np.array([np.nan, -1.5]))]

    [rows] = binary.portions(columns)

    first = struct.pack(">h ii i2s i", 3, 4, 7, 2, b"ab", -1)
    # numeric: five digits of base 10,000, weight 3 of the first, negative, four decimals: 0 0 0 1 . 5000
    second = struct.pack(">h ii i i 4H 5h", 3, 4, -1, 0, 18, 5, 3, 0x4000, 4, 0, 0, 0, 1, 5000)
    assert rows == first + second


def test_a_price_that_the_column_has_no_place_for_is_refused() -> None:
    with pytest.raises(ValueError, match="prices must be below 1e14, was 1"):
        binary.money(np.array([1.0, 1e15]))


def test_no_rows_are_no_portions() -> None:
    assert list(binary.portions([binary.integers([], size=8)])) == []


@only_postgres
@pytest.mark.django_db
def test_records_are_the_same_written_either_way() -> None:
    ids = list(Instrument.objects.order_by("id").values_list("id", flat=True)[:4])
    rows = np.zeros(4, dtype=SCORE)
    rows["instrument"], rows["score"], rows["state"] = ids, [0.1, 0.4, 0.85, 0.999999], [0, 1, 2, 3]
    rows["price"], rows["previous_close"] = [100.05, 0.0, 2450.5, 99_999.95], [99.0, np.nan, 2400.25, np.nan]
    rows["points"], rows["base"] = np.linspace(-1e-17, 0.3, 24).reshape(4, 6), 0.123456
    rows["tick_time"], rows["barrier"] = 1_767_584_700_123_456, 0.004
    made = [
        ScoredBatch(run, "simulated", 1_767_584_701_000_001 + run, rows, Version(run, RiskConfig())) for run in (1, 2)
    ]

    insert_columns(RiskRecord, plain_columns(made, [range(4), range(4, 8)]))
    written = list(RiskRecord.objects.order_by("id").values_list("id", "instrument_id", *SCORED_COLUMNS))
    RiskRecord.objects.all().delete()
    copy_binary(RiskRecord, binary_columns(made, [range(4), range(4, 8)]))

    assert len(written) == 8
    assert list(RiskRecord.objects.order_by("id").values_list("id", "instrument_id", *SCORED_COLUMNS)) == written
