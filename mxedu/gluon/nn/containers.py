"""Blocks made of blocks."""

from ..block import Block, HybridBlock, check_block

__all__ = ["HybridSequential", "Sequential"]


class Sequential(Block):
    """Blocks one after the other.

    Examples
    --------
    >>> from mxedu import gluon
    >>> net = gluon.nn.Sequential()
    >>> net.add(gluon.nn.Dense(4, activation="tanh"), gluon.nn.Dense(1))
    >>> net
    Sequential(
      (0): Dense(None -> 4, Activation(tanh))
      (1): Dense(None -> 1, linear)
    )
    """

    _kind = Block

    def add(self, *blocks):
        """Append blocks."""
        for block in blocks:
            check_block(self, block, self._kind)
        for block in blocks:
            self.register_child(block)

    def forward(self, x, *inputs):
        """Pass the input through all blocks; a list or tuple of outputs is passed on as several inputs."""
        for block in self._children.values():
            x = block(x, *inputs)
            inputs = ()
            if isinstance(x, list | tuple):
                x, *inputs = x
        return (x, *inputs) if inputs else x

    def __len__(self):
        return len(self._children)

    def __iter__(self):
        return iter(self._children.values())

    def __getitem__(self, key):
        """Give the block at an index, or a Sequential of a slice, which shares the blocks."""
        blocks = list(self._children.values())[key]
        if not isinstance(key, slice):
            return blocks
        part = type(self)(prefix=self._prefix)
        part.add(*blocks)
        return part


class HybridSequential(Sequential, HybridBlock):
    """The same, of HybridBlocks."""

    _kind = HybridBlock

    forward = Sequential.forward  # HybridBlock's would call hybrid_forward

    def hybrid_forward(self, F, x, *inputs):
        """Do as `forward` does: for subclasses that extend it."""
        return Sequential.forward(self, x, *inputs)
