"""``nbcourse export``: the class's scores for other programs."""

from pathlib import Path

import click


@click.command(short_help="Write the scores to a file.")
@click.option("--to", type=click.Choice(["csv"]), default="csv", help="The format: csv.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="grades.csv",
    show_default=True,
    help="The file to write.",
)
def command(to: str, output: Path) -> None:
    """Write the scores in the gradebook to a file, with nbgrader's columns.

    \b
    Examples:
      nbcourse export --to csv
      nbcourse export --to csv --output graphs.csv
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.grading.export import export_csv

    rows = export_csv(find_course(), output)
    click.echo(f"Grades: {rows} rows in {output}")
