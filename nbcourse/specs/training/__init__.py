"""Sheet "training": what practice adds to an optimizer, and what to look at while it runs.

In each module an exercise comes with its inputs before it and the mistakes that students make in
it.
"""

from nbcourse.exercise import Sheet
from nbcourse.specs.training.averages import POLYAK_AVERAGE
from nbcourse.specs.training.norms import CLIP_GRAD_NORM
from nbcourse.specs.training.patience import EARLY_STOPPING
from nbcourse.specs.training.ratios import UPDATE_RATIO

SHEET = Sheet(
    "training",
    "Training in practice",
    (CLIP_GRAD_NORM, POLYAK_AVERAGE, EARLY_STOPPING, UPDATE_RATIO),
)
