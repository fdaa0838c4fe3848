"""``xavier_uniform`` and ``kaiming_uniform``."""

from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.initializers import kaiming_uniform, xavier_uniform
from nbcourse.specs.initialization.judging import (
    Scale,
    judge_uniform,
    looks_normal,
    wrong_bound,
    wrong_factors,
)
from nbcourse.specs.initialization.slips import drawing_slips, random_cases


def _normal_in_place_of_uniform(bound: Scale) -> Mistake:
    """Normal entries, whose std is the bound, or that of the same variance."""

    def function(fan_in: int, fan_out: int, rng: np.random.Generator) -> Any:
        return rng.normal(0, bound(fan_in, fan_out) / sqrt(3), (fan_in, fan_out))

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        right = bound(*args[:2])
        return any(looks_normal(np.asarray(result), std) for std in (right, right / sqrt(3)))

    return Mistake(
        "Your entries are normal and know no bounds. A uniform distribution is asked for: "
        "rng.uniform(-bound, bound, size).",
        function,
        explains,
    )


def _from_zero(bound: Scale) -> Mistake:
    """``rng.uniform`` or ``rng.random`` without the negative half."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        w, right = np.asarray(result), bound(*args[:2])
        return w.shape == args[:2] and bool(w.min() >= 0 and 0.98 < w.max() / right <= 1)

    return Mistake(
        "Your weights lie between 0 and the bound. The interval is symmetric about 0: from -bound "
        "to bound.",
        lambda i, o, rng: bound(i, o) * rng.random((i, o)),
        explains,
    )


def _low_alone(bound: Scale) -> Mistake:
    """``rng.uniform(bound, size=...)``, which takes the bound for the lower one of two."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        w, right = np.asarray(result), bound(*args[:2])
        return w.shape == args[:2] and bool(
            np.isclose(w.min(), min(right, 1), atol=0.05)
            and np.isclose(w.max(), max(right, 1), atol=0.05)
        )

    return Mistake(
        "rng.uniform takes both ends, low and high, and with one number alone the other end is 1. "
        "Write rng.uniform(-bound, bound, size).",
        lambda fan_in, fan_out, rng: rng.uniform(bound(fan_in, fan_out), size=(fan_in, fan_out)),
        explains,
    )


def _xavier(fan_in: int, fan_out: int) -> float:
    return sqrt(6 / (fan_in + fan_out))


def _kaiming(fan_in: int, fan_out: int) -> float:
    return sqrt(6 / fan_in)


_HALF = (
    "Your interval has the right bound for its width: a uniform distribution from -a to a is 2a "
    "wide. The bound itself is {bound}."
)
_WIDE = (
    "The variance of an interval is its width squared over 12, and the width is twice the bound. "
    "So the bound is {bound}, half of yours."
)
_UNSCALED = "Your bound is 1, whatever the layer is. It is {bound}."

XAVIER_UNIFORM = Exercise(
    name="xavier_uniform",
    points=2,
    reference=xavier_uniform,
    parts=("w",),
    cases=random_cases,
    accept=judge_uniform(_xavier),
    mistakes=(
        _from_zero(_xavier),
        _low_alone(_xavier),
        *drawing_slips(
            lambda i, o, size, rng: rng.uniform(-_xavier(i, o), _xavier(i, o), size),
            judge_uniform(_xavier),
        ),
        wrong_bound(
            "sqrt(2 / (fan_in + fan_out)) is the standard deviation. The bound is sqrt(3) times "
            "as large: sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(2 / (i + o)),
        ),
        wrong_bound(
            "Your bound is 6 / (fan_in + fan_out). Take its square root.", lambda i, o: 6 / (i + o)
        ),
        wrong_bound(
            "Your bound is the variance, 2 / (fan_in + fan_out). The standard deviation is its "
            "root, and the bound is sqrt(3) times that.",
            lambda i, o: 2 / (i + o),
        ),
        wrong_bound(
            "This is the bound sqrt(6 / fan_in), which is Kaiming's. Xavier counts both sides: "
            "sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(6 / i),
        ),
        wrong_bound(
            "This is the bound sqrt(3 / fan_in), which looks at the way forward alone. Xavier "
            "takes the way back into account, too: sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(3 / i),
        ),
        wrong_bound(
            "You divide by fan_out alone. Xavier counts both sides: sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(6 / o),
        ),
        wrong_bound(
            "This is the bound sqrt(3 / (fan_in + fan_out)), which makes half of the variance: 3 "
            "times 2 is 6.",
            lambda i, o: sqrt(3 / (i + o)),
        ),
        wrong_bound(
            "Your bound is 1 / sqrt(fan_in), once a rule of thumb. Xavier's is "
            "sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(1 / i),
        ),
        wrong_bound(
            "The root of 6 / (fan_in + fan_out) goes over the whole fraction, not over the 6 "
            "alone.",
            lambda i, o: sqrt(6) / (i + o),
        ),
        wrong_bound(
            "In Python 6 / fan_in + fan_out means (6 / fan_in) + fan_out. Put parentheses round "
            "the sum.",
            lambda i, o: sqrt(6 / i + o),
        ),
        wrong_bound(
            "Look at the parentheses: sqrt(6) / sqrt(fan_in) + sqrt(fan_out) divides by the first "
            "root only, and the sum belongs under one root: sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(6) / sqrt(i) + sqrt(o),
        ),
        wrong_bound(
            "The roots do not add up to the root of the sum: fan_in + fan_out stands under one "
            "root, sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(6) / (sqrt(i) + sqrt(o)),
        ),
        wrong_bound(
            "Your bound has a factor 5/3, the gain that PyTorch recommends before tanh. Here "
            "there is none: sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: 5 / 3 * _xavier(i, o),
        ),
        wrong_bound(
            _HALF.format(bound="sqrt(6 / (fan_in + fan_out))"), lambda i, o: _xavier(i, o) / 2
        ),
        wrong_bound(
            _WIDE.format(bound="sqrt(6 / (fan_in + fan_out))"), lambda i, o: 2 * _xavier(i, o)
        ),
        wrong_bound(
            "Your bound is sqrt(12 / (fan_in + fan_out)). The 12 belongs to the width of the "
            "interval; the variance of one from -a to a is a^2 / 3, and 3 times 2 is 6.",
            lambda i, o: sqrt(12 / (i + o)),
        ),
        wrong_bound(
            "You take the larger of fan_in and fan_out. Xavier adds the two: "
            "sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: sqrt(6 / max(i, o)),
        ),
        wrong_bound(
            "Your bound is three standard deviations, where a normal distribution would have next "
            "to nothing left. A uniform one reaches out to sqrt(3) of them: "
            "sqrt(6 / (fan_in + fan_out)).",
            lambda i, o: 3 * sqrt(2 / (i + o)),
        ),
        wrong_bound(_UNSCALED.format(bound="sqrt(6 / (fan_in + fan_out))"), lambda i, o: 1.0),
        *wrong_factors(wrong_bound, _xavier, "bound", "sqrt(6 / (fan_in + fan_out))"),
        _normal_in_place_of_uniform(_xavier),
    ),
    alternatives=(
        lambda fan_in, fan_out, rng: (
            (2 * rng.random((fan_in, fan_out)) - 1) * (6 / (fan_in + fan_out)) ** 0.5
        ),
        lambda fan_in, fan_out, rng: [
            [rng.uniform(-1, 1) * _xavier(fan_in, fan_out) for _ in range(fan_out)]
            for _ in range(fan_in)
        ],
    ),
    summary="uniform weights of variance 2 / (fan_in + fan_out)",
)

KAIMING_UNIFORM = Exercise(
    name="kaiming_uniform",
    points=2,
    reference=kaiming_uniform,
    parts=("w",),
    cases=random_cases,
    accept=judge_uniform(_kaiming),
    mistakes=(
        _from_zero(_kaiming),
        _low_alone(_kaiming),
        *drawing_slips(
            lambda i, o, size, rng: rng.uniform(-_kaiming(i, o), _kaiming(i, o), size),
            judge_uniform(_kaiming),
        ),
        wrong_bound(
            "sqrt(2 / fan_in) is the standard deviation. The bound is sqrt(3) times as large: "
            "sqrt(6 / fan_in).",
            lambda i, o: sqrt(2 / i),
        ),
        wrong_bound("Your bound is 6 / fan_in. Take its square root.", lambda i, o: 6 / i),
        wrong_bound(
            "Your bound is the variance, 2 / fan_in. The standard deviation is its root, and the "
            "bound is sqrt(3) times that.",
            lambda i, o: 2 / i,
        ),
        wrong_bound(
            "This is the bound sqrt(6 / (fan_in + fan_out)), which is Xavier's. Kaiming's is "
            "sqrt(6 / fan_in).",
            lambda i, o: sqrt(6 / (i + o)),
        ),
        wrong_bound(
            "You took the number of outputs for the number of inputs: the bound is "
            "sqrt(6 / fan_in).",
            lambda i, o: sqrt(6 / o),
        ),
        wrong_bound(
            "This is the bound sqrt(3 / fan_in), which makes the variance 1 / fan_in. ReLU sets "
            "half of its inputs to 0: the variance is 2 / fan_in, and 3 times 2 is 6.",
            lambda i, o: sqrt(3 / i),
        ),
        wrong_bound(
            "Your bound is 1 / sqrt(fan_in), which frameworks use for want of a better one. "
            "Kaiming's is sqrt(6 / fan_in).",
            lambda i, o: sqrt(1 / i),
        ),
        wrong_bound(
            "The root of 6 / fan_in goes over the whole fraction, not over the 6 alone.",
            lambda i, o: sqrt(6) / i,
        ),
        wrong_bound(
            "You count one input too many: sqrt(6 / fan_in), without + 1. The bias is no weight "
            "of this matrix.",
            lambda i, o: sqrt(6 / (i + 1)),
        ),
        wrong_bound(_HALF.format(bound="sqrt(6 / fan_in)"), lambda i, o: _kaiming(i, o) / 2),
        wrong_bound(_WIDE.format(bound="sqrt(6 / fan_in)"), lambda i, o: 2 * _kaiming(i, o)),
        wrong_bound(
            "Your bound is sqrt(12 / fan_in). The 12 belongs to the width of the interval; the "
            "variance of one from -a to a is a^2 / 3, and 3 times 2 is 6.",
            lambda i, o: sqrt(12 / i),
        ),
        wrong_bound(
            "Your bound is three standard deviations, where a normal distribution would have next "
            "to nothing left. A uniform one reaches out to sqrt(3) of them: sqrt(6 / fan_in).",
            lambda i, o: 3 * sqrt(2 / i),
        ),
        wrong_bound(
            "Your bound is twice the standard deviation 1 / sqrt(fan_in). For ReLU the variance is "
            "2 / fan_in, and the bound its root times sqrt(3): sqrt(6 / fan_in).",
            lambda i, o: 2 / sqrt(i),
        ),
        wrong_bound(_UNSCALED.format(bound="sqrt(6 / fan_in)"), lambda i, o: 1.0),
        *wrong_factors(wrong_bound, _kaiming, "bound", "sqrt(6 / fan_in)"),
        _normal_in_place_of_uniform(_kaiming),
    ),
    alternatives=(
        lambda fan_in, fan_out, rng: (2 * rng.random((fan_in, fan_out)) - 1) * (6 / fan_in) ** 0.5,
        lambda fan_in, fan_out, rng: [
            list(rng.uniform(-_kaiming(fan_in, fan_out), _kaiming(fan_in, fan_out), fan_out))
            for _ in range(fan_in)
        ],
    ),
    summary="uniform weights of variance 2 / fan_in, for ReLU",
)
