"""The processes of this machine that grade, and handing out work to them.

Every one of them grades one submission at a time. One that waits for a student's code that
hangs would do nothing for half a minute: another one then takes its turn.
"""

import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from nbcourse.grading import task
from nbcourse.grading.sandbox import Needs

SLOW = 5.0
AT_MOST = 3
ENDING = 1.0


@dataclass(frozen=True)
class Work:
    """A submission to be graded.

    Parameters
    ----------
    key
        What it is known by where it is handed out.
    sheet
        The name of its sheet.
    data
        The submitted notebook's bytes.
    notes
        What was found wrong with it before.
    """

    key: Any
    sheet: str
    data: bytes
    notes: tuple[str, ...] = ()


class Pool(Protocol):
    """Something that grades: here, in other processes, or on other machines."""

    def run(
        self, bundles: Mapping[str, bytes], works: Iterable[Work]
    ) -> Iterator[tuple[Any, bytes]]:
        """Yield every work's key and result, in any order.

        Parameters
        ----------
        bundles
            The sheets' bundles, by name.
        works
            What is to be graded; taken as there is room for it.
        """

    def close(self) -> None:
        """Give back what grading has used."""


class InlinePool:
    """Grades in this process, one after the other."""

    def run(
        self, bundles: Mapping[str, bytes], works: Iterable[Work]
    ) -> Iterator[tuple[Any, bytes]]:
        """Yield every work's key and result."""
        for work in works:
            yield work.key, _graded(bundles[work.sheet], work.data, work.notes)

    def close(self) -> None:
        """Do nothing: workers are kept for the next run of this process."""


class LocalPool:
    """Grades in processes of this machine; ``close`` ends them.

    Parameters
    ----------
    jobs
        How many submissions are graded at the same time.
    choice, needs
        The sandbox that each of them prepares while the sheets are read here.
    """

    def __init__(self, jobs: int, choice: str, needs: Needs) -> None:
        self._jobs = jobs
        self._sandbox = choice, needs
        self._graders = [_Grader(choice, needs) for _ in range(jobs)]

    def run(
        self, bundles: Mapping[str, bytes], works: Iterable[Work]
    ) -> Iterator[tuple[Any, bytes]]:
        """Yield every work's key and result, in the order in which they are done."""
        todo = iter(works)
        waiting = next(todo, None)
        done: list[tuple[Any, bytes]] = []
        while done or waiting is not None or any(grader.work for grader in self._graders):
            while waiting is not None and (grader := self._free()):
                grader.give(waiting, bundles[waiting.sheet])
                waiting = next(todo, None)
            # Only now, so that nobody waits for what is done with a result.
            yield from done
            done = []
            for grader in self._ready(patience=SLOW if waiting is not None else None):
                result = self._take(grader, bundles)
                if result is not None:
                    done.append(result)

    def close(self) -> None:
        """End the processes, and those that they have started."""
        for grader in self._graders:
            grader.dismiss()
        end = time.monotonic() + ENDING
        for grader in self._graders:
            grader.join(end)
        self._graders = []

    def _free(self) -> "_Grader | None":
        """A grader with nothing to do; a new one if those that work are held up."""
        busy = sum(grader.is_busy for grader in self._graders)
        if busy >= self._jobs:
            return None
        free = next((grader for grader in self._graders if not grader.work), None)
        if free is None and len(self._graders) < AT_MOST * self._jobs:
            free = _Grader(*self._sandbox)
            self._graders.append(free)
        return free

    def _ready(self, patience: float | None) -> list["_Grader"]:
        working = {grader.connection: grader for grader in self._graders if grader.work}
        ready = wait(list(working), patience) if working else []  # nothing is never ready
        return [working[done] for done in ready if done in working]

    def _take(self, grader: "_Grader", bundles: Mapping[str, bytes]) -> tuple[Any, bytes] | None:
        """A grader's result; None when it was lost, and its work given to another one."""
        work = grader.work
        assert work is not None
        try:
            return work.key, grader.take()
        except (EOFError, OSError):
            # Ended from outside: by the system for want of memory, by a person. Once more, then.
            again = grader.attempts < 2
            grader.join(time.monotonic())
            place = self._graders.index(grader)
            fresh = self._graders[place] = _Grader(*self._sandbox)
            if again:
                fresh.give(work, bundles[work.sheet], attempts=2)
                return None
            reason = "the process that graded it was ended, twice"
            return work.key, task.refuse(bundles[work.sheet], reason, again=True)


class _Grader:
    """A process that grades, and what it works on."""

    def __init__(self, choice: str, needs: Needs) -> None:
        # A fresh interpreter: this one may have threads and open connections, which fork badly.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_grade_on, args=(theirs, choice, needs), daemon=True
        )
        self._process.start()
        theirs.close()
        self.work: Work | None = None
        self.attempts = 0
        self._since = 0.0
        self._has: set[str] = set()

    @property
    def is_busy(self) -> bool:
        """Whether it works, and has not been held up for long."""
        return self.work is not None and time.monotonic() - self._since < SLOW

    def give(self, work: Work, bundle: bytes, attempts: int = 1) -> None:
        """Hand out a work; a process that has ended is noticed when the result is taken."""
        self.work, self.attempts, self._since = work, attempts, time.monotonic()
        sent = None if work.sheet in self._has else bundle
        self._has.add(work.sheet)
        with contextlib.suppress(OSError):
            self.connection.send((work.sheet, sent, work.data, work.notes))

    def take(self) -> bytes:
        """Return the result that has come."""
        result: bytes = self.connection.recv_bytes()
        self.work = None
        return result

    def dismiss(self) -> None:
        """Tell the process that nothing more comes; one that is at work is ended."""
        if self.work is not None:
            self._process.terminate()
        self.connection.close()

    def join(self, end: float) -> None:
        """Wait until the process has ended, and make it end at ``end``."""
        self._process.join(max(0.0, end - time.monotonic()))
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.connection.close()


def _graded(bundle: bytes, data: bytes, notes: tuple[str, ...]) -> bytes:
    """Grade a submission; a slip of the grader's on one of them must not cost the others."""
    try:
        return task.grade(bundle, data, notes)
    except Exception as error:
        reason = f"grading it failed: {type(error).__name__}: {' '.join(str(error).split())}"
        return task.refuse(bundle, reason, again=True)


def _grade_on(connection: Connection, choice: str, needs: Needs) -> None:
    """What a grading process does: grade what comes until nothing more can come."""
    if sys.platform == "linux":
        from nbcourse.grading.inside import linux

        # Whatever ends the one that hands out work ends this one, and with it all workers.
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        parent = multiprocessing.parent_process()
        if parent is None or not parent.is_alive():
            return  # it ended before this one asked to be told
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that hands out work
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    task.warm(choice, needs)
    bundles: dict[str, bytes] = {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            sheet, bundle, data, notes = connection.recv()
            bundles |= {} if bundle is None else {sheet: bundle}
            connection.send_bytes(_graded(bundles[sheet], data, notes))
    task.close()
