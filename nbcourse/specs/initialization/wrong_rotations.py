"""Orthogonal matrices as they are often drawn wrongly, and how each mistake is recognized."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.initializers import orthogonal
from nbcourse.specs.initialization.judging import complaint_is
from nbcourse.specs.initialization.rotations import gram, judge_orthogonal


def _of(change: Callable[..., Any]) -> Callable[..., Any]:
    """``orthogonal`` with another last step: ``change(q, r, gain)`` of the tall decomposition."""

    def function(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
        size = max(fan_in, fan_out), min(fan_in, fan_out)
        w = change(*np.linalg.qr(rng.standard_normal(size)), gain)
        return w if fan_in >= fan_out else w.T

    return function


def signed(q: Any, r: Any) -> Any:
    """Q with the signs of R's diagonal given to its columns."""
    return q * np.sign(np.diag(r))


def _scaled(hint: str, factor: Callable[[float], float]) -> Mistake:
    """The mistake of another factor than the gain."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        w = np.asarray(result)
        products = gram(w)
        right = w.shape == args[:2]
        return bool(right and np.allclose(products, factor(args[2]) ** 2 * np.eye(len(products))))

    return Mistake(hint, _of(lambda q, r, gain: factor(gain) * signed(q, r)), explains)


def _wrong_shape(hint: str, function: Callable[..., Any], shape: Callable[..., Any]) -> Mistake:
    """The mistake that shows in the shapes; where those are right, it does not show."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return bool(np.shape(result) == shape(*args[:2]))

    return Mistake(hint, function, explains)


def _no_right_angles(args: tuple[Any, ...], result: Any) -> bool:
    # A single row or column is at right angles to all others of which there are none.
    return min(args[:2]) == 1 or "right angles" in str(judge_orthogonal(args, result))


def _only_tall_ones(args: tuple[Any, ...], result: Any) -> bool:
    """Whether wide matrices have the right size and no right angles, and tall ones are right."""
    if args[0] >= args[1] or min(args[:2]) == 1:
        return judge_orthogonal(args, result) is None
    whole = np.isclose(np.sum(np.square(result)), args[2] ** 2 * args[0])
    return bool(whole) and "right angles" in str(judge_orthogonal(args, result))


def _reshaped(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return orthogonal(max(fan_in, fan_out), min(fan_in, fan_out), gain, rng).reshape(
        fan_in, fan_out
    )


def _triangular(args: tuple[Any, ...], result: Any) -> bool:
    """Whether a matrix is zero on one side of its diagonal and not on the other."""
    w = np.asarray(result)
    below, above = np.tril(w, -1), np.triu(w, 1)
    return bool(below.any() != above.any()) or min(w.shape) == 1


def _many_zeros(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the entries beyond the smaller side are 0; there are none if the sides are equal."""
    w, side = np.asarray(result), min(args[:2])
    return w.shape == args[:2] and not w[side:].any() and not w[:, side:].any()


def _padded(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    w, side = np.zeros((fan_in, fan_out)), min(fan_in, fan_out)
    w[:side, :side] = orthogonal(side, side, gain, rng)
    return w


def _sign_of_rows(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    q, r = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))
    w = gain * np.sign(np.diag(r))[:, None] * q
    return w if fan_in >= fan_out else w.T


def _plain_qr(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return gain * signed(*np.linalg.qr(rng.standard_normal((fan_in, fan_out))))


def _complete(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return gain * np.linalg.qr(rng.standard_normal((fan_in, fan_out)), mode="complete")[0]


def _never_turned(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    size = max(fan_in, fan_out), min(fan_in, fan_out)
    return gain * signed(*np.linalg.qr(rng.standard_normal(size)))


def _normal(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    return gain * rng.standard_normal((fan_in, fan_out)) / sqrt(fan_in)


def _unit_columns(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    w = rng.standard_normal((fan_in, fan_out))
    return gain * w / np.linalg.norm(w, axis=0 if fan_in >= fan_out else 1, keepdims=True)


def _only_positive(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Any:
    w = gain * signed(*np.linalg.qr(rng.random((max(fan_in, fan_out), min(fan_in, fan_out)))))
    return w if fan_in >= fan_out else w.T


WRONG = (
    Mistake(
        "The signs of your columns are those that np.linalg.qr happens to choose, so half of "
        "all orthogonal matrices can never come out. Multiply each column of Q by the sign of "
        "R's diagonal entry of that column: q * np.sign(np.diag(r)).",
        _of(lambda q, r, gain: gain * q),
        complaint_is(judge_orthogonal, "np.linalg.qr happens"),
    ),
    Mistake(
        "You take the signs from the diagonal of Q. It is the diagonal of R that tells which "
        "columns the decomposition turned round.",
        _of(lambda q, r, gain: gain * q * np.sign(np.diag(q))),
        complaint_is(judge_orthogonal, "diagonal whose signs agree"),
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
        _triangular,
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
        "Your matrix is always tall. Where fan_in is smaller than fan_out, return the transpose.",
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
        complaint_is(judge_orthogonal, "row or a column whose signs agree"),
    ),
    Mistake(
        "Your columns are turned so that their first entry, their largest or their sum is "
        "positive. Each sign is to be as likely: take those of R's diagonal, "
        "q * np.sign(np.diag(r)).",
        _of(lambda q, r, gain: gain * q * np.sign(q[0])),
        complaint_is(judge_orthogonal, "one of their signs in common"),
    ),
    Mistake(
        "You decompose a square matrix of the smaller side and fill up with zeros. Decompose a "
        "tall one, so that every entry is drawn, and transpose it where fan_in is smaller.",
        _padded,
        _many_zeros,
    ),
    Mistake(
        "For a wide matrix you reshape, which tears the columns of Q apart. Transpose it: q.T has "
        "rows at right angles.",
        _reshaped,
        _only_tall_ones,
    ),
    Mistake(
        "Your columns have another length than the gain, though they are at right angles to "
        "each other. Q has columns of length 1: it is multiplied by the gain, and by nothing "
        "else.",
        lambda fan_in, fan_out, gain, rng: sqrt(fan_in) * orthogonal(fan_in, fan_out, gain, rng),
        complaint_is(judge_orthogonal, "of length"),
    ),
    Mistake(
        "This is the identity times a number, drawn by nobody. Decompose a matrix of normal "
        "numbers.",
        lambda fan_in, fan_out, gain, rng: gain * np.eye(fan_in, fan_out),
    ),
)
