"""One request to a worker and its answer, with the calls back that come in between."""

import time
from collections.abc import Callable
from typing import Any

from nbcourse.grading.exceptions import describe_error
from nbcourse.grading.wire import Channel, WorkerLostError

Function = Callable[..., Any]


def converse(channel: Channel, kind: str, request: dict[str, Any], seconds: float) -> Any:
    """Send a request and return the value of its answer.

    A function among the request's values is called here when the student's code calls it; it
    can be called until the answer comes.

    Raises
    ------
    TimeoutError
        If there is no answer after ``seconds``, calls back included.
    WorkerLostError
        If the worker has gone or does not keep to the rules.
    """
    deadline = time.monotonic() + seconds
    functions: list[Function] = []

    def token(function: Function) -> int:
        functions.append(function)
        return len(functions) - 1

    channel.send(kind, request, deadline, token)
    while True:
        answer, value = channel.receive(deadline)
        if answer != "callback":
            return value
        _call_back(channel, functions, value, deadline)


def _call_back(channel: Channel, functions: list[Function], request: Any, deadline: float) -> None:
    match request:
        case {"token": int(token), "args": tuple(args)} if 0 <= token < len(functions):
            function = functions[token]
        case _:
            raise WorkerLostError("a call of a function that was not passed")
    try:
        channel.send("answer", function(*args), deadline)
    except (TimeoutError, WorkerLostError):
        raise
    except Exception as error:  # what the function, or passing its result, raises is the student's
        channel.send("refused", describe_error(error), deadline)
