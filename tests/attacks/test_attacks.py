"""No attack gains a point, learns a secret, or changes what becomes of a neighbour."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nbcourse.grading.feedback import make_feedback
from nbcourse.grading.records import GRADED, NOT_GRADED, WITH_PROBLEMS
from tests.attacks.attack import LEAK, Attack
from tests.attacks.classroom import Graded
from tests.attacks.setting import NEIGHBOUR, SITE, Result, Scene
from tests.attacks.suite import ATTACKS, FAMILIES

#: No submission of the suite has more to say than this; outputs are cut at 1 MiB a cell.
MAX_NOTEBOOK = 20 * 2**20
#: The grader's own processes, NumPy and nbgrader's database in them.
MAX_TRUSTED = 1.5 * 2**30
#: Two jobs, each with one student who has 2 GiB, and what a moment's delay allows.
MAX_STUDENTS = 6 * 2**30
ACTIVE = re.compile(
    r"<(?:script|iframe|object|embed|form|base|meta)\b|<[^>]*\son\w+\s*=|=\W*javascript:",
    re.IGNORECASE,
)
#: Those whose pages are made, and looked at as a browser would read them.
SHOWN = (
    *("trusted-scripts-in-outputs", "trusted-printing-for-the-page", "notebook-scripts-in-text"),
    *(
        "notebook-answers-hidden-in-text",
        "operators-type-names-that-lie",
        "unpickling-shown-objects",
    ),
)


@pytest.fixture(params=ATTACKS, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def attack(request: pytest.FixtureRequest, graded: Graded) -> tuple[Attack, str]:
    """An attack and its student; skipped where only a sandbox makes it harmless."""
    family, attack = request.param
    if not (graded.sandboxed or family.harmless):
        pytest.skip("not handed in: this machine has no sandbox")
    return attack, graded.students[family.name, attack.name]


def result_of(graded: Graded, student: str) -> Result:
    assert student in graded.results, f"nothing became of {student}\n{graded.run.output[-3000:]}"
    return graded.results[student]


def test_it_earns_nothing(attack: tuple[Attack, str], graded: Graded) -> None:
    result = result_of(graded, attack[1])
    assert result.scores == dict.fromkeys(result.scores, 0.0), result.reason
    assert len(result.scores) == 4
    assert result.in_gradebook == 0.0


def test_it_ends_in_one_state(attack: tuple[Attack, str], graded: Graded) -> None:
    result = result_of(graded, attack[1])
    assert [row["state"] for row in result.rows] in [[GRADED], [WITH_PROBLEMS], [NOT_GRADED]]
    assert bool(result.reason) == (result.rows[0]["state"] != GRADED)
    assert "\x1b" not in result.reason
    assert "\n" not in result.reason


def test_it_learns_nothing(attack: tuple[Attack, str], graded: Graded) -> None:
    result = result_of(graded, attack[1])
    found = [line for line in result.outputs.splitlines() if LEAK in line]
    assert not found, found[:20]
    seen = [name for name, text in graded.scene.canaries().items() if text in result.outputs]
    seen += [name for name, text in graded.scene.canaries().items() if text in result.reason]
    assert not seen


def test_it_took_place(attack: tuple[Attack, str], graded: Graded) -> None:
    result = result_of(graded, attack[1])
    told = f"{result.outputs}\n{result.reason}"
    assert re.search(attack[0].shows, told), told[-3000:]


def test_its_outputs_are_small_and_passive(attack: tuple[Attack, str], graded: Graded) -> None:
    result = result_of(graded, attack[1])
    assert result.size < MAX_NOTEBOOK
    for cell in result.notebook["cells"]:
        for output in cell.get("outputs", []):
            for mime, form in output.get("data", {}).items():
                if mime not in (
                    "text/plain",
                    "text/latex",
                    "application/json",
                ):  # these are escaped
                    assert not ACTIVE.search("".join(form)), (mime, str(form)[:500])
                assert mime != "application/javascript"


@pytest.mark.parametrize("name", SHOWN)
def test_its_page_runs_nothing_of_it(name: str, graded: Graded) -> None:
    names = {student.partition("-")[2]: student for student in graded.results}
    if name not in names:
        pytest.skip("not handed in: this machine has no sandbox")
    attacked, honest = (page(graded.scene, each) for each in (names[name], NEIGHBOUR))
    assert attacked.active == honest.active
    assert attacked.handlers == honest.handlers


def test_the_neighbours_have_what_they_have_without_attackers(graded: Graded) -> None:
    assert len(graded.honest) > 10
    for name, got in graded.honest.items():
        expected = graded.expected[name]
        assert got.scores == expected.scores, name
        assert got.in_gradebook == expected.in_gradebook == sum(expected.scores.values()) > 0, name
        assert [row["state"] for row in got.rows] == [GRADED], name
        assert got.outputs == expected.outputs, name


def test_the_command_ends_as_it_should(graded: Graded) -> None:
    assert not graded.run.stopped, graded.run.output[-3000:]
    assert graded.run.code == 1, graded.run.output[-3000:]
    assert LEAK not in graded.run.output
    assert "Traceback" not in graded.run.output
    assert "\x1b" not in graded.run.output


def test_nobody_outside_was_reached(graded: Graded) -> None:
    assert graded.contacts == []


def test_no_process_is_left(graded: Graded) -> None:
    assert graded.run.left == []


def test_nothing_is_written_elsewhere(graded: Graded) -> None:
    changed = {
        name
        for name in graded.before.keys() | graded.after.keys()
        if graded.before.get(name) != graded.after.get(name)
    }
    assert changed == set()
    assert graded.kernel[0] == graded.kernel[1]
    assert marked(graded.scene) == []


def test_memory_is_bounded(graded: Graded) -> None:
    assert graded.run.trusted < MAX_TRUSTED
    assert graded.run.students < MAX_STUDENTS
    assert graded.run.shared < MAX_STUDENTS


def test_names_are_unique_and_there_are_enough() -> None:
    names = [(family.name, attack.name) for family, attack in ATTACKS]
    assert len(set(names)) == len(names) >= 60
    assert len(FAMILIES) >= 12


def test_the_suite_sees_a_leak_and_points(graded: Graded) -> None:
    """What is asserted of attackers is not true of everybody: it can fail."""
    neighbour = next(iter(graded.honest.values()))
    assert sum(neighbour.scores.values()) > 0
    sources = "".join("".join(cell["source"]) for cell in neighbour.notebook["cells"])
    assert graded.scene.texts["neighbour"] in sources
    assert set(graded.before) >= {"temporary", f"{graded.scene.course.name}/.nbcourse/secret"}


class Page(HTMLParser):
    """The elements of a page that act, and the attributes that would."""

    def __init__(self) -> None:
        super().__init__()
        self.active: Counter[str] = Counter()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active[tag] += tag in ("script", "iframe", "object", "embed", "form", "base", "meta")
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.handlers.append(f"{tag} {name}={value}")


def page(scene: Scene, student: str) -> Page:
    """The feedback of a submission, as a browser reads it."""
    make_feedback(scene.course, "target", student)
    path = scene.course / "feedback" / student / "target" / "target.html"
    parsed = Page()
    parsed.feed(path.read_text(encoding="utf-8"))
    parsed.active += Counter()  # drops what is there not at all
    return parsed


def marked(scene: Scene) -> list[Path]:
    """Files with the mark in their name or text, in the places that attackers aim at."""
    library = Path(__file__).resolve().parents[2] / "nbcourse"
    start = scene.temporary.stat().st_mtime
    found = []
    for place in (library, *SITE):
        for path in place.rglob("*"):
            if not path.is_file() or path.stat().st_mtime < start:
                continue
            if scene.mark in path.name or scene.mark.encode() in path.read_bytes():
                found.append(path)
    for place in ("/tmp", "/dev/shm", "/var/tmp", "/", "/etc", "/root", "/run"):
        found += set(Path(place).glob(f"*{scene.mark}*")) - {scene.temporary}
    return found
