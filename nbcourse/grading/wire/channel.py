"""Messages over a socket: a length, a JSON header, then raw buffers.

A message is a kind (a word) and one value. Both sides give every message a deadline; a
message that is late, oversized or malformed ends the conversation.
"""

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from nbcourse.grading.wire.decoder import Decoder
from nbcourse.grading.wire.encoder import Encoder
from nbcourse.grading.wire.values import WireError

MAX_HEADER = 32 * 2**20
MAX_BODY = 256 * 2**20
_LENGTHS = struct.Struct(">II")


class WorkerLostError(Exception):
    """The other side has gone, or sent something that is not a message."""


class Channel:
    """One end of the conversation between the grader and a worker.

    Parameters
    ----------
    connection
        A connected stream socket.
    lenient
        Write what may not cross as the name of its type: the student's side does.
    function
        Makes a callable of a function's token: the student's side does.
    """

    def __init__(
        self,
        connection: socket.socket,
        lenient: bool = False,
        function: Callable[[int], Callable[..., Any]] | None = None,
    ) -> None:
        self._socket = connection
        self._lenient = lenient
        self._function = function

    def send(
        self,
        kind: str,
        value: Any,
        deadline: float = float("inf"),
        token: Callable[[Callable[..., Any]], int] | None = None,
    ) -> None:
        """Send one message.

        Parameters
        ----------
        kind, value
            What the message is, and what it carries.
        deadline
            The time, on ``time.monotonic``'s clock, by which it must have been taken.
        token
            Gives the token of a function within ``value``.

        Raises
        ------
        WireError
            If the value may not cross or is too large; nothing has been sent then.
        TimeoutError
            If the other side did not take it in time.
        WorkerLostError
            If the other side has gone.
        """
        encoder = Encoder(token, self._lenient)
        tree = encoder.encode(value)
        sizes = [len(buffer) for buffer in encoder.buffers]
        header = json.dumps({"kind": kind, "value": tree, "buffers": sizes}).encode()
        if len(header) > MAX_HEADER or sum(sizes) > MAX_BODY:
            raise WireError(
                f"the value has {len(header) + sum(sizes)} bytes; "
                f"{MAX_BODY} of arrays and {MAX_HEADER} of everything else can be passed"
            )
        self._wait(deadline)
        try:
            lengths = _LENGTHS.pack(len(header), sum(sizes))
            self._socket.sendall(b"".join([lengths, header, *encoder.buffers]))
        except TimeoutError:
            raise
        except OSError as error:
            raise WorkerLostError(str(error)) from error

    def receive(self, deadline: float = float("inf")) -> tuple[str, Any]:
        """Return the next message's kind and value.

        Raises
        ------
        TimeoutError
            If the whole message has not come by the deadline.
        WorkerLostError
            If the other side has gone or what it sent is malformed.
        """
        header_size, body_size = _LENGTHS.unpack(self._read(_LENGTHS.size, deadline))
        if header_size > MAX_HEADER or body_size > MAX_BODY:
            raise WorkerLostError(f"a message of {header_size} + {body_size} bytes is too large")
        header = self._read(header_size, deadline)
        body = memoryview(self._read(body_size, deadline))
        try:
            return _parse(header, body, self._function)
        except (ValueError, RecursionError, OverflowError) as error:
            raise WorkerLostError(f"a malformed message: {error}") from error

    def close(self) -> None:
        """Close this end; the other end then meets a ``WorkerLostError``."""
        self._socket.close()

    def _read(self, size: int, deadline: float) -> bytearray:
        data = bytearray()
        while len(data) < size:
            self._wait(deadline)
            try:
                # What has not come is not allocated: the announced size may be a lie.
                part = self._socket.recv(min(size - len(data), 2**20))
            except TimeoutError:
                raise
            except OSError as error:
                raise WorkerLostError(str(error)) from error
            if not part:
                raise WorkerLostError("the other side has closed the connection")
            data += part
        return data

    def _wait(self, deadline: float) -> None:
        """Let the next operation on the socket take no longer than the deadline allows."""
        if deadline == float("inf"):
            self._socket.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


def _parse(
    header: bytearray, body: memoryview, function: Callable[[int], Callable[..., Any]] | None
) -> tuple[str, Any]:
    message = json.loads(header)
    match message:
        case {"kind": str(kind), "value": tree, "buffers": list(sizes)} if all(
            type(size) is int and size >= 0 for size in sizes
        ):
            pass
        case _:
            raise WireError("the header has no kind, value and buffers")
    if sum(sizes) != len(body):
        raise WireError(f"buffers of {sum(sizes)} bytes in a body of {len(body)}")
    buffers, start = [], 0
    for size in sizes:
        buffers.append(body[start : start + size])
        start += size
    return kind, Decoder(buffers, function).decode(tree)
