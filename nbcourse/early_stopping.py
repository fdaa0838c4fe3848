"""Early stopping with patience: end training when it has long brought nothing new.

With mini-batches some steps go in the wrong direction, so one bad step is no reason to stop. The
later the last improvement came, the longer it is worth waiting for the next.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class EarlyStopping:
    r"""Early stopping for a loop: it is told one loss after the other.

    Steps i are counted from 1. A loss below ``best - min_delta`` is an improvement, and so is the
    first one; it sets ``best``, and raises the patience to at least :math:`2 i`. Training stops
    after step i when :math:`i \ge patience` (Bengio, 2012).

    Attributes
    ----------
    patience : number of steps that are done in any case; grows
    min_delta : how much lower a loss must be to count
    step, best, best_step : the steps so far, the lowest loss that counted, and its step

    Examples
    --------
    >>> stopper = EarlyStopping(patience=2)
    >>> for loss in (1.0, 0.5, 0.6, 0.7, 0.1):
    ...     if stopper.update(loss):
    ...         break
    >>> stopper.step, stopper.best_step, stopper.patience
    (4, 2, 4)
    """

    patience: int
    min_delta: float = 0.0
    step: int = 0
    best: float = math.inf
    best_step: int = 0

    def update(self, loss: float) -> bool:
        """Count one step with its loss; True when training should stop after it."""
        self.step += 1
        if self.step == 1 or loss < self.best - self.min_delta:
            self.best, self.best_step = float(loss), self.step
            self.patience = max(self.patience, 2 * self.step)
        return self.step >= self.patience


def early_stopping(losses: Iterable[float], patience: int, min_delta: float) -> tuple[int, int]:
    """Where training would have stopped on these losses, and which step was the best.

    The rule is that of ``EarlyStopping``.

    Parameters
    ----------
    losses : one number for each step, at least one; steps are counted from 1
    patience : number of steps that are done in any case
    min_delta : how much lower than the best so far a loss must be to be an improvement

    Returns
    -------
    stop_step : the last step done; that of the last loss, where the patience outlasts them
    best_step : the step of the last improvement

    Raises
    ------
    ValueError
        There are no losses.

    Examples
    --------
    >>> early_stopping([1.0, 0.5, 0.6, 0.7, 0.1], patience=2, min_delta=0.0)
    (4, 2)
    """
    stopper = EarlyStopping(patience, min_delta)
    for loss in losses:
        if stopper.update(loss):
            break
    if not stopper.step:
        raise ValueError("early_stopping needs at least one loss; got none")
    return stopper.step, stopper.best_step
