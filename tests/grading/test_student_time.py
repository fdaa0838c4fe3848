"""A submission has its time, and an answer that comes too late is nobody's answer."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nbcourse.exercise import check_function
from nbcourse.grading.checks import remote_function
from nbcourse.grading.exceptions import CallUnansweredError
from nbcourse.grading.student import Limits, Student
from tests.exercise.linear import EXERCISE as LINEAR
from tests.grading.inline import InlineWorker

Start = Callable[..., Callable[[], Any]]
OVER = "the submission ran longer than 0.5 s in all; the rest of it is not run"


@pytest.fixture
def started() -> Iterator[list[InlineWorker]]:
    workers: list[InlineWorker] = []
    yield workers
    for worker in workers:
        worker.stop()


@pytest.fixture
def start(started: list[InlineWorker]) -> Start:
    """Start workers that have these functions."""

    def make(**names: Callable[..., Any]) -> Callable[[], Any]:
        def worker() -> InlineWorker:
            started.append(InlineWorker(**names))
            return started[-1]

        return worker

    return make


def test_after_the_submissions_time_no_cell_is_run_and_no_function_called(
    start: Start, started: list[InlineWorker]
) -> None:
    student = Student(Limits(submission=0.5), start(f=lambda *args: LINEAR.reference(*args)))
    assert student.run("first", "x = 1") == []
    assert check_function(LINEAR, remote_function(student, "f")).passed
    (output,) = student.run("second", "import time; time.sleep(0.8)")
    assert output["evalue"] == OVER
    (output,) = student.run("third", "x = 2")
    assert output["evalue"] == OVER
    with pytest.raises(CallUnansweredError, match=r"0\.5 s in all"):
        student.call("f", (1, 2))
    score = check_function(LINEAR, remote_function(student, "f"))
    assert score == 0.0
    assert score.headline == OVER
    assert student.problems == [OVER]
    assert len(started) == 1, "no process is started for what is not run"


def test_a_call_in_which_the_time_ends_is_told_as_that(start: Start) -> None:
    student = Student(Limits(submission=0.5, call=5.0), start(f=lambda: time.sleep(0.8)))
    student.run("first", "x = 1")
    with pytest.raises(CallUnansweredError, match=r"0\.5 s in all"):
        student.call("f", ())
    assert student.problems == [OVER]


def test_the_time_begins_with_the_first_cell(start: Start) -> None:
    student = Student(Limits(submission=0.5), start(f=lambda: 3))
    assert student.call("f", ()) == (3, None)
    time.sleep(0.6)
    assert student.run("first", "x = 1") == []
    assert not student.out_of_time


def test_cells_are_not_run_again_for_ever(start: Start) -> None:
    student = Student(Limits(submission=0.6, call=0.2), start(f=lambda: time.sleep(0.4)))
    student.run("first", "import time; time.sleep(0.3)")
    with pytest.raises(CallUnansweredError, match=r"did not return within 0\.2 s"):
        student.call("f", ())
    with pytest.raises(CallUnansweredError, match=r"0\.6 s in all"):
        student.call("g", ())
    assert student.problems == [
        "f did not return within 0.2 s",
        OVER.replace("0.5", "0.6"),
    ]


def test_a_late_answer_is_not_taken_for_the_next_one(
    start: Start, started: list[InlineWorker]
) -> None:
    def late() -> str:
        time.sleep(0.4)
        return "late"

    student = Student(Limits(call=0.2), start(late=late, soon=lambda: "in time"))
    with pytest.raises(CallUnansweredError):
        student.call("late", ())
    time.sleep(0.4)  # the answer has been sent by now, to nobody
    assert student.call("soon", ()) == ("in time", None)
    assert len(started) == 2


def test_calls_that_are_slow_are_made_with_the_time_of_single_ones(
    start: Start, started: list[InlineWorker]
) -> None:
    """All of them together take longer than one may: they are answered in shares."""
    calls: list[Any] = []

    def slow(*args: Any) -> Any:
        calls.append(args)
        time.sleep(0.11)
        return LINEAR.reference(*args)

    student = Student(Limits(call=0.6), start(f=slow))
    assert check_function(LINEAR, remote_function(student, "f")).passed
    assert len(calls) == 10
    assert len(started) == 1


def test_a_call_that_hangs_among_others_costs_itself_alone(start: Start) -> None:
    def sometimes(dout: Any, cache: Any) -> Any:
        if len(cache[0]) == 1:
            time.sleep(0.5)
        return LINEAR.reference(dout, cache)

    student = Student(Limits(call=0.3), start(f=sometimes))
    score = check_function(LINEAR, remote_function(student, "f"))
    assert score.headline == "f did not return within 0.3 s"
    assert student.problems == ["f did not return within 0.3 s"]
    with pytest.raises(CallUnansweredError, match="not called any more: 2 calls"):
        student.call("f", (1, 2))


@pytest.mark.parametrize("answer", [None, 3, [], [[], None], [[1, 2], None], [3, None], "x"])
def test_an_answer_that_is_none_spoils_the_call(answer: Any, start: Start) -> None:
    student = Student(Limits(), start(answer=answer, f=lambda: 1))
    with pytest.raises(CallUnansweredError, match="could not be read"):
        student.call("f", ())
    assert check_function(LINEAR, remote_function(student, "f")) == 0.0
