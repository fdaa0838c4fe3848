"""The ways to open a sheet: in the browser, on Colab or Binder, on the reader's computer.

Which there are depends on how the site is built, so this is decided when a page is written, not
when it is read: ``make site`` sets BOOK_LITE; BOOK_REPOSITORY_URL says where the course is public,
BOOK_REPOSITORY_BRANCH on which branch (main).
"""

import os
import shlex
from html import escape
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

#: Where JupyterLite is, in the site, and the application that shows one notebook.
LITE = "lite/notebooks/index.html"
IN_THE_BROWSER = (
    "<em>Solve in the browser</em> opens a new tab and loads Python into it, about 25 MB the first "
    "time{numpy}. Your work stays in that browser: download the notebook to hand it in."
)
#: Colab opens notebooks of public repositories there, and of no other host.
COLAB_HOST = "github.com"
NUMPY_FROM_ELSEWHERE = "; NumPy comes from <code>cdn.jsdelivr.net</code>"


class open_sheet(nodes.General, nodes.Element):
    """Holds the sheet's name and what stands between the buttons and the commands."""


def buttons(sheet: str, lite: str, repository: str, branch: str) -> list[tuple[str, str]]:
    """Label and address of each place that runs a sheet; ``lite`` is empty where there is none."""
    found = [("Solve in the browser", f"{lite}?path={quote(sheet)}.ipynb")] if lite else []
    address = urlsplit(repository)
    project = address.path.strip("/").removesuffix(".git")
    file = f"exercises/{sheet}/{sheet}.ipynb"
    if address.hostname == COLAB_HOST:
        colab = f"https://colab.research.google.com/github/{project}/blob/{branch}/{file}"
        found += [("Open in Colab", colab)]
    # Binder wants the names of a GitLab project as one part of the address.
    hosts = {"github.com": ("gh", project), "gitlab.com": ("gl", quote(project, safe=""))}
    if address.hostname in hosts:
        kind, name = hosts[address.hostname]
        binder = f"https://mybinder.org/v2/{kind}/{name}/{quote(branch, safe='')}"
        found += [("Open in Binder", f"{binder}?labpath={quote(file, safe='')}")]
    return found


def local_lines(sheet: str, repository: str) -> tuple[str, str]:
    """Where to run them, and the commands that open a sheet on the reader's computer."""
    if repository:
        where = "In the folder with the downloaded notebook, with Python 3.11 or newer:"
        source, notebook = shlex.quote(f"git+{repository}"), f"{sheet}.ipynb"
    else:
        where = "In your copy of the course, with Python 3.11 or newer:"
        source, notebook = ".", f"mine/{sheet}.ipynb"
    commands = [] if repository else [f"mkdir -p mine && cp exercises/{sheet}/{sheet}.ipynb mine/"]
    commands = [f"python -m pip install jupyterlab {source}", *commands, f"jupyter lab {notebook}"]
    return where, "\n".join(commands)


def visit_open_sheet(self: HTML5Translator, node: open_sheet) -> None:
    config, builder = self.builder.config, self.builder
    lite = ""
    if config.course_lite:
        lite = relative_uri(builder.get_target_uri(builder.current_docname), LITE)
    ways = buttons(node["sheet"], lite, *repository_of(config))
    if ways:
        links = [
            f'<a class="sheet-button" href="{escape(address)}" target="_blank" rel="noopener">'
            f'{escape(label)}<span class="sheet-new-tab"> (new tab)</span></a>'
            for label, address in ways
        ]
        self.body.append(f'<p class="sheet-buttons">{" ".join(links)}</p>\n')
    if lite:
        numpy = NUMPY_FROM_ELSEWHERE if config.course_lite == "cdn" else ""
        note = IN_THE_BROWSER.format(numpy=numpy)
        self.body.append(f'<p class="sheet-buttons-note">{note}</p>\n')


def depart_open_sheet(self: HTML5Translator, node: open_sheet) -> None:
    repository, _ = repository_of(self.builder.config)
    where, commands = local_lines(node["sheet"], repository)
    self.body.append(
        '<details class="sheet-local"><summary>Open it on your computer</summary>\n'
        f'<p>{where}</p>\n<div class="highlight"><pre tabindex="0">{escape(commands)}</pre></div>\n'
    )
    if urlsplit(repository).hostname == COLAB_HOST:
        self.body.append(
            "<p>On Colab, first run this in a cell of its own: "
            f"<code>%pip install git+{escape(repository)}</code></p>\n"
        )
    self.body.append("</details>\n")


def repository_of(config: Config) -> tuple[str, str]:
    """The address of the course's repository, empty where it is not known, and its branch."""
    branch = os.environ.get("BOOK_REPOSITORY_BRANCH", "main")
    return config.html_theme_options.get("repository_url", ""), branch


def read_environment(app: Sphinx, config: Config) -> None:
    config["course_lite"] = os.environ.get("BOOK_LITE", "")


def setup(app: Sphinx) -> None:
    # "html": another value writes all pages again, but reads and runs none.
    app.add_config_value("course_lite", "", "html", str)
    app.add_node(open_sheet, html=(visit_open_sheet, depart_open_sheet))
    app.connect("config-inited", read_environment)
