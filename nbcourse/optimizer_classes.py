"""Optimizers as objects, one for each rule, to be given ``model.params``.

Each class names its rule, of ``optimizers`` or ``adaptive_optimizers``, where the settings and
their defaults are. ``MultiOptimizer`` has several of them for one model.
"""

from nbcourse import adaptive_optimizers, optimizers
from nbcourse.optimizer_base import Optimizer
from nbcourse.parameter_groups import MultiOptimizer, select

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Momentum",
    "MultiOptimizer",
    "Nesterov",
    "Optimizer",
    "RMSprop",
    "RProp",
    "select",
]


class SGD(Optimizer):
    """Gradient descent without a memory: ``optimizers.sgd``."""

    rule, default_lr = staticmethod(optimizers.sgd), 1e-2


class Momentum(Optimizer):
    """Momentum: ``optimizers.momentum``."""

    rule, default_lr = staticmethod(optimizers.momentum), 1e-2


class Nesterov(Optimizer):
    """Nesterov's momentum: ``optimizers.nesterov``."""

    rule, default_lr = staticmethod(optimizers.nesterov), 1e-2


class RProp(Optimizer):
    """Steps from signs alone: ``optimizers.rprop``. ``lr`` is the first step; later it is idle."""

    rule, default_lr = staticmethod(optimizers.rprop), 1e-2


class Adagrad(Optimizer):
    """Rates that only fall: ``adaptive_optimizers.adagrad``."""

    rule, default_lr = staticmethod(adaptive_optimizers.adagrad), 1e-2


class Adadelta(Optimizer):
    """Steps from the steps before: ``adaptive_optimizers.adadelta``."""

    rule, default_lr = staticmethod(adaptive_optimizers.adadelta), 1.0


class RMSprop(Optimizer):
    """Rates from recent gradients: ``adaptive_optimizers.rmsprop``."""

    rule, default_lr = staticmethod(adaptive_optimizers.rmsprop), 1e-2


class Adam(Optimizer):
    """RMSprop with momentum, corrected: ``adaptive_optimizers.adam``."""

    rule, default_lr = staticmethod(adaptive_optimizers.adam), 1e-3


class AdamW(Optimizer):
    """Adam with a weight decay beside it: ``adaptive_optimizers.adamw``."""

    rule, default_lr = staticmethod(adaptive_optimizers.adamw), 1e-3
