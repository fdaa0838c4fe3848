"""The same functions, faster and no longer plain.

The textbook modules are written to be read, and each of their lines makes an array as large as its
inputs. For large arrays the time goes into memory, not into arithmetic. Here arrays are worked on
in blocks that stay in a processor's cache, results are written where they belong, and several
processors share the blocks. The layers and optimizers use these forms; tests hold them equal to
the textbook's.
"""

import sys

import numpy as np

# What large arrays leave behind, the GNU C library gives back to the system, and the next arrays
# get other pages. The system fills each with zeros when it is first written to, which can take
# longer than computing what is written. How much it keeps, the library learns: twice the size of
# the largest array that was freed so far, if that was at most 32 MB with what the library adds.
if sys.platform == "linux":
    np.empty(2**25 - 2**13, np.uint8)
