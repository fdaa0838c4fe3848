"""What goes wrong with the running statistics most often: in one way, or in several at once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.batch_norm.common import together
from nbcourse.specs.batch_norm.forward_steps import Forward, moved

# What is often met together: the share of the new batch, the spread that is kept, the mode.
_SHARES: dict[str, dict[str, Any]] = {
    "": {},
    (
        "The weights of old and new are swapped: here momentum is the share of the new batch, "
        "(1 - momentum) * running + momentum * batch. Other sources have it the other way round."
    ): {"moved": lambda old, new, m: m * old + (1 - m) * new},
    (
        "Your momentum is 0.9 by default and the share that is kept. Here it is 0.1 by default and "
        "the share of the new batch: (1 - momentum) * running + momentum * batch."
    ): {"moved": lambda old, new, m: m * old + (1 - m) * new, "momentum": 0.9},
    (
        "The momentum in your running statistics is a number written into the code. Take the "
        "argument: it may be another."
    ): {"moved": lambda old, new, m: moved(old, new, 0.1)},
}
_SPREADS: dict[str, Any] = {
    "": Forward().spread,
    (
        "The running variance takes the unbiased variance of the batch: var * N / (N - 1), or "
        "ddof=1. Yours has the divisor N."
    ): lambda x: x.var(axis=0),
    (
        "You keep a running standard deviation. running['var'] is a variance: the root is taken "
        "when it is used."
    ): lambda x: x.std(axis=0),
    (
        "You keep a running standard deviation, with the divisor N - 1. running['var'] is a "
        "variance: leave the root out."
    ): lambda x: np.sqrt(Forward().spread(x)),
}
_IN_TEST = (
    "You move the running statistics at test time. Return them as they are: what is tested must "
    "leave no trace in the model."
)


def _more_than_one_row(function: Any) -> Any:
    """The running statistics of a single row may be anything: its unbiased variance is 0 / 0."""
    return lambda args, result: len(args[0]) == 1 or same(result[2], function(*args)[2], 1e-6, 1e-9)


def often() -> Iterator[Mistake]:
    """Every combination of them, each with a hint that names all."""
    for (share, how), (spread, of), test in product(
        _SHARES.items(), _SPREADS.items(), (False, True)
    ):
        if share or spread or test:
            function = Forward(**how, spread=of, updates_in_test=test)
            hint = together(share, spread, _IN_TEST if test else "")
            yield Mistake(hint, function, _more_than_one_row(function) if test else None)
