"""One piece of work on several processors: NumPy lets other threads run while it computes."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Block = TypeVar("Block")
Result = TypeVar("Result")

# A block of this many bytes, with what is computed from it, stays in a processor's cache.
BLOCK_BYTES = 512 * 1024
# Twice that where threads share the work: they wait for one another between their calls.
SHARED_BLOCK_BYTES = 1024 * 1024


def blocks_of(n: int, bytes_each: int, block_bytes: int = SHARED_BLOCK_BYTES) -> list[slice]:
    """The numbers 0 to n - 1 in slices, each of about ``block_bytes``.

    >>> blocks_of(5, SHARED_BLOCK_BYTES // 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    size = max(1, block_bytes // bytes_each)
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def for_each(function: Callable[[Block], Result], blocks: Sequence[Block]) -> list[Result]:
    """``[function(block) for block in blocks]``, each thread taking the next one that is left.

    The threads are as many as NumPy's matrix products use: ``OPENBLAS_NUM_THREADS`` or
    ``OMP_NUM_THREADS``, else the processors that this process may use. What is computed for a block
    does not depend on their number.

    >>> for_each(lambda block: block.stop - block.start, blocks_of(5, SHARED_BLOCK_BYTES // 2))
    [2, 2, 1]
    """
    count = min(_threads(), len(blocks))
    if count < 2:
        return [function(block) for block in blocks]
    left = iter(enumerate(blocks))  # next() of it is one instruction to other threads

    def run() -> list[tuple[int, Result]]:
        return [(number, function(block)) for number, block in left]

    others = [_pool().submit(run) for _ in range(count - 1)]
    results = dict(run())
    for other in others:
        results.update(other.result())
    return [results[number] for number in range(len(blocks))]


@cache
def _threads() -> int:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdecimal() and int(value) > 0:
            return int(value)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=max(1, _threads() - 1), thread_name_prefix="nbcourse")


# A fork takes the pool along and not its threads: the child makes its own.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)
