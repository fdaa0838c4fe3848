"""Dropout (Srivastava et al., 2014): in training each unit is left out with probability p.

Inverted scaling: what is kept is divided by ``1 - p`` in training, so that the mean of the output
is the input, and nothing is left to do at test time.
"""

import numpy as np

from nbcourse.arrays import Array


def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Array:
    """A mask for ``dropout_forward``: 0 with probability p, else 1, each entry on its own.

    Parameters
    ----------
    shape : shape of the layer's input
    p : probability that a unit is dropped, at least 0 and less than 1
    rng : draws the mask

    Raises
    ------
    ValueError
        p is not a probability below 1.

    Examples
    --------
    >>> float(dropout_mask((1000, 100), 0.2, np.random.default_rng(0)).mean().round(2))
    0.8
    """
    _check(p)
    return (rng.random(shape) >= p).astype(np.float64)


def dropout_forward(x: Array, p: float, mask: Array) -> Array:
    r"""Dropout with a mask drawn before, :math:`out = x \cdot mask / (1 - p)`.

    Parameters
    ----------
    x : array of any shape
    p : probability that a unit is dropped, at least 0 and less than 1
    mask : array, shape of x, 1 where a unit is kept and 0 where it is dropped

    Returns
    -------
    out : array, shape of x

    Raises
    ------
    ValueError
        p is not a probability below 1, or the mask has another shape.

    Examples
    --------
    >>> dropout_forward(np.array([3.0, 4.0, 5.0, 6.0]), 0.25, np.array([1.0, 1.0, 0.0, 1.0]))
    array([4.        , 5.33333333, 0.        , 8.        ])
    """
    _check(p)
    if mask.shape != x.shape:
        raise ValueError(f"dropout needs a mask of the shape of x {x.shape}; got {mask.shape}")
    out: Array = x * mask / (1.0 - p)
    return out


def dropout_backward(dout: Array, p: float, mask: Array) -> Array:
    r"""Gradient of dropout, :math:`dx = dout \cdot mask / (1 - p)`.

    Parameters
    ----------
    dout : array, shape of x
    p, mask : those of the forward pass

    Returns
    -------
    dx : array, shape of x

    Examples
    --------
    >>> dropout_backward(np.array([3.0, 3.0]), 0.25, np.array([1.0, 0.0]))
    array([4., 0.])
    """
    _check(p)
    dx: Array = dout * mask / (1.0 - p)
    return dx


def _check(p: float) -> None:
    if not 0.0 <= p < 1.0:
        raise ValueError(f"dropout needs 0 <= p < 1, the probability to drop a unit; got {p}")
