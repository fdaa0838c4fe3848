"""``{graph-player}`` and ``{graph-preset}``: a graph that the reader steps through, gate by gate.

The page itself says in words what the player would show; ``graph-player.js`` puts the player in
its place and computes everything there. A preset is an entry of the gallery: its expression and a
few words, to which the script adds a button.
"""

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

# The page with the player that draws any expression; players elsewhere link to it.
PAGE = "book/graph-player"
# In this order: each builds on those before it.
SCRIPTS = (
    "graph-player-gates.js",
    "graph-player-graph.js",
    "graph-player-tokens.js",
    "graph-player-parser.js",
    "graph-player-layout.js",
    "graph-player-steps.js",
    "graph-player-drawing.js",
    "graph-player-state.js",
    "graph-player-view.js",
    "graph-player.js",
)


def read_values(text: str, expression: str) -> dict[str, float]:
    """``x=-2, y=5`` as a dictionary; ValueError names what is no value of the expression."""
    values = {}
    names = set(re.findall(r"[^\W\d]\w*", expression))
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or name not in names:
            raise ValueError(f"{part.strip()!r} is not name=number with a name in {expression!r}")
        values[name] = float(number)
    return values


def in_words(attributes: dict[str, str]) -> str:
    """The values as a reader sees them, with a minus sign that is read aloud as one."""
    return attributes["values"].replace("=", " = ").replace("-", "\N{MINUS SIGN}")


class graph_player_node(nodes.General, nodes.Element): ...


class graph_preset_node(nodes.General, nodes.Element): ...


class GraphDirective(SphinxDirective):
    """An expression, and the values of its variables."""

    required_arguments = 1
    final_argument_whitespace = True

    def attributes(self) -> dict[str, str]:
        expression = self.arguments[0]
        try:
            values = read_values(self.options["values"], expression)
        except (KeyError, ValueError) as error:
            raise self.error(f"graph {expression!r} needs :values: x=1, y=2; {error}") from error
        written = ", ".join(f"{name}={value:g}" for name, value in values.items())
        return {"expression": expression, "values": written}


class GraphPlayer(GraphDirective):
    """``{graph-player} EXPRESSION`` with ``:values:``; ``:linked:`` keeps its state in the URL."""

    option_spec: ClassVar[dict[str, Any]] = {
        "values": directives.unchanged_required,
        "linked": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        attributes = self.attributes()
        player: nodes.Element = graph_player_node(linked="linked" in self.options, **attributes)
        player += nodes.paragraph(
            "",
            "",
            nodes.Text("This player needs JavaScript. It draws the graph of "),
            nodes.literal("", attributes["expression"]),
            nodes.Text(f" at {in_words(attributes)} and steps through it."),
        )
        self.set_source_info(player)
        return [player]


class GraphPreset(GraphDirective):
    """``{graph-preset} EXPRESSION`` with ``:values:``; its content says why it is worth a look."""

    option_spec: ClassVar[dict[str, Any]] = {"values": directives.unchanged_required}
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        attributes = self.attributes()
        preset: nodes.Element = graph_preset_node(**attributes)
        expression = nodes.literal("", attributes["expression"])
        preset += nodes.paragraph("", "", expression, nodes.Text(f" at {in_words(attributes)}"))
        self.set_source_info(preset)
        self.state.nested_parse(self.content, self.content_offset, preset)
        return [preset]


def visit_player(self: HTML5Translator, node: graph_player_node) -> None:
    data = {f"data-{key}": node[key] for key in ("expression", "values")}
    if node["linked"]:
        data["data-linked"] = ""
    elif PAGE in self.builder.env.found_docs:
        data["data-page"] = self.builder.get_relative_uri(self.builder.current_docname, PAGE)
    self.body.append(self.starttag(node, "div", CLASS="graph-player", **data))


def visit_preset(self: HTML5Translator, node: graph_preset_node) -> None:
    data = {f"data-{key}": node[key] for key in ("expression", "values")}
    self.body.append(self.starttag(node, "div", CLASS="graph-preset", **data))


def depart_div(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</div>\n")


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    if 'class="graph-player"' in context.get("body", ""):
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")


def setup(app: Sphinx) -> None:
    app.add_directive("graph-player", GraphPlayer)
    app.add_directive("graph-preset", GraphPreset)
    app.add_node(graph_player_node, html=(visit_player, depart_div))
    app.add_node(graph_preset_node, html=(visit_preset, depart_div))
    app.connect("html-page-context", add_scripts)
