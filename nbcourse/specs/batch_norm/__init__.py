"""Sheet "batch-norm": batch norm both ways, layer norm, dropout, and a residual block.

In each module an exercise comes with its inputs. The mistakes that students make are the right
computation with one step exchanged: the steps stand in modules of their own.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.batch_norm.drop import DROPOUT_BACKWARD, DROPOUT_FORWARD
from nbcourse.specs.batch_norm.forward import BATCHNORM_FORWARD
from nbcourse.specs.batch_norm.layer import LAYERNORM_BACKWARD
from nbcourse.specs.batch_norm.layer_forward import LAYERNORM_FORWARD
from nbcourse.specs.batch_norm.short import BATCHNORM_BACKWARD
from nbcourse.specs.batch_norm.shortcut import RESIDUAL_BACKWARD
from nbcourse.specs.batch_norm.staged import BATCHNORM_BACKWARD_STAGED

SHEET = Sheet(
    "batch-norm",
    "Batch norm",
    (
        BATCHNORM_FORWARD,
        BATCHNORM_BACKWARD_STAGED,
        BATCHNORM_BACKWARD,
        LAYERNORM_FORWARD,
        LAYERNORM_BACKWARD,
        DROPOUT_FORWARD,
        DROPOUT_BACKWARD,
        RESIDUAL_BACKWARD,
    ),
)
