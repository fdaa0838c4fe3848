"""The sheet on neurons, answered as different people would: right ones pass, others are told why.

Each wrong answer makes one mistake. The words beside it are those of the hint that names it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.specs import find_exercise

Function = Callable[..., Any]


def perceptron(
    learns: Function = lambda y, s: y * s <= 0,
    step: Function = lambda x, y, s: (y * x, y),
    score: Function = lambda w, b, x: w @ x + b,
) -> Function:
    """``perceptron_update`` with another condition, step, or score."""

    def update(w: Any, b: Any, x: Any, y: Any) -> Any:
        s = score(w, b, x)
        dw, db = step(x, y, s) if learns(y, s) else (0 * x, 0)
        return w + dw, b + db

    return update


def by_one_longer_vector(w: Any, b: Any, x: Any, y: Any) -> Any:
    weights, inputs = np.append(w, b), np.append(x, 1.0)
    if y * np.inner(weights, inputs) <= 0:
        weights = weights + y * inputs
    return [weights[:-1], weights[-1]]


def by_loops(w: Any, b: Any, x: Any, y: Any) -> Any:
    score = b
    for each, value in zip(w, x, strict=True):
        score += each * value
    wrong = (score >= 0) if y == -1 else (score <= 0)
    if wrong:
        return np.array([each + y * value for each, value in zip(w, x, strict=True)]), b + y
    return w.copy(), b


def in_place(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) <= 0:
        w += y * x
        b += y
    return w, b


def nothing_when_right(w: Any, b: Any, x: Any, y: Any) -> Any:
    return (w + y * x, b + y) if y * (w @ x + b) <= 0 else None


def until_right(w: Any, b: Any, x: Any, y: Any) -> Any:
    while y * (w @ x + b) <= 0:
        w, b = w + y * x, b + y
    return w, b


def adaline(
    error: Function = lambda y, s: y - s,
    step: Function = lambda e, x, lr: (lr * e * x, lr * e),
    score: Function = lambda w, b, x: w @ x + b,
) -> Function:
    """``adaline_update`` with another error, step, or score."""

    def update(w: Any, b: Any, x: Any, y: Any, lr: Any) -> Any:
        dw, db = step(error(y, score(w, b, x)), x, lr)
        return w + dw, b + db

    return update


def downhill(w: Any, b: Any, x: Any, y: Any, lr: Any) -> Any:
    slope = np.einsum("i,i->", w, x) + b - y
    return [np.subtract(w, lr * slope * x), b - lr * slope]


def new_error_for_the_bias(w: Any, b: Any, x: Any, y: Any, lr: Any) -> Any:
    w = w + lr * (y - (w @ x + b)) * x
    return w, b + lr * (y - (w @ x + b))


def weights(*parts: Any) -> Function:
    """A gate or a network with these weights."""
    return lambda: tuple(np.array(p, dtype=float) if np.ndim(p) else p for p in parts)


BOTH = [[1, 1], [1, 1]]  # two hidden units that add up the inputs
EITHER = [[1, -1], [1, -1]]  # one for the sum, one against it


def dnf(
    rows: Function = lambda table: table[table[:, -1] == 1, :-1],
    w1: Function = lambda rows: (2.0 * rows - 1).T,
    b1: Function = lambda rows: 0.5 - rows.sum(axis=1),
    w2: Function = lambda h: np.ones(h),
    b2: Function = lambda h: -0.5,
) -> Function:
    """``dnf_network`` from its rows with a 1, with other weights or biases."""

    def network(table: Any) -> Any:
        ones = rows(table)
        return w1(ones), b1(ones), w2(len(ones)), b2(len(ones))

    return network


def clauses_of_the_zeros(table: Any) -> Any:
    rows = table[table[:, -1] == 0, :-1]
    return (1.0 - 2 * rows).T, rows.sum(axis=1) - 1.0, np.ones(len(rows)), -float(len(rows))


def unit_by_unit(table: Any) -> Any:
    w1, b1 = [], []
    for *inputs, value in table.tolist():
        if value == 1:
            w1.append([4 if bit else -3 for bit in inputs])
            b1.append(-4 * sum(inputs))
    return np.array(w1).reshape(len(w1), table.shape[1] - 1).T, b1, [2] * len(w1), -1


def by_place(table: Any) -> Any:
    d = table.shape[1] - 1
    bits = [[int(bit) for bit in f"{i:0{d}b}"] for i in np.flatnonzero(table[:, -1])]
    return dnf(lambda table: np.array(bits).reshape(-1, d))(table)


def first_rows(table: Any) -> Any:
    stop = np.append(np.flatnonzero(table[:, -1] == 0), len(table))[0]
    return table[:stop, :-1]


RIGHT: list[tuple[str, Function]] = [
    ("perceptron_update", perceptron(lambda y, s: np.sign(s) != y)),
    ("perceptron_update", by_one_longer_vector),
    ("perceptron_update", by_loops),
    ("adaline_update", adaline()),
    ("adaline_update", downhill),
    ("or_gate", weights([20, 35], np.array(-10))),
    ("or_gate", lambda: [[1, 1], -1]),
    ("and_gate", weights([1, 1], -2)),
    ("and_gate", weights([3, 0.5], np.float64(-3.25))),
    ("xor_network", weights(EITHER, [-0.5, 1.5], [1, 1], -1.5)),
    ("xor_network", weights([[1, 1, 0], [1, 1, 0]], [-0.9, -1.1, -5], [1, -1, 9], -0.5)),
    ("dnf_network", dnf()),
    ("dnf_network", clauses_of_the_zeros),
    ("dnf_network", unit_by_unit),
]

WRONG: list[tuple[str, Function, str]] = [
    ("perceptron_update", perceptron(lambda y, s: y * s < 0), "lies on the line"),
    ("perceptron_update", perceptron(lambda y, s: (s >= 0) != (y > 0)), "exactly 0"),
    ("perceptron_update", perceptron(lambda y, s: True), "from every example"),
    ("perceptron_update", perceptron(lambda y, s: s <= 0), "multiply by y"),
    ("perceptron_update", perceptron(lambda y, s: y * s < 1), "margin"),
    ("perceptron_update", perceptron(step=lambda x, y, s: (-y * x, -y)), "move away"),
    ("perceptron_update", perceptron(step=lambda x, y, s: (x, 1)), "whatever the label"),
    ("perceptron_update", perceptron(step=lambda x, y, s: (y * x, 0)), "bias stays"),
    ("perceptron_update", perceptron(step=lambda x, y, s: (2 * y * x, 2 * y)), "step is y x"),
    ("perceptron_update", perceptron(step=lambda x, y, s: (0.1 * y * x, 0.1 * y)), "learning rate"),
    ("perceptron_update", perceptron(step=lambda x, y, s: ((y - s) * x, y - s)), "ADALINE"),
    ("perceptron_update", perceptron(score=lambda w, b, x: w @ x), "without the bias"),
    ("perceptron_update", in_place, "changes its input w"),
    ("perceptron_update", nothing_when_right, "return nothing"),
    ("perceptron_update", until_right, "one step"),
    ("adaline_update", adaline(lambda y, s: s - y), "wrong way"),
    ("adaline_update", adaline(lambda y, s: y - np.sign(s)), "perceptron's error"),
    ("adaline_update", adaline(lambda y, s: 2 * (y - s)), "twice"),
    ("adaline_update", adaline(lambda y, s: (y - np.tanh(s)) * (1 - np.tanh(s) ** 2)), "linear"),
    ("adaline_update", adaline(step=lambda e, x, lr: (lr * e * x, e)), "without the learning rate"),
    ("adaline_update", adaline(step=lambda e, x, lr: (lr * e * x, 0)), "bias stays"),
    ("adaline_update", adaline(step=lambda e, x, lr: (lr * e, lr * e)), "leave x out"),
    (
        "adaline_update",
        adaline(step=lambda e, x, lr: (lr * e * x / (x @ x), lr * e / (x @ x))),
        "squared length",
    ),
    ("adaline_update", adaline(score=lambda w, b, x: w @ x), "without the bias"),
    ("adaline_update", adaline(score=lambda w, b, x: w @ x - b), "parentheses"),
    ("adaline_update", new_error_for_the_bias, "Compute the error once"),
    ("or_gate", weights([1, 1], 0), "fires at exactly 0"),
    ("or_gate", weights([1, 1], 0.5), "threshold"),
    ("or_gate", weights([1, 1], -1.5), "This is AND"),
    ("and_gate", weights([1, 1], -1), "fires at exactly 0"),
    ("and_gate", weights([1, 1], -0.5), "This is OR"),
    ("and_gate", weights([-1, -1], 1.5), "where it should not"),
    ("and_gate", lambda: lambda a, b: a and b, "not what it does"),
    ("xor_network", weights([[1, 1], [-1, -1]], [-0.5, 1.5], [1, 1], -1.5), "transposed"),
    ("xor_network", weights(BOTH, [0, -1], [1, -2], 0), "max(0, score)"),
    ("xor_network", weights(BOTH, [-0.5, -1.5], [1, 1], -0.5), "OR"),
    ("xor_network", weights(BOTH, [-0.5, -1.5], [2, -1], 0.5), "Only b2"),
    ("xor_network", weights(EITHER, [-0.5, 0.5], [1, 1], -1.5), "bias of a hidden unit"),
    ("xor_network", weights([[1], [1]], [-0.5], [1], -0.5), "two hidden units"),
    ("dnf_network", by_place, "any order"),
    ("dnf_network", dnf(first_rows), "first row with the value 0"),
    ("dnf_network", dnf(lambda table: table[table[:, 0] == 1, 1:]), "first column"),
    ("dnf_network", dnf(lambda table: table[table[:, -1] == 1, :2]), "two rows"),
    ("dnf_network", dnf(lambda table: table[table[:, -1] == 1]), "a row too many"),
    ("dnf_network", dnf(lambda table: table[table[:, -1] == 0, :-1]), "rows with the value 0"),
    ("dnf_network", dnf(w1=lambda rows: 1.0 * rows.T), "ignore the inputs that are 0"),
    (
        "dnf_network",
        dnf(w1=lambda rows: (1.0 - 2 * rows).T, b1=lambda rows: rows.sum(axis=1) - 0.5),
        "every row but their own",
    ),
    ("dnf_network", dnf(b1=lambda rows: np.full(len(rows), 0.5 - rows.shape[1])), "-1 and +1"),
    ("dnf_network", dnf(b1=lambda rows: 0.5 - (1 - rows).sum(axis=1)), "hidden biases"),
    ("dnf_network", dnf(w2=lambda h: -np.ones(h)), "w2 has the wrong sign"),
    ("dnf_network", dnf(b2=lambda h: 0.5 - h), "several hidden units at once"),
    ("dnf_network", dnf(b2=lambda h: 0.0), "exactly 0"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_gets_full_marks(name: str, answer: Function) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score.passed, score


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_wrong_answer_is_told_its_mistake(name: str, answer: Function, words: str) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score < score.max_score
    assert words in (score.hint or ""), score
