"""Memory of the grader over a long run, and what it leaves behind."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.classes import make_class
from benchmarks.courses import OURS, copy_course, graded_so_far, make_course
from benchmarks.measure import Sample, run

MARKS = (10, 50, 100)


def measure_memory(count: int, seed: int, folder: Path, ours: Sequence[str]) -> dict[str, Any]:
    """Grade ``count`` submissions and return resident and unshared memory on the way.

    The class of 200 is handed in again and again under other names. Those that hang are left
    out: they cost time, not memory.
    """
    part = [each for each in make_class(min(200, count), seed) if each.kind != "hang"]
    handed = [
        replace(part[number % len(part)], student=f"student-{number + 1:05d}")
        for number in range(count)
    ]
    course = copy_course(make_course(folder / "plain"), folder / "memory", handed)
    done = run([*OURS, *ours], course, progress=lambda: graded_so_far(course), memory=True, grace=3)
    if done.code not in (0, 1):
        raise RuntimeError(f"nbcourse autograde ended with {done.code}:\n{done.text}")
    samples = [sample for sample in done.samples if sample.progress]
    return {
        "submissions": count,
        "wall": done.wall,
        "per_minute": 60 * count / done.wall,
        "roles": {
            role: course_of_memory(samples, role, count)
            for role in ("command", "jobs")
            if any(role in sample.rss for sample in samples)
        },
        "left": done.left,
    }


def course_of_memory(samples: Sequence[Sample], role: str, count: int) -> dict[str, Any]:
    """Return the memory of one role in MB, at the marks, and its slope from the first mark on."""
    there = [sample for sample in samples if role in sample.rss]
    result: dict[str, Any] = {}
    for name in ("rss", "uss"):
        points = [(sample.progress, getattr(sample, name)[role] / 2**20) for sample in there]
        result[name] = {
            # The jobs end before the command does: the last sample in which they are stands
            # for the end.
            mark: next((mb for done, mb in points if 100 * done >= mark * count), points[-1][1])
            for mark in MARKS
        }
        late = [point for point in points if 100 * point[0] >= MARKS[0] * count]
        result[f"{name}_per_1000"] = _slope(late) * 1000
    return result


def _slope(points: Sequence[tuple[int, float]]) -> float:
    """The slope of the straight line nearest to the points; 0 where there is none."""
    if len({x for x, _ in points}) < 2:
        return 0.0
    x, y = np.array(points).T
    return float(np.polyfit(x, y, 1)[0])
