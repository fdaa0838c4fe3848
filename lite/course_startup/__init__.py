"""Runs in the browser: words for a NumPy that cannot be fetched.

The kernel fetches what a cell imports before it runs the cell. Where that fails, Pyodide tells the
browser's console, and the reader gets "No module named 'numpy'". IPython runs ``first.py``, beside
this file, before the first cell, since PYTHONSTARTUP names it; COURSE_NUMERIC_FROM says where
numeric packages are fetched from.
"""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

FETCHED = {"matplotlib": "matplotlib", "numpy": "NumPy"}


class NotFetched(MetaPathFinder):
    """The last to be asked for a module: explains, for two of them, why there is none."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Find nothing; a subclass of ImportError keeps ``try: import numpy`` working."""
        if name in FETCHED:
            raise ModuleNotFoundError(explanation(FETCHED[name]), name=name)


def explanation(package: str) -> str:
    """Say what is missing and what the reader can do about it."""
    source = os.environ.get("COURSE_NUMERIC_FROM", "this site")
    # Outputs break lines anywhere: these are short enough for a window of usual width.
    return (
        f"{package} could not be fetched from {source}\n\n"
        "This notebook needs it. Check that this computer is online and that no content\n"
        "blocker keeps that address out, then run the cell again. Or download this notebook\n"
        "(File, Download) and open it in Jupyter on your computer: it is the same file there."
    )


def install() -> None:
    """Put the explanation behind all that find modules, once."""
    if not any(isinstance(finder, NotFetched) for finder in sys.meta_path):
        sys.meta_path.append(NotFetched())
