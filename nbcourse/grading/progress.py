"""How far a run is: a bar on a terminal, a line a submission everywhere else."""

import sys
from collections.abc import Iterable, Iterator, Sequence

from nbcourse.grading.submissions import Submission


def show_progress(submissions: Sequence[Submission]) -> Iterable[Submission]:
    """Yield the submissions, showing on stderr which one is worked on."""
    if not sys.stderr.isatty():
        return _lines(submissions)
    from tqdm import tqdm

    bar: Iterable[Submission] = tqdm(submissions, unit="submission", leave=False)
    return bar


def _lines(submissions: Sequence[Submission]) -> Iterator[Submission]:
    width = len(str(len(submissions)))
    for number, submission in enumerate(submissions, start=1):
        place = f"{number:{width}}/{len(submissions)}"
        print(f"{place} {submission.sheet}: {submission.student}", file=sys.stderr, flush=True)
        yield submission
