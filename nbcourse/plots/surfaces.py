r"""Four surfaces over two weights, each hard in its own way, to send optimizers across.

All of them are drawn in the same box. Their gradients are written out, so that a path costs
nothing: a loss takes arrays of both weights, a gradient one pair of weights.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nbcourse.arrays import Array

#: Left, right, bottom and top of the plane that all surfaces are drawn in.
BOX = (-2.2, 2.2, -1.4, 1.4)


@dataclass(frozen=True)
class Surface:
    """A loss of two weights u and v.

    Parameters
    ----------
    loss : ``loss(u, v)`` of two arrays of weights
    gradient : ``gradient(w)`` of an array (2,), the derivatives by u and v
    start : array (2,), where paths begin
    minimum : array (2,), where the loss is lowest; of several such places, one
    """

    loss: Callable[[Array, Array], Array]
    gradient: Callable[[Array], Array]
    start: Array
    minimum: Array


def ravine(flat: float = 0.12, steep: float = 12.0, angle: float = 0.0) -> Surface:
    r"""A bowl that is much steeper across than along, :math:`(flat \, p^2 + steep \, q^2) / 2`.

    Parameters
    ----------
    flat, steep : the two curvatures
    angle : by how many degrees the axes p and q are turned against the weights u and v

    Examples
    --------
    >>> surface = ravine(flat=1.0, steep=100.0)
    >>> surface.gradient(np.array([2.0, 0.5]))
    array([ 2., 50.])
    """
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([[c, s], [-s, c]])
    hessian = turn.T @ np.diag([flat, steep]) @ turn

    def loss(u: Array, v: Array) -> Array:
        p, q = c * u + s * v, c * v - s * u
        height: Array = (flat * p**2 + steep * q**2) / 2
        return height

    def gradient(w: Array) -> Array:
        slope: Array = hessian @ w
        return slope

    return Surface(loss, gradient, np.array([-1.8, 0.9]) @ turn, np.zeros(2))


def saddle() -> Surface:
    r"""Two minima at :math:`u = \pm \sqrt 2` and a saddle between, :math:`u^4/4 - u^2 + 2 v^2`.

    Paths begin close to the line that leads into the saddle.

    Examples
    --------
    >>> surface = saddle()
    >>> surface.gradient(np.zeros(2)), surface.gradient(surface.minimum).round(12)
    (array([0., 0.]), array([0., 0.]))
    """

    def loss(u: Array, v: Array) -> Array:
        return u**4 / 4 - u**2 + 2 * v**2

    def gradient(w: Array) -> Array:
        u, v = w
        return np.array([u**3 - 2 * u, 4 * v])

    return Surface(loss, gradient, np.array([0.001, 1.2]), np.array([math.sqrt(2), 0.0]))


def plateau(width: float = 0.6) -> Surface:
    r"""A hole in a plain, :math:`1 - e^{-r^2 / (2 \, width^2)}`.

    ``r`` is the distance from the minimum at (0.8, 0). Three widths away from it little
    gradient is left.

    Examples
    --------
    >>> surface = plateau()
    >>> round(float(np.linalg.norm(surface.gradient(surface.start))), 4)
    0.0115
    """
    minimum = np.array([0.8, 0.0])

    def loss(u: Array, v: Array) -> Array:
        squares = (u - minimum[0]) ** 2 + (v - minimum[1]) ** 2
        height: Array = 1 - np.exp(-squares / (2 * width**2))
        return height

    def gradient(w: Array) -> Array:
        away = w - minimum
        slope: Array = away / width**2 * np.exp(-(away @ away) / (2 * width**2))
        return slope

    return Surface(loss, gradient, np.array([-1.2, -0.7]), minimum)


def cliff(height: float = 3.0, sharpness: float = 20.0) -> Surface:
    r"""A gentle slope down to the foot of a wall.

    .. math:: 0.3 \, (u - 0.6)^2 + 0.5 \, v^2 + height \cdot \sigma(sharpness \, (u - 1.4))

    On the wall the gradient is up to ``height * sharpness / 4``, more than ten times that of the
    slope.

    Examples
    --------
    >>> surface = cliff()
    >>> surface.gradient(np.array([0.0, 0.0])).round(2), surface.gradient(np.array([1.4, 0.0]))
    (array([-0.36,  0.  ]), array([15.48,  0.  ]))
    """
    bottom, edge = 0.6, 1.4

    def wall(u: Array) -> Array:
        share: Array = 0.5 * (1 + np.tanh(sharpness * (u - edge) / 2))  # without overflow
        return share

    def loss(u: Array, v: Array) -> Array:
        total: Array = 0.3 * (u - bottom) ** 2 + 0.5 * v**2 + height * wall(u)
        return total

    def gradient(w: Array) -> Array:
        u, v = w
        rise = height * sharpness * wall(u) * (1 - wall(u))
        return np.array([0.6 * (u - bottom) + rise, v])

    return Surface(loss, gradient, np.array([-1.9, 0.8]), np.array([bottom, 0.0]))
