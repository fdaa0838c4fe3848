"""Messages arrive whole, in time, or end the conversation; nothing that comes is trusted."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from nbcourse.grading.wire import Channel, WireError, WorkerLostError


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    """The grader's channel, and the bare socket at the other end of it."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    yield channel, theirs
    channel.close()
    theirs.close()


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def message(header: object, body: bytes = b"") -> bytes:
    data = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(data), len(body)) + data + body


def test_a_large_message_arrives(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    array = np.random.default_rng(0).standard_normal((1000, 1000))
    sender = threading.Thread(target=lambda: Channel(theirs).send("answer", {"a": array}))
    sender.start()
    kind, value = channel.receive(soon())
    sender.join()
    assert kind == "answer"
    assert np.array_equal(value["a"], array)


BAD = {
    "not JSON": message(b"{"),
    "not UTF-8": message(b'"\xff"'),
    "a list": message([1]),
    "no kind": message({"value": 1, "buffers": []}),
    "kind of no string": message({"kind": 1, "value": 1, "buffers": []}),
    "no buffers": message({"kind": "ran", "value": 1}),
    "negative buffer": message({"kind": "ran", "value": 1, "buffers": [-8, 8]}),
    "buffers past the body": message({"kind": "ran", "value": 1, "buffers": [8]}),
    "body past the buffers": message({"kind": "ran", "value": 1, "buffers": []}, b"\0" * 8),
    "malformed value": message({"kind": "ran", "value": {"eval": "1"}, "buffers": []}),
    "endless nesting": message(b'{"kind": "ran", "buffers": [], "value": ' + b"[" * 200_000),
    "endless number": message(b'{"kind": "ran", "buffers": [], "value": ' + b"1" * 100_000 + b"}"),
    "oversized header": struct.pack(">II", 2**32 - 1, 0),
    "oversized body": struct.pack(">II", 2, 2**32 - 1) + b"{}",
}


@pytest.mark.parametrize("name", BAD)
def test_a_malformed_message_ends_the_conversation(
    name: str, ends: tuple[Channel, socket.socket]
) -> None:
    channel, theirs = ends
    sender = threading.Thread(target=theirs.sendall, args=(BAD[name],))
    sender.start()
    with pytest.raises(WorkerLostError):
        channel.receive(soon())
    sender.join()


def test_a_closed_connection_is_lost(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall(b"\0\0")
    theirs.close()
    with pytest.raises(WorkerLostError):
        channel.receive(soon())
    with pytest.raises(WorkerLostError):
        channel.send("run", {"source": "1"}, soon())


@pytest.mark.parametrize("part", [b"", b"\0\0\0\5", message({"kind": "ran"})[:-1]])
def test_half_a_message_is_waited_for_until_the_deadline(
    part: bytes, ends: tuple[Channel, socket.socket]
) -> None:
    channel, theirs = ends
    theirs.sendall(part)
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        channel.receive(start + 0.2)
    assert 0.2 <= time.monotonic() - start < 10.0


def test_a_message_that_trickles_in_does_not_put_off_the_deadline(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, theirs = ends
    stop = threading.Event()

    def trickle() -> None:
        theirs.sendall(struct.pack(">II", 1_000_000, 0))
        while not stop.wait(0.01):
            theirs.sendall(b" ")

    sender = threading.Thread(target=trickle)
    sender.start()
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        channel.receive(start + 0.3)
    stop.set()
    sender.join()
    assert time.monotonic() - start < 10.0


def test_a_reader_that_does_not_read_does_not_hold_the_grader(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, _ = ends
    with pytest.raises(TimeoutError):
        channel.send("call", {"x": np.zeros(2_000_000)}, soon(0.2))


def test_a_value_that_is_too_large_is_refused_before_anything_is_sent(
    ends: tuple[Channel, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, theirs = ends
    monkeypatch.setattr("nbcourse.grading.wire.encoder.MAX_BODY", 100)
    with pytest.raises(WireError, match="can be passed"):
        channel.send("call", np.zeros(1000), soon())
    theirs.settimeout(0.1)
    with pytest.raises(TimeoutError):
        theirs.recv(1)
