"""Mistakes that can be made with any random matrix, whatever its distribution."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.initialization.judging import complaint_is

#: Draws entries of the right distribution: ``draw(fan_in, fan_out, shape, rng)``.
Draw = Callable[[int, int, Any, np.random.Generator], Any]
Accept = Callable[[tuple[Any, ...], Any], str | None]


def random_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """A wide and a tall matrix, one with few inputs, and a column.

    Few inputs show an input counted too many. Each has thousands of entries, for its moments, and
    none is so large that what dozens of mistakes make of it would fill the memory.
    """
    few, many = int(rng.integers(36, 42)), int(rng.integers(150, 170))
    most = int(rng.integers(1600, 1800))
    for fan_in, fan_out in ((few, many), (many, few), (int(rng.integers(2, 4)), most), (most, 1)):
        yield fan_in, fan_out, generator(rng)


def generator(rng: np.random.Generator) -> np.random.Generator:
    """A generator for one call, which is not the one that draws the cases."""
    return np.random.default_rng(int(rng.integers(2**32)))


def drawing_slips(draw: Draw, accept: Accept) -> tuple[Mistake, ...]:
    """Slips in the drawing of a matrix whose scale is right."""

    def of_shape(*wanted: Any) -> Callable[[tuple[Any, ...], Any], bool]:
        """Whether a result has one of these shapes: functions of fan_in and fan_out."""
        return lambda args, result: any(np.shape(result) == each(*args[:2]) for each in wanted)

    return (
        Mistake(
            "Your matrix is the transpose of the one asked for: inputs are its rows and outputs "
            "its columns, shape (fan_in, fan_out).",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, (fan_out, fan_in), rng),
            of_shape(lambda fan_in, fan_out: (fan_out, fan_in)),
        ),
        Mistake(
            "You draw one number only: tell the generator how many, size=(fan_in, fan_out).",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, None, rng),
            of_shape(lambda fan_in, fan_out: ()),
        ),
        Mistake(
            "You draw one number for each unit. Every weight, of every input to every output, is "
            "drawn: a matrix of shape (fan_in, fan_out).",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, fan_out, rng),
            of_shape(lambda fan_in, fan_out: (fan_out,), lambda fan_in, fan_out: (fan_in,)),
        ),
        Mistake(
            "Your numbers come in one long row. Draw them as a matrix, size=(fan_in, fan_out).",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, fan_in * fan_out, rng),
            of_shape(lambda fan_in, fan_out: (fan_in * fan_out,)),
        ),
        Mistake(
            "All your weights are equal. Then all units of a layer compute the same, get the same "
            "gradient and stay equal for ever: draw each weight with rng.",
            lambda fan_in, fan_out, rng: np.zeros((fan_in, fan_out)),
            complaint_is(accept, "everywhere"),
        ),
        Mistake(
            "This is the identity times a number: all but the diagonal is 0, and nothing is drawn. "
            "Draw each weight with rng.",
            lambda fan_in, fan_out, rng: 0.1 * np.eye(fan_in, fan_out),
            lambda args, result: (
                np.shape(result) == args[:2]
                and bool((np.eye(*args[:2]) * result == result).all() and np.any(result))
            ),
        ),
        Mistake(
            "You draw a few numbers and use them again and again. Units with the same weights "
            "compute the same and get the same gradients for ever: draw every entry on its own.",
            lambda fan_in, fan_out, rng: np.resize(
                draw(fan_in, fan_out, max(fan_in, fan_out) // 2 + 1, rng), (fan_in, fan_out)
            ),
            complaint_is(accept, "several times", "everywhere"),
        ),
        Mistake(
            "Many of your entries are one and the same number, where a limit cuts them off. "
            "Weights are drawn and scaled, nothing more; ReLU is for signals.",
            lambda fan_in, fan_out, rng: np.maximum(
                draw(fan_in, fan_out, (fan_in, fan_out), rng), 0
            ),
            complaint_is(accept, "% of its entries"),
        ),
        Mistake(
            "There is a row too many: the bias is no part of this matrix, its shape is "
            "(fan_in, fan_out).",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, (fan_in + 1, fan_out), rng),
            of_shape(lambda fan_in, fan_out: (fan_in + 1, fan_out)),
        ),
        Mistake(
            "Your matrix is square, with one of its sides used twice. Inputs are its rows and "
            "outputs its columns, shape (fan_in, fan_out).",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, (fan_in, fan_in), rng),
            of_shape(lambda fan_in, fan_out: (fan_in,) * 2, lambda fan_in, fan_out: (fan_out,) * 2),
        ),
        Mistake(
            "You return more than the weights. Asked for is the matrix alone; biases start at 0 "
            "and need no initializer.",
            lambda fan_in, fan_out, rng: (
                draw(fan_in, fan_out, (fan_in, fan_out), rng),
                np.zeros(fan_out),
            ),
            lambda args, result: (
                isinstance(result, (tuple, list)) and np.shape(result[0]) == args[:2]
            ),
        ),
        Mistake(
            "Your numbers have been through a type of few digits, float32 or float16. Leave them "
            "in float64, as rng draws them.",
            lambda fan_in, fan_out, rng: draw(fan_in, fan_out, (fan_in, fan_out), rng).astype(
                np.float32
            ),
            complaint_is(accept, "is float"),
        ),
        Mistake(
            "Your entries are all of one sign, so all units would push the same way. The "
            "distribution is symmetric about 0: rng.random() gives numbers from 0 to 1, "
            "rng.uniform(-a, a) and rng.standard_normal() give both signs.",
            lambda fan_in, fan_out, rng: np.abs(draw(fan_in, fan_out, (fan_in, fan_out), rng)),
            lambda args, result: (
                np.shape(result) == args[:2]
                and bool(np.all(np.asarray(result) > 0) or np.all(np.asarray(result) < 0))
            ),
        ),
    )
