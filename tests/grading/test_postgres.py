"""The gradebook on a PostgreSQL server: the same rows, scores and tables as in SQLite."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from nbcourse.authoring.course import load_config
from nbcourse.authoring.generate import record_sheets
from nbcourse.errors import CourseError
from nbcourse.grading.export import export_csv
from nbcourse.grading.gradebook import (
    gradebook_state,
    has_gradebook,
    open_gradebook,
    read_scores,
    wait_for_gradebook,
)
from nbcourse.grading.writer import GradebookWriter
from tests.grading.gradebooks import (
    contents,
    course_template,
    essays,
    make_course,
    sample_class,
    write,
)

pytestmark = pytest.mark.postgres

SHEETS = ["graphs", "gradient-checking", "essay"]


def program(name: str) -> str:
    """One of PostgreSQL's programs: those on PATH, else those of the package pgserver."""
    package = find_spec("pgserver")
    found = shutil.which(name)
    if found is None and package is not None and package.origin is not None:
        found = str(Path(package.origin).parent / "pginstall" / "bin" / name)
    assert found is not None, "mark the test with @pytest.mark.postgres"
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own behind a socket in its own folder: its address, without a database."""
    folder = Path(tempfile.mkdtemp(prefix="nbcourse-pg-"))  # a short path: a socket's is limited
    options: dict[str, object] = {"cwd": folder, "stdout": subprocess.DEVNULL}
    if os.geteuid() == 0:  # as which PostgreSQL refuses to run
        shutil.chown(folder, "nobody")
        options |= {"user": "nobody", "extra_groups": []}
    data = folder / "data"
    setup = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([program("initdb"), "-D", data, *setup], check=True, **options)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program("postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"],
            stderr=log,
            **options,
        )
    try:
        wait_until_ready(
            f"postgresql+psycopg2://postgres@/postgres?host={folder}", process, folder / "log"
        )
        yield f"postgresql+psycopg2://postgres@/{{}}?host={folder}"
    finally:
        process.send_signal(signal.SIGINT)  # it closes the connections that are left, and ends
        assert process.wait(30) == 0
        shutil.rmtree(folder)


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    engine = create_engine(url)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with engine.connect():
                engine.dispose()
                return
        except OperationalError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def create_database(server: str, name: str, template: str = "template1") -> str:
    """Create a database as a copy of another one; return its address."""
    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return server.format(name)


@pytest.fixture(scope="module")
def released(server: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose gradebook on the server knows its sheets, made by nbgrader there."""
    folder = tmp_path_factory.mktemp("postgres") / "course"
    return make_course(folder, root, create_database(server, "released"))


@pytest.fixture
def course(released: Path, server: str, tmp_path: Path) -> Path:
    """A copy of that course, with its own copy of the gradebook."""
    folder = Path(shutil.copytree(released, tmp_path / "course"))
    name = f"test_{uuid4().hex}"
    url = create_database(server, name, "released")
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace(server.format("released"), url))
    assert load_config(folder).CourseDirectory.db_url == url
    return folder


def test_the_class_is_as_in_sqlite(
    course: Path, root: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    template = course_template(tmp_path_factory, root)
    other = Path(shutil.copytree(template, tmp_path / "other"))
    for folder in (course, other):
        config = load_config(folder)
        assert has_gradebook(folder, config)
        assert read_scores(folder, config, SHEETS) == {}
        record_sheets(folder, config, ["graphs"])
        with GradebookWriter(folder, config) as writer:
            for turn in (0, 3):
                writer.write([*sample_class(root, turn), *essays(turn)])
                with open_gradebook(folder, config) as gradebook:
                    for student in ("ada", "dora"):
                        grade = gradebook.find_grade(
                            "check-add_backward", "graphs", "graphs", student
                        )
                        grade.manual_score, grade.needs_manual_grade = 1.5, False
                    gradebook.db.commit()
        record_sheets(folder, config, SHEETS)
        export_csv(folder, folder / "grades.csv")
    ours, expected = contents(course), contents(other)
    # The hidden checks, whose seeds differ from course to course.
    assert len(ours.pop("source_cell")) == len(expected.pop("source_cell"))
    assert ours == expected
    scores = read_scores(course, load_config(course), SHEETS)
    assert scores == read_scores(other, load_config(other), SHEETS)
    assert len(scores) == 18
    assert (course / "grades.csv").read_bytes() == (other / "grades.csv").read_bytes()
    assert not list(course.glob("*.db"))


def test_there_is_no_gradebook_before_the_first_release(server: str, tmp_path: Path) -> None:
    url = create_database(server, "empty")
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n"
    )
    config = load_config(tmp_path)
    assert not has_gradebook(tmp_path, config)
    assert read_scores(tmp_path, config, SHEETS) == {}
    wait_for_gradebook(tmp_path, config)
    with pytest.raises(CourseError, match="knows no sheet yet"):
        GradebookWriter(tmp_path, config)
    with pytest.raises(CourseError, match="there are no grades to export"):
        export_csv(tmp_path, tmp_path / "grades.csv")


def test_the_state_changes_with_what_feedback_shows(course: Path, root: Path) -> None:
    config = load_config(course)
    states = [gradebook_state(course, config)]
    write(course, sample_class(root))
    states.append(gradebook_state(course, config))
    with open_gradebook(course, config) as gradebook:
        comment = gradebook.find_comment("add_backward", "graphs", "graphs", "ada")
        comment.manual_comment = "Good"
        gradebook.db.commit()
    states.append(gradebook_state(course, config))
    assert len(set(states)) == 3
    write(course, sample_class(root))
    assert gradebook_state(course, config) == states[-1]


def test_a_student_added_by_another_program_meanwhile_is_no_problem(
    course: Path, root: Path
) -> None:
    config = load_config(course)
    engine = create_engine(config.CourseDirectory.db_url)
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with engine.connect() as other, engine.connect() as watch:

        def commit_when_waited_for() -> None:
            deadline = time.monotonic() + 20
            while not watch.execute(waiting).scalar() and time.monotonic() < deadline:
                watch.rollback()
                time.sleep(0.02)
            other.commit()

        other.execute(text("INSERT INTO student (id) VALUES ('ada')"))
        thread = threading.Thread(target=commit_when_waited_for)
        thread.start()
        write(course, sample_class(root)[:2])
        thread.join()
    engine.dispose()
    assert len(contents(course)["submitted_assignment"]) == 2


def test_a_lock_that_the_server_gives_up_is_said(course: Path, root: Path) -> None:
    config = load_config(course)
    engine = create_engine(config.CourseDirectory.db_url)
    config.CourseDirectory.db_url += "&options=-c%20lock_timeout%3D300"
    with engine.connect() as other:
        other.execute(text("LOCK TABLE grade"))
        with pytest.raises(CourseError, match=r"is locked by another program.*Nothing is lost"):
            write(course, sample_class(root), config)
    engine.dispose()
    assert contents(course)["student"] == []


def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    config = Config({"CourseDirectory": {"db_url": "postgresql+psycopg2://a:secret@[::1]:1/b"}})
    for use in (has_gradebook, wait_for_gradebook, gradebook_state, GradebookWriter):
        with pytest.raises(CourseError, match="cannot use the gradebook postgresql") as caught:
            use(tmp_path, config)
        assert "refused" in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)
