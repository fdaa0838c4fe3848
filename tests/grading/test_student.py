"""A student's code in its process: what it prints and returns, and what survives when it dies."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import psutil
import pytest

from nbcourse.grading.capture import MAX_OUTPUT
from nbcourse.grading.exceptions import CallUnansweredError
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
def shared() -> Iterator[Student]:
    """A process for the tests that leave it alive."""
    with Student() as student:
        yield student


@pytest.fixture
def student() -> Iterator[Student]:
    with Student(QUICK) as student:
        yield student


def text_of(outputs: list[dict[str, Any]]) -> str:
    return "".join(output.get("text", "") for output in outputs)


def define(student: Student, source: str) -> None:
    assert student.run("definitions", source) == []


# --- cells ---------------------------------------------------------------------------------------

CELLS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "streams in their order": (
        "import sys; print('a'); print('b', file=sys.stderr); print('c')",
        [("stream", "a\n"), ("stream", "b\n"), ("stream", "c\n")],
    ),
    "a value": ("1 + 1", [("execute_result", "2")]),
    "no value": ("x = 1;", []),
    "magic": ("%%capture kept\nprint(1)\ndisplay(2)", []),
    "display": ("display({'a': 1}); 3", [("display_data", "{'a': 1}"), ("execute_result", "3")]),
    "error": ("1 / 0", [("error", "ZeroDivisionError: division by zero")]),
    "syntax error": ("def f(:", [("error", "SyntaxError: invalid syntax")]),
    "exit": ("raise SystemExit(3)", [("error", "SystemExit: 3")]),
    "question": ("input('name?')", [("stream", "name?"), ("error", "EOFError: EOF when")]),
    "interrupt": ("raise KeyboardInterrupt", [("error", "KeyboardInterrupt")]),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_gives_a_notebooks_outputs(name: str, shared: Student) -> None:
    source, expected = CELLS[name]
    outputs = [o for o in shared.run("cell", source) if "To exit" not in o.get("text", "")]
    assert [output["output_type"] for output in outputs] == [kind for kind, _ in expected]
    for output, (kind, start) in zip(outputs, expected, strict=True):
        if kind == "error":
            shown = f"{output['ename']}: {output['evalue']}"
        else:
            shown = output.get("text") or output["data"]["text/plain"]
        assert shown.startswith(start)


def test_a_figure_is_kept_as_an_image(shared: Student) -> None:
    outputs = shared.run("cell", "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert [output["output_type"] for output in outputs] == ["display_data"]
    assert outputs[0]["data"]["image/png"].startswith("iVBOR")


def test_the_cells_after_an_error_run_with_what_came_before_it(shared: Student) -> None:
    shared.run("a", "value = 5; 1 / 0")
    assert text_of(shared.run("b", "print(value)")) == "5\n"


def test_endless_output_is_cut_and_the_cut_is_said(shared: Student) -> None:
    outputs = shared.run("cell", "for i in range(300): print('x' * 10_000)")
    text = text_of(outputs)
    assert MAX_OUTPUT <= len(text) < MAX_OUTPUT + 200
    assert "Output cut here: 1951724 more characters are not kept" in text
    outputs = shared.run("cell", "from IPython.display import HTML; HTML('x' * 2_000_000)")
    assert "Output cut here" in text_of(outputs)
    assert text_of(shared.run("cell", "print('next')")) == "next\n"


def test_a_worker_knows_nothing_of_the_machine_and_works_in_an_empty_folder(
    shared: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    source = "import os; print(sorted(os.listdir()), 'COURSE_TOKEN' in os.environ)"
    assert text_of(shared.run("cell", source)) == "[] False\n"


# --- calls ---------------------------------------------------------------------------------------


def test_a_call_returns_what_the_function_returns(shared: Student) -> None:
    define(shared, "import numpy as np\ndef f(x, y): return x @ y, {'w': [x, None]}")
    x, y = np.eye(2), np.arange(4.0).reshape(2, 2)
    (product, kept), changed = shared.call("f", (x, y))
    assert np.array_equal(product, x @ y)
    assert np.array_equal(kept["w"][0], x)
    assert changed is None


def test_arguments_that_a_call_changes_come_back(shared: Student) -> None:
    define(shared, "def f(x, cache):\n    x *= 2\n    cache[0][0] = 7.0\n    cache[1]['k'] = 1")
    x, cache = np.ones(2), (np.zeros(2), {"k": 0})
    result, changed = shared.call("f", (x, cache))
    assert result is None
    assert np.array_equal(changed[0], [2.0, 2.0])
    assert np.array_equal(changed[1][0], [7.0, 0.0])
    assert changed[1][1] == {"k": 1}
    assert np.array_equal(x, [1.0, 1.0]), "the grader's own array is for the caller to change"


def test_a_function_that_is_passed_is_called_here(shared: Student) -> None:
    define(shared, "def g(f, x): return [f(x + i) for i in range(3)]")
    seen = []
    result, _ = shared.call("g", (lambda x: seen.append(x) or float(x.sum()), np.ones(2)))
    assert result == [2.0, 4.0, 6.0]
    assert [list(x) for x in seen] == [[1, 1], [2, 2], [3, 3]]


def test_an_exception_of_a_function_that_is_passed_reaches_the_student(shared: Student) -> None:
    define(shared, "def g(f):\n    try: f(1)\n    except ValueError as error: return str(error)")

    def fails(x: Any) -> None:
        raise ValueError("not with 1")

    assert shared.call("g", (fails,))[0] == "not with 1"


def test_a_function_that_is_kept_cannot_be_called_later(shared: Student) -> None:
    define(shared, "def keep(f):\n    global kept\n    kept = f")
    shared.call("keep", (lambda: 1,))
    define(shared, "def use(): return kept()")
    with pytest.raises(CallUnansweredError):
        shared.call("use", ())
    assert shared.call("keep", (lambda: 1,)) == (None, None)


RAISED: dict[str, tuple[str, type[Exception], str, str]] = {
    "builtin": ("return x[7]", IndexError, "IndexError", "return x[7]"),
    "with arguments": ("{}['w1']", KeyError, "KeyError", "{}['w1']"),
    "of NumPy": ("np.sum(x, axis=5)", ValueError, "AxisError", "np.sum(x, axis=5)"),
    "of the student": (
        "class Mine(TypeError): pass\n    raise Mine('so')",
        TypeError,
        "Mine",
        "raise Mine('so')",
    ),
    "not implemented": (
        "raise NotImplementedError",
        NotImplementedError,
        "NotImplementedError",
        "raise NotImplementedError",
    ),
    "exit": ("import sys; sys.exit(1)", Exception, "SystemExit", "import sys; sys.exit(1)"),
    "five arguments": (
        "b'\\xff'.decode()",
        RuntimeError,
        "RuntimeError",
        "b'\\xff'.decode()",
    ),
    "message that fails": (
        "class Bad(Exception):\n        def __str__(self): return 1\n    raise Bad(Bad())",
        Exception,
        "Bad",
        "raise Bad(Bad())",
    ),
    "endless recursion": ("return f(x)", RecursionError, "RecursionError", "return f(x)"),
    "result too deep": ("r = []; r.append(r); return r", ValueError, "WireError", ""),
}


@pytest.mark.parametrize("name", RAISED)
def test_an_exception_comes_back_as_what_it_was(name: str, shared: Student) -> None:
    body, base, kind, line = RAISED[name]
    define(shared, f"import numpy as np\ndef f(x):\n    {body}")
    with pytest.raises(base) as raised:
        shared.call("f", (np.ones(3),))
    assert type(raised.value).__name__ == kind
    assert raised.value.student_line == line


def test_the_message_of_an_exception_is_the_same(shared: Student) -> None:
    define(shared, "def f(x): return {}[x]")
    with pytest.raises(KeyError) as raised:
        shared.call("f", ("w1",))
    assert str(raised.value) == "'w1'"
    define(shared, "def f(x): pass")
    with pytest.raises(TypeError, match=r"f\(\) takes 1 positional argument but 2 were given"):
        shared.call("f", (1, 2))


def test_what_a_call_prints_is_kept_apart(shared: Student) -> None:
    define(shared, "def f(x): print('called with', x); raise ValueError('no')")
    shared.printed = ""
    with pytest.raises(ValueError, match="no"):
        shared.call("f", (3,))
    assert shared.printed == "called with 3\n"


def test_what_is_defined_is_described_without_running_it(shared: Student) -> None:
    define(shared, "import numpy as np\nfrom math import sin\ndef f(): pass\nnumber = 3")
    assert shared.describe("f") == {"type": "function", "callable": True, "module": "__main__"}
    assert shared.describe("number") == {"type": "int", "callable": False, "module": None}
    assert shared.describe("sin")["module"] == "math"
    assert shared.describe("nothing") is None


# --- faults --------------------------------------------------------------------------------------

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
    assert time.monotonic() - start < 0.1
    assert student.problems == [problem]
    assert text_of(student.run("after", "print(state)")) == "whole\n"


def test_a_process_killed_from_outside_is_replaced(student: Student) -> None:
    define(student, CALLS)
    os.kill(student.pid, signal.SIGKILL)
    with pytest.raises(CallUnansweredError):
        student.call("double", (1,))
    assert student.call("double", (2,))[0] == 4


def test_a_cell_that_is_fatal_only_when_run_again_is_dropped(student: Student, tmp_path) -> None:
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
