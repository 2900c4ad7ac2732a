"""Programs on mx.nd: shapes, joining and splitting, tiling, order of axes and of elements."""


def reshape_to_plain_shapes(mx):
    x = mx.nd.arange(6)
    methods = x.reshape((2, 3)), x.reshape(3, 2), x.reshape([6, 1]), x.reshape(shape=(1, 6))
    return methods, mx.nd.reshape(x, (2, 3)), mx.nd.reshape(x, shape=(3, 2))


def reshape_with_an_inferred_axis(mx):
    x = mx.nd.arange(24).reshape((2, 3, 4))
    shapes = (-1,), (-1, 4), (2, -1), (4, -1, 3), (1, -1)
    return [x.reshape(shape).shape for shape in shapes], x.reshape(-1).shape, x.reshape(4, -1).shape, x.reshape((-1, 8))


def reshape_code_0_copies_an_axis(mx):
    x = mx.nd.arange(24).reshape((2, 3, 4))
    return [x.reshape(shape).shape for shape in ((0, -1), (0, 0, -1), (-1, 0), (0, 12), (0, 2, 6), (4, 0, 2))], x.reshape((0, -1))


def reshape_code_minus_2_copies_the_rest(mx):
    x = mx.nd.ones((2, 3, 4))
    return [x.reshape(shape).shape for shape in ((-2,), (2, -2), (0, -2), (-2, 1, 1), (0, 3, -2), (0, -2, 1))]


def reshape_code_minus_3_merges_two_axes(mx):
    x = mx.nd.ones((2, 3, 4, 5))
    return [x.reshape(shape).shape for shape in ((-3, -3), (-3, 4, 5), (0, -3, 0), (0, -3, -2), (-3, -2), (0, 0, -3))]


def reshape_code_minus_4_splits_an_axis(mx):
    x = mx.nd.ones((4, 6, 5))
    return [x.reshape(shape).shape for shape in ((-4, 2, 2, -2), (-4, -1, 2, -2), (0, -4, 3, -1, 0), (0, -4, 2, 3, -2), (-4, 2, -1, -3))]


def reshape_read_from_the_right(mx):
    x = mx.nd.arange(40).reshape((10, 2, 2))
    methods = [x.reshape(shape, reverse=True).shape for shape in ((-1, 0), (0, -1), (-1, 0, 0), (20, 0))]
    functions = mx.nd.reshape(x, shape=(-1, 0), reverse=True).shape, mx.nd.reshape(x, shape=(0, -1), reverse=True)
    return methods, functions, x.reshape((-1, 0)).shape


def reshape_shares_memory(mx):
    x = mx.nd.zeros((2, 3))
    y = x.reshape((3, 2))
    y[0, 1] = 5
    x[1, 2] = 7
    return x, y


def reshape_to_another_size_is_refused(mx):
    x, words = mx.nd.arange(6), []
    for shape in ((4, 2), (7,), (4, -1), (-1, -1)):
        try:
            words.append(x.reshape(shape).shape)
        except (ValueError, mx.base.MXNetError):
            words.append("refused")
    return words


def reshape_like_another_array(mx):
    x = mx.nd.arange(6)
    return mx.nd.reshape_like(x, mx.nd.zeros((2, 3))), x.reshape_like(mx.nd.zeros((3, 2)))


def flattening_keeps_the_first_axis(mx):
    x = mx.nd.arange(12).reshape((2, 3, 2))
    return mx.nd.flatten(x), x.flatten(), mx.nd.flatten(mx.nd.ones((3,))), mx.nd.ones((2, 3)).flatten()


def transposing(mx):
    x = mx.nd.arange(6).reshape((1, 2, 3))
    functions = mx.nd.transpose(x), mx.nd.transpose(x, axes=(1, 0, 2)), mx.nd.transpose(x, (2, 0, 1))
    return functions, x.transpose(), x.transpose((1, 2, 0)), x.transpose(axes=(0, 2, 1)), x.T


def exchanging_and_moving_axes(mx):
    nd = mx.nd
    x = nd.arange(24).reshape((2, 3, 4))
    exchanged = nd.swapaxes(x, 0, 2), nd.swapaxes(x, dim1=0, dim2=1).shape, x.swapaxes(1, 2).shape
    return exchanged, nd.moveaxis(x, 0, -1), nd.moveaxis(x, 2, 0).shape, nd.moveaxis(x, (0, 1), (-1, -2)).shape


def inserting_axes(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    functions = mx.nd.expand_dims(x, axis=0), mx.nd.expand_dims(x, 1)
    return functions, x.expand_dims(-1), x.expand_dims(axis=2), x.expand_dims(0).expand_dims(-1).shape


def removing_axes(mx):
    nd = mx.nd
    x = nd.arange(6).reshape((1, 2, 1, 3))
    functions = nd.squeeze(x), nd.squeeze(x, axis=0), nd.squeeze(x, axis=(0, 2))
    return functions, x.squeeze(), x.squeeze(axis=-2), x.squeeze(0).shape, nd.squeeze(nd.ones((1, 1)))


def removing_an_axis_of_several_elements_is_refused(mx):
    try:
        return mx.nd.squeeze(mx.nd.ones((2, 3)), axis=0).shape
    except (ValueError, mx.base.MXNetError):
        return "refused"


def broadcasting_to_a_shape(mx):
    nd = mx.nd
    row, column = nd.array([[1, 2, 3]]), nd.array([[1], [2]])
    functions = nd.broadcast_to(row, shape=(2, 3)), nd.broadcast_to(row, (2, 0)), nd.broadcast_to(column, shape=(2, 2))
    return functions, column.broadcast_to((2, 3)), nd.array([1, 2]).broadcast_to((2, 2))


def broadcasting_like_another_array(mx):
    nd = mx.nd
    row = nd.array([[1, 2, 3]])
    chosen = nd.broadcast_like(row, nd.zeros((5, 2)), lhs_axes=(0,), rhs_axes=(1,))
    return nd.broadcast_like(row, nd.zeros((2, 3))), row.broadcast_like(nd.zeros((2, 3))), chosen


def broadcasting_along_axes(mx):
    nd = mx.nd
    x = nd.array([[[1], [2]]])
    return nd.broadcast_axes(x, axis=(0, 2), size=(2, 3)), nd.broadcast_axes(x, axis=0, size=2), x.broadcast_axes(axis=2, size=2)


def reversing_axes(mx):
    nd = mx.nd
    x = nd.arange(6).reshape((2, 3))
    flipped = nd.flip(x, axis=1), nd.flip(x, axis=0), nd.flip(x, axis=(0, 1)), nd.flip(nd.arange(3), axis=0)
    return flipped, x.flip(axis=1), x.flip(axis=0)


def tiling(mx):
    nd = mx.nd
    x = nd.array([[1, 2], [3, 4]])
    functions = nd.tile(x, reps=2), nd.tile(x, (2, 1)), nd.tile(x, reps=(2, 1, 1)), nd.tile(nd.array([1, 2]), reps=(2, 2))
    return functions, x.tile((1, 3)), x.tile(reps=(2, 2))


def repeating_elements(mx):
    nd = mx.nd
    x = nd.array([[1, 2], [3, 4]])
    return nd.repeat(x, repeats=2), nd.repeat(x, 2, axis=0), nd.repeat(x, repeats=3, axis=1), x.repeat(2), x.repeat(repeats=2, axis=-1)


def concatenation(mx):
    nd = mx.nd
    x, y = nd.arange(4).reshape((2, 2)), nd.ones((2, 1))
    pairs = nd.concat(x, x), nd.concat(x, x, dim=0), nd.concat(x, y, dim=1), nd.concat(*[y, x, y], dim=-1)
    return pairs, nd.concat(nd.arange(2), nd.arange(3), dim=0), nd.concat(x)


def concatenation_of_a_list(mx):
    nd = mx.nd
    x, y = nd.array([[1, 2]]), nd.array([[3, 4]])
    return nd.concatenate([x, y]), nd.concatenate([x, y], axis=1), nd.concatenate([x, y, x], axis=0)


def concatenation_of_unequal_arrays_is_refused(mx):
    nd, words = mx.nd, []
    for x, y, dim in (((2, 3), (3, 2), 0), ((2, 3), (2, 4), 0), ((2, 3), (1, 3), 0)):
        try:
            words.append(nd.concat(nd.ones(x), nd.ones(y), dim=dim).shape)
        except (ValueError, mx.base.MXNetError):
            words.append("refused")
    return words


def stacking(mx):
    nd = mx.nd
    x, y = nd.array([1, 2, 3]), nd.array([4, 5, 6])
    return nd.stack(x, y), nd.stack(x, y, axis=1), nd.stack(x, y, axis=-1), nd.stack(*[x * i for i in range(3)], axis=0), nd.stack(x)


def splitting_into_equal_parts(mx):
    nd = mx.nd
    x = nd.arange(12).reshape((2, 6))
    parts = nd.split(x, num_outputs=3), nd.split(x, 2, axis=0), nd.split(x, num_outputs=6, axis=1, squeeze_axis=True)
    return parts, x.split(num_outputs=2, axis=1), x.split(2, 0, True), type(parts[0]).__name__


def splitting_into_one_part_gives_an_array(mx):
    x = mx.nd.arange(3)
    return mx.nd.split(x, num_outputs=1, axis=0)


def splitting_unevenly_is_refused(mx):
    try:
        return len(mx.nd.split(mx.nd.ones((2, 5)), num_outputs=2, axis=1))
    except (ValueError, mx.base.MXNetError):
        return "refused"


def split_and_concat_undo_each_other(mx):
    nd = mx.nd
    x = nd.arange(24).reshape((2, 3, 4))
    return [(nd.concat(*nd.split(x, num_outputs=x.shape[axis], axis=axis), dim=axis) == x).min().asscalar() for axis in range(3)]


def sorting(mx):
    nd = mx.nd
    x = nd.array([[3, 1, 2], [7, 9, 8], [-1, 0, 5]])
    functions = nd.sort(x), nd.sort(x, axis=0), nd.sort(x, is_ascend=False), nd.sort(x, axis=None)
    return functions, x.sort(axis=1), x.sort(is_ascend=0), nd.sort(nd.array([2, 3, 1], dtype="int32"))


def order_of_elements(mx):
    nd = mx.nd
    x = nd.array([[3, 1, 2], [7, 9, 8], [-1, 0, 5]])
    functions = nd.argsort(x), nd.argsort(x, axis=0), nd.argsort(x, is_ascend=False), nd.argsort(x, axis=None)
    return functions, x.argsort(), nd.argsort(x, axis=1, dtype="int32"), x.argsort(axis=0, is_ascend=False)


def largest_elements(mx):
    nd = mx.nd
    x = nd.array([[0.3, 0.1, 0.2], [0.7, 0.9, 0.8]])
    plain = nd.topk(x), nd.topk(x, k=2), nd.topk(x, k=1, axis=0), nd.topk(x, axis=1, k=2, is_ascend=True), nd.topk(x, k=2, dtype="int32")
    kinds = [nd.topk(x, k=2, ret_typ=kind) for kind in ("value", "both", "mask", "indices")]
    return plain, kinds, x.topk(k=2), x.topk(axis=None, k=3, ret_typ="value"), nd.topk(nd.array([3, 1, 2]), k=0)


def patches_of_a_picture_by_reshape_and_transpose(mx):
    picture = mx.nd.arange(16).reshape((1, 1, 4, 4))
    patches = picture.reshape((0, 0, -4, 2, 2, -2)).reshape((0, 0, 0, 0, -4, 2, 2)).transpose((0, 2, 4, 1, 3, 5)).reshape((0, -3, -1))
    return patches, patches.shape


def heads_of_attention_by_reshape_codes(mx):
    x = mx.nd.arange(24).reshape((2, 3, 4))
    heads = x.reshape((0, 0, 2, -1)).transpose((0, 2, 1, 3)).reshape((-1, 0, 0), reverse=True)
    back = heads.reshape((-1, 2, 0, 0), reverse=True).transpose((0, 2, 1, 3)).reshape((0, 0, -1))
    return heads, (back == x).min().asscalar()


def windows_of_a_sequence(mx):
    nd = mx.nd
    x = nd.arange(6)
    windows = nd.stack(*[x[i : i + 3] for i in range(4)])
    return windows, windows.mean(axis=1), nd.concat(*[w.expand_dims(0) for w in windows], dim=0).shape
