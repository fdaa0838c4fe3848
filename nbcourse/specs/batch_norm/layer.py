"""Layer norm: the way back; batch norm's with the axes exchanged, and gamma inside the means."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.layer_normalization import layernorm_backward, layernorm_forward
from nbcourse.specs.batch_norm.common import large_normalized, normalized_cases
from nbcourse.specs.batch_norm.parameter_slips import in_parameters, in_what_is_returned
from nbcourse.specs.batch_norm.short_slips import in_dx
from nbcourse.specs.batch_norm.short_steps import Short
from nbcourse.specs.graphs.common import rule


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield from normalized_cases(rng, 1)


def _by_rows(dout: Any, cache: Any) -> Any:
    x_hat, gamma, inv_std = cache
    dx, dgamma, dbeta = np.zeros(x_hat.shape), np.zeros(len(gamma)), np.zeros(len(gamma))
    for i, (row, d) in enumerate(zip(x_hat, dout, strict=True)):
        g = d * gamma
        dx[i] = inv_std[i, 0] * (g - g.mean() - row * (g @ row) / len(row))
        dgamma += d * row
        dbeta += d
    return dx, dgamma, dbeta


def _transposed(dout: Any, x_hat: Any, gamma: Any, inv_std: Any) -> Any:
    """Batch norm's formula on the transpose, with dout * gamma for its dout."""
    g, rows = (dout * gamma).T, x_hat.T
    count = len(rows)
    dx = inv_std.T / count * (count * g - g.sum(axis=0) - rows * np.sum(g * rows, axis=0))
    return dx.T, (dout * x_hat).sum(0), dout.sum(0)


def _by_stages(dout: Any, x_hat: Any, gamma: Any, inv_std: Any) -> Any:
    d = x_hat.shape[1]
    centered = x_hat / inv_std
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * centered * -0.5 * inv_std**3, axis=1, keepdims=True)
    dmean = np.sum(-dx_hat * inv_std, axis=1, keepdims=True)
    dx = dx_hat * inv_std + dvar * 2 / d * centered + dmean / d
    return [dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)]


def _gamma_in_front(s: Any) -> Any:
    mean = np.mean(s.dout, axis=1, keepdims=True)
    along = s.x_hat * np.mean(s.dout * s.x_hat, axis=1, keepdims=True)
    return s.gamma * s.inv * (s.dout - mean - along)


LAYERNORM_BACKWARD = Exercise(
    name="layernorm_backward",
    points=2,
    reference=layernorm_backward,
    parts=("dx", "dgamma", "dbeta"),
    cases=_cases,
    large=large_normalized,
    forward=layernorm_forward,
    wrt={"dx": 0, "dgamma": 1, "dbeta": 2},
    upstream=True,
    mistakes=(
        Mistake(
            "In dx you have gamma in front of the means, as in batch norm. Here it differs within "
            "the row that is averaged: multiply dout by gamma first, and take the means of that.",
            Short(1, dx=_gamma_in_front),
        ),
        Mistake(
            "In dx you take means over the batch, as in batch norm. Layer norm's mean and variance "
            "are those of a row: axis 1, with keepdims=True.",
            lambda dout, cache: (Short(0)(dout, cache)[0], *layernorm_backward(dout, cache)[1:]),
        ),
        *in_dx(1),
        *in_parameters(1),
        *in_what_is_returned(1),
    ),
    alternatives=(_by_rows, rule(_transposed), rule(_by_stages), Short(1)),
    summary="gradients of layer norm",
)
