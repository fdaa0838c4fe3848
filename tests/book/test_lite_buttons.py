"""The ways to open a sheet that a page offers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from nbcourse.specs import sheets

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("", []),
        ("https://git.example.org/a/b", []),
        (
            "https://github.com/a/b.git",
            [
                "https://colab.research.google.com/github/a/b/blob/main/exercises/x-y/x-y.ipynb",
                "https://mybinder.org/v2/gh/a/b/main?labpath=exercises%2Fx-y%2Fx-y.ipynb",
            ],
        ),
        (
            "https://gitlab.com/a/group/b/",
            ["https://mybinder.org/v2/gl/a%2Fgroup%2Fb/main?labpath=exercises%2Fx-y%2Fx-y.ipynb"],
        ),
    ],
)
def test_where_a_sheet_can_be_opened(
    repository: str, expected: list[str], extension: Callable[[str], Any]
) -> None:
    opening = extension("opening")
    assert [address for _, address in opening.buttons("x-y", "", repository, "main")] == expected
    lite = opening.buttons("x-y", "../lite/index.html", repository, "main")
    assert lite[0] == ("Solve in the browser", "../lite/index.html?path=x-y.ipynb")
    assert [address for _, address in lite[1:]] == expected


def test_the_commands_for_the_own_computer(extension: Callable[[str], Any]) -> None:
    opening = extension("opening")
    where, commands = opening.local_lines("graphs", "https://github.com/a/b")
    assert "downloaded notebook" in where
    assert "pip install jupyterlab git+https://github.com/a/b\n" in commands
    where, commands = opening.local_lines("graphs", "")
    assert "your copy of the course" in where
    assert "cp exercises/graphs/graphs.ipynb mine/" in commands
    assert commands.endswith("jupyter lab mine/graphs.ipynb")


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory, scratch_config: dict[str, Any]) -> Path:
    """A book of one page with one sheet."""
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "_config.yml").write_text(yaml.safe_dump(scratch_config))
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    (folder / "exercises").symlink_to(ROOT / "exercises")
    (folder / "book").mkdir()
    (folder / "book/page.md").write_text("# Page\n\n```{sheet} graphs\n```\n")
    return folder


def test_a_page_has_the_buttons_of_its_site(
    small_book: Path,
    build: Callable[..., Any],
    read_page: Callable[[Path], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    # The pages are read once: only what is written differs.
    for lite, words in (("cdn", "cdn.jsdelivr.net"), ("vendored", "to hand it in"), ("", "")):
        monkeypatch.setenv("BOOK_LITE", lite)
        done = build(small_book, "-W", "-n", "--keep-going")
        assert done.returncode == 0, done.stdout + done.stderr
        page = read_page(small_book / "_build/html/book/page.html")
        link = "../lite/notebooks/index.html?path=graphs.ipynb"
        assert page.links.count(link) == (1 if lite else 0)
        assert words in page.text
        assert ("cdn.jsdelivr.net" in page.text) == (lite == "cdn")
        assert "jupyter lab mine/graphs.ipynb" in page.text


def test_every_sheet_is_published_with_jupyterlite(root: Path) -> None:
    assert {path.stem for path in (root / "exercises").glob("*/*.ipynb")} == {
        sheet.name for sheet in sheets()
    }
