"""Batch normalization (Ioffe and Szegedy, 2015): each feature standardized over the batch.

The way back is here twice: in stages, one line for each arrow of the graph, and simplified to the
one line that a program uses. The tests hold them equal.
"""

from collections.abc import Mapping

import numpy as np

from nbcourse.arrays import Array

Running = dict[str, Array]
# The arrays are x_hat (N, D), gamma (D,) and inv_std (D,).
Cache = tuple[Array, Array, Array]
# The arrays are x (N, D), mean (D,), var (D,) and gamma (D,); the number is eps.
StagedCache = tuple[Array, Array, Array, Array, float]


def batchnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    running: Mapping[str, Array],
    mode: str,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Cache | None, Running]:
    r"""Batch norm, by the batch's statistics in training and by running ones at test time.

    .. math::

        \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad out = \gamma \hat x + \beta

    In training :math:`\mu` and :math:`\sigma^2` (divisor N) are those of each column of ``x``,
    and the running statistics move toward them by the share ``momentum``:

    .. math::

        \mu_{run} \leftarrow (1 - m)\, \mu_{run} + m\, \mu, \qquad
        \sigma^2_{run} \leftarrow (1 - m)\, \sigma^2_{run} + m\, \tfrac{N}{N - 1} \sigma^2

    The factor :math:`N / (N - 1)` makes the running variance an unbiased estimate. Both rules are
    PyTorch's. Elsewhere ``momentum`` is often the share that is kept.

    Parameters
    ----------
    x : array (N, D), one example a row
    gamma, beta : arrays (D,), scale and shift
    running : dict with ``mean`` and ``var``, arrays (D,); it is not changed
    mode : ``"train"`` or ``"test"``
    momentum : share of the new batch in the running statistics
    eps : keeps the divisor above 0 where a feature is constant

    Returns
    -------
    out : array (N, D)
    cache : (x_hat, gamma, inv_std) in training, None at test time
    running : dict, the new running statistics; at test time the given ones

    Raises
    ------
    ValueError
        The shapes do not fit, the mode is another, or a training batch has fewer than two rows:
        with one row :math:`x - \mu` is 0, whatever x is.

    Examples
    --------
    >>> x, ones, zeros = np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1)
    >>> running = {"mean": zeros, "var": ones}
    >>> out, cache, running = batchnorm_forward(x, ones, zeros, running, "train")
    >>> out.ravel().round(4), running
    (array([-1.,  1.]), {'mean': array([0.2]), 'var': array([1.1])})
    >>> batchnorm_forward(x, ones, zeros, running, "test")[0].ravel().round(4)
    array([0.7628, 2.6697])
    """
    require_batch(x, gamma, beta, least=2 if mode == "train" else 0)
    if mode == "test":
        x_hat = (x - running["mean"]) / np.sqrt(running["var"] + eps)
        return gamma * x_hat + beta, None, dict(running)
    if mode != "train":
        raise ValueError(f'batchnorm_forward: mode is "train" or "test", not {mode!r}')
    n = len(x)
    mean, var = x.mean(axis=0), x.var(axis=0)
    inv_std = 1.0 / np.sqrt(var + eps)
    x_hat = (x - mean) * inv_std
    updated = {
        "mean": (1.0 - momentum) * running["mean"] + momentum * mean,
        "var": (1.0 - momentum) * running["var"] + momentum * n / (n - 1) * var,
    }
    return gamma * x_hat + beta, (x_hat, gamma, inv_std), updated


def require_batch(x: Array, gamma: Array, beta: Array, least: int) -> None:
    """Raise ``ValueError`` unless the shapes fit and there are as many rows as are needed."""
    if x.ndim != 2 or not gamma.shape == beta.shape == x.shape[1:]:
        raise ValueError(
            f"batchnorm_forward needs x (N, D), gamma (D,), beta (D,); got x {x.shape}, "
            f"gamma {gamma.shape}, beta {beta.shape}"
        )
    if len(x) < least:
        raise ValueError(
            f"batchnorm_forward needs at least {least} rows in training, got {len(x)}: a single "
            'row minus its own mean is 0. Use a larger batch, or mode "test"'
        )


def batchnorm_backward_staged(dout: Array, cache: StagedCache) -> dict[str, Array]:
    r"""Gradients of batch norm in training, node by node against the order of the graph.

    .. math::

        d\hat x &= dout \cdot \gamma \\
        d\sigma^2 &= -\tfrac12 (\sigma^2 + \epsilon)^{-3/2} \sum_n d\hat x_n (x_n - \mu) \\
        d\mu &= -(\sigma^2 + \epsilon)^{-1/2} \sum_n d\hat x_n
                - \tfrac2N\, d\sigma^2 \sum_n (x_n - \mu) \\
        dx &= (\sigma^2 + \epsilon)^{-1/2}\, d\hat x + \tfrac2N\, d\sigma^2 (x - \mu)
                + \tfrac1N\, d\mu

    Three paths lead from ``x`` to the output: one straight, one through the variance, one through
    the mean. The last sum in :math:`d\mu` is 0, because :math:`\mu` is the mean of ``x``; it is
    an arrow of the graph and has its line all the same.

    Parameters
    ----------
    dout : array (N, D)
    cache : (x, mean, var, gamma, eps), mean and var (divisor N) those of the columns of x

    Returns
    -------
    dict with ``dx_hat`` (N, D), ``dvar`` (D,), ``dmean`` (D,), ``dx`` (N, D), ``dgamma`` (D,),
    ``dbeta`` (D,)

    Examples
    --------
    >>> x = np.array([[1.0], [3.0], [5.0]])
    >>> cache = x, x.mean(axis=0), x.var(axis=0), np.array([2.0]), 0.0
    >>> grads = batchnorm_backward_staged(np.array([[0.0], [0.0], [1.0]]), cache)
    >>> grads["dvar"].round(4), grads["dmean"].round(4), grads["dx"].ravel().round(4)
    (array([-0.4593]), array([-1.2247]), array([ 0.2041, -0.4082,  0.2041]))
    """
    x, mean, var, gamma, eps = cache
    n = len(x)
    centered = x - mean
    inv_std = 1.0 / np.sqrt(var + eps)

    dx_hat = dout * gamma
    dvar = -0.5 * inv_std**3 * np.sum(dx_hat * centered, axis=0)
    dmean = -inv_std * dx_hat.sum(axis=0) - 2.0 / n * dvar * centered.sum(axis=0)
    dx = inv_std * dx_hat + 2.0 / n * dvar * centered + dmean / n
    return {
        "dx_hat": dx_hat,
        "dvar": dvar,
        "dmean": dmean,
        "dx": dx,
        "dgamma": np.sum(dout * centered * inv_std, axis=0),
        "dbeta": dout.sum(axis=0),
    }


def batchnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""Gradients of batch norm in training, the stages put together and simplified.

    .. math::

        d\gamma = \sum_n dout_n \hat x_n, \qquad d\beta = \sum_n dout_n, \qquad
        dx = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
             \Big(dout - \tfrac1N\, d\beta - \tfrac1N\, d\gamma\, \hat x\Big)

    So ``dx`` is ``dout`` without its mean and without its part along :math:`\hat x`: a batch that
    is shifted or stretched as a whole has the same output.

    Parameters
    ----------
    dout : array (N, D)
    cache : (x_hat, gamma, inv_std), x_hat (N, D), gamma and inv_std (D,)

    Returns
    -------
    dx : array (N, D)
    dgamma, dbeta : arrays (D,)

    Examples
    --------
    >>> running = {"mean": np.zeros(1), "var": np.ones(1)}
    >>> x = np.array([[1.0], [3.0], [5.0]])
    >>> _, cache, _ = batchnorm_forward(x, np.array([2.0]), np.zeros(1), running, "train", eps=0.0)
    >>> dx, dgamma, dbeta = batchnorm_backward(np.array([[0.0], [0.0], [1.0]]), cache)
    >>> dx.ravel().round(4), dgamma.round(4), dbeta
    (array([ 0.2041, -0.4082,  0.2041]), array([1.2247]), array([1.]))
    """
    x_hat, gamma, inv_std = cache
    n = len(x_hat)
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = dout.sum(axis=0)
    dx = gamma * inv_std * (dout - dbeta / n - x_hat * dgamma / n)
    return dx, dgamma, dbeta
