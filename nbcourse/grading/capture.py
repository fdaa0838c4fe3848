"""What a student's cell prints, shows and raises, kept as a notebook's outputs.

The outputs are plain dicts in nbformat's form, in the order in which they came. Of every
cell a limited amount is kept, and the cut is said: a cell that prints for ever costs its time
limit, not the grader's memory.
"""

import ast
import base64
import contextlib
import io
import warnings
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]
MAX_OUTPUT = 2**20
MAX_TRACEBACK_LINES = 100


class Recorder:
    """Collects the outputs of the cell that runs now.

    Parameters
    ----------
    limit
        The number of characters kept of each cell.
    """

    def __init__(self, limit: int = MAX_OUTPUT) -> None:
        self._limit = limit
        self.start()

    def start(self) -> None:
        """Forget what came before."""
        self._outputs: list[Output] = []
        self._kept = 0
        self._lost = 0

    def finish(self) -> list[Output]:
        """Return the outputs, and at their end what had to be cut."""
        outputs = self._outputs
        if self._lost:
            text = f"\n[Output cut here: {self._lost} more characters are not kept.]\n"
            outputs = [*outputs, {"output_type": "stream", "name": "stdout", "text": text}]
        self.start()
        return outputs

    def write(self, name: str, text: str) -> None:
        """Keep text written to the stream ``name``, joined to what was written just before."""
        kept = text[: max(0, self._limit - self._kept)]
        self._kept += len(kept)
        self._lost += len(text) - len(kept)
        if not kept:
            return
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == name:
            last["text"] += kept
        else:
            self._outputs.append({"output_type": "stream", "name": name, "text": kept})

    def show(self, kind: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Keep a value or a figure in all its forms, if it fits."""
        plain = {mime: _as_text(form) for mime, form in data.items()}
        size = len(str(plain))
        if self._kept + size > self._limit:
            self._lost += size
            return
        self._kept += size
        # IPython's metadata is keyed by mime type or holds plain values; the rest is dropped.
        kept = {
            key: value for key, value in metadata.items() if isinstance(value, dict | str | int)
        }
        self._outputs.append({"output_type": kind, "data": plain, "metadata": kept})

    def fail(self, name: str, message: str, traceback: list[str]) -> None:
        """Keep an exception that a cell raised, its traceback without the middle if it is long."""
        if len(traceback) > MAX_TRACEBACK_LINES:
            half = MAX_TRACEBACK_LINES // 2
            traceback = [*traceback[:half], "...", *traceback[-half:]]
        lines = [line[:4000] for line in traceback]
        self._outputs.append(
            {
                "output_type": "error",
                "ename": name,
                "evalue": message[:4000],
                "traceback": lines,
            }
        )


class Stream(io.TextIOBase):
    """Stands in for ``sys.stdout`` or ``sys.stderr``."""

    encoding = "utf-8"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    def writable(self) -> bool:
        """Say yes, as ``print`` and ``logging`` may ask."""
        return True

    def write(self, text: str) -> int:
        """Keep ``text``."""
        self._recorder.write(self._name, str(text))
        return len(text)


class _Results(DisplayHook):
    """Keeps the value of a cell's last line as its ``execute_result``."""

    def write_output_prompt(self) -> None:
        """Print no ``Out[1]:``; the notebook shows the number itself."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        """Keep the value's forms; IPython calls this with them."""
        assert isinstance(self.shell, Shell)
        self.shell.recorder.show("execute_result", format_dict, md_dict or {})


class _Displays(DisplayPublisher):
    """Keeps what ``display`` and figures show."""

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        """Keep what is shown; IPython calls this with its forms."""
        assert isinstance(self.shell, Shell)
        self.shell.recorder.show("display_data", data, metadata or {})


class Shell(InteractiveShell):
    """IPython as a notebook's kernel has it, its outputs kept by a ``Recorder``."""

    recorder: Recorder
    displayhook_class = Type(_Results)
    display_pub_class = Type(_Displays)

    def _showtraceback(self, etype: type[BaseException], evalue: Any, stb: list[str]) -> None:
        self.recorder.fail(etype.__name__, str(evalue), list(stb))

    def transform_cell(self, raw_cell: str) -> str:
        """Leave Python as it is; IPython looks for its own syntax in what is none.

        It would read every cell token by token, for a tenth of the time that a submission takes.
        """
        try:
            with warnings.catch_warnings(action="ignore"):  # compiling it warns once more
                ast.parse(raw_cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            transformed: str = super().transform_cell(raw_cell)  # type: ignore[no-untyped-call]
            return transformed
        return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"

    def _tee(self, channel: str) -> Any:
        """Keep no second copy of all that is printed, as IPython would for its history."""
        return contextlib.nullcontext()

    def ask_exit(self) -> None:
        """Let ``exit()`` end the cell or the call; the next ones are run all the same."""
        raise SystemExit

    def enable_gui(self, gui: str | None = None) -> None:
        """Run no window's event loop: ``%matplotlib inline`` asks for none."""


def make_shell(recorder: Recorder) -> Shell:
    """Return a fresh shell without a history file (it would be a thread and a database)."""
    Shell.recorder = recorder
    # Plain tracebacks are Python's own; IPython's, with lines of context, take 20 ms each.
    settings = {"colors": "nocolor", "xmode": "Plain"}
    config = Config(HistoryManager={"enabled": False}, InteractiveShell=settings)
    shell: Shell = Shell.instance(config=config)
    return shell


def _as_text(form: Any) -> Any:
    """Return one form of an output as a notebook holds it: images in base64."""
    if isinstance(form, bytes):
        return base64.b64encode(form).decode("ascii")
    return form
