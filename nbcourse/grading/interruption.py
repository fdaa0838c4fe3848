"""Ctrl-C that is not lost, wherever it falls.

Python raises ``KeyboardInterrupt`` between any two instructions. Where those are a destructor's or
a weak reference's callback (SQLAlchemy has many), the interpreter prints the error and goes on:
the run would not end. Here an interruption is also remembered, so that the next ``check`` ends it.
"""

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


class Interruption:
    """A context manager that remembers an interruption, and raises it at its end at the latest.

    Does nothing where interruptions are not Python's to handle: in a thread, or where the program
    that started this one has chosen to ignore them.
    """

    def __init__(self) -> None:
        self._asked = False
        self._is_ours = False

    def __enter__(self) -> Self:
        self._asked = False
        self._is_ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._is_ours:
            self._hook = sys.unraisablehook
            sys.unraisablehook = self._pass_over
            signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            sys.unraisablehook = self._hook
        if kind is None:
            self.check()

    def check(self) -> None:
        """Raise ``KeyboardInterrupt`` if there was an interruption."""
        if self._asked:
            raise KeyboardInterrupt

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        raise KeyboardInterrupt

    def _pass_over(self, unraisable: "UnraisableHookArgs") -> None:
        """Say nothing of an interruption that the interpreter could not raise: ``check`` will."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._hook(unraisable)
