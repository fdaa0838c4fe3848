"""Releasing a sheet: what is written, what is not, and what nbgrader makes of it."""

import json
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from nbcourse.authoring.course import course_path, find_course, load_config
from nbcourse.authoring.generate import record_sheets
from nbcourse.authoring.release import drift, release
from nbcourse.authoring.secret import SECRET_FILE, course_secret, hidden_seed
from nbcourse.errors import CourseError
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


def double(x: float) -> float:
    return x + x


def _sheet(name: str) -> Sheet:
    exercise = Exercise(
        name="double",
        points=2,
        reference=double,
        parts=("out",),
        cases=lambda rng: [],
        mistakes=(),
        alternatives=(),
        summary="",
    )
    return Sheet(name, name.title(), (exercise,))


SHEETS = (_sheet("demo"),)


@pytest.fixture(scope="module")
def released(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one released sheet; its folder's name is one that patterns trip over."""
    course = tmp_path_factory.mktemp("released") / "c+o (1)"
    (course / "solutions").mkdir(parents=True)
    shutil.copy(root / "nbgrader_config.py", course)
    (course / "solutions" / "demo.md").write_text(SOLVED, encoding="utf-8")
    (entry,) = release(course, SHEETS)
    assert entry.changed
    assert entry.notebook == course / "exercises" / "demo" / "demo.ipynb"
    return course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A copy of that course, to change."""
    return Path(shutil.copytree(released, tmp_path / "course"))


def _files(course: Path) -> dict[str, bytes]:
    """Every file of a course but the gradebook, whose bytes are SQLite's business."""
    return {
        str(path.relative_to(course)): path.read_bytes()
        for path in sorted(course.rglob("*"))
        if path.is_file() and path.name != "gradebook.db"
    }


def _rewrite(course: Path, old: str, new: str) -> None:
    path = course / "solutions" / "demo.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _cells(path: Path) -> dict[str, dict[str, Any]]:
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def _nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    scripts = sysconfig.get_path("scripts")
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": os.pathsep.join([scripts, os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=True,
    )


def test_a_release_writes_these_files_and_no_other(released: Path) -> None:
    assert list(_files(released)) == [
        ".nbcourse/secret",
        "_build/source/demo/demo.ipynb",
        "exercises/demo/demo.ipynb",
        "nbgrader_config.py",
        "solutions/demo.md",
    ]
    for path in ("_build/source/demo/demo.ipynb", "exercises/demo/demo.ipynb"):
        assert (released / path).read_bytes().endswith(b"\n}\n")


def test_students_get_the_stub_and_the_visible_check_alone(released: Path) -> None:
    path = released / "exercises" / "demo" / "demo.ipynb"
    cells = _cells(path)
    assert list(cells) == ["text-demo", "given-demo", "double", "check-double"]
    stub = "".join(cells["double"]["source"])
    assert stub == (
        'def double(x):\n    """Return 2 x."""\n    # Your code here\n'
        '    raise NotImplementedError("Replace this line with your code.")'
    )
    exec(stub, namespace := {})
    with pytest.raises(NotImplementedError):
        namespace["double"](1)
    assert "".join(cells["check-double"]["source"]) == 'check("double", double)'
    seed = hidden_seed(course_secret(released), "demo", "double")
    text = path.read_text(encoding="utf-8")
    for word in (seed, "seed=", "BEGIN SOLUTION", "HIDDEN", "total"):
        assert word not in text.replace("seed=None", "")
    source = (released / "_build/source/demo/demo.ipynb").read_text(encoding="utf-8")
    assert f'seed=\\"{seed}\\"' in source


def test_a_second_release_changes_no_byte(course: Path) -> None:
    before = _files(course)
    stamps = {path: (course / path).stat().st_mtime_ns for path in before}
    (entry,) = release(course, SHEETS)
    assert not entry.changed
    assert _files(course) == before
    assert {path: (course / path).stat().st_mtime_ns for path in before} == stamps


def test_plain_nbgrader_gives_the_same_bytes(course: Path) -> None:
    before = _files(course)
    shutil.rmtree(course / "exercises")
    _nbgrader(course, "generate_assignment", "demo")
    assert _files(course) == before


def test_the_gradebook_knows_the_graded_cells(released: Path) -> None:
    from nbgrader.api import Gradebook

    url = str(load_config(released).CourseDirectory.db_url)
    assert str(released / "gradebook.db") in url
    with Gradebook(url, "nbcourse") as gradebook:
        notebook = gradebook.find_notebook("demo", "demo")
        assert [(cell.name, cell.max_score) for cell in notebook.grade_cells] == [
            ("check-double", 2.0)
        ]
        assert [cell.name for cell in notebook.solution_cells] == ["double"]
        sources = {cell.name: cell.source for cell in notebook.source_cells}
    assert "BEGIN HIDDEN TESTS" in sources["check-double"]


def test_another_course_can_record_the_built_sheets(course: Path) -> None:
    from nbgrader.api import Gradebook

    other = course / "examples"
    other.mkdir()
    text = (course / "nbgrader_config.py").read_text(encoding="utf-8")
    (other / "nbgrader_config.py").write_text(text.replace('"_build/', '"../_build/'), "utf-8")
    config = load_config(other)
    record_sheets(other, config, ["demo"])
    assert sorted(path.name for path in other.iterdir()) == ["gradebook.db", "nbgrader_config.py"]
    with Gradebook(str(config.CourseDirectory.db_url)) as gradebook:
        assert gradebook.find_notebook("demo", "demo").max_score == 2.0
    with pytest.raises(CourseError, match=r"'dome' is not built.*Run 'nbcourse release'"):
        record_sheets(other, config, ["dome"])


def test_nothing_beside_the_source_notebook_reaches_the_students(course: Path) -> None:
    folder = course / "_build" / "source" / "demo"
    (folder / "solution.md").write_text("x + x")
    (folder / "data").mkdir()
    (folder / "data" / "answers.csv").write_text("6")
    release(course, SHEETS)
    assert [path.name for path in folder.iterdir()] == ["demo.ipynb"]
    assert [path.name for path in (course / "exercises" / "demo").iterdir()] == ["demo.ipynb"]


def test_a_changed_sheet_is_released_anew(course: Path) -> None:
    _rewrite(course, "Return 2 x.", "Return twice x.")
    (entry,) = release(course, SHEETS)
    assert entry.changed
    assert "twice" in entry.notebook.read_text(encoding="utf-8")


def _drop_end_marker(course: Path) -> None:
    _rewrite(course, "    ### END SOLUTION\n", "")


def _hidden_tests_stay(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.ClearHiddenTests.enabled = False\n")


def _signature_goes(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('c.ClearSolutions.begin_solution_delimeter = "START"\n')


def _unknown_preprocessor(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('c.IncludeHeaderFooter.header = "missing.ipynb"\n')


def _broken_config(course: Path) -> None:
    (course / "nbgrader_config.py").write_text("c = get_confg()\n")


def _sheet_without_spec(course: Path) -> None:
    (course / "solutions" / "extra.md").write_text(SOLVED, encoding="utf-8")


def _no_solution(course: Path) -> None:
    (course / "solutions" / "demo.md").unlink()


def _no_folder(course: Path) -> None:
    shutil.rmtree(course / "solutions")


def _damaged_secret(course: Path) -> None:
    (course / SECRET_FILE).write_text("abc")


@pytest.mark.parametrize(
    ("spoil", "names", "message"),
    [
        (_drop_end_marker, (), r'^solutions/demo.md:13 \(under "Demo"\): the body of'),
        (_hidden_tests_stay, (), "^the student notebook of 'demo' would show 'BEGIN HIDDEN TESTS'"),
        (_signature_goes, (), r"^the student notebook of 'demo' would lack 'def double\('"),
        (_unknown_preprocessor, (), "^nbgrader could not generate 'demo': FileNotFoundError"),
        (_broken_config, (), "nbgrader_config.py cannot be read: NameError: name 'get_confg'"),
        (_sheet_without_spec, (), "^solutions/extra.md has no spec: add nbcourse/specs/extra.py"),
        (_no_solution, (), "^the spec nbcourse/specs/demo.py has no solution: add solutions/demo"),
        (_no_folder, (), "has no solutions/"),
        (_damaged_secret, (), "secret is damaged: expected 64 hexadecimal digits"),
        (lambda course: None, ("dmo",), r"^unknown sheet 'dmo'. Did you mean 'demo'\? The sheets"),
    ],
)
def test_what_cannot_be_released_is_one_line_and_changes_nothing(
    spoil: Callable[[Path], None], names: tuple[str, ...], message: str, course: Path
) -> None:
    spoil(course)
    before = _files(course)
    with pytest.raises(CourseError, match=message) as caught:
        release(course, SHEETS, names)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1
    assert _files(course) == before


def test_every_problem_of_every_sheet_is_shown_at_once(course: Path) -> None:
    _rewrite(course, 'check("double", double)', 'check("dubble", dubble)')
    with pytest.raises(CourseError) as caught:
        release(course, (*SHEETS, _sheet("other")))
    assert len(str(caught.value).splitlines()) == 3


def test_a_named_sheet_is_released_though_another_has_a_problem(course: Path) -> None:
    assert [entry.sheet.name for entry in release(course, (*SHEETS, _sheet("b")), ["demo"])] == [
        "demo"
    ]


# nbgrader's own: it adds a submission to its assignment before it adds it to the session.
@pytest.mark.filterwarnings("ignore:Object of type <Submitted")
def test_new_graded_cells_after_grading_are_refused_in_one_line(course: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(str(load_config(course).CourseDirectory.db_url), "nbcourse") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission("demo", "ada")
    _rewrite(course, "# Demo", "# Another heading")
    before = _files(course)
    with pytest.raises(CourseError, match="changed after submissions were graded") as caught:
        release(course, SHEETS)
    assert "\n" not in str(caught.value)
    assert _files(course) == before


def test_running_a_sheet_finds_its_solutions_right(course: Path) -> None:
    assert [entry.sheet.name for entry in release(course, SHEETS, run=True)] == ["demo"]


def test_running_a_sheet_names_what_is_wrong(course: Path) -> None:
    _rewrite(course, "total = x + x", "total = x + 1")
    free = "\n```{code-cell}\n1 / 0\n```\n"
    (course / "solutions" / "demo.md").write_text(
        (course / "solutions" / "demo.md").read_text(encoding="utf-8") + free, "utf-8"
    )
    before = _files(course)
    with pytest.raises(CourseError) as caught:
        release(course, SHEETS, run=True)
    assert str(caught.value).splitlines() == [
        "solutions/demo.md, cell 'check-double': scores 0 of 2, and a solution must score all of "
        "them",
        "solutions/demo.md, cell 'free-demo': raises ZeroDivisionError: division by zero",
    ]
    assert _files(course) == before


def test_no_drift_after_a_release_and_nothing_is_touched(course: Path) -> None:
    shutil.rmtree(course / ".nbcourse")
    (course / "gradebook.db").unlink()
    before = _files(course)
    assert drift(course, SHEETS) == []
    assert _files(course) == before
    assert not (course / "gradebook.db").exists()


def test_drift_names_each_sheet_that_differs(course: Path) -> None:
    _rewrite(course, "Return 2 x.", "Return twice x.")
    (course / "exercises" / "old").mkdir()
    before = _files(course)
    assert drift(course, SHEETS) == [
        "exercises/demo/demo.ipynb differs from its solution: run 'nbcourse release demo'",
        "exercises/old is made by no sheet: delete it",
    ]
    (course / "exercises" / "demo" / "demo.ipynb").unlink()
    assert drift(course, SHEETS, ["demo"]) == [
        "exercises/demo/demo.ipynb is missing: run 'nbcourse release demo'"
    ]
    assert set(before) - set(_files(course)) == {"exercises/demo/demo.ipynb"}


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(course_secret, [tmp_path] * 8))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32
    (path,) = (tmp_path / SECRET_FILE).parent.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert course_secret(tmp_path / "other") != course_secret(tmp_path)


def test_seeds_differ_by_secret_sheet_and_exercise() -> None:
    keys = [
        (secret, sheet, exercise)
        for secret in (b"a", b"b")
        for sheet in ("graphs", "networks")
        for exercise in ("relu", "linear")
    ]
    assert len({hidden_seed(*key) for key in keys}) == len(keys)


def test_a_course_folder_is_one_with_a_config(released: Path, tmp_path: Path) -> None:
    assert find_course(released) == released
    with pytest.raises(CourseError, match=r"is not a course folder: it has no nbgrader_config"):
        find_course(tmp_path)
    config = load_config(released)
    folders = {
        step: course_path(released, config, step).relative_to(released).as_posix()
        for step in ("source", "release", "submitted", "autograded", "feedback")
    }
    assert folders == {
        "source": "_build/source",
        "release": "exercises",
        "submitted": "submitted",
        "autograded": "autograded",
        "feedback": "feedback",
    }
