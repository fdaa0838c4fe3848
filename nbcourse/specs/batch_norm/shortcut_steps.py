"""A residual block's way back, each step of which can be made a wrong one."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

Step = Callable[[SimpleNamespace], Any]


@dataclass(frozen=True)
class Block:
    """The five gradients, from the right steps or from other ones.

    Each step is a function of ``dout``, ``x``, ``w1``, ``b1``, ``w2``, ``a`` (before ReLU), ``h``
    (behind it), ``n``, and the steps before it.
    """

    a: Step = lambda s: s.x @ s.w1 + s.b1
    dh: Step = lambda s: s.dout @ s.w2.T
    da: Step = lambda s: s.dh * (s.a > 0)
    dx: Step = lambda s: s.dout + s.da @ s.w1.T
    dw1: Step = lambda s: s.x.T @ s.da
    db1: Step = lambda s: s.da.sum(axis=0)
    dw2: Step = lambda s: s.h.T @ s.dout
    db2: Step = lambda s: s.dout.sum(axis=0)

    def __call__(self, dout: Any, cache: Any) -> Any:
        """As ``residual_backward``."""
        x, w1, b1, w2 = cache
        s = SimpleNamespace(dout=dout, x=x, w1=w1, b1=b1, w2=w2, n=len(x))
        s.a = self.a(s)
        s.h = np.maximum(s.a, 0)
        s.dh = self.dh(s)
        s.da = self.da(s)
        return self.dx(s), self.dw1(s), self.db1(s), self.dw2(s), self.db2(s)
