"""An interruption ends the run, wherever it falls."""

import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from nbcourse.grading.interruption import Interruption
from nbcourse.grading.keeping import Keeper
from tests.grading.handed_in import hand_in


def interrupt() -> None:
    """What Ctrl-C does; the handler runs before the next instruction."""
    os.kill(os.getpid(), signal.SIGINT)


class Thing:
    """Something that can be referred to weakly."""


def interrupted_in(interruption: Interruption, *steps: Callable[[], object]) -> None:
    """Take steps in its context."""
    with interruption:
        for step in steps:
            step()


def lose_an_interruption() -> None:
    """Interrupt where Python cannot raise: in the callback of a weak reference."""
    thing = Thing()
    reference = weakref.ref(thing, lambda _: interrupt())
    del thing
    assert reference() is None


def test_it_is_raised_at_once_where_it_can_be() -> None:
    interruption = Interruption()
    with pytest.raises(KeyboardInterrupt):
        interrupted_in(interruption, interrupt, lambda: pytest.fail("it went on"))


def test_one_that_python_loses_is_raised_by_the_next_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    interruption = Interruption()
    done: list[str] = []
    steps = (
        interruption.check,
        lose_an_interruption,
        lambda: done.append("went on"),
        interruption.check,
        lambda: done.append("not checked"),
    )
    with pytest.raises(KeyboardInterrupt):
        interrupted_in(interruption, *steps)
    assert done == ["went on"]
    assert capsys.readouterr().err == ""


def test_one_that_python_loses_is_raised_at_the_end() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted_in(Interruption(), lose_an_interruption)


def test_another_error_is_not_replaced() -> None:
    with pytest.raises(ZeroDivisionError):
        interrupted_in(Interruption(), lose_an_interruption, lambda: 1 // 0)


def test_other_errors_that_cannot_be_raised_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: shown.append(args.exc_type))
    thing = Thing()
    with Interruption():
        reference = weakref.ref(thing, lambda _: 1 // 0)
        del thing
    assert reference() is None
    assert shown == [ZeroDivisionError]


def test_it_leaves_everything_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    interruption = Interruption()
    for _ in range(2):  # what was asked in one run is not asked in the next
        with pytest.raises(KeyboardInterrupt), interruption:
            interrupt()
        with interruption:
            pass
        assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before


@pytest.mark.parametrize("where", ["a thread", "interruptions are ignored"])
def test_it_does_nothing_where_interruptions_are_not_its_own(where: str) -> None:
    during: list[Any] = []

    def enter() -> None:
        with Interruption():
            during.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    if where == "a thread":
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        assert during == [before]
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            enter()
            assert during == [signal.SIG_IGN] == [signal.getsignal(signal.SIGINT)]
        finally:
            signal.signal(signal.SIGINT, before)


def test_a_run_ends_after_the_result_at_which_an_interruption_was_lost(
    course: Any, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before it is kept; the same command goes on."""
    hand_in(course, ["right", "blank", "cut"])
    keep = Keeper.keep

    def keep_and_lose(self: Keeper, *arguments: Any) -> None:
        keep(self, *arguments)
        lose_an_interruption()

    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "keep", keep_and_lose)
        stopped = run("autograde", "demo", "--jobs", "1")
    assert (stopped.exit_code, "Aborted" in stopped.output) == (1, True)
    again = run("autograde", "demo", "--jobs", "1")
    assert "2 graded, 1 unchanged" in again.output
