r"""Linear regression by stochastic gradient descent: the smallest model that one can train.

The model predicts :math:`\theta \\cdot x`. For a constant term one entry of x is 1 for all
examples.
"""

import numpy as np

from nbcourse.arrays import Array


def linear_regression_sgd(theta: Array, x: Array, y: float, lr: float) -> Array:
    r"""One step against the gradient of one example's loss.

    .. math::

        L = \tfrac12 (\theta \cdot x - y)^2, \qquad
        \theta \leftarrow \theta - lr \, (\theta \cdot x - y) \, x

    The step is as large as the error and goes along x. It is the LMS rule of Widrow and Hoff
    (1960), ``adaline_update`` for any number y. Over all examples one step leads to the minimum in
    the mean only; a rate that falls lets the steps settle there.

    Parameters
    ----------
    theta : array (D,)
    x : array (D,), one example
    y : number, what is right for it
    lr : learning rate

    Returns
    -------
    theta : array (D,), a new one

    Raises
    ------
    ValueError
        ``theta`` and ``x`` are not two vectors of the same length.

    Examples
    --------
    >>> linear_regression_sgd(np.array([1.0, 2.0]), np.array([3.0, 1.0]), 7.0, 0.1)
    array([1.6, 2.2])
    """
    if theta.ndim != 1 or x.shape != theta.shape:
        raise ValueError(
            f"theta and x must be vectors of one length; got {theta.shape} and {x.shape}"
        )
    error = float(np.dot(theta, x)) - y
    return theta - lr * error * x
