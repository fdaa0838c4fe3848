"""Watching the processes of a run: what memory they take, and which of them are left.

A run is watched from outside, through /proc. While it lasts this process adopts what its
descendants orphan, so that none of them can get away.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
#: A run that takes more than this is ended: the machine is worth more than the finding.
MAX_MEMORY = 9 * 2**30
EVERY = 0.1


@dataclass
class Run:
    """What was seen of one command.

    Parameters
    ----------
    code, output, seconds
        Its exit code, all that it printed, and how long it took.
    trusted, students
        The largest memory of one process outside the sandbox, of all inside together; bytes.
    shared
        By how much the memory in files and segments of the whole machine grew at most.
    left
        The processes still there 3 seconds after it returned.
    stopped
        Whether it had to be ended, and why.
    """

    code: int = 0
    output: str = ""
    seconds: float = 0.0
    trusted: int = 0
    students: int = 0
    shared: int = 0
    left: list[str] = field(default_factory=list)
    stopped: str = ""


def watched(command: Sequence[str], folder: Path, environment: Any, limit: float) -> Run:
    """Run a command, at most ``limit`` seconds, and say what was seen of it."""
    run = Run()
    before = set(descendants(os.getpid()))
    start, shared = time.monotonic(), _shared_memory()
    with _adopting(), (folder / ".." / "output.txt").open("w+") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        reaped = threading.Event()
        while process.poll() is None:
            _look(run, process.pid, shared)
            if time.monotonic() - start > limit:
                run.stopped = f"not done after {limit:g} s"
            elif run.students > MAX_MEMORY or run.shared > MAX_MEMORY or run.trusted > MAX_MEMORY:
                run.stopped = f"took {run.trusted}, {run.students}, {run.shared} bytes"
            if run.stopped:
                _end({*descendants(os.getpid())} - before)
                process.wait()
            reaped.wait(EVERY)
        run.code, run.seconds = process.returncode, time.monotonic() - start
        deadline = time.monotonic() + 20
        left = set(descendants(os.getpid())) - before
        while left and time.monotonic() < deadline:
            time.sleep(EVERY)
            _reap(left)
            left = set(descendants(os.getpid())) - before
        run.left = [f"{pid}: {_read(pid, 'cmdline')}" for pid in sorted(left)]
        _end(left)
        file.seek(0)
        run.output = file.read()
    return run


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have started."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            # The name, in parentheses, may hold anything.
            fields = _read(int(entry), "stat").rpartition(")")[2].split()
            if len(fields) > 1:
                parents.setdefault(int(fields[1]), []).append(int(entry))
    found = list(parents.get(pid, []))
    for each in found:
        found += parents.get(each, [])
    return found


def _look(run: Run, pid: int, shared: int) -> None:
    ours = _namespace(os.getpid())
    inside, most = [], 0
    for each in [pid, *descendants(pid)]:
        status = _read(each, "status")
        values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if _namespace(each) == ours:
            run.trusted = max(run.trusted, _bytes(values, "VmHWM"))
        else:
            inside.append(each)
            most += _bytes(values, "RssAnon")
    # What they share is in this sum more than once. To take it apart costs the most, and need not
    # be done where even the sum is no more than what was seen before.
    if most > run.students:
        run.students = max(run.students, sum(map(_own_memory, inside)))
    run.shared = max(run.shared, _shared_memory() - shared)


def _own_memory(pid: int) -> int:
    """A process's memory in no file: what it shares with others is counted once, not for each."""
    lines = _read(pid, "smaps_rollup").splitlines()
    return _bytes(dict(line.split(":", 1) for line in lines[1:] if ":" in line), "Pss_Anon")


def _bytes(values: dict[str, str], key: str) -> int:
    return int(values.get(key, "0 kB").split()[0]) * 1024


def _namespace(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return ""


def _shared_memory() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Shmem:"))


def _read(pid: int, name: str) -> str:
    try:
        with open(f"/proc/{pid}/{name}", "rb", buffering=0) as file:  # thousands of times
            return file.read().decode(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _end(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    time.sleep(EVERY)
    _reap(pids)


def _reap(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


@contextlib.contextmanager
def _adopting() -> Iterator[None]:
    """Be the parent of every orphan that a descendant leaves."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
