"""Every number in the sentences is one of the record's."""

import re
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from explain.reasons import MEANING as MEANING
from explain.reasons import ORIGIN, POINTS, SIMULATED, THRESHOLDS, WORDS, RecordFacts, sentences
from risk.quant.scoring import FAMILIES

FACTS = RecordFacts(
    symbol="M&M", timestamp="2026-11-25T05:00:00.000Z", score=0.8125, severity="HIGH", state="OK", source="live",
    price=2450.5, horizon_minutes=60.0, barrier=0.004, expected_move=0.0052, protection_cost=0.00171,
    decomposition={"base": 0.3, "recent_moves": 0.45, "jump": 0.083, "option_market": -0.02, "calendar": 0.0},
    engine_version="2", model_version="fit", config_version=3,
)  # fmt: skip


def text_of(facts: RecordFacts) -> str:
    return " ".join(sentence.text for sentence in sentences(facts))


def test_the_meaning_is_said_with_the_records_numbers() -> None:
    # 2450.5 × (e^0.004 − 1) = 9.82, by hand.
    assert sentences(FACTS)[0].text == (
        "M&M scores 0.812 at 2026-11-25T05:00:00.000Z: the calibrated probability that within the next 60 trading "
        "minutes its price moves at least 0.40 % (about ₹9.82) away from ₹2,450.50, up or down."
    )


def test_points_come_by_size_with_their_direction() -> None:
    told = [sentence.text for sentence in sentences(FACTS) if sentence.about == "why"]

    assert told == [
        "In its normal conditions the score would be 0.300.",
        "How far its price has moved lately adds 0.450.",
        "A sudden jump adds 0.083.",
        "What the option market expects takes away 0.020.",
    ]


def test_a_record_from_before_reasons_were_kept_says_so() -> None:
    assert "was not kept" in text_of(replace(FACTS, decomposition=None))


@pytest.mark.parametrize("state", ["PRIOR", "STALE", "CLOSED", "HALTED"])
def test_a_state_that_is_not_ordinary_is_said(state: str) -> None:
    assert state in text_of(replace(FACTS, state=state))


@pytest.mark.parametrize(
    ("source", "word"), [("simulated", "invented"), ("replay", "replay"), ("unknown", "not known")]
)
def test_what_is_not_a_live_market_is_said(source: str, word: str) -> None:
    assert word in text_of(replace(FACTS, source=source))


def test_every_family_has_its_words() -> None:
    assert set(WORDS) == set(FAMILIES)


@pytest.mark.parametrize("citation", [MEANING, POINTS, ORIGIN, THRESHOLDS, SIMULATED])
def test_every_citation_is_a_heading_of_the_documentation(citation: object) -> None:
    page = (Path(settings.BASE_DIR) / citation.document).read_text()  # type: ignore[attr-defined]

    assert re.search(rf"^#+ {re.escape(citation.heading)}$", page, re.MULTILINE)  # type: ignore[attr-defined]


@pytest.mark.parametrize("field", ["score", "price", "barrier", "expected_move", "protection_cost"])
def test_a_record_without_a_finite_number_is_refused(field: str) -> None:
    broken: dict[str, Any] = {field: float("nan")}

    with pytest.raises(ValueError, match="must be finite"):
        sentences(replace(FACTS, **broken))


@given(
    score=st.floats(0, 1), price=st.floats(0.05, 1e6), barrier=st.floats(1e-5, 0.2), move=st.floats(0, 0.2),
    cost=st.floats(0, 0.2), points=st.lists(st.floats(-1, 1), min_size=6, max_size=6), base=st.floats(0, 1),
    state=st.sampled_from(["OK", "PRIOR", "CLOSED"]),
)  # fmt: skip
def test_no_number_is_said_that_the_record_does_not_hold(
    score: float, price: float, barrier: float, move: float, cost: float, points: list[float], base: float, state: str
) -> None:
    decomposition = {"base": base, **dict(zip(FAMILIES, points, strict=True))}
    facts = replace(
        FACTS, score=score, price=price, barrier=barrier, expected_move=move, protection_cost=cost, state=state,
        decomposition=decomposition,
    )  # fmt: skip
    held = [score, price, 100 * barrier, price * (exp(barrier) - 1), 100 * move, 100 * cost, facts.horizon_minutes]
    held += [abs(value) for value in decomposition.values()] + [facts.config_version, 2.0]

    spoken = text_of(facts).replace(facts.timestamp, "").replace("Black-76", "").replace(",", "")

    for number in re.findall(r"\d+(?:\.\d+)?", spoken):
        digits = len(number.partition(".")[2])
        assert any(f"{value:.{digits}f}" == number for value in held), number
