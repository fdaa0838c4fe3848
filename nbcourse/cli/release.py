"""``nbcourse release``: build the student notebooks."""

import click

from nbcourse.errors import CourseError


@click.command(short_help="Build the student notebooks.")
@click.argument("names", metavar="[SHEET]...", nargs=-1)
@click.option("--run", is_flag=True, help="First run each solved sheet; it must earn every point.")
@click.option("--check", is_flag=True, help="Write nothing; fail if a release would change a file.")
def command(names: tuple[str, ...], run: bool, check: bool) -> None:
    """Build the student notebooks of SHEETs (all by default) from solutions/.

    The solved notebooks with the hidden checks go to _build/source/, the student notebooks to
    exercises/, and the gradebook learns the graded cells.

    \b
    Examples:
      nbcourse release
      nbcourse release graphs --run
      nbcourse release --check
    """
    from os.path import relpath

    from nbcourse.authoring.course import find_course
    from nbcourse.authoring.release import drift, release
    from nbcourse.specs import sheets

    if run and check:
        raise click.UsageError("--run and --check exclude each other: run one, then the other.")
    course = find_course()
    if check:
        if lines := drift(course, sheets(), names):
            raise CourseError("\n".join(lines))
        click.echo("the student notebooks match their solutions")
        return
    for released in release(course, sheets(), names, run=run):
        exercises = released.sheet.exercises
        points = sum(exercise.points for exercise in exercises)
        count = f"{len(exercises)} exercise{'' if len(exercises) == 1 else 's'}"
        click.echo(
            f"{released.sheet.name}: {count}, {points:g} points -> "
            f"{relpath(released.notebook, course)}{'' if released.changed else ' (unchanged)'}"
        )
