"""What goes wrong in a rate that goes up and down on straight lines."""

import math
from collections.abc import Callable
from typing import Any

from nbcourse.exercise import Mistake
from nbcourse.specs.optimizers.located_rates import TRIANGLES_ASTRAY


def _triangle(height: Callable[[float], Any]) -> Callable[..., Any]:
    """A cycle whose height between 0 and 1 is a function of its position, from 0 to 2."""

    def schedule(t: int, base_lr: float, max_lr: float, half_cycle: int) -> Any:
        return base_lr + (max_lr - base_lr) * height(t % (2 * half_cycle) / half_cycle)

    return schedule


def _height(t: float, half_cycle: float) -> float:
    """The right height above ``base_lr``, between 0 and 1."""
    return 1 - abs(t % (2 * half_cycle) / half_cycle - 1)


TRIANGLE_MISTAKES = (
    Mistake(
        "Your triangle is upside down: at t = 0 the rate is base_lr, and at half_cycle max_lr.",
        _triangle(lambda s: abs(s - 1)),
    ),
    Mistake(
        "Your rate rises and then jumps back to base_lr. It falls on a straight line, as long as "
        "it rose: a whole cycle has 2 half_cycle steps.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * (t % half_cycle) / half_cycle
        ),
    ),
    Mistake(
        "Your cycles are half as long as they should be: half_cycle is the number of steps from "
        "base_lr up to max_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t, half_cycle / 2)
        ),
    ),
    Mistake(
        "Your cycles are twice as long as they should be: half_cycle is the number of steps from "
        "base_lr up to max_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t, 2 * half_cycle)
        ),
    ),
    Mistake(
        "You count t from 1. At t = 0 the rate is base_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t + 1, half_cycle)
        ),
    ),
    Mistake(
        "You count t from 1. At t = 0 the rate is base_lr: there is nothing to subtract from t.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t - 1, half_cycle)
        ),
    ),
    Mistake(
        "Your rate does not come up again: after 2 half_cycle steps a new cycle begins.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * max(0.0, 1 - abs(t / half_cycle - 1))
        ),
    ),
    Mistake(
        "Your rate goes on to fall below base_lr. After 2 half_cycle steps a new cycle begins.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * (1 - abs(t / half_cycle - 1))
        ),
    ),
    Mistake(
        "You take the remainder only in the second half: after 2 half_cycle steps a new cycle "
        "begins.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * t / half_cycle
            if t < half_cycle
            else max_lr - (max_lr - base_lr) * (t % half_cycle) / half_cycle
        ),
    ),
    Mistake(
        "Your peak is max_lr above base_lr. The rate rises by max_lr - base_lr.",
        lambda t, base_lr, max_lr, half_cycle: base_lr + max_lr * _height(t, half_cycle),
    ),
    Mistake(
        "base_lr is missing: add it to what rises and falls.",
        lambda t, base_lr, max_lr, half_cycle: (max_lr - base_lr) * _height(t, half_cycle),
    ),
    Mistake(
        "Your rate starts from 0. Its lowest value is base_lr.",
        lambda t, base_lr, max_lr, half_cycle: max_lr * _height(t, half_cycle),
    ),
    Mistake(
        "Your rate starts from 0 in each cycle and is only cut off below base_lr. It starts from "
        "base_lr.",
        lambda t, base_lr, max_lr, half_cycle: max(base_lr, max_lr * _height(t, half_cycle)),
    ),
    Mistake(
        "Your rate rises once and stays at max_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * min(1.0, t / half_cycle)
        ),
    ),
    Mistake(
        "Your rate rises without end. After half_cycle steps it falls again.",
        lambda t, base_lr, max_lr, half_cycle: base_lr + (max_lr - base_lr) * t / half_cycle,
    ),
    Mistake(
        "Your rate follows a cosine wave. Straight lines are asked for.",
        _triangle(lambda s: (1 - math.cos(math.pi * s)) / 2),
    ),
    Mistake(
        "Your rate follows a sine wave. Straight lines are asked for.",
        _triangle(lambda s: abs(math.sin(math.pi * s / 2))),
    ),
    Mistake(
        "Your peaks become lower from cycle to cycle. All of them reach max_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t, half_cycle) / 2 ** (t // (2 * half_cycle))
        ),
    ),
    Mistake(
        "Your rate is base_lr whatever t is. If you count cycles, the first has the number 1: "
        "floor(1 + t / (2 half_cycle)).",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr
            + (max_lr - base_lr)
            * max(0.0, 1 - abs(t / half_cycle - 2 * (t // (2 * half_cycle)) + 1))
        ),
    ),
    Mistake(
        "In the second half your rate falls from max_lr, but by the steps since the start of the "
        "cycle. Count them from the peak.",
        _triangle(lambda s: s if s < 1 else 1 - s),
    ),
    Mistake(
        "In the second half your rate goes on rising. Count the steps that are left to the end of "
        "the cycle.",
        _triangle(lambda s: s),
    ),
    Mistake(
        "In the second half your rate stays at max_lr. It falls on a straight line.",
        _triangle(lambda s: min(s, 1.0)),
    ),
    Mistake(
        "In the second half your rate is base_lr. It falls there on a straight line.",
        _triangle(lambda s: s if s < 1 else 0.0),
    ),
    Mistake(
        "In the second half base_lr is missing.",
        lambda t, base_lr, max_lr, half_cycle: (
            (max_lr - base_lr) * _height(t, half_cycle)
            + base_lr * (t % (2 * half_cycle) < half_cycle)
        ),
    ),
    Mistake(
        "In the second half your rate falls to 0. At the end of the cycle it is base_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t, half_cycle)
            if t % (2 * half_cycle) < half_cycle
            else max_lr * _height(t, half_cycle)
        ),
    ),
    Mistake(
        "In the second half your rate falls by the wrong amount: at the end of the cycle it should "
        "be back at base_lr.",
        _triangle(lambda s: s if s < 1 else 1 - s / 2),
    ),
    Mistake(
        "You divide whole numbers with //, and your rate jumps. Divide with /.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * (1 - abs(t % (2 * half_cycle) // half_cycle - 1))
        ),
    ),
    Mistake(
        "% binds as * and / do, from left to right: put t % (2 * half_cycle) into parentheses.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * t % (2 * half_cycle) / half_cycle
        ),
    ),
    Mistake(
        "Your cycle has one step too many: it has 2 half_cycle.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * (1 - abs(t % (2 * half_cycle + 1) / half_cycle - 1))
        ),
    ),
    Mistake(
        "Your cycle has one step too few: it has 2 half_cycle.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * (1 - abs(t % (2 * half_cycle - 1) / half_cycle - 1))
        ),
    ),
    Mistake(
        "You return the height between 0 and 1. Put it between base_lr and max_lr.",
        lambda t, base_lr, max_lr, half_cycle: _height(t, half_cycle),
    ),
    Mistake(
        "Your rate swings about the middle of base_lr and max_lr, and starts there. It starts from "
        "base_lr.",
        lambda t, base_lr, max_lr, half_cycle: (
            base_lr + (max_lr - base_lr) * _height(t + half_cycle / 2, half_cycle)
        ),
    ),
    Mistake(
        "The absolute value is missing: your rate falls for the whole cycle.",
        _triangle(lambda s: 1 - (s - 1)),
    ),
    *TRIANGLES_ASTRAY,
)
