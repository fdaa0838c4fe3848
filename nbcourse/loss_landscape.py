"""The loss along the gradient: how far a step may go before the gradient is out of date.

The three measurements are those of Santurkar et al. (2018), who compared networks with and without
batch norm by them: how much the loss varies along the step, how much the gradient changes, and how
fast it changes for the distance gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array
from nbcourse.layers import Layer
from nbcourse.losses import softmax_cross_entropy


@dataclass(frozen=True)
class AlongGradient:
    r"""What is met on the way from :math:`\theta` to :math:`\theta - \eta \nabla L(\theta)`.

    Attributes
    ----------
    steps : array (K,), the values of :math:`\eta`
    start : the loss where the way begins
    losses : array (K,), the loss after each step
    gradient_norm : length of the gradient at the start
    distances : array (K,), :math:`\lVert \nabla L(\theta_\eta) - \nabla L(\theta) \rVert`
    """

    steps: Array
    start: float
    losses: Array
    gradient_norm: float
    distances: Array

    @property
    def loss_range(self) -> float:
        """Highest minus lowest loss after the steps, the paper's variation of the loss."""
        return float(self.losses.max() - self.losses.min())

    @property
    def gradient_change(self) -> float:
        """Largest distance between a gradient after a step and the one that was followed.

        As a share of that gradient's length. At 1 the old gradient says as much about the new one
        as a zero would.
        """
        return float(self.distances.max() / self.gradient_norm)

    @property
    def effective_beta(self) -> float:
        r"""Largest change of the gradient for the distance gone.

        .. math::

            \beta = \max_\eta
            \frac{\lVert \nabla L(\theta_\eta) - \nabla L(\theta) \rVert}
                 {\lVert \theta_\eta - \theta \rVert}

        A loss is called :math:`\beta`-smooth where no two points give more.
        """
        return float((self.distances / (self.steps * self.gradient_norm)).max())


def along_gradient(
    model: Layer, x: Array, labels: NDArray[np.integer], steps: Sequence[float]
) -> AlongGradient:
    r"""Walk from a model's parameters along their gradient, and measure loss and gradient.

    Loss and gradients are those of one batch, in training mode: batch norm normalizes by the batch
    at every point. The model is left as it was, its running statistics included.

    Parameters
    ----------
    model : layer whose output are logits, without random layers such as dropout
    x : array (N, D)
    labels : integer array (N,)
    steps : learning rates :math:`\eta` to try, more than 0

    Returns
    -------
    AlongGradient

    Raises
    ------
    ValueError
        A step is not more than 0, or the gradient is zero, so that there is no way to go.

    Examples
    --------
    >>> from nbcourse.layers import Linear
    >>> model = Linear(1, 2, weight=np.zeros((1, 2)))
    >>> way = along_gradient(model, np.array([[1.0]]), np.array([0]), steps=[1.0, 2.0])
    >>> way.losses.round(4), round(way.loss_range, 4), round(way.effective_beta, 4)
    (array([0.1269, 0.0181]), 0.1088, 0.7616)
    """
    etas = np.asarray(steps, dtype=np.float64)
    if not etas.size or (etas <= 0).any():
        raise ValueError(f"along_gradient needs steps above 0; got {list(steps)}")
    params, buffers = dict(model.params), dict(model.buffers)
    try:
        start, grads = _loss_and_grads(model, x, labels)
        norm = _distance(grads, {name: np.zeros_like(grad) for name, grad in grads.items()})
        if norm == 0.0:
            raise ValueError("the gradient is zero: there is no direction to go")
        losses, distances = [], []
        for eta in etas:
            for name, value in params.items():
                model.params[name] = value - eta * grads[name]
            loss, there = _loss_and_grads(model, x, labels)
            losses.append(loss)
            distances.append(_distance(there, grads))
    finally:
        for name, value in params.items():
            model.params[name] = value
        for name, value in buffers.items():
            model.buffers[name] = value
    return AlongGradient(etas, start, np.array(losses), norm, np.array(distances))


def _loss_and_grads(
    model: Layer, x: Array, labels: NDArray[np.integer]
) -> tuple[float, dict[str, Array]]:
    logits, cache = model.forward(x)
    loss, dlogits = softmax_cross_entropy(logits, labels)
    return loss, model.backward(dlogits, cache)[1]


def _distance(a: dict[str, Array], b: dict[str, Array]) -> float:
    return float(np.sqrt(sum(np.sum((a[name] - b[name]) ** 2) for name in a)))
