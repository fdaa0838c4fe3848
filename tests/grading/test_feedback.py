"""Feedback pages show every check's view and no hidden test, and ask no other host for anything."""

import re
import shutil
import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nbcourse.grading.exporter import MATHJAX_FOLDER

ADDS = {
    "right": None,
    "wrong": "def add_backward(dout, cache): return dout, -dout",
    "raises": "def add_backward(dout, cache): return dout[999], dout",
    "imported": "from nbcourse.operations import add_backward",
    "marks up": "def add_backward(dout, cache): return '<b>bold</b>', dout",
}
HIDDEN = ("HIDDEN TESTS", "seed=")


@pytest.fixture(scope="module")
def pages(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Student -> the page, by our command; ``folder`` is the course."""
    from nbcourse.grading.autograde import Grading
    from nbcourse.grading.feedback import make_feedback

    folder = tmp_path_factory.mktemp("feedback") / "course"
    shutil.copytree(demo.folder, folder)
    course = type(demo)(folder, demo.released, demo.answers)
    for name, answer in ADDS.items():
        course.hand_in(name, course.solved(**({"add_backward": answer} if answer else {})))
    course.hand_in("cut", '{"cells": [')
    course.hand_in("&lt;i&gt;tag", course.released)
    Grading(folder).run()
    made = make_feedback(folder)
    assert (made.total, made.new) == (7, 7)
    pages = {
        path.parents[1].name: path.read_text()
        for path in (folder / "feedback").glob("*/demo/demo.html")
    }
    return {**pages, "folder": str(folder)}


def students(pages: dict[str, str]) -> dict[str, str]:
    return {name: page for name, page in pages.items() if name != "folder"}


def test_every_submission_has_a_page_with_its_score(pages: dict[str, str]) -> None:
    scores = {
        name: re.search(r"<strong>([\d.]+)</strong> of\s+7 points", page)[1]  # type: ignore[index]
        for name, page in students(pages).items()
    }
    assert scores == {
        "right": "7",
        "wrong": "6",
        "raises": "5",
        "imported": "5",
        "marks up": "6",
        "cut": "0",
        "&lt;i&gt;tag": "0",
    }


def test_no_page_shows_a_hidden_test(pages: dict[str, str]) -> None:
    for name, page in students(pages).items():
        assert not [part for part in HIDDEN if part in page], name
    notebook = Path(pages["folder"]) / "autograded" / "right" / "demo" / "demo.ipynb"
    assert all(part in notebook.read_text() for part in HIDDEN), "nothing was there to be hidden"


def test_no_page_asks_another_host(pages: dict[str, str]) -> None:
    for name, page in students(pages).items():
        assert not re.findall(
            r"""(?:src|href)=["']?(?:https?:)?//[^"'> ]*|url\(["']?http""", page
        ), name


def test_a_page_shows_the_learners_view_of_each_check(pages: dict[str, str]) -> None:
    assert "dy[" in pages["wrong"]
    assert "is not the derivative" in pages["wrong"]
    assert "Hint" in pages["wrong"]
    assert "IndexError" in pages["raises"]
    assert "return dout[999], dout" in pages["raises"]
    assert "ModuleNotFoundError" in pages["imported"]
    assert "no function of this name" in pages["imported"]
    assert pages["right"].count("All checks pass") == 3


def test_a_page_says_what_became_of_the_submission(pages: dict[str, str]) -> None:
    assert "was not graded" in pages["cut"]
    assert "demo.ipynb is cut off" in pages["cut"]
    assert 'class="problems"' not in pages["right"]
    assert "raise NotImplementedError" not in pages["cut"], "the empty sheet says nothing"


def test_what_students_wrote_is_text_in_the_page(pages: dict[str, str]) -> None:
    assert "<b>bold</b>" not in pages["marks up"]
    # A name that is shown as it is would read "<i>tag" here.
    assert "&amp;lt;i&amp;gt;tag" in pages["&lt;i&gt;tag"]


def test_formulas_are_shown_by_what_lies_beside_the_pages(pages: dict[str, str]) -> None:
    feedback = Path(pages["folder"]) / "feedback"
    (script,) = re.findall(r'<script[^>]* src="([^"]+)"', pages["right"])
    startup = feedback / MATHJAX_FOLDER / "startup.js"
    assert (feedback / "right" / "demo" / script).resolve() == startup
    assert startup.is_file()


def test_nbgraders_own_command_makes_the_same_page(
    pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.apps import GenerateFeedbackApp

    folder = Path(pages["folder"])
    monkeypatch.chdir(folder)
    page = folder / "feedback" / "wrong" / "demo" / "demo.html"
    page.unlink()
    page.parent.rmdir()
    GenerateFeedbackApp.clear_instance()
    app = GenerateFeedbackApp.instance()
    app.initialize(["demo", "--student=wrong", "--Application.log_level=CRITICAL"])
    with warnings.catch_warnings(action="ignore"):  # nbgrader's own use of SQLAlchemy
        app.start()
    app.reset()
    assert page.read_text() == pages["wrong"]


# --- runs after runs -----------------------------------------------------------------------------


def test_a_page_is_made_again_when_what_it_shows_may_have_changed(
    course: Any, run: Callable[..., Any]
) -> None:
    def made() -> str:
        result = run("feedback", "demo")
        assert result.exit_code == 0, result.output
        return str(result.output.splitlines()[0])

    course.hand_in("ada", course.solved())
    course.hand_in("dora", course.released)
    run("autograde", "demo")
    assert made() == "2 pages made, 0 unchanged"
    assert made() == "0 pages made, 2 unchanged"
    (course.folder / "feedback" / "ada" / "demo" / "demo.html").unlink()
    assert made() == "1 pages made, 1 unchanged"
    with closing(sqlite3.connect(course.folder / "gradebook.db")) as database:  # as formgrader does
        database.execute("update grade set manual_score = 1.5 where auto_score = 3.0")
        database.commit()
    assert made() == "2 pages made, 0 unchanged"
    page = (course.folder / "feedback" / "ada" / "demo" / "demo.html").read_text()
    assert "<strong>5.5</strong>" in page


def test_what_the_exchange_needs_lies_beside_the_page(
    course: Any, run: Callable[..., Any], tmp_path: Path
) -> None:
    own = tmp_path / "secret of the instructor"
    own.write_text("not for students")
    for student in ("ada", "eve"):
        course.hand_in(student, course.solved())
    ada, eve = (course.folder / "submitted" / name / "demo" for name in ("ada", "eve"))
    (ada / "timestamp.txt").write_text("2026-11-30 08:00:00 UTC")
    (ada / "submission_secret.txt").write_text("5ec2e7")
    (eve / "submission_secret.txt").symlink_to(own)
    run("autograde", "demo")
    assert run("feedback", "demo").exit_code == 0
    beside = {
        student: sorted(p.name for p in (course.folder / "feedback" / student / "demo").iterdir())
        for student in ("ada", "eve")
    }
    assert beside == {
        "ada": ["demo.html", "submission_secret.txt", "timestamp.txt"],
        "eve": ["demo.html"],
    }


REFUSED = {
    "unknown sheet": (("demos",), "there is no sheet 'demos'; the sheets are: demo"),
    "nothing graded": (("demo",), "nothing is graded yet"),
    "unknown student": (("--all", "--student", "eve"), "has nothing for eve"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_command_that_cannot_run_says_why_in_one_line(
    name: str, course: Any, run: Callable[..., Any]
) -> None:
    arguments, message = REFUSED[name]
    result = run("feedback", *arguments)
    assert result.exit_code == 2
    (line,) = result.output.strip().splitlines()
    assert message in line
