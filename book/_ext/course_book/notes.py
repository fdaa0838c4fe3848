"""Two kinds of note that every chapter has: a prediction asked of the reader, and a common slip."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Note(SphinxDirective):
    """An admonition with a fixed heading, optionally followed by a title of its own."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    kind: str
    heading: str

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        heading = f"{self.heading}: {self.arguments[0]}" if self.arguments else self.heading
        title, messages = self.state.inline_text(heading, self.lineno)
        note = nodes.admonition("", nodes.title(heading, "", *title), classes=[self.kind])
        self.set_source_info(note)
        self.state.nested_parse(self.content, self.content_offset, note)
        return [note, *messages]


class Predict(Note):
    kind = "predict"
    heading = "Predict"


class CommonSlip(Note):
    kind = "common-slip"
    heading = "Common slip"


def setup(app: Sphinx) -> None:
    app.add_directive("predict", Predict)
    app.add_directive("common-slip", CommonSlip)
