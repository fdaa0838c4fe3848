"""``nbcourse feedback``: a page for each graded submission."""

import click


@click.command(short_help="Write a feedback page for each student.")
@click.argument("sheet", required=False)
@click.option("--all", "every", is_flag=True, help="Make the pages of every sheet.")
@click.option("--student", metavar="ID", help="Make this student's pages only.")
def command(sheet: str | None, every: bool, student: str | None) -> None:
    """Write the feedback on SHEET: feedback/<student>/SHEET/SHEET.html.

    A page shows the score, what became of the submission, and the view of every check. It
    shows no hidden test.

    \b
    Examples:
      nbcourse feedback graphs
      nbcourse feedback --all
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.errors import CourseError
    from nbcourse.grading.feedback import make_feedback
    from nbcourse.grading.table import shown_path

    if every == (sheet is not None):
        raise click.UsageError("Name one sheet, or all of them with --all.")
    try:
        pages = make_feedback(find_course(), sheet, student)
    except CourseError as error:
        raise CourseError(str(error), exit_code=2) from error
    unchanged = pages.total - pages.new
    click.echo(f"{pages.new} pages made, {unchanged} unchanged")
    click.echo(f"Feedback: {shown_path(pages.folder)}/<student>/<sheet>/<sheet>.html")
