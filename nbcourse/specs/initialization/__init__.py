"""Sheet "initialization": random matrices and what becomes of a signal in a stack of them.

Random matrices are judged by what all right ones have in common (``judging``, ``orthogonal``), the
other functions by comparison with the reference.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.initialization.normals import KAIMING_NORMAL, XAVIER_NORMAL
from nbcourse.specs.initialization.orthogonal import ORTHOGONAL
from nbcourse.specs.initialization.prediction import PREDICT_LAYER_STD
from nbcourse.specs.initialization.scaling import LSUV
from nbcourse.specs.initialization.statistics import LAYER_STATISTICS
from nbcourse.specs.initialization.uniforms import KAIMING_UNIFORM, XAVIER_UNIFORM

SHEET = Sheet(
    "initialization",
    "Initialization",
    (
        XAVIER_NORMAL,
        XAVIER_UNIFORM,
        KAIMING_NORMAL,
        KAIMING_UNIFORM,
        ORTHOGONAL,
        LAYER_STATISTICS,
        PREDICT_LAYER_STD,
        LSUV,
    ),
)
