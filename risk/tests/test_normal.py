import mpmath
import numpy as np
import pytest

from risk.quant.normal import REACH, STEPS, WORTHWHILE, distribution, node_and_slope

HALFWAY = (np.arange(-8, 8, 0.25) * STEPS + 0.5) / STEPS


def exact(z: float) -> float:
    with mpmath.workdps(30):
        return float(mpmath.ncdf(mpmath.mpf(z)))


@pytest.mark.parametrize("count", [WORTHWHILE - 1, 2 * WORTHWHILE])
def test_the_distribution_is_exact_to_rounding(count: int) -> None:
    spread = np.concatenate([np.random.default_rng(3).uniform(-9, 9, count - len(HALFWAY)), HALFWAY])

    found = distribution(spread)

    assert found == pytest.approx([exact(z) for z in spread], rel=0, abs=3e-16)


def test_far_out_the_distribution_is_zero_or_one() -> None:
    far = np.concatenate([np.full(WORTHWHILE, 0.0), [-1e40, -1e5, -40, -REACH - 3, REACH + 3, 40, 1e5, 1e40]])

    found = distribution(far)[-8:]

    assert found == pytest.approx([0, 0, 0, 0, 1, 1, 1, 1], rel=0, abs=1e-25)


@pytest.mark.parametrize("count", [10, WORTHWHILE])
def test_what_lay_in_the_buffers_does_not_matter(count: int) -> None:
    z = np.full((1, count), -1.0)
    node, slope, scratch = (np.full((1, count), 7.0) for _ in range(3))

    node_and_slope(z, node=node, slope=slope, scratch=scratch)

    density = np.exp(-0.5) / np.sqrt(2 * np.pi)
    assert (node + density * slope)[0, 0] == pytest.approx(exact(-1.0), rel=0, abs=3e-16)


def test_the_shape_is_kept() -> None:
    assert distribution(np.zeros((2, 3))).tolist() == [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
