"""Blocks: layers and nets, with names, parameters and children."""

import itertools
import re
import warnings
from collections import OrderedDict

from .. import nd
from ..autograd import pause
from ..nd import NDArray
from .names import NameScope, names
from .parameter import DeferredInitializationError, Parameter
from .parameter_dict import ParameterDict, load_into, named_arrays
from .shapes import ShapeReader
from .summary import summarize

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
        self.__dict__["_empty_prefix"] = prefix == ""
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
        if name is None:
            name = next(str(i) for i in itertools.count(len(self._children)) if str(i) not in self._children)
        self._children[name] = block

    def __delattr__(self, name):
        self._children.pop(name, None)
        self._own.pop(name, None)
        super().__delattr__(name)

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
        nd.save(filename, {name: p.list_data()[0] for name, p in parameters.items()})

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
        if arrays and not set(arrays) & set(parameters) and set(arrays) & set(self.collect_params().keys()):
            parameters = dict(self.collect_params().items())  # a file of collect_params().save
        else:  # the file may lack the second paths of shared parameters
            there = {p for name, p in parameters.items() if name in arrays}
            parameters = {name: p for name, p in parameters.items() if name in arrays or p not in there}
        load_into(parameters, arrays, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)

    save_params, load_params = save_parameters, load_parameters  # MXNet's names before 1.2

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
        if self._pre_hooks:
            for hook in tuple(self._pre_hooks.values()):
                hook(self, inputs)
        for parameter in self._own.values():
            if parameter._pending is not None:
                self._start_waiting(inputs)
                break
        output = self.forward(*inputs, **options)
        if self._hooks:
            for hook in tuple(self._hooks.values()):
                hook(self, inputs, output)
        return output

    def _start_waiting(self, inputs):
        """Give own parameters that wait for their shapes first values; what fails leaves them waiting as they were."""
        waiting = [(p, p._shape) for p in self._own.values() if p._pending is not None]
        try:
            self.infer_shape(*inputs)
            for parameter, _ in waiting:
                if not parameter._unknown_shape():
                    parameter._finish_deferred_init()
        except BaseException:
            for parameter, shape in waiting:
                if parameter._data is None:
                    parameter._shape = shape
            raise

    def forward(self, *inputs):
        """Compute the output."""
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def summary(self, *inputs):
        """Print the blocks in the order in which they end, with the shapes of their outputs and the numbers of their parameters."""
        summarize(self, inputs)


class HybridBlock(Block):
    """A block that computes in ``hybrid_forward(F, x, *inputs, **parameters)``: F is `mxedu.nd`, its own parameters come by name."""

    def __init_subclass__(cls, **kwargs):
        """Let the `hybrid_forward` of a subclass count, also where the class above computes in a `forward` of its own."""
        super().__init_subclass__(**kwargs)
        if "hybrid_forward" in vars(cls) and "forward" not in vars(cls):
            cls.forward = HybridBlock.forward

    def forward(self, x, *inputs):
        """Call `hybrid_forward` with the values of the parameters where x lives."""
        check_input(self, x)
        context = x._context
        if any([p._pending is not None for p in self._own.values()]):
            self._read_shapes(context, x, inputs)
        return self.hybrid_forward(nd, x, *inputs, **{name: p.data(context) for name, p in self._own.items()})

    def _read_shapes(self, context, x, inputs):
        """Run `hybrid_forward` once to see what shapes its functions give to the parameters that wait for theirs."""
        streams = nd.streams.get_state()
        failure, parameters = None, {name: p if p._pending is not None else p.data(context) for name, p in self._own.items()}
        with pause():
            try:
                self.hybrid_forward(ShapeReader(context), x, *inputs, **parameters)
            except Exception as error:
                failure = error  # of no account if all shapes are known by then
        nd.streams.set_state(*streams)  # what the look has drawn does not count
        for parameter in self._own.values():
            if parameter._pending is not None and not parameter._unknown_shape():
                parameter._finish_deferred_init()
            if parameter._pending is not None:
                raise DeferredInitializationError(
                    f"the shape {parameter.shape} of parameter {parameter.name} is not known from the functions that it is passed to: give "
                    f"it in full when the parameter is made, or define infer_shape(self, *inputs) in {type(self).__name__}, which sets it"
                ) from failure

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
