"""Optimizers as objects, one for each rule, to be given ``model.params``.

Each class names its rule, of ``optimizers`` or ``adaptive_optimizers``, where the settings and
their defaults are. ``MultiOptimizer`` has several of them for one model.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from nbcourse import adaptive_optimizers, optimizers
from nbcourse.adaptive_optimizers import ADAM_DEFAULTS, ADAMW_DECAY
from nbcourse.arrays import Array
from nbcourse.fast import adam as fast_adam
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
    """RMSprop with momentum, corrected: ``adaptive_optimizers.adam``, as ``fast.adam`` has it."""

    rule, default_lr = staticmethod(fast_adam.adam), 1e-3
    defaults: ClassVar[Mapping[str, Any]] = ADAM_DEFAULTS

    def _moved(self, grads: Mapping[str, Array]) -> dict[str, tuple[Array, dict[str, Any]]]:
        """All parameters in one go; the rule, one by one, makes their state in the first step."""
        steps = {config.get("step", 0) for config in self._configs.values()}
        if len(steps) > 1 or 0 in steps or not self._fit(grads):
            return super()._moved(grads)
        count = steps.pop() + 1
        configs = {
            name: {**config, "lr": self.lr, "step": count} for name, config in self._configs.items()
        }
        given = next(iter(configs.values()))
        moved = fast_adam.adam_step(
            [self.params[name] for name in configs],
            [grads[name] for name in configs],
            [config["dw_sum"] for config in configs.values()],
            [config["dw_sq_sum"] for config in configs.values()],
            count,
            **{key: given.get(key, default) for key, default in self.defaults.items()},
        )
        return {name: (w, configs[name]) for name, w in zip(configs, moved, strict=True)}

    def _fit(self, grads: Mapping[str, Array]) -> bool:
        """Whether the arrays are alike; the rule says what is wrong with others."""
        for name, config in self._configs.items():
            w, dw, state = self.params[name], grads[name], config["dw_sum"]
            if not w.shape == dw.shape == state.shape or w.dtype != state.dtype:
                return False
        return True


class AdamW(Adam):
    """Adam with a weight decay beside it: ``adaptive_optimizers.adamw``."""

    rule, default_lr = staticmethod(fast_adam.adamw), 1e-3
    defaults: ClassVar[Mapping[str, Any]] = {**ADAM_DEFAULTS, "weight_decay": ADAMW_DECAY}
