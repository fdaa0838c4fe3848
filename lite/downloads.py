"""What others publish, fetched when the site is built and held to its hash.

Pyodide's core comes with npm, pure Python with pip, so both come from wherever the machine gets its
packages. NumPy for WebAssembly is in neither; Pyodide's own server has it.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

VERSION = "314.0.6"
INTEGRITY = (
    "sha512-BKDTJyIqFxC4BExLqeRS3f5xvXZIjOt8C3zGLN/"
    "Cc7tFxSwvKVhVkchQQ2AGLOtR4YrVOIFxbV8poyDOOmWwxQ=="
)
PUBLIC = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
#: What a browser loads of npm's package, and the file that names its license and its source. Its
#: lock file is rewritten.
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "package.json")
LOCK = "pyodide-lock.json"
PURE = Path(__file__).with_name("wheels.txt")


class DownloadError(Exception):
    """Something could not be fetched, or is not what its hash says."""


def fetch_package(name: str, version: str, integrity: str, cache: Path) -> Path:
    """The archive of an npm package, fetched unless it is in the cache, when its sha512 is right.

    ``integrity`` is as npm writes it; ``npm view NAME@VERSION dist.integrity`` shows it.
    """
    archive = cache / f"{name}-{version}.tgz"
    if not archive.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        if npm is None:
            raise DownloadError(
                f"npm is missing, and {name} is fetched with it: install npm (on Debian "
                f"and Ubuntu the package npm), or put {archive.name} into {cache}"
            )
        run([npm, "pack", "--silent", "--pack-destination", str(cache), f"{name}@{version}"])
    given = hashlib.sha512(archive.read_bytes()).digest()
    if f"sha512-{base64.b64encode(given).decode()}" != integrity:
        raise DownloadError(f"{archive} is not {name} {version}: its sha512 differs; delete it")
    return archive


def fetch_core(folder: Path, cache: Path) -> dict[str, Any]:
    """Put Pyodide's core into a folder; return its own lock file."""
    with tarfile.open(fetch_package("pyodide", VERSION, INTEGRITY, cache)) as files:
        for name in CORE:
            source = files.extractfile(f"package/{name}")
            assert source is not None
            (folder / name).write_bytes(source.read())
        source = files.extractfile(f"package/{LOCK}")
        assert source is not None
        lock: dict[str, Any] = json.load(source)
    return lock


def fetch_pure(folder: Path, cache: Path) -> None:
    """Put the wheels of pure Python that wheels.txt pins into a folder."""
    wanted = cache / f"pure-{hashlib.sha256(PURE.read_bytes()).hexdigest()[:16]}"
    if not wanted.is_dir():
        fresh = wanted.with_suffix(".part")
        shutil.rmtree(fresh, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
        # For the browser's Python, which is not the one that runs this.
        target = ["--python-version", "3.14", "--implementation", "py", "--abi", "none"]
        options = ["--only-binary", ":all:", "--platform", "any", "--no-deps", "--require-hashes"]
        run([*pip, *target, *options, "--dest", str(fresh), "--requirement", str(PURE)])
        fresh.rename(wanted)
    for wheel in sorted(wanted.glob("*.whl")):
        shutil.copyfile(wheel, folder / wheel.name)


def fetch_compiled(packages: Iterable[dict[str, Any]], folder: Path, cache: Path) -> None:
    """Put wheels for WebAssembly, entries of Pyodide's lock file, into a folder."""
    cache.mkdir(parents=True, exist_ok=True)
    for package in packages:
        name, digest = package["file_name"], package["sha256"]
        kept = cache / name
        if not kept.is_file():
            kept.write_bytes(read(PUBLIC + name, digest))
        elif hashlib.sha256(kept.read_bytes()).hexdigest() != digest:
            raise DownloadError(f"{kept} is not what Pyodide's lock file names; delete it")
        shutil.copyfile(kept, folder / name)


def read(address: str, digest: str) -> bytes:
    """The file at an address, when its sha256 is this one."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            content: bytes = answer.read()
    except OSError as error:
        raise DownloadError(
            f"{address} cannot be fetched ({error}); without a network, build the site with "
            "NUMPY_WASM=cdn: readers' browsers then fetch it"
        ) from error
    given = hashlib.sha256(content).hexdigest()
    if given != digest:
        raise DownloadError(f"{address} has sha256 {given}, expected {digest}: do not use it")
    return content


def run(command: list[str]) -> None:
    """Run a program; when it fails, show what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DownloadError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
