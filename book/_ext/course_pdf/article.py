"""One page's article, made fit for paper: nothing to press, nothing folded, links that lead on."""

import copy
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from course_pdf.pages import Page, key_of, only

#: What paper has no use for.
DROPPED = (
    "script:not([type='application/json'])",
    "a.headerlink",
    "a:has(> .viewcode-link)",
    "button",
    ".visually-hidden",  # words for those who cannot see the signs, which paper has not
    "form",
    ".sheet-buttons",
    ".sheet-buttons-note",
    ".sheet-local",
    ".downloads",
    "details.hide",  # the code that draws a figure: folded on the site, left out here
)
#: Attributes that name ids: one, or several.
REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
LETTERS = "abcdefghij"


def prepared(page: Page, addresses: set[str], base: str) -> tuple[Tag, list[Tag]]:
    """The article, and the answers to its quizzes.

    Ids and the links to them get the page's key in front, since all pages come to stand in one.
    ``base`` is the site's address, for links to what is not in the PDF; without one they are text.
    """
    soup = BeautifulSoup("", "html.parser")
    article = copy.copy(page.article)
    for selector in DROPPED:
        for tag in article.select(selector):
            tag.decompose()
    show_controls(article, soup)
    unfold(article)
    answers = [
        ask(quiz, page, number, soup) for number, quiz in enumerate(article.select(".quiz"), 1)
    ]
    parts = [article, *answers]
    for tag in [tag for part in parts for tag in (part, *part.find_all(True))]:
        if tag.get("id"):
            tag["id"] = f"{page.key}--{tag['id']}"
        for name in REFERRING:
            if tag.get(name):
                names = " ".join(tag.get_attribute_list(name)).split()
                tag[name] = " ".join(f"{page.key}--{each}" for each in names)
        if tag.get("src"):
            tag["src"] = urljoin(f"/{page.address}", str(tag["src"]))
        if tag.name == "a" and tag.get("href"):
            relink(tag, page, addresses, base)
    return article, answers


def relink(link: Tag, page: Page, addresses: set[str], base: str) -> None:
    """Lead to a place in the PDF, else to the site, else nowhere."""
    address = str(link["href"])
    if urlsplit(address).scheme or address.startswith("//"):
        return
    target, anchor = urldefrag(urljoin(page.address, address))
    for name in ("target", "rel", "download", "title"):
        if link.has_attr(name):
            del link[name]
    if unquote(target) in addresses:
        link["href"] = f"#{key_of(unquote(target))}" + (f"--{unquote(anchor)}" if anchor else "")
    elif base:
        link["href"] = urljoin(base, target) + (f"#{anchor}" if anchor else "")
    else:
        link.unwrap()


def show_controls(article: Tag, soup: BeautifulSoup) -> None:
    """Under a figure that readers move: at which positions it is drawn here."""
    for figure in article.select(".interactive-figure"):
        positions = []
        for control in figure.select(".interactive-control"):
            label = only(control, "label", "a figure's control").get_text(strip=True)
            output, chosen = control.select_one("output"), control.select("option")
            if output is None:
                marked = [each for each in chosen if each.has_attr("selected")]
                output = (marked or chosen)[0]
            positions.append(f"{label}: {output.get_text(strip=True)}")
            control.decompose()
        line = soup.new_tag("p", attrs={"class": "shown-at"})
        line.string = f"Shown at {', '.join(positions)}. The site moves it."
        only(figure, ".interactive-plot", "a figure").insert_after(line)


def unfold(article: Tag) -> None:
    """A folded answer is printed open."""
    for details in article.select("details:not(.quiz-option)"):
        details["open"] = ""


def ask(quiz: Tag, page: Page, number: int, soup: BeautifulSoup) -> Tag:
    """Leave the questions with lettered options; return the answers, which stand elsewhere."""
    place = f"quiz-answers-{number}"
    answers = soup.new_tag("section", attrs={"class": "answers", "id": place})
    listed = soup.new_tag("ol")
    answers.append(listed)
    # Everything else in a quiz is there to be used.
    questions = [question.extract() for question in quiz.select(".quiz-question")]
    quiz.clear()
    for question in questions:
        choices = soup.new_tag("ol", attrs={"type": "a", "class": "choices"})
        reasons = soup.new_tag("div", attrs={"class": "reasons"})
        for letter, option in zip(LETTERS, question.select(".quiz-option"), strict=False):
            choice = soup.new_tag("li")
            choice.extend(list(only(option, "summary", page.address).contents))
            choices.append(choice)
            why = only(option, ".quiz-why", page.address)
            right = option.get("data-right") == "true"
            mark = soup.new_tag("strong")
            mark.string = f"({letter})"
            reason = soup.new_tag("div", attrs={"class": "reason is-right" if right else "reason"})
            reason.extend([mark, *list(why.contents)])
            reasons.insert(0, reason) if right else reasons.append(reason)
        text = only(question, ".quiz-text", page.address).extract()
        question.clear()
        question.extend([text, choices])
        quiz.append(question)
        entry = soup.new_tag("li")
        entry.append(reasons)
        listed.append(entry)
    pointer = BeautifulSoup(
        f'<p class="to-answers"><a href="#{place}">Answers, with a reason for every option</a>: '
        f'page <span data-page-of="{page.key}--{place}"></span></p>',
        "html.parser",
    )
    quiz.append(pointer)
    return answers
