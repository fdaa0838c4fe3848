"""Messages over a socket: a length, a JSON header, then raw buffers.

A message is a kind (a word) and one value. Both sides give every message a deadline; a
message that is late, oversized or malformed ends the conversation.
"""

import json
import select
import socket
import struct
import time
from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from nbcourse.grading.wire.decoder import Decoder
from nbcourse.grading.wire.encoder import MAX_BODY, MAX_HEADER, Buffer, Encoded, encode
from nbcourse.grading.wire.values import WireError

_LENGTHS = struct.Struct(">II")
# Smaller messages go out, and mostly come in, by one system call.
_SMALL = 2**16
_FOREVER = float("inf")


class WorkerLostError(Exception):
    """The other side has gone, or sent something that is not a message."""


class Channel:
    """One end of the conversation between the grader and a worker.

    Parameters
    ----------
    connection
        A connected stream socket; from here on it does not block.
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
        connection.setblocking(False)
        self._socket = connection
        self._lenient = lenient
        self._function = function
        self._scratch = memoryview(bytearray(_SMALL))
        self._ahead = b""
        #: The header of the message that came last, and its body.
        self.received: tuple[str, memoryview] = ("", memoryview(b""))
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(connection, select.POLLIN)
        self._writable.register(connection, select.POLLOUT)

    def send(
        self,
        kind: str,
        value: Any,
        deadline: float = _FOREVER,
        token: Callable[[Callable[..., Any]], int] | None = None,
    ) -> None:
        """Send one message.

        Parameters
        ----------
        kind, value
            What the message is, and what it carries; the value may be ``Encoded`` already.
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
        if not isinstance(value, Encoded):
            value = encode(value, token, self._lenient)
        header = make_header(kind, value).encode("ascii")
        sizes = list(map(len, value.buffers))
        parts: list[Buffer] = [_LENGTHS.pack(len(header), sum(sizes)), header]
        if sum(sizes) <= _SMALL:
            self._write(b"".join([*parts, *value.buffers]), deadline)
            return
        for part in (b"".join(parts), *value.buffers):
            self._write(part, deadline)

    def receive(self, deadline: float = _FOREVER) -> tuple[str, Any]:
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
        data = self._read(header_size, deadline)
        body = memoryview(self._read(body_size, deadline))
        try:
            # Strictly ASCII, as JSON is written here: strings are then what their escapes say.
            header = str(data, "ascii")
            self.received = header, body
            return self.parse(header, body)
        except (ValueError, RecursionError, OverflowError) as error:
            raise WorkerLostError(f"a malformed message: {error}") from error

    def close(self) -> None:
        """Close this end; the other end then meets a ``WorkerLostError``."""
        self._socket.close()

    def parse(self, header: str, body: memoryview) -> tuple[str, Any]:
        """Return the kind and value of a message from its two parts.

        Raises
        ------
        ValueError, RecursionError, OverflowError
            If it is malformed.
        """
        match json.loads(header):
            case {"kind": str(kind), "value": tree, "buffers": list(sizes)} if {int}.issuperset(
                map(type, sizes)
            ) and min(sizes, default=0) >= 0:
                pass
            case _:
                raise WireError("the header has no kind, value and buffers")
        if sum(sizes) != len(body):
            raise WireError(f"buffers of {sum(sizes)} bytes in a body of {len(body)}")
        buffers, start = [], 0
        for size in sizes:
            buffers.append(body[start : start + size])
            start += size
        # What the grader reads it does not change; a student may do with an array what he likes.
        return kind, Decoder(buffers, self._function, copy=self._lenient).decode(tree)

    def _write(self, data: Buffer, deadline: float) -> None:
        left = memoryview(data)
        self._check(deadline)
        while left:
            try:
                left = left[self._socket.send(left) :]
            except BlockingIOError:
                self._wait(self._writable, deadline)
            except OSError as error:
                raise WorkerLostError(str(error)) from error

    def _read(self, size: int, deadline: float) -> Buffer:
        """Return the next bytes, so many; those that came with them are kept for later."""
        if size > _SMALL:
            return self._read_large(size, deadline)
        while len(self._ahead) < size:
            count = self._receive(self._scratch, deadline)
            self._ahead += self._scratch[:count]
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def _read_large(self, size: int, deadline: float) -> memoryview:
        # The announced size may be a lie: memory that is not written to is not taken.
        data = np.empty(size, np.uint8).data.cast("B")
        came = min(size, len(self._ahead))
        data[:came] = self._ahead[:came]
        self._ahead = self._ahead[came:]
        while came < size:
            came += self._receive(data[came:], deadline)
        return data

    def _receive(self, into: memoryview, deadline: float) -> int:
        """Wait for the other side; return how many bytes came, which are not none."""
        while True:
            self._wait(self._readable, deadline)
            try:
                count = self._socket.recv_into(into)
            except BlockingIOError:
                continue
            except OSError as error:
                raise WorkerLostError(str(error)) from error
            if not count:
                raise WorkerLostError("the other side has closed the connection")
            return count

    def _wait(self, poll: select.poll, deadline: float) -> None:
        self._check(deadline)
        left = None if deadline == _FOREVER else ceil(1000 * (deadline - time.monotonic()))
        if not poll.poll(left):
            raise TimeoutError

    def _check(self, deadline: float) -> None:
        if time.monotonic() >= deadline:
            raise TimeoutError


def make_header(kind: str, value: Encoded) -> str:
    """Return the header of a message, exactly as it is sent."""
    sizes = list(map(len, value.buffers))
    return f'{{"kind": "{kind}", "value": {value.text}, "buffers": {sizes}}}'
