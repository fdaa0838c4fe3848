"""ReLU: the way forward, and the way back."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.activations import relu_backward, relu_forward, sigmoid
from nbcourse.exercise import Exercise, Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.graphs.common import BEYOND_STEPS, entrywise_shapes, rule
from nbcourse.specs.networks.common import stops_over_a_decision


def _off_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Numbers of either sign, away from the kink, some of them between 0 and 1, some far off."""
    return rng.choice((-1.0, 1.0), shape) * rng.uniform(0.2, 3.0, shape)


def _relu_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for shape in entrywise_shapes(rng):
        yield (_off_zero(rng, shape),)
    # A row below 0 and one above: units that are off for a whole example, and on.
    yield (np.sort(_off_zero(rng, (4, 6)), axis=0),)
    yield (30.0 * _off_zero(rng, (3, 5)),)


def _on_loops(x: Any) -> Any:
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            out[index] = x[index]
    return out, (x,)


def _positive_entries(x: Any) -> Any:
    return x[x > 0], (x,)


def _one_decision(x: Any) -> Any:
    if x > 0:
        return x, (x,)
    return 0.0 * x, (x,)


RELU_FORWARD = Exercise(
    name="relu_forward",
    points=1,
    reference=relu_forward,
    parts=("out", "cache"),
    cases=_relu_cases,
    mistakes=(
        Mistake(
            "Your cache is x, not a tuple that holds it. A cache is a tuple also where one array "
            "is enough: write (x,), with the comma.",
            lambda x: (np.maximum(x, 0.0), x),
        ),
        Mistake(
            "You keep the output in the cache. This sheet keeps the input: return (x,).",
            lambda x: (np.maximum(x, 0.0), (np.maximum(x, 0.0),)),
        ),
        Mistake(
            "You keep the output in place of a cache. Return two things: out, and the tuple (x,).",
            lambda x: (np.maximum(x, 0.0), np.maximum(x, 0.0)),
        ),
        Mistake(
            "You keep where x is positive, as True and False. This sheet keeps the input itself: "
            "return (x,), and compare in the backward pass.",
            lambda x: (np.maximum(x, 0.0), (x > 0,)),
        ),
        Mistake(
            "You keep where x is positive, as True and False. This sheet keeps the input itself, "
            "in a tuple: return (x,), with the comma.",
            lambda x: (np.maximum(x, 0.0), x > 0),
        ),
        Mistake(
            "You return the output alone. The function returns two things: out, and the cache "
            "(x,) for the way back.",
            lambda x: np.maximum(x, 0.0),
        ),
        Mistake(
            "np.max(x, 0) takes the largest entry along axis 0. Entry by entry, the larger of x "
            "and 0 is np.maximum(x, 0).",
            lambda x: (np.max(x, 0), (x,)),
        ),
        Mistake(
            "You return where x is positive, as 0 and 1. That is the derivative; ReLU itself "
            "keeps the value of x there.",
            lambda x: (1.0 * (x > 0), (x,)),
        ),
        Mistake(
            "Negative entries come out positive: that is the absolute value. ReLU makes them 0.",
            lambda x: (np.abs(x), (x,)),
        ),
        Mistake(
            "You keep the negative entries and drop the positive ones. ReLU takes the larger of x "
            "and 0.",
            lambda x: (np.minimum(x, 0.0), (x,)),
        ),
        Mistake(
            "Negative entries still come through, made smaller. That is a leaky ReLU; here they "
            "become 0.",
            lambda x: (np.where(x > 0, x, 0.01 * x), (x,)),
            lambda args, result: (
                np.array_equal(np.maximum(result[0], 0.0), np.maximum(args[0], 0.0))
                and bool((result[0][args[0] < 0] > args[0][args[0] < 0]).all())
                and bool((result[0][args[0] < 0] < 0).all())
            ),
        ),
        Mistake(
            "You return x as it came. Where x is negative, the output is 0.",
            lambda x: (x, (x,)),
        ),
        Mistake(
            "Large values are cut off. ReLU has no upper end: above 0 it is x itself.",
            lambda x: (np.clip(x, 0.0, 1.0), (x,)),
            lambda args, result: same(
                result[0], np.minimum(np.maximum(args[0], 0.0), np.maximum(result[0].max(), 0.01))
            ),
        ),
        Mistake(
            "You pick out the positive entries, and the others are gone. The output has the shape "
            "of x, with 0 where x is negative.",
            _positive_entries,
        ),
        Mistake(
            "An if, or max, makes one decision for the whole array. Each entry is compared on its "
            "own: np.maximum does that, or an array of True and False.",
            _one_decision,
            lambda args, result: (
                args[0].ndim == 1 or 1 in args[0].shape or stops_over_a_decision(result)
            ),
        ),
        Mistake(
            "This is softplus or another smooth curve: close to ReLU far from 0 only. ReLU is "
            "exactly x above 0 and exactly 0 below.",
            lambda x: (np.log1p(np.exp(x)), (x,)),
        ),
    ),
    alternatives=(
        _on_loops,
        lambda x: [x * (x > 0), [x]],
        lambda x: (np.where(x < 0, 0, x), (x.copy(),)),
        lambda x: ((x + np.abs(x)) / 2, (x,)),
    ),
    summary="the larger of x and 0, entry by entry",
)


def _some_slope_below_zero(args: tuple[Any, ...], dx: Any) -> bool:
    """Whether dx is dout above 0, and the same small part of dout everywhere below."""
    dout, (x,) = args
    below = dx[x < 0] / dout[x < 0]
    return bool(
        same(dx[x > 0], dout[x > 0])
        and (np.abs(below) < 1).all()
        and (below != 0).all()
        and same(below, np.full(below.shape, below[:1].sum()))
    )


def _mask_by_index(dout: Any, cache: Any) -> Any:
    dx = np.array(dout)
    dx[cache[0] <= 0] = 0
    return dx


RELU_BACKWARD = Exercise(
    name="relu_backward",
    points=1,
    reference=relu_backward,
    parts=("dx",),
    cases=_relu_cases,
    large=lambda rng: (BEYOND_STEPS * _off_zero(rng, (100, 200)),),
    forward=relu_forward,
    wrt={"dx": 0},
    upstream=True,
    mistakes=(
        Mistake(
            "You look at the sign of dout. What decides is the sign of x: where the unit was off "
            "on the way forward, nothing comes back, whatever arrives.",
            rule(lambda dout, x: dout * (dout > 0)),
        ),
        Mistake(
            "You let dout through only where both x and dout are positive. A negative gradient is "
            "as good as a positive one: only the sign of x decides.",
            rule(lambda dout, x: dout * (dout > 0) * (x > 0)),
        ),
        Mistake(
            "You return where x is positive, as 0 and 1. That is the local derivative: multiply "
            "it by the gradient that arrives.",
            rule(lambda dout, x: 1.0 * (x > 0)),
        ),
        Mistake(
            "You multiply by the value of x. Above 0 the slope of ReLU is 1, however large x is.",
            rule(lambda dout, x: dout * np.maximum(x, 0.0)),
        ),
        Mistake(
            "You multiply dout by x, as if this were a multiply gate. Above 0 the slope of ReLU "
            "is 1, below it is 0.",
            rule(lambda dout, x: dout * x),
        ),
        Mistake(
            "You return ReLU of x. On the way back it is dout that travels: x only decides where "
            "it comes through.",
            rule(lambda dout, x: np.maximum(x, 0.0)),
        ),
        Mistake(
            "You let dout through where x is negative. ReLU is flat there: nothing that x does "
            "reaches the output.",
            rule(lambda dout, x: dout * (x < 0)),
        ),
        Mistake(
            "You let all of dout through. Where x is negative ReLU is flat, and its slope is 0.",
            rule(lambda dout, x: +dout),
        ),
        Mistake(
            "Where x is negative you send back the negative of dout. The slope is 0 there.",
            rule(lambda dout, x: dout * np.sign(x)),
        ),
        Mistake(
            "Where x is negative you still let a small part of dout through, as a leaky ReLU "
            "does. Here the slope is exactly 0.",
            rule(lambda dout, x: np.where(x > 0, dout, 0.01 * dout)),
            _some_slope_below_zero,
        ),
        Mistake(
            "Your dx is half of what it should be: above 0 the slope of ReLU is 1.",
            rule(lambda dout, x: 0.5 * dout * (x > 0)),
        ),
        Mistake(
            "You compare x with 1. The kink of ReLU is at 0.",
            rule(lambda dout, x: dout * (x > 1)),
        ),
        Mistake(
            "You return a tuple, or an array with an axis too many. There is one gradient, the "
            "array dx in the shape of x; and the cache is a tuple, (x,): take x out of it first.",
            rule(lambda dout, x: (dout * (x > 0),)),
        ),
        Mistake(
            "Where x is negative your dx is x. The slope is 0 there, and so is dx.",
            rule(lambda dout, x: np.where(x > 0, dout, x)),
        ),
        Mistake(
            "You add the slope to the gradient that arrives. They are multiplied.",
            rule(lambda dout, x: dout + (x > 0)),
        ),
        Mistake(
            "You decide for the whole array at once. Each entry is on or off on its own: compare "
            "entry by entry.",
            rule(lambda dout, x: dout if (x > 0).all() else 0 * dout),
            lambda args, dx: np.array_equal(dx, args[0]) or not np.any(dx),
        ),
        Mistake(
            "You decide for whole columns. Each entry is on or off on its own: compare entry by "
            "entry.",
            rule(lambda dout, x: dout * (x > 0).any(axis=0)),
        ),
        Mistake(
            "This is the slope of the sigmoid. That of ReLU is 1 above 0 and 0 below.",
            rule(lambda dout, x: dout * sigmoid(x) * (1 - sigmoid(x))),
        ),
        Mistake(
            "You pick out the entries where x is positive, and the others are gone. dx has the "
            "shape of x, with 0 where x is negative.",
            rule(lambda dout, x: dout[x > 0]),
        ),
        Mistake(
            "The cache is a tuple, (x,), and you compare the tuple with 0. Take x out of it "
            "first: (x,) = cache, or x = cache[0].",
            lambda dout, cache: dout * (cache > 0),
        ),
    ),
    alternatives=(
        _mask_by_index,
        rule(lambda dout, x: np.where(x > 0, dout, 0.0)),
        rule(lambda dout, x: dout * (x >= 0)),  # at 0 any slope from 0 to 1 will do
        rule(lambda dout, x: dout * np.heaviside(x, 0.5)),
    ),
    summary="gradient of ReLU",
)
