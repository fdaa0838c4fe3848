"""Sheet "optimizers": how batches are judged, what its cases hold, and what its text says."""

import random
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.batches import minibatches
from nbcourse.exercise import check_function
from nbcourse.exercise.cases import prepare
from nbcourse.linear_regression import linear_regression_sgd
from nbcourse.schedules import inverse_time_decay, step_decay
from nbcourse.specs import find_exercise, find_sheet
from nbcourse.specs.optimizers.judging import judge_batches

SEEDS = (None, "grader")
RULES = ("sgd", "momentum", "nesterov", "rprop", "adagrad", "adadelta", "rmsprop", "adam")


def test_the_sheet_has_14_exercises_worth_20_points() -> None:
    exercises = find_sheet("optimizers").exercises
    assert [exercise.name for exercise in exercises] == [
        *RULES,
        "linear_regression_sgd",
        "minibatches",
        "step_decay",
        "inverse_time_decay",
        "triangular_lr",
        "cosine_restarts",
    ]
    assert sum(exercise.points for exercise in exercises) == 20


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", SEEDS)
def test_rules_are_tried_with_and_without_settings_and_state(name: str, seed: str | None) -> None:
    exercise = find_exercise(name)
    settings, begun, shapes = set(), set(), set()
    for case in prepare(exercise, seed):
        w, dw, config = case.args
        assert w.shape == dw.shape
        settings.add("lr" in config)
        begun.add(case.expected[1].keys() <= config.keys())
        shapes.add(w.ndim)
    assert settings == {True, False}
    assert len(shapes) >= 2
    assert begun == ({True} if name == "sgd" else {True, False})


@pytest.mark.parametrize("name", RULES)
def test_defaults_that_were_filled_in_may_be_in_the_config(name: str) -> None:
    exercise = find_exercise(name)

    def filled_in(w: Any, dw: Any, config: Any) -> Any:
        config = dict(config)
        config.setdefault("lr", {"adadelta": 1.0, "adam": 1e-3}.get(name, 1e-2))
        return exercise.reference(w, dw, config)

    assert check_function(exercise, filled_in).passed


# n and batch_size for which the order is looked at.
MANY = [(199, 7), (250, 50), (151, 1), (180, 90), (240, 120)]


@pytest.mark.parametrize(("n", "batch_size"), [*MANY, (10, 3), (5, 20), (1, 1)])
def test_no_random_split_is_refused(n: int, batch_size: int) -> None:
    rng = np.random.default_rng(5000)
    for _ in range(300):
        batches = minibatches(n, batch_size, rng)
        for split in (batches, [np.sort(rows) for rows in batches], [[*rows] for rows in batches]):
            assert judge_batches((n, batch_size, None), split) is None


def cut(order: Any, size: int) -> list[Any]:
    return [order[i : i + size] for i in range(0, len(order), size)]


def windows(n: int, size: int, rng: Any) -> Any:
    """Every index moved by a few places only."""
    return cut(np.argsort(np.arange(n) + rng.uniform(0, 10, n)), size)


def halves(n: int, size: int, rng: Any) -> Any:
    """The first half before the second."""
    half = n // 2
    return cut(np.append(rng.permutation(half), half + rng.permutation(n - half)), size)


PLANNED: list[tuple[Callable[..., Any], str]] = [
    (lambda n, size, rng: cut(np.arange(n), size), "is in order"),
    (lambda n, size, rng: cut(np.arange(n)[::-1], size), "is in order"),
    (windows, "(neighbors|at one end)"),
    (halves, "(neighbors together|at one end)"),
    (
        lambda n, size, rng: cut(np.concatenate([np.arange(n)[k::9] for k in range(9)]), size),
        "equal distances",
    ),
]


@pytest.mark.parametrize(("n", "batch_size"), MANY[:3])
@pytest.mark.parametrize(("split", "words"), PLANNED)
def test_what_is_not_shuffled_is_seen(
    n: int, batch_size: int, split: Callable[..., Any], words: str
) -> None:
    for seed in range(20):
        batches = split(n, batch_size, np.random.default_rng(1000 + seed))
        assert re.search(words, judge_batches((n, batch_size, None), batches) or "")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (np.arange(6), "is an array, expected a list"),
        (None, "is None"),
        ([], "is an empty list"),
        ([0, 1, 2], "has an entry 0 that is a number"),
        ([[0, 1], []], "has an entry 1 that is empty"),
        ([np.zeros((1, 2), dtype=int)], r"has shape \(1, 2\)"),
        ([np.array([0.0, 1.0])], "is of float64, expected integers"),
        ([np.array([True, False])], "a mask of bools"),
        ([["0", "1"]], "has an entry 0 that is a list"),
        ([[[0], [1, 2]]], "has an entry 0 that is a ragged list"),
        ([[1, 2, 3, 4], [5, 6]], "holds 6, expected indices from 0 to 5"),
        ([[-1, 0, 1, 2], [3, 4]], "holds -1, expected"),
        ([[0, 1, 2, 3], [4, 4]], "holds the index 4 2 times"),
        ([[0, 1, 2, 3]], "lacks 2 of the 6 indices, such as 4"),
        ([[0, 1], [2, 3, 4, 5]], r"has batches of sizes \[2, 4\], expected sizes \[4, 2\]"),
        (([3, 1, 0, 2], [5, 4]), None),
    ],
)
def test_complaints_say_what_is_wrong(result: Any, words: str | None) -> None:
    complaint = judge_batches((6, 4, None), result)
    assert complaint is None if words is None else re.search(words, complaint or "")


def test_an_order_that_no_generator_made_loses_a_fifth() -> None:
    np.random.seed(987_654)  # noqa: NPY002

    def global_state(n: int, batch_size: int, rng: Any) -> Any:
        return cut(np.random.permutation(n), batch_size)  # noqa: NPY002

    score = check_function(find_exercise("minibatches"), global_state)
    assert score == 0.8 * score.max_score
    assert "Draw every number from the rng" in (score.hint or "")


def by_random(n: int, size: int, rng: Any) -> Any:
    order = list(range(n))
    random.Random(0).shuffle(order)
    return cut(order, size)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "split",
    [
        by_random,
        lambda n, size, rng: cut(np.random.default_rng(n).permutation(n), size),
        lambda n, size, rng: cut(np.argsort(np.random.default_rng(0).random(n)), size),
        lambda n, size, rng: cut(np.random.default_rng(42).permutation(n), size),
        lambda n, size, rng: cut(np.random.RandomState(0).permutation(n), size),
    ],
)
def test_an_order_of_a_generator_of_ones_own_loses_a_fifth(
    split: Callable[..., Any], seed: str | None
) -> None:
    score = check_function(find_exercise("minibatches"), split, seed)
    assert score == 0.8 * score.max_score
    assert score.problem is not None
    assert score.problem.stage == "random"
    assert "no generator of your own" in (score.hint or "")


@pytest.mark.parametrize("seed", [*SEEDS, "another grader"])
@pytest.mark.parametrize("bound", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
@pytest.mark.parametrize("rule", [step_decay, inverse_time_decay])
def test_a_lower_bound_of_ones_own_is_seen(
    rule: Callable[..., float], bound: float, seed: str | None
) -> None:
    bounded = check_function(
        find_exercise(rule.__name__), lambda *args: max(bound, rule(*args)), seed
    )
    assert not bounded.passed
    assert "keep the rate above a bound of your own" in (bounded.hint or "")


# What is returned in place of (w, config), and words of the hint; none where there is none.
IN_PLACE_OF_BOTH: dict[str, tuple[Callable[..., Any], str]] = {
    "w": (lambda w, config: w, "You return w alone. The config is missing"),
    "w in a row": (lambda w, config: w.ravel(), ""),
    "a dict of other names": (lambda w, config: {"new": w, "state": config}, ""),
    "a dict of all": (lambda w, config: {"w": w, **config}, ""),
}


@pytest.mark.parametrize("seed", [*SEEDS, "another grader"])
@pytest.mark.parametrize("what", IN_PLACE_OF_BOTH)
@pytest.mark.parametrize("name", RULES)
def test_a_result_without_its_config_is_not_accused_of_something_else(
    name: str, what: str, seed: str | None
) -> None:
    exercise = find_exercise(name)
    change, words = IN_PLACE_OF_BOTH[what]
    score = check_function(exercise, lambda *args: change(*exercise.reference(*args)), seed)
    assert not score.passed
    assert score.problem is not None
    assert score.problem.stage == "parts"
    assert "config" in score.headline or "missing" in score.headline
    if words:
        assert words in (score.hint or "")
    else:
        assert score.hint is None


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", RULES)
def test_weights_in_another_shape_are_told_their_shape(name: str, seed: str | None) -> None:
    exercise = find_exercise(name)

    def in_a_row(*args: Any) -> Any:
        w, config = exercise.reference(*args)
        return w.ravel(), config

    score = check_function(exercise, in_a_row, seed)
    assert score == exercise.points / 2
    assert "right numbers in the wrong shape" in (score.hint or "")


def test_a_measured_gradient_is_no_answer() -> None:
    def measured(theta: Any, x: Any, y: float, lr: float) -> Any:
        def loss(t: Any) -> Any:
            return (t @ x - y) ** 2 / 2

        h = 1e-5 * np.eye(len(theta))
        return theta - lr * np.array([(loss(theta + e) - loss(theta - e)) / 2e-5 for e in h])

    exercise = find_exercise("linear_regression_sgd")
    theta, x, y, lr = prepare(exercise, None)[0].args
    np.testing.assert_allclose(
        measured(theta, x, y, lr), linear_regression_sgd(theta, x, y, lr), rtol=1e-7
    )
    assert not check_function(exercise, measured).passed


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with (
        redirect_stdout(output),
        plt.rc_context({"backend": "agg"}),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(plt, "show", lambda: plt.close("all"))
        for cell in read_solved_sheet(root / "solutions" / "optimizers.md", "optimizers.md").cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "[0.75] {'lr': 0.1, 'momentum': 0.5, 'velocity': array([-0.15])}",
        "[0.675] {'lr': 0.1, 'momentum': 0.5, 'velocity': array([-0.15])}",
        "[0.78 1.1 ] {'lr': 0.1, 'step': array([0.12, 0.05]), 'prev_grad': array([2., 0.])}",
        "[0.8293 1.1707]",
        "step  1: corrected 0.100, without correction 0.316",
        "sgd   w = 0.000",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_noise_halves_with_four_times_the_batch_and_a_falling_rate_arrives(printed: str) -> None:
    spread = [
        float(found) for found in re.findall(r"mean -0.6\d+, standard deviation (\S+)", printed)
    ]
    assert len(spread) == 4
    assert all(1.8 < a / b < 2.7 for a, b in pairwise(spread))
    (constant,), (falling,) = (
        re.findall(rf"{name} +rate: distance .* 10 (\S+)", printed)
        for name in ("constant", "falling")
    )
    assert float(falling) < 0.2 * float(constant)


def runs(printed: str) -> list[tuple[str, list[float], float]]:
    """Name, losses and share of new digits of each run of the race, in order."""
    found = re.findall(
        r"^(\w+) +loss in epoch 1: (\S+)   3: (\S+)   \d+: (\S+)   right: (\d+)%", printed, re.M
    )
    return [(name, [float(a), float(b), float(c)], float(right)) for name, a, b, c, right in found]


def test_the_race_ends_as_the_text_says(printed: str) -> None:
    found = runs(printed)
    assert [name for name, *_ in found[:8]] == [name for name, *_ in found[8:16]] == list(RULES)
    default, tuned = (
        {name: losses for name, losses, _ in part} for part in (found[:8], found[8:16])
    )
    assert default["sgd"][2] > 1.9
    assert tuned["sgd"][2] < 0.2 < default["adam"][2]
    assert all(losses[2] < 0.15 for name, losses in tuned.items() if name != "rprop")
    assert tuned["rprop"][2] > tuned["rprop"][1]  # it rises again
    (_, sgd, sgd_right), (_, rprop, rprop_right) = found[16:18]
    assert rprop[2] < 0.005 < 0.1 < sgd[2]
    assert rprop_right <= sgd_right
    last = {name: losses[2] for name, losses, _ in found[18:]}
    assert last["constant"] > 1.5
    assert last["inverse_time_decay"] < last["step_decay"] < 0.5
    assert min(last["triangular_lr"], last["cosine_restarts"]) > 1.0


def test_the_ravine_is_as_the_text_says() -> None:
    assert abs(1 - 25 * 0.081) > 1 > abs(1 - 25 * 0.07)
    assert 0.65 < (1 - 0.01) ** 40 < 0.68  # a third of the way
