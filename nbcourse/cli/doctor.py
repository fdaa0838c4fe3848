"""``nbcourse doctor``: what this machine can do."""

import click


@click.command(short_help="Say what this machine can do.")
def command() -> None:
    """Say which sandbox students' code would run in here, and try whether it holds.

    In a course folder it also tries whether the sandbox hides it.

    Exit code 0: grading can run, and the sandbox holds. 1: something is missing; what to do is
    said.

    \b
    Examples:
      nbcourse doctor
      nbcourse -C my-course doctor
    """
    from nbcourse.authoring.course import find_course
    from nbcourse.errors import CourseError
    from nbcourse.grading.doctor import examine

    try:
        course = find_course()
    except CourseError:
        course = None
    good = True
    for heading, findings in examine(course):
        click.echo(heading)
        for finding in findings:
            click.echo(str(finding))
        good = good and all(finding.good is not False for finding in findings)
    click.echo("Grading can run here." if good else "Something is missing: see the lines with NO.")
    if not good:
        raise SystemExit(1)
