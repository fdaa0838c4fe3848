"""Networks of step units with one hidden layer: logic by hand, any truth table, Madaline."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.neurons import adaline_update, and_gate, neuron_scores, or_gate, step

Network = tuple[Array, Array, Array, float]  # w1 (D, H), b1 (H,), w2 (H,), b2


def step_network(x: Any, w1: Array, b1: Array, w2: Array, b2: float) -> Any:
    r"""Output of a network of step units, :math:`step(step(x w_1 + b_1) \cdot w_2 + b_2)`.

    Parameters
    ----------
    x : array (D,) or (N, D)
    w1 : array (D, H), one hidden unit a column; H may be 0
    b1 : array (H,)
    w2 : array (H,)
    b2 : number

    Returns
    -------
    0.0 or 1.0, or an array (N,) of these

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> step_network(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), *xor_network())
    array([0., 1., 1., 0.])
    """
    return step(neuron_scores(w2, b2, step(_hidden_scores(x, w1, b1, w2))))


def xor_network() -> Network:
    r"""Two hidden units and an output that is 1 when exactly one of two inputs is 1.

    The hidden units are OR and AND; the output is OR and not AND,
    :math:`step(o_1 - o_2 - \tfrac12)`.

    Examples
    --------
    >>> w1, b1, w2, b2 = xor_network()
    >>> w1.shape, b1.tolist(), w2.tolist(), b2
    ((2, 2), [-0.5, -1.5], [1.0, -1.0], -0.5)
    """
    (w_or, b_or), (w_and, b_and) = or_gate(), and_gate()
    return np.column_stack([w_or, w_and]), np.array([b_or, b_and]), np.array([1.0, -1.0]), -0.5


def truth_table(function: Callable[..., Any], n_inputs: int) -> NDArray[np.int64]:
    """Truth table of a function of 0s and 1s.

    Parameters
    ----------
    function : takes ``n_inputs`` whole numbers, 0 or 1; its result counts as true or false
    n_inputs : D

    Returns
    -------
    integer array (2^D, D + 1), the last column the value

    Examples
    --------
    >>> truth_table(lambda a, b: a and not b, 2)
    array([[0, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 0]])
    """
    rows = product((0, 1), repeat=n_inputs)
    return np.array([[*row, bool(function(*row))] for row in rows], dtype=np.int64)


def dnf_network(table: Any) -> Network:
    r"""Network of step units for any truth table, by its disjunctive normal form.

    Each row with the value 1 gets a hidden unit that fires for this row alone: weight 1 where the
    row has 1, -1 where it has 0, and bias :math:`\tfrac12` less the number of ones. The output is
    the OR of these. Half of all rows need a unit on average, :math:`2^{D-1}` of them.

    Parameters
    ----------
    table : array (2^D, D + 1) of 0 and 1, its rows in any order, the last column the value

    Returns
    -------
    w1 : array (D, H), H the number of rows with the value 1, which may be 0
    b1 : array (H,)
    w2 : array (H,)
    b2 : number

    Raises
    ------
    ValueError
        The table has another shape, other entries, or a row of inputs twice.

    Examples
    --------
    >>> majority = truth_table(lambda a, b, c: a + b + c >= 2, 3)
    >>> network = dnf_network(majority)
    >>> network[0].shape
    (3, 4)
    >>> (step_network(majority[:, :-1], *network) == majority[:, -1]).all()
    np.True_
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[1] < 2 or len(table) != 2 ** (table.shape[1] - 1):
        raise ValueError(f"a truth table has the shape (2^D, D + 1), got {table.shape}")
    if not np.isin(table, (0, 1)).all() or len(np.unique(table[:, :-1], axis=0)) < len(table):
        raise ValueError("a truth table holds 0 and 1, and each row of inputs once")
    ones = table[table[:, -1] == 1, :-1].astype(np.float64)
    return (2.0 * ones - 1.0).T, 0.5 - ones.sum(axis=1), np.ones(len(ones)), -0.5


def madaline(x: Any, w1: Array, b1: Array) -> Any:
    """Output of a Madaline, many ADALINEs (Widrow, 1962): +1 when at least one of them fires.

    Its three layers are the inputs, a hidden layer of ADALINEs with thresholds, and a logic gate,
    here OR. Only the hidden layer has weights that learn.

    Parameters
    ----------
    x : array (D,) or (N, D), often of -1 and +1
    w1 : array (D, H), one ADALINE a column
    b1 : array (H,)

    Returns
    -------
    -1.0 or 1.0, or an array (N,) of these

    Examples
    --------
    >>> w1, b1 = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([-1.0, -1.0])
    >>> madaline(np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]), w1, b1)
    array([-1.,  1.,  1., -1.])
    """
    units = w1.shape[-1]
    w2, b2 = np.ones(units), -0.5  # OR of any number of units
    return 2.0 * step_network(x, w1, b1, w2, b2) - 1.0


def madaline_update(w1: Array, b1: Array, x: Array, y: float, lr: float) -> tuple[Array, Array]:
    r"""Madaline Rule I for one example: change as little as puts the output right.

    A step unit has no useful derivative, so the rule reasons about the OR. If the output should
    be +1, one unit has to fire: the one whose score is nearest to 0 learns. If it should be -1,
    no unit may fire: all that do learn. They learn by the LMS rule of ``adaline_update``, with
    ``y`` as the target of each. An example with the right output changes nothing.

    Parameters
    ----------
    w1 : array (D, H); not changed
    b1 : array (H,); not changed
    x : array (D,)
    y : -1 or +1
    lr : learning rate

    Returns
    -------
    w1, b1

    Notes
    -----
    Ridgway (1962), as told by Widrow and Lehr, "30 years of adaptive neural networks" (1990). The
    rule rests on a fixed gate behind one learning layer. How to train the layers of a deeper
    network was not known.

    Examples
    --------
    >>> w1, b1 = np.array([[0.1, -1.0]]), np.zeros(2)
    >>> w1, b1 = madaline_update(w1, b1, np.array([1.0]), -1, 0.5)
    >>> w1.round(2), b1.round(2)
    (array([[-0.45, -1.  ]]), array([-0.55,  0.  ]))
    """
    w1, b1 = w1.copy(), b1.copy()
    if madaline(x, w1, b1) == y:
        return w1, b1
    scores = x @ w1 + b1
    units = [int(np.abs(scores).argmin())] if y > 0 else np.flatnonzero(scores >= 0)
    for unit in units:
        w1[:, unit], b1[unit] = adaline_update(w1[:, unit], b1[unit], x, y, lr)
    return w1, b1


def _hidden_scores(x: Any, w1: Array, b1: Array, w2: Array) -> Any:
    x = np.asarray(x)
    if w1.ndim != 2 or x.shape[-1:] != w1.shape[:1] or not b1.shape == w2.shape == w1.shape[1:]:
        raise ValueError(
            f"a network needs x (N, D), w1 (D, H), b1 (H,), w2 (H,); got x {x.shape}, w1 "
            f"{w1.shape}, b1 {b1.shape}, w2 {w2.shape}"
        )
    return x @ w1 + b1
