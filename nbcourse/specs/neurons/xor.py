"""``xor_network``: a hidden layer of step units, set by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.plain import Foreign
from nbcourse.specs.neurons import judged
from nbcourse.specs.neurons.judged import NETWORK, ROWS
from nbcourse.step_networks import xor_network

_XOR = np.array([0, 1, 1, 0])


def _task(args: tuple[Any, ...]) -> Any:
    return ROWS, _XOR


def _network(w1: Any, b1: Any, w2: Any, b2: float) -> Callable[[], Any]:
    """A network with these weights; each inner list of w1 is a row."""
    parts = [np.array(part, dtype=np.float64) for part in (w1, b1, w2)]
    return lambda: (*(part.copy() for part in parts), b2)


def _gives(*outputs: int) -> judged.Test:
    return judged.gives(NETWORK, 2, ROWS, outputs)


def _another_output_bias(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it would do with another b2."""
    w1, b1, w2, _ = judged.numbers(result)
    score = judged.fires(ROWS, w1, b1) @ w2
    return bool(score[_XOR == 1].min() > score[_XOR == 0].max() + 1e-9)


def _another_hidden_bias(args: tuple[Any, ...], result: Any) -> bool:
    """Whether it would do with another bias of one hidden unit."""
    w1, b1, w2, b2 = judged.numbers(result)
    accept = judged.judge(NETWORK, _task)
    return any(
        accept(args, (w1, np.where(np.arange(len(b1)) == unit, -score, b1), w2, b2)) is None
        for unit in range(len(b1))
        for score in ROWS @ w1[:, unit]
    )


def _one_hidden_unit(args: tuple[Any, ...], result: Any) -> bool:
    return judged.fault(result, NETWORK, 2) is None and np.shape(result[0])[1] < 2


def _single_unit(args: tuple[Any, ...], result: Any) -> bool:
    w, b = result
    return bool(np.shape(w) == (2,) and np.size(b) == 1)


def _two_layers(args: tuple[Any, ...], result: Any) -> bool:
    return len(result) == 2 and all(len(layer) == 2 for layer in result)


def _not_weights(args: tuple[Any, ...], result: Any) -> bool:
    return isinstance(result, Foreign) or np.shape(result) == (4,)


_TWICE = [[1, 1], [1, 1]]  # two hidden units that both add up the inputs

XOR_NETWORK = Exercise(
    name="xor_network",
    points=4,
    reference=xor_network,
    parts=("network",),
    cases=lambda rng: [()],
    accept=judged.judge(NETWORK, _task),
    mistakes=(
        Mistake(
            "This would be right if a unit fired above 0 only. Some score is exactly 0, and there "
            "the unit fires: move its bias down a little.",
            _network(_TWICE, [0, -1], [1, -1], 0),
            judged.read(NETWORK, _task, *judged.ABOVE_0),
        ),
        Mistake(
            "This would be right for values of -1 and +1. Inputs and hidden units are 0 or 1 here: "
            "put these numbers into each score.",
            _network([[1, -1], [-1, 1]], [-1, -1], [1, 1], 1),
            judged.read(NETWORK, _task, *judged.MINUS_1),
        ),
        Mistake(
            "Some of your biases are thresholds. Every unit adds its bias, w.x + b >= 0: a bias is "
            "minus the threshold.",
            _network(_TWICE, [0.5, 1.5], [1, -1], 0.5),
            judged.rearranged(NETWORK, _task, *judged.THRESHOLDS),
        ),
        Mistake(
            "Your w1 is transposed: it has a column for each hidden unit and a row for each input.",
            _network([[1, 1], [-1, -1]], [-0.5, 1.5], [1, 1], -1.5),
            judged.rearranged(NETWORK, _task, judged.transposed),
        ),
        Mistake(
            "Return the parts layer by layer: w1, b1, w2, b2. Your w2 stands where b1 belongs.",
            _network(_TWICE, [1, -1], [-0.5, -1.5], -0.5),
            judged.rearranged(NETWORK, _task, judged.other_order),
        ),
        Mistake(
            "These weights suit hidden units max(0, score) and a linear output. The units here are "
            "steps: they give 0 or 1, and 1 at exactly 0.",
            _network(_TWICE, [0, -1], [1, -2], 0),
            judged.read(NETWORK, _task, judged.rectified),
        ),
        Mistake(
            "One hidden unit draws one line, and the output behind it can only repeat or turn it. "
            "XOR needs two hidden units at least.",
            _network([[1], [1]], [-0.5], [1], -0.5),
            _one_hidden_unit,
        ),
        Mistake(
            "Your output is OR: (1, 1) gives 1 as well. A hidden unit has to notice that both "
            "inputs are 1, and speak against the output with a negative weight.",
            _network(_TWICE, [-0.5, -1.5], [1, 1], -0.5),
            _gives(0, 1, 1, 1),
        ),
        Mistake(
            "Your output is AND. x1 XOR x2 is (x1 OR x2) and NOT (x1 AND x2): the second part must "
            "be negated, which a negative weight does.",
            _network(_TWICE, [-0.5, -1.5], [1, 1], -1.5),
            _gives(0, 0, 0, 1),
        ),
        Mistake(
            "Your output is 1 where the inputs are equal, the opposite of XOR. Turn round the "
            "signs of w2 and b2; mind the rows in which the output's score is 0.",
            _network(_TWICE, [-0.5, -1.5], [-1, 1], 0.5),
            _gives(1, 0, 0, 1),
        ),
        Mistake(
            "Your output is 1 unless both inputs are 1: half of XOR. For (0, 0) something must "
            "keep the output down too, such as a hidden unit for OR.",
            _network(_TWICE, [-0.5, -1.5], [1, -2], 0.5),
            _gives(1, 1, 1, 0),
        ),
        Mistake(
            "Only b2 is off. Work out w2 . hidden for each of the four rows: b2 has to lift the "
            "two rows with a 1 to 0 or more, and leave the other two below 0.",
            _network([[1, -1], [1, -1]], [-0.5, 1.5], [2, 1], -0.5),
            _another_output_bias,
        ),
        Mistake(
            "One number is off, the bias of a hidden unit. Say for each unit in words which rows "
            "it is there for, and work out its score for all four.",
            _network([[1, -1], [1, -1]], [-0.5, 0.5], [1, 1], -1.5),
            _another_hidden_bias,
        ),
        Mistake(
            "Your output is 1 for every input. Work out the hidden units for (0, 0), put them into "
            "the output's score, and look which term keeps it from falling below 0.",
            _network(_TWICE, [-0.5, -1.5], [1, -1], 1.5),
            _gives(1, 1, 1, 1),
        ),
        Mistake(
            "Your output is 0 for every input. Work out the hidden units for (0, 1), put them into "
            "the output's score, and look which term keeps it below 0.",
            _network(_TWICE, [-0.5, -1.5], [1, -1], -1.5),
            _gives(0, 0, 0, 0),
        ),
        Mistake(
            "Your network sees only one of the two cases, (0, 1) or (1, 0). Both have to light "
            "the output: compare what the hidden units give for the two.",
            _network([[1, 1], [-1, 1]], [-0.5, -1.5], [1, -1], -0.5),
            lambda args, result: (
                _gives(0, 1, 0, 0)(args, result) or _gives(0, 0, 1, 0)(args, result)
            ),
        ),
        Mistake(
            "This is a single unit. No single unit computes XOR: return a network with a hidden "
            "layer, (w1, b1, w2, b2).",
            lambda: (np.array([1.0, 1.0]), -0.5),
            _single_unit,
        ),
        Mistake(
            "Return the four parts side by side, (w1, b1, w2, b2), not in pairs for the layers.",
            lambda: ((np.eye(2), np.zeros(2)), (np.ones(2), 0.0)),
            _two_layers,
        ),
        Mistake(
            "The numbers are there, in arrays with an axis too many. b1 and w2 have the shape "
            "(H,), and b2 is a plain number.",
            lambda: (np.ones((2, 2)), np.array([[-0.5, -1.5]]), np.array([1, -1]), -0.5),
            judged.rearranged(NETWORK, _task, judged.flat),
        ),
        Mistake(
            "Return the weights of the network, (w1, b1, w2, b2), and not what it does: the check "
            "puts the inputs in by itself.",
            lambda: np.array([0.0, 1.0, 1.0, 0.0]),
            _not_weights,
        ),
        Mistake(
            "Take the row of inputs that the check names, and work out on paper the two layers for "
            "it: score and output of each hidden unit, then the score of the output. Which of them "
            "is not what you had in mind?",
            _network([[1, 1], [1, -1]], [-0.5, -1.5], [-1, -1], 0.5),
            lambda args, result: judged.fault(result, NETWORK, 2) is None,
        ),
    ),
    alternatives=(
        _network([[1, -1], [-1, 1]], [-1, -1], [1, 1], -1),
        _network([[1, -1], [1, -1]], [-1, 1], [1, 1], -2),
        _network([[1, 1, 0, 0], [1, 1, 0, 0]], [-0.5, -1.5, 1, -1], [2, -2, 0.5, 5], -1.5),
        lambda: [[[1, 1], [1, 1]], [-1, -2], [1, -1], -1],
    ),
    summary="weights of a network of step units that computes XOR",
)
