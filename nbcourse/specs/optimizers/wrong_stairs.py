"""What goes wrong in a staircase."""

import math
from collections.abc import Callable
from typing import Any

from nbcourse.exercise import Mistake
from nbcourse.specs.optimizers.located_rates import STAIRS_ASTRAY


def _stairs(rule: Callable[[float, float, int], Any]) -> Callable[..., Any]:
    """A schedule made of lr, drop and the number of stairs that lie behind."""
    return lambda t, lr, drop, every: rule(lr, drop, t // every)


STEP_MISTAKES = (
    Mistake(
        "Your rate falls at every step. On a staircase it stays the same for a while: round "
        "t / every down to a whole number, t // every.",
        lambda t, lr, drop, every: lr * drop ** (t / every),
    ),
    Mistake(
        "Your rate drops one step too early. t counts from 0: the first stair has the steps 0 to "
        "every - 1.",
        lambda t, lr, drop, every: lr * drop ** ((t + 1) // every),
    ),
    Mistake(
        "Your rate drops one step too late. t counts from 0: at t = every it has dropped.",
        lambda t, lr, drop, every: lr * drop ** max(0, (t - 1) // every),
    ),
    Mistake(
        "You shift t by one. It counts from 0: the first stair has the steps 0 to every - 1.",
        lambda t, lr, drop, every: lr * drop ** ((t - 1) // every),
    ),
    Mistake(
        "Your rate drops once and never again. Each further stair multiplies by drop again.",
        lambda t, lr, drop, every: lr * drop if t >= every else lr,
    ),
    Mistake(
        "You multiply by the number of stairs. Every stair multiplies by drop again: that is a "
        "power, drop ** (t // every).",
        _stairs(lambda lr, drop, k: lr * drop * k),
    ),
    Mistake(
        "You multiply by the number of stairs. Every stair multiplies by drop again: that is a "
        "power, drop ** (t // every), which is 1 on the first stair by itself.",
        _stairs(lambda lr, drop, k: lr * drop * k if k else lr),
    ),
    Mistake(
        "You take drop for the share that is lost. It is the factor that the rate is multiplied "
        "by.",
        _stairs(lambda lr, drop, k: lr * (1 - drop) ** k),
    ),
    Mistake(
        "You divide by drop, and your rate grows. Multiply by it.",
        _stairs(lambda lr, drop, k: lr / drop**k),
    ),
    Mistake(
        "You subtract something for every stair, which ends below 0. Multiply by drop.",
        _stairs(lambda lr, drop, k: lr - drop * k),
    ),
    Mistake(
        "You subtract something for every stair, down to 0. Multiply by drop.",
        _stairs(lambda lr, drop, k: max(0.0, lr - drop * k)),
    ),
    Mistake(
        "You take away a share of the first rate for every stair, which ends below 0. Multiply by "
        "drop.",
        _stairs(lambda lr, drop, k: lr * (1 - drop * k)),
    ),
    Mistake(
        "% gives what is left of a stair. How many stairs lie behind is t // every.",
        lambda t, lr, drop, every: lr * drop ** (t % every),
    ),
    Mistake(
        "Your rate is low at the multiples of every and high again behind them. A schedule keeps "
        "nothing between two calls: find out from t how often it has dropped so far.",
        lambda t, lr, drop, every: lr * drop if t % every == 0 else lr,
    ),
    Mistake(
        "Your rate is low at the multiples of every and high again behind them. A schedule keeps "
        "nothing between two calls: find out from t how often it has dropped, also in between.",
        lambda t, lr, drop, every: lr * drop if t and t % every == 0 else lr,
    ),
    Mistake(
        "The rate has its new value at the multiples of every only. Use t // every at all steps.",
        lambda t, lr, drop, every: lr * drop ** (t // every) if t % every == 0 else lr,
    ),
    Mistake(
        "You round up. Behind t steps t / every stairs are finished, rounded down.",
        lambda t, lr, drop, every: lr * drop ** math.ceil(t / every),
    ),
    Mistake(
        "You round to the nearest number, so that the rate drops in the middle of a stair. Round "
        "down.",
        lambda t, lr, drop, every: lr * drop ** round(t / every),
    ),
    Mistake(
        "every is not used. Drop once in so many steps, not at each.",
        lambda t, lr, drop, every: lr * drop**t,
    ),
    Mistake(
        "Your division is upside down: t // every stairs lie behind.",
        lambda t, lr, drop, every: lr * drop ** (every // t),
    ),
    Mistake(
        "Your division is upside down, and not rounded down: t // every stairs lie behind.",
        lambda t, lr, drop, every: lr * drop ** (every / t),
    ),
    Mistake(
        "Your rate is 0 everywhere: a division with // or an int() cuts it off. Only t / every is "
        "rounded, before the power is taken: drop ** (t // every).",
        lambda t, lr, drop, every: lr * drop**t // every,
    ),
    Mistake(
        "Look at the parentheses: a power binds before a division. Write drop ** (t // every).",
        lambda t, lr, drop, every: lr * drop**t / every,
    ),
    Mistake(
        "Look at the parentheses: lr is raised to the power, too. Only drop is.",
        _stairs(lambda lr, drop, k: (lr * drop) ** k),
    ),
    Mistake(
        "lr is missing. The factor drop ** (t // every) is right.",
        _stairs(lambda lr, drop, k: drop**k),
    ),
    Mistake(
        "You use the exponential function. Each stair multiplies by drop itself.",
        _stairs(lambda lr, drop, k: lr * math.exp(-drop * k)),
    ),
    Mistake(
        "You divide by 1 + drop * stairs, as the 1/t schedule does. Each stair multiplies by drop.",
        _stairs(lambda lr, drop, k: lr / (1 + drop * k)),
    ),
    Mistake(
        "You have the factor once too often: on the first stair the rate is lr itself.",
        _stairs(lambda lr, drop, k: lr * drop ** (k + 1)),
    ),
    Mistake(
        "You multiply by t // every. It is how often to multiply by drop: the exponent.",
        _stairs(lambda lr, drop, k: lr * k),
    ),
    Mistake(
        "The base and the exponent have changed places: drop ** (t // every).",
        _stairs(lambda lr, drop, k: lr * float(k) ** drop),
    ),
    Mistake(
        "You return lr whatever t is.",
        lambda t, lr, drop, every: lr,
    ),
    *STAIRS_ASTRAY,
)
