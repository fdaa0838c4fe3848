"""What people make of Adam's step and of the corrections for a start at zero."""

from typing import Any

from nbcourse.exercise.cases import Raised
from nbcourse.specs.optimizers.adam_steps import Adam, Step


def both(correct: Step) -> Adam:
    """Both means corrected in another way."""
    return Adam(m_hat=correct, v_hat=correct)


def uncorrected(mean: Any, beta: float, t: int) -> Any:
    """The mean as it is."""
    return mean


# The first step divides by 0 there, and plain numbers in place of arrays make that an error.
NOT_COUNTED = Adam(count=lambda step: (step, step + 1))


def divides_by_zero(args: tuple[Any, ...], result: Any) -> bool:
    """Whether the first step stops at 1 - beta**0, and no later one stops."""
    stopped = isinstance(result, Raised)
    return stopped == ("step" not in args[2]) and (
        not stopped or result.kind == "ZeroDivisionError"
    )


OF_STEP_AND_CORRECTIONS: dict[str, Adam] = {
    (
        "The bias correction uses the old step: in the first step that is 0, and 1 - beta**0 is 0. "
        "Count the step up first, then use it."
    ): NOT_COUNTED,
    (
        "The bias correction uses the old step, and is left out where that is 0. Count the step up "
        "first: then it is 1 in the first step, and there is nothing to leave out."
    ): Adam(
        count=NOT_COUNTED.count,
        m_hat=lambda mean, beta, t: mean / (1 - beta**t) if t else mean,
        v_hat=lambda mean, beta, t: mean / (1 - beta**t) if t else mean,
    ),
    (
        "The step is not counted: it stays what it was, 0 in the first step, where 1 - beta**0 "
        "is 0. Add 1 before it is used, and keep it in the config that you return."
    ): Adam(count=lambda step: (step, step)),
    (
        "The step is counted for the corrections, and the old one is returned: put the new step "
        "into config."
    ): Adam(count=lambda step: (step + 1, step)),
    ("The step is counted up twice, once before it is used and once after."): Adam(
        count=lambda step: (step + 1, step + 2)
    ),
    ("The corrections use a step too many: the step is counted up by 1, and that is used."): Adam(
        count=lambda step: (step + 2, step + 1)
    ),
    (
        "Your step begins at 1 where config has none, and is 2 after the first step. It counts the "
        "steps made, so it begins at 0."
    ): Adam(count=lambda step: (step + 1 + (step == 0), step + 1 + (step == 0))),
    (
        "Your step begins at 1 and is counted up after it is used, so it is always one ahead in "
        "config. It begins at 0, and is counted up first."
    ): Adam(count=lambda step: (max(step, 1), max(step, 1) + 1)),
    (
        "There is no bias correction: both means begin at 0 and are too small at first. Divide "
        "them by 1 - beta1**step and 1 - beta2**step."
    ): both(uncorrected),
    ("exp_avg is not corrected for its start at 0: divide it by 1 - beta1**step."): Adam(
        m_hat=uncorrected
    ),
    ("exp_avg_sq is not corrected for its start at 0: divide it by 1 - beta2**step."): Adam(
        v_hat=uncorrected
    ),
    (
        "The corrections divide by 1 - beta, as if every step were the first. The power is "
        "missing: 1 - beta**step."
    ): both(lambda mean, beta, t: mean / (1 - beta)),
    ("The corrections divide by 1 - beta**2. The power is the step: 1 - beta**step."): both(
        lambda mean, beta, t: mean / (1 - beta**2)
    ),
    ("The corrections divide by (1 - beta)**step. beta alone is raised: 1 - beta**step."): both(
        lambda mean, beta, t: mean / (1 - beta) ** t
    ),
    ("The corrections divide by 1 - beta * step. It is a power: 1 - beta**step."): both(
        lambda mean, beta, t: mean / (1 - beta * t)
    ),
    ("The corrections multiply by 1 - beta**step. Divide by it: the means are too small."): both(
        lambda mean, beta, t: mean * (1 - beta**t)
    ),
    ("Both corrections use beta1. That of exp_avg_sq uses its own, 1 - beta2**step."): Adam(
        correcting=lambda betas: (betas[0], betas[0])
    ),
    ("Both corrections use beta2. That of exp_avg uses its own, 1 - beta1**step."): Adam(
        correcting=lambda betas: (betas[1], betas[1])
    ),
    ("The corrections have exchanged their betas: beta1 belongs to exp_avg."): Adam(
        correcting=lambda betas: betas[::-1]
    ),
    ("The root is taken before the correction. It is that of v_hat: sqrt(v / (1 - beta2**t))."): (
        Adam(v_hat=lambda mean, beta, t: mean / (1 - beta**t) ** 2)
    ),
    ("The parentheses are missing in your corrections: exp_avg / (1 - beta1**step)."): both(
        lambda mean, beta, t: mean / 1 - beta**t
    ),
    ("The corrections divide by beta**step. It is 1 - beta**step."): both(
        lambda mean, beta, t: mean / beta**t
    ),
    (
        "The corrected means are kept as the state. Keep exp_avg and exp_avg_sq as they were "
        "before the correction: it is made anew in every step."
    ): Adam(keep=lambda m, v, m_hat, v_hat: (m_hat, v_hat)),
}
