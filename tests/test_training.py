"""Whole trainings: real data, several threads, several processes."""

import concurrent.futures
import multiprocessing
import warnings

import numpy as np
import pytest

from mxedu import autograd, gluon, nd
from mxedu.lab import digits


def test_a_net_recognises_digits():
    training, held_out = digits.datasets()
    assert (len(training), len(held_out)) == (1438, 359)
    net = digits.train(training)
    assert digits.accuracy(net, held_out) >= 0.97
    again = digits.train(training)
    for a, b in zip(net.collect_params().values(), again.collect_params().values(), strict=True):
        assert np.array_equal(a.data(), b.data())


def weights(seed):
    """The weights of a net after some steps on data of its own; large enough for the threaded kernels."""
    rng = np.random.default_rng(seed)
    net = gluon.nn.Sequential()
    net.add(gluon.nn.Dense(400, activation="tanh", in_units=300), gluon.nn.Dense(1, in_units=400))
    net.initialize()
    for p in net.collect_params().values():
        p.set_data(rng.normal(size=p.shape) * 0.1)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
    for _ in range(10):
        x, y = nd.array(rng.normal(size=(16, 300))), nd.array(rng.normal(size=16))
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), y)
        loss.backward()
        trainer.step(16)
    return [p.data().asnumpy() for p in net.collect_params().values()]


def same(found, expected):
    for got, wanted in zip(found, expected, strict=True):
        for a, b in zip(got, wanted, strict=True):
            assert np.array_equal(a, b)


@pytest.fixture(scope="module")
def one_after_the_other():
    return [weights(seed) for seed in range(4)]


def test_threads_train_at_once_as_one_after_the_other(one_after_the_other):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        same(pool.map(weights, range(4)), one_after_the_other)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes_train_as_this_one_does(one_after_the_other, method):
    """A forked child is without the threads that its parent's kernels had started; a spawned one begins anew."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)  # it is, and that is what is tried
        with multiprocessing.get_context(method).Pool(2) as pool:
            same(pool.map_async(weights, range(4)).get(timeout=120), one_after_the_other)
