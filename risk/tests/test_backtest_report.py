import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from risk.backtest_report import SCHEMA, Material, as_html, as_json, plain
from risk.quant.proof import Proof, prove
from risk.report_sections import sections
from risk.report_tables import headline_table, loss_table, murphy_table, refused_table
from risk.report_text import day, interval, number
from risk.tests.case_factories import verdict_of

SYMBOLS = {1: "M&M", 2: "BANKNIFTY"}
MATERIAL = Material(("bars.parquet",), SYMBOLS, 6750, 20_240_101, 20_240_118, {"bad_price": 1234})


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(verdict_of(), symbols=SYMBOLS, random=np.random.default_rng(4), resamples=100)


@pytest.fixture(scope="module")
def page(proof: Proof) -> str:
    return as_html(proof, MATERIAL)


def test_json_holds_every_figure_of_the_proof(proof: Proof) -> None:
    report = json.loads(as_json(proof, MATERIAL))

    assert report["schema"] == SCHEMA == 1
    assert report["score"]["auc"] == proof.score.auc
    assert report["score"]["murphy"]["resolution"] == proof.score.murphy.resolution
    assert report["confidence"]["auc"] == list(proof.confidence.auc)
    assert report["rivals"]["riskmetrics"]["interval"] == list(proof.rivals[3].interval)
    assert report["value_at_risk"][0]["light"]["zone"] == proof.value_at_risk[0].light.zone
    assert report["tracks"][1]["move"] == proof.tracks[1].move.tolist()
    assert report["data"]["symbols"] == {"1": "M&M", "2": "BANKNIFTY"}
    assert report["refused"] == {"bad_price": 1234}
    assert report["model_version"] == proof.model_version
    missing = set(vars(proof)) - set(report)
    assert not missing


def test_json_keeps_the_keys_of_earlier_reports(proof: Proof) -> None:
    report = json.loads(as_json(proof, MATERIAL))

    assert report["rolling_60"] == report["rivals"]["rolling_60"]["judged"]
    assert {"auc", "skill_against_base", "skill_against_sample", "bins"} <= set(report["score"])


def test_what_is_not_known_is_null(proof: Proof) -> None:
    report = json.loads(as_json(proof, MATERIAL), parse_constant=pytest.fail)

    assert report["curve"][-1]["precision"] is None
    assert plain(float("nan")) is None
    assert plain(np.array([1.5, np.inf])) == [1.5, None]
    assert plain((np.int64(3), np.bool_(True))) == [3, True]


def test_json_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(TypeError, match="got object"):
        plain([object()])


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|https?://", page)


def test_every_picture_is_named_described_and_followed_by_a_table(page: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)

    assert len(pictures) == 6
    for text in pictures:
        picture = ET.fromstring(text)
        title, description = picture[0], picture[1]
        assert (title.tag, description.tag) == ("title", "desc")
        assert picture.attrib["role"] == "img"
        assert picture.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
        assert title.text
        assert description.text
    for part in page.split("<section")[1:]:
        assert "<table>" in part
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_escapes_names_and_shows_colour_schemes(page: str) -> None:
    assert "M&amp;M" in page
    assert "M&M" not in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_the_page_shows_the_figures_and_the_refused_rows(page: str, proof: Proof) -> None:
    assert f"<dd>{proof.score.auc:.3f}" in page
    assert "bad price" in page
    assert "1,234" in page
    assert "2024-01-01 to 2024-01-18" in page
    assert "nan" not in re.sub(r"<[^>]+>", "", page).lower().split()


def test_tables_say_what_is_not_known() -> None:
    assert number(float("nan")) == "-"
    assert interval((float("nan"), float("nan"))) == "-"
    assert number(0.12345, "{:.1%}") == "12.3%"
    assert interval((0.1, 0.25)) == "0.100 to 0.250"
    assert refused_table({}).rows == [("none", "0")]


def test_a_session_is_shown_as_a_date_or_as_its_number() -> None:
    assert day(20_240_229) == "2024-02-29"
    assert day(75_555) == "75555"


def test_every_row_of_a_table_has_a_cell_under_every_head(proof: Proof) -> None:
    tables = [table for section in sections(proof, symbols=SYMBOLS, refused={"late": 1}) for table in section.tables]

    for table in [*tables, headline_table(proof)]:
        assert {len(row) for row in table.rows} == {len(table.head)}, table.name


def test_murphys_rows_add_up(proof: Proof) -> None:
    *parts, total = (float(value) for _, value in murphy_table(proof).rows)

    assert sum(parts) == pytest.approx(total, abs=3e-5)


def test_the_loss_table_names_single_symbols_and_all_together(proof: Proof) -> None:
    names = {row[0] for row in loss_table(proof, SYMBOLS).rows}

    assert names == {"all together", "M&M", "BANKNIFTY"}
