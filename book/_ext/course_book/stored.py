"""What a notebook's stored outputs rest on, and whether that is still as it was.

The name of a page's cache folder is a digest of its cells, of the library's files that these can
use and of the pinned requirements: with another one of these, other outputs. What else a notebook
read when it ran (a file of results, say) stands in the cache beside its outputs.
"""

import hashlib
import platform
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache  # type: ignore[import-untyped]
from jupyter_cache.base import CacheBundleIn  # type: ignore[import-untyped]

from course_book.closure import Library

LOCK = "requirements.lock"


@dataclass(frozen=True, eq=False)
class Page:
    """A notebook of the book.

    Parameters
    ----------
    docname, path, notebook
        Its name in Sphinx, its file, its cells.
    uses
        The library's files that its cells can use, and the pinned requirements.
    state
        Digest of these files.
    folder
        The cache of this page alone in this state.
    """

    docname: str
    path: Path
    notebook: nbformat.NotebookNode
    uses: frozenset[Path]
    state: str
    folder: Path

    def is_fresh(self, root: Path) -> bool:
        """Whether there are outputs, and all that they rest on is as it was."""
        if not self.folder.is_dir():
            return False
        try:
            found = get_cache(self.folder).match_cache_notebook(self.notebook)
        except KeyError:
            return False
        # MyST-NB stores outputs, too, but does not know what the notebook read.
        reads = found.data.get("reads")
        return reads is not None and all(
            digest_of(root / name) == digest for name, digest in reads.items()
        )

    def store(self, outputs: nbformat.NotebookNode, seconds: float, reads: dict[str, str]) -> None:
        """Keep outputs in place of all that the folder has."""
        shutil.rmtree(self.folder, ignore_errors=True)
        data = {"execution_seconds": seconds, "reads": reads}
        bundle = CacheBundleIn(outputs, str(self.path), data=data)
        get_cache(self.folder).cache_notebook_bundle(bundle, check_validity=False)


def page_of(
    docname: str, path: Path, notebook: nbformat.NotebookNode, library: Library, caches: Path
) -> Page:
    """A page with the cache folder that its cells and the files that these can use lead to."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    uses = library.used_by(cells) | {library.root / LOCK}
    state = digest_of_all(uses, library.root)
    basis = repr((docname, cells, platform.python_version(), state))
    digest = hashlib.sha256(basis.encode()).hexdigest()[:16]
    folder = caches / f"{docname.replace('/', '-')}-{digest}"
    return Page(docname, path, notebook, uses, state, folder)


def reads_of(
    report: dict[str, Any], page: Page, library: Library, since: float
) -> dict[str, str] | None:
    """Digests of what a notebook read in the project besides the files that its cells can use.

    None when one of these or of those has changed since: which version it saw, nobody can say.
    """
    root = library.root
    named = {Path(name) for name in [*report["files"], *report["folders"]]}
    found = {path for path in named if _in_project(path, root) and path.exists()}
    if report["processes"]:  # what other programs read is not known
        found |= library.files | {path.parent for path in library.files}
    rest = sorted(found - page.uses)
    if digest_of_all(page.uses, root) != page.state:
        return None
    if any(path.is_file() and path.stat().st_mtime > since for path in rest):
        return None
    return {str(path.relative_to(root)): digest_of(path) for path in rest}


def digest_of(path: Path) -> str:
    """Digest of a file's bytes, or of the names in a folder; nothing when it is not there."""
    if path.is_dir():
        names = sorted(entry.name for entry in path.iterdir() if entry.name != "__pycache__")
        return hashlib.sha256("\n".join(names).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def digest_of_all(paths: Iterable[Path], root: Path) -> str:
    """One digest of several files and of their names."""
    lines = sorted(f"{path.relative_to(root)} {digest_of(path)}" for path in paths)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def seconds_of_last_run(caches: Path) -> dict[str, float]:
    """How long each notebook ran, by its path, as far as the caches in a folder know."""
    found = {}
    for folder in caches.glob("*-*"):
        for record in get_cache(folder).list_cache_records():
            found[record.uri] = record.data.get("execution_seconds", 0.0)
    return found


def _in_project(path: Path, root: Path) -> bool:
    """Whether this is of the project: not of ``.venv``, nor something that Python made."""
    return path.is_relative_to(root) and not any(
        part.startswith(".") or part == "__pycache__" for part in path.relative_to(root).parts
    )
