"""Reading a value back from a JSON tree and raw buffers, trusting neither."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nbcourse.grading.wire.values import (
    DTYPES,
    MAX_DEPTH,
    MAX_DIMENSION,
    MAX_NAME,
    MAX_NODES,
    WireError,
    foreign,
    is_key,
)


class Decoder:
    """Reads what ``Encoder`` wrote; refuses everything else.

    Parameters
    ----------
    buffers
        The raw buffers, each of which must be used exactly once, in order.
    function
        Makes a callable of a token; without it a function is refused.
    """

    def __init__(
        self,
        buffers: Iterable[bytes | memoryview],
        function: Callable[[int], Callable[..., Any]] | None = None,
    ) -> None:
        self._buffers = list(buffers)[::-1]
        self._function = function
        self._nodes = 0

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
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError(f"more than {MAX_DEPTH} levels or {MAX_NODES} parts")
        if tree is None or isinstance(tree, bool | int | float):
            return tree
        if isinstance(tree, str):
            # A lone surrogate could not be written to any file later.
            return tree.encode("utf-8", "replace").decode()
        match tree:
            case {"tuple": list(parts), **rest} if not rest:
                return tuple(self._decode(part, depth + 1) for part in parts)
            case {"list": list(parts), **rest} if not rest:
                return [self._decode(part, depth + 1) for part in parts]
            case {"dict": list(pairs), **rest} if not rest:
                return dict(self._pair(pair, depth + 1) for pair in pairs)
            case {"array": [str(name), list(shape)], **rest} if not rest:
                return self._array(name, shape)
            case {"scalar": [str(name), []], **rest} if not rest:
                return self._array(name, [])[()]
            case {"names": [list(shape), list(names)], **rest} if not rest:
                return self._names(shape, names)
            case {"complex": [float(real), float(imag)], **rest} if not rest:
                return complex(real, imag)
            case {"foreign": str(name), **rest} if not rest:
                return foreign(self._decode(name, depth)[:MAX_NAME].replace("\0", "?"))
            case {"function": int(token), **rest} if not rest and self._function is not None:
                return self._function(token)
        raise WireError(f"not a value: {str(tree)[:80]}")

    def _pair(self, pair: Any, depth: int) -> tuple[Any, Any]:
        if not (isinstance(pair, list) and len(pair) == 2):
            raise WireError(f"a dict's entry is not a pair: {str(pair)[:80]}")
        key = self._decode(pair[0], depth)
        if not is_key(key):
            raise WireError(f"a {type(key).__name__} is no key of a dict")
        return key, self._decode(pair[1], depth)

    def _array(self, name: str, shape: list[Any]) -> np.ndarray:
        size = _size(shape)
        if name not in DTYPES:
            raise WireError(f"arrays of dtype {name[:MAX_NAME]!r} do not pass")
        if not self._buffers:
            raise WireError("an array has no buffer")
        data = self._buffers.pop()
        dtype = np.dtype(name)
        if len(data) != size * dtype.itemsize:
            raise WireError(f"shape {shape} of {name} does not have {len(data)} bytes")
        # A copy: the array must be writable and aligned, and not keep the whole message alive.
        return np.frombuffer(data, dtype).reshape(shape).copy()

    def _names(self, shape: list[Any], names: list[Any]) -> np.ndarray:
        if _size(shape) != len(names) or not all(isinstance(name, str) for name in names):
            raise WireError(f"shape {shape} does not fit {len(names)} names")
        self._nodes += len(names)
        return np.array([self._decode(name, 0) for name in names], dtype=str).reshape(shape)


def _size(shape: list[Any]) -> int:
    """Return the number of entries of an array of this shape, which comes from outside."""
    if len(shape) > MAX_DEPTH or not all(
        type(length) is int and 0 <= length < MAX_DIMENSION for length in shape
    ):
        raise WireError(f"not a shape: {str(shape)[:80]}")
    return math.prod(shape)
