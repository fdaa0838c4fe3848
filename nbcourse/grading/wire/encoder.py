"""Writing a value as a JSON tree and raw buffers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.grading.wire.values import DTYPES, MAX_DEPTH, MAX_NAME, MAX_NODES, WireError, is_key


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
        self.buffers: list[bytes] = []
        self._token = token
        self._lenient = lenient
        self._nodes = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the tree of ``value``; its arrays' bytes go to ``buffers``.

        Raises
        ------
        WireError
            If the value, or a part of it, may not cross.
        """
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError(
                f"the value is nested more than {MAX_DEPTH} deep or has more than {MAX_NODES} "
                "parts; arrays, numbers and short lists of them can be passed"
            )
        if isinstance(value, np.ndarray | np.generic):
            return self._array(value, depth)
        if value is None or isinstance(value, bool):
            return value
        for plain in (int, float, str):
            if isinstance(value, plain):
                return plain(value)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, tuple | list):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return {kind: [self.encode(part, depth + 1) for part in value]}
        if isinstance(value, dict) and all(map(is_key, value)):
            pairs = value.items()
            return {
                "dict": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in pairs]
            }
        if callable(value) and self._token is not None:
            return {"function": self._token(value)}
        return self._refuse(value, type(value).__name__)

    def _array(self, value: np.ndarray | np.generic, depth: int) -> Any:
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        if (
            value.dtype.kind == "U"
        ):  # names, as in a list of nodes; not raw: code points are checked
            if kind == "scalar":
                return str(value)
            names = np.asarray(value)
            return {"names": [list(names.shape), [str(name) for name in names.ravel()]]}
        if value.dtype.name not in DTYPES:
            return self._refuse(value, f"{type(value).__name__} of {value.dtype.name}")
        native = np.asarray(value).astype(value.dtype.newbyteorder("="), copy=False)
        self.buffers.append(native.tobytes(order="C"))
        return {kind: [native.dtype.name, list(native.shape)]}

    def _refuse(self, value: Any, name: str) -> Any:
        if self._lenient:
            return {"foreign": name[:MAX_NAME]}
        raise WireError(
            f"a {name} cannot be passed; arrays, numbers, strings, None, and tuples, lists and "
            "dicts of these can"
        )
