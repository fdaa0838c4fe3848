"""Notebook outputs that are never older than what they rest on, and a build that fails with a cell.

jupyter-cache reuses the outputs of a notebook whose cells have not changed. The cells import
``nbcourse``, so every page has a cache of its own, whose name says which state of the library its
outputs rest on: change a module, and the pages that can use it run again, no others.
"""

import re
import shutil
import time
from pathlib import Path
from typing import Any

from myst_nb.core.read import create_nb_reader  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from course_book.closure import Library
from course_book.execution import run_pages
from course_book.stored import Page, digest_of_all, page_of, seconds_of_last_run

# book/_ext/course_book/freshness.py stands three folders below the repository root.
ROOT = Path(__file__).resolve().parents[3]
# Directives that show docstrings, and the names of what they document.
AUTODOC = re.compile(r"^\W*auto(module|class|function|data|method|exception)\b", re.MULTILINE)
DOCUMENTED = re.compile(r"\b(nbcourse(?:\.\w+)*)\.(\w+)")


class Freshness:
    """The pages of one build.

    MyST-NB and this class keep things in Sphinx's environment that its type does not know.
    """

    def look(self, app: Sphinx, env: Any, *changes: set[str]) -> list[str]:
        """Name the pages that Sphinx has to read again although their text is as it was."""
        self.since = time.time()
        self.library = Library(ROOT)
        self.caches = Path(env.mystnb_config.execution_cache_path)
        self.pages: dict[str, Page] = {}
        states = {}
        for docname in env.found_docs:
            path = Path(env.doc2path(docname))
            text = path.read_text(encoding="utf-8")
            page = self.read(env, docname, path, text)
            if page is not None:
                self.pages[docname] = page
            folder = page.folder.name if page else ""
            states[docname] = (folder, self.documented(text))
        self.stale = {name for name, page in self.pages.items() if not page.is_fresh(ROOT)}
        before = getattr(env, "course_states", {})
        env.course_states = states  # kept from build to build
        return [name for name in states if states[name] != before.get(name)] + sorted(self.stale)

    def read(self, env: Any, docname: str, path: Path, text: str) -> Page | None:
        """The page as a notebook, exactly as MyST-NB reads it; None when it is none."""
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        if reader is None or env.mystnb_config.execution_mode != "cache":
            return None
        return page_of(docname, path, reader.read(text), self.library, self.caches)

    def documented(self, text: str) -> str:
        """Digest of the modules whose docstrings a page shows, and of those that they import.

        A class may have inherited what it is documented with.
        """
        if not AUTODOC.search(text):
            return ""
        imports = [f"from {module} import {name}" for module, name in DOCUMENTED.findall(text)]
        files = self.library.used_by(imports) if imports else self.library.files
        return digest_of_all(files, ROOT)

    def run(self, app: Sphinx, env: Any, docnames: list[str]) -> None:
        """Run the notebooks whose outputs are missing or stale, those that take longest first."""
        seconds = seconds_of_last_run(self.caches) if self.stale else {}
        self.discard()
        unknown = float("inf")
        pages = sorted(
            (self.pages[docname] for docname in self.stale),
            key=lambda page: (seconds.get(str(page.path), unknown), page.path.stat().st_size),
            reverse=True,
        )
        run_pages(pages, self.library, self.since, env.mystnb_config.execution_timeout)

    def discard(self) -> None:
        """Remove what no page of today rests on."""
        kept = {page.folder for name, page in self.pages.items() if name not in self.stale}
        if self.caches.is_dir():
            for old in self.caches.iterdir():
                if old.is_dir() and old not in kept:
                    shutil.rmtree(old)

    def choose_cache(self, app: Sphinx, docname: str, source: list[str]) -> None:
        """Let MyST-NB, which is about to read a page, look into the page's own cache."""
        if docname in self.pages:
            env: Any = app.env
            folder = str(self.pages[docname].folder)
            env.mystnb_config = env.mystnb_config.copy(execution_cache_path=folder)


def prepare_matplotlib(app: Sphinx) -> None:
    # On a new machine matplotlib builds its font cache on first import and says so on stderr, which
    # would fail the first page that draws. Build it here, before any notebook runs.
    import matplotlib.font_manager  # noqa: F401


def keep_sources_to_the_library(app: Sphinx, env: Any) -> None:
    # Where the class of an attribute is from another module, ``types`` say, viewcode looks there,
    # finds nothing, and forgets the module when Sphinx comes to the next page. There is none when
    # the reference alone is read again: the book would have Python's own source in it.
    modules = getattr(env, "_viewcode_modules", {})
    for name in [name for name, entry in modules.items() if entry and not entry[2]]:
        del modules[name]


def fail_on_failed_cells(app: Sphinx, exception: Exception | None) -> None:
    """Fail even without ``-W``; the tracebacks stay in ``_build/html/reports``."""
    if exception is not None:
        return
    failed = [
        docname
        for docname, metadata in getattr(app.env, "nb_metadata", {}).items()
        if metadata.get("exec_data") and not metadata["exec_data"]["succeeded"]
    ]
    if failed:
        raise ExtensionError(
            f"cells failed in {', '.join(sorted(failed))}; read the reports in {app.outdir}/reports"
        )


def setup(app: Sphinx) -> None:
    freshness = Freshness()
    app.connect("builder-inited", prepare_matplotlib)
    app.connect("env-get-outdated", freshness.look)
    app.connect("env-before-read-docs", freshness.run)
    app.connect("source-read", freshness.choose_cache)
    app.connect("env-updated", keep_sources_to_the_library)
    # Last: what other extensions still have to write, they write for a failed book too.
    app.connect("build-finished", fail_on_failed_cells, priority=900)
