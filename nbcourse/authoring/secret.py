"""The course secret, and the seeds of the hidden checks that are derived from it.

A hidden check is the student's own check on inputs drawn from a seed that the student cannot
know. The seed depends on the secret, the sheet and the exercise alone, so that a submission
graded again meets the same inputs.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from nbcourse.errors import CourseError

SECRET_FILE = Path(".nbcourse") / "secret"
_SECRET_BYTES = 32
_SEED_DIGITS = 32


def course_secret(course: Path) -> bytes:
    """Return the secret of a course folder; make it on first use, readable by its owner only.

    Raises
    ------
    CourseError
        If ``.nbcourse/secret`` does not hold 64 hexadecimal digits.
    """
    path = course / SECRET_FILE
    if not path.exists():
        _create_secret(path)
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise CourseError(
            f"{path} is damaged: expected {2 * _SECRET_BYTES} hexadecimal digits. Restore it "
            "from a backup; without one, delete it and release and grade every sheet again"
        )
    return secret


def _create_secret(path: Path) -> None:
    """Write a new secret; where two processes try at once, both end with the first one's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp opens with mode 0600. The link below appears with its whole content or not at
    # all, and fails where a secret already stands, so no reader ever sees half of one.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="secret-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(_SECRET_BYTES) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


def hidden_seed(secret: bytes, sheet: str, exercise: str) -> str:
    """Return the seed of an exercise's hidden check as hexadecimal digits.

    It is the first half of HMAC-SHA256 under the course secret, so one seed tells nothing
    about another.

    Examples
    --------
    >>> hidden_seed(b"secret", "graphs", "add_backward")
    'ee6696113c04a2992bd8fbc344df7bc0'
    """
    message = f"{sheet}/{exercise}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:_SEED_DIGITS]
