"""The book, built once a session into a temporary folder, and what its pages contain.

Notebooks run again only when no outputs of the present library are in ``_build/.jupyter_cache``,
where ``make book`` leaves them.
"""

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.book.builder import Builder
from tests.book.checkers import AXE
from tests.book.small_books import config_elsewhere
from tests.book.tour import Seen, tour
from tests.browsing import launched, served

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "book" / "_ext"

# What a browser loads without being asked: tag -> attributes. Plain links are the reader's choice.
LOADING = {
    "audio": ["src"],
    "embed": ["src"],
    "iframe": ["src"],
    "img": ["src", "srcset"],
    "input": ["src"],
    "link": ["href"],
    "object": ["data"],
    "script": ["src"],
    "source": ["src", "srcset"],
    "track": ["src"],
    "video": ["src", "poster"],
}
LOADING_RELATIONS = {
    "dns-prefetch",
    "icon",
    "manifest",
    "modulepreload",
    "preconnect",
    "prefetch",
    "preload",
    "stylesheet",
}


@dataclass
class Page(HTMLParser):
    """What the tests ask of one HTML file."""

    path: Path
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    plots: list[dict[str, str]] = field(default_factory=list)
    icons: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.text = self.path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.ids.update(attributes[name] for name in ("id", "name") if name in attributes)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        classes = attributes.get("class", "").split()
        if tag in ("i", "span"):
            self.icons.update(name for name in classes if name.startswith("fa-"))
        if "interactive-plot" in classes:
            self.plots.append(attributes)
        if tag == "link" and not LOADING_RELATIONS & set(attributes.get("rel", "").split()):
            return
        self.loads += [attributes[name] for name in LOADING.get(tag, []) if name in attributes]


def run_build(folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """Build a book with the program of this environment."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", folder, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book, built as ``make book`` builds it."""
    out = tmp_path_factory.mktemp("book")
    cache = root / "_build" / ".jupyter_cache"
    if cache.is_dir():
        shutil.copytree(cache, out / "_build" / ".jupyter_cache")
    done = run_build(root, "--path-output", out, "-W", "-n", "--keep-going")
    said = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 0, "\n".join(
        line for line in said if "WARN" in line or "rror" in line
    )
    return out / "_build" / "html"


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Page]:
    """Every page of the site; below ``_static`` lies a template of the theme, which is none."""
    paths = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    found = {path: Page(path) for path in paths}
    assert len(found) > 8
    return found


@pytest.fixture(scope="session")
def extension() -> Callable[[str], ModuleType]:
    """Imports a module of the book's own Sphinx extension."""
    if str(EXTENSION) not in sys.path:
        sys.path.insert(0, str(EXTENSION))
    return lambda name: importlib.import_module(f"course_book.{name}")


@pytest.fixture(scope="session")
def build(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Builds any book."""
    with Builder(tmp_path_factory.mktemp("builds")) as builder:
        yield builder.build


@pytest.fixture(scope="session")
def read_page() -> type[Page]:
    """Reads any HTML file."""
    return Page


@pytest.fixture(scope="session")
def scratch_config() -> dict[str, Any]:
    """The book's own settings for a book elsewhere."""
    return config_elsewhere()


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    """The address of the site: the book's, or a module's own ``site``."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def toured(site: Path, browser_path: str) -> dict[str, Seen]:
    """Name of each page -> what a visit to it brought."""
    axe = AXE.path if AXE.path.is_file() else None
    with served(site) as base, launched(browser_path) as browser:
        return {seen.name: seen for seen in tour(browser, base, site, axe)}
