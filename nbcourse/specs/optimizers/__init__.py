"""Sheet "optimizers": rules that make a step from a gradient, then batches and schedules.

In each module an exercise comes with its inputs before it. Mistakes of the formulas stand beside
the rule or in a module of their own, those of settings and state, which all rules share, in
``state_slips``.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.optimizers.adam import ADAM
from nbcourse.specs.optimizers.batches import MINIBATCHES
from nbcourse.specs.optimizers.deltas import ADADELTA
from nbcourse.specs.optimizers.regression import LINEAR_REGRESSION_SGD
from nbcourse.specs.optimizers.schedules import (
    COSINE_RESTARTS,
    INVERSE_TIME_DECAY,
    STEP_DECAY,
    TRIANGULAR_LR,
)
from nbcourse.specs.optimizers.signs import RPROP
from nbcourse.specs.optimizers.squares import ADAGRAD, RMSPROP
from nbcourse.specs.optimizers.velocity import MOMENTUM, NESTEROV, SGD

SHEET = Sheet(
    "optimizers",
    "Optimizers",
    (
        SGD,
        MOMENTUM,
        NESTEROV,
        RPROP,
        ADAGRAD,
        ADADELTA,
        RMSPROP,
        ADAM,
        LINEAR_REGRESSION_SGD,
        MINIBATCHES,
        STEP_DECAY,
        INVERSE_TIME_DECAY,
        TRIANGULAR_LR,
        COSINE_RESTARTS,
    ),
)
