"""Notebook outputs that are never older than the library, and a build that fails when a cell fails.

jupyter-cache reuses the outputs of a notebook whose cells have not changed. The cells import
``nbcourse``, so the cache lives in a folder named after a digest of the library and of the pinned
requirements: change either, and every notebook runs again.
"""

import hashlib
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

# book/_ext/course_book/freshness.py stands three folders below the repository root.
ROOT = Path(__file__).resolve().parents[3]


def library_digest(root: Path) -> str:
    """A short digest of everything that a notebook's output depends on besides its own cells."""
    digest = hashlib.sha256()
    files = [path for path in (root / "nbcourse").rglob("*") if "__pycache__" not in path.parts]
    for path in sorted([*files, root / "requirements.lock"]):
        if path.is_file():
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def choose_cache(app: Sphinx, config: Config) -> None:
    digest = library_digest(ROOT)
    # A changed digest makes Sphinx read every page again: also those that document the library.
    config.course_digest = digest
    folder = Path(config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")
    config.nb_execution_cache_path = str(folder / digest)
    if folder.is_dir():
        for old in folder.iterdir():
            if old.is_dir() and old.name != digest:
                shutil.rmtree(old)


def prepare_matplotlib(app: Sphinx) -> None:
    # On a new machine matplotlib builds its font cache on first import and says so on stderr, which
    # would fail the first page that draws. Build it here, before any notebook runs.
    import matplotlib.font_manager  # noqa: F401


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
    app.add_config_value("course_digest", "", "env", str)
    app.connect("config-inited", choose_cache)
    app.connect("builder-inited", prepare_matplotlib)
    # Last: what other extensions still have to write, they write for a failed book too.
    app.connect("build-finished", fail_on_failed_cells, priority=900)
