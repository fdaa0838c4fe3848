"""``nbcourse report``: what came of a sheet, on one page."""

from pathlib import Path

import click


@click.command(short_help="Write a report on the class: scores, exercises, mistakes.")
@click.argument("sheet")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write to this folder instead of .nbcourse/report.",
)
def command(sheet: str, output: Path | None) -> None:
    """Write what came of SHEET to one page, SHEET.html, and as a table, SHEET.csv.

    Both show the distribution of the scores, how each exercise went and how often each known
    mistake was made, the most frequent first. The page also lists the submissions with problems.
    It names students, needs no network, and counts what 'nbcourse autograde' recorded: points
    given by hand and penalties for late work are not in it.

    \b
    SHEET.csv has the columns exercise,kind,text,count,share. Its rows, by kind:
      state    submissions in each state
      points   mean and median, as a share of the points; count: the submissions
      scores   submissions in each range of points
      result   submissions with full, partly, none, not attempted, in each exercise
      mistake  submissions with this mistake; text is the hint that students read
      wrong    submissions wrong in another way; text says what the check met
    The share of a count is of the submissions that could be graded; in state, of all.

    \b
    Examples:
      nbcourse report graphs
      nbcourse report graphs --output lecture
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.errors import CourseError
    from nbcourse.grading.report import write_report
    from nbcourse.grading.table import shown_path

    try:
        report = write_report(find_course(), sheet, output)
    except CourseError as error:
        raise CourseError(str(error), exit_code=2) from error
    summary = report.summary
    states = ", ".join(f"{count} {state}" for state, count in summary.states.items())
    click.echo(f"Submissions: {len(summary.records)} ({states})")
    if summary.mistakes:
        most = summary.mistakes[0]
        made = f"{len(most.students)} of {len(summary.counted)}"
        click.echo(f"Most frequent mistake ({made}), in {most.exercise}:\n  {most.text}")
    click.echo(f"Report: {shown_path(report.page)}")
    click.echo(f"Table:  {shown_path(report.table)}")
