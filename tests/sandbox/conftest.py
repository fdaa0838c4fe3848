"""One sandbox for all tests of it, and workers from it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nbcourse.grading.sandbox import Needs, Sandbox, choose_sandbox, open_sandbox
from nbcourse.grading.student import Limits, Student

QUICK = Limits(cell=20, call=10)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The sandbox that this machine has; a machine without one fails these tests."""
    opened = open_sandbox(choose_sandbox(), Needs())
    yield opened
    opened.close()


@pytest.fixture
def student(sandbox: Sandbox) -> Iterator[Student]:
    """A student's process of its own."""
    with Student(QUICK, start=sandbox.start) as student:
        yield student


@pytest.fixture
def said(student: Student) -> Callable[[str], str]:
    """Run a cell and return what it printed or raised."""

    def said(source: str) -> str:
        outputs: list[dict[str, Any]] = student.run("cell", source)
        return "".join(str(each.get("text", each.get("ename", ""))) for each in outputs).strip()

    return said
