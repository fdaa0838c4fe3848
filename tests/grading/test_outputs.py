"""What a worker may claim that a cell has put out, and how much of it is kept."""

import base64
import json
import time
from typing import Any

import pytest

from nbcourse.grading.outputs import CELL, Room, trusted_outputs
from nbcourse.grading.sanitize import MAX_MARKDOWN, clean_source, clean_text
from nbcourse.grading.sanitize_html import sanitize_html
from tests.grading.payloads import FORMS

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(50)).decode()


def display(data: Any, metadata: Any = None) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_could_act_is_left_out_and_named(form: str) -> None:
    for plain_text in ({}, {"text/plain": "a thing"}):
        (kept,) = trusted_outputs([display({form: FORMS[form], **plain_text})])
        assert list(kept["data"]) == ["text/plain"]
        assert kept["data"]["text/plain"].endswith(f"[Not kept: {form}]")


NOT_OUTPUTS = {
    "no list": ({"output_type": "stream"}, []),
    "no outputs": ([None, 3, "a", [], {}, {"output_type": "stream", "name": 1, "text": "a"}], []),
    "another stream": ([{"output_type": "stream", "name": "stdin", "text": "a"}], []),
    "update": ([{"output_type": "update_display_data", "data": {"text/html": "<b>a"}}], []),
    "forms of forms": (
        [display({"text/html": ["<b>"], "text/plain": {"a": 1}, 3: "a"})],
        [display({"text/plain": "[Not kept: text/html, text/plain]"})],
    ),
    "a name that is markup": (
        [display({"<script>": "a"})],
        [display({"text/plain": "[Not kept: another form]"})],
    ),
    "metadata": (
        [
            display(
                {"image/png": PNG},
                {
                    "image/png": {"width": 64, "height": "9' onload=f()", "alt": "a"},
                    "isolated": True,
                    "filenames": {"image/png": "//evil.example/a.png"},
                },
            )
        ],
        [display({"image/png": PNG}, {"image/png": {"width": 64}})],
    ),
    "traceback": (
        [{"output_type": "error", "ename": "E", "evalue": "m", "traceback": [1, "a\x00", None]}],
        [{"output_type": "error", "ename": "E", "evalue": "m", "traceback": ["a"]}],
    ),
}


@pytest.mark.parametrize("name", NOT_OUTPUTS)
def test_of_what_a_worker_sends_only_what_is_known_is_read(name: str) -> None:
    sent, kept = NOT_OUTPUTS[name]
    assert trusted_outputs(sent) == kept


def stream(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stdout", "text": text}


BIG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2**21)).decode()
TOO_MUCH = {
    "text": ([stream("a" * CELL["text"]), stream("bc")], "2 more characters"),
    "outputs": ([stream("a\n")] * 1_007, "7 more outputs"),
    "images": ([display({"image/png": BIG})] * 3, "2 more figures"),
    "HTML": ([display({"text/html": "<b>ab</b>" * 30_000})], "more characters"),
    "rows": ([display({"text/html": "<tr><td>1" * 9_000})], "more characters"),
    "traceback": (
        [{"output_type": "error", "ename": "E", "evalue": "m", "traceback": ["a"] * 5_000}],
        "...",
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_of_a_cell_a_limited_amount_is_kept_and_the_cut_is_said(name: str) -> None:
    sent, said = TOO_MUCH[name]
    kept = trusted_outputs(sent)
    assert said in str(kept)
    assert len(json.dumps(kept)) < 6 * 2**20


def test_of_a_submission_a_limited_amount_is_kept() -> None:
    submission = Room({"text": 5, "html": 8, "images": 0})
    assert trusted_outputs([stream("abc")], submission) == [stream("abc")]
    assert trusted_outputs([stream("abc")], submission)[0] == stream("ab")
    assert "2 more characters" in str(
        trusted_outputs([display({"text/html": "<b>1</b>ab"})], submission)
    )


# --- time ----------------------------------------------------------------------------------------

N = 2**20
SLOW = {
    "deep": "<div>" * 100_000,
    "deep formatting": "".join(f"<b a{i}><p>" for i in range(60_000)),
    "misnested": "<b><i><p><u></b></i></p></u>" * 30_000,
    "rows": "<table>" + "<tr><td>1" * 100_000,
    "brackets": "<" * N,
    "ampersands": "&" * N,
    "quotes": '<a "' * 250_000,
    "comments": "<!--" * 250_000,
    "attributes": "<p " + "a" * N,
    "style": "<p style='color:" + "r" * N + "'>",
    "tags": "<br>" * 250_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_a_megabyte_of_hostile_html_costs_little_time(name: str) -> None:
    sanitize_html("<b>")
    start = time.process_time()
    sanitize_html(SLOW[name])
    assert time.process_time() - start < 3, "measured: at most 0.6 s"


def test_hostile_markdown_is_cut_and_rendered_in_little_time() -> None:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    for piece in (r"\\(", r"\begin{a}", "$$ a", "[a](", "![", "**a_", "`a", "> ", r"\\" * 2):
        source = clean_source("markdown", piece * N)
        assert len(source) < 2.1 * MAX_MARKDOWN
        assert source.endswith("more characters are not kept.]")
        start = time.process_time()
        markdown2html_mistune(source)
        assert time.process_time() - start < 3, piece


def test_colors_are_kept_and_limited() -> None:
    red = "\x1b[31mred\x1b[0m \x1b[38;5;200;1mpink\x1b[39m \x1b[48;2;1;2;3m\x1b[m"
    assert clean_text(red) == red
    assert clean_text("\x1b[31ma" * 5_000) == "a" * 5_000
