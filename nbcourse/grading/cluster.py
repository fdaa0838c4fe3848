"""Grading on other machines: handing submissions to the workers of a Dask scheduler.

What travels is bytes: a sheet once a run, a submission once a task, the result back. A worker
that is lost costs nothing but time: Dask gives what it had to another one.
"""

import asyncio
import contextlib
import json
import logging
import queue
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from typing import Any

from nbcourse.errors import CourseError
from nbcourse.grading import task
from nbcourse.grading.cluster_worker import difference, grade, introduce, leave, prepare, versions
from nbcourse.grading.pool import Work
from nbcourse.grading.sandbox import Needs

# Seconds: for the scheduler to answer, without any worker, between two looks at the workers.
CONNECTING = 10.0
PATIENCE = 60.0
LOOKING = 5.0
ENDING = 3.0
# So many for every worker's thread: one that is graded, one that is there when it is done.
AT_ONCE = 2
_KEPT = "What was graded is kept; the same command goes on from there"


class ClusterPool:
    """Grades on the workers of a Dask scheduler; ``close`` leaves them.

    Parameters
    ----------
    address
        The scheduler's, such as ``tcp://10.0.0.1:8786``.
    choice, needs
        The sandbox that each worker prepares while the sheets are read here.

    Raises
    ------
    CourseError
        If Dask is not installed, the scheduler cannot be reached or has no workers.
    """

    def __init__(self, address: str, choice: str, needs: Needs) -> None:
        self._dask = _import_dask()
        # Lost workers and connections are expected here; what matters of them is said below.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        try:
            # A client that fails to connect, for want of certificates for one, does not close.
            asyncio.run(self._greet())
            self._client = self._dask.Client(address, timeout=CONNECTING, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise CourseError(
                f"the scheduler {address} cannot be reached: {error}. Start one with 'dask "
                "scheduler', and give the address that it prints",
                exit_code=2,
            ) from error
        self._seen = time.monotonic()
        self._looked = 0.0
        self._room = AT_ONCE
        try:
            with self._errors():
                self._client.wait_for_workers(1, timeout=PATIENCE)
                # Not waited for; what is wrong with a worker is said when sheets are handed out.
                self._client.run(prepare, choice, needs, wait=False, on_error="ignore")
        except BaseException:
            self._client.close()
            raise

    def run(
        self, bundles: Mapping[str, bytes], works: Iterable[Work]
    ) -> Iterator[tuple[Any, bytes]]:
        """Yield every work's key and result, in the order in which they are done.

        Raises
        ------
        CourseError
            If the workers are gone, or one has another version of the library or no sandbox.
        """
        self._require_equal(bundles)
        run = uuid.uuid4().hex
        with self._errors():
            sheets = {
                # A task and not scattered data: when every worker that has it is lost, Dask
                # makes it again from what the scheduler has.
                name: self._client.submit(bytes, bundle, key=f"nbcourse-sheet-{name}-{run}")
                for name, bundle in bundles.items()
            }
        expected = json.dumps(versions())
        todo = enumerate(works)
        flying: dict[Any, Work] = {}
        done: queue.SimpleQueue[tuple[Any, Any]] = queue.SimpleQueue()
        try:
            while True:
                self._look()
                while len(flying) < self._room and (found := next(todo, None)):
                    number, work = found
                    with self._errors():
                        future = self._client.submit(
                            grade,
                            sheets[work.sheet],
                            work.data,
                            work.notes,
                            expected,
                            key=(f"nbcourse-grade-{run}", number),
                            retries=1,
                        )
                    flying[future] = work
                    self._client.loop.add_callback(_bring, future, done)
                if not flying:
                    return
                with contextlib.suppress(queue.Empty):
                    future, outcome = done.get(timeout=LOOKING)
                    work = flying.pop(future)
                    failed = future.status == "error"
                    future.release()
                    yield work.key, self._result(outcome, failed, bundles[work.sheet])
        finally:
            with contextlib.suppress(Exception):  # such as: the scheduler has gone
                self._client.cancel([*flying, *sheets.values()])

    def close(self) -> None:
        """Leave the workers, without the processes that they have started to grade."""
        with contextlib.suppress(Exception):
            self._client.run(leave, on_error="ignore", callback_timeout=ENDING)
        self._client.close()

    async def _greet(self) -> None:
        """Connect to the scheduler, and no more."""
        arguments = self._dask.Security().get_connection_args("client")
        comm = await self._dask.comm.connect(self._address, timeout=CONNECTING, **arguments)
        await comm.close()

    def _result(self, outcome: bytes | BaseException, failed: bool, bundle: bytes) -> bytes:
        """The result that a task ended with; that of what could not be graded if it failed."""
        if isinstance(outcome, bytes):
            return outcome
        if not failed:  # it was lost on the way
            raise self._lost(getattr(outcome, "reason", "") or str(outcome)) from outcome
        if isinstance(outcome, CourseError):
            raise CourseError(str(outcome), exit_code=2) from outcome
        if isinstance(outcome, self._dask.KilledWorker):
            times = outcome.allowed_failures + 1
            reason = f"the process that graded it was ended (attempts: {times})"
        else:
            reason = f"grading it failed with {type(outcome).__name__}: {outcome}"
        return task.refuse(bundle, reason, again=True)

    def _look(self) -> None:
        """See, now and then, which workers there are."""
        now = time.monotonic()
        if now - self._looked < LOOKING:
            return
        with self._errors():
            threads = sum(self._client.nthreads().values())
        # Something always waits: a cluster that adapts to its work starts no worker for nothing.
        self._room = AT_ONCE * max(1, threads)
        self._looked = now
        if threads:
            self._seen = now
        elif now - self._seen > PATIENCE:
            raise self._lost(f"it has had no worker for {PATIENCE:g} s")

    def _require_equal(self, bundles: Mapping[str, bytes]) -> None:
        """Refuse workers whose results would not be those of this machine."""
        choices = sorted({task.Bundle.from_bytes(bundle).sandbox for bundle in bundles.values()})
        with self._errors():
            found = self._client.run(introduce, choices, on_error="return")
        problems = []
        for worker, answer in sorted(found.items()):
            if isinstance(answer, OSError):
                continue  # it has just been lost; Dask sees to that
            if isinstance(answer, BaseException):
                problem = f"does not have nbcourse, or it fails there: {answer}"
            else:
                theirs, problem = answer
                problem = difference(versions(), theirs) or problem
            if problem:
                problems.append(f"worker {worker} {problem}")
        if problems:
            raise CourseError("\n".join([*problems, "nothing was graded"]), exit_code=2)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, CancelledError) as error:
            raise self._lost(str(error)) from error

    def _lost(self, why: str) -> CourseError:
        return CourseError(
            f"the scheduler {self._address} or its workers cannot be used: {why}. Look whether "
            f"they run ('dask worker {self._address}' starts one). {_KEPT}",
            exit_code=2,
        )


async def _bring(future: Any, done: "queue.SimpleQueue[tuple[Any, Any]]") -> None:
    """Put aside what became of a task, in the client's own thread: many at the same time."""
    try:
        outcome = await future.result()
    except (Exception, CancelledError) as error:
        outcome = error
    done.put((future, outcome))


def _import_dask() -> Any:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise CourseError(
            'grading on a scheduler needs Dask: pip install "nbcourse[cluster]"', exit_code=2
        ) from error
    # A notebook may be large, and there is no better way to send it.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    return distributed
