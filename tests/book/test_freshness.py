"""Pages never show what an older library printed, and a broken page never passes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jupyter_cache import get_cache

from tests.book.small_books import CELL, KERNEL, Tree


@pytest.fixture
def scratch(tmp_path: Path, scratch_config: dict[str, Any]) -> Path:
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(scratch_config))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    return tmp_path


def test_a_failing_cell_fails_the_build(scratch: Path, build: Callable[..., Any]) -> None:
    """Jupyter Book itself exits 0 unless warnings are made errors."""
    (scratch / "page.md").write_text(KERNEL + "# Page\n\n" + CELL.format("1 / 0"))
    done = build(scratch)
    assert done.returncode != 0
    assert "cells failed in page" in done.stdout + done.stderr
    (report,) = (scratch / "_build/html/reports").glob("page*.log")
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


def test_a_cell_that_warns_fails_the_build(scratch: Path, build: Callable[..., Any]) -> None:
    cell = CELL.format("import warnings\nwarnings.warn('look here')")
    (scratch / "page.md").write_text(KERNEL + "# Page\n\n" + cell)
    for _ in range(2):  # what it printed is not taken for good the second time
        done = build(scratch, "-W", "--keep-going")
        assert done.returncode != 0
        assert "stderr was found" in done.stdout + done.stderr


def test_notebooks_run_at_the_same_time(scratch: Path, build: Callable[..., Any]) -> None:
    """Each of two waits for the other: one after the other, the first would wait in vain."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two processors")
    waiting = """import time
from pathlib import Path
Path({!r}).touch()
end = time.monotonic() + 30
while not Path({!r}).exists():
    assert time.monotonic() < end
    time.sleep(0.05)"""
    names = {name: str(scratch / f"{name}.began") for name in ("page", "other")}
    for name, rest in (("page", "other"), ("other", "page")):
        cell = CELL.format(waiting.format(names[name], names[rest]))
        (scratch / f"{name}.md").write_text(KERNEL + "# Page\n\n" + cell)
    (scratch / "_toc.yml").write_text("format: jb-book\nroot: page\nchapters:\n- file: other\n")
    done = build(scratch, "-W", "-n", "--keep-going")
    assert done.returncode == 0, done.stdout + done.stderr
    # MyST-NB, which runs one at a time, found both in the cache.
    assert (done.stdout + done.stderr).count("Using cached notebook") == 2


def test_an_interrupted_build_ends_and_leaves_no_kernel(scratch: Path) -> None:
    began = scratch / "began"
    cell = f"""import os, time
from pathlib import Path
Path({str(began)!r}).write_text(str(os.getpid()))
time.sleep(120)"""
    (scratch / "page.md").write_text(KERNEL + "# Page\n\n" + CELL.format(cell))
    program = Path(sys.executable).with_name("jupyter-book")
    # A shell's background jobs ignore Ctrl-C, and so does what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        build = subprocess.Popen([program, "build", scratch], stdout=subprocess.DEVNULL)
    finally:
        signal.signal(signal.SIGINT, before)
    with build:
        end = time.monotonic() + 60
        while not (began.exists() and began.read_text()):
            assert time.monotonic() < end
            time.sleep(0.1)
        build.send_signal(signal.SIGINT)
        try:
            assert build.wait(60) != 0
        finally:
            build.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(int(began.read_text()), 0)


@pytest.fixture(scope="module")
def tree(
    tmp_path_factory: pytest.TempPathFactory,
    scratch_config: dict[str, Any],
    build: Callable[..., Any],
) -> Iterator[Tree]:
    tree = Tree(tmp_path_factory.mktemp("freshness"), scratch_config, build)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tree.root))
        # Python would take what it compiled for what is there when two writes share a second.
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        assert tree.runs() == ["other", "page"]
        assert tree.shows("page", "the number 17")
        yield tree


def test_nothing_runs_when_nothing_has_changed(tree: Tree) -> None:
    assert tree.runs() == []


def test_a_change_in_a_module_that_no_page_uses_runs_nothing(tree: Tree) -> None:
    tree.write("nbcourse/unused.py", '"""Speaks of herons."""\n')
    tree.write("nbcourse/new.py", "x = 1\n")
    assert tree.runs() == []
    # But what documents the library is as new as the library.
    assert tree.shows("reference", "Speaks of herons.")


def test_a_page_shows_what_the_changed_library_returns(tree: Tree) -> None:
    tree.write("nbcourse/deep.py", "NUMBER = 4711\n")
    assert tree.runs() == ["page"]
    assert tree.shows("page", "the number 4711")
    # And what was there before, when it is as before.
    tree.write("nbcourse/deep.py", "NUMBER = 17\n")
    assert tree.runs() == ["page"]
    assert tree.shows("page", "the number 17")


def test_one_line_in_a_page_runs_that_page_alone(tree: Tree) -> None:
    tree.write_page("page", "print('one line more')\n" + tree.PAGES["page"])
    assert tree.runs() == ["page"]
    assert tree.shows("page", "one line more")
    assert tree.shows("other", "the word")


def test_a_file_that_a_page_reads_counts(tree: Tree) -> None:
    tree.write("word.txt", "bittern")
    assert tree.runs() == ["other"]
    assert tree.shows("other", "the word bittern")


def test_other_requirements_run_everything(tree: Tree) -> None:
    tree.write("requirements.lock", "numpy==3\n")
    assert tree.runs() == ["other", "page"]


def test_caches_that_nothing_rests_on_are_removed(
    tree: Tree, extension: Callable[[str], Any]
) -> None:
    caches = tree.root / "_build/.jupyter_cache"
    # By these times, the longest is the first to run.
    seconds = extension("stored").seconds_of_last_run(caches)
    assert set(seconds) == {str(tree.root / f"{name}.md") for name in tree.PAGES}
    assert all(seconds.values())
    assert sorted(path.name.rpartition("-")[0] for path in caches.iterdir()) == ["other", "page"]


def test_imports_show_all_that_the_chapters_load(site: Path) -> None:
    """Every module that a kernel loaded is among those that the page was seen to use."""
    records = [
        record
        for folder in (site.parent / ".jupyter_cache").iterdir()
        for record in get_cache(folder).list_cache_records()
    ]
    assert len(records) > 10
    missed = {
        record.uri: modules
        for record in records
        if (modules := [name for name in record.data["reads"] if name.endswith(".py")])
    }
    assert missed == {}
