"""Wheels made here: what of the course a browser needs, and the kernel's first lines.

The wheel of the course is made of the files that the package on pip has: the exercises with their
references and known mistakes are in both, since ``check`` compares with them. What is graded with,
seeds drawn from a course's secret, is in neither, and so are solved sheets.
"""

import hashlib
import tomllib
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nbcourse"
#: Writing sheets, grading, the command line, the book's figures: nothing that a sheet uses.
LEFT_OUT = ("authoring", "cli", "grading", "plots")
STARTUP = Path(__file__).with_name("course_startup")


def course_files() -> dict[str, bytes]:
    """The course's files for the browser, by their path in the wheel."""
    files = {}
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE)
        if not path.is_file() or "__pycache__" in name.parts or name.parts[0] in LEFT_OUT:
            continue
        if any(part.startswith(".") for part in name.parts):
            continue
        files[f"nbcourse/{name.as_posix()}"] = path.read_bytes()
    return files


def course_wheel(folder: Path) -> Path:
    """Write the course's wheel."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return write_wheel(folder, "nbcourse", project["version"], course_files())


def startup_wheel(folder: Path) -> Path:
    """Write the wheel of what the kernel runs first."""
    files = {f"{STARTUP.name}/{path.name}": path.read_bytes() for path in STARTUP.glob("*.py")}
    return write_wheel(folder, STARTUP.name, "1", dict(sorted(files.items())))


def write_wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """Write a wheel of pure Python, the same bytes for the same files."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    wheel = "Wheel-Version: 1.0\nGenerator: lite\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = files | {f"{info}/METADATA": metadata.encode(), f"{info}/WHEEL": wheel.encode()}
    rows = [f"{path},{record(content)},{len(content)}" for path, content in files.items()]
    rows.append(f"{info}/RECORD,,")
    files[f"{info}/RECORD"] = ("\n".join(rows) + "\n").encode()
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)  # its date is always 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target


def record(content: bytes) -> str:
    """The hash of a file as a wheel's RECORD writes it."""
    digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
