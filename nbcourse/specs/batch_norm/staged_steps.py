"""Batch norm's way back in stages, each of which can be made a wrong one."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

Step = Callable[[SimpleNamespace], Any]


def at_each_node(
    x: Any, gamma: Any, beta: Any, eps: float, at_x_hat: Any, at_var: Any, at_mean: Any
) -> Any:
    """Batch norm with something added at each node, all of it 0: there it can be moved.

    The gradient with respect to what is added at a node is the gradient at that node.
    """
    mean = x.mean(axis=0) + at_mean
    var = np.mean((x - mean) ** 2, axis=0) + at_var
    x_hat = (x - mean) / np.sqrt(var + eps) + at_x_hat
    return gamma * x_hat + beta, (x, mean, var, gamma, eps)


@dataclass(frozen=True)
class Staged:
    """The six gradients, from the right stages or from other ones.

    Each stage is a function of all that is there before it: ``dout``, ``x``, ``mean``, ``var``,
    ``gamma``, ``eps``, ``n``, ``centered``, ``inv`` (one over the standard deviation), and the
    stages in the order of these fields. A wrong one spoils those that use it.
    """

    inv: Step = lambda s: 1 / np.sqrt(s.var + s.eps)
    dx_hat: Step = lambda s: s.dout * s.gamma
    dvar: Step = lambda s: -0.5 * s.inv**3 * np.sum(s.dx_hat * s.centered, axis=0)
    dmean: Step = lambda s: -s.inv * s.dx_hat.sum(axis=0)
    dx: Step = lambda s: s.dx_hat * s.inv + s.dvar * 2 * s.centered / s.n + s.dmean / s.n
    dgamma: Step = lambda s: np.sum(s.dout * s.centered * s.inv, axis=0)
    dbeta: Step = lambda s: s.dout.sum(axis=0)

    def __call__(self, dout: Any, cache: Any) -> dict[str, Any]:
        """As ``batchnorm_backward_staged``."""
        x, mean, var, gamma, eps = cache
        s = SimpleNamespace(dout=dout, x=x, mean=mean, var=var, gamma=gamma, eps=eps, n=len(x))
        s.centered = x - mean
        s.inv = self.inv(s)
        for stage in ("dx_hat", "dvar", "dmean", "dx", "dgamma", "dbeta"):
            setattr(s, stage, getattr(self, stage)(s))
        return {
            name: getattr(s, name) for name in ("dx_hat", "dvar", "dmean", "dx", "dgamma", "dbeta")
        }
