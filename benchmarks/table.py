"""The numbers as text."""

from collections.abc import Iterator
from typing import Any

from benchmarks.classes import KINDS

_ROLES = {"command": "command", "jobs": "jobs", "students": "all others"}


def throughput_lines(found: dict[str, Any], seed: int, jobs: int) -> Iterator[str]:
    """The comparison with plain nbgrader and with the floor."""
    yield f"\nThroughput: {found['submissions']} submissions, seed {seed}, {jobs} jobs"
    for kind, number in found["make_up"].items():
        yield f"  {number:5d}  {KINDS[kind][1]}"
    yield f"\n{'':24}{'wall s':>9}{'per minute':>12}{'wall s each':>13}{'CPU s each':>12}"
    count = found["submissions"]
    if stock := found.get("stock"):
        yield _row("nbgrader autograde", stock["wall"], count, stock["cpu_each"])
    yield _row("nbcourse autograde", found["ours"]["wall"], count, found["ours"]["cpu_each"])
    if honest := found.get("ours_honest"):
        kept = count - len(
            [kind for kind in ("hang", "exit") for _ in range(found["make_up"][kind])]
        )
        if stock:
            yield "none that hangs or exits:"
            yield _row("  nbgrader autograde", stock["wall_honest"], kept, None)
        yield _row("  nbcourse autograde", honest["wall"], kept, honest["cpu_each"])
    floor = found["floor"]
    yield _row("floor: fork, run cells", floor["wall"], floor["submissions"], floor["cpu_each"])
    if stock and stock["extrapolated"]:
        yield (
            f"nbgrader graded {stock['graded']} of them in {stock['wall_measured']:.1f} s; its "
            "other numbers are extrapolated, each kind by its own mean."
        )
    if stock and stock["ended_at"]:
        yield (
            f"nbgrader ended before the class was done, at {', '.join(stock['ended_at'])}: what it "
            "could not grade was taken away and it was started again."
        )
    if stock:
        yield f"\nRatio, nbgrader's wall clock to ours: {found['ratio']:.1f}"
        if "ratio_honest" in found:
            yield f"  without those that hang or exit:     {found['ratio_honest']:.1f}"
    roles = (found.get("ours_honest") or found["ours"])["cpu_each_by_role"]
    parts = [f"{name} {1000 * roles[role]:.0f} ms" for role, name in _ROLES.items()]
    yield f"Our CPU for one submission: {', '.join(parts)}"
    yield f"Processes left after 3 s: {len(found['ours']['left'])}"
    yield from found["ours"]["left"]
    if stock:
        yield from _gradebook_lines(found)


def _row(name: str, wall: float, count: int, cpu: float | None) -> str:
    cpu_text = "" if cpu is None else f"{cpu:.3f}"
    return f"{name:24}{wall:9.1f}{60 * count / wall:12.1f}{wall / count:13.3f}{cpu_text:>12}"


def _gradebook_lines(found: dict[str, Any]) -> Iterator[str]:
    books = found["gradebooks"]
    yield f"Gradebooks: {books['compared']} totals compared, {len(books['different'])} different"
    yield from _both_lines(books["different"])
    if books["broken"]:
        yield "Broken notebooks, which nbgrader does not put right:"
    yield from _both_lines(books["broken"])
    if found["misbehaving"]:
        yield "How both sides end where a submission hangs or exits:"
    for each in found["misbehaving"]:
        seconds = each["stock_seconds"]
        stock = "not in its sample"
        if seconds is not None:
            score = "not graded" if each["stock"] is None else each["stock"]
            stock = f"{score}, {seconds:.0f} s"
        yield f"  {each['student']} ({each['kind']}): nbgrader {stock}"
        yield f"    nbcourse {each['ours']}, {each['state']}"


def _both_lines(totals: dict[str, Any]) -> Iterator[str]:
    for student, both in totals.items():
        stock, ours = ("not graded" if score is None else score for score in both)
        yield f"  {student}: nbgrader {stock}, nbcourse {ours}"


def memory_lines(found: dict[str, Any]) -> Iterator[str]:
    """Memory over a long run."""
    yield f"\nMemory: {found['submissions']} submissions, {found['per_minute']:.0f} per minute"
    yield f"{'MB':24}{'10 %':>9}{'50 %':>9}{'100 %':>9}{'per 1,000':>12}"
    for role, numbers in found["roles"].items():
        for name in ("rss", "uss"):
            marks = "".join(f"{mb:9.1f}" for mb in numbers[name].values())
            label = f"{_ROLES[role]}, {'resident' if name == 'rss' else 'unshared'}"
            yield f"{label:24}{marks}{numbers[f'{name}_per_1000']:+12.2f}"
    yield f"Processes left after 3 s: {len(found['left'])}"
    yield from found["left"]


def workers_lines(found: dict[str, Any]) -> Iterator[str]:
    """One worker and two."""
    wall = found["wall"]
    yield f"\nDask: {found['submissions']} submissions, none that hangs or exits"
    yield f"  one worker {wall[1]:.1f} s, two workers {wall[2]:.1f} s, ratio {found['ratio']:.2f}"
