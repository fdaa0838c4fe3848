"""LSUV: weights scaled by what the data do in them, layer by layer."""

from collections.abc import Sequence

import numpy as np

from nbcourse.arrays import Array
from nbcourse.layer_statistics import layer_outputs


def lsuv(
    weights: Sequence[Array],
    x: Array,
    activation: str,
    tol: float = 0.02,
    max_iter: int = 10,
) -> list[Array]:
    r"""Layer-sequential unit-variance initialization (Mishkin and Matas, 2015).

    From the first layer to the last: the layer's output before the activation, :math:`s = h w`,
    is computed for the data as they arrive through the layers already scaled, and the weights
    are divided by the standard deviation of all its entries, until
    :math:`|Var(s) - 1| \le tol`. The weights given are usually orthogonal ones.

    Parameters
    ----------
    weights : list of arrays (fan_in, fan_out), one for each layer; not changed
    x : array (N, D), a batch of data
    activation : ``linear``, ``sigmoid``, ``tanh`` or ``relu``, after every layer
    tol : how far the variance may be from 1; a layer that is near enough stays as it is
    max_iter : a layer is scaled at most so often

    Returns
    -------
    list of arrays, each a multiple of the one given

    Raises
    ------
    ValueError
        A layer's output is the same number for all examples and units, so that no scale helps.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> given = [0.01 * rng.standard_normal((20, 20)) for _ in range(3)]
    >>> x = rng.standard_normal((50, 20))
    >>> scaled = lsuv(given, x, "tanh")
    >>> (np.tanh(np.tanh(x @ scaled[0]) @ scaled[1]) @ scaled[2]).var().round(6)
    np.float64(1.0)
    """
    scaled, h = [], x
    for number, given in enumerate(weights, start=1):
        w = given.copy()
        for _ in range(max_iter):
            variance = (h @ w).var()
            if abs(variance - 1.0) <= tol:
                break
            if variance == 0.0:
                raise ValueError(
                    f"the output of layer {number} is the same everywhere: start from other "
                    "weights, not all equal or zero"
                )
            w = w / np.sqrt(variance)
        scaled.append(w)
        h = layer_outputs([w], h, activation)[0]
    return scaled
