import json
from io import StringIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from risk.quant.model import default_model, read_model
from risk.tests.market_factories import walked_bars
from risk.tests.recorded_sessions import nse_sessions

ONE = np.array([1])


def bar_file(folder: Path, *, sessions: int, symbol: str = "NIFTY") -> Path:
    """Write a file of so many NSE sessions whose deviation changes from one to the next."""
    parts = [
        walked_bars(session, instruments=ONE, seed=number, deviation=2e-4 * (1 + number % 3))
        for number, session in enumerate(nse_sessions(sessions))
    ]
    bars = np.concatenate(parts)
    columns = {name: bars[name] / 100 for name in ("open", "high", "low", "close")}
    starts = (bars["start"] + 19_800_000_000).astype("datetime64[us]")
    path = folder / f"{symbol}.parquet"
    pq.write_table(pa.table({"symbol": [symbol] * len(bars), "ts_ist": starts, **columns}), path)
    return path


def test_a_fit_is_written_with_its_account_and_leaves_the_other_class(tmp_path: Path) -> None:
    out, told = tmp_path / "model.json", StringIO()

    call_command(
        "fit_model", out, "--bars", bar_file(tmp_path, sessions=12), "--symbol", "NIFTY", "--model-version", "trial",
        stdout=told,
    )  # fmt: skip
    model = read_model(out.read_text())

    assert model.version == "trial"
    assert "NIFTY; 12 sessions 20240102 to" in model.fitted["index"]
    assert "first 5 as warm-up; 161 windows" in model.fitted["index"]
    assert "mean log likelihood -0." in told.getvalue()
    assert model.weights[0].tolist() != default_model().weights[0].tolist()
    assert model.weights[1].tolist() == default_model().weights[1].tolist()
    assert json.loads(out.read_text())["fit"]["share"] == default_model().fitted["share"]


def test_too_few_sessions_write_no_model(tmp_path: Path) -> None:
    out = tmp_path / "model.json"

    with pytest.raises(CommandError, match="no model was written: a fit needs 100 cases"):
        call_command(
            "fit_model", out, "--bars", bar_file(tmp_path, sessions=6), "--symbol", "NIFTY", "--model-version", "x"
        )
    assert not out.exists()


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="does not exist"):
        call_command(
            "fit_model", tmp_path / "m.json", "--bars", "nowhere.parquet", "--symbol", "NIFTY", "--model-version", "x"
        )
