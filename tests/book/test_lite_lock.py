"""What the browser's Python fetches, from where, and by which hash."""

import hashlib
import tarfile
from pathlib import Path
from typing import Any

import pytest

from lite import downloads, lockfile, wheels
from tests.browsing import served

NUMPY = "numpy-2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"


def package(name: str, *depends: str, version: str = "1.0", file: str = "") -> dict[str, Any]:
    """An entry of Pyodide's own lock file."""
    return {
        "name": name,
        "version": version,
        "file_name": file or f"{name}-{version}-py3-none-any.whl",
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "depends": list(depends),
        "imports": [name],
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": True,
    }


@pytest.fixture
def lock() -> dict[str, Any]:
    """A small lock of Pyodide's, which spells some names with underscores."""
    entries = [
        package("micropip"),
        package("ipython", "prompt_toolkit"),
        package("prompt-toolkit"),
        package("jedi"),
        package("traitlets"),
        package("numpy", version="2.0", file=NUMPY),
        package("matplotlib", "numpy", "cycler", file="matplotlib-1.0-cp314-cp314-x_wasm32.whl"),
        package("cycler"),
        package("pandas", "numpy", file="pandas-1.0-cp314-cp314-x_wasm32.whl"),
    ]
    return {"info": {"python": "3.14.2"}, "packages": {each["name"]: each for each in entries}}


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The wheels that lie beside the lock file."""
    for name in (*lockfile.KERNEL, "prompt_toolkit", "traitlets", "cycler", "course_startup"):
        wheels.write_wheel(tmp_path, name.replace("-", "_"), "1.0", {})
    wheels.write_wheel(tmp_path, "nbcourse", "0.5", {"nbcourse/__init__.py": b""})
    return tmp_path


def test_every_package_of_the_lock_is_beside_it_or_compiled(
    lock: dict[str, Any], beside: Path
) -> None:
    ours = lockfile.rewritten(lock, beside, "https://elsewhere.org/full/")["packages"]
    assert "pandas" not in ours
    for name, entry in ours.items():
        assert {lockfile.normal(each) for each in entry["depends"]} <= ours.keys(), name
    away = {name for name, entry in ours.items() if "://" in entry["file_name"]}
    assert away == {"numpy", "matplotlib"}
    assert ours["numpy"]["file_name"] == f"https://elsewhere.org/full/{NUMPY}"
    assert ours["numpy"]["sha256"] == lock["packages"]["numpy"]["sha256"]
    for name in ours.keys() - away:
        content = (beside / ours[name]["file_name"]).read_bytes()
        assert ours[name]["sha256"] == hashlib.sha256(content).hexdigest()
    assert ours["nbcourse"]["version"] == "0.5"
    assert ours["nbcourse"]["imports"] == ["nbcourse"]


def test_a_wheel_that_is_missing_or_of_another_version_is_named(
    lock: dict[str, Any], beside: Path
) -> None:
    (beside / "cycler-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ValueError, match="no wheel of cycler in"):
        lockfile.rewritten(lock, beside, "")
    wheels.write_wheel(beside, "cycler", "1.1", {})
    with pytest.raises(ValueError, match=r"cycler-1\.1.* Pyodide has version 1\.0"):
        lockfile.rewritten(lock, beside, "")


def test_a_vendored_numpy_is_served_by_the_site(
    lock: dict[str, Any], beside: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server, cache = tmp_path / "server", tmp_path / "cache"
    server.mkdir()
    needed = lockfile.compiled(lock)
    assert [entry["name"] for entry in needed] == ["matplotlib", "numpy"]
    for entry in needed:
        made = wheels.write_wheel(server, entry["name"], entry["version"], {})
        entry["sha256"] = hashlib.sha256(made.read_bytes()).hexdigest()
        made.rename(server / entry["file_name"])
    with served(server) as address:
        monkeypatch.setattr(downloads, "PUBLIC", address)
        downloads.fetch_compiled(needed, beside, cache)
    # Once fetched, no network is needed.
    downloads.fetch_compiled(needed, beside, cache)
    ours = lockfile.rewritten(lock, beside, "https://elsewhere.org/")["packages"]
    assert ours["numpy"]["file_name"] == NUMPY
    assert not any("://" in entry["file_name"] for entry in ours.values())


# Downloads


def test_a_file_that_is_not_what_its_hash_says_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = package("numpy", file=NUMPY)
    (tmp_path / NUMPY).write_bytes(b"something else")
    with served(tmp_path) as address:
        monkeypatch.setattr(downloads, "PUBLIC", address)
        with pytest.raises(downloads.DownloadError, match=r"has sha256 .* expected"):
            downloads.fetch_compiled([entry], tmp_path, tmp_path / "cache")
    with pytest.raises(downloads.DownloadError, match="is not what Pyodide"):
        downloads.fetch_compiled([entry], tmp_path / "cache", tmp_path)


def test_without_a_network_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path) as address:
        pass
    monkeypatch.setattr(downloads, "PUBLIC", address)
    with pytest.raises(downloads.DownloadError, match="NUMPY_WASM=cdn"):
        downloads.fetch_compiled([package("numpy", file=NUMPY)], tmp_path, tmp_path)


def test_another_archive_in_place_of_pyodide_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / f"pyodide-{downloads.VERSION}.tgz", "w:gz"):
        pass
    with pytest.raises(downloads.DownloadError, match="its sha512 differs; delete it"):
        downloads.fetch_core(tmp_path, tmp_path)


def test_without_npm_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(downloads.DownloadError, match="npm is missing"):
        downloads.fetch_core(tmp_path, tmp_path / "cache")


def test_no_registry_is_named(root: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (root / "lite").rglob("*.txt")]
    assert len(texts) == 2
    for text in texts:
        assert "://" not in text
        assert text.count("==") == text.count("--hash=sha256:") > 3
