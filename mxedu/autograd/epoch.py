"""When a table of addresses has become wrong.

A Trainer steps through such a table (`mxedu.optimizer.table`). Whatever replaces an array that may stand in one, or a factor that was
read when it was made, counts the epoch up by `touch`; a table of another epoch is not used.
"""

EPOCH = [0]


def touch():
    """Begin a new epoch."""
    EPOCH[0] += 1
