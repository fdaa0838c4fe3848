"""A progress bar of one line, on a terminal."""

import sys
from typing import TextIO

_WIDTH = 20


class ProgressBar:
    r"""One line that is written over and over.

    Parameters
    ----------
    total : number of rounds
    shown : whether to write anything; None for on a terminal only, not into files and notebooks
    stream : where to write, standard error if not given

    Examples
    --------
    >>> bar = ProgressBar(4, shown=True, stream=sys.stdout)
    >>> bar.show(3, "loss 0.25")  # doctest: +NORMALIZE_WHITESPACE
    3/4 [###############.....] loss 0.25
    """

    def __init__(self, total: int, shown: bool | None = None, stream: TextIO | None = None) -> None:
        self.total = total
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty() if shown is None else shown
        self._length = 0

    def show(self, done: int, text: str) -> None:
        """Say how much is done."""
        if self.shown:
            filled = _WIDTH * done // max(self.total, 1)
            line = f"{done}/{self.total} [{'#' * filled:.<{_WIDTH}}] {text}"
            # Blanks over what a longer line before left behind.
            self.stream.write("\r" + line.ljust(self._length))
            self.stream.flush()
            self._length = len(line)

    def close(self) -> None:
        """End the line."""
        if self.shown and self._length:
            self.stream.write("\n")
            self.stream.flush()
