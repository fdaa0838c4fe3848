"""Running a check cell on the trusted side, the student's functions at the end of a wire."""

import ast
import builtins
from collections import deque
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from nbcourse.errors import CourseError
from nbcourse.exercise import Score
from nbcourse.exercise.cases import CalledElsewhere, Case
from nbcourse.grading.calls import Answer, make_calls
from nbcourse.grading.conversation import Request
from nbcourse.grading.outputs import Output, result_output, text_output
from nbcourse.grading.student import Student
from nbcourse.grading.wire.values import MAX_NAME, foreign
from nbcourse.specs import check

MAX_PRINTED = 2_000


# The requests for calls with the arguments of some cases, by the first of these; they go when it
# does.
_requests: WeakKeyDictionary[Case, dict[tuple[str, int], Request]] = WeakKeyDictionary()


def _request(name: str, cases: Sequence[Case]) -> Request:
    """The request to call ``name`` with these cases' arguments, the same for every student."""
    made = _requests.setdefault(cases[0], {})
    if (name, len(cases)) not in made:
        made[name, len(cases)] = make_calls(name, [case.args for case in cases])
    return made[name, len(cases)]


class RemoteFunction(CalledElsewhere):
    """A student's function: called here, it runs in the student's process.

    Parameters
    ----------
    student
        Whose function it is.
    name
        Its name there.
    module
        Where it says it was defined; the checks refuse what comes from ``nbcourse``.
    """

    def __init__(self, student: Student, name: str, module: str) -> None:
        self.__name__ = name
        self.__module__ = module
        self._student = student
        self._together: list[Case] = []
        self._answers: deque[tuple[Case, Answer]] = deque()

    def announce(self, cases: Sequence[Case]) -> None:
        """Expect these cases: the small ones are then asked for together, which is quicker."""
        self._together = [case for case in cases if not case.large]
        self._answers.clear()

    def attempt(self, case: Case) -> tuple[Any, Any]:
        """Call the student's function with a case's arguments, which stay as they are here."""
        if not self._answers and case in self._together:
            cases = self._together[self._together.index(case) :]
            request = _request(self.__name__, cases)
            answers = self._student.call_together(self.__name__, request, len(cases))
            self._answers.extend(zip(cases, answers, strict=False))
            if not answers:
                self._together = []
        if self._answers and self._answers[0][0] is case:
            return self._student.take(self._answers.popleft()[1])
        return self._student.call(self.__name__, _request(self.__name__, [case]))

    def __call__(self, *args: Any) -> Any:
        """Call the student's function; change the arguments as it changed them."""
        result, changed = self._student.call(self.__name__, args)
        if isinstance(changed, tuple):
            write_back(args, changed)
        return result


def write_back(old: Any, new: Any) -> None:
    """Make ``old`` what ``new`` is, in place, as the student's function did with its copy.

    Examples
    --------
    >>> x, grads = np.zeros(2), {"w1": 1.0}
    >>> write_back((x, grads), (np.ones(2), {}))
    >>> x, grads
    (array([1., 1.]), {})
    """
    match old, new:
        case np.ndarray(), np.ndarray() if old.size == new.size:
            if old.shape != new.shape:
                old.resize(new.shape, refcheck=False)
            old[...] = new
        case list(), list():
            old[:] = new
        case dict(), dict():
            old.clear()
            old.update(new)
        case tuple(), tuple():
            for each, changed in zip(old, new, strict=False):
                write_back(each, changed)


def run_check(source: str, student: Student) -> tuple[list[Output], Score]:
    """Run a check cell; return its outputs, which nbgrader reads the score from, and the score.

    Of the expressions in it only the last one's value counts, so only that one is evaluated.

    Parameters
    ----------
    source
        The cell as the course's source has it, hidden part included; never the submitted one.
    student
        Whose functions it checks.

    Raises
    ------
    CourseError
        If a function was imported from ``nbcourse``, or the cell does not end with a score.
    """
    tree = ast.parse(source)
    *before, last = tree.body
    if not isinstance(last, ast.Expr):
        raise CourseError(f"a check cell ends with its score, such as check(...); got: {source}")
    statements = [node for node in before if not isinstance(node, ast.Expr)]
    functions = {name: remote_function(student, name) for name in _names(tree)}
    scope: dict[str, Any] = functions | {"check": check}
    student.printed = ""
    exec(compile(ast.Module(statements, []), "<check>", "exec"), scope)
    value = eval(compile(ast.Expression(last.value), "<check>", "eval"), scope)
    result = result_output(repr(value), score_html(value))
    printed = student.printed
    if len(printed) > MAX_PRINTED:
        printed = f"{printed[:MAX_PRINTED]}\n[Output cut here.]\n"
    return ([text_output(printed), result] if printed else [result]), value


def score_html(score: Any) -> str:
    """Return the learner's view of a score.

    Raises
    ------
    CourseError
        If a check cell ended with something that is not a score.
    """
    if not isinstance(score, Score):
        raise CourseError(f"a check cell ends with a score, got {type(score).__name__}")
    return score._repr_html_()


def _names(tree: ast.Module) -> set[str]:
    """The names that a check cell expects the student to have defined."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    set_here = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    return {node.id for node in nodes} - set_here - {"check"} - set(dir(builtins))


def remote_function(student: Student, name: str) -> Any:
    """The student's ``name`` as a check takes it: a function, another thing, or None."""
    if student.out_of_time:  # a function that says so at its first call
        return RemoteFunction(student, name, "")
    match student.describe(name):
        case {"callable": True, "module": str(module)}:
            return RemoteFunction(student, name, module)
        case {"callable": True}:
            return RemoteFunction(student, name, "")
        case {"type": str(kind)}:
            return foreign(kind[:MAX_NAME].replace("\0", "?"))
    return None
