"""A sandbox whose first process imports no matplotlib: no notebook here draws anything.

Nearly every run here starts one of its own, and most of what such a run takes would be that. All
else of it is as it always is. This goes along into job processes, and imports little for that.
"""

from typing import Any

from nbcourse.grading import pool
from nbcourse.grading.sandbox import bubblewrap
from nbcourse.grading.sandbox.process import zygote_words

# Before the words that start it; what would be tried before all students is left out.
_FIRST = """\
from nbcourse.grading.capture import Recorder, make_shell
from nbcourse.grading.inside import zygote
def prepare_shell():
    recorder = Recorder()
    return recorder, make_shell(recorder)
zygote.prepare_shell = prepare_shell
"""
_grade_on = pool._grade_on


def use_light_sandboxes() -> None:
    """Have this process start such sandboxes, and the job processes that it starts."""
    bubblewrap.zygote_words = light_words
    pool._grade_on = grade_on  # type: ignore[assignment]


def light_words(program: str, *folders: str) -> list[str]:
    """The command that starts the first process, with what it does before."""
    *words, start = zygote_words(program, *folders)
    imports, main = start.rsplit("from ", 1)
    return [*words, imports + f"exec({_FIRST!r}); from " + main]


def grade_on(*args: Any) -> None:
    """What a job process does."""
    use_light_sandboxes()
    _grade_on(*args)
