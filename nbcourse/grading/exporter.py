"""The page that a student gets back, for ``nbcourse feedback`` and nbgrader's own command.

One file that says what became of the submission and shows every check's view. It holds no
hidden test, and asks no other host for anything.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from nbcourse.grading.execution import is_check
from nbcourse.grading.restore import without_hidden

TEMPLATES = Path(__file__).parent / "templates"
# Beside the students' folders in feedback/: what every page uses to show formulas.
MATHJAX_FOLDER = "_mathjax"


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML exporter with the course's template, hidden tests taken out first.

    ``c.GenerateFeedback.exporter_class = "nbcourse.grading.exporter.FeedbackExporter"`` has
    nbgrader use it.
    """

    @property
    def default_config(self) -> Config:
        """The template and what it shows; settings of the course for this class come before it."""
        config = Config()
        config.FeedbackExporter.template_name = "nbcourse_feedback"
        config.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        config.FeedbackExporter.exclude_input_prompt = True
        config.FeedbackExporter.exclude_output_prompt = True
        config.merge(super().default_config)
        return config

    def from_notebook_node(self, nb: Any, resources: Any = None, **settings: Any) -> Any:
        """Return the page of an autograded notebook, and the resources."""
        resources = {**(resources or {}), "mathjax_folder": MATHJAX_FOLDER}
        return super().from_notebook_node(shown(nb), resources, **settings)


def shown(notebook: Any) -> Any:
    """Return a copy of an autograded notebook without what its student must not see."""
    notebook = deepcopy(notebook)
    for cell in notebook.cells:
        if is_check(cell):
            cell.source = without_hidden(cell.source)
            for output in cell.get("outputs", []):
                if output.output_type == "error":  # a traceback shows the lines of the cell
                    output.traceback = [f"{output.ename}: {output.evalue}"]
    return notebook
