"""A worker as the grader has it, and the zygote that workers come from."""

import contextlib
import json
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nbcourse.grading.wire import Channel

STARTUP = 120.0
ENDING = 3.0


class SandboxError(Exception):
    """A process for students' code could not be started; the message says why."""


class WorkerProcess:
    """A running worker: its channel, and how it is ended.

    Parameters
    ----------
    channel
        The trusted end of the conversation with it.
    pid
        Its number where it was started.
    end
        Ends it and all that it has started; returns what it had taken too much of, if it had.
    """

    def __init__(self, channel: Channel, pid: int, end: Callable[[], str]) -> None:
        self.channel = channel
        self.pid = pid
        self._end = end

    def stop(self) -> str:
        """End the worker and all that it has started.

        Returns
        -------
        str
            Why it had been ended before, as in "it took more than 2048 MiB of memory"; empty if
            it had not been.
        """
        self.channel.close()
        return self._end()


@dataclass(frozen=True)
class Command:
    """How a zygote is started; its control socket's number and its limits are added to it.

    Parameters
    ----------
    words
        The command line.
    environment
        All of its environment.
    folder
        Where it is started; None for where the grader runs.
    """

    words: Sequence[str]
    environment: dict[str, str]
    folder: str | None = None


class ZygoteSandbox:
    """Workers forked from one zygote; a context manager that ends it.

    Parameters
    ----------
    command
        How the zygote is started.
    confinement
        What a worker may take, as ``isolation.Confinement`` has it.
    """

    def __init__(self, command: Command, confinement: dict[str, Any]) -> None:
        self._command = command
        self._confinement = json.dumps(confinement)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> "ZygoteSandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> WorkerProcess:
        """Fork a worker, which then waits for cells to run and functions to call.

        Raises
        ------
        SandboxError
            If it does not start.
        """
        try:
            return self._fork()
        except (OSError, ValueError):
            # The system may have ended the zygote, when memory was short for one.
            self._stop()
            try:
                return self._fork()
            except (OSError, ValueError) as error:
                raise SandboxError(f"the process that workers come from ended: {error}") from error

    def warm(self) -> None:
        """Start the zygote without waiting for it: its imports take their time."""
        if self._process is None:
            self._launch()

    def close(self) -> None:
        """End the zygote and everything that it has forked."""
        self._stop()

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDING / 2)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if process.stderr is not None:
            process.stderr.close()

    @property
    def _asked(self) -> socket.socket:
        """The socket over which the zygote is asked.

        Raises
        ------
        ConnectionError
            If there is no zygote.
        """
        if self._control is None:
            raise ConnectionError("it is not there")
        return self._control

    def _fork(self) -> WorkerProcess:
        self.warm()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                try:
                    socket.send_fds(self._asked, [b'{"fork": true}'], [theirs.fileno()])
                except BrokenPipeError:
                    raise ConnectionError(self._last_words()) from None
                answer = self._answer()
                if "ready" in answer:  # the zygote's first line, when it had just been started
                    answer = self._answer()
            except BaseException:
                ours.close()
                raise
        if "error" in answer:
            ours.close()
            raise SandboxError(f"a process for the student's code did not start: {answer['error']}")
        pid = int(answer["pid"])
        return WorkerProcess(Channel(ours), pid, lambda: self._end(pid))

    def _end(self, pid: int) -> str:
        try:
            self._asked.sendall(json.dumps({"end": pid}).encode())
            return str(self._answer()["reason"])
        except (OSError, ValueError, KeyError):
            # The zygote has gone, and with it everything that it had forked.
            self._stop()
            return ""

    def _launch(self) -> None:
        self._control, theirs = socket.socketpair()
        self._control.settimeout(STARTUP)
        with theirs:
            words = [*self._command.words, str(theirs.fileno()), self._confinement]
            self._process = subprocess.Popen(
                words,
                cwd=self._command.folder,
                env=self._command.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def _answer(self) -> dict[str, Any]:
        """The zygote's next line.

        Raises
        ------
        ConnectionError
            If there is none; the message is what it said last.
        """
        line = b""
        while not line.endswith(b"\n"):
            try:
                part = self._asked.recv(1)
            except ConnectionResetError:
                part = b""
            if not part:
                raise ConnectionError(self._last_words())
            line += part
        answer = json.loads(line)
        if not isinstance(answer, dict):
            raise ValueError(f"not an answer: {line[:80]!r}")
        return answer

    def _last_words(self) -> str:
        process = self._process
        if process is None or process.stderr is None:
            return "it is not there"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDING)
        if process.poll() is None:
            return "it closed its connection"
        lines = process.stderr.read(20_000).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with exit code {process.returncode}"


def zygote_words(program: str, *folders: str) -> list[str]:
    """Return the command that runs the zygote with these folders to import from."""
    start = (
        f"import sys; sys.path[:0] = {list(folders)!r}; import site; site.sethelper(); "
        "from nbcourse.grading.inside.zygote import main; main()"
    )
    # Nothing but what is named: no site-packages, no variables, no files compiled in passing.
    return [program, "-I", "-S", "-B", "-c", start]


ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # BLAS threads are kept to one: submissions are what runs in parallel.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # Memory that a large array leaves is kept for the next one: to get it from the system anew,
    # page by page, takes longer than what is computed with it.
    "MALLOC_MMAP_THRESHOLD_": str(2**26),
    "MALLOC_TRIM_THRESHOLD_": str(2**27),
    "PATH": "/usr/bin:/bin",
    "PYTHONHASHSEED": "0",
}
