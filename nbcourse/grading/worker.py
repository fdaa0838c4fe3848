"""The process in which one student's code runs.

It runs the cells that it is sent, in IPython, keeps going after an error, and answers calls of
the functions that they define. It knows nothing of tests, scores or other students, and it
ends when its connection does.
"""

import socket
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.grading.capture import Recorder, Shell, Stream, make_shell
from nbcourse.grading.exceptions import describe_error, make_error
from nbcourse.grading.wire import Channel, Encoded, WorkerLostError, encode
from nbcourse.grading.wire.channel import make_header

MAX_PRINTED = 10_000


class Worker:
    """A shell with a student's names in it, and the connection over which it is used.

    Parameters
    ----------
    connection
        A connected stream socket, the grader at its other end.
    recorder, shell
        What ``prepare_shell`` made.
    """

    def __init__(self, connection: socket.socket, recorder: Recorder, shell: Shell) -> None:
        self._channel = Channel(connection, lenient=True, function=self._callback)
        self._recorder = recorder
        self._shell = shell
        sys.stdout = Stream(self._recorder, "stdout")
        sys.stderr = Stream(self._recorder, "stderr")

    def serve(self) -> None:
        """Answer requests until the grader goes."""
        answers: dict[str, Callable[..., tuple[str, Any]]]
        answers = {"run": self._run, "describe": self._describe, "call": self._call}
        while True:
            try:
                kind, request = self._channel.receive()
                self._channel.send(*answers[kind](**request))
            except WorkerLostError:
                return

    def _run(self, source: str) -> tuple[str, Any]:
        """Run one cell; answer with its outputs."""
        self._recorder.start()
        self._shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        return "ran", self._recorder.finish()

    def _describe(self, name: str) -> tuple[str, Any]:
        """Say what the student's ``name`` is, without running anything of it."""
        if name not in self._shell.user_ns:
            return "described", None
        value = self._shell.user_ns[name]
        module = getattr(value, "__module__", None)
        return "described", {
            "type": type(value).__name__,
            "callable": callable(value),
            "module": module if isinstance(module, str) else None,
        }

    def _call(self, name: str, args: tuple[Any, ...]) -> tuple[str, Any]:
        """Call the student's function; answer with its result or the exception it raised.

        The arguments go back when the call has changed them, so that a function that writes
        into its inputs is seen to do so: written again, they are then not what had come.
        """
        came = self._channel.received
        printed = None
        self._recorder.start()
        try:
            result = self._shell.user_ns[name](*args)
            printed = self._printed()
            now = encode({"name": name, "args": args}, _token, lenient=True)
            changed = None if _is_same(now, *came) else args
            answer = {"result": result, "changed": changed, "printed": printed}
            return "returned", encode(answer, lenient=True)
        except WorkerLostError:
            raise
        # SystemExit and KeyboardInterrupt as well: a student's exit() ends the call alone.
        except BaseException as error:
            text = self._printed() if printed is None else printed
            return "raised", {"error": describe_error(error), "printed": text}

    def _printed(self) -> str:
        """Return what the call has printed, its beginning if that is long."""
        outputs = self._recorder.finish()
        return "".join(output.get("text", "") for output in outputs)[:MAX_PRINTED]

    def _callback(self, token: int) -> Callable[..., Any]:
        """Return a function that is really called in the grader."""

        def function(*args: Any) -> Any:
            self._channel.send("callback", {"token": token, "args": args})
            kind, answer = self._channel.receive()
            if kind == "answer":
                return answer
            raise make_error(answer)

        function.token = token  # type: ignore[attr-defined]
        return function


def _token(function: Callable[..., Any]) -> Any:
    """The token that a function came with; a student's own has none."""
    return getattr(function, "token", -1)


def _is_same(value: Encoded, header: str, body: memoryview) -> bool:
    """Say whether a value is, to the last byte, what had come with a request to call."""
    if make_header("call", value) != header:
        return False
    start = 0
    for buffer in value.buffers:
        there = body[start : start + len(buffer)]
        # NumPy compares large buffers many times faster than they compare themselves.
        if not np.array_equal(np.frombuffer(there, np.uint8), np.frombuffer(buffer, np.uint8)):
            return False
        start += len(buffer)
    return True


def prepare_shell() -> tuple[Recorder, Shell]:
    """Make a shell, and have imported and tried what most sheets use: figures above all."""
    recorder = Recorder()
    shell = make_shell(recorder)
    import matplotlib.pyplot as plt

    _, axes = plt.subplots()
    axes.plot([0, 1], label="$x$")
    axes.legend()
    shell.run_cell("pass")  # type: ignore[no-untyped-call]
    plt.close("all")
    recorder.start()
    shell.reset()
    shell.execution_count = 1
    return recorder, shell
