import numpy as np
import pytest

from risk.quant.comovement import BlockMoments, co_movement

ALL = np.ones(2, dtype=np.bool_)
OPEN = np.array([1000, 2000])


def fed(blocks: BlockMoments, closes: dict[int, list[int]], *, silent: int | None = None) -> BlockMoments:
    active = np.array([column != silent for column in range(2)])
    for minute, prices in closes.items():
        blocks.close(minute, open=OPEN, close=np.array(prices), active=active)
    return blocks


def test_a_symbol_that_moves_twice_as_the_index_has_beta_2() -> None:
    x = np.random.default_rng(1).normal(size=100)
    y = 2 * x
    moments = np.array([100.0, x @ x, y @ y, x @ y])[:, None]

    found = co_movement(moments)

    assert np.array(found)[:, 0] == pytest.approx([2.0, 1.0, 1.0])


def test_beta_needs_a_weight_of_30_and_an_index_that_moves() -> None:
    moments = np.array([[29.9, 1.0, 1.0, 1.0], [30.0, 0.0, 1.0, 0.0], [30.0, 1.0, 0.0, 0.0], [30.0, 1e-300, 1e-300, 0]])

    found = co_movement(moments.T)

    assert found.beta.tolist() == pytest.approx([np.nan, np.nan, 0.0, 0.0], nan_ok=True)
    assert found.correlation.tolist() == pytest.approx([np.nan, np.nan, np.nan, 0.0], nan_ok=True)
    assert found.systematic_share.tolist() == pytest.approx([np.nan, np.nan, np.nan, 0.0], nan_ok=True)


def test_the_first_block_runs_from_the_open_and_the_next_from_close_to_close() -> None:
    blocks = fed(BlockMoments(2, index=0), {0: [1001, 2002], 4: [1010, 2040], 6: [1000, 2000]})

    x, y = np.log([1.010, 1000 / 1010]), np.log([1.02, 2000 / 2040])
    assert blocks.sums(10)[:, 1] == pytest.approx([2, x @ x, y @ y, x @ y], rel=1e-12)
    assert blocks.sums(10)[:, 0] == pytest.approx([2, x @ x, x @ x, x @ x], rel=1e-12)


def test_a_block_counts_only_when_it_is_over() -> None:
    blocks = fed(BlockMoments(2, index=0), {0: [1010, 2020]})

    assert blocks.sums(4)[0].tolist() == [0, 0]
    assert blocks.sums(5)[0].tolist() == [1, 1]


def test_no_return_spans_a_silent_block() -> None:
    blocks = fed(BlockMoments(2, index=0), {0: [1010, 2020], 11: [1020, 2030], 16: [1030, 2040]})

    assert blocks.sums(20)[0].tolist() == [2, 2]  # the blocks of minutes 0 and 16


def test_a_block_without_the_index_does_not_count() -> None:
    blocks = fed(BlockMoments(2, index=0), {0: [1010, 2020]}, silent=0)

    assert not blocks.sums(375).any()


def test_without_an_index_there_are_no_moments() -> None:
    assert not fed(BlockMoments(2, index=None), {0: [1010, 2020]}).sums(375).any()


@pytest.mark.parametrize("index", [-1, 2])
def test_an_index_outside_the_columns_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match="index must be a column of 2 symbols"):
        BlockMoments(2, index=index)
