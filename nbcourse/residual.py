"""Residual shortcuts (He et al., 2016): a block adds to its input what it computes from it.

The addition hands its gradient on to both sides, so one path from the loss to the input crosses
no weight at all.
"""

from typing import Any

from nbcourse.activations import relu_backward, relu_forward
from nbcourse.arrays import Array
from nbcourse.layers import Layer, Sequential, linear_backward, linear_forward

Cache = tuple[Array, Array, Array, Array]


def residual_forward(x: Array, w1: Array, b1: Array, w2: Array, b2: Array) -> tuple[Array, Cache]:
    r"""Residual block of two linear layers, :math:`out = x + \max(0, x w_1 + b_1)\, w_2 + b_2`.

    Parameters
    ----------
    x : array (N, D)
    w1, b1 : arrays (D, H), (H,)
    w2, b2 : arrays (H, D), (D,): the block's output has the width of its input

    Returns
    -------
    out : array (N, D)
    cache : (x, w1, b1, w2)

    Raises
    ------
    ValueError
        The shapes do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> x, w1, b1 = np.array([[1.0, 2.0]]), np.array([[1.0], [1.0]]), np.array([-1.0])
    >>> residual_forward(x, w1, b1, np.array([[10.0, 0.0]]), np.array([0.0, 5.0]))[0]
    array([[21.,  7.]])
    """
    if x.ndim != 2 or w2.ndim != 2 or w2.shape[1] != x.shape[1]:
        raise ValueError(
            f"residual_forward needs x (N, D) and w2 (H, D), so that the sum has one shape; "
            f"got x {x.shape}, w2 {w2.shape}"
        )
    hidden, _ = relu_forward(linear_forward(x, w1, b1)[0])
    return x + linear_forward(hidden, w2, b2)[0], (x, w1, b1, w2)


def residual_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array, Array, Array]:
    r"""Gradients of the residual block.

    With :math:`a = x w_1 + b_1` and :math:`h = \max(0, a)`,

    .. math::

        da = (dout\, w_2^\top) \cdot [a > 0], \qquad dx = dout + da\, w_1^\top

    and the linear layers' own :math:`dw_2 = h^\top dout`, :math:`dw_1 = x^\top da`, the biases'
    sums over the batch.

    Parameters
    ----------
    dout : array (N, D)
    cache : (x, w1, b1, w2)

    Returns
    -------
    dx, dw1, db1, dw2, db2 : shapes of x, w1, b1, w2, b2

    Examples
    --------
    >>> import numpy as np
    >>> cache = np.array([[1.0]]), np.array([[2.0]]), np.array([0.0]), np.array([[3.0]])
    >>> [gradient.item() for gradient in residual_backward(np.array([[1.0]]), cache)]
    [7.0, 3.0, 3.0, 2.0, 1.0]
    """
    x, w1, b1, w2 = cache
    a, linear1 = linear_forward(x, w1, b1)
    hidden, relu = relu_forward(a)
    dhidden, dw2, db2 = linear_backward(dout, (hidden, w2))
    dx, dw1, db1 = linear_backward(relu_backward(dhidden, relu), linear1)
    return dout + dx, dw1, db1, dw2, db2


class Residual(Layer):
    """A shortcut round any layers, ``out = x + inner(x)``; the inner output has x's shape.

    Parameters and buffers carry the inner layers' places, as in ``Sequential``.

    Examples
    --------
    >>> import numpy as np
    >>> from nbcourse.layers import Linear
    >>> block = Residual(Linear(2, 2, weight=np.zeros((2, 2))))
    >>> list(block.params), block.forward(np.array([[3.0, 4.0]]))[0]
    (['0.weight', '0.bias'], array([[3., 4.]]))
    """

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        self.inner = Sequential(*layers)
        self.params = self.inner.params
        self.buffers = self.inner.buffers
        self.generators = self.inner.generators

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """The input plus what the inner layers make of it; the cache is theirs."""
        out, cache = self.inner.forward(x, training)
        if out.shape != x.shape:
            raise ValueError(
                f"Residual adds its input {x.shape} to what its layers make of it; they gave "
                f"{out.shape}. Let the last of them have the width of the input"
            )
        return x + out, cache

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``dout`` itself, plus the gradient that comes through the inner layers."""
        dx, grads = self.inner.backward(dout, cache)
        return dout + dx, grads
