"""What may pass between the grader and a process that runs a student's code.

Plain values (None, booleans, numbers, strings), tuples, lists, dicts, NumPy arrays, and
functions as a token that is called back. A value is written as a JSON tree, beside it the
arrays' raw bytes. Nothing is ever unpickled or evaluated, and everything read is bounded in
size and depth, because the process at the other end may write whatever it likes.
"""

from nbcourse.grading.wire.channel import Channel, WorkerLostError
from nbcourse.grading.wire.decoder import Decoder
from nbcourse.grading.wire.encoder import Encoded, Encoder, encode, enlist
from nbcourse.grading.wire.values import Foreign, WireError

__all__ = [
    "Channel",
    "Decoder",
    "Encoded",
    "Encoder",
    "Foreign",
    "WireError",
    "WorkerLostError",
    "encode",
    "enlist",
]
