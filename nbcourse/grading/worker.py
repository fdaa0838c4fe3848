"""The process in which one student's code runs: ``python -m nbcourse.grading.worker FD``.

It runs the cells that it is sent, in IPython, keeps going after an error, and answers calls of
the functions that they define. It knows nothing of tests, scores or other students, and it
ends when its connection does.
"""

import socket
import sys
from collections.abc import Callable
from typing import Any

from nbcourse.grading.capture import Recorder, Stream, make_shell
from nbcourse.grading.exceptions import describe_error, make_error
from nbcourse.grading.wire import Channel, Encoder, WorkerLostError

MAX_PRINTED = 10_000


class Worker:
    """A shell with a student's names in it, and the connection over which it is used.

    Parameters
    ----------
    connection
        A connected stream socket, the grader at its other end.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._channel = Channel(connection, lenient=True, function=self._callback)
        self._recorder = Recorder()
        self._shell = make_shell(self._recorder)
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
        into its inputs is seen to do so.
        """
        before = _written(args)
        self._recorder.start()
        try:
            result = self._shell.user_ns[name](*args)
            changed = None if _written(args) == before else args
            answer = {"result": result, "changed": changed, "printed": self._printed()}
            _written(answer)
        except WorkerLostError:
            raise
        # SystemExit and KeyboardInterrupt as well: a student's exit() ends the call alone.
        except BaseException as error:
            return "raised", {"error": describe_error(error), "printed": self._printed()}
        return "returned", answer

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

        return function


def _written(value: Any) -> tuple[Any, list[bytes]]:
    """Return a value as it would cross; equal exactly when every byte of it is.

    Raises
    ------
    WireError
        If it is too large or too deep to cross.
    """
    encoder = Encoder(token=id, lenient=True)
    return encoder.encode(value), encoder.buffers


def main() -> None:
    """Serve the socket whose file descriptor is the one argument."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    # Programs that a student's cell starts must not hold the connection open.
    connection.set_inheritable(False)
    Worker(connection).serve()


if __name__ == "__main__":
    main()
