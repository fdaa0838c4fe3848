"""Small files in the format of MNIST, for tests."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array: Any) -> bytes:
    """Return the array as the contents of an IDX file."""
    array = np.asarray(array)
    kind = f"{array.dtype.kind}{array.dtype.itemsize}"
    header = struct.pack(f">HBB{array.ndim}I", 0, CODES[kind], array.ndim, *array.shape)
    return header + array.astype(f">{kind}").tobytes()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
