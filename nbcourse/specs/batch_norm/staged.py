"""Batch norm: the way back in stages."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbcourse.exercise import Exercise
from nbcourse.normalization import batchnorm_backward_staged
from nbcourse.specs.batch_norm.common import large_normalized, normalized_cases
from nbcourse.specs.batch_norm.staged_ends import IN_DGAMMA, IN_DX
from nbcourse.specs.batch_norm.staged_rest import EVERYWHERE
from nbcourse.specs.batch_norm.staged_slips import IN_DMEAN, IN_DVAR, IN_DX_HAT
from nbcourse.specs.batch_norm.staged_steps import Staged, at_each_node
from nbcourse.specs.graphs.common import rule


def _with_nodes(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    n, d = inputs[0].shape
    return *inputs, np.zeros((n, d)), np.zeros(d), np.zeros(d)


def _cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for inputs in normalized_cases(rng, 2):
        yield _with_nodes(inputs)


def _by_entries(dout: Any, cache: Any) -> Any:
    x, mean, var, gamma, eps = cache
    n, d = x.shape
    grads = {name: np.zeros((n, d)) for name in ("dx_hat", "dx")}
    grads |= {name: np.zeros(d) for name in ("dvar", "dmean", "dgamma", "dbeta")}
    for j in range(d):
        std = (var[j] + eps) ** 0.5
        for i in range(n):
            away = x[i, j] - mean[j]
            grads["dx_hat"][i, j] = dout[i, j] * gamma[j]
            grads["dgamma"][j] += dout[i, j] * away / std
            grads["dbeta"][j] += dout[i, j]
            grads["dvar"][j] -= grads["dx_hat"][i, j] * away / (2 * std**3)
            grads["dmean"][j] -= grads["dx_hat"][i, j] / std
        for i in range(n):
            grads["dx"][i, j] = (
                grads["dx_hat"][i, j] / std
                + 2 * grads["dvar"][j] * (x[i, j] - mean[j]) / n
                + grads["dmean"][j] / n
            )
    return grads


def _as_in_the_paper(dout: Any, x: Any, mean: Any, var: Any, gamma: Any, eps: Any) -> Any:
    m = x.shape[0]
    dx_hat = gamma * dout
    dvar = np.sum(dx_hat * (x - mean) * (-1 / 2) * (var + eps) ** (-3 / 2), axis=0)
    dmean = np.sum(dx_hat * -1 / np.sqrt(var + eps), axis=0)
    dmean += dvar * np.sum(-2 * (x - mean), axis=0) / m
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / m + dmean * 1 / m
    dgamma = np.sum(dout * (x - mean) / np.sqrt(var + eps), axis=0)
    dbeta = np.sum(dout, axis=0)
    summed = {"dmean": dmean, "dvar": dvar, "dgamma": dgamma, "dbeta": dbeta}
    return {"dx": dx, "dx_hat": dx_hat, **summed}


def _names_only_in_a_dict(result: Any, expected: Any) -> Any:
    """Six arrays in a row have no names: whoever looks up ``grads["dvar"]`` finds nothing."""
    return {} if isinstance(result, (tuple, list)) else result


BATCHNORM_BACKWARD_STAGED = Exercise(
    name="batchnorm_backward_staged",
    points=5,
    reference=batchnorm_backward_staged,
    parts=("dx_hat", "dvar", "dmean", "dx", "dgamma", "dbeta"),
    cases=_cases,
    large=lambda rng: _with_nodes(large_normalized(rng)),
    forward=at_each_node,
    wrt={"dx": 0, "dgamma": 1, "dbeta": 2, "dx_hat": 4, "dvar": 5, "dmean": 6},
    upstream=True,
    align=_names_only_in_a_dict,
    mistakes=(*IN_DX_HAT, *IN_DVAR, *IN_DMEAN, *IN_DX, *IN_DGAMMA, *EVERYWHERE),
    alternatives=(_by_entries, rule(_as_in_the_paper), Staged()),
    summary="gradients of batch norm node by node, all six of them",
)
