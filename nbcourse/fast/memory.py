"""Memory for large results that was in use before.

What a large array leaves behind, the C library gives back to the system, and the next array of that
size is given other pages. The system fills each with zeros when it is first written to, which takes
longer than computing what is written there. So the memory of large arrays stays here until an array
of the same size is made, and is given to that one.
"""

import math
from collections import deque
from threading import Lock

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nbcourse.arrays import Array

#: Arrays of fewer bytes are NumPy's own, since the C library keeps memory of such sizes.
LARGE = 1_000_000
#: So many bytes stay here at most while no array uses them; what was used last stays longest.
KEPT = 64_000_000


def empty(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """``np.empty(shape, dtype)``, from memory that was in use before if there is some.

    Examples
    --------
    >>> first = empty((512, 1024), np.float32)
    >>> address = first.ctypes.data
    >>> del first
    >>> empty((1024, 512), np.float32).ctypes.data == address
    True
    """
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    if size < LARGE:
        return np.empty(shape, dtype)
    return np.asarray(_Loan(_SHELF, size, shape, dtype))


class _Shelf:
    """Memory that no array uses.

    An array may end at any moment, also while its thread is in ``take``. So nobody waits for the
    lock: who does not get it takes new memory, or lets the old one go.
    """

    def __init__(self) -> None:
        self._unused: deque[NDArray[np.uint8]] = deque()
        self._bytes = 0
        self._lock = Lock()

    def take(self, size: int) -> NDArray[np.uint8]:
        """So many bytes."""
        if self._lock.acquire(blocking=False):
            try:
                for place in range(len(self._unused) - 1, -1, -1):
                    memory = self._unused[place]
                    if memory.size == size:
                        del self._unused[place]
                        self._bytes -= size
                        return memory
            finally:
                self._lock.release()
        return np.empty(size, np.uint8)

    def give_back(self, memory: NDArray[np.uint8]) -> None:
        """Keep it, in place of what has not been used for longest."""
        if self._lock.acquire(blocking=False):
            try:
                self._unused.append(memory)
                self._bytes += memory.size
                while self._bytes > KEPT:
                    self._bytes -= self._unused.popleft().size
            finally:
                self._lock.release()


_SHELF = _Shelf()


class _Loan:
    """Memory in the form of an array, which goes back when the last view of it ends."""

    __slots__ = ("__array_interface__", "_memory", "_shelf")

    def __init__(self, shelf: _Shelf, size: int, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._shelf, self._memory = shelf, shelf.take(size)
        address = self._memory.__array_interface__["data"]
        self.__array_interface__ = {
            "shape": shape,
            "typestr": dtype.str,
            "data": address,
            "version": 3,
        }

    def __del__(self) -> None:
        self._shelf.give_back(self._memory)
