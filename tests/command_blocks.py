"""What a page tells its reader to type, and a shell that types it.

Run are blocks of ``bash``, and of ``console``: there a line that begins with ``$`` is typed and
the lines below it are what it must print, ``...`` standing for anything. A ``code-block`` with a
file's name as its caption is put into that file. A comment above a block, which readers do not see,
says what else there is to know:

    % exit: 1             the exit code of its last command
    % before: a text      what happens elsewhere meanwhile, by a function of the test
    % begins: a file      a code cell of the page is the first part of a file
    % continues: a file   a code cell is the next part
"""

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TYPED = {"bash", "console"}
SHELLS = {"sh", "shell", "zsh", "shell-session", "{code-block} bash", "{code-block} console"}
SECONDS = 300

_BLOCK = re.compile(
    r"(?P<comments>(?:^% [^\n]*\n\n?)*)"
    r"^(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_CAPTION = re.compile(r"\A(?::.*\n)*?:caption: (.*)\n")
_OPTIONS = re.compile(r"\A(?::.*\n)*\n?")


@dataclass(frozen=True)
class Block:
    """One thing for the reader to do."""

    page: str
    line: int
    kind: str
    text: str
    notes: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """Everything that a page tells its reader to type or to write, in order."""
    page = path.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(page):
        notes = dict(re.findall(r"^% (\w+): (.*)$", match["comments"], re.MULTILINE))
        kind, text = match["info"].strip(), match["text"]
        assert kind not in SHELLS, f"write bash or console, not {kind}"
        if kind.startswith("{"):
            caption = _CAPTION.match(text)
            if caption is not None:
                notes["file"] = caption[1]
            text, kind = _OPTIONS.sub("", text, count=1), "file"
        if kind in TYPED or {"file", "begins", "continues"} & set(notes):
            line = page.count("\n", 0, match.start("fence")) + 1
            found.append(Block(path.name, line, kind, text, notes))
        else:
            assert not notes, f"{path.name}: a comment above a block that is not run"
    return found


def matches(printed: str, shown: str) -> bool:
    """Whether an output is the one that a page shows."""
    pattern = r"(?:.*)".join(re.escape(part) for part in re.split(r"\.\.\.", _trimmed(shown)))
    return re.fullmatch(pattern, _trimmed(printed), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


@dataclass
class Shell:
    """A shell that keeps its folder and its variables from one command to the next.

    Parameters
    ----------
    folder : where it begins; the reader's home
    notebook : a folder in which it notes where it is
    variables : its environment at first
    replaced : texts of the pages that mean something else here, such as a folder of the machine
    meanwhile : what ``% before:`` names, called with the folder in which the shell is
    """

    folder: Path
    notebook: Path
    variables: dict[str, str]
    replaced: Mapping[str, str]
    meanwhile: Mapping[str, Callable[["Shell"], None]]
    typed: list[str] = field(default_factory=list)

    def do(self, block: Block) -> None:
        """Do what a block says; whatever is not as it should be is an AssertionError."""
        if "before" in block.notes:
            self.meanwhile[block.notes["before"]](self)
        text = block.text
        for shown, meant in self.replaced.items():
            text = text.replace(shown, meant)
        code = int(block.notes.get("exit", "0"))
        if block.kind == "bash":
            self.type(text, code)
        elif block.kind == "console":
            commands = re.split(r"^\$ ", text, flags=re.MULTILINE)
            assert commands.pop(0) == "", "a console block begins with a command"
            for number, each in enumerate(commands, start=1):
                command, _, shown = each.partition("\n")
                printed = self.type(command, code if number == len(commands) else 0)
                assert matches(printed, shown), f"$ {command}\n{printed}\n--- is shown as\n{shown}"
        else:
            self.write(block.notes, text)

    def type(self, command: str, code: int = 0) -> str:
        """Type commands; return what they print."""
        self.typed.append(command)
        where, variables = self.notebook / "folder", self.notebook / "variables"
        ended = f"trap 'pwd > {where}; env -0 > {variables}' EXIT\n"
        run = subprocess.run(
            ["bash", "-e", "-c", ended + command],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert run.returncode == code, f"{command}\nexit code {run.returncode}\n{run.stdout}"
        assert "Traceback" not in run.stdout, run.stdout
        self.folder = Path(where.read_text(encoding="utf-8").rstrip("\n"))
        pairs = variables.read_text(encoding="utf-8").rstrip("\0").split("\0")
        self.variables = dict(pair.split("=", 1) for pair in pairs)
        return run.stdout

    def write(self, notes: Mapping[str, str], text: str) -> None:
        """Put a text into a file: a new one, or where the page says in one that is there."""
        path = self.folder / next(
            notes[key] for key in ("file", "begins", "continues") if key in notes
        )
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if "continues" in notes:
            text = f"{before}\n\n{text}"
        elif path.name == "nbgrader_config.py":
            text = f"{before}\n{text}"
        elif path.suffix == ".md":  # from its first section on
            text = before.partition("\n## ")[0] + "\n" + text
        path.write_text(text, encoding="utf-8")
