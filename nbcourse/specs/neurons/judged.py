"""Gates and networks of step units that a student made up: taken apart, run, and judged.

Any weights that give the right outputs are right. What is wrong is said in words; how it came about
is found by reading the same numbers in other ways: as units that do not fire at 0, with biases of
the other sign, for inputs of -1 and +1.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.exercise.comparison import kind_of

# Arguments -> the rows of inputs, and the output that is asked for in each.
Task = Callable[[tuple[Any, ...]], tuple[NDArray[Any], NDArray[Any]]]
Test = Callable[[tuple[Any, ...], Any], bool]

#: The inputs of a gate, row by row.
ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])

GATE = ("w", "b")
NETWORK = ("w1", "b1", "w2", "b2")
# 0.7 + 0.2 - 0.9 is 0 for who wrote it: its rounding must not decide.
_ROUNDING = 1e-12


def fires(x: Any, w: Any, b: Any) -> Any:
    """Step units that fire at exactly 0, whatever rounding has made of it."""
    return 1.0 * (x @ w + b >= -_ROUNDING * (np.abs(x) @ np.abs(w) + np.abs(b)))


def fires_above_0(x: Any, w: Any, b: Any) -> Any:
    """Step units that do not fire at exactly 0."""
    return 1.0 - fires(x, -np.asarray(w), -np.asarray(b))


def run(x: Any, *layers: Any, first: Any = fires, second: Any = fires) -> Any:
    """Outputs of a gate (w, b) or a network (w1, b1, w2, b2), with these units in its layers."""
    if len(layers) == 2:
        return first(x, *layers)
    w1, b1, w2, b2 = layers
    return second(first(x, w1, b1), w2, b2)


def numbers(result: Any) -> tuple[Array, ...]:
    """The parts of a result as arrays of floats; what is none raises an error."""
    return tuple(np.asarray(part).astype(np.float64, casting="same_kind") for part in result)


def fault(result: Any, names: Sequence[str], n_inputs: int) -> str | None:
    """What keeps a result from being a gate or network with so many inputs, in words."""
    wanted = f"expected {len(names)} parts, ({', '.join(names)})"
    if result is None:
        return f"is None, {wanted}. Is there a return at the end?"
    if not isinstance(result, (tuple, list)):
        return f"is {kind_of(result)}, {wanted}"
    if len(result) != len(names):
        return f"has {len(result)} parts, {wanted}"
    for name, part in zip(names, result, strict=True):
        try:
            array = np.asarray(part)
        except ValueError:
            return f"has a {name} that is a ragged list, expected an array of numbers"
        if array.dtype.kind not in "iuf":
            return f"has a {name} that is {kind_of(part)}, and not of real numbers"
        if not np.isfinite(array).all():
            return f"has a {name} that is not finite"
    shapes = [np.shape(part) for part in result]
    expected: list[tuple[int, ...]] = [(n_inputs,), ()]
    if names == NETWORK:
        if len(shapes[0]) != 2 or shapes[0][0] != n_inputs:
            return f"has a w1 of shape {shapes[0]}, expected ({n_inputs}, H), H the hidden units"
        hidden = shapes[0][1]
        expected = [(n_inputs, hidden), (hidden,), (hidden,), ()]
    for name, shape, right in zip(names, shapes, expected, strict=True):
        if shape != right:
            return f"has a {name} of shape {shape}, expected {right or 'a number, shape ()'}"
    return None


def judge(names: Sequence[str], task: Task) -> Callable[[tuple[Any, ...], Any], str | None]:
    """``accept`` for an exercise whose answer is a gate or a network for this task."""

    def accept(args: tuple[Any, ...], result: Any) -> str | None:
        x, wanted = task(args)
        if problem := fault(result, names, x.shape[1]):
            return problem
        got = run(x, *numbers(result))
        wrong = np.flatnonzero(got != wanted)
        if not wrong.size:
            return None
        row = wrong[0]
        others = f"; {wrong.size} of {len(x)} rows are wrong" if wrong.size > 1 else ""
        inputs = ", ".join(map(str, x[row].tolist()))
        return f"gives {got[row]:g} for the inputs ({inputs}), expected {wanted[row]:g}{others}"

    return accept


def read(names: Sequence[str], task: Task, *readings: Callable[..., Any]) -> Test:
    """Whether a result is right, or one of these ways to read it would make it right.

    A reading takes the rows of inputs and the parts, and returns the outputs.
    """
    accept = judge(names, task)

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        if accept(args, result) is None:
            return True
        x, wanted = task(args)
        if fault(result, names, x.shape[1]):
            return False
        parts = numbers(result)
        return any(np.array_equal(reading(x, *parts), wanted) for reading in readings)

    return explains


def rearranged(names: Sequence[str], task: Task, *changes: Callable[..., Any]) -> Test:
    """Whether a result is right, or one of these changes of its parts would make it right."""
    accept = judge(names, task)

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        if accept(args, result) is None:
            return True
        parts = numbers(result)
        return any(accept(args, change(*parts)) is None for change in changes)

    return explains


def gives(names: Sequence[str], n_inputs: int, rows: Any, outputs: Sequence[int]) -> Test:
    """Whether a well-formed result has these outputs."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        well_formed = fault(result, names, n_inputs) is None
        return well_formed and np.array_equal(run(rows, *numbers(result)), outputs)

    return explains


# Readings: other units, or other inputs.


def above_0(x: Any, *parts: Any) -> Any:
    """All units fire above 0 only."""
    return run(x, *parts, first=fires_above_0, second=fires_above_0)


def above_0_first(x: Any, *parts: Any) -> Any:
    """Only the hidden units do not fire at 0."""
    return run(x, *parts, first=fires_above_0)


def above_0_last(x: Any, *parts: Any) -> Any:
    """Only the output does not fire at 0."""
    return run(x, *parts, second=fires_above_0)


def minus_1_for_0(x: Any, *parts: Any) -> Any:
    """Inputs are -1 and +1."""
    return run(2 * x - 1, *parts)


def hidden_minus_1_for_0(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Hidden units are -1 and +1."""
    return fires(2 * fires(x, w1, b1) - 1, w2, b2)


def all_minus_1_for_0(x: Any, *parts: Any) -> Any:
    """Inputs and hidden units are -1 and +1."""
    return hidden_minus_1_for_0(2 * x - 1, *parts)


def rectified(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Hidden units are ReLUs, the output is linear and rounded."""
    return np.round(np.maximum(0, x @ w1 + b1) @ w2 + b2, 9)


ABOVE_0 = (above_0, above_0_first, above_0_last)
MINUS_1 = (minus_1_for_0, hidden_minus_1_for_0, all_minus_1_for_0)

# Changes of the parts: of a gate's, then of a network's.

THRESHOLD = (lambda w, b: (w, -b),)
THRESHOLDS = (
    lambda w1, b1, w2, b2: (w1, -b1, w2, -b2),
    lambda w1, b1, w2, b2: (w1, -b1, w2, b2),
    lambda w1, b1, w2, b2: (w1, b1, w2, -b2),
)


def transposed(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """A row of w1 is a hidden unit."""
    return w1.T, b1, w2, b2


def other_order(w1: Any, w2: Any, b1: Any, b2: Any) -> Any:
    """The parts come as w1, w2, b1, b2."""
    return w1, b1, w2, b2


def flat(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Rows and columns stand for vectors, and [b] for b."""
    return w1, b1.ravel(), w2.ravel(), b2.ravel()[0]
