r"""Optimizer rules: how a step is made from a gradient, part 1: one rate, or none.

Every rule is a function ``(w, dw, config) -> (w, config)``. ``w`` is a parameter of any shape and
``dw`` the gradient of the loss with respect to it. ``config`` is a dict of one parameter's
settings, such as ``"lr"``, and of the state that the rule needs next time, such as a velocity. A
setting that is not given has the default named below, and a first call finds no state. The new
config holds all that was given and the state; nothing that was passed in is changed. Settings and
formulas are PyTorch's, but that PyTorch's velocity has no rate in it, and the defaults are but for
``sgd``, ``momentum`` and ``nesterov``, where PyTorch's are a rate of 1e-3 and no momentum.

``adaptive_optimizers`` has the rules that find a rate for each weight from the sizes of its
gradients, ``optimizer_classes`` what applies a rule to a whole model.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nbcourse.arrays import Array

Config = dict[str, Any]


def sgd(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Stochastic gradient descent, :math:`w \leftarrow w - lr \, dw`.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-2)

    Returns
    -------
    w : array, a new one
    config : dict, a new one; there is no state

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> sgd(np.array([1.0, 2.0]), np.array([10.0, -10.0]), {"lr": 0.1})
    (array([0., 3.]), {'lr': 0.1})
    """
    (lr,) = settings("sgd", w, dw, config, {"lr": 1e-2})
    return w - lr * dw, {**config}


def momentum(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Momentum: the step goes on in the direction of the steps before (Polyak, 1964).

    .. math:: v \leftarrow momentum \cdot v - lr \, dw, \qquad w \leftarrow w + v

    Along a ravine the steps add up to :math:`1 / (1 - momentum)` times their size; across it they
    cancel. PyTorch keeps :math:`-v / lr`, which is the same as long as the rate is: where a
    schedule lowers it, PyTorch's old steps shrink as well.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-2), ``momentum`` (0.9); state ``velocity``, from zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the velocity

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = momentum(np.array([1.0]), np.array([1.0]), {"lr": 0.1, "momentum": 0.5})
    >>> momentum(w, np.array([1.0]), config)
    (array([0.75]), {'lr': 0.1, 'momentum': 0.5, 'velocity': array([-0.15])})
    """
    defaults = {"lr": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)}
    lr, mu, velocity = settings("momentum", w, dw, config, defaults)
    velocity = mu * velocity - lr * dw
    return w + velocity, {**config, "velocity": velocity}


def nesterov(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Nesterov's momentum, in the form whose w is the point looked ahead to.

    .. math::

        v_{new} = momentum \cdot v - lr \, dw, \qquad
        w \leftarrow w - momentum \cdot v + (1 + momentum) \, v_{new}

    Nesterov (1983) takes the gradient at the point :math:`\theta + momentum \cdot v`, where the
    velocity alone would lead. With :math:`w = \theta + momentum \cdot v` the gradient is that at
    w, as in every other rule here: take back the old look ahead, make the step, look ahead again.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-2), ``momentum`` (0.9); state ``velocity``, from zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the velocity

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = nesterov(np.array([1.0]), np.array([1.0]), {"lr": 0.1, "momentum": 0.5})
    >>> w, config["velocity"]
    (array([0.85]), array([-0.1]))
    """
    defaults = {"lr": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)}
    lr, mu, old = settings("nesterov", w, dw, config, defaults)
    velocity = mu * old - lr * dw
    return w - mu * old + (1.0 + mu) * velocity, {**config, "velocity": velocity}


def rprop(w: Array, dw: Array, config: Mapping[str, Any]) -> tuple[Array, Config]:
    r"""Resilient backpropagation: of the gradient only the sign counts (Riedmiller, Braun, 1993).

    Every weight has a step of its own. It grows by :math:`\eta_+` while the sign of the gradient
    stays, and shrinks by :math:`\eta_-` when it changes, within bounds. After a change the
    gradient counts as 0: the weight waits for a step, and the next one finds no sign to compare
    with. This is iRProp- (Igel and Hüsken, 2000), PyTorch's form.

    .. math::

        step \leftarrow \mathrm{clip}(step \cdot (\eta_+, \, 1, \, \eta_-)), \qquad
        w \leftarrow w - step \cdot \mathrm{sign}(dw)

    for :math:`dw \cdot prev\_grad` above, at and below 0. With mini-batches the noise of the
    gradient changes its sign all the time, and the steps die: use it with the whole data set.

    Parameters
    ----------
    w : array of any shape
    dw : array, shape of w
    config : ``lr`` (1e-2), the first step; ``etas`` (0.5, 1.2), ``step_sizes`` (1e-6, 50); state
        ``step``, an array that starts at ``lr`` everywhere, ``prev_grad``, from zero

    Returns
    -------
    w : array, a new one
    config : dict, a new one with the state; in ``prev_grad`` there is 0 where the sign changed

    Raises
    ------
    ValueError
        The shapes differ, or the rule has no such setting.

    Examples
    --------
    >>> w, config = rprop(np.array([1.0, 1.0]), np.array([3.0, -0.1]), {"lr": 0.1})
    >>> w, config = rprop(w, np.array([2.0, 5.0]), config)
    >>> w, config["step"], config["prev_grad"]
    (array([0.78, 1.1 ]), array([0.12, 0.05]), array([2., 0.]))
    """
    first_step = np.full_like(w, config.get("lr", 1e-2))
    defaults = {
        "lr": 1e-2,
        "etas": (0.5, 1.2),
        "step_sizes": (1e-6, 50.0),
        "step": first_step,
        "prev_grad": np.zeros_like(w),
    }
    _, etas, bounds, step, prev_grad = settings("rprop", w, dw, config, defaults)
    agreement = np.sign(dw) * np.sign(prev_grad)  # a product of gradients could underflow to 0
    step = np.where(agreement > 0, etas[1] * step, np.where(agreement < 0, etas[0] * step, step))
    step = np.clip(step, *bounds)
    dw = np.where(agreement < 0, 0.0, dw)
    return w - step * np.sign(dw), {**config, "step": step, "prev_grad": dw}


def settings(
    rule: str, w: Array, dw: Array, config: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[Any]:
    """The values that a rule works with, in the order of its defaults.

    Raises
    ------
    ValueError
        The shapes of w and dw differ, or a key of ``config`` is none of the rule's: a misspelt
        setting would leave its default in force, and nobody would know.

    Examples
    --------
    >>> settings("sgd", np.ones(2), np.ones(2), {}, {"lr": 1e-2})
    [0.01]
    """
    if np.shape(w) != np.shape(dw):
        raise ValueError(
            f"{rule} needs a gradient of the parameter's shape {np.shape(w)}; got {np.shape(dw)}"
        )
    if unknown := [key for key in config if key not in defaults]:
        raise ValueError(
            f"{rule} knows no {', '.join(map(repr, unknown))}; it takes {', '.join(defaults)}"
        )
    return [config.get(key, default) for key, default in defaults.items()]
