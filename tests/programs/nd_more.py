"""Programs on mx.nd: functions beyond the list of API.md, section 10."""


def linear_algebra_products(mx):
    la = mx.nd.linalg
    a, b = mx.nd.array([[1.0, 2.0], [3.0, 4.0]]), mx.nd.array([[2.0, 0.0], [1.0, 2.0]])
    return la.gemm2(a, b), la.gemm2(a, b, transpose_b=True, alpha=0.5), la.gemm(a, b, a, alpha=2.0, beta=-1.0), la.syrk(a)


def shapes_and_sizes_as_arrays(mx):
    x = mx.nd.zeros((2, 3, 4))
    return mx.nd.shape_array(x), mx.nd.size_array(x), x.shape_array(), x.size_array()


def splitting_at_places(mx):
    nd = mx.nd
    x = nd.arange(10).reshape((2, 5))
    functions = nd.split_v2(x, (1, 3), axis=1), nd.split_v2(x, 2), nd.split_v2(x, (1, 2), axis=1, squeeze_axis=False)[1]
    return functions, x.split_v2((2,), axis=1)


def padding(mx):
    nd = mx.nd
    x = nd.arange(9).reshape((1, 1, 3, 3))
    constant = nd.pad(x, mode="constant", pad_width=(0, 0, 0, 0, 1, 0, 0, 2), constant_value=-1)
    edge = nd.pad(x, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 2, 2))
    return constant, edge, nd.pad(x, mode="reflect", pad_width=(0, 0, 0, 0, 1, 1, 1, 1))


def rows_by_a_mask(mx):
    nd = mx.nd
    m = nd.arange(8).reshape((4, 2))
    return nd.contrib.boolean_mask(m, nd.array([1, 0, 0, 1])), nd.contrib.boolean_mask(m, m[:, 0] > 3)


def coordinates_and_flat_positions(mx):
    nd = mx.nd
    return nd.unravel_index(nd.array([5, 7, 11]), shape=(3, 4)), nd.ravel_multi_index(nd.array([[1, 1, 2], [1, 3, 3]]), shape=(3, 4))


def numbers_counted_like_an_array(mx):
    x = mx.nd.zeros((2, 3))
    return mx.nd.contrib.arange_like(x), mx.nd.contrib.arange_like(x, axis=1), mx.nd.contrib.arange_like(x, start=1, step=2, axis=0)


def running_sums(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [4, 5, 6]])
    return nd.cumsum(x, axis=0), nd.cumsum(x, axis=1), nd.cumsum(x), nd.cumsum(nd.array([1, 2], dtype="int32"), axis=0)


def means_and_variances_at_once(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [4, 5, 9]])
    return nd.moments(x, axes=(0,)), nd.moments(x, axes=(0, 1)), nd.moments(x, axes=(1,), keepdims=True)


def checking_that_all_numbers_are_finite(mx):
    nd = mx.nd
    return nd.all_finite(nd.ones((2, 2))), nd.all_finite(nd.array([1, float("inf")])), nd.all_finite(nd.array([float("nan")]))


def sums_of_squares_of_several_arrays(mx):
    nd = mx.nd
    return nd.multi_sum_sq(nd.array([3, 4]), nd.array([[1, 2], [2, 4]]), num_arrays=2)


def diagonals(mx):
    nd = mx.nd
    x = nd.arange(12).reshape((3, 4))
    return nd.diag(nd.array([1, 2, 3])), nd.diag(x), nd.diag(x, k=1), nd.diag(x, k=-1), x.diag(), nd.diag(nd.array([1, 2]), k=1)


def softmax_of_sequences_of_different_length(mx):
    x = mx.nd.array([[1, 2, 3], [0, 5, -1]])
    return mx.nd.softmax(x, length=mx.nd.array([2, 3], dtype="int32"), use_length=True)


def softmax_in_older_spellings(mx):
    x = mx.nd.array([[1, 2, 3], [0, 5, -1]])
    return mx.nd.SoftmaxActivation(x), mx.nd.SoftmaxOutput(x, mx.nd.array([0, 1])), mx.nd.softmax_cross_entropy(x, mx.nd.array([0, 1]))


def group_and_instance_normalisation(mx):
    nd = mx.nd
    x = nd.array([[[1, 2], [5, 3], [0, 1], [7, 7.5]]])
    groups = nd.GroupNorm(x, nd.array([1, 2]), nd.array([0, 1]), num_groups=2, eps=1e-5)
    return groups, nd.InstanceNorm(x, nd.ones((4,)), nd.zeros((4,)), eps=1e-3)


def last_elements_and_reversals_of_sequences(mx):
    nd = mx.nd
    x, length = nd.arange(12).reshape((3, 2, 2)), nd.array([1, 3])
    last = nd.SequenceLast(x, length, use_sequence_length=True), nd.SequenceLast(x)
    return last, nd.SequenceReverse(x, length, use_sequence_length=True), nd.SequenceReverse(x)


def division_by_the_root_of_the_last_dimension(mx):
    return mx.nd.contrib.div_sqrt_dim(mx.nd.arange(8).reshape((2, 4)))


def older_names_of_functions_of_shapes(mx):
    nd = mx.nd
    x = nd.arange(6).reshape((2, 3))
    joined = nd.Concat(x, x, dim=0), nd.SliceChannel(x, num_outputs=3, axis=1), nd.Flatten(nd.ones((2, 1, 2)))
    changed = nd.SwapAxis(x, dim1=0, dim2=1), nd.reverse(x, axis=1), nd.Reshape(x, shape=(3, 2))
    return joined, changed, nd.broadcast_axis(x[0:1], axis=0, size=2)


def older_names_of_reductions(mx):
    nd = mx.nd
    x = nd.array([[1, 7, 3], [4, -5, 6]])
    return nd.sum_axis(x, axis=0), nd.max_axis(x, axis=0), nd.min_axis(x, axis=1), nd.argmax_channel(x)


def rarer_elementwise_functions(mx):
    nd = mx.nd
    x = nd.array([0.1, 0.5, 0.9])
    hard = nd.hard_sigmoid(x * 10 - 5), nd.hard_sigmoid(x, alpha=0.5, beta=0.1)
    return hard, nd.erfinv(x), nd.gammaln(x * 10), nd.rcbrt(x), x.rcbrt(), nd.broadcast_hypot(x, nd.array([2])), nd.make_loss(x)


def products_that_skip_nan(mx):
    nan = float("nan")
    x = mx.nd.array([[1, nan, 3], [nan, 5, 2]])
    return mx.nd.nanprod(x), mx.nd.nanprod(x, axis=0), x.nanprod(axis=1, keepdims=True)
