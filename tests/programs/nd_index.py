"""Programs on mx.nd: indexing, assignment, and the functions that select."""

import numpy as np


def one_element_keeps_an_axis(mx):
    v, m = mx.nd.arange(5), mx.nd.arange(12).reshape((3, 4))
    return v[2], v[-1], m[1, 2], m[-1, -1], m[1][2], m[0, 0].asscalar(), m[np.int64(2), 1]


def rows_columns_and_blocks(mx):
    m = mx.nd.arange(12).reshape((3, 4))
    return m[1], m[-1], m[:, 1], m[:, -1], m[1:, 2:], m[0:2], m[:, 1:2], m[:2, [3]]


def slices_with_steps(mx):
    v, m = mx.nd.arange(7), mx.nd.arange(12).reshape((3, 4))
    return v[::2], v[1::3], v[::-1], v[5:1:-2], v[-3:], v[:-4], m[::2, ::3], m[::-1], m[:, ::-1]


def slices_past_the_end(mx):
    v = mx.nd.arange(4)
    return v[2:10], v[-10:2], v[:100:2]


def ellipsis_and_new_axes(mx):
    v, x = mx.nd.arange(3), mx.nd.arange(24).reshape((2, 3, 4))
    arrays = v[None], v[:, None], x[..., None], x[:, None, 0], x[None, ..., 0], x[0, None], x[None, None]
    return [a.shape for a in arrays], x[..., 0], x[1, ..., 2], x[...], v[:, None] * v[None, :]


def lists_of_positions(mx):
    m = mx.nd.arange(12).reshape((3, 4))
    return m[[0, 2]], m[[2, 0, 0]], m[[0, 2], [1, 3]], m[:, [0, 2]], m[1, [0, 2]], m[(0, 2),], m[[[0, 1], [2, 0]]]


def arrays_of_positions(mx):
    nd = mx.nd
    m = nd.arange(12).reshape((3, 4))
    rows, columns = nd.array([0, 2]), nd.array([1, 3], dtype="int32")
    return m[rows], m[rows, columns], m[rows, :], m[:, columns], m[nd.array([[0, 1], [2, 0]])], m[np.array([1, 1])], m[nd.array([-1])]


def positions_and_slices_together(mx):
    x = mx.nd.arange(24).reshape((2, 3, 4))
    return x[:, [0, 2], 1:3], x[[0, 1], :, [1, 2]], x[0, [0, 2]], x[..., [0, 0, 1]], x[1, :, [3]], x[[1], 1:, ::2]


def comparisons_used_as_positions_select_rows_0_and_1(mx):
    x = mx.nd.array([10, 20, 30])
    return x[x > 15], x[mx.nd.array([1, 0, 1])]


def indices_out_of_range(mx):
    m, words = mx.nd.ones((3, 4)), []
    for key in (3, -4, (0, 4), (0, 0, 0), (slice(None), 4)):
        try:
            words.append(m[key].shape)
        except IndexError:
            words.append("IndexError")
    return words


def rows_are_views(mx):
    m = mx.nd.zeros((4, 3))
    m[0][:] = 1
    m[1:3][:, 0] = 2
    m[3][1:][:] = 3
    row = m[2]
    row += 5
    m[1, 1] = 7
    return m, row, m[1]


def columns_and_strided_slices_are_copies(mx):
    m = mx.nd.zeros((4, 3))
    column = m[:, 2]
    column[:] = 9
    m[::2][:] = 9
    m[[0, 1]][:] = 9
    return m, column


def results_of_functions_are_copies(mx):
    m = mx.nd.zeros((2, 2))
    for y in (m.T, m.flatten(), m.expand_dims(0), m.copy(), m + 0, mx.nd.identity(m), m.slice_axis(axis=0, begin=0, end=1)):
        y[:] = 5
    return m


def detached_arrays_share_memory(mx):
    x = mx.nd.ones((2,))
    y = x.detach()
    y += 1
    y[0] = 7
    return x, y


def assignment_of_numbers(mx):
    m = mx.nd.zeros((3, 4))
    m[:] = 1
    m[1] = 2
    m[0, 2] = 3
    m[:, 3] = 4.5
    m[2, :2] = -1
    m[-1, -1] = 6
    m[1:, 1:3] = 0.25
    return m


def assignment_of_arrays_and_lists(mx):
    m = mx.nd.zeros((3, 4))
    m[0] = mx.nd.array([1, 2, 3, 4])
    m[:, 3] = mx.nd.array([7, 8, 9])
    m[2, :2] = [1.5, 2.5]
    m[1] = np.array([4, 3, 2, 1])
    m[1:, 2] = (10, 20)
    return m


def assignment_broadcasts(mx):
    m = mx.nd.zeros((3, 4))
    m[:] = mx.nd.arange(4)
    m[:, 1:2] = mx.nd.array([[10], [20], [30]])
    m[1:, 2:] = mx.nd.array([[5, 6]])
    m[0:1] = np.ones((4,))
    return m


def assignment_with_steps_and_ellipsis(mx):
    m = mx.nd.zeros((4, 4))
    m[::2] = 1
    m[:, ::3] = 2
    m[..., 1] = 3
    m[::-1, 2] = mx.nd.arange(4)
    return m


def assignment_to_lists_of_positions(mx):
    m = mx.nd.zeros((3, 4))
    m[[0, 2]] = 1
    m[[0, 1], [3, 2]] = mx.nd.array([5, 6])
    m[mx.nd.array([1]), 0] = 7
    m[:, [1, 3]] = 9
    m[[2]] = mx.nd.arange(4)
    return m


def assignment_reversed_onto_itself(mx):
    m = mx.nd.arange(6).reshape((3, 2))
    m[:] = m[::-1]
    return m


def assignment_converts_to_the_dtype_of_the_array(mx):
    whole, double = mx.nd.zeros((3,), dtype="int32"), mx.nd.zeros((3,), dtype="float64")
    whole[0] = 3
    whole[1:] = mx.nd.array([5.0, 6.0])
    double[:] = mx.nd.array([1, 2, 3])
    double[1] = np.float32(0.5)
    return whole, double


def assignment_of_wrong_shapes_is_refused(mx):
    m, words = mx.nd.zeros((3, 4)), []
    for value in (mx.nd.ones((3,)), np.ones((2, 4)), [1, 2], "text"):
        try:
            m[:] = value
            words.append("accepted")
        except (ValueError, TypeError, mx.base.MXNetError):
            words.append("refused")
    return words, m


def operators_on_parts_in_place(mx):
    m = mx.nd.ones((3, 3))
    m[0] += 1
    m[:, 1] *= 5
    m[1:, 2] -= mx.nd.array([1, 2])
    m[2, 0] /= 4
    return m


def slices_by_function(mx):
    nd = mx.nd
    x, v = nd.arange(24).reshape((2, 3, 4)), nd.arange(6)
    plain = nd.slice(x, begin=(0, 1), end=(2, 3)), x.slice(begin=(1,), end=(2,)), nd.slice(x, begin=(None, -2, 1), end=(None, None, -1))
    return plain, nd.slice(v, begin=(5,), end=(0,), step=(-2,)), nd.slice(v, begin=(0,), end=(None,), step=(2,))


def slices_of_one_axis(mx):
    m = mx.nd.arange(12).reshape((3, 4))
    functions = mx.nd.slice_axis(m, axis=1, begin=1, end=3), mx.nd.slice_axis(m, axis=-1, begin=-2, end=None)
    return functions, m.slice_axis(axis=0, begin=0, end=-1), m.slice_axis(1, 0, 1)


def slices_like_another_array(mx):
    nd = mx.nd
    x = nd.arange(24).reshape((2, 3, 4))
    shapes = nd.slice_like(x, nd.zeros((1, 2, 3)), axes=(0, 2)).shape, x.slice_like(nd.zeros((1, 2, 3)), axes=(-1,)).shape
    return nd.slice_like(x, nd.zeros((1, 2, 3))), shapes


def taking_rows_and_columns(mx):
    nd = mx.nd
    m = nd.arange(12).reshape((3, 4))
    functions = nd.take(m, nd.array([0, 2])), nd.take(m, nd.array([3, 0]), axis=1), nd.take(m, nd.array([[0, 1], [2, 0]], dtype="int32"))
    return functions, m.take(nd.array([1]), axis=-1), m.take(nd.array([2, 2])), nd.take(nd.array([5, 6, 7]), indices=nd.array([2, 0]))


def taking_out_of_range(mx):
    nd = mx.nd
    v, places = nd.array([10, 20, 30]), nd.array([-4, -1, 0, 2, 3, 7])
    return nd.take(v, places), nd.take(v, places, mode="clip"), nd.take(v, places, mode="wrap")


def taking_with_mode_raise(mx):
    try:
        return mx.nd.take(mx.nd.arange(3), mx.nd.array([3]), mode="raise").asnumpy()
    except (IndexError, mx.base.MXNetError):
        return "refused"


def picking_one_element_of_each_row(mx):
    nd = mx.nd
    m = nd.arange(12).reshape((3, 4))
    places = nd.array([0, 1, 3])
    functions = nd.pick(m, places), nd.pick(m, places, axis=1, keepdims=True), nd.pick(m, nd.array([0, 1, 2, 0]), axis=0)
    return functions, m.pick(nd.array([2, 0, 1])), nd.pick(m, nd.array([[0], [1], [3]])), nd.pick(m, nd.array([1, 1, 1], dtype="int32"), -1)


def picking_out_of_range(mx):
    nd = mx.nd
    m, places = nd.arange(12).reshape((3, 4)), nd.array([-1, 4, 9])
    return nd.pick(m, places), nd.pick(m, places, mode="clip"), nd.pick(m, places, mode="wrap")


def one_hot_vectors(mx):
    nd = mx.nd
    plain = nd.one_hot(nd.array([0, 2, 1]), 3), nd.one_hot(nd.array([1, 0], dtype="int32"), depth=2), nd.array([0, 1]).one_hot(3)
    return plain, nd.one_hot(nd.array([0, 1]), 2, on_value=5, off_value=-1, dtype="int32"), nd.one_hot(nd.array([[0, 1], [1, 0]]), 2)


def one_hot_of_classes_out_of_range_is_all_off(mx):
    return mx.nd.one_hot(mx.nd.array([-1, 0, 3, 7]), 3), mx.nd.one_hot(mx.nd.array([4]), 2, on_value=1.0, off_value=0.5)


def choosing_between_two_arrays(mx):
    nd = mx.nd
    x, y = nd.array([[1, -2], [-3, 4]]), nd.array([[10, 20], [30, 40]])
    by_comparison = nd.where(x > 0, x, y), nd.where(condition=x < 0, x=-x, y=x)
    return by_comparison, nd.where(nd.array([1, 0]), x, y), nd.where(nd.array([[2, 0], [0, -1]]), x, y)


def gathering_by_coordinates(mx):
    nd = mx.nd
    m, x = nd.arange(12).reshape((3, 4)), nd.arange(24).reshape((2, 3, 4))
    places = nd.array([[0, 1], [0, 2]], dtype="int32")
    return nd.gather_nd(m, nd.array([[0, 1], [2, 3]])), nd.gather_nd(m, nd.array([[2, 0]])), nd.gather_nd(x, places)


def scattering_by_coordinates(mx):
    nd = mx.nd
    points = nd.scatter_nd(nd.array([7, 8]), nd.array([[0, 1], [2, 3]]), shape=(3, 4))
    return points, nd.scatter_nd(nd.array([[1, 2], [3, 4]]), nd.array([[2, 0]]), shape=(3, 2))


def scattered_and_gathered_again(mx):
    nd = mx.nd
    places, values = nd.array([[0, 1, 1], [2, 0, 3]]), nd.array([5, 6, 7])
    return nd.gather_nd(nd.scatter_nd(values, places, shape=(2, 4)), places)


def minibatches_by_shuffled_positions(mx):
    nd = mx.nd
    data, order = nd.arange(20).reshape((10, 2)), nd.array(np.random.permutation(10))
    return [nd.take(data, order[i : i + 4]) for i in range(0, 10, 4)]


def confusion_matrix_by_assignment(mx):
    matrix = mx.nd.zeros((3, 3))
    for label, guess in ((0, 0), (1, 2), (2, 2), (1, 1), (0, 0)):
        matrix[label, guess] += 1
    return matrix, (matrix * mx.nd.eye(3)).sum().asscalar() / matrix.sum().asscalar()
