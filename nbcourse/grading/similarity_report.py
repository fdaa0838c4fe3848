"""copydetect's HTML report as a page that asks no other host for anything and runs no script."""

import re
from collections.abc import Mapping
from html import escape

# Even if a version of copydetect asked for something else: a browser will not.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

# What the page needs in place of the style sheet that copydetect takes from another host. Its
# buttons fold parts of the page by a script; without it everything is shown and they are not.
_STYLE = """
body { font-family: system-ui, sans-serif; line-height: 1.5; color: #212529; margin: 0 1rem; }
.container { margin: 0 auto; }
.d-flex, .row { display: flex; flex-wrap: wrap; gap: 1rem; }
.col { flex: 1 1 20rem; min-width: 0; }
.row .col3 { width: auto; flex: 1 1 14rem; }
.col img { max-width: 100%; }
button { display: none; }
table { width: 100%; border-collapse: collapse; }
td { border-top: 1px solid #ced4da; padding: 1rem 0; }
pre { overflow-x: auto; background: #f8f9fa; padding: 0.5rem; }
.about { border-left: 4px solid #0d6efd; padding: 0 1rem; }
"""

ABOUT = (
    "A percentage is the share of one submission's code that the other has as well, whatever the "
    "names, the comments and the spaces are. Code that was released with the sheet and very short "
    "answers do not count. It is a reason to look, not a verdict: students who solve an exercise "
    "in its natural way, or who learned from the same example, write alike."
)


def offline_page(
    page: str, sheet: str, threshold: float, pairs: int, left_out: Mapping[str, str]
) -> str:
    """Return copydetect's report with its own style, and with what it does not say.

    Parameters
    ----------
    page
        The report as copydetect makes it.
    sheet
        The sheet's name.
    threshold
        The share above which a pair is shown.
    pairs
        How many there are.
    left_out
        Why a submission was not compared, by student.

    Examples
    --------
    >>> page = '<head><link href="https://cdn.example/x.css"></head><body><h1>Report</h1></body>'
    >>> "https" in offline_page(page, "graphs", 0.8, 0, {})
    False
    """
    # Students' code is escaped in the page, so these find copydetect's own elements alone.
    page = re.sub(r"<link\b[^>]*>", "", page)
    page = re.sub(r"<script\b[^>]*>\s*</script>", "", page)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    page = page.replace("<head>", f"<head>{policy}", 1)
    page = page.replace("</head>", f"<style>{_STYLE}</style></head>", 1)
    return page.replace("<body>", f"<body>{_about(sheet, threshold, pairs, left_out)}", 1)


def _about(sheet: str, threshold: float, pairs: int, left_out: Mapping[str, str]) -> str:
    items = "".join(
        f"<li>{escape(student)}: {escape(reason)}</li>" for student, reason in left_out.items()
    )
    missing = f"<p>Not compared:</p><ul>{items}</ul>" if items else ""
    return (
        f'<div class="about"><p><b>{escape(sheet)}</b>, pairs above {threshold:.0%}: {pairs}.</p>'
        f"<p>{ABOUT}</p>{missing}</div>"
    )
