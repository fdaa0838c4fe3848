"""``perceptron_update``: Rosenblatt's rule for one example."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake
from nbcourse.neurons import perceptron_update
from nbcourse.specs.neurons import wrong_perceptrons
from nbcourse.specs.neurons.common import one_of
from nbcourse.specs.neurons.wrong_perceptrons import rule

Neuron = tuple[Any, Any]


def _at_score(rng: np.random.Generator, n_inputs: int, y: int, score: float) -> tuple[Any, ...]:
    """Random arguments at which y (w.x + b) is near this number."""
    w, x = rng.normal(0.2, 1.0, n_inputs), rng.normal(0.5, 1.5, n_inputs)
    return w, float(y * score - w @ x), x, y


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n = int(rng.integers(3, 6))
    for y in (-1, 1):
        for n_inputs, score in ((2, -0.7), (2, 0.6), (n, -2.0), (n, 3.0), (1, -0.4), (1, 0.5)):
            yield _at_score(rng, n_inputs, y, score * float(rng.uniform(0.8, 1.2)))
        # So far on the wrong side that one step does not put it right.
        yield np.array([-4.0 * y, 3.0]), -6.0 * y, np.array([1.5, -0.5]), y
        # On the hyperplane: weights of 0, and whole numbers, whose sums are exact.
        yield np.zeros(n), 0.0, rng.normal(0.5, 1.0, n), y
        yield np.array([2.0, -1.0, 0.0]), -1.0, np.array([2.0, 3.0, 5.0]), y
        # Without the bias, or with a bias of the other sign, the answer would be another one.
        yield np.array([1.0, -2.0]), -y * 3.0, np.array([y * 2.0, y * 0.5]), y
        yield np.array([1.0, -2.0]), y * 3.0, np.array([-y * 2.0, -y * 0.5]), y


def _alternative_loop(w: Array, b: float, x: Array, y: int) -> Neuron:
    score = b
    for weight, value in zip(w, x, strict=True):
        score += weight * value
    if np.sign(score) != y:
        return np.array([v + y * u for v, u in zip(w, x, strict=True)]), b + y
    return w.copy(), b


def _alternative_augmented(w: Array, b: float, x: Array, y: int) -> Neuron:
    theta, phi = np.append(w, b), np.append(x, 1.0)
    theta = theta + (theta @ phi * y <= 0) * y * phi
    return theta[:-1], theta[-1]


PERCEPTRON_UPDATE = Exercise(
    name="perceptron_update",
    points=4,
    reference=perceptron_update,
    parts=("w", "b"),
    cases=_cases,
    mistakes=(
        Mistake(
            "An example with the score 0 lies on the line, and you do not learn from it. The "
            "condition is <= 0: with weights of 0 every score is 0, and < would never begin.",
            rule(lambda w, b, x, y: y * (w @ x + b) < 0),
        ),
        Mistake(
            "At a score of exactly 0 you count the example as +1, so one with y = +1 is taken for "
            "right. On the line both labels are wrong: test y (w.x + b) <= 0.",
            rule(lambda w, b, x, y: wrong_perceptrons.prediction(w, b, x) != y),
        ),
        Mistake(
            "At a score of exactly 0 you count the example as -1, so one with y = -1 is taken for "
            "right. On the line both labels are wrong: test y (w.x + b) <= 0.",
            rule(lambda w, b, x, y: (1 if w @ x + b > 0 else -1) != y),
        ),
        Mistake(
            "You learn from every example. One that lies on its own side, y (w.x + b) > 0, leaves "
            "w and b as they are.",
            rule(lambda w, b, x, y: True),
        ),
        Mistake(
            "You learn from the examples that are right and pass over the wrong ones: turn the "
            "condition round.",
            rule(lambda w, b, x, y: y * (w @ x + b) > 0),
            one_of(rule(lambda w, b, x, y: y * (w @ x + b) >= 0)),
        ),
        Mistake(
            "You decide by the score alone, w.x + b <= 0. Whether it is right depends on the "
            "label: multiply by y.",
            rule(lambda w, b, x, y: w @ x + b <= 0),
            one_of(rule(lambda w, b, x, y: w @ x + b < 0), rule(lambda w, b, x, y: w @ x + b <= 0)),
        ),
        Mistake(
            "You decide by w.x without the bias. The line is where w.x + b = 0.",
            rule(lambda w, b, x, y: y * (w @ x) <= 0),
            one_of(
                rule(lambda w, b, x, y: y * (w @ x) < 0),
                rule(lambda w, b, x, y: y * (w @ x) <= 0, lambda x, y: (y * x, 0)),
            ),
        ),
        Mistake(
            "Look at the parentheses: y * w.x + b multiplies w.x alone. The label goes with the "
            "whole score, y * (w.x + b).",
            rule(lambda w, b, x, y: y * (w @ x) + b <= 0),
            one_of(rule(lambda w, b, x, y: y * (w @ x) + b < 0)),
        ),
        Mistake(
            "Your score is an array: w * x multiplies entry by entry. The score is one number, "
            "w @ x + b.",
            rule(lambda w, b, x, y: y * (w * x + b) <= 0),
        ),
        Mistake(
            "Your score is w.x - b. Here the bias is added: w.x + b.",
            rule(lambda w, b, x, y: y * (w @ x - b) <= 0),
            one_of(rule(lambda w, b, x, y: y * (w @ x - b) <= 0, lambda x, y: (y * x, -y))),
        ),
        Mistake(
            "Your score asks for y (w.x + b) <= 1, the margin of another rule. The perceptron "
            "learns from the wrong side alone, <= 0.",
            rule(lambda w, b, x, y: y * (w @ x + b) < 1),
            one_of(rule(lambda w, b, x, y: y * (w @ x + b) <= 1)),
        ),
        Mistake(
            "Your bias moves by 1 whatever the label is. It moves by y, like the weight of an "
            "input that is always 1.",
            rule(step=lambda x, y: (y * x, 1)),
        ),
        Mistake(
            "Your bias stays as it is. It moves by y when w moves by y x.",
            rule(step=lambda x, y: (y * x, 0)),
        ),
        Mistake(
            "Your bias moves by -y. It moves by y, like the weight of an input that is always 1.",
            rule(step=lambda x, y: (y * x, -y)),
        ),
        Mistake(
            "Your bias becomes an array: it moves by y, not by y x.",
            rule(step=lambda x, y: (y * x, y * x)),
        ),
        Mistake(
            "Your bias moves by y times the sum of x. It is the weight of an input that is always "
            "1, so it moves by y.",
            rule(step=lambda x, y: (y * x, y * x.sum())),
        ),
        Mistake(
            "Your bias moves by y times b. It is the weight of an input that is always 1, so it "
            "moves by y.",
            lambda w, b, x, y: (w + y * x, b + y * b) if y * (w @ x + b) <= 0 else (w, b),
        ),
        Mistake(
            "You move away from the example: w - y x and b - y make a wrong score still more "
            "wrong. Add instead.",
            rule(step=lambda x, y: (-y * x, -y)),
        ),
        Mistake(
            "You add x whatever the label is. An example with y = -1 has to push the other way: "
            "add y x, and y to b.",
            rule(step=lambda x, y: (x, 1)),
            one_of(rule(step=lambda x, y: (x, y))),
        ),
        Mistake(
            "Your step is y less the prediction, which is 2 y for labels of -1 and +1, and 0 when "
            "a score of exactly 0 is taken for right. The step is y x, and y for b.",
            wrong_perceptrons.by_the_error(lambda y, s: y - (1 if s >= 0 else -1)),
            one_of(
                wrong_perceptrons.by_the_error(lambda y, s: y - (1 if s >= 0 else -1)),
                wrong_perceptrons.by_the_error(lambda y, s: y - (1 if s > 0 else -1)),
                wrong_perceptrons.by_the_error(lambda y, s: y - np.sign(s)),
            ),
        ),
        Mistake(
            "Your prediction is 0 or 1, but the labels here are -1 and +1, so y less the "
            "prediction is not what you expect. Test the sign of y (w.x + b) instead.",
            wrong_perceptrons.by_the_error(lambda y, s: y - (1 if s >= 0 else 0)),
            one_of(
                wrong_perceptrons.by_the_error(lambda y, s: y - (1 if s > 0 else 0)),
                rule(lambda w, b, x, y: (1 if w @ x + b >= 0 else 0) != y),
                rule(lambda w, b, x, y: (1 if w @ x + b > 0 else 0) != y),
            ),
        ),
        Mistake(
            "This is ADALINE's rule: the step grows with the distance of the score from y. The "
            "perceptron's step is y x, and only for a wrong example.",
            wrong_perceptrons.by_the_error(lambda y, s: y - s),
            one_of(
                wrong_perceptrons.by_the_error(lambda y, s: y - s),
                wrong_perceptrons.by_the_error(lambda y, s: y - s if y * s <= 0 else 0.0),
            ),
        ),
        Mistake(
            "Your step is not y x, but a multiple of it. The perceptron has no learning rate here: "
            "the step is y x, and y for b.",
            rule(step=lambda x, y: (0.1 * y * x, 0.1 * y)),
            wrong_perceptrons.scaled,
        ),
        Mistake(
            "You learn only from examples with y = +1. Those with y = -1 can be wrong too: test "
            "y (w.x + b) <= 0, which holds for both.",
            rule(lambda w, b, x, y: y == 1 and w @ x + b <= 0),
        ),
        Mistake(
            "You learn only from examples with y = -1. Those with y = +1 can be wrong too: test "
            "y (w.x + b) <= 0, which holds for both.",
            rule(lambda w, b, x, y: y == -1 and w @ x + b >= 0),
        ),
        Mistake(
            "You return w and b as they came in, whatever the example is. A wrong one has to "
            "change them.",
            lambda w, b, x, y: (w, b),
        ),
        Mistake(
            "You return w alone. Return both, (w, b), for an example that is right as well.",
            lambda w, b, x, y: perceptron_update(w, b, x, y)[0],
        ),
        Mistake(
            "You go on until the example is right. One call makes one step; others may have to "
            "have their say in between.",
            wrong_perceptrons.until_right,
        ),
        Mistake(
            "For an example that is right you return nothing. Return w and b as they are.",
            wrong_perceptrons.nothing_when_right,
        ),
        Mistake(
            "You return the changes alone. Add them to w and b, and return the new values.",
            lambda w, b, x, y: (y * x, y) if y * (w @ x + b) <= 0 else (0 * x, 0),
        ),
        Mistake(
            "Where you change w and b the step is right, but you take it for the wrong examples: "
            "learn exactly where y (w.x + b) <= 0.",
            rule(lambda w, b, x, y: y <= 0),
            one_of(rule(lambda w, b, x, y: True), rule(lambda w, b, x, y: False)),
        ),
        Mistake(
            "You learn from the right examples, but the step is another. For those w becomes "
            "w + y x, and b becomes b + y.",
            wrong_perceptrons.by_the_error(lambda y, s: -s if y * s <= 0 else 0.0),
            wrong_perceptrons.learns_where_it_should,
        ),
    ),
    alternatives=(
        _alternative_loop,
        _alternative_augmented,
        rule(lambda w, b, x, y: max(0.0, -y * (w @ x + b)) > 0 or w @ x + b == 0),
        lambda w, b, x, y: [
            np.where(y * (np.dot(w, x) + b) <= 0, w + y * x, w),
            np.asarray(b + y * (y * (np.dot(w, x) + b) <= 0)),
        ],
    ),
    summary="one step of the perceptron's learning rule",
)
