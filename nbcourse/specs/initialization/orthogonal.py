"""``orthogonal``: right angles, equal lengths, and signs that are fair."""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.initializers import orthogonal
from nbcourse.specs.initialization.judging import complaint_is, shape_complaint
from nbcourse.specs.initialization.slips import generator

_SEEDS = (0, 1, 42, 123)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    n, m = int(rng.integers(44, 50)), int(rng.integers(60, 70))
    # A gain near 1 would hide its root and its square.
    for fan_in, fan_out in ((m, n), (n, m), (n, n), (1, m), (m, 1)):
        gain = float(rng.choice([rng.uniform(0.3, 0.6), rng.uniform(1.7, 3.0)]))
        yield fan_in, fan_out, gain, generator(rng)


def _gram(w: Any) -> Any:
    """Products of all pairs of columns; of rows where the matrix is wide."""
    return w.T @ w if w.shape[0] >= w.shape[1] else w @ w.T


@np.errstate(all="ignore")
def _accept(args: tuple[Any, ...], result: Any) -> str | None:
    """Judge angles, lengths and signs.

    Turning round any column of a uniform orthogonal matrix, or any row, gives another that is as
    likely. So whatever tells a column from its negative is a fair coin, tossed once for each: 44
    tosses or more of which all but two agree come up less than once in 5e9 times.
    """
    fan_in, fan_out, gain, _ = args
    if words := shape_complaint(result, (fan_in, fan_out)):
        return words
    w = np.asarray(result, dtype=np.float64) / gain
    gram = _gram(w)
    lengths, one = np.sqrt(np.diag(gram)), "column" if fan_in >= fan_out else "row"
    off = np.abs(gram - np.diag(np.diag(gram))).max(initial=0.0)
    if off > 1e-8 * max(1.0, lengths.max() ** 2):
        return f"has {one}s that are not at right angles to each other"
    if np.abs(lengths - 1).max() > 1e-8:
        return f"has a {one} of length {gain * lengths[0]:.4g}, expected {gain:.4g}, the gain"
    if min(w.shape) == 1:
        return None
    if np.abs(w).max() > 0.9:
        return "holds little but zeros, expected a matrix that is turned at random"
    for seed in _SEEDS:
        drawn = orthogonal(fan_in, fan_out, 1.0, np.random.default_rng(seed))
        if np.allclose(np.abs(w), np.abs(drawn)):
            return f"holds the numbers of np.random.default_rng({seed}), whatever generator rng is"
    return _unfair(w if fan_in >= fan_out else w.T) or (_unfair(w.T) if fan_in == fan_out else None)


def _unfair(tall: Any) -> str | None:
    """Which of the coins is not fair, if one is not."""
    pivots = np.diag(np.linalg.qr(tall)[1])
    if _agree(pivots):
        return "has the signs that np.linalg.qr happens to give, expected each sign to be as likely"
    if _agree(np.diag(tall)):
        return "has a diagonal whose signs agree, expected each sign to be as likely"
    sums, largest = tall.sum(axis=0), tall[np.abs(tall).argmax(axis=0), np.arange(tall.shape[1])]
    if _agree(sums) or _agree(largest) or _agree(tall[0]) or _agree(tall[:, 0]):
        return "has a row or a column whose signs agree, expected each sign to be as likely"
    return None


def _agree(values: Any) -> bool:
    positive = int((values > 0).sum())
    return bool(min(positive, values.size - positive) <= 2 + (values.size - 44) // 4)


def _of(change: Callable[..., Any]) -> Callable[..., Any]:
    """``orthogonal`` with another last step: ``change(q, r, gain)`` of the tall decomposition."""

    def function(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
        size = max(fan_in, fan_out), min(fan_in, fan_out)
        w = change(*np.linalg.qr(rng.standard_normal(size)), gain)
        return w if fan_in >= fan_out else w.T

    return function


def _signed(q: Any, r: Any) -> Any:
    return q * np.sign(np.diag(r))


def _scaled(hint: str, factor: Callable[[float], float]) -> Mistake:
    """The mistake of another factor than the gain."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        w = np.asarray(result)
        gram = _gram(w)
        right = w.shape == args[:2]
        return bool(right and np.allclose(gram, factor(args[2]) ** 2 * np.eye(len(gram))))

    return Mistake(hint, _of(lambda q, r, gain: factor(gain) * _signed(q, r)), explains)


def _wrong_shape(hint: str, function: Callable[..., Any], shape: Callable[..., Any]) -> Mistake:
    """The mistake that shows in the shapes; where those are right, it does not show."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return bool(np.shape(result) == shape(*args[:2]))

    return Mistake(hint, function, explains)


def _no_right_angles(args: tuple[Any, ...], result: Any) -> bool:
    # A single row or column is at right angles to all others of which there are none.
    return min(args[:2]) == 1 or "right angles" in str(_accept(args, result))


def _sign_of_rows(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    q, r = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))
    w = gain * np.sign(np.diag(r))[:, None] * q
    return w if fan_in >= fan_out else w.T


def _plain_qr(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return gain * _signed(*np.linalg.qr(rng.standard_normal((fan_in, fan_out))))


def _complete(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return gain * np.linalg.qr(rng.standard_normal((fan_in, fan_out)), mode="complete")[0]


def _never_turned(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    size = max(fan_in, fan_out), min(fan_in, fan_out)
    return gain * _signed(*np.linalg.qr(rng.standard_normal(size)))


def _normal(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return gain * rng.standard_normal((fan_in, fan_out)) / sqrt(fan_in)


def _unit_columns(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    w = rng.standard_normal((fan_in, fan_out))
    return gain * w / np.linalg.norm(w, axis=0 if fan_in >= fan_out else 1, keepdims=True)


def _only_positive(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    w = gain * _signed(*np.linalg.qr(rng.random((max(fan_in, fan_out), min(fan_in, fan_out)))))
    return w if fan_in >= fan_out else w.T


def _same_seed(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return orthogonal(fan_in, fan_out, gain, np.random.default_rng(0))


def _square_cut(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    side = max(fan_in, fan_out)
    q, r = np.linalg.qr(rng.standard_normal((side, side)))
    return gain * _signed(q, r)[:fan_in, :fan_out]


def _polar(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    u, _, v = np.linalg.svd(rng.standard_normal((fan_in, fan_out)), full_matrices=False)
    return gain * (u @ v)


def _gram_schmidt(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    for k in range(tall.shape[1]):
        for _ in range(2):  # once more, because the first time leaves a little
            tall[:, k] -= tall[:, :k] @ (tall[:, :k].T @ tall[:, k])
        tall[:, k] /= np.linalg.norm(tall[:, k])
    return gain * (tall if fan_in >= fan_out else tall.T)


def _random_signs(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    size = max(fan_in, fan_out), min(fan_in, fan_out)
    q = np.linalg.qr(rng.standard_normal(size))[0] * rng.choice([-gain, gain], size[1])
    return q if fan_in >= fan_out else q.T


ORTHOGONAL = Exercise(
    name="orthogonal",
    points=3,
    reference=orthogonal,
    parts=("w",),
    cases=_cases,
    accept=_accept,
    mistakes=(
        Mistake(
            "The signs of your columns are those that np.linalg.qr happens to choose, so half of "
            "all orthogonal matrices can never come out. Multiply each column of Q by the sign of "
            "R's diagonal entry of that column: q * np.sign(np.diag(r)).",
            _of(lambda q, r, gain: gain * q),
            complaint_is(_accept, "np.linalg.qr happens"),
        ),
        Mistake(
            "You take the signs from the diagonal of Q. It is the diagonal of R that tells which "
            "columns the decomposition turned round.",
            _of(lambda q, r, gain: gain * q * np.sign(np.diag(q))),
            complaint_is(_accept, "diagonal whose signs agree"),
        ),
        _scaled("Your columns have length 1: multiply by the gain.", lambda gain: 1.0),
        _scaled(
            "Your matrix is multiplied by the square of the gain. It is w^T w that holds the "
            "square; w is multiplied by the gain itself.",
            lambda gain: gain**2,
        ),
        _scaled(
            "Your matrix is multiplied by the root of the gain. Every length is multiplied by the "
            "gain itself.",
            sqrt,
        ),
        _scaled("You divide by the gain: multiply by it.", lambda gain: 1 / gain),
        _scaled("You add the gain where it multiplies.", lambda gain: 1 + gain),
        Mistake(
            "You multiply the columns of Q by the diagonal of R. Only its signs are needed: "
            "np.sign(np.diag(r)).",
            _of(lambda q, r, gain: gain * q * np.diag(r)),
        ),
        Mistake(
            "You return R. The orthogonal matrix of the decomposition is Q.",
            _of(lambda q, r, gain: gain * r),
        ),
        _wrong_shape(
            "For a wide matrix np.linalg.qr gives a Q with one row and one column for each input. "
            "Decompose a tall matrix, and transpose Q where fan_in is smaller than fan_out.",
            _plain_qr,
            lambda fan_in, fan_out: (fan_in, min(fan_in, fan_out)),
        ),
        _wrong_shape(
            "Your Q is square, with a column for each input. fan_out columns are asked for.",
            _complete,
            lambda fan_in, fan_out: (fan_in, fan_in),
        ),
        _wrong_shape(
            "Your matrix is square, of the larger of the two sides. Keep the first fan_in rows and "
            "the first fan_out columns.",
            lambda fan_in, fan_out, gain, rng: orthogonal(
                max(fan_in, fan_out), max(fan_in, fan_out), gain, rng
            ),
            lambda fan_in, fan_out: (max(fan_in, fan_out), max(fan_in, fan_out)),
        ),
        Mistake(
            "You multiply the rows of Q by the signs of R's diagonal. They belong to the columns: "
            "q * np.sign(np.diag(r)), without another axis.",
            _sign_of_rows,
        ),
        _wrong_shape(
            "Your matrix is always tall. Where fan_in is smaller than fan_out, return the "
            "transpose.",
            _never_turned,
            lambda fan_in, fan_out: (max(fan_in, fan_out), min(fan_in, fan_out)),
        ),
        _wrong_shape(
            "Your matrix is the transpose of the one asked for: inputs are its rows and outputs "
            "its columns, shape (fan_in, fan_out).",
            lambda fan_in, fan_out, gain, rng: orthogonal(fan_out, fan_in, gain, rng),
            lambda fan_in, fan_out: (fan_out, fan_in),
        ),
        Mistake(
            "Your numbers are drawn and scaled, but nothing puts the columns at right angles to "
            "each other: that takes a decomposition such as np.linalg.qr.",
            _normal,
            _no_right_angles,
        ),
        Mistake(
            "Your columns, or rows where the matrix is wide, have the right length, but they are "
            "not at right angles to each other: that takes a decomposition such as np.linalg.qr.",
            _unit_columns,
        ),
        Mistake(
            "You decompose a matrix whose entries are all positive, and its first column shows "
            "that. Draw normal entries: rng.standard_normal.",
            _only_positive,
            complaint_is(_accept, "row or a column whose signs agree"),
        ),
        Mistake(
            "This is the identity times a number, drawn by nobody. Decompose a matrix of normal "
            "numbers.",
            lambda fan_in, fan_out, gain, rng: gain * np.eye(fan_in, fan_out),
        ),
        Mistake(
            "You make a generator of your own, always with the same seed: every layer of a network "
            "would get the same weights. Draw from the argument rng.",
            _same_seed,
            complaint_is(_accept, "whatever generator rng is"),
        ),
    ),
    alternatives=(_square_cut, _polar, _gram_schmidt, _random_signs),
    summary="columns at right angles, or rows, of length gain",
)
