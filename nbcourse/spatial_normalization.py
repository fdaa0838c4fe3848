"""Batch normalization of images: one mean and one variance for each channel.

A filter does the same at every place, so all places of all images of the batch are examples of
its output. Put the channels last, and images are N H W rows with C features: what is left is the
batch norm of ``normalization``.
"""

from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.normalization_layers import BatchNorm1d


class BatchNorm2d(BatchNorm1d):
    r"""Batch norm over batch, rows and columns: ``BatchNorm1d`` with every pixel as an example.

    .. math::

        out_{nchw} = \gamma_c \frac{x_{nchw} - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}} + \beta_c

    In training :math:`\mu_c` and :math:`\sigma_c^2` are those of the batch, and the running ones
    move toward them, the variance as the unbiased one. At test time the running ones are used.

    Parameters are ``"weight"`` (:math:`\gamma`) and ``"bias"`` (:math:`\beta`), buffers
    ``"running_mean"`` and ``"running_var"``, all (C,), as in PyTorch.

    Parameters
    ----------
    num_features : C
    eps : added to the variance
    momentum : share of the new batch in the running statistics

    Examples
    --------
    >>> layer = BatchNorm2d(2)
    >>> x = np.arange(16.0).reshape(2, 2, 2, 2)
    >>> out, cache = layer.forward(x)
    >>> np.abs(out.mean(axis=(0, 2, 3))).round(4), out.std(axis=(0, 2, 3)).round(4)
    (array([0., 0.]), array([1., 1.]))
    >>> layer.buffers["running_mean"]
    array([0.55, 0.95])
    """

    def forward(self, x: Array, training: bool = True) -> tuple[Array, Any]:
        """Batch norm of the N H W rows.

        Raises
        ------
        ValueError
            ``x`` is not (N, C, H, W) with the layer's number of channels, or a training batch has
            one number for each channel, which has no variance.
        """
        channels = len(self.params["weight"])
        if x.ndim != 4 or x.shape[1] != channels:
            raise ValueError(
                f"BatchNorm2d({channels}) needs x (N, {channels}, H, W); got {x.shape}"
            )
        out, cache = super().forward(_as_rows(x), training)
        return _as_images(out, x.shape), cache

    def backward(self, dout: Array, cache: Any) -> tuple[Array, dict[str, Array]]:
        """Gradients of the N H W rows; those of the parameters under ``"weight"``, ``"bias"``."""
        dx, grads = super().backward(_as_rows(dout), cache)
        return _as_images(dx, dout.shape), grads


def _as_rows(x: Array) -> Array:
    """Images (N, C, H, W) as rows (N H W, C)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _as_images(rows: Array, shape: tuple[int, ...]) -> Array:
    """Rows (N H W, C) as images (N, C, H, W) again."""
    n, channels, height, width = shape
    return np.ascontiguousarray(rows.reshape(n, height, width, channels).transpose(0, 3, 1, 2))
