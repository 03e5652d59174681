"""What a JSON body may hold, on a real route."""

import json

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from riskplatform.lib.parsers import DEEPEST, StrictJSONParser

LOGIN = "/api/v1/auth/login"


class Stream:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int) -> bytes:
        return self._body[:size]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"username": NaN}', "NaN is not a number in JSON"),
        (b'{"username": -Infinity}', "-Infinity is not a number in JSON"),
        (b'{"username": "a", "username": "b"}', "'username' stands twice"),
        (b'{"username": "a\\u0000b"}', "must not hold the character NUL"),
        (b'{"username": "\\ud800"}', "not valid UTF-8"),
        (b'{"username": "\xff"}', "not valid UTF-8"),
        (b"[" * 33 + b"]" * 33, "nested deeper than 32 levels"),
        (b'{"a":' * 100_000, "nested deeper than 32 levels"),
        (b"{", "The body is not acceptable JSON"),
        (b'{"username": 1' + b"0" * 5000 + b"}", "The body is not acceptable JSON"),
    ],
)
def test_a_body_that_is_not_plain_json_is_refused_with_the_reason(body: bytes, sentence: str) -> None:
    response = Client().post(LOGIN, body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "parse_error")
    assert sentence in response.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_above_the_limit_is_too_large(content_type: str) -> None:
    body = b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    response = Client().post(LOGIN, body, content_type=content_type)

    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


@pytest.mark.django_db
def test_a_type_that_is_not_taken_is_refused_in_our_shape() -> None:
    response = Client().post(LOGIN, b"<a/>", content_type="application/xml")

    assert (response.status_code, set(response.json())) == (415, {"code", "detail"})


def test_brackets_inside_texts_are_no_nesting() -> None:
    text = json.dumps({"a": "[" * 100 + '"' + "{" * 100 + "\\"})

    assert StrictJSONParser().parse(Stream(text.encode())) == json.loads(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_whatever_is_plain_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    text = json.dumps(value)

    assert StrictJSONParser().parse(Stream(text.encode())) == json.loads(text)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_parse_error(body: bytes) -> None:
    try:
        StrictJSONParser().parse(Stream(body))
    except ParseError as refusal:
        assert "not acceptable JSON" in str(refusal.detail)


def test_the_deepest_level_is_still_taken() -> None:
    text = "[" * DEEPEST + "]" * DEEPEST

    assert StrictJSONParser().parse(Stream(text.encode())) == json.loads(text)
