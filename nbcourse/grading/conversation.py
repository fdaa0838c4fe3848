"""One request to a worker and its answer, with the calls back that come in between."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbcourse.grading.exceptions import describe_error
from nbcourse.grading.wire import Channel, Encoded, WorkerLostError, encode

Function = Callable[..., Any]
# So much may always be passed to a function that is called back.
LEAST_ARGUMENTS = 2**16


@dataclass(frozen=True)
class Request:
    """A request as it crosses, which can be made of many workers.

    Parameters
    ----------
    kind, value
        What is asked, and the values that go with it.
    functions
        The functions among the values; a student's code calls them by their position here.
    """

    kind: str
    value: Encoded
    functions: Sequence[Function]


def make_request(kind: str, value: dict[str, Any]) -> Request:
    """Return a request that carries these values.

    Raises
    ------
    WireError
        If one of them may not cross.
    """
    functions: list[Function] = []

    def token(function: Function) -> int:
        functions.append(function)
        return len(functions) - 1

    return Request(kind, encode(value, token), functions)


def converse(channel: Channel, request: Request, seconds: float) -> Any:
    """Send a request and return the value of its answer.

    A function among the request's values is called here when the student's code calls it; it
    can be called until the answer comes.

    Raises
    ------
    TimeoutError
        If there is no answer after ``seconds``, calls back included. The answer may still come:
        the channel is of no use any more.
    WorkerLostError
        If the worker has gone or does not keep to the rules.
    """
    deadline = time.monotonic() + seconds
    channel.send(request.kind, request.value, deadline)
    while True:
        answer, value = channel.receive(deadline)
        if answer != "callback":
            return value
        _call_back(channel, request, value, deadline)


def _call_back(channel: Channel, asked: Request, request: Any, deadline: float) -> None:
    functions = asked.functions
    match request:
        case {"token": int(token), "args": tuple(args)} if 0 <= token < len(functions):
            function = functions[token]
            # It runs here, and takes as much memory and time as its arguments have entries.
            if _bytes(args) > max(LEAST_ARGUMENTS, 4 * _bytes_sent(asked)):
                raise WorkerLostError("a call back with far more than was passed")
        case _:
            raise WorkerLostError("a call of a function that was not passed")
    try:
        channel.send("answer", function(*args), deadline)
    except (TimeoutError, WorkerLostError):
        raise
    except Exception as error:  # what the function, or passing its result, raises is the student's
        channel.send("refused", describe_error(error), deadline)


def _bytes_sent(request: Request) -> int:
    """The bytes of the arrays in a request."""
    return sum(memoryview(buffer).nbytes for buffer in request.value.buffers)


def _bytes(value: Any) -> int:
    """The bytes that the arrays in a value have as float64: what is computed with them has more."""
    if isinstance(value, np.ndarray):
        return 8 * value.size
    if isinstance(value, tuple | list):
        return sum(8 + _bytes(part) for part in value)
    return sum(map(_bytes, value.values())) if isinstance(value, dict) else 8
