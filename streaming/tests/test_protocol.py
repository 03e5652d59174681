import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming import protocol
from streaming.frames import Interest
from streaming.protocol import CloseCode, Credential, Refused, Subscription, credential_of, parse


def test_a_subscription_says_what_it_wants() -> None:
    text = '{"type": "subscribe", "symbols": ["M&M"], "batch": true, "live": true, "last_seq": 4, "stream": "5d"}'

    assert parse(text) == Subscription(Interest(frozenset({"M&M"}), batch=True, live=True), last_seq=4, stream="5d")


def test_without_wishes_a_subscription_is_the_default() -> None:
    assert parse('{"type": "subscribe"}') == Subscription(Interest())


@given(st.text())
def test_whatever_a_client_says_it_is_understood_or_refused(text: str) -> None:
    try:
        parse(text)
    except Refused as refusal:
        assert refusal.code in CloseCode


def test_close_codes_are_private_ones() -> None:
    assert all(4000 <= code <= 4999 for code in CloseCode)


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        (["risk-stream", "ticket.a.b"], Credential("ticket", "a.b")),
        (["bearer.x"], Credential("bearer", "x")),
        (["risk-stream", "ticket."], None),
        (["risk-stream"], None),
        ([], None),
    ],
)
def test_a_credential_is_found_among_the_subprotocols(offered: list[str], expected: Credential | None) -> None:
    assert credential_of(offered) == expected


def test_a_message_may_be_as_long_as_the_limit() -> None:
    with pytest.raises(Refused) as refusal:
        parse(" " * protocol.LARGEST_MESSAGE)

    assert refusal.value.code == CloseCode.BAD_MESSAGE
