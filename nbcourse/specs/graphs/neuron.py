"""A neuron with two inputs, taken as one gate."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid, sigmoid_neuron_backward, sigmoid_neuron_forward
from nbcourse.exercise import Exercise, Mistake
from nbcourse.specs.graphs.common import BEYOND_STEPS


def _neuron_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([2.0, -3.0, -3.0]), np.array([-1.0, -2.0])
    for _ in range(4):
        yield rng.normal(0.3, 1.0, 3), rng.normal(0.5, 1.0, 2)


def _neuron_large(rng: np.random.Generator) -> tuple[Any, ...]:
    # The score stays near 0; a step at a tiny weight moves it far, one at a huge weight not at all.
    huge, tiny = BEYOND_STEPS, 1 / BEYOND_STEPS
    w, x = rng.normal(0.3, 1.0, 3), rng.normal(0.5, 1.0, 2)
    return w * np.array([huge, tiny, 1.0]), x * np.array([tiny, huge])


def _neuron(slope: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A neuron whose slope is worked out from its score and its output."""

    def backward(dout: Any, cache: Any) -> Any:
        w, x = cache
        score = w[0] * x[0] + w[1] * x[1] + w[2]
        g = dout * slope(score, sigmoid(score))
        return g * np.append(x, 1.0), g * w[:2]

    return backward


def _neuron_with(gradients: Callable[..., Any]) -> Callable[..., Any]:
    """A neuron whose gradients are worked out from ``g``, the gradient at its score."""

    def backward(dout: Any, cache: Any) -> Any:
        w, x = cache
        s = sigmoid(w[:2] @ x + w[2])
        return gradients(dout * s * (1 - s), w, x)

    return backward


def _neuron_without_bias(dout: Any, cache: Any) -> Any:
    w, x = cache
    s = sigmoid(w[:2] @ x)
    g = dout * s * (1 - s)
    return g * np.append(x, 1.0), g * w[:2]


def _neuron_with_bias_first(dout: Any, cache: Any) -> Any:
    w, x = cache
    s = sigmoid(w[0] + w[1:] @ x)
    g = dout * s * (1 - s)
    return g * np.append(1.0, x), g * w[1:]


def _neuron_with_bias_outside(dout: Any, cache: Any) -> Any:
    dw, dx = sigmoid_neuron_backward(dout, cache)
    return np.append(dw[:2], dout), dx


def _neuron_without_dout(dout: Any, cache: Any) -> Any:
    return sigmoid_neuron_backward(1.0, cache)


def _neuron_as_five_gates(dout: Any, cache: Any) -> Any:
    w, x = cache
    exponential = np.exp(-(w[0] * x[0] + w[1] * x[1] + w[2]))
    dsum = -dout / (1.0 + exponential) ** 2
    dscore = -(dsum * exponential)
    return [np.array([dscore * x[0], dscore * x[1], dscore]), [dscore * w[0], dscore * w[1]]]


SIGMOID_NEURON = Exercise(
    name="sigmoid_neuron_backward",
    points=2,
    reference=sigmoid_neuron_backward,
    parts=("dw", "dx"),
    cases=_neuron_cases,
    large=_neuron_large,
    forward=sigmoid_neuron_forward,
    wrt={"dw": 0, "dx": 1},
    upstream=True,
    mistakes=(
        Mistake(
            "You apply the sigmoid twice: s (1 - s) is already written in terms of the output s, "
            "so s itself goes into it, not sigmoid(s).",
            _neuron(lambda score, s: sigmoid(s) * (1 - sigmoid(s))),
        ),
        Mistake(
            "You put the score into s (1 - s). That formula wants the output: squash the score "
            "first.",
            _neuron(lambda score, s: score * (1 - score)),
        ),
        Mistake(
            "Your slope of the sigmoid is s. It lacks the factor that makes it flat where s is "
            "near 1.",
            _neuron(lambda score, s: s),
        ),
        Mistake(
            "Your slope of the sigmoid is 1 - s. It lacks the factor that makes it flat where s "
            "is near 0.",
            _neuron(lambda score, s: 1 - s),
        ),
        Mistake(
            "You leave the sigmoid out: these are the gradients of the score. Between the score "
            "and the output lies the sigmoid's slope, a factor of at most 1/4.",
            _neuron(lambda score, s: 1.0),
        ),
        Mistake(
            "Everything is right for dout = 1, and dout is not used. Multiply by the gradient "
            "that arrives at the output.",
            _neuron_without_dout,
        ),
        Mistake(
            "You give w2 no gradient. It multiplies no input, but the score moves with it all the "
            "same: how fast?",
            _neuron_with(lambda g, w, x: (g * np.append(x, 0.0), g * w[:2])),
        ),
        Mistake(
            "Your dw[2] is multiplied by w2. The bias is added to the score, and an add gate hands "
            "on what arrives.",
            _neuron_with(lambda g, w, x: (g * np.array([x[0], x[1], w[2]]), g * w[:2])),
        ),
        Mistake(
            "Your dw is multiplied by w and your dx by x. The products w0 x0 and w1 x1 are "
            "multiply gates, and those switch.",
            _neuron_with(lambda g, w, x: (g * w, g * x)),
        ),
        Mistake(
            "Your dx has three entries, one for each weight. There are two inputs; the bias w2 "
            "meets none.",
            _neuron_with(lambda g, w, x: (g * np.append(x, 1.0), g * w)),
        ),
        Mistake(
            "Your dw has two entries, but w has three: the bias w2 is a weight too.",
            _neuron_with(lambda g, w, x: (g * x, g * w[:2])),
        ),
        Mistake(
            "You work out the output without the bias w2. The slope is taken where the neuron "
            "really is, at w0 x0 + w1 x1 + w2.",
            _neuron_without_bias,
        ),
        Mistake(
            "Your slope 1 - s^2 belongs to tanh. Here the neuron squashes with the sigmoid.",
            _neuron(lambda score, s: 1 - s**2),
        ),
        Mistake(
            "Your slope of the sigmoid is s^2. The derivative of 1/c is -1/c^2, but c = 1 + exp(a) "
            "moves with a by exp(a): that factor is missing.",
            _neuron(lambda score, s: s**2),
        ),
        Mistake(
            "Look at the parentheses round 1 - s. Without them s * 1 - s multiplies first.",
            lambda dout, cache: _neuron(lambda score, s: dout * s * 1 - s)(1.0, cache),
        ),
        Mistake(
            "You take w0 as the bias. In this neuron the bias stands last: w0 x0 + w1 x1 + w2.",
            _neuron_with_bias_first,
        ),
        Mistake(
            "Your dw[2] is dout alone. The bias sits inside the sigmoid, so the sigmoid's slope "
            "belongs to its gradient too.",
            _neuron_with_bias_outside,
        ),
        Mistake(
            "Your dx uses the wrong entries of w: x0 meets w0 and x1 meets w1.",
            _neuron_with(lambda g, w, x: (g * np.append(x, 1.0), g * w[1:])),
        ),
    ),
    alternatives=(
        _neuron_as_five_gates,
        _neuron(lambda score, s: s - s**2),
        _neuron(lambda score, s: 0.25 / np.cosh(score / 2) ** 2),
    ),
    summary="gradients of a sigmoid neuron with two inputs, taken as one gate",
)
