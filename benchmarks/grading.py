"""Measure grading: throughput against plain nbgrader, memory, two workers against one.

    python benchmarks/grading.py                              # 200 students, about 8 minutes
    python benchmarks/grading.py --students 20 --stock 10     # a quick look
    python benchmarks/grading.py --no-throughput --memory 2000
    python benchmarks/grading.py --no-throughput --workers

README.md beside this file says what is measured and how to read it. Nothing is asserted: the
exit code is 0 when everything was measured.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.classes import SHEET, make_class
from benchmarks.courses import OURS
from benchmarks.measure import environment
from benchmarks.memory import measure_memory
from benchmarks.table import memory_lines, throughput_lines, workers_lines
from benchmarks.throughput import Options, measure_throughput
from benchmarks.workers import measure_workers


def main() -> None:
    """Measure what was asked for and print it."""
    arguments = _arguments()
    jobs = arguments.jobs or os.cpu_count() or 1
    ours = [
        *(["--jobs", str(arguments.jobs)] if arguments.jobs else []),
        *(["--sandbox", arguments.sandbox] if arguments.sandbox else []),
    ]
    _refuse_unknown(ours + (["--scheduler"] if arguments.workers else []))
    seed, count = arguments.seed, arguments.students
    results: dict[str, Any] = {"machine": machine(), "sheet": SHEET, "seed": seed, "jobs": jobs}
    print("  ".join(f"{key} {value}" for key, value in results["machine"].items()), flush=True)
    with tempfile.TemporaryDirectory(prefix="nbcourse-benchmark-") as scratch:
        folder = arguments.folder or Path(scratch)
        if not arguments.no_throughput:
            options = Options(arguments.stock, jobs, ours)
            found = measure_throughput(make_class(count, seed), folder, options)
            results["throughput"] = found
            print(*throughput_lines(found, seed, jobs), sep="\n", flush=True)
        if arguments.memory:
            results["memory"] = measure_memory(arguments.memory, seed, folder, ours)
            print(*memory_lines(results["memory"]), sep="\n", flush=True)
        if arguments.workers:
            # --jobs says how many local processes there are: here there are none.
            rest = ours[2:] if arguments.jobs else ours
            results["workers"] = measure_workers(count, seed, folder, rest)
            print(*workers_lines(results["workers"]), sep="\n", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, str]:
    """What it was measured on."""
    packages = {name: version(name) for name in ("nbcourse", "nbgrader", "ipykernel", "numpy")}
    return {
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.2f}",
    } | packages


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure grading. README.md beside this file says how to read the numbers."
    )
    parser.add_argument("--students", type=int, default=200, help="size of the class")
    parser.add_argument("--seed", type=int, default=0, help="what the class is drawn from")
    parser.add_argument("--sheet", choices=[SHEET], default=SHEET, help="the sheet they hand in")
    parser.add_argument(
        "--stock",
        type=int,
        metavar="N",
        help="let plain nbgrader grade N of them and extrapolate; default: all, 0: none",
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; default: the processors")
    parser.add_argument("--sandbox", help="passed on to nbcourse autograde")
    parser.add_argument("--memory", type=int, metavar="N", help="memory over N submissions, too")
    parser.add_argument("--workers", action="store_true", help="one Dask worker and two, too")
    parser.add_argument("--no-throughput", action="store_true", help="leave the comparison out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers there")
    parser.add_argument("--folder", type=Path, help="keep the graded courses in this new folder")
    arguments = parser.parse_args()
    if arguments.students < 1:
        parser.error("--students needs at least 1")
    if arguments.folder and arguments.folder.exists():
        parser.error(f"{arguments.folder} is there already")
    return arguments


def _refuse_unknown(options: list[str]) -> None:
    """Stop before the first minute is spent when our command does not know an option."""
    text = subprocess.run(
        [*OURS, "--help"],
        env=environment(Path.cwd()),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for option in options:
        if option.startswith("--") and option not in text:
            sys.exit(f"nbcourse autograde has no option {option}")


if __name__ == "__main__":
    main()
