"""Runs in a notebook's kernel before its first cell: notes which files the notebook reads.

A file of its own that the kernel executes by its path: the book's extension is not installed where
notebooks run. ``execution.py`` asks for the report in a cell behind the last one.
"""


def _watch_reads() -> object:
    """Start to listen; return the function that reports."""
    import os
    import sys

    opened: set[str] = set()
    listed: set[str] = set()
    started: list[str] = []
    starts = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.exec", "os.spawn"}

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & os.O_ACCMODE == os.O_WRONLY
            if isinstance(path, str | bytes | os.PathLike) and not writes:
                opened.add(os.path.abspath(os.fsdecode(path)))
        elif event in ("os.listdir", "os.scandir"):
            # Python itself looks through folders whenever it imports something.
            by = sys._getframe(1).f_code.co_filename
            path = "." if arguments[0] is None else arguments[0]
            if "importlib" not in by and isinstance(path, str | bytes | os.PathLike):
                listed.add(os.path.abspath(os.fsdecode(path)))
        elif event in starts:
            started.append(event)

    def report() -> dict[str, object]:
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        files = opened.union(file for file in modules if isinstance(file, str))
        return {"files": sorted(files), "folders": sorted(listed), "processes": bool(started)}

    sys.addaudithook(listen)
    return report


_report_reads = _watch_reads()
