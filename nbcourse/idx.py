"""Reader of IDX files, the plain format in which MNIST and its relatives are published.

A file opens with two zero bytes, one byte for the type of the numbers and one for the number of
axes; then come the lengths of the axes, and then the numbers. Everything is big-endian.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The type byte, and NumPy's name for the same numbers with the high byte first.
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | Path) -> NDArray[Any]:
    """The array in an IDX file, plain or compressed with gzip.

    Which of the two it is shows in the first bytes, whatever the file is called.

    Parameters
    ----------
    path : of the file

    Returns
    -------
    array of the type and shape that the file names, in the machine's own byte order

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ValueError
        It is no IDX file, it ends too early, or something follows the last number. The message
        names the file.

    Notes
    -----
    The format is described on MNIST's page: LeCun, Cortes and Burges, "The MNIST database of
    handwritten digits".

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels-idx1-ubyte")
    ...     size = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    path = Path(path)
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = _unpack(content, path)
    if len(content) < 4:
        raise ValueError(_shortened(path, f"{len(content)} bytes", "at least 4"))
    code, axes = content[2], content[3]
    if content[:2] != b"\0\0" or code not in _TYPES:
        raise ValueError(
            f"{path} is no IDX file: it opens with the bytes {content[:4].hex(' ')}, expected "
            "00 00, a type (08, 09, 0b, 0c, 0d or 0e) and the number of axes; look whether it is "
            "the file you meant"
        )
    start = 4 + 4 * axes
    if len(content) < start:
        raise ValueError(_shortened(path, f"{len(content)} bytes", f"{start} for its header"))
    shape = struct.unpack(f">{axes}I", content[4:start])
    kind = np.dtype(_TYPES[code])
    found, expected = len(content) - start, math.prod(shape) * kind.itemsize
    if found < expected:
        raise ValueError(_shortened(path, f"{found} bytes of numbers", f"{expected} for {shape}"))
    if found > expected:
        raise ValueError(
            f"{path} has {found - expected} bytes behind the last number of {shape}: its header "
            "and its contents do not belong together; download it again"
        )
    return np.frombuffer(content, kind, offset=start).reshape(shape).astype(kind.newbyteorder("="))


def _unpack(content: bytes, path: Path) -> bytes:
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(
            f"{path} cannot be decompressed ({error}): it is damaged or was not downloaded whole; "
            "download it again"
        ) from error


def _shortened(path: Path, found: str, expected: str) -> str:
    return (
        f"{path} ends too early: {found}, expected {expected}; it was not downloaded whole, "
        "download it again"
    )
