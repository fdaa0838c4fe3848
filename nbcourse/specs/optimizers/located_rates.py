"""Rates that no list holds, told from the steps at which they are wrong.

They stand last among the mistakes of an exercise: a formula that is known gets its own hint.
"""

import math
from collections.abc import Callable
from typing import Any

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.schedules import cosine_restarts, inverse_time_decay, step_decay, triangular_lr

Function = Callable[..., Any]
#: Whether a call is in a region, from its arguments.
Region = Callable[..., bool]


def wrong_in(hint: str, reference: Function, region: Region, function: Function) -> Mistake:
    """A mistake of answers that are right outside of a region."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return region(*args) or same(float(result), float(reference(*args)))

    return Mistake(hint, _only_in(region, function, reference), explains)


def wrong_all_over(hint: str, reference: Function, region: Region, function: Function) -> Mistake:
    """A mistake of answers that are wrong wherever they are in a region."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        return not region(*args) or not same(float(result), float(reference(*args)))

    return Mistake(hint, function, explains)


def kept_above(reference: Function) -> Mistake:
    """A mistake of rates that are right until they are small."""

    def explains(args: tuple[Any, ...], result: Any) -> bool:
        right = float(reference(*args))
        return same(float(result), right) or right < float(result) < 0.02

    return Mistake(
        "You keep the rate above a bound of your own, and it should go on falling. The formula "
        "alone gives it, however small it becomes.",
        lambda *args: max(1e-5, reference(*args)),
        explains,
    )


def _only_in(region: Region, function: Function, reference: Function) -> Function:
    return lambda *args: function(*args) if region(*args) else reference(*args)


def _cycle(height: Callable[[float], float]) -> Function:
    return lambda t, base_lr, max_lr, half_cycle: (
        base_lr + (max_lr - base_lr) * height(t % (2 * half_cycle) / half_cycle)
    )


def _period(rule: Callable[[float, float, float], float]) -> Function:
    return lambda t, lr, period: rule(lr, t % period, period)


STAIRS_ASTRAY = (
    kept_above(step_decay),
    wrong_in(
        "Your rate is right on the first two stairs and wrong behind them. Each stair multiplies "
        "by drop again: drop to the power of t // every.",
        step_decay,
        lambda t, lr, drop, every: t >= 2 * every,
        lambda t, lr, drop, every: lr * drop * 0.9,
    ),
    wrong_in(
        "Your rate is right on the first stair and wrong behind it. There it is lr times drop to "
        "the power of t // every.",
        step_decay,
        lambda t, lr, drop, every: t >= every,
        lambda t, lr, drop, every: lr * 0.9 * drop ** (t // every),
    ),
    wrong_in(
        "Your rate is wrong on the first stair alone, at t below every. There it is lr.",
        step_decay,
        lambda t, lr, drop, every: t < every,
        lambda t, lr, drop, every: 0.7 * lr,
    ),
    wrong_all_over(
        "Your rate at t = 0 is not lr. Put t = 0 into your formula: t // every is 0, and drop to "
        "the power of 0 is 1.",
        step_decay,
        lambda t, lr, drop, every: t == 0,
        lambda t, lr, drop, every: lr * drop ** (0.3 + t / every),
    ),
    wrong_in(
        "Your rate at t = 0 is right, and others on the first stair are not. t // every, the whole "
        "number of stairs that lie behind, is the only place where t stands.",
        step_decay,
        lambda t, lr, drop, every: t > 0,
        lambda t, lr, drop, every: lr * drop ** ((t / every) ** 2),
    ),
)

TIMES_ASTRAY = (
    kept_above(inverse_time_decay),
    wrong_in(
        "Your rate is right at t = 0 alone. Divide lr by 1 + decay * t: t stands once, multiplied "
        "by decay.",
        inverse_time_decay,
        lambda t, lr, decay: t > 0,
        lambda t, lr, decay: lr / (1 + (decay * t) ** 1.3),
    ),
    wrong_all_over(
        "Your rate at t = 0 is not lr. Put t = 0 into your formula: the denominator should be 1, "
        "and the numerator lr.",
        inverse_time_decay,
        lambda t, lr, decay: t == 0,
        lambda t, lr, decay: lr / (1.3 + decay * t),
    ),
)

TRIANGLES_ASTRAY = (
    wrong_in(
        "Your first cycle is right, and later ones are wrong. t % (2 half_cycle) is the same in "
        "all of them: use it wherever t stands.",
        triangular_lr,
        lambda t, base_lr, max_lr, half_cycle: t >= 2 * half_cycle,
        lambda t, base_lr, max_lr, half_cycle: 0.9 * max_lr,
    ),
    wrong_in(
        "Your rate is right while it rises, and wrong while it falls. It falls from max_lr to "
        "base_lr, by as much at each step as it rose.",
        triangular_lr,
        lambda t, base_lr, max_lr, half_cycle: t % (2 * half_cycle) > half_cycle,
        lambda t, base_lr, max_lr, half_cycle: 0.8 * base_lr,
    ),
    wrong_in(
        "Your rate is right at base_lr and at max_lr, and wrong between them. It goes from the one "
        "to the other on a straight line, by (max_lr - base_lr) / half_cycle at each step.",
        triangular_lr,
        lambda t, base_lr, max_lr, half_cycle: t % half_cycle > 0,
        _cycle(lambda s: (1 - abs(s - 1)) ** 2),
    ),
    wrong_all_over(
        "Your rate at t = 0 is not base_lr. Put t = 0 into your formula: what is added to base_lr "
        "should be 0 there.",
        triangular_lr,
        lambda t, base_lr, max_lr, half_cycle: t == 0,
        _cycle(lambda s: 0.9 - 0.8 * abs(s - 1)),
    ),
    wrong_all_over(
        "Your rate begins with base_lr, but at t = half_cycle it is not max_lr. By then it should "
        "have risen by max_lr - base_lr.",
        triangular_lr,
        lambda t, base_lr, max_lr, half_cycle: t == half_cycle,
        _cycle(lambda s: 0.9 * (1 - abs(s - 1))),
    ),
)

WAVES_ASTRAY = (
    wrong_in(
        "Your first period is right, and later ones are wrong. t % period is the same in all of "
        "them: use it wherever t stands.",
        cosine_restarts,
        lambda t, lr, period: t >= period,
        lambda t, lr, period: 0.3 * lr,
    ),
    wrong_all_over(
        "Your rate at t = 0 is not lr. Put t = 0 into your formula: the cosine of 0 is 1, and lr / "
        "2 times 2 is lr.",
        cosine_restarts,
        lambda t, lr, period: t == 0,
        _period(lambda lr, s, period: 0.4 * lr * (1 + math.cos(math.pi * s / period))),
    ),
    wrong_in(
        "Your rate is lr at the start of each period, as it should, and wrong behind it. The angle "
        "is pi times (t % period) / period, from 0 to pi.",
        cosine_restarts,
        lambda t, lr, period: t % period > 0,
        _period(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi * (s / period) ** 2))),
    ),
    wrong_in(
        "Your rate at t = 0 is right, and those at later starts of a period are not. At each "
        "multiple of period it is lr again: the angle is pi times (t % period) / period.",
        cosine_restarts,
        lambda t, lr, period: t > 0,
        lambda t, lr, period: lr / 2 * (1 + math.cos(1.7 * t / period)),
    ),
)
