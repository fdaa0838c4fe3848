"""Running a command and measuring it: wall clock, CPU, memory, and what it leaves behind.

Processes are read from /proc: Linux only.
"""

import ctypes
import os
import resource
import subprocess
import sysconfig
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import command_line, descendants, kill, stat, unshared

INTERVAL = 0.5
_PR_SET_CHILD_SUBREAPER = 36
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    """What the processes of a command were at one moment.

    Parameters
    ----------
    seconds
        Since its start.
    progress
        What ``progress`` returned.
    rss, uss
        Resident and unshared bytes, by role: "command", "jobs".
    cpu
        Seconds used so far, by role.
    """

    seconds: float
    progress: int
    rss: dict[str, int]
    uss: dict[str, int]
    cpu: dict[str, float]


@dataclass
class Run:
    """A command that has ended."""

    wall: float
    cpu: float
    code: int
    lines: list[tuple[float, str]]
    samples: list[Sample] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that it printed."""
        return "\n".join(line for _, line in self.lines)

    def cpu_by_role(self) -> dict[str, float]:
        """CPU seconds of the command's own process, its jobs, and all other processes."""
        roles = {"command": 0.0, "jobs": 0.0}
        for sample in self.samples:
            for role in roles:
                roles[role] = max(roles[role], sample.cpu.get(role, 0.0))
        return roles | {"students": max(0.0, self.cpu - sum(roles.values()))}


def run(
    command: Sequence[str],
    folder: Path,
    *,
    progress: Callable[[], int] = lambda: 0,
    memory: bool = False,
    grace: float | None = None,
    silence: float | None = None,
) -> Run:
    """Run a command in a folder to its end and measure it.

    Parameters
    ----------
    command, folder
        What to run, and where.
    progress
        How far it is, asked every half second.
    memory
        Whether to sample memory, too.
    grace
        Look for processes left this many seconds after the end; None not to look.
    silence
        Kill it when it has printed nothing for so many seconds.
    """
    # What a command leaves behind becomes a child of this process: it is seen and counted.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children_cpu()
    start = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines: list[tuple[float, str]] = []
    reader = threading.Thread(target=_read, args=(process, lines, start), daemon=True)
    reader.start()
    samples = []
    while True:
        try:
            process.wait(INTERVAL)
            break
        except subprocess.TimeoutExpired:
            now = time.perf_counter() - start
            samples.append(_sample(process.pid, now, progress(), memory))
            if silence is not None and now - (lines[-1][0] if lines else 0.0) > silence:
                kill([process.pid, *descendants(process.pid)])
    wall = time.perf_counter() - start
    reader.join(1)
    left = []
    if grace is not None:
        time.sleep(grace)
        there = descendants(os.getpid())
        left = [name for pid in there if (name := command_line(pid))]
        kill(there)
    _reap()
    return Run(wall, _children_cpu() - before, process.returncode, lines, samples, left)


def environment(folder: Path) -> dict[str, str]:
    """The environment without the user's own Jupyter settings."""
    private = {
        f"JUPYTER_{name}_DIR": str(folder / ".jupyter" / name.lower())
        for name in ("CONFIG", "DATA", "RUNTIME")
    }
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    return os.environ | private | {"PATH": path}


def _read(process: "subprocess.Popen[str]", lines: list[tuple[float, str]], start: float) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append((time.perf_counter() - start, line.rstrip("\n")))


def _sample(pid: int, seconds: float, progress: int, memory: bool) -> Sample:
    rss: dict[str, int] = {}
    uss: dict[str, int] = {}
    cpu: dict[str, float] = {}
    for each, role in [(pid, "command"), *((job, "jobs") for job in _jobs(pid))]:
        fields = stat(each)
        if fields is None:
            continue
        cpu[role] = cpu.get(role, 0.0) + (int(fields[11]) + int(fields[12])) / _TICK
        rss[role] = rss.get(role, 0) + int(fields[21]) * _PAGE
        if memory:
            uss[role] = uss.get(role, 0) + unshared(each)
    return Sample(seconds, progress, rss, uss, cpu)


def _jobs(pid: int) -> list[int]:
    """The processes that a command has started by Python's multiprocessing."""
    return [each for each in descendants(pid) if "spawn_main" in command_line(each)]


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap() -> None:
    """Collect the ended processes that were inherited, for their CPU to be counted."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
