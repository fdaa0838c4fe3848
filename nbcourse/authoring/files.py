"""Writing a file so that no reader ever sees half of it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a new empty file to write; it takes the place of ``path`` when the block ends well.

    Until then, and for ever if the block raises, ``path`` stays as it was.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "grades.csv") as new:
    ...     written = new.write_text("ada,20")
    >>> [(each.name, each.read_text()) for each in folder.iterdir()]
    [('grades.csv', 'ada,20')]
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    os.close(descriptor)
    try:
        yield Path(name)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
