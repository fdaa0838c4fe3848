"""Runs the command in forks of itself: what it has imported no run has to import again.

Started as ``python -m tests.faults.server DESCRIPTOR``, it reads requests, lines of JSON, from a
socket: to run the command in a folder with one fault, or to say how a run has ended. It adopts
what its descendants orphan, so that nothing a run leaves behind can get away.
"""

import atexit
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from typing import Any

PRELOADED = (
    "nbcourse.cli.autograde",
    "nbcourse.grading.autograde",
    "nbcourse.grading.progress",
    "nbcourse.grading.table",
    "nbcourse.authoring.release",
    "nbgrader.apps",
    "nbgrader.converters",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
)


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
    from tests.faults import patches

    os.setsid()
    os.chdir(request["folder"])
    for descriptor, path in ((0, os.devnull), (1, request["output"]), (2, request["output"])):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ |= request["environment"]
    code = 0
    try:
        name, *arguments = request["fault"]
        getattr(patches, name)(*arguments)
        main(request["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        code = code or 1
    return code


def main() -> None:
    """Import what a run needs, and serve the socket."""
    from nbcourse.grading.inside import linux
    from nbcourse.grading.settings import _library_digest

    for module in PRELOADED:
        importlib.import_module(module)
    _library_digest()  # a file of the library that is saved in the middle changes no test
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
