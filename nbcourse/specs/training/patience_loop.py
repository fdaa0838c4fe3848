"""Early stopping with any of its parts exchanged, to make the mistakes from."""

import math
from collections.abc import Callable
from typing import Any


def loop(
    *,
    improves: Callable[[float, float, float], bool] = lambda loss, best, delta: loss < best - delta,
    extended: Callable[[int, int], Any] = lambda patience, i: max(patience, 2 * i),
    stops: Callable[[int, Any, int], bool] = lambda i, patience, best_step: i >= patience,
    count_from: int = 1,
    best_at_start: float | None = math.inf,
    follows: bool = False,
    drifts: bool = False,
    stays: bool = False,
    stops_first: bool = False,
    result: Callable[[int, int, float], Any] = lambda i, best_step, best: (i, best_step),
    at_the_end: Callable[[int, int, float], Any] | None = None,
) -> Callable[..., Any]:
    """The loop with other tests, counts or results.

    ``follows`` remembers the last loss in place of the best one, ``drifts`` takes every lower loss
    for the best without calling it an improvement, ``stays`` never changes it, ``stops_first``
    asks before the loss is seen.
    """

    def stopping(losses: Any, patience: Any, min_delta: Any) -> Any:
        best = losses[0] if best_at_start is None else best_at_start
        best_step = i = count_from
        for i, loss in enumerate(losses, start=count_from):
            if stops_first and stops(i, patience, best_step):
                return result(i, best_step, best)
            if (i == count_from and best_at_start == math.inf) or improves(loss, best, min_delta):
                best = best if stays and i > count_from else loss
                best_step, patience = i, extended(patience, i)
            elif drifts:
                best = min(best, loss)
            if follows:
                best = loss
            if not stops_first and stops(i, patience, best_step):
                return result(i, best_step, best)
        return (at_the_end or result)(i, best_step, best)

    return stopping
