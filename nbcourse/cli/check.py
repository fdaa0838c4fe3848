"""``nbcourse check``: what a student runs before handing in."""

from pathlib import Path

import click


@click.command(short_help="Check your notebook before you hand it in.")
@click.argument("notebook", type=click.Path(path_type=Path))
def command(notebook: Path) -> None:
    """Check every exercise in NOTEBOOK, as the checks in it do, and say what is missing.

    The notebook is run in a process of its own and is not changed. Grading draws other inputs
    for the same checks.

    Exit code 0: every exercise passes. 1: some do not. 2: this is not a sheet's notebook.

    \b
    Examples:
      nbcourse check graphs.ipynb
    """
    from nbcourse.grading.local import check_notebook, report

    checked = check_notebook(notebook)
    click.echo(report(checked))
    if not checked.passed:
        raise SystemExit(1)
