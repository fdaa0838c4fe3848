"""Memory is used again once no array needs it, and never while one does."""

import threading

import numpy as np
import pytest

from nbcourse.fast import memory

SHAPE = 500, 600  # of float64: 2.4 MB


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> memory._Shelf:
    """A shelf of the test's own."""
    made = memory._Shelf()
    monkeypatch.setattr(memory, "_SHELF", made)
    return made


def start(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), SHAPE, (10, 20, 3000)])
def test_it_is_an_array_like_any_other(shape: tuple[int, ...], dtype: type) -> None:
    array = memory.empty(shape, dtype)
    assert array.shape == shape
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    array[...] = 2.0
    assert (array == 2.0).all()


def test_memory_is_used_again_for_the_same_size() -> None:
    first = memory.empty(SHAPE, np.float64)
    address = start(first)
    del first
    assert start(memory.empty(SHAPE[::-1], np.float64)) == address
    other = memory.empty((SHAPE[0] + 1, SHAPE[1]), np.float64)
    again = memory.empty(SHAPE, np.float64)
    assert start(again) == address
    assert not np.shares_memory(again, other)


def test_a_view_keeps_the_memory() -> None:
    row = memory.empty(SHAPE, np.float64)[7]
    row[...] = 1.0
    memory.empty(SHAPE, np.float64)[...] = 2.0
    assert (row == 1.0).all()


def test_small_arrays_are_numpys_own(shelf: memory._Shelf) -> None:
    assert memory.empty((10, 10), np.float64).flags.owndata
    assert not memory.empty(SHAPE, np.float64).flags.owndata
    assert len(shelf._unused) == 1


def test_no_more_than_so_much_is_kept(
    shelf: memory._Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "KEPT", 5_000_000)
    arrays = [memory.empty(SHAPE, np.float64) for _ in range(4)]
    last = [start(array) for array in arrays][-2:]
    while arrays:
        del arrays[0]
    assert [start(kept) for kept in shelf._unused] == last
    assert shelf._bytes == sum(kept.size for kept in shelf._unused) == 4_800_000
    memory.empty((5_000_001,), np.uint8)  # alone too large: it goes, and all others before it
    assert (len(shelf._unused), shelf._bytes) == (0, 0)


def test_nobody_waits_for_the_lock(shelf: memory._Shelf) -> None:
    """An array may end in the middle of ``take``, in the same thread."""
    first = memory.empty(SHAPE, np.float64)
    with shelf._lock:
        second = memory.empty(SHAPE, np.float64)
        del first
    assert len(shelf._unused) == 0
    del second
    assert len(shelf._unused) == 1


def test_threads_never_share_memory() -> None:
    wrong = []

    def work(number: int) -> None:
        for _ in range(200):
            array = memory.empty(SHAPE, np.float64)
            array[::50] = number
            if (array[::50] != number).any():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
