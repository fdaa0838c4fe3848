"""What else goes wrong with the running statistics, and with what is returned."""

from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.normalization import batchnorm_forward
from nbcourse.specs.batch_norm.forward_steps import Forward, moved
from nbcourse.specs.batch_norm.last_resorts import only_wrong
from nbcourse.specs.batch_norm.running_often import often


def _never(running: Any, x: Any, momentum: float, spread: Any, moved: Any) -> Any:
    return dict(running)


def _moved_in_test(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right, but for the running statistics after a test."""
    right = batchnorm_forward(*args)
    moved_on = args[4] == "test" and isinstance(result[2], dict)
    return same(list(result[:2]), list(right[:2])) and (moved_on or same(result[2], right[2]))


def _with_eps(args: tuple[Any, ...], result: Any) -> bool:
    """Whether what a batch adds to the running variance is sqrt(var + eps)."""
    x, running, mode = args[0], args[3], args[4]
    if mode == "train":
        momentum = args[5] if len(args) > 5 else 0.1
        eps = args[6] if len(args) > 6 else 1e-5
        spread = np.sqrt(x.var(axis=0) + eps)
        return same(result[2]["var"], moved(running["var"], spread, momentum))
    return same(result[2], running)


def _only(which: str) -> Any:
    """Only one of the two statistics moves."""

    def update(running: Any, x: Any, momentum: float, spread: Any, moved: Any) -> Any:
        batch = {"mean": x.mean(axis=0), "var": spread(x)}
        return {**running, which: moved(running[which], batch[which], momentum)}

    return update


def _other_keys(running: Any, x: Any, momentum: float, spread: Any, moved: Any) -> Any:
    right = Forward().update(running, x, momentum, spread, moved)
    return {f"running_{name}": value for name, value in right.items()}


def _about_the_running_mean(running: Any, x: Any, m: float, spread: Any, moved: Any) -> Any:
    right = Forward().update(running, x, m, spread, moved)
    around = np.mean((x - right["mean"]) ** 2, axis=0)
    return {**right, "var": moved(running["var"], around, m)}


IN_RUNNING = (
    *often(),
    Mistake(
        "The running statistics do not move in training. Each batch moves them: "
        "(1 - momentum) * running + momentum * batch.",
        Forward(update=_never),
    ),
    Mistake(
        "You replace the running statistics by those of the batch. They move toward them, by the "
        "share momentum: (1 - momentum) * running + momentum * batch.",
        Forward(moved=lambda old, new, m: new),
    ),
    Mistake(
        "You replace the running statistics by those of the batch, with the divisor N. They move "
        "toward them by the share momentum, and the variance is the unbiased one.",
        Forward(moved=lambda old, new, m: new, spread=lambda x: x.var(axis=0)),
    ),
    Mistake(
        "The old running statistics are lost: what you add momentum * batch to is 0. Keep "
        "(1 - momentum) of what was handed in.",
        Forward(moved=lambda old, new, m: m * new),
    ),
    Mistake(
        "You add to the running statistics without taking anything away, so they only grow. Keep "
        "the share (1 - momentum) of the old ones.",
        Forward(moved=lambda old, new, m: old + m * new),
    ),
    Mistake("The default of momentum is 0.1.", Forward(momentum=0.9)),
    Mistake(
        "The factor of the running variance is the wrong way up: N / (N - 1) makes it larger.",
        Forward(spread=lambda x: x.var(axis=0) * (len(x) - 1) / len(x)),
    ),
    Mistake(
        "The running variance gets the factor N / (N - 1) as a whole. Only the batch's variance "
        "gets it: the old running variance had its own already.",
        Forward(
            update=lambda running, x, m, spread, moved: {
                "mean": moved(running["mean"], x.mean(axis=0), m),
                "var": moved(running["var"], x.var(axis=0), m) * len(x) / (len(x) - 1),
            }
        ),
    ),
    Mistake(
        "Your running variance holds eps. Keep the variance alone; eps is added where the root is "
        "taken.",
        Forward(
            update=lambda running, x, m, spread, moved: {
                "mean": moved(running["mean"], x.mean(axis=0), m),
                "var": moved(running["var"], x.var(axis=0) + 1e-5, m),
            }
        ),
    ),
    Mistake(
        "The running variance is taken around the running mean. Take the variance of the batch "
        "around its own mean.",
        Forward(update=_about_the_running_mean),
    ),
    Mistake(
        "The running variance does not move. Both statistics do, by the same rule.",
        Forward(update=_only("mean")),
    ),
    Mistake(
        "The running mean does not move. Both statistics do, by the same rule.",
        Forward(update=_only("var")),
    ),
    Mistake(
        "The keys of running are 'mean' and 'var', in what comes in and in what you return.",
        Forward(update=_other_keys),
        lambda args, result: (
            isinstance(result[2], dict) and set(result[2]) - {"mean", "var"} != set()
        ),
    ),
    Mistake(
        "You return a tuple in place of the dict: running is {'mean': ..., 'var': ...}.",
        Forward(give=lambda out, cache, running: (out, cache, tuple(running.values()))),
        lambda args, result: isinstance(result[2], (tuple, list)),
    ),
    Mistake(
        "You return no running statistics. Return them in both modes: (out, cache, running).",
        Forward(give=lambda out, cache, running: (out, cache)),
        lambda args, result: isinstance(result, (tuple, list)) and len(result) == 2,
    ),
    Mistake(
        "You return the output alone. Return three parts: (out, cache, running).",
        Forward(give=lambda out, cache, running: out),
    ),
    Mistake(
        "You keep a running standard deviation, eps and all. running['var'] is a variance: take "
        "root and eps when it is used.",
        Forward(spread=lambda x: np.sqrt(x.var(axis=0) + 1e-5)),
        _with_eps,
    ),
    Mistake(
        "The running statistics that you return at test time are not those that came in. Return "
        "them as they are: what is tested must leave no trace in the model.",
        Forward(updates_in_test=True, moved=lambda old, new, m: new),
        _moved_in_test,
    ),
    only_wrong(
        batchnorm_forward,
        "The running statistics are not those that are asked for. In training both move by the "
        "same rule, (1 - momentum) * running + momentum * batch, where the variance of the batch "
        "has the factor N / (N - 1). At test time they stay.",
        2,
        upstream=False,
    ),
)
