"""How far a run is: a bar with rate and estimate on a terminal, nothing everywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def show_progress(total: int) -> Iterator[Callable[[], object]]:
    """Give a function that is called for every submission that is done."""
    if not sys.stderr.isatty() or total == 0:
        yield lambda: None
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="submission", leave=False) as bar:
        yield bar.update
