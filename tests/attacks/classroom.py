"""One course, all attacks handed in beside honest neighbours, graded once by the real command."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.attack import EXERCISES
from tests.attacks.listeners import Listeners
from tests.attacks.setting import NEIGHBOUR, Result, Scene, student_ids
from tests.attacks.suite import FAMILIES
from tests.attacks.watch import Run

#: One honest student after so many attackers.
EVERY = 12
#: What neighbours hand in, over and over: the exercises they have solved.
SOLVED = (EXERCISES, EXERCISES[:2], EXERCISES[1:], EXERCISES)
CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")


@dataclass
class Graded:
    """Everything that there is to see after the class was graded.

    Parameters
    ----------
    scene
        The course and its canaries.
    sandboxed
        Whether there was a sandbox; without one only harmless families were handed in.
    run, baseline
        The command as it was seen, with and without attackers.
    students
        (family, attack) -> student.
    results, honest, expected
        What became of each student; of the neighbours; of the neighbours without attackers.
    contacts
        Connections and datagrams that came from inside.
    before, after
        The files that nobody may write.
    """

    scene: Scene
    sandboxed: bool
    run: Run
    baseline: Run
    students: dict[tuple[str, str], str]
    results: dict[str, Result]
    honest: dict[str, Result]
    expected: dict[str, Result]
    contacts: list[str]
    before: dict[str, str]
    after: dict[str, str]
    kernel: tuple[str, str]


def has_option(option: str) -> bool:
    """Say whether ``nbcourse autograde`` has an option."""
    from nbcourse.cli import autograde

    return any(option in parameter.opts for parameter in autograde.command.params)


def neighbours(scene: Scene, count: int) -> list[str]:
    """Hand in honest submissions; their students' names put them between the attackers'."""
    names = [NEIGHBOUR, *(f"{number:03d}-~neighbour" for number in range(EVERY, count, EVERY))]
    for index, name in enumerate([*names, "999-neighbour"]):
        scene.hand_in(name, scene.solved(*SOLVED[index % 4], note=scene.texts["neighbour"]))
    return [*names, "999-neighbour"]


@contextmanager
def grade_class(root: Path) -> Iterator[Graded]:
    """The class, graded; and the same neighbours graded without attackers."""
    folder = Path(tempfile.mkdtemp(prefix="attacks-"))
    students = student_ids(FAMILIES)
    calm, scene = Scene(folder / "calm"), Scene(folder / "attacked")
    try:
        for each in (calm, scene):
            each.release(root)
            honest = neighbours(each, len(students))
        jobs = ("--jobs", "2") if has_option("--jobs") else ()
        baseline = calm.grade(*jobs)
        sandboxed = has_option("--sandbox") and baseline.code == 0
        choice = ("--sandbox", "none") if has_option("--sandbox") and not sandboxed else ()
        if choice:
            baseline = calm.grade(*jobs, *choice)
        assert baseline.code == 0, baseline.output
        with Listeners(scene.folder, scene.mark) as listeners:
            values = scene.values(listeners)
            for family in FAMILIES:
                for attack in family.attacks if sandboxed or family.harmless else ():
                    scene.attack(students[family.name, attack.name], attack, values)
            before, kernel = scene.snapshot(), CORE_PATTERN.read_text()
            run = scene.grade(*jobs, *choice)
            contacts = list(listeners.contacts)
        handed = set(os.listdir(scene.course / "submitted"))
        if not (scene.course / "grading.csv").exists():
            raise AssertionError(f"the class was not graded: {run.stopped}\n{run.output[-5000:]}")
        for each in (calm, scene):
            each.read_gradebook()
        yield Graded(
            scene,
            sandboxed,
            run,
            baseline,
            students,
            {name: scene.result(name) for name in handed if _has_result(scene, name)},
            {name: scene.result(name) for name in honest},
            {name: calm.result(name) for name in honest},
            contacts,
            before,
            scene.snapshot(),
            (kernel, CORE_PATTERN.read_text()),
        )
    finally:
        for each in (calm, scene):
            each.temporary.unlink(missing_ok=True)
        if not os.environ.get("KEEP_ATTACKS"):
            shutil.rmtree(folder, ignore_errors=True)


def _has_result(scene: Scene, student: str) -> bool:
    return (scene.course / "autograded" / student / "target" / "target.ipynb").exists()
