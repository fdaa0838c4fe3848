"""What goes wrong in the ratio of an update: another size than the norm over all entries."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake


def _by(size: Callable[[Any], Any]) -> Callable[..., Any]:
    """The ratio of two sizes, measured otherwise than by the norm."""
    return lambda w, w_new: size(w_new - w) / size(w)


SIZE_MISTAKES = (
    Mistake(
        "You take sums or means of absolute values. The norm is the root of the sum of the "
        "squares.",
        _by(lambda v: np.sum(np.abs(v))),
    ),
    Mistake(
        "You compare the largest entries. The norm is the root of the sum of all squares.",
        _by(lambda v: np.max(np.abs(v))),
    ),
    Mistake(
        "You compare standard deviations, which leave out the mean. The norm counts it.",
        _by(np.std),
    ),
    Mistake(
        "You compare variances. The norm is the root of the sum of the squares.",
        _by(np.var),
    ),
    Mistake(
        "You compare sums or means, where positive and negative entries cancel. Take norms.",
        _by(np.sum),
    ),
    Mistake(
        "You compare sums without their sign, where positive and negative entries have "
        "already cancelled. Take norms.",
        _by(lambda v: abs(np.sum(v))),
    ),
    Mistake(
        "For a matrix np.linalg.norm(w, 2) is the spectral norm, its largest singular value. "
        "Leave out the 2, so that all entries count.",
        _by(lambda v: np.linalg.norm(v, 2)),
    ),
    Mistake(
        "For a matrix np.linalg.norm(w, 1) is its largest column sum. Leave out the 1.",
        _by(lambda v: np.linalg.norm(v, 1)),
    ),
    Mistake(
        "You divide entry by entry and take the mean. First the two norms, then one division: "
        "single weights may be 0.",
        lambda w, w_new: np.mean(np.abs(w_new - w) / np.abs(w)),
    ),
    Mistake(
        "You take the mean of the ratios of the entries, signs included. First the two norms, "
        "then one division.",
        lambda w, w_new: np.mean((w_new - w) / w),
    ),
    Mistake(
        "You divide entry by entry and take the norm then. First the two norms, then one division.",
        lambda w, w_new: np.linalg.norm((w_new - w) / w),
    ),
    Mistake(
        "You return one ratio for each entry. One number is asked for: the norm of the update "
        "divided by the norm of the weight.",
        lambda w, w_new: np.abs(w_new - w) / np.abs(w),
    ),
    Mistake(
        "You divide the update by the norm of the weight and return an array. The norm of the "
        "update belongs above.",
        lambda w, w_new: (w_new - w) / np.linalg.norm(w),
    ),
    Mistake(
        "With an axis given, np.linalg.norm has one norm for each row or column. Leave it out.",
        lambda w, w_new: np.linalg.norm(w_new - w, axis=0) / np.linalg.norm(w, axis=0),
    ),
    Mistake(
        "You take the norm of each row, and the mean of their ratios. One norm over all "
        "entries is asked for, above and below.",
        lambda w, w_new: np.mean(np.linalg.norm(w_new - w, axis=-1) / np.linalg.norm(w, axis=-1)),
    ),
    Mistake(
        "You add the two weights. The update is their difference, w_new - w.",
        lambda w, w_new: np.linalg.norm(w_new + w) / np.linalg.norm(w),
    ),
    Mistake(
        "The norm below divides by the number of entries, the one above does not. Leave the "
        "mean out, or take it in both.",
        lambda w, w_new: np.linalg.norm(w_new - w) / np.sqrt(np.mean(w**2)),
    ),
    Mistake(
        "You take the logarithm of a ratio of standard deviations. The ratio of the norms itself "
        "is asked for.",
        lambda w, w_new: np.log10(np.std(w_new - w) / np.std(w)),
    ),
    Mistake(
        "'fro' is for matrices only. np.linalg.norm(w) without it counts all entries of any array.",
        _by(lambda v: np.linalg.norm(v, "fro")),
    ),
    Mistake(
        "With axis=1, np.linalg.norm has one norm for each row, and a vector has no such axis. "
        "Leave it out.",
        _by(lambda v: np.linalg.norm(v, axis=1)),
    ),
    Mistake(
        "You divide entry by entry, with a small number against weights of 0, and take the mean. "
        "First the two norms, then one division.",
        lambda w, w_new: np.mean(np.abs(w_new - w) / (np.abs(w) + 1e-8)),
    ),
    Mistake(
        "You divide entry by entry, with a small number against weights of 0, and take the norm. "
        "First the two norms, then one division.",
        lambda w, w_new: np.linalg.norm((w_new - w) / (w + 1e-8)),
    ),
    Mistake(
        "You take one norm for each column, and the mean of their ratios. One norm over all "
        "entries is asked for, above and below.",
        lambda w, w_new: np.mean(np.linalg.norm(w_new - w, axis=0) / np.linalg.norm(w, axis=0)),
    ),
    Mistake(
        "Above you take a mean of squares, below the norm, a sum. Take the norm in both.",
        lambda w, w_new: np.sqrt(np.mean((w_new - w) ** 2)) / np.linalg.norm(w),
    ),
    Mistake(
        "You compare medians. The norm is the root of the sum of the squares.",
        _by(lambda v: np.median(np.abs(v))),
    ),
    Mistake(
        "Below you add up absolute values. Take the norm there, too.",
        lambda w, w_new: np.linalg.norm(w_new - w) / np.sum(np.abs(w)),
    ),
    Mistake(
        "Above you add up absolute values. Take the norm there, too.",
        lambda w, w_new: np.sum(np.abs(w_new - w)) / np.linalg.norm(w),
    ),
    Mistake(
        "You divide by the number of weights as well. The ratio of the two norms is all.",
        lambda w, w_new: np.linalg.norm(w_new - w) / np.linalg.norm(w) / w.size,
    ),
    Mistake(
        "You take the product of the update with the weight, which leaves out what is at right "
        "angles to it. The norm of the update belongs above.",
        lambda w, w_new: np.sum((w_new - w) * w) / np.sum(w**2),
    ),
    Mistake(
        "np.inf asks np.linalg.norm for a largest sum or entry. Leave it out.",
        _by(lambda v: np.linalg.norm(v, np.inf)),
    ),
)
