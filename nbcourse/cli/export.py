"""``nbcourse export``: the class's scores for other programs."""

from pathlib import Path

import click


@click.command(short_help="Write the scores to a file.")
@click.option(
    "--to",
    type=click.Choice(["csv", "canvas", "moodle"]),
    default="csv",
    show_default=True,
    help="Whose format.",
)
@click.option("--sheet", "sheets", multiple=True, help="Only this sheet; may be repeated.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.  [default: grades.csv, grades-canvas.csv, grades-moodle.csv]",
)
def command(to: str, sheets: tuple[str, ...], output: Path | None) -> None:
    """Write the scores in the gradebook to a file, late penalties taken off.

    \b
    csv     nbgrader's columns: a row for each student and sheet
    canvas  what Canvas imports in its gradebook: a row for each student
    moodle  what Moodle imports as grades: a row for each student

    For Canvas and Moodle every sheet that somebody handed in has a column. Its header is the
    sheet's name, or what nbgrader_config.py says. Canvas calls its own assignments
    "Name (number)"; its export shows which:

    \b
      c.CanvasExport.columns = {"graphs": "Graphs (4711)"}
      c.MoodleExport.columns = {"graphs": "Computational graphs"}

    Names, email addresses and lms_user_id are those in the gradebook. Without them, Canvas knows
    a student by the SIS Login ID and Moodle by the username: there stands the student's id, the
    name of the folder in submitted/. To add them:

    \b
      nbgrader db student add ada --first-name Ada --last-name Lovelace \\
          --email ada@example.org --lms-user-id 815

    An id or a name that a spreadsheet would take for a formula, such as =1+1, gets an
    apostrophe in front, and is named.

    \b
    Examples:
      nbcourse export
      nbcourse export --to canvas
      nbcourse export --to moodle --sheet graphs --output graphs.csv
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.grading.export import export_csv, export_lms

    course = find_course()
    output = output or Path("grades.csv" if to == "csv" else f"grades-{to}.csv")
    if to == "csv":
        click.echo(f"Grades: {export_csv(course, output, sheets)} rows in {output}")
        return
    exported = export_lms(course, to, output, sheets)
    click.echo(f"Grades: {exported.students} students in {output}")
    for sheet, header in exported.columns.items():
        click.echo(f"  {sheet}: column {header!r}")
    if exported.guarded:
        click.echo(
            "Changed, because a spreadsheet could take it for a formula: "
            f"{', '.join(map(repr, exported.guarded))}. {to.capitalize()} will not know such an id",
            err=True,
        )
