"""The bundled digits are the ones they are said to be."""

import hashlib

import numpy as np

from nbcourse.data import load_digits

# Test set of "Optical Recognition of Handwritten Digits": how often each digit occurs.
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
CHECKSUM = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def test_the_digits() -> None:
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float64
    assert labels.shape == (1797,)
    assert labels.dtype == np.int64
    assert (images.min(), images.max()) == (0.0, 16.0)
    assert np.array_equal(images, images.round())
    assert np.bincount(labels).tolist() == COUNTS
    data = images.astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()
    assert hashlib.sha256(data).hexdigest() == CHECKSUM


def test_a_caller_may_change_its_digits() -> None:
    images, labels = load_digits()
    images += 1.0
    labels += 1
    again, numbers = load_digits()
    assert again.min() == 0.0
    assert numbers.min() == 0
