"""The machine that the figures are of, and as many threads for each library.

Import it before NumPy: OpenBLAS reads the number of its threads when it is loaded.
"""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: For every library; one where a process may use one processor only.
THREADS = min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
#: What is compared, and what it computes with.
PACKAGES = ("numpy", "torch", "autograd", "micrograd")

_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_BEFORE = {name: os.environ[name] for name in _VARIABLES if name in os.environ}


def set_threads() -> None:
    """Give NumPy's matrix products, this library and PyTorch the same number of threads."""
    os.environ |= dict.fromkeys(_VARIABLES, str(THREADS))


@contextmanager
def as_it_was() -> Iterator[None]:
    """The environment without that, for commands: they choose their threads themselves."""
    ours = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ |= _BEFORE
    try:
        yield
    finally:
        for name, value in ours.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def describe() -> dict[str, object]:
    """Processor, cores, threads, system and versions, as they go into ``results.json``.

    Raises
    ------
    SystemExit
        What is compared with is not installed.
    """
    try:
        versions = {name: version(name) for name in PACKAGES}
    except PackageNotFoundError as error:
        raise SystemExit(
            f"{error.name} is not installed: run make bench, or "
            "python -m pip install -r benchmarks/requirements.txt"
        ) from None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": THREADS,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions,
    }


def used_elsewhere() -> float:
    """Processor seconds that all other programs have used since the system's start; Linux only."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _, _, *others = map(int, stat.read_text().split("\n")[0].split()[1:9])
    own = os.times()
    used = (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")
    return used - own.user - own.system - own.children_user - own.children_system


def _processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
