"""The sample class gets the scores and states that are written beside it, from every command."""

import csv
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbcourse.authoring.course import load_config
from nbcourse.authoring.release import release
from nbcourse.grading.settings import read_limits
from nbcourse.specs import sheets
from tests import pace
from tests.commands import environment, run_commands

# nbgrader's own autograde starts a kernel for each submission, so it gets these: full marks,
# shares of points, cells in another order. georg's would hang; hedy's are in tests/grading.
STOCK = {
    "graphs": ("blaise", "carl", "fanny"),
    "gradient-checking": ("blaise", "carl", "fanny"),
    "networks": ("blaise", "carl"),
    "optimizers": ("carl",),
}
# As ``python -m jupyter_server``, with jsonschema imported quickly.
SERVER = """\
from nbcourse.authoring.jsonschema_import import import_jsonschema
import_jsonschema()
from jupyter_server.serverapp import main
main()
"""
# Who checks a submission, as a student does: full marks and shares of points.
CHECKED = ("ada", "carl", "fanny")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _environment(folder: Path) -> dict[str, str]:
    """The environment without the user's own Jupyter settings."""
    private = {
        f"JUPYTER_{name}_DIR": str(folder / ".jupyter" / name.lower())
        for name in ("CONFIG", "DATA", "RUNTIME")
    }
    return environment() | private


@pytest.fixture(scope="module")
def expected(root: Path) -> list[dict[str, str]]:
    """What every submission must get."""
    return rows(root / "examples" / "expected.csv")


@pytest.fixture(scope="module")
def released(root: Path, in_memory: Path) -> Path:
    """A copy of the course with its sheets built, and the sample class in it, not yet graded."""
    folder = in_memory / "sample" / "course"
    folder.mkdir(parents=True)
    shutil.copytree(root / "solutions", folder / "solutions")
    shutil.copy(root / "nbgrader_config.py", folder)
    examples = folder / "examples"
    examples.mkdir()
    shutil.copytree(root / "examples" / "submitted", examples / "submitted")
    shutil.copy(root / "examples" / "nbgrader_config.py", examples)
    limits = read_limits(load_config(examples))
    with (examples / "nbgrader_config.py").open("a") as config:
        config.write(pace.settings(cell=limits.cell, call=limits.call))
    release(folder, sheets())
    return folder


@pytest.fixture(scope="module")
def graded(released: Path) -> dict[str, Any]:
    """The class graded by our commands: the folder, and what each command returned."""
    folder = released / "examples"
    autograde, feedback, export, *checks = run_commands(
        folder,
        _environment(folder),
        ("nbcourse", "autograde", "--all"),
        ("nbcourse", "feedback", "--all"),
        ("nbcourse", "export", "--to", "csv"),
        *(("nbcourse", "check", f"submitted/{each}/graphs/graphs.ipynb") for each in CHECKED),
    )
    return {
        "folder": folder,
        "autograde": autograde,
        "feedback": feedback,
        "export": export,
        "checks": dict(zip(CHECKED, checks, strict=True)),
    }


def test_the_class_is_what_its_script_writes(root: Path, tmp_path: Path) -> None:
    path = root / "examples" / "make_class.py"
    spec = importlib.util.spec_from_file_location("make_class", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    committed = root / "examples" / "submitted"
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.ipynb")}
    assert written == {path.relative_to(committed) for path in committed.rglob("*.ipynb")}
    differing = [
        str(name)
        for name in sorted(written)
        if (tmp_path / name).read_bytes() != (committed / name).read_bytes()
    ]
    assert not differing, "run python examples/make_class.py"


def test_every_submission_has_its_expectation(root: Path, expected: list[dict[str, str]]) -> None:
    submitted = (root / "examples" / "submitted").glob("*/*/*.ipynb")
    assert {(row["student_id"], row["assignment"]) for row in expected} == {
        (path.parents[1].name, path.stem) for path in submitted
    }
    assert len(expected) == 52


def test_every_sheet_is_handed_in_solved_answered_in_part_and_as_released(
    expected: list[dict[str, str]],
) -> None:
    scores = {(row["assignment"], row["student_id"]): float(row["score"]) for row in expected}
    points = {sheet.name: sum(e.points for e in sheet.exercises) for sheet in sheets()}
    for row in expected:
        assert float(row["max_score"]) == points[row["assignment"]]
    for sheet, full in points.items():
        assert scores[sheet, "ada"] == scores[sheet, "blaise"] == full
        assert 0 < scores[sheet, "carl"] < full
        assert scores[sheet, "dora"] == 0


def test_the_class_gets_its_scores_and_states(
    expected: list[dict[str, str]], graded: dict[str, Any]
) -> None:
    folder = graded["folder"]
    assert graded["export"].returncode == 0, graded["export"].stderr
    scores = {
        (row["student_id"], row["assignment"]): (row["score"], row["max_score"])
        for row in rows(folder / "grades.csv")
    }
    states = {
        (row["student_id"], row["assignment"]): row["state"] for row in rows(folder / "grading.csv")
    }
    found = [
        {
            "student_id": student,
            "assignment": sheet,
            "score": f"{float(scores[student, sheet][0]):g}",
            "max_score": f"{float(scores[student, sheet][1]):g}",
            "state": states[student, sheet],
        }
        for student, sheet in sorted(states)
    ]
    assert found == expected


def test_the_command_lists_what_could_not_be_graded(graded: dict[str, Any]) -> None:
    autograde = graded["autograde"]
    assert autograde.returncode == 1, autograde.stderr
    assert "hedy, graphs: graphs.ipynb is cut off" in autograde.stdout
    call, cell = (
        pace.with_limits(reason, graded["folder"])
        for reason in ("did not return within {call:g} s", "ran longer than {cell:g} s")
    )
    assert f"georg, graphs: topological_order {call}" in autograde.stdout
    assert re.search(rf"georg, gradient-checking: cell .* {cell}", autograde.stdout)
    assert "Traceback" not in autograde.stdout + autograde.stderr


def test_grading_again_takes_seconds_and_does_nothing(
    expected: list[dict[str, str]], graded: dict[str, Any]
) -> None:
    before = (graded["folder"] / "grading.csv").read_bytes()
    folder = graded["folder"]
    (again,) = run_commands(folder, _environment(folder), ("nbcourse", "autograde", "--all"))
    assert f"0 graded, {len(expected)} unchanged since they were graded" in again.stdout
    assert (graded["folder"] / "grading.csv").read_bytes() == before


def test_every_student_gets_feedback_without_hidden_tests(
    expected: list[dict[str, str]], graded: dict[str, Any]
) -> None:
    assert graded["feedback"].returncode == 0, graded["feedback"].stderr
    pages = list((graded["folder"] / "feedback").glob("*/*/*.html"))
    assert len(pages) == len(expected)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "HIDDEN TESTS" not in text
        assert "seed=&quot;" not in text
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)


def test_students_see_their_local_checks_agree(graded: dict[str, Any]) -> None:
    """``nbcourse check`` on a submission gives the score that grading gives."""
    scores = {
        (row["student_id"], row["assignment"]): float(row["score"])
        for row in rows(graded["folder"] / "grades.csv")
    }
    for student, checked in graded["checks"].items():
        assert checked.returncode == (student != "ada")
        total = checked.stdout.splitlines()[-1]
        assert total == f"Total: {scores[student, 'graphs']:g} / 20 points"


def test_nbgraders_own_autograde_gives_honest_submissions_the_same_scores(
    released: Path, graded: dict[str, Any], root: Path
) -> None:
    folder = released / "stock"
    folder.mkdir()
    shutil.copy(root / "examples" / "nbgrader_config.py", folder)
    for sheet, students in STOCK.items():
        for student in students:
            submission = Path("submitted") / student / sheet
            shutil.copytree(released / "examples" / submission, folder / submission)
    steps = [(step, sheet) for sheet in STOCK for step in ("generate_assignment", "autograde")]
    commands = [("nbgrader", *words) for words in [*steps, ("export",)]]
    for done in run_commands(folder, _environment(folder), *commands):
        assert done.returncode == 0, done.stderr
    stock = {
        (r["student_id"], r["assignment"]): float(r["score"]) for r in rows(folder / "grades.csv")
    }
    ours = {
        (r["student_id"], r["assignment"]): float(r["score"])
        for r in rows(graded["folder"] / "grades.csv")
    }
    handed_in = [(student, sheet) for sheet, students in STOCK.items() for student in students]
    assert {key: stock[key] for key in handed_in} == {key: ours[key] for key in handed_in}


@pytest.fixture(scope="module")
def formgrader(graded: dict[str, Any]) -> Iterator[str]:
    """The address of a Jupyter server with formgrader on the graded class."""
    folder = graded["folder"]
    server = subprocess.Popen(
        [
            *(sys.executable, "-c", SERVER, "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--IdentityProvider.token=token"),
            f"--ServerApp.root_dir={folder}",
            "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
        ],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _address(server, folder / ".jupyter" / "runtime")
    finally:
        server.terminate()
        server.wait()


def _address(server: subprocess.Popen[bytes], runtime: Path) -> str:
    """Where the server answers; it writes its port into a file when it has one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                url = f"http://127.0.0.1:{json.loads(file.read_text())['port']}"
                get(f"{url}/api")
            except (ValueError, urllib.error.URLError):
                break
            return url
        time.sleep(0.2)
    raise AssertionError("the Jupyter server did not start")


def get(url: str) -> str:
    request = urllib.request.Request(url, headers={"Authorization": "token token"})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
        text: str = answer.read().decode()
    return text


def test_formgrader_opens_on_the_graded_class(formgrader: str) -> None:
    assert "nbgrader" in get(f"{formgrader}/formgrader")
    for page in ("manage_assignments", "gradebook", "gradebook/graphs/graphs", "manage_students"):
        assert "nbgrader" in get(f"{formgrader}/formgrader/{page}")
    api = f"{formgrader}/formgrader/api/submitted_notebooks/graphs/graphs"
    submissions = {each["student"]: each for each in json.loads(get(api))}
    assert submissions["carl"]["score"] == 9
    assert not any(each["needs_manual_grade"] for each in submissions.values())
    for student in ("carl", "hedy"):
        page = get(f"{formgrader}/formgrader/submissions/{submissions[student]['id']}/")
        assert "check-add_backward" in page
