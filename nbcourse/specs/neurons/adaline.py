"""``adaline_update``: the LMS rule for one example."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.arrays import Array
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.neurons import adaline_update
from nbcourse.specs.neurons import wrong_lms
from nbcourse.specs.neurons.common import one_of
from nbcourse.specs.neurons.wrong_lms import rule

Neuron = tuple[Any, Any]


def _example(
    rng: np.random.Generator, n_inputs: int, y: float, score: float, lr: float
) -> tuple[Any, ...]:
    """Random arguments at which w.x + b is this number."""
    w, x = rng.normal(0.2, 1.0, n_inputs), rng.normal(0.5, 1.5, n_inputs)
    return w, float(score - w @ x), x, y, lr


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n = int(rng.integers(3, 7))
    lrs = rng.uniform(0.02, 0.4, 8).round(4).tolist()
    yield _example(rng, n, 1, 0.3, lrs[0])
    yield _example(rng, n, -1, -2.5, lrs[1])  # on the right side, and yet off
    yield _example(rng, n, 1, 4.0, lrs[2])
    yield _example(rng, n, -1, 0.8, lrs[3])
    yield _example(rng, 1, 1, -0.7, lrs[4])
    yield _example(rng, n + 1, 2.75, 1.5, lrs[5])  # a target that is no label
    yield _example(rng, 2, -1, 0.0, 1.0)
    # An input far from 0, as pixels are, and one of 0.
    yield rng.normal(0.0, 0.1, n), 0.5, rng.uniform(10.0, 16.0, n), 1, lrs[6] / 100
    yield rng.normal(0.0, 1.0, n), -0.25, np.zeros(n), -1, lrs[7]
    # The score is y: nothing to learn.
    yield np.array([1.0, -2.0]), -3.0, np.array([2.0, -1.0]), 1, 0.5


def _loop(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    score = b + sum(weight * value for weight, value in zip(w, x, strict=True))
    changed = [weight - lr * (score - y) * value for weight, value in zip(w, x, strict=True)]
    return np.array(changed), b - lr * (score - y)


def _augmented(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    theta, phi = np.append(w, b), np.append(x, 1.0)
    theta = theta + lr * (y - theta @ phi) * phi
    return theta[:-1], theta[-1]


ADALINE_UPDATE = Exercise(
    name="adaline_update",
    points=3,
    reference=adaline_update,
    parts=("w", "b"),
    cases=_cases,
    mistakes=(
        Mistake(
            "Look at the sign of the bias: y - w.x + b adds it to the error. The whole score is "
            "taken away, y - (w.x + b), so mind the parentheses.",
            wrong_lms.parentheses_lost,
        ),
        Mistake(
            "You go the wrong way: the error is y less the score, and it is added. A score that is "
            "too small must grow.",
            rule(lambda y, s: s - y),
            one_of(rule(lambda y, s: s - y), rule(lambda y, s: 2 * (s - y))),
        ),
        Mistake(
            "Your step is twice as long. Here the loss is half the squared error, so its "
            "derivative has no factor 2.",
            rule(lambda y, s: 2 * (y - s)),
        ),
        Mistake(
            "You leave out the learning rate: the step is lr times the error times x.",
            rule(step=lambda e, x, lr: (e * x, e)),
        ),
        Mistake(
            "Your learning rate is a number in your code. Use the argument lr.",
            wrong_lms.fixed_rate(0.1),
            one_of(*map(wrong_lms.fixed_rate, (0.1, 0.01, 0.5, 0.001, 0.05))),
        ),
        Mistake(
            "Your score is w.x without the bias. The error is y - (w.x + b).",
            rule(score=lambda w, b, x: w @ x),
        ),
        Mistake(
            "Your score is w.x - b, with b as a threshold. Here the bias is added, w.x + b, and it "
            "moves by plus lr times the error.",
            rule(step=lambda e, x, lr: (lr * e * x, -lr * e), score=lambda w, b, x: w @ x - b),
        ),
        Mistake(
            "This is the perceptron's error: you compare y with the thresholded output. ADALINE "
            "learns from the score itself, before the threshold.",
            rule(lambda y, s: y - (1 if s >= 0 else -1)),
            one_of(
                rule(lambda y, s: y - (1 if s >= 0 else -1)),
                rule(lambda y, s: y - (1 if s > 0 else -1)),
                rule(lambda y, s: y - (1 if s >= 0 else 0)),
                rule(lambda y, s: y - np.sign(s)),
            ),
        ),
        Mistake(
            "You learn only when the example is on the wrong side. ADALINE learns from every "
            "example whose score is not y.",
            wrong_lms.only_when_wrong,
        ),
        Mistake(
            "This is the perceptron's rule with a learning rate: y x, and only for examples on the "
            "wrong side. ADALINE's step is lr times the error times x, for every example.",
            rule(lambda y, s: y if y * s <= 0 else 0),
            one_of(
                rule(lambda y, s: y if y * s <= 0 else 0),
                rule(lambda y, s: y if y * s < 0 else 0),
            ),
        ),
        Mistake(
            "Your step uses y in place of the error. It is lr times y - (w.x + b) times x, which "
            "gets small as the score comes near y.",
            rule(lambda y, s: y),
        ),
        Mistake(
            "You learn from the error of y times the score, y (w.x + b). Compare the score itself "
            "with y.",
            rule(lambda y, s: y - y * s),
            one_of(rule(lambda y, s: 1 - y * s), rule(lambda y, s: y - y * s)),
        ),
        Mistake(
            "You multiply by y once more, as in the perceptron's rule. The sign is in the error "
            "already.",
            wrong_lms.times_the_label,
        ),
        Mistake(
            "You change w first and work out the bias's error with the new w. Compute the error "
            "once, then change both with it.",
            wrong_lms.new_weights_for_the_bias,
        ),
        Mistake(
            "You change b first and work out the error for w with the new b. Compute the error "
            "once, then change both with it.",
            wrong_lms.new_bias_for_the_weights,
        ),
        Mistake(
            "You change w entry by entry, and work out the error anew with the entries that have "
            "moved. Compute the error once, then change all of them with it.",
            wrong_lms.entry_by_entry,
        ),
        Mistake(
            "Your error is an array: w * x multiplies entry by entry. The score is one number, the "
            "sum of these products plus b.",
            rule(step=lambda e, x, lr: (lr * e * x, lr * np.sum(e)), score=wrong_lms.products),
            one_of(
                rule(step=lambda e, x, lr: (lr * e * x, lr * np.sum(e)), score=wrong_lms.products),
                rule(step=lambda e, x, lr: (lr * e * x, lr * np.mean(e)), score=wrong_lms.products),
                rule(score=wrong_lms.products),
            ),
        ),
        Mistake(
            "Your step is a multiple of the right one: it is lr times the error times x, with no "
            "other factor.",
            rule(lambda y, s: 0.5 * (y - s)),
            one_of(*map(wrong_lms.multiple, (0.5, 0.25, 0.1, 0.01, 4.0))),
        ),
        Mistake(
            "You return more than w and b. Leave the error out.",
            lambda w, b, x, y, lr: (*adaline_update(w, b, x, y, lr), y - (w @ x + b)),
            lambda args, result: len(result) == 3 and same(result[:2], adaline_update(*args)),
        ),
        Mistake(
            "You return w alone. Return both, (w, b).",
            lambda *args: adaline_update(*args)[0],
        ),
        Mistake(
            "Your bias stays as it is. It is the weight of an input that is always 1, so it moves "
            "by lr times the error.",
            rule(step=lambda e, x, lr: (lr * e * x, 0.0)),
        ),
        Mistake(
            "Your bias moves by the error without the learning rate. It is the weight of an input "
            "that is always 1, so it moves by lr times the error.",
            rule(step=lambda e, x, lr: (lr * e * x, e)),
        ),
        Mistake(
            "Your bias moves by lr whatever the error is. It moves by lr times the error.",
            rule(step=lambda e, x, lr: (lr * e * x, lr)),
        ),
        Mistake(
            "Your bias moves the wrong way. It is the weight of an input that is always 1, so it "
            "moves by plus lr times the error.",
            rule(step=lambda e, x, lr: (lr * e * x, -lr * e)),
        ),
        Mistake(
            "Your bias becomes an array: it moves by lr times the error, not times x.",
            rule(step=lambda e, x, lr: (lr * e * x, lr * e * x)),
        ),
        Mistake(
            "Your bias moves by the sum of the weights' changes. It is the weight of an input that "
            "is always 1, so it moves by lr times the error.",
            rule(step=lambda e, x, lr: (lr * e * x, lr * e * x.sum())),
        ),
        Mistake(
            "You leave x out: every weight moves by the same amount. The weight of a large input "
            "has to move more.",
            rule(step=lambda e, x, lr: (lr * e, lr * e)),
        ),
        Mistake(
            "You leave the error out: the step is lr x, however far the score is from y.",
            rule(step=lambda e, x, lr: (lr * x, lr)),
            one_of(
                rule(step=lambda e, x, lr: (lr * x, lr)),
                rule(step=lambda e, x, lr: (lr * x, lr * e)),
            ),
        ),
        Mistake(
            "You multiply the error by w in place of x. The score grows with w[i] by x[i], so that "
            "is what the error is multiplied by.",
            wrong_lms.weights_for_inputs,
        ),
        Mistake(
            "You square the error, and its sign is lost. The square belongs to the loss; the step "
            "has its derivative.",
            rule(lambda y, s: (y - s) ** 2),
            one_of(rule(lambda y, s: 0.5 * (y - s) ** 2), rule(lambda y, s: (y - s) ** 2)),
        ),
        Mistake(
            "You take the error without its sign. A score that is too large must come down: leave "
            "the error as it is.",
            rule(lambda y, s: abs(y - s)),
        ),
        Mistake(
            "You take only the sign of the error. How far the score is from y counts too: the step "
            "is lr times the error times x.",
            rule(lambda y, s: np.sign(y - s)),
        ),
        Mistake(
            "You put a sigmoid or a tanh between the score and the error. ADALINE is linear: it "
            "learns from the score itself.",
            rule(lambda y, s: y - sigmoid(s)),
            one_of(
                rule(lambda y, s: y - sigmoid(s)),
                rule(lambda y, s: y - np.tanh(s)),
                rule(lambda y, s: (y - sigmoid(s)) * sigmoid(s) * (1 - sigmoid(s))),
                rule(lambda y, s: (y - np.tanh(s)) * (1 - np.tanh(s) ** 2)),
            ),
        ),
        Mistake(
            "You return the changes alone. Add them to w and b, and return the new values.",
            lambda w, b, x, y, lr: (lr * (y - (w @ x + b)) * x, lr * (y - (w @ x + b))),
        ),
        Mistake(
            "You divide by the number of inputs. There is no mean here: the step is lr times the "
            "error times x.",
            rule(step=lambda e, x, lr: (lr * e * x / len(x), lr * e)),
            one_of(
                rule(step=lambda e, x, lr: (lr * e * x / len(x), lr * e)),
                rule(step=lambda e, x, lr: (lr * e * x / len(x), lr * e / len(x))),
            ),
        ),
        Mistake(
            "You divide by the squared length of x. That is a rule of its own; here the step is lr "
            "times the error times x.",
            rule(step=lambda e, x, lr: (lr * e * x / (x @ x), lr * e)),
            one_of(
                rule(step=lambda e, x, lr: (lr * e * x / (x @ x), lr * e)),
                rule(step=lambda e, x, lr: (lr * e * x / (x @ x + 1), lr * e / (x @ x + 1))),
                rule(step=lambda e, x, lr: (lr * e * x / (x @ x), lr * e / (x @ x))),
            ),
        ),
        Mistake(
            "Your b is right, so the error is. But w does not move by lr times the error times x.",
            lambda w, b, x, y, lr: (
                (1.0 - lr) * w + lr * (y - (w @ x + b)) * x,
                adaline_update(w, b, x, y, lr)[1],
            ),
            wrong_lms.bias_right,
        ),
        Mistake(
            "w moves with x and b with 1, as they should, but the error they move by is wrong. It "
            "is lr times y - (w.x + b): work it out by hand for the example of the sheet.",
            rule(lambda y, s: (y - s) ** 3),
            wrong_lms.some_error,
        ),
    ),
    alternatives=(_loop, _augmented),
    summary="one step of ADALINE's learning rule, least mean squares",
)
