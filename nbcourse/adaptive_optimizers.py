r"""Optimizer rules, part 2: a rate for each weight, from the sizes of its gradients so far.

All are functions ``(w, dw, config) -> (w, config)`` as in ``optimizers``: the config given is left
as it is, the new one holds the settings given and the state. Dividing by the root of a sum or mean
of squared gradients makes the step nearly independent of the gradient's scale: a weight that
rarely gets a gradient, or a small one, moves as far as the others. Where eps stands, inside the
root or outside, differs from rule to rule.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nbcourse.arrays import Array
from nbcourse.optimizers import Config, settings

ADAM_DEFAULTS: Config = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}
ADAMW_DECAY = 1e-2


def adagrad(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Adagrad: the rate falls with the sum of all squared gradients (Duchi et al., 2011).

    .. math:: sum \leftarrow sum + dw^2, \qquad w \leftarrow w - lr \frac{dw}{\sqrt{sum} + eps}

    The sum never falls, so in the end the rate goes to 0, like :math:`1/\sqrt t` for gradients
    that stay of one size.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-2), ``eps`` (1e-10); state ``sum``, from zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = adagrad(np.array([1.0, 1.0]), np.array([3.0, -0.01]), {"lr": 0.1})
    >>> w.round(4), config["sum"]
    (array([0.9, 1.1]), array([9.e+00, 1.e-04]))
    """
    defaults = {"lr": 1e-2, "eps": 1e-10, "sum": np.zeros_like(w)}
    lr, eps, total = settings("adagrad", w, dw, config, defaults)
    total = total + dw**2
    return w - lr * dw / (np.sqrt(total) + eps), {**config, "sum": total}


def adadelta(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""AdaDelta: the size of a step comes from the steps before, with no rate (Zeiler, 2012).

    .. math::

        square\_avg &\leftarrow rho \cdot square\_avg + (1 - rho) \, dw^2 \\
        delta &= \frac{\sqrt{acc\_delta + eps}}{\sqrt{square\_avg + eps}} \, dw \\
        acc\_delta &\leftarrow rho \cdot acc\_delta + (1 - rho) \, delta^2, \qquad
        w \leftarrow w - lr \, delta

    The step has the unit of the weight, which no other rule here can say of itself. It starts at
    about :math:`\sqrt{eps}` and has to grow from there: eps is no mere guard against division by
    zero. PyTorch puts an ``lr`` before it, 1 in the paper.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1.0), ``rho`` (0.9), ``eps`` (1e-6); state ``square_avg``, ``acc_delta``, from
        zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = adadelta(np.array([1.0]), np.array([2.0]), {})
    >>> w.round(6), config["square_avg"].round(6)
    (array([0.996838]), array([0.4]))
    """
    zero = np.zeros_like(w)
    defaults = {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "square_avg": zero, "acc_delta": zero}
    lr, rho, eps, square_avg, acc_delta = settings("adadelta", w, dw, config, defaults)
    square_avg = rho * square_avg + (1.0 - rho) * dw**2
    delta = np.sqrt(acc_delta + eps) / np.sqrt(square_avg + eps) * dw
    acc_delta = rho * acc_delta + (1.0 - rho) * delta**2
    return w - lr * delta, {**config, "square_avg": square_avg, "acc_delta": acc_delta}


def rmsprop(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""RMSProp: the rate falls with the recent mean of squared gradients (Tieleman, Hinton, 2012).

    .. math::

        square\_avg \leftarrow alpha \cdot square\_avg + (1 - alpha) \, dw^2, \qquad
        w \leftarrow w - lr \frac{dw}{\sqrt{square\_avg} + eps}

    The mean starts at zero and is too small at first: the first step is
    :math:`1 / \sqrt{1 - alpha}` times the rate, 10 times with the default.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-2), ``alpha`` (0.99), ``eps`` (1e-8); state ``square_avg``, from zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = rmsprop(np.array([1.0]), np.array([2.0]), {"lr": 0.01})
    >>> w.round(6), config["square_avg"].round(6)
    (array([0.9]), array([0.04]))
    """
    defaults = {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "square_avg": np.zeros_like(w)}
    lr, alpha, eps, square_avg = settings("rmsprop", w, dw, config, defaults)
    square_avg = alpha * square_avg + (1.0 - alpha) * dw**2
    return w - lr * dw / (np.sqrt(square_avg) + eps), {**config, "square_avg": square_avg}


def adam(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Adam: momentum over the root of the mean square, both corrected (Kingma, Ba, 2014).

    .. math::

        step &\leftarrow step + 1 \\
        exp\_avg &\leftarrow \beta_1 \, exp\_avg + (1 - \beta_1) \, dw, \qquad
        exp\_avg\_sq \leftarrow \beta_2 \, exp\_avg\_sq + (1 - \beta_2) \, dw^2 \\
        \hat m &= \frac{exp\_avg}{1 - \beta_1^{step}}, \qquad
        \hat v = \frac{exp\_avg\_sq}{1 - \beta_2^{step}}, \qquad
        w \leftarrow w - lr \frac{\hat m}{\sqrt{\hat v} + eps}

    Both means start at zero. After t steps their weights add up to :math:`1 - \beta^t` only, by
    which they are divided, so that the first step has the size of the rate.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-3), ``betas`` (0.9, 0.999), ``eps`` (1e-8); state ``step`` (how many were
        made), ``exp_avg``, ``exp_avg_sq``, from zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = adam(np.array([1.0]), np.array([2.0]), {"lr": 0.1})
    >>> w.round(6), config["step"], config["exp_avg"].round(6), config["exp_avg_sq"].round(6)
    (array([0.9]), 1, array([0.2]), array([0.004]))
    """
    zero = np.zeros_like(w)
    state = {"step": 0, "exp_avg": zero, "exp_avg_sq": zero}
    lr, betas, eps, step, m, v = settings("adam", w, dw, config, {**ADAM_DEFAULTS, **state})
    step = step + 1
    m = betas[0] * m + (1.0 - betas[0]) * dw
    v = betas[1] * v + (1.0 - betas[1]) * dw**2
    m_hat = m / (1.0 - betas[0] ** step)
    v_hat = v / (1.0 - betas[1] ** step)
    new = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return new, {**config, "step": step, "exp_avg": m, "exp_avg_sq": v}


def adamw(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Adam with decoupled weight decay (Loshchilov and Hutter, 2017).

    .. math:: w \leftarrow (1 - lr \cdot weight\_decay) \, w, \qquad \text{then Adam's step}

    As a penalty in the loss the decay would pass through Adam's division: weights with large
    gradients would decay less. Here all decay by the same share.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w, gradient of the loss without a penalty
    config : Adam's, and ``weight_decay`` (1e-2)

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> adamw(np.array([1.0]), np.array([2.0]), {"lr": 0.1, "weight_decay": 0.5})[0].round(6)
    array([0.85])
    """
    lr = config.get("lr", ADAM_DEFAULTS["lr"])
    decay = config.get("weight_decay", ADAMW_DECAY)
    of_adam = {key: value for key, value in config.items() if key != "weight_decay"}
    new, state = adam((1.0 - lr * decay) * w, dw, of_adam)
    return new, {**config, **state}
