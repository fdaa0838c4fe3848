"""The lock file of the browser's Python: every package that there is, where, and its hash.

Pyodide's own lock names 350 packages that lie beside it. Here it names the kernel and what it
needs, the course, NumPy and matplotlib; whatever else a cell imports is fetched from nowhere.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from email.parser import Parser
from pathlib import Path
from typing import Any

#: Loaded while the kernel starts; it runs without them being looked up one by one.
KERNEL = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
#: Loaded when a cell imports them.
NUMERIC = ("numpy", "matplotlib")
#: Packages that Pyodide's lock does not know: what each needs, and the modules that it has.
OWN = {
    "comm": (["traitlets"], ["comm"]),
    "course-startup": ([], ["course_startup"]),
    "ipykernel": ([], ["ipykernel"]),
    "nbcourse": (["numpy"], ["nbcourse"]),
    "piplite": (["micropip"], ["piplite"]),
    "pyodide-kernel": (["ipython", "traitlets", "comm"], ["pyodide_kernel"]),
}

Lock = dict[str, Any]


def closure(lock: Lock, wanted: Iterable[str]) -> list[str]:
    """The packages of these names and all that they need, of those in the lock."""
    known = {normal(name): package for name, package in lock["packages"].items()}
    found: dict[str, None] = {}
    waiting = [normal(name) for name in wanted]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = None
            waiting += [normal(each) for each in known[name]["depends"]]
    return sorted(found)


def compiled(lock: Lock) -> list[Lock]:
    """The entries that are built for WebAssembly: pip has them not."""
    known = {normal(name): package for name, package in lock["packages"].items()}
    wanted = [known[name] for name in closure(lock, NUMERIC)]
    return [package for package in wanted if package["file_name"].endswith("_wasm32.whl")]


def rewritten(lock: Lock, folder: Path, elsewhere: str) -> Lock:
    """Pyodide's lock file for the wheels in a folder.

    A wheel that is not in the folder is looked for below the address ``elsewhere``. Hashes are
    those of the files: what pip has of a pure package is not the file that Pyodide packed again.
    """
    known = {normal(name): package for name, package in lock["packages"].items()}
    wheels = {named(path)[0]: path for path in sorted(folder.glob("*.whl"))}
    needed = [each for depends, _ in OWN.values() for each in depends]
    packages = {}
    for name in sorted({*closure(lock, [*KERNEL, *NUMERIC, *needed]), *OWN}):
        entry: Lock
        if name in OWN:
            depends, imports = OWN[name]
            entry = {"name": name, "depends": depends, "imports": imports, "install_dir": "site"}
            entry |= {"package_type": "package", "unvendored_tests": False}
        else:
            entry = dict(known[name])
        path = wheels.get(name)
        if path is not None:
            version = named(path)[1]
            if name in known and version != known[name]["version"]:
                raise ValueError(
                    f"{path.name}: Pyodide has version {known[name]['version']} of it; pin this one"
                )
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            entry |= {"version": version, "file_name": path.name, "sha256": digest}
        elif name in known and entry["file_name"].endswith("_wasm32.whl"):
            entry["file_name"] = elsewhere + entry["file_name"]
        else:
            raise ValueError(f"no wheel of {name} in {folder}: pin it in lite/wheels.txt")
        packages[name] = entry
    return {"info": lock["info"], "packages": packages}


def named(path: Path) -> tuple[str, str]:
    """Name and version of a wheel, from its own metadata."""
    with zipfile.ZipFile(path) as wheel:
        inner = next(each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(wheel.read(inner).decode("utf-8"))
    return normal(metadata["Name"]), metadata["Version"]


def normal(name: str) -> str:
    """A package's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
