"""The one type that every module shares."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: An array of real numbers, float64 unless said otherwise.
Array: TypeAlias = NDArray[np.floating[Any]]
