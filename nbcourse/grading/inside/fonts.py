"""The list of fonts that matplotlib makes when it is imported, made in an eighth of the time.

It has no file to read the list from in a sandbox: what a student could write is not kept. Of
each font it lists the name, the style and the weight. But of PostScript's fonts, a hundred text
files, it reads the widths of all characters as well, in Python, and forgets them again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

# What reads the widths, and what the distances of pairs, behind the head of a file.
_READERS = ("_parse_char_metrics", "_parse_optional")


@contextmanager
def heads_alone() -> Iterator[None]:
    """Have matplotlib read no more of a PostScript font than its head.

    A matplotlib that reads them another way is left as it is.
    """
    afm: Any = import_module("matplotlib._afm")
    readers = {name: getattr(afm, name) for name in _READERS if hasattr(afm, name)}
    for name in readers:
        setattr(afm, name, lambda file: ({}, {}))
    try:
        yield
    finally:
        for name, reader in readers.items():
            setattr(afm, name, reader)


def list_fonts() -> None:
    """Have matplotlib list its fonts."""
    with heads_alone():
        import_module("matplotlib.font_manager")
