"""One Dask worker against two on this machine."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.classes import MISBEHAVING, make_class
from benchmarks.courses import OURS, copy_course, make_course
from benchmarks.measure import environment, run


def measure_workers(count: int, seed: int, folder: Path, ours: Sequence[str]) -> dict[str, Any]:
    """Grade a class on a scheduler with one worker process, then with two.

    Submissions that misbehave are left out: two that hang take as long as one, side by side.
    """
    handed = [each for each in make_class(count, seed) if each.kind not in MISBEHAVING]
    course = make_course(folder / "plain-dask")
    walls = {}
    for workers in (1, 2):
        graded = copy_course(course, folder / f"dask-{workers}", handed)
        with cluster(workers, graded) as address:
            done = run([*OURS, *ours, "--scheduler", address], graded)
        if done.code not in (0, 1):
            raise RuntimeError(f"nbcourse autograde ended with {done.code}:\n{done.text}")
        walls[workers] = done.wall
    return {"submissions": len(handed), "wall": walls, "ratio": walls[1] / walls[2]}


@contextlib.contextmanager
def cluster(workers: int, folder: Path) -> Iterator[str]:
    """Start a scheduler and worker processes of one thread each; yield the address."""
    from distributed import Client

    file = folder / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    commands = [["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common]]
    local = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder / "dask")]
    commands += [["distributed.cli.dask_worker", *local, *common]] * workers
    started = [
        subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        address = _address(file)
        with Client(address, timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(file: Path) -> str:
    """Where the scheduler answers; it writes a file when it does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if file.exists():
            with contextlib.suppress(json.JSONDecodeError):  # half written
                return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise RuntimeError("the Dask scheduler did not start")
