"""Books of a page or two, for what a whole one is too slow for."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import yaml

ROOT = Path(__file__).resolve().parents[2]
KERNEL = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

"""
CELL = "```{{code-cell}} ipython3\n{}\n```\n"


def config_elsewhere() -> dict[str, Any]:
    """The book's own settings, for a book in another folder."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["local_extensions"] = {"course_book": str(ROOT / "book/_ext")}
    config["html"].pop("favicon")
    config.pop("bibtex_bibfiles")
    settings = config["sphinx"]["config"]
    settings["extensions"].remove("sphinxcontrib.bibtex")
    config["sphinx"]["config"] = {k: v for k, v in settings.items() if not k.startswith("bibtex")}
    return config


class Tree:
    """A small project of the same shape: a library, two pages, and a copy of the extension.

    Every run of a page leaves its name in a list outside the project.
    """

    PAGES: ClassVar = {
        "page": "from nbcourse.used import number\nprint('the number', number())",
        "other": "from pathlib import Path\nprint('the word', Path('word.txt').read_text())",
    }

    def __init__(self, folder: Path, config: dict[str, Any], build: Callable[..., Any]) -> None:
        self.root = folder / "project"
        self.log = folder / "runs"
        self.build = build
        extension = self.root / "book/_ext"
        shutil.copytree(ROOT / "book/_ext", extension, ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "book/_assets").mkdir()
        shutil.copy(ROOT / "book/_assets/search-scorer.js", self.root / "book/_assets")
        settings = copy.deepcopy(config)
        settings["sphinx"]["local_extensions"] = {"course_book": str(extension)}
        self.write("_config.yml", yaml.safe_dump(settings))
        chapters = "chapters:\n- file: other\n- file: reference\n"
        self.write("_toc.yml", f"format: jb-book\nroot: page\n{chapters}")
        self.write("requirements.lock", "numpy==2\n")
        self.write("word.txt", "heron")
        self.write("nbcourse/__init__.py", "")
        self.write("nbcourse/unused.py", "")
        self.write("nbcourse/deep.py", "NUMBER = 17\n")
        # An import that only a call reaches.
        lazy = "def number():\n    from nbcourse.deep import NUMBER\n    return NUMBER\n"
        self.write("nbcourse/used.py", lazy)
        for name, code in self.PAGES.items():
            self.write_page(name, code)
        directive = "```{eval-rst}\n.. automodule:: nbcourse.unused\n```\n"
        self.write("reference.md", f"# Reference\n\n{directive}")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write_page(self, name: str, code: str) -> None:
        note = f"print({name!r}, file=open({str(self.log)!r}, 'a'))"
        self.write(f"{name}.md", KERNEL + f"# {name}\n\n" + CELL.format(f"{note}\n{code}"))

    def runs(self) -> list[str]:
        """Build the book; the pages that ran."""
        self.log.write_text("")
        done = self.build(self.root)
        assert done.returncode == 0, done.stdout + done.stderr
        return sorted(self.log.read_text().split())

    def shows(self, name: str, text: str) -> bool:
        return text in (self.root / f"_build/html/{name}.html").read_text()
