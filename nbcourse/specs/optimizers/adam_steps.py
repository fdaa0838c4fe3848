"""Adam, each step of which can be made a wrong one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

DEFAULTS = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}
STATE = ("step", "exp_avg", "exp_avg_sq")

Step = Callable[..., Any]


def _corrected(mean: Any, beta: float, t: int) -> Any:
    return mean / (1 - beta**t)


@dataclass(frozen=True)
class Adam:
    """The rule from the right steps or from other ones.

    Parameters
    ----------
    count : step -> the t of the corrections, the step to keep
    betas : betas -> betas
    mean : (beta, m, dw) -> m
    square : (beta, v, dw, m) -> v
    correcting : betas -> the betas of the corrections
    m_hat, v_hat : (mean, beta, t) -> corrected mean
    move : (w, lr, m_hat, v_hat, eps) -> w
    keep : (m, v, m_hat, v_hat) -> exp_avg, exp_avg_sq
    """

    count: Step = lambda step: (step + 1, step + 1)
    betas: Step = lambda betas: betas
    mean: Step = lambda beta, m, dw: beta * m + (1 - beta) * dw
    square: Step = lambda beta, v, dw, m: beta * v + (1 - beta) * dw**2
    correcting: Step = lambda betas: betas
    m_hat: Step = _corrected
    v_hat: Step = _corrected
    move: Step = lambda w, lr, m, v, eps: w - lr * m / (np.sqrt(v) + eps)
    keep: Step = lambda m, v, m_hat, v_hat: (m, v)

    def __call__(self, w: Any, dw: Any, config: Any) -> Any:
        """A step, as ``adam`` makes it."""
        lr, betas, eps = (config.get(key, value) for key, value in DEFAULTS.items())
        m, v = (config.get(key, np.zeros(w.shape)) for key in STATE[1:])
        b1, b2 = self.betas(betas)
        t, step = self.count(config.get("step", 0))
        m = self.mean(b1, m, dw)
        v = self.square(b2, v, dw, m)
        c1, c2 = self.correcting((b1, b2))
        m_hat, v_hat = self.m_hat(m, c1, t), self.v_hat(v, c2, t)
        m_kept, v_kept = self.keep(m, v, m_hat, v_hat)
        state = {"step": step, "exp_avg": m_kept, "exp_avg_sq": v_kept}
        return self.move(w, lr, m_hat, v_hat, eps), {**config, **state}
