"""The sandbox made by Docker or Podman, where bubblewrap cannot be had (macOS, Windows).

A container for every worker, from an image that has Python, NumPy, IPython and matplotlib. A
container takes about a second to start, where a fork takes a few milliseconds.
"""

import shutil
import socket
import subprocess
import uuid
from pathlib import Path

from nbcourse.grading.inside.isolation import HOME, MAX_DISK, MAX_FILES, MAX_PROCESSES, NOBODY
from nbcourse.grading.sandbox.process import ENVIRONMENT, SandboxError, WorkerProcess
from nbcourse.grading.sandbox.view import COURSE_FOLDER, reduced_library
from nbcourse.grading.wire import Channel

IMAGE = "nbcourse-worker"
DOCKERFILE = Path(__file__).parent / "Dockerfile"
_PATIENCE = 30


def container_problem(engine: str) -> str:
    """Return why ``docker`` or ``podman`` cannot be used, empty when it can."""
    program = shutil.which(engine)
    if program is None:
        return f"{engine} is not installed"
    if not _works(program, "info"):
        return f"{engine} is installed, but its engine does not answer"
    if not _works(program, "image", "inspect", IMAGE):
        build = f"{engine} build -t {IMAGE} -f {DOCKERFILE} {DOCKERFILE.parent}"
        return f"{engine} has no image {IMAGE}: make it with '{build}'"
    return ""


class ContainerSandbox:
    """Workers in containers; a context manager that ends them.

    Parameters
    ----------
    engine
        ``"docker"`` or ``"podman"``.
    memory
        Bytes that a container may have.
    """

    def __init__(self, engine: str, memory: int) -> None:
        self._engine = shutil.which(engine) or engine
        self._memory = memory
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "ContainerSandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Do nothing: there is no process to prepare."""

    def start(self) -> WorkerProcess:
        """Start a container with a worker in it.

        Raises
        ------
        SandboxError
            If the engine cannot be run.
        """
        name = f"nbcourse-{uuid.uuid4().hex}"
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(
                    self.words(name),
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise SandboxError(f"{self._engine} cannot be run: {error}") from error
        self._running[name] = process
        return WorkerProcess(Channel(ours), process.pid, lambda: self._end(name))

    def close(self) -> None:
        """End all containers."""
        for name in list(self._running):
            self._end(name)

    def words(self, name: str) -> list[str]:
        """Return the command line that runs a container of this name."""
        words = [self._engine, "run", "--rm", "--interactive", "--name", name]
        words += ["--network", "none", "--read-only", "--cap-drop", "ALL"]
        words += ["--security-opt", "no-new-privileges", "--pids-limit", str(MAX_PROCESSES)]
        words += ["--memory", str(self._memory), "--memory-swap", str(self._memory)]
        words += ["--cpus", "1", "--user", f"{NOBODY}:{NOBODY}"]
        words += ["--ulimit", f"nofile={MAX_FILES}", "--ulimit", "core=0"]
        for folder in (HOME, "/tmp"):
            words += ["--tmpfs", f"{folder}:size={MAX_DISK // 2},mode=1777"]
        for target, source in sorted(reduced_library().items()):
            words += ["--volume", f"{source}:{COURSE_FOLDER}/nbcourse/{target}:ro"]
        environment = ENVIRONMENT | {
            "HOME": HOME,
            "IPYTHONDIR": f"{HOME}/ipython",
            "MPLCONFIGDIR": f"{HOME}/matplotlib",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": COURSE_FOLDER,
        }
        del environment["PATH"]  # the image knows where its Python is
        for variable, value in environment.items():
            words += ["--env", f"{variable}={value}"]
        return [
            *words,
            "--workdir",
            HOME,
            IMAGE,
            "python",
            "-m",
            "nbcourse.grading.inside.piped",
        ]

    def _end(self, name: str) -> str:
        process = self._running.pop(name)
        if process.poll() is None:
            words = [self._engine, "kill", name]
            subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return ""


def _works(*words: str) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
