"""The same functions, faster and no longer plain.

The textbook modules are written to be read, and each of their lines makes an array as large as its
inputs. For large arrays the time goes into memory, not into arithmetic. Here arrays are worked on
in blocks that stay in a processor's cache, results are written where they belong, and several
processors share the blocks. The layers and optimizers use these forms; tests hold them equal to
the textbook's.
"""
