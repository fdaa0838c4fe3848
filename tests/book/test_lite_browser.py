"""JupyterLite as ``make site`` builds it, in a real browser that can reach this machine only."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import nbcourse
from lite import downloads, wheels
from nbcourse.cli import cli
from nbcourse.specs import sheets

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / ".venv" / "lite"
DOWNLOADS = ROOT / "_build" / "lite" / "downloads"
# The kernel starts in 8 s where the machine has nothing else to do.
PATIENCE = 300_000
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of JupyterLite alone, in the folder ``lite``."""
    if not OWN.is_dir() and importlib.util.find_spec("jupyterlite_core") is None:
        pytest.skip("JupyterLite is not installed: run `make site` once, with a network")
    folder, work = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("work")
    shutil.copyfile(ROOT / "book" / "_root" / "favicon.ico", folder / "favicon.ico")
    if DOWNLOADS.is_dir():
        shutil.copytree(DOWNLOADS, work / "downloads")
    paths = os.pathsep.join([str(OWN), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "lite.build", folder / "lite", "--cache", work],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@dataclass
class Notebook:
    """A sheet that is open in a browser."""

    context: Any
    base: str
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, sheet: str) -> None:
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page = self.context.new_page()
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{self.base}lite/notebooks/index.html?path={sheet}.ipynb")
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE)

    def heard(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def run(self, number: int, code: str = "") -> str:
        """Run a code cell, with other code when some is given; return what it shows."""
        cell = self.page.locator(".jp-CodeCell").nth(number)
        cell.locator(".cm-content").click()
        if code:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(code)
        before = cell.locator(".jp-InputPrompt").inner_text()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "([prompt, before]) => /\\d/.test(prompt.innerText) && prompt.innerText !== before",
            arg=[cell.locator(".jp-InputPrompt").element_handle(), before],
            timeout=PATIENCE,
        )
        return str(cell.locator(".jp-OutputArea").inner_text())

    def elsewhere(self) -> set[str]:
        """The addresses on other hosts that something asked for."""
        return {url for url in self.asked if not url.startswith((self.base, "data:", "blob:"))}


@pytest.fixture
def notebook(chromium: Any, base: str) -> Iterator[Notebook]:
    context = chromium.new_context()
    yield Notebook(context, base)
    context.close()


@dataclass
class Said:
    """What a cell showed, and what there was to complain of until then."""

    shown: list[str]
    elsewhere: set[str]
    errors: list[str]


@dataclass
class Session:
    """One kernel for the tests of what Python does there: to start it takes the most time.

    What a test asks of a kernel that nobody has used is written down before any test uses it.
    """

    notebook: Notebook
    #: The content that the kernel takes for NumPy's, by its lock file.
    numpy: bytes
    at_first: Said


@pytest.fixture(scope="module")
def session(
    chromium: Any, base: str, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    stand_in = wheels.write_wheel(
        tmp_path_factory.mktemp("numpy"), "numpy", "2.0", {"numpy.py": b"said = 'this one'"}
    )
    content = stand_in.read_bytes()

    def with_other_hash(route: Any) -> None:
        response = route.fetch()
        lock = response.json()
        lock["packages"]["numpy"]["sha256"] = hashlib.sha256(content).hexdigest()
        route.fulfill(response=response, json=lock)

    context = chromium.new_context()
    context.route(f"**/{downloads.LOCK}", with_other_hash)
    notebook = Notebook(context, base)
    notebook.open("graphs")
    # A learner's namespace has nothing in it that they did not put there.
    names = "{'In', 'Out', 'exit', 'get_ipython', 'open', 'quit'}"
    shown = [
        notebook.run(1, "6 * 7"),
        notebook.run(1, f"{{n for n in dir() if n[0] != '_'}} - {names}"),
    ]
    yield Session(notebook, content, Said(shown, notebook.elsewhere(), list(notebook.errors)))
    context.close()


@pytest.fixture(scope="module")
def without_numpy(session: Session) -> Said:
    """The sheet's first cell, which imports NumPy, before anything answers at its address."""
    session.notebook.asked.clear()
    shown = session.notebook.run(0)
    return Said([shown], session.notebook.elsewhere(), list(session.notebook.errors))


def numpy_address(site: Path) -> str:
    lock = json.loads((site / "lite/static/pyodide" / downloads.LOCK).read_text(encoding="utf-8"))
    return str(lock["packages"]["numpy"]["file_name"])


def test_it_is_small_and_has_each_sheet_as_students_have_it(site: Path) -> None:
    size = sum(path.stat().st_size for path in (site / "lite").rglob("*") if path.is_file())
    assert size < 80 * MEGABYTE  # of the site's 120; the book may have 40
    published = {path.stem: path.read_bytes() for path in (site / "lite/files").glob("*.ipynb")}
    assert published.keys() == {sheet.name for sheet in sheets()}
    for name, content in published.items():
        assert content == (ROOT / "exercises" / name / f"{name}.ipynb").read_bytes()


def test_the_kernel_runs_python_with_the_network_cut(session: Session) -> None:
    answer, names = session.at_first.shown
    assert "42" in answer
    assert "set()" in names
    assert session.at_first.elsewhere == set()
    assert session.at_first.errors == []


def test_the_course_is_installed_and_every_module_compiles(session: Session) -> None:
    """The browser's Python is newer than the one that runs these tests."""
    code = """import warnings, nbcourse
from pathlib import Path
files = list(Path(nbcourse.__file__).parent.rglob("*.py"))
with warnings.catch_warnings():
    warnings.simplefilter("error")
    count = sum(bool(compile(file.read_text(), str(file), "exec")) for file in files)
count, nbcourse.__version__"""
    count = sum(name.endswith(".py") for name in wheels.course_files())
    assert f"({count}, '{nbcourse.__version__}')" in session.notebook.run(1, code)


def test_a_numpy_that_cannot_be_fetched_is_explained(without_numpy: Said, site: Path) -> None:
    (shown,) = without_numpy.shown
    assert "NumPy could not be fetched from https://cdn.jsdelivr.net/" in shown
    assert "run the cell again" in shown
    assert without_numpy.elsewhere == {numpy_address(site)}


@pytest.mark.usefixtures("without_numpy")  # once it is there, it is never without again
def test_only_the_numpy_of_the_lock_file_is_taken(session: Session, site: Path) -> None:
    """Another file at the same address is not used; the right one is, once it can be had."""

    def answer(route: Any) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=bodies[0], headers=headers, content_type="application/zip")

    notebook, bodies = session.notebook, [session.numpy + b"0"]
    notebook.context.route(numpy_address(site), answer)
    code = "import numpy; print(numpy.said)"
    assert "NumPy could not be fetched" in notebook.run(1, code)
    bodies[0] = session.numpy
    assert notebook.run(1).strip() == "this one"


def test_work_is_kept_handed_in_and_started_over(notebook: Notebook, tmp_path: Path) -> None:
    notebook.open("graphs")
    cell = notebook.page.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-content").click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text("my_own_work = 1")
    notebook.page.keyboard.press("Control+s")
    notebook.page.wait_for_timeout(1500)
    notebook.page.close()

    notebook.open("graphs")
    mine = notebook.page.locator(".jp-CodeCell").nth(1).get_by_text("my_own_work")
    mine.wait_for(timeout=PATIENCE)
    with notebook.page.expect_download() as download:
        notebook.page.get_by_role("menuitem", name="File").first.click()
        notebook.page.get_by_text("Download", exact=True).first.click()
    assert download.value.suggested_filename == "graphs.ipynb"
    download.value.save_as(tmp_path / "graphs.ipynb")
    assert "my_own_work" in (tmp_path / "graphs.ipynb").read_text(encoding="utf-8")
    # The file is a sheet for the course's own commands as well.
    checked = CliRunner().invoke(cli, ["check", str(tmp_path / "graphs.ipynb")])
    assert checked.exit_code == 1
    assert "Total: 0 / 20 points" in checked.output

    with notebook.context.expect_page() as opened:
        notebook.page.get_by_role("menuitem", name="File").first.click()
        notebook.page.get_by_text("Open…", exact=True).first.click()
    listed = opened.value.get_by_text("graphs.ipynb", exact=True).first
    listed.click(button="right", timeout=PATIENCE)
    opened.value.locator(".lm-Menu-itemLabel", has_text="Delete").first.click()
    opened.value.locator(".jp-Dialog .jp-mod-accept").click()
    opened.value.wait_for_timeout(1500)
    notebook.page.close()
    notebook.open("graphs")
    cell = notebook.page.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-content").wait_for(timeout=PATIENCE)
    assert "my_own_work" not in cell.inner_text()


def test_all_sheets_are_listed(notebook: Notebook) -> None:
    page = notebook.context.new_page()
    page.goto(f"{notebook.base}lite/index.html")
    for sheet in sheets():
        page.get_by_text(f"{sheet.name}.ipynb", exact=True).first.wait_for(timeout=PATIENCE)
