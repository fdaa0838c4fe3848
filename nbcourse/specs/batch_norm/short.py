"""Batch norm: the way back, simplified."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise, Mistake
from nbcourse.normalization import batchnorm_backward
from nbcourse.specs.batch_norm.common import large_normalized, normalized_cases
from nbcourse.specs.batch_norm.parameter_slips import in_parameters, in_what_is_returned
from nbcourse.specs.batch_norm.short_slips import in_dx
from nbcourse.specs.batch_norm.short_steps import Short
from nbcourse.specs.graphs.common import rule


def _forward(x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    inv_std = 1 / np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) * inv_std
    return gamma * x_hat + beta, (x_hat, gamma, inv_std)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield from normalized_cases(rng, 2)


def _by_columns(dout: Any, cache: Any) -> Any:
    x_hat, gamma, inv_std = cache
    n, d = x_hat.shape
    dx, dgamma, dbeta = np.zeros((n, d)), np.zeros(d), np.zeros(d)
    for j in range(d):
        for i in range(n):
            dgamma[j] += dout[i, j] * x_hat[i, j]
            dbeta[j] += dout[i, j]
        for i in range(n):
            rest = n * dout[i, j] - dbeta[j] - x_hat[i, j] * dgamma[j]
            dx[i, j] = gamma[j] * inv_std[j] / n * rest
    return dx, dgamma, dbeta


def _by_jacobian(dout: Any, x_hat: Any, gamma: Any, inv_std: Any) -> Any:
    n, d = x_hat.shape
    dx = np.empty((n, d))
    for j in range(d):
        jacobian = np.eye(n) - 1 / n - np.outer(x_hat[:, j], x_hat[:, j]) / n
        dx[:, j] = inv_std[j] * jacobian @ (dout[:, j] * gamma[j])
    return dx, np.einsum("nd,nd->d", dout, x_hat), np.ones(n) @ dout


def _by_stages(dout: Any, x_hat: Any, gamma: Any, inv_std: Any) -> Any:
    n = len(x_hat)
    centered = x_hat / inv_std
    dx_hat = dout * gamma
    dvar = (dx_hat * centered).sum(axis=0) * -0.5 * inv_std**3
    dmean = -(dx_hat * inv_std).sum(axis=0) + dvar * (-2 * centered).mean(axis=0)
    dx = dx_hat * inv_std + dvar * 2 * centered / n + dmean / n
    return [dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)]


BATCHNORM_BACKWARD = Exercise(
    name="batchnorm_backward",
    points=3,
    reference=batchnorm_backward,
    parts=("dx", "dgamma", "dbeta"),
    cases=_cases,
    large=large_normalized,
    forward=_forward,
    wrt={"dx": 0, "dgamma": 1, "dbeta": 2},
    upstream=True,
    mistakes=(
        *in_dx(0),
        Mistake(
            "In dx you take means over the features of a row, as in layer norm. Batch norm's are "
            "over the batch, axis 0.",
            lambda dout, cache: (
                Short(1)(dout, (cache[0], cache[1], cache[2]))[0],
                *batchnorm_backward(dout, cache)[1:],
            ),
        ),
        *in_parameters(0),
        *in_what_is_returned(0),
    ),
    alternatives=(_by_columns, rule(_by_jacobian), rule(_by_stages), Short(0)),
    summary="gradients of batch norm in one line",
)
