"""Naming what went wrong in a capstone, from what the functions returned and by trying them again.

A network's numbers tell little: two right ones have none in common. So each cause is looked for by
an experiment that only it would pass, the surest first.
"""

from typing import Any

import numpy as np

from nbcourse.specs.capstone import wording
from nbcourse.specs.capstone.evidence import Evidence
from nbcourse.specs.capstone.reading import depth, is_flat, reading_hint
from nbcourse.specs.capstone.rows import CLASSES

_GUESSED = 0.25  # well above one in ten
_WELL = 0.6  # no accident
_GAIN = 0.025  # more than two rounds of the same network differ by
_LESS = 0.3  # of the errors: what a cause that was removed takes away at least


def fault_hint(stage: str, found: Any) -> str | None:
    """The hint for functions that could not be judged by their accuracy."""
    if stage == "type" and found not in ("kind", "fractions"):
        return wording.KEPT
    if stage == "shape":
        return _shape_hint(found)
    if stage == "raised":
        name, outcome = found
        return (
            wording.LABELS_HOT if name == "train" and _wants_one_hot(str(outcome.error)) else None
        )
    by_name = {
        "kind": wording.NO_LABELS,
        "nothing": wording.NOTHING,
        "seconds": wording.SLOW,
        "stopped": wording.STOPPED,
        "numbers": wording.NUMEROUS,
        "fractions": wording.SCORES,
    }
    return by_name.get(found) if isinstance(found, str) else None


def _wants_one_hot(message: str) -> bool:
    """Whether an error tells of labels that were taken for rows of ten."""
    words = ("could not be broadcast together", "1-dimensional", "axis 1 is out of bounds")
    return any(word in message for word in (*words, "tuple index out of range"))


def _shape_hint(labels: Any) -> str | None:
    if labels.ndim == 2 and labels.shape[1] == CLASSES:
        binary = np.all((labels == 0) | (labels == 1)) and np.all(labels.sum(axis=1) == 1)
        return wording.ONE_HOT if binary else wording.SCORES
    if labels.ndim == 0:
        return wording.SQUEEZED
    return wording.COLUMN if 1 in labels.shape and labels.ndim > 1 else wording.ACROSS


def accuracy_hint(evidence: Evidence) -> str | None:
    """The hint for functions that run, and name too few digits right."""
    first, last = evidence.trained[0], evidence.last
    if last.accuracy > first.accuracy + 0.3:
        return wording.LEFT_BEHIND
    if _is_ignoring(evidence):
        return wording.IGNORED
    if evidence.accuracy < _GUESSED and _is_shifted(evidence):
        return wording.SHIFTED
    if evidence.accuracy < 0.03 and evidence.shares.max() < 0.5:
        return wording.ARGMIN
    at_once = evidence.accuracy_on(last.params, last.given.x_held, last.given.labels_held)
    if at_once > last.accuracy + _GAIN:
        return wording.OWN_STATISTICS
    if hint := reading_hint(last, at_once + 0.08):
        return hint
    if depth(last.params) != 1:  # a linear model is not better off for it
        better = max(at_once + _LESS * (1 - at_once), _WELL)
        if evidence.accuracy_if(shuffled=True) > better:
            return wording.UNSHUFFLED
        for shuffled in (False, True):
            if evidence.accuracy_if(shuffled=shuffled, scale=1 / 16) > better:
                return wording.UNSCALED
    if hint := reading_hint(last, at_once + _GAIN):
        return hint
    return _by_training_rows(evidence)


def _is_ignoring(evidence: Evidence) -> bool:
    """Whether both rounds' parameters give the same varied answers, which cannot be right."""
    if evidence.accuracy > _GUESSED or evidence.shares.max() > 0.5:
        return False
    rows = evidence.last.given.x_held
    answers = [evidence.labels_of(each.params, rows) for each in evidence.trained]
    if any(answer is None for answer in answers):
        return False
    return bool(np.mean(answers[0] == answers[1]) > 0.4)


def _by_training_rows(evidence: Evidence) -> str:
    last = evidence.last
    if not _is_finite(last.params):
        return wording.DIVERGED
    if last.accuracy < _GUESSED and not evidence.learns_from_labels():
        return wording.UNTRAINED
    if evidence.shares.max() > 0.7:
        return wording.CONSTANT
    given = last.given
    if evidence.accuracy_on(last.params, given.x, given.labels) < _GUESSED:
        return wording.LOST
    if is_flat(last):
        return wording.LINEAR if depth(last.params) == 1 else wording.FLAT
    longer = evidence.accuracy_if(repeats=3)
    return wording.SHORT if longer > last.accuracy + 0.01 else wording.NARROW


def _is_shifted(evidence: Evidence) -> bool:
    """Whether most labels are off by the same number."""
    last = evidence.last
    off, counts = np.unique(last.predicted - last.given.labels_held, return_counts=True)
    best = counts.argmax()
    return bool(off[best] != 0 and counts[best] > 0.6 * len(last.predicted))


def _is_finite(params: Any) -> bool:
    if isinstance(params, dict):
        params = list(params.values())
    if isinstance(params, (list, tuple)):
        return all(map(_is_finite, params))
    array = np.asarray(params)
    return array.dtype.kind not in "f" or bool(np.all(np.isfinite(array)))
