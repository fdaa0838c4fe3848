"""``xavier_normal`` and ``kaiming_normal``."""

from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.initializers import kaiming_normal, xavier_normal
from nbcourse.specs.initialization.judging import (
    Scale,
    cut_off,
    judge_normal,
    looks_uniform,
    off_center,
    wrong_factors,
    wrong_std,
)
from nbcourse.specs.initialization.slips import drawing_slips, random_cases


def _mean_in_place_of_std(std: Scale) -> Mistake:
    return Mistake(
        "The arguments of rng.normal are mean, standard deviation and size, in this order: "
        "rng.normal(0, std, size=(fan_in, fan_out)).",
        lambda fan_in, fan_out, rng: rng.normal(std(fan_in, fan_out), (fan_in, fan_out)),
        lambda args, result: np.shape(result) == (2,),
    )


def _uniform_in_place_of_normal(std: Scale) -> Mistake:
    """Evenly spread entries, whose bound is ``std`` itself or that of the same variance."""

    def function(fan_in: int, fan_out: int, rng: np.random.Generator) -> Any:
        a = sqrt(3) * std(fan_in, fan_out)
        return rng.uniform(-a, a, (fan_in, fan_out))

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        right = std(*args[:2])
        return any(looks_uniform(np.asarray(result), a) for a in (right, sqrt(3) * right))

    return Mistake(
        "Your entries are spread evenly between two bounds. A normal distribution is asked for: "
        "rng.standard_normal or rng.normal.",
        function,
        explains,
    )


def _shifted(std: Scale) -> Mistake:
    def explains(args: tuple[Any, ...], result: Any) -> bool:
        w, right = np.asarray(result), std(*args[:2])
        return w.shape == args[:2] and abs(w.mean() / right - 1) < 7 / np.sqrt(w.size)

    return Mistake(
        "The mean of your weights is the number that should be their standard deviation. The "
        "mean is 0: rng.normal(0, std, size).",
        lambda fan_in, fan_out, rng: rng.normal(std(fan_in, fan_out), size=(fan_in, fan_out)),
        explains,
    )


def _fixed(name: str) -> tuple[Mistake, ...]:
    """One scale for all layers."""
    return (
        wrong_std(
            f"The standard deviation of your weights is 1 in every layer. Multiply by {name}.",
            lambda i, o: 1.0,
        ),
        wrong_std(
            "The standard deviation of your weights is 0.01 in every layer, however many inputs it "
            f"has. It is {name}.",
            lambda i, o: 0.01,
        ),
    )


def _not_normal(std: Scale) -> Mistake:
    return Mistake(
        "Your entries are more often near 0, and more often far from it, than normal ones of the "
        "same variance. Products and powers of normal numbers are not normal: draw every entry "
        "once, and multiply it by a number.",
        lambda fan_in, fan_out, rng: (
            std(fan_in, fan_out)
            * np.outer(rng.standard_normal(fan_in), rng.standard_normal(fan_out))
        ),
        lambda args, result: (
            np.shape(result) == args[:2]
            and (min(args[:2]) < 10 or "tails" in str(judge_normal(std)(args, result)))
        ),
    )


def _xavier(fan_in: int, fan_out: int) -> float:
    return sqrt(2 / (fan_in + fan_out))


def _kaiming(fan_in: int, fan_out: int) -> float:
    return sqrt(2 / fan_in)


XAVIER_NORMAL = Exercise(
    name="xavier_normal",
    points=2,
    reference=xavier_normal,
    parts=("w",),
    cases=random_cases,
    accept=judge_normal(_xavier),
    mistakes=(
        *drawing_slips(
            lambda i, o, size, rng: rng.normal(0, _xavier(i, o), size), judge_normal(_xavier)
        ),
        wrong_std(
            "2 / (fan_in + fan_out) is the variance of the weights, and you use it as their "
            "standard deviation. Take its square root.",
            lambda i, o: 2 / (i + o),
        ),
        wrong_std(
            "This is the variance 2 / fan_in, which is Kaiming's. Xavier counts both sides: "
            "2 / (fan_in + fan_out).",
            lambda i, o: sqrt(2 / i),
        ),
        wrong_std(
            "This is the variance 1 / fan_in, which looks at the way forward alone. Xavier takes "
            "the way back into account, too: 2 / (fan_in + fan_out).",
            lambda i, o: sqrt(1 / i),
        ),
        wrong_std(
            "This is the variance 1 / fan_out, which looks at the way back alone. Xavier takes "
            "the way forward into account, too: 2 / (fan_in + fan_out).",
            lambda i, o: sqrt(1 / o),
        ),
        wrong_std(
            "This is the variance 2 / fan_out. Xavier counts both sides: 2 / (fan_in + fan_out).",
            lambda i, o: sqrt(2 / o),
        ),
        wrong_std(
            "The variance of your weights is half of what it should be: the 2 in "
            "2 / (fan_in + fan_out) is missing.",
            lambda i, o: sqrt(1 / (i + o)),
        ),
        wrong_std(
            "sqrt(6 / (fan_in + fan_out)) is the bound of the uniform form. The standard deviation "
            "is sqrt(2 / (fan_in + fan_out)).",
            lambda i, o: sqrt(6 / (i + o)),
        ),
        wrong_std(
            "The variance of your weights is twice what it should be: the root of "
            "2 / (fan_in + fan_out) is over the 2 as well.",
            lambda i, o: 2 / sqrt(i + o),
        ),
        wrong_std(
            "The root of 2 / (fan_in + fan_out) goes over the whole fraction, not over the 2 "
            "alone.",
            lambda i, o: sqrt(2) / (i + o),
        ),
        wrong_std(
            "In Python 2 / fan_in + fan_out means (2 / fan_in) + fan_out. Put parentheses round "
            "the sum.",
            lambda i, o: sqrt(2 / i + o),
        ),
        wrong_std(
            "You divide by the standard deviation. Numbers with standard deviation 1 are "
            "multiplied by the one they should have.",
            lambda i, o: sqrt((i + o) / 2),
        ),
        wrong_std(
            "You multiply fan_in and fan_out. It is their sum that stands below the line: "
            "2 / (fan_in + fan_out).",
            lambda i, o: sqrt(2 / (i * o)),
        ),
        wrong_std(
            "Your variance is 1 / (fan_in * fan_out). Below the line stands the sum of the two, "
            "above it a 2: 2 / (fan_in + fan_out).",
            lambda i, o: sqrt(1 / (i * o)),
        ),
        wrong_std(
            "Your standard deviation has a factor 5/3, the gain that PyTorch recommends before "
            "tanh. Here there is none: the variance is 2 / (fan_in + fan_out).",
            lambda i, o: 5 / 3 * _xavier(i, o),
        ),
        wrong_std(
            "You take the larger of fan_in and fan_out. Xavier adds the two: "
            "2 / (fan_in + fan_out).",
            lambda i, o: sqrt(2 / max(i, o)),
        ),
        wrong_std(
            "You divide by fan_in itself, where the variance has its first power: the standard "
            "deviation is the root of 2 / (fan_in + fan_out).",
            lambda i, o: sqrt(2) / i,
        ),
        *_fixed("sqrt(2 / (fan_in + fan_out))"),
        *wrong_factors(wrong_std, _xavier, "standard deviation", "sqrt(2 / (fan_in + fan_out))"),
        cut_off(_xavier),
        _not_normal(_xavier),
        _mean_in_place_of_std(_xavier),
        _shifted(_xavier),
        off_center(
            judge_normal(_xavier), lambda i, o, size, rng: rng.normal(0, _xavier(i, o), size)
        ),
        _uniform_in_place_of_normal(_xavier),
    ),
    alternatives=(
        lambda fan_in, fan_out, rng: rng.normal(0, _xavier(fan_in, fan_out), (fan_in, fan_out)),
        lambda fan_in, fan_out, rng: [
            [rng.normal() / sqrt((fan_in + fan_out) / 2) for _ in range(fan_out)]
            for _ in range(fan_in)
        ],
    ),
    summary="normal weights of variance 2 / (fan_in + fan_out)",
)

KAIMING_NORMAL = Exercise(
    name="kaiming_normal",
    points=2,
    reference=kaiming_normal,
    parts=("w",),
    cases=random_cases,
    accept=judge_normal(_kaiming),
    mistakes=(
        *drawing_slips(
            lambda i, o, size, rng: rng.normal(0, _kaiming(i, o), size), judge_normal(_kaiming)
        ),
        wrong_std(
            "2 / fan_in is the variance of the weights, and you use it as their standard "
            "deviation. Take its square root.",
            lambda i, o: 2 / i,
        ),
        wrong_std(
            "The variance of your weights is 1 / fan_in. ReLU sets half of its inputs to 0, and "
            "the 2 in 2 / fan_in makes up for that.",
            lambda i, o: sqrt(1 / i),
        ),
        wrong_std(
            "This is the variance 2 / fan_out: you took the number of outputs for the number of "
            "inputs. It is 2 / fan_in.",
            lambda i, o: sqrt(2 / o),
        ),
        wrong_std(
            "This is the variance 2 / (fan_in + fan_out), which is Xavier's. Kaiming's is "
            "2 / fan_in.",
            lambda i, o: sqrt(2 / (i + o)),
        ),
        wrong_std(
            "This is the variance 1 / fan_out: you took the outputs for the inputs, and the 2 for "
            "ReLU is missing. It is 2 / fan_in.",
            lambda i, o: sqrt(1 / o),
        ),
        wrong_std(
            "sqrt(6 / fan_in) is the bound of the uniform form. The standard deviation is "
            "sqrt(2 / fan_in).",
            lambda i, o: sqrt(6 / i),
        ),
        wrong_std(
            "The variance of your weights is twice what it should be: the root of 2 / fan_in is "
            "over the 2 as well.",
            lambda i, o: 2 / sqrt(i),
        ),
        wrong_std(
            "The root of 2 / fan_in goes over the whole fraction, not over the 2 alone.",
            lambda i, o: sqrt(2) / i,
        ),
        wrong_std(
            "You count one input too many: sqrt(2 / fan_in), without + 1. The bias is no weight "
            "of this matrix.",
            lambda i, o: sqrt(2 / (i + 1)),
        ),
        wrong_std(
            "The variance of your weights is 1 / (2 fan_in): the 2 belongs above the line, "
            "2 / fan_in.",
            lambda i, o: sqrt(1 / (2 * i)),
        ),
        wrong_std(
            "The variance of your weights is 1 / (3 fan_in), PyTorch's default for a linear layer "
            "(a = sqrt(5)). For ReLU it is 2 / fan_in.",
            lambda i, o: sqrt(1 / (3 * i)),
        ),
        wrong_std(
            "You divide by the standard deviation. Numbers with standard deviation 1 are "
            "multiplied by the one they should have.",
            lambda i, o: sqrt(i / 2),
        ),
        wrong_std(
            "You take the mean of fan_in and fan_out. Kaiming's variance looks at the inputs "
            "alone: 2 / fan_in.",
            lambda i, o: sqrt(4 / (i + o)),
        ),
        *_fixed("sqrt(2 / fan_in)"),
        *wrong_factors(wrong_std, _kaiming, "standard deviation", "sqrt(2 / fan_in)"),
        cut_off(_kaiming),
        _not_normal(_kaiming),
        _mean_in_place_of_std(_kaiming),
        _shifted(_kaiming),
        off_center(
            judge_normal(_kaiming), lambda i, o, size, rng: rng.normal(0, _kaiming(i, o), size)
        ),
        _uniform_in_place_of_normal(_kaiming),
    ),
    alternatives=(
        lambda fan_in, fan_out, rng: rng.normal(0, _kaiming(fan_in, fan_out), (fan_in, fan_out)),
        lambda fan_in, fan_out, rng: [
            list(rng.standard_normal(fan_out) / (fan_in / 2) ** 0.5) for _ in range(fan_in)
        ],
    ),
    summary="normal weights of variance 2 / fan_in, for ReLU",
)
