"""Starting and ending the processes in which students' code runs.

This is the one place that says what such a process may see and do. Here it is a process of
its own, in a session of its own, with a private empty working folder and an environment that
tells it nothing; it is ended together with everything it has started.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib

import nbcourse
from nbcourse.grading.wire import Channel

# BLAS threads are kept to one: submissions are what runs in parallel.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


class WorkerProcess:
    """A running worker: its channel, its process group, its folder.

    Parameters
    ----------
    process
        The process, leader of a session of its own.
    channel
        The trusted end of the conversation with it.
    folder
        The folder of its home and its working folder, removed when it is stopped.
    """

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel, folder: Path) -> None:
        self.channel = channel
        self._process = process
        self._folder = folder

    @property
    def pid(self) -> int:
        """The process id, which is its process group's too."""
        return self._process.pid

    def stop(self) -> None:
        """Kill the worker and all that it has started, and remove its folder."""
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def start_worker() -> WorkerProcess:
    """Start a process that waits for cells to run and functions to call."""
    folder = Path(tempfile.mkdtemp(prefix="nbcourse-"))
    home, work = folder / "home", folder / "work"
    home.mkdir()
    work.mkdir()
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "nbcourse.grading.worker", str(theirs.fileno())],
            cwd=work,
            env=ENVIRONMENT
            | {
                "HOME": str(home),
                "IPYTHONDIR": str(home / ".ipython"),
                # Without the cache of fonts there, every worker would look for fonts anew.
                "MPLCONFIGDIR": matplotlib.get_cachedir(),
                "PATH": os.defpath,
                "PYTHONPATH": str(Path(nbcourse.__file__).parents[1]),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return WorkerProcess(process, Channel(ours), folder)
