"""What goes wrong in early stopping: when to stop, and what counts as an improvement."""

from nbcourse.exercise import Mistake
from nbcourse.specs.training.patience_loop import loop

PATIENCE_MISTAKES = (
    Mistake(
        "You stop when nothing has improved for `patience` steps since the best one. The rule here "
        "is another: stop at step i >= patience, where an improvement at step i raises the "
        "patience to at least 2 i.",
        loop(extended=lambda p, i: p, stops=lambda i, p, best: i - best >= p),
    ),
    Mistake(
        "You stop when nothing has improved for more than `patience` steps since the best one. "
        "Here the number i of the step itself is compared with patience, which grows to 2 i.",
        loop(extended=lambda p, i: p, stops=lambda i, p, best: i - best > p),
    ),
    Mistake(
        "You raise the patience, and compare it with the steps since the best one. Compare it with "
        "the number i of the step.",
        loop(stops=lambda i, p, best: i - best >= p),
    ),
    Mistake(
        "The patience never grows: an improvement at step i sets it to max(patience, 2 * i).",
        loop(extended=lambda p, i: p),
    ),
    Mistake(
        "An early improvement takes patience away: you set it to 2 * i. Take "
        "max(patience, 2 * i), which never falls.",
        loop(extended=lambda p, i: 2 * i),
    ),
    Mistake(
        "You take the smaller of patience and 2 * i. The larger one is meant.",
        loop(extended=lambda p, i: min(p, 2 * i)),
    ),
    Mistake(
        "You double the patience itself. It grows to twice the number of the step, 2 * i.",
        loop(extended=lambda p, i: max(p, 2 * p)),
    ),
    Mistake(
        "Your patience grows by the number of the step. It becomes max(patience, 2 * i).",
        loop(extended=lambda p, i: p + i),
    ),
    Mistake(
        "Your patience grows by 2 * i at every improvement. It becomes max(patience, 2 * i).",
        loop(extended=lambda p, i: p + 2 * i),
    ),
    Mistake(
        "Your patience becomes i + 2. It is 2 * i: the later the improvement, the longer the wait.",
        loop(extended=lambda p, i: max(p, i + 2)),
    ),
    Mistake(
        "Your patience grows to i squared. It is 2 * i.",
        loop(extended=lambda p, i: max(p, i**2)),
    ),
    Mistake(
        "You count the steps from 0 in 2 * i. They count from 1: count the step up before you "
        "raise the patience.",
        loop(extended=lambda p, i: max(p, 2 * i - 2)),
    ),
    Mistake(
        "You go one step too far: stop when i >= patience, also when they are equal.",
        loop(stops=lambda i, p, best: i > p),
    ),
    Mistake(
        "You stop before the loss of the step is looked at. It may be an improvement that raises "
        "the patience: look first, then ask whether to stop.",
        loop(stops_first=True),
    ),
    Mistake(
        "You ask whether to stop before the step is done, and then do one step too many.",
        loop(stops_first=True, stops=lambda i, p, best: i > p),
    ),
    Mistake(
        "You compare with the loss of the step before. An improvement is lower than the best so "
        "far.",
        loop(follows=True),
    ),
    Mistake(
        "min_delta is not used: a loss has to be lower than best - min_delta.",
        loop(improves=lambda loss, best, delta: loss < best),
    ),
    Mistake(
        "min_delta has the wrong sign: with best + min_delta even a higher loss would be an "
        "improvement. It is loss < best - min_delta.",
        loop(improves=lambda loss, best, delta: loss < best + delta),
    ),
    Mistake(
        "A loss that equals best - min_delta is no improvement: it has to be lower.",
        loop(improves=lambda loss, best, delta: loss <= best - delta),
    ),
    Mistake(
        "A loss that is lower by exactly min_delta is no improvement: it has to be lower than "
        "best - min_delta.",
        loop(improves=lambda loss, best, delta: loss < best and best - loss >= delta),
    ),
    Mistake(
        "You take min_delta as a share of the best loss. It is an amount: best - min_delta.",
        loop(improves=lambda loss, best, delta: loss < best * (1 - delta)),
    ),
    Mistake(
        "You compare the size of the change: a loss that rises by more than min_delta is no "
        "improvement.",
        loop(improves=lambda loss, best, delta: abs(loss - best) > delta),
    ),
    Mistake(
        "You look for higher values. A loss is better when it is lower.",
        loop(improves=lambda loss, best, delta: loss > best + delta),
    ),
    Mistake(
        "You lower best at every lower loss, also by less than min_delta. Then many small steps "
        "never add up to an improvement: leave best where it was.",
        loop(drifts=True),
    ),
    Mistake(
        "best stays what the first loss was: set it anew at every improvement.",
        loop(stays=True),
    ),
    Mistake(
        "Every step raises the patience, so training never stops. Only an improvement does.",
        loop(stops=lambda i, p, best: False),
    ),
    Mistake(
        "The first step is an improvement, too: it raises a patience of 1 to 2. Start with "
        "best = infinity.",
        loop(best_at_start=None),
    ),
    Mistake(
        "Your best starts at 0, and no positive loss is lower. Start with infinity, or with the "
        "first loss.",
        loop(best_at_start=0.0),
    ),
    Mistake(
        "Your best starts at 1, and losses may be larger. Start with infinity.",
        loop(best_at_start=1.0),
    ),
    Mistake(
        "Your best starts at a number that losses may exceed. Start with infinity, float('inf').",
        loop(best_at_start=1e5),
    ),
    Mistake(
        "You raise the patience, and wait for more than that many steps since the best one. "
        "Compare the number i of the step with it, i >= patience.",
        loop(stops=lambda i, p, best: i - best > p),
    ),
)
