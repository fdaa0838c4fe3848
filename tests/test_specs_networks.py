"""Sheet "networks": what is special about its inputs, its conventions and its text."""

import re
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import check_function
from nbcourse.exercise.cases import prepare
from nbcourse.losses import binary_cross_entropy, softmax_cross_entropy
from nbcourse.networks import mlp_forward, mlp_loss
from nbcourse.specs import find_exercise, find_sheet

SEEDS = (None, "grader")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "name", ["softmax_cross_entropy", "binary_cross_entropy", "two_layer_loss", "mlp_loss"]
)
def test_logits_of_ten_thousand_are_among_the_inputs(name: str, seed: str | None) -> None:
    losses = []
    for case in prepare(find_exercise(name), seed):
        assert np.isfinite(case.expected[0])
        losses.append(case.expected[0])
    assert max(losses) > 1000  # sure and wrong by thousands


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["softmax_cross_entropy", "two_layer_loss", "mlp_loss"])
def test_rows_that_lie_far_apart_are_among_the_logits(name: str, seed: str | None) -> None:
    apart = []
    for case in prepare(find_exercise(name), seed):
        first, x = case.args[:2]
        logits = mlp_forward(first, x)[0] if isinstance(first, dict) else first
        apart.append(np.ptp(logits.max(axis=1)))
    assert max(apart) > 1000


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["two_layer_loss", "mlp_loss"])
def test_no_hidden_unit_is_at_its_kink(name: str, seed: str | None) -> None:
    for case in prepare(find_exercise(name), seed):
        params, x, *_ = case.args
        caches = mlp_forward(params, x)[1]
        for (a,) in (cache for cache in caches if len(cache) == 1):
            if not case.large:
                assert np.abs(a).min() > 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_scores_of_an_example_are_equal(seed: str | None) -> None:
    ranks = set()
    for case in prepare(find_exercise("top_k_accuracy"), seed):
        scores, labels, k = case.args
        assert np.diff(np.sort(scores, axis=1), axis=1).min() > 1e-4
        assert 1 <= k <= scores.shape[1]
        own = scores[np.arange(len(labels)), labels][:, None]
        ranks |= set((scores > own).sum(axis=1).tolist())
    assert ranks >= set(range(6))


def test_names_that_do_not_sort_are_in_the_deep_network() -> None:
    large = prepare(find_exercise("mlp_loss"), None)[-1]
    names = [name for name in large.args[0] if name.startswith("w")]
    assert large.large
    assert names != sorted(names)


def by_differences(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    """The gradients measured in place of computed; stops where that takes for ever."""
    if sum(value.size for value in params.values()) > 1000:
        raise TimeoutError("it took longer than 10 s")
    grads = {}
    for name, value in params.items():
        grads[name] = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            sides = []
            for h in (1e-5, -1e-5):
                moved = value.copy()
                moved[index] += h
                sides.append(mlp_loss({**params, name: moved}, x, labels, weight_decay)[0])
            grads[name][index] = (sides[0] - sides[1]) / 2e-5
    return mlp_loss(params, x, labels, weight_decay)[0], grads


@pytest.mark.parametrize("name", ["two_layer_loss", "mlp_loss"])
def test_measured_gradients_are_no_answer(name: str) -> None:
    assert not check_function(find_exercise(name), by_differences).passed


def test_a_small_number_in_the_logarithm_is_recognized_whatever_it_is() -> None:
    exercise = find_exercise("softmax_cross_entropy")
    for small in (1e-3, 1e-5, 1e-8, 1e-12):
        for keep_off in (lambda p, s=small: p + s, lambda p, s=small: np.maximum(p, s)):

            def guarded(logits: Any, labels: Any, keep: Callable[[Any], Any] = keep_off) -> Any:
                p = np.exp(logits - logits.max(axis=1, keepdims=True))
                p = p / p.sum(axis=1, keepdims=True)
                loss = -np.log(keep(p)[np.arange(len(labels)), labels]).mean()
                return loss, softmax_cross_entropy(logits, labels)[1]

            score = check_function(exercise, guarded)
            assert score == exercise.points / 2
            assert "with a small number" in (score.hint or ""), small


def test_two_frequent_mistakes_together_are_both_named() -> None:
    def both(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
        loss, grads = mlp_loss(params, x, labels, weight_decay)
        return loss, {
            name: grad * len(x)
            + (weight_decay * params[name] * (1 - 2 * len(x)) if name.startswith("w") else 0)
            for name, grad in grads.items()
        }

    for name in ("two_layer_loss", "mlp_loss"):
        hint = check_function(find_exercise(name), both).hint or ""
        assert "lack the 1/N" in hint
        assert "lacks the factor 2" in hint


def test_a_gradient_that_is_wrong_in_one_layer_is_located() -> None:
    def one_entry(params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
        loss, grads = mlp_loss(params, x, labels, weight_decay)
        grads["b1"][0] += 0.01
        return loss, grads

    hint = check_function(find_exercise("two_layer_loss"), one_entry).hint or ""
    assert "The weights' gradients are right" in hint


def test_binary_targets_may_be_told_from_each_other_by_equality() -> None:
    def by_cases(logits: Any, targets: Any) -> Any:
        chosen = np.where(targets == 1, -logits, logits)
        return np.logaddexp(0, chosen).mean(), binary_cross_entropy(logits, targets)[1]

    assert check_function(find_exercise("binary_cross_entropy"), by_cases).passed


def test_the_sheet_is_worth_20_points() -> None:
    assert sum(exercise.points for exercise in find_sheet("networks").exercises) == 20


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with redirect_stdout(output):
        for cell in read_solved_sheet(root / "solutions" / "networks.md", "networks.md").cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "[1000. 1001.] [inf inf] [nan nan]",
        "1.2425",
        "1.3863",
        "b2 at 2: gradient -0.08003187   measured -0.08003187",
        "2,410 parameters",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_the_trained_network_reads_about_nine_of_ten_new_images(printed: str) -> None:
    shares = [
        [float(share) for share in found]
        for found in re.findall(r"images: first guess ([\d.]+)%, first two ([\d.]+)%", printed)
    ]
    (training, _), (new, both) = shares[:2]
    assert training > 97.0
    assert 89.0 < new < 93.0
    assert both - new > 0.3 * (100.0 - new)
    assert shares[2][0] < training  # with the penalty of 0.01
