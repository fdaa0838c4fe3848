"""What goes wrong in a cosine wave that starts again and again."""

import math
from collections.abc import Callable
from typing import Any

from nbcourse.exercise import Mistake
from nbcourse.specs.optimizers.located_rates import WAVES_ASTRAY


def _wave(rule: Callable[[float, float, int], Any]) -> Callable[..., Any]:
    """A schedule of lr, of the position t % period and of the period."""
    return lambda t, lr, period: rule(lr, t % period, period)


def _doubling(t: int, lr: float, period: int) -> float:
    while t >= period:
        t, period = t - period, 2 * period
    return lr / 2 * (1 + math.cos(math.pi * t / period))


COSINE_MISTAKES = (
    Mistake(
        "Your wave comes up as it went down. At each multiple of period it should jump back to lr: "
        "take t % period.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * t / period)),
    ),
    Mistake(
        "Your rate stays at 0 after the first period. At each multiple of period it jumps back to "
        "lr.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * min(t, period) / period)),
    ),
    Mistake(
        "Your wave goes down and up again within each period. Half a wave is asked for: pi in "
        "place of 2 pi, and no square.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(2 * math.pi * s / period))),
    ),
    Mistake(
        "Your wave is a quarter of one. From 1 + cos(0) = 2 to 1 + cos(pi) = 0 it is a half.",
        _wave(lambda lr, s, period: lr * math.cos(math.pi / 2 * s / period)),
    ),
    Mistake(
        "Your waves are half ones of twice the length, down and up again. At each multiple of "
        "period the rate jumps back to lr, and it falls like 1 + cos.",
        lambda t, lr, period: lr * abs(math.cos(math.pi / 2 * t / period)),
    ),
    Mistake(
        "Your angle goes to pi / 2 only, so that the rate ends at half of lr. It goes to pi.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi / 2 * s / period))),
    ),
    Mistake(
        "The half is missing: 1 + cos(0) is 2, and the first rate is lr.",
        _wave(lambda lr, s, period: lr * (1 + math.cos(math.pi * s / period))),
    ),
    Mistake(
        "Half of your rates are negative: add 1 to the cosine, then take half.",
        _wave(lambda lr, s, period: lr * math.cos(math.pi * s / period)),
    ),
    Mistake(
        "The 1 that is added to the cosine is missing.",
        _wave(lambda lr, s, period: lr / 2 * math.cos(math.pi * s / period)),
    ),
    Mistake(
        "You take the absolute value of the cosine. Add 1 to it, then take half.",
        _wave(lambda lr, s, period: lr * abs(math.cos(math.pi * s / period))),
    ),
    Mistake(
        "You use a sine. The cosine starts at its highest value.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.sin(math.pi * s / period))),
    ),
    Mistake(
        "Your rate rises within each period: it is 1 + cos, not 1 - cos.",
        _wave(lambda lr, s, period: lr / 2 * (1 - math.cos(math.pi * s / period))),
    ),
    Mistake(
        "You count t from 1. At t = 0 the rate is lr.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * ((t + 1) % period) / period)),
    ),
    Mistake(
        "You count the steps of a period from 1. At its start the rate is lr.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi * (s + 1) / period))),
    ),
    Mistake(
        "You count t from 1. At t = 0 the rate is lr: there is nothing to subtract from t.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * ((t - 1) % period) / period)),
    ),
    Mistake(
        "You count in degrees. np.cos and math.cos take radians: pi in place of 180.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(180 * s / period))),
    ),
    Mistake(
        "pi is missing: the angle goes from 0 to pi.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(s / period))),
    ),
    Mistake(
        "The remainder is not divided by period: the angle goes from 0 to pi.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi * s))),
    ),
    Mistake(
        "Your rate falls on a straight line. Half a cosine wave is asked for.",
        _wave(lambda lr, s, period: lr * (1 - s / period)),
    ),
    Mistake(
        "Look at the parentheses: lr / 2 multiplies the 1 as well as the cosine.",
        _wave(lambda lr, s, period: lr / 2 * math.cos(math.pi * s / period) + 1),
    ),
    Mistake(
        "Look at the parentheses: lr / 2 multiplies the cosine as well as the 1.",
        _wave(lambda lr, s, period: lr / 2 + math.cos(math.pi * s / period)),
    ),
    Mistake(
        "Look at the parentheses: lr multiplies the cosine as well as the 1.",
        _wave(lambda lr, s, period: (lr + math.cos(math.pi * s / period)) / 2),
    ),
    Mistake(
        "Look at the parentheses: what is divided by period stands inside of the cosine.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi * s) / period)),
    ),
    Mistake(
        "Look at the parentheses: what is divided by period stands inside of the cosine, and 1 "
        "outside.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi) * s / period)),
    ),
    Mistake(
        "Your angle goes from 0 to pi in period - 1 steps. Divide by period: the last step before "
        "a restart is not yet at 0.",
        _wave(
            lambda lr, s, period: (
                lr / 2 * (1 + math.cos(math.pi * s / (period - 1 if period > 1 else 1)))
            )
        ),
    ),
    Mistake(
        "Your angle goes from 0 to pi in period - 1 steps, and for a period of 1 there is nothing "
        "to divide by. Divide by period.",
        _wave(lambda lr, s, period: lr / 2 * (1 + math.cos(math.pi * s / (period - 1)))),
    ),
    Mistake(
        "// counts the periods that lie behind. The place within the present one is t % period.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * (t // period) / period)),
    ),
    Mistake(
        "% binds as * and / do, from left to right: pi * t % period is the remainder of pi * t. "
        "Put t % period into parentheses.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * t % period / period)),
    ),
    Mistake(
        "Your periods become twice as long from one to the next. Here all are the same.",
        _doubling,
    ),
    Mistake(
        "Your restarts become lower from one to the next. Here each returns to lr.",
        lambda t, lr, period: (
            lr / 2 * (1 + math.cos(math.pi * (t % period) / period)) / 2 ** (t // period)
        ),
    ),
    Mistake(
        "Your restarts become lower from one to the next, like 1/n. Here each returns to lr.",
        lambda t, lr, period: (
            lr / 2 * (1 + math.cos(math.pi * (t % period) / period)) / (1 + t // period)
        ),
    ),
    Mistake(
        "Your restarts come one step late. At t = period the rate is lr again.",
        lambda t, lr, period: lr / 2 * (1 + math.cos(math.pi * (t % (period + 1)) / period)),
    ),
    Mistake(
        "You count the steps of a period from 1 to period, so that the rate is 0 at t = period. "
        "There it is lr again.",
        lambda t, lr, period: (
            lr / 2 * (1 + math.cos(math.pi * ((t - 1) % period + 1) / period)) if t else lr
        ),
    ),
    Mistake(
        "lr is missing: the factor in front of the parentheses is lr / 2.",
        _wave(lambda lr, s, period: 0.5 * (1 + math.cos(math.pi * s / period))),
    ),
    Mistake(
        "You return lr whatever t is.",
        lambda t, lr, period: lr,
    ),
    *WAVES_ASTRAY,
)
