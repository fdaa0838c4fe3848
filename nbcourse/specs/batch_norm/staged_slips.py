"""What goes wrong in the stages of batch norm's way back."""

from typing import Any

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.exercise.comparison import same
from nbcourse.specs.batch_norm.staged_steps import Staged


def _to_the(power: int) -> Any:
    """A stage dvar with another power of one over the standard deviation."""
    return lambda s: -0.5 * s.inv**power * np.sum(s.dx_hat * s.centered, axis=0)


IN_DX_HAT = (
    Mistake(
        "gamma is missing in dx_hat. The output is gamma * x_hat + beta, so the gradient of x_hat "
        "is dout * gamma.",
        Staged(dx_hat=lambda s: s.dout),
    ),
    Mistake(
        "Your dx_hat is dout times x_hat: that is what dgamma sums. For x_hat the other factor of "
        "the product counts, gamma.",
        Staged(dx_hat=lambda s: s.dout * s.centered * s.inv),
    ),
    Mistake(
        "In dx_hat you divide by gamma. x_hat is multiplied by gamma on the way forward, and so is "
        "its gradient on the way back.",
        Staged(dx_hat=lambda s: s.dout / s.gamma),
    ),
    Mistake(
        "You sum dout over the batch in dx_hat. Each entry of x_hat has a gradient of its own: "
        "dx_hat has the shape (N, D).",
        Staged(dx_hat=lambda s: s.dout.sum(axis=0) * s.gamma),
    ),
)

IN_DVAR = (
    Mistake(
        "The sign of your dvar is wrong: (var + eps)^(-1/2) falls as the variance grows, so its "
        "derivative is -1/2 (var + eps)^(-3/2).",
        Staged(dvar=lambda s: 0.5 * s.inv**3 * np.sum(s.dx_hat * s.centered, axis=0)),
    ),
    Mistake(
        "The factor 1/2 is missing in dvar: the derivative of (var + eps)^(-1/2) is "
        "-1/2 (var + eps)^(-3/2).",
        Staged(dvar=lambda s: -(s.inv**3) * np.sum(s.dx_hat * s.centered, axis=0)),
    ),
    Mistake(
        "You forget to differentiate the power in dvar: the derivative of (var + eps)^(-1/2) is "
        "-1/2 (var + eps)^(-3/2), the exponent goes down by one.",
        Staged(dvar=_to_the(1)),
    ),
    Mistake(
        "In dvar the power is -1. The derivative of (var + eps)^(-1/2) is -1/2 (var + eps)^(-3/2): "
        "the exponent goes down by one.",
        Staged(dvar=_to_the(2)),
    ),
    Mistake(
        "eps is missing in dvar: the power is that of var + eps.",
        Staged(dvar=lambda s: -0.5 * s.var**-1.5 * np.sum(s.dx_hat * s.centered, axis=0)),
    ),
    Mistake(
        "Your dvar is not summed over the batch. One variance served all N rows of its column: sum "
        "over axis 0.",
        Staged(dvar=lambda s: -0.5 * s.inv**3 * s.dx_hat * s.centered),
    ),
    Mistake(
        "Your dvar is a mean over the batch. All rows used the same variance, and their gradients "
        "add up: a sum, axis 0. The 1/N comes later, where var is computed from x.",
        Staged(dvar=lambda s: -0.5 * s.inv**3 * np.mean(s.dx_hat * s.centered, axis=0)),
    ),
    Mistake(
        "Your dvar starts from dout. It starts from dx_hat, which has the factor gamma.",
        Staged(dvar=lambda s: -0.5 * s.inv**3 * np.sum(s.dout * s.centered, axis=0)),
    ),
    Mistake(
        "Your dvar has x where x - mean belongs: what was divided by the root is x - mean.",
        Staged(dvar=lambda s: -0.5 * s.inv**3 * np.sum(s.dx_hat * s.x, axis=0)),
    ),
    Mistake(
        "Your dvar has x_hat where x - mean belongs. With x_hat only (var + eps)^(-1) is left in "
        "front, because x_hat has been divided already.",
        Staged(dvar=lambda s: -0.5 * s.inv**4 * np.sum(s.dx_hat * s.centered, axis=0)),
    ),
    Mistake(
        "Your dvar is 0. If you sum dx_hat and x - mean each for itself, the second sum is 0: "
        "multiply row by row first, then sum.",
        Staged(dvar=lambda s: -0.5 * s.inv**3 * s.dx_hat.sum(axis=0) * s.centered.sum(axis=0)),
    ),
    Mistake(
        "x - mean is missing in dvar. The root divides it, so it stays as a factor.",
        Staged(dvar=lambda s: -0.5 * s.inv**3 * np.sum(s.dx_hat, axis=0)),
    ),
)

IN_DMEAN = (
    Mistake(
        "Your dmean is 0: the path through the mean is missing. All rows of x_hat used the mean, "
        "with the factor -1 / sqrt(var + eps): sum dx_hat times that over the batch.",
        Staged(dmean=lambda s: np.zeros_like(s.gamma)),
    ),
    Mistake(
        "The sign of your dmean is wrong: the mean is subtracted on the way forward.",
        Staged(dmean=lambda s: s.inv * s.dx_hat.sum(axis=0)),
    ),
    Mistake(
        "Your dmean is not summed over the batch. One mean served all N rows of its column.",
        Staged(dmean=lambda s: -s.inv * s.dx_hat),
    ),
    Mistake(
        "Your dmean is a mean over the batch. All rows used the same mean, and their gradients add "
        "up: a sum, axis 0. The 1/N comes in dx, where the mean is computed from x.",
        Staged(dmean=lambda s: -s.inv * s.dx_hat.mean(axis=0)),
    ),
    Mistake(
        "Your dmean starts from dout. It starts from dx_hat, which has the factor gamma.",
        Staged(dmean=lambda s: -s.inv * s.dout.sum(axis=0)),
    ),
    Mistake(
        "1 / sqrt(var + eps) is missing in dmean: x - mean is multiplied by it on the way forward.",
        Staged(dmean=lambda s: -s.dx_hat.sum(axis=0)),
    ),
    Mistake(
        "In dmean you divide by the variance. x - mean is divided by its root.",
        Staged(dmean=lambda s: -(s.inv**2) * s.dx_hat.sum(axis=0)),
    ),
    Mistake(
        "In the second term of dmean x stands where x - mean belongs. With x - mean the sum is 0.",
        Staged(dmean=lambda s: -s.inv * s.dx_hat.sum(axis=0) + s.dvar * np.mean(-2 * s.x, axis=0)),
    ),
    Mistake(
        "The second term of your dmean is dvar without the factor -2/N sum(x - mean), which is 0.",
        Staged(dmean=lambda s: -s.inv * s.dx_hat.sum(axis=0) + s.dvar),
    ),
    Mistake(
        "The second term of your dmean is not summed over the batch: dvar * -2/N sum(x - mean), "
        "which is 0.",
        Staged(dmean=lambda s: -s.inv * s.dx_hat.sum(axis=0) - 2.0 / s.n * s.dvar * s.centered),
        lambda args, result: (
            np.shape(result["dmean"]) == args[0].shape
            and same(result["dvar"], Staged()(*args)["dvar"])
        ),
    ),
)
