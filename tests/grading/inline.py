"""A worker in a thread of the tests: what crosses the wire is real, the process is not."""

import io
import socket
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from nbcourse.grading.wire import Channel
from nbcourse.grading.worker import Worker


class _Printed(io.StringIO):
    """What a call prints, as ``Recorder`` keeps it."""

    def start(self) -> None:
        self.seek(0)
        self.truncate()

    def finish(self) -> list[dict[str, str]]:
        return [{"output_type": "stream", "name": "stdout", "text": self.getvalue()}]


class InlineWorker:
    """A worker whose functions are given to it; it stands for a ``WorkerProcess``."""

    pid = 0

    # Nothing is redirected: a call prints into ``printed``.

    def __init__(self, answer: Any = ..., **names: Callable[..., Any]) -> None:
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        self.requests: list[str] = []
        self._names: dict[str, Any] = {}
        self._theirs = theirs
        self.printed = _Printed()
        shell: Any = SimpleNamespace(user_ns=self._names, run_cell=self._run_cell)
        streams = sys.stdout, sys.stderr
        self._worker = Worker(theirs, self.printed, shell)  # type: ignore[arg-type]
        sys.stdout, sys.stderr = streams
        self._receive = self._worker._channel.receive
        self._worker._channel.receive = self._noted  # type: ignore[method-assign]
        for name, function in names.items():
            self.define(name, function)
        if answer is not ...:  # to every call, as a student's process can
            self._worker._call = lambda name, calls: ("called", answer)  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._worker.serve)
        self._thread.start()

    def define(self, name: str, function: Callable[..., Any]) -> None:
        """Give the student's code a function of this name."""

        def student(*args: Any) -> Any:
            with np.errstate(all="ignore"):  # here a warning would be an error
                return function(*args)

        self._names[name] = student

    def stop(self) -> str:
        """End the thread."""
        self.channel.close()
        self._thread.join()
        self._theirs.close()
        return ""

    def _noted(self, *args: Any) -> tuple[str, Any]:
        kind, value = self._receive(*args)
        self.requests += [kind] if kind in ("describe", "call", "run") else []
        return kind, value

    def _run_cell(self, source: str, store_history: bool) -> None:
        exec(source, self._names)
