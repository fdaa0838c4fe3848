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
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Grade so many at the same time; as many as there are cores unless given.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Grade on the workers of this Dask scheduler, such as tcp://10.0.0.1:8786.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "bubblewrap", "docker", "podman", "none"]),
    default="auto",
    show_default=True,
    help="Where students' code runs. 'none' accepts that it may do all that you may.",
)
def command(
    sheet: str | None,
    every: bool,
    student: str | None,
    force: bool,
    jobs: int | None,
    scheduler: str | None,
    sandbox: str,
) -> None:
    """Grade the submissions of SHEET: submitted/<student>/SHEET/SHEET.ipynb.

    Scores go to nbgrader's gradebook, the notebooks with their results to autograded/, and the
    state of every submission to grading.csv. What has not changed since it was graded is not
    graded again. Interrupted at any moment, the same command goes on where it was.

    Students' code runs in a sandbox, apart from the tests; where none can be had nothing is
    graded. 'nbcourse doctor' says what this machine can do.

    Exit code 0: all graded. 1: some could not be graded; they are listed and score 0.
    2: nothing was graded.

    \b
    Examples:
      nbcourse autograde graphs
      nbcourse autograde graphs --student ada --force
      nbcourse -C examples autograde --all
      nbcourse autograde --all --scheduler tcp://10.0.0.1:8786
    """
    import os

    from nbcourse.authoring.course import find_course
    from nbcourse.errors import CourseError
    from nbcourse.grading.autograde import Grading, How
    from nbcourse.grading.progress import show_progress
    from nbcourse.grading.table import results_table

    if every == (sheet is not None):
        raise click.UsageError("Name one sheet, or all of them with --all.")
    if scheduler is not None and jobs is not None:
        raise click.UsageError("--jobs is for this machine; a scheduler knows its workers itself.")
    how = How(jobs or len(os.sched_getaffinity(0)), sandbox, scheduler)
    try:
        results = Grading(find_course(), sheet, student).run(how, force, show_progress)
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
