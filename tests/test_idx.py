"""IDX files are read as they are written, and a file that is wrong is refused in words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.idx import read_idx
from tests.idx_files import CODES, idx_bytes, packed, write

IMAGES = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gz"])
@pytest.mark.parametrize("shape", [(2, 3, 4), (5,), (0, 28, 28), (), (1, 1, 1, 1)])
@pytest.mark.parametrize("kind", CODES)
def test_every_type_and_shape_comes_back(
    tmp_path: Path, kind: str, shape: tuple[int, ...], pack: Any
) -> None:
    rng = np.random.default_rng(0)
    array = (rng.uniform(0, 1e3 if kind[1] > "1" else 100, shape)).astype(kind)
    found = read_idx(write(tmp_path / "data", pack(idx_bytes(array))))
    assert found.dtype == array.dtype
    assert found.dtype.isnative
    assert found.shape == shape
    assert np.array_equal(found, array)
    found += 1  # the caller's own


def test_the_header_of_mnist() -> None:
    assert idx_bytes(np.zeros((60_000, 28, 28), np.uint8))[:16].hex() == (
        "000008030000ea600000001c0000001c"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends too early: 0 bytes, expected at least 4"),
        (IMAGES[:3], "ends too early: 3 bytes, expected at least 4"),
        (IMAGES[:15], "ends too early: 15 bytes, expected 16 for its header"),
        (IMAGES[:16], r"ends too early: 0 bytes of numbers, expected 24 for \(2, 3, 4\)"),
        (IMAGES[:-1], r"ends too early: 23 bytes of numbers, expected 24 for \(2, 3, 4\)"),
        (IMAGES + b"\0", r"has 1 bytes behind the last number of \(2, 3, 4\)"),
        (b"\x01" + IMAGES[1:], "is no IDX file: it opens with the bytes 01 00 08 03"),
        (b"\0\0\x0a" + IMAGES[3:], "is no IDX file: it opens with the bytes 00 00 0a 03"),
        (b"\x03\x08\0\0", "is no IDX file"),  # little-endian
        (b"<!DOCTYPE html>", "is no IDX file: it opens with the bytes 3c 21 44 4f"),
        # A header that promises far more than any memory holds.
        (b"\0\0\x0e\x03" + 12 * b"\xff", "ends too early: 0 bytes of numbers"),
        (b"\0\0\x08\xff" + 1020 * b"\xff", "ends too early: 0 bytes of numbers"),
        # So many numbers that a machine's whole number of 64 bits begins at 0 again.
        (b"\0\0\x08\x04" + 4 * b"\0\x01\0\0", "ends too early: 0 bytes of numbers"),
        (packed(IMAGES)[:-9], "cannot be decompressed .* download it again"),
        (packed(IMAGES)[:5], "cannot be decompressed .* download it again"),
        (packed(IMAGES)[:12] + b"\xff" + packed(IMAGES)[13:], "cannot be decompressed"),
        (packed(IMAGES) + b"more", "cannot be decompressed"),
        (packed(IMAGES[:-1]), "ends too early: 23 bytes of numbers"),
        (packed(packed(IMAGES)), "is no IDX file: it opens with the bytes 1f 8b"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = write(tmp_path / "train-images-idx3-ubyte", content)
    with pytest.raises(ValueError, match=message) as caught:
        read_idx(path)
    assert str(caught.value).startswith(str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="labels"):
        read_idx(tmp_path / "labels")
