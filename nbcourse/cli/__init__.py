"""The command line: ``nbcourse COMMAND``, one file per command, imported when it is called.

A command module holds one click command named ``command`` and imports at its top nothing
heavier than click, so that ``nbcourse --help`` answers at once; what the command needs it
imports in its body. A problem that the user can put right is raised as a ``CourseError``
and shown as its message alone, with its exit code.
"""

import contextlib
import importlib
from collections.abc import Sequence
from pathlib import Path

import click

from nbcourse.errors import CourseError

COMMANDS = {
    "release": "nbcourse.cli.release",
    "exercises": "nbcourse.cli.exercises",
    "autograde": "nbcourse.cli.autograde",
    "feedback": "nbcourse.cli.feedback",
    "report": "nbcourse.cli.report",
    "export": "nbcourse.cli.export",
    "similarity": "nbcourse.cli.similarity",
    "check": "nbcourse.cli.check",
    "new": "nbcourse.cli.new",
    "doctor": "nbcourse.cli.doctor",
}


class _LazyGroup(click.Group):
    """A group whose commands are found in ``COMMANDS`` and imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CourseError as error:
            for line in str(error).splitlines():
                click.echo(f"Error: {line}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Work in this course folder instead of the current one.",
)
@click.version_option(package_name="nbcourse")
@click.pass_context
def cli(ctx: click.Context, directory: Path | None) -> None:
    """Release the sheets of a course and grade what the class hands in.

    \b
    Examples:
      nbcourse release                       build every student notebook
      nbcourse check graphs.ipynb            what a student sees before handing in
      nbcourse -C examples autograde graphs  grade the sample class
    """
    if directory is not None:
        ctx.with_resource(contextlib.chdir(directory))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the console script ``nbcourse`` starts here."""
    cli.main(args=arguments if arguments is None else list(arguments), prog_name="nbcourse")
