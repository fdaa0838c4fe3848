"""Many entries in one evaluation: the same gradient, fewer evaluations, no false word believed."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from nbcourse.activations import relu_backward, relu_forward
from nbcourse.gradcheck import GradientMismatchError, gradcheck, numerical_gradient
from nbcourse.independent_gradients import _sets, independent_gradient
from nbcourse.layer_normalization import layernorm_backward, layernorm_forward
from nbcourse.layers import linear_backward, linear_forward
from nbcourse.losses import softmax_cross_entropy
from nbcourse.operations import multiply_backward, multiply_forward
from nbcourse.pooling import avg_pool2d_backward, avg_pool2d_forward

Array = np.ndarray


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def draw(*shape: int) -> Array:
    return rng(1).standard_normal(shape)


def softmax(x: Array, axis: int) -> Array:
    weights = np.exp(x - x.max())  # of all: a shift that changes nothing but the rounding
    return weights / weights.sum(axis=axis, keepdims=True)


W = rng(2).standard_normal((3, 2))
HOLDS: list[tuple[Any, Any, Callable[[Array], Any]]] = [
    ("entries", draw(), np.tanh),
    ("entries", draw(5), np.tanh),
    ("entries", draw(2, 3, 2), lambda x: x**3),
    ("entries", draw(3, 4), np.ravel),
    ("entries", draw(0, 3), np.tanh),
    ("rows", draw(5, 3), lambda x: np.tanh(x @ W)),
    ("rows", draw(1, 3), lambda x: np.tanh(x @ W)),
    ("rows", draw(0, 3), lambda x: np.tanh(x @ W)),
    ("rows", draw(7, 3), lambda x: softmax(x, axis=1)),
    ("rows", draw(4, 2, 3), lambda x: np.sum(x**3, axis=(1, 2))),
    ("rows", draw(4, 3).T, lambda x: x**2 @ np.ones((4, 5))),
    ("columns", draw(4, 3), lambda x: softmax(x, axis=0)),
    ("columns", draw(3, 4), lambda w: np.tanh(draw(6, 3) @ w)),
    ("columns", draw(4), lambda b: draw(6, 4) * b**2),
]


@pytest.mark.parametrize(("independent", "x", "forward"), HOLDS)
def test_the_gradient_is_the_one_that_is_measured_entry_by_entry(
    independent: Any, x: Array, forward: Callable[[Array], Any]
) -> None:
    x = x.view()
    x.setflags(write=False)
    dout = rng(3).standard_normal(np.shape(forward(x)))
    found = independent_gradient(forward, x, dout, independent, rng(4))
    expected = numerical_gradient(lambda v: np.sum(dout * forward(v)), x)
    assert found.shape == x.shape
    assert np.allclose(found, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("independent", "measuring"), [("entries", 2), ("rows", 2 * 3), ("columns", 2 * 40)]
)
def test_evaluations_are_counted(independent: Any, measuring: int) -> None:
    calls = []

    def forward(x: Array) -> Array:
        calls.append(x)
        return x**2

    x = draw(40, 3)
    independent_gradient(forward, x, np.ones_like(x), independent, rng())
    # One to compare with, and as many as there are sets.
    parts = {"entries": 120, "rows": 40, "columns": 3}[independent]
    trying = {120: 9, 40: 8, 3: 3}[parts]
    assert len(_sets(parts)) == trying
    assert len(calls) == measuring + 1 + trying
    assert len({id(each) for each in calls}) == len(calls)  # each may be kept or changed


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 6, 7, 20, 21])
def test_for_any_two_parts_a_set_holds_the_one_without_the_other(n: int) -> None:
    sets = _sets(n)
    assert sets.shape[1] == n
    for one, other in permutations(range(n), 2):
        assert (sets[:, one] & ~sets[:, other]).any()


def reaching(one: int, other: int) -> Callable[[Array], Array]:
    """A function in which a single number reaches one other number's place, and weakly."""

    def forward(x: Array) -> Array:
        out = x**2
        out.flat[other] += 1e-3 * x.flat[one]
        return out

    return forward


@pytest.mark.parametrize(("one", "other"), [*permutations(range(0, 12, 2), 2), (3, 7), (7, 3)])
def test_a_single_weak_dependence_is_seen(one: int, other: int) -> None:
    x = draw(12)
    for independent in ("entries", "rows", "columns"):
        with pytest.raises(
            ValueError, match=f"not independent in its {independent}: number {other} of the output"
        ):
            independent_gradient(reaching(one, other), x, x, independent, rng())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("independent", "x", "forward"),
    [
        ("rows", draw(4, 3), lambda x: (x - x.mean(axis=0)) / x.std(axis=0)),
        ("columns", draw(4, 3), lambda x: softmax(x, axis=1)),
        ("entries", draw(4, 3), lambda x: softmax(x, axis=1)),
        ("rows", draw(3, 3), np.transpose),
        ("entries", draw(3, 3), lambda x: x[::-1]),
        ("rows", draw(3, 2), lambda w: draw(3, 3) @ w),
        ("rows", draw(4, 3), lambda x: np.max(x) * x),
        ("rows", draw(4, 3), np.cumsum),
    ],
)
def test_a_word_that_does_not_hold_is_refused(
    independent: Any, x: Array, forward: Callable[[Array], Any]
) -> None:
    with pytest.raises(ValueError, match=rf"{independent}"):
        independent_gradient(forward, x, np.ones(np.shape(forward(x))), independent, rng())


@pytest.mark.parametrize(
    ("independent", "x", "dout", "message"),
    [
        ("rows", draw(4, 3), np.ones(3), r"x \(4, 3\) has 4 rows, the output \(3,\) has 3"),
        ("entries", draw(3), np.ones((2, 3)), r"has 3 entries, the output \(2, 3\) has 6"),
        ("rows", draw(3), np.ones(()), "a number has no rows: leave independent out"),
        ("row", draw(3), np.ones(3), "must be one of 'rows', 'columns', 'entries'; got 'row'"),
    ],
)
def test_a_word_that_does_not_fit_is_refused(
    independent: Any, x: Array, dout: Array, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        independent_gradient(np.tanh, x, dout, independent, rng())


def test_what_is_not_float64_is_refused() -> None:
    x = np.ones(3, np.float32)
    with pytest.raises(TypeError, match="x must be float64, got float32"):
        independent_gradient(np.tanh, x, x, "entries", rng())


LINEAR = draw(6, 3), draw(3, 2), draw(2)
PARTS: Any = ("rows", "columns", "columns")
PAIRS: list[tuple[Any, Any, Any, Any]] = [
    (linear_forward, linear_backward, LINEAR, PARTS),
    (linear_forward, linear_backward, LINEAR, ("rows", None, "columns")),
    (multiply_forward, multiply_backward, (draw(4, 3), draw(3, 4).T), "entries"),
    (relu_forward, relu_backward, (draw(4, 5),), "entries"),
    (layernorm_forward, layernorm_backward, (draw(4, 5), draw(5), draw(5)), PARTS),
    (lambda x: avg_pool2d_forward(x, 2), avg_pool2d_backward, (draw(3, 2, 4, 4),), "rows"),
]


@pytest.mark.parametrize(("forward", "backward", "inputs", "independent"), PAIRS)
def test_right_gradients_pass_and_wrong_ones_fail(
    forward: Any, backward: Any, inputs: Any, independent: Any
) -> None:
    gradcheck(forward, backward, inputs, rng(), independent=independent)

    def wrong(dout: Any, cache: Any) -> Any:
        gradients = backward(dout, cache)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        last = gradients[-1].copy()
        last.flat[-1] += 1e-3
        return *gradients[:-1], last

    with pytest.raises(GradientMismatchError, match=r"gradient \d at .* measured"):
        gradcheck(forward, wrong, inputs, rng(), independent=independent)


def test_constants_need_no_word() -> None:
    def forward(logits: Array, labels: Array) -> tuple[Array, Array]:
        pairs = [softmax_cross_entropy(logits[i : i + 1], labels[i : i + 1]) for i in range(4)]
        return np.array([loss for loss, _ in pairs]), np.concatenate([g for _, g in pairs])

    gradcheck(
        forward,
        lambda dout, gradients: dout[:, None] * gradients,
        (draw(4, 3), np.array([0, 2, 1, 1])),
        rng(),
        independent=("rows",),
    )


def test_too_few_words_are_refused() -> None:
    with pytest.raises(ValueError, match="3 gradients, but independent says 2"):
        gradcheck(linear_forward, linear_backward, LINEAR, rng(), independent=PARTS[:2])


def test_the_message_names_the_input() -> None:
    with pytest.raises(ValueError, match="input 1 is not independent in its entries"):
        gradcheck(
            lambda x, y: (x * y.sum() + 0 * y, (x, y)),
            lambda dout, cache: (dout * cache[1].sum(), np.full(3, np.sum(dout * cache[0]))),
            (draw(3), draw(3)),
            rng(),
            independent="entries",
        )
