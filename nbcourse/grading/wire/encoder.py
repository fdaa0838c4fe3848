"""Writing a value as a JSON tree and raw buffers.

A number, a string or None stands in the tree as itself. Everything else is an object with one
tag: ``{"list": entries}``, ``{"dict": [entries, entries]}``, ``{"array": [dtype, shape]}``. The
entries of a container are written in the shortest of four ways, because graphs are dicts of
thousands of numbers and a call in Python for each of them would cost more than the check:

- a JSON list of trees, plain values in it as they are;
- ``"float64"`` when all are floats: they are the next buffer;
- ``{"lists": [lengths, entries]}`` or ``{"tuples": ...}`` for rows of plain values, end to end;
- ``{"arrays": [dtype, shapes]}`` for arrays of one type, whose numbers share one buffer.

A generator of random numbers crosses as the seed that ``default_rng`` made it of: it arrives as
it was at its start, and counts as unchanged whatever has been drawn from it.
"""

import json
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from nbcourse.grading.wire.values import (
    LARGE,
    MAX_NAME,
    MAX_NODES,
    NAMES,
    PLAIN,
    Budget,
    WireError,
    are_keys,
)

MAX_HEADER = 16 * 2**20
MAX_BODY = 64 * 2**20

Buffer = bytes | memoryview
# Circles are found by their depth, before JSON could look for them.
_to_json = json.JSONEncoder(check_circular=False).encode


@dataclass(frozen=True)
class Encoded:
    """A value as it crosses; made once, it can be sent many times.

    Parameters
    ----------
    text
        The tree as JSON, in ASCII.
    buffers
        The raw buffers, in order. They may show the memory of the arrays that were encoded.
    """

    text: str
    buffers: Sequence[Buffer]

    def kept(self) -> "Encoded":
        """Return the same with bytes of its own, which stay as they are."""
        return Encoded(self.text, list(map(bytes, self.buffers)))


def encode(
    value: Any,
    token: Callable[[Callable[..., Any]], int] | None = None,
    lenient: bool = False,
    depth: int = 0,
) -> Encoded:
    """Return a value as it crosses.

    Parameters
    ----------
    value, token, lenient
        As ``Encoder`` takes them.
    depth
        In how many lists it will be put by ``enlist``.

    Raises
    ------
    WireError
        If the value, or a part of it, may not cross, or if it is too large.

    Examples
    --------
    >>> encode({"w1": [1, 2], "b1": None}).text
    '{"dict": [["w1", "b1"], [{"list": [1, 2]}, null]]}'
    """
    encoder = Encoder(token, lenient)
    text = _to_json(encoder.encode(value, depth))
    size = sum(map(len, encoder.buffers))
    if len(text) > MAX_HEADER or size > MAX_BODY:
        raise WireError(
            f"the value has {len(text) + size} bytes; "
            f"{MAX_BODY} of arrays and {MAX_HEADER} of everything else can be passed"
        )
    return Encoded(text, encoder.buffers)


def enlist(values: Sequence[Encoded]) -> Encoded:
    """Return the list of these values as it crosses.

    Examples
    --------
    >>> enlist([encode(1), encode(None)]).text
    '{"list": [1, null]}'
    """
    texts = ", ".join(value.text for value in values)
    buffers = [buffer for value in values for buffer in value.buffers]
    return Encoded(f'{{"list": [{texts}]}}', buffers)


class Encoder:
    """Writes values as a JSON tree and a list of raw buffers.

    Parameters
    ----------
    token
        Gives the token of a function; without it functions do not cross.
    lenient
        Write what does not cross as the name of its type (the student's side) instead of
        raising (the trusted side).
    """

    def __init__(
        self, token: Callable[[Callable[..., Any]], int] | None = None, lenient: bool = False
    ) -> None:
        self.buffers: list[Buffer] = []
        self._token = token
        self._lenient = lenient
        self._budget = Budget()

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the tree of ``value``; its arrays' bytes go to ``buffers``.

        Raises
        ------
        WireError
            If the value, or a part of it, may not cross.
        """
        self._budget.spend(1, depth)
        if type(value) in PLAIN:
            return value
        if isinstance(value, np.ndarray | np.generic):
            return self._array(value)
        for plain in (int, float, str):
            if isinstance(value, plain):
                return plain(value)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, tuple | list):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return {kind: self._entries(value, depth + 1)}
        if isinstance(value, dict) and are_keys(value):
            pairs = list(value), list(value.values())
            return {"dict": [self._entries(entries, depth + 1) for entries in pairs]}
        if isinstance(value, np.random.Generator) and (seed := _seed(value)) is not None:
            return {"generator": seed}
        if callable(value) and self._token is not None:
            return {"function": self._token(value)}
        return self._refuse(value, type(value).__name__)

    def _entries(self, parts: Sequence[Any], depth: int) -> Any:
        kinds = set(map(type, parts))
        if kinds <= PLAIN:
            self._budget.spend(len(parts), depth)
            return self._row(parts, kinds)
        if kinds in ({list}, {tuple}) and sum(map(len, parts)) <= MAX_NODES:
            flat = list(chain.from_iterable(parts))
            inner = set(map(type, flat))
            if inner <= PLAIN:
                self._budget.spend(len(parts), depth)
                self._budget.spend(len(flat), depth + 1)
                tag = "lists" if kinds == {list} else "tuples"
                return {tag: [list(map(len, parts)), self._row(flat, inner)]}
        if kinds == {np.ndarray} and len({part.dtype for part in parts}) == 1:
            name = NAMES.get(parts[0].dtype)
            if name and sum([part.nbytes for part in parts]) < LARGE:
                self._budget.spend(len(parts), depth)
                self.buffers.append(b"".join([part.tobytes() for part in parts]))
                return {"arrays": [name, [list(part.shape) for part in parts]]}
        return [self.encode(part, depth) for part in parts]

    def _row(self, parts: Sequence[Any], kinds: set[type]) -> Any:
        """Plain values, in one go."""
        if kinds == {float}:
            self.buffers.append(array("d", parts).tobytes())
            return "float64"
        return list(parts)

    def _array(self, value: np.ndarray | np.generic) -> Any:
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        if (
            value.dtype.kind == "U"
        ):  # names, as in a list of nodes; not raw: code points are checked
            if kind == "scalar":
                return str(value)
            names = np.asarray(value)
            return {"names": [list(names.shape), [str(name) for name in names.ravel()]]}
        native = np.asarray(value)
        if not native.dtype.isnative:
            native = native.astype(native.dtype.newbyteorder("="))
        name = NAMES.get(native.dtype)
        if native.dtype.hasobject:
            return self._refuse(value, "array of objects")  # as ``plain`` calls it
        if name is None:
            return self._refuse(value, f"{type(value).__name__} of {native.dtype.name}")
        if native.nbytes >= LARGE and native.flags.c_contiguous:
            self.buffers.append(native.reshape(-1).data.cast("B"))
        else:
            self.buffers.append(native.tobytes())
        return {kind: [name, list(native.shape)]}

    def _refuse(self, value: Any, name: str) -> Any:
        if self._lenient:
            return {"foreign": name[:MAX_NAME]}
        raise WireError(
            f"a {name} cannot be passed; arrays, numbers, strings, None, and tuples, lists and "
            "dicts of these can"
        )


def _seed(generator: np.random.Generator) -> str | None:
    """The number that ``default_rng`` made a generator of; None if it was made in another way."""
    numbers = generator.bit_generator
    source = getattr(numbers, "seed_seq", None)
    if type(numbers) is not np.random.PCG64 or type(source) is not np.random.SeedSequence:
        return None
    whole = type(source.entropy) is int and source.spawn_key == () and source.pool_size == 4
    return f"{source.entropy:x}" if whole else None
