"""What an entry changed, in each of the shapes that services write."""

import pytest

from audit.changes import Change, changes_in, facts_in


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"version": 2, "changes": [{"name": "high_threshold", "before": 0.8, "after": 0.85}]},
         [Change("high_threshold", "0.8", "0.85")]),
        ({"username": "asha", "changed": {"role": ["viewer", "analyst"], "is_active": [True, False]}},
         [Change("role", "viewer", "analyst"), Change("is_active", "yes", "no")]),
        ({"before": {"name": "A", "lot": 5}, "after": {"name": "B"}},
         [Change("lot", "5", "–"), Change("name", "A", "B")]),
        ({"from": "open", "to": "resolved", "note": "x"}, [Change("state", "open", "resolved")]),
        ({"from": "open", "to": "open"}, []),
        ({"door": "/login"}, []),
        ({"changes": [7, {"name": "x"}]}, []),
        ({"changed": {"role": "viewer"}}, []),
    ],
)  # fmt: skip
def test_a_change_is_found_in_every_shape(detail: dict[str, object], expected: list[Change]) -> None:
    assert changes_in(detail) == expected


def test_what_else_is_said_is_not_lost() -> None:
    assert facts_in({"username": "asha", "changed": {"role": ["viewer", "analyst"]}}) == [("username", "asha")]
    assert facts_in({"from": "open", "to": "open"}) == [("from", "open"), ("to", "open")]
    assert facts_in({"scopes": ["a", "b"], "until": None, "deep": {"x": [1]}}) == [
        ("scopes", "a, b"), ("until", "–"), ("deep", '{"x": [1]}'),
    ]  # fmt: skip
