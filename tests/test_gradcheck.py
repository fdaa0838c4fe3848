"""The gradient check measures rightly, and fails whatever is wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.gradcheck import (
    GradientMismatchError,
    find_wrong_node,
    gradcheck,
    numerical_gradient,
    relative_error,
)
from nbcourse.layers import linear_backward, linear_forward
from nbcourse.losses import softmax_cross_entropy

Array = np.ndarray


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def inputs(n: int = 4, d: int = 3, m: int = 2) -> tuple[Array, Array, Array]:
    draw = rng(1).standard_normal
    return draw((n, d)), draw((d, m)), draw(m)


def test_the_central_difference_of_a_cube_is_off_by_the_square_of_the_step() -> None:
    cube = lambda x: x**3  # noqa: E731
    assert numerical_gradient(cube, np.array(1.0), h=0.01) == pytest.approx(3.0001, abs=1e-12)
    one_sided = (1.01**3 - 1.0) / 0.01
    assert one_sided == pytest.approx(3.0301)


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 3), (2, 1, 3), (0, 3)])
def test_every_entry_is_measured_on_its_own(shape: tuple[int, ...]) -> None:
    x = rng().standard_normal(shape)
    x.setflags(write=False)  # not even for a moment
    gradient = numerical_gradient(lambda v: np.sum(np.sin(v)) * np.sum(v), x)
    expected = np.cos(x) * np.sum(x) + np.sum(np.sin(x))
    assert gradient.shape == shape
    assert np.allclose(gradient, expected, rtol=1e-7, atol=1e-8)


def test_a_function_that_keeps_or_changes_its_argument_does_no_harm() -> None:
    seen = []

    def keeps(x: Array) -> float:
        seen.append(x)
        total = float(np.sum(x**2))
        x[:] = 0.0
        return total

    assert numerical_gradient(keeps, np.array([1.0, 2.0])) == pytest.approx([2.0, 4.0])
    assert len({id(x) for x in seen}) == 4


@pytest.mark.parametrize("dtype", [np.float32, np.int64, bool])
def test_what_is_not_float64_is_refused(dtype: Any) -> None:
    with pytest.raises(TypeError, match=r"x must be float64, got .*: pass x.astype"):
        numerical_gradient(np.sum, np.ones(2, dtype))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0.0, 0.0, 0.0),
        (np.zeros(3), np.zeros(3), 0.0),
        (np.zeros(3), np.ones(3), 1.0),
        (np.ones((2, 2)), -np.ones((2, 2)), 1.0),
        (3.0, 1.0, 0.5),
        (np.array([3.0, 4.0]), np.array([0.0, 0.0]), 1.0),
        (np.array([3.0, 0.0]), np.array([0.0, 4.0]), 5 / 7),
        # The spectral norm of a matrix is another number: 2 / 4 here, not the root of 8.
        (np.diag([2.0, 2.0]), np.diag([0.0, 2.0]), 2 / (np.sqrt(8) + 2)),
        (1.0, 1.0 + 2e-7, 1e-7),
        (1e-150, 3e-150, 0.5),
    ],
)
def test_relative_error(a: Any, b: Any, expected: float) -> None:
    assert relative_error(a, b) == pytest.approx(expected, rel=1e-6)
    assert relative_error(b, a) == relative_error(a, b)
    assert type(relative_error(a, b)) is float


def test_a_gradient_that_is_not_a_number_never_agrees() -> None:
    assert np.isnan(relative_error(np.nan, np.nan))
    assert np.isnan(relative_error(np.array([1.0, np.nan]), np.array([1.0, 2.0])))


def test_shapes_are_compared_before_numbers() -> None:
    with pytest.raises(ValueError, match=r"the shapes differ: \(1, 3\) and \(3,\)"):
        relative_error(np.ones((1, 3)), np.ones(3))


NUMERIC = {"x": np.array([1.0, 2.0]), "q": 3.0, "f": 1.0}
ORDER = ["x", "q", "f"]


@pytest.mark.parametrize(
    ("wrong", "tol", "expected"),
    [
        ({}, 1e-6, None),
        ({"x": 2.0}, 1e-6, "x"),
        ({"x": 2.0, "q": 1.1}, 1e-6, "q"),
        ({"x": 2.0, "f": 1.1}, 1e-6, "f"),
        ({"x": 2.0, "q": 1.001}, 1e-2, "x"),
        ({"q": 1.0 + 1e-7}, 1e-6, None),
        ({"q": 1.0 + 1e-7}, 1e-8, "q"),
        ({"x": 2.0, "q": np.nan}, 1e-6, "q"),
    ],
)
def test_the_first_wrong_node_on_the_way_back_is_found(
    wrong: dict[str, float], tol: float, expected: str | None
) -> None:
    analytic = {name: value * wrong.get(name, 1.0) for name, value in NUMERIC.items()}
    assert find_wrong_node(analytic, NUMERIC, ORDER, tol) == expected


def test_right_gradients_pass() -> None:
    gradcheck(linear_forward, linear_backward, inputs(), rng())
    gradcheck(linear_forward, linear_backward, inputs(1, 1, 1), rng())


def test_constants_behind_the_last_gradient_are_not_measured() -> None:
    def forward(logits: Array, labels: Array) -> tuple[Any, Any]:
        return softmax_cross_entropy(logits, labels)

    logits, labels = rng().standard_normal((4, 3)), np.array([0, 2, 1, 1])
    gradcheck(forward, lambda dout, dlogits: dout * dlogits, (logits, labels), rng())


def ignoring_dout(dout: Array, cache: Any) -> Any:
    return linear_backward(np.ones_like(dout), cache)


def spoiled(part: int, change: Callable[[Array], Any]) -> Callable[..., Any]:
    def backward(dout: Array, cache: Any) -> Any:
        gradients = list(linear_backward(dout, cache))
        gradients[part] = change(gradients[part])
        return tuple(gradients)

    return backward


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: 2.001 * g, "measured"),
        (lambda g: 1.001 * g, "measured"),
        (lambda g: 0.0 * g, "measured"),
        (lambda g: -g, "measured"),
        (lambda g: g + 1e-4 * (np.arange(g.size) == g.size - 1).reshape(g.shape), "measured"),
        (lambda g: g * np.nan, "is nan, measured"),
        (lambda g: g[None], "has shape"),
        (lambda g: g.sum(axis=0), "has shape"),
        (lambda g: float(g.ravel()[0]), "has shape"),
    ],
)
def test_wrong_gradients_fail(part: int, change: Callable[[Array], Any], words: str) -> None:
    with pytest.raises(GradientMismatchError, match=f"gradient {part}.*{words}"):
        gradcheck(linear_forward, spoiled(part, change), inputs(), rng())


@pytest.mark.parametrize(
    "backward",
    [
        ignoring_dout,
        lambda dout, cache: linear_backward(dout, cache)[::-1],
        lambda dout, cache: linear_backward(dout, cache)[1:],
        lambda dout, cache: (*linear_backward(dout, cache), dout),
        lambda dout, cache: (dout @ cache[1].T, cache[0].T @ dout, dout[0]),
    ],
)
def test_a_backward_pass_that_is_wrong_as_a_whole_fails(backward: Callable[..., Any]) -> None:
    with pytest.raises(GradientMismatchError):
        gradcheck(linear_forward, backward, inputs(), rng())


def test_a_transpose_is_seen_in_square_matrices_too() -> None:
    backward = spoiled(1, np.transpose)
    with pytest.raises(GradientMismatchError, match="gradient 1 at"):
        gradcheck(linear_forward, backward, inputs(3, 3, 3), rng())
