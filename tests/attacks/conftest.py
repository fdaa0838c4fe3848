"""All attacks handed in beside honest neighbours, and graded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.classroom import Graded, grade_class


@pytest.fixture(scope="session")
def graded(root: Path) -> Iterator[Graded]:
    """The class, graded."""
    with grade_class(root) as class_:
        yield class_
