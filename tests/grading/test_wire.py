"""What crosses between grader and worker arrives as it was; everything else is refused."""

import math
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest

from nbcourse.grading.wire import Decoder, Encoder, WireError
from nbcourse.grading.wire.values import DTYPES, MAX_DEPTH

Point = namedtuple("Point", "x y")


def sent(value: Any, lenient: bool = False) -> Any:
    encoder = Encoder(lenient=lenient)
    tree = encoder.encode(value)
    return Decoder(encoder.buffers).decode(tree)


def equal(a: Any, b: Any) -> bool:
    """Equal in value and in every type."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(map(equal, a.items(), b.items()))
    return bool(a == b) or (a != a and b != b)


PLAIN = [
    None,
    True,
    0,
    -(10**30),
    0.1,
    math.inf,
    math.nan,
    5e-324,
    "",
    "né ☃ \0",
    1 + 2j,
    (),
    [],
    {},
    (1, [2.0, "three", None], {"four": (5,)}),
    {"w1": np.ones((2, 3)), ("a", "b"): [0.5], 3: None},
    np.float64(0.1),
    np.int32(7),
    np.bool_(True),
    np.zeros((0, 3)),
    np.array(2.5),
    np.array(["x", "dout"]),
]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_a_value_arrives_as_it_was(value: Any) -> None:
    assert equal(sent(value), value)


@pytest.mark.parametrize("dtype", sorted(DTYPES))
def test_every_allowed_array_arrives_bit_by_bit(dtype: str) -> None:
    rng = np.random.default_rng(0)
    array = rng.integers(0, 100, (3, 4, 2)).astype(dtype)
    assert equal(sent(array), array)


def random_value(rng: np.random.Generator, depth: int) -> Any:
    kinds = 7 if depth else 4
    match int(rng.integers(kinds)):
        case 0:
            return float(rng.standard_normal()) * 10.0 ** int(rng.integers(-300, 300))
        case 1:
            return int(rng.integers(-(2**62), 2**62))
        case 2:
            return "".join(chr(c) for c in rng.integers(32, 0xD7FF, int(rng.integers(5))))
        case 3:
            shape = tuple(int(n) for n in rng.integers(0, 4, int(rng.integers(4))))
            return rng.standard_normal(shape).astype(rng.choice(["float64", "float32", "int64"]))
        case 4:
            return tuple(random_value(rng, depth - 1) for _ in range(int(rng.integers(4))))
        case 5:
            return [random_value(rng, depth - 1) for _ in range(int(rng.integers(4)))]
    keys = ["a", 1, ("n", 2), "é"][: int(rng.integers(5))]
    return {key: random_value(rng, depth - 1) for key in keys}


@pytest.mark.parametrize("seed", range(100))
def test_any_nesting_of_values_arrives_as_it_was(seed: int) -> None:
    value = random_value(np.random.default_rng(seed), 4)
    assert equal(sent(value), value)


def test_an_array_arrives_writable_whatever_its_layout() -> None:
    for array in (np.arange(6.0).reshape(2, 3).T, np.arange(12.0)[::3], np.ones(2, ">f8")):
        arrived = sent(array)
        assert np.array_equal(arrived, array)
        arrived += 1.0


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (Point(1, 2.0), (1, 2.0)),
        (OrderedDict(a=1), {"a": 1}),
        (np.ma.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (np.str_("dx"), "dx"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
    ],
    ids=["namedtuple", "OrderedDict", "masked array", "str_", "surrogate"],
)
def test_a_kind_of_a_plain_value_arrives_as_the_plain_value(value: Any, arrives: Any) -> None:
    assert equal(sent(value), arrives)


class Thing:
    def __repr__(self) -> str:
        return "Thing()"


@pytest.mark.parametrize(
    "value",
    [{1, 2}, Thing(), len, range(3), b"bytes", np.array([None]), {Thing: 1}, np.zeros(1, "M8[s]")],
    ids=repr,
)
def test_what_does_not_cross_arrives_by_name_from_students_and_is_refused_from_the_grader(
    value: Any,
) -> None:
    arrived = sent([value], lenient=True)[0]
    name = (
        "array" if isinstance(value, np.ndarray) and value.dtype.hasobject else type(value).__name__
    )
    assert type(arrived).__name__.split(" ")[0] == name
    with pytest.raises(WireError, match="cannot be passed"):
        Encoder().encode(value)


def test_a_value_that_is_too_deep_or_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    for lenient in (False, True):
        with pytest.raises(WireError, match=f"nested more than {MAX_DEPTH} deep"):
            Encoder(lenient=lenient).encode(loop)


def test_a_generator_arrives_as_it_was_at_its_start_and_never_from_students() -> None:
    generator = np.random.default_rng(12345)
    generator.normal(size=3)
    encoder = Encoder()
    tree = encoder.encode(generator)
    arrived = Decoder([], function=lambda token: len).decode(tree)
    assert arrived.normal() == np.random.default_rng(12345).normal()
    assert Encoder(lenient=True).encode(arrived) == tree
    assert type(Decoder([]).decode(tree)).__name__ == "Generator"
    with pytest.raises(WireError, match="Generator cannot be passed"):
        Encoder().encode(np.random.Generator(np.random.MT19937(1)))


EIGHT = b"\0" * 8

MALFORMED: dict[str, tuple[Any, list[bytes]]] = {
    "no tag": ({}, []),
    "generator of no seed": ({"generator": 3}, []),
    "unknown tag": ({"pickle": "gASVAA=="}, []),
    "two tags": ({"list": [], "tuple": []}, []),
    "bare list": ([1, 2], []),
    "list of no list": ({"list": 3}, []),
    "dict of no pairs": ({"dict": [1]}, []),
    "dict of triples": ({"dict": [[1, 2, 3]]}, []),
    "unhashable key": ({"dict": [[{"list": []}, 1]]}, []),
    "unhashable part of a key": ({"dict": [[{"tuple": [{"list": []}]}, 1]]}, []),
    "object array": ({"array": ["object", [1]]}, [EIGHT]),
    "unknown dtype": ({"array": ["float1024", [1]]}, [EIGHT]),
    "record dtype": ({"array": ["f8,f8", [1]]}, [EIGHT]),
    "too few bytes": ({"array": ["float64", [2]]}, [EIGHT]),
    "too many bytes": ({"array": ["float64", []]}, [EIGHT * 2]),
    "no buffer": ({"array": ["float64", [1]]}, []),
    "negative length": ({"array": ["float64", [-1]]}, [EIGHT]),
    "two negative lengths": ({"array": ["float64", [-1, -1]]}, [EIGHT]),
    "boolean length": ({"array": ["float64", [True]]}, [EIGHT]),
    "length that is no integer": ({"array": ["float64", [1.0]]}, [EIGHT]),
    "enormous empty array": ({"array": ["float64", [0, 10**30]]}, [b""]),
    "hundred dimensions": ({"array": ["float64", [1] * 100]}, [EIGHT]),
    "buffer left over": (None, [EIGHT]),
    "one buffer used twice": (
        {"list": [{"array": ["float64", [1]]}, {"array": ["float64", [1]]}]},
        [EIGHT],
    ),
    "scalar with a shape": ({"scalar": ["float64", [1]]}, [EIGHT]),
    "names of no strings": ({"names": [[1], [3]]}, []),
    "names that do not fit": ({"names": [[3], ["x"]]}, []),
    "complex of strings": ({"complex": ["1", "2"]}, []),
    "function where none is expected": ({"function": 0}, []),
    "foreign of no name": ({"foreign": 3}, []),
    "too deep": ({"list": [{"list": [None]}]}, []),
}
for _ in range(MAX_DEPTH):
    MALFORMED["too deep"] = ({"list": [MALFORMED["too deep"][0]]}, [])


@pytest.mark.parametrize("name", MALFORMED)
def test_what_the_encoder_would_not_write_is_refused(name: str) -> None:
    tree, buffers = MALFORMED[name]
    with pytest.raises(WireError):
        Decoder(buffers).decode(tree)


def test_a_foreign_type_can_have_any_name() -> None:
    for name in ("", "set", "a\0b", "\ud800", "x" * 10_000, "__class__"):
        value = Decoder([]).decode({"foreign": name})
        assert len(type(value).__name__) <= 100


def test_a_function_crosses_as_a_token() -> None:
    functions = []
    encoder = Encoder(token=lambda function: functions.append(function) or 7)
    tree = encoder.encode((len, 1))
    assert functions == [len]
    assert Decoder([], function=lambda token: f"number {token}").decode(tree) == ("number 7", 1)
