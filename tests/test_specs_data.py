"""Sheet "data": free signs, constant features, and what the sheet prints."""

from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import Exercise, check_function
from nbcourse.preprocessing import standardize
from nbcourse.specs.data import SHEET
from nbcourse.specs.data.signs import alike
from nbcourse.whitening import pca, pca_whiten

STANDARDIZE, PCA_WHITEN = SHEET.exercises
RNG = np.random.default_rng(0)
ARGS = (RNG.standard_normal((9, 3)) * [3.0, 2.0, 1.0], RNG.standard_normal((4, 3)), 2, 0.1)
Z_TRAIN, Z_TEST = pca_whiten(*ARGS)
TURNED = np.array([-1.0, 1.0])


def judged(result: Any) -> str | None:
    """What is said of a result of ``pca_whiten(*ARGS)``; None when it is right."""
    exercise = replace(PCA_WHITEN, cases=lambda rng: [ARGS], large=None, mistakes=())
    score = check_function(exercise, lambda *args: result)
    return None if score.passed else str(score)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ((Z_TRAIN, Z_TEST), None),
        ([TURNED * Z_TRAIN, TURNED * Z_TEST], None),
        ((-Z_TRAIN, -Z_TEST), None),
        ((2 * Z_TRAIN, Z_TEST), "z_train is not the right value"),
        ((-Z_TRAIN, Z_TEST), "z_train: right\n  z_test: z_test["),
        ((TURNED * Z_TRAIN, -Z_TEST), "z_train: right\n  z_test: z_test["),
        ((Z_TRAIN[:, ::-1], Z_TEST[:, ::-1]), "z_train is not the right value"),
        ((Z_TRAIN, Z_TEST + 1e-3), "z_train: right\n  z_test: z_test["),
        ((Z_TRAIN.T, -Z_TEST), "z_train has shape (2, 9), expected (9, 2)"),
        ((Z_TRAIN, np.full((4, 2), np.nan)), "z_test is not finite"),
        ((Z_TRAIN, None), "z_test is None"),
        ((Z_TRAIN,), "it returned 1 parts"),
        (Z_TRAIN, "it returned an array"),
        (None, "it returned None"),
    ],
)
def test_signs_are_free_and_everything_else_is_not(result: Any, words: str | None) -> None:
    found = judged(result)
    assert (found is None) == (words is None)
    assert (words or "") in (found or "")


def test_mistakes_are_recognized_whatever_their_signs() -> None:
    assert alike((TURNED * Z_TRAIN, -Z_TEST), (Z_TRAIN, Z_TEST))
    assert not alike((TURNED * Z_TRAIN, -Z_TEST), (Z_TRAIN, 2 * Z_TEST))
    assert not alike((Z_TRAIN,), (Z_TRAIN, Z_TEST))


def test_every_way_to_compute_components_gives_the_same_on_every_case() -> None:
    for seed in range(20):
        for x_train, _, count, *_ in PCA_WHITEN.cases(np.random.default_rng(seed)):
            assert len(x_train) > x_train.shape[1]
            variances = pca(x_train)[2]
            kept = variances[:count]
            assert (kept > 1e-4).all()
            assert (kept[:-1] > 2 * kept[1:]).all()


def test_a_tiny_number_beside_the_std_is_right_and_a_larger_one_is_not() -> None:
    def adding(number: float) -> Any:
        def function(x_train: Any, x_test: Any) -> Any:
            mean, std = x_train.mean(axis=0), x_train.std(axis=0) + number
            return (x_train - mean) / std, (x_test - mean) / std

        return function

    assert check_function(STANDARDIZE, adding(1e-8)).passed
    for number in (1e-6, 1e-3, 1.0):
        score = check_function(STANDARDIZE, adding(number))
        assert not score.passed
        assert "number" in (score.hint or "")


@pytest.mark.parametrize(
    ("exercise", "function"), [(STANDARDIZE, standardize), (PCA_WHITEN, pca_whiten)]
)
def test_a_right_training_set_is_worth_half(exercise: Exercise, function: Any) -> None:
    score = check_function(
        exercise, lambda a, b, *more: (function(a, b, *more)[0], function(b, b, *more)[0])
    )
    assert score == exercise.points / 2
    assert "of its own" in (score.hint or "")


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with redirect_stdout(output), plt.rc_context({"backend": "agg"}):
        for cell in read_solved_sheet(root / "solutions" / "data.md", "data.md").cells:
            if cell.kind not in ("text", "check"):
                exec(cell.source, namespace)
    plt.close("all")
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "width in meters: gradients -3.89, -0.07",
        "width in millimeters: gradients -3.89, -69.60",  # 18 times the first
        "by the training set's numbers: [7.7",
        "3 constant pixels",
        "as they come  step size 0.0007   loss after 10 steps 1.95, after 99 0.73",
        "standardized  step size 0.2692   loss after 10 steps 0.60, after 99 0.14",
        "whitened      step size 2.0000   loss after 10 steps 0.23, after 99 0.06",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_the_sheet_stops_at_data_that_cannot_be_trained_on(root: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in read_solved_sheet(root / "solutions" / "data.md", "data.md").cells:
        if cell.kind == "given":
            exec(cell.source, namespace)
    x_train, x_test = namespace["x_train"], namespace["x_test"]
    for sets, words in (
        ((x_train.T, x_test.T), "one row for each of its 1297 examples"),
        ((np.full_like(x_train, np.nan), x_test), "nan or infinity"),
        ((x_train, x_test[:, :40]), "64 and 40 features"),
    ):
        with pytest.raises(ValueError, match=words):
            namespace["train"](*sets)
