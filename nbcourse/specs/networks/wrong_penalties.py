"""What goes wrong in the penalty of a network, however deep it is."""

from collections.abc import Callable
from itertools import starmap
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.networks import mlp_loss
from nbcourse.specs.networks.network import Network, decay, names_of_weights, penalty


def _of_all(params: Any, k: float, n: int) -> Any:
    return k * sum(np.sum(value**2) for value in params.values())


def _decay_of_all(params: Any, k: float, n: int) -> Any:
    return {name: 2 * k * value for name, value in params.items()}


def _first(params: Any) -> str:
    return names_of_weights(params)[0]


def _last(params: Any) -> str:
    return names_of_weights(params)[-1]


def _l2_of_one(which: Callable[[Any], str]) -> dict[str, Callable[..., Any]]:
    return {
        "penalty": lambda ps, k, n: k * np.sum(ps[which(ps)] ** 2),
        "decay": lambda ps, k, n: {which(ps): 2 * k * ps[which(ps)]},
    }


def _nothing(params: Any, k: float, n: int) -> Any:
    return {}


def _l2_in_place_of_the_rest(params: Any, x: Any, labels: Any, k: float) -> Any:
    loss, grads = mlp_loss(params, x, labels, k)
    return loss, {**grads, **decay(params, k, len(x))}


def _factor(args: tuple[Any, ...], result: Any) -> Any:
    """The number by which the squares of the weights are multiplied in a loss."""
    params, x, labels, _ = args
    data_loss, _ = mlp_loss(params, x, labels, 0.0)
    return (result[0] - data_loss) / penalty(params, 1.0, len(x))


def _some_multiple(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the gradients are right, and the loss has a whole multiple of its penalty."""
    _, grads = mlp_loss(*args)
    times = _factor(args, result) / args[3] if args[3] else 2.0
    return bool(same(result[1], grads) and times > 1.5 and same(float(times), float(round(times))))


def _another_weight_decay(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right for another weight_decay, found from the loss."""
    found = float(_factor(args, result))
    return found > 1e-9 and same(
        list(result), list(mlp_loss(args[0], args[1], args[2], found)), 1e-5, 1e-7
    )


# The most frequent ones, which are often met together with one on the way back.
OFTEN = {
    (
        "The L2 penalty is in your loss and not in your gradients: add 2 * weight_decay * w to "
        "each weight's gradient."
    ): Network(decay=_nothing),
    (
        "In your gradients the penalty lacks the factor 2: of weight_decay * w^2 the derivative "
        "is 2 * weight_decay * w."
    ): Network(decay=lambda ps, k, n: decay(ps, k / 2, n)),
    (
        "Your gradients carry the penalty for the biases too. Only the weights are penalized."
    ): Network(decay=_decay_of_all),
}


IN_THE_PENALTY = (
    *starmap(Mistake, OFTEN.items()),
    Mistake(
        "The L2 penalty is in neither the loss nor the gradients. Add weight_decay times the sum "
        "of the squared weights, and 2 * weight_decay * w to each weight's gradient.",
        Network(penalty=lambda ps, k, n: 0.0, decay=_nothing),
    ),
    Mistake(
        "The L2 penalty is in your gradients and not in your loss: add weight_decay times the sum "
        "of the squared weights.",
        Network(penalty=lambda ps, k, n: 0.0),
    ),
    Mistake(
        "Your penalty has a half. In this sheet it is weight_decay times the sum of the squares, "
        "with the gradient 2 * weight_decay * w.",
        Network(
            penalty=lambda ps, k, n: penalty(ps, k / 2, n),
            decay=lambda ps, k, n: decay(ps, k / 2, n),
        ),
    ),
    Mistake(
        "The penalty in your loss has a half; the gradients do not. Here it is weight_decay times "
        "the sum of the squares.",
        Network(penalty=lambda ps, k, n: penalty(ps, k / 2, n)),
    ),
    Mistake(
        "Your penalty falls on the biases too. Only the weights are penalized.",
        Network(penalty=_of_all, decay=_decay_of_all),
    ),
    Mistake(
        "The penalty in your loss counts the biases too. Only the weights are penalized.",
        Network(penalty=_of_all),
    ),
    Mistake(
        "Only the first layer is penalized. The weights of every layer are.",
        Network(**_l2_of_one(_first)),
    ),
    Mistake(
        "Only the last layer is penalized. The weights of every layer are.",
        Network(**_l2_of_one(_last)),
    ),
    Mistake(
        "In your gradients only the first layer has its penalty. Add 2 * weight_decay * w to the "
        "gradient of every weight.",
        Network(decay=_l2_of_one(_first)["decay"]),
    ),
    Mistake(
        "In your gradients only the last layer has its penalty. Add 2 * weight_decay * w to the "
        "gradient of every weight.",
        Network(decay=_l2_of_one(_last)["decay"]),
    ),
    Mistake(
        "Your loss counts the first layer's weights only. Every weight is penalized.",
        Network(penalty=_l2_of_one(_first)["penalty"]),
    ),
    Mistake(
        "Your loss counts the last layer's weights only. Every weight is penalized.",
        Network(penalty=_l2_of_one(_last)["penalty"]),
    ),
    Mistake(
        "Your penalty is divided by N. It is no mean over the batch: no example takes part in it.",
        Network(
            penalty=lambda ps, k, n: penalty(ps, k / n, n),
            decay=lambda ps, k, n: decay(ps, k / n, n),
        ),
    ),
    Mistake(
        "Your penalty is weight_decay / (2 N) times the sum of the squares, which is another "
        "convention. Here nothing is divided: weight_decay times the sum, with the gradient "
        "2 * weight_decay * w.",
        Network(
            penalty=lambda ps, k, n: penalty(ps, k / (2 * n), n),
            decay=lambda ps, k, n: decay(ps, k / (2 * n), n),
        ),
    ),
    Mistake(
        "The penalty is in your loss several times, or only a part of it: does a loop add it "
        "again? It is weight_decay times the sum of the squared weights, once.",
        Network(penalty=lambda ps, k, n: penalty(ps, 2 * k, n)),
        _some_multiple,
    ),
    Mistake(
        "Your penalty is right for another weight_decay than the one that is given: use the "
        "argument, and no number of your own.",
        Network(
            penalty=lambda ps, k, n: penalty(ps, 0.01, n),
            decay=lambda ps, k, n: decay(ps, 0.01, n),
        ),
        _another_weight_decay,
    ),
    Mistake(
        "You subtract the penalty from the loss. It is a price: add it.",
        Network(penalty=lambda ps, k, n: -penalty(ps, k, n)),
    ),
    Mistake(
        "Your penalty is the mean of the squared weights. Their sum is asked for.",
        Network(
            penalty=lambda ps, k, n: (
                k * sum(np.mean(ps[name] ** 2) for name in names_of_weights(ps))
            )
        ),
    ),
    Mistake(
        "Your penalty sums absolute values, as L1 does. L2 sums squares.",
        Network(
            penalty=lambda ps, k, n: (
                k * sum(np.sum(np.abs(ps[name])) for name in names_of_weights(ps))
            )
        ),
    ),
    Mistake(
        "Your penalty sums the norms of the weights. Their squares are summed, without a root.",
        Network(
            penalty=lambda ps, k, n: (
                k * sum(np.linalg.norm(ps[name]) for name in names_of_weights(ps))
            )
        ),
    ),
    Mistake(
        "The penalty's gradient replaces the one that came back. Add it: both belong to the same "
        "weight.",
        _l2_in_place_of_the_rest,
    ),
    Mistake(
        "The penalty's gradient has the wrong sign. Data loss and penalty are added, and so are "
        "their gradients.",
        Network(decay=lambda ps, k, n: decay(ps, -k, n)),
    ),
)
