"""Reading a value back from a JSON tree and raw buffers, trusting neither.

Why nothing that a student's process writes can do harm here. Only values of the base types and
arrays of numbers are made, never an object that says of itself what it is, and nothing is looked
up by a name but dtypes, from a fixed set. Every type in the tree is compared with ``is``; JSON
gives no subclasses. Parts are counted before anything is built of them, whichever way they are
written, and depth is bounded. An array takes the bytes that came, exactly those, each of them
once; its size is checked before, from lengths that are whole numbers of bounded size.
"""

import math
from collections.abc import Callable, Iterable
from itertools import accumulate, chain
from typing import Any

import numpy as np

from nbcourse.grading.wire.values import (
    DTYPES,
    LARGE,
    MAX_DEPTH,
    MAX_DIMENSION,
    MAX_NAME,
    PLAIN,
    Budget,
    WireError,
    are_keys,
    foreign,
)


class Decoder:
    """Reads what ``Encoder`` wrote; refuses everything else.

    Parameters
    ----------
    buffers
        The raw buffers, each of which must be used exactly once, in order.
    function
        Makes a callable of a token; without it a function is refused.
    copy
        Give every array memory of its own; otherwise a large one shows the buffer's.
    """

    def __init__(
        self,
        buffers: Iterable[bytes | memoryview],
        function: Callable[[int], Callable[..., Any]] | None = None,
        copy: bool = True,
    ) -> None:
        self._buffers = list(buffers)[::-1]
        self._function = function
        self._copy = copy
        self._budget = Budget()

    def decode(self, tree: Any) -> Any:
        """Return the value of a whole tree.

        Raises
        ------
        WireError
            If the tree is malformed or leaves buffers over.
        """
        value = self._decode(tree, 0)
        if self._buffers:
            raise WireError(f"{len(self._buffers)} buffers belong to no array")
        return value

    def _decode(self, tree: Any, depth: int) -> Any:
        self._budget.spend(1, depth)
        if type(tree) is str:
            return _written(tree)
        if type(tree) in PLAIN:
            return tree
        tag, inside = _tagged(tree)
        match tag:
            case "tuple":
                return tuple(self._entries(inside, depth + 1))
            case "list":
                return self._entries(inside, depth + 1)
        match tag, inside:
            case "dict", [keys, values]:
                return self._dict(keys, values, depth + 1)
            case "array", [str(name), list(shape)]:
                return self._arrays(name, [shape])[0]
            case "scalar", [str(name), []]:
                return self._arrays(name, [[]])[0][()]
            case "names", [list(shape), list(names)]:
                return self._names(shape, names)
            case "complex", [float(real), float(imag)]:
                return complex(real, imag)
            case "foreign", str(name):
                return foreign(_written(name)[:MAX_NAME].replace("\0", "?"))
            case "generator", str(seed):
                # Only the student's side is given any; one that comes from there is nothing.
                return foreign("Generator") if self._function is None else _generator(seed)
            case "function", int(token) if self._function is not None:
                return self._function(token)
        raise WireError(f"not a value: {str(tree)[:80]}")

    def _entries(self, tree: Any, depth: int) -> list[Any]:
        """The entries of a container, in one of the ways in which they can be written."""
        if type(tree) is list and not PLAIN.issuperset(map(type, tree)):
            return [self._decode(part, depth) for part in tree]
        match _tagged(tree):
            case "lists", [list(lengths), row]:
                return self._rows(lengths, row, depth, list)
            case "tuples", [list(lengths), row]:
                return self._rows(lengths, row, depth, tuple)
            case "arrays", [str(name), list(shapes)]:
                self._budget.spend(len(shapes), depth)
                return self._arrays(name, shapes)
        return self._row(tree, depth)

    def _row(self, tree: Any, depth: int) -> list[Any]:
        """Plain values, in one go."""
        if type(tree) is list and PLAIN.issuperset(map(type, tree)):
            self._budget.spend(len(tree), depth)
            if str in map(type, tree):
                return [_written(part) if type(part) is str else part for part in tree]
            return tree
        if tree == "float64":
            data = self._buffer()
            if len(data) % 8:
                raise WireError(f"floats in a buffer of {len(data)} bytes")
            self._budget.spend(len(data) // 8, depth)
            floats: list[Any] = np.frombuffer(data, np.float64).tolist()
            return floats
        raise WireError(f"not entries: {str(tree)[:80]}")

    def _rows(
        self, lengths: list[Any], tree: Any, depth: int, kind: Callable[[list[Any]], Any]
    ) -> list[Any]:
        self._budget.spend(len(lengths), depth)
        row = kind(self._row(tree, depth + 1))
        if (
            not {int}.issuperset(map(type, lengths))
            or min(lengths, default=0) < 0
            or sum(lengths) != len(row)
        ):
            raise WireError(f"not the lengths of rows of {len(row)} parts: {str(lengths)[:80]}")
        ends = accumulate(lengths)
        return [row[end - length : end] for length, end in zip(lengths, ends, strict=True)]

    def _dict(self, keys: Any, values: Any, depth: int) -> dict[Any, Any]:
        read = self._entries(keys, depth)
        entries = self._entries(values, depth)
        if len(read) != len(entries) or not are_keys(read):
            raise WireError(f"{len(read)} keys of a dict of {len(entries)}: {str(keys)[:80]}")
        return dict(zip(read, entries, strict=True))

    def _buffer(self) -> bytes | memoryview:
        if not self._buffers:
            raise WireError("an array has no buffer")
        return self._buffers.pop()

    def _arrays(self, name: str, shapes: list[Any]) -> list[Any]:
        """Arrays of one type whose numbers stand in one buffer, one behind the other."""
        if name not in DTYPES:
            raise WireError(f"arrays of dtype {name[:MAX_NAME]!r} do not pass")
        sizes = _sizes(shapes)
        dtype = DTYPES[name]
        data = self._buffer()
        if len(data) != sum(sizes) * dtype.itemsize:
            raise WireError(f"shapes {str(shapes)[:80]} of {name} do not have {len(data)} bytes")
        numbers = np.frombuffer(data, dtype)
        arrays, start = [], 0
        for shape, size in zip(shapes, sizes, strict=True):
            array = numbers[start : start + size].reshape(shape)
            # A copy is writable and aligned, and does not keep the whole message alive.
            arrays.append(array.copy() if self._copy or array.nbytes < LARGE else array)
            start += size
        return arrays

    def _names(self, shape: list[Any], names: list[Any]) -> np.ndarray:
        if _sizes([shape]) != [len(names)] or not {str}.issuperset(map(type, names)):
            raise WireError(f"shape {str(shape)[:80]} does not fit {len(names)} names")
        self._budget.spend(2 * len(names), 0)
        return np.array(list(map(_written, names)), dtype=str).reshape(shape)


def _generator(seed: str) -> np.random.Generator:
    try:
        return np.random.default_rng(int(seed, 16))
    except ValueError:
        raise WireError(f"not the seed of a generator: {seed[:80]}") from None


def _tagged(tree: Any) -> tuple[Any, Any]:
    """The one tag of an object, and what stands behind it; two times None for anything else."""
    if type(tree) is dict and len(tree) == 1:
        ((tag, inside),) = tree.items()
        return tag, inside
    return None, None


def _written(text: str) -> str:
    """A string that can be written to any file later: a lone surrogate could not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _sizes(shapes: list[Any]) -> list[int]:
    """Return the number of entries of arrays of these shapes, which come from outside."""
    if {list}.issuperset(map(type, shapes)) and all(len(shape) <= MAX_DEPTH for shape in shapes):
        lengths = list(chain.from_iterable(shapes))
        if {int}.issuperset(map(type, lengths)) and (
            not lengths or (min(lengths) >= 0 and max(lengths) < MAX_DIMENSION)
        ):
            return list(map(math.prod, shapes))
    raise WireError(f"not shapes: {str(shapes)[:80]}")
