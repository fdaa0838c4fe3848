"""How long the book takes: from nothing, and after a change of one line here or there.

    python benchmarks/bench.py --only book

A copy of the book and the library is built, so that nothing of yours is touched. Every build is
measured once: the two from nothing take minutes. Wall-clock time is compared; the processor time
that a build used stands in the text beside it.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import results
from benchmarks.measure import run
from benchmarks.side_by_side import OURS, Measured, from_seconds

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "book",
    "nbcourse",
    "exercises",
    "benchmarks",
    "_config.yml",
    "_toc.yml",
    "requirements.lock",
)
CHAPTER = "book/sgd.md"
USED = "nbcourse/optimizers.py"
UNUSED = "nbcourse/grading/marks.py"
#: What is measured after the build from nothing, and the file that is changed before.
CHANGES = {
    "nothing changed": None,
    "one line of a chapter": CHAPTER,
    "one line of a module that pages use": USED,
    "one line of one that none uses": UNUSED,
}
ONE_PROCESSOR = "on one processor"
COLD = "cold build"
#: The first cell of a chapter, whose first line follows.
_FENCE = "```{code-cell} ipython3\n"


@dataclass(frozen=True)
class Build:
    """A build that has ended: its seconds, and how many pages ran their cells."""

    wall: float
    cpu: float
    ran: int


class Book:
    """A copy of the book in a folder of its own."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        for part in PARTS:
            source = root / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=ignored)
            else:
                shutil.copy(source, folder / part)
        # The book has a page of these very figures, and before the first run there are none.
        stored = folder / results.PATH.relative_to(ROOT)
        known = results.read(stored)
        known.get("groups", {}).setdefault("book", {"date": "not measured yet", "cases": []})
        results.write(known, stored)

    def build(self) -> Build:
        """Build it as ``make book`` does."""
        before = self.outputs()
        options = ("-q", "-W", "-n", "--keep-going")
        # The library that is installed is another one than the copy.
        command = ["env", f"PYTHONPATH={self.folder}", "jupyter-book", "build", ".", *options]
        done = run(command, self.folder)
        if done.code:
            sys.exit(f"the book does not build:\n{done.text}")
        return Build(done.wall, done.cpu, len(self.outputs() - before))

    def outputs(self) -> set[tuple[str, float]]:
        """The stored outputs of the pages: file and time."""
        found = self.folder.glob("_build/.jupyter_cache/*/executed/*/base.ipynb")
        return {(str(path), path.stat().st_mtime) for path in found}

    def clean(self) -> None:
        """Leave nothing that was built."""
        shutil.rmtree(self.folder / "_build", ignore_errors=True)

    def add_line(self, name: str) -> None:
        """Put a comment into a module, or into the first cell of a chapter."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        line = "# One line more.\n"
        text = text.replace(_FENCE, _FENCE + line, 1) if name.endswith(".md") else text + line
        path.write_text(text, encoding="utf-8")


def measure_all() -> list[Measured]:
    """Build from nothing on one processor and on all, then after one change after another."""
    with tempfile.TemporaryDirectory(prefix="nbcourse-book-") as folder:
        return measure_book(Book(Path(folder)))


def measure_book(book: Book) -> list[Measured]:
    """Measure a book of which nothing has been built."""
    with one_processor():
        alone = book.build()
    book.clean()
    cold = book.build()
    found = [_measured(COLD, "Nothing is there yet", cold, {ONE_PROCESSOR: alone})]
    for name, changed in CHANGES.items():
        if changed:
            book.add_line(changed)
        what = f"A comment more in {changed}" if changed else "Everything is there already"
        found.append(_measured(name, what, book.build(), {COLD: cold}))
    return found


@contextmanager
def one_processor() -> Iterator[None]:
    """Let programs started inside have a single processor."""
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usable)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usable)


def _measured(name: str, what: str, ours: Build, others: dict[str, Build]) -> Measured:
    pages = f"{ours.ran} page runs" if ours.ran == 1 else f"{ours.ran} pages run"
    cpu = f"{ours.cpu:.0f} s of processor time"
    times = {each: [build.wall] for each, build in {OURS: ours, **others}.items()}
    return from_seconds(name, f"{what}: {pages}, {cpu}.", times)
