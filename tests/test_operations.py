"""Every pair of gates and layers: its gradients are the derivatives of its forward pass.

One table holds the pairs, one test runs them all through ``gradcheck`` over several shapes. The
activations have a table of their own, in ``test_activations``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nbcourse import functions, layers, losses, operations
from nbcourse.gradcheck import gradcheck, numerical_gradient

Draw = Callable[..., Any]
SHAPES = ((), (3,), (4, 3), (1, 3), (3, 1), (1, 1), (2, 1, 3))


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.standard_normal(shape)


def positive(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.5, 2.0, shape)


def off_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Away from 0, where the reciprocal ends."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2.0, shape)


@dataclass(frozen=True)
class Pair:
    """A forward and a backward pass, and inputs to try them on."""

    module: Any
    name: str
    inputs: tuple[tuple[Any, ...], ...]

    @property
    def forward(self) -> Any:
        return getattr(self.module, f"{self.name}_forward")

    @property
    def backward(self) -> Any:
        return getattr(self.module, f"{self.name}_backward")


def each_shape(*draws: Draw, constants: tuple[float, ...] = ()) -> tuple[tuple[Any, ...], ...]:
    """Inputs of one shape, for every shape."""
    rng = np.random.default_rng(0)
    return tuple((*(draw(rng, shape) for draw in draws), *constants) for shape in SHAPES)


def shaped(*rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[Any, ...], ...]:
    """Inputs with the given shapes, a row for each call."""
    rng = np.random.default_rng(0)
    return tuple(tuple(rng.standard_normal(shape) for shape in row) for row in rows)


# Equal shapes, and every way to broadcast one of two inputs.
TWO = each_shape(normal, normal) + shaped(
    ((4, 3), (3,)), ((3,), (4, 3)), ((4, 1), (1, 3)), ((4, 3), ()), ((2, 1, 3), (4, 1))
)
PRODUCTS = (((4, 3), (3, 2)), ((1, 3), (3, 1)), ((2, 1), (1, 5)), ((1, 1), (1, 1)))

PAIRS = (
    Pair(operations, "add", TWO),
    Pair(operations, "multiply", TWO),
    Pair(operations, "max", TWO),
    Pair(operations, "sum", each_shape(normal)),
    Pair(operations, "matmul", shaped(*PRODUCTS)),
    Pair(functions, "reciprocal", each_shape(off_zero)),
    Pair(functions, "exp", each_shape(normal)),
    Pair(functions, "log", each_shape(positive)),
    Pair(functions, "shift", each_shape(normal, constants=(0.7,))),
    Pair(functions, "scale", each_shape(normal, constants=(-1.7,))),
    Pair(functions, "transform", shaped(*((w, x) for x, w in PRODUCTS))),
    Pair(layers, "linear", shaped(*((x, w, w[1:]) for x, w in PRODUCTS))),
)
CALLS = [
    pytest.param(pair, inputs, id=f"{pair.name}-{'-'.join(str(np.shape(x)) for x in inputs)}")
    for pair in PAIRS
    for inputs in pair.inputs
]
# ``loss, gradient = f(inputs)`` in place of a pair, and one gate that is no pair on purpose.
WITHOUT_PAIR = {"compound"}


def test_the_table_holds_every_pair_of_the_library() -> None:
    modules = (operations, functions, layers, losses)
    found = {
        name.removesuffix("_backward")
        for module in modules
        for name in vars(module)
        if name.endswith("_backward")
    }
    assert found - WITHOUT_PAIR == {pair.name for pair in PAIRS}


@pytest.mark.parametrize(("pair", "inputs"), CALLS)
def test_a_backward_pass_is_the_derivative_of_its_forward_pass(
    pair: Pair, inputs: tuple[Any, ...]
) -> None:
    before = [np.copy(x) for x in inputs]
    gradcheck(pair.forward, pair.backward, inputs, np.random.default_rng(1))
    assert all(np.array_equal(x, kept) for x, kept in zip(inputs, before, strict=True))


@pytest.mark.parametrize(("pair", "inputs"), CALLS)
def test_a_backward_pass_reads_its_cache_and_writes_nothing(
    pair: Pair, inputs: tuple[Any, ...]
) -> None:
    out, cache = pair.forward(*inputs)
    dout = np.random.default_rng(1).standard_normal(np.shape(out))
    kept = dout.copy()
    first, second = (as_tuple(pair.backward(dout, cache)) for _ in range(2))
    assert np.array_equal(dout, kept)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)


def test_compound_is_the_gradient_of_its_formula() -> None:
    point = np.array([-2.0, 5.0, -4.0])
    measured = numerical_gradient(lambda v: (v[0] + v[1]) * v[2], point)
    assert operations.compound_backward(*point) == pytest.approx(measured)


@pytest.mark.parametrize(
    ("dout", "shape", "expected"),
    [
        (np.ones((4, 3)), (3,), np.full(3, 4.0)),
        (np.ones((4, 3)), (4, 1), np.full((4, 1), 3.0)),
        (np.ones((4, 3)), (1, 1), np.full((1, 1), 12.0)),
        (np.ones((4, 3)), (), np.float64(12.0)),
        (np.ones((2, 4, 3)), (4, 1), np.full((4, 1), 6.0)),
        (np.ones((4, 3)), (4, 3), np.ones((4, 3))),
        (np.ones((1, 3)), (1, 3), np.ones((1, 3))),
    ],
)
def test_unbroadcast_sums_over_copies(dout: Any, shape: tuple[int, ...], expected: Any) -> None:
    summed = operations.unbroadcast(dout, shape)
    assert np.shape(summed) == shape
    assert np.array_equal(summed, expected)


@pytest.mark.parametrize("shape", [(4,), (2, 4, 3), (4, 2), (0, 3)])
def test_unbroadcast_refuses_what_was_never_broadcast(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"does not broadcast to \(4, 3\)"):
        operations.unbroadcast(np.ones((4, 3)), shape)


def test_max_routes_ties_to_the_first_and_nothing_is_lost() -> None:
    x = np.array([1.0, 2.0])
    dx, dy = operations.max_backward(np.array([3.0, 4.0]), (x, x))
    assert dx.tolist() == [3.0, 4.0]
    assert dy.tolist() == [0.0, 0.0]


def test_linear_says_which_shapes_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"got x \(2, 3\), w \(4, 5\), b \(5,\)"):
        layers.linear_forward(np.ones((2, 3)), np.ones((4, 5)), np.ones(5))
