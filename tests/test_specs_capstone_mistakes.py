"""Wrong capstones: every mistake loses points and is told apart from the others."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbcourse.specs.capstone import CAPSTONE, evidence, networks, reading, slips, wording
from nbcourse.specs.capstone.evidence import Evidence, Trained
from nbcourse.specs.capstone.networks import adam, forward, gradients, initial, predict
from nbcourse.specs.capstone.rows import rounds
from tests.capstones import Functions, name_of, remembered, train
from tests.wrong_answers import assert_fails

SEVERAL = Counter(first for several in CAPSTONE.mistakes.values() for first, _ in several)
#: What more than one mistake trains, as it is trained once for all of them.
ONCE = {each: remembered(each) for each, count in SEVERAL.items() if count > 1}
ONCE[networks.train] = train
WRONG = [
    (hint, tuple(ONCE.get(each, each) for each in functions))
    for hint, several in CAPSTONE.mistakes.items()
    for functions in several
]


@pytest.fixture
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Causes are looked for however busy this machine is; the course's own training is known."""
    monkeypatch.setattr(evidence, "QUICK", math.inf)
    monkeypatch.setattr(slips, "train", train)


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("seed", [None, "grader"])
@pytest.mark.parametrize(
    ("hint", "functions"), WRONG, ids=lambda each: None if isinstance(each, str) else name_of(each)
)
def test_every_mistake_loses_points_and_gets_its_own_hint(
    hint: str, functions: Functions, seed: str | None
) -> None:
    score = CAPSTONE.judge(functions, seed)
    assert_fails(score)
    assert score.hint == hint, score


@remembered
def train_with_large_biases(x: Any, labels: Any, rng: Any) -> Any:
    """A network that does not do without any of its biases, from those that it begins with."""
    params = initial((64, 64, 10), rng)
    params |= {"b1": rng.normal(0, 1, 64), "b2": rng.normal(0, 6, 10)}
    update = adam()
    for _ in range(20):
        for rows in np.array_split(rng.permutation(len(x)), len(x) // 64):
            update(params, gradients(params, x[rows] / 16, labels[rows]))
    return params


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("seed", [None, "grader", "another grader"])
@pytest.mark.parametrize(
    ("trained", "left_out"),
    [
        (train, ("b1", "b2")),
        (train, ("b1",)),
        (train_with_large_biases, ("b1", "b2")),
        (train_with_large_biases, ("b1",)),
        (train_with_large_biases, ("b2",)),
    ],
)
def test_biases_that_predict_leaves_out_are_no_matter_of_scaling(
    trained: Callable[..., Any], left_out: tuple[str, ...], seed: str | None
) -> None:
    def without(params: Any, x: Any) -> Any:
        return predict(params | {key: 0 * params[key] for key in left_out}, x)

    score = CAPSTONE.judge((trained, without), seed)
    assert_fails(score)
    assert score.hint == reading.OTHERWISE


@pytest.mark.usefixtures("_unhurried")
@pytest.mark.parametrize("seed", [None, "grader", "another grader"])
def test_a_softmax_over_the_rows_is_told_that_it_takes_all_rows_together(seed: str | None) -> None:
    def over_the_rows(params: Any, x: Any) -> Any:
        scores = np.exp(forward(params, x / 16)[-1])
        return (scores / scores.sum(axis=0)).argmax(axis=1)

    score = CAPSTONE.judge((train, over_the_rows), seed)
    assert_fails(score)
    assert score.hint == wording.OWN_STATISTICS
    assert "softmax, it belongs to each row by itself, axis=1" in score.hint


@pytest.mark.parametrize(
    ("seconds", "repeats", "tried"), [(3.9, 1, 1), (4.1, 1, 0), (1.3, 3, 1), (1.4, 3, 0)]
)
def test_only_a_quick_training_is_repeated_to_find_a_cause(
    seconds: float, repeats: int, tried: int
) -> None:
    trainings = []

    def counted(x: Any, labels: Any, rng: Any) -> int:
        trainings.append(len(x))
        return 0

    (given, _) = rounds(None)
    found = Trained(given, 0, np.zeros(len(given.x_held)), seconds)
    known = Evidence(counted, lambda params, x: np.zeros(len(x)), (found,))
    assert (known.accuracy_if(repeats=repeats) > 0) == tried
    assert trainings == [repeats * len(given.x)] * tried
    if repeats == 1:
        assert known.learns_from_labels() == (not tried)
        assert trainings == [len(given.x)] * 2 * tried
