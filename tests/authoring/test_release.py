"""Releasing a sheet: the files it writes, and what nbgrader makes of them."""

import json
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import pytest

from nbcourse.authoring.course import load_config
from nbcourse.authoring.generate import record_sheets
from nbcourse.authoring.secret import course_secret, hidden_seed
from nbcourse.errors import CourseError
from tests.commands import environment, run_commands

if TYPE_CHECKING:
    from tests.authoring.conftest import DemoCourse


def _cells(path: Path) -> dict[str, dict[str, Any]]:
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def _nbgrader(course: Path, *arguments: str) -> None:
    """Run a plain nbgrader command as an instructor would in the course folder."""
    (done,) = run_commands(course, environment(), ("nbgrader", *arguments))
    assert done.returncode == 0, done.stderr


def test_a_release_writes_these_files_and_no_other(released: "DemoCourse") -> None:
    files = released.files()
    assert list(files) == [
        ".nbcourse/secret",
        "_build/source/demo/demo.ipynb",
        "exercises/demo/demo.ipynb",
        "nbgrader_config.py",
        "solutions/demo.md",
    ]
    for path in ("_build/source/demo/demo.ipynb", "exercises/demo/demo.ipynb"):
        assert files[path].endswith(b"\n}\n")


def test_students_get_the_stub_and_the_visible_check_alone(released: "DemoCourse") -> None:
    cells = _cells(released.notebook)
    assert list(cells) == ["text-demo", "given-demo", "double", "check-double"]
    stub = "".join(cells["double"]["source"])
    assert stub == (
        'def double(x):\n    """Return 2 x."""\n    # Your code here\n'
        '    raise NotImplementedError("Replace this line with your code.")'
    )
    namespace: dict[str, Any] = {}
    exec(stub, namespace)
    with pytest.raises(NotImplementedError):
        namespace["double"](1)
    assert "".join(cells["check-double"]["source"]) == 'check("double", double)'
    shown = released.notebook.read_text(encoding="utf-8").replace("seed=None", "")
    seed = hidden_seed(course_secret(released.path), "demo", "double")
    assert [word for word in (seed, "seed", "SOLUTION", "HIDDEN", "total") if word in shown] == []
    assert f'seed=\\"{seed}\\"'.encode() in released.files()["_build/source/demo/demo.ipynb"]


def test_a_second_release_changes_no_byte_and_touches_no_file(course: "DemoCourse") -> None:
    before = course.files()
    stamps = {name: (course.path / name).stat().st_mtime_ns for name in before}
    (entry,) = course.release()
    assert not entry.changed
    assert course.files() == before
    assert {name: (course.path / name).stat().st_mtime_ns for name in before} == stamps


def test_a_changed_sheet_is_released_anew(course: "DemoCourse") -> None:
    course.rewrite("Return 2 x.", "Return twice x.")
    (entry,) = course.release()
    assert entry.changed
    assert "twice" in entry.notebook.read_text(encoding="utf-8")


@pytest.mark.parametrize("trace", ["an output", "an answer"])
def test_a_notebook_with_work_in_it_is_never_replaced(course: "DemoCourse", trace: str) -> None:
    path = course.notebook
    notebook = json.loads(path.read_text())
    cell = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution"))
    if trace == "an output":
        cell["execution_count"] = 1
    else:
        cell["source"] = ["def double(x):\n", "    return 2 * x"]
    path.write_text(json.dumps(notebook))
    before = path.read_bytes()
    with pytest.raises(CourseError, match="somebody has worked in"):
        course.release()
    assert path.read_bytes() == before
    path.unlink()
    course.release()
    assert "raise NotImplementedError" in path.read_text()


def test_a_named_sheet_is_released_though_another_has_no_solution(course: "DemoCourse") -> None:
    course.add_sheet("other")
    assert [entry.sheet.name for entry in course.release(["demo"])] == ["demo"]


def test_nothing_beside_the_source_notebook_reaches_the_students(course: "DemoCourse") -> None:
    folder = course.path / "_build" / "source" / "demo"
    (folder / "solution.md").write_text("x + x")
    (folder / "data").mkdir()
    (folder / "data" / "answers.csv").write_text("6")
    course.release()
    assert [path.name for path in folder.iterdir()] == ["demo.ipynb"]
    assert [path.name for path in course.notebook.parent.iterdir()] == ["demo.ipynb"]


def test_plain_nbgrader_gives_the_same_bytes(course: "DemoCourse") -> None:
    before = course.files()
    rmtree(course.path / "exercises")
    _nbgrader(course.path, "generate_assignment", "demo")
    assert course.files() == before


def test_the_gradebook_knows_the_graded_cells(released: "DemoCourse") -> None:
    from nbgrader.api import Gradebook

    url = str(load_config(released.path).CourseDirectory.db_url)
    assert str(released.path / "gradebook.db") in url
    with Gradebook(url, "nbcourse") as gradebook:
        notebook = gradebook.find_notebook("demo", "demo")
        checks = [(cell.name, cell.max_score) for cell in notebook.grade_cells]
        assert checks == [("check-double", 2.0)]
        assert [cell.name for cell in notebook.solution_cells] == ["double"]
        sources = {cell.name: cell.source for cell in notebook.source_cells}
    assert "BEGIN HIDDEN TESTS" in sources["check-double"]


def test_another_course_can_record_the_built_sheets(course: "DemoCourse") -> None:
    from nbgrader.api import Gradebook

    other = course.path / "examples"
    other.mkdir()
    text = (course.path / "nbgrader_config.py").read_text(encoding="utf-8")
    (other / "nbgrader_config.py").write_text(text.replace('"_build/', '"../_build/'), "utf-8")
    config = load_config(other)
    record_sheets(other, config, ["demo"])
    assert sorted(path.name for path in other.iterdir()) == ["gradebook.db", "nbgrader_config.py"]
    with Gradebook(str(config.CourseDirectory.db_url)) as gradebook:
        assert gradebook.find_notebook("demo", "demo").max_score == 2.0
    with pytest.raises(CourseError, match=r"'dome' is not built.*Run 'nbcourse release'"):
        record_sheets(other, config, ["dome"])
