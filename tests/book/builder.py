"""Builds books in forks of one Python: what it has imported no build has to import again.

A build spends two thirds of its time on imports. Started as ``python -m tests.book.builder``, this
reads requests, lines of JSON, from stdin, and answers each with the exit code of the build, which
is a process of its own with the environment that it is given. Neither the library nor the book's
extension is imported before the fork: books bring their own. The whole book, and one that is
interrupted, are built by the program itself.
"""

import contextlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.commands import exit_code_of

#: Besides what Sphinx loads into every build.
PRELOADED = (
    "IPython",
    "ipykernel.kernelspec",
    "jupyter_book.cli.main",
    "jupyter_book.sphinx",
    "jupyter_cache.executors.utils",
    "matplotlib.font_manager",
    "myst_nb.ext.execution_tables",
    "myst_nb.ext.glue.domain",
    "myst_nb.sphinx_ext",
    "plotly.offline",
    "psutil",
    "sphinx.ext.autodoc.typehints",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_book_theme",
    "sphinx_comments",
    "sphinx_copybutton",
    "sphinx_design.extension",
    "sphinx_external_toc.events",
    "sphinx_multitoc_numbering",
    "sphinx_togglebutton",
    "sqlalchemy.dialects.sqlite",
)
OURS = ("course_book", "course_pdf", "nbcourse")


class Builder:
    """The other end: a server for the builds of a session, started at the first one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: subprocess.Popen[str] | None = None
        self.count = 0

    def __enter__(self) -> "Builder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.server is not None:
            self.server.communicate()

    def build(self, folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
        """Build a book as the program of this environment does."""
        if self.server is None:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "tests.book.builder"],
                cwd=Path(__file__).resolve().parents[2],
                # A process that is forked has one thread.
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        command = ["jupyter-book", "build", str(folder), *map(str, options)]
        self.count += 1
        printed = [self.folder / f"{self.count}.{descriptor}" for descriptor in (1, 2)]
        request = {
            "command": command,
            "environment": dict(os.environ),
            "folder": os.getcwd(),
            "printed": [str(path) for path in printed],
        }
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        code = json.loads(self.server.stdout.readline())
        said = [path.read_text(encoding="utf-8") for path in printed]
        return subprocess.CompletedProcess(command, code, *said)


def run(request: dict[str, Any]) -> int:
    """In the fork: what a new Python does with its environment, and the program."""
    from jupyter_book.cli.main import main  # type: ignore[import-untyped]

    os.chdir(request["folder"])
    for descriptor, path in ((0, os.devnull), *zip((1, 2), request["printed"], strict=True)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.path[:0] = list(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.argv = request["command"]
    code = exit_code_of(main)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    return code


def main() -> None:
    """Import what builds need, and build what is asked for."""
    # The program has no folder of the repository on its path.
    del sys.path[0]
    from sphinx.application import builtin_extensions

    for module in (*builtin_extensions, *PRELOADED):
        importlib.import_module(module)
    assert not [name for name in OURS if name in sys.modules]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(run(json.loads(line)))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps(code), flush=True)


if __name__ == "__main__":
    main()
