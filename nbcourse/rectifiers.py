"""Rectifiers that do not fall silent: relatives of ReLU with something left of the negative side.

A ReLU whose input is negative for every example gets no gradient and stays as it is. Each pair in
this module changes what happens there. At ``x = 0`` all of them take the derivative from the left,
as PyTorch does.
"""

import numpy as np

from nbcourse.activations import sigmoid
from nbcourse.arrays import Array

# The constants with which SELU keeps mean 0 and variance 1 from layer to layer.
SELU_LAMBDA = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def leaky_relu_forward(x: Array, alpha: float = 0.01) -> tuple[Array, tuple[Array, float]]:
    r"""Leaky ReLU: :math:`x` where :math:`x > 0`, else :math:`\alpha x` (Maas et al., 2013).

    ``alpha`` is the slope of the negative side; cache (x, alpha).

    >>> leaky_relu_forward(np.array([-2.0, 3.0]), 0.1)[0]
    array([-0.2,  3. ])
    """
    return np.where(np.asarray(x) > 0, x, alpha * x), (x, alpha)


def leaky_relu_backward(dout: Array, cache: tuple[Array, float]) -> Array:
    r"""Gradient of leaky ReLU: ``dout`` where :math:`x > 0`, else :math:`\alpha \cdot dout`.

    >>> leaky_relu_backward(np.array([5.0, 5.0]), (np.array([-2.0, 3.0]), 0.1))
    array([0.5, 5. ])
    """
    x, alpha = cache
    return np.where(np.asarray(x) > 0, dout, alpha * dout)


def noisy_relu_forward(x: Array, rng: np.random.Generator) -> tuple[Array, tuple[Array, Array]]:
    r"""Noisy ReLU, :math:`out = \max(0,\ x + \varepsilon)` (Nair and Hinton, 2010).

    The noise is normal with mean 0 and variance :math:`\sigma(x)`: a unit that is far off is
    hardly disturbed. It belongs to training; at test time the plain ReLU is used.

    Parameters
    ----------
    x : array of any shape
    rng : draws the noise

    Returns
    -------
    out : array, shape of x
    cache : (x, z), where the noise was :math:`\varepsilon = \sqrt{\sigma(x)}\, z`

    Examples
    --------
    >>> out, (x, z) = noisy_relu_forward(np.array([-30.0, 2.0]), np.random.default_rng(0))
    >>> out.round(4), z.round(4)
    (array([0.   , 1.876]), array([ 0.1257, -0.1321]))
    """
    z = rng.standard_normal(np.shape(x)).astype(x.dtype)
    return np.maximum(x + np.sqrt(sigmoid(x)) * z, 0.0), (x, z)


def noisy_relu_backward(dout: Array, cache: tuple[Array, Array]) -> Array:
    r"""Gradient of noisy ReLU for the noise that was drawn.

    The noise grows with :math:`x`, so besides 1 the derivative has a part from it: where
    :math:`x + \varepsilon > 0`,

    .. math:: dx = dout \Big(1 + \tfrac12 \sqrt{\sigma(x)}\,(1 - \sigma(x))\, z\Big)

    and 0 elsewhere.

    >>> noisy_relu_backward(np.array([1.0, 1.0]), (np.array([-3.0, 2.0]), np.array([0.1, 0.0])))
    array([0., 1.])
    """
    x, z = cache
    s = sigmoid(x)
    slope = 1.0 + 0.5 * np.sqrt(s) * (1.0 - s) * z
    return dout * slope * (x + np.sqrt(s) * z > 0)


def prelu_forward(x: Array, alpha: Array) -> tuple[Array, tuple[Array, Array]]:
    r"""Parametric ReLU: leaky ReLU with a learned slope for every feature (He et al., 2015).

    Parameters
    ----------
    x : array (N, D)
    alpha : array (D,), the slopes of the negative side

    Returns
    -------
    out : array (N, D)
    cache : (x, alpha)

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> prelu_forward(np.array([[-2.0, -2.0]]), np.array([0.1, 0.5]))[0]
    array([[-0.2, -1. ]])
    """
    if x.ndim != 2 or alpha.shape != x.shape[1:]:
        raise ValueError(
            f"prelu_forward needs x (N, D) and alpha (D,); got x {x.shape}, alpha {alpha.shape}"
        )
    return np.where(x > 0, x, alpha * x), (x, alpha)


def prelu_backward(dout: Array, cache: tuple[Array, Array]) -> tuple[Array, Array]:
    r"""Gradients of parametric ReLU.

    .. math::

        dx = dout \cdot \begin{cases} 1 & x > 0 \\ \alpha & \text{else} \end{cases}, \qquad
        d\alpha_d = \sum_n dout_{nd}\, \min(0, x_{nd})

    One slope serves all N examples, so its gradient is summed over them.

    Parameters
    ----------
    dout : array (N, D)
    cache : (x, alpha), x (N, D), alpha (D,)

    Returns
    -------
    dx : array (N, D)
    dalpha : array (D,)

    Examples
    --------
    >>> x, alpha = np.array([[-2.0, 4.0], [-1.0, -3.0]]), np.array([0.1, 0.5])
    >>> dx, dalpha = prelu_backward(np.ones((2, 2)), (x, alpha))
    >>> dx, dalpha
    (array([[0.1, 1. ], [0.1, 0.5]]), array([-3., -3.]))
    """
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout), (dout * np.minimum(x, 0.0)).sum(axis=0)


def elu_forward(x: Array, alpha: float = 1.0) -> tuple[Array, tuple[Array, float]]:
    r"""Exponential linear unit (Clevert, Unterthiner and Hochreiter, 2016); cache (x, alpha).

    :math:`x` where :math:`x > 0`, else :math:`\alpha (e^x - 1)`, which levels off at
    :math:`-\alpha`. ``exp`` is only taken of numbers that are not positive.

    >>> elu_forward(np.array([-100.0, -1.0, 2.0]))[0].round(4)
    array([-1.    , -0.6321,  2.    ])
    """
    return np.where(np.asarray(x) > 0, x, alpha * np.expm1(np.minimum(x, 0.0))), (x, alpha)


def elu_backward(dout: Array, cache: tuple[Array, float]) -> Array:
    r"""Gradient of ELU: ``dout`` where :math:`x > 0`, else :math:`\alpha e^x \cdot dout`.

    >>> elu_backward(np.array([1.0, 1.0]), (np.array([-1.0, 2.0]), 2.0)).round(4)
    array([0.7358, 1.    ])
    """
    x, alpha = cache
    return np.where(np.asarray(x) > 0, dout, alpha * np.exp(np.minimum(x, 0.0)) * dout)


def selu_forward(x: Array) -> tuple[Array, tuple[Array]]:
    r"""Scaled ELU, :math:`\lambda` times ELU (Klambauer et al., 2017); cache (x,).

    :math:`\lambda = 1.0507009873554805` and :math:`\alpha = 1.6732632423543772` are chosen so
    that inputs of mean 0 and variance 1 keep both through a layer with weights of variance
    1/fan_in.

    >>> selu_forward(np.array([-100.0, 1.0]))[0].round(4)
    array([-1.7581,  1.0507])
    """
    return SELU_LAMBDA * elu_forward(x, SELU_ALPHA)[0], (x,)


def selu_backward(dout: Array, cache: tuple[Array]) -> Array:
    r"""Gradient of SELU: :math:`\lambda` times the gradient of ELU, on both sides.

    >>> selu_backward(np.array([1.0, 1.0]), (np.array([-1.0, 2.0]),)).round(4)
    array([0.6468, 1.0507])
    """
    (x,) = cache
    return SELU_LAMBDA * elu_backward(dout, (x, SELU_ALPHA))


def dead_unit_fraction(h: Array) -> float:
    """Share of units that are 0 for every example: ReLUs that no gradient gets through.

    Parameters
    ----------
    h : array (N, D), outputs of a layer of ReLUs, one example a row

    Returns
    -------
    float, 0 to 1

    Raises
    ------
    ValueError
        ``h`` is not a matrix with at least one row and one column.

    Examples
    --------
    >>> dead_unit_fraction(np.array([[0.0, 0.0, 3.0, 0.0], [0.0, 1.0, 0.0, 1e-30]]))
    0.25
    """
    if h.ndim != 2 or h.size == 0:
        raise ValueError(f"dead_unit_fraction needs h (N, D), N and D at least 1; got {h.shape}")
    return float(np.mean(np.all(h == 0, axis=0)))
