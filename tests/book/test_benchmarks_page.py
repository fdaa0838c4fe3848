"""The page on benchmarks shows what benchmarks/results.json holds, and nothing else."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

RESULTS: dict[str, Any] = {
    "machine": {
        "processor": "Some processor",
        "cores": 8,
        "threads": 2,
        "system": "Linux x86_64",
        "python": "3.11.7",
        "versions": {"numpy": "2.4.6", "torch": "2.13.0"},
    },
    "groups": {
        "library": {
            "date": "2026-11-21",
            "cases": [
                {
                    "name": "Adam",
                    "what": "one update",
                    "medians": {"nbcourse": 0.5, "PyTorch": 1.0, "PyTorch, fused": 0.02},
                    "ratios": {"PyTorch": 0.5, "PyTorch, fused": 25.0},
                    "goal": 1.0,
                    "reached": True,
                    "repeats": 25,
                    "elsewhere": 0.04,
                    "unit": "parameters",
                    "count": 1000,
                },
                {
                    "name": "build",
                    "what": "everything",
                    "medians": {"nbcourse": 61234.0},
                    "ratios": {},
                    "repeats": 3,
                },
            ],
            "profile": {
                "step": 4.0,
                "parts": [
                    {"part": "0. Linear 3 x 2", "kind": "l", "forward": 0.5, "backward": 1.5}
                ],
                "kinds": {"linear layers": 2.0, "the rest": 2.0},
                "products": 1.0,
            },
        },
        "book": {
            "date": "2026-11-20",
            "cases": [{"what": "Once.", "medians": {}, "ratios": {}, "repeats": 1}],
        },
    },
}


def texts(nodes: list[Any]) -> list[list[str]]:
    """The rows of all tables, and each point of a list as a row of its own."""
    return [
        [" ".join(part.astext().split()) for part in (row if row.tagname == "row" else [row])]
        for node in nodes
        for row in node.findall(lambda each: each.tagname in ("row", "list_item"))
    ]


def test_a_group_is_a_table(extension: Callable[[str], Any]) -> None:
    rows = texts(extension("benchmarks").show("library", RESULTS))
    assert rows == [
        ["Measured", "nbcourse", "Beside it", "Its time", "Ratio", "Asked"],
        ["Adam", "0.500 ms", "PyTorch", "1.00 ms", "0.50", "≤ 1: reached"],
        ["Adam", "0.500 ms", "PyTorch, fused", "0.0200 ms", "25.00", ""],
        ["build", "61.2 s", "", "", "", ""],
        ["Adam: one update."],
        ["build: everything."],
        ["Measured", "By", "In a second"],
        ["Adam", "nbcourse", "2,000,000 parameters"],
        ["Adam", "PyTorch", "1,000,000 parameters"],
        ["Adam", "PyTorch, fused", "50,000,000 parameters"],
    ]


def test_a_profile_and_the_machine_are_shown(extension: Callable[[str], Any]) -> None:
    show = extension("benchmarks").show
    assert texts(show("profile", RESULTS)) == [
        ["Layer or part", "Forward", "Backward"],
        ["0. Linear 3 x 2", "0.500 ms", "1.50 ms"],
        ["Kind of work", "Time", "Share"],
        ["linear layers", "2.00 ms", "50%"],
        ["the rest", "2.00 ms", "50%"],
        ["the whole step", "4.00 ms", "100%"],
        ["the matrix products alone", "1.00 ms", "25%"],
    ]
    assert texts(show("machine", RESULTS)) == [
        ["Some processor, 8 cores, Linux x86_64"],
        ["Threads of every library: 2"],
        ["Python 3.11.7, numpy 2.4.6, torch 2.13.0"],
        [
            "library: 2026-11-21, 3 or 25 repeats, other programs used up to 4% of a processor "
            "meanwhile"
        ],
        ["book: 2026-11-20, measured once"],
    ]


@pytest.mark.parametrize("what", ["engine", "nothing"])
def test_a_part_that_was_not_measured_is_an_error(
    what: str, extension: Callable[[str], Any]
) -> None:
    with pytest.raises(KeyError, match=what):
        extension("benchmarks").show(what, RESULTS)


def test_the_page_has_every_stored_figure(
    pages: dict[Path, Any], root: Path, site: Path, extension: Callable[[str], Any]
) -> None:
    path = root / "benchmarks" / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    page = re.sub(r"<[^>]*>", " ", pages[site / "book" / "benchmarks.html"].text)
    text = " ".join(unescape(page).split())
    for what in [*results["groups"], "profile", "machine"]:
        for row in texts(extension("benchmarks").show(what, results)):
            assert " ".join(filter(None, row)) in text
