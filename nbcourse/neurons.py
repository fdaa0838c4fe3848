r"""One neuron: a score :math:`w \cdot x + b`, and what is made of it.

The perceptron and ADALINE learn their weights from one example after another. The gates have
weights that are set by hand. Networks of such units are in ``nbcourse.step_networks``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nbcourse.arrays import Array

Neuron = tuple[Array, float]  # w (D,) and b


def step(score: Any) -> Any:
    r"""Step unit: 1.0 where the score is at least 0, else 0.0.

    The unit fires at exactly 0. Other texts let it fire only above 0.

    >>> step(np.array([-2.0, 0.0, 0.5]))
    array([0., 1., 1.])
    """
    return np.where(np.asarray(score) >= 0, 1.0, 0.0)[()]


def neuron_scores(w: Array, b: float, x: Array) -> Any:
    r"""Score of a neuron, :math:`s = w \cdot x + b`, for one example or for each row of a batch.

    Where the score is 0 lies the neuron's hyperplane, a line for two inputs. It is perpendicular
    to ``w``, and :math:`s / \lVert w \rVert` is the distance from it, positive on the side to
    which ``w`` points.

    Parameters
    ----------
    w : array (D,)
    b : number
    x : array (D,) or (N, D)

    Returns
    -------
    number, or array (N,)

    Raises
    ------
    ValueError
        The last axis of ``x`` is not as long as ``w``.

    Examples
    --------
    >>> neuron_scores(np.array([3.0, 4.0]), -5.0, np.array([[0.0, 0.0], [3.0, 4.0]]))
    array([-5., 20.])
    """
    w, x = np.asarray(w), np.asarray(x)
    if w.ndim != 1 or x.ndim not in (1, 2) or x.shape[-1] != w.size:
        raise ValueError(
            f"a neuron needs w (D,) and x (D,) or (N, D); got w {w.shape}, x {x.shape}"
        )
    return x @ w + b


def perceptron_loss(w: Array, b: float, x: Array, y: Any) -> float:
    r"""Perceptron loss :math:`\max(0, -y (w \cdot x + b))`, mean over the batch (Rosenblatt, 1957).

    It is 0 for an example on its own side of the hyperplane, and grows with the distance on the
    other side.

    Parameters
    ----------
    w : array (D,)
    b : number
    x : array (D,) or (N, D)
    y : -1 or +1, or an array (N,) of these

    Returns
    -------
    float

    Examples
    --------
    >>> x, y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1, -1])
    >>> perceptron_loss(np.array([1.0, 1.0]), 0.0, x, y)
    1.0
    """
    return float(np.maximum(0.0, -_labels(y) * neuron_scores(w, b, x)).mean())


def perceptron_update(w: Array, b: float, x: Array, y: float) -> Neuron:
    r"""Rosenblatt's rule for one example: learn from it only if it is misclassified.

    .. math::

        \text{if } y\,(w \cdot x + b) \le 0: \qquad
        w \leftarrow w + y\,x, \qquad b \leftarrow b + y

    This is a step of size 1 down the gradient of the perceptron loss. An example on the
    hyperplane counts as misclassified, or learning could not start from weights of 0. On
    separable data the rule makes finitely many changes (Novikoff, 1962); on others it never
    comes to rest.

    Parameters
    ----------
    w : array (D,); not changed
    b : number
    x : array (D,)
    y : -1 or +1

    Returns
    -------
    w : array (D,)
    b : number

    Raises
    ------
    ValueError
        A label is neither -1 nor +1, or the shapes do not fit.

    Examples
    --------
    >>> perceptron_update(np.array([1.0, 0.0]), 0.0, np.array([2.0, 1.0]), -1)
    (array([-1., -1.]), -1.0)
    """
    if _labels(y) * neuron_scores(w, b, x) <= 0:
        return w + y * x, b + y
    return w.copy(), b


def adaline_loss(w: Array, b: float, x: Array, y: Any) -> float:
    r"""Half the squared error of the score, :math:`\tfrac12 (y - (w \cdot x + b))^2`, batch mean.

    Written without the half, the gradient has a factor 2, which Widrow and Hoff put into the
    learning rate.

    Parameters
    ----------
    w : array (D,)
    b : number
    x : array (D,) or (N, D)
    y : number or array (N,)

    Returns
    -------
    float

    Examples
    --------
    >>> adaline_loss(np.array([1.0, 0.0]), 0.5, np.array([2.0, 1.0]), 1.0)
    1.125
    """
    return float(0.5 * np.square(np.asarray(y) - neuron_scores(w, b, x)).mean())


def adaline_update(w: Array, b: float, x: Array, y: float, lr: float) -> Neuron:
    r"""Least mean squares (LMS, Widrow and Hoff, 1960) for one example.

    .. math::

        e = y - (w \cdot x + b), \qquad w \leftarrow w + \eta\, e\, x, \qquad
        b \leftarrow b + \eta\, e

    ADALINE, the adaptive linear element, learns from the score itself, before any threshold: an
    example on the right side still pulls until its score is ``y``.

    Parameters
    ----------
    w : array (D,); not changed
    b : number
    x : array (D,)
    y : number, often -1 or +1
    lr : learning rate :math:`\eta`

    Returns
    -------
    w : array (D,)
    b : number

    Examples
    --------
    >>> adaline_update(np.array([1.0, 0.0]), 0.5, np.array([2.0, 1.0]), 1.0, 0.1)
    (array([ 0.7 , -0.15]), 0.35)
    """
    error = y - neuron_scores(w, b, x)
    return w + lr * error * x, float(b + lr * error)


def or_gate() -> Neuron:
    """Step unit that fires when at least one of two inputs, 0 or 1, is 1.

    >>> w, b = or_gate()
    >>> step(neuron_scores(w, b, np.array([[0, 0], [0, 1], [1, 0], [1, 1]])))
    array([0., 1., 1., 1.])
    """
    return np.array([1.0, 1.0]), -0.5


def and_gate() -> Neuron:
    """Step unit that fires when both of two inputs, 0 or 1, are 1.

    >>> w, b = and_gate()
    >>> step(neuron_scores(w, b, np.array([[0, 0], [0, 1], [1, 0], [1, 1]])))
    array([0., 0., 0., 1.])
    """
    return np.array([1.0, 1.0]), -1.5


def not_gate() -> Neuron:
    """Step unit with one input, 0 or 1, that fires when it is 0.

    >>> w, b = not_gate()
    >>> step(neuron_scores(w, b, np.array([[0], [1]])))
    array([1., 0.])
    """
    return np.array([-1.0]), 0.5


def _labels(y: Any) -> NDArray[Any]:
    """Labels as an array; 0 for the negative class would make every update by it do nothing."""
    labels = np.asarray(y)
    if not np.isin(labels, (-1, 1)).all():
        wrong = labels[~np.isin(labels, (-1, 1))].flat[0]
        raise ValueError(
            f"labels must be -1 or +1, got {wrong}: write 2 * y - 1 for labels 0 and 1"
        )
    return labels
