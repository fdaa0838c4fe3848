"""A student's code, as the trusted side has it: cells to run, functions to call.

Behind it stands a worker process. When a cell or a call hangs or ends that process, it is
replaced, and the cells before are run again without the fatal one: what is lost is what the
fatal one would have given.
"""

import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any

from nbcourse.grading.calls import Answer, make_calls, read_answers
from nbcourse.grading.conversation import Request, converse, make_request
from nbcourse.grading.exceptions import CallUnansweredError
from nbcourse.grading.launcher import WorkerProcess, start_worker
from nbcourse.grading.limits import DEFAULT_LIMITS, Limits
from nbcourse.grading.outputs import Output, error_output, submission_room, trusted_outputs
from nbcourse.grading.sandbox.process import SandboxError
from nbcourse.grading.wire import WorkerLostError

__all__ = ["Limits", "Student"]

# So long calls that are asked for together may take before they are made one by one: a worker
# answers early when they are slow, so one of them hangs, or nearly.
TOGETHER = 2.0


class Student:
    """One submission's code in a process of its own; a context manager that ends the process.

    Parameters
    ----------
    limits
        What its cells and calls may take.
    start
        Starts a worker process: a sandbox's ``start``. Without it the code runs outside of any,
        as on the machine of the student who wrote it.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        start: Callable[[], WorkerProcess] = start_worker,
    ) -> None:
        self.limits = limits
        self.problems: list[str] = []
        self.printed = ""
        self._start = start
        self._worker: WorkerProcess | None = None
        self._cells: list[tuple[str, str]] = []
        self._spoiled: Counter[str] = Counter()
        self._end = float("inf")  # of the submission's time
        self._room = submission_room()

    @property
    def pid(self) -> int:
        """The process in which the code runs now; it is started if there is none."""
        return (self._worker or self._replace()).pid

    @property
    def out_of_time(self) -> bool:
        """Whether the time of the whole submission is over."""
        return time.monotonic() >= self._end

    def __enter__(self) -> "Student":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def run(self, label: str, source: str) -> list[Output]:
        """Run a cell and return its outputs.

        A cell that does not finish has one output, an error that says so, and a line in
        ``problems``; ``label`` is what it is called there.
        """
        try:
            outputs = self._ask(make_request("run", {"source": source}), self.limits.cell)
        except TimeoutError:
            if self.out_of_time:
                return [error_output("CellStopped", self._give_up())]
            problem = f"cell {label} ran longer than {self.limits.cell:g} s"
        except WorkerLostError:
            problem = f"cell {label} ended the process it ran in{self._stop()}"
        else:
            self._cells.append((label, source))
            return trusted_outputs(outputs, self._room)
        self._stop()
        self.problems.append(problem)
        return [error_output("CellStopped", f"{problem}; it is left out from here on")]

    def describe(self, name: str) -> dict[str, Any] | None:
        """Say what the student's ``name`` is; None when it is not defined."""
        for _ in range(2):
            try:
                request = make_request("describe", {"name": name})
                described = self._ask(request, self.limits.call)
            except (TimeoutError, WorkerLostError):
                self._stop()  # a thread left by a cell may have ended the process since
            else:
                return described if isinstance(described, dict) else None
        return None

    def call(self, name: str, args: tuple[Any, ...] | Request) -> tuple[Any, Any]:
        """Call the student's function; return its result, and the arguments if it changed them.

        What it prints is added to ``printed``. For arguments that many students get, ``args``
        may be ``make_calls(name, [args])``, made once.

        Raises
        ------
        CallUnansweredError
            If it does not return in time, ends its process, or has done so too often before.
        Exception
            What the function itself raised, as ``make_error`` makes it again.
        """
        if self._spoiled[name] >= self.limits.spoiled:
            raise CallUnansweredError(
                f"{name} is not called any more: {self._spoiled[name]} calls did not return"
            )
        request = args if isinstance(args, Request) else make_calls(name, [args])
        try:
            answer = self._ask(request, self.limits.call)
        except TimeoutError as error:
            if self.out_of_time:
                raise CallUnansweredError(self._give_up()) from error
            problem = f"{name} did not return within {self.limits.call:g} s"
            self._spoil(name, problem)
            raise CallUnansweredError(problem) from error
        except WorkerLostError as error:
            problem = f"{name} ended the process it ran in{self._stop()}"
            self._spoil(name, problem)
            raise CallUnansweredError(problem) from error
        return self.take(read_answers(answer, 1)[0])

    def call_together(self, name: str, request: Request, count: int) -> list[Answer]:
        """Make calls at once; return the answers to the first of them, which ``take`` takes.

        There are none when one of the calls hangs or ends the process. They are then as if they
        had not been made, to be made one by one.
        """
        if self._spoiled[name]:
            return []
        try:
            answer = self._ask(request, min(TOGETHER, self.limits.call))
            return read_answers(answer, count)
        except (TimeoutError, WorkerLostError):  # the first includes what cannot be read
            self._stop()
            return []

    def take(self, answer: Answer) -> tuple[Any, Any]:
        """Return what ``call`` returns, or raise what it raises, of a call that was made."""
        self.printed += answer.printed
        return answer.result(), answer.changed

    def _spoil(self, name: str, problem: str) -> None:
        self._stop()
        self._spoiled[name] += 1
        if problem not in self.problems:
            self.problems.append(problem)

    def _give_up(self) -> str:
        """End the process for good; return why, which is one of the problems from here on."""
        self._stop()
        problem = (
            f"the submission ran longer than {self.limits.submission:g} s in all; the rest of it "
            "is not run"
        )
        if problem not in self.problems:
            self.problems.append(problem)
        return problem

    def _ask(self, request: Request, seconds: float) -> Any:
        """Send a request to a worker that has run the cells so far; return its answer.

        After an error the worker may still answer: it must be stopped, so that the answer is not
        taken for that of the next request.
        """
        if self.out_of_time:
            raise TimeoutError
        worker = self._worker or self._replace()
        if self._end == float("inf") and request.kind == "run":
            self._end = time.monotonic() + self.limits.submission
        return converse(worker.channel, request, min(seconds, self._end - time.monotonic()))

    def _replace(self) -> WorkerProcess:
        """Start a worker and run the earlier cells in it; the fatal ones among them are dropped."""
        while True:
            worker = self._begin()
            for index, (label, source) in enumerate(self._cells):
                try:
                    self._ask(make_request("run", {"source": source}), self.limits.cell)
                except (TimeoutError, WorkerLostError):
                    self._stop()
                    if self.out_of_time:
                        raise TimeoutError from None
                    self.problems.append(f"cell {label} did not finish when it was run again")
                    del self._cells[index]
                    break
            else:
                return worker

    def _begin(self) -> WorkerProcess:
        """Start a worker that answers; one more if the first is ended from outside meanwhile."""
        for last in (False, True):
            worker = self._worker = self._start()
            try:
                hello = make_request("describe", {"name": ""})
                converse(worker.channel, hello, self.limits.startup)
            except (TimeoutError, WorkerLostError) as error:
                self._stop()
                if last:
                    raise SandboxError(
                        f"a process for the student's code did not start: {error}"
                    ) from error
            else:
                return worker
        raise AssertionError("the last round returns or raises")

    def _stop(self) -> str:
        """End the process; return why it had been ended before, as the end of a message."""
        if self._worker is None:
            return ""
        worker, self._worker = self._worker, None
        reason = worker.stop()
        return f": {reason}" if reason else ""
