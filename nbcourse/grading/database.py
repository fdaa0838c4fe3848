"""The gradebook's database: opening it, and looking whether a gradebook is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbcourse.authoring.generate import gradebook_version
from nbcourse.errors import CourseError
from nbcourse.grading.database_errors import database_errors, no_address, parse_address, shown

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def open_database(url: str) -> "Engine":
    """Return an engine on a gradebook's database; nothing is created in it.

    Raises
    ------
    CourseError
        If the address is none, or its database's driver is not installed.

    Examples
    --------
    >>> open_database("gradebook.db")
    Traceback (most recent call last):
    ...
    nbcourse.errors.CourseError: nbgrader_config.py sets c.CourseDirectory.db_url to what is no ...
    """
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError

    address = parse_address(url)
    options = {}
    if address.get_backend_name() == "postgresql" and address.get_driver_name() == "psycopg2":
        options = {"executemany_mode": "values_plus_batch"}  # one way to the server for many rows
    try:
        return create_engine(address, **options)
    except ArgumentError as error:
        raise no_address(error) from error
    except ModuleNotFoundError as error:
        raise CourseError(
            f"the gradebook {shown(url)} needs the Python package {error.name}, which is not "
            "installed. For PostgreSQL, install psycopg2-binary, and let the address begin with "
            "postgresql+psycopg2://",
            exit_code=2,
        ) from error


def has_tables(engine: "Engine", url: str, note: str = "") -> bool:
    """Say whether a gradebook is in a database, and not nothing at all or the start of one.

    Parameters
    ----------
    engine, url
        The database and its address.
    note
        What else an error says, as in ``database_errors``.

    Raises
    ------
    CourseError
        If something else is in it, or a gradebook of another version of nbgrader.
    """
    from nbgrader.api import Base
    from sqlalchemy import inspect, text

    own = set(Base.metadata.tables)
    with database_errors(url, note), engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables - {"alembic_version"} <= own and "submitted_assignment" not in tables:
            raise CourseError(
                f"{shown(url)} is no gradebook: it holds the tables "
                f"{', '.join(sorted(tables)[:5])}. Set c.CourseDirectory.db_url in "
                "nbgrader_config.py to the gradebook's own database",
                exit_code=2,
            )
        version = None
        if "alembic_version" in tables:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is None:
        # Nothing, or what nbgrader had made when it was stopped: it makes the rest when it opens
        # the gradebook again. The version comes last, and nothing needs it.
        return own <= tables
    expected = gradebook_version()
    if version != expected:
        raise CourseError(
            f"the gradebook {shown(url)} was made by another version of nbgrader (its tables are "
            f"those of {version}, here they are those of {expected}). Keep a copy of it, then "
            "run 'nbgrader db upgrade' in the course folder",
            exit_code=2,
        )
    return True


@contextmanager
def transaction(engine: "Engine") -> Iterator["Connection"]:
    """Open a transaction that writes; it is committed at the end, or nothing of it is kept."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # SQLite would take the lock with the first change only, after the reading: another
            # program's change in between would be overwritten.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
