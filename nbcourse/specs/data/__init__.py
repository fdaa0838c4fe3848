"""Sheet "data": bring features to one scale, and make them uncorrelated."""

from nbcourse.exercise import Sheet
from nbcourse.specs.data.scale import STANDARDIZE
from nbcourse.specs.data.whiten import PCA_WHITEN

SHEET = Sheet("data", "Preparing data", (STANDARDIZE, PCA_WHITEN))
