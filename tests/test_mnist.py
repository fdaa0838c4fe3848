"""MNIST is read only where its files are the published ones; tried on small files of that form."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse import mnist
from nbcourse.mnist import FILES, MIRROR, Fingerprint, PublishedFile, load_mnist, read_published
from tests.idx_files import idx_bytes, packed, write

RNG = np.random.default_rng(0)
ARRAYS = tuple(
    RNG.integers(0, high, shape, dtype=np.uint8)
    for high, shape in ((256, (6, 4, 3)), (10, (6,)), (256, (2, 4, 3)), (10, (2,)))
)
NAMES = tuple(file.name for file in FILES)
CONTENTS = dict(zip(NAMES, map(idx_bytes, ARRAYS), strict=True))


def published(name: str) -> PublishedFile:
    plain, gz = CONTENTS[name], packed(CONTENTS[name])
    return PublishedFile(
        name,
        Fingerprint(len(gz), "md5", hashlib.md5(gz, usedforsecurity=False).hexdigest()),
        Fingerprint(len(plain), "sha256", hashlib.sha256(plain).hexdigest()),
    )


SMALL = tuple(map(published, NAMES))


@pytest.fixture(params=[0, 0b1111, 0b0101], ids=["plain", "gz", "mixed"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The four small files; bits of the parameter say which of them are compressed."""
    for bit, (name, content) in enumerate(CONTENTS.items()):
        if request.param >> bit & 1:
            write(tmp_path / f"{name}.gz", packed(content))
        else:
            write(tmp_path / name, content)
    return tmp_path


def path_of(folder: Path, name: str) -> Path:
    return next(path for path in (folder / name, folder / f"{name}.gz") if path.exists())


def test_the_files_are_read_in_order(folder: Path) -> None:
    found = read_published(folder, SMALL)
    assert all(np.array_equal(a, b) for a, b in zip(found, ARRAYS, strict=True))


def test_load_mnist_gives_both_sets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBCOURSE_DATA", str(folder))
    monkeypatch.setattr(mnist, "FILES", SMALL)
    found = [each for pair in load_mnist() for each in pair]
    assert [each.dtype for each in found] == [np.float32, np.int64] * 2
    assert all(np.array_equal(a, b) for a, b in zip(found, ARRAYS, strict=True))


def test_the_folder_may_be_below_ones_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("NBCOURSE_DATA", f"~/{folder.name}")
    monkeypatch.setattr(mnist, "FILES", SMALL)
    assert np.array_equal(load_mnist()[0][0], ARRAYS[0])


def test_a_file_goes_before_its_compressed_form_and_a_folder_is_no_file(tmp_path: Path) -> None:
    for name, content in CONTENTS.items():
        write(tmp_path / name, content)
        write(tmp_path / f"{name}.gz", b"damaged")
    assert len(read_published(tmp_path, SMALL)) == len(SMALL)
    first = tmp_path / NAMES[0]
    first.unlink()
    first.mkdir()
    write(tmp_path / f"{NAMES[0]}.gz", packed(CONTENTS[NAMES[0]]))
    assert np.array_equal(read_published(tmp_path, SMALL)[0], ARRAYS[0])


def test_load_mnist_takes_the_published_files_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBCOURSE_DATA", str(folder))
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte.* the published file has \d+"):
        load_mnist()


def one_more_byte(content: bytes) -> bytes:
    return content + b"\0"


def one_fewer_byte(content: bytes) -> bytes:
    return content[:-1]


def another_last_byte(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (one_more_byte, "has {more} bytes, the published file has {size}: download it again from"),
        (one_fewer_byte, "has {fewer} bytes, the published file has {size}: download it again"),
        (another_last_byte, "has the size of the published file and other contents"),
    ],
)
def test_a_file_that_was_changed_is_refused(
    folder: Path, name: str, change: Callable[[bytes], bytes], message: str
) -> None:
    path = path_of(folder, name)
    size = path.stat().st_size
    path.write_bytes(change(path.read_bytes()))
    message = message.format(size=size, more=size + 1, fewer=size - 1)
    with pytest.raises(ValueError, match=message) as caught:
        read_published(folder, SMALL)
    assert str(caught.value).startswith(str(path))
    assert ("or unpack it" in str(caught.value)) == (path.suffix == ".gz")


def test_each_form_has_a_checksum_of_its_own(folder: Path) -> None:
    other = Fingerprint(1, "sha256", "")
    compressed = [path_of(folder, name).suffix == ".gz" for name in NAMES]
    kept = [
        replace(file, plain=other) if gz else replace(file, packed=other)
        for file, gz in zip(SMALL, compressed, strict=True)
    ]
    read_published(folder, kept)  # the form that is not there is not looked at


def test_all_missing_files_are_named_with_their_addresses(folder: Path) -> None:
    gone = NAMES[1], NAMES[2]
    for name in gone:
        path_of(folder, name).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        read_published(folder, SMALL)
    message = str(caught.value)
    assert f"{folder} has no {gone[0]}, {gone[1]} (nor with .gz)" in message
    assert [name for name in NAMES if f"{MIRROR}{name}.gz" in message] == list(gone)
    assert "NBCOURSE_DATA" in message


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_one_is_told_what_to_do(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NBCOURSE_DATA", raising=False)
    if value is not None:
        monkeypatch.setenv("NBCOURSE_DATA", value)
    with pytest.raises(FileNotFoundError, match="variable NBCOURSE_DATA is not set") as caught:
        load_mnist()
    assert all(f"{MIRROR}{name}.gz" in str(caught.value) for name in NAMES)


def test_the_published_sizes_are_those_of_mnist() -> None:
    sizes = [file.plain.size for file in FILES]
    assert sizes == [16 + 60_000 * 28 * 28, 8 + 60_000, 16 + 10_000 * 28 * 28, 8 + 10_000]
    for file in FILES:
        assert (file.packed.algorithm, len(file.packed.digest)) == ("md5", 32)
        assert (file.plain.algorithm, len(file.plain.digest)) == ("sha256", 64)


@pytest.mark.skipif(not os.environ.get("NBCOURSE_DATA"), reason="NBCOURSE_DATA is not set")
def test_mnist_itself() -> None:
    sets: Any = load_mnist()
    for (images, labels), n in zip(sets, (60_000, 10_000), strict=True):
        assert images.shape == (n, 28, 28)
        assert (images.min(), images.max()) == (0.0, 255.0)
        assert np.unique(labels).tolist() == list(range(10))
