"""BM25 against a plain reading of the formula, and its laws."""

from math import log
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from explain import documents
from explain.retrieval import Index, Section, anchor_of, excerpt, sections_of, words

TEXTS = st.lists(st.text("abc ", max_size=30), min_size=1, max_size=8)


def index_of(texts: list[str]) -> Index:
    return Index.of([Section("d", "", str(number), text) for number, text in enumerate(texts)])


def plain_scores(texts: list[str], query: str) -> list[float]:
    """The formula of Robertson and Zaragoza (2009), equation 3.15, with k1 1.2 and b .75, word by word."""
    documents_words = [words(text) for text in texts]
    mean = sum(map(len, documents_words)) / len(texts)
    scores = []
    for own in documents_words:
        total = 0.0
        for word in set(words(query)):
            holders = sum(word in other for other in documents_words)
            if word in own:
                frequency = own.count(word)
                rarity = log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))
                total += rarity * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(own) / mean))
        scores.append(total)
    return scores


@given(TEXTS, st.text("abc ", max_size=10))
def test_scores_are_those_of_the_formula(texts: list[str], query: str) -> None:
    found = {hit.section.anchor: hit.score for hit in index_of(texts).search(query, most=100)}

    for number, expected in enumerate(plain_scores(texts, query)):
        assert found.get(str(number), 0.0) == pytest.approx(expected, abs=1e-12)


@given(TEXTS, st.text("abc ", max_size=10))
def test_hits_come_best_first_and_each_holds_a_word(texts: list[str], query: str) -> None:
    hits = index_of(texts).search(query, most=3)

    assert len(hits) <= 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(set(words(query)) & set(words(hit.section.text)) for hit in hits)


@pytest.mark.parametrize("query", ["", "the of and", "%%%", "zebra"])
def test_a_query_without_a_known_word_finds_nothing(query: str) -> None:
    assert index_of(["barrier and score", "barrier"]).search(query, most=5) == []


def test_nothing_indexed_finds_nothing() -> None:
    assert Index.of([]).search("barrier", most=5) == []


def test_fewer_than_one_result_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, was 0"):
        index_of(["a"]).search("a", most=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Black-76 prices", ["black-76", "black", "76", "prices"]),
        ("F&O and M&M", ["f&o", "m&m"]),
        ("risk_score", ["risk_score", "risk", "score"]),
        ("What is the VaR?", ["var"]),
    ],
)
def test_names_of_the_field_stay_whole(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_documents_are_split_at_headings_but_not_inside_code() -> None:
    text = "intro\n# One\na\n```\n# not a heading\n```\n## Two: more\nb\n"

    found = sections_of("docs/x.md", text)

    assert [(one.heading, one.anchor) for one in found] == [
        ("docs/x.md", "docsxmd"), ("One", "one"), ("Two: more", "two-more")
    ]  # fmt: skip
    assert "# not a heading" in found[1].text


def test_an_excerpt_is_the_paragraph_that_fits_and_is_cut_at_a_word() -> None:
    section = Section("d", "h", "h", "nothing here\n\nthe barrier is " + "far " * 200)

    found = excerpt(section, "barrier")

    assert found.startswith("the barrier is far") and found.endswith("far …")
    assert len(found) <= 302


def test_anchors_are_those_of_markdown_viewers() -> None:
    assert anchor_of("Why: points that add up") == "why-points-that-add-up"


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("what the score says", "docs/risk-model.md"),
        ("implied volatility accuracy", "docs/implied-volatility.md"),
        ("when does a configuration take effect", "docs/configuration.md"),
        ("acknowledge an alert", "docs/alerts.md"),
        ("Black-76 Greeks", "docs/black76.md"),
    ],
)
def test_the_shipped_documentation_answers_plain_questions(question: str, document: str) -> None:
    hits = documents.index().search(question, most=3)

    assert document in {hit.section.document for hit in hits}
    assert all((Path(settings.BASE_DIR) / hit.section.document).is_file() for hit in hits)
