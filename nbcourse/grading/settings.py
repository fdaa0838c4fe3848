"""What a course sets about grading in its ``nbgrader_config.py``."""

import hashlib
import platform
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import nbcourse
from nbcourse.errors import CourseError
from nbcourse.grading.sandbox.view import PACKAGES
from nbcourse.grading.student import Limits

if TYPE_CHECKING:
    from traitlets.config import Config


def read_limits(config: "Config") -> Limits:
    """Return what students' code may take: ``c.Limits.cell = 5``, ``c.Limits.call = 2``, ...

    Raises
    ------
    CourseError
        If a limit is set that there is not, or to something that is none.

    Examples
    --------
    >>> from traitlets.config import Config
    >>> read_limits(Config({"Limits": {"cell": 5}})).cell
    5
    """
    known = [field.name for field in fields(Limits)]
    given = dict(config.get("Limits", {}))
    for name, value in given.items():
        if name not in known:
            raise CourseError(
                f"nbgrader_config.py sets c.Limits.{name}; the limits are: {', '.join(known)}",
                exit_code=2,
            )
        if not isinstance(value, int | float) or value <= 0:
            raise CourseError(
                f"nbgrader_config.py sets c.Limits.{name} = {value!r}; expected a number above 0",
                exit_code=2,
            )
    return Limits(**given)


def read_packages(config: "Config") -> tuple[str, ...]:
    """Return the packages that students' code may import, with what they need.

    ``c.Sandbox.packages = ["scipy"]`` adds to those that the course's sheets use.

    Raises
    ------
    CourseError
        If the setting is no list of names, or there are other settings of the sandbox.

    Examples
    --------
    >>> from traitlets.config import Config
    >>> read_packages(Config({"Sandbox": {"packages": ["scipy"]}}))
    ('numpy', 'matplotlib', 'ipython', 'matplotlib-inline', 'scipy')
    """
    given = dict(config.get("Sandbox", {}))
    names = given.pop("packages", [])
    for name in given:
        raise CourseError(
            f"nbgrader_config.py sets c.Sandbox.{name}; the one setting is c.Sandbox.packages",
            exit_code=2,
        )
    if not (isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)):
        raise CourseError(
            f"nbgrader_config.py sets c.Sandbox.packages = {names!r}; expected a list of names",
            exit_code=2,
        )
    return (*PACKAGES, *names)


def grading_digest(config: "Config") -> str:
    """Return a hash of what every result depends on: the settings, and the library's own files."""
    digest = hashlib.sha256(_library_digest())
    # Where things lie changes no result: a course may be moved.
    settings = {name: config[name] for name in sorted(config) if name != "CourseDirectory"}
    digest.update(repr(settings).encode())
    digest.update(f"{platform.python_version()} {np.__version__}".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _library_digest() -> bytes:
    folder = Path(nbcourse.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()
