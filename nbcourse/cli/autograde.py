"""``nbcourse autograde``: grade what the class handed in."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nbcourse.grading.autograde import Results


@click.command(short_help="Grade what the class handed in.")
@click.argument("sheet", required=False)
@click.option("--all", "every", is_flag=True, help="Grade every sheet.")
@click.option("--student", metavar="ID", help="Grade this student's submissions only.")
@click.option("--force", is_flag=True, help="Grade again what has not changed, too.")
def command(sheet: str | None, every: bool, student: str | None, force: bool) -> None:
    """Grade the submissions of SHEET: submitted/<student>/SHEET/SHEET.ipynb.

    Scores go to nbgrader's gradebook, the notebooks with their results to autograded/, and the
    state of every submission to grading.csv. What has not changed since it was graded is not
    graded again.

    Exit code 0: all graded. 1: some could not be graded; they are listed and score 0.
    2: nothing was graded.

    \b
    Examples:
      nbcourse autograde graphs
      nbcourse autograde graphs --student ada --force
      nbcourse -C examples autograde --all
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.errors import CourseError
    from nbcourse.grading.autograde import Grading
    from nbcourse.grading.progress import show_progress
    from nbcourse.grading.table import results_table

    if every == (sheet is not None):
        raise click.UsageError("Name one sheet, or all of them with --all.")
    try:
        results = Grading(find_course(), sheet, student).run(force, show_progress)
    except CourseError as error:
        raise CourseError(str(error), exit_code=2) from error
    click.echo(results_table(results.rows))
    _say_where(results)
    if not results.complete:
        raise SystemExit(1)


def _say_where(results: "Results") -> None:
    """Say what was done and where it lies."""
    from nbcourse.grading.table import shown_path

    unchanged = len(results.rows) - results.newly_graded
    click.echo(f"\n{results.newly_graded} graded, {unchanged} unchanged since they were graded")
    click.echo(f"Notebooks with results: {shown_path(results.autograded)}")
    click.echo(f"States and reasons:     {shown_path(results.grading_csv)}")
    click.echo("Next: nbcourse feedback, nbcourse export; or formgrader, in jupyter lab")
