"""Sheet "initialization": how random matrices are judged, unseen answers, and the sheet's text."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import check_function
from nbcourse.initializers import orthogonal
from nbcourse.layer_statistics import layer_statistics
from nbcourse.specs import find_exercise
from nbcourse.specs.initialization.judging import looks_normal

Function = Callable[..., Any]
RANDOM = ("xavier_normal", "xavier_uniform", "kaiming_normal", "kaiming_uniform", "orthogonal")
GAIN = 1.7


def arguments(name: str, fan_in: int, fan_out: int, seed: int) -> tuple[Any, ...]:
    gain = (GAIN,) if name == "orthogonal" else ()
    return fan_in, fan_out, *gain, np.random.default_rng(seed)


@pytest.mark.parametrize("fans", [(45, 60), (60, 45), (48, 48), (2, 1500)])
@pytest.mark.parametrize("name", RANDOM)
def test_right_matrices_are_accepted_whatever_they_are(name: str, fans: tuple[int, int]) -> None:
    exercise = find_exercise(name)
    assert exercise.accept is not None
    for seed in range(1000, 1150):
        args = arguments(name, *fans, seed)
        assert exercise.accept(args, exercise.reference(*args)) is None


def drawn(name: str) -> Any:
    return find_exercise(name).reference(*arguments(name, 60, 45, 1000))


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda w: w.T, "has shape (45, 60), expected (60, 45)"),
        (lambda w: w[0], "has shape (45,), expected (60, 45)"),
        (lambda w: None, "is None, expected an array of float64"),
        (lambda w: w.astype(np.float32), "is float32, expected float64"),
        (lambda w: w + np.where(np.arange(w.size) == 7, np.nan, 0).reshape(w.shape), "finite"),
    ],
)
def test_what_is_wrong_with_any_matrix_is_said_in_words(
    name: str, change: Function, complaint: str
) -> None:
    accept = find_exercise(name).accept
    assert accept is not None
    assert complaint in str(accept(arguments(name, 60, 45, 0), change(drawn(name))))


def test_a_matrix_without_entries_is_none_of_a_distribution() -> None:
    assert not looks_normal(np.zeros((0, 3)), 1.0)
    assert not looks_normal(np.zeros((20, 30)), 1.0)


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("xavier_normal", lambda w: 0 * w, "is 0 everywhere"),
        ("xavier_normal", lambda w: 0 * w + 0.5, "is 0.5 everywhere"),
        ("xavier_normal", lambda w: np.tile(w[:1], (60, 1)), "same numbers several times"),
        ("xavier_normal", lambda w: np.maximum(w, 0), "is 0 in "),
        ("xavier_normal", lambda w: np.abs(w), "only positive entries"),
        ("xavier_normal", lambda w: w + 0.05, "has the mean 0.05"),
        ("xavier_normal", lambda w: w * np.sqrt(2), "has the standard deviation 0.1"),
        ("xavier_normal", lambda w: w[::-1] ** 3 / np.std(w**3) * np.std(w), "tails heavier"),
        ("xavier_uniform", lambda w: 1.01 * w, "expected bounds +-0.239"),
        ("xavier_uniform", lambda w: 0.98 * w, "expected bounds +-0.239"),
        ("xavier_uniform", lambda w: w**3 / np.abs(w).max() ** 2, "is not spread evenly"),
        ("orthogonal", lambda w: w / GAIN, "has a column of length 1, expected 1.7, the gain"),
        ("orthogonal", lambda w: w + 0.01, "columns that are not at right angles"),
        ("orthogonal", lambda w: GAIN * np.eye(*w.shape), "holds little but zeros"),
        ("orthogonal", lambda w: w * np.sign(np.diag(w)), "diagonal whose signs agree"),
        ("orthogonal", lambda w: w * np.sign(w.sum(axis=0)), "one of their signs in common"),
        ("orthogonal", lambda w: w * np.sign(w[0]), "one of their signs in common"),
        ("orthogonal", lambda w: w * np.sign(w[:, :1]), "row or a column whose signs agree"),
        (
            "orthogonal",
            lambda w: np.pad(GAIN * np.linalg.qr(w[:45])[0], ((0, 15), (0, 0))),
            "is 0 in",
        ),
        ("orthogonal", lambda w: GAIN * np.linalg.qr(w)[0], "signs that np.linalg.qr happens"),
    ],
)
def test_what_is_wrong_with_a_distribution_is_said_in_words(
    name: str, change: Function, complaint: str
) -> None:
    accept = find_exercise(name).accept
    assert accept is not None
    assert complaint in str(accept(arguments(name, 60, 45, 0), change(drawn(name))))


@pytest.mark.parametrize("seed", [0, 1, 42, 123, 7])
def test_a_seed_of_ones_own_costs_a_fifth(seed: int) -> None:
    def own(fan_in: int, fan_out: int, rng: Any) -> Any:
        numbers = np.random.default_rng(seed).standard_normal((fan_in, fan_out))
        return numbers * np.sqrt(2 / fan_in)

    def global_state(fan_in: int, fan_out: int, rng: Any) -> Any:
        bound = np.sqrt(6 / fan_in)
        return np.random.RandomState(seed).uniform(-bound, bound, (fan_in, fan_out))

    for name, function in (("kaiming_normal", own), ("kaiming_uniform", global_state)):
        score = check_function(find_exercise(name), function)
        assert score == pytest.approx(0.8 * score.max_score)
        assert "no generator of your own" in str(score.hint)


def plain_qr(fan_in: int, fan_out: int, gain: float, rng: Any) -> Any:
    w = gain * np.linalg.qr(rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out))))[0]
    return w if fan_in >= fan_out else w.T


def by_svd(fan_in: int, fan_out: int, gain: float, rng: Any) -> Any:
    u, _, v = np.linalg.svd(rng.normal(size=(fan_in, fan_out)), full_matrices=False)
    return gain * (u if u.shape == (fan_in, fan_out) else v)


def in_place(weights: Any, x: Any, activation: str, tol: float = 0.02, max_iter: int = 10) -> Any:
    h = x
    for k, w in enumerate(weights):
        if abs((h @ w).var() - 1) > tol:
            weights[k] = w / (h @ w).std()
        h = np.tanh(h @ weights[k]) if activation == "tanh" else np.maximum(h @ weights[k], 0)
    return weights


def box_muller(fan_in: int, fan_out: int, rng: Any) -> Any:
    radius = np.sqrt(-2 * np.log(1 - rng.random((fan_in, fan_out))))
    angle = 2 * np.pi * rng.random((fan_in, fan_out))
    return np.sqrt(2 / (fan_in + fan_out)) * radius * np.sin(angle)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("xavier_normal", box_muller),
        ("xavier_normal", lambda i, o, rng: (rng.normal(size=(o, i)) / np.sqrt((i + o) / 2)).T),
        ("xavier_uniform", lambda i, o, rng: (rng.random((i, o)) - 0.5) * np.sqrt(24 / (i + o))),
        ("kaiming_normal", lambda i, o, rng: rng.normal(0, (2 / i) ** 0.5, i * o).reshape(i, o)),
        ("kaiming_uniform", lambda i, o, rng: np.sqrt(6 / i) * rng.uniform(-1, 1, (i, o))),
        ("orthogonal", by_svd),
        ("layer_statistics", lambda w, x, a: np.array(layer_statistics(w, x, a)).tolist()),
        ("predict_layer_std", lambda s, n, k, i: [i * (s * n**0.5) ** j for j in range(1, k + 1)]),
    ],
)
def test_a_right_answer_in_another_style_gets_full_marks(name: str, answer: Function) -> None:
    for seed in (None, "a seed", "another seed"):
        score = check_function(find_exercise(name), answer, seed)
        assert score.passed, score


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("xavier_normal", lambda i, o, rng: rng.normal(0, 2 / (i + o), (i, o)), "is the variance"),
        ("xavier_normal", lambda i, o, rng: np.tile(box_muller(1, o, rng), (i, 1)), "again"),
        ("xavier_normal", lambda i, o, rng: 3**0.5 * box_muller(i, o, rng), "uniform form"),
        ("xavier_normal", lambda i, o, rng: rng.random((i, o)) - 0.5, None),
        ("xavier_uniform", lambda i, o, rng: rng.uniform(0, (6 / (i + o)) ** 0.5, (i, o)), "0 and"),
        ("kaiming_normal", lambda i, o, rng: box_muller(i, o, rng), "which is Xavier's"),
        ("kaiming_normal", lambda i, o, rng: rng.normal((i, o)) * np.sqrt(2 / i), "in this order"),
        ("kaiming_uniform", lambda i, o, rng: (rng.random((i, o)) - 0.5) * (24 / o) ** 0.5, "outp"),
        ("orthogonal", plain_qr, "happens to choose"),
        ("orthogonal", lambda i, o, g, rng: orthogonal(i, o, 1.0, rng), "multiply by the gain"),
        ("orthogonal", lambda i, o, g, rng: g * rng.normal(size=(i, o)), "right angles"),
        ("layer_statistics", lambda w, x, a: layer_statistics(w, x, "sigmoid"), "logistic"),
        ("predict_layer_std", lambda s, n, k, i: i * (s * n) ** np.arange(1, k + 1), "Variances"),
        ("lsuv", in_place, "changes its input weights"),
    ],
)
def test_a_wrong_answer_loses_points_and_is_told_its_mistake(
    name: str, answer: Function, words: str | None
) -> None:
    score = check_function(find_exercise(name), answer, "a seed")
    assert score < score.max_score
    assert words is None or words in str(score.hint), score


def test_lsuv_is_asked_for_layers_that_are_near_enough_and_for_another_tolerance() -> None:
    exercise = find_exercise("lsuv")
    kept = 0
    for seed in range(5):
        for args in exercise.cases(np.random.default_rng(seed)):
            scaled = exercise.reference(*args)
            kept += sum((a == b).all() for a, b in zip(scaled, args[0], strict=True))
            assert all(np.isfinite(w).all() for w in scaled)
    assert kept == 2 * 5


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    path = root / "solutions" / "initialization.md"
    with redirect_stdout(output):
        for cell in read_solved_sheet(path, "initialization.md").cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "mean square before ReLU 1.00, after it 0.50",
        "positive 0 times of 1000",
        "tanh        1                1        1        1        1",
        "relu        sqrt(2/n)      0.8      0.8",
        "sigma = 0.01     loss in epoch 1: 2.30   5: 2.30   10: 2.30",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_on_the_digits_the_initializers_do_what_the_text_says(printed: str) -> None:
    results = {
        line.split()[0]: (float(line.split("10:")[1].split()[0]), float(line.split()[-1][:-1]))
        for line in printed.splitlines()
        if " right: " in line
    }
    for xavier in ("xavier_normal", "xavier_uniform"):
        assert 1.9 < results[xavier][0] < 2.301
    for name in ("kaiming_normal", "kaiming_uniform", "orthogonal", "lsuv"):
        loss, right = results[name]
        assert loss < 0.6
        assert right > 75
