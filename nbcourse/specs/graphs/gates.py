"""The first gates: the whole of (x + y) z, then add and multiply one by one."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.operations import (
    add_backward,
    add_forward,
    compound_backward,
    multiply_backward,
    multiply_forward,
)
from nbcourse.specs.graphs.common import BEYOND_STEPS, entrywise_shapes, rule


def _compound_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield -2.0, 5.0, -4.0
    for _ in range(3):
        yield tuple(float(number) for number in rng.normal(1.0, 2.0, 3))


def _compound_large(rng: np.random.Generator) -> tuple[Any, ...]:
    return tuple(float(number) * BEYOND_STEPS for number in rng.normal(1.0, 2.0, 3))


COMPOUND = Exercise(
    name="compound_backward",
    points=3,
    reference=compound_backward,
    parts=("dx", "dy", "dz"),
    cases=_compound_cases,
    large=_compound_large,
    forward=lambda x, y, z: (x + y) * z,
    wrt={"dx": 0, "dy": 1, "dz": 2},
    mistakes=(
        Mistake(
            "Your dx and dy are the local derivatives of the add gate alone. The gradient that "
            "the multiply gate sends to q still has to be multiplied in.",
            lambda x, y, z: (1.0, 1.0, x + y),
        ),
        Mistake(
            "Your multiply gate gives each of its inputs that input's own value. Hold q still and "
            "let z grow a little: how fast f grows depends on what stands beside z.",
            lambda x, y, z: (x + y, x + y, z),
        ),
        Mistake(
            "These are the right three numbers in another order. Return dx, dy, dz.",
            lambda x, y, z: (x + y, z, z),
        ),
        Mistake(
            "Your dz multiplies x and y. What stands beside z in f is q: look again at the gate "
            "that makes q.",
            lambda x, y, z: (z, z, x * y),
        ),
        Mistake(
            "You send one gradient to all three inputs. x and y reach f through q, z enters at "
            "the multiply gate: work out df/dz on its own.",
            lambda x, y, z: (z, z, z),
        ),
        Mistake(
            "Your dz is 1, as if z were added to q. It is a factor: f moves the faster with z the "
            "larger the other factor is.",
            lambda x, y, z: (z, z, 1.0),
        ),
        Mistake(
            "These are the gradients of the product x y z. Here x and y meet in an add gate "
            "first, so neither of them multiplies the other.",
            lambda x, y, z: (y * z, x * z, x * y),
        ),
        Mistake(
            "You multiplied by the values of x and y on the way through the add gate. Its local "
            "derivatives do not depend on what is being added.",
            lambda x, y, z: (x * z, y * z, x + y),
        ),
        Mistake(
            "These are the gradients of x + y z. The parentheses come first: z multiplies the "
            "whole sum.",
            lambda x, y, z: (1.0, z, y),
        ),
        Mistake(
            "Your dz is f itself. How fast f grows with z is the factor beside z, without z.",
            lambda x, y, z: (z, z, (x + y) * z),
        ),
        Mistake(
            "Your dz is x - y. What stands beside z in f is the sum of the two.",
            lambda x, y, z: (z, z, x - y),
        ),
    ),
    alternatives=(
        lambda x, y, z: [1.0 * z, 1.0 * z, y + x],
        lambda x, y, z: tuple(np.array([z, z, x + y])),
    ),
    summary="gradients of (x + y) z",
)


def _add_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for shape in entrywise_shapes(rng):
        yield rng.normal(1.0, 1.0, shape), rng.normal(-1.0, 2.0, shape)


def _large_pair(rng: np.random.Generator) -> tuple[Any, ...]:
    x, y = rng.normal(1.0, 1.0, (200, 300)), rng.normal(-1.0, 2.0, (200, 300))
    return x * BEYOND_STEPS, y * BEYOND_STEPS


ADD = Exercise(
    name="add_backward",
    points=2,
    reference=add_backward,
    parts=("dx", "dy"),
    cases=_add_cases,
    large=_large_pair,
    forward=add_forward,
    wrt={"dx": 0, "dy": 1},
    upstream=True,
    mistakes=(
        Mistake(
            "You return one gradient for two inputs. Return one for x and one for y, even where "
            "both hold the same numbers.",
            lambda dout, cache: dout,
        ),
        Mistake(
            "You return the local derivatives, which are 1. They still have to be multiplied by "
            "the gradient that arrives.",
            rule(lambda dout, x, y: (np.ones_like(x), np.ones_like(y))),
            lambda args, result: len(result) == 2 and all(np.all(part == 1) for part in result),
        ),
        Mistake(
            "You split dout between the two inputs. A gradient is no quantity to be shared out: a "
            "small step in x alone moves the sum by the full step, and so does one in y.",
            rule(lambda dout, x, y: (dout / 2, dout / 2)),
        ),
        Mistake(
            "This is what the multiply gate does, sending each input the other one's value. How "
            "fast does x + y grow with x, and does that depend on y?",
            rule(lambda dout, x, y: (dout * y, dout * x)),
        ),
        Mistake(
            "You multiplied by each input's own value. A sum grows as fast as its input does, "
            "however large the input is.",
            rule(lambda dout, x, y: (dout * x, dout * y)),
        ),
        Mistake(
            "Your dy has the sign that belongs to a difference, x - y. This gate adds.",
            rule(lambda dout, x, y: (dout, -dout)),
        ),
        Mistake(
            "You add dout to the values. The chain rule multiplies dout by the local derivative, "
            "and the values themselves play no part in a sum's derivative.",
            rule(lambda dout, x, y: (dout + x, dout + y)),
        ),
        Mistake(
            "You multiplied dout by the output x + y. The chain rule multiplies it by the "
            "derivative of the output: how fast does x + y grow with x?",
            rule(lambda dout, x, y: (dout * (x + y), dout * (x + y))),
        ),
        Mistake(
            "You return the inputs as they came. What goes back is the gradient that arrives.",
            rule(lambda dout, x, y: (x, y)),
        ),
    ),
    alternatives=(
        rule(lambda dout, x, y: (dout * np.ones_like(x), dout * np.ones_like(y))),
        lambda dout, cache: [1.0 * dout for _ in cache],
    ),
    summary="gradients of the sum of two arrays",
)


def _multiply_by_loops(dout: Any, cache: Any) -> Any:
    x, y = cache
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for index in np.ndindex(np.shape(x)):
        dx[index] = np.asarray(dout)[index] * np.asarray(y)[index]
        dy[index] = np.asarray(dout)[index] * np.asarray(x)[index]
    return dx, dy


MULTIPLY = Exercise(
    name="multiply_backward",
    points=2,
    reference=multiply_backward,
    parts=("dx", "dy"),
    cases=_add_cases,
    large=_large_pair,
    forward=multiply_forward,
    wrt={"dx": 0, "dy": 1},
    upstream=True,
    mistakes=(
        Mistake(
            "Each input gets its own value back. Hold y still: by how much does x y move when x "
            "moves by a little? The multiply gate switches.",
            rule(lambda dout, x, y: (dout * x, dout * y)),
        ),
        Mistake(
            "You return the local derivatives alone. Somewhere above this gate is a loss, and "
            "dout says how fast it changes with x y: that factor is missing.",
            rule(lambda dout, x, y: (y, x)),
        ),
        Mistake(
            "You hand dout to both inputs, which is what the add gate does. In a product the "
            "effect of one factor depends on the size of the other.",
            rule(lambda dout, x, y: (dout, dout)),
        ),
        Mistake(
            "You sum over the entries and return one number for each input. Every entry of x has "
            "its own gradient: dx has the shape of x.",
            rule(lambda dout, x, y: (np.sum(dout * y), np.sum(dout * x))),
        ),
        Mistake(
            "You use the rule of the matrix product. This gate multiplies entry by entry: entry i "
            "of x meets entry i of y and no other.",
            rule(lambda dout, x, y: (dout @ y.T, x.T @ dout)),
        ),
        Mistake(
            "You multiplied dout by the whole output, x times y. The factor whose gradient you "
            "want does not appear in its own local derivative.",
            rule(lambda dout, x, y: (dout * x * y, dout * x * y)),
        ),
        Mistake(
            "You add dout to the other factor. The chain rule multiplies the two.",
            rule(lambda dout, x, y: (dout + y, dout + x)),
        ),
        Mistake(
            "You divide by the other factor. The chain rule multiplies dout by the local "
            "derivative.",
            rule(lambda dout, x, y: (dout / y, dout / x)),
        ),
        Mistake(
            "Your dy is made with dx in place of x: x was given a new value before it was used. "
            "Keep the old values until both gradients are there.",
            rule(lambda dout, x, y: (dout * y, dout * (dout * y))),
        ),
        Mistake(
            "These are the gradients of the squares of x and y. Here each is multiplied by the "
            "other.",
            rule(lambda dout, x, y: (2 * x * dout, 2 * y * dout)),
        ),
    ),
    alternatives=(_multiply_by_loops, lambda dout, cache: [dout * other for other in cache[::-1]]),
    summary="gradients of the product of two arrays, entry by entry",
)
