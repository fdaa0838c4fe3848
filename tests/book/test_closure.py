"""What of the library a page can use is read from its imports, and nothing is missed."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

LIBRARY = {
    "__init__.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from nbcourse.typed import T\n"
        "def __getattr__(name):\n    from nbcourse.lazy import check\n    return check\n"
    ),
    "data.npz": "",
    "typed.py": "T = int",
    "lazy.py": "from nbcourse.alone import x as check",
    "alone.py": "x = 1",
    "chain.py": "import nbcourse.alone",
    "inside.py": "def f():\n    if True:\n        from nbcourse import alone",
    "package/__init__.py": "from .member import y",
    "package/member.py": "from ..alone import x as y",
    "package/other.py": "",
    "package/page.css": "",
    "package/templates/page.html": "",
    "registry/__init__.py": "from importlib import import_module\nm = import_module('.one', 'x')",
    "registry/one.py": "from nbcourse import chain",
    "registry/notes.txt": "",
}
ALWAYS = {"__init__.py", "data.npz"}
PACKAGE = {"package/__init__.py", "package/member.py", "package/page.css"}
PACKAGE |= {"package/templates/page.html", "alone.py"}
REGISTRY = {"registry/__init__.py", "registry/one.py", "registry/notes.txt"}
REGISTRY |= {"chain.py", "alone.py", "lazy.py"}


@pytest.fixture
def used_by(tmp_path: Path, extension: Callable[[str], Any]) -> Callable[..., set[str]]:
    root = tmp_path / "nbcourse"
    for name, text in LIBRARY.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    library = extension("closure").Library(tmp_path)

    def used(*cells: str) -> set[str]:
        return {path.relative_to(root).as_posix() for path in library.used_by(cells)}

    return used


@pytest.mark.parametrize(
    ("cell", "modules"),
    [
        ("from nbcourse.alone import x", {"alone.py"}),
        ("import nbcourse.alone as a", {"alone.py"}),
        ("import nbcourse.chain as c", {"chain.py", "alone.py", "lazy.py"}),
        ("from nbcourse import alone", {"alone.py"}),
        ("def f():\n    from nbcourse.alone import x", {"alone.py"}),
        ("from nbcourse.inside import f", {"inside.py", "alone.py"}),
        ("from nbcourse.package.member import y", PACKAGE),
        ("from nbcourse.package import *", PACKAGE),
        ("from nbcourse.package import other", PACKAGE | {"package/other.py"}),
        ("from nbcourse import check", {"lazy.py", "alone.py"}),
        ("import nbcourse", {"lazy.py", "alone.py"}),
        ("from nbcourse.registry import m", REGISTRY),
        ("from nbcourse.typed import T", {"typed.py"}),
        ("layer.eval()\nfrom nbcourse.alone import x", {"alone.py"}),
    ],
)
def test_what_imports_lead_to(
    cell: str, modules: Iterable[str], used_by: Callable[..., set[str]]
) -> None:
    assert used_by("x = 1", cell) == ALWAYS | set(modules)


def test_a_page_without_imports_uses_nothing(used_by: Callable[..., set[str]]) -> None:
    assert used_by("import numpy as np", "np.ones(3)") == set()


@pytest.mark.parametrize(
    "cell",
    [
        "%run script.py",
        "!ls",
        "import importlib\nimportlib.import_module(name)",
        "__import__('nbcourse.' + 'alone')",
        "exec('import ' + name)",
    ],
)
def test_what_cannot_be_decided_counts_as_used(cell: str, used_by: Callable[..., set[str]]) -> None:
    assert used_by(cell) == set(LIBRARY)
