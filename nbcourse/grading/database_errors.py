"""What is wrong with the gradebook's database, in plain words, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbcourse.errors import CourseError

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.exc import DBAPIError

# What SQLite and PostgreSQL call the same problem: https://sqlite.org/rescode.html and
# https://www.postgresql.org/docs/current/errcodes-appendix.html
LOCKED, FULL, READ_ONLY = (5, 6, "55P03", "40P01", "40001"), (13, "53100"), (8, "25006")
CANNOT_OPEN, NO_DATABASE, DAMAGED = (14,), (26,), (11,)


def parse_address(url: str) -> "URL":
    """Return the parts of a database's address.

    Raises
    ------
    CourseError
        If it is none.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url)
    except ArgumentError as error:
        raise no_address(error) from error


def no_address(error: Exception) -> CourseError:
    """Return the error for an address that is none."""
    return CourseError(
        "nbgrader_config.py sets c.CourseDirectory.db_url to what is no database's address: "
        f"{error}. Expected is one like 'sqlite:////courses/ada/course/gradebook.db'",
        exit_code=2,
    )


@contextmanager
def database_errors(url: str, note: str = "") -> Iterator[None]:
    """Turn the errors of a database into one that says what to do.

    Parameters
    ----------
    url
        The database's address.
    note
        What else to say, after the full stop.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        raise CourseError(_explanation(error, url) + note, exit_code=2) from error
    except UnicodeEncodeError as error:
        raise CourseError(
            f"{error.object!r} cannot be kept in the gradebook {shown(url)}: it is not UTF-8 "
            "text. Rename the folder of this student",
            exit_code=2,
        ) from error


def shown(url: str) -> str:
    """Return a database's address as it may be shown: the path of a file, no password.

    Examples
    --------
    >>> shown("sqlite:////courses/ada/gradebook.db?timeout=60")
    '/courses/ada/gradebook.db'
    >>> shown("postgresql://ada:secret@localhost/course")
    'postgresql://ada:***@localhost/course'
    """
    parsed = parse_address(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return parsed.database.removeprefix("file:")
    return parsed.render_as_string(hide_password=True)


def _explanation(error: "DBAPIError", url: str) -> str:
    """What is wrong, and what to do about it."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code:
        kind = code & 0xFF  # the rest tells which lock, which write, ...
    else:
        kind = getattr(error.orig, "pgcode", None) or getattr(error.orig, "sqlstate", None)
    name = shown(url)
    if kind in LOCKED:
        return (
            f"the gradebook {name} is locked by another program, which did not let go of it"
            f"{_waited(url)}: formgrader, another nbgrader or nbcourse, or whatever else has the "
            "file open. Wait until it is done, or close it, and run the same command again"
        )
    if kind in FULL:
        return (
            f"the disk is full: the gradebook {name} cannot be written. Make room, and run the "
            "same command again"
        )
    if kind in READ_ONLY:
        return (
            f"the gradebook {name} cannot be written: it is read-only for you. Change the rights "
            "of the file and its folder, and run the same command again"
        )
    if kind in CANNOT_OPEN:
        return f"the gradebook {name} cannot be opened: is its folder there, and may you read it?"
    if kind in NO_DATABASE or kind in DAMAGED:
        return (
            f"{name} is no gradebook, or a damaged one ({error.orig}). Put back a copy of it; or "
            "move it away and grade again, which makes a new one without what was given by hand"
        )
    reason = str(error.orig).strip().partition("\n")[0]
    return f"cannot use the gradebook {name}: {reason}"


def _waited(url: str) -> str:
    """How long SQLite waits for a lock, in words; nothing for a server, which waits as it likes."""
    parsed = parse_address(url)
    if parsed.get_backend_name() != "sqlite":
        return ""
    return f" within {float(str(parsed.query.get('timeout', 5))):g} s"
