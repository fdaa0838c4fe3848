"""Pages never show what an older library printed, and a broken page never passes."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
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


@pytest.fixture(scope="module")
def scratch_config() -> dict[str, Any]:
    """The book's own settings for a book elsewhere."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["local_extensions"] = {"course_book": str(ROOT / "book/_ext")}
    config["html"].pop("favicon")
    config.pop("bibtex_bibfiles")
    config["sphinx"]["config"]["extensions"].remove("sphinxcontrib.bibtex")
    return config


@pytest.fixture
def scratch(tmp_path: Path, scratch_config: dict[str, Any]) -> Path:
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(scratch_config))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    return tmp_path


def test_a_failing_cell_fails_the_build(scratch: Path, build: Callable[..., Any]) -> None:
    """Jupyter Book itself exits 0 unless warnings are made errors."""
    (scratch / "page.md").write_text(KERNEL + "# Page\n\n" + CELL.format("1 / 0"))
    done = build(scratch)
    assert done.returncode != 0
    assert "cells failed in page" in done.stdout + done.stderr
    (report,) = (scratch / "_build/html/reports").glob("page*.log")
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


def test_a_cell_that_warns_fails_the_build(scratch: Path, build: Callable[..., Any]) -> None:
    cell = CELL.format("import warnings\nwarnings.warn('look here')")
    (scratch / "page.md").write_text(KERNEL + "# Page\n\n" + cell)
    done = build(scratch, "-W", "--keep-going")
    assert done.returncode != 0
    assert "stderr was found" in done.stdout + done.stderr


def test_a_changed_library_empties_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: Callable[[str], Any]
) -> None:
    freshness = extension("freshness")
    (tmp_path / "nbcourse/__pycache__").mkdir(parents=True)
    module = tmp_path / "nbcourse/module.py"
    module.write_text("x = 1\n")
    (tmp_path / "requirements.lock").write_text("numpy==2\n")
    monkeypatch.setattr(freshness, "ROOT", tmp_path)

    def choose() -> Path:
        app = SimpleNamespace(outdir=tmp_path / "_build/html")
        config = SimpleNamespace(nb_execution_cache_path="")
        freshness.choose_cache(app, config)
        folder = Path(config.nb_execution_cache_path)
        assert folder.name == config.course_digest
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    first = choose()
    (tmp_path / "nbcourse/__pycache__/module.pyc").write_bytes(b"compiled")
    assert choose() == first

    module.write_text("x = 2\n")
    second = choose()
    assert second != first
    assert not first.exists()

    (tmp_path / "requirements.lock").write_text("numpy==3\n")
    assert choose() not in (first, second)
