"""What goes wrong in early stopping: steps counted from 0, the best step, the end of the losses."""

from typing import Any

from nbcourse.early_stopping import early_stopping
from nbcourse.exercise import Mistake
from nbcourse.specs.training.patience_loop import loop


def _lowest(losses: Any) -> int:
    return int(min(range(len(losses)), key=losses.__getitem__)) + 1


def _lowest_until_stop(losses: Any, patience: Any, min_delta: Any) -> Any:
    stop_step, _ = early_stopping(losses, patience, min_delta)
    return stop_step, _lowest(losses[:stop_step])


def _reading_on(losses: Any, patience: Any, min_delta: Any) -> Any:
    i, best_step = 0, 0
    best = float("inf")
    while i < patience:
        i += 1
        if losses[i - 1] < best - min_delta:
            best, best_step, patience = losses[i - 1], i, max(patience, 2 * i)
    return i, best_step


COUNT_MISTAKES = (
    Mistake(
        "You count the steps from 0, in the rule and in what you return. They count from 1.",
        loop(count_from=0),
    ),
    Mistake(
        "Both steps you return are one too low: they are counted from 1.",
        loop(result=lambda i, step, best: (i - 1, step - 1)),
    ),
    Mistake(
        "You count the steps from 0 in the rule, where i >= patience and 2 * i are meant for "
        "steps counted from 1.",
        loop(count_from=0, result=lambda i, step, best: (i + 1, step + 1)),
    ),
    Mistake(
        "You count the steps from 0 in 2 * i and in best_step. They count from 1: count the step "
        "up before you look at its loss.",
        loop(extended=lambda p, i: max(p, 2 * i - 2), result=lambda i, step, best: (i, step - 1)),
    ),
    Mistake(
        "best_step is one too low: steps are counted from 1.",
        loop(result=lambda i, step, best: (i, step - 1)),
    ),
    Mistake(
        "stop_step is one too low: steps are counted from 1.",
        loop(result=lambda i, step, best: (i - 1, step)),
    ),
    Mistake(
        "stop_step is one too high: it is the step after which training stops.",
        loop(result=lambda i, step, best: (i + 1, step)),
    ),
    Mistake(
        "best_step is the step of the lowest loss of all, also of those after the stop, which "
        "training has never seen. It is the step of the last improvement.",
        lambda losses, patience, min_delta: (
            early_stopping(losses, patience, min_delta)[0],
            _lowest(losses),
        ),
    ),
    Mistake(
        "best_step is the step of the lowest loss. It is that of the last improvement: a loss "
        "lower by min_delta or less does not count.",
        _lowest_until_stop,
    ),
    Mistake(
        "best_step is the place of the lowest loss, counted from 0. It is the step of the last "
        "improvement, counted from 1.",
        lambda losses, patience, min_delta: (
            early_stopping(losses, patience, min_delta)[0],
            _lowest_until_stop(losses, patience, min_delta)[1] - 1,
        ),
    ),
    Mistake(
        "best_step is the first step: it is not set anew at an improvement.",
        loop(result=lambda i, step, best: (i, 1)),
    ),
    Mistake(
        "The second number you return is the best loss. Its step is asked for.",
        loop(result=lambda i, step, best: (i, best)),
    ),
    Mistake(
        "You return one number. Two are asked for: return stop_step, best_step.",
        lambda losses, patience, min_delta: early_stopping(losses, patience, min_delta)[0],
    ),
    Mistake(
        "You return best_step first. The order is stop_step, best_step.",
        loop(result=lambda i, step, best: (step, i)),
    ),
    Mistake(
        "Where the losses end before the patience does, your function returns nothing: the "
        "return stands inside the loop only. stop_step is the last step then.",
        loop(at_the_end=lambda i, step, best: None),
    ),
    Mistake(
        "Where the losses end before the patience does, stop_step is the last step. You return "
        "None for it.",
        loop(at_the_end=lambda i, step, best: (None, step)),
    ),
    Mistake(
        "Where the losses end before the patience does, stop_step is the last step. You return "
        "one more.",
        loop(at_the_end=lambda i, step, best: (i + 1, step)),
    ),
    Mistake(
        "Where the losses end before the patience does, stop_step is the last step. You return "
        "0 or -1 for it.",
        loop(at_the_end=lambda i, step, best: (0, step)),
    ),
    Mistake(
        "stop_step is the step at which the patience would have ended. Where there are fewer "
        "losses it is the last of them.",
        lambda losses, patience, min_delta: (
            max(patience, 2 * early_stopping(losses, patience, min_delta)[1]),
            early_stopping(losses, patience, min_delta)[1],
        ),
    ),
    Mistake(
        "The step at which the patience ends is not done: your loop runs while i < patience, and "
        "its loss, which may be an improvement, is never looked at.",
        loop(stops_first=True, at_the_end=lambda i, step, best: (i + 1, step)),
    ),
    Mistake(
        "The step at which the patience ends is not done, nor counted: with i from 1 the loop "
        "runs while i <= patience.",
        loop(
            stops_first=True,
            result=lambda i, step, best: (i - 1, step),
            at_the_end=lambda i, step, best: (i, step),
        ),
    ),
    Mistake(
        "Where the losses end before the patience does, your loop reads on behind the last. Stop "
        "at len(losses) as well.",
        _reading_on,
    ),
    Mistake(
        "You stop as soon as a loss is higher than the one before. With patience a bad step is no "
        "reason to stop.",
        lambda losses, patience, min_delta: next(
            ((i, i - 1) for i in range(1, len(losses)) if losses[i] > losses[i - 1] + min_delta),
            (len(losses), len(losses)),
        ),
    ),
)
