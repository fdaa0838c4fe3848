"""The short way back of batch norm and layer norm, each step of which can be made wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

Step = Callable[[SimpleNamespace], Any]


@dataclass(frozen=True)
class Short:
    """The three gradients, from the right steps or from other ones.

    Each step is a function of ``dout``, ``x_hat``, ``gamma``, ``inv`` (the cache's inv_std), ``n``,
    ``d``, ``g`` (the gradient of x_hat), ``mean`` (what stands for the mean of g) and ``along``
    (what stands for x_hat times the mean of g * x_hat).

    Parameters
    ----------
    axis : what mean and variance were taken over, 0 in batch norm and 1 in layer norm
    """

    axis: int
    g: Step = lambda s: s.dout * s.gamma
    mean: Step = lambda s: np.mean(s.g, axis=s.axis, keepdims=True)
    along: Step = lambda s: s.x_hat * np.mean(s.g * s.x_hat, axis=s.axis, keepdims=True)
    inv: Step = lambda s: s.inv
    dx: Step = lambda s: s.factor * (s.g - s.mean - s.along)
    dgamma: Step = lambda s: np.sum(s.dout * s.x_hat, axis=0)
    dbeta: Step = lambda s: np.sum(s.dout, axis=0)

    def __call__(self, dout: Any, cache: Any) -> Any:
        """As ``batchnorm_backward`` or ``layernorm_backward``."""
        x_hat, gamma, inv = cache
        s = SimpleNamespace(dout=dout, x_hat=x_hat, gamma=gamma, inv=inv, axis=self.axis)
        s.n, s.d = x_hat.shape
        s.count = x_hat.shape[self.axis]
        for step in ("g", "mean", "along"):
            setattr(s, step, getattr(self, step)(s))
        s.factor = self.inv(s)
        return self.dx(s), self.dgamma(s), self.dbeta(s)
