"""Blocks: layers and nets, with names, parameters and children."""

import itertools
import re
import warnings
from collections import OrderedDict

from .. import nd
from ..nd import NDArray
from .names import NameScope, names
from .parameter import Parameter
from .parameter_dict import ParameterDict, load_into, named_arrays
from .shapes import ShapeReader

__all__ = ["Block", "HookHandle", "HybridBlock"]


class HookHandle:
    """What a hook can be removed with: by `detach`, or at the end of a `with` block."""

    def __init__(self, hooks, hook):
        self._hooks, self._id = hooks, next(_hook_ids)
        hooks[self._id] = hook

    def detach(self):
        """Remove the hook; once it is removed, do nothing."""
        self._hooks.pop(self._id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.detach()


_hook_ids = itertools.count()


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
        hint = self._alias()
        own = names.next(hint) if prefix is None else names.prefix + prefix
        self.__dict__.update(_prefix=own, _child_counts={}, _children=OrderedDict(), _own=OrderedDict(), _pre_hooks={}, _hooks={})
        if params is not None:
            self._params = ParameterDict(params.prefix, params)
        elif names.block is None:
            self._params = ParameterDict(own)
        else:  # a child shares what its parent shares
            parent = names.block._params
            self._params = ParameterDict(parent.prefix + own.removeprefix(names.prefix), parent._shared)

    def _alias(self):
        """Give the word that its automatic name begins with."""
        return type(self).__name__.lower()

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
        lines = "\n".join(f"  ({name}): {_indented(repr(child))}" for name, child in self._children.items())
        return f"{type(self).__name__}(\n{lines}\n)"

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
        return NameScope(self)

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
        self._warn_of_containers()
        pattern = None if select is None else re.compile(select)
        found = ParameterDict(self._params.prefix)
        found.update(self._params, pattern)
        found.update({p.name: p for p in self._own.values()}, pattern)
        for child in self._children.values():
            found.update(child.collect_params(select))
        return found

    def _warn_of_containers(self):
        """Blocks in a list or dict are not found, which is seldom meant."""
        for name, value in vars(self).items():
            if name.startswith("_") or not isinstance(value, list | tuple | dict):
                continue
            inside = value.values() if isinstance(value, dict) else value
            if any(isinstance(x, Block) and x not in self._children.values() for x in inside):
                message = f"{type(self).__name__}.{name} holds Blocks, which are not registered: use nn.Sequential or register_child"
                warnings.warn(message, stacklevel=3)

    def _collect_params_with_prefix(self, prefix=""):
        """Give the parameters by the path of attributes that leads to them, such as 0.weight: the names in files."""
        prefix = f"{prefix}." if prefix else ""
        found = {prefix + name: parameter for name, parameter in self._own.items()}
        for name, child in self._children.items():
            found.update(child._collect_params_with_prefix(prefix + name))
        return found

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        """Give all parameters their first values, now or in the first forward pass; `init` defaults to Uniform(0.07)."""
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def apply(self, fn):
        """Call a function with every block below this one, children first, and with this one; give this block."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    def cast(self, dtype):
        """Convert all parameters to another dtype."""
        for child in self._children.values():
            child.cast(dtype)
        for parameter in self._own.values():
            parameter.cast(dtype)

    def hybridize(self, active=True, **kwargs):
        """Accept MXNet's call: nothing has to be compiled here."""

    def save_parameters(self, filename, deduplicate=False):
        """Save the values of all parameters by the path of attributes that leads to them, such as 0.weight.

        Parameters
        ----------
        filename : str
            The file; see `mxedu.serialization` for its form. It is replaced at once, when all is written.
        deduplicate : bool, default False
            Save a parameter that has several paths once.
        """
        parameters = self._collect_params_with_prefix()
        if deduplicate:
            first = {}
            for name, p in parameters.items():
                first.setdefault(p, name)
            parameters = {name: p for p, name in first.items()}
        nd.save(filename, {name: p.data().detach() for name, p in parameters.items()})

    def load_parameters(
        self, filename, ctx=None, allow_missing=False, ignore_extra=False, cast_dtype=False, dtype_source="current"
    ):
        """Load the values that `save_parameters`, or `collect_params().save`, wrote.

        Parameters
        ----------
        filename : str
            The file.
        ctx : Context or list of Context, optional
            Where parameters shall live. Default: where they do, or the current context.
        allow_missing, ignore_extra : bool, default False
            Whether the file may lack parameters, or have more.
        cast_dtype : bool, default False
            Whether dtypes may differ; they become that of the `dtype_source`.
        dtype_source : {'current', 'saved'}
            Of the parameter, or of the file.

        Raises
        ------
        FileError
            If the file is damaged, not mxedu's, or newer than this mxedu.
        ValueError
            If it does not fit. The net is as it was then.
        """
        arrays = named_arrays(filename)
        parameters = self._collect_params_with_prefix()
        if arrays and not any("." in name for name in arrays) and not set(arrays) <= set(parameters):
            parameters = dict(self.collect_params().items())  # a file of collect_params().save
        else:  # the file may lack the second paths of shared parameters
            there = {p for name, p in parameters.items() if name in arrays}
            parameters = {name: p for name, p in parameters.items() if name in arrays or p not in there}
        load_into(parameters, arrays, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)

    def register_forward_pre_hook(self, hook):
        """Call ``hook(block, inputs)`` before each forward pass; give a handle to remove it with."""
        return HookHandle(self._pre_hooks, hook)

    def register_forward_hook(self, hook):
        """Call ``hook(block, inputs, output)`` after each forward pass; give a handle to remove it with."""
        return HookHandle(self._hooks, hook)

    def infer_shape(self, *inputs):
        """Set the shapes of own parameters that wait for the first inputs; layers with such parameters define this."""

    def __call__(self, *inputs, **options):
        """Compute the output, after filling in shapes that the inputs make known."""
        for hook in tuple(self._pre_hooks.values()):
            hook(self, inputs)
        for parameter in self._own.values():
            if parameter._pending is not None:
                self.infer_shape(*inputs)
                for waiting in self._own.values():
                    if waiting._pending is not None and not waiting._unknown_shape():
                        waiting._finish_deferred_init()
                break
        output = self.forward(*inputs, **options)
        for hook in tuple(self._hooks.values()):
            hook(self, inputs, output)
        return output

    def forward(self, *inputs):
        """Compute the output."""
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def summary(self, *inputs):
        """Print the blocks in the order in which they end, with the shapes of their outputs and the numbers of their parameters."""
        rows, seen, handles = [("Input", _shapes(inputs), 0)], {}, []

        def note(block, _, output):
            own = {p: p.data().size for p in block._own.values()}
            seen.update(own)
            rows.append((f"{type(block).__name__}-{len(rows)}", _shapes(output), sum(own.values())))

        self.apply(lambda block: handles.append(block.register_forward_hook(note)))
        try:
            self(*inputs)
        finally:
            for handle in handles:
                handle.detach()
        print_summary(rows, seen)


class HybridBlock(Block):
    """A block that computes in ``hybrid_forward(F, x, *inputs, **parameters)``: F is `mxedu.nd`, its own parameters come by name."""

    def forward(self, x, *inputs):
        """Call `hybrid_forward` with the values of the parameters where x lives."""
        context = x._context if isinstance(x, NDArray) else None
        waiting = any([p._pending is not None for p in self._own.values()])
        parameters = {name: p if p._pending is not None else p.data(context) for name, p in self._own.items()}
        return self.hybrid_forward(ShapeReader(context) if waiting else nd, x, *inputs, **parameters)

    def hybrid_forward(self, F, x, *inputs, **parameters):
        """Compute the output."""
        raise NotImplementedError(f"{type(self).__name__} must define hybrid_forward(self, F, x, ...) or forward(self, x, ...)")


def _indented(text):
    return text.replace("\n", "\n  ")


def check_block(parent, block, kind=Block):
    """Raise TypeError unless `block` can be a child."""
    if not isinstance(block, kind):
        raise TypeError(f"a child of {parent.name} must be a {kind.__name__}, got {type(block).__name__} {block!r}")


def check_input(block, x):
    """Raise TypeError unless x is an NDArray."""
    if not isinstance(x, NDArray):
        raise TypeError(f"the input of {block.name} must be an NDArray, got {type(x).__name__}: wrap it with nd.array(x)")


def _shapes(x):
    """Give the shape of an array, or those of several, in a form to print."""
    if isinstance(x, NDArray):
        return str(x.shape)
    return ", ".join(map(_shapes, x)) if isinstance(x, list | tuple) else "-"


def print_summary(rows, counts):
    """Print the table of `Block.summary`: rows of (layer, shape, number of parameters), and the counts of all parameters."""
    print("-" * 80)
    print("{:>20}  {:>42} {:>15}".format("Layer (type)", "Output Shape", "Param #"))
    print("=" * 80)
    for layer, shape, n in rows:
        print(f"{layer:>20}  {shape:>42} {n:>15}")
    print("=" * 80)
    trainable = sum(n for p, n in counts.items() if p.grad_req != "null")
    print(f"Total params: {sum(counts.values())}\nTrainable params: {trainable}\nNon-trainable params: {sum(counts.values()) - trainable}")
    print("-" * 80)
