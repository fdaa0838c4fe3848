"""Sheet "activations": from the slope of a sigmoid to units that learn their own activation.

In each module an exercise comes with its inputs before it and the mistakes that students make in
it.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.activations.dead import DEAD_UNIT_FRACTION
from nbcourse.specs.activations.exponential import ELU
from nbcourse.specs.activations.leaky import LEAKY_RELU
from nbcourse.specs.activations.maximum import MAXOUT
from nbcourse.specs.activations.parametric import PRELU
from nbcourse.specs.activations.scaled import SELU
from nbcourse.specs.activations.sigmoid import SIGMOID
from nbcourse.specs.activations.softmax import SOFTMAX
from nbcourse.specs.activations.swish import SWISH
from nbcourse.specs.activations.tanh import TANH

SHEET = Sheet(
    "activations",
    "Activation functions",
    (
        SIGMOID,
        TANH,
        SOFTMAX,
        LEAKY_RELU,
        ELU,
        SELU,
        PRELU,
        SWISH,
        MAXOUT,
        DEAD_UNIT_FRACTION,
    ),
)
