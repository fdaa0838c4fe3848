r"""Initializers: the numbers that a weight matrix starts from.

Each returns a matrix of shape (fan_in, fan_out) for a layer :math:`out = x w`: ``fan_in`` inputs
meet in every output, and every input feeds ``fan_out`` outputs. Biases start at 0.

All random ones answer the same question. With inputs and weights that are independent and have
mean 0, the variance of one output is :math:`fan\_in \cdot Var(w) \cdot Var(x)`, and that of one
gradient on the way back :math:`fan\_out \cdot Var(w) \cdot Var(dout)`: which variance of the
weights keeps signals from growing or shrinking layer by layer?
"""

import math

import numpy as np

from nbcourse.arrays import Array


def zeros(fan_in: int, fan_out: int) -> Array:
    """All zeros: right for biases; as weights, every unit of a layer stays like every other.

    >>> zeros(1, 2)
    array([[0., 0.]])
    """
    return np.zeros((fan_in, fan_out))


def constant(fan_in: int, fan_out: int, value: float) -> Array:
    """Every weight the same number.

    >>> constant(1, 2, 0.5)
    array([[0.5, 0.5]])
    """
    return np.full((fan_in, fan_out), float(value))


def identity(fan_in: int, fan_out: int) -> Array:
    """Ones on the diagonal, zeros elsewhere: each output copies the input of its number.

    >>> identity(2, 3)
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    return np.eye(fan_in, fan_out)


def normal(fan_in: int, fan_out: int, std: float, rng: np.random.Generator) -> Array:
    """Normal distribution with mean 0 and standard deviation ``std``, not variance.

    >>> normal(500, 400, 0.01, np.random.default_rng(0)).std().round(4)
    np.float64(0.01)
    """
    return std * rng.standard_normal((fan_in, fan_out))


def uniform(fan_in: int, fan_out: int, low: float, high: float, rng: np.random.Generator) -> Array:
    r"""Uniform distribution from ``low`` to ``high``; its variance is :math:`(high - low)^2/12`.

    >>> w = uniform(500, 400, -0.3, 0.3, np.random.default_rng(0))
    >>> w.var().round(3), 0.6**2 / 12
    (np.float64(0.03), 0.03)
    """
    return rng.uniform(low, high, (fan_in, fan_out))


def lecun_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    r"""Normal with variance :math:`1 / fan\_in` (LeCun et al., 1998): outputs keep the variance.

    This is also what many lectures call Xavier initialization.

    >>> (400 * lecun_normal(400, 300, np.random.default_rng(0)).var()).round(2)
    np.float64(1.0)
    """
    return normal(fan_in, fan_out, math.sqrt(1.0 / fan_in), rng)


def lecun_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    r"""Uniform with variance :math:`1 / fan\_in`: bound :math:`\sqrt{3 / fan\_in}`.

    >>> w = lecun_uniform(300, 400, np.random.default_rng(0))
    >>> np.abs(w).max() <= 0.1, (300 * w.var()).round(2)
    (np.True_, np.float64(1.0))
    """
    bound = math.sqrt(3.0 / fan_in)
    return uniform(fan_in, fan_out, -bound, bound, rng)


def xavier_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    r"""Xavier (Glorot) initialization, normal: variance :math:`2 / (fan\_in + fan\_out)`.

    The way forward asks for :math:`1/fan\_in`, the way back for :math:`1/fan\_out`; this is the
    inverse of the mean of the two (Glorot and Bengio, 2010). For activations that are near the
    identity at 0, such as tanh.

    Parameters
    ----------
    fan_in, fan_out : numbers of inputs and outputs
    rng : draws the weights

    Returns
    -------
    w : array (fan_in, fan_out)

    Examples
    --------
    >>> w = xavier_normal(300, 500, np.random.default_rng(0))
    >>> w.shape, (400 * w.var()).round(2)
    ((300, 500), np.float64(1.0))
    """
    return normal(fan_in, fan_out, math.sqrt(2.0 / (fan_in + fan_out)), rng)


def xavier_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    r"""Xavier (Glorot) initialization, uniform between :math:`\pm\sqrt{6/(fan\_in + fan\_out)}`.

    A uniform distribution between :math:`\pm a` has the variance :math:`a^2/3`, so this one has
    :math:`2 / (fan\_in + fan\_out)`, like ``xavier_normal``; arguments and result are the same.

    >>> w = xavier_uniform(300, 500, np.random.default_rng(0))
    >>> (400 * w.var()).round(2), np.abs(w).max() <= np.sqrt(6 / 800)
    (np.float64(1.0), np.True_)
    """
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return uniform(fan_in, fan_out, -bound, bound, rng)


def kaiming_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    r"""Kaiming (He) initialization, normal: variance :math:`2 / fan\_in`, for ReLU.

    ReLU sets half of its inputs to 0, which halves the mean square; the 2 makes up for it
    (He et al., 2015).

    Parameters
    ----------
    fan_in, fan_out : numbers of inputs and outputs
    rng : draws the weights

    Returns
    -------
    w : array (fan_in, fan_out)

    Examples
    --------
    >>> w = kaiming_normal(400, 300, np.random.default_rng(0))
    >>> w.shape, (200 * w.var()).round(2)
    ((400, 300), np.float64(1.0))
    """
    return normal(fan_in, fan_out, math.sqrt(2.0 / fan_in), rng)


def kaiming_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    r"""Kaiming (He) initialization, uniform between :math:`\pm\sqrt{6 / fan\_in}`, for ReLU.

    The variance is :math:`2 / fan\_in`; arguments and result are those of ``kaiming_normal``.

    >>> w = kaiming_uniform(400, 300, np.random.default_rng(0))
    >>> (200 * w.var()).round(2), np.abs(w).max() <= np.sqrt(6 / 400)
    (np.float64(1.0), np.True_)
    """
    bound = math.sqrt(6.0 / fan_in)
    return uniform(fan_in, fan_out, -bound, bound, rng)


def orthogonal(fan_in: int, fan_out: int, gain: float, rng: np.random.Generator) -> Array:
    r"""Orthogonal initialization (Saxe, McClelland and Ganguli, 2013).

    :math:`w^\top w = gain^2 I` for a tall or square ``w``, :math:`w w^\top = gain^2 I` for a wide
    one: a product of square ones stretches every vector by the same factor, however many there
    are. The matrix is Q of the QR decomposition of a normal matrix. The decomposition leaves the
    sign of every column of Q open, and the usual routine chooses it by a rule of its own; with
    the signs of R's diagonal put back, all orthogonal matrices are equally likely (Mezzadri, 2007).

    Parameters
    ----------
    fan_in, fan_out : numbers of inputs and outputs
    gain : factor of the lengths
    rng : draws the weights

    Returns
    -------
    w : array (fan_in, fan_out)

    Examples
    --------
    >>> w = orthogonal(3, 2, 2.0, np.random.default_rng(0))
    >>> np.allclose(w.T @ w, 4 * np.eye(2))
    True
    """
    normals = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(normals)
    q = gain * q * np.sign(np.diag(r))
    # A copy, so that the memory of every weight matrix lies row by row.
    return q if fan_in >= fan_out else np.ascontiguousarray(q.T)


def predict_layer_std(sigma: float, fan_in: int, depth: int, input_std: float) -> Array:
    r"""Standard deviation after each of ``depth`` linear layers of width ``fan_in``.

    A sum of ``fan_in`` independent products with mean 0 has ``fan_in`` times their variance, so
    every layer multiplies the standard deviation by :math:`\sigma\sqrt{fan\_in}`:

    .. math:: std_k = input\_std \cdot (\sigma \sqrt{fan\_in})^k, \qquad k = 1, \dots, depth

    Parameters
    ----------
    sigma : standard deviation of the weights
    fan_in : width of every layer
    depth : number of layers
    input_std : standard deviation of the input

    Returns
    -------
    array (depth,), the first entry after layer 1

    Examples
    --------
    >>> predict_layer_std(0.01, 400, 3, 1.0).round(6)
    array([0.2  , 0.04 , 0.008])
    """
    return input_std * (sigma * math.sqrt(fan_in)) ** np.arange(1, depth + 1)
