"""What goes wrong in a rate that falls like one over the number of the step."""

import math

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.specs.optimizers.located_rates import TIMES_ASTRAY


def _compounded(t: int, lr: float, decay: float) -> float:
    for step in range(1, t + 1):
        lr /= 1 + decay * step
    return lr


INVERSE_TIME_MISTAKES = (
    Mistake(
        "Your rate falls exponentially. Asked for is a division by 1 + decay * t.",
        lambda t, lr, decay: lr * math.exp(-decay * t),
    ),
    Mistake(
        "Your rate is multiplied by decay at every step. Asked for is a division by 1 + decay * t.",
        lambda t, lr, decay: lr * decay**t,
    ),
    Mistake(
        "Your rate loses the share decay at every step. Asked for is a division by 1 + decay * t.",
        lambda t, lr, decay: lr * (1 - decay) ** t,
    ),
    Mistake(
        "You raise 1 + decay to the power t. Multiply decay by t inside of the parentheses.",
        lambda t, lr, decay: lr / (1 + decay) ** t,
    ),
    Mistake(
        "You divide again at every step what was divided before. The rate follows from the first "
        "one, lr, and from t, in one division.",
        _compounded,
    ),
    Mistake(
        "You count t from 1. At t = 0 the rate is lr.",
        lambda t, lr, decay: lr / (1 + decay * (t + 1)),
    ),
    Mistake(
        "You count t from 1. At t = 0 the rate is lr: there is nothing to subtract from t.",
        lambda t, lr, decay: lr / (1 + decay * (t - 1)),
    ),
    Mistake(
        "The 1 in the denominator is missing: without it the rate is infinite at t = 0.",
        lambda t, lr, decay: lr / (decay * t),
    ),
    Mistake(
        "Your denominator is decay * t alone, which is 0 at t = 0. Add the 1.",
        lambda t, lr, decay: lr / (np.float64(decay) * t),
    ),
    Mistake(
        "The 1 in the denominator is missing: a case for t = 0 does not mend the others.",
        lambda t, lr, decay: lr / (decay * t) if t else lr,
    ),
    Mistake(
        "lr and decay have changed places.",
        lambda t, lr, decay: decay / (1 + lr * t),
    ),
    Mistake(
        "lr stands in the denominator, where 1 belongs, and not in the numerator.",
        lambda t, lr, decay: 1 / (lr + decay * t),
    ),
    Mistake(
        "In a loop you divide again at every step what was divided before. The rate follows from "
        "the first one, lr, and from t, in one division.",
        lambda t, lr, decay: _compounded(max(0, t - 1), lr, decay),
    ),
    Mistake(
        "decay is not used: it multiplies t.",
        lambda t, lr, decay: lr / (1 + t),
    ),
    Mistake(
        "You divide t by decay. A larger decay should make the rate fall faster: multiply.",
        lambda t, lr, decay: lr / (1 + t / decay),
    ),
    Mistake(
        "You add decay and t. Multiply them.",
        lambda t, lr, decay: lr / (1 + decay + t),
    ),
    Mistake(
        "Look at the parentheses: lr / 1 + decay * t divides by 1 only.",
        lambda t, lr, decay: lr / 1 + decay * t,
    ),
    Mistake(
        "Look at the parentheses: t belongs into the denominator.",
        lambda t, lr, decay: lr / (1 + decay) * t,
    ),
    Mistake(
        "You multiply by 1 + decay * t, and your rate grows. Divide.",
        lambda t, lr, decay: lr * (1 + decay * t),
    ),
    Mistake(
        "Your rate falls on a straight line, and ends below 0. Divide by 1 + decay * t.",
        lambda t, lr, decay: lr * (1 - decay * t),
    ),
    Mistake(
        "You subtract decay * t from lr, which ends below 0. Divide lr by 1 + decay * t.",
        lambda t, lr, decay: lr - decay * t,
    ),
    Mistake(
        "Your rate falls on a straight line down to 0. Divide by 1 + decay * t.",
        lambda t, lr, decay: lr * max(0.0, 1 - decay * t),
    ),
    Mistake(
        "The sign in the denominator is wrong: with 1 - decay * t the rate grows, and then turns "
        "negative.",
        lambda t, lr, decay: lr / (1 - decay * t),
    ),
    Mistake(
        "lr is missing: it stands in the numerator, in place of the 1.",
        lambda t, lr, decay: 1 / (1 + decay * t),
    ),
    Mistake(
        "You take the square root of the denominator. None is asked for.",
        lambda t, lr, decay: lr / math.sqrt(1 + decay * t),
    ),
    Mistake(
        "You take the square root of t. None is asked for.",
        lambda t, lr, decay: lr / (1 + decay * math.sqrt(t)),
    ),
    Mistake(
        "You square t. Nothing is squared here.",
        lambda t, lr, decay: lr / (1 + decay * t**2),
    ),
    Mistake(
        "You square the denominator. Nothing is squared here.",
        lambda t, lr, decay: lr / (1 + decay * t) ** 2,
    ),
    Mistake(
        "You raise decay to the power t. Multiply the two.",
        lambda t, lr, decay: lr / (1 + decay**t),
    ),
    Mistake(
        "lr stands in the denominator, too. There it is 1 + decay * t alone.",
        lambda t, lr, decay: lr / (1 + lr * decay * t),
    ),
    Mistake(
        "lr stands in the denominator, too, where 1 belongs.",
        lambda t, lr, decay: lr / (lr + decay * t),
    ),
    Mistake(
        "You return lr whatever t is.",
        lambda t, lr, decay: lr,
    ),
    *TIMES_ASTRAY,
)
