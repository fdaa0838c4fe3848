"""What cannot be released: each reason in one line, and the course left as it was."""

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from nbcourse.authoring.course import load_config
from nbcourse.authoring.secret import SECRET_FILE
from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from tests.authoring.conftest import DemoCourse

SPOILED: dict[str, tuple[Callable[["DemoCourse"], object], str]] = {
    "no end marker": (
        lambda course: course.rewrite("    ### END SOLUTION\n", ""),
        r'^solutions/demo.md:13 \(under "Demo"\): the body of .double. needs',
    ),
    "no spec": (
        lambda course: shutil.copy(course.solved, course.solved.with_name("extra.md")),
        "^solutions/extra.md has no spec: add nbcourse/specs/extra.py",
    ),
    "no solution": (
        lambda course: course.solved.unlink(),
        "^the spec nbcourse/specs/demo has no solution: add solutions/demo.md",
    ),
    "no solutions": (lambda course: shutil.rmtree(course.solved.parent), "has no solutions/"),
    "damaged secret": (
        lambda course: (course.path / SECRET_FILE).write_text("abc"),
        "secret is damaged: expected 64 hexadecimal digits",
    ),
    "config that fails": (
        lambda course: _configure(course, "c.Exchange.root = hom"),
        "nbgrader_config.py cannot be read: NameError: name 'hom' is not defined",
    ),
    "config that shows hidden checks": (
        lambda course: _configure(course, "c.ClearHiddenTests.enabled = False"),
        "^the student notebook of 'demo' would show 'BEGIN HIDDEN TESTS'",
    ),
    "config that drops signatures": (
        lambda course: _configure(course, "c.ClearSolutions.begin_solution_delimeter = 'START'"),
        r"^the student notebook of 'demo' would lack 'def double\('",
    ),
    "config that nbgrader stumbles over": (
        lambda course: _configure(course, "c.IncludeHeaderFooter.header = 'missing.ipynb'"),
        "^nbgrader could not generate 'demo': FileNotFoundError",
    ),
}


def _configure(course: "DemoCourse", line: str) -> None:
    with (course.path / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


@pytest.mark.parametrize("name", SPOILED)
def test_a_course_that_cannot_be_released_is_left_as_it_was(
    name: str, course: "DemoCourse"
) -> None:
    spoil, message = SPOILED[name]
    spoil(course)
    before = course.files()
    with pytest.raises(CourseError, match=message) as caught:
        course.release()
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1
    assert course.files() == before


def test_an_unknown_sheet_gets_the_nearest_name(course: "DemoCourse") -> None:
    with pytest.raises(CourseError) as caught:
        course.release(["dmo"])
    assert str(caught.value) == ("unknown sheet 'dmo'. Did you mean 'demo'? The sheets are: demo")


def test_every_problem_of_every_sheet_is_shown_at_once(course: "DemoCourse") -> None:
    course.rewrite('check("double", double)', 'check("dubble", dubble)')
    course.add_sheet("other")
    with pytest.raises(CourseError) as caught:
        course.release()
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].split(",")[0] for line in lines] == [
        "solutions/demo.md",
        "solutions/demo.md",
        "the spec nbcourse/specs/other has no solution",
    ]


# nbgrader's own: it adds a submission to its assignment before it adds it to the session.
@pytest.mark.filterwarnings("ignore:Object of type <Submitted")
def test_new_graded_cells_after_grading_are_refused(course: "DemoCourse") -> None:
    from nbgrader.api import Gradebook

    url = str(load_config(course.path).CourseDirectory.db_url)
    with Gradebook(url, "nbcourse") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission("demo", "ada")
    # The heading gives the read-only cell its name, which the gradebook holds.
    course.rewrite("# Demo", "# Another heading")
    before = course.files()
    with pytest.raises(CourseError, match="changed after submissions were graded") as caught:
        course.release()
    assert "\n" not in str(caught.value)
    assert course.files() == before
