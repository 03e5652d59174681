from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from risk import history_services as history
from risk import services
from risk.models import InstrumentProfile, Lineage

MONDAY = date(2023, 4, 10)
MINUTES = 375


def write_bars(folder: Path, *, days: int, symbol: str = "SBIN") -> Path:
    """Whole sessions of a quiet walk from Monday on: 9:15 to 15:30, no holiday among the first four."""
    random = np.random.default_rng(1)
    starts = [
        datetime.combine(MONDAY + timedelta(days=day), datetime.min.time()) + timedelta(minutes=555 + minute)
        for day in range(days)
        for minute in range(MINUTES)
    ]
    close = 500.0 * np.exp(np.cumsum(random.normal(0.0, 0.0005, len(starts))))
    columns = {"open": close, "high": close + 0.5, "low": close - 0.5, "close": close}
    path = folder / "bars.parquet"
    pq.write_table(
        pa.table({"symbol": [symbol] * len(starts), "ts_ist": pa.array(starts, pa.timestamp("us")), **columns}), path
    )
    return path


def import_bars(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_history", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_profile_after_the_last_session_is_stored_and_found_by_later_runs(tmp_path: Path) -> None:
    told = import_bars(write_bars(tmp_path, days=4))

    assert "1,500 bars of 4 sessions" in told
    assert history.newest_profile_session(lineage=Lineage.RECORDED, before=20230414) == 20230413
    assert history.newest_profile_session(lineage=Lineage.RECORDED, before=20230413) == 0
    universe = services.whole_universe()
    profile, past = history.load_profile(lineage=Lineage.RECORDED, session=20230413, universe=universe)
    assert sorted(set(profile.sessions.tolist())) == [0, 4]
    assert ((past.days[-4:, 3] > 0).all(axis=0) == (profile.sessions == 4)).all()


@pytest.mark.django_db
def test_importing_a_file_twice_leaves_one_past(tmp_path: Path) -> None:
    path = write_bars(tmp_path, days=2)
    import_bars(path)
    first = list(InstrumentProfile.objects.order_by("pk").values_list("session", "instrument", "payload"))

    import_bars(path)

    again = list(InstrumentProfile.objects.order_by("pk").values_list("session", "instrument", "payload"))
    assert [(s, i, bytes(p)) for s, i, p in again] == [(s, i, bytes(p)) for s, i, p in first]


@pytest.mark.django_db
def test_live_data_has_a_past_of_its_own(tmp_path: Path) -> None:
    import_bars(write_bars(tmp_path, days=1), "--lineage", "live")

    assert history.newest_profile_session(lineage=Lineage.RECORDED, before=20240101) == 0
    assert history.newest_profile_session(lineage=Lineage.LIVE, before=20240101) == 20230410


@pytest.mark.django_db
def test_a_file_of_unknown_symbols_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no bar of a known symbol"):
        import_bars(write_bars(tmp_path, days=1, symbol="ZZZ"))


@pytest.mark.django_db
def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="does not exist"):
        import_bars(tmp_path / "absent.parquet")
