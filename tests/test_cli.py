"""The command line: what it answers, how fast it starts, and how it says what is wrong."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from nbcourse.cli import COMMANDS, cli
from nbcourse.errors import CourseError
from nbcourse.specs import find_sheet

# Two sheets show what a command does with several; all of them are released in test_examples.
SHEETS = ("graphs", "neurons")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="nbcourse")


@pytest.fixture
def course(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder with two of the real sheets, none released."""
    two = tuple(map(find_sheet, SHEETS))
    monkeypatch.setattr("nbcourse.specs.sheets", lambda: two)
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    (tmp_path / "solutions").mkdir()
    for name in SHEETS:
        shutil.copy(root / "solutions" / f"{name}.md", tmp_path / "solutions")
    return tmp_path


def test_help_names_every_command() -> None:
    result = _run("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    result = _run(name, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert f"\n    nbcourse {name}" in result.output


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from nbcourse.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'numpy', 'nbformat', 'nbgrader', 'jupytext', 'IPython', 'matplotlib'}\n"
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["relase"], "No such command 'relase'"),
        (["release", "--chek"], "No such option"),
        (["release", "--run", "--check"], "exclude each other"),
        (["-C", "no/such/folder", "release"], "'no/such/folder' does not exist"),
    ],
)
def test_a_wrong_call_exits_2_with_one_reason(arguments: list[str], message: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_an_error_is_its_lines_and_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def command() -> None:
        raise CourseError("a.md: first\nb.md: second", exit_code=3)

    monkeypatch.setattr("nbcourse.cli.release.command", command)
    result = _run("release")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr == "Error: a.md: first\nError: b.md: second\n"


def test_release_outside_a_course_is_one_line(tmp_path: Path) -> None:
    result = _run("-C", str(tmp_path), "release")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {tmp_path} is not a course folder")
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_folder_option_leaves_the_working_folder_as_it_was(tmp_path: Path) -> None:
    before = Path.cwd()
    _run("-C", str(tmp_path), "release")
    assert Path.cwd() == before


def test_release_then_check(course: Path) -> None:
    in_course = ("-C", str(course))
    missing = _run(*in_course, "release", "--check")
    assert missing.exit_code == 1
    assert "exercises/graphs/graphs.ipynb is missing" in missing.stderr
    assert "exercises/neurons/neurons.ipynb is missing" in missing.stderr
    released = _run(*in_course, "release")
    assert released.exit_code == 0, released.output
    assert "-> exercises/graphs/graphs.ipynb\n" in released.output
    assert "-> exercises/neurons/neurons.ipynb\n" in released.output
    assert _run(*in_course, "release", "graphs").output.endswith("graphs.ipynb (unchanged)\n")
    checked = _run(*in_course, "release", "--check")
    assert checked.exit_code == 0, checked.output
    unknown = _run(*in_course, "release", "graph")
    assert unknown.exit_code == 1
    assert "unknown sheet 'graph'. Did you mean 'graphs'?" in unknown.stderr


def test_exercises_as_json_and_as_a_table() -> None:
    listing = json.loads(_run("exercises", "--json").stdout)
    sheets = {sheet["name"]: sheet for sheet in listing}
    assert sheets["graphs"]["title"] == "Computational graphs"
    exercises = {exercise["name"]: exercise for exercise in sheets["graphs"]["exercises"]}
    entry = exercises["add_backward"]
    assert set(entry) == {"name", "signature", "points", "parts", "summary"}
    assert entry["signature"] == "add_backward(dout, cache)"
    assert entry["parts"] == ["dx", "dy"]
    assert entry["points"] > 0
    assert all(each["summary"] for sheet in listing for each in sheet["exercises"])
    table = _run("exercises").stdout
    for sheet in listing:
        assert f"{sheet['name']}: {sheet['title']}" in table
        assert all(f"  {each['signature']}" in table for each in sheet["exercises"])
