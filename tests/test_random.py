"""Draws in MXNet's seeded streams."""

import json
import subprocess
import sys

import numpy as np
import pytest

from mxedu import gluon, init, nd, random
from tests.helpers import ARRAYS, golden

CALLS = {
    "random-00": lambda: nd.random.uniform(shape=(8, 4)),
    "random-01": lambda: nd.random.uniform(-2, 3, shape=(130,)),
    "random-02": lambda: nd.random.normal(shape=(70,)),
    "random-03": lambda: initialized(init.Xavier()),
    "random-04": lambda: initialized(init.Normal(0.3)),
}


def initialized(initializer):
    parameter = gluon.Parameter("x_weight", shape=(5, 7))
    parameter.initialize(initializer)
    return parameter.data()


def twin(seed, n, engine=0, skip=0):
    """Uniform draws of one engine, one by one, from the recipe."""
    state = np.random.RandomState((127 * seed + engine) % 2**32)
    words = [int(state.randint(0, 2**32, dtype=np.uint32)) for _ in range(skip + n)]
    return np.array(words[skip:])


@pytest.mark.parametrize("case", **golden("random"))
def test_golden_streams(case):
    random.seed(case["S"])
    drawn = CALLS[case["id"]]()
    assert drawn.dtype == np.float32
    # The logarithm of the normal draws may differ in its last digit.
    np.testing.assert_allclose(drawn, ARRAYS[f"misc/{case['id']}"], rtol=3e-7, atol=0)


def test_first_draws_of_the_tutorial():
    random.seed(0)
    x = nd.random.uniform(shape=(8, 4))
    y = nd.random.uniform(shape=(8,))
    # As printed, with 8 digits after the point.
    np.testing.assert_allclose(x[0], [0.5488135, 0.5928446, 0.71518934, 0.84426576], rtol=0, atol=4e-8)
    np.testing.assert_allclose(y[:3], [0.0202184, 0.36824155, 0.83261985], rtol=0, atol=4e-8)


def test_an_unseeded_program_has_seed_0():
    code = "from mxedu import nd; print(nd.random.uniform(shape=(2,)).asnumpy().tolist())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(json.loads(done.stdout), twin(0, 2) / 2**32, rtol=1e-7)


@pytest.mark.parametrize("seed", [-3, 5, 2**31, 10**12, np.int64(9)])
def test_seeds_start_anew(seed):
    random.seed(seed)
    first = nd.random.uniform(shape=(10,)).asnumpy()
    np.testing.assert_allclose(first, twin(int(seed), 10) / 2**32, rtol=1e-7)
    random.seed(seed)
    assert np.array_equal(nd.random.uniform(shape=(10,)), first)


def test_streams_continue():
    """100 numbers come from two engines, 50 each; a call for 30 then goes on with the first alone."""
    random.seed(3)
    hundred, thirty = nd.random.uniform(shape=(10, 10)).asnumpy().ravel(), nd.random.uniform(shape=30)
    np.testing.assert_allclose(hundred, np.concatenate([twin(3, 50), twin(3, 50, engine=1)]) / 2**32, rtol=1e-7)
    np.testing.assert_allclose(thirty, twin(3, 30, skip=50) / 2**32, rtol=1e-7)


def test_at_most_1024_engines():
    """70 000 numbers come from 1012 runs of 69 (70 000 / 1024, rounded up), the last of them shorter."""
    random.seed(1)
    drawn = nd.random.uniform(shape=70000).asnumpy()
    for engine in (0, 1, 1011):
        run = drawn[69 * engine : 69 * engine + 30]
        np.testing.assert_allclose(run, twin(1, 30, engine) / 2**32, rtol=1e-7)


def test_float64_takes_two_words_a_number():
    random.seed(7)
    drawn = nd.random.uniform(-1, 1, shape=(5,), dtype="float64")
    low, high = twin(7, 10).reshape(5, 2).T.astype(np.float64)
    assert drawn.dtype == np.float64
    np.testing.assert_allclose(drawn, 2 * (low + high * 2**32) / 2**64 - 1, rtol=1e-14)


def test_uniform_never_reaches_its_upper_bound(monkeypatch):
    """The largest word rounds up to 1 in float32."""
    monkeypatch.setattr(nd.streams, "_words", lambda engine, n: np.full(n, 2**32 - 1, np.uint32))
    assert nd.random.uniform(shape=(1,)).asscalar() == np.float32(1 - 2**-24)
    assert nd.random.uniform(shape=(1,), dtype="float64").asscalar() == 1 - 2**-53


@pytest.mark.parametrize("seed", range(10))
def test_normal_is_the_polar_method_one_by_one(seed):
    random.seed(seed)
    drawn = nd.random.normal(2, 3, shape=(64,), dtype="float64").asnumpy()
    low, high = twin(seed, 500).reshape(250, 2).T.astype(np.float64)
    units, expected = iter((low + high * 2**32) / 2**64), []
    while len(expected) < 64:
        x, y = 2 * next(units) - 1, 2 * next(units) - 1
        r2 = x * x + y * y
        if 0 < r2 <= 1:
            expected.append(2 + 3 * y * np.sqrt(-2 * np.log(r2) / r2))
    np.testing.assert_allclose(drawn, expected, rtol=1e-13)


def test_normals_of_many_engines_are_each_engines_own():
    """6400 numbers are 64 from each of 100 engines, in whatever round they are drawn."""
    random.seed(6)
    drawn = nd.random.normal(shape=(6400,), dtype="float64").asnumpy().reshape(100, 64)
    for engine in (0, 1, 42, 99):
        low, high = twin(6, 500, engine).reshape(250, 2).T.astype(np.float64)
        x, y = 2 * ((low + high * 2**32) / 2**64).reshape(125, 2).T - 1
        inside = x * x + y * y <= 1
        r2, y = (x * x + y * y)[inside][:64], y[inside][:64]
        expected = y * np.sqrt(-2 * np.log(r2) / r2)
        np.testing.assert_allclose(drawn[engine], expected, rtol=1e-13)


def test_states_of_the_streams_are_given_and_set():
    random.seed(8)
    nd.random.normal(shape=(130,))
    state = nd.streams.get_state()
    first = nd.random.uniform(shape=(200,)).asnumpy()
    random.seed(9)
    nd.streams.set_state(*state)
    assert np.array_equal(nd.random.uniform(shape=(200,)), first)


def test_shapes_that_are_numpys_integers():
    n, two = np.int64(3), nd.array([1.0, 2.0])
    assert nd.random.uniform(two, two + 1, shape=n).shape == (2, 3)
    assert nd.random.gamma(2, 1, shape=n).shape == nd.random.uniform(shape=n).shape == (3,)
    assert nd.random.multinomial(nd.array([0.5, 0.5]), shape=n).shape == (3,)


def test_randn_is_normal_of_a_shape():
    random.seed(1)
    expected = nd.random.normal(1, 2, shape=(2, 3)).asnumpy()
    random.seed(1)
    assert np.array_equal(nd.random.randn(2, 3, loc=1, scale=2), expected)
    assert nd.random.randn().shape == nd.random.uniform().shape == (1,)


@pytest.mark.parametrize("draw", [nd.random.uniform, nd.random.normal])
def test_empty_draws_take_nothing_from_the_streams(draw):
    random.seed(2)
    assert draw(shape=(0, 3)).shape == (0, 3)
    assert nd.random.uniform().asscalar() == pytest.approx(twin(2, 1)[0] / 2**32, rel=1e-7)


@pytest.mark.parametrize(
    "initializer, shape, low, high",
    [
        (init.Uniform(0.2), (5, 7), -0.2, 0.2),
        (init.Xavier(factor_type="in"), (4, 12), -0.5, 0.5),
        (init.Xavier(factor_type="out", magnitude=1), (4, 12), -0.5, 0.5),
        (init.Xavier(magnitude=6), (4, 2, 3), -1 / np.sqrt(1.5), 1 / np.sqrt(1.5)),
    ],
)
def test_initializers_scale_the_uniform_stream(initializer, shape, low, high):
    """Fans: in = shape[1] * area, out = shape[0] * area; the scale is sqrt(magnitude / fan)."""
    random.seed(4)
    parameter = gluon.Parameter("x_weight", shape=shape)
    parameter.initialize(initializer)
    expected = low + (high - low) * twin(4, int(np.prod(shape))) / 2**32
    np.testing.assert_allclose(parameter.data().asnumpy().ravel(), expected, rtol=0, atol=1e-7)


def test_gaussian_xavier_scales_the_normal_stream():
    random.seed(4)
    normals = nd.random.normal(shape=(4, 12)).asnumpy()
    random.seed(4)
    parameter = gluon.Parameter("x_weight", shape=(4, 12))
    parameter.initialize(init.Xavier("gaussian", "avg", 2))
    np.testing.assert_allclose(parameter.data(), normals * np.sqrt(2 / 8), rtol=1e-6)


def test_integers_shuffles_and_choices_are_mxnets():
    """Printed by MXNet 1.9.1, one program for each seed."""

    def program(*draws):
        return [np.asarray(draw()).tolist() for draw in draws]

    random.seed(7)
    assert program(
        lambda: nd.random.randint(0, 10, shape=(5,)),
        lambda: nd.random.uniform(shape=(2,)),
        lambda: nd.random.randint(-5, 100, shape=(2, 3)),
        lambda: nd.random.shuffle(nd.arange(8)),
        lambda: nd.random.shuffle(nd.arange(8).reshape((4, 2))),
        lambda: nd.random.multinomial(nd.array([[0.1, 0.9], [0.5, 0.5]]), shape=4),
    ) == [
        [9, 1, 2, 5, 3], [0.4002416431903839, 0.9340171217918396], [[57, 43, 40], [33, 43, 21]], [1, 0, 6, 7, 5, 4, 2, 3],
        [[4, 5], [2, 3], [6, 7], [0, 1]], [[1, 1, 1, 1], [1, 1, 0, 1]],
    ]  # fmt: skip
    random.seed(0)
    assert program(lambda: nd.random.randint(0, 1000, shape=(8,), dtype="int64")) == [[751, 344, 403, 199, 739, 314, 287, 320]]
    random.seed(0)
    assert program(lambda: nd.random.shuffle(nd.arange(10))) == [[0, 2, 3, 5, 9, 1, 6, 8, 4, 7]]
    random.seed(0)
    assert program(lambda: nd.random.multinomial(nd.array([0.1, 0.2, 0.3, 0.4]), shape=10)) == [[2, 2, 3, 3, 3, 3, 2, 3, 2, 3]]


def test_older_names_of_draws():
    mu, sigma = nd.array([1.0, 2.0]), nd.array([0.1, 0.2])
    for older, newer in (
        (lambda: nd.random_uniform(-1, 2, shape=(3,)), lambda: nd.random.uniform(-1, 2, (3,))),
        (lambda: nd.random_exponential(4.0, shape=(3,)), lambda: nd.random.exponential(0.25, (3,))),
        (lambda: nd.sample_normal(mu, sigma, shape=3), lambda: nd.random.normal(mu, sigma, 3)),
    ):
        random.seed(6)
        first = older().asnumpy()
        random.seed(6)
        assert np.array_equal(first, newer())
