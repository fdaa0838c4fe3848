r"""Batch norm in two sweeps over the data each way, instead of ten.

A normalized feature is a straight line of the given one, :math:`out = s x + t`, and so is its
gradient, :math:`dx = a\, dout + k x + c`, with one number a feature for each letter. The first
sweep sums what they are made of, the second writes the result. The normalized ``x`` is never made.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from nbcourse.arrays import Array
from nbcourse.fast.threads import blocks_of, for_each
from nbcourse.normalization import Running, require_batch

# The arrays are x (N, D), mean, inv_std and gamma (D,).
Cache = tuple[Array, Array, Array, Array]

#: A variance is the mean square minus the squared mean as long as the latter is at most so many
#: times as large: it costs one digit.
FAR = 10.0
#: So many rows are taken as one, since NumPy is slow on short ones.
ROWS = 16


def batchnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    running: Mapping[str, Array],
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Cache, Running]:
    """``normalization.batchnorm_forward`` in training mode, with another cache.

    Parameters
    ----------
    x : array (N, D)
    gamma, beta : arrays (D,)
    running : dict with ``mean`` and ``var``, arrays (D,); it is not changed
    momentum, eps : as there

    Returns
    -------
    out : array (N, D)
    cache : (x, mean, inv_std, gamma); x and mean are shifted where the mean is large
    running : dict, the new running statistics

    Raises
    ------
    ValueError
        As there.

    Examples
    --------
    >>> running = {"mean": np.zeros(1), "var": np.ones(1)}
    >>> out, cache, updated = batchnorm_forward(
    ...     np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1), running
    ... )
    >>> out.ravel().round(4), updated
    (array([-1.,  1.]), {'mean': array([0.2]), 'var': array([1.1])})
    """
    require_batch(x, gamma, beta, least=2)
    n = len(x)
    x = np.ascontiguousarray(x)
    mean, var = _mean_and_variance(x)
    shift: Array | float = 0.0
    if np.any(mean * mean > FAR * var):
        shift = mean
        x = x - shift
        mean, var = _mean_and_variance(x)
    inv_std = 1.0 / np.sqrt(var + eps)
    scale = gamma * inv_std
    offset = beta - scale * mean
    out = np.empty(x.shape, np.result_type(x, scale, offset))

    def write(rows: slice, scale: Array, offset: Array) -> None:
        block = _long(out[rows])
        np.multiply(_long(x[rows]), scale[: block.shape[1]], out=block)
        block += offset[: block.shape[1]]

    _over_rows(write, x, scale, offset)
    updated = {
        "mean": (1.0 - momentum) * running["mean"] + momentum * (mean + shift),
        "var": (1.0 - momentum) * running["var"] + momentum * n / (n - 1) * var,
    }
    return out, (x, mean, inv_std, gamma), updated


def batchnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""``normalization.batchnorm_backward`` for this module's cache.

    With :math:`\hat x = (x - \mu) / \sigma` its formula is

    .. math::

        dx = \frac\gamma\sigma\, dout - \frac{\gamma\, d\gamma}{N \sigma^2}\, x
             + \frac{\gamma}{N \sigma} \Big(\frac{\mu\, d\gamma}{\sigma} - d\beta\Big)

    Parameters
    ----------
    dout : array (N, D)
    cache : (x, mean, inv_std, gamma), from this module's ``batchnorm_forward``

    Returns
    -------
    dx : array (N, D)
    dgamma, dbeta : arrays (D,)

    Examples
    --------
    >>> running = {"mean": np.zeros(1), "var": np.ones(1)}
    >>> x = np.array([[1.0], [3.0], [5.0]])
    >>> _, cache, _ = batchnorm_forward(x, np.array([2.0]), np.zeros(1), running, eps=0.0)
    >>> dx, dgamma, dbeta = batchnorm_backward(np.array([[0.0], [0.0], [1.0]]), cache)
    >>> dx.ravel().round(4), dgamma.round(4), dbeta
    (array([ 0.2041, -0.4082,  0.2041]), array([1.2247]), array([1.]))
    """
    x, mean, inv_std, gamma = cache
    dout = np.ascontiguousarray(dout)
    n = len(x)
    sums = for_each(
        lambda rows: (dout[rows].sum(axis=0), np.einsum("nd,nd->d", dout[rows], x[rows])),
        blocks_of(n, x[0].nbytes),
    )
    dbeta = sum(with_ones for with_ones, _ in sums)
    dgamma = (sum(with_x for _, with_x in sums) - mean * dbeta) * inv_std
    of_dout = gamma * inv_std
    of_x = -of_dout * inv_std * dgamma / n
    constant = -of_dout * dbeta / n - mean * of_x
    dx = np.empty(x.shape, np.result_type(dout, of_dout, of_x))

    def write(rows: slice, of_dout: Array, of_x: Array, constant: Array) -> None:
        block = _long(dx[rows])
        length = block.shape[1]
        line = _long(x[rows]) * of_x[:length]
        line += constant[:length]
        np.multiply(_long(dout[rows]), of_dout[:length], out=block)
        block += line

    _over_rows(write, x, of_dout, of_x, constant)
    return dx, dgamma, dbeta


def _mean_and_variance(x: Array) -> tuple[Array, Array]:
    """Mean and variance (divisor N) of the columns, from one sweep."""
    sums = for_each(
        lambda rows: (x[rows].sum(axis=0), np.einsum("nd,nd->d", x[rows], x[rows])),
        blocks_of(len(x), x[0].nbytes),
    )
    mean = sum(of_x for of_x, _ in sums) / len(x)
    return mean, np.maximum(sum(of_squares for _, of_squares in sums) / len(x) - mean * mean, 0.0)


def _over_rows(write: Callable[..., None], x: Array, *features: Array) -> None:
    """Call ``write`` for each block of rows, with the features as often as a long row has them."""
    repeated = [np.broadcast_to(each, (ROWS, len(each))).reshape(-1) for each in features]
    for_each(lambda rows: write(rows, *repeated), blocks_of(len(x), x[0].nbytes))


def _long(block: Array) -> Array:
    """Rows, several of them taken as one; a view."""
    return block.reshape(-1, math.gcd(len(block), ROWS) * block.shape[1])
