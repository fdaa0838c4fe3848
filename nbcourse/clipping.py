"""Gradient clipping: a limit to how far one step may go.

Near a cliff of the loss the gradient is so large that one step throws away what many steps have
reached. Its direction is still right, so its length alone is cut.
"""

import math
from collections.abc import Sequence

import numpy as np

from nbcourse.arrays import Array


def clip_grad_norm(grads: Sequence[Array], max_norm: float) -> tuple[list[Array], float]:
    r"""Scale all gradients by one factor, so that their common norm is at most ``max_norm``.

    .. math::

        \lVert g \rVert = \sqrt{\sum_l \lVert g_l \rVert^2}, \qquad
        g_l \leftarrow g_l \cdot \frac{max\_norm}{\lVert g \rVert}
        \quad \text{if } \lVert g \rVert > max\_norm

    The norm is that of all entries of all arrays, as if they stood in one long vector: with one
    factor for everything the direction of the step stays as it was (Pascanu, Mikolov and Bengio,
    2013). PyTorch's ``clip_grad_norm_`` adds 1e-6 to the norm that it divides by.

    Parameters
    ----------
    grads : list of arrays of any shapes
    max_norm : more than 0

    Returns
    -------
    grads : list of arrays; new ones where they are scaled, the given ones otherwise
    norm : float, before clipping

    Raises
    ------
    ValueError
        ``max_norm`` is not positive.

    Examples
    --------
    >>> clip_grad_norm([np.array([3.0]), np.array([[0.0, 4.0]])], 1.0)
    ([array([0.6]), array([[0. , 0.8]])], 5.0)
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm must be more than 0; got {max_norm}")
    norm = math.sqrt(sum(float(np.sum(grad**2)) for grad in grads))
    if norm > max_norm:
        return [grad * (max_norm / norm) for grad in grads], norm
    return list(grads), norm


def clip_grad_value(grads: Sequence[Array], max_value: float) -> list[Array]:
    r"""Cut every entry of every gradient to the range from ``-max_value`` to ``max_value``.

    .. math:: g \leftarrow \max(-max\_value, \min(g, max\_value))

    Large entries are cut and small ones are not, so the direction changes.

    Parameters
    ----------
    grads : list of arrays of any shapes
    max_value : more than 0

    Returns
    -------
    list of arrays

    Raises
    ------
    ValueError
        ``max_value`` is not positive.

    Examples
    --------
    >>> clip_grad_value([np.array([3.0, -0.5]), np.array([[-4.0]])], 1.0)
    [array([ 1. , -0.5]), array([[-1.]])]
    """
    if not max_value > 0:
        raise ValueError(f"max_value must be more than 0; got {max_value}")
    return [np.clip(grad, -max_value, max_value) for grad in grads]
