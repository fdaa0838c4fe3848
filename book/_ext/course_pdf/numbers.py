"""On which page of a PDF a place is: read from the file that Chromium writes.

Only its streams are compressed, and a link within the document leads to a named destination, which
a dictionary maps to a page: ``/neurons [14 0 R /XYZ 6 712 0]``.
"""

import re

STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
OBJECT = re.compile(rb"^(\d+) 0 obj\b(.*?)^endobj\b", re.DOTALL | re.MULTILINE)
CATALOG = re.compile(rb"/Pages\s+(\d+) 0 R(?:.*?/Dests\s+(\d+) 0 R)?", re.DOTALL)
KIDS = re.compile(rb"/Kids\s*\[(.*?)\]", re.DOTALL)
REFERENCE = re.compile(rb"(\d+) 0 R")
PLACE = re.compile(rb"/([^\s/<>\[\]()]+)\s*\[(\d+) 0 R\s*/XYZ")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Named destination -> number of its page, counted from 1."""
    objects = {int(number): text for number, text in OBJECT.findall(STREAM.sub(b"", pdf))}
    catalogs = [match for text in objects.values() if (match := CATALOG.search(text))]
    if len(catalogs) != 1:
        raise ValueError(f"the PDF has {len(catalogs)} objects that name its pages; expected one")
    pages, places = catalogs[0].groups()
    order = {page: number for number, page in enumerate(_leaves(objects, int(pages)), start=1)}
    found = {}
    for name, page in PLACE.findall(objects[int(places)]) if places else []:
        plain = ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), name)
        found[plain.decode()] = order[int(page)]
    return found


def _leaves(objects: dict[int, bytes], root: int) -> list[int]:
    """The objects of the pages, in order: the leaves of the tree that begins here."""
    leaves, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        kids = KIDS.search(objects[node])
        if kids is None:
            leaves.append(node)
        else:
            waiting += [int(number) for number in reversed(REFERENCE.findall(kids[1]))]
    return leaves
