"""Early stopping: where training stops, and which step it holds for the best."""

import math

import pytest

from nbcourse.early_stopping import EarlyStopping, early_stopping


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "expected"),
    [
        ([1.0], 5, 0.0, (1, 1)),
        ([1.0, 2.0, 0.5], 1, 0.0, (2, 1)),  # the first step raises a patience of 1 to 2
        ([1.0, 2.0, 3.0, 0.5], 3, 0.0, (3, 1)),
        ([1.0, 0.9, 0.8, 0.9, 0.9, 0.9, 0.1], 3, 0.0, (6, 3)),
        ([1.0, 0.9, 0.8, 0.7, 0.6, 0.5], 2, 0.0, (6, 6)),
        ([1.0, 0.9, 0.8, 0.7, 0.6, 0.5], 5, 0.35, (6, 5)),  # many small ones make a large one
        ([1.0, 0.5, 0.5, 0.5, 0.5], 3, 0.0, (4, 2)),  # equal is not lower
        ([1.0, 0.75, 0.25], 3, 0.25, (3, 3)),  # lower by exactly min_delta is not enough
        ([1.0, 0.75], 2, 0.25, (2, 1)),
        ([math.nan, 1.0, 0.5], 2, 0.0, (2, 1)),  # nothing is lower than NaN
    ],
)
def test_patience(
    losses: list[float], patience: int, min_delta: float, expected: tuple[int, int]
) -> None:
    assert early_stopping(losses, patience, min_delta) == expected
    stopper = EarlyStopping(patience, min_delta)
    stops = [stopper.update(loss) for loss in losses[: expected[0]]]
    assert not any(stops[:-1])
    assert stops[-1] == (stopper.patience <= expected[0])
    assert stopper.best_step == expected[1]


def test_early_stopping_needs_a_loss() -> None:
    with pytest.raises(ValueError, match="at least one loss"):
        early_stopping([], 3, 0.0)
