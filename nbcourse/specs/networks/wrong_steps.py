"""What goes wrong on the way through a network and back, however deep it is."""

from collections.abc import Callable
from itertools import starmap
from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.losses import softmax_cross_entropy
from nbcourse.networks import mlp_loss
from nbcourse.specs.networks.network import Network, names_of_weights, relu
from nbcourse.specs.networks.softmax import SOFTMAX_CROSS_ENTROPY


def from_above_relu(kind: str, params: Any, x: Any, labels: Any, weight_decay: float) -> Any:
    """The gradients of one kind of parameters, "w" or "b", left as they are before their ReLU."""
    above: list[Any] = [None]

    def through(dh: Any, a: Any, h: Any) -> Any:
        above[0] = dh
        return dh * (a > 0)

    def chosen(dout: Any, which: str) -> Any:
        return above[0] if kind == which and above[0] is not None else dout

    network = Network(
        through=through,
        dw=lambda x, a, dout: x.T @ chosen(dout, "w"),
        db=lambda dout: chosen(dout, "b").sum(axis=0),
    )
    return network(params, x, labels, weight_decay)


def ending(change: Callable[..., Any]) -> Callable[..., Any]:
    """Another end of the network: ``change(loss, dlogits, N)``."""
    return lambda logits, labels: change(*softmax_cross_entropy(logits, labels), len(labels))


def _relu_at_the_end(logits: Any, labels: Any) -> Any:
    loss, d = softmax_cross_entropy(relu(logits), labels)
    return loss, d * (logits > 0)


def _through_relu(logits: Any, loss: Any, d: Any) -> Any:
    return loss, d * (logits > 0)


def _softmax(logits: Any) -> Any:
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _without_last_bias(params: Any) -> Any:
    last = f"b{len(params) // 2}"
    return {**params, last: 0 * params[last]}


def _p_alone(logits: Any, labels: Any) -> Any:
    loss, d = softmax_cross_entropy(logits, labels)
    return loss, d + np.eye(logits.shape[1])[labels] / len(labels)


def _of_softmax(place: int) -> Mistake:
    """A mistake of the softmax exercise, at the end of a network."""
    mistake = SOFTMAX_CROSS_ENTROPY.mistakes[place]
    return Mistake(mistake.hint, Network(end=mistake.function))


# The most frequent ones, which are often met together with one in the penalty.
OFTEN = {
    (
        "The ReLU is missing on the way back: where a hidden unit was off, nothing comes through. "
        "Multiply the gradient of h by a > 0."
    ): Network(through=lambda dh, a, h: dh),
    (
        "Your gradients lack the 1/N: the loss is the mean over the batch, and so is its gradient. "
        "It belongs into dlogits, from where it goes everywhere."
    ): Network(end=ending(lambda loss, d, n: (loss, d * n))),
    ("You start the way back with y - p. The gradient of the logits is (p - y) / N."): Network(
        end=ending(lambda loss, d, n: (loss, -d))
    ),
    (
        "Your bias gradients are means over the batch. Sum them: the 1/N is in dlogits already."
    ): Network(db=lambda dout: dout.mean(axis=0)),
}

ON_THE_WAY_BACK = (
    *starmap(Mistake, OFTEN.items()),
    Mistake(
        "On the way back through ReLU you look at the sign of the gradient. The sign of the "
        "unit's input a decides.",
        Network(through=lambda dh, a, h: dh * (dh > 0)),
    ),
    Mistake(
        "On the way back through ReLU the comparison is turned round: what comes through is the "
        "gradient of the units that were on, a > 0.",
        Network(through=lambda dh, a, h: dh * (a < 0)),
    ),
    Mistake(
        "The biases below a ReLU take the gradient from above it. It passes the ReLU first, then "
        "weights and biases take the same gradient.",
        lambda *args: from_above_relu("b", *args),
    ),
    Mistake(
        "The weights below a ReLU take the gradient from above it. It passes the ReLU first, then "
        "weights and biases take the same gradient.",
        lambda *args: from_above_relu("w", *args),
    ),
    Mistake(
        "On the way back through ReLU you multiply by the activation itself. Where a unit is on, "
        "its slope is 1.",
        Network(through=lambda dh, a, h: dh * h),
    ),
    Mistake(
        "There is no ReLU in your network, neither on the way forward nor back. It stands behind "
        "each linear layer but the last.",
        Network(activate=lambda a: a, through=lambda dh, a, h: dh),
    ),
    Mistake(
        "The ReLU is missing on the way forward: h is the larger of a and 0.",
        Network(activate=lambda a: a),
    ),
    Mistake(
        "There is a ReLU behind the last layer too. Logits may be negative: the last layer is "
        "linear.",
        Network(end=_relu_at_the_end),
    ),
    Mistake(
        "There is a ReLU behind the last layer too, on the way forward. Logits may be negative: "
        "the last layer is linear.",
        Network(end=lambda z, labels: softmax_cross_entropy(relu(z), labels)),
    ),
    Mistake(
        "The hidden layer uses another activation function. This network has ReLU.",
        Network(activate=np.tanh, through=lambda dh, a, h: dh * (1 - h**2)),
    ),
    Mistake(
        "The hidden layer uses the sigmoid. This network has ReLU.",
        Network(activate=lambda a: 1 / (1 + np.exp(-a)), through=lambda dh, a, h: dh * h * (1 - h)),
    ),
    Mistake(
        "The gradient of a weight uses the layer's input, and behind ReLU that is h: you use a, "
        "from before ReLU.",
        Network(dw=lambda x, a, dout: a.T @ dout),
    ),
    Mistake(
        "The biases are left out on the way forward.",
        Network(linear=lambda x, w, b: x @ w),
    ),
    Mistake(
        "The bias of the first layer is left out on the way forward.",
        lambda params, *rest: mlp_loss({**params, "b1": 0 * params["b1"]}, *rest),
    ),
    Mistake(
        "The bias of the last layer is left out on the way forward.",
        lambda params, *rest: mlp_loss(_without_last_bias(params), *rest),
    ),
    Mistake(
        "You hand probabilities to the loss, and it takes the softmax of them once more. It needs "
        "the logits as the last layer gives them.",
        Network(end=lambda z, labels: softmax_cross_entropy(_softmax(z), labels)),
    ),
    Mistake(
        "On the way back you treat the logits as if there were a ReLU behind them. The last layer "
        "is linear: the first ReLU that you meet is that of the layer below.",
        Network(end=lambda z, labels: _through_relu(z, *softmax_cross_entropy(z, labels))),
    ),
    Mistake(
        "You divide by N in every layer on the way back. The loss has put its 1/N into dlogits, "
        "and that is enough for all of them.",
        Network(dx=lambda dout, w: dout @ w.T / len(dout)),
    ),
    Mistake(
        "Loss and gradients are sums over the batch. The data loss is a mean: divide by N. (The "
        "penalty is none, and is not divided.)",
        Network(end=ending(lambda loss, d, n: (loss * n, d * n))),
    ),
    Mistake(
        "Your data loss is the sum over the batch. It is to be the mean: divide by N.",
        Network(end=ending(lambda loss, d, n: (loss * n, d))),
    ),
    Mistake(
        "Your data loss has the wrong sign: it is the mean of -log p, which is positive.",
        Network(end=ending(lambda loss, d, n: (-loss, d))),
    ),
    Mistake(
        "Below 0 your ReLU still lets a small part through. Here it is exactly 0 there.",
        Network(
            activate=lambda a: np.where(a > 0, a, 0.01 * a),
            through=lambda dh, a, h: np.where(a > 0, dh, 0.01 * dh),
        ),
    ),
    Mistake(
        "Below 0 your ReLU still lets a small part through on the way forward. Here it is exactly "
        "0 there.",
        Network(activate=lambda a: np.where(a > 0, a, 0.01 * a)),
    ),
    Mistake(
        "The gradients of your layers are divided by N once more. The 1/N is in dlogits already.",
        Network(dw=lambda x, a, dout: x.T @ dout / len(dout), db=lambda dout: dout.mean(axis=0)),
    ),
    Mistake(
        "Your weight gradients are divided by N once more. The 1/N is in dlogits already.",
        Network(dw=lambda x, a, dout: x.T @ dout / len(dout)),
    ),
    Mistake(
        "Your bias gradients have the shape (1, M), and the biases are (M,): sum over the batch "
        "without keepdims.",
        Network(db=lambda dout: dout.sum(axis=0, keepdims=True)),
    ),
    Mistake(
        "Your bias gradients are summed over the outputs. A bias is used by every example: sum "
        "over axis 0.",
        Network(db=lambda dout: dout.sum(axis=1)),
    ),
    Mistake(
        "Your bias gradients are not summed over the batch. The same bias was added to each row.",
        Network(db=lambda dout: dout),
    ),
    Mistake(
        "Your weight gradients are transposed: each has the shape of its weight, (D, M), "
        "x.T @ dout.",
        Network(
            dw=lambda x, a, dout: dout.T @ x,
            decay=lambda ps, k, n: {name: 2 * k * ps[name].T for name in names_of_weights(ps)},
        ),
    ),
    Mistake(
        "You start the way back with p. At the right class the -1 is missing: (p - y) / N.",
        Network(end=_p_alone),
    ),
    # Without the one whose loss is infinite where that of another is.
    *map(_of_softmax, (0, 2, 3, 4)),
)
