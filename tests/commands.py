"""Commands typed one after the other, as forks of one Python that has imported what they need.

A command of ours or of nbgrader's spends two seconds on its imports. Here one process spends them
for all the commands of a test; each command then runs in a process of its own, as it always does.
"""

import atexit
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def environment() -> dict[str, str]:
    """The variables here, with the installed programs and the modules of the tests on the paths."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    python_path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), *sys.path[:1]]))
    return os.environ | {"PATH": path, "PYTHONPATH": python_path}


def run_commands(
    folder: Path, variables: Mapping[str, str], *commands: Sequence[str]
) -> list[subprocess.CompletedProcess[str]]:
    """Run commands in a folder, each to its end.

    Parameters
    ----------
    folder, variables
        Where, and their environment, made of ``environment()``.
    commands
        Each with its arguments: ``("nbcourse", "autograde", "--all")``, or one of nbgrader's.
    """
    with tempfile.TemporaryDirectory(prefix="nbcourse-commands-") as name:
        printed = Path(name)
        subprocess.run(
            [sys.executable, "-m", "tests.commands", name, json.dumps(commands)],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            check=True,
        )
        codes = json.loads((printed / "codes").read_text())
        return [
            subprocess.CompletedProcess(
                command,
                code,
                (printed / f"{number}.1").read_text(encoding="utf-8"),
                (printed / f"{number}.2").read_text(encoding="utf-8"),
            )
            for number, (command, code) in enumerate(zip(commands, codes, strict=True))
        ]


def _program(name: str) -> Any:
    """What a console script calls; its imports are made here."""
    if name == "nbgrader":
        from nbgrader.apps.nbgraderapp import main

        return main
    import nbcourse.cli.autograde
    import nbcourse.grading.autograde
    import nbcourse.grading.exporter  # noqa: F401
    from nbcourse.cli import main as ours

    return ours


def exit_code_of(program: Callable[[], Any]) -> int:
    """In a fork: call what a console script calls, and what runs at its exit; the exit code."""
    code = 0
    try:
        program()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    return code


def main() -> None:
    """Import what the commands need, run them, and note their exit codes."""
    from nbcourse.authoring.jsonschema_import import import_jsonschema

    import_jsonschema()
    printed, commands = Path(sys.argv[1]), json.loads(sys.argv[2])
    programs = {name: _program(name) for name, *_ in commands}
    codes = []
    for number, command in enumerate(commands):
        child = os.fork()
        if child == 0:
            for descriptor in (1, 2):
                path = printed / f"{number}.{descriptor}"
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                os.dup2(file, descriptor)
                os.close(file)
            sys.argv = list(command)
            code = exit_code_of(programs[command[0]])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    (printed / "codes").write_text(json.dumps(codes))


if __name__ == "__main__":
    main()
