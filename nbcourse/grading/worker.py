"""The process in which one student's code runs.

It runs the cells that it is sent, in IPython, keeps going after an error, and answers calls of
the functions that they define. It knows nothing of tests, scores or other students, and it
ends when its connection does.
"""

import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.grading.capture import Recorder, Shell, Stream, make_shell
from nbcourse.grading.exceptions import MAX_NAME, describe_error, make_error
from nbcourse.grading.inside.fonts import list_fonts
from nbcourse.grading.wire import Channel, Encoded, WireError, WorkerLostError, encode, enlist
from nbcourse.grading.wire.channel import make_header

MAX_PRINTED = 10_000
# Calls that were asked for together are answered together while they take no longer than this,
# and their results fit into one message together.
MAX_SECONDS = 0.1
MAX_BYTES = 2**24


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
        process = os.getpid()
        while True:
            try:
                kind, request = self._channel.receive()
                answer = answers[kind](**request)
                if os.getpid() != process:
                    os._exit(0)  # a student's fork that came back from the cell must not answer
                self._channel.send(*answer)
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
            "type": type(value).__name__[:MAX_NAME],
            "callable": callable(value),
            "module": module if isinstance(module, str) else None,
        }

    def _call(self, name: str, calls: list[tuple[Any, ...]]) -> tuple[str, Any]:
        """Call the student's function with each of these arguments in turn.

        The answer is a list of two: what the calls gave, and the arguments that they changed. It
        comes early when the calls take long or return much: then not all of them have been made.
        """
        came = self._channel.received
        answers: list[Encoded] = []
        start, size = time.monotonic(), 0
        while (
            len(answers) < len(calls)
            and time.monotonic() - start < MAX_SECONDS
            and size < MAX_BYTES
        ):
            answer = self._answer(name, calls[len(answers)])
            size += len(answer.text) + sum(map(len, answer.buffers))
            # A later call may write into what an earlier one returned.
            answers.append(answer.kept() if len(calls) > 1 else answer)
        changed = self._changed(name, calls, came)
        try:
            written = encode(changed, lenient=True, depth=1)
        except (WireError, RecursionError):  # they have become too large or too deep to go back
            written = encode([()] * len(calls), depth=1)
        return "called", enlist([enlist(answers), written])

    def _answer(self, name: str, args: tuple[Any, ...]) -> Encoded:
        """What one call gives: its result or the exception it raised, and what it printed."""
        printed = None
        self._recorder.start()
        try:
            result = self._shell.user_ns[name](*args)
            printed = self._printed()
            return encode({"result": result, "printed": printed}, lenient=True, depth=2)
        except WorkerLostError:
            raise
        # SystemExit and KeyboardInterrupt as well: a student's exit() ends the call alone.
        except BaseException as error:
            text = self._printed() if printed is None else printed
            return encode({"error": describe_error(error), "printed": text}, depth=2)

    def _changed(
        self, name: str, calls: list[tuple[Any, ...]], came: tuple[str, memoryview]
    ) -> list[Any] | None:
        """The arguments that calls have changed, so that writing into its inputs is seen.

        Nearly always there are none: written again, all are to the last byte what had come.
        """
        if _is_same(_written({"name": name, "calls": calls}), *came):
            return None
        _, request = self._channel.parse(*came)
        pairs = zip(request["calls"], calls, strict=True)
        return [None if _equal(_written(old), _written(new)) else new for old, new in pairs]

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


def _written(value: Any) -> Encoded | None:
    """Return a value as it would cross; None if a student has made it too large or too deep."""
    try:
        # A function is known by the token that it came with; a student's own has none.
        return encode(value, lambda function: getattr(function, "token", -1), lenient=True)
    except (WireError, RecursionError):
        return None


def _equal(old: Encoded | None, new: Encoded | None) -> bool:
    """Say whether two values that were written are the same to the last byte."""
    if old is None or new is None or old.text != new.text:
        return False
    return list(map(bytes, old.buffers)) == list(map(bytes, new.buffers))


def _is_same(value: Encoded | None, header: str, body: memoryview) -> bool:
    """Say whether a value is, to the last byte, what had come with a request to call."""
    if value is None or make_header("call", value) != header:
        return False
    start = 0
    for buffer in value.buffers:
        there = body[start : start + len(buffer)]
        # NumPy compares large buffers many times faster than they compare themselves.
        kind = np.uint64 if len(buffer) % 8 == 0 else np.uint8
        if not np.array_equal(np.frombuffer(there, kind), np.frombuffer(buffer, kind)):
            return False
        start += len(buffer)
    return True


# Run once before all students: what it makes IPython and matplotlib import and work out need not
# be done for each of them.
_TRIAL = (
    "import numpy as np\nfrom nbcourse import check\nfrom nbcourse.data import load_digits\n"
    "images, labels = load_digits()\nrng = np.random.default_rng(0)\n"
    "x = rng.normal(size=(2, 3)) @ rng.uniform(size=(3, 2))\nprint(x.sum(), labels[:3])\nx",
    'def f(x):\n    """Square.\n\n    x: a number.\n    """\n    return x**2\n\n\nf(3.0)',
    "import matplotlib.pyplot as plt",
    "_, axes = plt.subplots()\naxes.plot([0, 1], label='$x$')\naxes.legend()",
    "def fail(x):\n    raise NotImplementedError('not yet')",
    "fail([1.0, 2.0])",
    "1 / 0",
    "undefined",
    "%matplotlib inline",
    "print({'a': 1.0})\n[1.0, 'a']",
)


def prepare_shell() -> tuple[Recorder, Shell]:
    """Make a shell, and have imported and tried what most submissions use."""
    list_fonts()
    recorder = Recorder()
    shell = make_shell(recorder)
    stdout, sys.stdout = sys.stdout, Stream(recorder, "stdout")
    for source in _TRIAL:
        shell.run_cell(source)  # type: ignore[no-untyped-call]
    sys.stdout = stdout
    shell.run_line_magic("reset", "-f")
    import matplotlib.pyplot as plt

    plt.close("all")
    shell.execution_count = 1
    recorder.start()
    return recorder, shell
