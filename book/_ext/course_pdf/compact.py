"""The same PDF in less than half of the bytes.

Chromium compresses streams alone. Everything else, above all the structure that a screen reader
needs, stands there as text; PDF 1.5 can keep such objects compressed as well, many in one stream.
Images get what PNG has before it compresses: each row as differences to what stands around it.
"""

import re
import zlib
from itertools import pairwise

import numpy as np

START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL)
HEAD = re.compile(rb"(\d+) 0 obj\s*")
STREAM = re.compile(rb"\bstream\r?\n")
LENGTH = re.compile(rb"/Length (\d+)\b(?! \d+ R)")
KEPT = (b"Root", b"Info", b"ID")
#: So many objects share a stream: a reader unpacks all of them to get at one.
TOGETHER = 200
COMMENT = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"  # bytes above 127 say that the file is no text


def compacted(pdf: bytes) -> bytes:
    """A PDF as Chromium writes it, with its objects in compressed streams.

    ValueError where the file is of another kind: with updates, or already compacted.
    """
    start, table, trailer = START.search(pdf), None, TRAILER.search(pdf)
    if start:
        table = TABLE.match(pdf, int(start[1]))
    if not start or not table or not trailer:
        raise ValueError("the PDF does not end in one plain table of its objects")
    lines = [pdf[at : at + 20] for at in range(table.end(), table.end() + 20 * int(table[1]), 20)]
    offsets = sorted(int(line[:10]) for line in lines if line[17:18] == b"n")

    packed: list[tuple[int, bytes]] = []
    written = bytearray(COMMENT)
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    last = 0
    for at, end in pairwise([*offsets, int(start[1])]):
        text = pdf[at:end].rstrip()
        head = HEAD.match(text)
        if head is None or not text.endswith(b"endobj"):
            raise ValueError(f"no object at byte {at} of the PDF, where its table has one")
        number, body = int(head[1]), text[head.end() : -len(b"endobj")].strip()
        last = max(last, number)
        if STREAM.search(body):
            places[number] = (1, len(written), 0)
            written += b"%d 0 obj\n%s\nendobj\n" % (number, smaller(body))
        else:
            packed.append((number, body))

    for first in range(0, len(packed), TOGETHER):
        together = packed[first : first + TOGETHER]
        last += 1
        where, position = [], 0
        for index, (number, body) in enumerate(together):
            where.append(b"%d %d" % (number, position))
            places[number] = (2, last, index)
            position += len(body) + 1
        index_of_all = b" ".join(where) + b"\n"
        content = index_of_all + b"\n".join(body for _, body in together)
        head_of_all = b"/Type /ObjStm /N %d /First %d" % (len(together), len(index_of_all))
        places[last] = (1, len(written), 0)
        written += stream(last, head_of_all, content)

    last += 1
    places[last] = (1, len(written), 0)
    table_at = len(written)
    entries = b"".join(
        kind.to_bytes(1, "big") + one.to_bytes(5, "big") + two.to_bytes(2, "big")
        for kind, one, two in (places.get(number, (0, 0, 65535)) for number in range(last + 1))
    )
    kept = b" ".join(entry for name in KEPT if (entry := kept_entry(trailer[1], name)))
    written += (
        stream(last, b"/Type /XRef /Size %d /W [1 5 2] %s" % (last + 1, kept), entries)
        + b"startxref\n%d\n%%%%EOF\n" % table_at
    )
    return bytes(written)


def kept_entry(trailer: bytes, name: bytes) -> bytes:
    found = re.search(rb"/%s\s*(\d+ 0 R|\[.*?\])" % name, trailer, re.DOTALL)
    return b"/%s %s" % (name, found[1]) if found else b""


def stream(number: int, head: bytes, content: bytes) -> bytes:
    data = zlib.compress(content, 9)
    return b"%d 0 obj\n<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number, head, len(data), data)  # fmt: skip


def smaller(body: bytes) -> bytes:
    """An image with its rows as differences; any other stream as it is."""
    at = STREAM.search(body)
    assert at is not None
    head = body[: at.start()]
    size = re.search(rb"/Width (\d+)\s*/Height (\d+)", head)
    length = LENGTH.search(head)
    plain = b"/Filter /FlateDecode" in head and b"/BitsPerComponent 8" in head
    if not (size and length and plain) or b"/DecodeParms" in head:
        return body
    data = body[at.end() : at.end() + int(length[1])]
    content = zlib.decompress(data)
    width, height = int(size[1]), int(size[2])
    colors, rest = divmod(len(content), width * height)
    if rest or colors not in (1, 3, 4):
        return body
    better = zlib.compress(differences(content, width, colors), 9)
    if len(better) >= len(data):
        return body
    settings = b"/DecodeParms <</Predictor 15 /Colors %d /Columns %d>>\n" % (colors, width)
    head = head.replace(length[0], settings + b"/Length %d" % len(better), 1)
    return head + b"stream\n" + better + b"\nendstream"


def differences(content: bytes, width: int, colors: int) -> bytes:
    """The rows of an image as PNG filters them: to each the filter that leaves least."""
    image = np.frombuffer(content, dtype=np.uint8).reshape(-1, width * colors).astype(np.int16)
    left = np.pad(image, ((0, 0), (colors, 0)))[:, : image.shape[1]]
    above = np.pad(image, ((1, 0), (0, 0)))[:-1]
    corner = np.pad(left, ((1, 0), (0, 0)))[:-1]
    guess = left + above - corner
    away = [abs(guess - each) for each in (left, above, corner)]
    paeth = np.where(
        (away[0] <= away[1]) & (away[0] <= away[2]),
        left,
        np.where(away[1] <= away[2], above, corner),
    )
    nothing = np.zeros_like(image)
    filtered = np.stack(
        [(image - each) % 256 for each in (nothing, left, above, (left + above) // 2, paeth)]
    ).astype(np.uint8)
    rest = np.abs(filtered.astype(np.int8).astype(np.int16)).sum(axis=2)
    chosen = rest.argmin(axis=0)
    rows = filtered[chosen, np.arange(len(image))]
    return np.concatenate([chosen.astype(np.uint8)[:, None], rows], axis=1).tobytes()
