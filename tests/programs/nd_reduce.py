"""Programs on mx.nd: sums, means, extremes, norms and their places."""


def sums(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [4, 5, 6]])
    functions = nd.sum(x), nd.sum(x, axis=0), nd.sum(x, axis=1, keepdims=True), nd.sum(x, keepdims=True), nd.sum(x, axis=-1)
    return functions, x.sum(), x.sum(0), x.sum(axis=1), x.sum(axis=(0, 1)), x.sum(0, True)


def sums_over_several_axes(mx):
    x = mx.nd.arange(24).reshape((2, 3, 4))
    return mx.nd.sum(x, axis=(0, 2)), mx.nd.sum(x, axis=(1, 2), keepdims=True), x.sum(axis=(-1, 0)), x.sum(axis=[0, 1])


def reductions_over_all_other_axes(mx):
    nd = mx.nd
    x = nd.arange(24).reshape((2, 3, 4))
    sums = nd.sum(x, axis=1, exclude=True), nd.sum(x, axis=(0, 1), exclude=True, keepdims=True), x.sum(axis=0, exclude=True)
    means = x.mean(axis=0, exclude=True), nd.mean(x, axis=-1, exclude=True)
    return sums, means, nd.max(x, axis=0, exclude=True), x.min(axis=2, exclude=True)


def means(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [4, 5, 9]])
    functions = nd.mean(x), nd.mean(x, axis=0), nd.mean(x, axis=(0, 1), keepdims=True)
    return functions, x.mean(), x.mean(1), x.mean(axis=0, keepdims=True), nd.mean(x.astype("float64"), axis=1)


def products(mx):
    x = mx.nd.array([[1, 2, 3], [4, 5, 6]])
    return mx.nd.prod(x), mx.nd.prod(x, axis=1), x.prod(axis=0, keepdims=True), x.prod()


def largest_and_smallest(mx):
    nd = mx.nd
    x = nd.array([[1, 7, 3], [4, -5, 6]])
    largest = nd.max(x), nd.max(x, axis=1), x.max(axis=0, keepdims=True), x.max(1), nd.max(x, axis=(0, 1))
    return largest, nd.min(x), nd.min(x, axis=0), x.min(axis=-1), x.min()


def sums_that_skip_nan(mx):
    nan = float("nan")
    x = mx.nd.array([[1, nan, 3], [nan, 5, 2]])
    sums = mx.nd.nansum(x), mx.nd.nansum(x, axis=0), x.nansum(axis=1)
    return sums, mx.nd.sum(x, axis=0)


def norms(mx):
    nd = mx.nd
    v, x = nd.array([3, -4]), nd.array([[1, -2, 2], [0, 3, 4]])
    functions = nd.norm(v), nd.norm(x), nd.norm(x, axis=1), nd.norm(x, ord=2, axis=1, keepdims=True)
    sums = nd.norm(x, ord=1, axis=0), nd.norm(x, ord=1)
    return functions, sums, x.norm(), x.norm(axis=0), v.norm().asscalar(), nd.norm(x, axis=(0, 1)), nd.norm(nd.ones((2, 3, 2)), axis=(1, 2))


def places_of_the_largest_and_the_smallest(mx):
    nd = mx.nd
    x = nd.array([[1, 7, 3], [4, -5, 6]])
    largest = nd.argmax(x, axis=1), nd.argmax(x), nd.argmax(x, axis=0, keepdims=True), x.argmax(axis=0), x.argmax(1)
    return largest, nd.argmin(x, axis=1), nd.argmin(x), x.argmin(axis=0), x.argmin()


def first_of_equal_places(mx):
    x = mx.nd.array([[2, 5, 5], [1, 1, 3]])
    return mx.nd.argmax(x, axis=1), mx.nd.argmin(x, axis=1), mx.nd.argmax(mx.nd.zeros((4,)), axis=0)


def full_reductions_have_one_element(mx):
    x = mx.nd.arange(6).reshape((2, 3))
    shapes = [y.shape for y in (x.sum(), x.mean(), x.max(), x.min(), x.prod(), x.norm(), x.argmax(), mx.nd.dot(x[0], x[1]))]
    return shapes, x.sum().asscalar() + 1, x[0].sum() * x


def reductions_keep_the_dtype(mx):
    whole, double, half = (mx.nd.array([1, 5, 3], dtype=dtype) for dtype in ("int32", "float64", "float16"))
    plain = [(x.sum(), x.max(), x.min(), x.prod()) for x in (whole, double, half)]
    return plain, double.mean(), half.mean(), double.argmax(axis=0), whole.argmax(axis=0)


def reductions_over_missing_axes_are_refused(mx):
    words = []
    for axis in (2, -3, (0, 0), (0, 5)):
        try:
            words.append(mx.nd.ones((2, 3)).sum(axis=axis).shape)
        except (ValueError, mx.base.MXNetError):
            words.append("refused")
    return words


def results_of_reductions_written_into_an_array(mx):
    x, out = mx.nd.arange(6).reshape((2, 3)), mx.nd.zeros((3,))
    mx.nd.sum(x, axis=0, out=out)
    kept = out.copy()
    mx.nd.max(x, axis=0, out=out)
    return kept, out


def variance_by_the_mean_of_squares(mx):
    x = mx.nd.array([[2, 4, 4, 4], [5, 5, 7, 9]])
    variance = mx.nd.square(x).mean() - mx.nd.square(x.mean())
    return variance, mx.nd.sqrt(variance), ((x - x.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / 3


def softmax_by_hand_and_by_function(mx):
    x = mx.nd.array([[1000, 1001, 1002], [-1, 0, 1]])
    e = (x - x.max(axis=1, keepdims=True)).exp()
    mine = e / e.sum(axis=1, keepdims=True)
    return mine, mx.nd.abs(mine - mx.nd.softmax(x)).max().asscalar() < 1e-6


def histogram_by_comparisons(mx):
    x = mx.nd.array([0.1, 0.4, 0.45, 0.7, 0.9, 0.95])
    return [((x >= low) * (x < low + 0.25)).sum().asscalar() for low in (0, 0.25, 0.5, 0.75)]


def scaling_to_a_global_norm(mx):
    arrays = [mx.nd.array([3.0, 4.0]), mx.nd.array([[12.0]])]
    norm = mx.nd.sqrt(mx.nd.add_n(*[(a**2).sum() for a in arrays])).asscalar()
    for a in arrays:
        a *= 1.3 / norm
    return norm, arrays


def accuracy_of_the_best_two(mx):
    nd = mx.nd
    scores, labels = nd.array([[0.1, 0.5, 0.4], [0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]), nd.array([2, 2, 2])
    return (nd.topk(scores, k=2) == labels.expand_dims(1)).sum(axis=1).mean().asscalar(), (scores.argmax(axis=1) == labels).mean()
