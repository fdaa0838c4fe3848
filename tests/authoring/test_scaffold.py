"""``nbcourse new``: the sheet that it writes works at once, and nothing is written over."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from nbcourse.authoring.release import release
from nbcourse.authoring.scaffold import NewSheet, new_sheet
from nbcourse.cli import cli
from nbcourse.errors import CourseError
from nbcourse.exercise import Exercise, Sheet, check_function
from nbcourse.specs import sheets
from tests.mutants import changing_inputs, mutants

TITLE = r'Gates with \squares\ and "quotes"'


@pytest.fixture
def course(root: Path, tmp_path: Path) -> Path:
    """A course folder with a library in it that has no sheet yet."""
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "nbcourse" / "specs").mkdir(parents=True)
    return tmp_path


def begin(
    course: Path, name: str, title: str | None = None, function: str | None = None
) -> NewSheet:
    return new_sheet(course, course / "nbcourse" / "specs", sheets(), name, title, function)


def defined(path: Path) -> Sheet:
    """The sheet that a module defines."""
    spec = importlib.util.spec_from_file_location(f"spec_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.SHEET, Sheet)
    return module.SHEET


def one_exercise(made: NewSheet) -> Exercise:
    (exercise,) = defined(made.spec).exercises
    assert isinstance(exercise, Exercise)
    return exercise


def test_names_follow_the_sheets_name(course: Path) -> None:
    made = begin(course, "layer-norm")
    assert made.solution == course / "solutions" / "layer-norm.md"
    assert made.spec == course / "nbcourse" / "specs" / "layer_norm.py"
    sheet = defined(made.spec)
    assert (sheet.name, sheet.title) == ("layer-norm", "Layer norm")
    assert one_exercise(made).name == made.function == "layer_norm_backward"


def test_it_is_released_from_the_first_moment(course: Path) -> None:
    made = begin(course, "squares", TITLE, "gate")
    sheet = defined(made.spec)
    assert sheet.title == TITLE
    (released,) = release(course, [sheet], ["squares"])
    text = released.notebook.read_text(encoding="utf-8")
    assert "def gate(dout, cache):" in text
    assert "dout * x**2" not in text
    assert "@" not in made.solution.read_text(encoding="utf-8")


def test_its_check_tells_right_from_wrong(course: Path) -> None:
    exercise = one_exercise(begin(course, "squares"))
    for right in (exercise.reference, *exercise.alternatives):
        assert check_function(exercise, right) == exercise.points
    for mistake in exercise.mistakes:
        score = check_function(exercise, mistake.function)
        assert score < exercise.points
        assert score.hint == mistake.hint
    assert len(exercise.mistakes) >= 3
    changing = changing_inputs(exercise)
    assert changing is not None
    found = [*mutants(exercise), ("changes its inputs", changing)]
    assert len(found) > 20
    assert [name for name, each in found if check_function(exercise, each).passed] == []


def test_its_solution_is_right(course: Path) -> None:
    made = begin(course, "squares")
    source = made.solution.read_text(encoding="utf-8")
    _, _, cell = source.partition(":tags: [solution]\n")
    namespace: dict[str, object] = {}
    exec(cell.partition("```")[0], namespace)
    exercise = one_exercise(made)
    assert check_function(exercise, namespace[made.function]) == exercise.points


def test_its_code_has_the_style_of_the_rest(course: Path, root: Path) -> None:
    made = begin(course, "squares", "A title")
    for command in (("check",), ("format", "--check")):
        subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *command,
                f"--config={root / 'pyproject.toml'}",
                made.spec,
            ],
            check=True,
            capture_output=True,
        )


REFUSED = {
    "capitals": (("Squares",), "'Squares' cannot be the name of a sheet"),
    "a path": (("../squares",), "cannot be the name of a sheet"),
    "two hyphens": (("a--b",), "cannot be the name of a sheet"),
    "a word of Python": (("lambda",), "cannot be the name of a sheet"),
    "a name of the package": (("find-sheet",), "means something else in nbcourse.specs"),
    "an empty title": (("squares", " "), "cannot be a title"),
    "a title of two lines": (("squares", "a\nb"), "cannot be a title"),
    "no name of a function": (("squares", None, "Gate"), "cannot be the name of an exercise"),
    "no function": (("squares", None, "return"), "cannot be the name of an exercise"),
    "a builtin": (("squares", None, "sum"), "'sum' means something else"),
    "what cells import": (("squares", None, "check"), "'check' means something else"),
    "taken": (("squares", None, "add_backward"), "is an exercise of the sheet 'graphs'"),
    "part of a project": (("squares", None, "predict"), "is an exercise of the sheet 'capstone'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_unfit_name_is_refused_and_nothing_written(name: str, course: Path) -> None:
    arguments, message = REFUSED[name]
    with pytest.raises(CourseError, match=message):
        begin(course, *arguments)
    assert not list((course / "solutions").iterdir())
    assert not list((course / "nbcourse" / "specs").iterdir())


@pytest.mark.parametrize(
    "there",
    ["solutions/my-sheet.md", "nbcourse/specs/my_sheet.py", "nbcourse/specs/my_sheet/__init__.py"],
)
def test_nothing_is_written_over(course: Path, there: str) -> None:
    path = course / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="is already there: choose another name"):
        begin(course, "my-sheet")
    assert path.read_text(encoding="utf-8") == "mine"
    assert [each for each in course.rglob("my*") if each.is_file() and each != path] == []


def test_a_library_elsewhere_is_named(course: Path) -> None:
    result = CliRunner().invoke(cli, ["-C", str(course), "new", "squares"], prog_name="nbcourse")
    assert result.exit_code == 1
    assert "the library in use is" in result.stderr
    assert "work in a copy of the repository" in result.stderr


def test_a_folder_without_solutions_is_named(course: Path) -> None:
    (course / "solutions").rmdir()
    with pytest.raises(CourseError, match="has no solutions/: new sheets are made in"):
        begin(course, "squares")


def test_the_command_says_what_it_wrote(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbcourse.specs.__file__", str(course / "nbcourse/specs/__init__.py"))
    arguments = ["-C", str(course), "new", "squares", "--function", "square_backward"]
    result = CliRunner().invoke(cli, arguments, prog_name="nbcourse")
    assert result.exit_code == 0, result.output
    assert result.output == (
        "Text and solution: solutions/squares.md\n"
        "What is checked:   nbcourse/specs/squares.py\n"
        "It has one exercise, square_backward. Try it: nbcourse release squares --run\n"
    )
