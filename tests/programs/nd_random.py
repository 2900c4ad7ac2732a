"""Programs on mx.nd.random and mx.random: numbers exactly where the streams are MXNet's own, else what is certain about them."""

import numpy as np


def uniform_numbers(mx):
    uniform = mx.nd.random.uniform
    return uniform(shape=(2, 3)), uniform(-1, 1, shape=4), uniform(low=2, high=5, shape=(2,)), uniform(0, 1, (2, 1))


def normal_numbers(mx):
    normal = mx.nd.random.normal
    return normal(shape=(2, 3)), normal(0, 0.1, shape=4), normal(loc=5, scale=2, shape=(2,)), normal(1, 1, (2, 1))


def normal_numbers_by_the_shape_alone(mx):
    random = mx.nd.random
    return random.randn(3), random.randn(2, 2), random.randn(2, 1, 2).shape, random.randn(3, loc=2, scale=0.1)


def one_random_number_has_shape_1(mx):
    return mx.nd.random.uniform(), mx.nd.random.normal(), mx.nd.random.uniform(5, 6), mx.nd.random.normal(10, 0.1)


def equal_seeds_give_equal_numbers(mx):
    mx.random.seed(42)
    first = mx.nd.random.uniform(shape=3), mx.nd.random.normal(shape=3)
    second = mx.nd.random.uniform(shape=3)
    mx.random.seed(42)
    again = mx.nd.random.uniform(shape=3), mx.nd.random.normal(shape=3)
    return first, second, [(x == y).min().asscalar() for x, y in zip(first, again, strict=True)]


def numbers_of_several_seeds(mx):
    draws = []
    for seed in (0, 1, 2, 123, 2**31 - 1):
        mx.random.seed(seed)
        draws.append((mx.nd.random.uniform(shape=2), mx.nd.random.normal(shape=2)))
    return draws


def numbers_of_arrays_long_enough_for_several_engines(mx):
    mx.random.seed(3)
    x, y = mx.nd.random.uniform(shape=(1000,)), mx.nd.random.normal(shape=(40, 30))
    return x[:3], x[62:68], x[-3:], y[0, :3], y[2, 2:8], y[-1, -3:], mx.nd.random.uniform(shape=(3,))


def uniform_numbers_of_float64(mx):
    return mx.nd.random.uniform(shape=(3,), dtype="float64"), mx.nd.random.uniform(-1, 1, shape=(2,), dtype=np.float64)


def random_numbers_written_into_an_array(mx):
    x = mx.nd.zeros((2, 2))
    result = mx.nd.random.uniform(0, 1, out=x)
    y = mx.nd.ones((3,))
    mx.nd.random.normal(0, 1, shape=(3,), out=y)
    return x, y, result is x


def random_numbers_in_a_context(mx):
    return str(mx.nd.random.uniform(shape=2, ctx=mx.cpu(1)).context), str(mx.nd.random.normal(shape=(2,), ctx=mx.cpu(0)).context)


def random_numbers_in_older_spellings(mx):
    nd = mx.nd
    drawn = nd.random_uniform(low=0, high=1, shape=(2,)), nd.random_normal(loc=0, scale=1, shape=(2,))
    drawn += nd.uniform(0, 1, shape=(2,)), nd.normal(shape=(2,))
    return drawn, mx.random.uniform(0, 1, shape=2), mx.random.normal(0, 1, shape=(2,)), mx.random.randn(2)


def random_numbers_like_another_array(mx):
    x = mx.nd.zeros((2, 3))
    u, n = mx.nd.random.uniform_like(x, low=4, high=5), mx.nd.random.normal_like(x, loc=100, scale=0.1)
    return u.shape, n.shape, u.min().asscalar() >= 4, u.max().asscalar() <= 5, 99 < n.mean().asscalar() < 101


def bounds_given_as_arrays(mx):
    low, high = mx.nd.array([0, 10]), mx.nd.array([1, 20])
    x = mx.nd.random.uniform(low, high, shape=(50,))
    y = mx.nd.random.normal(mx.nd.array([0, 100]), mx.nd.array([1, 1]))
    inside = (x[0] >= 0).min(), (x[0] <= 1).min(), (x[1] >= 10).min(), (x[1] <= 20).min()
    return x.shape, y.shape, inside, 50 < y[1].asscalar() < 150


def whole_numbers(mx):
    x = mx.nd.random.randint(3, 7, shape=(20, 20))
    y = mx.nd.random.randint(0, 10, (5,), dtype="int64")
    return x.shape, np.dtype(x.dtype).name, sorted({int(v) for v in x.asnumpy().flatten()}), np.dtype(y.dtype).name, y.min().asscalar() >= 0


def shuffled_rows(mx):
    x = mx.nd.arange(20).reshape((10, 2))
    y = mx.nd.random.shuffle(x)
    return y.shape, y.sort(axis=0), (y[:, 1] - y[:, 0]), x


def draws_of_classes(mx):
    certain = mx.nd.random.multinomial(mx.nd.array([0, 0, 1]), shape=5)
    rows = mx.nd.random.multinomial(mx.nd.array([[1, 0], [0, 1]]), shape=(3,))
    x = mx.nd.random.multinomial(mx.nd.array([0.2, 0.3, 0.5]), shape=(2000,)).asnumpy()
    return certain, rows, mx.nd.random.multinomial(mx.nd.array([0, 1])), sorted({int(v) for v in x}), 1.2 < x.mean() < 1.4


def positive_and_counted_numbers(mx):
    random = mx.nd.random
    e, g, p = random.exponential(2, shape=(5000,)), random.gamma(3, 2, shape=(5000,)), random.poisson(4, shape=(5000,))
    whole = (p == p.round()).min().asscalar()
    means = [x.mean().asscalar() for x in (e, g, p)]
    return [x.min().asscalar() >= 0 for x in (e, g, p)], 1.7 < means[0] < 2.3, 5 < means[1] < 7, 3.7 < means[2] < 4.3, whole


def moments_of_many_numbers(mx):
    u, n = mx.nd.random.uniform(-1, 3, shape=(10000,)), mx.nd.random.normal(2, 3, shape=(10000,))
    deviation = (n - n.mean()).square().mean().sqrt().asscalar()
    rounded = [round(float(v), 2) for v in (u.mean().asscalar(), n.mean().asscalar(), deviation)]
    return u.min(), u.max(), rounded, (u < 3).min().asscalar()


def seeds_in_all_contexts(mx):
    mx.random.seed(5, ctx="all")
    x = mx.nd.random.uniform(shape=(2,))
    mx.random.seed(5, ctx=mx.cpu(0))
    return x, mx.nd.random.uniform(shape=(2,))


def synthetic_data_of_a_linear_model(mx):
    nd = mx.nd
    mx.random.seed(1)
    w, b = nd.array([2, -3.4]), 4.2
    x = nd.random.normal(scale=1, shape=(100, 2))
    y = nd.dot(x, w) + b + nd.random.normal(scale=0.01, shape=(100,))
    return x[:2], y[:3], y.shape, (nd.dot(x, w) + b - y).abs().max().asscalar() < 0.1


def random_walk(mx):
    mx.random.seed(9)
    place, places = mx.nd.zeros((2,)), []
    for _ in range(5):
        place = place + mx.nd.sign(mx.nd.random.uniform(-1, 1, shape=(2,)))
        places.append(place)
    return mx.nd.stack(*places)


def normal_numbers_of_float64(mx):
    return mx.nd.random.normal(shape=(3,), dtype="float64"), mx.nd.random.normal(1, 2, shape=(2,), dtype=np.float64)
