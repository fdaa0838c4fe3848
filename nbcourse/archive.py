"""Nested dicts and lists of arrays and numbers in one ``.npz`` file, exact to the last bit.

The arrays are entries of the file. What holds them, and every number, is text in JSON beside them.
There is no pickle in it, so that opening a file from elsewhere runs no code.
"""

import json
import os
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from nbcourse.arrays import Array

_STRUCTURE = "structure"
#: What a file that is cut short, overwritten or of another kind makes the readers raise.
_DAMAGE = (
    zipfile.BadZipFile,
    AttributeError,
    EOFError,
    LookupError,
    OSError,  # an entry that says it is compressed, and is not
    RuntimeError,
    TypeError,
    ValueError,
)


def save_archive(path: str | Path, value: Any) -> None:
    """Write a value to a file, in place of what the file held.

    It is written beside the file first and then put in its place in one move: who reads the file
    at any time, or after a crash at any time, finds the old contents or the new ones, whole.

    Parameters
    ----------
    path : the file; its folder must exist
    value : dicts with text as keys, lists, tuples, arrays, numbers, text, None, in any depth

    Raises
    ------
    TypeError
        There is something else in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_archive(f"{folder}/run.npz", {"w": np.array([0.5, 1.5]), "betas": (0.9, 0.999)})
    ...     load_archive(f"{folder}/run.npz")
    {'w': array([0.5, 1.5]), 'betas': (0.9, 0.999)}
    """
    path = Path(path)
    arrays: dict[str, Array] = {}
    text = json.dumps(_taken_apart(value, arrays)).encode()
    beside = path.with_name(path.name + ".tmp")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, **{_STRUCTURE: np.frombuffer(text, np.uint8)}, **arrays)
        # The move must not reach the disk before the contents have.
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def load_archive(path: str | Path) -> Any:
    """Read what ``save_archive`` wrote.

    Raises
    ------
    ValueError
        The file is damaged, or no such file.
    FileNotFoundError
        There is no file.
    """
    data = BytesIO(Path(path).read_bytes())
    try:
        # np.load checks an array against its checksum only if it reads the entry to its end, which
        # a damaged shape may prevent.
        with zipfile.ZipFile(data) as archive:
            if damaged := archive.testzip():
                raise ValueError(f"{damaged} does not have the checksum that it was saved with")
        data.seek(0)
        with np.load(data, allow_pickle=False) as arrays:
            return _put_together(json.loads(arrays[_STRUCTURE].tobytes()), dict(arrays))
    except _DAMAGE as error:
        raise ValueError(
            f"{path} cannot be read: it is damaged, or was not written by this library ({error}). "
            "Delete it, or put back a copy that is whole."
        ) from error


def _taken_apart(value: Any, arrays: dict[str, Array]) -> Any:
    """The value for JSON; in place of an array stands the name that it has in ``arrays``."""
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: _taken_apart(part, arrays) for key, part in value.items()}}
    if isinstance(value, tuple):
        return {"tuple": [_taken_apart(part, arrays) for part in value]}
    if isinstance(value, list):
        return [_taken_apart(part, arrays) for part in value]
    if isinstance(value, (np.ndarray, np.generic)):
        name = f"array_{len(arrays)}"
        arrays[name] = np.asarray(value)
        if arrays[name].dtype.hasobject:
            raise TypeError(f"an archive holds arrays of numbers; got one of {value.dtype}")
        return {"array" if isinstance(value, np.ndarray) else "scalar": name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(
        "an archive holds arrays, numbers, text, and lists, tuples and dicts of these with text "
        f"as keys; got {value!r}"
    )


def _put_together(value: Any, arrays: dict[str, Array]) -> Any:
    if isinstance(value, list):
        return [_put_together(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "dict":
        return {key: _put_together(part, arrays) for key, part in content.items()}
    if kind == "tuple":
        return tuple(_put_together(part, arrays) for part in content)
    return arrays[content] if kind == "array" else arrays[content][()]
