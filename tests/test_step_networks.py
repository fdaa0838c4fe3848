"""Networks of step units: XOR, any truth table, and a Madaline that learns XOR."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from nbcourse.step_networks import (
    dnf_network,
    madaline,
    madaline_update,
    step_network,
    truth_table,
    xor_network,
)

Array = np.ndarray


def test_xor() -> None:
    table = truth_table(lambda a, b: a != b, 2)
    outputs = step_network(table[:, :-1], *xor_network())
    assert outputs.tolist() == table[:, -1].tolist() == [0, 1, 1, 0]
    assert step_network(table[1, :-1], *xor_network()) == 1.0


def test_a_truth_table_has_every_row_once() -> None:
    table = truth_table(lambda a, b, c: a and (b or c), 3)
    assert [tuple(row) for row in table[:, :-1].tolist()] == list(product((0, 1), repeat=3))
    assert table[:, -1].tolist() == [0, 0, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("n_inputs", [1, 2, 3])
def test_every_truth_table_has_a_network(n_inputs: int) -> None:
    inputs = np.array(list(product((0, 1), repeat=n_inputs)))
    for values in product((0, 1), repeat=len(inputs)):
        order = np.random.default_rng(sum(values)).permutation(len(inputs))
        table = np.column_stack([inputs, values])[order]
        network = dnf_network(table)
        assert network[0].shape == (n_inputs, sum(values))
        assert step_network(table[:, :-1], *network).tolist() == table[:, -1].tolist()


@pytest.mark.parametrize(("n_inputs", "units"), [(2, 2), (5, 16), (10, 512)])
def test_parity_doubles_with_each_input(n_inputs: int, units: int) -> None:
    table = truth_table(lambda *bits: sum(bits) % 2, n_inputs)
    network = dnf_network(table)
    assert network[0].shape[1] == units
    assert (step_network(table[:, :-1], *network) == table[:, -1]).all()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (np.zeros((4, 2)), r"has the shape \(2\^D, D \+ 1\), got \(4, 2\)"),
        (np.zeros(4), r"has the shape \(2\^D, D \+ 1\), got \(4,\)"),
        (np.zeros((1, 1)), r"has the shape"),
        (np.zeros((4, 3)), "each row of inputs once"),
        (np.array([[-1, 1], [1, 0]]), "holds 0 and 1"),
    ],
)
def test_what_is_no_truth_table_is_refused(table: Array, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dnf_network(table)


@pytest.mark.parametrize(
    "shapes",
    [((4, 3), (2, 2), (2,), (2,)), ((4, 2), (2,), (2,), (2,)), ((4, 2), (2, 2), (3,), (2,))],
)
def test_what_does_not_fit_is_refused(shapes: Any) -> None:
    with pytest.raises(ValueError, match=r"a network needs x \(N, D\), w1 \(D, H\).*; got x"):
        step_network(*(np.ones(shape) for shape in shapes), 0.0)


SIGNS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
XOR = np.array([-1, 1, 1, -1])


def test_a_madaline_is_an_or_of_its_units() -> None:
    rng = np.random.default_rng(0)
    w1, b1, x = rng.standard_normal((3, 4)), rng.normal(-1.5, 1.0, 4), rng.standard_normal((50, 3))
    fires = (x @ w1 + b1 >= 0).any(axis=1)
    assert 0 < fires.sum() < 50
    assert madaline(x, w1, b1).tolist() == np.where(fires, 1.0, -1.0).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_a_madaline_of_two_units_learns_xor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w1, b1 = 0.1 * rng.standard_normal((2, 2)), 0.1 * rng.standard_normal(2)
    for _ in range(20):
        for i in rng.permutation(4):
            w1, b1 = madaline_update(w1, b1, SIGNS[i], XOR[i], 0.2)
    assert madaline(SIGNS, w1, b1).tolist() == XOR.tolist()


def test_madaline_changes_as_little_as_puts_the_output_right() -> None:
    w1, b1 = np.array([[0.2, 0.9, -1.0]]), np.zeros(3)
    w1.flags.writeable = b1.flags.writeable = False
    right = madaline_update(w1, b1, np.array([1.0]), 1, 0.5)
    assert np.array_equal(right[0], w1)
    # Two units fire and should not: both learn, the third does not.
    down, _ = madaline_update(w1, b1, np.array([1.0]), -1, 0.5)
    assert (down != w1).tolist() == [[True, True, False]]
    # None fires and one should: the nearest to 0 learns.
    up, _ = madaline_update(-np.abs(w1), b1, np.array([1.0]), 1, 0.5)
    assert (up != -np.abs(w1)).tolist() == [[True, False, False]]
