"""Blocks: layers and nets, with names, parameters and children."""

import re
import threading
from collections import OrderedDict

from ..nd import NDArray
from .parameter import Parameter, ParameterDict

__all__ = ["Block"]


class _Names(threading.local):
    """Which counter names the next block of this thread: that of the open name scope, or the global one."""

    counts = None
    prefix = ""

    def next(self, hint):
        """Give the prefix of the next block of a kind."""
        if self.counts is None:
            self.counts = {}
        n = self.counts.get(hint, 0)
        self.counts[hint] = n + 1
        return f"{self.prefix}{hint}{n}_"


_names = _Names()


class _NameScope:
    """While it is open, new blocks are counted by their parent and carry its prefix."""

    def __init__(self, block):
        self.block = block
        self.saved = []

    def __enter__(self):
        self.saved.append((_names.counts, _names.prefix))
        _names.counts, _names.prefix = self.block._child_counts, self.block.prefix

    def __exit__(self, *exception):
        _names.counts, _names.prefix = self.saved.pop()


class Block:
    """The base of layers and nets. A subclass makes children and parameters in `__init__` and computes in `forward`.

    Blocks and parameters assigned to attributes are registered: `collect_params` finds them.

    Parameters
    ----------
    prefix : str, optional
        What the names of its parameters begin with. Default: the class's name in lower case and a counter, as in dense0_.
    params : ParameterDict, optional
        Parameters to share: names are looked up there.
    """

    def __init__(self, prefix=None, params=None):
        hint = type(self).__name__.lower()
        own = _names.next(hint) if prefix is None else _names.prefix + prefix
        self.__dict__.update(_prefix=own, _child_counts={}, _children=OrderedDict(), _own=OrderedDict())
        self._params = ParameterDict(own if params is None else params.prefix, params)

    def __setattr__(self, name, value):
        old = self.__dict__.get(name)
        if isinstance(old, Block) and not isinstance(value, Block):
            raise TypeError(f"attribute {name} of {self.name} is a {type(old).__name__} and cannot become a {type(value).__name__}")
        if isinstance(old, Parameter) and old is not value:
            raise TypeError(
                f"attribute {name} of {self.name} is the parameter {old.name} and cannot become a {type(value).__name__}: "
                "use set_data to change its values, or params=... to share parameters"
            )
        if isinstance(value, Block | Parameter) and "_own" not in self.__dict__:
            raise RuntimeError(f"call super().__init__() in {type(self).__name__}.__init__ before blocks or parameters are assigned")
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            self._own[name] = value
        super().__setattr__(name, value)

    def __repr__(self):
        lines = "".join(f"  ({name}): {_indented(repr(child))}\n" for name, child in self._children.items())
        return f"{type(self).__name__}(\n{lines})"

    @property
    def prefix(self):
        """What the names of its parameters begin with."""
        return self._prefix

    @property
    def name(self):
        """The prefix without its underscore."""
        return self._prefix.removesuffix("_")

    @property
    def params(self):
        """Its own parameters, without those of its children; see `collect_params`."""
        return self._params

    def name_scope(self):
        """Open a `with` block in which new blocks get names that begin with this block's prefix."""
        return _NameScope(self)

    def register_child(self, block, name=None):
        """Add a child block."""
        check_block(self, block)
        self._children[str(len(self._children)) if name is None else name] = block

    def collect_params(self, select=None):
        """Give the parameters of this block and of all blocks below it; with `select`, those whose names match the pattern.

        Examples
        --------
        >>> from mxedu import gluon
        >>> net = gluon.nn.Dense(1, in_units=2, prefix="out_")
        >>> net.collect_params(".*weight")
        out_ (
          Parameter out_weight (shape=(1, 2), dtype=float32)
        )
        """
        pattern = None if select is None else re.compile(select)
        found = ParameterDict(self._params.prefix)
        found.update(self._params, pattern)
        found.update({p.name: p for p in self._own.values()}, pattern)
        for child in self._children.values():
            found.update(child.collect_params(select))
        return found

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Give all parameters their first values, now or in the first forward pass; `init` defaults to Uniform(0.07)."""
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def infer_shape(self, *inputs):
        """Set the shapes of own parameters that wait for the first inputs; layers with such parameters define this."""

    def __call__(self, *inputs):
        """Compute the output, after filling in shapes that the inputs make known."""
        for parameter in self._own.values():
            if parameter._pending is not None:
                self.infer_shape(*inputs)
                for waiting in self._own.values():
                    waiting._finish_deferred_init()
                break
        return self.forward(*inputs)

    def forward(self, *inputs):
        """Compute the output."""
        raise NotImplementedError(f"{type(self).__name__} must define forward")


def _indented(text):
    return text.replace("\n", "\n  ")


def check_block(parent, block):
    """Raise TypeError unless `block` can be a child."""
    if not isinstance(block, Block):
        raise TypeError(f"a child of {parent.name} must be a Block, got {type(block).__name__} {block!r}")


def check_input(block, x):
    """Raise TypeError unless x is an NDArray."""
    if not isinstance(x, NDArray):
        raise TypeError(f"the input of {block.name} must be an NDArray, got {type(x).__name__}: wrap it with nd.array(x)")
