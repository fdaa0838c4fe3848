"""Layers of convolutional networks: convolution, pooling, local response normalization, flatten.

Images are arrays (N, C, H, W). ``Flatten`` turns them into the rows that ``Linear`` takes.
"""

from typing import Any

import numpy as np

from nbcourse import convolution, local_response_norm, pooling
from nbcourse.arrays import Array
from nbcourse.fast import convolution as fast
from nbcourse.layers import Layer
from nbcourse.windows import Pair, as_pair


class Conv2d(Layer):
    r"""Convolution: ``convolution.conv2d_forward``, M filters over C channels.

    Parameters ``"weight"`` (M, C, kh, kw), as in PyTorch, and ``"bias"`` (M,). The bias starts at
    zero, the weight as He et al. (2015) draw it: normal, variance :math:`2 / (C\, kh\, kw)`, the
    number of inputs of one output number.

    With stride 1, a kernel above 1 x 1 and images that are not small it is computed by
    ``fast.convolution``: the same numbers, and a cache that holds the images, not their columns.

    Parameters
    ----------
    in_channels : C
    out_channels : M
    kernel_size : number, or pair (rows, columns)
    rng : draws the weight
    stride, padding : numbers, or pairs
    weight : array (M, C, kh, kw) to start from in place of a drawn one

    Raises
    ------
    ValueError
        The weight given has another shape, or there is neither a weight nor an rng.

    Examples
    --------
    >>> layer = Conv2d(3, 16, 3, np.random.default_rng(0), stride=2, padding=1)
    >>> {name: value.shape for name, value in layer.params.items()}
    {'weight': (16, 3, 3, 3), 'bias': (16,)}
    >>> layer.forward(np.ones((32, 3, 9, 8)))[0].shape
    (32, 16, 5, 4)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        rng: np.random.Generator | None = None,
        *,
        stride: Pair = 1,
        padding: Pair = 0,
        weight: Array | None = None,
    ) -> None:
        super().__init__()
        rows, columns = as_pair(kernel_size, "kernel_size", least=1)
        self.stride = as_pair(stride, "stride", least=1)
        self.padding = as_pair(padding, "padding", least=0)
        shape = out_channels, in_channels, rows, columns
        if weight is None:
            if rng is None:
                raise ValueError("Conv2d needs an rng to draw its weight with, or a weight")
            fan_in = in_channels * rows * columns
            weight = np.sqrt(2.0 / fan_in) * rng.standard_normal(shape)
        if np.shape(weight) != shape:
            raise ValueError(f"Conv2d needs a weight {shape} here; got {np.shape(weight)}")
        self.params["weight"] = weight
        self.params["bias"] = np.zeros(out_channels, dtype=weight.dtype)

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``conv2d_forward`` with the layer's parameters."""
        weight, bias = self.params["weight"], self.params["bias"]
        if fast.pays(x, weight, self.stride):
            out, cache = fast.conv2d_forward(x, weight, bias, self.padding)
            return out, (fast.conv2d_backward, cache)
        found = convolution.conv2d_forward(x, weight, bias, self.stride, self.padding)
        return found[0], (convolution.conv2d_backward, found[1])

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``conv2d_backward``; gradients under ``"weight"`` and ``"bias"``."""
        conv2d_backward, kept = cache
        dx, dw, db = conv2d_backward(dout, kept)
        return dx, {"weight": dw, "bias": db}


class MaxPool2d(Layer):
    """Maximum of each window: ``pooling.max_pool2d_forward``.

    >>> MaxPool2d(2).forward(np.arange(16.0).reshape(1, 1, 4, 4))[0]
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    def __init__(self, kernel_size: Pair, *, stride: Pair | None = None, padding: Pair = 0) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``max_pool2d_forward`` with the layer's kernel, stride and padding."""
        return pooling.max_pool2d_forward(x, self.kernel_size, self.stride, self.padding)

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``max_pool2d_backward``; there are no parameters."""
        return pooling.max_pool2d_backward(dout, cache), {}


class AvgPool2d(Layer):
    """Mean of each window: ``pooling.avg_pool2d_forward``.

    >>> AvgPool2d(2).forward(np.arange(16.0).reshape(1, 1, 4, 4))[0]
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    def __init__(self, kernel_size: Pair, *, stride: Pair | None = None, padding: Pair = 0) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``avg_pool2d_forward`` with the layer's kernel, stride and padding."""
        return pooling.avg_pool2d_forward(x, self.kernel_size, self.stride, self.padding)

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``avg_pool2d_backward``; there are no parameters."""
        return pooling.avg_pool2d_backward(dout, cache), {}


class LocalResponseNorm(Layer):
    """Local response normalization: ``local_response_norm.local_response_norm_forward``.

    >>> LocalResponseNorm(3, alpha=3.0, beta=0.5, k=0.0).forward(np.array([[3.0, 4.0, 0.0]]))[0]
    array([[0.6, 0.8, 0. ]])
    """

    def __init__(
        self, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
    ) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """``local_response_norm_forward`` with the layer's numbers."""
        return local_response_norm.local_response_norm_forward(
            x, self.size, self.alpha, self.beta, self.k
        )

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``local_response_norm_backward``; there are no parameters."""
        return local_response_norm.local_response_norm_backward(dout, cache), {}


class Flatten(Layer):
    """Every example as one row, (N, C, H, W) to (N, C H W).

    >>> Flatten().forward(np.ones((5, 3, 2, 2)))[0].shape
    (5, 12)
    """

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """The same numbers, (N, D); the cache is the shape of x."""
        return x.reshape(len(x), int(np.prod(x.shape[1:]))), x.shape

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """``dout`` in the shape of x."""
        return dout.reshape(cache), {}
