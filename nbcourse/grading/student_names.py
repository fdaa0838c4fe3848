"""Which names a student's folder may have: those that everything that shows them can hold.

A gradebook is UTF-8, nbgrader reads the name out of a path line by line, and formgrader's pages
put it into HTML and JavaScript as it is.
"""

import unicodedata

ACTIVE = '<>"\\'
# Control characters, halves of surrogate pairs (bytes that are no UTF-8), line and paragraph ends.
UNSHOWN = ("Cc", "Cs", "Zl", "Zp")


def name_problem(name: str) -> str:
    r"""Say what is wrong with the name of a student's folder; nothing is as a rule.

    >>> name_problem("müller-o'brien")
    ''
    >>> name_problem("<b>")
    "the folder's name has the character <: rename it"
    >>> name_problem("a\nb")
    "the folder's name has the character U+000A: rename it"
    """
    if any(unicodedata.category(each) == "Cs" for each in name):
        return "the folder's name is not UTF-8 text: rename it"
    for each in name:
        if each in ACTIVE:
            return f"the folder's name has the character {each}: rename it"
        if unicodedata.category(each) in UNSHOWN:
            return f"the folder's name has the character U+{ord(each):04X}: rename it"
    return ""


def shown_name(name: str) -> str:
    r"""Return a name as a table and a terminal can show it.

    >>> shown_name("müller"), shown_name("a\nb"), shown_name("b\udcff")
    ('müller', 'a\\nb', 'b\\udcff')
    """
    return "".join(
        each.encode("unicode_escape").decode() if unicodedata.category(each) in UNSHOWN else each
        for each in name
    )
