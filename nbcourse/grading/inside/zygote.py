"""The process that every student's process is forked from.

It imports NumPy, IPython and matplotlib, makes the shell, draws a figure, and then waits. Asked
for a worker, it forks one, which locks itself in (``isolation``) and serves one submission.
It has no threads and runs no student's code; it ends what it has forked when it is told to, when
that takes more memory or processes than it may, and when whoever asks is gone.

Requests and answers are lines of JSON over a socket; with a request for a worker comes the
worker's end of its connection.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import warnings
from typing import Any

from nbcourse.grading.inside import isolation, linux, watch
from nbcourse.grading.inside.isolation import Confinement
from nbcourse.grading.worker import Worker, prepare_shell

WATCH_INTERVAL = 0.04
MAX_REQUEST = 4096


class Zygote:
    """The process's state: its connection and the worker that runs now.

    Parameters
    ----------
    control
        The socket over which it is asked.
    confinement
        What a worker may take.
    """

    def __init__(self, control: socket.socket, confinement: Confinement) -> None:
        self._control = control
        self._confinement = confinement
        gc.disable()  # it would look through what is imported, again and again, and find nothing
        self._recorder, self._shell = prepare_shell()
        self._running: set[int] = set()
        self._reasons: dict[int, str] = {}  # of those ended here, for what they took
        gc.collect()
        # The collector would write into every object it looks at, and so copy it after a fork.
        gc.freeze()
        gc.enable()
        # Code that makes many arrays is slowed by collections that find nothing.
        gc.set_threshold(20_000, 20, 50)
        self._inherited = watch.resident() if confinement.namespaces else 0

    def serve(self) -> None:
        """Answer until the other side goes."""
        while True:
            timeout = WATCH_INTERVAL if self._running else None
            ready, _, _ = select.select([self._control], [], [], timeout)
            self._reap()
            if not ready:
                self._watch()
                continue
            data, connections, _, _ = socket.recv_fds(self._control, MAX_REQUEST, 1)
            if not data:
                break
            request = json.loads(data)
            answer = self._fork(connections[0]) if "fork" in request else self._end(request["end"])
            self._control.sendall(json.dumps(answer).encode() + b"\n")
        for pid in list(self._running):
            self._kill(pid)

    def _fork(self, connection: int) -> dict[str, Any]:
        """Fork a worker; its parent ends at once, so that it is this process's to wait for."""
        reading, writing = os.pipe()
        middle = os.fork()
        if middle == 0:
            self._be_born(connection, writing)
        os.close(writing)
        os.close(connection)
        os.waitpid(middle, 0)
        with os.fdopen(reading, "rb") as pipe:  # ends when the worker is locked in
            answer: dict[str, Any] = {}
            for line in pipe:
                answer |= json.loads(line)
        if "error" in answer:
            return {"error": answer["error"]}
        self._running.add(answer["pid"])
        return {"pid": answer["pid"]}

    def _be_born(self, connection: int, writing: int) -> None:
        """In the process between: leave the namespaces, fork the worker, say its number, end."""
        try:
            if self._confinement.namespaces:
                isolation.leave()
            pid = os.fork()
            if pid:
                os.write(writing, json.dumps({"pid": pid}).encode() + b"\n")
            else:
                connection, writing = isolation.lock(self._confinement, connection, writing)
                os.close(writing)
                Worker(socket.socket(fileno=connection), self._recorder, self._shell).serve()
        except BaseException as error:
            # Whoever reads this runs on; this process must not, with what it has inherited.
            os.write(writing, json.dumps({"error": str(error)[:500]}).encode() + b"\n")
        finally:
            os._exit(0)

    def _end(self, pid: int) -> dict[str, Any]:
        """End a worker and all that it has started; answer if it had taken too much."""
        self._kill(pid)
        return {"reason": self._reasons.pop(pid, "")}

    def _kill(self, pid: int) -> None:
        if pid in self._running:
            _signal(pid, self._confinement.namespaces)
            os.waitpid(pid, 0)
            self._running.discard(pid)
        if not self._confinement.namespaces:
            _end_orphans(self._running)

    def _reap(self) -> None:
        """Take note of what has ended."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._running.discard(pid)

    def _watch(self) -> None:
        """End the worker that takes too much; there is one at a time."""
        if not self._running or not self._confinement.namespaces:
            return
        count, size = watch.usage(self._inherited)
        if size > self._confinement.memory:
            reason = f"it took more than {self._confinement.memory >> 20} MiB of memory"
        elif count > isolation.MAX_PROCESSES:
            reason = f"it started more than {isolation.MAX_PROCESSES} processes"
        else:
            return
        for pid in list(self._running):
            self._reasons[pid] = reason
            self._kill(pid)


def _signal(pid: int, namespaces: bool) -> None:
    end = os.kill if namespaces else os.killpg
    with contextlib.suppress(ProcessLookupError):
        # The first process of a PID namespace takes all others in it along.
        end(pid, signal.SIGKILL)


def _end_orphans(workers: set[int]) -> None:
    """Without namespaces: end what has left its worker's group; Linux gives it to this process."""
    path = f"/proc/self/task/{os.getpid()}/children"
    for _ in range(isolation.MAX_PROCESSES):
        try:
            with open(path) as file:
                orphans = {int(pid) for pid in file.read().split()} - workers
        except OSError:
            return
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if not orphans:
            return


def main() -> None:
    """Serve the socket whose file descriptor is in the first argument, limits in the second."""
    warnings.simplefilter("ignore")
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    confinement = Confinement(**json.loads(sys.argv[2]))
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    zygote = Zygote(control, confinement)
    control.sendall(b'{"ready": true}\n')
    zygote.serve()


if __name__ == "__main__":
    main()
