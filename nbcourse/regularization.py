"""Penalties on the size of the weights, added to the loss."""

from collections.abc import Sequence

import numpy as np

from nbcourse.arrays import Array


def l2_penalty(weights: Sequence[Array], weight_decay: float) -> tuple[float, list[Array]]:
    r"""L2 penalty on a list of weights, and its gradients.

    .. math::

        R = \lambda \sum_l \lVert W_l \rVert^2, \qquad
        \frac{\partial R}{\partial W_l} = 2 \lambda W_l

    It is no mean over the batch: no example takes part in it. Biases are left out, since they only
    shift. Others write :math:`\frac{\lambda}{2} \lVert W \rVert^2` with the gradient
    :math:`\lambda W`; PyTorch's optimizers add that gradient for their ``weight_decay``.

    Parameters
    ----------
    weights : list of arrays of any shapes
    weight_decay : :math:`\lambda`

    Returns
    -------
    loss : float
    grads : list of arrays, the shapes of ``weights``

    Examples
    --------
    >>> loss, grads = l2_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], 0.5)
    >>> loss, grads
    (7.0, [array([[ 1., -2.]]), array([[3.]])])
    """
    loss = weight_decay * sum(float(np.sum(w**2)) for w in weights)
    return loss, [2.0 * weight_decay * w for w in weights]
