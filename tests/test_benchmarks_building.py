"""The benchmark of the book builds a copy, changes what it says, and counts the pages that run."""

import os
import sys
from pathlib import Path

import jupytext
import pytest

from benchmarks import building
from benchmarks.building import CHANGES, CHAPTER, COLD, ONE_PROCESSOR, UNUSED, USED, Book, Build
from benchmarks.measure import Run
from benchmarks.side_by_side import OURS


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return Book(tmp_path_factory.mktemp("copy"))


def test_the_copy_has_what_the_book_needs_and_nothing_that_was_built(book: Book) -> None:
    assert {path.name for path in book.folder.iterdir()} == set(building.PARTS)
    assert not list(book.folder.rglob("__pycache__"))


@pytest.mark.parametrize("name", [CHAPTER, USED, UNUSED])
def test_a_change_is_one_line(name: str, book: Book, root: Path) -> None:
    book.add_line(name)
    lines = (book.folder / name).read_text().splitlines()
    lines.remove("# One line more.")
    assert lines == (root / name).read_text().splitlines()


def test_the_changed_files_are_what_the_names_of_the_cases_say(root: Path) -> None:
    if str(root / "book/_ext") not in sys.path:
        sys.path.insert(0, str(root / "book/_ext"))
    from course_book.closure import Library

    library = Library(root)
    uses = {}
    for path in (root / "book").glob("*.md"):
        cells = jupytext.read(path, fmt="md:myst").cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        uses[f"book/{path.name}"] = library.used_by(code)
    assert uses[CHAPTER]
    assert any(root / USED in files for files in uses.values())
    assert any(root / USED not in files for files in uses.values() if files)
    assert not any(root / UNUSED in files for files in uses.values())


def test_every_build_is_compared(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = iter(
        [
            Build(wall=120.0, cpu=110.0, ran=15),
            Build(wall=60.0, cpu=115.0, ran=15),
            *(Build(wall=6.0, cpu=3.0, ran=ran) for ran in (0, 1, 5, 0)),
        ]
    )
    processors = []

    def build(self: Book) -> Build:
        processors.append(len(os.sched_getaffinity(0)))
        return next(builds)

    monkeypatch.setattr(Book, "build", build)
    all_of_them = len(os.sched_getaffinity(0))
    cold, *changed = building.measure_book(book)
    assert processors == [1] + [all_of_them] * 5
    assert cold.name == COLD
    assert cold.medians == {OURS: 60000.0, ONE_PROCESSOR: 120000.0}
    assert cold.what == "Nothing is there yet: 15 pages run, 115 s of processor time."
    assert [case.name for case in changed] == list(CHANGES)
    assert all(case.ratios == {COLD: pytest.approx(0.1)} for case in changed)
    assert changed[1].what == f"A comment more in {CHAPTER}: 1 page runs, 3 s of processor time."


def test_a_build_counts_the_pages_that_ran(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = book.folder / "_build/.jupyter_cache/book-a-1/executed/0/base.ipynb"

    def run(command: list[str], folder: Path) -> Run:
        assert f"PYTHONPATH={folder}" in command
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.touch()
        return Run(wall=2.0, cpu=1.0, code=0, lines=[])

    monkeypatch.setattr(building, "run", run)
    assert book.build() == Build(2.0, 1.0, 1)
    assert len(book.outputs()) == 1
    book.clean()
    assert not book.outputs()


def test_a_book_that_does_not_build_is_no_figure(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Run(wall=2.0, cpu=1.0, code=1, lines=[(0.0, "cells failed in book/sgd")])
    monkeypatch.setattr(building, "run", lambda *_: broken)
    with pytest.raises(SystemExit, match="cells failed in book/sgd"):
        book.build()
