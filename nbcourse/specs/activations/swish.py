"""Swish: a product of x and its own gate, with a number in it that can be learned."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.gated_activations import swish_backward, swish_forward
from nbcourse.specs.activations.common import MANY, named_by_itself, smooth_cases, taken_whole
from nbcourse.specs.activations.swish_slips import IN_DBETA, IN_DX
from nbcourse.specs.graphs.common import BEYOND_STEPS, rule


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for x in smooth_cases(rng):
        yield x, float(rng.uniform(0.4, 0.8) if rng.random() < 0.5 else rng.uniform(1.3, 2.0))
    yield rng.normal(0.4, 1.0, (3, 2)), float(-rng.uniform(0.4, 0.8))


def _large(rng: np.random.Generator) -> tuple[Any, ...]:
    # Huge x and tiny beta: a small step is lost in the one and far too long for the other.
    return BEYOND_STEPS * rng.normal(0.4, 1.5, MANY), 1.3 / BEYOND_STEPS


def _gate(gate: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Both gradients by the right formulas, with another gate."""

    def backward(dout: Any, cache: Any) -> Any:
        x, beta = cache
        s = gate(x, beta)
        slope = s * (1 - s)
        return dout * (s + beta * x * slope), np.sum(dout * x**2 * slope)

    return backward


def _only_dbeta(args: tuple[Any, ...], result: Any) -> bool:
    """Whether dx is right, and dbeta an array of several numbers where x is a matrix."""
    return same(result[0], swish_backward(*args)[0]) and (
        np.size(result[1]) > 1 or args[0].ndim == 1 or 1 in args[0].shape
    )


def _dbeta_number(args: tuple[Any, ...], result: Any) -> bool:
    """Whether dx is right, and dbeta some number."""
    return (
        same(result[0], swish_backward(*args)[0])
        and np.size(result[1]) == 1
        and not named_by_itself(swish_backward, 1, args, result[1])
    )


def _slope_at(cache: tuple[Any, float], beta: float) -> Any:
    """The sigmoid's slope with another beta than that of the cache."""
    s = sigmoid(beta * cache[0])
    return s * (1 - s)


def _only_dx(args: tuple[Any, ...], result: Any) -> bool:
    """Whether dbeta is right, and dx at least an array of the right shape."""
    right = swish_backward(*args)
    return same(result[1], right[1]) and np.shape(result[0]) == right[0].shape


def _slope(slope: Callable[[Any], Any]) -> Callable[..., Any]:
    """Both gradients with another slope of the sigmoid, made of its value s."""

    def backward(dout: Any, cache: Any) -> Any:
        x, beta = cache
        s = sigmoid(beta * x)
        moved = x * slope(s)
        return dout * (s + beta * moved), np.sum(dout * x * moved)

    return backward


def _by_loop(dout: Any, cache: Any) -> Any:
    x, beta = cache
    dx, dbeta = np.zeros_like(x), 0.0
    for index in np.ndindex(x.shape):
        s = 1.0 / (1.0 + np.exp(-beta * x[index]))
        dx[index] = dout[index] * s * (1.0 + beta * x[index] * (1.0 - s))
        dbeta += dout[index] * x[index] * x[index] * s * (1.0 - s)
    return dx, dbeta


def _with_output(dout: Any, cache: Any) -> Any:
    x, beta = cache
    s = sigmoid(beta * x)
    out = x * s
    return dout * (beta * out + s * (1 - beta * out)), np.sum(dout * out * (x - out))


SWISH = Exercise(
    name="swish_backward",
    points=3,
    reference=swish_backward,
    parts=("dx", "dbeta"),
    cases=_cases,
    large=_large,
    forward=swish_forward,
    wrt={"dx": 0, "dbeta": 1},
    upstream=True,
    mistakes=(
        *IN_DX,
        *IN_DBETA,
        Mistake(
            "Your gate is sigmoid(x), without beta. In the output it is sigmoid(beta x), and the "
            "gradients are taken there.",
            _gate(lambda x, beta: sigmoid(x)),
        ),
        Mistake(
            "You leave beta out: this is the gradient for beta = 1. Take beta from the cache.",
            rule(
                lambda dout, x, beta: (
                    swish_backward(dout, (x, 1.0))[0],
                    swish_backward(dout, (x, 1.0))[1],
                )
            ),
        ),
        Mistake(
            "You put beta x into s (1 - s). That formula wants the gate's value s: squash beta x "
            "first.",
            _gate(lambda x, beta: beta * x),
        ),
        Mistake(
            "The sigmoid's slope is s (1 - s). Yours has a plus: it would not vanish where the "
            "gate is open.",
            _slope(lambda s: s * (1 + s)),
        ),
        Mistake(
            "In both gradients the sigmoid's slope is 1 - s^2. That is the slope of tanh; the "
            "sigmoid's is s (1 - s).",
            _slope(lambda s: 1 - s**2),
        ),
        Mistake(
            "You return dx alone. beta is learned, so it needs a gradient too: return (dx, dbeta).",
            lambda dout, cache: swish_backward(dout, cache)[0],
        ),
        Mistake(
            "Your dbeta still has an axis. One beta served every entry: sum or add up over all "
            "axes, to a single number.",
            lambda dout, cache: (
                swish_backward(dout, cache)[0],
                np.mean(dout * cache[0] ** 2, axis=0),
            ),
            _only_dbeta,
        ),
        Mistake(
            "Your dbeta is right and your dx is not. It is dout times a sum of two terms: the gate "
            "as it is, where x in front of it moves; and x times the change of the gate, beta "
            "s (1 - s).",
            lambda dout, cache: (dout * cache[0], swish_backward(dout, cache)[1]),
            _only_dx,
        ),
        Mistake(
            "Your dx is right and your dbeta is not. x in front of the gate does not move with "
            "beta; the gate does, by x times the sigmoid's slope at beta x. Multiply by dout, and "
            "add up all entries.",
            lambda dout, cache: (swish_backward(dout, cache)[0], 0.5 * np.sum(dout * cache[0])),
            _dbeta_number,
        ),
        Mistake(
            "You divide x by beta in the gate. It is sigmoid(beta x).",
            _gate(lambda x, beta: sigmoid(x / beta)),
            lambda args, result: same(
                result[1], np.sum(args[0] * args[1][0] ** 2 * _slope_at(args[1], 1 / args[1][1]))
            ),
        ),
        taken_whole(swish_backward, "x, beta"),
    ),
    alternatives=(
        _by_loop,
        _with_output,
        rule(
            lambda dout, x, beta: [
                dout * sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x)),
                np.vdot(dout, x * x * sigmoid(beta * x) * sigmoid(-beta * x)),
            ]
        ),
    ),
    summary="gradients of Swish, with respect to input and beta",
)
