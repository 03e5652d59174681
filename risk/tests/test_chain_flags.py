from dataclasses import replace

import pytest

from risk.quant.chain_flags import smile_flags
from risk.quant.option_quotes import usable_prices
from risk.quant.smile import Smile
from risk.quant.surface import shape_of
from risk.tests.chain_factories import chain

# Equity-like and sound; the second is A. Vogt's slice with butterfly arbitrage (Gatheral and Jacquier 2014, 3.1).
SOUND = Smile(0.1, 0.0032, 0.03, -0.4, 0.01, 0.08, -0.25, 0.2, 31, 0.001)
VOGT = Smile(
    1.0, -0.0410 + 0.1331 * 0.4153 * (1 - 0.3060**2) ** 0.5, 0.1331, 0.3060, 0.3586, 0.4153, -1.5, 1.5, 31, 0.001
)


def flags_of(smile: Smile) -> list[str]:
    made = chain()
    return smile_flags(made, usable_prices(made), smile, shape_of(smile))


@pytest.mark.parametrize(
    ("smile", "flags"),
    [
        (SOUND, []),
        (VOGT, ["butterfly_arbitrage"]),
        (replace(SOUND, low=-0.01), ["wings_short_of_25_delta"]),
        (replace(SOUND, error=0.051 * shape_of(SOUND).atm), ["loose_fit"]),
        (replace(SOUND, error=0.049 * shape_of(SOUND).atm), []),
    ],
)
def test_a_smile_is_flagged_for_what_is_wrong_with_it(smile: Smile, flags: list[str]) -> None:
    assert flags_of(smile) == flags


def test_a_chain_without_a_smile_has_too_few_quotes() -> None:
    made = chain()

    assert smile_flags(made, usable_prices(made), None, None) == ["too_few_quotes"]
