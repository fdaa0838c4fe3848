"""MNIST, where the user has its files: 70,000 handwritten digits of 28 x 28 pixels.

Nothing is downloaded. The files are read from the folder that the environment variable
``NBCOURSE_DATA`` names, and only if they are, byte for byte, the published ones: an accuracy on
other data could not be compared with anybody's.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.idx import read_idx

VARIABLE = "NBCOURSE_DATA"
MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"


@dataclass(frozen=True)
class Fingerprint:
    """What a file is known by: its size in bytes, and a checksum of its contents."""

    size: int
    algorithm: str
    digest: str


@dataclass(frozen=True)
class PublishedFile:
    """A file as it is published, compressed (``name.gz``) and unpacked (``name``)."""

    name: str
    packed: Fingerprint
    plain: Fingerprint


# The MD5 sums of the compressed files are those that torchvision downloads by. Of the unpacked
# files several copies, published independently of each other, have these SHA-256 sums.
FILES = (
    PublishedFile(
        "train-images-idx3-ubyte",
        Fingerprint(9_912_422, "md5", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        Fingerprint(
            47_040_016,
            "sha256",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
    ),
    PublishedFile(
        "train-labels-idx1-ubyte",
        Fingerprint(28_881, "md5", "d53e105ee54ea40749a09fcbcd1e9432"),
        Fingerprint(
            60_008,
            "sha256",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
    ),
    PublishedFile(
        "t10k-images-idx3-ubyte",
        Fingerprint(1_648_877, "md5", "9fb629c4189551a2d022fa330f9573f3"),
        Fingerprint(
            7_840_016,
            "sha256",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
    ),
    PublishedFile(
        "t10k-labels-idx1-ubyte",
        Fingerprint(4_542, "md5", "ec29112dd5afa0611ce80d1b7f02629c"),
        Fingerprint(
            10_008,
            "sha256",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
)


def load_mnist() -> tuple[tuple[Array, NDArray[np.int64]], tuple[Array, NDArray[np.int64]]]:
    """MNIST from the folder in ``NBCOURSE_DATA``: training set and test set.

    The folder holds the four files ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
    ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``, each as it is or compressed, with
    ``.gz`` behind its name.

    Returns
    -------
    train : images, float32 array (60000, 28, 28), values 0 to 255; labels, integers (60000,)
    test : the same, 10,000 of each

    Raises
    ------
    FileNotFoundError
        ``NBCOURSE_DATA`` is not set, or a file is not there. The message says where to get it.
    ValueError
        A file is not the published one: its size or its checksum differs.

    Notes
    -----
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    1998. The images are float32 because float64 would take 376 MB for the training set alone.
    """
    folder = os.environ.get(VARIABLE)
    if not folder:
        raise FileNotFoundError(f"the environment variable {VARIABLE} is not set: {_advice(FILES)}")
    train_images, train_labels, test_images, test_labels = read_published(
        Path(folder).expanduser(), FILES
    )
    return (
        (train_images.astype(np.float32), train_labels.astype(np.int64)),
        (test_images.astype(np.float32), test_labels.astype(np.int64)),
    )


def read_published(folder: Path, files: Sequence[PublishedFile]) -> list[NDArray[Any]]:
    """The arrays of IDX files, once every file has turned out to be the published one.

    Parameters
    ----------
    folder : where they are
    files : what is expected there

    Raises
    ------
    FileNotFoundError
        Files are missing, as they are and compressed; the message names all of them.
    ValueError
        A file has another size or another checksum.
    """
    found = [_find(folder, file) for file in files]
    missing = [file for file, path in zip(files, found, strict=True) if path is None]
    if missing:
        names = ", ".join(file.name for file in missing)
        raise FileNotFoundError(f"{folder} has no {names} (nor with .gz): {_advice(missing)}")
    paths = [path for path in found if path is not None]
    for file, path in zip(files, paths, strict=True):
        _verify(path, file.plain if path.name == file.name else file.packed)
    return [read_idx(path) for path in paths]


def _find(folder: Path, file: PublishedFile) -> Path | None:
    """The file as it is, else compressed; None where there is neither."""
    candidates = (folder / file.name, folder / f"{file.name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def _verify(path: Path, expected: Fingerprint) -> None:
    size = path.stat().st_size
    if size != expected.size:
        raise ValueError(
            f"{path} has {size} bytes, the published file has {expected.size}: {_mend(path)}"
        )
    with path.open("rb") as content:
        # Against damage and mistakes; no one is kept out by it, so MD5 will do.
        digest = hashlib.file_digest(
            content, lambda: hashlib.new(expected.algorithm, usedforsecurity=False)
        ).hexdigest()
    if digest != expected.digest:
        raise ValueError(
            f"{path} has the size of the published file and other contents "
            f"({expected.algorithm} {digest}, published {expected.digest}): {_mend(path)}"
        )


def _mend(path: Path) -> str:
    again = f"download it again from {MIRROR}"
    if path.suffix == ".gz":
        return f"{again}, or unpack it, if you compressed it yourself"
    return again


def _advice(files: Sequence[PublishedFile]) -> str:
    """What to do where files are missing."""
    names = "".join(f"\n    {MIRROR}{file.name}.gz" for file in files)
    return f"download into one folder, and set {VARIABLE} to that folder's path:{names}"
