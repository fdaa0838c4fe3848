"""A student's functions, called from the grader, do what they do in the notebook."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nbcourse.grading.calls import make_calls
from nbcourse.grading.exceptions import CallUnansweredError
from nbcourse.grading.student import Student


@pytest.fixture(scope="module")
def shared() -> Iterator[Student]:
    """A process for the tests that leave it alive."""
    with Student() as student:
        yield student


def define(student: Student, source: str) -> None:
    assert student.run("definitions", source) == []


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


def test_a_generator_is_drawn_from_there(shared: Student) -> None:
    define(shared, "def draw(n, rng): return rng.normal(size=n)")
    for _ in range(2):
        result, changed = shared.call("draw", (3, np.random.default_rng(5)))
        assert np.array_equal(result, np.random.default_rng(5).normal(size=3))
        assert changed is None


def test_an_exception_of_a_function_that_is_passed_reaches_the_student(shared: Student) -> None:
    define(shared, "def g(f):\n    try: f(1)\n    except ValueError as error: return str(error)")

    def fails(x: Any) -> None:
        raise ValueError("not with 1")

    assert shared.call("g", (fails,))[0] == "not with 1"


# int8: as float64, in which it is computed with, it is eight times as large.
FAR_MORE = {
    "an array": "np.zeros(2**14, np.int8)",
    "in parts": "[np.zeros(2**10)] * 20",
    "in a dict": "{'x': np.zeros(2**14)}",
}


@pytest.mark.parametrize("name", FAR_MORE)
def test_a_function_is_not_called_with_far_more_than_was_passed(name: str) -> None:
    seen: list[Any] = []
    with Student() as student:
        define(student, f"import numpy as np\ndef g(f, x): return f({FAR_MORE[name]})")
        with pytest.raises(CallUnansweredError):
            student.call("g", (seen.append, np.ones(2)))
    assert seen == []


def test_a_function_may_be_called_with_what_it_needs(shared: Student) -> None:
    define(shared, "import numpy as np\ndef g(f, x): return f(np.stack([x, x]))")
    seen: list[Any] = []
    shared.call("g", (seen.append, np.ones(2**16)))
    assert seen[0].shape == (2, 2**16)


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


def test_the_message_that_a_class_makes_is_the_same(shared: Student) -> None:
    define(shared, "import numpy as np\ndef f(): np.ones(2, int).__iadd__(1.5)")
    with pytest.raises(TypeError, match="Cannot cast ufunc 'add' output from dtype"):
        shared.call("f", ())


def test_results_that_are_large_together_come_one_after_the_other(shared: Student) -> None:
    define(shared, "import numpy as np\ndef f(n): return np.full(2**21, float(n))")
    pid = shared.pid
    answers = shared.call_together("f", make_calls("f", [(i,) for i in range(6)]), 6)
    assert 0 < len(answers) < 6
    assert [shared.take(answer)[0][0] for answer in answers] == [0.0, 1.0][: len(answers)]
    assert shared.pid == pid


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
