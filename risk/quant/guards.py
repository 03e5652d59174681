"""What public functions demand of their arguments: each guard names the argument and says what came."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def finite(name: str, value: ArrayLike) -> FloatArray:
    """Return the value as an array.  Raises ValueError, naming it, unless all of it is finite."""
    array = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite, was {array[~np.isfinite(array)].flat[0]}")
    return array


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Return the value as an array.  Raises ValueError, naming it, unless all of it is finite and above zero."""
    array = finite(name, value)
    if not np.all(array > 0):
        raise ValueError(f"{name} must be positive, was {array.min()}")
    return array


def not_negative(name: str, value: ArrayLike) -> FloatArray:
    """Return the value as an array.  Raises ValueError, naming it, unless all of it is finite and not below zero."""
    array = finite(name, value)
    if not np.all(array >= 0):
        raise ValueError(f"{name} must not be negative, was {array.min()}")
    return array


def chances(name: str, value: ArrayLike) -> FloatArray:
    """Return the value as an array.  Raises ValueError, naming it, unless all of it lies in [0, 1]; NaN does not."""
    array = np.asarray(value, dtype=np.float64)
    inside = (array >= 0) & (array <= 1)
    if not np.all(inside):
        raise ValueError(f"{name} must lie in [0, 1], was {array[~inside].flat[0]}")
    return array


def at_least(name: str, value: int, least: int) -> int:
    """Return the whole number.  Raises ValueError, naming it, below `least`."""
    if not value >= least:
        raise ValueError(f"{name} must be at least {least}, was {value}")
    return value


def one_shape(**arrays: NDArray[np.generic]) -> None:
    """Do nothing for arrays of one shape.  Raises ValueError, naming them, for any others."""
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"arguments must have one shape, were {listed}")


def some(name: str, values: NDArray[np.generic]) -> None:
    """Do nothing for an array with elements.  Raises ValueError, naming it, for one without."""
    if not np.size(values):
        raise ValueError(f"{name} must not be empty, had shape {np.shape(values)}")
