"""What goes wrong in the loss of a network, however deep it is: all of it, in order."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.losses import softmax_cross_entropy
from nbcourse.networks import mlp_forward, mlp_loss
from nbcourse.specs.networks import wrong_penalties, wrong_steps
from nbcourse.specs.networks.network import Network, decay, then


def _wrong_only(
    may_be: Callable[[str, int], bool],
) -> Callable[[tuple[Any, ...], Any], bool]:
    """Whether the loss is right and every wrong gradient is one that ``may_be(name, depth)``."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        loss, grads = mlp_loss(*args)
        depth = len(grads) // 2
        wrong = [name for name in grads if not same(result[1][name], grads[name])]
        return same(result[0], loss) and all(may_be(name, depth) for name in wrong)

    return explains


def _stepped(params: Any, loss: Any, grads: Any) -> Any:
    return loss, {name: params[name] - 0.1 * grad for name, grad in grads.items()}


def _is_a_step(args: tuple[Any, ...], result: Any) -> bool:
    """Whether each entry is the parameter less its gradient times a rate, the same for all."""
    params, (loss, grads) = args[0], mlp_loss(*args)
    last = list(params)[-1]
    entry = np.abs(grads[last]).argmax()
    rate = (params[last] - result[1][last])[entry] / grads[last][entry]
    return same(result[0], loss) and all(
        same(result[1][name], params[name] - rate * grads[name], 1e-5, 1e-8) for name in grads
    )


def _some_left_at_zero(args: tuple[Any, ...], result: Any) -> bool:
    """Whether every wrong gradient is 0, and not every one is wrong."""
    loss, grads = mlp_loss(*args)
    wrong = [name for name in grads if not same(result[1][name], grads[name])]
    return (
        same(result[0], loss)
        and len(wrong) < len(grads)
        and not any(np.any(result[1][name]) for name in wrong)
    )


def _under_other_names(args: tuple[Any, ...], result: Any) -> bool:
    """Whether every gradient is there, but not all under their own names."""
    grads = list(mlp_loss(*args)[1].values())
    found = list(result[1].values())
    return (
        result[1].keys() != args[0].keys()
        and len(found) == len(grads)
        and all(any(same(mine, right) for mine in found) for right in grads)
    )


def _right_at_moderate_logits(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right but what comes of logits far from each other."""
    far = np.ptp(mlp_forward(args[0], args[1])[0]) > 100
    return bool(far) or same(list(result), list(mlp_loss(*args)), 1e-5, 1e-7)


def _clipped(logits: Any, labels: Any) -> Any:
    return softmax_cross_entropy(np.clip(logits, -80, 80), labels)


_TOGETHER = tuple(
    Mistake(
        f"Two things. {back} And: {extra}",
        replace(wrong_steps.OFTEN[back], decay=wrong_penalties.OFTEN[extra].decay),
    )
    for back in wrong_steps.OFTEN
    for extra in wrong_penalties.OFTEN
)

_IN_WHAT_IS_RETURNED = (
    Mistake(
        "The keys of your gradients begin with d. They are to be the keys of params, so that "
        "params[name] and grads[name] belong together.",
        then(lambda loss, grads: (loss, {f"d{name}": g for name, g in grads.items()})),
    ),
    Mistake(
        "Your gradients are right, under other names. The keys of grads are the keys of params: "
        "w1, b1 and so on, counted from 1.",
        then(lambda loss, grads: (loss, {k[0] + str(int(k[1:]) - 1): g for k, g in grads.items()})),
        _under_other_names,
    ),
    Mistake(
        "Your gradients are a list or a tuple. Return a dict with the keys of params, so that "
        "params[name] and grads[name] belong together.",
        then(lambda loss, grads: (loss, list(grads.values()))),
        lambda args, result: isinstance(result[1], (list, tuple)) and len(result) == 2,
    ),
    Mistake(
        "The gradients of some parameters are 0 everywhere: has the array that was made for them "
        "ever been filled?",
        then(lambda loss, grads: (loss, {**grads, (last := list(grads)[-1]): 0 * grads[last]})),
        _some_left_at_zero,
    ),
    Mistake(
        "You return the gradients of the weights only. The biases are learned too: the keys are "
        "all those of params.",
        then(lambda loss, grads: (loss, {k: g for k, g in grads.items() if k.startswith("w")})),
    ),
    Mistake(
        "All your gradients have the wrong sign. The minus belongs to the step that is made with "
        "them later.",
        then(lambda loss, grads: (loss, {name: -g for name, g in grads.items()})),
    ),
    Mistake(
        "You return parameters after a step. The gradients themselves are asked for; whoever "
        "called makes the step.",
        lambda params, *rest: _stepped(params, *mlp_loss(params, *rest)),
        _is_a_step,
    ),
    Mistake(
        "Loss and gradients are swapped: return the loss first.",
        then(lambda loss, grads: (grads, loss)),
    ),
    Mistake(
        "You return the gradients alone. Return the loss first, then the gradients.",
        then(lambda loss, grads: grads),
    ),
    Mistake(
        "You return the loss alone. Return the loss, and the dict of the gradients.",
        then(lambda loss, grads: loss),
    ),
)


MISTAKES = (
    *wrong_steps.ON_THE_WAY_BACK,
    *wrong_penalties.IN_THE_PENALTY,
    *_IN_WHAT_IS_RETURNED,
    *_TOGETHER,
)

# Tried last: where nothing is recognized, they say at least where to look.
LAST_RESORTS = (
    Mistake(
        "Moderate logits come out right, those of 1e4 do not. Somewhere exp overflows, or a "
        "probability is rounded to 0: use your softmax_cross_entropy, if it passes its check.",
        Network(end=_clipped),
        _right_at_moderate_logits,
    ),
    Mistake(
        "The weights' gradients are right, and not all of the biases'. Each bias collects the "
        "gradients of all rows: sum dout over axis 0.",
        Network(db=lambda dout: 0.9 * dout.sum(axis=0)),
        _wrong_only(lambda name, depth: name.startswith("b")),
    ),
    Mistake(
        "The biases' gradients are right, and not all of the weights'. Two things happen to "
        "weights only: the product of the layer's input with dout, and the penalty.",
        Network(decay=lambda ps, k, n: decay(ps, k**2, n)),
        _wrong_only(lambda name, depth: name.startswith("w")),
    ),
    Mistake(
        "The last layer's gradients are right, those below it are not. So the mistake lies "
        "between: dh = dout @ w.T, with the w of the way forward, then ReLU, then the layer "
        "below.",
        Network(dx=lambda dout, w: 0.9 * dout @ w.T),
        _wrong_only(lambda name, depth: int(name[1:]) < depth),
    ),
    Mistake(
        "Your loss is right, and the gradients of the last layer are wrong already. Begin there: "
        "dlogits = (p - y) / N, then its db, dlogits summed over the batch, then its dw, and the "
        "penalty's share. Measure each of them, as in the sheet on gradient checking.",
        Network(end=wrong_steps.ending(lambda loss, d, n: (loss, 0.9 * d))),
        _wrong_only(lambda name, depth: True),
    ),
)
