"""The graph player in a browser: its numbers are the library's, and every reader can step it."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import yaml

from nbcourse.graph import ancestors, backward
from nbcourse.plots.layout import layered
from tests.book.tabs import Tabs, tabs_of
from tests.written_graphs import random_expression, read

ROOT = Path(__file__).resolve().parents[2]
PAGE = "book/graph-player.html"
CHAPTER = """# A chapter

```{graph-player} q = x + y; f = q * z
:values: x=-2, y=5, z=-4
```

```{graph-player} w * x
:values: w=0.01, x=1000
```
"""
# What the page's own functions make of an expression.
COMPUTE = """([expression, values]) => {
  const graph = GraphPlayer.read(expression);
  const { values: out, gradients } = GraphPlayer.evaluate(graph, values);
  const { positions } = GraphPlayer.layered(graph);
  return graph.nodes.map((node, i) => ({
    label: node.label, input: !node.gate, value: out[i], gradient: gradients[i],
    layer: positions.get(node).layer, height: positions.get(node).height,
  }));
}"""
DRAWING = ".graph-player-drawing svg"
FOCUSED = "document.activeElement.outerHTML"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    scratch_config: dict[str, Any],
    build: Callable[..., Any],
) -> Path:
    """The page and a chapter with two players, as a book of their own."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "_config.yml").write_text(yaml.safe_dump(scratch_config))
    (folder / "book").mkdir()
    shutil.copy(ROOT / "book/graph-player.md", folder / "book")
    (folder / "book/chapter.md").write_text(CHAPTER)
    toc = {"format": "jb-book", "root": "book/chapter", "chapters": [{"file": "book/graph-player"}]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build/html"


@pytest.fixture(scope="module")
def tabs(chromium: Any, base: str) -> Iterator[Tabs]:
    with tabs_of(chromium, base) as tabs:
        yield tabs


@pytest.fixture
def visit(tabs: Tabs) -> Iterator[Callable[..., Any]]:
    """Opens pages; in the end, none has complained or asked another host."""
    with tabs.lent() as open_page:
        yield lambda name=PAGE: open_page(name)


@pytest.fixture
def page(visit: Callable[..., Any]) -> Any:
    return visit()


@pytest.fixture(scope="module")
def open_long(chromium: Any, base: str) -> Iterator[Any]:
    """One page for the tests that type in what they need."""
    with tabs_of(chromium, base) as tabs, tabs.watched() as open_page:
        yield open_page(PAGE)


def values_of(text: str) -> dict[str, float]:
    pairs = (part.split("=") for part in text.split(","))
    return {name.strip(): float(number) for name, number in pairs}


def plain(text: str) -> str:
    return text.replace("\N{MINUS SIGN}", "-")


def rows(player: Any) -> dict[str, list[str]]:
    """The table: node -> what computes it, its value, its gradient."""
    cells = player.locator(".graph-player-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return {name: [plain(cell) for cell in rest] for name, *rest in cells}


def sentences(player: Any) -> list[str]:
    return [plain(text) for text in player.locator("[aria-live] p").all_inner_texts()]


def type_in(page: Any, expression: str) -> None:
    page.get_by_label("Expression").fill(expression)
    page.get_by_label("Expression").press("Enter")


# Its numbers


def agrees(page: Any, expression: str, values: dict[str, float]) -> None:
    """Gates, values, gradients and places are those of the library."""
    found = page.evaluate(COMPUTE, [expression, values])
    with np.errstate(all="ignore"):
        output = read(expression, values)
        gradients = backward(output)
    positions, _ = layered(ancestors(output))

    expected = [
        (node.label, float(node.value), float(gradients[node]), *positions[node])
        for node in positions
    ]
    keys = ("label", "value", "gradient", "layer", "height")
    got = [(plain(node["label"]), *(node[key] for key in keys[1:])) for node in found]
    assert Counter(row[0] for row in got) == Counter(row[0] for row in expected), expression
    # Sorted by place: nodes with the same label stand at different ones.
    place = lambda row: (row[3], -round(row[4], 6))  # noqa: E731
    got, expected = sorted(got, key=place), sorted(expected, key=place)
    assert [row[0] for row in got] == [row[0] for row in expected], expression
    for mine, theirs in zip(got, expected, strict=True):
        np.testing.assert_allclose(mine[1:], theirs[1:], rtol=1e-9, atol=1e-12, err_msg=expression)


def test_every_preset_has_the_numbers_gates_and_layout_of_the_library(open_long: Any) -> None:
    presets = open_long.locator(".graph-preset").all()
    assert len(presets) >= 10
    for preset in presets:
        expression = preset.get_attribute("data-expression")
        agrees(open_long, expression, values_of(preset.get_attribute("data-values")))


@pytest.mark.parametrize(
    "expression",
    [
        "a",
        "a * a",
        "-a ** 2",
        "2 ** -a ** b",
        "a - b - c",
        "a / b / c",
        "1 - a",
        "2 - (3 - a)",
        "3 / a",
        "a / 4",
        "2 * 3 * a * 2",
        "exp(1) * a + log(2)",
        "max(a, b, c) + min(a, 2, b) + max(3, a) + min(0.1, a)",
        "max(a, a) + min(b, b)",
        "max(1, c) + max(c, 1) + min(1, c) + min(c, 1)",  # c is 1: ties
        "relu(a - 2) + relu(2 - a) + relu(1 - c)",
        "a ** b ** c",
        "2 ** a + a ** 0.5 + a ** -1",
        "sin(a) * cos(b) + sqrt(c)",
        "q = a + b; r = q * q; r * c + q",
        ".5e1 * a + 1E-2 * b",
    ],
)
def test_what_is_written_is_read_as_python_reads_it(expression: str, open_long: Any) -> None:
    values = {"a": 1.7, "b": 0.6, "c": 1.0}
    agrees(open_long, expression, {name: v for name, v in values.items() if name in expression})


def test_a_wrong_slope_would_be_seen(page: Any) -> None:
    agrees(page, "tanh(a)", {"a": 0.5})
    page.evaluate("GraphPlayer.FUNCTIONS.tanh.local = () => [0.7865]")
    with pytest.raises(AssertionError, match="tanh"):
        agrees(page, "tanh(a)", {"a": 0.5})


def test_random_expressions_have_the_numbers_of_the_library(open_long: Any) -> None:
    rng = np.random.default_rng(0)
    compared = 0
    while compared < 100:
        expression = random_expression(rng, 4)
        values = {name: float(rng.uniform(0.3, 2.0)) for name in "abc"}
        with np.errstate(all="ignore"):
            try:
                output = read(expression, values)
                numbers = [value for item in backward(output).items() for value in
                           (item[0].value, item[1])]  # fmt: skip
            except (AttributeError, ZeroDivisionError):  # a constant, or a division by one
                continue
        if not np.isfinite(numbers).all() or np.abs(numbers).max() > 1e6:
            continue
        if np.iscomplexobj(numbers) or len(expression) > 300:
            continue
        agrees(open_long, expression, values)
        compared += 1


# Stepping

WALK = [
    ["Inputs: x = 2, y = 3.", "Next: forward through 3 gates."],
    ["Forward. Gate 1, +: x + y = 2 + 3 = 5."],
    ["Forward. Gate 2, ×: x × y = 2 × 3 = 6."],
    ["Forward. Gate 3, ×: gate 1 × gate 2 = 5 × 6 = 30."],
    [
        "The value is 30. Backward starts at the output: its gradient with respect to itself is 1.",
    ],
    [
        "Backward. Gate 3, ×, upstream gradient 1.",
        "To gate 1: upstream gradient times local gradient (the other input) = 1 × 6 = 6.",
        "To gate 2: upstream gradient times local gradient (the other input) = 1 × 5 = 5.",
    ],
    [
        "Backward. Gate 2, ×, upstream gradient 5.",
        "To x: upstream gradient times local gradient (the other input) = 5 × 3 = 15.",
        "To y: upstream gradient times local gradient (the other input) = 5 × 2 = 10.",
        "Since x is used 2 times, its shares add up; one is still to come.",
        "Since y is used 2 times, its shares add up; one is still to come.",
    ],
    [
        "Backward. Gate 1, +, upstream gradient 6.",
        "To x: upstream gradient times local gradient (a sum has slope 1) = 6 × 1 = 6.",
        "To y: upstream gradient times local gradient (a sum has slope 1) = 6 × 1 = 6.",
        "Since x is used 2 times, its shares add up: 15 + 6 = 21.",
        "Since y is used 2 times, its shares add up: 10 + 6 = 16.",
        "All gradients are there: ∂f/∂x = 21, ∂f/∂y = 16.",
    ],
]


def test_the_walk_says_what_happens_at_every_gate(page: Any) -> None:
    page.locator(".graph-preset button").nth(1).click()
    for step, said in enumerate(WALK):
        assert sentences(page) == said
        slider = page.get_by_label("Step", exact=True)
        assert slider.input_value() == str(step)
        assert slider.get_attribute("aria-valuetext").startswith(f"{step} of 7: ")
        if said != WALK[-1]:
            page.get_by_role("button", name="Next step").click()
    for said in reversed(WALK[:-1]):
        page.get_by_role("button", name="Back", exact=True).click()
        assert sentences(page) == said


def test_the_table_and_the_drawing_hold_what_is_known_and_no_more(page: Any) -> None:
    page.locator(".graph-preset button").nth(1).click()
    slider = page.get_by_label("Step", exact=True)

    def drawn(kind: str) -> list[str]:
        return [plain(text) for text in page.locator(f".graph-{kind}").all_text_contents()]

    assert rows(page)["gate 1"] == ["x + y", "not yet", "not yet"]
    assert (drawn("value"), drawn("gradient")) == (["2", "3"], [])
    for _ in range(6):
        slider.press("ArrowRight")
    assert rows(page) == {
        "x": ["input", "2", "15 + …"],
        "y": ["input", "3", "10 + …"],
        "gate 1": ["x + y", "5", "6"],
        "gate 2": ["x × y", "6", "5"],
        "gate 3": ["gate 1 × gate 2", "30", "1"],
    }
    assert drawn("value") == ["2", "3", "5", "6", "30"]
    assert drawn("gradient") == ["15 + …", "10 + …", "6", "5", "1"]
    assert drawn("share") == ["15", "10"]
    assert page.locator(".graph-edge.is-backward").count() == 2
    slider.press("End")
    assert [rows(page)[name][2] for name in "xy"] == ["21", "16"]
    assert sorted(drawn("share")) == ["10", "15", "6", "6"]


def test_arrow_keys_step_from_the_buttons_and_leave_the_values_alone(page: Any) -> None:
    step = page.get_by_label("Step", exact=True)
    button = page.get_by_role("button", name="Next step")
    button.focus()
    for key, expected in (("ArrowRight", 1), ("Enter", 2), ("ArrowLeft", 1), ("End", 5)):
        page.keyboard.press(key)
        assert step.input_value() == str(expected)
    # At the end the button says so and keeps the focus.
    assert button.get_attribute("aria-disabled") == "true"
    page.keyboard.press("Enter")
    assert step.input_value() == "5"
    assert "Next step" in page.evaluate(FOCUSED)
    page.keyboard.press("Home")
    assert step.input_value() == "0"
    page.get_by_label("x =", exact=True).press("ArrowLeft")
    assert step.input_value() == "0"


def test_a_value_changes_the_numbers_where_one_stands(page: Any) -> None:
    page.get_by_role("button", name="To the end").click()
    assert [rows(page)[name][2] for name in "xyz"] == ["-4", "-4", "3"]
    page.get_by_label("z =", exact=True).fill("10")
    assert [rows(page)[name][2] for name in "xyz"] == ["10", "10", "3"]
    page.get_by_label("z =", exact=True).fill("")
    assert page.get_by_role("alert").inner_text().startswith("z needs a number")
    assert page.get_by_label("z =", exact=True).get_attribute("aria-invalid") == "true"
    page.get_by_label("z =", exact=True).fill("0.5")
    assert page.get_by_role("alert").inner_text() == ""
    assert rows(page)["gate 2"] == ["gate 1 × z", "1.5", "1"]


def test_a_gate_without_a_finite_value_says_so(page: Any) -> None:
    type_in(page, "log(a)")
    page.get_by_label("a =", exact=True).fill("-1")
    page.get_by_role("button", name="Next step").click()
    (said,) = sentences(page)
    assert said.endswith("log(-1) = undefined. This gate has no finite value here.")


# What cannot be read


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "Type an expression, such as (x + y) * z."),
        ("   ", "Type an expression"),
        ("(x + * y)", "Character 6: found “*”, expected a number, a name or “(”."),
        ("(x + y", "Character 7: the expression ends here, expected an operator or “)” for the"
                   " “(” at character 1."),
        ("x +", "Character 4: the expression ends here, expected a number, a name or “(”."),
        ("x + y)", "Character 6: found “)”, expected an operator such as + or *. No “(”"),
        ("2x", "Character 2: found “x”, expected an operator such as + or *. A product is written"
               " 2 * x."),
        ("x, y", "Character 2: found “,”, expected an operator such as + or *. It stands between"),
        ("(a + b)(c)", "Character 8: found “(”, expected an operator"),
        ("x ^ 2", "Character 3: “^” cannot be read. A power is written x ** 2."),
        ("x + [y]", "Character 5: “[” cannot be read. Use round parentheses."),
        ("x + $", "Character 5: “$” cannot be read."),
        ("foo(x)", "Character 1: foo is not a function here. Known are exp, log,"),
        ("exp + 1", "Character 5: found “+”, expected “(” after exp, which is a function."),
        ("exp(x, y)", "Character 1: exp takes one input, 2 are given."),
        ("max(x)", "Character 1: max takes two inputs or more, 1 is given."),
        ("exp(x", "expected an operator, “,” or “)” for the “(” at character 4."),
        ("1 + 2", "There is no variable in it"),
        ("x / (1 - 1)", "Character 3: this divides by zero."),
        ("x + log(0)", "Character 5: this constant has no finite value."),
        ("x + 1e999", "Character 5: this constant has no finite value."),
        ("q = x; y", "Character 1: q is defined and not used."),
        ("q = q + x", "Character 1: q is defined by itself."),
        ("x + q; q = x", "Character 1: only what stands last may go without a name"),
        ("exp = x", "Character 1: exp is a function, choose another name."),
        ("q = x; q = q + x", "Character 8: q has been defined before, choose another name."),
        ("p = x; x = p", "Character 8: x is used before it is defined."),
        ("3 = x", "Character 3: found “=”, expected a single name before “=”."),
        (" + ".join(["x"] * 60), "This has more than 40 gates, too many to draw."),
        ("x + constructor(x)", "constructor is not a function here."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_the_graph_stays(
    expression: str, message: str, open_long: Any
) -> None:
    page = open_long
    type_in(page, "(x + y) * z")
    before = page.locator(DRAWING).inner_html()
    type_in(page, expression)
    assert message in page.get_by_role("alert").inner_text()
    field = page.get_by_label("Expression")
    assert field.get_attribute("aria-invalid") == "true"
    assert "The drawing still shows (x + y) * z." in page.get_by_role("alert").inner_text()
    assert page.locator(DRAWING).inner_html() == before
    type_in(page, "x * y")
    assert page.get_by_role("alert").inner_text() == ""
    assert field.get_attribute("aria-invalid") == "false"
    assert list(rows(page)) == ["x", "y", "gate 1"]


def test_signs_copied_from_the_page_and_names_of_objects_are_read(page: Any) -> None:
    type_in(page, "\N{MINUS SIGN}constructor × λ")
    assert page.get_by_role("alert").inner_text() == ""
    page.get_by_role("button", name="To the end").click()
    assert rows(page)["constructor"] == ["input", "1", "-1"]
    assert rows(page)["λ"] == ["input", "1", "-1"]


# The address


def test_the_address_carries_the_graph(visit: Callable[..., Any]) -> None:
    page = visit()
    page.wait_for_timeout(500)
    assert "#" not in page.url, "nothing has been done yet"
    type_in(page, "a + b*2 ** e")
    page.get_by_label("e =", exact=True).fill("-1.5")
    for _ in range(4):
        page.get_by_role("button", name="Next step").click()
    page.wait_for_url("**step=4*")
    shown, said = rows(page), sentences(page)

    other = visit(PAGE + "#" + page.url.partition("#")[2])
    assert other.get_by_label("Expression").input_value() == "a + b*2 ** e"
    assert (rows(other), sentences(other)) == (shown, said)

    other.evaluate(
        "address => { location.hash = address; }", urlencode({"f": "x * y", "at": "x=3"})
    )
    other.wait_for_function("document.querySelector('.graph-player input').value === 'x * y'")
    assert rows(other)["x"] == ["input", "3", "not yet"]
    assert rows(other)["y"][1] == "1"


@pytest.mark.parametrize(
    ("given", "expression", "step", "message"),
    [
        ("#what-you-can-type", "(x + y) * z", "0", ""),
        ("#f=x*y&at=x=two,__proto__=3,=&step=99", "x*y", "3", ""),
        ("#f=x*y&step=-3", "x*y", "0", ""),
        ("#f=x*y&step=one", "x*y", "0", ""),
        ("#f=x*", "x*", "0", "Character 3: the expression ends here"),
        ("#f=", "", "0", "Type an expression"),
    ],
)
def test_any_address_opens(
    given: str, expression: str, step: str, message: str, visit: Callable[..., Any]
) -> None:
    page = visit(PAGE + given)
    assert page.get_by_label("Expression").input_value() == expression
    assert page.get_by_label("Step", exact=True).input_value() == step
    assert page.get_by_role("alert").inner_text().startswith(message)
    assert page.locator(DRAWING).count() == 1
    page.get_by_label("y =", exact=True).fill("7")
    page.get_by_role("button", name="To the end").focus()
    page.keyboard.press("End")
    assert not {"undefined", "not yet"} & {cell for row in rows(page).values() for cell in row}


# The pages


def test_every_preset_is_drawn_and_found_by_the_keyboard(page: Any) -> None:
    for preset in page.locator(".graph-preset").all():
        button = preset.get_by_role("button")
        expression = preset.get_attribute("data-expression")
        assert button.get_attribute("aria-label") == f"Draw it: {expression}"
        button.press("Enter")
        assert page.get_by_label("Expression").input_value() == expression
        assert page.get_by_role("alert").inner_text() == ""
        assert 'type="range"' in page.evaluate(FOCUSED)
        page.keyboard.press("End")
        assert not any("not yet" in row for row in rows(page).values())
        assert not any("…" in row[2] for row in rows(page).values())
        given = values_of(preset.get_attribute("data-values"))
        for name, value in given.items():
            assert float(page.get_by_label(f"{name} =", exact=True).input_value()) == value


def test_players_in_a_chapter_stand_alone_and_lead_to_the_page(visit: Callable[..., Any]) -> None:
    page = visit("book/chapter.html")
    first, second = page.locator(".graph-player").all()
    ids = page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert len(ids) == len(set(ids))
    for field in page.locator(".graph-player input").all():
        assert page.locator(f"label[for='{field.get_attribute('id')}']").count() == 1

    first.get_by_role("button", name="To the end").click()
    assert rows(first)["q (gate 1)"] == ["x + y", "3", "-4"]
    assert rows(first)["f (gate 2)"] == ["q × z", "-12", "1"]
    assert rows(second)["gate 1"] == ["w × x", "not yet", "not yet"]
    first.get_by_label("x =", exact=True).fill("4")
    page.wait_for_timeout(500)
    assert "#" not in page.url
    first.get_by_role("link").click()
    page.wait_for_url("**/graph-player.html#*")
    assert page.get_by_label("Expression").input_value() == "q = x + y; f = q * z"
    assert page.get_by_label("x =", exact=True).input_value() == "4"


@pytest.mark.parametrize("width", [400, 900, 1600])
def test_a_wide_graph_scrolls_in_its_own_frame(width: int, page: Any) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("details").filter(has_text="All nodes").locator("summary").click()
    presets = page.locator(".graph-preset button").all()
    for preset in presets:
        preset.click()
        page.keyboard.press("End")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    type_in(page, " + ".join(["x"] * 20))
    frame = page.locator(".graph-player-drawing")
    for key in ("Home", "End"):
        page.get_by_label("Step", exact=True).press(key)
    page.get_by_label("Step", exact=True).press("Home")
    for _ in range(10):
        page.get_by_label("Step", exact=True).press("ArrowRight")
        active = page.locator(".graph-node.is-forward rect").bounding_box()
        box = frame.bounding_box()
        assert box["x"] <= active["x"]
        assert active["x"] + active["width"] <= box["x"] + box["width"]


def test_without_javascript_the_page_says_what_it_would_show(chromium: Any, base: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + PAGE)
    text = page.locator(".graph-player").inner_text()
    assert text == (
        "This player needs JavaScript. It draws the graph of (x + y) * z at "
        "x = −2, y = 5, z = −4 and steps through it."
    )
    assert page.locator(".graph-preset").first.is_visible()
    assert page.locator("article button:visible, article input:visible").count() == 0
    context.close()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("x=1, q=2", "'q=2' is not name=number"),
        ("x", "'x' is not name=number"),
        ("x=one", "could not convert"),
    ],
)
def test_a_directive_refuses_values_that_fit_nothing(
    values: str, message: str, extension: Callable[[str], Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        extension("graph_player").read_values(values, "x * y")
