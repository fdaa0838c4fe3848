"""What a notebook read stands beside its outputs, unless nobody can say which version it read."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

FILES = {
    "nbcourse/__init__.py": "",
    "nbcourse/used.py": "x = 1",
    "nbcourse/other.py": "",
    "results.json": "{}",
    "quizzes/one.yml": "",
    ".venv/lib/module.py": "",
    "quizzes/__pycache__/module.pyc": "",
    "requirements.lock": "numpy==2",
}
NOTHING: dict[str, Any] = {"files": [], "folders": [], "processes": False}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def reads(root: Path, extension: Callable[[str], Any]) -> Callable[..., dict[str, str] | None]:
    """What a page that imports ``nbcourse.used`` is noted to have read."""
    stored = extension("stored")
    library = extension("closure").Library(root)
    cell = nbformat.v4.new_code_cell("from nbcourse.used import x")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page = stored.page_of("page", root / "page.md", notebook, library, root / "_build")

    def read(since: float | None = None, **report: Any) -> dict[str, str] | None:
        names = {
            key: [str(root / name) for name in report.pop(key, [])] for key in ("files", "folders")
        }
        found: dict[str, str] | None = stored.reads_of(
            NOTHING | names | report, page, library, time.time() + 1 if since is None else since
        )
        return found

    return read


def test_only_what_the_imports_do_not_show_is_noted(reads: Callable[..., Any]) -> None:
    assert reads() == {}
    assert reads(files=["nbcourse/used.py", "nbcourse/__init__.py"]) == {}
    assert set(reads(files=["nbcourse/other.py"])) == {"nbcourse/other.py"}


def test_files_and_folders_of_the_project_count(reads: Callable[..., Any]) -> None:
    files = ["results.json", "is_not_there.json", *(name for name in FILES if "module" in name)]
    found = reads(files=[*files, "/etc/passwd"], folders=["quizzes"])
    assert set(found) == {"results.json", "quizzes"}


def test_a_folder_changes_with_what_is_in_it(reads: Callable[..., Any], root: Path) -> None:
    before = reads(folders=["quizzes"])
    assert reads(folders=["quizzes"]) == before
    (root / "quizzes/two.yml").touch()
    assert reads(folders=["quizzes"]) != before


def test_what_other_programs_read_is_not_known(reads: Callable[..., Any]) -> None:
    assert set(reads(processes=True)) == {"nbcourse", "nbcourse/other.py"}


def test_a_library_that_changed_meanwhile_leaves_nothing(
    reads: Callable[..., Any], root: Path
) -> None:
    (root / "nbcourse/other.py").write_text("x = 2")
    assert reads() == {}
    (root / "nbcourse/used.py").write_text("x = 2")
    assert reads() is None


def test_a_file_that_changed_meanwhile_leaves_nothing(reads: Callable[..., Any]) -> None:
    assert reads(since=0.0) == {}
    assert reads(since=0.0, files=["results.json"]) is None
