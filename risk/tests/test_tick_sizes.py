import numpy as np

from risk.quant.tick_sizes import tick_sizes


def test_steps_follow_the_exchange_s_bands() -> None:
    # Shares since 15 April 2025: below 250 .01, to 1,000 .05, to 5,000 .10, to 10,000 .50, to 20,000 1, above 5.
    price = np.array([249.99, 250.0, 999.95, 1_000.0, 4_999.9, 5_000.0, 10_000.0, 20_000.0])
    found = tick_sizes(price, is_index=np.zeros(8, dtype=np.bool_))

    assert found.tolist() == [0.01, 0.05, 0.05, 0.10, 0.10, 0.50, 1.0, 5.0]


def test_an_index_and_an_unknown_price_have_no_step() -> None:
    found = tick_sizes(np.array([24_000.0, np.nan, 0.0, -1.0]), is_index=np.array([True, False, False, False]))

    assert np.isnan(found).all()
