"""Build JupyterLite with the student notebooks: ``python -m lite.build _build/html/lite``.

It runs the course's sheets in the reader's browser. All of it is served by the site itself, but for
the wheels for WebAssembly (NumPy, matplotlib and three that it needs), which come from Pyodide's
server by their hash, or with ``--numpy vendored`` from the site as well.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lite import downloads, lockfile, wheels

HERE = Path(__file__).resolve().parent
KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
CACHE = wheels.ROOT / "_build" / "lite"
#: Where Pyodide unpacks wheels.
PACKAGES = "/lib/python3.14/site-packages"


def assemble(work: Path, sheets: Path, numpy: str, cache: Path) -> None:
    """Fill a folder with what JupyterLite is built from."""
    pyodide = work / "static" / "pyodide"
    pyodide.mkdir(parents=True)
    lock = downloads.fetch_core(pyodide, cache)
    downloads.fetch_pure(pyodide, cache)
    for wheel in sorted((extension() / "static" / "pypi").glob("*.whl")):
        if lockfile.named(wheel)[0] in lockfile.OWN:
            shutil.copyfile(wheel, pyodide / wheel.name)
    wheels.course_wheel(pyodide)
    wheels.startup_wheel(pyodide)
    if numpy == "vendored":
        downloads.fetch_compiled(lockfile.compiled(lock), pyodide, cache)
    ours = lockfile.rewritten(lock, pyodide, downloads.PUBLIC)
    (pyodide / downloads.LOCK).write_text(json.dumps(ours, indent=1), encoding="utf-8")

    contents = work / "contents"
    contents.mkdir()
    for sheet in sorted(sheets.glob("*/*.ipynb")):
        shutil.copyfile(sheet, contents / sheet.name)
    write(work / "jupyter-lite.json", run_time_settings(numpy))
    write(work / "jupyter_lite_config.json", build_settings())


def run_time_settings(numpy: str) -> dict[str, Any]:
    """What JupyterLite reads in the browser."""
    settings: dict[str, Any] = json.loads((HERE / "jupyter-lite.json").read_text(encoding="utf-8"))
    environment = {
        "PYTHONSTARTUP": f"{PACKAGES}/course_startup/first.py",
        # A browser's Python has no threads; nbcourse.fast uses as many as NumPy does.
        "OPENBLAS_NUM_THREADS": "1",
    }
    if numpy == "cdn":
        environment["COURSE_NUMERIC_FROM"] = downloads.PUBLIC
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": f"./static/pyodide/{downloads.LOCK}",
            "packages": [*lockfile.KERNEL, "course-startup"],
            "env": environment,
        },
    }
    settings["jupyter-config-data"]["litePluginSettings"] = {f"{KERNEL_EXTENSION}:kernel": kernel}
    return settings


def build_settings() -> dict[str, Any]:
    """What the program ``jupyter lite`` reads."""
    build = {
        "apps": ["notebooks", "tree"],
        "contents": ["contents"],
        "output_dir": "out",
        # Extensions of the environment that builds the book have no business in the browser.
        "ignore_sys_prefix": True,
        "federated_extensions": [str(extension())],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    return {"LiteBuildConfig": build}


def extension() -> Path:
    """The folder of the kernel's JupyterLab extension, near its Python package."""
    spec = find_spec("jupyterlite_pyodide_kernel")
    if spec is None or spec.origin is None:
        sys.exit("jupyterlite-pyodide-kernel is not installed: build the site with `make site`")
    for prefix in Path(spec.origin).parents:
        folder = prefix / "share" / "jupyter" / "labextensions" / KERNEL_EXTENSION
        if folder.is_dir():
            return folder
    sys.exit(f"jupyterlite-pyodide-kernel at {spec.origin} has no JupyterLab extension near it")


def build(output: Path, sheets: Path, numpy: str, cache: Path) -> None:
    """Build JupyterLite into a folder, in place of what it holds."""
    work = cache / "work"
    shutil.rmtree(work, ignore_errors=True)
    assemble(work, sheets, numpy, cache / "downloads")
    command = [sys.executable, "-W", "ignore", "-m", "jupyterlite_core.app", "build"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"jupyter lite build failed:\n{done.stdout}{done.stderr}")
    shutil.rmtree(output, ignore_errors=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    (work / "out").rename(output)


def write(path: Path, settings: dict[str, Any]) -> None:
    """Write settings as JSON."""
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("output", type=Path, help="the folder to make, such as _build/html/lite")
    parser.add_argument(
        "--numpy",
        choices=["cdn", "vendored"],
        default="cdn",
        help="where readers get NumPy: Pyodide's server, or this site (downloaded now)",
    )
    parser.add_argument("--sheets", type=Path, default=wheels.ROOT / "exercises")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where downloads are kept")
    given = parser.parse_args()
    try:
        build(given.output.resolve(), given.sheets, given.numpy, given.cache.resolve())
    except (downloads.DownloadError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
