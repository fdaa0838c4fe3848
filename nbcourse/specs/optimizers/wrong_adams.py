"""What people make of Adam: mostly one of its steps, exchanged for another."""

from dataclasses import replace
from typing import Any

import numpy as np

from nbcourse.adaptive_optimizers import adam
from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.optimizers.adam_steps import DEFAULTS, Adam
from nbcourse.specs.optimizers.wrong_corrections import (
    NOT_COUNTED,
    OF_STEP_AND_CORRECTIONS,
    both,
    divides_by_zero,
    uncorrected,
)


def _of_another_step(args: tuple[Any, ...], result: Any) -> bool:
    """Whether all is right for the step that came back, be it the one after the given or not."""
    w, dw, config = args
    step = result[1]["step"]
    return bool(step >= 1 and same(result, adam(w, dw, {**config, "step": step - 1})))


_OF_MEANS_AND_MOVES: dict[str, Adam] = {
    ("eps stands inside your root. It is added to the root: sqrt(v_hat) + eps."): Adam(
        move=lambda w, lr, m, v, eps: w - lr * m / np.sqrt(v + eps)
    ),
    ("eps is missing: lr * m_hat / (sqrt(v_hat) + eps)."): Adam(
        move=lambda w, lr, m, v, eps: w - lr * m / np.sqrt(v)
    ),
    ("eps is added to the whole step: the parentheses round sqrt(v_hat) + eps are missing."): Adam(
        move=lambda w, lr, m, v, eps: w - (lr * m / np.sqrt(v) + eps)
    ),
    ("eps is added to w: the parentheses round sqrt(v_hat) + eps are missing."): Adam(
        move=lambda w, lr, m, v, eps: w - lr * m / np.sqrt(v) + eps
    ),
    ("The root is missing: lr * m_hat / (sqrt(v_hat) + eps)."): Adam(
        move=lambda w, lr, m, v, eps: w - lr * m / (v + eps)
    ),
    ("The learning rate is missing: lr * m_hat / (sqrt(v_hat) + eps)."): Adam(
        move=lambda w, lr, m, v, eps: w - m / (np.sqrt(v) + eps)
    ),
    (
        "The two means have exchanged their places in the step: exp_avg stands above, the root of "
        "exp_avg_sq below."
    ): Adam(move=lambda w, lr, m, v, eps: w - lr * v / (np.sqrt(m) + eps)),
    ("exp_avg and exp_avg_sq are exchanged in the config that you return."): Adam(
        keep=lambda m, v, m_hat, v_hat: (v, m)
    ),
    ("The two betas are exchanged: the first belongs to exp_avg, the second to exp_avg_sq."): Adam(
        betas=lambda betas: betas[::-1]
    ),
    ("beta and 1 - beta are exchanged in your means: beta weights the old mean."): Adam(
        mean=lambda beta, m, dw: (1 - beta) * m + beta * dw,
        square=lambda beta, v, dw, m: (1 - beta) * v + beta * dw**2,
    ),
    ("You multiply by the root. m_hat is divided by sqrt(v_hat) + eps."): Adam(
        move=lambda w, lr, m, v, eps: w - lr * m * (np.sqrt(v) + eps)
    ),
    (
        "The gradient's square goes into exp_avg, and the gradient into exp_avg_sq: it is the "
        "other way round."
    ): Adam(
        mean=lambda beta, m, dw: beta * m + (1 - beta) * dw**2,
        square=lambda beta, v, dw, m: beta * v + (1 - beta) * dw,
    ),
    ("The gradient goes into exp_avg_sq as it is. Its square belongs there."): Adam(
        square=lambda beta, v, dw, m: beta * v + (1 - beta) * dw
    ),
    ("The gradient is doubled, where its square belongs: dw**2 and not dw * 2."): Adam(
        square=lambda beta, v, dw, m: beta * v + (1 - beta) * dw * 2
    ),
    ("The mean goes into exp_avg_sq. The square of the gradient belongs there."): Adam(
        square=lambda beta, v, dw, m: beta * v + (1 - beta) * m**2
    ),
    ("The square of the gradient goes into exp_avg. The gradient itself belongs there."): Adam(
        mean=lambda beta, m, dw: beta * m + (1 - beta) * dw**2
    ),
    ("The new gradient counts in full in your means: its weight is 1 - beta."): Adam(
        mean=lambda beta, m, dw: beta * m + dw,
        square=lambda beta, v, dw, m: beta * v + dw**2,
    ),
    ("The new gradient counts in full in exp_avg: its weight is 1 - beta1."): Adam(
        mean=lambda beta, m, dw: beta * m + dw
    ),
    ("The new square counts in full in exp_avg_sq: its weight is 1 - beta2."): Adam(
        square=lambda beta, v, dw, m: beta * v + dw**2
    ),
    ("exp_avg_sq never falls in your code. It is the running mean, whether or not it falls."): (
        Adam(square=lambda beta, v, dw, m: np.maximum(v, beta * v + (1 - beta) * dw**2))
    ),
    (
        "The squares add up, as in Adagrad: exp_avg_sq is beta2 * exp_avg_sq + (1 - beta2) * dw**2."
    ): Adam(square=lambda beta, v, dw, m: v + dw**2),
    (
        "The mean enters exp_avg with a minus: it is a mean of gradients, beta1 * exp_avg + "
        "(1 - beta1) * dw."
    ): Adam(mean=lambda beta, m, dw: beta * m - (1 - beta) * dw),
}


def _epsuncorrected(w: Any, dw: Any, config: Any) -> Any:
    """The corrections are drawn into the rate, and eps is left as it is."""
    _, after = adam(w, dw, config)
    lr, (b1, b2), eps = (config.get(key, value) for key, value in DEFAULTS.items())
    rate = lr * np.sqrt(1 - b2 ** after["step"]) / (1 - b1 ** after["step"])
    return w - rate * after["exp_avg"] / (np.sqrt(after["exp_avg_sq"]) + eps), after


def _moved_by_gradient(w: Any, dw: Any, config: Any) -> Any:
    new, after = adam(w, dw, config)
    m_hat = after["exp_avg"] / (1 - config.get("betas", DEFAULTS["betas"])[0] ** after["step"])
    return w + (new - w) / m_hat * dw, after


def _gradient_twice(w: Any, dw: Any, config: Any) -> Any:
    new, after = adam(w, dw, config)
    return w + (new - w) * dw, after


def _next_step(w: Any, dw: Any, config: Any) -> Any:
    return adam(w, dw, {**config, "step": config.get("step", 0) + 10})


# Two at once: what is often met together.
_STEPS = {
    "eps stands inside your root": lambda w, lr, m, v, eps: w - lr * m / np.sqrt(v + eps),
    "eps is missing": lambda w, lr, m, v, eps: w - lr * m / np.sqrt(v),
    "the step goes uphill": lambda w, lr, m, v, eps: w + lr * m / (np.sqrt(v) + eps),
}
_CORRECTIONS = {
    "there is no bias correction, division by 1 - beta**step": both(uncorrected),
    "exp_avg is not corrected": Adam(m_hat=uncorrected),
    "exp_avg_sq is not corrected": Adam(v_hat=uncorrected),
    "the corrections divide by 1 - beta, and not by 1 - beta**step": both(
        lambda mean, beta, t: mean / (1 - beta)
    ),
}
_TOGETHER = tuple(
    Mistake(f"Two things: {correction}; and {step}.", replace(recipe, move=move))
    for correction, recipe in _CORRECTIONS.items()
    for step, move in _STEPS.items()
)

MISTAKES = (
    *(
        Mistake(hint, recipe, divides_by_zero if recipe is NOT_COUNTED else None)
        for hint, recipe in (OF_STEP_AND_CORRECTIONS | _OF_MEANS_AND_MOVES).items()
    ),
    *_TOGETHER,
    Mistake(
        "eps is added before the correction. With the corrections drawn into the rate it has to be "
        "multiplied by sqrt(1 - beta2**step); plainer is sqrt(v_hat) + eps.",
        _epsuncorrected,
    ),
    Mistake(
        "The gradient itself moves w. It is its corrected mean, m_hat, that is divided by the "
        "root.",
        _moved_by_gradient,
    ),
    Mistake(
        "Your step is multiplied by the gradient once more. m_hat is in the gradient's place.",
        _gradient_twice,
    ),
    Mistake(
        "Your step is not the one that config has, plus 1. Keep it in config and nowhere else: a "
        "counter of your own is shared by all parameters, and goes on from call to call.",
        _next_step,
        _of_another_step,
    ),
)
