"""Two ways to do the same thing, timed in alternation on the machine that is at hand.

A repeat times a batch of calls of ours, then one of each other contender's. What changes on the
machine meanwhile (its clock, other programs) then meets all of them, and the medians of the repeats
can be divided by each other. Absolute times are of this machine and this hour.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median, quantiles
from typing import Any

import numpy as np

from benchmarks.machine import used_elsewhere

OURS = "nbcourse"
#: A batch of calls lasts so many seconds at least: the clock and the loop cost nothing beside it.
BATCH = 0.005
REPEATS = 25
#: Calls that come before it are not counted, for so many seconds.
WARMING = 0.05
# How long a look at the processor takes, and for how long its use is waited for.
_LOOK, _PATIENCE = 0.01, 1.0


@dataclass(frozen=True)
class Case:
    """What is compared.

    Parameters
    ----------
    name
        In a few words.
    what
        One sentence: sizes, dtype, what belongs to a call.
    ours
        Does it once, with this library.
    others
        The other contenders by their names; each does the same thing once.
    goal
        What our time divided by that of the first other contender is to be at most.
    unit, count
        What a call has ``count`` of, for a rate: "scalars", 1500.
    """

    name: str
    what: str
    ours: Callable[[], object]
    others: Mapping[str, Callable[[], object]]
    goal: float | None = None
    unit: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Measured:
    """What came out: milliseconds for a call, by contender, ours under ``nbcourse`` and first.

    ``elsewhere`` is how many processors other programs used meanwhile, ours divided by the others
    is in ``ratios``.
    """

    name: str
    what: str
    medians: dict[str, float]
    quartiles: dict[str, tuple[float, float]]
    goal: float | None = None
    repeats: int = REPEATS
    unit: str | None = None
    count: int | None = None
    elsewhere: float | None = None
    ratios: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        ours = self.medians[OURS]
        ratios = {name: ours / ms for name, ms in self.medians.items() if name != OURS}
        object.__setattr__(self, "ratios", ratios)

    @property
    def reached(self) -> bool | None:
        """Whether the first ratio is as good as the goal; None where there is no goal."""
        return None if self.goal is None else next(iter(self.ratios.values())) <= self.goal

    def rate(self, contender: str) -> float | None:
        """How many of ``unit`` a contender does in a second; None where nothing is counted."""
        return None if self.count is None else 1000 * self.count / self.medians[contender]


def measure(case: Case, repeats: int = REPEATS) -> Measured:
    """Time a case: in every repeat a batch of calls of each contender, one after the other."""
    contenders = {OURS: case.ours, **case.others}
    calls = {name: _calls_in_a_batch(call) for name, call in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    start, before = time.perf_counter(), used_elsewhere()
    for _ in range(repeats):
        for name, call in contenders.items():
            settle()
            _warm(call)
            times[name].append(_seconds(call, calls[name]) / calls[name])
    elsewhere = (used_elsewhere() - before) / (time.perf_counter() - start)
    found = from_seconds(
        case.name, case.what, times, goal=case.goal, unit=case.unit, count=case.count
    )
    return replace(found, elsewhere=max(0.0, elsewhere))


def from_seconds(
    name: str,
    what: str,
    times: Mapping[str, list[float]],
    *,
    goal: float | None = None,
    unit: str | None = None,
    count: int | None = None,
) -> Measured:
    """What the seconds of every repeat, by contender, come to."""
    return Measured(
        name,
        what,
        medians={each: 1000 * median(seconds) for each, seconds in times.items()},
        quartiles={each: _quartiles(seconds) for each, seconds in times.items()},
        goal=goal,
        repeats=min(map(len, times.values())),
        unit=unit,
        count=count,
    )


def settle() -> None:
    """Wait until no thread of this process uses a processor any more.

    The threads of a library for linear algebra wait for their next piece of work in a loop, and
    take a processor meanwhile: OpenBLAS, which NumPy brings, for about 0.1 s after a product,
    PyTorch's OpenMP for some milliseconds. Whoever computes next would have one processor less.
    """
    end = time.perf_counter() + _PATIENCE
    while time.perf_counter() < end:
        before = time.process_time()
        time.sleep(_LOOK)
        if time.process_time() - before < 0.1 * _LOOK:
            return


def agree(what: str, ours: Any, theirs: Any, rtol: float = 1e-4, atol: float = 1e-6) -> None:
    """Raise ``ValueError`` where contenders do not compute the same thing.

    Parameters
    ----------
    what
        What is compared, for the message.
    ours, theirs
        Arrays, or what NumPy can read as such; shapes must be the same.
    rtol, atol
        Shares of each entry and of the largest one.
    """
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        raise ValueError(
            f"{what}: ours is {ours.dtype} {ours.shape}, theirs {theirs.dtype} {theirs.shape}"
        )
    apart, size = np.abs(ours - theirs), np.abs(theirs)
    largest = size.max(initial=0.0)
    # Written so that a number that is none differs from everything.
    if not np.all(apart <= rtol * size + atol * largest):
        raise ValueError(
            f"{what}: up to {apart.max():.1e} apart, where {largest:.1e} is the largest entry"
        )


def _warm(call: Callable[[], object]) -> None:
    """Call it until its threads are awake, each on a processor, and its data is in the caches.

    A thread that is woken often starts on the processor of the one that woke it, and both take
    turns there, milliseconds each, until the system moves one of them. In a loop that trains this
    happens once.
    """
    end = time.perf_counter() + WARMING
    call()
    while time.perf_counter() < end:
        call()


def _calls_in_a_batch(call: Callable[[], object]) -> int:
    """How many calls last as long as a batch has to."""
    settle()
    _warm(call)
    calls = 1
    while (seconds := _seconds(call, calls)) < BATCH:
        calls = max(calls + 1, math.ceil(1.1 * calls * BATCH / max(seconds, 1e-7)))
    return calls


def _seconds(call: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - start


def _quartiles(seconds: list[float]) -> tuple[float, float]:
    if len(seconds) < 2:
        return 1000 * seconds[0], 1000 * seconds[0]
    first, _, third = quantiles(seconds, n=4, method="inclusive")
    return 1000 * first, 1000 * third
