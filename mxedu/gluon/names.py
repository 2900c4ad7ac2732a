"""The names of blocks, which the names of their parameters begin with."""

import threading

__all__ = ["NameScope", "names"]


class Names(threading.local):
    """Which counter names the next block of this thread: that of the open name scope, or the global one."""

    counts = None
    prefix = ""
    block = None  # whose scope is open

    def next(self, hint):
        """Give the prefix of the next block of a kind."""
        if self.counts is None:
            self.counts = {}
        n = self.counts.get(hint, 0)
        self.counts[hint] = n + 1
        return f"{self.prefix}{hint}{n}_"


names = Names()


class NameScope:
    """While it is open, new blocks are counted by their parent and carry its prefix."""

    def __init__(self, block):
        self.block = block
        self.saved = []

    def __enter__(self):
        self.saved.append((names.counts, names.prefix, names.block))
        if not self.block._empty_prefix:  # a block made with prefix="" leaves the naming to the scope around
            names.counts, names.prefix, names.block = self.block._child_counts, self.block.prefix, self.block

    def __exit__(self, *exception):
        names.counts, names.prefix, names.block = self.saved.pop()
