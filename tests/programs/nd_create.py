"""Programs on mx.nd: making arrays, their attributes and texts, dtypes, contexts, files."""

import copy
import os
import pickle
import tempfile

import numpy as np


def arrays_from_lists_tuples_and_ranges(mx):
    nd = mx.nd
    return nd.array([1, 2, 3]), nd.array(((1, 2), (3, 4))), nd.array(range(4)), nd.array([[[1.5]]]), nd.array([np.ones(2), np.zeros(2)])


def arrays_are_float32_unless_told_otherwise(mx):
    nd = mx.nd
    sources = [1, 2], [0.5], [True, False], np.arange(3), np.linspace(0, 1, 3), np.array([1, 2], np.uint8), np.array([True])
    return [nd.array(source) for source in sources]


def arrays_of_every_dtype(mx):
    dtypes = "float32", "float64", "float16", "int8", "int32", "int64", "uint8", np.float64, np.int32, np.dtype("int64"), int, float
    arrays = [mx.nd.array([1, 2, 3], dtype=dtype) for dtype in dtypes]
    return arrays, [np.dtype(x.dtype).name for x in arrays], arrays[0].dtype == np.float32, arrays[4].dtype is np.int32


def array_of_an_array_keeps_its_dtype_and_copies(mx):
    x = mx.nd.array([1, 2], dtype="int32")
    y = mx.nd.array(x)
    z = mx.nd.array(x, dtype="float64")
    x[:] = 0
    return x, y, z


def array_of_a_numpy_array_is_a_copy(mx):
    source = np.array([1.0, 2.0], np.float32)
    x = mx.nd.array(source)
    source[0] = 9
    back = x.asnumpy()
    back[1] = 7
    return x, back, source


def array_of_one_number_has_no_axis(mx):
    x = mx.nd.array(3.0)
    return x, x.shape, x.ndim, x.size, x.asscalar(), repr(x)


def ragged_lists_and_words_make_no_array(mx):
    words = []
    for source in ([[1, 2], [3]], "text", ["a", "b"]):
        try:
            mx.nd.array(source)
            words.append("accepted")
        except (TypeError, ValueError):
            words.append("refused")
    return words


def zeros_ones_and_full(mx):
    nd = mx.nd
    plain = nd.zeros(3), nd.zeros((2, 3)), nd.ones([2, 1]), nd.ones(shape=(2,)), nd.full((2, 2), 7), nd.full(3, -1.5)
    return plain, nd.zeros((2,), dtype="int32"), nd.ones((2,), dtype=np.float64), nd.full(shape=(2,), val=3, dtype="float16")


def zeros_and_ones_in_a_context(mx):
    x, y = mx.nd.zeros((2,), mx.cpu(0)), mx.nd.ones((2,), ctx=mx.cpu(1), dtype="float64")
    return x, y, x.context == mx.cpu(), str(y.context)


def arrays_like_another_array(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3]], dtype="int32")
    return nd.zeros_like(x), nd.ones_like(x), x.zeros_like(), x.ones_like(), nd.zeros_like(nd.ones((2, 2)))


def empty_arrays_have_a_shape_and_a_dtype(mx):
    x, y = mx.nd.empty((2, 3)), mx.nd.empty(4, dtype="int64")
    x[:] = 5
    return x, y.shape, np.dtype(y.dtype).name


def ranges_of_numbers(mx):
    nd = mx.nd
    plain = nd.arange(5), nd.arange(2, 8), nd.arange(2, 8, 2), nd.arange(5, 0, -2)
    fractions = nd.arange(0, 1, 0.25), nd.arange(start=1, stop=2.5, step=0.5)
    repeated = nd.arange(3, repeat=2), nd.arange(4, dtype="int32")
    return plain, fractions, repeated, nd.arange(start=1, stop=4, step=1, repeat=2, dtype="float64")


def evenly_spaced_numbers(mx):
    nd = mx.nd
    plain = nd.linspace(0, 1, 5), nd.linspace(0, 1, 5, endpoint=False), nd.linspace(-2, 2, 1)
    return plain, nd.linspace(start=5, stop=1, num=3, dtype="float64")


def unit_matrices(mx):
    nd = mx.nd
    return nd.eye(3), nd.eye(2, 3), nd.eye(3, 0, 1), nd.eye(3, k=-1), nd.eye(N=2, M=4, k=1, dtype="int32")


def arrays_from_numpy_keep_the_dtype(mx):
    x = mx.nd.from_numpy(np.arange(6.0).reshape(2, 3))
    y = mx.nd.from_numpy(np.arange(3, dtype=np.int32), zero_copy=False)
    return x, y, x.sum()


def attributes_of_an_array(mx):
    x = mx.nd.zeros((2, 3, 4))
    return x.shape, x.size, x.ndim, np.dtype(x.dtype).name, x.stype, str(x.context), str(x.ctx), len(x), x.T.shape, x.dtype.__name__


def transposes_by_attribute(mx):
    return mx.nd.arange(6).reshape((2, 3)).T, mx.nd.arange(3).T, mx.nd.arange(6).reshape((1, 2, 3)).T


def texts_of_arrays(mx):
    nd = mx.nd
    arrays = nd.array([1, 2.5]), nd.ones((2, 3)), nd.zeros((2, 1, 2), dtype="int32"), nd.arange(3, dtype="float64") / 3
    arrays += (nd.ones((1,), ctx=mx.cpu(1)),)
    return [repr(x) for x in arrays], [str(x) == repr(x) for x in arrays], f"{arrays[0]}"


def text_of_a_long_array(mx):
    return repr(mx.nd.arange(2000)), repr(mx.nd.array([1e-10, 1, 1e10])), repr(mx.nd.array([float("nan"), float("inf"), -0.5]))


def numbers_out_of_arrays(mx):
    x, y = mx.nd.array([2.5]), mx.nd.array([7], dtype="int32")
    whole = x.asnumpy()
    return x.asscalar(), type(x.asscalar()).__name__, y.asscalar(), type(y.asscalar()).__name__, whole, mx.nd.ones((2, 2)).sum().asscalar()


def a_longer_array_is_not_a_scalar(mx):
    try:
        return mx.nd.ones((2,)).asscalar()
    except ValueError:
        return "refused"


def truth_of_arrays(mx):
    words = []
    for numbers in ([0], [1], [2.5], [0, 0], [1, 1]):
        try:
            words.append("true" if mx.nd.array(numbers) else "false")
        except ValueError:
            words.append("ambiguous")
    return words


def rows_by_iteration(mx):
    x = mx.nd.array([[1, 2], [3, 4], [5, 6]])
    rows = list(x)
    first, second, third = x
    return rows, len(x), second, [row.sum().asscalar() for row in x], [v.asscalar() for v in mx.nd.array([1, 2])]


def conversion_of_dtypes(mx):
    x = mx.nd.array([1.7, -1.7, 0.0])
    kinds = x.astype("int32"), x.astype(np.int64), x.astype("float64"), x.astype("float16"), x.astype(dtype="bool")
    return kinds, mx.nd.cast(x, dtype="int32"), mx.nd.Cast(x, dtype="float64"), x


def conversion_to_the_same_dtype_copies_unless_told(mx):
    x = mx.nd.ones((2,))
    y, z = x.astype("float32"), x.astype("float32", copy=False)
    x[:] = 3
    return y, z, y is x, z is x, x.astype("float64", copy=False)


def copies_do_not_share_memory(mx):
    x = mx.nd.array([1, 2, 3])
    y, z = x.copy(), mx.nd.zeros((3,))
    w = x.copyto(z)
    u = x.copyto(mx.cpu(0))
    x[0] = 100
    return x, y, z, w is z, u


def copying_converts_to_the_dtype_of_the_target(mx):
    target = mx.nd.zeros((2,), dtype="int32")
    mx.nd.array([1.0, 2.0]).copyto(target)
    return target


def moving_between_contexts(mx):
    x = mx.nd.ones((2,))
    there = x.as_in_context(mx.cpu(1))
    there[:] = 5
    return x, there, str(there.context), x.as_in_context(mx.cpu(0)) is x, str(x.copyto(mx.cpu(1)).ctx)


def contexts_as_values(mx):
    a, b, c = mx.cpu(), mx.cpu(1), mx.Context("cpu", 1)
    attributes = b.device_type, b.device_id, a.device_typeid
    equal = a == mx.cpu(0), b == c, a == b, a != b, a == "cpu(0)"
    return [str(v) for v in (a, b, c, mx.gpu(2))], repr(b), equal, attributes, len({a, mx.cpu(0), b})


def default_context_inside_with(mx):
    before = str(mx.current_context())
    with mx.cpu(1):
        inside = str(mx.current_context()), str(mx.nd.zeros((1,)).context), str(mx.nd.array([1]).context)
        with mx.Context("cpu", 2):
            nested = str(mx.context.current_context()), str(mx.nd.arange(2).context)
    return before, inside, nested, str(mx.current_context()), str(mx.nd.ones(1).context)


def results_stay_in_the_context_of_the_operands(mx):
    x = mx.nd.ones((2, 2), ctx=mx.cpu(1))
    return [str(y.context) for y in (x + 1, x.sum(), mx.nd.dot(x, x), x[0], x.reshape((4,)), mx.nd.zeros_like(x), x.copy())]


def waiting_changes_nothing(mx):
    x = mx.nd.ones((2,)) + 1
    return x.wait_to_read(), mx.nd.waitall(), x, x.tostype("default")


def arrays_of_one_class(mx):
    x = mx.nd.ones((1,))
    same = mx.nd.NDArray is mx.ndarray.NDArray, type(x + 1) is type(x)
    return same, type(x).__name__, isinstance(x, mx.nd.NDArray), isinstance([1], mx.nd.NDArray)


def copies_by_the_copy_module_and_pickle(mx):
    x = mx.nd.array([[1, 2], [3, 4]], dtype="float64")
    copies = copy.deepcopy(x), copy.copy(x), pickle.loads(pickle.dumps(x))
    x[:] = 0
    return copies[0], copies[2], pickle.loads(pickle.dumps({"w": copies[0], "n": 3}))


def saving_a_list_of_arrays(mx):
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "list.nd")
        mx.nd.save(name, [mx.nd.ones((2, 3)), mx.nd.arange(4, dtype="int32")])
        loaded = mx.nd.load(name)
    return loaded, type(loaded).__name__


def saving_a_dictionary_of_arrays(mx):
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "dict.params")
        mx.nd.save(name, {"weight": mx.nd.ones((1, 2)), "bias": mx.nd.zeros((1,), dtype="float64")})
        loaded = mx.nd.load(name)
    return loaded, sorted(loaded)


def saving_one_array(mx):
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "one.nd")
        mx.nd.save(name, mx.nd.array([1, 2, 3]))
        loaded = mx.nd.load(name)
    return loaded


def saving_what_is_no_array_is_refused(mx):
    words = []
    with tempfile.TemporaryDirectory() as folder:
        for data in (3, "text", [1, 2], {"a": 1}):
            try:
                mx.nd.save(os.path.join(folder, "x"), data)
                words.append("saved")
            except (TypeError, ValueError):
                words.append("refused")
    return words
