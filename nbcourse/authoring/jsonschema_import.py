"""Importing jsonschema quickly, for nbformat, jupytext and nbgrader, which all import it."""

import sys


def import_jsonschema() -> None:
    """Import jsonschema without what it checks international web addresses by.

    It would compile a grammar of such addresses that takes a second of every process, for a
    format that no notebook's schema has. Where something has imported it before, nothing is done.

    Examples
    --------
    >>> import_jsonschema()
    >>> "jsonschema" in sys.modules
    True
    """
    grammar = "rfc3987_syntax"
    if "jsonschema" in sys.modules or grammar in sys.modules:
        return
    sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules[grammar]
