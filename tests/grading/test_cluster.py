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
from nbcourse.grading import cluster, task
from nbcourse.grading.autograde import Grading, How
from nbcourse.grading.cluster_worker import difference, versions
from tests.grading.gradebooks import contents
from tests.grading.handed_in import hand_in

pytestmark = pytest.mark.dask

# Among them one that hangs, one that ends its process, and what is no notebook.
HANDED_IN = ["right", "blank", "wrong", "hangs in a call", "ends the process", "cut", "no notebook"]
MORE = 24
STARTUP = 60


class Cluster:
    """A scheduler and its workers: processes of their own, started as a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = ""

    def _start(self, *words: str, start: str = "from dask.__main__ import main") -> Any:
        common = ["--scheduler-file", str(self._file), "--no-dashboard"]
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", f"{start}; main()", *words, *common],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def add(self, start: str = "from dask.__main__ import main", threads: int = 1) -> None:
        """Start one more worker; return when it is there."""
        words = ["--no-nanny", "--nthreads", str(threads), "--local-directory", str(self.folder)]
        self.workers.append(self._start("worker", *words, start=start))

    def wait(self, count: int) -> None:
        from distributed import Client

        end = time.monotonic() + STARTUP
        while not self.address:
            assert time.monotonic() < end, (self.folder / "scheduler.log").read_text()
            time.sleep(0.05)
            with contextlib.suppress(OSError, ValueError):
                self.address = json.loads(self._file.read_text())["address"]
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=STARTUP)

    def end(self) -> None:
        for process in [*self.workers, self._scheduler]:
            process.terminate()
        for process in [*self.workers, self._scheduler]:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def started(folder: Path, workers: int) -> Iterator[Cluster]:
    folder.mkdir()
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add()
        made.wait(workers)
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
    with started(tmp_path / "dask", 2) as dask:
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
