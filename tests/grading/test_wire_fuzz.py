"""Whatever a student's process sends, the grader reads a value or loses the worker."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from nbcourse.grading.wire import Channel, WireError, WorkerLostError, encode
from nbcourse.grading.wire.channel import make_header
from nbcourse.grading.wire.decoder import Decoder
from nbcourse.grading.wire.values import MAX_DEPTH, MAX_NODES

TAGS = ["list", "tuple", "dict", "array", "scalar", "names", "complex", "foreign", "function"]
TAGS += ["lists", "tuples", "arrays", "float64", "pickle", "__class__"]
ATOMS: list[Any] = [None, True, 0, 1, -1, 2**31, 10**40, 0.5, float("nan"), float("inf")]
ATOMS += ["", "x", "float64", "int8", "object", "\ud800", "a\0b", [], [[]], {}]


def tree(rng: np.random.Generator, depth: int) -> Any:
    """A JSON tree of words of the protocol, most of them in the wrong place."""
    kind = int(rng.integers(6 if depth else 2))
    if kind <= 1:
        return ATOMS[int(rng.integers(len(ATOMS)))]
    count = int(rng.integers(4))
    if kind <= 3:
        return [tree(rng, depth - 1) for _ in range(count)]
    inside = tree(rng, depth - 1)
    if rng.integers(2):  # half of them with two things inside, as most tags have
        inside = [tree(rng, depth - 1), tree(rng, depth - 1)]
    return {TAGS[int(rng.integers(len(TAGS)))]: inside}


@pytest.mark.parametrize("seed", range(40))
def test_any_tree_is_a_value_or_refused(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(250):
        buffers = [bytes(int(rng.choice([0, 1, 8, 16]))) for _ in range(int(rng.integers(4)))]
        try:
            Decoder(buffers, lambda token: len).decode(tree(rng, 5))
        except (WireError, OverflowError, ValueError):
            continue


VALUES: list[Any] = [
    {"a": [1.0, 2.0], "b": (1, "two", None), ("x", 1): {"deep": [[1], [2, 3]]}},
    [np.arange(6.0).reshape(2, 3), np.float32(1), [np.ones(2), np.zeros((1, 2))]],
    {(1, 2): [0.5], (3, 4): [0.25, 1.0]},
    [np.array(["x", "dout"]), 1 + 2j, True, "né\0"],
    list(range(50)),
]


def message(value: Any) -> bytes:
    encoded = encode(value)
    header = make_header("returned", encoded).encode()
    body = b"".join(map(bytes, encoded.buffers))
    return struct.pack(">II", len(header), len(body)) + header + body


def received(data: bytes) -> Any:
    """What the grader makes of these bytes, after which the other side hangs up."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    try:
        theirs.sendall(data)
        theirs.close()
        return channel.receive(time.monotonic() + 5.0)
    finally:
        channel.close()
        theirs.close()


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_message_cut_short_anywhere_is_a_lost_worker(value: Any) -> None:
    whole = message(value)
    assert received(whole)[0] == "returned"
    for end in range(len(whole)):
        with pytest.raises(WorkerLostError):
            received(whole[:end])


@pytest.mark.parametrize("seed", range(20))
def test_flipped_bits_give_a_value_or_a_lost_worker(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(40):
        data = bytearray(message(VALUES[int(rng.integers(len(VALUES)))]))
        for _ in range(int(rng.integers(1, 5))):
            data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
        try:
            received(bytes(data))
        except WorkerLostError:
            continue


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_a_lost_worker(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(20):
        noise = rng.bytes(int(rng.integers(200)))
        for data in (noise, struct.pack(">II", len(noise), 0) + noise):
            with pytest.raises(WorkerLostError):
                received(data)


def rows(count: int) -> Iterator[tuple[str, Any, list[bytes]]]:
    """Trees with so many parts, each in another way."""
    yield "plain", {"list": [0] * count}, []
    yield "floats", {"list": "float64"}, [bytes(8 * count)]
    yield "empty rows", {"list": {"lists": [[0] * count, []]}}, []
    yield "one row", {"list": {"lists": [[count], "float64"]}}, [bytes(8 * count)]
    yield "arrays", {"list": {"arrays": ["int8", [[0]] * count]}}, [b""]
    yield "names", {"names": [[count], ["x"] * count]}, []
    yield "dict", {"dict": [list(range(count // 2)), [0] * (count // 2)]}, []


@pytest.mark.parametrize("way", range(7))
def test_parts_are_counted_however_they_are_written(way: int) -> None:
    _, value, buffers = list(rows(1000))[way]
    Decoder(buffers).decode(value)
    _, value, buffers = list(rows(MAX_NODES + 2))[way]
    with pytest.raises(WireError):
        Decoder(buffers).decode(value)


@pytest.mark.parametrize(
    "inner", [{"list": [1]}, {"list": "float64"}, {"dict": [["a"], [1]]}, {"list": []}]
)
def test_depth_is_bounded_however_it_is_written(inner: Any) -> None:
    buffers = [bytes(8)] * (inner == {"list": "float64"})
    nested = inner
    for _ in range(MAX_DEPTH - (inner != {"list": []})):
        nested = {"list": [nested]}
    Decoder(buffers).decode(nested)
    with pytest.raises(WireError):
        Decoder(buffers).decode({"list": [nested]})


def test_what_encoders_write_at_the_limit_can_be_read() -> None:
    for value in ([1.5] * (MAX_NODES - 1), {i: i for i in range(MAX_NODES // 2 - 1)}):
        encoded = encode(value)
        assert Decoder(encoded.buffers).decode(json.loads(encoded.text)) == value
    with pytest.raises(WireError):
        encode([1.5] * MAX_NODES)


def test_two_messages_that_come_at_once_are_two_messages() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    theirs.sendall(message([1]) + message([2.0]))
    assert channel.receive(time.monotonic() + 5.0) == ("returned", [1])
    assert channel.receive(time.monotonic() + 5.0) == ("returned", [2.0])
    channel.close()
    theirs.close()


def test_a_large_message_behind_a_small_one_arrives() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    array = np.random.default_rng(0).standard_normal(100_000)
    sender = threading.Thread(target=theirs.sendall, args=(message([1]) + message([array, 3]),))
    sender.start()
    assert channel.receive(time.monotonic() + 5.0) == ("returned", [1])
    _, (arrived, three) = channel.receive(time.monotonic() + 5.0)
    sender.join()
    assert np.array_equal(arrived, array)
    assert three == 3
    arrived += 1.0
    channel.close()
    theirs.close()
