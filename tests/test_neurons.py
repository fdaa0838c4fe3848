"""One neuron: its score, the perceptron, ADALINE, and gates by hand."""

from typing import Any

import numpy as np
import pytest

from nbcourse import neurons
from nbcourse.gradcheck import numerical_gradient
from nbcourse.neurons import (
    adaline_loss,
    adaline_update,
    neuron_scores,
    perceptron_loss,
    perceptron_update,
    step,
)

Array = np.ndarray
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([-1, 1, 1, -1])


def examples(n: int = 6, d: int = 3) -> tuple[Array, float, Array, Array]:
    rng = np.random.default_rng(0)
    x = rng.normal(0.5, 1.0, (n, d))
    return rng.standard_normal(d), 0.3, x, rng.choice([-1, 1], n)


def test_a_step_unit_fires_at_exactly_0() -> None:
    assert step(np.array([-1e-300, -0.0, 0.0, 2.0])).tolist() == [0.0, 1.0, 1.0, 1.0]
    assert step(-1.0) == 0.0
    assert np.ndim(step(0.0)) == 0


def test_the_score_divided_by_the_length_of_w_is_the_distance_from_the_line() -> None:
    w, b = np.array([3.0, 4.0]), -5.0
    nearest = -b * w / (w @ w)  # the line's point nearest to the origin
    assert neuron_scores(w, b, nearest) == pytest.approx(0.0)
    assert neuron_scores(w, b, np.zeros(2)) / 5.0 == pytest.approx(-np.linalg.norm(nearest))


@pytest.mark.parametrize(("w", "x"), [((3,), (2,)), ((3, 1), (2, 3)), ((3,), (1, 2, 3))])
def test_what_does_not_fit_is_refused(w: tuple[int, ...], x: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"a neuron needs w \(D,\) and x .*; got w \("):
        neuron_scores(np.ones(w), 0.0, np.ones(x))


@pytest.mark.parametrize(
    ("score", "y", "loss"), [(2.0, 1, 0.0), (2.0, -1, 2.0), (-0.5, 1, 0.5), (0.0, 1, 0.0)]
)
def test_the_perceptron_loss_is_the_score_on_the_wrong_side(
    score: float, y: int, loss: float
) -> None:
    assert perceptron_loss(np.array([score]), 0.0, np.array([1.0]), y) == loss


def test_the_perceptrons_step_goes_down_the_gradient_of_its_loss() -> None:
    w, b, x, y = examples()
    for example, label in zip(x, y, strict=True):

        def loss(theta: Array, example: Array = example, label: Any = label) -> float:
            return perceptron_loss(theta[:-1], theta[-1], example, label)

        theta = np.append(w, b)
        stepped = np.append(*perceptron_update(w, b, example, label))
        assert stepped == pytest.approx(theta - numerical_gradient(loss, theta))


@pytest.mark.parametrize("y", [-1, 1])
def test_an_example_on_the_line_is_learned_from(y: int) -> None:
    w, b = perceptron_update(np.zeros(2), 0.0, np.array([2.0, -1.0]), y)
    assert w.tolist() == [2.0 * y, -1.0 * y]
    assert b == y


def test_an_example_on_its_own_side_changes_nothing() -> None:
    w = np.array([1.0, 2.0])
    new, b = perceptron_update(w, 0.5, np.array([1.0, 1.0]), 1)
    assert (new.tolist(), b) == ([1.0, 2.0], 0.5)
    assert new is not w


@pytest.mark.parametrize("y", [0, 0.5, True - 1])
def test_labels_of_0_and_1_are_refused(y: Any) -> None:
    with pytest.raises(ValueError, match=r"labels must be -1 or \+1, got 0.*: write 2 \* y - 1"):
        perceptron_update(np.zeros(2), 0.0, np.ones(2), y)
    with pytest.raises(ValueError, match="labels must be"):
        perceptron_loss(np.zeros(2), 0.0, np.ones((2, 2)), np.array([1, y]))


def passes(labels: Array, x: Array, count: int) -> tuple[Array, float, list[int]]:
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(count):
        wrong = 0
        for example, label in zip(x, labels, strict=True):
            wrong += int(label * (example @ w + b) <= 0)
            w, b = perceptron_update(w, b, example, label)
        mistakes.append(wrong)
    return w, b, mistakes


def test_the_perceptron_converges_on_separable_data_within_novikoffs_bound() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, (60, 2))
    scores = neuron_scores(np.array([1.0, 2.0]), -0.3, x)
    x, labels = x[np.abs(scores) > 0.1], np.sign(scores[np.abs(scores) > 0.1])
    w, b, mistakes = passes(labels, x, 30)
    assert mistakes[-1] == 0
    assert perceptron_loss(w, b, x, labels) == 0.0
    # (R / margin)^2 for the separating line that is known, the bias an input of 1.
    solution = np.array([1.0, 2.0, -0.3])
    inputs = np.column_stack([x, np.ones(len(x))])
    margin = (labels * (inputs @ solution)).min() / np.linalg.norm(solution)
    radius = np.linalg.norm(inputs, axis=1).max()
    assert 0 < sum(mistakes) <= (radius / margin) ** 2


def test_the_perceptron_walks_in_a_circle_on_xor() -> None:
    for count in (1, 2, 50):
        w, b, mistakes = passes(XOR, CORNERS, count)
        assert (w.tolist(), b) == ([0.0, 0.0], 0.0)
        assert mistakes == [4] * count


def test_adalines_step_goes_down_the_gradient_of_its_loss() -> None:
    w, b, x, _ = examples()
    for example in x:

        def loss(theta: Array, example: Array = example) -> float:
            return adaline_loss(theta[:-1], theta[-1], example, 0.7)

        theta = np.append(w, b)
        stepped = np.append(*adaline_update(w, b, example, 0.7, 0.05))
        assert stepped == pytest.approx(theta - 0.05 * numerical_gradient(loss, theta))


def test_adaline_comes_to_the_least_squares_solution() -> None:
    _, _, x, y = examples(40, 2)
    w, b = np.zeros(2), 0.0
    for _ in range(400):
        for example, label in zip(x, y, strict=True):
            w, b = adaline_update(w, b, example, label, 0.001)
    best = np.linalg.lstsq(np.column_stack([x, np.ones(40)]), y, rcond=None)[0]
    assert np.append(w, b) == pytest.approx(best, abs=2e-3)


@pytest.mark.parametrize("update", [perceptron_update, lambda *a: adaline_update(*a, 0.1)])
def test_what_comes_in_is_not_changed(update: Any) -> None:
    w, x = np.zeros(2), np.array([1.0, 2.0])
    w.flags.writeable = x.flags.writeable = False
    new, _ = update(w, 0.0, x, 1)
    assert new.any()


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        ("or_gate", CORNERS, [0, 1, 1, 1]),
        ("and_gate", CORNERS, [0, 0, 0, 1]),
        ("not_gate", CORNERS[:2, 1:], [1, 0]),
    ],
)
def test_gates(name: str, inputs: Array, outputs: list[int]) -> None:
    w, b = getattr(neurons, name)()
    assert step(neuron_scores(w, b, inputs)).tolist() == outputs
