"""Shutting a process in before a student's code runs in it.

Two steps, because a process is in the PID namespace it was born in: ``leave`` is called by the
process that forks, ``lock`` by the one that is born, which is the first in its namespace: when
it ends, the kernel ends everything it has started. ``lock`` cannot be undone.
"""

import contextlib
import fcntl
import os
import resource
import signal
import sys
import tempfile
from dataclasses import dataclass

from nbcourse.grading.inside import linux, seccomp

HOME = "/student"
NOBODY = 65534
# No system gives a person or a service such a number.
FIRST_USER = 2_000_000_000
MAX_FILES = 256
MAX_DESCRIPTOR = 65536
MAX_PROCESSES = 64
MAX_DISK = 64 * 2**20
# Processes are counted by namespace from this kernel on; before, by user on the whole machine.
COUNTS_BY_NAMESPACE = (5, 14)


@dataclass(frozen=True)
class Confinement:
    """What a student's process may take.

    Parameters
    ----------
    memory
        Bytes of address space for each of its processes.
    seconds
        Processor time of each of them: the whole submission's, a bound behind the others.
    namespaces
        Whether it is in a sandbox, and can be given namespaces of its own.
    place
        Decides the one processor that it runs on, and under root its user. However many threads
        and processes it has, it takes no more processor time than time passes, and nothing from
        its neighbors.
    """

    memory: int
    seconds: int
    namespaces: bool
    place: int = 0


def leave() -> None:
    """Have the next child born in namespaces of its own.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """
    linux.unshare(linux.CLONE_NEWPID | linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET)


def lock(confinement: Confinement, *kept: int) -> list[int]:
    """Give this process nothing but its connection, an empty folder, and its limits.

    Parameters
    ----------
    confinement
        What it may take.
    kept
        The file descriptors that it keeps.

    Returns
    -------
    list
        Their new numbers; every other one is closed.

    Raises
    ------
    OSError
        If the kernel refuses a step: then no student's code may run here.
    """
    os.setsid()
    descriptors = _keep_only(*kept)
    if confinement.namespaces:
        _own_folders()
    else:
        os.chdir(tempfile.mkdtemp(dir="."))
    _limit(confinement)
    if sys.platform == "linux":
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[confinement.place % len(processors)]})
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_, signal.SIG_DFL)
    if confinement.namespaces:
        linux.drop_bounding_set()
        _become_nobody(confinement.place)
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.install()
    return descriptors


def _keep_only(*kept: int) -> list[int]:
    """Close everything else; input is empty, and what is written goes nowhere."""
    # Out of the way first: their new numbers may be each other's old ones.
    moved = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100) for descriptor in kept]
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for number, descriptor in enumerate(moved, start=3):
        os.dup2(descriptor, number, inheritable=False)
    os.closerange(3 + len(kept), MAX_DESCRIPTOR)
    return list(range(3, 3 + len(kept)))


def _own_folders() -> None:
    """A private folder to work in, and nothing to be learnt from /proc."""
    linux.mount(None, "/", linux.MS_REC | linux.MS_PRIVATE)
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("tmpfs", HOME, flags, f"size={MAX_DISK},nr_inodes=4096,mode=0777")
    linux.mount("tmpfs", "/proc", flags | linux.MS_NOEXEC | linux.MS_RDONLY, "size=4k,nr_inodes=1")
    for folder in ("work", "tmp", "shm"):
        os.mkdir(f"{HOME}/{folder}")
        os.chmod(f"{HOME}/{folder}", 0o777)
    os.chdir(f"{HOME}/work")


def _limit(confinement: Confinement) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: MAX_DISK,
        resource.RLIMIT_NOFILE: MAX_FILES,
        resource.RLIMIT_CPU: confinement.seconds,
    }
    if sys.platform == "linux":  # elsewhere it is not kept, or cannot be set
        limits[resource.RLIMIT_AS] = confinement.memory
    if confinement.namespaces and _kernel() >= COUNTS_BY_NAMESPACE:
        limits[resource.RLIMIT_NPROC] = MAX_PROCESSES
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _kernel() -> tuple[int, ...]:
    parts = os.uname().release.split("-")[0].split(".")[:2]
    return tuple(int(part) for part in parts if part.isdigit())


def _become_nobody(place: int) -> None:
    """As root, go on as a user whom nothing belongs to, and another one in every place.

    The kernel counts processes by user: of two students who were one user, the one who starts
    too many would keep the other from starting any.
    """
    if os.geteuid() != 0:
        return
    # A user namespace may know of no such user, or of no other at all; then this root is none
    # outside of it.
    for user in (FIRST_USER + place, NOBODY):
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            return
