"""What hangs, dies or is killed costs itself alone, and nothing is left of it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from nbcourse.grading.exceptions import CallUnansweredError
from nbcourse.grading.sandbox import Sandbox, open_sandbox
from nbcourse.grading.student import Limits, Student

QUICK = Limits(cell=1.5, call=1.0)
CALLS = """
import numpy as np
state = "whole"
def double(x): return 2 * x
def hang(x):
    while True: pass
def die(x):
    import os
    os._exit(1)
def kill(x):
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """What no fault may harm: the next student's process comes from it, too."""
    opened = open_sandbox("none")
    yield opened
    opened.close()


@pytest.fixture
def student(sandbox: Sandbox) -> Iterator[Student]:
    with Student(QUICK, start=sandbox.start) as student:
        yield student


def text_of(outputs: list[dict[str, Any]]) -> str:
    return "".join(output.get("text", "") for output in outputs)


def define(student: Student, source: str) -> None:
    assert student.run("definitions", source) == []


FATAL_CELLS = {
    "hangs": ("while True: pass", "ran longer than 1.5 s"),
    "sleeps": ("import time; time.sleep(60)", "ran longer than 1.5 s"),
    "hangs and catches all": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "ran longer than 1.5 s",
    ),
    "prints for ever": ("while True: print('x' * 1000)", "ran longer than 1.5 s"),
    "ends the process": ("import os; os._exit(0)", "ended the process"),
    "kills the process": ("import os; os.kill(os.getpid(), 9)", "ended the process"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "ended the process"),
    "closes everything": ("import os; os.closerange(0, 200)", "ended the process"),
    "writes to the channel": (
        "import os\nfor fd in range(3, 200):\n    try: os.write(fd, b'\\xff' * 100)\n"
        "    except OSError: pass",
        "ended the process",
    ),
}


@pytest.mark.parametrize("name", FATAL_CELLS)
def test_a_fatal_cell_costs_itself_alone(name: str, student: Student) -> None:
    source, problem = FATAL_CELLS[name]
    define(student, "before = 1")
    outputs = student.run("fatal", f"lost = 1\n{source}")
    assert [output["output_type"] for output in outputs] == ["error"]
    assert problem in outputs[0]["evalue"]
    assert text_of(student.run("after", "print(before, 'lost' in globals())")) == "1 False\n"
    assert student.problems == [f"cell fatal {problem}" + " it ran in" * ("ended" in problem)]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("hang", "hang did not return within 1 s"),
        ("die", "die ended the process it ran in"),
        ("kill", "kill ended the process it ran in"),
    ],
)
def test_a_fatal_call_costs_itself_alone_and_is_not_made_a_third_time(
    name: str, problem: str, student: Student
) -> None:
    define(student, CALLS)
    for _ in range(2):
        with pytest.raises(CallUnansweredError, match=problem):
            student.call(name, (1,))
        assert student.call("double", (2,))[0] == 4
    start = time.monotonic()
    with pytest.raises(CallUnansweredError, match=f"{name} is not called any more: 2 calls"):
        student.call(name, (1,))
    assert time.monotonic() - start < 1.0  # the limit that a call of it would reach
    assert student.problems == [problem]
    assert text_of(student.run("after", "print(state)")) == "whole\n"


def test_a_process_killed_from_outside_is_replaced() -> None:
    with Student(QUICK) as student:  # each of its processes is started by itself
        define(student, CALLS)
        os.kill(student.pid, signal.SIGKILL)
        with pytest.raises(CallUnansweredError):
            student.call("double", (1,))
        assert student.call("double", (2,))[0] == 4


def test_a_cell_that_is_fatal_only_when_run_again_is_dropped(
    student: Student, tmp_path: Path
) -> None:
    marker = tmp_path / "was here"
    define(student, "a = 1")
    define(
        student,
        f"import os, pathlib\nmarker = pathlib.Path({str(marker)!r})\n"
        "if marker.exists(): os._exit(1)\nmarker.touch()",
    )
    define(student, CALLS)
    with pytest.raises(CallUnansweredError):
        student.call("die", (1,))
    assert student.call("double", (2,))[0] == 4
    assert "did not finish when it was run again" in student.problems[1]


def test_nothing_is_left_of_a_student_when_its_grading_ends() -> None:
    with Student(QUICK) as student:
        define(student, "import subprocess\nsleeper = subprocess.Popen(['sleep', '1000'])")
        folder = text_of(student.run("where", "import os; print(os.getcwd())")).strip()
        child = int(text_of(student.run("pid", "print(sleeper.pid)")))
        worker = student.pid
        assert os.path.isdir(folder)
    assert not os.path.exists(folder)
    assert not psutil.pid_exists(worker)
    for _ in range(50):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie":
            break
        time.sleep(0.02)
    else:
        pytest.fail(f"process {child} of the student's is still there")
