"""The gradebook's one writer leaves what nbgrader leaves, at once or not at all."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import Engine, create_engine, event

from nbcourse.authoring.course import load_config
from nbcourse.authoring.generate import record_sheets
from nbcourse.errors import CourseError
from nbcourse.grading.gradebook import (
    gradebook_state,
    has_gradebook,
    open_gradebook,
    read_scores,
    wait_for_gradebook,
)
from nbcourse.grading.writer import Entry, GradebookWriter
from tests.grading.gradebooks import (
    contents,
    course_template,
    essays,
    graded,
    nbgrader_writes,
    result,
    sample_class,
    write,
)

NOON = datetime(2026, 11, 20, 12)
Write = Callable[[Path, Sequence[Entry]], None]


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory, root: Path, tmp_path: Path) -> Path:
    """A course whose gradebook knows its sheets and no student."""
    return Path(shutil.copytree(course_template(tmp_path_factory, root), tmp_path / "course"))


def url(course: Path) -> str:
    return str(load_config(course).CourseDirectory.db_url)


BY_HAND = ("ada", "dora")


def by_hand(course: Path) -> None:
    """What an instructor does in formgrader: points, extra credit, comments, a flag."""
    with Gradebook(url(course)) as gradebook:
        for cell, student, points, extra in (
            ("check-add_backward", "ada", 0.5, None),
            ("check-multiply_backward", "ada", 0.0, 1.0),
            ("check-max_backward", "dora", None, 2.0),
        ):
            grade = gradebook.find_grade(cell, "graphs", "graphs", student)
            grade.manual_score, grade.extra_credit = points, extra
            grade.needs_manual_grade = False
        comment = gradebook.find_comment("add_backward", "graphs", "graphs", "dora")
        comment.manual_comment = "Come to my office"
        gradebook.find_submission_notebook("graphs", "graphs", "ada").flagged = True
        gradebook.update_or_create_student("ada", first_name="Ada", email="ada@example.org")
        gradebook.db.commit()


def written_again(course: Path, write: Write, root: Path) -> None:
    write(course, sample_class(root)[:5])
    write(course, sample_class(root)[:5])


def regraded(course: Path, write: Write, root: Path) -> None:
    chosen = [number for number, each in enumerate(sample_class(root)) if each.student in BY_HAND]
    for turn in (0, 4):
        entries = sample_class(root, turn)
        write(course, [entries[number] for number in chosen])
        if turn == 0:
            by_hand(course)


def handed_in_again(course: Path, write: Write, root: Path) -> None:
    """The first time stamps, then others, then none: the last known ones stay."""
    for time in (NOON, NOON.replace(hour=13), None):
        write(course, sample_class(root, timestamp=time)[:3])


def essays_written(course: Path, write: Write, root: Path) -> None:
    write(course, essays())
    with Gradebook(url(course)) as gradebook:
        grade = gradebook.find_grade("written", "essay", "essay", "ada")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.find_comment("task", "essay", "essay", "ada").manual_comment = "Good"
        gradebook.find_grade("check", "appendix", "essay", "ada").auto_score = 2.0
        gradebook.db.commit()
    write(course, essays(turn=1))


SCENES: dict[str, Callable[[Path, Write, Path], None]] = {
    "written once": lambda course, write, root: write(course, sample_class(root)),
    "written again": written_again,
    "graded by hand, then regraded": regraded,
    "handed in again": handed_in_again,
    "cells for people, and a second notebook": essays_written,
}


@pytest.mark.parametrize("name", SCENES)
def test_the_gradebook_is_the_one_that_nbgrader_leaves(
    name: str, course: Path, root: Path, tmp_path: Path
) -> None:
    stock = Path(shutil.copytree(course, tmp_path / "stock"))
    SCENES[name](course, write, root)
    SCENES[name](stock, nbgrader_writes, root)
    ours, expected = contents(course), contents(stock)
    assert ours == expected
    assert len(expected["grade"]) >= len(expected["submitted_assignment"]) > 2
    assert len(expected["comment"]) >= len(expected["submitted_assignment"])


def test_scores_are_those_that_nbgrader_adds_up(course: Path, root: Path) -> None:
    write(course, [*sample_class(root), *essays()])
    by_hand(course)
    names = ["graphs", "gradient-checking", "essay", "no such sheet"]
    with Gradebook(url(course)) as gradebook:
        expected = {
            (sheet, each["student"]): (each["score"], each["max_score"])
            for sheet in names
            for each in gradebook.submission_dicts(sheet)
        }
    assert read_scores(course, load_config(course), names) == expected
    assert len(expected) == 18


def statements(course: Path, entries: Sequence[Entry]) -> int:
    """How many statements writing takes."""
    count: list[str] = []

    def counted(*arguments: Any) -> None:
        count.append(arguments[2])

    with GradebookWriter(course, load_config(course)) as writer:
        event.listen(writer._engine, "before_cursor_execute", counted)
        writer.write(entries)
    return len(count)


def test_many_submissions_take_no_more_statements_than_one(course: Path, root: Path) -> None:
    one = sample_class(root)[1]
    many = [replace(one, student=f"student {number}") for number in range(50)]
    assert statements(course, many) == statements(course, [one]) <= 15
    assert statements(course, many) == statements(course, [one]) <= 15


def test_many_more_than_a_batch(course: Path, root: Path) -> None:
    one = sample_class(root)[0]
    write(course, [replace(one, student=f"student {number}") for number in range(450)])
    assert len(read_scores(course, load_config(course), [one.sheet])) == 450


def test_of_two_entries_the_last_one_counts(course: Path, root: Path) -> None:
    first = sample_class(root)[1]
    second = replace(first, notebook=graded(first.notebook, 7))
    assert first.sheet == "graphs"
    write(course, [second])
    expected = contents(course)
    write(course, [first, second])
    assert contents(course) == expected
    write(course, [second, first])
    assert contents(course) != expected


def test_sheets_released_anew_are_found_by_an_open_writer(course: Path) -> None:
    config, path = load_config(course), course / "source" / "essay" / "essay.ipynb"
    everything = essays()[0]
    notebook = deepcopy(everything.notebook)
    notebook.cells[3].metadata.nbgrader["grade_id"] = notebook.cells[3].id = "another-check"
    with GradebookWriter(course, config) as writer:
        writer.write([everything])
        with Gradebook(url(course)) as gradebook:
            gradebook.remove_submission("essay", "ada")
        source = path.read_text()
        path.write_text(source.replace('"check"', '"another-check"'))
        record_sheets(course, config, ["essay"])
        writer.write([replace(everything, notebook=notebook)])
        with pytest.raises(CourseError, match="does not know the cells check of the sheet 'essay'"):
            writer.write([everything])
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        assert not database.execute("PRAGMA foreign_key_check").fetchall()


# --- refused entries -----------------------------------------------------------------------------


def of_no_sheet(entry: Entry) -> Entry:
    return replace(entry, sheet="nothing")


def of_another_sheet(entry: Entry) -> Entry:
    return replace(entry, sheet="essay")


def too_many_points(entry: Entry) -> Entry:
    notebook = deepcopy(entry.notebook)
    check = next(cell for cell in notebook.cells if cell.id == "check-add_backward")
    check.outputs = [result("1000.0")]
    return replace(entry, notebook=notebook)


def not_utf8(entry: Entry) -> Entry:
    return replace(entry, student="n\udce9")


REFUSED: dict[str, tuple[Callable[[Entry], Entry], str]] = {
    "no such sheet": (of_no_sheet, "the gradebook does not know the sheet 'nothing'"),
    "no such cells": (of_another_sheet, "the gradebook does not know the cells add_backward, "),
    "more than all points": (too_many_points, "graded notebook of ada, graphs holds no scores"),
    "a name that is no text": (not_utf8, "Rename the folder of this student"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_place_is_refused_and_nothing_is_written(
    name: str, course: Path, root: Path
) -> None:
    change, message = REFUSED[name]
    entries = sample_class(root)
    before = contents(course)
    with pytest.raises(CourseError, match=message) as caught:
        write(course, [*entries[2:], change(entries[1])])
    assert caught.value.exit_code == 2
    assert contents(course) == before


# --- a gradebook that cannot be used -------------------------------------------------------------


@pytest.fixture
def locked(course: Path) -> Any:
    """A connection of another program that holds the lock, until it rolls back."""
    database = sqlite3.connect(course / "gradebook.db", check_same_thread=False)
    with closing(database):
        database.execute("BEGIN EXCLUSIVE")
        yield database


def test_a_locked_gradebook_is_waited_for(course: Path, root: Path, locked: Any) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text().replace("timeout=0.3", "timeout=30"))
    release = threading.Timer(0.5, locked.rollback)
    release.start()
    write(course, sample_class(root)[:1])
    release.join()
    assert len(contents(course)["submitted_assignment"]) == 1


LOCKED: dict[str, Callable[[Path, Any], object]] = {
    "open a writer": lambda course, config: GradebookWriter(course, config),
    "read": lambda course, config: read_scores(course, config, ["graphs"]),
    "open": lambda course, config: open_gradebook(course, config).__enter__(),
    "wait": lambda course, config: wait_for_gradebook(course, config),
}


@pytest.mark.parametrize("name", LOCKED)
def test_a_gradebook_that_stays_locked_is_said(name: str, course: Path, locked: Any) -> None:
    with pytest.raises(CourseError) as caught:
        LOCKED[name](course, load_config(course))
    assert caught.value.exit_code == 2
    assert "gradebook.db is locked by another program" in str(caught.value)
    assert "within 0.3 s: formgrader, another nbgrader or nbcourse" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ("Nothing is lost" in str(caught.value)) == (name == "open a writer")


def test_a_lock_in_the_middle_of_a_run_loses_nothing(
    course: Path, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    entries = sample_class(root)
    with GradebookWriter(course, load_config(course)) as writer:
        writer.write(entries[:4])
        with closing(sqlite3.connect(course / "gradebook.db")) as other:
            other.execute("BEGIN IMMEDIATE")  # readers may go on
            with pytest.raises(CourseError) as caught:
                writer.write(entries[4:])
            with pytest.raises(CourseError, match="is locked"):
                wait_for_gradebook(course, load_config(course))
        assert "Nothing is lost: what was graded is in .nbcourse/grading.jsonl" in str(caught.value)
        assert len(contents(course)["submitted_assignment"]) == 4
        wait_for_gradebook(course, load_config(course))
        writer.write(entries[4:])
    assert len(contents(course)["submitted_assignment"]) == 14
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_is_said_and_nothing_is_half_written(course: Path, root: Path) -> None:
    entries = sample_class(root)

    def limit(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead

    write(course, entries[:2])
    before = contents(course)
    event.listen(Engine, "connect", limit)
    try:
        with pytest.raises(CourseError, match=r"the disk is full.*Nothing is lost") as caught:
            write(course, entries[2:])
    finally:
        event.remove(Engine, "connect", limit)
    assert caught.value.exit_code == 2
    assert contents(course) == before


def test_a_read_only_gradebook_can_be_read_and_not_written(course: Path, root: Path) -> None:
    write(course, sample_class(root)[:2])
    config = load_config(course)
    config.CourseDirectory.db_url = f"sqlite:///file:{course / 'gradebook.db'}?mode=ro&uri=true"
    assert len(read_scores(course, config, ["graphs", "gradient-checking"])) == 2
    with open_gradebook(course, config) as gradebook:
        assert len(gradebook.students) == 1
    with pytest.raises(CourseError, match="is read-only for you"):
        write(course, sample_class(root)[2:], config)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE albums (title)")


def old(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '50a4d84c131a'")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("student,score\n" * 100)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


UNUSABLE: dict[str, tuple[Callable[[Path], None], str, bool]] = {
    "another program's database": (foreign, "is no gradebook: it holds the tables albums", True),
    "an old gradebook": (old, "was made by another version of nbgrader", True),
    "an empty file": (empty, "knows no sheet yet. Run 'nbcourse release'", False),
    "no file": (Path.unlink, "knows no sheet yet. Run 'nbcourse release'", False),
    "text": (text, "is no gradebook, or a damaged one", True),
    "a folder": (folder, "cannot be opened", True),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_gradebook_is_said_and_left_as_it_is(name: str, course: Path) -> None:
    spoil, message, refused = UNUSABLE[name]
    path, config = course / "gradebook.db", load_config(course)
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(CourseError, match=message) as caught:
        GradebookWriter(course, config)
    assert caught.value.exit_code == 2
    if refused:
        for use in (has_gradebook, wait_for_gradebook, lambda *c: open_gradebook(*c).__enter__()):
            with pytest.raises(CourseError, match=message):
                use(course, config)
    else:
        assert not has_gradebook(course, config)
        assert read_scores(course, config, ["graphs"]) == {}
        wait_for_gradebook(course, config)
    assert (path.read_bytes() if path.is_file() else b"") == before


STOPPED = {
    "before its version": ("DELETE FROM alembic_version", True),
    "before its table of versions": ("DROP TABLE alembic_version", True),
    "in the middle of its tables": ("DROP TABLE alembic_version; DROP TABLE comment", False),
}


@pytest.mark.parametrize("name", STOPPED)
def test_a_gradebook_is_used_that_nbgrader_was_stopped_in_making(
    name: str, course: Path, root: Path
) -> None:
    statements, complete = STOPPED[name]
    config = load_config(course)
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        database.executescript(statements)
    assert has_gradebook(course, config) == complete
    record_sheets(course, config, ["graphs", "gradient-checking"])
    write(course, sample_class(root))
    assert len(read_scores(course, config, ["graphs", "gradient-checking"])) == 14


ADDRESSES = {
    "gradebook.db": "what is no database's address",
    "oracle://localhost/course": "needs the Python package",
    "oracle://ada:secret@localhost/course": r"the gradebook oracle://ada:\*\*\*@localhost",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_where_no_gradebook_is(address: str, course: Path) -> None:
    config = load_config(course)
    config.CourseDirectory.db_url = address
    with pytest.raises(CourseError, match=ADDRESSES[address]) as caught:
        has_gradebook(course, config)
    assert "secret" not in str(caught.value)


def test_the_state_changes_when_something_is_written(course: Path, root: Path) -> None:
    config = load_config(course)
    before = gradebook_state(course, config)
    read_scores(course, config, ["graphs"])
    assert gradebook_state(course, config) == before
    write(course, sample_class(root)[:1])
    assert gradebook_state(course, config) != before
    engine = create_engine(config.CourseDirectory.db_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    with engine.connect() as reader:
        before = gradebook_state(course, config)
        write(course, sample_class(root)[1:2])
        assert gradebook_state(course, config) != before
        reader.rollback()
    engine.dispose()
