"""What holds for every optimizer there is: any dtype, shape and layout; NaN where IEEE says; states saved and loaded; failed calls."""

import numba
import numpy as np
import pytest

from mxedu import nd, optimizer, random
from mxedu.optimizer.registry import _registry
from tests.helpers import unchanged

NAMES = sorted({cls: name for name, cls in _registry.items() if cls.__module__.startswith("mxedu.")}.values())
# Arguments that bring out more states, or a step at every update.
ARGUMENTS = {
    "sgd": {"momentum": 0.9}, "nag": {"momentum": 0.9}, "dcasgd": {"momentum": 0.9},
    "lars": {"momentum": 0.9, "eta": 0.5}, "lbsgd": {"momentum": 0.9},
    "rmsprop": {"centered": True},
}  # fmt: skip
every = pytest.mark.parametrize("name", NAMES)


def make(name, **kwargs):
    return optimizer.create(name, **{**ARGUMENTS.get(name, {}), **kwargs})


def fit(name, shape):
    """Give the shape, or for GroupAdaGrad one of two axes."""
    return shape if name != "groupadagrad" or len(shape) == 2 else (int(np.prod(shape)), 1)


def train(update, weights, gradients, first=0):
    """Update all weights in each step, but the second one in every other step only."""
    for t, step in enumerate(gradients, first):
        indices = [i for i in range(len(weights)) if i != 1 or t % 2 == 0]
        update(indices, [nd.array(step[i], dtype=weights[i].dtype) for i in indices], [weights[i] for i in indices])


def problem(name, dtype="float32", steps=12):
    rng = np.random.default_rng(3)
    shapes = [fit(name, s) for s in ((4, 3), (5,), (2, 2))]
    weights = [nd.array(rng.standard_normal(s), dtype=dtype) for s in shapes]
    return weights, [[rng.standard_normal(s) for s in shapes] for _ in range(steps)]


def test_there_are_all_of_them():
    assert set(_registry) >= {
        "sgd", "ccsgd", "nag", "signum", "sgld", "dcasgd", "ftml", "ftrl", "adam", "adagrad", "groupadagrad", "rmsprop", "adadelta",
        "adamax", "nadam", "lars", "lbsgd", "lamb", "adamw", "adabelief", "lans", "test",
    }  # fmt: skip
    assert isinstance(optimizer.create("ccsgd", momentum=0.5), optimizer.SGD)


@every
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_states_continue_bit_for_bit(name, dtype):
    """Half of a run, saved, loaded into a new optimizer and gone on with, gives the bits of the whole run."""
    weights, gradients = problem(name, dtype)
    again = [w.copy() for w in weights]
    kwargs = {"multi_precision": True, "wd": 0.0 if name == "groupadagrad" else 0.01, "clip_gradient": 1.0}
    random.seed(1)
    whole = optimizer.get_updater(make(name, **kwargs))
    train(whole, weights, gradients[:6])
    middle = [w.copy() for w in weights]
    saved = whole.get_states(dump_optimizer=True)
    random.seed(2)
    train(whole, weights, gradients[6:], first=6)
    random.seed(2)
    other = optimizer.get_updater(make(name, **kwargs))
    other.set_states(saved)
    train(other, middle, gradients[6:], first=6)
    for w, resumed, start in zip(weights, middle, again, strict=True):
        assert np.array_equal(w.asnumpy(), resumed.asnumpy())
        assert not np.array_equal(w.asnumpy(), start.asnumpy())
    assert whole.get_states(dump_optimizer=True) == other.get_states(dump_optimizer=True)


@every
def test_master_weights_are_those_of_float32(name):
    """With multi_precision a float16 weight is at every step what a float32 one, of the same start and gradients, rounds to."""
    halves, gradients = problem(name, "float16")
    singles = [w.astype("float32") for w in halves]
    gradients = [[g.astype("f2") for g in step] for step in gradients]
    random.seed(1)
    train(optimizer.get_updater(make(name, multi_precision=True)), halves, gradients)
    random.seed(1)
    train(optimizer.get_updater(make(name)), singles, gradients)
    for half, single in zip(halves, singles, strict=True):
        assert np.array_equal(half.asnumpy(), single.asnumpy().astype("f2"))


@every
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (0, 3)])
def test_scalar_and_empty_weights(name, shape):
    if name == "groupadagrad" and len(shape) != 2:
        pytest.skip("rows and columns")
    w = nd.ones(shape)
    update = optimizer.get_updater(make(name, learning_rate=0.5))
    for _ in range(3):
        update(0, nd.ones(shape), w)
    assert w.shape == shape
    assert np.isfinite(w.asnumpy()).all() and not (w.asnumpy() == 1).any()


@every
def test_arrays_of_any_layout(name):
    rng = np.random.default_rng(0)
    base, g = rng.standard_normal((6, 8)).astype("f4"), rng.standard_normal((8, 6)).astype("f4")
    turned, plain = nd.NDArray(base.copy().T), nd.array(base.T.copy())
    results = []
    for w, gradient in ((turned, nd.NDArray(np.asfortranarray(g))), (plain, nd.array(g))):
        random.seed(1)
        update = optimizer.get_updater(make(name))
        for _ in range(3):
            update(0, gradient, w)
        results.append(w.asnumpy())
    assert not turned._data.flags.c_contiguous
    assert np.array_equal(*results)
    assert not np.array_equal(results[0], base.T)


@every
def test_nothing_is_written_to_a_read_only_weight(name):
    weights, gradients = problem(name)
    update = optimizer.get_updater(make(name))
    train(update, weights, gradients[:2])
    weights[2]._data.flags.writeable = False
    with unchanged(update, weights), pytest.raises(ValueError, match="read-only"):
        train(update, weights, gradients[2:3])


@every
def test_what_fails_changes_nothing(name):
    weights, gradients = problem(name)
    update = optimizer.get_updater(make(name))
    train(update, weights, gradients[:2])
    wrong = [*weights[:2], nd.ones((7, 7))]
    with unchanged(update, wrong), pytest.raises(ValueError, match="shape|has"):
        train(update, wrong, gradients[2:3])


@every
def test_gradients_of_zero_make_no_nan(name):
    """Also from the first step on, where 1.9.1's Adamax divides 0 by 0."""
    w = nd.array([[1.0, 0.0], [-2.0, 3.0]])
    update = optimizer.get_updater(make(name))
    for _ in range(3):
        update(0, nd.zeros((2, 2)), w)
        assert np.isfinite(w.asnumpy()).all()
    update(0, nd.array([[1.0, 0.0], [-1.0, 0.0]]), w)
    assert np.isfinite(w.asnumpy()).all()


@every
def test_zero_weights_make_no_nan(name):
    w = nd.zeros((2, 2))
    update = optimizer.get_updater(make(name))
    for _ in range(3):
        update(0, nd.array([[1.0, 0.0], [-1.0, 0.0]]), w)
        assert np.isfinite(w.asnumpy()).all()


@every
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_stay_where_they_are(name, bad):
    """A gradient that is no finite number spoils its weight (an infinite one may also just move it), and no other.

    Of a layer-wise method the norm is spoilt too, and its ratio then 1, or 0.
    """
    shape, at = fit(name, (4,)), (1, 0) if name == "groupadagrad" else 1
    w, g = nd.ones(shape), np.full(shape, 0.5, "f4")
    g[at] = bad
    random.seed(1)
    update = optimizer.get_updater(make(name))
    with np.errstate(all="ignore" if numba.config.DISABLE_JIT else "warn"):  # without the JIT, NumPy computes, and warns
        for _ in range(3):
            update(0, nd.array(g), w)
    others = np.ones(shape, bool)
    others[at] = False
    assert np.isfinite(w.asnumpy()[others]).all()
    if np.isnan(bad):
        assert np.isnan(w.asnumpy()[at])


@every
def test_a_learning_rate_of_zero_stops_or_is_refused(name):
    if name == "test":
        pytest.skip("it has none")
    weights, gradients = problem(name)
    update = optimizer.get_updater(make(name, learning_rate=0.0))
    before = [w.asnumpy() for w in weights]
    if name in ("ftml", "ftrl"):
        with unchanged(update, weights), pytest.raises(ValueError, match="learning_rate, by which .* divides, must be"):
            train(update, weights, gradients[:1])
        return
    train(update, weights, gradients[:3])
    for w, old in zip(weights, before, strict=True):
        assert np.array_equal(w.asnumpy(), old)


@every
def test_gradients_are_not_changed(name):
    rng = np.random.default_rng(0)
    shape = fit(name, (5,))
    g = nd.array(rng.standard_normal(shape))
    before, w = g.asnumpy().copy(), nd.ones(shape)
    update = optimizer.get_updater(make(name, rescale_grad=0.5, clip_gradient=0.3, wd=0.0 if name == "groupadagrad" else 0.1))
    for _ in range(3):
        update(0, g, w)
    assert np.array_equal(g.asnumpy(), before)


@every
def test_multipliers_and_counts(name):
    """Rate and decay are those given, times the factors of the index."""
    if name == "test":
        pytest.skip("it has no rate")
    shape, wd = fit(name, (5,)), 0.0 if name == "groupadagrad" else 0.1
    rng = np.random.default_rng(0)
    start, gradients = rng.standard_normal(shape), rng.standard_normal((4, *shape))
    paths = []
    for opt in (make(name, learning_rate=0.02, wd=wd / 2), make(name, learning_rate=0.01, wd=wd)):
        if paths:
            opt.set_lr_mult({0: 2.0})
            opt.set_wd_mult({0: 0.5})
        update, w = optimizer.get_updater(opt), nd.array(start)
        random.seed(1)
        for g in gradients:
            update(0, nd.array(g), w)
        assert opt.num_update == 4
        paths.append(w.asnumpy())
    assert np.array_equal(*paths)


@every
def test_wrong_arguments_are_named(name):
    cls = _registry[name]
    with pytest.raises(TypeError, match=rf"{cls.__name__} got an unexpected argument 'lr'. Did you mean 'learning_rate'"):
        optimizer.create(name, lr=0.1)
    for argument in ("momentum", "beta1", "beta2", "rho", "gamma1", "epsilon", "eps", "lamda", "lamda1", "eta", "wd_lh", "schedule_decay"):
        if argument in cls.__init__.__code__.co_varnames:
            with pytest.raises(ValueError, match=rf"{argument} must be a finite number"):
                optimizer.create(name, **{argument: -1.0})
            with pytest.raises(TypeError, match=rf"{argument} must be a finite number"):
                optimizer.create(name, **{argument: "0.5"})
