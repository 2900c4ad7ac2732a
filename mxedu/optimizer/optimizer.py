"""What all optimizers share: counts, learning rates, decay, the treatment of the gradient, and how a step is run.

A subclass names its `rule` and its `prologue` and computes the rule's scalars; see `mxedu.optimizer.sgd` for the shortest one. One
written for MXNet, which defines `create_state` and `update` on NDArrays, works too, without a kernel.
"""

import inspect
import warnings

import numpy as np

from .. import validate
from ..autograd.epoch import touch
from ..nd import NDArray
from ..nd.memory import aligned_zeros
from .kernel import apply, kernel
from .prologue import clip_then_decay
from .rule import Rule
from .step import listed, make_step, make_step_multi_precision

__all__ = ["Optimizer"]


class Optimizer:
    """The base of all optimizers.

    A subclass sets `rule` (a `Rule`) and `prologue` (one of `mxedu.optimizer.prologue`) and defines
    ``scalars(t, lr, wd)``, the numbers its rule takes after the states. If it needs numbers that go on from step to step, for each
    parameter by itself, it names them with their first values in `kept` and defines ``keep(t, lr, **kept)``, which gives the next
    ones; `scalars` gets these too.

    Parameters
    ----------
    rescale_grad : float, default 1.0
        The gradient is multiplied by this first. A Trainer sets it to 1 / batch_size at every step.
    param_idx2name : dict of int to str, optional
        Names of the indices. As in MXNet 1.9.1, a parameter whose name ends in neither `_weight` nor `_gamma` then has no decay.
    wd : float, default 0.0
        Weight decay. Each class says where it enters.
    clip_gradient : float, optional
        Every entry of the rescaled gradient is limited to [-clip_gradient, clip_gradient]. Must be positive; None: no limit.
    learning_rate : float, optional
        The learning rate, at least 0. Default: the scheduler's, else the class's `default_learning_rate`, 0.01.
    lr_scheduler : callable, optional
        Gives the learning rate as a function of the number of updates, 1 for the first. A `learning_rate` passed beside it
        becomes its `base_lr`; without one, `base_lr` is left alone (MXNet 1.9.1's Adam sets it to 0.001). The updates of all
        parameters are counted before it is asked, once for a step (in MXNet parameter by parameter, so that they may get two rates).
    begin_num_update : int, default 0
        The number of updates taken to have been made already.
    multi_precision : bool, default False
        For float16 weights: keep a float32 copy, update it, and round it to float16 after each step.
    param_dict : dict of int to Parameter, optional
        Where the multipliers `lr_mult` and `wd_mult` of each index are found. A Trainer sets it.
    sym : None
        MXNet's symbols, of which there are none here.

    Raises
    ------
    TypeError, ValueError
        If an argument is unknown, of the wrong type or out of bounds; the message names it.
    """

    rule = None
    prologue = clip_then_decay
    default_learning_rate = 0.01
    kept = {}
    decayed = "_weight", "_gamma"  # endings of the names, in param_idx2name, of what has decay

    def __init__(
        self, rescale_grad=1.0, param_idx2name=None, wd=0.0, clip_gradient=None, learning_rate=None, lr_scheduler=None, sym=None,
        begin_num_update=0, multi_precision=False, param_dict=None, **unknown,
    ):  # fmt: skip
        if unknown:
            raise TypeError(self._unknown(sorted(unknown)))
        if sym is not None:
            raise ValueError(f"sym must be None: there are no symbols here, got {sym!r}; set factors with set_lr_mult and set_wd_mult")
        if not isinstance(self.rule, Rule) and not self.updates_itself():
            raise TypeError(f"{type(self).__name__}.rule must be a Rule, got {self.rule!r}: decorate the function with @rule(...)")
        if lr_scheduler is not None and not callable(lr_scheduler):
            raise TypeError(f"lr_scheduler must be callable with the number of updates, got {lr_scheduler!r}")
        self.rescale_grad = validate.real("rescale_grad", rescale_grad)
        self.wd = validate.real("wd", wd, low=0)
        if clip_gradient is not None:
            clip_gradient = validate.real("clip_gradient (None for no clipping)", clip_gradient, above=0)
        self.clip_gradient = clip_gradient
        self.lr_scheduler = lr_scheduler
        self.multi_precision = bool(multi_precision)
        self.begin_num_update = validate.integer("begin_num_update", begin_num_update, low=0)
        self.num_update = self.begin_num_update
        self.param_dict = dict(param_dict or {})
        self.idx2name = dict(param_idx2name or {})
        self._counts, self._table = {}, None
        self._lr = self.default_learning_rate
        if learning_rate is not None:
            self._lr = validate.real("learning_rate", learning_rate, low=0)
            if hasattr(lr_scheduler, "base_lr"):
                lr_scheduler.base_lr = self._lr
        self.set_lr_mult({})
        self.set_wd_mult({})

    @classmethod
    def _unknown(cls, names):
        """Say that arguments are unknown, and which there are."""
        parameters = [p for c in (cls, Optimizer) for p in inspect.signature(c.__init__).parameters.values()]
        known = [p.name for p in parameters if p.name not in ("self", "sym") and p.kind is not p.VAR_KEYWORD]
        hint = validate.did_you_mean({"lr": "learning_rate"}.get(names[0], names[0]), known)
        return f"{cls.__name__} got an unexpected argument {', '.join(map(repr, names))}.{hint} It takes {', '.join(dict.fromkeys(known))}."

    @property
    def states(self):
        """The names of the arrays kept for each parameter."""
        return self.rule.states if self.rule is not None else ()

    def scalars(self, t, lr, wd):
        """Give the numbers that the rule takes after the states, for the t-th update (from 1) at learning rate lr and decay wd."""
        raise NotImplementedError(f"{type(self).__name__} must define scalars(t, lr, wd)")

    def keep(self, t, lr, **kept):
        """Give the numbers of `kept` for the t-th update at learning rate lr, from those of the update before."""
        raise NotImplementedError(f"{type(self).__name__} must define keep(t, lr, {', '.join(kept)}), or name nothing in kept")

    # Learning rates and decay.

    @property
    def learning_rate(self):
        """The learning rate as the user gave it, or the scheduler's at the present number of updates."""
        return self._lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)

    def set_learning_rate(self, lr):
        """Set the learning rate; refused when a scheduler gives it."""
        if self.lr_scheduler is not None:
            raise UserWarning(
                "set_learning_rate: the learning rate is given by lr_scheduler, which would overrule it; change the scheduler's base_lr, "
                "or make the optimizer without lr_scheduler"
            )
        self._lr = validate.real("learning_rate", lr, low=0)

    def set_lr_mult(self, args_lr_mult):
        """Set factors of the learning rate, by index or name; forgets those set before."""
        touch()
        self.lr_mult = dict(args_lr_mult)

    def set_wd_mult(self, args_wd_mult):
        """Set factors of the weight decay, by index or name; forgets those set before."""
        touch()
        undecayed = {name: 0.0 for name in self.idx2name.values() if not name.endswith(self.decayed)}
        self.wd_mult = {**undecayed, **args_wd_mult}

    def factors(self, index):
        """Give the factors of learning rate and decay of an index: of its parameter, else those set by index, else by name."""
        parameter, name = self.param_dict.get(index), self.idx2name.get(index)
        if parameter is not None:
            return parameter.lr_mult, parameter.wd_mult
        return self.lr_mult.get(index, self.lr_mult.get(name, 1.0)), self.wd_mult.get(index, self.wd_mult.get(name, 1.0))

    def rates(self, index, lr, num_update):
        """Give the learning rate and the decay of an index in a step whose learning rate is lr."""
        lr_mult, wd_mult = self.factors(index)
        return lr * lr_mult, self.wd * wd_mult

    def __init_subclass__(cls, **kwargs):
        """Let a class with a `_get_lr` or `_get_wd` of its own, as written for MXNet, have its rates from these."""
        super().__init_subclass__(**kwargs)
        if cls._get_lr is not Optimizer._get_lr or cls._get_wd is not Optimizer._get_wd:
            cls.rates = cls._own_rates

    def _own_rates(self, index, lr, num_update):
        now, self.num_update = self.num_update, num_update  # they read the learning rate of the present number of updates
        try:
            return self._get_lr(index), self._get_wd(index)
        finally:
            self.num_update = now

    def __getstate__(self):
        """Give what is pickled and copied: all but the parameters, which a Trainer sets again."""
        self._settle()
        return {**vars(self), "param_dict": {}, "_table": None}

    @classmethod
    def updates_itself(cls):
        """Whether the class defines `update` instead of a rule."""
        return cls.update is not Optimizer.update

    # What an optimizer written for MXNet calls in its `update`.

    @property
    def lr(self):
        """The learning rate without a scheduler."""
        return self._lr

    @lr.setter
    def lr(self, value):
        self._lr = value

    @property
    def _index_update_count(self):
        """How often each index has been updated, by index."""
        self._settle()
        return self._counts

    @_index_update_count.setter
    def _index_update_count(self, counts):
        self._settle()
        self._counts = counts

    def _settle(self):
        """Let a table of addresses, which counts by itself, write its steps to the counts."""
        if self._table is not None:
            self._table.settle()

    def _update_count(self, index):
        """Count an update of one index, or of several."""
        for i in index if isinstance(index, list | tuple) else [index]:
            self._index_update_count[i] = self._index_update_count.get(i, self.begin_num_update) + 1
            self.num_update = max(self.num_update, self._index_update_count[i])

    def _get_lr(self, index):
        """Give the learning rate of an index at the present count."""
        return self.learning_rate * self.factors(index)[0]

    def _get_wd(self, index):
        """Give the weight decay of an index."""
        return self.wd * self.factors(index)[1]

    def _get_lrs(self, indices):
        """Give the learning rates of several indices."""
        return [self._get_lr(index) for index in indices]

    def _get_wds(self, indices):
        """Give the weight decays of several indices."""
        return [self._get_wd(index) for index in indices]

    # States and steps.

    def state_shape(self, shape):
        """Give the shape of the states of a weight of this shape."""
        return shape

    def create_state(self, index, weight):
        """Give the states of a weight before its first update.

        Returns
        -------
        None, NDArray or tuple
            For each name in `states` an array of zeros, and after them, if `kept` is not empty, the dict of the kept numbers; what
            would be a tuple of one array is that array.
        """
        shape = self.state_shape(weight.shape)
        arrays = [NDArray(aligned_zeros(shape, weight.dtype)) for _ in self.states]
        return (*arrays, dict(self.kept)) if self.kept else tuple(arrays) if len(arrays) > 1 else arrays[0] if arrays else None

    def create_state_multi_precision(self, index, weight):
        """Give the states, and before them a float32 copy of a float16 weight if `multi_precision` is set.

        The copy comes first for every optimizer; in MXNet 1.9.1 it is the last for SGD, NAG and LARS.
        """
        if not (self.multi_precision and weight.dtype == np.float16):
            if weight.dtype == np.float16:
                warnings.warn("float16 weights accumulate rounding errors; pass multi_precision=True to keep a float32 copy", stacklevel=3)
            return self.create_state(index, weight)
        master = weight.astype(np.float32)
        return master, self.create_state(index, master)

    def update(self, index, weight, grad, state):
        """Update one weight, or a list of weights, in place. The gradients are not changed.

        Parameters
        ----------
        index : int or list of int
            Whose counts and multipliers apply.
        weight, grad : NDArray or list of NDArray
            Weights and gradients, of equal shapes.
        state : None, NDArray or tuple of NDArray, or list of these
            What `create_state` gave.

        Raises
        ------
        TypeError, ValueError
            If arrays do not fit. Nothing has been changed then, of any of them.
        """
        make_step(self, *listed(index, weight, grad, state))

    def update_multi_precision(self, index, weight, grad, state):
        """Do as `update` does, with the states of `create_state_multi_precision`."""
        make_step_multi_precision(self, *listed(index, weight, grad, state))

    def move(self, w, g, states, treatment, scalars, at):
        """Change one weight and its states: by one pass over memory, if a class does not say otherwise.

        Parameters
        ----------
        w, g : numpy arrays
            The weight, and the gradient, which is only read.
        states : list of numpy arrays
            Those of `create_state`.
        treatment, scalars : tuples of numbers
            What prologue and rule take beside the arrays, of the dtype they are computed in.
        at : tuple
            The parameter's index, its learning rate, and the kept numbers as `keep` gave them for this step.
        """
        if any([x.size != w.size for x in states]):
            raise ValueError(f"{type(self).__name__}.state_shape gives states of another size: define move too, to say what they are for")
        self.sweep(self.prologue, self.rule, w, g, states, treatment, scalars)

    @staticmethod
    def sweep(prologue, rule, w, g, states, treatment, scalars, rows=False):
        """Run the kernel of a prologue and a rule on one weight, on request row by row."""
        apply(kernel(prologue, rule, rows), w, g, states, treatment, scalars, rows)
