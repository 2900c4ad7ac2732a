"""How a step is made: everything is checked and every number computed first, then arrays change. What fails has changed nothing."""

import functools
from numbers import Real

import numpy as np

from .. import validate
from ..autograd import is_recording
from ..base import MXNetError
from ..nd import NDArray

__all__ = ["check", "learning_rate", "listed", "make_step", "make_step_multi_precision", "numbers_of", "parts"]

# What kernels compute in, by dtype.char of the weight (float16, 32, 64): Numba's CPU has no float16.
COMPUTED_IN = {"e": np.float32, "f": np.float32, "d": np.float64}


def listed(index, weight, grad, state):
    """Lists of one for a call with one parameter."""
    if type(index) is not list and type(index) is not tuple:
        return [index], [weight], [grad], [state]
    for name, xs in ("weight", weight), ("grad", grad), ("state", state):
        if xs is not None and (type(xs) is not list and type(xs) is not tuple or len(xs) != len(index)):
            raise ValueError(f"{name} must be a list of {len(index)}, one for each index, got {type(xs).__name__}")
    return index, weight, grad, state


def learning_rate(optimizer, num_update):
    """Give the learning rate of the step that is the num_update-th."""
    if optimizer.lr_scheduler is None:
        return optimizer._lr
    return validate.real("the value of lr_scheduler", optimizer.lr_scheduler(num_update), low=0)


def make_step(optimizer, indices, weights, grads, states):
    """Make the step of an optimizer's rule for all parameters given."""
    if is_recording():
        raise MXNetError("an update inside autograd.record() would change weights that the gradients need: end the `with` block before it")
    rule, known = optimizer.rule, optimizer._index_update_count
    # The counts of all parameters advance together, and then the learning rate is read: one step, one rate.
    counts = {index: known.get(index, optimizer.begin_num_update) + 1 for index in indices}
    if len(counts) != len(indices):
        raise ValueError(f"an index occurs twice in {list(indices)}: each parameter is updated once in a step")
    num_update = max([optimizer.num_update, *counts.values()])
    found = []
    for index, weight, grad, state in zip(indices, weights, grads, states, strict=True):
        check(index, weight, grad)
        found.append(parts(optimizer, index, weight, state))
    lr = learning_rate(optimizer, num_update)
    numbers, jobs = {}, []  # what is equal for several parameters is computed once
    for index, weight, grad, (arrays, kept) in zip(indices, weights, grads, found, strict=True):
        t, (rate, decay) = counts[index], optimizer.rates(index, lr, num_update)
        following = kept and _following(optimizer, t, rate, kept)
        key = t, rate, decay, weight._data.dtype, *following.values()
        if key not in numbers:
            numbers[key] = numbers_of(optimizer, rule, t, rate, decay, weight._data.dtype, following)
        jobs.append((weight._data, grad._data, arrays, *numbers[key], (index, rate, following), kept))
    known.update(counts)
    optimizer.num_update = num_update
    for *job, at, kept in jobs:
        optimizer.move(*job, at)
        kept.update(at[-1])


def _following(optimizer, t, lr, kept):
    """Give the kept numbers of this step, which follow from those of the last."""
    following = optimizer.keep(t, lr, **kept)
    if type(following) is not dict or following.keys() != kept.keys():
        raise TypeError(f"{type(optimizer).__name__}.keep must give a dict of {', '.join(kept)}, got {following!r}")
    return following


def make_step_multi_precision(optimizer, indices, weights, grads, states):
    """Make the step on the float32 copies that stand before the states of float16 weights, where there are such, and round these."""
    make = _update_each if optimizer.updates_itself() else make_step
    if not optimizer.multi_precision:
        make(optimizer, indices, weights, grads, states)
        return
    for i, w, g, s in zip(indices, weights, grads, states, strict=True):
        check(i, w, g)
        if w.dtype == np.float16 and not (type(s) is tuple and len(s) == 2 and type(s[0]) is NDArray and s[0].dtype == np.float32):
            raise ValueError(f"state of parameter {i} must be (float32 copy, states): multi_precision was not set when it was made")
    masters = [s[0] if w.dtype == np.float16 else None for w, s in zip(weights, states, strict=True)]
    targets = [w if m is None else m for w, m in zip(weights, masters, strict=True)]
    states = [s if m is None else s[1] for s, m in zip(states, masters, strict=True)]
    make(optimizer, indices, targets, grads, states)
    for weight, master in zip(weights, masters, strict=True):
        if master is not None:
            weight._data[...] = master._data


def _update_each(optimizer, indices, weights, grads, states):
    """Call the `update` of a class that defines it, for one parameter at a time."""
    for index, weight, grad, state in zip(indices, weights, grads, states, strict=True):
        optimizer.update(index, weight, grad if grad.dtype == weight.dtype else grad.astype(weight.dtype), state)


def check(index, weight, grad):
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


def parts(optimizer, index, weight, state):
    """Give the arrays and the kept numbers of a state, or raise if they are not as `create_state` gives them."""
    state = () if state is None else (state,) if isinstance(state, NDArray) else state
    arrays, kept = (state[:-1], state[-1]) if state and type(state[-1]) is dict else (state, optimizer.kept)
    shape = optimizer.state_shape(weight._data.shape)
    if len(arrays) == len(optimizer.states) and kept.keys() == optimizer.kept.keys() and not (kept is optimizer.kept and kept):
        dtype = weight._data.dtype
        if all([type(s) is NDArray and s._data.shape == shape and s._data.dtype == dtype for s in arrays]):
            return [s._data for s in arrays], kept
    numbers = f", then the numbers {', '.join(optimizer.kept)} in a dict" if optimizer.kept else ""
    found = [f"{s.shape} {s.dtype.__name__}" if isinstance(s, NDArray) else s for s in state]
    raise ValueError(
        f"state of parameter {index} must be {len(optimizer.states)} arrays ({', '.join(optimizer.states)}) of shape {shape} and dtype "
        f"{weight._data.dtype}{numbers}, as create_state gives them for the weight's shape {weight.shape}, but has {found}: does the index "
        "stand for another weight too, or has a setting or the weight's dtype been changed since?"
    )


def numbers_of(optimizer, rule, t, lr, wd, dtype, kept):
    """Give what prologue and rule take beside the arrays, for one (t, lr, wd, dtype) and kept numbers."""
    scalars = optimizer.scalars(t, lr, wd, **kept)
    if type(scalars) is not tuple and type(scalars) is not list:
        raise TypeError(f"{type(optimizer).__name__}.scalars must give a tuple, got {scalars!r}; for one number, (x,)")
    if len(scalars) != len(rule.scalars):
        raise ValueError(f"{type(optimizer).__name__}.scalars gave {len(scalars)} numbers for {rule}")
    limit = optimizer.clip_gradient
    if limit is not None and not limit > 0:
        raise ValueError(f"clip_gradient (None for no clipping) must be greater than 0, but has been set to {limit}")
    return _typed(dtype, optimizer.rescale_grad, np.inf if limit is None else limit, wd, *scalars)


@functools.lru_cache(maxsize=64)
def _typed(dtype, r, c, wd, *scalars):
    """Give the numbers as the kernel for weights of a dtype takes them. Many methods use the same ones in every step."""
    for x in scalars:
        if type(x) is not float and type(x) is not int and not isinstance(x, Real):  # which takes half a microsecond
            raise TypeError(f"scalars must give numbers, got {x!r}")
    kind = COMPUTED_IN[dtype.char]
    return (kind(r), kind(c), kind(wd)), tuple([kind(x) for x in scalars])
