"""Sheet "gradient-checking": measure a gradient, compare two, locate a wrong one."""

from nbcourse.exercise import Sheet
from nbcourse.specs.gradient_checking.compare import RELATIVE_ERROR
from nbcourse.specs.gradient_checking.locate import FIND_WRONG_NODE
from nbcourse.specs.gradient_checking.measure import NUMERICAL_GRADIENT

SHEET = Sheet(
    "gradient-checking",
    "Gradient checking",
    (NUMERICAL_GRADIENT, RELATIVE_ERROR, FIND_WRONG_NODE),
)
