"""A check at the end of a wire gives the score that the same function gets here."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import Exercise, check_function
from nbcourse.exercise.cases import prepare
from nbcourse.exercise.comparison import copied, same
from nbcourse.exercise.plain import plain
from nbcourse.grading.checks import RemoteFunction, remote_function
from nbcourse.grading.student import Limits, Student
from nbcourse.grading.wire import encode
from nbcourse.specs import sheets
from tests.exercise.linear import EXERCISE as LINEAR
from tests.grading.inline import InlineWorker
from tests.mutants import changing_inputs

EXERCISES = [
    exercise for sheet in sheets() for exercise in sheet.exercises if isinstance(exercise, Exercise)
]
DRAWING = [
    exercise for exercise in EXERCISES if "rng" in inspect.signature(exercise.reference).parameters
]
SEED = "far away"


@pytest.fixture
def far() -> Iterator[InlineWorker]:
    worker = InlineWorker()
    yield worker
    worker.stop()


def student(worker: InlineWorker) -> Student:
    return Student(Limits(), start=lambda: worker)  # type: ignore[arg-type,return-value]


def raises(*args: Any) -> Any:
    return {}["w1"]


def unfinished(*args: Any) -> Any:
    raise NotImplementedError


def spoils(value: Any) -> None:
    """Write into a value wherever that is possible."""
    if isinstance(value, np.ndarray):
        value += value.dtype.type(1)
    elif isinstance(value, dict):
        for part in value.values():
            spoils(part)
        value["spoiled"] = np.ones(2)
    elif isinstance(value, list):
        value.append("spoiled")
    elif isinstance(value, tuple):
        for part in value:
            spoils(part)


def answers(exercise: Exercise) -> dict[str, Callable[..., Any]]:
    def changes_its_inputs(*args: Any) -> Any:
        result = exercise.reference(*args)
        kept = copied(result)
        spoils(args)
        return kept

    def wrong_now_and_then(*args: Any) -> Any:
        calls.append(None)
        return "x" if len(calls) % 5 == 4 else exercise.reference(*args)

    calls: list[None] = []
    return {
        "right": exercise.reference,
        "a mistake": exercise.mistakes[0].function,
        "another mistake": exercise.mistakes[-1].function,
        "changes its inputs": changes_its_inputs,
        "raises": raises,
        "nonsense": lambda *args: {1: [object(), np.nan], "x": {2, 3}},
        "nothing": lambda *args: None,
        "deep": lambda *args: [[[[[[[[[[[[[[[[[[[[[[[[1.0]]]]]]]]]]]]]]]]]]]]]]]],
        "huge": lambda *args: 10**400,
        "not a number": lambda *args: np.full((300, 500), np.nan),
        "unfinished": unfinished,
        "wrong now and then": wrong_now_and_then,
    }


@pytest.mark.parametrize("name", answers(LINEAR))
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_a_score_is_the_same_here_and_there(
    exercise: Exercise, name: str, far: InlineWorker
) -> None:
    before = [encode(case.args, token=lambda _: 0).kept() for case in prepare(exercise, SEED)]
    far.define(exercise.name, answers(exercise)[name])
    remote = remote_function(student(far), exercise.name)
    assert isinstance(remote, RemoteFunction)
    there = check_function(exercise, remote, SEED)
    here = check_function(exercise, answers(exercise)[name], SEED)
    assert float(there) == float(here)
    assert there.hint == here.hint
    if name in ("raises", "a mistake", "another mistake") and here.problem != there.problem:
        # The line that raised is told of a notebook's cell alone; how a recursion is too deep
        # depends on where it began.
        assert here.problem is not None
        assert there.problem is not None
        assert here.problem.stage == there.problem.stage == "raised"
        assert here.problem.message.startswith(there.problem.message.split(" exceeded")[0])
    else:
        assert there.problem == here.problem
        assert there.parts == here.parts
    after = [encode(case.args, token=lambda _: 0).kept() for case in prepare(exercise, SEED)]
    assert after == before, "what everyone is checked with has been written to"


@pytest.mark.parametrize("exercise", DRAWING, ids=lambda exercise: exercise.name)
def test_a_generator_of_ones_own_is_seen_from_far_away(
    exercise: Exercise, far: InlineWorker
) -> None:
    def own(*args: Any) -> Any:
        return exercise.reference(*args[:-1], np.random.default_rng(args[0]))

    far.define(exercise.name, own)
    there = check_function(exercise, remote_function(student(far), exercise.name), SEED)
    here = check_function(exercise, own, SEED)
    assert float(there) == float(here) == pytest.approx(0.8 * exercise.points)
    assert there.problem == here.problem
    assert there.problem is not None
    assert there.problem.stage == "random"
    assert there.hint == here.hint
    far.define(exercise.name, exercise.reference)
    assert check_function(exercise, remote_function(student(far), exercise.name), SEED).passed


def test_what_one_student_changes_does_not_reach_the_next(far: InlineWorker) -> None:
    for exercise in EXERCISES:
        far.define(exercise.name, answers(exercise)["changes its inputs"])
        first = check_function(exercise, remote_function(student(far), exercise.name), SEED)
        assert first < exercise.points or changing_inputs(exercise) is None
        far.define(exercise.name, exercise.reference)
        assert check_function(exercise, remote_function(student(far), exercise.name), SEED).passed


def test_the_arrays_of_a_case_cannot_be_written_to() -> None:
    for case in prepare(LINEAR, SEED):
        dout, (x, _) = case.args
        for array in (dout, x, case.expected[0], case.unit_upstream[0], *case.numeric.values()):
            with pytest.raises(ValueError, match="read-only"):
                array += 1.0


def test_no_judgement_of_an_exercise_writes_into_what_it_judges(far: InlineWorker) -> None:
    ended: Counter[tuple[str, int]] = Counter()
    for exercise in EXERCISES:
        judges = [exercise.accept, *(mistake.explains for mistake in exercise.mistakes)]
        asked = {place: judge for place, judge in enumerate(judges) if judge is not None}
        ended.update({(exercise.name, place): 0 for place in asked})
        for mistake in exercise.mistakes:
            for case in prepare(exercise, SEED)[:3]:
                try:
                    with np.errstate(all="ignore"):
                        result = plain(mistake.function(*_copies(case.args)))
                except Exception:  # some mistakes stop with an error
                    continue
                kept = _copies(result)
                if not same(kept, result):  # a generator, say, has no value to compare
                    continue
                given = encode(case.args, token=lambda _: 0).kept()
                for place, judge in asked.items():
                    ended[exercise.name, place] += _tried(judge, case.args, result)
                assert same(kept, result)
                assert encode(case.args, token=lambda _: 0).kept() == given, exercise.name
    assert [judge for judge, count in ended.items() if not count] == []


def _copies(value: Any) -> Any:
    from copy import deepcopy

    return deepcopy(value)


def _tried(judge: Callable[..., Any], args: Any, result: Any) -> bool:
    """Whether it came to an end."""
    told = ""
    try:
        with np.errstate(all="ignore"):
            judge(args, result)
    except Exception as error:  # a result of another shape than the mistake's
        told = str(error)
    assert "read-only" not in told
    return not told


def test_all_small_cases_are_asked_for_at_once(far: InlineWorker) -> None:
    calls: list[Any] = []

    def counted(*args: Any) -> Any:
        calls.append(args)
        return LINEAR.reference(*args)

    far.define("f", counted)
    assert check_function(LINEAR, remote_function(student(far), "f"), SEED).passed
    assert len(calls) == len(prepare(LINEAR, SEED))
    assert far.requests == ["describe", "describe", "call", "call"]


def test_a_returned_buffer_that_is_used_again_keeps_its_first_answer(far: InlineWorker) -> None:
    buffers: dict[Any, Any] = {}

    def reusing(dout: Any, cache: Any) -> Any:
        parts = LINEAR.reference(dout, cache)
        for part in parts:
            buffers.setdefault(part.shape, np.empty(part.shape))[...] = part
        return tuple(buffers[part.shape] for part in parts)

    shapes = [[part.shape for part in case.expected] for case in prepare(LINEAR, SEED)]
    assert all(len(set(each)) == 3 for each in shapes), "no two parts share a buffer"
    far.define("f", reusing)
    assert check_function(LINEAR, remote_function(student(far), "f"), SEED).passed


def test_what_a_call_prints_is_kept_only_if_it_is_looked_at(
    far: InlineWorker,
) -> None:
    def noisy(*args: Any) -> Any:
        far.printed.write("called\n")
        raise NotImplementedError

    far.define("f", noisy)
    who = student(far)
    assert check_function(LINEAR, remote_function(who, "f"), SEED).headline == "not implemented yet"
    assert who.printed == "called\n"
