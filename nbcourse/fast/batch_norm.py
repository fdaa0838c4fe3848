r"""Batch norm in two sweeps over the data each way, instead of ten.

A normalized feature is a straight line of the given one, :math:`out = s x + t`, and so is its
gradient, :math:`dx = s\, (dout + k x + c)`, with one number a feature for each letter. The first
sweep sums what they are made of, the second writes the result. The normalized ``x`` is never made.
"""

import math
from collections.abc import Callable, Mapping, Sequence

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
#: A batch of fewer bytes is one block, since waking another thread takes as long as it would save.
SHARED_BYTES = 4_000_000


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
    mean, var, is_far = _mean_and_variance(x)
    true_mean = mean
    if is_far:
        x = x - mean
        mean, var, _ = _mean_and_variance(x)
        true_mean = true_mean + mean
    inv_std = 1.0 / np.sqrt(var + eps)
    scale = gamma * inv_std
    offset = beta - scale * mean
    out = np.empty(x.shape, np.result_type(x, scale, offset))

    def write(out: Array, x: Array, scale: Array, offset: Array) -> None:
        np.multiply(x, scale, out=out)
        out += offset

    _over_rows(write, (out, x), (scale, offset))
    updated = {
        "mean": (1.0 - momentum) * running["mean"] + momentum * true_mean,
        "var": (1.0 - momentum) * running["var"] + (momentum * n / (n - 1)) * var,
    }
    return out, (x, mean, inv_std, gamma), updated


def batchnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""``normalization.batchnorm_backward`` for this module's cache.

    With :math:`\hat x = (x - \mu) / \sigma` its formula is

    .. math::

        dx = \frac\gamma\sigma \Big(dout - \frac{d\gamma}{N \sigma}\, x
             + \frac1N \Big(\frac{\mu\, d\gamma}{\sigma} - d\beta\Big)\Big)

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
    dbeta, with_x = _sums(dout, x)
    dgamma = (with_x - mean * dbeta) * inv_std
    scale = gamma * inv_std
    of_x = dgamma * inv_std / -n
    constant = dbeta / -n - mean * of_x
    dx = np.empty(x.shape, np.result_type(dout, scale, of_x))

    def write(dx: Array, dout: Array, x: Array, scale: Array, of_x: Array, constant: Array) -> None:
        np.multiply(x, of_x, out=dx)
        dx += constant
        dx += dout
        dx *= scale

    _over_rows(write, (dx, dout, x), (scale, of_x, constant))
    return dx, dgamma, dbeta


def _mean_and_variance(x: Array) -> tuple[Array, Array, bool]:
    """Mean and variance (divisor N) of the columns, from one sweep, and whether a mean is far."""
    of_x, of_squares = _sums(x, x)
    mean = of_x / len(x)
    square = mean * mean
    var = np.maximum(of_squares / len(x) - square, 0.0)
    return mean, var, bool((square > FAR * var).any())


def _sums(x: Array, y: Array) -> tuple[Array, Array]:
    """Sums over the columns of ``x`` and of ``x * y``."""

    def of_block(rows: slice) -> tuple[Array, Array]:
        return x[rows].sum(axis=0), np.einsum("nd,nd->d", x[rows], y[rows])

    blocks = _blocks(x)
    if len(blocks) == 1:
        # A product with ones adds faster; of several threads only one could make it at a time.
        return np.ones(len(x), x.dtype) @ x, np.einsum("nd,nd->d", x, y)
    sums = for_each(of_block, blocks)
    of_x, of_products = zip(*sums, strict=True)
    return np.sum(of_x, axis=0), np.sum(of_products, axis=0)


def _over_rows(
    write: Callable[..., None], arrays: Sequence[Array], features: Sequence[Array]
) -> None:
    """Call ``write`` with blocks of the arrays in long rows, and the features repeated as often."""
    # One array of all of them: several of this size cost more than what is written into them.
    repeated = np.empty((len(features), ROWS, len(features[0])), np.result_type(*features))
    for place, each in enumerate(features):
        repeated[place] = each
    lines = repeated.reshape(len(features), -1)
    # Views are made before, since other threads wait while one makes them.
    blocks = []
    for rows in _blocks(arrays[0]):
        long = [_long(array[rows]) for array in arrays]
        blocks.append([*long, *lines[:, : long[0].shape[1]]])
    for_each(lambda block: write(*block), blocks)


def _blocks(x: Array) -> list[slice]:
    return [slice(0, len(x))] if x.nbytes < SHARED_BYTES else blocks_of(len(x), x[0].nbytes)


def _long(block: Array) -> Array:
    """Rows, several of them taken as one; a view."""
    return block.reshape(-1, math.gcd(len(block), ROWS) * block.shape[1])
