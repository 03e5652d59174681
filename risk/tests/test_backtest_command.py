import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from risk import bar_sources
from risk.bar_sources import BarSource
from risk.bars import IST_OFFSET_US
from risk.management.commands.backtest import _put, _write
from risk.quant.calendar import ExchangeClock, Session
from risk.quant.cases import Cases
from risk.quant.model import read_model
from risk.quant.universe import Universe
from risk.quant.windows import BAR
from risk.tests.market_factories import CLOCK, sessions_after, walked_bars

FIRST_US = int(np.datetime64("2024-01-01", "us").astype(np.int64))
ONE = np.array([1], dtype=np.int64)


def exchange_sessions(count: int) -> list[Session]:
    found: list[Session] = []
    clock, after = ExchangeClock(), FIRST_US
    while len(found) < count:
        session = clock.next_session(after)
        assert session is not None
        found.append(session)
        after = session.open_us
    return found


def local(bars: np.ndarray) -> np.ndarray:
    return (bars["start"] + IST_OFFSET_US).astype("datetime64[us]")


def wildness(number: int) -> float:
    return 3e-4 * (1 + number % 3)


def write_bars(path: Path, sessions: list[Session], *, symbol: str = "NIFTY50") -> Path:
    bars = np.concatenate([walked_bars(s, instruments=ONE, seed=s.key, deviation=wildness(s.key)) for s in sessions])
    prices = {name: bars[name] / 100 for name in ("open", "high", "low", "close")}
    pq.write_table(pa.table({"symbol": [symbol] * len(bars), "ts_ist": local(bars), **prices}), path)
    return path


def write_ticks(path: Path, session: Session) -> Path:
    bars = walked_bars(session, instruments=ONE, seed=3, deviation=4e-4)
    times = np.repeat(local(bars), 2) + np.tile(np.array([0, 30], dtype="timedelta64[s]"), len(bars))
    prices = np.stack((bars["open"], bars["close"]), axis=1).ravel() / 100
    prices[7] = -1
    pq.write_table(pa.table({"symbol": ["NIFTY50"] * len(times), "ts_ist": times, "ltp": prices}), path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, sessions = tmp_path_factory.mktemp("bars"), exchange_sessions(14)
    last = sessions[-1].key
    name = f"ticks_{last // 10_000}-{last // 100 % 100:02}-{last % 100:02}.parquet"
    return {
        "later": write_bars(folder / "later.parquet", sessions[7:13]),
        "early": write_bars(folder / "early.parquet", sessions[:7]),
        "ticks": write_ticks(folder / name, sessions[-1]),
        "json": folder / "report.json",
        "html": folder / "report.html",
        "model": folder / "model.json",
    }


@pytest.fixture(scope="module")
def printed(files: dict[str, Path]) -> str:
    """One run over two bar files, the later one named first, and a file of ticks; it writes all it can."""
    out = StringIO()
    inputs = ["--bars", files["later"], "--bars", files["early"], "--ticks", files["ticks"], "--symbol", "NIFTY"]
    outputs = ["--json", files["json"], "--html", files["html"], "--save-model", files["model"]]
    call_command("backtest", *inputs, *outputs, "--fit-sessions", 10, stdout=out)
    return out.getvalue()


def test_files_are_joined_by_time(printed: str, files: dict[str, Path]) -> None:
    report = json.loads(files["json"].read_text())

    sessions = exchange_sessions(14)
    assert (report["sessions"], report["judged_sessions"]) == (14, 4)
    assert report["data"]["first_session"] == sessions[0].key
    assert report["data"]["last_session"] == sessions[-1].key
    assert report["data"]["bars"] == 14 * 375
    assert report["data"]["origins"] == ["later.parquet", "early.parquet", files["ticks"].name]
    assert report["fitted_cases"] == 5 * 23
    assert report["score"]["cases"] == 4 * 23


def test_refused_rows_of_every_file_are_counted(printed: str, files: dict[str, Path]) -> None:
    assert json.loads(files["json"].read_text())["refused"] == {"non_positive_price": 1}
    assert "Refused rows: non_positive_price 1" in printed


def test_the_figures_are_printed(printed: str) -> None:
    for words in ("14 sessions", "Reliability of the score", "RiskMetrics .94", "Alerts at .80", "LR_uc", "expiry"):
        assert words in printed
    assert "4 sessions are few" in printed


def test_the_page_and_the_model_are_written(printed: str, files: dict[str, Path]) -> None:
    assert files["html"].read_text().startswith("<!doctype html>")
    fitted = read_model(files["model"].read_text()).fitted
    assert (fitted["symbols"], fitted["bars"].split(",")[0]) == ("NIFTY", "later.parquet")


def test_trials_are_printed_and_written_beside_the_shipped_settings(files: dict[str, Path], tmp_path: Path) -> None:
    out = StringIO()
    inputs = ["--bars", files["early"], "--bars", files["later"], "--symbol", "NIFTY", "--fit-sessions", 10]
    outputs = ["--json", tmp_path / "r.json", "--html", tmp_path / "r.html"]

    call_command("backtest", *inputs, *outputs, "--trial", "cap=10", "--trial", "no_stretch", stdout=out)

    report = json.loads((tmp_path / "r.json").read_text())
    assert list(report["trials"]) == ["shipped", "cap=10", "no_stretch"]
    assert report["trials"]["shipped"]["judged"]["auc"] == report["score"]["auc"]
    assert "Other settings on the same windows" in out.getvalue()
    assert "Other settings" in (tmp_path / "r.html").read_text()


def simulated_source(sessions: int) -> BarSource:
    parts = [
        walked_bars(s, instruments=ONE, seed=n, deviation=wildness(n)) for n, s in enumerate(sessions_after(sessions))
    ]
    universe = Universe(ONE, np.zeros(1, dtype=np.int8))
    return BarSource(np.concatenate(parts), universe, ("SIM",), CLOCK, truth)


def truth(cases: Cases) -> np.ndarray:
    return np.full(len(cases), 0.25)


def test_a_registered_simulator_is_judged_against_its_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar_sources, "_factories", {})
    bar_sources.register("simulated", simulated_source)

    files = ("--json", tmp_path / "r.json", "--cases", tmp_path / "cases.parquet")
    call_command("backtest", "--simulated", 11, "--fit-sessions", 10, *files, stdout=StringIO())

    report = json.loads((tmp_path / "r.json").read_text())
    assert report["data"]["symbols"] == {"1": "SIM"}
    assert (report["data"]["origins"], report["judged_sessions"]) == (["simulated market"], 1)
    assert 0 <= report["truth"]["mean_error"] < 0.75
    cases = pq.read_table(tmp_path / "cases.parquet").to_pylist()
    assert len(cases) == report["score"]["cases"]
    assert cases[0]["symbol"] == "SIM"
    assert cases[0]["true_probability"] == 0.25
    assert all((row["touch_minute"] is not None) == row["touched"] for row in cases)
    assert sum(row["score"] for row in cases) / len(cases) == pytest.approx(report["score"]["mean_forecast"])


def test_a_source_needs_a_symbol_for_each_instrument() -> None:
    with pytest.raises(ValueError, match="got 2 for 1"):
        BarSource(np.zeros(0, dtype=BAR), Universe(ONE, np.zeros(1, dtype=np.int8)), ("A", "B"), CLOCK)


def refusal(*arguments: Any) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("backtest", *arguments, stdout=StringIO())
    return str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give --bars FILE, --ticks FILE or --simulated SESSIONS"),
        (["--bars", "a.csv"], "name what to judge with --symbol NAME"),
        (["--simulated", "50", "--symbol", "NIFTY"], "--simulated brings its own symbols"),
        (["--simulated", "50", "--bars", "a.csv"], "--simulated brings its own symbols"),
        (["--simulated", "40"], "--simulated must exceed --fit-sessions, got 40 and 40"),
        (["--bars", "a.csv", "--symbol", "A", "--fit-sessions", "5"], "--fit-sessions at least 6, got 60 and 5"),
        (["--bars", "a.csv", "--symbol", "A", "--horizon", "14"], "--horizon must be at least 15"),
        (["--bars", "a.csv", "--symbol", "A", "--horizon", "361"], "--horizon must be at most 360 .* got 361"),
        (["--bars", "a.csv", "--symbol", "A"], "a.csv does not exist"),
        (["--bars", "a.csv", "--symbol", "A", "--trial", "cap=-1"], "a trial must be .* was 'cap=-1'"),
        (["--ticks", "a_2024-01-01.parquet", "--symbol", "A"], "a_2024-01-01.parquet does not exist"),
        (["--bars", "a.csv", "--symbol", "A", "--alias", "=B"], "NAME_IN_FILE=SYMBOL"),
    ],
)
def test_bad_arguments_are_explained(arguments: list[str], message: str) -> None:
    assert re.search(message, refusal(*arguments))


def test_a_symbol_that_no_file_holds_is_named(files: dict[str, Path]) -> None:
    found = refusal("--bars", files["early"], "--ticks", files["ticks"], "--symbol", "TCS")

    assert "has no bars of TCS; it holds NIFTY" in found
    assert files["ticks"].name in found


def test_too_few_sessions_are_explained(files: dict[str, Path]) -> None:
    assert "holds 7 sessions; fitting on 40 leaves none" in refusal("--bars", files["early"], "--symbol", "NIFTY")


def test_a_missing_simulator_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar_sources, "_factories", {})

    assert refusal("--simulated", "50") == "no source of bars is called simulated; there are: none"


@pytest.mark.parametrize("option", ["--json", "--html", "--save-model", "--cases", "--account"])
def test_a_folder_that_is_not_there_is_explained_before_the_run(tmp_path: Path, option: str) -> None:
    found = refusal("--bars", "nowhere.csv", "--symbol", "A", option, tmp_path / "absent" / "report")

    assert re.search(r"cannot write .*report: there is no folder .*absent", found)


def test_a_report_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot write .*: Is a directory"):
        _write(tmp_path, lambda path: _put(path, "text"))
