"""Layer normalization (Ba, Kiros and Hinton, 2016): each example standardized over its features.

Batch norm with the axes exchanged, apart from scale and shift, which stay one for each feature. A
row's output depends on that row alone: training and test are the same, and a batch of one will do.
"""

import numpy as np

from nbcourse.arrays import Array

# The arrays are x_hat (N, D), gamma (D,) and inv_std (N, 1).
Cache = tuple[Array, Array, Array]


def layernorm_forward(
    x: Array, gamma: Array, beta: Array, eps: float = 1e-5
) -> tuple[Array, Cache]:
    r"""Layer norm over the features of each row.

    .. math::

        \hat x_n = \frac{x_n - \mu_n}{\sqrt{\sigma_n^2 + \epsilon}}, \qquad
        out_n = \gamma \hat x_n + \beta

    :math:`\mu_n` and :math:`\sigma_n^2` (divisor D) are those of row n.

    Parameters
    ----------
    x : array (N, D), one example a row
    gamma, beta : arrays (D,), scale and shift of each feature
    eps : keeps the divisor above 0 where a row is constant

    Returns
    -------
    out : array (N, D)
    cache : (x_hat, gamma, inv_std), inv_std (N, 1)

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> x = np.array([[1.0, 3.0], [50.0, 10.0]])
    >>> layernorm_forward(x, np.array([1.0, 2.0]), np.zeros(2))[0].round(4)
    array([[-1.,  2.],
           [ 1., -2.]])
    """
    if x.ndim != 2 or not gamma.shape == beta.shape == x.shape[1:]:
        raise ValueError(
            f"layernorm_forward needs x (N, D), gamma (D,), beta (D,); got x {x.shape}, "
            f"gamma {gamma.shape}, beta {beta.shape}"
        )
    inv_std = 1.0 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) * inv_std
    return gamma * x_hat + beta, (x_hat, gamma, inv_std)


def layernorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    r"""Gradients of layer norm.

    With :math:`g = dout \cdot \gamma`,

    .. math::

        dx_n = \frac{1}{\sqrt{\sigma_n^2 + \epsilon}} \Big(g_n - \overline{g_n}
               - \hat x_n\, \overline{g_n \hat x_n}\Big), \qquad
        d\gamma = \sum_n dout_n \hat x_n, \qquad d\beta = \sum_n dout_n

    The bars are means over the features of a row; the sums of :math:`d\gamma` and
    :math:`d\beta` run over the batch, since every row uses the same scale and shift. Unlike in
    batch norm, :math:`\gamma` stays inside: it differs within the row that is averaged.

    Parameters
    ----------
    dout : array (N, D)
    cache : (x_hat, gamma, inv_std), inv_std (N, 1)

    Returns
    -------
    dx : array (N, D)
    dgamma, dbeta : arrays (D,)

    Examples
    --------
    >>> x = np.array([[1.0, 3.0, 5.0]])
    >>> _, cache = layernorm_forward(x, np.array([2.0, 2.0, 2.0]), np.zeros(3), eps=0.0)
    >>> dx, dgamma, dbeta = layernorm_backward(np.array([[0.0, 0.0, 1.0]]), cache)
    >>> dx.round(4), dgamma.round(4), dbeta
    (array([[ 0.2041, -0.4082,  0.2041]]), array([0.    , 0.    , 1.2247]), array([0., 0., 1.]))
    """
    x_hat, gamma, inv_std = cache
    g = dout * gamma
    mean = g.mean(axis=1, keepdims=True)
    along = np.mean(g * x_hat, axis=1, keepdims=True)
    dx = inv_std * (g - mean - x_hat * along)
    return dx, np.sum(dout * x_hat, axis=0), dout.sum(axis=0)
