"""Expected texts follow the Indian system: groups of two above the last three digits (Unicode CLDR, locale en-IN)."""

import pytest

from streaming.figures import duration, indian, signed


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0.00"),
        (999.994, "999.99"),
        (1000, "1,000.00"),
        (99999.5, "99,999.50"),
        (100000, "1,00,000.00"),
        (1234567.891, "12,34,567.89"),
        (123456789, "12,34,56,789.00"),
        (-2450.5, "−2,450.50"),
    ],
)
def test_numbers_are_grouped_the_indian_way(number: float, expected: str) -> None:
    assert indian(number) == expected


def test_no_decimals_means_no_point() -> None:
    assert indian(123456, decimals=0) == "1,23,456"


@pytest.mark.parametrize(("number", "expected"), [(1.2, "▲ +1.20"), (-1.2, "▼ −1.20"), (0.0, "0.00")])
def test_direction_is_written_not_only_coloured(number: float, expected: str) -> None:
    assert signed(number) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-1, "0 s"), (59.9, "59 s"), (60, "1:00 min"), (187, "3:07 min"), (7387, "2:03:07"), (172800, "2 days")],
)
def test_a_span_reads_as_people_say_it(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected
