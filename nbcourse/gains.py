"""Gains: factors that make up for what an activation, or the depth, does to a signal."""

import math

import numpy as np

from nbcourse.arrays import Array
from nbcourse.initializers import normal


def calculate_gain(activation: str) -> float:
    r"""Factor by which an activation asks for a larger std than :math:`1/\sqrt{fan\_in}`.

    The numbers are PyTorch's: 1 for ``linear`` and ``sigmoid``, 5/3 for ``tanh``,
    :math:`\sqrt{2}` for ``relu``. Multiply an initial matrix by it.

    Raises
    ------
    ValueError
        The activation is none of these.

    Examples
    --------
    >>> round(calculate_gain("relu"), 4)
    1.4142
    """
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0)}
    if activation not in gains:
        raise ValueError(f"activation must be one of {', '.join(gains)}; got {activation!r}")
    return gains[activation]


def random_walk(fan_in: int, fan_out: int, activation: str, rng: np.random.Generator) -> Array:
    r"""Random walk initialization (Sussillo and Abbott, 2014).

    On the way back through a deep network the logarithm of the gradient's length takes a random
    step at every layer. A scale that keeps the variance still lets that walk drift; this one
    stops the drift. With n = fan_in the weights are normal with std :math:`g/\sqrt{n}`,

    .. math:: g_{linear} = e^{1/(2n)}, \qquad
        g_{ReLU} = \sqrt{2}\, e^{1.2 / (\max(n, 6) - 2.4)}

    Parameters
    ----------
    fan_in, fan_out : numbers of inputs and outputs
    activation : ``linear`` or ``relu``
    rng : draws the weights

    Returns
    -------
    w : array (fan_in, fan_out)

    Raises
    ------
    ValueError
        The activation is neither of the two.

    Examples
    --------
    >>> (500 * random_walk(500, 500, "relu", np.random.default_rng(0)).var()).round(2)
    np.float64(2.01)
    """
    gains = {
        "linear": math.exp(1.0 / (2.0 * fan_in)),
        "relu": math.sqrt(2.0) * math.exp(1.2 / (max(fan_in, 6) - 2.4)),
    }
    if activation not in gains:
        raise ValueError(f"activation must be linear or relu; got {activation!r}")
    return normal(fan_in, fan_out, gains[activation] / math.sqrt(fan_in), rng)
