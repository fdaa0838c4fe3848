"""What a student's code can see, reach and take in the sandbox, tried from inside it."""

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from nbcourse.grading.doctor import PROBES
from nbcourse.grading.inside import seccomp
from nbcourse.grading.sandbox import Needs, Sandbox, choose_sandbox, open_sandbox
from nbcourse.grading.student import Limits, Student

Said = Callable[[str], str]


@pytest.mark.parametrize("what", PROBES)
def test_what_the_doctor_tries_is_refused(what: str, said: Said) -> None:
    assert said(PROBES[what]) == "held"


def test_no_file_of_the_course_or_its_reference_is_there(said: Said, root: Path) -> None:
    found = json.loads(
        said("""
import json, os
names = {"operations.py", "graph.py", "specs", "exercise", "nbgrader", "secret", "gradebook.db",
         "solutions", "submitted", ".bashrc", "passwd", "shadow"}
found = [os.path.join(folder, name) for folder, folders, files in os.walk("/")
         for name in [*folders, *files] if name in names]
print(json.dumps(found))
""")
    )
    # IPython's and matplotlib's own files may bear such names; the course's may not be there.
    assert [path for path in found if not path.startswith(("/packages/", "/usr/", "/root/"))] == []
    assert said(f"print(os.path.exists({str(root / 'pyproject.toml')!r}))") == "False"


def test_the_environment_says_nothing_of_the_machine(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = json.loads(said("import os, json; print(json.dumps(dict(os.environ)))"))
    told = {"HOME", "IPYTHONDIR", "LANG", "MPLBACKEND", "MPLCONFIGDIR", "PATH", "PWD", "TMPDIR"}
    told |= {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "PYTHONHASHSEED", "USER"}
    threads = {"MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}
    assert set(environment) == told | threads
    assert not [value for value in environment.values() if os.path.expanduser("~") in value]


def test_the_library_is_reduced_and_inert(said: Said) -> None:
    assert said("from nbcourse import check, Score; print(check('add_backward', None), Score(3))")
    assert said("from nbcourse.data import load_digits; print(load_digits()[0].shape)") == (
        "(1797, 8, 8)"
    )
    assert said("import nbcourse.plots; nbcourse.plots.use_style(); print('ok')") == "ok"
    for module in ("operations", "graph", "specs", "exercise", "layers", "gradcheck", "authoring"):
        assert said(f"import nbcourse.{module}") == "ModuleNotFoundError"


def test_a_program_outside_is_not_there(said: Said) -> None:
    assert said("import subprocess; subprocess.run(['sh', '-c', 'id'])") == "FileNotFoundError"


@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="numbers not known")
def test_every_refused_system_call_fails_with_eperm(said: Said) -> None:
    column = ("x86_64", "aarch64").index(platform.machine())
    numbers = {name: pair[column] for name, pair in seccomp.REFUSED.items() if pair[column]}
    results = json.loads(
        said(f"""
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({{name: [libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno()]
                  for name, number in {numbers!r}.items()}}))
""")
    )
    assert len(results) > 50
    assert {name: result for name, result in results.items() if result != [-1, 1]} == {}


def test_only_ordinary_sockets_can_be_made(said: Said) -> None:
    names = [name for name in dir(socket) if name.startswith("AF_") and name != "AF_UNSPEC"]
    families = {name: int(getattr(socket, name)) for name in names}
    made = json.loads(
        said(f"""
import json, socket
made = []
for name, family in {families!r}.items():
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
        made.append(name)
    except OSError:
        pass
print(json.dumps(made))
""")
    )
    assert set(made) <= {"AF_UNIX", "AF_INET", "AF_INET6"}


def test_a_forked_process_that_goes_on_does_not_answer(student: Student) -> None:
    assert student.run("fork", "import os\nparent = os.getpid()\nos.fork()\n0")[0] is not None
    for _ in range(5):
        assert student.run("who", "print(os.getpid() == parent)")[0]["text"] == "True\n"
    assert student.problems == []


def test_threads_and_a_few_processes_work(said: Said) -> None:
    source = """
import os, threading
found = []
thread = threading.Thread(target=found.append, args=(1,))
thread.start()
thread.join()
if os.fork() == 0:
    os._exit(7)
print(found, os.waitstatus_to_exitcode(os.wait()[1]))
"""
    assert said(source) == "[1] 7"


def test_it_has_one_processor_however_many_threads_it_starts(said: Said) -> None:
    assert said("import os; print(len(os.sched_getaffinity(0)))") == "1"
    assert said("import os; os.sched_setaffinity(0, range(os.cpu_count()))") == "PermissionError"


# --- what it may take ----------------------------------------------------------------------------

BOMBS = {
    "processes": (
        "import os\nwhile True:\n    if os.fork() == 0:\n        import time; time.sleep(60)",
        "BlockingIOError",
    ),
    "threads": (
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "RuntimeError",
    ),
    "open files": ("files = []\nwhile True: files.append(open('/dev/null'))", "OSError"),
    "one file": ("file = open('f', 'wb')\nwhile True: file.write(bytes(2**20))", "OSError"),
    "files": (
        "import os\nfor n in range(10**6): open(str(n), 'w').close()",
        "OSError",
    ),
    "address space": ("import mmap\nm = [mmap.mmap(-1, 2**28) for _ in range(10)]", "OSError"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_an_error_of_its_own_cell(name: str, student: Student) -> None:
    source, error = BOMBS[name]
    outputs = student.run("bomb", source)
    # Out of files, IPython cannot look at its own sources to show where it happened.
    assert any(
        error in (each.get("ename", ""), *each.get("text", "").split(":"))
        or error in each.get("text", "")
        for each in outputs
    ), outputs
    assert student.run("next", "1 + 1")[0]["data"]["text/plain"] == "2"
    assert student.problems == []


def test_memory_is_counted_over_all_processes(sandbox: Sandbox) -> None:
    share = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        share = b"x" * (600 * 2**20)
        time.sleep(60)
time.sleep(60)
"""
    with Student(Limits(cell=40), start=sandbox.start) as student:
        student.run("bomb", share)
        (problem,) = student.problems
        assert "more than 2048 MiB of memory" in problem
        assert student.run("next", "1 + 1")[0]["data"]["text/plain"] == "2"


# --- from one student to the next ----------------------------------------------------------------


def test_what_a_student_leaves_is_not_there_for_the_next(sandbox: Sandbox) -> None:
    leave = """
import builtins, os, sys, time
import numpy as np
import nbcourse
open("/student/left", "w").close()
builtins.left = np.left = nbcourse.left = sys.left = True
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
"""
    look = """
import builtins, os, sys
import numpy as np
import nbcourse
met = [hasattr(each, "left") for each in (builtins, np, nbcourse, sys)]
print(met, os.path.exists("/student/left"))
"""
    with Student(Limits(), start=sandbox.start) as first:
        assert first.run("leave", leave) == []
    with Student(Limits(), start=sandbox.start) as second:
        assert second.run("look", look)[0]["text"] == "[False, False, False, False] False\n"


def test_students_at_the_same_time_do_not_meet(sandbox: Sandbox) -> None:
    with (
        Student(Limits(), start=sandbox.start) as one,
        Student(Limits(), start=sandbox.start) as other,
    ):
        kill = "import os\ntry:\n    os.kill(-1, 9)\nexcept OSError as error:\n    print(error)"
        assert one.run("file", "open('/student/secret', 'w').close()") == []
        assert other.run("define", "x = 3") == []
        one.run("kill", kill)
        assert other.run("alive", "x")[0]["data"]["text/plain"] == "3"
        look = "import os; print(os.path.exists('/student/secret'))"
        assert other.run("look", look)[0]["text"] == "False\n"


def test_processes_are_counted_for_each_student_alone() -> None:
    start = """
import os, time
started = 0
for _ in range(45):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    started += 1
print(started)
"""
    kind = choose_sandbox()
    opened = [open_sandbox(kind, Needs(), place) for place in (0, 1)]
    try:
        with Student(start=opened[0].start) as one, Student(start=opened[1].start) as other:
            for student in (one, other):  # 90 in all, more than one student may have
                assert student.run("processes", start)[0].get("text") == "45\n"
    finally:
        for each in opened:
            each.close()


def test_nothing_is_left_when_the_sandbox_closes(sandbox: Sandbox) -> None:
    from nbcourse.grading.sandbox import Needs, choose_sandbox, open_sandbox

    before = set(psutil.Process().children(recursive=True))
    opened = open_sandbox(choose_sandbox(), Needs(seconds=77))
    student = Student(Limits(), start=opened.start)
    student.run("leave", "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(600)")
    started = set(psutil.Process().children(recursive=True)) - before
    assert len(started) >= 3  # bwrap, the zygote, the student's two
    opened.close()
    student.__exit__(None, None, None)
    _, left = psutil.wait_procs(started, timeout=3)
    assert left == []


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs all tests like this anyway")
def test_the_sandbox_holds_for_an_ordinary_user_too(tmp_path: Path) -> None:
    # A user namespace in which this user is number 1000, and root of nothing.
    words = ["unshare", "--user", "--map-user=1000", "--map-group=1000", sys.executable, "-c"]
    program = (
        "import os; assert os.geteuid() == 1000; from nbcourse.cli import main; main(['doctor'])"
    )
    done = subprocess.run([*words, program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("tried, and refused") == len(PROBES)
