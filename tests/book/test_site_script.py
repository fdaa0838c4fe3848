"""benchmarks/site.py, which looks at a site without knowing how it was made."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A</title>
<link rel="icon" href="data:,"><body>{}</body></html>"""
SOUND = {"a.html": '<p id="here">A</p> <a href="b.html#there">b</a>', "b.html": '<p id="there">B'}
pytestmark = pytest.mark.browser


def look(folder: Path, browser_path: str, pages: dict[str, str]) -> tuple[int, str]:
    folder.mkdir()
    for name, body in pages.items():
        (folder / name).write_text(PAGE.format(body), encoding="utf-8")
    script = ROOT / "benchmarks/site.py"
    done = subprocess.run(
        [sys.executable, script, folder, "--browser", browser_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_sound_site_has_nothing_wrong(tmp_path: Path, browser_path: str) -> None:
    code, said = look(tmp_path / "site", browser_path, SOUND)
    assert code == 0, said
    assert said.endswith("Nothing wrong\n")


def test_every_fault_is_named(tmp_path: Path, browser_path: str) -> None:
    faulty = {
        "a.html": '<a href="#nowhere">1</a> <a href="c.html">2</a> <a href="b.html#no">3</a>',
        "b.html": '<script>console.error("Help")</script><img src="https://a.org/x.png" alt="">',
    }
    code, said = look(tmp_path / "site", browser_path, faulty)
    assert code == 1
    wrong = said.partition("wrong\n")[2].splitlines()
    for words in (
        "a.html#nowhere: no such place in the page",
        "c.html leads nowhere",
        "b.html#no: no such place in the page",
        "console: Help",
        "asks for https://a.org/x.png",
    ):
        assert any(words in line for line in wrong), words
