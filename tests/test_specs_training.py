"""Sheet "training": what is special about its inputs, its conventions and its text."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.authoring.cells import read_solved_sheet
from nbcourse.clipping import clip_grad_norm
from nbcourse.early_stopping import early_stopping
from nbcourse.exercise import check_function
from nbcourse.exercise.cases import prepare
from nbcourse.specs import find_exercise, find_sheet

SEEDS = (None, "grader", "another grader")


def hint_for(name: str, function: Any) -> str:
    score = check_function(find_exercise(name), function)
    assert not score.passed
    return score.hint or ""


@pytest.mark.parametrize("seed", SEEDS)
def test_limits_lie_on_every_side_of_the_norms(seed: str | None) -> None:
    seen = set()
    for case in prepare(find_exercise("clip_grad_norm"), seed):
        (grads, limit), (_, norm) = case.args, case.expected
        # Equal within rounding would be clipped by one and not by the other.
        assert abs(norm / limit - 1.0) > 0.01
        single = max(np.linalg.norm(grad) for grad in grads)
        seen |= {
            ("above", norm > limit),
            ("each below, all above", single < limit < norm),
            ("square above, norm below", norm < limit < norm**2),
            ("norm above, square below", norm**2 < limit < norm),
            ("zero", norm == 0),
        }
    assert {(what, True) for what, _ in seen} <= seen
    assert ("above", False) in seen


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_number_added_to_a_norm_shows(seed: str | None) -> None:
    for name, at_most in (("clip_grad_norm", 0.01), ("update_ratio", 0.01)):
        smallest = min(
            norm
            for case in prepare(find_exercise(name), seed)
            if (norm := np.linalg.norm(np.concatenate([np.ravel(a) for a in case.args[0]]))) > 0
        )
        assert smallest < at_most, name


@pytest.mark.parametrize("seed", SEEDS)
def test_no_loss_is_an_improvement_by_rounding_alone(seed: str | None) -> None:
    """``loss < best - delta`` and ``best - loss > delta`` agree on every case."""

    def other_algebra(losses: Any, patience: Any, min_delta: Any) -> Any:
        best, best_step = float("inf"), 0
        for i, loss in enumerate(losses, start=1):
            assert abs(best - loss - min_delta) > 1e-9 or (best - loss) == min_delta
            if best - loss > min_delta:
                best, best_step = loss, i
                patience = max(patience, 2 * i)
            if i >= patience:
                break
        return i, best_step

    for case in prepare(find_exercise("early_stopping"), seed):
        assert other_algebra(*case.args) == case.expected


@pytest.mark.parametrize("seed", SEEDS)
def test_patience_is_raised_lowered_outlasted_and_met(seed: str | None) -> None:
    kinds = set()
    for case in prepare(find_exercise("early_stopping"), seed):
        losses, patience, delta = case.args
        stop, best = case.expected
        kinds |= {
            "outlasts" if stop == len(losses) else "stops",
            "raised" if 2 * best > patience else "as given",
            "met" if best == patience else "",
            "something better later" if min(losses) < min(losses[:stop]) else "",
            "lowest is not best" if int(np.argmin(losses[:stop])) + 1 != best else "",
            "with delta" if delta else "without",
            "one loss" if len(losses) == 1 else "",
        }
    assert len(kinds - {""}) == 10


@pytest.mark.parametrize("small", [1e-5, 1e-6, 1e-8, 1e-9, 1e-10])
def test_a_small_number_in_a_denominator_is_recognized_whatever_it_is(small: float) -> None:
    def guarded(w: Any, w_new: Any) -> Any:
        return np.linalg.norm(w_new - w) / (np.linalg.norm(w) + small)

    hint = hint_for("update_ratio", guarded)
    assert "to the norm" in hint or "number added against division by zero" in hint


def test_two_halves_of_an_answer_earn_half_of_the_points() -> None:
    exercise = find_exercise("clip_grad_norm")

    def by_value(grads: Any, max_norm: Any) -> Any:
        norm = clip_grad_norm(grads, max_norm)[1]
        return [np.clip(grad, -max_norm, max_norm) for grad in grads], norm

    score = check_function(exercise, by_value)
    assert score == exercise.points / 2
    assert "clipping by value" in (score.hint or "")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("told", "words"),
    [
        (lambda norm: round(norm, 3), "close to the right one"),
        (lambda norm: round(norm, 1), None),
        (lambda norm: np.sqrt(norm**2 + 1e-12), None),
        (lambda norm: np.array([norm]), "wrong shape: (1,) where ()"),
        (lambda norm: 1.1 * norm, "1.1 times the right one"),
    ],
)
def test_a_wrong_norm_is_not_blamed_on_the_direction(
    told: Any, words: str | None, seed: str | None
) -> None:
    def clip(grads: Any, max_norm: Any) -> Any:
        clipped, norm = clip_grad_norm(grads, max_norm)
        return clipped, told(norm)

    exercise = find_exercise("clip_grad_norm")
    score = check_function(exercise, clip, seed)
    assert score == exercise.points / 2
    assert "direction" not in (score.hint or "")
    assert (words or "") in (score.hint or "")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_ratio_with_an_axis_is_told_its_shape(seed: str | None) -> None:
    score = check_function(
        find_exercise("update_ratio"),
        lambda w, w_new: np.array([np.linalg.norm(w_new - w) / np.linalg.norm(w)]),
        seed,
    )
    assert score == 0
    assert "right numbers in the wrong shape: (1,) where ()" in (score.hint or "")


def test_the_rule_of_other_libraries_is_named() -> None:
    def waiting(losses: Any, patience: Any, min_delta: Any) -> Any:
        best, best_step, wait = float("inf"), 0, 0
        for i, loss in enumerate(losses, start=1):
            wait += 1
            if loss < best - min_delta:
                best, best_step, wait = loss, i, 0
            if wait >= patience:
                return i, best_step
        return len(losses), best_step

    assert "since the best one" in hint_for("early_stopping", waiting)


@pytest.mark.parametrize("change", ["arrays", "list"])
def test_clipping_in_place_is_told_and_nearly_right(change: str) -> None:
    def in_place(grads: Any, max_norm: Any) -> Any:
        norm = clip_grad_norm(grads, max_norm)[1]
        for i in range(len(grads)):
            factor = max_norm / norm if norm > max_norm else 1.0
            if change == "arrays":
                grads[i] *= factor
            else:
                grads[i] = grads[i] * factor
        return grads, norm

    exercise = find_exercise("clip_grad_norm")
    score = check_function(exercise, in_place)
    assert score == pytest.approx(0.8 * exercise.points)
    assert "changes its input grads" in (score.hint or "")


def test_the_sheet_is_worth_20_points() -> None:
    assert sum(exercise.points for exercise in find_sheet("training").exercises) == 20


@pytest.fixture(scope="module")
def namespace(root: Path) -> dict[str, Any]:
    """The sheet's names after all its cells have run, and what they printed."""
    names: dict[str, Any] = {"__name__": "__main__"}
    output = StringIO()
    with redirect_stdout(output):
        for cell in read_solved_sheet(root / "solutions" / "training.md", "training.md").cells:
            if cell.kind != "text":
                exec(cell.source, names)
    return names | {"printed": output.getvalue()}


@pytest.mark.parametrize(
    "line",
    [
        "at w = 1.2: loss 1432, gradient 48353",
        "step 20: w = 1.0000",
        "mean distance from the minimum: parameter 0.18, average 0.04",
        "noise  0.0, min_delta  0.0: stops at 60.0, best step 30.0",
        "stopped after epoch 20, best epoch 10, largest norm 2.5",
        "epoch 10: validation loss 2.328, update ratio 0e+00",
    ],
)
def test_the_sheet_prints_what_its_text_says(namespace: dict[str, Any], line: str) -> None:
    printed = re.sub(r"(0\.\d\d)\d", r"\1", namespace["printed"]) if "mean" in line else None
    assert line in (printed or namespace["printed"])


def test_the_foot_of_the_wall_is_reached_after_24_steps(namespace: dict[str, Any]) -> None:
    w, places = 1.2, []
    for _ in range(40):
        places.append(w)
        w -= 0.01 * clip_grad_norm([np.array(namespace["cliff"](w)[1])], 1.0)[0][0]
    assert min(places[:24]) > 0.966 > places[24]
    np.testing.assert_allclose(np.abs(np.diff(places[24:])), 0.01)


@pytest.mark.parametrize("seed", range(3))
def test_clipping_makes_the_difference_for_every_seed(
    namespace: dict[str, Any], seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The question at the end of the sheet has this answer."""
    train, shares = namespace["train"], []
    for limit in (1000.0, 1.0):
        train(2.0, limit, seed=seed)
        shares.append([float(s) for s in re.findall(r"([\d.]+)% of", capsys.readouterr().out)])
    without, clipped = shares
    assert without[0] < 12.0
    assert min(clipped) > 89.0


def test_noise_makes_patience_stop_early() -> None:
    rng = np.random.default_rng(1)
    smooth = 0.5 + 0.01 * np.abs(np.arange(1, 201) - 30)
    means = [
        np.mean([early_stopping(list(smooth + noise * rng.standard_normal(200)), 10, 0.0)[0]
                 for _ in range(100)])
        for noise in (0.0, 0.05, 0.3)
    ]  # fmt: skip
    assert means[0] == 60 > means[1] > means[2]


def test_a_gradient_of_another_shape_stops_training(
    namespace: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    train = namespace["train"]
    monkeypatch.setitem(
        train.__globals__, "clip_grad_norm", lambda grads, limit: ([g.sum() for g in grads], 1.0)
    )
    with pytest.raises(ValueError, match=r"w1 is \(64, 50\), its gradient \(\)"):
        train(0.5, 1.0)
