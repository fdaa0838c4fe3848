"""A small course with one sheet, released once and copied for every test that changes it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from nbcourse.authoring.release import Released, drift, release
from nbcourse.exercise import Exercise, Sheet

# The demo brings its own check, so that running it needs no sheet of the course.
SOLVED = '''\
# Demo

```{code-cell}
:tags: [given]

class Score(float):
    __repr__ = float.__repr__

def check(name, function, seed=None):
    return Score(2.0 * (function(3) == 6))
```

```{code-cell}
:tags: [solution]

def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    total = x + x
    return total
    ### END SOLUTION
```

```{code-cell}
:tags: [check]

check("double", double)
```
'''


def _double(x: float) -> float:
    return x + x


def demo_sheet(name: str) -> Sheet:
    """A sheet with one exercise, worth 2 points."""
    exercise = Exercise(
        name="double",
        points=2,
        reference=_double,
        parts=("out",),
        cases=lambda rng: [],
        mistakes=(),
        alternatives=(),
        summary="",
    )
    return Sheet(name, name.title(), (exercise,))


@dataclass
class DemoCourse:
    """A course folder and the sheets that it has specs of."""

    path: Path
    sheets: tuple[Sheet, ...] = (demo_sheet("demo"),)

    @property
    def solved(self) -> Path:
        return self.path / "solutions" / "demo.md"

    @property
    def notebook(self) -> Path:
        return self.path / "exercises" / "demo" / "demo.ipynb"

    def release(self, names: Sequence[str] = (), run: bool = False) -> list[Released]:
        return release(self.path, self.sheets, names, run=run)

    def drift(self, names: Sequence[str] = ()) -> list[str]:
        return drift(self.path, self.sheets, names)

    def add_sheet(self, name: str) -> None:
        """Add the spec of a sheet, not its solution."""
        self.sheets = (*self.sheets, demo_sheet(name))

    def rewrite(self, old: str, new: str) -> None:
        """Replace a text in the solved sheet, which must be there."""
        text = self.solved.read_text(encoding="utf-8")
        assert old in text
        self.solved.write_text(text.replace(old, new), encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Every file but the gradebook, whose bytes are SQLite's business."""
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file() and path.name != "gradebook.db"
        }


@pytest.fixture(scope="session")
def released(root: Path, tmp_path_factory: pytest.TempPathFactory) -> DemoCourse:
    """A course whose sheet is released; its folder's name is one that patterns trip over."""
    path = tmp_path_factory.mktemp("released") / "c+o (1)"
    (path / "solutions").mkdir(parents=True)
    shutil.copy(root / "nbgrader_config.py", path)
    course = DemoCourse(path)
    course.solved.write_text(SOLVED, encoding="utf-8")
    (entry,) = course.release()
    assert (entry.changed, entry.notebook) == (True, course.notebook)
    return course


@pytest.fixture
def course(released: DemoCourse, tmp_path: Path) -> DemoCourse:
    """A copy of that course, to change."""
    return DemoCourse(Path(shutil.copytree(released.path, tmp_path / "course")))
