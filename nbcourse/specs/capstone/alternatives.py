"""Other networks that earn full marks, in the styles in which people write them."""

from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.specs.capstone.networks import Params, adam, fit, forward, initial, momentum


def train_standardized(x: Array, labels: Any, rng: Any) -> Params:
    """Standardize by the training rows, whose mean and std are kept."""
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-8
    params = fit((x - mean) / std, labels, rng, (64, 64, 10), update=adam(2e-3))
    return params | {"mean": mean, "std": std}


def predict_standardized(params: Params, x: Array) -> Any:
    """Use the training rows' mean and std."""
    rows = (x - params["mean"]) / params["std"]
    return np.argmax(forward(params, rows)[-1], axis=1)


def train_deep(x: Array, labels: Any, rng: Any) -> Params:
    """Two hidden layers and momentum."""
    return fit(x / 16, labels, rng, (64, 100, 64, 10), update=momentum())


def predict_deep(params: Params, x: Array) -> Any:
    """Return a list of numbers."""
    return [int(row.argmax()) for row in forward(params, x / 16)[-1]]


class Layer:
    """A linear layer that remembers what it needs, as an object of a student's own."""

    def __init__(self, w: Array, b: Array) -> None:
        self.w, self.b = w, b
        self.vw, self.vb = np.zeros_like(w), np.zeros_like(b)

    def __call__(self, x: Array) -> Array:
        """Return what the layer makes of the rows."""
        self.x = x
        return x @ self.w + self.b

    def back(self, dout: Array, lr: float) -> Array:
        """Take a step with momentum; return the gradient of the input."""
        dx: Array = dout @ self.w.T
        self.vw = 0.9 * self.vw - lr * self.x.T @ dout
        self.vb = 0.9 * self.vb - lr * dout.sum(axis=0)
        self.w, self.b = self.w + self.vw, self.b + self.vb
        return dx


def train_objects(x: Array, labels: Any, rng: Any) -> list[Array]:
    """Train objects by tanh; return their arrays as a list."""
    one_hot = np.eye(10)[labels]
    x = (x - x.mean()) / x.std()
    start = initial((64, 80, 10), rng)
    first, second = Layer(start["w1"], start["b1"]), Layer(start["w2"], start["b2"])
    for epoch in range(30):
        order = rng.permutation(len(x))
        for rows in np.array_split(order, len(x) // 50):
            h = np.tanh(first(x[rows]))
            z = second(h)
            p = np.exp(z - z.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            dh = second.back((p - one_hot[rows]) / len(rows), 0.1 * 0.95**epoch)
            first.back(dh * (1 - h**2), 0.1 * 0.95**epoch)
    # The pixels' mean and std over all training rows are put into the first layer.
    return [first.w, first.b, second.w, second.b]


def predict_objects(params: list[Array], x: Array) -> Any:
    """Scale rows by numbers that were found once, and are written here."""
    w1, b1, w2, b2 = params
    return (np.tanh((x - 4.87) / 5.8 @ w1 + b1) @ w2 + b2).argmax(-1)


def train_shifted(x: Array, labels: Any, rng: Any) -> Params:
    """Train on rows and on copies of them that are shifted by a pixel."""
    images = x.reshape(-1, 8, 8) / 16
    shifted = [np.roll(images, step, axis) for axis in (1, 2) for step in (-1, 1)]
    rows = np.concatenate([images, *shifted]).reshape(-1, 64)
    return fit(rows, np.tile(labels, 5), rng, (64, 100, 10), epochs=8)


def train_arrays(x: Array, labels: Any, rng: Any) -> tuple[tuple[Array, ...], int]:
    """Return a tuple with another in it, in single precision."""
    params = fit(x / 16, labels, rng, (64, 120, 10))
    return tuple(params[key].astype(np.float32) for key in ("w1", "b1", "w2", "b2")), 16


def predict_arrays(params: Any, x: Array) -> Any:
    """Take the tuple apart; return labels as floats."""
    (w1, b1, w2, b2), largest = params
    hidden = x / largest @ w1 + b1
    return np.argmax(hidden * (hidden > 0) @ w2 + b2, axis=1).astype(float)


def predict_scaled(params: Params, x: Array) -> Any:
    """Predict by pixels from 0 to 1."""
    return forward(params, x / 16)[-1].argmax(axis=1)


ALTERNATIVES = (
    (train_standardized, predict_standardized),
    (train_deep, predict_deep),
    (train_objects, predict_objects),
    (train_shifted, predict_scaled),
    (train_arrays, predict_arrays),
)
