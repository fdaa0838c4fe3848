"""``nbcourse new``: begin a sheet."""

import click


@click.command(short_help="Begin a sheet of your own.")
@click.argument("sheet")
@click.option("--title", help="Its title; made from the name unless given.")
@click.option(
    "--function",
    metavar="NAME",
    help="What students write in its exercise; SHEET_backward unless given.",
)
def command(sheet: str, title: str | None, function: str | None) -> None:
    """Write the two files of a new sheet, with one small exercise in them that works.

    solutions/SHEET.md holds the text and the solution, nbcourse/specs/SHEET.py what its checks
    know. Change the exercise into yours a step at a time; 'nbcourse release SHEET --run' says
    whether the two files still agree and the solution earns every point.

    \b
    Examples:
      nbcourse new layer-norm
      nbcourse new division --title "A gate that divides" --function divide_backward
    """
    from os.path import relpath
    from pathlib import Path

    from nbcourse import specs
    from nbcourse.authoring.course import find_course
    from nbcourse.authoring.scaffold import new_sheet

    course = find_course()
    folder = Path(specs.__file__).parent
    made = new_sheet(course, folder, specs.sheets(), sheet, title, function)
    click.echo(f"Text and solution: {relpath(made.solution, course)}")
    click.echo(f"What is checked:   {relpath(made.spec, course)}")
    click.echo(f"It has one exercise, {made.function}. Try it: nbcourse release {sheet} --run")
