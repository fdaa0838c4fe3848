"""The floor: what running the students' cells costs when nothing else is done.

A process imports NumPy, IPython, matplotlib and nbcourse once. For every submission it forks;
the child runs the submission's cells, the checks left out, in IPython and ends. No sandbox, no
check, no score, no notebook written. ``python benchmarks/floor.py FOLDER JOBS`` prints a JSON
line with the wall clock and the CPU seconds, imports left out.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ |= {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import nbcourse.data
import nbcourse.specs

# What IPython does for the first time takes long: each of these is done before the first fork.
WARMING = (
    "import numpy as np\nprint(1)",
    "[1.0, (np.ones(2), {'a': 1})]",
    "def function():\n    raise NotImplementedError('')",
    "function()",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
)


def cells(path: Path) -> list[str]:
    """Return what of a submission runs in its student's process."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not cell["id"].startswith("check-")
    ]


def run_all(paths: list[Path], shell: InteractiveShell) -> None:
    """Fork for every submission, one after the other."""
    for path in paths:
        child = os.fork()
        if child == 0:
            for source in cells(path):
                shell.run_cell(source)
            os._exit(0)
        os.waitpid(child, 0)


def main() -> None:
    """Run all submissions of a folder in so many lanes; print what it took."""
    paths = sorted(Path(sys.argv[1]).glob("*/*/*.ipynb"))
    jobs = int(sys.argv[2])
    config = Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor"})
    shell = InteractiveShell.instance(config=config)
    nbcourse.data.load_digits()
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for source in WARMING:
        shell.run_cell(source)
    start = time.perf_counter()
    lanes = []
    for lane in range(jobs):
        child = os.fork()
        if child == 0:
            run_all(paths[lane::jobs], shell)
            os._exit(0)
        lanes.append(child)
    for child in lanes:
        os.waitpid(child, 0)
    wall = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "submissions": len(paths)}
    os.write(answer, f"{json.dumps(result)}\n".encode())


if __name__ == "__main__":
    main()
