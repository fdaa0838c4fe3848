"""``{benchmarks}``: figures of ``benchmarks/results.json``, so that a page has no others.

Its argument is a group's name, for a table of what was measured, or ``profile`` or ``machine``.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_book.freshness import ROOT

PATH = ROOT / "benchmarks" / "results.json"
OURS = "nbcourse"
HEADER = ("Measured", OURS, "Beside it", "Its time", "Ratio", "Asked")


class Benchmarks(SphinxDirective):
    """A table or a list from the stored results."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        if not PATH.is_file():
            raise self.error(f"no {PATH.relative_to(ROOT)}; run `make bench` first")
        self.env.note_dependency(str(PATH))
        results = json.loads(PATH.read_text(encoding="utf-8"))
        try:
            shown = show(self.arguments[0], results)
        except KeyError as missing:
            raise self.error(
                f"benchmarks/results.json has no {missing}; run `make bench`"
            ) from None
        for node in shown:
            node["support_smartquotes"] = False  # Names stand here as in the file.
        return shown


def show(what: str, results: dict[str, Any]) -> list[nodes.Node]:
    """The nodes for an argument; a ``KeyError`` when the results have no such part."""
    if what == "machine":
        return [bullets(machine_lines(results))]
    if what == "profile":
        profile = results["groups"]["library"]["profile"]
        return [
            table(("Layer or part", "Forward", "Backward"), part_rows(profile)),
            table(("Kind of work", "Time", "Share"), kind_rows(profile)),
        ]
    cases = results["groups"][what]["cases"]
    shown: list[nodes.Node] = [
        table(HEADER, [row for case in cases for row in case_rows(case)]),
        bullets(f"{case['name']}: {case['what'].rstrip('.')}." for case in cases),
    ]
    if rates := [row for case in cases if "count" in case for row in rate_rows(case)]:
        shown.append(table(("Measured", "By", "In a second"), rates))
    return shown


def case_rows(case: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row for each contender beside ours, or one for ours alone."""
    ours = time_text(case["medians"][OURS])
    if not case["ratios"]:
        yield case["name"], ours, "", "", "", ""
    for place, (other, ratio) in enumerate(case["ratios"].items()):
        asked = ""
        if place == 0 and "goal" in case:
            asked = f"≤ {case['goal']:g}: {'reached' if case['reached'] else 'missed'}"
        time = time_text(case["medians"][other])
        yield case["name"], ours, other, time, f"{ratio:.2f}", asked


def rate_rows(case: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """How many of its unit each contender does in a second."""
    for contender, ms in case["medians"].items():
        yield case["name"], contender, f"{digits(1000 * case['count'] / ms)} {case['unit']}"


def part_rows(profile: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """A training step, layer by layer."""
    for row in profile["parts"]:
        times = (row["forward"], row["backward"])
        yield row["part"], *(time_text(ms) if ms else "" for ms in times)


def kind_rows(profile: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The same by kind of work; the products by themselves come last, they are in the layers."""
    step = profile["step"]
    whole = {"the whole step": step, "the matrix products alone": profile["products"]}
    for kind, ms in {**profile["kinds"], **whole}.items():
        yield kind, time_text(ms), f"{ms / step:.0%}"


def machine_lines(results: dict[str, Any]) -> Iterator[str]:
    """What the figures were measured on, with what, and when."""
    machine = results["machine"]
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['system']}"
    yield f"Threads of every library: {machine['threads']}"
    versions = {"Python": machine["python"], **machine["versions"]}
    yield ", ".join(f"{name} {version}" for name, version in versions.items())
    for name, group in results["groups"].items():
        counts = sorted({case["repeats"] for case in group["cases"]})
        repeats = "measured once" if counts == [1] else f"{' or '.join(map(str, counts))} repeats"
        busy = [case["elsewhere"] for case in group["cases"] if "elsewhere" in case]
        line = f"{name}: {group['date']}, {repeats}"
        if busy:
            line += f", other programs used up to {max(busy):.0%} of a processor meanwhile"
        yield line


def time_text(ms: float) -> str:
    """A time with three digits and its unit, which stay on one line.

    >>> [time_text(ms).split() for ms in (0.0123, 0.5, 61234.0)]
    [['0.0123', 'ms'], ['0.500', 'ms'], ['61.2', 's']]
    """
    value, unit = (ms, "ms") if ms < 1000 else (ms / 1000, "s")
    return f"{digits(value)}\N{NO-BREAK SPACE}{unit}"


def digits(number: float) -> str:
    """Three digits, zeros after them where there are more before the point, and no exponent.

    >>> digits(0.0123), digits(12.34), digits(123456.0)
    ('0.0123', '12.3', '123,000')
    """
    if number == 0:
        return "0"
    first = math.floor(math.log10(number))
    return f"{round(number, 2 - first):,.{max(0, 2 - first)}f}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> nodes.table:
    """A table of texts."""
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in header), cols=len(header))
    group += nodes.thead("", _row(header))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def _row(cells: Sequence[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def bullets(lines: Iterable[str]) -> nodes.bullet_list:
    """A list of texts."""
    return nodes.bullet_list(
        "", *(nodes.list_item("", nodes.paragraph("", line)) for line in lines), bullet="-"
    )


def setup(app: Sphinx) -> None:
    app.add_directive("benchmarks", Benchmarks)
