"""Check cells run on the trusted side give the scores that they give in a notebook."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nbcourse.errors import CourseError
from nbcourse.exercise import Score
from nbcourse.grading.checks import RemoteFunction, remote_function, run_check, write_back
from nbcourse.grading.student import Limits, Student
from nbcourse.specs import check

ADD = 'check("add_backward", add_backward)'


@pytest.fixture(scope="module")
def shared() -> Iterator[Student]:
    with Student(Limits(call=2.0)) as student:
        student.run("given", "import numpy as np\nfrom nbcourse import check")
        yield student


def add(body: str) -> str:
    return f"def add_backward(dout, cache):\n    x, y = cache\n    {body}"


# What a student may write, and what must be the same here as in the student's notebook.
ADDS = {
    "right": add("return dout, dout"),
    "right, a list": add("return [dout, dout.copy()]"),
    "stub": add("raise NotImplementedError('Replace this line with your code.')"),
    "one part": add("return dout"),
    "nothing": add("pass"),
    "wrong sign": add("return dout, -dout"),
    "wrong shape": add("return dout[None], dout"),
    "wrong dtype": add("return dout.astype(np.float32), dout"),
    "no array": add("return {1, 2}, 'dout'"),
    "not finite": add("return dout / 0, dout"),
    "changes dout": add("dout += 0.5; return dout - 0.5, dout - 0.5"),
    "changes the cache": add("x *= 2; return dout, dout"),
    "raises": add("return dout[999], dout"),
    "exits": add("import sys; sys.exit()"),
    "too few parameters": "def add_backward(dout): return dout, dout",
    "not a function": "add_backward = 3",
}


XAVIER = """
def xavier_normal(fan_in, fan_out, rng):
    return np.sqrt(2 / (fan_in + fan_out)) * {}.standard_normal((fan_in, fan_out))
"""


@pytest.mark.parametrize(("source", "share"), [("rng", 1.0), ("np.random.default_rng()", 0.8)])
def test_a_generator_is_there_to_be_used(source: str, share: float, shared: Student) -> None:
    shared.run("answer", XAVIER.format(source))
    score = check("xavier_normal", remote_function(shared, "xavier_normal"))
    assert score == pytest.approx(share * score.max_score), str(score)


@pytest.mark.parametrize("name", ADDS)
def test_a_score_is_the_same_as_in_the_notebook(name: str, shared: Student) -> None:
    shared.run("answer", ADDS[name])
    here = check("add_backward", remote_function(shared, "add_backward"))
    scope: dict[str, Any] = {"np": np}
    with np.errstate(all="ignore"):
        exec(ADDS[name], scope)
        there = check("add_backward", scope["add_backward"])
    assert (here, here.max_score, here.passed) == (there, there.max_score, there.passed)
    if name not in ("raises", "exits", "not a function"):  # the line is not known to exec
        assert str(here) == str(there)
    assert here.passed == name.startswith("right")


def test_the_last_expression_is_the_score_and_shown_as_text_and_html(shared: Student) -> None:
    shared.run("answer", ADDS["right"])
    source = f'0\n{ADD}\n# the hidden part\n{ADD[:-1]}, seed="1f")'
    (output,), found = run_check(source, shared)
    score = check("add_backward", remote_function(shared, "add_backward"), seed="1f")
    assert output["output_type"] == "execute_result"
    assert float(output["data"]["text/plain"]) == found == score == score.max_score
    assert output["data"]["text/html"] == score._repr_html_()


def test_a_function_that_is_not_there_scores_nothing_and_says_so(shared: Student) -> None:
    (output,), _ = run_check('check("add_backward", add_backwards)', shared)
    assert output["data"]["text/plain"] == "0.0"
    assert "no function of this name" in output["data"]["text/html"]


def test_what_a_function_prints_stands_before_its_score(shared: Student) -> None:
    shared.run("answer", add("print('called', end=' '); return dout, dout"))
    (printed, score), _ = run_check(ADD, shared)
    assert printed["name"] == "stdout", "what stands on stderr would cost all points"
    assert printed["text"].startswith("called called ")
    assert float(score["data"]["text/plain"]) > 0


def test_a_warning_on_stderr_costs_nothing(shared: Student) -> None:
    shared.run("answer", add("import sys; print('x', file=sys.stderr); return dout, dout"))
    outputs, _ = run_check(ADD, shared)
    assert all(output.get("name") != "stderr" for output in outputs)


def test_a_function_of_the_library_is_refused(shared: Student) -> None:
    shared.run("answer", add("pass") + "\nadd_backward.__module__ = 'nbcourse.operations'")
    with pytest.raises(CourseError, match="comes from nbcourse"):
        run_check(ADD, shared)


def test_what_a_student_puts_in_place_of_check_is_not_used(shared: Student) -> None:
    shared.run("answer", "check = lambda *a, **k: 99.0\ndef add_backward(dout, cache): pass")
    (output,), _ = run_check(ADD, shared)
    assert output["data"]["text/plain"] == "0.0"


def test_a_hang_scores_nothing_and_ends_after_two_calls() -> None:
    with Student(Limits(call=0.5)) as student:
        student.run("answer", add("while True: pass"))
        (output,), _ = run_check(ADD, student)
        assert output["data"]["text/plain"] == "0.0"
        assert "did not return within 0.5 s" in output["data"]["text/html"]
        assert student.problems == ["add_backward did not return within 0.5 s"]


def test_a_check_cell_that_gives_no_score_is_the_courses_fault(shared: Student) -> None:
    for source in ("1 + 1", "x = 3"):
        with pytest.raises(CourseError, match="a check cell ends with"):
            run_check(source, shared)


class _Scripted:
    """A student whose answers are written here."""

    def __init__(self, result: Any, changed: Any) -> None:
        self.answer = result, changed

    def call(self, name: str, args: tuple[Any, ...]) -> Any:
        return self.answer


def test_a_remote_function_changes_the_arguments_as_the_student_did() -> None:
    x, config = np.zeros((2, 3)), {"lr": [1.0]}
    changed = (np.ones((2, 3)), {"lr": [2.0], "step": 1})
    student: Any = _Scripted("result", changed)
    assert RemoteFunction(student, "f", "__main__")(x, config) == "result"
    assert np.array_equal(x, np.ones((2, 3)))
    assert config == {"lr": [2.0], "step": 1}


@pytest.mark.parametrize("new", [3, None, "text", {}, np.ones(5), (), (np.ones(2), 3)])
def test_changes_that_do_not_fit_are_not_made(new: Any) -> None:
    old = np.zeros(2)
    write_back((old, 1.0), new)
    write_back(old, new if not isinstance(new, tuple) else None)
    assert old.shape == (2,)


def test_a_score_is_a_number_that_nbgrader_can_read() -> None:
    assert repr(Score(1.5, 3.0, "f")) == "1.5"
