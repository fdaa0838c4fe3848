"""The capstone: right networks pass on every seed, others get their band and are told why."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.data import load_digits
from nbcourse.errors import CourseError
from nbcourse.grading.sandbox.view import reduced_library
from nbcourse.grading.student import Limits
from nbcourse.specs import check, find_exercise
from nbcourse.specs.capstone import CAPSTONE, judging, networks, wording
from nbcourse.specs.capstone.limits import BANDS, NUMBERS, SECONDS, foreign_part
from nbcourse.specs.capstone.networks import predict
from nbcourse.specs.capstone.rows import reserve, rounds, without_reserve
from tests.capstones import Functions, name_of, train
from tests.wrong_answers import assert_fails

RIGHT = [(train, predict), *CAPSTONE.alternatives]
# Each band -> the points below it, and from it on.
POINTS = dict(zip(BANDS, itertools.pairwise((0.0, 4.0, 8.0, 12.0, 16.0)), strict=True))


@pytest.mark.parametrize("seed", [None, "grader", "another grader"])
@pytest.mark.parametrize("functions", RIGHT, ids=name_of)
def test_right_networks_get_full_marks(functions: Functions, seed: str | None) -> None:
    score = CAPSTONE.judge(functions, seed)
    assert score.passed, score
    assert score == score.max_score == CAPSTONE.points
    assert score.hint is None
    assert "of the held-back digits are named right" in str(score)


# What is wrong -> the functions, and words of the headline.
FAULTS: dict[str, tuple[Any, Any, str]] = {
    "no train": (None, predict, "train is not there"),
    "no predict": (train, None, "predict is not there"),
    "not a function": (train, 3, "predict is a number"),
    "arguments": (lambda x, labels: {}, predict, "train stopped with TypeError"),
    "error": (lambda x, labels, rng: 1 / 0, predict, "train stopped with ZeroDivisionError"),
    "error later": (train, lambda params, x: params["w9"], "there is no key 'w9'"),
    "texts": (train, lambda params, x: ["zero"] * len(x), "expected labels"),
    "nothing": (train, lambda params, x: None, "expected labels"),
    "ragged": (train, lambda params, x: [[1], [1, 2]], "expected"),
    "fractions": (train, lambda params, x: np.full(len(x), 0.5), "not whole"),
    "not a number": (train, lambda params, x: np.full(len(x), np.nan), "not whole"),
    "two axes": (train, lambda params, x: np.zeros((len(x), 2)), "expected (1,)"),
    "texts kept": (lambda x, labels, rng: "x" * 20_001, predict, "20001 numbers"),
    "long names": (lambda x, labels, rng: {"k" * 20_001: 1.0}, predict, "20002 numbers"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_cannot_be_judged_gets_no_points_and_is_told(what: str) -> None:
    *functions, words = FAULTS[what]
    score = CAPSTONE.judge(functions, "grader")
    assert_fails(score)
    assert score == 0.0
    assert words in score.headline


def test_an_unfinished_function_is_not_a_failure() -> None:
    def stub(*args: Any) -> Any:
        raise NotImplementedError

    for functions in ((stub, stub), (train, stub)):
        score = CAPSTONE.judge(functions, None)
        assert score == 0.0
        assert score.headline == "not implemented yet"
        assert score.hint is None
        assert "✗" not in score._repr_html_()


def test_a_training_that_takes_too_long_gets_no_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "SECONDS", 0.01)
    score = CAPSTONE.judge((networks.train, predict), None)
    assert_fails(score)
    assert score == 0.0
    assert "may take" in score.headline
    assert score.hint == wording.SLOW


def test_the_sheet_tells_the_limits_that_hold(root: Path) -> None:
    text = (root / "solutions" / "capstone.md").read_text(encoding="utf-8")
    assert f"a training may take {SECONDS} seconds" in text
    assert f"{NUMBERS:,} numbers" in text
    for band, (_, points) in POINTS.items():
        assert f"| {100 * band:.0f} % | {points:.0f} |" in text
    assert Limits().call == SECONDS, "the grader ends a call when the sheet says so"


def test_numbers_of_more_than_eight_bytes_are_not_kept() -> None:
    """How many a long double has depends on the system."""
    array = np.ones(2, np.longdouble)
    assert (foreign_part([array]) is None) == (array.itemsize <= 8)
    assert foreign_part([np.ones(2), np.float32(1)]) is None


@pytest.mark.parametrize(
    ("which", "place"), [(0, 0), (0, 1), (1, 1)], ids=["train x", "train labels", "predict x"]
)
def test_a_function_that_changes_its_inputs_loses_a_fifth_and_is_told(
    which: int, place: int
) -> None:
    functions: list[Any] = [train, predict]
    inner = functions[which]

    def changing(*args: Any) -> Any:
        result = inner(*args)
        args[place][:] = 0
        return result

    functions[which] = changing
    score = CAPSTONE.judge(functions, None)
    assert score == pytest.approx(0.8 * CAPSTONE.points)
    assert "changes its input" in score.headline
    assert "changes an input" in (score.hint or "")


@pytest.mark.parametrize("missing", [1, 0])
@pytest.mark.parametrize("band", [0.60, 0.78, 0.86, 0.91])
def test_a_band_is_reached_with_its_last_digit(band: float, missing: int) -> None:
    enough = {}
    for each in rounds(None):
        right = int(np.ceil(band * len(each.x_held))) - missing
        pairs = zip(each.x_held[:right], each.labels_held[:right], strict=True)
        enough |= {row.tobytes(): label for row, label in pairs}

    def known(params: Any, x: Any) -> Any:
        return [enough.get(row.tobytes(), -1) for row in x]

    score = CAPSTONE.judge((lambda x, labels, rng: 0, known), None)
    assert score == POINTS[band][1 - missing]


@pytest.mark.parametrize("seed", [None, "grader", "another grader"])
def test_answers_without_a_network_get_what_the_sheet_says(seed: str | None) -> None:
    def nearest(params: Any, x: Any) -> Any:
        rows, labels = params
        return labels[((rows**2).sum(axis=1) - 2 * x @ rows.T).argmin(axis=1)]

    def means(x: Any, labels: Any, rng: Any) -> Any:
        return np.array([x[labels == label].mean(axis=0) for label in range(10)]), np.arange(10)

    def some(x: Any, labels: Any, rng: Any) -> Any:
        rows = rng.choice(len(x), 300, replace=False)
        return x[rows], labels[rows]

    assert CAPSTONE.judge((means, nearest), seed) == 8.0
    assert CAPSTONE.judge((some, nearest), seed) in (8.0, 12.0)
    assert CAPSTONE.judge((lambda *args: 0, lambda params, x: np.full(len(x), 3)), seed) == 0.0


def test_no_row_is_one_of_the_originals_and_none_is_given_and_held_back() -> None:
    images, _ = load_digits()
    originals = {row.tobytes() for row in images.reshape(-1, 64)}
    for each in rounds("grader"):
        given, held = ({row.tobytes() for row in x} for x in (each.x, each.x_held))
        assert not given & held
        assert not (given | held) & originals
        assert np.all(np.diff(each.labels) >= 0), "sorted by label"


def test_labels_are_dealt_anew_for_every_round_and_seed() -> None:
    held = [each.labels_held for seed in (None, "grader") for each in rounds(seed)]
    for one, other in itertools.combinations(held, 2):
        assert not np.array_equal(one, other)


def test_a_network_that_was_trained_elsewhere_is_worth_nothing() -> None:
    images, digits = load_digits()
    params = train(images.reshape(-1, 64), digits, np.random.default_rng(0))
    score = CAPSTONE.judge((lambda x, labels, rng: params, predict), "grader")
    assert score == 0.0
    assert score.hint == wording.IGNORED


def test_looking_up_the_digits_that_are_there_earns_no_full_marks() -> None:
    images, digits = without_reserve()
    known = images.reshape(-1, 64).astype(float)

    def nearest(x: Any) -> Any:
        return digits[((known**2).sum(axis=1) - 2 * x @ known.T).argmin(axis=1)]

    def learn(x: Any, labels: Any, rng: Any) -> Any:
        found = nearest(x)
        return np.array([np.bincount(labels[found == digit]).argmax() for digit in range(10)])

    score = CAPSTONE.judge((learn, lambda params, x: params[nearest(x)]), "grader")
    assert_fails(score)


def test_where_submissions_run_no_held_back_digit_is_there() -> None:
    """Made by ``np.savez_compressed(path, images=images, labels=labels)``."""
    images, labels = without_reserve()
    with np.load(reduced_library()["digits.npz"]) as reduced:
        assert np.array_equal(reduced["images"], images)
        assert np.array_equal(reduced["labels"], labels)
    there = {image.tobytes() for image in images}
    whole = load_digits()[0].astype(np.uint8)
    assert not any(whole[n].tobytes() in there for n in reserve())


def test_check_takes_both_functions_and_refuses_the_librarys() -> None:
    def mine(*args: Any) -> Any:
        raise NotImplementedError

    assert check("capstone", (mine, mine)).headline == "not implemented yet"
    with pytest.raises(CourseError, match=r'check\("capstone", \(train, predict\)\)'):
        check("capstone", mine)
    with pytest.raises(CourseError, match="comes from nbcourse: write train yourself"):
        check("capstone", (networks.train, mine))
    with pytest.raises(CourseError, match="comes from nbcourse: write predict yourself"):
        check("capstone", (mine, predict))
    with pytest.raises(CourseError, match="a project of several functions: train, predict"):
        find_exercise("capstone")
