"""Sheet "networks": layers, losses and a penalty one by one, then whole networks and their metrics.

In each module an exercise comes with its inputs before it and the mistakes that students make in
it. A network's mistakes are the right network with one step exchanged.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.networks.binary import BINARY_CROSS_ENTROPY
from nbcourse.specs.networks.counting import COUNT_PARAMETERS, TOP_K_ACCURACY
from nbcourse.specs.networks.linear import LINEAR_FORWARD
from nbcourse.specs.networks.linear_backward import LINEAR_BACKWARD
from nbcourse.specs.networks.mlp import MLP_LOSS
from nbcourse.specs.networks.penalty import L2_PENALTY
from nbcourse.specs.networks.rectifier import RELU_BACKWARD, RELU_FORWARD
from nbcourse.specs.networks.softmax import SOFTMAX_CROSS_ENTROPY
from nbcourse.specs.networks.squares import SUM_OF_SQUARES
from nbcourse.specs.networks.two_layer import TWO_LAYER_LOSS

SHEET = Sheet(
    "networks",
    "Networks",
    (
        LINEAR_FORWARD,
        LINEAR_BACKWARD,
        RELU_FORWARD,
        RELU_BACKWARD,
        SOFTMAX_CROSS_ENTROPY,
        BINARY_CROSS_ENTROPY,
        SUM_OF_SQUARES,
        L2_PENALTY,
        TWO_LAYER_LOSS,
        MLP_LOSS,
        TOP_K_ACCURACY,
        COUNT_PARAMETERS,
    ),
)
