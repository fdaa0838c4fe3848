"""``or_gate`` and ``and_gate``: one step unit with weights set by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse import neurons
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.plain import Foreign
from nbcourse.specs.neurons import judged
from nbcourse.specs.neurons.judged import GATE, ROWS

OR, AND = (0, 1, 1, 1), (0, 0, 0, 1)


def _unit(w: Any, b: float) -> Callable[[], Any]:
    """A gate with these weights."""
    return lambda: (np.array(w, dtype=np.float64), b)


def _has(outputs: tuple[int, ...]) -> judged.Test:
    return judged.gives(GATE, 2, ROWS, outputs)


def _any(*tests: judged.Test) -> judged.Test:
    return lambda args, result: any(test(args, result) for test in tests)


def _bias_among_the_weights(args: tuple[Any, ...], result: Any) -> bool:
    among = result[0] if isinstance(result, (tuple, list)) and len(result) == 2 else result
    return bool(np.shape(among) == (3,))


def _bias_first(args: tuple[Any, ...], result: Any) -> bool:
    b, w = result
    return bool(np.shape(b) == () and np.shape(w) == (2,))


def _gate_itself(args: tuple[Any, ...], result: Any) -> bool:
    return isinstance(result, Foreign) or np.shape(result) == (4,)


def _kept_axis(args: tuple[Any, ...], result: Any) -> bool:
    w, b = result
    return bool(np.size(w) == 2 and np.size(b) == 1 and (np.ndim(w), np.ndim(b)) != (1, 0))


def _mistakes(
    outputs: tuple[int, ...], fires_at_0: Any, threshold: Any, others: tuple[Mistake, ...]
) -> tuple[Mistake, ...]:
    """What goes wrong in either gate; ``others`` is what its own wrong outputs tell."""

    def task(args: tuple[Any, ...]) -> Any:
        return ROWS, np.array(outputs)

    complement = tuple(1 - output for output in outputs)
    return (
        Mistake(
            "This would be right if the unit fired above 0 only. It fires at exactly 0 as well: a "
            "row of inputs that must give 0 needs a score below 0, so move b down a little.",
            fires_at_0,
            judged.read(GATE, task, judged.above_0),
        ),
        Mistake(
            "Your b is a threshold that w.x has to reach. Here b is added, w.x + b >= 0: the bias "
            "is minus the threshold.",
            threshold,
            judged.rearranged(GATE, task, *judged.THRESHOLD),
        ),
        *others,
        Mistake(
            "Your gate fires exactly where it should not. With the signs of w and b turned round "
            "it is nearly the one that is asked for; mind the rows whose score is 0.",
            _unit([-1.0, -1.0], 2.0 - sum(outputs) / 2),
            _has(complement),
        ),
        Mistake(
            "Your gate fires for every input: at (0, 0) the score is b alone, and it must be "
            "below 0.",
            _unit([0.0, 0.0], 0.0),
            _has((1, 1, 1, 1)),
        ),
        Mistake(
            "Your gate never fires: at (1, 1) the score is w[0] + w[1] + b, and it must not be "
            "below 0.",
            _unit([1.0, 1.0], -2.5),
            _has((0, 0, 0, 0)),
        ),
        Mistake(
            "Your gate looks at one of the inputs only and repeats it. Both weights have a say in "
            "the score.",
            _unit([1.0, 0.0], -0.5),
            _any(_has((0, 0, 1, 1)), _has((0, 1, 0, 1))),
        ),
        Mistake(
            "The bias is not one of the weights here: return the two weights and the bias apart, "
            "as (w, b) with w of shape (2,) and b a number.",
            lambda: np.array([-0.5, 1.0, 1.0]),
            _bias_among_the_weights,
        ),
        Mistake(
            "The parts are swapped: return w first, then b.",
            lambda: (-0.5, np.array([1.0, 1.0])),
            _bias_first,
        ),
        Mistake(
            "Return the weights of the gate, (w, b), and not what it does: the check puts the "
            "inputs in by itself.",
            lambda: np.array(outputs),
            _gate_itself,
        ),
        Mistake(
            "The numbers are there, in arrays with an axis too many. w has the shape (2,), and b "
            "is a plain number.",
            lambda: (np.array([[1.0, 1.0]]), np.array([-0.5])),
            _kept_axis,
        ),
        Mistake(
            "Your gate treats its two inputs differently. Write down the score for (0, 1), which "
            "is w[1] + b, and for (1, 0), which is w[0] + b: what sign must each have?",
            _unit([1.0, -1.0], -0.5),
            _any(*map(_has, ((0, 0, 1, 0), (0, 1, 0, 0), (1, 0, 1, 1), (1, 1, 0, 1)))),
        ),
    )


def _exercise(
    name: str,
    reference: Callable[[], Any],
    outputs: tuple[int, ...],
    mistakes: tuple[Mistake, ...],
    alternatives: tuple[Callable[[], Any], ...],
) -> Exercise:
    return Exercise(
        name=name,
        points=2,
        reference=reference,
        parts=("gate",),
        cases=lambda rng: [()],
        accept=judged.judge(GATE, lambda args: (ROWS, np.array(outputs))),
        mistakes=mistakes,
        alternatives=alternatives,
        summary=f"weights and bias of a step unit that computes {name[:-5].upper()}",
    )


OR_GATE = _exercise(
    "or_gate",
    neurons.or_gate,
    OR,
    _mistakes(
        OR,
        _unit([1.0, 1.0], 0.0),
        _unit([1.0, 1.0], 0.5),
        (
            Mistake(
                "This is AND: it fires only when both inputs are 1. One input alone has to lift "
                "the score to 0: raise b.",
                _unit([1.0, 1.0], -1.5),
                _has(AND),
            ),
        ),
    ),
    (_unit([2.0, 3.0], -2.0), lambda: [[1, 1], -1], lambda: (np.array([1, 5]), np.array(-0.1))),
)

AND_GATE = _exercise(
    "and_gate",
    neurons.and_gate,
    AND,
    _mistakes(
        AND,
        _unit([1.0, 1.0], -1.0),
        _unit([1.0, 1.0], 1.5),
        (
            Mistake(
                "This is OR: it fires for one input alone. Only both together may lift the score "
                "to 0: lower b. (For inputs of -1 and +1 it may be AND, but here they are 0 and "
                "1.)",
                _unit([1.0, 1.0], -0.5),
                _has(OR),
            ),
        ),
    ),
    (_unit([2.0, 3.0], -4.0), lambda: [[1, 1], -2], lambda: (np.array([0.7, 0.2]), -0.9)),
)
