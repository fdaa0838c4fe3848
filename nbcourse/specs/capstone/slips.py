"""What goes wrong in capstones: hint -> functions that make the mistake."""

from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.data import load_digits
from nbcourse.specs.capstone import reading, wording
from nbcourse.specs.capstone.networks import (
    Params,
    adam,
    fit,
    forward,
    gradients,
    initial,
    momentum,
    predict,
    train,
)

SIZES = (64, 64, 10)


def _scores(params: Params, x: Array) -> Array:
    return forward(params, x / 16)[-1]


def _argmin(params: Params, x: Array) -> Any:
    return _scores(params, x).argmin(axis=1)


def _one_hot(params: Params, x: Array) -> Any:
    return np.eye(10)[predict(params, x)]


def _column(params: Params, x: Array) -> Any:
    return _scores(params, x).argmax(axis=1, keepdims=True)


def _squeezed(params: Params, x: Array) -> Any:
    return np.squeeze(predict(params, x))


def _across(params: Params, x: Array) -> Any:
    return _scores(params, x).argmax(axis=0)


def _counted_from_1(params: Params, x: Array) -> Any:
    return predict(params, x) + 1


def _words(params: Params, x: Array) -> Any:
    return [str(label) for label in predict(params, x)]


def _nothing(x: Array, labels: Any, rng: Any) -> None:
    train(x, labels, rng)


class _Model:
    def __init__(self, params: Params) -> None:
        self.params = params


def _object(x: Array, labels: Any, rng: Any) -> Any:
    return _Model(train(x, labels, rng))


def _predict_object(model: Any, x: Array) -> Any:
    return predict(model.params, x)


def _hot_labels(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x, labels.argmax(axis=1), rng, SIZES)


def _neighbors(x: Array, labels: Any, rng: Any) -> Any:
    return x, labels


def _nearest(params: Any, x: Array) -> Any:
    rows, labels = params
    distances = (rows**2).sum(axis=1) - 2 * x @ rows.T
    return labels[distances.argmin(axis=1)]


_left: dict[str, Any] = {}


def _train_global(x: Array, labels: Any, rng: Any) -> Params:
    _left.update(train(x, labels, rng))
    return {"epochs": 30}


def _predict_global(params: Params, x: Array) -> Any:
    return predict(_left, x)


def _own_digits(x: Array, labels: Any, rng: Any) -> Any:
    images, digits = load_digits()
    return fit(images.reshape(-1, 64) / 16, digits, rng, SIZES, epochs=20)


def _own_statistics(params: Params, x: Array) -> Any:
    rows = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)
    return forward(params, rows)[-1].argmax(axis=1)


def _standardized(x: Array, labels: Any, rng: Any) -> Any:
    return fit((x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8), labels, rng, SIZES, update=adam(2e-3))


def _unshuffled(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x / 16, labels, rng, SIZES, shuffle=False)


def _unshuffled_plain(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x / 16, labels, rng, SIZES, shuffle=False, update=momentum(0.1, 0.0))


def _unscaled(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x, labels, rng, SIZES, update=momentum(0.1, 0.9))


def _predict_unscaled(params: Params, x: Array) -> Any:
    return forward(params, x)[-1].argmax(axis=1)


def _summed(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x / 16, labels, rng, SIZES, update=momentum(0.5, 0.9), mean=False)


def _exploding(x: Array, labels: Any, rng: Any) -> Any:
    params = fit(x / 16, labels, rng, SIZES, epochs=1)
    return {key: value * np.inf for key, value in params.items()}


def _without_activation(params: Params, x: Array) -> Any:
    return forward(params, x / 16, lambda z: z)[-1].argmax(axis=1)


def _other_activation(params: Params, x: Array) -> Any:
    return forward(params, x / 16, lambda z: 1 / (1 + np.exp(-z)))[-1].argmax(axis=1)


def _linear(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x / 16, labels, rng, (64, 10))


def _flat(x: Array, labels: Any, rng: Any) -> Any:
    first = initial((64, 64), rng)
    params = fit(x / 16 @ first["w1"], labels, rng, (64, 10))
    return {"w1": first["w1"], "b1": first["b1"], "w2": params["w1"], "b2": params["b1"]}


def _few_steps(x: Array, labels: Any, rng: Any) -> Any:
    params = initial(SIZES, rng)
    update = adam()
    for _ in range(100):
        rows = rng.choice(len(x), 64)
        update(params, gradients(params, x[rows] / 16, labels[rows]))
    return params


def _short(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x / 16, labels, rng, SIZES, epochs=4, update=adam(1e-3))


def _untrained(x: Array, labels: Any, rng: Any) -> Any:
    return initial(SIZES, rng)


def _zeros(x: Array, labels: Any, rng: Any) -> Any:
    params = {key: 0 * value for key, value in initial(SIZES, rng).items()}
    update = momentum()
    for _ in range(300):
        rows = rng.choice(len(x), 64)
        update(params, gradients(params, x[rows] / 16, labels[rows]))
    return params


def _apart(x: Array, labels: Any, rng: Any) -> Any:
    return fit(x[rng.permutation(len(x))] / 16, labels, rng, SIZES, epochs=5)


def _copies_trained(x: Array, labels: Any, rng: Any) -> Any:
    params = initial(SIZES, rng)
    update = adam()
    for _ in range(20):
        update({key: value.copy() for key, value in params.items()}, gradients(params, x, labels))
    return params


def _few_rows(x: Array, labels: Any, rng: Any) -> Any:
    rows = rng.permutation(len(x))
    return fit(x[rows[:300]] / 16, labels[rows[:300]], rng, SIZES, epochs=100)


MISTAKES = {
    wording.ARGMIN: ((train, _argmin),),
    wording.SCORES: ((train, _scores),),
    wording.ONE_HOT: ((train, _one_hot),),
    wording.COLUMN: ((train, _column),),
    wording.SQUEEZED: ((train, _squeezed),),
    wording.ACROSS: ((train, _across),),
    wording.NOTHING: ((_nothing, predict),),
    wording.KEPT: ((_object, _predict_object),),
    wording.LABELS_HOT: ((_hot_labels, predict),),
    wording.NUMEROUS: ((_neighbors, _nearest),),
    wording.LEFT_BEHIND: ((_train_global, _predict_global),),
    wording.IGNORED: ((_own_digits, predict),),
    wording.OWN_STATISTICS: ((_standardized, _own_statistics),),
    wording.UNSHUFFLED: ((_unshuffled, predict), (_unshuffled_plain, predict)),
    wording.UNSCALED: ((_unscaled, _predict_unscaled),),
    wording.DIVERGED: ((_exploding, predict),),
    wording.CONSTANT: ((_summed, predict), (_zeros, predict)),
    wording.UNTRAINED: ((_untrained, predict), (_copies_trained, predict)),
    wording.LOST: ((_apart, predict),),
    wording.SHIFTED: ((train, _counted_from_1),),
    wording.NO_LABELS: ((train, _words),),
    wording.FLAT: ((_flat, _without_activation),),
    wording.LINEAR: ((_linear, predict),),
    wording.SHORT: ((_short, predict),),
    wording.NARROW: ((_few_rows, predict), (_few_steps, predict)),
    reading.ACTIVATION: ((train, _without_activation),),
    reading.SCALING: ((train, _predict_unscaled), (_standardized, predict)),
    reading.OTHERWISE: ((train, _other_activation),),
}
