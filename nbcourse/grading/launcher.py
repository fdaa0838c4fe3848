"""Starting a worker without a grading run around it: ``nbcourse check`` on a student's machine."""

from nbcourse.grading.sandbox.local import LocalSandbox
from nbcourse.grading.sandbox.process import WorkerProcess

__all__ = ["WorkerProcess", "start_worker"]


def start_worker() -> WorkerProcess:
    """Start a process that waits for cells to run and functions to call, outside any sandbox."""
    sandbox = LocalSandbox(memory=2 * 2**30, seconds=300)
    try:
        worker = sandbox.start()
    except BaseException:
        sandbox.close()
        raise

    def end() -> str:
        reason = worker.stop()
        sandbox.close()
        return reason

    return WorkerProcess(worker.channel, worker.pid, end)
