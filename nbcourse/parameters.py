"""The parameters of several layers as one mapping, so that one loop can update them all."""

from collections.abc import Iterator, MutableMapping, Sequence

from nbcourse.arrays import Array


class JoinedParameters(MutableMapping[str, Array]):
    """Mappings from names to arrays, seen as one under the keys ``"<place>.<name>"``.

    It holds no array: reading and writing go through to the mappings it was made from. A copy
    would go on showing the old arrays after an update, and take new ones that no layer ever sees.

    Parameters
    ----------
    parts : one mapping for each layer, in the layers' order

    Examples
    --------
    >>> import numpy as np
    >>> first, second = {"weight": np.ones(2)}, {"weight": np.zeros(3)}
    >>> params = JoinedParameters([first, second])
    >>> list(params)
    ['0.weight', '1.weight']
    >>> params["1.weight"] = np.full(3, 7.0)
    >>> second["weight"]
    array([7., 7., 7.])
    """

    def __init__(self, parts: Sequence[MutableMapping[str, Array]]) -> None:
        self._parts = parts

    def _find(self, key: str) -> tuple[MutableMapping[str, Array], str]:
        place, _, name = key.partition(".")
        if place.isdecimal() and int(place) < len(self._parts):
            part = self._parts[int(place)]
            if name in part:
                return part, name
        raise KeyError(f"no parameter {key!r}; there are {', '.join(self)}")

    def __getitem__(self, key: str) -> Array:
        part, name = self._find(key)
        return part[name]

    def __setitem__(self, key: str, value: Array) -> None:
        part, name = self._find(key)
        part[name] = value

    def __delitem__(self, key: str) -> None:
        raise TypeError(f"a layer keeps its parameters: {key!r} cannot be deleted")

    def __iter__(self) -> Iterator[str]:
        return (f"{place}.{name}" for place, part in enumerate(self._parts) for name in part)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __repr__(self) -> str:
        return repr(dict(self))
