"""Sheet "batch-norm": its inputs, a dict for an answer, and what its text says."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.exercise import check_function
from nbcourse.exercise.cases import prepare
from nbcourse.normalization import batchnorm_backward_staged
from nbcourse.specs import find_exercise
from nbcourse.specs.batch_norm import SHEET
from tests.mutants import OF_NUMBERS

SEEDS = (None, "grader", "another grader")


def test_the_sheet_is_worth_20_points() -> None:
    assert sum(exercise.points for exercise in SHEET.exercises) == 20


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", SHEET.exercises, ids=lambda exercise: exercise.name)
def test_no_input_is_square(exercise: Any, seed: str | None) -> None:
    for case in prepare(exercise, seed):
        n, *more = np.shape(case.args[0])
        assert more != [n]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_forward_pass_is_asked(seed: str | None) -> None:
    asked = [case.args for case in prepare(find_exercise("batchnorm_forward"), seed)]
    assert {args[4] for args in asked} == {"train", "test"}
    assert {len(args) for args in asked} == {5, 6, 7}
    assert any(len(args[0]) == 1 for args in asked if args[4] == "test")
    assert all(len(args[0]) > 1 for args in asked if args[4] == "train")
    assert any(np.ptp(args[0], axis=0).min() == 0 for args in asked if args[4] == "train")
    for x, gamma, _, running, *_ in asked:
        assert np.abs(np.abs(gamma) - 1).min() >= 0.5
        assert np.abs(running["mean"] - x.mean(axis=0)).min() > 1e-3
    for _, p, _ in (case.args for case in prepare(find_exercise("dropout_forward"), seed)):
        assert abs(p - 0.5) >= 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_no_hidden_unit_is_at_its_kink(seed: str | None) -> None:
    for case in prepare(find_exercise("residual_backward"), seed):
        x, w1, b1, _ = case.args[1]
        if not case.large:
            assert np.abs(x @ w1 + b1).min() > 0.01


PARTS = find_exercise("batchnorm_backward_staged").parts


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("slip", sorted(set(OF_NUMBERS) - {"transpose"}))
def test_no_wrong_entry_of_the_dict_passes(part: str, slip: str) -> None:
    def mutant(dout: Any, cache: Any) -> Any:
        grads = batchnorm_backward_staged(dout, cache)
        return {**grads, part: OF_NUMBERS[slip](grads[part])}

    score = check_function(find_exercise("batchnorm_backward_staged"), mutant, "grader")
    assert score == pytest.approx(score.max_score * 5 / 6, abs=1e-4)


@pytest.mark.parametrize("part", PARTS)
def test_six_gradients_without_their_names_are_no_answer(part: str) -> None:
    exercise = find_exercise("batchnorm_backward_staged")
    score = check_function(exercise, lambda *args: [*batchnorm_backward_staged(*args).values()])
    assert score == 0
    assert "a dict" in (score.hint or "")
    short = check_function(
        exercise,
        lambda *args: {k: v for k, v in batchnorm_backward_staged(*args).items() if k != part},
    )
    assert short == pytest.approx(exercise.points * 5 / 6, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("used", [True, False])
@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("dmean",), "Your dmean is 0"),
        (("dvar",), "Your dvar is 0"),
        (("dvar", "dmean"), "Your dmean is 0"),
    ],
)
def test_a_stage_that_is_0_is_told_what_is_true(
    names: tuple[str, ...], words: str, used: bool, seed: str | None
) -> None:
    """``used`` says whether dx is made from it; otherwise it comes from elsewhere and is right."""

    def backward(dout: Any, cache: Any) -> Any:
        grads = batchnorm_backward_staged(dout, cache)
        grads |= {name: np.zeros_like(grads[name]) for name in names}
        if used:
            x, mean, var, _, eps = cache
            through = 2 * grads["dvar"] * (x - mean) + grads["dmean"]
            grads["dx"] = grads["dx_hat"] / np.sqrt(var + eps) + through / len(x)
        return grads

    score = check_function(find_exercise("batchnorm_backward_staged"), backward, seed)
    assert score == pytest.approx(score.max_score * (6 - len(names) - used) / 6, abs=1e-4)
    hint = score.hint or ""
    assert hint.startswith(words)
    assert "dx" not in re.sub("dx_hat", "", hint)


@pytest.fixture(scope="module")
def printed(root: Path) -> str:
    """All that the sheet's cells print, run in one namespace from top to bottom."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with redirect_stdout(output):
        for cell in read_solved_sheet(root / "solutions" / "batch-norm.md", "batch-norm.md").cells:
            if cell.kind != "text":
                exec(cell.source, namespace)
    return output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "training: [ 8.  8. 12. 12.]  running: [0.3] [1.4333]",
        "test:     [14.5104]",
        "one row:  batch norm needs",
        "dvar    [0.25]",
        "dx      [[0.5], [-0.5], [0.0], [0.0]]",
        "[[-0.25  0.25  0.    0.  ]]",
        "[[11.0, 11.0]]",
    ],
)
def test_the_sheet_prints_what_its_text_says(printed: str, line: str) -> None:
    assert line in printed


def test_the_networks_do_what_the_text_says(printed: str) -> None:
    shares = {
        name.strip(): float(share)
        for name, share in re.findall(r"^(.+?) loss .* ([\d.]+)% of the test", printed, re.M)
    }
    assert shares.pop("plain") < 15.0
    assert set(shares) == {"batch norm", "layer norm", "residual"}
    assert min(shares.values()) > 85.0
    by_steps = re.findall(r"([\d.]+)% by the batch, ([\d.]+)% by the running", printed)
    (early, stale), _, (late, settled) = [tuple(map(float, pair)) for pair in by_steps]
    assert early > 40.0 > 15.0 > stale
    assert late > 85.0 < settled
    pairs = re.findall(r"gradient +(\S+)   measured +(\S+)", printed)
    assert len(pairs) == 4
    for gradient, measured in pairs:
        assert float(gradient) == pytest.approx(float(measured), abs=2e-8)
    (_, plain), (_, dropped) = re.findall(
        r"loss in training ([\d.]+).*test images ([\d.]+)%", printed
    )
    assert abs(float(plain) - float(dropped)) < 2.5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: None, "it returns a result"),
        (lambda: 1 / 0, "it raises ZeroDivisionError"),
    ],
)
def test_a_training_batch_of_one_row_has_to_be_refused(
    seed: str | None, answer: Any, told: str
) -> None:
    exercise = find_exercise("batchnorm_forward")

    def function(x: Any, *rest: Any) -> Any:
        if len(x) == 1 and rest[3] == "train":
            answer()
            return x, None, {}
        return exercise.reference(x, *rest)

    score = check_function(exercise, function, seed)
    assert score == pytest.approx(0.8 * exercise.points)
    assert score.headline.endswith(f"for a training batch of one row; {told}")
    assert "raise ValueError" in (score.hint or "")
