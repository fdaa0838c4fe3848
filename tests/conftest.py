"""What all tests share: a fixed random state, the course's folders, and what a marker needs."""

import importlib.util
import os
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browsing import launched

ROOT = Path(__file__).resolve().parents[1]
# What tests put into memory, with room to spare; /dev/shm of a container may be smaller.
MEMORY = 2**30
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """Return the path of an installed Chromium or Chrome, None when there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


# Marker -> (is what it needs here?, what is missing when it is not).
NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (
        lambda: find_browser() is not None and has_module("playwright"),
        "needs Chromium or Chrome on PATH and the package playwright",
    ),
    "dask": (lambda: has_module("distributed"), "needs the package distributed"),
    "postgres": (
        lambda: shutil.which("initdb") is not None or has_module("pgserver"),
        "needs PostgreSQL's initdb on PATH, or the package pgserver",
    ),
    "torch": (lambda: has_module("torch"), "needs PyTorch"),
}


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for doctests in ``nbcourse`` alone: test modules hold objects made to be hostile."""
    collectors = yield
    return [collector for collector in collectors if type(collector) is pytest.Module]


# Folders whose tests share something that is expensive to make: one process runs all of them.
TOGETHER = ("attacks", "authoring", "book", "grading/report", "sandbox")
# Except those that build small books of their own and do not open the whole one.
OWN_BOOKS = "closure|graph_player|lite|lite_[a-z]+|pdf|site_script|stored|streams"
APART = re.compile(rf"tests/book/test_({OWN_BOOKS})\.py")


# The longest, whose browser needs more than one processor; beside it what mostly waits.
FIRST = ("tests/book/", "tests/grading/test_cluster.py", "tests/faults/")
# Many short ones: in the end no process is left alone with a long one.
LAST = ("tests/test_exercises.py",)


def turn(test: str) -> int:
    """Return a number by which tests are sorted before they are handed out."""
    for number, start in enumerate(FIRST):
        if test.startswith(start):
            return number
    return len(FIRST) + test.startswith(LAST)


def in_one_process(test: str) -> str:
    """Return the same text for tests that one process runs: a file's, an exercise's, a folder's."""
    file, _, name = test.partition("::")
    folder = next((each for each in TOGETHER if file.startswith(f"tests/{each}/")), None)
    if folder is not None and not APART.fullmatch(file):
        return folder
    if file == "tests/test_exercises.py":  # what is known of an exercise is worked out once
        exercise = re.search(r"\[.*?([a-z0-9]+(_[a-z0-9]+)+)", name)
        return file if exercise is None else exercise[1]
    return file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out tests by ``in_one_process`` (xdist's own groups are lost with pytest 9.2)."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return in_one_process(nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by ``turn``; skip a marked test, saying why, where its marker's need is not met."""
    items.sort(key=lambda item: turn(item.nodeid))
    for name, (is_here, reason) in NEEDS.items():
        marked = [item for item in items if item.get_closest_marker(name)]
        if marked and not is_here():
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _fixed_random_state() -> None:
    """Seed the global generators: the project's code uses none, a test must not differ by one."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, in memory where there is one: half of the time would be waiting for the disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < MEMORY:
        yield tmp_path_factory.mktemp("memory")
        return
    with tempfile.TemporaryDirectory(prefix="nbcourse-tests-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The Chromium or Chrome that tests marked ``browser`` drive."""
    path = find_browser()
    assert path is not None, "mark the test with @pytest.mark.browser"
    return path


@pytest.fixture(scope="module")
def chromium(browser_path: str) -> Iterator[Any]:
    """A browser that reaches this machine only; for a module, as its event loop disturbs others."""
    with launched(browser_path) as browser:
        yield browser
