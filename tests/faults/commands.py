"""Running the command so that it can be stopped, broken and looked at from outside."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 240.0
# What is left ends by itself within a second; a busy machine is given more. Nothing that runs on
# for good ends within it.
LEFT_FOR = 20.0


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code, what it printed, and what it left running."""

    code: int
    output: str
    left: tuple[str, ...]

    @property
    def graded(self) -> int:
        """How many submissions it says it has graded."""
        line = next(line for line in self.output.splitlines() if "unchanged since" in line)
        return int(line.split()[0])


class Commands:
    """A server that forks commands; a context manager that ends it."""

    def __init__(self, root: Path) -> None:
        self._control, theirs = socket.socketpair()
        environment = os.environ | {"PYTHONPATH": str(root)}
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.server", str(theirs.fileno())],
                cwd=root,
                env=environment,
                pass_fds=[theirs.fileno()],
            )
        self._answers = self._control.makefile("r")
        self._lent: set[psutil.Process] | None = None

    def __enter__(self) -> "Commands":
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._control.close()
        self._server.wait(PATIENCE)

    def start(
        self,
        folder: Path,
        *arguments: str,
        fault: Sequence[Any] = ("nothing",),
        environment: Mapping[str, str] = {},
        output: Path | None = None,
        lent: bool = False,
    ) -> "Running":
        """Start ``nbcourse autograde demo`` in a course folder, with a fault of ``patches``.

        ``lent`` lends it the server's sandbox.
        """
        output = output or folder.parent / f"output-{time.monotonic_ns()}.txt"
        request = {
            "folder": str(folder),
            "arguments": ["autograde", "demo", *arguments],
            "fault": fault,
            "environment": dict(environment),
            "output": str(output),
            "lent": lent,
        }
        return Running(self, int(self.ask(request)), folder, output)

    def run(self, folder: Path, *arguments: str, **how: Any) -> Ended:
        """Run it to its end."""
        return self.start(folder, *(arguments or ("--jobs", "1")), **how).end()

    def go_on(self, folder: Path, *arguments: str, **how: Any) -> Ended:
        """Run it to its end, in a sandbox that is there for runs whose processes stay alone."""
        if self._lent is None:
            self.ask({"warm": True})
            self._lent = set(psutil.Process(self._server.pid).children(recursive=True))
        return self.run(folder, *arguments, lent=True, **how)

    def ask(self, request: dict[str, Any]) -> Any:
        """Ask the server."""
        self._control.sendall(json.dumps(request).encode() + b"\n")
        return json.loads(self._answers.readline())

    def processes(self) -> list[psutil.Process]:
        """Whatever the commands have started and left; the sandbox that is lent stays."""
        found = psutil.Process(self._server.pid).children(recursive=True)
        return [each for each in found if each.is_running() and each not in (self._lent or ())]


@dataclass(frozen=True)
class Running:
    """A command that runs."""

    commands: Commands
    pid: int
    folder: Path
    output: Path

    def signal(self, number: int) -> "Running":
        os.kill(self.pid, number)
        return self

    def wait_for(self, what: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Return the first true value of a function that is asked again and again."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended while it was looked at
                found = what()
                if found:
                    return found
            time.sleep(0.02)
        raise AssertionError(f"not within {patience:g} s: {self.output.read_text()}")

    def child(self, *words: str) -> psutil.Process:
        """Wait for a descendant whose command line holds these words; return it."""
        found: psutil.Process = self.wait_for(lambda: next(iter(self.children(*words)), None))
        return found

    def children(self, *words: str) -> list[psutil.Process]:
        """The descendants whose command lines hold these words."""
        try:
            found = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        return [each for each in found if all(word in _line(each) for word in words)]

    def status(self) -> int | None:
        """The exit code, None while it runs; a signal's number, negative."""
        code = self.commands.ask({"status": self.pid})
        return None if code is None else int(code)

    def end(self, alone: bool = True) -> Ended:
        """Wait for its end, and then for what it has left to end, if no other one runs."""
        code = self.wait_for(lambda: None if self.status() is None else [self.status()])[0]
        end = time.monotonic() + LEFT_FOR
        while alone and self.commands.processes() and time.monotonic() < end:
            time.sleep(0.05)
        left = tuple(map(_line, self.commands.processes())) if alone else ()
        output = self.output.read_text()
        assert "Traceback" not in output, output
        return Ended(code, output, left)


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()) or process.name()
    except psutil.NoSuchProcess:
        return ""


KILL, TERM, INTERRUPT = signal.SIGKILL, signal.SIGTERM, signal.SIGINT
