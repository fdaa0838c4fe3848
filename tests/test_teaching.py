"""The pages for instructors, typed as they stand in a copy of the repository.

There is no network and no hub here: the repositories on the web are folders, the exchange is a
folder, a student is a function.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.command_blocks import Block, Shell, blocks, matches

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("teaching.md", "writing-exercises.md", "instructors.md")
BLOCKS = [block for page in PAGES for block in blocks(ROOT / "book" / page)]
EXCHANGE = "/usr/local/share/nbgrader/exchange"
# What an installation would fetch is in the environment of these tests. Its programs are copied,
# for they name their Python, and with it the nbcourse that they run.
STAND_IN = """\
#!{python}
import pathlib, subprocess, sys
if sys.argv[1:3] != ["-m", "venv"]:
    raise SystemExit(subprocess.run([{python!r}, *sys.argv[1:]]).returncode)
subprocess.run([{python!r}, "-m", "venv", "--without-pip", *sys.argv[3:]], check=True)
programs = (pathlib.Path(sys.argv[-1]) / "bin").resolve()
(packages,) = programs.parent.glob("lib/python*/site-packages")
(packages / "there.pth").write_text({packages!r} + "\\n")
(programs.parent / "share").symlink_to({share!r})
for path in pathlib.Path({scripts!r}).iterdir():
    data = path.read_bytes() if path.is_file() else b""
    if data.startswith(b"#!") and b"python" in data.split(b"\\n")[0] and path.name != "nbcourse":
        new = programs / path.name
        if not new.exists():
            new.write_bytes(b"#!" + bytes(programs / "python") + b"\\n" + data.split(b"\\n", 1)[1])
            new.chmod(0o755)
"""
GIT = """\
[user]
name = Instructor
email = instructor@example.org
[init]
defaultBranch = main
[safe]
directory = *
[url "{web}/"]
insteadOf = https://github.com/your-name/
"""


def from_canvas(shell: Shell) -> None:
    archive = shell.folder / "downloaded" / "graphs" / "archive" / "submissions.zip"
    archive.parent.mkdir(parents=True)
    names = {"blaise": "blaise_4711_90210_graphs", "hedy": "hedy_LATE_4712_90211_graphs-1"}
    with zipfile.ZipFile(archive, "w") as file:
        for student, name in names.items():
            handed_in = (
                shell.folder / "examples" / "submitted" / student / "graphs" / "graphs.ipynb"
            )
            file.write(handed_in, f"{name}.ipynb")


def emil_hands_in(shell: Shell) -> None:
    """As a student does, in a folder of his own with the two settings that the page names."""
    home = shell.folder.parent / "emil"
    home.mkdir()
    (home / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "deep-learning-2026"\n'
        f'c.Exchange.root = "{shell.replaced[EXCHANGE]}"\n'
    )
    outbound = Path(shell.replaced[EXCHANGE]) / "deep-learning-2026" / "outbound"
    shutil.copytree(outbound / "graphs", home / "graphs")
    answers = shell.folder / "examples" / "submitted" / "emil" / "graphs" / "graphs.ipynb"
    shutil.copy(answers, home / "graphs")
    student = Shell(home, shell.notebook, shell.variables, {}, {})
    student.type("nbgrader submit graphs --student=emil")


@pytest.fixture(scope="module")
def machine(in_memory: Path) -> Path:
    """A folder that stands for all of a machine."""
    folder = in_memory / "machine"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def shell(machine: Path) -> Shell:
    """A new user's machine: the fork on the web, nothing of it fetched yet."""
    web, home = machine / "web", machine / "home"
    home.mkdir()
    _publish(web / "nbcourse.git")
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "-b", "main", web / "sheets.git"], check=True
    )
    (machine / "gitconfig").write_text(GIT.format(web=web))
    python = machine / "python"
    python.write_text(
        STAND_IN.format(
            python=sys.executable,
            packages=sysconfig.get_path("purelib"),
            scripts=sysconfig.get_path("scripts"),
            share=str(Path(sysconfig.get_path("data")) / "share"),
        )
    )
    python.chmod(0o755)
    ours = re.compile("MAKE|MFLAGS|PYTEST|PYTHON|VIRTUAL_ENV|JUPYTER|GIT_|NBCOURSE")
    variables = {name: value for name, value in os.environ.items() if not ours.match(name)} | {
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(machine / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PIP_NO_INDEX": "1",
        "PYTHON": str(python),
        "OPENBLAS_NUM_THREADS": "1",
    }
    return Shell(
        home,
        machine,
        variables,
        {EXCHANGE: str(machine / "exchange")},
        {"an archive from Canvas": from_canvas, "emil hands in": emil_hands_in},
    )


def _publish(repository: Path) -> None:
    """Make a repository of what git would keep of this folder, as it is now."""
    listed = subprocess.run(
        [
            *("git", "-c", f"safe.directory={ROOT}", "ls-files"),
            *("-z", "--cached", "--others", "--exclude-standard"),
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    if listed.returncode:
        pytest.skip("not a git clone: what belongs to the repository is not known")
    repository.mkdir(parents=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith("book/_assets/mathjax/"):
            (repository / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, repository / name)
    author = ("-c", "user.name=Author", "-c", "user.email=author@example.org")
    for command in (
        ("init", "--quiet", "-b", "main"),
        ("add", "--all"),
        (*author, "commit", "--quiet", "--message", "The course"),
    ):
        subprocess.run(["git", *command], cwd=repository, check=True)


@pytest.fixture(scope="module")
def done_up_to(shell: Shell) -> Callable[[Block], None]:
    """Do all blocks up to one, each of them once; what failed before makes the later ones fail."""
    left = list(BLOCKS)
    failed: list[str] = []

    def do(block: Block) -> None:
        assert not failed, f"{failed[0]} failed"
        while block in left:
            current = left.pop(0)
            try:
                shell.do(current)
            except BaseException:
                failed.append(current.name)
                raise

    return do


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_what_the_page_says_works(block: Block, done_up_to: Callable[[Block], None]) -> None:
    done_up_to(block)


@pytest.fixture(scope="module")
def afterwards(shell: Shell, done_up_to: Callable[[Block], None]) -> Shell:
    """The shell when everything is done."""
    done_up_to(BLOCKS[-1])
    return shell


def test_every_page_has_something_to_type() -> None:
    assert {block.page for block in BLOCKS if block.kind in ("bash", "console")} == set(PAGES)


def test_the_links_lead_to_the_notebook_that_was_published(afterwards: Shell) -> None:
    """The hub clones ``repo`` into a folder of its name and opens ``urlpath``."""
    text = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")
    links = re.findall(r"^https://\S+git-pull\S+$", text, re.MULTILINE)
    assert links
    for link in links:
        query = {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}
        repository = query["repo"].removeprefix("https://github.com/your-name/")
        listed = subprocess.run(
            ["git", "ls-tree", "-r", "--name-only", query["branch"]],
            cwd=afterwards.notebook / "web" / f"{repository}.git",
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        opened = query["urlpath"].removeprefix(f"lab/tree/{repository}/")
        assert opened in listed


def test_git_keeps_nothing_of_the_students_and_no_secret(afterwards: Shell) -> None:
    new = afterwards.type("git status --porcelain --untracked-files=all").splitlines()
    kept = afterwards.type("git ls-files").splitlines()
    private = re.compile(
        r"^(submitted|autograded|feedback|downloaded|\.nbcourse)/|grad.*\.(db|csv)"
    )
    assert [line for line in kept if private.search(line)] == []
    assert [line for line in new if private.search(line[3:])] == []


def test_the_exercise_that_the_page_writes_has_the_style_of_the_rest(afterwards: Shell) -> None:
    afterwards.type("ruff check nbcourse/specs/division.py solutions")
    afterwards.type("ruff format --check nbcourse/specs/division.py")


def test_emil_gets_his_page_through_the_exchange(afterwards: Shell) -> None:
    pages = list((afterwards.notebook / "exchange").glob("deep-learning-2026/feedback/*.html"))
    (page,) = pages
    own = afterwards.folder / "feedback" / "emil" / "graphs" / "graphs.html"
    assert page.read_bytes() == own.read_bytes()


@pytest.mark.parametrize(
    ("printed", "shown", "same"),
    [
        ("a\nb\n", "a\nb", True),
        ("a\nb\nc", "a\n...\nc", True),
        ("line 803", "line ...", True),
        ("a\nb", "a", False),
        ("a", "b", False),
        ("6 graded", "5 graded", False),
        ("a (b)", "a .b.", False),
    ],
)
def test_another_output_would_be_found(printed: str, shown: str, same: bool) -> None:
    assert matches(printed, shown) == same
