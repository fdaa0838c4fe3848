"""Blocks in threads: the same results, in the same order, whatever the number of threads."""

import os
import threading
from collections.abc import Callable

import pytest

from nbcourse.fast import threads


@pytest.fixture(params=[1, 2, 3])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(threads, "_threads", lambda: request.param)
    threads._pool.cache_clear()
    return int(request.param)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 100])
def test_every_number_is_in_one_block(n: int) -> None:
    blocks = threads.blocks_of(n, bytes_each=threads.SHARED_BLOCK_BYTES // 3)
    assert [number for block in blocks for number in range(n)[block]] == list(range(n))
    assert all(block.stop - block.start == 3 for block in blocks[:-1])


def test_a_block_holds_one_thing_at_least() -> None:
    assert len(threads.blocks_of(4, bytes_each=10 * threads.SHARED_BLOCK_BYTES)) == 4
    assert len(threads.blocks_of(4, bytes_each=1, block_bytes=2)) == 2


@pytest.mark.parametrize("blocks", [0, 1, 2, 50])
def test_results_come_in_order(count: int, blocks: int) -> None:
    assert threads.for_each(lambda block: block**2, range(blocks)) == [
        number**2 for number in range(blocks)
    ]


def test_all_threads_work_at_the_same_time(count: int) -> None:
    # Nobody passes before everybody has come: with fewer threads the barrier would break.
    together = threading.Barrier(count, timeout=30)
    threads.for_each(lambda _: together.wait(), range(count))
    assert not together.broken


def test_an_error_is_raised(count: int) -> None:
    def fail(block: int) -> None:
        if block == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        threads.for_each(fail, range(8))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "5"}, 3),
        ({"OMP_NUM_THREADS": "5"}, 5),
        ({"OPENBLAS_NUM_THREADS": "0", "OMP_NUM_THREADS": "many"}, len(os.sched_getaffinity(0))),
    ],
)
def test_threads_are_as_many_as_those_of_numpy(
    environment: dict[str, str], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    count: Callable[[], int] = threads._threads.__wrapped__
    assert count() == expected


def test_a_fork_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_threads", lambda: 2)
    threads._pool.cache_clear()
    threads.for_each(abs, range(4))
    pid = os.fork()
    if pid == 0:  # the parent's second thread is not here; work handed to it would wait for good
        together = threading.Barrier(2, timeout=30)
        threads.for_each(lambda _: together.wait(), range(2))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
