"""The rows of the capstone: what ``train`` gets, and what is held back from it.

The digits are public, and so are the right labels of all of them. Three things keep an answer from
being looked up. Held-back rows come from a reserve that ``nbcourse.data`` does not have where
submissions run; of the others it has a few. Every row that is given or held back is a slightly
turned, shifted, scaled and noisy copy, so that it equals no row of the original. And the ten labels
are dealt anew for every round: which number stands for which digit is known from the given rows
alone.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.data import load_digits
from nbcourse.exercise.cases import generator

Labels = NDArray[np.int64]

CLASSES = 10
SIDE = 8
#: The held-back digits are copies of these many, the same for everyone.
RESERVE = 600
#: So many of each other digit are what ``load_digits`` has where submissions run.
SHOWN = 30
#: So many of the other digits are drawn for a round, and so many copies of each are given.
DRAWN, COPIES = 800, 5
#: Two trainings, each on rows and labels of its own.
ROUNDS = 2
#: ``predict`` gets the held-back rows in pieces of one to so many.
LARGEST_PIECE = 16
_BACKGROUND = 2  # empty pixels around an image, from which those come that are shifted into it


@dataclass(frozen=True, eq=False)
class Round:
    """One training and its held-back rows; pixels from 0 to 16, one image a row.

    Parameters
    ----------
    x, labels : the given rows, sorted by their labels
    seed : makes the generator that ``train`` gets
    x_held, labels_held : the held-back rows
    starts : where the pieces begin in which ``predict`` gets them
    """

    x: Array
    labels: Labels
    seed: int
    x_held: Array
    labels_held: Labels
    starts: tuple[int, ...]


def reserve() -> NDArray[np.int64]:
    """Which digits are copied for the held-back rows, as positions in ``load_digits()``."""
    _, labels = load_digits()
    return np.random.default_rng(88).permutation(len(labels))[:RESERVE]


def without_reserve() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """All labels, with a few digits in the places of all: none of them of the reserve.

    This is the file ``nbcourse/grading/reduced/digits.npz``, which a submission's code has. With
    more different ones among them, the label of the nearest would earn full marks.

    >>> images, labels = without_reserve()
    >>> images.shape, bool(np.all(labels == load_digits()[1]))
    ((1797, 8, 8), True)
    """
    images, labels = load_digits()
    free = np.setdiff1d(np.arange(len(labels)), reserve())
    rng = np.random.default_rng(0)
    source = np.arange(len(labels))
    for label in range(CLASSES):
        shown = rng.choice(free[labels[free] == label], SHOWN, replace=False)
        places = np.flatnonzero(labels == label)
        source[places] = np.resize(shown, len(places))
    return images[source].astype(np.uint8), labels.astype(np.uint8)


@lru_cache(maxsize=16)
def rounds(seed: str | None) -> tuple[Round, ...]:
    """The rounds of a seed, the same for everyone who is checked with it."""
    deals = _deals(generator("capstone", seed, ROUNDS))
    return tuple(
        _round(generator("capstone", seed, number), dealt) for number, dealt in enumerate(deals)
    )


def _deals(rng: np.random.Generator) -> list[Labels]:
    """The label of each digit in each round; none is the digit itself, or twice the same."""
    while True:
        deals = [rng.permutation(CLASSES) for _ in range(ROUNDS)]
        rows = np.array([np.arange(CLASSES), *deals])
        if all(len(set(column)) == len(rows) for column in rows.T):
            return deals


def _round(rng: np.random.Generator, dealt: Labels) -> Round:
    images, labels = load_digits()
    held = rng.permutation(reserve())
    free = np.setdiff1d(np.arange(len(labels)), held)
    given = np.tile(rng.choice(free, DRAWN, replace=False), COPIES)
    given = given[np.argsort(dealt[labels[given]], kind="stable")]
    arrays = (
        copies(images[given], rng),
        dealt[labels[given]],
        copies(images[held], rng),
        dealt[labels[held]],
    )
    for array in arrays:
        array.flags.writeable = False
    x, own, x_held, labels_held = arrays
    return Round(x, own, int(rng.integers(2**32)), x_held, labels_held, _pieces(rng, len(held)))


def _pieces(rng: np.random.Generator, count: int) -> tuple[int, ...]:
    starts = np.cumsum(rng.integers(1, LARGEST_PIECE + 1, count))
    # The first piece is a single row: a function that cannot take one is found at once.
    return (0, 1, *(int(start) for start in 1 + starts if start + 1 < count))


def copies(images: Array, rng: np.random.Generator) -> Array:
    """Turned, shifted, scaled and noisy copies of images (N, 8, 8), as rows of whole numbers."""
    n = len(images)
    angle = np.deg2rad(rng.uniform(-10, 10, n))
    scale = np.exp(rng.uniform(-0.08, 0.08, n))
    shift = rng.uniform(-0.5, 0.5, (2, n))
    # Where in the original each pixel of a copy is read.
    middle = (SIDE - 1) / 2
    down, right = np.meshgrid(np.arange(SIDE) - middle, np.arange(SIDE) - middle, indexing="ij")
    cos, sin = (f(angle)[:, None, None] / scale[:, None, None] for f in (np.cos, np.sin))
    rows = cos * down - sin * right + middle + shift[0][:, None, None]
    columns = sin * down + cos * right + middle + shift[1][:, None, None]
    pixels = _between(images, rows, columns) + rng.normal(0, 0.5, images.shape)
    return np.clip(np.rint(pixels), 0, 16).reshape(n, SIDE * SIDE)


def _between(images: Array, rows: Array, columns: Array) -> Array:
    """Images read between their pixels, by bilinear interpolation."""
    pad = _BACKGROUND
    padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad)))
    most = SIDE + 2 * pad - 1.001
    rows, columns = (np.clip(each + pad, 0, most) for each in (rows, columns))
    i, j = rows.astype(int), columns.astype(int)
    down, right = rows - i, columns - j
    n = np.arange(len(images))[:, None, None]
    result: Array = (
        padded[n, i, j] * (1 - down) * (1 - right)
        + padded[n, i, j + 1] * (1 - down) * right
        + padded[n, i + 1, j] * down * (1 - right)
        + padded[n, i + 1, j + 1] * down * right
    )
    return result
