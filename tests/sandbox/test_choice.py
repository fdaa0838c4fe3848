"""Which sandbox is taken, and that nothing is run where there is none."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from nbcourse.cli import cli
from nbcourse.errors import CourseError
from nbcourse.grading import sandbox as sandboxes
from nbcourse.grading.doctor import advise
from nbcourse.grading.inside.seccomp import filter_program
from nbcourse.grading.sandbox import Needs, choose_sandbox, open_sandbox
from nbcourse.grading.sandbox.bubblewrap import bubblewrap_command
from nbcourse.grading.sandbox.view import interpreter, packages, reduced_library
from nbcourse.grading.student import Limits, Student

# Docker as far as it is asked for here: it runs what it is told on this machine, the files that
# it is to show copied into a folder.
DOCKER = """#!{python}
import os, shutil, subprocess, sys, tempfile
arguments = sys.argv[1:]
with open(os.path.join({folder!r}, "log"), "a") as log:
    log.write(" ".join(arguments[:2]) + "\\n")
if arguments[0] in ("info", "kill") or arguments[:2] == ["image", "inspect"]:
    if arguments[0] == "kill":
        os.kill(int(open(os.path.join({folder!r}, arguments[1])).read()), 9)
    sys.exit(0)
options, environment, place = arguments[1:], dict(os.environ), tempfile.mkdtemp(dir={folder!r})
for option, value in zip(options, options[1:]):
    if option == "--volume":
        source, target, _ = value.split(":")
        os.makedirs(os.path.dirname(place + target), exist_ok=True)
        shutil.copyfile(source, place + target)
    elif option == "--env":
        name, _, text = value.partition("=")
        environment[name] = text
    elif option == "--name":
        open(os.path.join({folder!r}, value), "w").write(str(os.getpid()))
environment["PYTHONPATH"] = place + "/course"
command = options[options.index("nbcourse-worker") + 2:]
os.chdir(place)
os.execve({python!r}, [{python!r}, *command], environment)
"""


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which no sandbox can be had."""
    monkeypatch.setattr(sandboxes, "find_bubblewrap", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a program named docker in it, first on the PATH."""
    program = tmp_path / "docker"
    program.write_text(DOCKER.format(python=sys.executable, folder=str(tmp_path)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.usefixtures("nowhere")
def test_without_a_sandbox_it_refuses_and_says_how_to_accept_the_risk() -> None:
    with pytest.raises(CourseError) as raised:
        choose_sandbox()
    assert raised.value.exit_code == 2
    message = str(raised.value)
    assert "bubblewrap: bwrap is not installed" in message
    assert "docker: docker is not installed" in message
    assert "--sandbox none" in message
    assert choose_sandbox("none") == "none"


def test_a_sandbox_that_does_not_start_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'no namespaces here' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(sandboxes, "find_bubblewrap", lambda: program)
    with pytest.raises(CourseError, match="bubblewrap: no namespaces here"):
        choose_sandbox("bubblewrap")


def test_docker_is_taken_where_bubblewrap_is_not(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandboxes, "find_bubblewrap", lambda: None)
    assert choose_sandbox() == "docker"


def test_a_container_answers_like_any_worker(docker: Path) -> None:
    sandbox = open_sandbox("docker", Needs())
    with Student(Limits(cell=20, startup=60), start=sandbox.start) as student:
        assert student.run("define", "def double(x): return 2 * x") == []
        assert student.call("double", (21,))[0] == 42
        noise = "import os; os.write(1, b'noise'); os.write(2, b'noise'); print(6 * 7)"
        assert student.run("noise", noise)[0]["text"] == "42\n"
        student.run("end", "os._exit(1)")
        assert student.problems == ["cell end ended the process it ran in"]
        assert student.call("double", (4,))[0] == 8
    sandbox.close()
    log = (docker / "log").read_text().split("\n")
    assert log.count("run --rm") == 2


def test_a_container_has_no_network_no_rights_and_limits() -> None:
    from nbcourse.grading.sandbox.container import ContainerSandbox

    words = " ".join(ContainerSandbox("docker", 2**31).words("name"))
    for option in (
        "--network none",
        "--read-only",
        "--cap-drop ALL",
        "--security-opt no-new-privileges",
        "--pids-limit 64",
        "--memory 2147483648 --memory-swap 2147483648",
        "--user 65534:65534",
    ):
        assert option in words


def test_without_a_sandbox_code_still_runs_apart_with_the_reduced_library() -> None:
    sandbox = open_sandbox("none", Needs())
    with Student(Limits(cell=20), start=sandbox.start) as student:
        found = student.run("look", "import nbcourse.specs")
        assert found[0]["ename"] == "ModuleNotFoundError"
        assert student.run("where", "import os; os.listdir('.')")[0]["data"]["text/plain"] == "[]"
    sandbox.close()


# --- what is shown -------------------------------------------------------------------------------


def test_packages_are_what_the_sheets_need_and_nothing_beside() -> None:
    found = packages()
    assert {"numpy", "matplotlib", "IPython", "matplotlib_inline", "traitlets"} <= set(found)
    assert not {"nbgrader", "nbconvert", "distributed", "pytest", "nbcourse"} & set(found)


def test_a_package_that_is_not_installed_is_refused() -> None:
    with pytest.raises(CourseError, match="'no-such-package', which is not installed"):
        packages(("numpy", "no-such-package"))


def test_the_reduced_library_holds_no_textbook_module() -> None:
    names = set(reduced_library())
    assert {"__init__.py", "data.py", "digits.npz", "plots/__init__.py"} <= names
    reference = {path.name for path in Path(sandboxes.__file__).parents[2].glob("*.py")}
    assert names & reference == {"__init__.py", "arrays.py", "data.py", "errors.py"}
    assert not [name for name in names if name.startswith(("specs", "exercise", "authoring"))]


def test_bubblewrap_is_started_with_an_empty_environment() -> None:
    # It stays as process 1 of the sandbox, and what it was started with can be read there.
    assert bubblewrap_command(Path("bwrap")).environment == {}


def test_a_private_folder_within_what_is_shown_is_hidden() -> None:
    shown = next(path for path in interpreter().shown if path.is_dir())
    inside = next(path for path in shown.iterdir() if path.is_dir())
    assert inside.resolve() in interpreter([inside]).hidden
    assert inside.resolve() not in interpreter().hidden or inside.name.endswith("-packages")


def test_the_filter_ends_in_allowing_and_jumps_within_itself() -> None:
    import struct

    for machine in ("x86_64", "aarch64"):
        program = filter_program(machine)
        assert program is not None
        lines = list(struct.iter_unpack("HBBI", program))
        assert lines[-1] == (0x06, 0, 0, 0x7FFF0000)
        for position, (code, if_true, if_false, _) in enumerate(lines):
            if code & 0x07 == 0x05:
                assert position + 1 + max(if_true, if_false) < len(lines)


# --- the doctor ----------------------------------------------------------------------------------


def test_the_doctor_says_that_grading_can_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from nbcourse.cli import main; main(['doctor'])"],
        cwd=tmp_path,
        # As README has it called, by its path: the environment's programs are not on the PATH.
        env=os.environ | {"PATH": os.defpath},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "ok  bubblewrap: can be used" in done.stdout
    assert "NO" not in done.stdout


@pytest.mark.usefixtures("nowhere")
def test_the_doctor_says_what_to_do_where_there_is_no_sandbox() -> None:
    result = CliRunner().invoke(cli, ["doctor"])
    assert result.exit_code == 1
    assert "NO  to do: install bubblewrap" in result.output
    assert "--sandbox none" in result.output


SETTINGS = {
    "/proc/sys/user/max_user_namespaces": ("0", "user.max_user_namespaces=10000"),
    "/proc/sys/kernel/unprivileged_userns_clone": ("0", "unprivileged_userns_clone=1"),
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": ("1", "Ubuntu 24.04"),
}


@pytest.mark.parametrize("path", SETTINGS)
def test_a_setting_that_forbids_namespaces_is_named(path: str) -> None:
    value, said = SETTINGS[path]
    advice = advise("no permission", lambda asked: value if asked == path else "")
    assert said in advice[0]
