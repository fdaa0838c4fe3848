"""``{quiz}``: the questions of ``book/quizzes/<name>.yml`` as a page's own HTML.

Every option is a native ``<details>`` element: its summary is the option, its body says why it is
right or wrong. So a quiz works from the keyboard, in a screen reader and without JavaScript;
``quiz.js`` counts and remembers. Question, option and explanation are MyST, with formulas and code.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

FOLDER = "quizzes"


@dataclass(frozen=True)
class Option:
    text: str
    why: str
    right: bool


@dataclass(frozen=True)
class Question:
    text: str
    options: tuple[Option, ...]


def read_quiz(path: Path) -> list[Question]:
    """The questions in a file; ValueError names the question at fault."""
    questions = []
    for number, entry in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
        where = f"{path.name}, question {number}"
        _expect_keys(entry, {"question", "options"}, set(), where)
        for option in entry["options"]:
            _expect_keys(option, {"text", "why"}, {"right"}, where)
        options = tuple(
            Option(str(option["text"]), str(option["why"]), option.get("right", False))
            for option in entry["options"]
        )
        right = sum(option.right for option in options)
        if right != 1 or len(options) < 2:
            raise ValueError(f"{where}: {len(options)} options with {right} right; needs one right")
        questions.append(Question(str(entry["question"]), options))
    return questions


def edition_of(questions: list[Question]) -> str:
    """A digest of what is asked. Kept answers belong to it: a changed quiz starts anew.

    The explanations are left out, so that mending one loses nobody's answers.
    """
    asked = [
        [question.text, [[option.text, option.right] for option in question.options]]
        for question in questions
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]


def _expect_keys(entry: dict[str, Any], needed: set[str], allowed: set[str], where: str) -> None:
    missing, unknown = needed - entry.keys(), entry.keys() - needed - allowed
    if missing or unknown:
        raise ValueError(f"{where}: missing {sorted(missing)}, unknown {sorted(unknown)}")


class quiz_node(nodes.General, nodes.Element): ...


class quiz_question(nodes.General, nodes.Element): ...


class quiz_option(nodes.General, nodes.Element): ...


class quiz_summary(nodes.General, nodes.Element): ...


class Quiz(SphinxDirective):
    """``{quiz} NAME`` shows ``book/quizzes/NAME.yml``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        path = Path(self.env.doc2path(self.env.docname)).parent / FOLDER / f"{name}.yml"
        self.env.note_dependency(str(path))
        try:
            questions = read_quiz(path)
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise self.error(f"quiz {name!r}: {error}") from error

        quiz = quiz_node(
            name=name,
            edition=edition_of(questions),
            options=[len(question.options) for question in questions],
            right=[
                [option.right for option in question.options].index(True) for question in questions
            ],
        )
        for number, question in enumerate(questions, start=1):
            label = f"quiz-{name}-{number}"
            block = quiz_question(label=label)
            text = nodes.container(ids=[label], classes=["quiz-text"])
            text += nodes.inline("", f"{number}.", classes=["quiz-number"])
            text += self.parse(question.text)
            block += text
            block += [self.option(*each) for each in enumerate(question.options, start=1)]
            quiz += block
        return [quiz]

    def option(self, number: int, option: Option) -> nodes.Node:
        node: nodes.Element = quiz_option(right=option.right)
        parsed = self.parse(option.text)
        # A summary holds phrasing content: unwrap the paragraph that a one-line option parses to.
        children = parsed[0].children if isinstance(parsed[0], nodes.paragraph) else parsed
        node += quiz_summary("", *children, number=number)
        why = nodes.container(classes=["quiz-why"])
        why += nodes.paragraph(
            "", "", nodes.strong("", "Right." if option.right else "Not this one.")
        )
        why += self.parse(option.why)
        node += why
        return node

    def parse(self, text: str) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text.strip())


def visit_quiz(self: HTML5Translator, node: quiz_node) -> None:
    self.body.append(
        f'<div class="quiz" data-quiz="{node["name"]}" data-edition="{node["edition"]}">\n'
    )


def visit_question(self: HTML5Translator, node: quiz_question) -> None:
    self.body.append(
        f'<div class="quiz-question" role="group" aria-labelledby="{node["label"]}">\n'
    )


def depart_div(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</div>\n")


def visit_option(self: HTML5Translator, node: quiz_option) -> None:
    right = "true" if node["right"] else "false"
    self.body.append(f'<details class="quiz-option" data-right="{right}">\n')


def depart_option(self: HTML5Translator, node: quiz_option) -> None:
    self.body.append("</details>\n")


def visit_summary(self: HTML5Translator, node: quiz_summary) -> None:
    # Where an option is a formula alone, this is its name to programs that read pages out.
    number = f'<span class="visually-hidden">Option {node["number"]}: </span>'
    self.body.append(f"<summary><span>{number}")


def depart_summary(self: HTML5Translator, node: quiz_summary) -> None:
    self.body.append("</span></summary>\n")


def setup(app: Sphinx) -> None:
    app.add_directive("quiz", Quiz)
    app.add_node(quiz_node, html=(visit_quiz, depart_div))
    app.add_node(quiz_question, html=(visit_question, depart_div))
    app.add_node(quiz_option, html=(visit_option, depart_option))
    app.add_node(quiz_summary, html=(visit_summary, depart_summary))
