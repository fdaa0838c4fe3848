"""Plain ``nbgrader autograde``, ``nbcourse autograde`` and the floor on the same class."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.classes import KINDS, MISBEHAVING, Handed, write_class
from benchmarks.courses import OURS, copy_course, make_course, scores, states
from benchmarks.measure import environment, run
from benchmarks.stock import measure_stock


@dataclass(frozen=True)
class Options:
    """What is measured.

    Parameters
    ----------
    stock
        How many submissions plain nbgrader grades; None for all of them, 0 for none.
    jobs
        Processes of ours and of the floor.
    ours
        More arguments of ``nbcourse autograde``.
    """

    stock: int | None
    jobs: int
    ours: Sequence[str]


def measure_throughput(handed: Sequence[Handed], folder: Path, options: Options) -> dict[str, Any]:
    """Grade a class both ways, one after the other, and return all numbers."""
    course = make_course(folder / "course")
    honest = [each for each in handed if each.kind not in MISBEHAVING]
    result: dict[str, Any] = {
        "submissions": len(handed),
        "make_up": {kind: sum(each.kind == kind for each in handed) for kind in KINDS},
        "floor": _floor([each for each in honest if each.kind != "broken"], folder, options.jobs),
        "ours": _ours(course, folder / "ours", handed, options),
    }
    if len(honest) < len(handed):
        result["ours_honest"] = _ours(course, folder / "ours-honest", honest, options)
    if options.stock != 0:
        sample = choose(handed, options.stock)
        result["stock"] = measure_stock(course, folder / "stock", handed, sample)
        result["gradebooks"] = _compare(folder, sample)
        result["misbehaving"] = _ends(folder, handed, result["stock"]["seconds_each"])
        result["ratio"] = result["stock"]["wall"] / result["ours"]["wall"]
        if "ours_honest" in result:
            honest_wall = result["stock"]["wall_honest"]
            result["ratio_honest"] = honest_wall / result["ours_honest"]["wall"]
    return result


def choose(handed: Sequence[Handed], count: int | None) -> list[Handed]:
    """Return so many submissions, every kind in its share as nearly as possible."""
    if count is None or count >= len(handed):
        return list(handed)
    by_kind = sorted(handed, key=lambda each: list(KINDS).index(each.kind))
    return [by_kind[(2 * i + 1) * len(by_kind) // (2 * count)] for i in range(count)]


def _ours(course: Path, folder: Path, handed: Sequence[Handed], options: Options) -> dict[str, Any]:
    copy_course(course, folder, handed)
    done = run([*OURS, *options.ours], folder, grace=3)
    if done.code not in (0, 1):
        raise RuntimeError(f"nbcourse autograde ended with {done.code}:\n{done.text}")
    count = len(handed)
    return {
        "wall": done.wall,
        "per_minute": 60 * count / done.wall,
        "cpu_each": done.cpu / count,
        "cpu_each_by_role": {role: cpu / count for role, cpu in done.cpu_by_role().items()},
        "exit_code": done.code,
        "left": done.left,
    }


def _compare(folder: Path, sample: Sequence[Handed]) -> dict[str, Any]:
    """Compare the totals in both gradebooks for honest submissions; list the broken ones'."""
    stock, ours = scores(folder / "stock"), scores(folder / "ours")
    totals = {each: (stock.get(each.student), ours[each.student]) for each in sample}
    honest = {
        each.student: both
        for each, both in totals.items()
        if each.kind not in (*MISBEHAVING, "broken")
    }
    return {
        "compared": len(honest),
        "different": {student: both for student, both in honest.items() if both[0] != both[1]},
        "broken": {each.student: both for each, both in totals.items() if each.kind == "broken"},
    }


def _ends(
    folder: Path, handed: Sequence[Handed], seconds: dict[str, float]
) -> list[dict[str, Any]]:
    """How both sides end for those that misbehave."""
    stock, ours, said = scores(folder / "stock"), scores(folder / "ours"), states(folder / "ours")
    return [
        {
            "student": each.student,
            "kind": each.kind,
            "stock": stock.get(each.student),
            "stock_seconds": seconds.get(each.student),
            "ours": ours[each.student],
            "state": said[each.student],
        }
        for each in handed
        if each.kind in MISBEHAVING
    ]


def _floor(handed: Sequence[Handed], folder: Path, jobs: int) -> dict[str, float]:
    write_class(folder / "floor", handed)
    script = Path(__file__).with_name("floor.py")
    done = subprocess.run(
        [
            sys.executable,
            str(script),
            str(folder / "floor"),
            str(jobs),
        ],
        env=environment(folder),
        check=True,
        capture_output=True,
        text=True,
    )
    measured = json.loads(done.stdout)
    count = max(1, measured["submissions"])
    return {
        "submissions": count,
        "wall": measured["wall"],
        "wall_each": measured["wall"] / count,
        "cpu_each": measured["cpu"] / count,
    }
