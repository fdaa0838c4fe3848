"""``nbcourse similarity``: which submissions look alike."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nbcourse.grading.similarity import Comparison


# More would scroll the first ones, which are the most alike, out of sight.
LINES = 50


@click.command(short_help="List submissions that look alike.")
@click.argument("sheet")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.8,
    show_default=True,
    help="List pairs above this share, a number from 0 to 1.",
)
def command(sheet: str, threshold: float) -> None:
    """Compare the submissions of SHEET, each with each, and list the pairs that look alike.

    The number is the share of one submission's code that the other has as well. Renamed
    variables, other comments and other spaces change nothing in it. What was released with the
    sheet and very short answers do not count. No submission is run.

    It is a reason to look, not a verdict. Students who solve an exercise in its natural way
    write alike; the shorter the exercises, the more so. Read the two before you ask anybody.

    .nbcourse/similarity/SHEET.html shows the code of the pairs, side by side; it asks no other
    host for anything. It holds students' names and work: keep it to yourself.

    \b
    Examples:
      nbcourse similarity graphs
      nbcourse similarity graphs --threshold 0.6
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.grading.similarity import compare_submissions
    from nbcourse.grading.table import shown_path

    found = compare_submissions(find_course(), sheet, threshold)
    click.echo(f"{found.compared} submissions compared, each with each")
    click.echo(_table(found, threshold))
    for student, reason in found.left_out.items():
        click.echo(f"Not compared: {student}: {reason}")
    click.echo(f"\nThe code side by side: {shown_path(found.report)}")


def _table(found: "Comparison", threshold: float) -> str:
    """The pairs, a line each: how much of the one is in the other, and the other way round."""
    if not found.pairs:
        return f"No pair is above {threshold:.0%}"
    width = max(len(student) for pair in found.pairs for student in pair.students)
    lines = [f"Pairs above {threshold:.0%}: {len(found.pairs)} (a reason to look, not a verdict)"]
    for pair in found.pairs[:LINES]:
        (one, other), (share, back) = pair.students, pair.shares
        lines.append(f"  {share:4.0%} of {one:{width}}  {back:4.0%} of {other:{width}}".rstrip())
    if len(found.pairs) > LINES:
        lines.append(f"  and {len(found.pairs) - LINES} more")
    return "\n".join(lines)
