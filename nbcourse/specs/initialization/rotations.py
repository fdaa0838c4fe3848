"""How an orthogonal matrix is judged: by angles, lengths and signs that are fair."""

from typing import Any

import numpy as np

from nbcourse.specs.initialization.judging import shape_complaint


def gram(w: Any) -> Any:
    """Products of all pairs of columns; of rows where the matrix is wide."""
    return w.T @ w if w.shape[0] >= w.shape[1] else w @ w.T


@np.errstate(all="ignore")
def judge_orthogonal(args: tuple[Any, ...], result: Any) -> str | None:
    """Judge angles, lengths and signs.

    Turning round any column of a uniform orthogonal matrix, or any row, gives another that is as
    likely. So whatever tells a column from its negative is a fair coin, tossed once for each: 44
    tosses or more of which all but two agree come up less than once in 5e9 times.
    """
    fan_in, fan_out, gain, _ = args
    if words := shape_complaint(result, (fan_in, fan_out)):
        return words
    w = np.asarray(result, dtype=np.float64) / gain
    products = gram(w)
    lengths, one = np.sqrt(np.diag(products)), "column" if fan_in >= fan_out else "row"
    off = np.abs(products - np.diag(np.diag(products))).max(initial=0.0)
    if off > 1e-8 * max(1.0, lengths.max() ** 2):
        return f"has {one}s that are not at right angles to each other"
    if np.abs(lengths - 1).max() > 1e-8:
        return f"has a {one} of length {gain * lengths[0]:.4g}, expected {gain:.4g}, the gain"
    if min(w.shape) == 1:
        return None
    if np.abs(w).max() > 0.9:
        return "holds little but zeros, expected a matrix that is turned at random"
    if np.count_nonzero(w) < 0.99 * w.size:
        return f"is 0 in {1 - np.count_nonzero(w) / w.size:.0%} of its entries, expected none"
    return _unfair(w if fan_in >= fan_out else w.T) or (_unfair(w.T) if fan_in == fan_out else None)


def _unfair(tall: Any) -> str | None:
    """Which of the coins is not fair, if one is not."""
    pivots = np.diag(np.linalg.qr(tall)[1])
    if _agree(pivots):
        return "has the signs that np.linalg.qr happens to give, expected each sign to be as likely"
    if _agree(np.diag(tall)):
        return "has a diagonal whose signs agree, expected each sign to be as likely"
    sums, largest = tall.sum(axis=0), tall[np.abs(tall).argmax(axis=0), np.arange(tall.shape[1])]
    if _agree(sums) or _agree(largest) or _agree(tall[0]):
        return "has columns with one of their signs in common, expected each sign to be as likely"
    if _agree(tall[:, 0]):
        return "has a row or a column whose signs agree, expected each sign to be as likely"
    return None


def _agree(values: Any) -> bool:
    positive = int((values > 0).sum())
    return bool(min(positive, values.size - positive) <= 2 + (values.size - 44) // 4)
