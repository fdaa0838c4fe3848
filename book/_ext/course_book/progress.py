"""How far a reader has come with the quizzes: every page knows all of them.

What was answered stays in the reader's browser (``progress.js``). The pages bring what it takes to
count: ``quizzes.js`` lists every quiz of the book, in the order of the table of contents.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector

from course_book.quiz import quiz_node

#: Written when the book is built, into the folder of static files that are made and not kept.
CATALOG = "quizzes.js"
# In this order: each builds on those before it.
SCRIPTS = (CATALOG, "progress.js", "progress-kept.js", "progress-sidebar.js")


class QuizCollector(EnvironmentCollector):
    """Holds the quizzes of every page, as the node of each describes it."""

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        found = [
            {key: quiz[key] for key in ("name", "edition", "options", "right")}
            for quiz in doctree.findall(quiz_node)
        ]
        if found:
            quizzes_of(app.env)[app.env.docname] = found

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        quizzes_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        theirs = quizzes_of(other)
        quizzes_of(env).update({name: theirs[name] for name in docnames if name in theirs})


def quizzes_of(env: BuildEnvironment) -> dict[str, list[dict[str, Any]]]:
    """By page, the quizzes on it; kept with the environment from one build to the next."""
    found: dict[str, list[dict[str, Any]]] = vars(env).setdefault("course_quizzes", {})
    return found


def in_order(env: BuildEnvironment, page: str) -> Iterator[str]:
    """A page, and those below it in the table of contents, as a reader meets them."""
    yield page
    for below in env.toctree_includes.get(page, []):
        yield from in_order(env, below)


def catalog(app: Sphinx) -> list[dict[str, Any]]:
    """Every quiz that the table of contents leads to, with the page it is on."""
    env, builder = app.env, app.builder
    return [
        {"page": builder.get_target_uri(page), "title": env.titles[page].astext(), **quiz}
        for page in in_order(env, app.config.root_doc)
        for quiz in quizzes_of(env).get(page, [])
    ]


def write_catalog(app: Sphinx, env: BuildEnvironment) -> None:
    if app.builder.format != "html":
        return
    path = Path(app.outdir).parent / ".course_static" / CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(quiz) for quiz in catalog(app))
    path.write_text(f"const QUIZZES = [\n{lines}\n];\n", encoding="utf-8")


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    scripts: tuple[str, ...] = SCRIPTS if quizzes_of(app.env) else ()
    if 'class="quiz"' in context.get("body", ""):
        scripts = (*scripts, "quiz.js")
    for script in scripts:
        app.add_js_file(script, loading_method="defer", priority=400)


def setup(app: Sphinx) -> None:
    app.add_env_collector(QuizCollector)
    app.connect("env-updated", write_catalog)
    app.connect("html-page-context", add_scripts)
