"""Compare whitened data whose columns may be turned over: the sign of a component is free."""

from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise.comparison import same


def align(result: Any, expected: tuple[Array, Array]) -> Any:
    """Both sets with their columns turned so that the training set's agree with the right ones.

    The training set says which columns are turned, and the test set has to follow. What is no pair
    of arrays of the right shapes comes back as it is.

    >>> z = np.array([[2.0, -3.0]])
    >>> [part.tolist() for part in align([-z, -z], (z, z))]
    [[[2.0, -3.0]], [[2.0, -3.0]]]
    """
    if not isinstance(result, (tuple, list)) or len(result) != len(expected):
        return result
    parts = [_matrix(part) for part in result]
    if any(part is None for part in parts):
        return result
    for part, right in zip(parts, expected, strict=True):
        if part.shape == right.shape:
            signs = _signs(part, right)
            fits = [p.ndim == 2 and p.shape[1] == len(signs) for p in parts]
            return tuple(
                p * signs.astype(p.dtype) if fit else given
                for p, fit, given in zip(parts, fits, result, strict=True)
            )
    return result


def alike(result: Any, other: Any) -> bool:
    """Whether two results agree up to the signs of the columns, set by set.

    >>> alike(([[1.0]], [[2.0]]), (np.array([[-1.0]]), np.array([[2.0]])))
    True
    """
    if not isinstance(result, (tuple, list)) or len(result) != len(other):
        return False
    return all(
        np.shape(a) == np.shape(b) and np.ndim(b) == 2 and same(a * _signs(np.asarray(a), b), b)
        for a, b in zip(result, other, strict=True)
    )


def _matrix(value: Any) -> Any:
    """An array of real floats, or None where there is none."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind == "f" else None


def _signs(a: Array, b: Array) -> Array:
    """1 for every column that points the same way in both, -1 for the others."""
    with np.errstate(all="ignore"):  # infinite entries have no sum
        signs: Array = np.where(np.sum(a * b, axis=0) < 0, -1.0, 1.0)
    return signs
