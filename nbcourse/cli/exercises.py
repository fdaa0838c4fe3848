"""``nbcourse exercises``: list the sheets and what is in them."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nbcourse.exercise import Exercise, Project


@click.command(short_help="List the sheets and their exercises.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
def command(as_json: bool) -> None:
    """List every sheet and its exercises: signature, points and what to do.

    \b
    Examples:
      nbcourse exercises
      nbcourse exercises --json
    """
    from nbcourse.specs import sheets

    listing = [
        {
            "name": sheet.name,
            "title": sheet.title,
            "exercises": [
                {
                    "name": exercise.name,
                    "signature": _signature(exercise),
                    "points": exercise.points,
                    "parts": list(exercise.parts),
                    "summary": exercise.summary,
                }
                for exercise in sheet.exercises
            ],
        }
        for sheet in sheets()
    ]
    if as_json:
        click.echo(json.dumps(listing, indent=2))
        return
    for sheet in sheets():
        points = sum(exercise.points for exercise in sheet.exercises)
        click.echo(f"{sheet.name}: {sheet.title} ({points:g} points)")
        rows = [(_signature(each), f"{each.points:g}", each.summary) for each in sheet.exercises]
        width = max((len(row[0]) for row in rows), default=0)
        for signature, value, summary in rows:
            click.echo(f"  {signature:<{width}}  {value:>4}  {summary}")


def _signature(exercise: "Exercise | Project") -> str:
    """What students write; for a project all functions of it."""
    from nbcourse.authoring.signature import bare_signature

    functions = exercise.functions.items()
    return ", ".join(f"{name}{bare_signature(function)}" for name, function in functions)
