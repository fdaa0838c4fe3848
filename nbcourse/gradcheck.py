"""Gradient checking: compare a derivative that was worked out with one that was measured."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from nbcourse.arrays import Array
from nbcourse.independent_gradients import Independent, independent_gradient

Name = TypeVar("Name", bound=Hashable)


class GradientMismatchError(AssertionError):
    """A backward pass disagrees with the central difference of its forward pass."""


def numerical_gradient(f: Callable[[Array], Any], x: Array, h: float = 1e-5) -> Array:
    r"""Gradient of a scalar function by central differences.

    .. math::

        \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    The error is of order :math:`h^2` as long as rounding stays smaller, hence ``h`` near 1e-5 and
    float64. Two calls of ``f`` for every entry of ``x``.

    Parameters
    ----------
    f : function of an array that returns a number
    x : float64 array of any shape; not changed
    h : step

    Returns
    -------
    array, shape of x

    Raises
    ------
    TypeError
        ``x`` is not float64: in float32 a step of 1e-5 drowns in rounding, in integers it is
        lost altogether.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**3).sum(), np.array([1.0, 2.0])).round(6)
    array([ 3., 12.])
    """
    x = np.asarray(x)
    if x.dtype != np.float64:
        raise TypeError(f"x must be float64, got {x.dtype}: pass x.astype(np.float64)")
    x = x.copy()
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        above = f(x.copy())
        x[index] = kept - h
        below = f(x.copy())
        x[index] = kept
        gradient[index] = (above - below) / (2.0 * h)
    return gradient


def relative_error(a: Any, b: Any) -> float:
    r"""Distance of two gradients relative to their size.

    .. math:: \frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert}

    with the Euclidean norms of the flattened arrays, and 0 when both are 0. It is 1 for gradients
    of opposite sign, or when one of the two is 0.

    Parameters
    ----------
    a, b : numbers, or arrays of the same shape

    Returns
    -------
    float, 0 to 1

    Raises
    ------
    ValueError
        The shapes differ. Broadcasting one to the other would hide a gradient of wrong shape.

    Examples
    --------
    >>> relative_error(np.array([3.0, 4.0]), np.array([3.0, 4.0]))
    0.0
    >>> relative_error(1.0, -1.0)
    1.0
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"the shapes differ: {a.shape} and {b.shape}")
    size = np.linalg.norm(a.ravel()) + np.linalg.norm(b.ravel())
    return float(np.linalg.norm((a - b).ravel()) / size) if size != 0 else 0.0


def find_wrong_node(
    analytic: Mapping[Name, Any],
    numeric: Mapping[Name, Any],
    order: Sequence[Name],
    tol: float = 1e-6,
) -> Name | None:
    """The first wrong gradient met on the way back: the gate above it holds the bug.

    Everything nearer to the output is right, so the error starts here; what lies nearer to the
    inputs is wrong only because it was computed from this.

    Parameters
    ----------
    analytic, numeric : dict, node -> gradient
    order : the nodes from inputs to output
    tol : a gradient is wrong when its relative error exceeds this

    Returns
    -------
    name of the node, or None when all agree

    Examples
    --------
    >>> numeric = {"x": 2.0, "q": 1.0, "f": 1.0}
    >>> find_wrong_node({"x": -2.0, "q": -1.0, "f": 1.0}, numeric, ["x", "q", "f"])
    'q'
    """
    for node in reversed(order):
        # Written so that NaN, which is larger than nothing, counts as wrong.
        if not relative_error(analytic[node], numeric[node]) <= tol:
            return node
    return None


def gradcheck(
    forward: Callable[..., tuple[Any, Any]],
    backward: Callable[[Any, Any], Any],
    inputs: Sequence[Any],
    rng: np.random.Generator,
    *,
    h: float = 1e-5,
    rtol: float = 1e-5,
    atol: float = 1e-7,
    independent: Independent | Sequence[Independent | None] | None = None,
) -> None:
    r"""Check a pair: every gradient of ``backward`` against central differences of ``forward``.

    The loss is :math:`L = \sum dout \cdot out` with a random ``dout``. Ones would let a backward
    pass that ignores ``dout`` pass.

    Every entry of every input costs two evaluations of ``forward``. Where you can say which parts
    of an input reach their own part of the output alone, ``independent`` measures one entry of all
    these parts at once: a gate that works entry by entry takes two evaluations in all. What you say
    is tried first, at about :math:`\log_2 n` evaluations for n parts.

    Parameters
    ----------
    forward : ``forward(*inputs) -> (out, cache)``
    backward : ``backward(dout, cache) -> gradient``, or a tuple, one for each of the first inputs
    inputs : float64 arrays or numbers, away from points where ``forward`` has a kink; those
        behind the last gradient, such as labels, are constants of any type
    rng : draws ``dout``
    h, rtol, atol : step, and the tolerance ``atol + rtol * |numeric|`` of every entry
    independent : ``"rows"``, ``"columns"`` or ``"entries"``, or one of them or None for each input
        Which parts do not meet in the output, for ``independent_gradient``: the examples (rows) of
        a layer's input, the units (columns) of its weight and bias, the entries of a ReLU. None
        measures entry by entry.

    Raises
    ------
    GradientMismatchError
        A gradient is missing, has a wrong shape or a wrong entry; the message names it.
    ValueError
        What ``independent`` says does not hold.

    Examples
    --------
    >>> from nbcourse.operations import multiply_backward, multiply_forward
    >>> rng = np.random.default_rng(0)
    >>> gradcheck(multiply_forward, multiply_backward, (np.array([3.0]), np.array([-4.0])), rng)
    >>> gradcheck(multiply_forward, lambda dout, cache: (dout, dout), (3.0, -4.0), rng)
    Traceback (most recent call last):
    nbcourse.gradcheck.GradientMismatchError: gradient 0 is -0.132105, measured 0.528419

    >>> from nbcourse.layers import linear_backward, linear_forward
    >>> inputs = rng.standard_normal((50, 4)), rng.standard_normal((4, 3)), np.zeros(3)
    >>> parts = "rows", "columns", "columns"
    >>> gradcheck(linear_forward, linear_backward, inputs, rng, independent=parts)
    """
    inputs = [np.asarray(x) for x in inputs]
    out, cache = forward(*inputs)
    dout = rng.standard_normal(np.shape(out))
    gradients = backward(dout, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    if len(gradients) > len(inputs):
        raise GradientMismatchError(f"{len(gradients)} gradients for {len(inputs)} inputs")
    if independent is None or isinstance(independent, str):
        independent = [independent] * len(inputs)
    if len(independent) < len(gradients):
        raise ValueError(f"{len(gradients)} gradients, but independent says {len(independent)}")
    for position, (gradient, parts) in enumerate(zip(gradients, independent, strict=False)):

        def output(x: Array, position: int = position) -> Any:
            return forward(*inputs[:position], x, *inputs[position + 1 :])[0]

        def loss(x: Array, output: Callable[[Array], Any] = output) -> Any:
            return np.sum(dout * output(x))

        x, name = inputs[position], f"input {position}"
        if parts is None:
            numeric = numerical_gradient(loss, x, h)
        else:
            numeric = independent_gradient(output, x, dout, parts, rng, h=h, name=name)
        if np.shape(gradient) != numeric.shape:
            raise GradientMismatchError(
                f"gradient {position} has shape {np.shape(gradient)}, its input {numeric.shape}"
            )
        wrong = ~(np.abs(gradient - numeric) <= atol + rtol * np.abs(numeric))
        if wrong.any():
            index = tuple(int(i) for i in np.argwhere(wrong)[0])
            where = f" at {index}" if index else ""
            raise GradientMismatchError(
                f"gradient {position}{where} is {np.asarray(gradient)[index]:.6g}, "
                f"measured {numeric[index]:.6g}"
            )
