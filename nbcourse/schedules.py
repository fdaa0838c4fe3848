r"""Schedules: the learning rate as a function of the step.

Each takes the number ``t`` of the step, counted from 0, and the rate to start from, and returns
the rate of that step. They keep nothing between calls, so ``optimizer.lr = cosine(t, lr, period)``
may stand in any loop, and training that goes on from a checkpoint finds the right rate by itself.
What counts as a step is the caller's choice: one batch, or one epoch. A length, such as a period,
that is not positive raises ``ValueError``. ``ReduceOnPlateau`` alone waits to see how training
goes and therefore has a state.

Stochastic gradient descent with a constant rate comes near a minimum and then wanders about it. It
arrives if the rates :math:`lr_t` fall, but not too fast (Robbins and Monro, 1951):

.. math:: \sum_t lr_t = \infty, \qquad \sum_t lr_t^2 < \infty

The first lets it go any distance, the second makes the noise die out. Of those here
``inverse_time_decay`` alone meets both.
"""

import math
from dataclasses import dataclass


def constant(t: float, lr: float) -> float:
    """The same rate at every step.

    >>> constant(1000, 0.1)
    0.1
    """
    return float(lr)


def step_decay(t: float, lr: float, drop: float, every: int) -> float:
    r"""A staircase: the rate is multiplied by ``drop`` after every ``every`` steps.

    .. math:: lr_t = lr \cdot drop^{\lfloor t / every \rfloor}

    ``drop`` is a factor, between 0 and 1. PyTorch calls this ``StepLR``, the factor ``gamma`` and
    the length of a stair ``step_size``.

    >>> [step_decay(t, 1.0, 0.5, 3) for t in (0, 2, 3, 5, 6)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    _require_positive("every", every)
    return float(lr * drop ** (t // every))


def exponential_decay(t: float, lr: float, decay: float) -> float:
    r"""The rate falls by the same share at every step.

    .. math:: lr_t = lr \cdot e^{-decay \cdot t}

    PyTorch's ``ExponentialLR`` is the same with :math:`gamma = e^{-decay}`.
    ``decay`` is the share lost at a step, when it is small; 0 leaves the rate constant.

    >>> [round(exponential_decay(t, 1.0, 0.1), 3) for t in (0, 1, 10)]
    [1.0, 0.905, 0.368]
    """
    return float(lr * math.exp(-decay * t))


def inverse_time_decay(t: float, lr: float, decay: float) -> float:
    r"""The rate falls like 1/t, fast at first and then ever more slowly.

    .. math:: lr_t = \frac{lr}{1 + decay \cdot t}

    At :math:`t = 1/decay` the rate has halved; a decay of 0 leaves it constant.

    >>> [inverse_time_decay(t, 1.0, 0.5) for t in (0, 2, 6)]
    [1.0, 0.5, 0.25]
    """
    return float(lr / (1.0 + decay * t))


def cosine(t: float, lr: float, period: float) -> float:
    r"""Half a cosine wave from ``lr`` down to 0, where it stays.

    .. math:: lr_t = \frac{lr}{2} \left(1 + \cos \frac{\pi t}{period}\right), \qquad t \le period

    PyTorch's ``CosineAnnealingLR`` is the same up to ``T_max``; behind it PyTorch's rises again.

    >>> [round(cosine(t, 1.0, 4), 3) for t in (0, 1, 2, 4, 9)]
    [1.0, 0.854, 0.5, 0.0, 0.0]
    """
    _require_positive("period", period)
    return float(lr / 2 * (1.0 + math.cos(math.pi * min(t, period) / period)))


def cosine_restarts(t: float, lr: float, period: float) -> float:
    r"""Half a cosine wave from ``lr`` down to 0, again and again (Loshchilov and Hutter, 2016).

    .. math:: lr_t = \frac{lr}{2} \left(1 + \cos \frac{\pi (t \bmod period)}{period}\right)

    Each restart throws training out of the place where it had settled. What it has found by the
    end of each period makes a snapshot ensemble. PyTorch calls it ``CosineAnnealingWarmRestarts``.

    >>> [round(cosine_restarts(t, 1.0, 4), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 1.0, 0.854]
    """
    _require_positive("period", period)
    return cosine(t % period, lr, period)


def triangular_lr(t: float, base_lr: float, max_lr: float, half_cycle: float) -> float:
    r"""The rate rises from ``base_lr`` to ``max_lr`` on a straight line and falls back on another.

    .. math::

        lr_t = base\_lr + (max\_lr - base\_lr) \left(1 - |s - 1|\right), \qquad
        s = \frac{t \bmod 2 \, half\_cycle}{half\_cycle}

    PyTorch calls it ``CyclicLR`` in its mode "triangular", with ``step_size_up`` for
    ``half_cycle`` (Smith, 2015).

    >>> [triangular_lr(t, 0.0, 1.0, 2) for t in range(6)]
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.5]
    """
    _require_positive("half_cycle", half_cycle)
    s = t % (2 * half_cycle) / half_cycle
    return float(base_lr + (max_lr - base_lr) * (1.0 - abs(s - 1.0)))


def warmup(t: float, lr: float, steps: int) -> float:
    r"""The rate rises to ``lr`` on a straight line during the first steps, and stays.

    .. math:: lr_t = lr \cdot \min\left(1, \frac{t + 1}{steps}\right)

    The first step has the rate lr / steps and not 0, which would move nothing. A warm-up goes
    before any other schedule: ``warmup(t, cosine(t, lr, period), steps)``. PyTorch's ``LinearLR``
    is the same with ``start_factor=1 / steps, total_iters=steps - 1``.

    >>> [warmup(t, 1.0, 4) for t in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    _require_positive("steps", steps)
    return float(lr * min(1.0, (t + 1) / steps))


@dataclass
class ReduceOnPlateau:
    """Lowers the rate when the loss has not improved for a while.

    An improvement is a loss below ``best * (1 - threshold)``. When there was none for more than
    ``patience`` steps in a row, the rate is multiplied by ``factor`` and the count starts anew:
    the rule and the defaults of PyTorch's ``ReduceLROnPlateau``.

    Parameters
    ----------
    lr : rate to start from; later the present one
    factor : what the rate is multiplied by, below 1
    patience : steps without improvement that are let pass
    threshold : share of the best loss by which a loss must be lower to count
    min_lr : the rate never falls below this one
    best : lowest loss so far
    waited : steps since it improved

    Raises
    ------
    ValueError
        ``factor`` does not lie between 0 and 1, or ``patience`` is negative.

    Examples
    --------
    >>> schedule = ReduceOnPlateau(1.0, factor=0.5, patience=1)
    >>> [schedule.step(loss) for loss in (3.0, 2.0, 2.0, 2.0, 1.0)]
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    lr: float
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    min_lr: float = 0.0
    best: float = math.inf
    waited: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers with which the rate would not fall."""
        if not 0.0 < self.factor < 1.0 or self.patience < 0:
            raise ValueError(
                "factor must lie between 0 and 1 and patience must not be negative; got factor "
                f"{self.factor}, patience {self.patience}"
            )

    def step(self, loss: float) -> float:
        """Take notice of a loss, usually that of a validation set, and return the rate to use."""
        if loss < self.best * (1.0 - self.threshold):
            self.best, self.waited = float(loss), 0
        else:  # a loss that is NaN is none
            self.waited += 1
        if self.waited > self.patience:
            self.lr, self.waited = max(self.lr * self.factor, self.min_lr), 0
        return self.lr


def _require_positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"{name} must be positive; got {value}")
