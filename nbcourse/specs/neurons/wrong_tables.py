"""Recognize how a network for a truth table went wrong, whatever its author's weights are.

Each test gets the arguments and a network. Where the network happens to be right, it says whether
the mistake could have led there.
"""

from itertools import product
from typing import Any

import numpy as np

from nbcourse.exercise.cases import Raised
from nbcourse.exercise.plain import Foreign
from nbcourse.specs.neurons import judged
from nbcourse.specs.neurons.judged import NETWORK, Test


def task(args: tuple[Any, ...]) -> Any:
    """The inputs and the values of a table."""
    (table,) = args
    return table[:, :-1], table[:, -1]


accept = judged.judge(NETWORK, task)


def with_values(table: Any, values: Any) -> tuple[Any]:
    """The arguments for a table with the same inputs and other values."""
    return (np.column_stack([table[:, :-1], values]),)


def all_inputs(table: Any) -> Any:
    """The rows 0...0 to 1...1 in the order of the numbers that they stand for."""
    return np.array(list(product((0, 1), repeat=table.shape[1] - 1)))


def only_without_ones(args: tuple[Any, ...], result: Any) -> bool:
    """Whether only tables without a 1 come out wrong."""
    (table,) = args
    if not table[:, -1].any():
        return True
    return not isinstance(result, Raised) and accept(args, result) is None


def by_number(args: tuple[Any, ...], result: Any) -> bool:
    """Whether row i is taken for the number i, its bits read from either end."""
    (table,) = args
    inputs = all_inputs(table)
    orders = [np.column_stack([each, table[:, -1]]) for each in (inputs, inputs[:, ::-1])]
    return any(accept((each,), result) is None for each in (table, *orders))


def complement(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the output is 1 where it should be 0, and the other way round."""
    (table,) = args
    return accept(with_values(table, 1 - table[:, -1]), result) is None


def without(row: int) -> Test:
    """Whether only this row of the table is overlooked, if it has the value 1."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        (table,) = args
        values = table[:, -1].copy()
        values[row] = 0
        return accept(args, result) is None or accept(with_values(table, values), result) is None

    return explains


def units_for_rows_with_0(args: tuple[Any, ...], result: Any) -> bool:
    """Whether every row has a hidden unit, in order, and each lights the output."""
    (table,) = args
    w1, b1, w2, b2 = judged.numbers(result)
    return accept(args, result) is None or accept(args, (w1, b1, w2 * table[:, -1], b2)) is None


def several_at_once(args: tuple[Any, ...], result: Any) -> bool:
    """Whether an OR of the hidden units would be right, but the output's bias is another."""
    if accept(args, result) is None:
        return True
    w1, b1, w2, _ = judged.numbers(result)
    return bool(w2.min() > 0) and accept(args, (w1, b1, w2, -0.5 * w2.min())) is None


def other_biases(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the hidden units would do with other biases: each below its largest score."""
    if accept(args, result) is None:
        return True
    w1, _, w2, b2 = judged.numbers(result)
    largest = np.maximum(w1, 0.0).sum(axis=0)
    return accept(args, (w1, 0.5 * np.abs(w1).min(axis=0) - largest, w2, b2)) is None


def one_unit(args: tuple[Any, ...], result: Any) -> bool:
    """Whether there is one hidden unit where several are needed, right for a row with a 1."""
    (table,) = args
    ones = np.flatnonzero(table[:, -1])
    if accept(args, result) is None:
        return True
    alone = [with_values(table, np.arange(len(table)) == row) for row in ones]
    return bool(np.shape(result[0])[1] == 1) and any(accept(one, result) is None for one in alone)


def hidden_by_inputs(args: tuple[Any, ...], result: Any) -> bool:
    """Whether w1 has a row for each hidden unit."""
    (table,) = args
    w1, b1, *_ = result
    wanted = (len(b1), table.shape[1] - 1)
    return not len(b1) or bool(np.shape(w1) == wanted)


def value_among_the_inputs(args: tuple[Any, ...], result: Any) -> bool:
    """Whether w1 has a row for the column of values."""
    (table,) = args
    return bool(np.shape(result[0])[0] == table.shape[1])


def until_the_first_0(table: Any) -> Any:
    """The table with the value 0 in all rows from the first one that has it."""
    return with_values(table, np.cumprod(table[:, -1]))[0]


def stopped(args: tuple[Any, ...], result: Any) -> bool:
    """Whether rows after the first with the value 0 are not looked at."""
    (table,) = args
    return accept(args, result) is None or accept((until_the_first_0(table),), result) is None


def first_column_as_value(args: tuple[Any, ...], result: Any) -> bool:
    """Whether a unit was made for the rest of each row that begins with a 1."""
    (table,) = args
    begin = table[table[:, 0] == 1, 1:]
    values = [(begin == row).all(axis=1).any() for row in table[:, :-1]]
    return accept(args, result) is None or accept(with_values(table, values), result) is None


def two_inputs_only(args: tuple[Any, ...], result: Any) -> bool:
    """Whether w1 has two rows, whatever the table is."""
    return bool(np.shape(result[0])[0] == 2)


def outputs(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it is a function, or the outputs themselves."""
    (table,) = args
    return isinstance(result, Foreign) or np.shape(result) == (len(table),)


def wrong_where(value: int) -> Test:
    """Whether the network is well formed, and wrong at most in rows of this value."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        x, wanted = task(args)
        if judged.fault(result, NETWORK, x.shape[1]):
            return False
        got = judged.run(x, *judged.numbers(result))
        return bool((got == wanted)[wanted != value].all())

    return explains
