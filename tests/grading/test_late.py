"""Late submissions get the penalties that nbgrader's plugin gives, custom ones too."""

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from nbcourse.authoring.course import load_config
from nbcourse.errors import CourseError
from nbcourse.grading.late import LatePenalties
from nbcourse.grading.writer import GradebookWriter
from tests.grading.gradebooks import contents, course_template, nbgrader_writes, sample_class, write

DUE = datetime(2026, 11, 20, 12)
LATE = DUE + timedelta(hours=2, seconds=30)
PLUGIN = '''
from nbgrader.plugins import BasePlugin


class Hourly(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        from hours import PER_HOUR  # found beside this file, when it is needed

        return total_seconds_late // 3600 * PER_HOUR


class Strange(BasePlugin):
    """Nothing for one, less than nothing for another, more than there is for the rest."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"ada": None, "carl": -3.0}.get(student_id, score + 5)


class Failing(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1 / 0


class Wordy(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return "half"
'''


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory, root: Path, tmp_path: Path) -> Iterator[Path]:
    """A course with a due date and a plugin."""
    template = course_template(tmp_path_factory, root)
    course = Path(shutil.copytree(template, tmp_path / "course"))
    (course / "late_by_hour.py").write_text(PLUGIN)
    (course / "hours.py").write_text("PER_HOUR = 0.75\n")
    due(course, DUE)
    yield course
    for name in ("late_by_hour", "hours"):
        sys.modules.pop(name, None)


def due(course: Path, time: datetime | None) -> None:
    with Gradebook(load_config(course).CourseDirectory.db_url) as gradebook:
        gradebook.find_assignment("graphs").duedate = time
        gradebook.db.commit()


def extend(course: Path, hours: int) -> None:
    with Gradebook(load_config(course).CourseDirectory.db_url) as gradebook:
        gradebook.grant_extension("graphs", "ada", hours=hours)


def by_hand(course: Path) -> None:
    with Gradebook(load_config(course).CourseDirectory.db_url) as gradebook:
        grade = gradebook.find_grade("check-add_backward", "graphs", "graphs", "ada")
        grade.manual_score, grade.extra_credit = 0.5, 1.25
        gradebook.db.commit()


# Between two writings of the class, two hours late: what happens to the gradebook.
BETWEEN: dict[str, Callable[[Path], None]] = {
    "nothing": lambda course: None,
    "points by hand": by_hand,
    "an extension that is long enough": lambda course: extend(course, 3),
    "an extension that is too short": lambda course: extend(course, 1),
    "a later due date": lambda course: due(course, LATE),
    "an earlier due date": lambda course: due(course, DUE - timedelta(days=1)),
    "no due date": lambda course: due(course, None),
}
SETTINGS: dict[str, Config] = {
    "no penalty": Config(),
    "zero": Config({"LateSubmissionPlugin": {"penalty_method": "zero"}}),
    "a plugin": Config({"AssignLatePenalties": {"plugin_class": "late_by_hour.Hourly"}}),
    "a strange one": Config({"AssignLatePenalties": {"plugin_class": "late_by_hour.Strange"}}),
    "not enabled": Config(
        {
            "AssignLatePenalties": {"enabled": False},
            "LateSubmissionPlugin": {"penalty_method": "zero"},
        }
    ),
}
SCENES = [("zero", between) for between in BETWEEN]
SCENES += [(setting, "points by hand") for setting in SETTINGS if setting != "zero"]


Write = Callable[[Path, str], None]


@pytest.fixture
def writers(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Write, Write]:
    """Ours and nbgrader's: write the class into a course, with a setting."""
    chosen = [each for each in sample_class(root, timestamp=LATE) if each.sheet == "graphs"][:3]

    def configured(folder: Path, setting: str) -> Config:
        config = load_config(folder)
        config.merge(SETTINGS[setting])
        return config

    def ours(folder: Path, setting: str) -> None:
        write(folder, chosen, configured(folder, setting))

    def nbgraders(folder: Path, setting: str) -> None:
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(folder))  # what its commands do
            nbgrader_writes(folder, chosen, configured(folder, setting))

    return ours, nbgraders


@pytest.mark.parametrize(("setting", "between"), SCENES)
def test_penalties_are_those_of_nbgrader(
    setting: str,
    between: str,
    course: Path,
    writers: tuple[Write, Write],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> None:
    write_ours, write_nbgraders = writers
    # What nbgrader writes at first is the same in all scenes of a setting: once is enough.
    written = tmp_path_factory.getbasetemp() / f"written by nbgrader, {setting}"
    if not written.exists():
        shutil.copytree(course, tmp_path / "stock")
        write_nbgraders(tmp_path / "stock", setting)
        (tmp_path / "stock").rename(written)
    stock = Path(shutil.copytree(written, tmp_path / "stock"))
    write_ours(course, setting)
    for folder, writes in ((course, write_ours), (stock, write_nbgraders)):
        BETWEEN[between](folder)
        writes(folder, setting)
    ours, expected = contents(course), contents(stock)
    assert ours == expected
    found = [row["late_submission_penalty"] for row in expected["submitted_notebook"]]
    has_none = setting in ("no penalty", "not enabled")
    has_none = has_none or between in ("a later due date", "no due date")
    assert (set(found) == {"None"}) == has_none


FAILING = {
    "late_by_hour.Failing": "plugin Failing failed on ada, 7230 s late with .*: ZeroDivisionError",
    "late_by_hour.Wordy": "plugin Wordy failed on ada, .*: TypeError",
    "late_by_hour.Missing": "sets c.AssignLatePenalties.plugin_class to what cannot be used",
    "pathlib.Path": "sets c.AssignLatePenalties.plugin_class to what cannot be used",
}


@pytest.mark.parametrize("plugin", FAILING)
def test_a_plugin_that_fails_is_named(plugin: str, course: Path, root: Path) -> None:
    config = load_config(course)
    config.AssignLatePenalties.plugin_class = plugin
    chosen = [each for each in sample_class(root, timestamp=LATE) if each.sheet == "graphs"][:2]
    with pytest.raises(CourseError, match=FAILING[plugin]) as caught:
        write(course, chosen, config)
    assert caught.value.exit_code == 2
    assert contents(course)["student"] == []


def test_an_extension_of_no_due_date_is_no_reason_to_stop(course: Path, root: Path) -> None:
    chosen = [each for each in sample_class(root, timestamp=LATE) if each.sheet == "graphs"][:1]
    write(course, chosen)
    due(course, None)
    extend(course, 1)
    write(course, chosen)
    (row,) = contents(course)["submitted_notebook"]
    assert row["late_submission_penalty"] == "None"


def test_a_due_date_may_move_while_a_writer_is_open(course: Path, root: Path) -> None:
    config = load_config(course)
    config.LateSubmissionPlugin.penalty_method = "zero"
    (entry,) = [each for each in sample_class(root, timestamp=LATE) if each.sheet == "graphs"][:1]
    with GradebookWriter(course, config) as writer:
        writer.write([entry])
        (row,) = contents(course)["submitted_notebook"]
        assert float(row["late_submission_penalty"]) > 0
        due(course, LATE)
        writer.write([entry])
    (row,) = contents(course)["submitted_notebook"]
    assert row["late_submission_penalty"] == "None"


def test_modules_are_found_in_the_course_folder_only_while_the_plugin_runs(course: Path) -> None:
    config = Config({"AssignLatePenalties": {"plugin_class": "late_by_hour.Hourly"}})
    before = list(sys.path)
    late = LatePenalties(course, config)
    assert sys.path == before
    assert late.penalty("ada", 10.0, 3 * 3600.0) == 2.25
    assert sys.path == before
