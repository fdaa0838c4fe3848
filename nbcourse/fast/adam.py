r"""Adam for many parameters at once: its sums in place, and one new array for each parameter.

The rule keeps two means, :math:`m \leftarrow \beta m + (1 - \beta) dw`. Here the sums are kept,
:math:`m' \leftarrow \beta m' + dw`, which are the means without their factor :math:`1 - \beta`. The
factor, and the correction for the start at zero, are applied to numbers instead of arrays.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbcourse.adaptive_optimizers import ADAM_DEFAULTS, ADAMW_DECAY
from nbcourse.arrays import Array
from nbcourse.fast.threads import BLOCK_BYTES, SHARED_BLOCK_BYTES, blocks_of, for_each
from nbcourse.optimizers import Config, settings

# Models below this are moved by one thread: OpenBLAS's threads hold on to their processors for a
# while after a matrix product, and in training one has just been made.
_SHARED_BYTES = 4_000_000


def adam(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""``adaptive_optimizers.adam``, whose state are sums: ``dw_sum`` and ``dw_sq_sum``.

    .. math::

        step &\leftarrow step + 1 \\
        dw\_sum &\leftarrow \beta_1 \, dw\_sum + dw, \qquad
        dw\_sq\_sum \leftarrow \beta_2 \, dw\_sq\_sum + dw^2 \\
        \hat m &= \frac{1 - \beta_1}{1 - \beta_1^{step}} \, dw\_sum, \qquad
        \hat v = \frac{1 - \beta_2}{1 - \beta_2^{step}} \, dw\_sq\_sum, \qquad
        w \leftarrow w - lr \frac{\hat m}{\sqrt{\hat v} + eps}

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-3), ``betas`` (0.9, 0.999), ``eps`` (1e-8); state ``step``, ``dw_sum``,
        ``dw_sq_sum``, from zero

    Returns
    -------
    w : array, a new one of the same type
    config : dict, a new one with the state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = adam(np.array([1.0]), np.array([2.0]), {"lr": 0.1})
    >>> w.round(6), config["step"], config["dw_sum"], config["dw_sq_sum"]
    (array([0.9]), 1, array([2.]), array([4.]))
    """
    return _single("adam", w, dw, config, ADAM_DEFAULTS)


def adamw(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    """``adaptive_optimizers.adamw`` in the same way; ``weight_decay`` (1e-2) is one more setting.

    >>> adamw(np.array([1.0]), np.array([2.0]), {"lr": 0.1, "weight_decay": 0.5})[0].round(6)
    array([0.85])
    """
    defaults = {**ADAM_DEFAULTS, "weight_decay": ADAMW_DECAY}
    return _single("adamw", w, dw, config, defaults)


def adam_step(
    params: Sequence[Array],
    grads: Sequence[Array],
    sums: Sequence[Array],
    sq_sums: Sequence[Array],
    step: int,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float = 0.0,
) -> list[Array]:
    """One step of ``adam``, or of ``adamw`` with a weight decay, for all parameters of a model.

    Parameters
    ----------
    params, grads : arrays of any shapes, pairwise the same; they are left as they are
    sums, sq_sums : the state so far, of the same shapes, contiguous; changed in place
    step : counts from 1, this step included
    lr, betas, eps, weight_decay : settings

    Returns
    -------
    list of new arrays, in the types of the parameters

    Examples
    --------
    >>> dw_sum, dw_sq_sum = np.array([2.0]), np.array([4.0])
    >>> adam_step(
    ...     [np.array([0.9])], [np.array([0.0])], [dw_sum], [dw_sq_sum],
    ...     step=2, lr=0.1, betas=(0.9, 0.999), eps=1e-8,
    ... )[0].round(6), dw_sum
    (array([0.832994]), array([1.8]))
    """
    of_mean = (1.0 - betas[0]) / (1.0 - betas[0] ** step)
    of_root = float(np.sqrt((1.0 - betas[1]) / (1.0 - betas[1] ** step)))
    rate, small = lr * of_mean / of_root, eps / of_root
    moved = [np.empty(w.shape, w.dtype) for w in params]
    is_shared = sum(w.nbytes for w in params) >= _SHARED_BYTES
    block_bytes = SHARED_BLOCK_BYTES if is_shared else BLOCK_BYTES
    blocks: list[list[Array]] = []
    for arrays in zip(params, grads, sums, sq_sums, moved, strict=True):
        w, _, dw_sum, dw_sq_sum, new = arrays
        # Made once: other threads wait while NumPy makes an array of a number.
        pairs = ((betas[0], dw_sum), (betas[1], dw_sq_sum), (small, new), (rate, new))
        numbers = [np.array(number, like.dtype) for number, like in pairs]
        flat = [array.reshape(-1) for array in arrays]
        for block in blocks_of(w.size, w.itemsize, block_bytes):
            blocks.append([*(array[block] for array in flat), *numbers])

    def update(block: list[Array]) -> None:
        w, dw, dw_sum, dw_sq_sum, new, beta1, beta2, small, rate = block
        dw_sum *= beta1
        dw_sum += dw
        dw_sq_sum *= beta2
        # The new values are not known yet, and their place is free for what leads to them.
        np.multiply(dw, dw, out=new)
        dw_sq_sum += new
        np.sqrt(dw_sq_sum, out=new)
        new += small
        np.divide(dw_sum, new, out=new)
        new *= rate
        np.subtract((1.0 - lr * weight_decay) * w if weight_decay else w, new, out=new)

    if is_shared:
        for_each(update, blocks)
    else:
        for each in blocks:
            update(each)
    return moved


def _single(
    rule: str, w: Array, dw: Array, config: Mapping[str, Any], defaults: Config
) -> tuple[Array, Config]:
    w = np.asarray(w, dtype=np.result_type(w, 0.0))
    state = {"step": 0, "dw_sum": np.zeros(w.shape, w.dtype)}
    state["dw_sq_sum"] = state["dw_sum"]
    *values, step, dw_sum, dw_sq_sum = settings(rule, w, dw, config, {**defaults, **state})
    new = {"step": step + 1, "dw_sum": dw_sum.copy(), "dw_sq_sum": dw_sq_sum.copy()}
    (moved,) = adam_step(
        [w], [np.asarray(dw)], [new["dw_sum"]], [new["dw_sq_sum"]], new["step"], *values
    )
    return moved, {**config, **new}
