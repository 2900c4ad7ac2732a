"""What all optimizers share: counts, learning rates, decay, the treatment of the gradient, and how a step is run.

A subclass names its `rule` and its `prologue` and computes the rule's scalars; see `mxedu.optimizer.sgd` for the shortest one. One
written for MXNet, which defines `create_state` and `update` on NDArrays, works too, without a kernel.
"""

import functools
import inspect
import warnings

import numpy as np

from .. import validate
from ..nd import NDArray
from ..nd.memory import aligned_zeros
from .prologue import clip_then_decay
from .rule import Rule, apply, kernel

__all__ = ["Optimizer"]

# What the kernel computes in, by dtype.char of the weight (float16, 32, 64): Numba's CPU has no float16.
COMPUTED_IN = {"e": np.float32, "f": np.float32, "d": np.float64}


class Optimizer:
    """The base of all optimizers.

    A subclass sets `rule` (a `Rule`) and `prologue` (`clip`, `clip_then_decay` or `decay_then_clip`) and defines
    ``scalars(t, lr, wd)``, the numbers its rule takes after the states.

    Parameters
    ----------
    rescale_grad : float, default 1.0
        The gradient is multiplied by this first. A Trainer sets it to 1 / batch_size at every step.
    wd : float, default 0.0
        Weight decay. Each class says where it enters.
    clip_gradient : float, optional
        Every entry of the rescaled gradient is limited to [-clip_gradient, clip_gradient]. Must be positive; None: no limit.
    learning_rate : float, optional
        The learning rate, at least 0. Default: the scheduler's, else the class's `default_learning_rate`, 0.01.
    lr_scheduler : callable, optional
        Gives the learning rate as a function of the number of updates, 1 for the first. A `learning_rate` passed beside it
        becomes its `base_lr`; without one, `base_lr` is left alone (MXNet 1.9.1's Adam sets it to 0.001).
    begin_num_update : int, default 0
        The number of updates taken to have been made already.
    multi_precision : bool, default False
        For float16 weights: keep a float32 copy, update it, and round it to float16 after each step.
    param_dict : dict of int to Parameter, optional
        Where the multipliers `lr_mult` and `wd_mult` of each index are found. A Trainer sets it.
    param_idx2name : dict of int to str, optional
        Names of the indices. As in MXNet 1.9.1, a parameter whose name ends in neither `_weight` nor `_gamma` then has no decay.

    Raises
    ------
    TypeError, ValueError
        If an argument is unknown, of the wrong type or out of bounds; the message names it.
    """

    rule = None
    prologue = clip_then_decay
    default_learning_rate = 0.01

    def __init__(
        self, *, rescale_grad=1.0, wd=0.0, clip_gradient=None, learning_rate=None, lr_scheduler=None, begin_num_update=0,
        multi_precision=False, param_dict=None, param_idx2name=None, **unknown,
    ):  # fmt: skip
        if unknown:
            raise TypeError(self._unknown(sorted(unknown)))
        if not isinstance(self.rule, Rule) and not self._updates_itself():
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
        self._index_update_count = {}
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
        known = [p for c in (cls, Optimizer) for p in inspect.signature(c.__init__).parameters if p not in ("self", "kwargs", "unknown")]
        hint = validate.did_you_mean({"lr": "learning_rate"}.get(names[0], names[0]), known)
        return f"{cls.__name__} got an unexpected argument {', '.join(map(repr, names))}.{hint} It takes {', '.join(dict.fromkeys(known))}."

    def scalars(self, t, lr, wd):
        """Give the numbers that the rule takes after the states, for the t-th update (from 1) at learning rate lr and decay wd."""
        raise NotImplementedError(f"{type(self).__name__} must define scalars(t, lr, wd)")

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
        self.lr_mult = dict(args_lr_mult)

    def set_wd_mult(self, args_wd_mult):
        """Set factors of the weight decay, by index or name; forgets those set before."""
        undecayed = {name: 0.0 for name in self.idx2name.values() if not name.endswith(("_weight", "_gamma"))}
        self.wd_mult = {**undecayed, **args_wd_mult}

    def _multipliers(self, index):
        """Give the factors of learning rate and decay of an index without a parameter: those set by index, else by name."""
        name = self.idx2name.get(index)
        return self.lr_mult.get(index, self.lr_mult.get(name, 1.0)), self.wd_mult.get(index, self.wd_mult.get(name, 1.0))

    # What an optimizer written for MXNet calls in its `update`.

    @classmethod
    def _updates_itself(cls):
        """Whether the class defines `update` instead of a rule."""
        return cls.update is not Optimizer.update

    @property
    def lr(self):
        """The learning rate without a scheduler."""
        return self._lr

    @lr.setter
    def lr(self, value):
        self._lr = value

    def _update_count(self, index):
        """Count an update of one index, or of several."""
        for i in index if isinstance(index, list | tuple) else [index]:
            self._index_update_count[i] = self._index_update_count.get(i, self.begin_num_update) + 1
            self.num_update = max(self.num_update, self._index_update_count[i])

    def _factors(self, index):
        """Give the factors of learning rate and decay of an index."""
        parameter = self.param_dict.get(index)
        return self._multipliers(index) if parameter is None else (parameter.lr_mult, parameter.wd_mult)

    def _get_lr(self, index):
        """Give the learning rate of an index at the present count."""
        return self.learning_rate * self._factors(index)[0]

    def _get_wd(self, index):
        """Give the weight decay of an index."""
        return self.wd * self._factors(index)[1]

    # Steps.

    def create_state(self, index, weight):
        """Give the states of a weight before its first update: zeros of its shape, one array, a tuple of several, or None."""
        if self.rule is None:
            return None
        states = [NDArray(aligned_zeros(weight.shape, weight.dtype)) for _ in self.rule.states]
        return tuple(states) if len(states) > 1 else states[0] if states else None

    def create_state_multi_precision(self, index, weight):
        """Give the states, and before them a float32 copy of a float16 weight if `multi_precision` is set."""
        if not (self.multi_precision and weight.dtype == np.float16):
            if weight.dtype == np.float16:
                warnings.warn("float16 weights accumulate rounding errors; pass multi_precision=True to keep a float32 copy", stacklevel=3)
            return self.create_state(index, weight)
        master = weight.astype(np.float32)
        return master, self.create_state(index, master)

    def _check(self, index, weight, grad):
        """Raise if a step with these arrays could not be made."""
        if type(weight) is type(grad) is NDArray:
            w = weight._data
            if w.shape == grad._data.shape and w.dtype.char in COMPUTED_IN and w.flags.writeable:
                return
        for name, x in ("weight", weight), ("grad", grad):
            if not isinstance(x, NDArray):
                raise TypeError(f"{name} of parameter {index} must be an NDArray, got {type(x).__name__}: wrap it with nd.array")
        if weight._data.dtype.char not in COMPUTED_IN:
            raise TypeError(f"weight of parameter {index} has dtype {weight._data.dtype}: only float16, float32 and float64 can be updated")
        if grad.shape != weight.shape:
            raise ValueError(f"grad of parameter {index} has shape {grad.shape}, but its weight has {weight.shape}: they must be the same")
        if not weight._data.flags.writeable:
            raise ValueError(f"weight of parameter {index} is read-only: update a copy")

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
        indices, weights, grads, states = listed(index, weight, grad, state)
        self._update(indices, weights, grads, states)

    def update_multi_precision(self, index, weight, grad, state):
        """Do as `update` does, with the states of `create_state_multi_precision`."""
        indices, weights, grads, states = listed(index, weight, grad, state)
        update = self._update_each if self._updates_itself() else self._update
        if not self.multi_precision:
            update(indices, weights, grads, states)
            return
        for i, weight, grad in zip(indices, weights, grads, strict=True):
            self._check(i, weight, grad)
        masters = [s[0] if w.dtype == np.float16 else None for w, s in zip(weights, states, strict=True)]
        targets = [w if m is None else m for w, m in zip(weights, masters, strict=True)]
        states = [s if m is None else s[1] for s, m in zip(states, masters, strict=True)]
        update(indices, targets, grads, states)
        for weight, master in zip(weights, masters, strict=True):
            if master is not None:
                weight._data[...] = master._data

    def _update_each(self, indices, weights, grads, states):
        """Call the `update` of a class that defines it, for one parameter at a time."""
        for index, weight, grad, state in zip(indices, weights, grads, states, strict=True):
            self.update(index, weight, grad if grad.dtype == weight.dtype else grad.astype(weight.dtype), state)

    def _update(self, indices, weights, grads, states):
        """Check everything and compute all numbers, then change arrays: what fails has changed nothing."""
        rule, known = self.rule, self._index_update_count
        # The counts of all parameters advance together, and then the learning rate is read: one step, one rate.
        counts = {index: known.get(index, self.begin_num_update) + 1 for index in indices}
        if len(counts) != len(indices):
            raise ValueError(f"an index occurs twice in {list(indices)}: each parameter is updated once in a step")
        num_update = max([self.num_update, *counts.values()])
        if self.lr_scheduler is None:
            lr = self._lr
        else:
            lr = validate.real("the value of lr_scheduler", self.lr_scheduler(num_update), low=0)
        numbers, jobs = {}, []  # equal (t, lr, wd, dtype) are computed once
        for index, weight, grad, state in zip(indices, weights, grads, states, strict=True):
            self._check(index, weight, grad)
            state = () if state is None else (state,) if isinstance(state, NDArray) else state
            if len(state) != len(rule.states) or (state and not all([s._data.shape == weight._data.shape for s in state])):
                raise ValueError(
                    f"state of parameter {index} must be {len(rule.states)} arrays of the weight's shape {weight.shape}, as create_state "
                    f"gives them, but has {[s.shape for s in state]}: does the index stand for another weight too?"
                )
            lr_mult, wd_mult = self._factors(index)
            key = counts[index], lr * lr_mult, self.wd * wd_mult, weight._data.dtype
            if key not in numbers:
                numbers[key] = self._numbers(rule, *key)
            jobs.append((weight._data, grad._data, [s._data for s in state], *numbers[key]))
        known.update(counts)
        self.num_update = num_update
        run = kernel(self.prologue, rule)
        for job in jobs:
            apply(run, *job)

    def _numbers(self, rule, t, lr, wd, dtype):
        """Give what prologue and rule take beside the arrays, for one (t, lr, wd, dtype)."""
        scalars = self.scalars(t, lr, wd)
        if type(scalars) is not tuple and type(scalars) is not list:
            raise TypeError(f"{type(self).__name__}.scalars must give a tuple, got {scalars!r}; for one number, (x,)")
        if len(scalars) != len(rule.scalars):
            raise ValueError(f"{type(self).__name__}.scalars gave {len(scalars)} numbers for {rule}")
        return _typed(dtype, self.rescale_grad, np.inf if self.clip_gradient is None else self.clip_gradient, wd, *scalars)


@functools.lru_cache(maxsize=64)
def _typed(dtype, r, c, wd, *scalars):
    """Give the numbers as the kernel for weights of a dtype takes them. Many methods use the same ones in every step."""
    kind = COMPUTED_IN[dtype.char]
    return (kind(r), kind(c), kind(wd)), tuple([kind(x) for x in scalars])


def listed(index, weight, grad, state):
    """Lists of one for a call with one parameter."""
    if type(index) is list or type(index) is tuple:
        return index, weight, grad, state
    return [index], [weight], [grad], [state]
