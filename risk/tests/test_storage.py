"""What is written in bulk comes back as it was, on both databases, whatever characters it holds."""

import pytest

from risk.models import InstrumentProfile
from risk.storage import upsert_rows
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
COLUMNS = ("lineage", "instrument_id", "session", "engine_version", "payload", "feature_past")
KEY = ("lineage", "session", "instrument_id")


@pytest.mark.parametrize("payload", [b"", bytes(range(256)), b"\\x00", b'"{},NULL'])
@pytest.mark.parametrize("text", ["2", "NULL", 'a"b', "a\\b", "{1,2}", "ü₹'", ""])
def test_bytes_and_texts_survive_an_upsert(payload: bytes, text: str) -> None:
    instruments = make_instruments()[:2]
    rows = [
        ("simulated", one.pk, 7, text, payload, past) for one, past in zip(instruments, (None, payload), strict=True)
    ]
    upsert_rows(InstrumentProfile, COLUMNS, [(*row[:3], "before", b"before", b"before") for row in rows], key=KEY)

    upsert_rows(InstrumentProfile, COLUMNS, rows, key=KEY)

    first, second = InstrumentProfile.objects.order_by("instrument_id")
    assert (bytes(first.payload), first.engine_version, first.feature_past) == (payload, text, None)
    assert bytes(second.feature_past or b"") == payload
