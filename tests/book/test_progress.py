"""What a reader answers stays in the reader's browser, and every page shows how far they are."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from tests.book.small_books import config_elsewhere
from tests.book.tabs import Tabs, tabs_of
from tests.browsing import served

ROOT = Path(__file__).resolve().parents[2]
QUIZ = [
    {
        "question": f"Which one is right, in question {number}?",
        "options": [
            {"text": "the first, $a^2$", "why": "It is not.", "right": number == 2},
            {"text": "the second", "why": "It is.", "right": number == 1},
            {"text": "the third", "why": "It is not."},
        ],
    }
    for number in (1, 2)
]
KEPT = "JSON.stringify(Object.fromEntries(Object.entries(localStorage)))"
COMES_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
# Answers to two questions of three options are such as [[1],[0,2]].
GARBAGE = [
    *("", "{", "null", "7", '"text"', "{}", '{"0":[1],"1":[]}', "[]", "[[1]]", "[[1],[],[]]"),
    *("[1,2]", "[null,[1]]", "[[3],[]]", "[[-1],[]]", "[[0.5],[]]", '[["1"],[]]', "[[1,1],[]]"),
]
ONE, TWO = "book/one.html", "book/part/two.html"


def write_book(folder: Path) -> None:
    """Two chapters with a quiz, the second in a folder of its own, and a page without one."""
    chapters = [{"file": "book/one"}, {"file": "book/part/two"}]
    parts = [
        {"caption": "The course", "chapters": chapters},
        {"caption": "The rest", "chapters": [{"file": "book/plain"}]},
    ]
    toc = {"format": "jb-book", "root": "book/index", "parts": parts}
    quiz = yaml.safe_dump(QUIZ)
    files = {
        "_config.yml": yaml.safe_dump(config_elsewhere()),
        "_toc.yml": yaml.safe_dump(toc),
        "book/index.md": "# The course\n\nThe page that the course begins with.\n",
        "book/one.md": "# One\n\nA page.\n\n```{quiz} one\n```\n",
        "book/part/two.md": "# Two\n\nA page.\n\n```{quiz} two\n```\n",
        "book/plain.md": "# Plain\n\nA page.\n",
        "book/quizzes/one.yml": quiz,
        "book/part/quizzes/two.yml": quiz,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, build: Callable[..., Any]) -> Path:
    folder = tmp_path_factory.mktemp("progress")
    write_book(folder)
    done = build(folder, "-W", "-n", "--keep-going")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "_build/html"


def catalog(html: Path) -> list[dict[str, Any]]:
    """The list of quizzes that every page loads."""
    text = (html / "_static/quizzes.js").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(
        text.removeprefix("const QUIZZES = ").removesuffix(";\n")
    )
    return found


# What is built


def test_the_catalog_lists_every_quiz_in_the_order_of_the_book(site: Path) -> None:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    files = [chapter["file"] for chapter in parts[0]["chapters"]]
    found = catalog(site)
    assert [entry["page"] for entry in found] == [f"{file}.html" for file in files]
    for file, entry in zip(files, found, strict=True):
        questions = yaml.safe_load(
            (ROOT / f"book/quizzes/{Path(file).name}.yml").read_text(encoding="utf-8")
        )
        page = (site / entry["page"]).read_text(encoding="utf-8")
        assert f'data-quiz="{entry["name"]}" data-edition="{entry["edition"]}"' in page
        assert entry["options"] == [len(question["options"]) for question in questions]
        for right, question in zip(entry["right"], questions, strict=True):
            assert question["options"][right]["right"]
    # Under one key no two quizzes can be told apart.
    assert len({(entry["name"], entry["edition"]) for entry in found}) == len(found)


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        (lambda quiz: quiz[0].update(question="Which one?"), True),
        (lambda quiz: quiz[0]["options"][0].update(text="the first"), True),
        (lambda quiz: quiz[0]["options"].reverse(), True),
        (lambda quiz: quiz.reverse(), True),
        (lambda quiz: quiz[0]["options"].pop(), True),
        (
            lambda quiz: [each.update(right=not each["right"]) for each in quiz[0]["options"][:2]],
            True,
        ),
        (lambda quiz: quiz[0]["options"][0].update(why="No, since it is not."), False),
    ],
    ids=["question", "option", "order of options", "order", "fewer", "answer", "explanation"],
)
def test_what_makes_another_edition(
    change: Callable[[Any], None], anew: bool, tmp_path: Path, extension: Callable[[str], Any]
) -> None:
    quiz = extension("quiz")
    path = tmp_path / "quiz.yml"
    path.write_text(yaml.safe_dump(QUIZ))
    before = quiz.edition_of(quiz.read_quiz(path))
    changed = json.loads(json.dumps(QUIZ))
    change(changed)
    path.write_text(yaml.safe_dump(changed))
    assert (quiz.edition_of(quiz.read_quiz(path)) != before) == anew


def test_pages_read_by_several_processes_come_together(
    extension: Callable[[str], Any],
) -> None:
    progress = extension("progress")
    ours, theirs = SimpleNamespace(), SimpleNamespace()
    progress.quizzes_of(ours).update(a=["of a"], b=["of b, as it was"])
    progress.quizzes_of(theirs).update(b=["of b"], c=["of c"], d=["read by another one"])
    progress.QuizCollector().merge_other(None, ours, {"b", "c", "e"}, theirs)
    assert progress.quizzes_of(ours) == {"a": ["of a"], "b": ["of b"], "c": ["of c"]}


def test_pages_below_a_page_come_before_the_next_one(extension: Callable[[str], Any]) -> None:
    contents = {"root": ["a", "d"], "a": ["b", "c"]}
    env = SimpleNamespace(toctree_includes=contents)
    assert list(extension("progress").in_order(env, "root")) == ["root", "a", "b", "c", "d"]


# In a browser


@dataclass
class Reader:
    """A browser that keeps nothing yet, on the small book."""

    tabs: Tabs

    def open(self, name: str = ONE) -> "Tab":
        return Tab(self.tabs.open(name))


@dataclass
class Tab:
    """A page, or a frame in one."""

    page: Any

    def try_option(self, question: int, option: int) -> None:
        self.summary(question, option).click()

    def summary(self, question: int, option: int) -> Any:
        box = self.page.locator(".quiz-question").nth(question)
        return box.locator(".quiz-option").nth(option).locator("summary")

    def opened(self) -> list[list[int]]:
        """Of each question, the options that are open."""
        found: list[list[int]] = self.page.evaluate(
            """[...document.querySelectorAll(".quiz-question")].map((question) =>
              [...question.querySelectorAll(".quiz-option")].flatMap(({open}, i) => open ? [i] : [])
            )"""
        )
        return found

    @property
    def score(self) -> str:
        text: str = self.page.locator(".quiz-score").text_content()
        return text

    def marks(self) -> list[str]:
        """What stands behind the chapters in the sidebar, for the eye."""
        found: list[str] = self.page.locator(".chapter-progress > [aria-hidden]").all_inner_texts()
        return found

    @property
    def total(self) -> str:
        text: str = self.page.locator(".course-progress p").text_content()
        return text

    def press(self, name: str) -> None:
        self.page.locator(".quiz").get_by_role("button", name=name).click()

    def kept(self) -> dict[str, str]:
        """All of localStorage but what the theme keeps there."""
        found = json.loads(self.page.evaluate(KEPT))
        return {key: text for key, text in found.items() if key not in ("mode", "theme")}

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(condition)


@pytest.fixture(scope="module")
def base(book: Path) -> Iterator[str]:
    with served(book) as address:
        yield address


@pytest.fixture(scope="module")
def tabs(chromium: Any, base: str) -> Iterator[Tabs]:
    with tabs_of(chromium, base) as tabs:
        yield tabs


@pytest.fixture
def reader(tabs: Tabs) -> Iterator[Reader]:
    with tabs.lent():
        yield Reader(tabs)


@pytest.fixture
def own_reader(chromium: Any, base: str) -> Iterator[Reader]:
    """A reader whose browser a test may change."""
    with tabs_of(chromium, base) as tabs, tabs.watched():
        yield Reader(tabs)


@pytest.mark.browser
def test_answers_are_there_again(reader: Reader) -> None:
    tab = reader.open()
    assert tab.score == ""
    assert not tab.page.locator(".quiz-foot").is_visible()
    assert (tab.marks(), tab.total) == (["0/2", "0/2"], "Quizzes: 0 of 4 questions answered")
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.try_option(0, 1)
    tab.try_option(0, 2)
    assert tab.score == "1 of 1 right at the first try, 1 to go."
    assert tab.page.locator(".quiz-kept").inner_text() == (
        "Your answers are kept in this browser, on this machine only."
    )
    tab.summary(1, 2).press("Enter")
    tab.summary(1, 0).press("Space")
    assert tab.score == "1 of 2 right at the first try."
    assert asked == [], "something was sent"
    assert all(key.startswith("nbcourse:quiz:one:") for key in tab.kept())

    again = reader.open()
    assert again.opened() == [[1, 2], [0, 2]]
    assert again.score == "1 of 2 right at the first try."
    for name in (TWO, "book/plain.html", "search.html"):
        other = reader.open(name)
        assert (other.marks(), other.total) == (
            ["\u2713", "0/2"],
            "Quizzes: 2 of 4 questions answered",
        ), name
    again.page.get_by_role("link", name="One (quiz done, 1 of 2 right at the first try)").wait_for()
    again.page.get_by_role("link", name="Two (quiz: 0 of 2 answered)").wait_for()
    assert again.page.get_by_role("link", name="Plain", exact=True).count() == 1


@pytest.mark.browser
def test_only_a_reader_answers_and_closes(reader: Reader) -> None:
    """A search in the page, or printing it, may open an option too."""
    tab = reader.open()
    tab.page.locator(".quiz-option").first.evaluate("option => { option.open = true; }")
    tab.page.wait_for_timeout(100)
    tab.try_option(0, 0)  # closes it
    assert tab.opened() == [[], []]
    assert (tab.score, tab.kept()) == ("", {})
    tab.try_option(0, 1)
    tab.try_option(0, 1)  # closed again
    tab.try_option(1, 0)
    assert tab.opened() == [[], [0]]
    assert reader.open().opened() == [[1], [0]]


@pytest.mark.browser
def test_start_again_forgets_this_quiz_alone(reader: Reader) -> None:
    other = reader.open(TWO)
    other.try_option(0, 0)
    tab = reader.open()
    tab.try_option(0, 0)
    tab.page.locator(".quiz-option").nth(2).evaluate("option => { option.open = true; }")
    tab.page.set_viewport_size({"width": 1000, "height": 300})
    tab.press("Start again")
    assert (tab.opened(), tab.score) == ([[], []], "")
    assert not tab.page.locator(".quiz-foot").is_visible()
    assert tab.marks() == ["0/2", "1/2"]
    assert [key.split(":")[2] for key in tab.kept()] == ["two"]
    assert tab.summary(0, 0).evaluate("summary => summary === document.activeElement")
    # The first question is in sight, below the page's head.
    question = tab.page.locator(".quiz-text").first.bounding_box()
    head = tab.page.locator(".bd-header-article").bounding_box()
    assert head["y"] + head["height"] <= question["y"] < 200
    # This time the first try is right.
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    assert tab.score == "1 of 1 right at the first try, 1 to go."


@pytest.mark.browser
def test_one_place_shows_what_is_kept_and_deletes_it(reader: Reader) -> None:
    tab = reader.open(TWO)
    tab.page.evaluate(
        """localStorage.setItem("nbcourse:quiz:one:0123", "[[1],[]]");
        localStorage.setItem("another", "stays");"""
    )
    tab.try_option(0, 0)
    tab.try_option(1, 0)
    button = tab.page.locator(".course-progress").get_by_role("button", name="What is kept")
    button.click()
    dialog = tab.page.get_by_role("dialog", name="What this browser keeps")
    words = "Your answers to these quizzes and to 1 quiz changed since, on this machine only."
    assert words in dialog.inner_text()
    assert dialog.locator("tbody tr").all_inner_texts() == ["Two\t2 of 2\t1 of 2"]
    # A key pressed by chance deletes nothing.
    tab.page.keyboard.press("Enter")
    assert not dialog.is_visible()
    assert button.evaluate("button => button === document.activeElement")
    assert len(tab.kept()) == 3

    tab.press("What is kept")
    dialog.get_by_role("button", name="Delete all of it").click()
    assert dialog.inner_text().startswith("What this browser keeps\n\nNothing yet.")
    assert not dialog.get_by_role("table").is_visible()
    assert not dialog.get_by_role("button", name="Delete all of it").is_visible()
    assert dialog.get_by_role("button", name="Close").evaluate("b => b === document.activeElement")
    tab.page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert tab.kept() == {"another": "stays"}
    assert (tab.marks(), tab.score, tab.opened()) == (["0/2", "0/2"], "", [[], []])


@pytest.mark.browser
def test_garbage_counts_as_nothing(reader: Reader) -> None:
    tab = reader.open()
    tab.try_option(0, 1)
    (key,) = tab.kept()
    for garbage in GARBAGE:
        tab.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, garbage])
        tab.page.evaluate(COMES_BACK)
        seen = (tab.opened(), tab.score, tab.marks())
        assert seen == ([[], []], "", ["0/2", "0/2"]), garbage
        tab.try_option(0, 0)
        assert tab.kept() == {key: "[[0],[]]"}, garbage
    tab.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, GARBAGE[0]])
    assert reader.open().score == ""


@pytest.mark.browser
def test_an_older_edition_is_not_counted(reader: Reader) -> None:
    tab = reader.open()
    tab.try_option(0, 1)
    (key,) = tab.kept()
    move = "([from, to]) => { localStorage[to] = localStorage[from]; delete localStorage[from]; }"
    tab.page.evaluate(move, [key, re.sub(r"\w+$", "0123456789ab", key)])
    tab.page.reload()
    assert (tab.score, tab.marks()) == ("", ["0/2", "0/2"])
    tab.try_option(1, 0)
    assert tab.kept()[key] == "[[],[0]]"
    assert len(tab.kept()) == 2


@pytest.mark.browser
def test_a_browser_without_room_says_so(reader: Reader) -> None:
    tab = reader.open()
    tab.page.evaluate(
        """for (let size = 1 << 22; size >= 1; size /= 2) {
          try { for (let i = 0; ; i++) localStorage.setItem(`${size} ${i}`, "x".repeat(size)); }
          catch {}
        }"""
    )
    tab.try_option(0, 1)
    assert tab.score == "1 of 1 right at the first try, 1 to go."
    assert tab.marks() == ["1/2", "0/2"]
    assert "could not keep your answers" in tab.page.locator(".quiz-kept").inner_text()
    tab.press("What is kept")
    dialog = tab.page.get_by_role("dialog")
    assert dialog.locator("tbody tr").all_inner_texts() == ["One (not kept)\t1 of 2\t1 of 1"]
    assert "What is not kept lasts until you leave this page" in dialog.inner_text()
    tab.page.keyboard.press("Escape")
    # Once there is room, the next answer is kept with those before it.
    tab.page.evaluate("localStorage.clear()")
    tab.try_option(1, 0)
    assert list(tab.kept().values()) == ["[[1],[0]]"]
    assert "are kept in this browser" in tab.page.locator(".quiz-kept").inner_text()


def in_a_frame(reader: Reader) -> Any:
    """A page in a frame that may keep nothing: the name ``localStorage`` itself is refused."""
    # To such a frame the site is a foreign one, whose fonts are refused unless it allows them.
    headers = {"Access-Control-Allow-Origin": "*"}
    reader.tabs.context.route(
        "**/*.woff*", lambda route: route.fulfill(response=route.fetch(), headers=headers)
    )
    page = reader.open("book/plain.html").page
    page.evaluate(
        """(address) => document.body.replaceChildren(Object.assign(
          document.createElement("iframe"),
          {sandbox: "allow-scripts", src: address, width: 1200, height: 900}))""",
        reader.tabs.base + ONE,
    )
    frame = page.locator("iframe").element_handle().content_frame()
    frame.wait_for_load_state("load")
    return frame


def without(reader: Reader) -> Any:
    """A browser that has none at all."""
    none = "Object.defineProperty(window, 'localStorage', {value: null, configurable: true})"
    reader.tabs.context.add_init_script(none)
    return reader.open().page


@pytest.mark.browser
@pytest.mark.parametrize("place", [in_a_frame, without])
def test_a_browser_that_keeps_nothing(place: Callable[[Reader], Any], own_reader: Reader) -> None:
    """The quiz counts, says that it cannot remember, and the theme's scripts work as well."""
    tab = Tab(place(own_reader))
    tab.page.locator(".course-progress").wait_for()
    tab.try_option(0, 1)
    assert tab.score == "1 of 1 right at the first try, 1 to go."
    assert tab.marks() == ["1/2", "0/2"]
    assert "could not keep your answers" in tab.page.locator(".quiz-kept").inner_text()
    tab.press("What is kept")
    tab.page.get_by_role("button", name="Delete all of it").click()
    tab.page.get_by_role("button", name="Close").click()
    assert (tab.score, tab.opened()) == ("", [[], []])
    theme = "document.documentElement.dataset.theme"
    before = tab.page.evaluate(theme)
    for _ in range(2):  # of the three modes two look alike
        tab.page.locator(".theme-switch-button").first.click()
        if tab.page.evaluate(theme) != before:
            break
    assert tab.page.evaluate(theme) != before


@pytest.mark.browser
def test_two_tabs_agree(reader: Reader) -> None:
    left, right, chapter = reader.open(), reader.open(), reader.open(TWO)
    left.try_option(0, 0)
    right.wait("document.querySelector('.quiz-score').textContent.startsWith('0 of 1 right')")
    assert right.opened() == [[0], []]
    chapter.wait("document.querySelector('.chapter-progress').textContent.startsWith('1/2')")
    # Each adds to what the other one has.
    right.try_option(1, 0)
    left.wait(
        "document.querySelector('.quiz-score').textContent === '1 of 2 right at the first try.'"
    )
    assert left.opened() == right.opened() == [[0], [0]]

    right.press("Start again")
    left.wait("document.querySelector('.quiz-score').textContent === ''")
    assert left.opened() == [[], []]
    left.try_option(0, 1)
    chapter.wait("document.querySelector('.chapter-progress').textContent.startsWith('1/2')")
    chapter.page.evaluate("localStorage.clear()")
    left.wait("document.querySelector('.quiz-score').textContent === ''")
    assert (left.opened(), left.marks()) == ([[], []], ["0/2", "0/2"])


@pytest.mark.browser
def test_a_page_that_comes_back_is_up_to_date(reader: Reader) -> None:
    """A page that the browser put aside heard of nothing meanwhile."""
    tab = reader.open()
    tab.try_option(0, 1)
    tab.page.evaluate("localStorage.clear()")
    assert tab.opened() == [[1], []]
    tab.page.evaluate(COMES_BACK)
    assert (tab.opened(), tab.score) == ([[], []], "")


@pytest.mark.browser
def test_wherever_the_book_lies(book: Path, tmp_path: Path, own_reader: Reader) -> None:
    """Under a path, as files, and on a server that leaves out ``.html``."""
    (tmp_path / "some where").mkdir()
    (tmp_path / "some where/book").symlink_to(book)
    shutil.copy(book / "favicon.ico", tmp_path)  # a browser looks for it at the root
    tabs = own_reader.tabs
    tab = own_reader.open("book/plain.html")
    with served(tmp_path) as address:
        for base, name in (
            (f"{address}some%20where/book/", ONE),
            (f"{book.as_uri()}/", ONE),
            (tabs.base, "book/one"),
        ):
            if not name.endswith(".html"):  # whatever is asked for takes its time from here on
                tabs.context.route(
                    f"**/{name}",
                    lambda route: route.fulfill(path=str(book / ONE), content_type="text/html"),
                )
            tabs.base = base
            tab.page.goto(base + name)
            tab.try_option(0, 1)
            assert tab.marks() == ["1/2", "0/2"], base
            tab.page.reload()
            assert (tab.opened(), tab.marks()) == ([[1], []], ["1/2", "0/2"]), base
            tab.page.goto(base + TWO)
            assert tab.marks() == ["1/2", "0/2"], base


@pytest.mark.browser
def test_on_a_phone_the_drawer_shows_it(reader: Reader) -> None:
    tab = reader.open()
    tab.page.set_viewport_size({"width": 400, "height": 800})
    tab.page.reload()
    tab.try_option(0, 1)
    assert not tab.page.locator(".course-progress").is_visible()
    tab.page.locator(".primary-toggle").click()
    mark = tab.page.locator(".chapter-progress").first
    assert mark.is_visible()
    assert mark.bounding_box()["x"] + mark.bounding_box()["width"] <= 400
    button = tab.page.locator(".course-progress").get_by_role("button", name="What is kept")
    button.click()
    dialog = tab.page.get_by_role("dialog", name="What this browser keeps")
    box = dialog.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    tab.page.keyboard.press("Escape")
    assert not dialog.is_visible()
    # The drawer is open still, and the focus is where it was.
    assert button.evaluate("button => button === document.activeElement")
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 400


@pytest.mark.browser
def test_without_javascript_there_is_nothing_of_it(chromium: Any, base: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + ONE)
    page.locator(".quiz-option summary").first.click()
    assert page.locator(".quiz-why").first.is_visible()
    for part in (
        ".quiz-score",
        ".quiz-foot",
        ".chapter-progress",
        ".course-progress",
        "dialog[open]",
    ):
        assert page.locator(part).count() == 0, part
    context.close()


@pytest.mark.browser
def test_paper_shows_no_buttons(reader: Reader) -> None:
    tab = reader.open()
    tab.try_option(0, 1)
    tab.page.emulate_media(media="print")
    assert not tab.page.locator(".quiz-foot").is_visible()
    assert tab.page.locator(".quiz-why").first.is_visible()


# Last, since it changes the book


@pytest.mark.browser
def test_a_changed_quiz_starts_anew(reader: Reader, book: Path, build: Callable[..., Any]) -> None:
    tab = reader.open()
    tab.try_option(0, 1)
    tab = reader.open(TWO)
    tab.try_option(0, 1)

    first, _ = catalog(book)
    quiz = json.loads(json.dumps(QUIZ))
    quiz[0]["question"] = "Which one is right now?"
    quiz.pop()
    source = book.parents[1]
    (source / "book/quizzes/one.yml").write_text(yaml.safe_dump(quiz))
    (source / "book/part/two.md").write_text("# Two\n\nNo quiz.\n")
    build(source, "-W")
    (now,) = catalog(book)
    assert (now["name"], now["page"], now["options"]) == (first["name"], ONE, [3])
    assert now["edition"] != first["edition"]

    # A browser takes a page that was new a moment ago for the one that is there.
    network = reader.tabs.context.new_cdp_session(tab.page)
    network.send("Network.clearBrowserCache")
    tab = reader.open()
    assert (tab.score, tab.opened(), tab.marks()) == ("", [[]], ["0/1"])
    tab.page.locator(".course-progress").get_by_role("button", name="What is kept").click()
    words = "Your answers to 2 quizzes changed since, on this machine only."
    assert words in tab.page.get_by_role("dialog").inner_text()
    # A page that was not written again counts anew too.
    assert reader.open("book/plain.html").marks() == ["0/1"]
