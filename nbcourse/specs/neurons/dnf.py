"""``dnf_network``: a network of step units for any truth table."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake
from nbcourse.specs.neurons import judged, wrong_tables
from nbcourse.specs.neurons.judged import NETWORK
from nbcourse.step_networks import dnf_network

Table = Any
_LARGE_INPUTS = 8


def _table(rng: np.random.Generator, values: Any) -> Table:
    """A truth table with these values of the rows 0...0 to 1...1, its rows in any order."""
    n_inputs = len(values).bit_length() - 1
    inputs = np.array(list(product((0, 1), repeat=n_inputs)))
    table = np.column_stack([inputs, np.asarray(values, dtype=np.int64)])
    ordered = shuffled = np.arange(len(table))
    while len(table) > 2 and np.array_equal(shuffled, ordered):
        shuffled = rng.permutation(len(table))
    return table[shuffled]


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield (_table(rng, [0, 1, 1, 0]),)
    yield (_table(rng, [0, 0, 0, 1]),)
    yield (_table(rng, [0, 1, 1, 1]),)
    yield (_table(rng, [0] * 8),)
    yield (_table(rng, [1] * 8),)
    yield (_table(rng, [1] + [0] * 7),)
    yield (_table(rng, [0] * 7 + [1]),)
    yield (_table(rng, [0, 1]),)
    yield (_table(rng, [1, 0]),)
    for n_inputs in (3, 3, 4):
        # Neither row order nor complement can be right by chance: both values, unequally often.
        ones = int(rng.integers(2, 2 ** (n_inputs - 1)))
        values = np.zeros(2**n_inputs, dtype=np.int64)
        values[rng.permutation(2**n_inputs)[:ones]] = 1
        yield (_table(rng, values),)
    yield (_table(rng, [bin(i).count("1") % 2 for i in range(16)]),)


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    return (_table(rng, rng.integers(0, 2, 2**_LARGE_INPUTS)),)


def _units(
    table: Table,
    *,
    weights: Callable[[Array], Array] = lambda rows: 2.0 * rows - 1.0,
    bias: Callable[[Array], Array] = lambda rows: 0.5 - rows.sum(axis=1),
    value: int = 1,
    out: Callable[[int], float] = lambda count: -0.5,
) -> tuple[Array, Array, Array, float]:
    """The network with a unit for each row of this value, and something changed in it."""
    rows = table[table[:, -1] == value, :-1].astype(np.float64)
    return weights(rows).T, bias(rows), np.ones(len(rows)), out(len(rows))


def _changed(change: Callable[..., Any]) -> Callable[[Table], Any]:
    """The right network, from whose parts something else is made."""
    return lambda table: change(*dnf_network(table))


def _rows_by_number(table: Table) -> Any:
    return _units(np.column_stack([wrong_tables.all_inputs(table), table[:, -1]]))


def _first_row_only(table: Table) -> Any:
    values = table[:, -1] * (np.cumsum(table[:, -1]) == 1)
    return dnf_network(np.column_stack([table[:, :-1], values]))


def _stacked_by_rows(table: Table) -> Any:
    w1, b1, w2, b2 = dnf_network(table)
    return (w1 if w1.size else np.array([])), b1, w2, b2


def _skips(row: int) -> Callable[[Table], Any]:
    def network(table: Table) -> Any:
        table = table.copy()
        table[row, -1] = 0
        return dnf_network(table)

    return network


def _loops(table: Table) -> Any:
    w1, b1 = [], []
    for *inputs, value in table.tolist():
        if value:
            w1.append([1 if each else -1 for each in inputs])
            b1.append(-sum(inputs))
    return np.array(w1).reshape(-1, table.shape[1] - 1).T, b1, [1] * len(b1), -1


def _a_unit_for_each_row(table: Table) -> Any:
    rows = table[:, :-1]
    return 10 * rows.T - 5, 2.5 - 5 * rows.sum(axis=1), 3.0 * table[:, -1], -2.0


def _zeros_as_complement(table: Table) -> Any:
    w1, b1, w2, _ = _units(table, value=0)
    return w1, b1, -w2, 0.5


DNF_NETWORK = Exercise(
    name="dnf_network",
    points=5,
    reference=dnf_network,
    parts=("network",),
    cases=_cases,
    large=_large,
    accept=wrong_tables.accept,
    mistakes=(
        Mistake(
            "Right, except for a table without a single 1. There are no hidden units then: w1 has "
            "the shape (D, 0), b1 and w2 the shape (0,). Or keep one hidden unit with weight 0 in "
            "w2. The output must be 0 all the same.",
            _stacked_by_rows,
            wrong_tables.only_without_ones,
        ),
        Mistake(
            "You take row i of the table for the number i in binary. The rows come in any order: "
            "read the inputs from the row itself.",
            _rows_by_number,
            wrong_tables.by_number,
        ),
        Mistake(
            "This would be right if a unit fired above 0 only. Some scores are exactly 0, and "
            "there the unit fires: move these biases down by a half.",
            lambda table: _units(table, bias=lambda rows: 1.0 - rows.sum(axis=1)),
            judged.read(NETWORK, wrong_tables.task, *judged.ABOVE_0),
        ),
        Mistake(
            "Some of your biases are thresholds. Every unit adds its bias, w.x + b >= 0: a bias is "
            "minus the threshold.",
            lambda table: _units(table, bias=lambda rows: rows.sum(axis=1) - 0.5),
            judged.rearranged(NETWORK, wrong_tables.task, *judged.THRESHOLDS),
        ),
        Mistake(
            "This would be right for values of -1 and +1. With inputs of 0 and 1 a hidden unit's "
            "own row gives w.x the value of its number of ones, not D: that is what its bias has "
            "to stand against.",
            lambda table: _units(table, bias=lambda rows: np.full(len(rows), 0.5 - rows.shape[1])),
            judged.read(NETWORK, wrong_tables.task, *judged.MINUS_1),
        ),
        Mistake(
            "Your hidden units belong to the rows with the value 0: the output is 1 where it "
            "should be 0 and the other way round.",
            lambda table: _units(table, value=0),
            wrong_tables.complement,
        ),
        Mistake(
            "Your output asks for several hidden units at once, but for any input at most one of "
            "them fires, the one of its row. The output is the OR of them.",
            lambda table: _units(table, out=lambda count: 0.5 - count),
            wrong_tables.several_at_once,
        ),
        Mistake(
            "You overlook the last row of the table.",
            _skips(-1),
            wrong_tables.without(-1),
        ),
        Mistake(
            "You overlook the first row of the table. It holds inputs and a value like the others; "
            "there is no heading.",
            _skips(0),
            wrong_tables.without(0),
        ),
        Mistake(
            "Your hidden units ignore the inputs that are 0 in their row, so they fire for rows "
            "with more ones too. A 0 in the row needs the weight -1: an input of 1 there must take "
            "the score down.",
            lambda table: _units(table, weights=lambda rows: rows),
        ),
        Mistake(
            "Your weights have the wrong sign: 1 where the row has a 1, -1 where it has a 0, so "
            "that the row itself has the largest score.",
            lambda table: _units(table, weights=lambda rows: 1.0 - 2.0 * rows),
            judged.rearranged(NETWORK, wrong_tables.task, lambda w1, b1, w2, b2: (-w1, b1, w2, b2)),
        ),
        Mistake(
            "Your hidden units fire for every row but their own: both w1 and b1 have the wrong "
            "sign. 1 where the row has a 1, -1 where it has a 0, and b1 minus a threshold.",
            lambda table: _units(
                table,
                weights=lambda rows: 1.0 - 2.0 * rows,
                bias=lambda rows: rows.sum(axis=1) - 0.5,
            ),
            judged.rearranged(
                NETWORK, wrong_tables.task, lambda w1, b1, w2, b2: (-w1, -b1, w2, b2)
            ),
        ),
        Mistake(
            "The hidden units are right, and they keep the output down: w2 has the wrong sign. One "
            "that fires has to light the output.",
            _changed(lambda w1, b1, w2, b2: (w1, b1, -w2, b2)),
            judged.rearranged(
                NETWORK,
                wrong_tables.task,
                lambda w1, b1, w2, b2: (w1, b1, -w2, b2),
                lambda w1, b1, w2, b2: (w1, b1, -w2, -b2),
            ),
        ),
        Mistake(
            "You stop at the first row with the value 0. It needs no hidden unit, but rows after "
            "it may: go on to the next row.",
            lambda table: _units(wrong_tables.until_the_first_0(table)),
            wrong_tables.stopped,
        ),
        Mistake(
            "You take the first column of the table for the value. It is the last one; those "
            "before it are the inputs.",
            lambda table: _units(np.roll(table, -1, axis=1)),
            wrong_tables.first_column_as_value,
        ),
        Mistake(
            "Your w1 has two rows, whatever the table is. The number of inputs is free: "
            "D = table.shape[1] - 1.",
            lambda table: _units(np.column_stack([table[:, :2], table[:, -1]])),
            wrong_tables.two_inputs_only,
        ),
        Mistake(
            "You make a hidden unit for each row of the table, and each lights the output. Rows "
            "with the value 0 need no unit, or one with the weight 0 in w2.",
            lambda table: _units(np.column_stack([table[:, :-1], np.ones_like(table[:, -1])])),
            wrong_tables.units_for_rows_with_0,
        ),
        Mistake(
            "Return the weights of the network, (w1, b1, w2, b2), and not what it does: the check "
            "puts the inputs in by itself.",
            lambda table: table[:, -1],
            wrong_tables.outputs,
        ),
        Mistake(
            "Your w1 is transposed: it has a column for each hidden unit and a row for each input.",
            _changed(lambda w1, b1, w2, b2: (w1.T, b1, w2, b2)),
            wrong_tables.hidden_by_inputs,
        ),
        Mistake(
            "Your w1 has a row too many: the last column of the table is the value, not an input.",
            _changed(lambda w1, b1, w2, b2: (np.vstack([w1, w1[:1]]), b1, w2, b2)),
            wrong_tables.value_among_the_inputs,
        ),
        Mistake(
            "The numbers are there, in arrays with an axis too many. b1 and w2 have the shape "
            "(H,), and b2 is a plain number.",
            _changed(lambda w1, b1, w2, b2: (w1, b1, w2[:, None], np.array([b2]))),
            judged.rearranged(NETWORK, wrong_tables.task, judged.flat),
        ),
        Mistake(
            "Your network is the same for every table. Build it from the table that is given.",
            lambda table: (np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([1.0, -1.0]), -0.5),
        ),
        Mistake(
            "Your network has one hidden unit, for a single row. Does the loop return too early, "
            "or overwrite what it found before? Every row with a 1 needs a unit of its own.",
            _first_row_only,
            wrong_tables.one_unit,
        ),
        Mistake(
            "Your weights w1 are right, the hidden biases b1 are not. A unit's score is largest "
            "for its own row, where w.x is its number of ones; for every other row it is smaller "
            "by 1 or more. The bias has to fall between the two.",
            lambda table: _units(table, bias=lambda rows: 0.5 - (1.0 - rows).sum(axis=1)),
            wrong_tables.other_biases,
        ),
        Mistake(
            "Where the table says 1, your output is right, but it is 1 for other rows too. A "
            "hidden unit must fire for its own row alone: take one, change a single input of its "
            "row, and see whether the score falls below 0. And without any hidden unit firing the "
            "output's score, b2, must be below 0.",
            lambda table: _units(table, weights=lambda rows: 2.0 * rows - 0.5),
            wrong_tables.wrong_where(0),
        ),
        Mistake(
            "Where the table says 0, your output is right, but some rows with the value 1 are not "
            "seen. Put such a row into its own hidden unit: the score must not be below 0. Then "
            "put that one unit into the output.",
            lambda table: _units(table, bias=lambda rows: -rows.sum(axis=1) - 0.5),
            wrong_tables.wrong_where(1),
        ),
    ),
    alternatives=(_loops, _a_unit_for_each_row, _zeros_as_complement),
    summary="a network of step units for a truth table, a hidden unit for each row with a 1",
)
