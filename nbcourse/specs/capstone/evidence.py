"""What is known of a student's two functions after they were judged, and how to learn more."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.exercise.calling import call_written
from nbcourse.exercise.comparison import same
from nbcourse.specs.capstone.rows import CLASSES, Labels, Round

#: A training is repeated, to find a cause, only if it takes no longer than so many seconds.
QUICK = 4.0


@dataclass(frozen=True, eq=False)
class Trained:
    """One round: its rows, the parameters, and the labels predicted for the held-back rows."""

    given: Round
    params: Any
    predicted: Any
    seconds: float

    @cached_property
    def accuracy(self) -> float:
        """The share of held-back rows whose label is right."""
        return float(np.mean(self.predicted == self.given.labels_held))


@dataclass(frozen=True, eq=False)
class Evidence:
    """The functions, and what they did in each round."""

    train: Any
    predict: Any
    trained: tuple[Trained, ...]

    @cached_property
    def accuracy(self) -> float:
        """The share of right labels over all rounds."""
        return float(np.mean([each.accuracy for each in self.trained]))

    @property
    def last(self) -> Trained:
        """The round that was trained last: what lies in globals belongs to it."""
        return self.trained[-1]

    def labels_of(self, params: Any, x: Array) -> Any:
        """The labels that ``predict`` gives these rows at once; None where there are none."""
        labels = np.asarray(call_written(self.predict, (params, x)).outcome, dtype=object)
        return labels if labels.shape == (len(x),) else None

    def accuracy_on(self, params: Any, x: Array, labels: Labels) -> float:
        """The share of these rows whose label is right, all predicted at once."""
        found = self.labels_of(params, x)
        return 0.0 if found is None else float(np.mean(found == labels))

    def accuracy_if(self, *, shuffled: bool = False, scale: float = 1.0, repeats: int = 1) -> float:
        """The accuracy after another training, on the last round's rows changed like this.

        It is 0 where the training would take too long to be tried.
        """
        given = self.last.given
        # One that took longer than a call may take would count as a fault of the submission.
        if repeats * max(each.seconds for each in self.trained) > QUICK:
            return 0.0
        order = np.tile(np.arange(len(given.x)), repeats)
        if shuffled:
            order = np.random.default_rng(given.seed).permutation(order)
        args = (given.x[order] * scale, given.labels[order], np.random.default_rng(given.seed))
        params = call_written(self.train, args).outcome
        return self.accuracy_on(params, given.x_held * scale, given.labels_held)

    def learns_from_labels(self) -> bool:
        """Whether other labels for the last round's rows, all else equal, change the parameters."""
        given = self.last.given
        if self.last.seconds > QUICK:
            return True
        rng = np.random.default_rng(given.seed)
        others = (given.labels + 1) % CLASSES
        params = call_written(self.train, (given.x, others, rng)).outcome
        return not same(params, self.last.params)

    @cached_property
    def shares(self) -> Array:
        """How often each label was predicted in the last round, as a share."""
        counts = [np.mean(self.last.predicted == label) for label in range(CLASSES)]
        return np.array(counts)
