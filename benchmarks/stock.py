"""Plain ``nbgrader autograde`` on a class, and what it does when a notebook ends it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.classes import KINDS, MISBEHAVING, SHEET, Handed
from benchmarks.courses import STOCK, copy_course
from benchmarks.measure import Run, run

_NEXT = re.compile(r"student with ID '([^']+)'")
# Without a line of output for so long it is taken to hang: a cell has 30 s there.
SILENCE = 300.0


def measure_stock(
    course: Path, folder: Path, handed: Sequence[Handed], sample: Sequence[Handed]
) -> dict[str, Any]:
    """Let plain nbgrader grade a sample of a class; return what the class takes."""
    copy_course(course, folder, sample)
    runs, seconds = _runs(folder)
    startup = runs[0].wall - sum(seconds[0].values())
    each_seconds = {student: time for times in seconds for student, time in times.items()}
    measured = sum(done.wall for done in runs)
    honest = [each for each in handed if each.kind not in MISBEHAVING]
    extrapolated = len(sample) < len(handed)
    wall = whole_class(startup, each_seconds, sample, handed) if extrapolated else measured
    return {
        "graded": len(sample),
        "extrapolated": extrapolated,
        "wall": wall,
        "wall_honest": whole_class(startup, each_seconds, sample, honest),
        "wall_measured": measured,
        "ended_at": [list(times)[-1] for times in seconds[:-1]],
        "startup": startup,
        "per_minute": 60 * len(handed) / wall,
        "cpu_each": sum(done.cpu for done in runs) / len(sample),
        "exit_code": runs[-1].code,
        "seconds_each": each_seconds,
        "seconds_by_kind": {
            kind: sum(times) / len(times)
            for kind in KINDS
            if (times := [each_seconds[e.student] for e in sample if e.kind == kind])
        },
    }


def _runs(folder: Path) -> tuple[list[Run], list[dict[str, float]]]:
    """Run plain nbgrader until it has seen everybody; return the runs, and each one's seconds.

    Some notebooks end the whole command. An instructor then takes away what cannot be graded
    and starts it again, and so does this; what is graded already is skipped there.
    """
    submitted, runs, seconds = folder / "submitted", [], []
    waiting = {path.name for path in submitted.iterdir()}
    while waiting:
        done = run(STOCK, folder, silence=SILENCE)
        starts = [(match[1], at) for at, line in done.lines if (match := _NEXT.search(line))]
        ends = [at for _, at in starts[1:]] + [done.wall]
        times = {student: end - at for (student, at), end in zip(starts, ends, strict=True)}
        if not waiting & times.keys():
            raise RuntimeError(f"nbgrader autograde graded nobody:\n{done.text}")
        runs.append(done)
        seconds.append(times)
        waiting -= times.keys()
        for student in times:
            if not (folder / "autograded" / student / SHEET).exists():
                (submitted / student).rename(folder / f"not-graded-{student}")
    return runs, seconds


def whole_class(
    startup: float, seconds: dict[str, float], sample: Sequence[Handed], handed: Sequence[Handed]
) -> float:
    """Return what a class takes, each submission as long as the mean of its kind in the sample."""
    times: dict[str, list[float]] = {}
    for each in sample:
        times.setdefault(each.kind, []).append(seconds.get(each.student, 0.0))
    mean = {kind: sum(values) / len(values) for kind, values in times.items()}
    overall = sum(seconds.values()) / len(sample)
    return startup + sum(mean.get(each.kind, overall) for each in handed)
