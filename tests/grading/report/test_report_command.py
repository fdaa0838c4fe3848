"""``nbcourse report``: what it writes, where, and what it says."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from nbcourse.grading.records import NOT_GRADED
from tests.grading.report.graded_class import (
    ADDRESS,
    HOSTILE,
    run,
)
from tests.grading.report.page import Page


@pytest.mark.parametrize("output", [None, "lecture/one", ".", "feedback"])
def test_links_lead_to_what_is_there(graded: Path, tmp_path: Path, output: str | None) -> None:
    course = tmp_path / "course"
    shutil.copytree(graded, course)
    assert run(course, "graphs", *(["--output", output] if output else [])).exit_code == 0
    folder = course / (output or ".nbcourse/report")
    links = Page((folder / "graphs.html").read_text()).links
    links.remove("data:,")  # no icon is asked for
    assert not any({":", "#", "?"} & set(link) for link in links)
    found = {(folder / unquote(link)).resolve() for link in links}
    students = (HOSTILE, ADDRESS, "ben")
    assert found == {
        course / "autograded" / HOSTILE / "graphs" / "graphs.ipynb",
        *(course / "feedback" / student / "graphs" / "graphs.html" for student in students),
        folder.resolve() / "graphs.csv",
    }
    assert all(path.is_file() for path in found)


def test_a_second_report_is_the_same_and_the_command_says_where(graded: Path) -> None:
    path = graded / ".nbcourse" / "report" / "graphs.html"
    before = path.read_bytes()
    output = run(graded, "graphs").output
    assert path.read_bytes() == before
    assert "Submissions: 12 (9 graded, 2 graded with problems, 1 could not be graded)\n" in output
    assert "Most frequent mistake (6 of 10), in compound_backward:\n" in output
    assert "Report: .nbcourse/report/graphs.html\nTable:  .nbcourse/report/graphs.csv\n" in output


def test_a_class_without_scores(tmp_path: Path, root: Path) -> None:
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    assert (
        "nothing is graded yet. Run 'nbcourse autograde graphs'" in run(tmp_path, "graphs").stderr
    )
    (tmp_path / "submitted" / "cut" / "graphs").mkdir(parents=True)
    line = {"student_id": "cut", "assignment": "graphs", "state": NOT_GRADED}
    (tmp_path / ".nbcourse").mkdir()
    log = tmp_path / ".nbcourse" / "grading.jsonl"
    log.write_text(json.dumps(line | {"reason": "empty", "digest": "d"}) + "\n")  # as they were
    assert run(tmp_path, "graphs").exit_code == 0
    page = Page((tmp_path / ".nbcourse" / "report" / "graphs.html").read_text())
    assert page.errors == []
    assert "No submission could be graded" in page.text
    assert page.table("What could not be graded") == [["cut", "0", f"{NOT_GRADED} empty"]]
    wrong = run(tmp_path, "graph")
    assert wrong.exit_code == 2
    assert "no results of a sheet 'graph'; there are results of: graphs" in wrong.stderr


def test_a_folder_that_cannot_be_written_to(graded: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = run(graded, "graphs", "--output", str(tmp_path / "file" / "folder"))
    assert found.exit_code == 2
    assert f"Error: cannot write the report to {tmp_path}/file/folder" in found.stderr


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_window(graded: Path, chromium: Any, scheme: str) -> None:
    window = chromium.new_page(color_scheme=scheme, java_script_enabled=False)
    asked = []
    window.on("request", lambda request: asked.append(request.url))
    for width in (320, 400, 1280):
        window.set_viewport_size({"width": width, "height": 800})
        window.goto((graded / ".nbcourse" / "report" / "graphs.html").as_uri())
        boxes = [window.locator("main").bounding_box()]
        boxes += [each.bounding_box() for each in window.locator("table, svg").all()]
        assert min(box["x"] for box in boxes) >= 0
        assert max(box["x"] + box["width"] for box in boxes) <= width
    window.close()
    assert [url.rpartition("/")[2] for url in asked] == ["graphs.html"] * 3


def test_what_autograde_recorded_is_reported(course: Any, run: Any) -> None:
    course.hand_in("ada", course.solved())
    course.hand_in("bob", course.solved(add_backward="def add_backward(d, c): return d, -d"))
    course.hand_in("cut", "")
    assert run("autograde", "demo").exit_code == 1
    assert run("report", "demo").exit_code == 0
    page = Page((course.folder / ".nbcourse" / "report" / "demo.html").read_text())
    assert page.headline["mean, of 7 points"] == "6.5"
    assert page.headline[NOT_GRADED] == "1"
    assert page.table("How each exercise went") == [
        ["add_backward 2 points", "75 %", "1", "1", "0", "0"],
        ["find_wrong_node 2 points", "100 %", "2", "0", "0", "0"],
        ["numerical_gradient 3 points", "100 %", "2", "0", "0", "0"],
    ]
    ((count, share, text),) = page.table("Mistakes that the grader recognized")
    assert (count, share) == ("1", "50 %")
    assert text.startswith("add_backward Your dy has the sign")
