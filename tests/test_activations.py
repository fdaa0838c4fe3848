"""Every activation of the library, in one table: derivatives, values, types and extreme inputs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nbcourse import activations, gated_activations, maxout, rectifiers
from nbcourse.gradcheck import gradcheck

MODULES = (activations, gated_activations, maxout, rectifiers)
ANY_SHAPE = ((), (3,), (4, 3), (1, 3), (3, 1), (1, 1), (2, 1, 3))
ROWS_ONLY = ((4, 3), (1, 3), (3, 1), (1, 1))
Draw = Callable[[np.random.Generator, tuple[int, ...]], tuple[Any, ...]]


def off_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Away from 0, where the rectifiers have their kink."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.3, 2.0, shape)


def no_more(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, ...]:
    return ()


def number(value: float) -> Draw:
    return lambda rng, shape: (value,)


def slopes(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, ...]:
    return (rng.uniform(-0.5, 0.9, shape[1:]),)


def pieces(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, ...]:
    w = rng.standard_normal((3, shape[1], 2))
    return w, rng.standard_normal((3, 2))


@dataclass(frozen=True)
class Row:
    """A pair, what its forward pass takes besides x, and shapes that x may have.

    ``at`` holds x and what comes out there, worked out on paper to four places.
    """

    module: Any
    name: str
    at: tuple[tuple[float, float], ...] = ()
    more: Draw = no_more
    shapes: tuple[tuple[int, ...], ...] = ANY_SHAPE

    @property
    def backward(self) -> Any:
        return getattr(self.module, f"{self.name}_backward")

    def forward(self, x: Any, *more: Any) -> tuple[Any, Any]:
        function = getattr(self.module, f"{self.name}_forward")
        if self.name == "noisy_relu":  # the same noise at each of the calls that are compared
            more = (np.random.default_rng(5),)
        return function(x, *more)

    def inputs(self, shape: tuple[int, ...]) -> tuple[Any, ...]:
        rng = np.random.default_rng(0)
        return (off_zero(rng, shape), *self.more(rng, shape))


TABLE = (
    Row(activations, "sigmoid", ((-1.0, 0.2689), (0.0, 0.5), (2.0, 0.8808))),
    Row(activations, "tanh", ((-1.0, -0.7616), (0.0, 0.0), (2.0, 0.9640))),
    Row(activations, "relu", ((-1.0, 0.0), (0.0, 0.0), (2.0, 2.0))),
    Row(activations, "softplus", ((-1.0, 0.3133), (0.0, 0.6931), (2.0, 2.1269))),
    Row(activations, "identity", ((-1.0, -1.0), (0.0, 0.0), (2.0, 2.0))),
    Row(activations, "softmax", shapes=((3,), *ROWS_ONLY, (2, 1, 3))),
    Row(rectifiers, "leaky_relu", ((-1.0, -0.2), (0.0, 0.0), (2.0, 2.0)), number(0.2)),
    Row(rectifiers, "noisy_relu"),
    Row(rectifiers, "prelu", more=slopes, shapes=ROWS_ONLY),
    Row(rectifiers, "elu", ((-1.0, -0.4425), (0.0, 0.0), (2.0, 2.0)), number(0.7)),
    Row(rectifiers, "selu", ((-1.0, -1.1113), (0.0, 0.0), (2.0, 2.1014))),
    Row(gated_activations, "swish", ((-1.0, -0.1824), (0.0, 0.0), (2.0, 1.9051)), number(1.5)),
    Row(gated_activations, "silu", ((-1.0, -0.2689), (0.0, 0.0), (2.0, 1.7616))),
    Row(gated_activations, "gelu", ((-1.0, -0.1587), (0.0, 0.0), (2.0, 1.9545))),
    Row(maxout, "maxout", more=pieces, shapes=ROWS_ONLY),
)
# A neuron's output is a number: it is checked by itself below.
NEURON = "sigmoid_neuron"
EACH = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
CALLS = pytest.mark.parametrize(
    ("row", "shape"),
    [pytest.param(row, shape, id=f"{row.name}-{shape}") for row in TABLE for shape in row.shapes],
)


def test_the_table_holds_every_pair() -> None:
    found = {
        name.removesuffix("_backward")
        for module in MODULES
        for name in vars(module)
        if name.endswith("_backward") and vars(module)[name].__module__ == module.__name__
    }
    assert found - {NEURON} == {row.name for row in TABLE}


@CALLS
def test_a_backward_pass_is_the_derivative_of_its_forward_pass(
    row: Row, shape: tuple[int, ...]
) -> None:
    gradcheck(row.forward, row.backward, row.inputs(shape), np.random.default_rng(1))


@CALLS
def test_a_pair_writes_nothing_and_gives_the_same_twice(row: Row, shape: tuple[int, ...]) -> None:
    inputs = row.inputs(shape)
    before = [np.copy(each) for each in inputs]
    out, cache = row.forward(*inputs)
    dout = np.random.default_rng(1).standard_normal(np.shape(out))
    kept = dout.copy()
    first, second = (as_tuple(row.backward(dout, cache)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(inputs, before, strict=True))
    assert np.array_equal(dout, kept)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@EACH
def test_known_values(row: Row) -> None:
    more = row.more(np.random.default_rng(0), (1,)) if row.at else ()
    for x, out in row.at:
        assert row.forward(np.array([x]), *more)[0][0] == pytest.approx(out, abs=5e-5)


@EACH
@pytest.mark.parametrize("size", [1e2, 1e4])
def test_extreme_inputs_stay_finite_without_warnings(row: Row, size: float) -> None:
    shape = (4, 3)
    x, *more = row.inputs(shape)
    x = size * np.sign(x)
    x[0] = 0.0
    out, cache = row.forward(x, *more)
    gradients = as_tuple(row.backward(np.ones_like(out), cache))
    assert np.isfinite(out).all()
    assert all(np.isfinite(gradient).all() for gradient in gradients)


@EACH
def test_float32_is_kept(row: Row) -> None:
    inputs = [
        each.astype(np.float32) if isinstance(each, np.ndarray) else each
        for each in row.inputs((4, 3))
    ]
    out, cache = row.forward(*inputs)
    gradients = as_tuple(row.backward(np.ones_like(out), cache))
    assert [each.dtype for each in (out, *gradients)] == [np.float32] * (1 + len(gradients))


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "prelu", "elu", "selu"])
def test_a_rectifier_has_the_derivative_of_its_left_side_at_zero(name: str) -> None:
    row = next(row for row in TABLE if row.name == name)
    more = row.more(np.random.default_rng(0), (1, 1))
    at_zero, left = (
        as_tuple(row.backward(np.ones((1, 1)), row.forward(np.full((1, 1), x), *more)[1]))[0]
        for x in (0.0, -1e-12)
    )
    assert at_zero == pytest.approx(left)


def test_the_sigmoid_neuron_is_checked_too() -> None:
    rng = np.random.default_rng(0)
    for _ in range(3):
        inputs = rng.standard_normal(3), rng.standard_normal(2)
        pair = activations.sigmoid_neuron_forward, activations.sigmoid_neuron_backward
        gradcheck(*pair, inputs, rng)


def test_sigmoid_is_exact_in_its_tails() -> None:
    s = activations.sigmoid(np.array([-700.0, -100.0, 100.0]))
    assert s == pytest.approx([np.exp(-700.0), np.exp(-100.0), 1.0], rel=1e-14)


def test_softmax_gradients_sum_to_zero_in_every_row() -> None:
    rng = np.random.default_rng(0)
    x, dout = rng.normal(100.0, 3.0, (4, 3)), rng.standard_normal((4, 3))
    assert activations.softmax(x).sum(axis=1) == pytest.approx(np.ones(4))
    assert activations.softmax_backward(dout, (x,)).sum(axis=1) == pytest.approx(np.zeros(4))


def test_noise_has_the_variance_that_is_said() -> None:
    x = np.full(20_000, 5.0)  # so far right that no noise reaches the kink
    out, _ = rectifiers.noisy_relu_forward(x, np.random.default_rng(0))
    assert out.mean() == pytest.approx(5.0, abs=0.03)
    assert out.var() == pytest.approx(float(activations.sigmoid(np.array(5.0))), rel=0.05)


def test_selu_keeps_mean_zero_and_variance_one() -> None:
    x = np.random.default_rng(0).standard_normal(200_000)
    out, _ = rectifiers.selu_forward(x)
    assert out.mean() == pytest.approx(0.0, abs=0.01)
    assert out.var() == pytest.approx(1.0, abs=0.01)


def test_normal_cdf_keeps_its_digits_far_out() -> None:
    phi = gated_activations.normal_cdf(np.array([-20.0, 20.0]))
    assert phi == pytest.approx([2.7536241186062337e-89, 1.0], rel=1e-12)


def test_maxout_takes_the_largest_piece_not_the_first_or_the_longest() -> None:
    w = np.array([[[1.0]], [[-3.0]]])
    out, cache = maxout.maxout_forward(np.array([[2.0]]), w, np.zeros((2, 1)))
    dx, dw, db = maxout.maxout_backward(np.array([[5.0]]), cache)
    assert (out.item(), dx.item()) == (2.0, 5.0)
    assert (dw.ravel().tolist(), db.ravel().tolist()) == ([10.0, 0.0], [5.0, 0.0])


@pytest.mark.parametrize(
    ("h", "fraction"),
    [
        (np.zeros((2, 3)), 1.0),
        (np.ones((2, 3)), 0.0),
        (np.array([[0.0, 0.0, 1.0, 2.0]]), 0.5),
        (np.array([[0.0, 1e-300], [0.0, 0.0], [2.0, 0.0]]), 0.0),
        (np.array([[-0.0], [0.0]]), 1.0),
    ],
)
def test_a_dead_unit_is_zero_on_every_row(h: Any, fraction: float) -> None:
    found = rectifiers.dead_unit_fraction(h)
    assert type(found) is float
    assert found == fraction


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: rectifiers.prelu_forward(np.ones((2, 3)), np.ones(2)),
            r"got x \(2, 3\), alpha \(2,\)",
        ),
        (
            lambda: maxout.maxout_forward(np.ones((2, 3)), np.ones((4, 3, 5)), np.ones(5)),
            r"got x \(2, 3\), w \(4, 3, 5\), b \(5,\)",
        ),
        (lambda: rectifiers.dead_unit_fraction(np.ones(3)), r"got \(3,\)"),
        (lambda: rectifiers.dead_unit_fraction(np.ones((0, 3))), r"got \(0, 3\)"),
    ],
)
def test_shapes_that_do_not_fit_are_told(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
