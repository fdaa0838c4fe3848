"""The library beside what a user would take instead, in one run and with the same threads.

    make bench
    python benchmarks/bench.py --only library --repeats 50
    python benchmarks/bench.py --profile

It prints what it measures, compares the ratios with those of the last run, and writes
``results.json``, which the page "Benchmarks" of the book shows.
"""

from benchmarks.machine import as_it_was, describe, set_threads

set_threads()

import argparse  # noqa: E402
import importlib  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from benchmarks import results  # noqa: E402
from benchmarks.side_by_side import REPEATS, Case, Measured, measure  # noqa: E402

#: Other programs that use more of a processor than this spoil the figures, PyTorch's above all: its
#: threads wait for each other. A case is then measured again, so many times in all.
DISTURBED, TRIES = 0.25, 3
#: Each group's module; it has ``cases()``, or ``measure_all()`` where commands are measured.
GROUPS = {
    "library": "benchmarks.library",
    "engine": "benchmarks.engine",
    "checking": "benchmarks.checking",
    "book": "benchmarks.building",
}


def measure_group(name: str, repeats: int) -> list[Measured]:
    """Measure and print all cases of a group."""
    print(f"\n{name}\n{'=' * len(name)}", flush=True)
    module = importlib.import_module(GROUPS[name])
    if hasattr(module, "measure_all"):
        with as_it_was():
            found: list[Measured] = module.measure_all()
        print_cases(found)
        return found
    measured = []
    for case in module.cases():
        measured.append(measure_in_quiet(case, repeats))
        print_cases(measured[-1:])
    return measured


def measure_in_quiet(case: Case, repeats: int) -> Measured:
    """Measure a case, again where other programs disturbed it; the quietest time counts."""
    tries = []
    for _ in range(TRIES):
        tries.append(measure(case, repeats))
        if (elsewhere := tries[-1].elsewhere or 0.0) < DISTURBED:
            break
        print(f"\n{case.name}: other programs used {elsewhere:.0%} of a processor meanwhile.")
    return min(tries, key=lambda measured: measured.elsewhere or 0.0)


def print_cases(measured: list[Measured]) -> None:
    """Cases as text."""
    for case in results.as_group(measured)["cases"]:
        print(*results.lines(case), sep="\n", flush=True)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", choices=GROUPS, help="this group (repeatable)")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of each batch of calls")
    parser.add_argument("--profile", action="store_true", help="only where a step's time goes")
    parser.add_argument("--no-write", action="store_true", help="leave results.json as it is")
    return parser.parse_args()


def print_profile() -> dict[str, Any]:
    """Where the time of a training step goes."""
    from benchmarks.step_profile import profile, profile_lines

    found = profile()
    print(*profile_lines(found), sep="\n", flush=True)
    return found


def main() -> None:
    """Measure, print, compare, store."""
    options = arguments()
    machine = describe()
    print(f"{machine['processor']}; cores: {machine['cores']}; threads: {machine['threads']}")
    print(f"Load at the start: {os.getloadavg()[0]:.1f}", flush=True)
    if options.profile:
        print_profile()
        return
    names = options.only or list(GROUPS)
    stored = results.read()
    if not options.no_write:
        try:
            results.require_whole(stored, machine, names)
        except ValueError as error:
            sys.exit(str(error))
    new = {}
    for name in names:
        group = results.as_group(measure_group(name, options.repeats))
        more = {"profile": print_profile()} if name == "library" else {}
        new[name] = group | results.plain(more)
    for line in results.warnings(stored, new):
        print(f"\nWarning: {line}", file=sys.stderr)
    if not options.no_write:
        results.write(results.merged(stored, machine, new))


if __name__ == "__main__":
    main()
