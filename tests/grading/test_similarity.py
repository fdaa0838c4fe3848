"""``nbcourse similarity``: what it finds alike, what it ignores, and that its page is harmless."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nbcourse.authoring.course import load_config
from nbcourse.authoring.release import release
from nbcourse.cli import cli
from nbcourse.grading.fingerprints import answers
from nbcourse.grading.sheets import load_sheet
from nbcourse.grading.similarity import Comparison, compare_submissions
from nbcourse.grading.submissions import find_submissions
from nbcourse.specs import find_sheet

OTHER_WALK = '''def find_wrong_node(analytic, numeric, order, tol=1e-6):
    """Return the first node, going backward, whose gradient is wrong; None if all are right."""
    found = None
    for name in order:
        left, right = analytic[name], numeric[name]
        distance = float(np.sqrt(((left - right) ** 2).sum()))
        size = float(np.sqrt((left**2).sum()) + np.sqrt((right**2).sum()))
        found = name if size > 0 and distance > tol * size else found
    return found'''
OTHER_SLOPES = '''def numerical_gradient(f, x, h=1e-5):
    """Return the central differences of the scalar f at x."""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)'''
OTHERS = {"find_wrong_node": OTHER_WALK, "numerical_gradient": OTHER_SLOPES}


def renamed(answer: str) -> str:
    """An answer with other names, other comments and other blank lines in its body."""
    head, body = answer.rsplit('"""\n', 1)
    body = re.sub(r"\b(node|a|b|scale|result|index|before|above)\b", r"my_\1", body)
    return f'{head}"""\n    # my own work\n\n' + body.replace("\n", "  # really\n", 2)


def pairs(found: Comparison) -> set[frozenset[str]]:
    return {frozenset(pair.students) for pair in found.pairs}


@pytest.fixture(scope="module")
def graphs(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with the sheet on graphs, and the sample class's submissions of it."""
    folder = tmp_path_factory.mktemp("graphs")
    (folder / "solutions").mkdir()
    shutil.copy(root / "solutions" / "graphs.md", folder / "solutions")
    shutil.copy(root / "nbgrader_config.py", folder)
    shutil.copytree(root / "examples" / "submitted", folder / "submitted")
    release(folder, [find_sheet("graphs")])
    return folder


def test_a_copy_with_other_names_is_found(course: Any) -> None:
    course.hand_in("ada", course.solved())
    course.hand_in("bob", course.solved(**{k: renamed(v) for k, v in course.answers.items()}))
    course.hand_in("eve", course.solved(**OTHERS))
    found = compare_submissions(course.folder, "demo")
    assert found.compared == 3
    assert not found.left_out
    (pair,) = found.pairs
    assert pair.students == ("ada", "bob")
    assert pair.shares == (1.0, 1.0)


def test_the_sample_class(graphs: Path) -> None:
    """Of two who solve everything, each has another way; emil and fanny share most answers."""
    found = compare_submissions(graphs, "graphs")
    assert pairs(found) == {frozenset({"emil", "fanny"})}
    assert found.left_out == {
        "dora": "too little code of its own to say anything",
        "hedy": found.left_out["hedy"],
    }
    assert "graphs.ipynb is cut off" in found.left_out["hedy"]
    assert found.compared == 6


def test_heads_of_functions_and_the_shortest_answers_do_not_count(course: Any) -> None:
    config = load_config(course.folder)
    course.hand_in("ada", course.solved())
    (submission,) = find_submissions(course.folder / "submitted", "demo")
    found = answers(submission, load_sheet(course.folder, config, "demo"))
    assert [text.splitlines()[0] for text in found] == ["# find_wrong_node", "# numerical_gradient"]
    assert not any("def " in text or '"""' in text for text in found)


def test_given_code_in_the_answers_does_not_count(graphs: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(graphs, tmp_path / "course")
    shutil.rmtree(folder / "submitted")
    for student, like in (("ada", "ada"), ("blaise", "blaise"), ("eve", "dora"), ("fay", "dora")):
        path = Path(student) / "graphs" / "graphs.ipynb"
        text = (graphs / "submitted" / like / "graphs" / "graphs.ipynb").read_text()
        notebook = json.loads(text)
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        (given,) = (each for each in cells.values() if "def expression(" in str(each["source"]))
        cells["add_backward"]["source"] = given["source"]
        cells["max_backward"]["source"] = given["source"]
        (folder / "submitted" / path).parent.mkdir(parents=True)
        (folder / "submitted" / path).write_text(json.dumps(notebook))
    found = compare_submissions(folder, "graphs")
    assert not found.pairs
    assert set(found.left_out) == {"eve", "fay"}
    assert found.compared == 2


class Elements(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_what_was_handed_in_and_obeys_none_of_it(course: Any) -> None:
    markup = "</pre><script>alert('code')</script><link href='http://example.org/x.css'>"
    evil = course.answers["find_wrong_node"].replace("return None", f'return "{markup}"')
    student = "<img src=x onerror=alert(1)>"
    course.hand_in("ada", course.solved(find_wrong_node=evil))
    course.hand_in(student, course.solved(find_wrong_node=evil))
    course.hand_in("<script>alert(2)<!--", "{")
    found = compare_submissions(course.folder, "demo")
    assert pairs(found) == {frozenset({"ada", student})}
    page = Elements(found.report.read_text(encoding="utf-8"))
    tags = [tag for tag, _ in page.found]
    assert "script" not in tags
    assert "link" not in tags
    for _, attributes in page.found:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert tags.count("img") == 2  # copydetect's two figures
    assert markup in page.text
    assert student in page.text
    assert "<script>alert(2)<!--: demo.ipynb is cut off" in page.text
    assert "a reason to look, not a verdict" in page.text
    (policy,) = (each["content"] for _, each in page.found if "http-equiv" in each)
    assert (policy or "").startswith("default-src 'none'")


def test_nothing_is_run_and_nothing_left_behind(
    course: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    ran = tmp_path / "ran"
    evil = f"open({str(ran)!r}, 'w')\n{course.answers['find_wrong_node']}"
    course.hand_in("ada", course.solved(find_wrong_node=evil))
    course.hand_in("bob", course.solved(find_wrong_node=evil))
    before = set(course.folder.rglob("*"))
    found = compare_submissions(course.folder, "demo")
    assert not ran.exists()
    assert not list(temporary.iterdir())
    new = set(course.folder.rglob("*")) - before
    assert {path for path in new if path.is_file()} == {found.report}
    assert found.report == course.folder / ".nbcourse" / "similarity" / "demo.html"


LEFT_OUT = {
    "not JSON": ("{", "demo.ipynb is cut off"),
    "not UTF-8": (b"\xff\xfe\x00", "it is not UTF-8 text"),
    "empty": ("", "demo.ipynb is empty"),
    "of no cells": ("{}", "not a notebook"),
    "not answered": (None, "too little code of its own"),
    "far too long": ("long", "the answer add_backward has 20,"),
}


@pytest.fixture(scope="module")
def left_out(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What the command says of two that can be compared and, each a student, all that cannot."""
    folder = tmp_path_factory.mktemp("left out") / "course"
    shutil.copytree(demo.folder, folder)
    course = replace(demo, folder=folder)
    course.hand_in("ada", course.solved())
    course.hand_in("bob", course.solved())
    for name, (data, _) in LEFT_OUT.items():
        if data is None:
            data = course.released
        elif data == "long":
            data = course.solved(add_backward="x = 1\n" * 3400)
        course.hand_in(name, data)
    return CliRunner().invoke(cli, ["-C", str(folder), "similarity", "demo"])


def test_what_can_be_compared_is_compared(left_out: Result) -> None:
    assert left_out.exit_code == 0, left_out.output
    assert "2 submissions compared" in left_out.output
    assert "Pairs above 80%: 1 (a reason to look, not a verdict)" in left_out.output
    assert re.search(r"100% of ada +100% of bob", left_out.output)
    lines = [line for line in left_out.output.splitlines() if line.startswith("Not compared")]
    assert len(lines) == len(LEFT_OUT)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_cannot_be_compared_is_listed(name: str, left_out: Result) -> None:
    begin = f"Not compared: {name}: "
    (line,) = (line for line in left_out.output.splitlines() if line.startswith(begin))
    assert LEFT_OUT[name][1] in line


REFUSED = {
    "no such sheet": (("similarity", "nothing"), "there is no sheet 'nothing'"),
    "one submission": (("similarity", "demo"), "demo has 1 submissions to compare; it takes two"),
    "threshold": (("similarity", "demo", "--threshold", "1"), "0<=x<1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_said(name: str, course: Any, run: Callable[..., Any]) -> None:
    arguments, message = REFUSED[name]
    course.hand_in("ada", course.solved())
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert not (course.folder / ".nbcourse" / "similarity").exists()


def test_the_threshold_decides_what_is_listed(course: Any, run: Callable[..., Any]) -> None:
    half = {"numerical_gradient": OTHER_SLOPES}
    course.hand_in("ada", course.solved())
    course.hand_in("bob", course.solved(**half))
    assert "No pair is above 80%" in run("similarity", "demo").output
    assert "Pairs above 30%: 1" in run("similarity", "demo", "--threshold", "0.3").output
