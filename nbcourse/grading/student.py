"""A student's code, as the trusted side has it: cells to run, functions to call.

Behind it stands a worker process. When a cell or a call hangs or ends that process, it is
replaced, and the cells before are run again without the fatal one: what is lost is what the
fatal one would have given.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from nbcourse.grading.conversation import converse
from nbcourse.grading.exceptions import CallUnansweredError, make_error
from nbcourse.grading.launcher import WorkerProcess, start_worker
from nbcourse.grading.outputs import Output, error_output, trusted_outputs
from nbcourse.grading.wire import WorkerLostError


@dataclass(frozen=True)
class Limits:
    """How long a student's code may take, in seconds, and how often it may end its process.

    Parameters
    ----------
    cell, call
        The time of one cell, and of one call of a function.
    spoiled
        After so many calls that hung or ended the process a function is not called again.
    startup
        The time in which a new process must answer; more than enough on a busy machine.
    """

    cell: float = 30.0
    call: float = 10.0
    spoiled: int = 2
    startup: float = 120.0


class Student:
    """One submission's code in a process of its own; a context manager that ends the process.

    Parameters
    ----------
    limits
        What its cells and calls may take.
    start
        Starts a worker process.
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        start: Callable[[], WorkerProcess] = start_worker,
    ) -> None:
        self.limits = limits
        self.problems: list[str] = []
        self.printed = ""
        self._start = start
        self._worker: WorkerProcess | None = None
        self._cells: list[tuple[str, str]] = []
        self._spoiled: Counter[str] = Counter()

    @property
    def pid(self) -> int:
        """The process in which the code runs now; it is started if there is none."""
        return (self._worker or self._replace()).pid

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
            outputs = self._ask("run", {"source": source}, self.limits.cell)
        except TimeoutError:
            problem = f"cell {label} ran longer than {self.limits.cell:g} s"
        except WorkerLostError:
            problem = f"cell {label} ended the process it ran in"
        else:
            self._cells.append((label, source))
            return trusted_outputs(outputs)
        self._stop()
        self.problems.append(problem)
        return [error_output("CellStopped", f"{problem}; it is left out from here on")]

    def describe(self, name: str) -> dict[str, Any] | None:
        """Say what the student's ``name`` is; None when it is not defined."""
        for _ in range(2):
            try:
                described = self._ask("describe", {"name": name}, self.limits.call)
            except (TimeoutError, WorkerLostError):
                self._stop()  # a thread left by a cell may have ended the process since
            else:
                return described if isinstance(described, dict) else None
        return None

    def call(self, name: str, args: tuple[Any, ...]) -> tuple[Any, Any]:
        """Call the student's function; return its result, and the arguments if it changed them.

        What it prints is added to ``printed``.

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
        try:
            answer = self._ask("call", {"name": name, "args": args}, self.limits.call)
        except TimeoutError as error:
            problem = f"{name} did not return within {self.limits.call:g} s"
            self._spoil(name, problem)
            raise CallUnansweredError(problem) from error
        except WorkerLostError as error:
            problem = f"{name} ended the process it ran in"
            self._spoil(name, problem)
            raise CallUnansweredError(problem) from error
        match answer:
            case {"result": result, "changed": changed, "printed": str(printed)}:
                self.printed += printed
                return result, changed
            case {"error": error, "printed": str(printed)}:
                self.printed += printed
                raise make_error(error)
        raise CallUnansweredError(f"what {name} returned could not be read")

    def _spoil(self, name: str, problem: str) -> None:
        self._stop()
        self._spoiled[name] += 1
        if problem not in self.problems:
            self.problems.append(problem)

    def _ask(self, kind: str, request: dict[str, Any], seconds: float) -> Any:
        """Send a request to a worker that has run the cells so far; return its answer."""
        worker = self._worker or self._replace()
        return converse(worker.channel, kind, request, seconds)

    def _replace(self) -> WorkerProcess:
        """Start a worker and run the earlier cells in it; the fatal ones among them are dropped."""
        while True:
            worker = self._worker = self._start()
            try:
                converse(worker.channel, "describe", {"name": ""}, self.limits.startup)
            except (TimeoutError, WorkerLostError) as error:
                self._stop()
                raise RuntimeError(
                    f"a process for the student's code did not start: {error}"
                ) from error
            for index, (label, source) in enumerate(self._cells):
                try:
                    converse(worker.channel, "run", {"source": source}, self.limits.cell)
                except (TimeoutError, WorkerLostError):
                    self._stop()
                    self.problems.append(f"cell {label} did not finish when it was run again")
                    del self._cells[index]
                    break
            else:
                return worker

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
