"""Central differences of many entries in one evaluation, where these do not meet in the output.

The rows of a linear layer's input are examples, and an example reaches its own row of the output
alone. Then the first entries of all rows can be moved at once: what each has done is seen in its
own row. Two evaluations a column take the place of two an entry.
"""

import math
from collections.abc import Callable
from itertools import chain, combinations, islice
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from nbcourse.arrays import Array

#: Which parts of an input reach their own part of the output alone.
Independent: TypeAlias = Literal["rows", "columns", "entries"]

#: What rounding may change in an output, as a share of its largest number.
ROUNDING = 1e-12


def independent_gradient(
    forward: Callable[[Array], Any],
    x: Array,
    dout: Array,
    independent: Independent,
    rng: np.random.Generator,
    *,
    h: float = 1e-5,
    name: str = "x",
) -> Array:
    r"""``numerical_gradient`` of :math:`L = \sum dout \cdot out`, many entries at a time.

    Whether the parts are independent is tried first: some are moved, and those that were not must
    stay as they are in the output. The sets that are moved are such that for any two parts one of
    them holds the first and not the second, so that no dependence is passed over. For n parts that
    takes about :math:`\log_2 n` evaluations.

    Parameters
    ----------
    forward : function of an array that returns an array
    x : float64 array; not changed
    dout : array, shape of the output
    independent : what reaches its own part of the output alone
        ``"rows"``: x[i] reaches out[i]; 2 evaluations for every entry of a row.
        ``"columns"``: x[..., j] reaches out[..., j]; 2 for every entry of a column.
        ``"entries"``: each entry reaches the one in its place; 2 in all.
    rng : draws how far the parts are moved
    h : step
    name : of x, for the message

    Returns
    -------
    array, shape of x

    Raises
    ------
    TypeError
        ``x`` is not float64.
    ValueError
        The parts are not independent, or the output has not as many of them.

    Examples
    --------
    >>> x, dout, rng = np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((2, 2)), np.random.default_rng(0)
    >>> independent_gradient(lambda x: x**3, x, dout, "entries", rng).round(6)
    array([[ 3., 12.],
           [27., 48.]])
    >>> independent_gradient(lambda x: x / x.sum(axis=0), x, dout, "rows", rng)
    Traceback (most recent call last):
    ValueError: x is not independent in its rows: ...
    """
    x = np.asarray(x)
    if x.dtype != np.float64:
        raise TypeError(f"{name} must be float64, got {x.dtype}: pass astype(np.float64)")
    moved = np.array(x, order="C")  # so that its parts are the same memory
    gradient = np.zeros(x.shape)
    parts, slopes, weights = (_parts(a, independent) for a in (moved, gradient, np.asarray(dout)))
    if len(parts) != len(weights):
        raise ValueError(
            f"{name} {x.shape} has {len(parts)} {independent}, the output {np.shape(dout)} has "
            f"{len(weights)}: declare what is the same in both, or leave independent out"
        )

    def evaluate() -> Array:
        return _parts(np.asarray(forward(moved.copy())), independent)

    _require_independent(evaluate, parts, independent, rng, h, name)
    for k in range(parts.shape[1]):
        kept = parts[:, k].copy()
        parts[:, k] = kept + h
        above = evaluate()
        parts[:, k] = kept - h
        below = evaluate()
        parts[:, k] = kept
        slopes[:, k] = np.sum(weights * (above - below), axis=1) / (2.0 * h)
    return gradient


def _parts(a: Array, independent: Independent) -> Array:
    """The array as a matrix, each of its independent parts a row of it."""
    if independent not in get_args(Independent):
        known = ", ".join(map(repr, get_args(Independent)))
        raise ValueError(f"independent must be one of {known}; got {independent!r}")
    if independent == "entries":
        return a.reshape(a.size, 1)
    if a.ndim == 0:
        raise ValueError(f"a number has no {independent}: leave independent out")
    if independent == "rows":
        return a.reshape(len(a), math.prod(a.shape[1:]))
    return a.reshape(math.prod(a.shape[:-1]), a.shape[-1]).T


def _require_independent(
    evaluate: Callable[[], Array],
    parts: Array,
    independent: Independent,
    rng: np.random.Generator,
    h: float,
    name: str,
) -> None:
    before, kept = evaluate(), parts.copy()
    scale = np.abs(before[np.isfinite(before)]).max(initial=0.0)
    for chosen in _sets(len(parts)):
        # Steps drawn at random: equal ones can cancel, as in a softmax.
        parts[chosen] += h * rng.uniform(1.0, 2.0, parts[chosen].shape)
        after = evaluate()
        parts[...] = kept
        rest = ~chosen
        if np.array_equal(after[rest], before[rest]):
            continue
        same = np.isclose(after, before, ROUNDING, ROUNDING * scale, equal_nan=True)
        changed = rest & ~same.all(axis=1)
        if changed.any():
            raise ValueError(
                f"{name} is not independent in its {independent}: number {changed.argmax()} of "
                f"the output's {independent} changes when only others of {name} are moved; leave "
                "independent out, or declare what holds"
            )


def _sets(n: int) -> Array:
    """Sets of the numbers below n, as a matrix of booleans, each of its rows a set.

    Each number is in half of the sets, and no two are in the same half. So none is in all the sets
    that another is in.
    """
    count = 0
    while math.comb(count, count // 2) < n:
        count += 1
    half = count // 2
    holding = chain.from_iterable(islice(combinations(range(count), half), n))
    sets = np.zeros((count, n), dtype=bool)
    sets[np.fromiter(holding, np.intp, n * half).reshape(n, half).T, np.arange(n)] = True
    return sets
