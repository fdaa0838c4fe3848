"""What a student's process sees of the machine: an interpreter, some packages, a reduced nbcourse.

The packages are those that the course's notebooks may import, and what those need; whatever else
is installed beside them (the grader, another library with gradients) is not there.
"""

import csv
import re
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import nbcourse
from nbcourse.errors import CourseError

PACKAGES = ("numpy", "matplotlib", "ipython", "matplotlib-inline")
# Where they are in the sandbox.
PACKAGES_FOLDER, COURSE_FOLDER = "/packages", "/course"

_LIBRARY = Path(nbcourse.__file__).parent
# The parts of nbcourse that go along as they are; textbook modules never do.
_FILES = ("arrays.py", "data.py", "errors.py", "plots/style.py")
_WORKER_FILES = ("__init__.py", "capture.py", "exceptions.py", "worker.py")
_WORKER_FOLDERS = ("inside", "wire")
_SHARED_LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/nix/store")
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9._-]+)")


@dataclass(frozen=True)
class Interpreter:
    """Where Python itself is.

    Parameters
    ----------
    program
        Its executable, links followed.
    shown
        Files and folders that it needs, with what they hold.
    links
        Links among them: a path, and where it points to.
    hidden
        Folders within those that hold packages, or anything else that is not to be seen.
    """

    program: Path
    shown: tuple[Path, ...]
    links: tuple[tuple[Path, str], ...]
    hidden: tuple[Path, ...]


def interpreter(private: Iterable[Path] = ()) -> Interpreter:
    """Return where the interpreter that runs now is, and what of it is hidden.

    Parameters
    ----------
    private
        Folders that must not be seen, should they lie within what is shown.
    """
    program = Path(sys.executable).resolve()
    prefix = Path(sys.base_prefix).resolve()
    names = ("base", "platbase", "installed_base", "installed_platbase")
    bases = dict.fromkeys(names, sys.base_prefix)  # not those of a virtual environment
    paths = [Path(sysconfig.get_path(kind, vars=bases)) for kind in ("stdlib", "platstdlib")]
    paths = [path.resolve() for path in paths]
    if prefix not in (Path("/usr"), Path("/usr/local"), Path("/")):
        paths.append(prefix / "lib")
    else:
        paths += sorted((prefix / "lib").glob("libpython*"))
    system = [Path(name) for name in (*_SHARED_LIBRARIES, *_SYSTEM_FILES)]
    links = tuple((path, str(path.readlink())) for path in system if path.is_symlink())
    paths += [path for path in system if path.exists() and not path.is_symlink()]
    shown = _outermost([program, *paths])
    packages = [place for path in shown if path.is_dir() for place in _package_folders(path)]
    hidden = [place for place in (*packages, *_resolved(private)) if _within(place, shown)]
    return Interpreter(program, tuple(shown), links, tuple(dict.fromkeys(hidden)))


def seen(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of some folders that lie within what is shown, and so have to be hidden.

    >>> seen([Path("/nowhere/at/all")])
    ()
    """
    shown = interpreter().shown
    return tuple(place for place in _resolved(folders) if _within(place, shown))


@lru_cache(maxsize=8)
def packages(names: Sequence[str] = PACKAGES) -> dict[str, Path]:
    """Return the files and folders of the named packages and of all that they need, by name.

    Raises
    ------
    CourseError
        If a named package is not installed.
    """
    found: dict[str, Distribution] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            found[key] = distribution(name)
        except PackageNotFoundError:
            if name in names:
                raise CourseError(
                    f"students' code is to have the package {name!r}, which is not installed here",
                    exit_code=2,
                ) from None
            continue  # one that is needed on other systems only
        requires = found[key].requires or []
        # What is needed for an extra is not needed.
        plain = [line for line in requires if "extra ==" not in line]
        todo += [match[1] for line in plain if (match := _REQUIREMENT.match(line))]
    return {top: path for each in found.values() for top, path in _tops(each)}


def reduced_library() -> dict[str, Path]:
    """Return the files of the reduced nbcourse: where each lies in it, and the file itself."""
    grading = _LIBRARY / "grading"
    files = {name: _LIBRARY / name for name in _FILES}
    files |= {
        str(path.relative_to(grading / "reduced")): path
        for pattern in ("*.py", "*.npz")
        for path in (grading / "reduced").rglob(pattern)
    }
    workers = [grading / name for name in _WORKER_FILES]
    workers += [path for name in _WORKER_FOLDERS for path in (grading / name).glob("*.py")]
    return files | {str(path.relative_to(_LIBRARY)): path for path in workers}


def _tops(found: Distribution) -> Iterable[tuple[str, Path]]:
    """The top-level files and folders that a package installed where packages lie."""
    record = found.read_text("RECORD")
    if record is None:  # installed in an older way
        names = [str(file) for file in found.files or []]
    else:  # read as text: a path made of each of ten thousand lines takes longer than all else
        names = [row[0] for row in csv.reader(record.splitlines()) if row]
    for top in {name.split("/")[0] for name in names}:
        path = Path(str(found.locate_file(top)))
        is_code = path.is_dir() or path.suffix in (".py", ".so")
        if top not in ("", "..", "__pycache__") and is_code:
            yield top, path


def _package_folders(path: Path) -> list[Path]:
    places = [
        place
        for parents in ("", "python3*/")
        for name in ("site-packages", "dist-packages")
        for place in path.glob(f"{parents}{name}")
    ]
    return [place for place in places if place.is_dir()]


def _resolved(folders: Iterable[Path]) -> list[Path]:
    return [place.resolve() for place in folders if place.exists()]


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """The paths that lie in no other one of them."""
    unique = sorted(set(paths))
    return [path for path in unique if not any(other in path.parents for other in unique)]


def _within(place: Path, folders: Iterable[Path]) -> bool:
    return any(folder in place.parents for folder in folders)
