"""Programs on mx.nd: the functions that layers are made of, and the update operators."""


def softmax_over_the_first_axis(mx):
    x = mx.nd.array([[1, 2, 3], [1, 2, 4]])
    return mx.nd.softmax(x, axis=0), x.softmax(axis=0, temperature=2.0)


def softmax_with_all_its_options(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [0, 5, -1]])
    plain = nd.softmax(x), nd.softmax(x, axis=-1), nd.softmax(data=x, axis=1, temperature=0.5), x.softmax()
    return plain, nd.softmax(nd.array([1, 2, 3]), axis=0), nd.softmax(nd.arange(8).reshape((2, 2, 2)), axis=1)


def softmax_of_large_numbers(mx):
    x = mx.nd.array([[1000, 1001], [-1000, 0], [88, 89]])
    return mx.nd.softmax(x), mx.nd.log_softmax(x)[:, 0], mx.nd.softmax(x, temperature=1000.0)


def logarithm_of_softmax(mx):
    x = mx.nd.array([[1, 2, 3], [0, 2, -1]])
    functions = mx.nd.log_softmax(x), mx.nd.log_softmax(x, axis=0), mx.nd.log_softmax(x, axis=-1, temperature=2.0)
    return functions, x.log_softmax(), x.log_softmax(axis=0)


def softmin_prefers_small_numbers(mx):
    x = mx.nd.array([[1, 2, 3], [0, 5, -1]])
    return mx.nd.softmin(x), mx.nd.softmin(x, axis=0), x.softmin()


def activation_function_by_name(mx):
    x = mx.nd.array([-30, -1.5, 0, 0.5, 30])
    return [mx.nd.Activation(x, act_type=name) for name in ("relu", "sigmoid", "tanh", "softrelu", "softsign")], mx.nd.Activation(x, "relu")


def unknown_activation_function_is_refused(mx):
    try:
        return mx.nd.Activation(mx.nd.ones((2,)), act_type="foo").shape
    except (ValueError, mx.base.MXNetError):
        return "refused"


def leaky_relu_and_its_family(mx):
    nd = mx.nd
    x = nd.array([[-2, -0.5, 0, 1.5]])
    leaky = nd.LeakyReLU(x), nd.LeakyReLU(x, act_type="leaky", slope=0.1), nd.LeakyReLU(data=x, slope=0.0)
    return leaky, nd.LeakyReLU(x, act_type="elu", slope=0.5), nd.LeakyReLU(x, act_type="elu"), nd.LeakyReLU(x, act_type="selu")


def gelu_by_the_error_function(mx):
    x = mx.nd.array([-3, -1, 0, 0.5, 2])
    return mx.nd.LeakyReLU(x, act_type="gelu"), x * (1 + mx.nd.erf(x / 2**0.5)) / 2


def leaky_relu_with_learned_slopes(mx):
    nd = mx.nd
    x = nd.array([[-1, -2, 3], [4, -5, -6]])
    return nd.LeakyReLU(x, nd.array([0.5]), act_type="prelu"), nd.LeakyReLU(x, gamma=nd.array([0.1, 0.2, 0.3]), act_type="prelu")


def fully_connected_layers(mx):
    nd = mx.nd
    x, w, b = nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([[1, 0, -1], [0.5, 0.5, 0.5]]), nd.array([10, 20])
    plain = nd.FullyConnected(x, w, b, num_hidden=2), nd.FullyConnected(data=x, weight=w, bias=b, num_hidden=2)
    return plain, nd.FullyConnected(x, w, num_hidden=2, no_bias=True), nd.FullyConnected(x, w, None, no_bias=True, num_hidden=2)


def fully_connected_layers_of_more_axes(mx):
    nd = mx.nd
    x = nd.arange(12).reshape((2, 2, 3))
    flattened = nd.FullyConnected(x, nd.ones((2, 6)), nd.array([0, 1]), num_hidden=2)
    unbiased = nd.FullyConnected(x, nd.ones((1, 6)), no_bias=True, num_hidden=1)
    return flattened, unbiased, nd.FullyConnected(x, nd.ones((4, 3)), nd.arange(4), num_hidden=4, flatten=False)


def fully_connected_layers_of_wrong_shapes_are_refused(mx):
    nd, words = mx.nd, []
    for weight, bias, units in (((2, 4), (2,), 2), ((2, 3), (3,), 2), ((2, 3), (2,), 3), ((2, 3), (2,), 2)):
        try:
            words.append(nd.FullyConnected(nd.ones((5, 3)), nd.ones(weight), nd.ones(bias), num_hidden=units).shape)
        except (ValueError, mx.base.MXNetError):
            words.append("refused")
    return words


def embeddings(mx):
    nd = mx.nd
    table = nd.arange(6).reshape((3, 2))
    words = nd.array([[0, 1]])
    plain = nd.Embedding(nd.array([0, 2, 0]), table, input_dim=3, output_dim=2)
    return plain, nd.Embedding(data=words, weight=table, input_dim=3, output_dim=2), nd.Embedding(nd.array([1], dtype="int32"), table, 3, 2)


def embeddings_clip_words_out_of_range(mx):
    return mx.nd.Embedding(mx.nd.array([-1, 3, 9]), mx.nd.arange(6).reshape((3, 2)), input_dim=3, output_dim=2)


def dropout_in_predict_mode_does_nothing(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    with mx.autograd.record(train_mode=False):
        recorded = mx.nd.Dropout(x, p=0.9)
    return mx.nd.Dropout(x, p=0.5), mx.nd.Dropout(data=x, p=0.5, axes=(0,)), mx.nd.Dropout(x), recorded


def dropout_in_train_mode_drops_and_scales(mx):
    x = mx.nd.ones((100, 100))
    with mx.autograd.train_mode():
        y = mx.nd.Dropout(x, p=0.25)
        columns = mx.nd.Dropout(x, p=0.5, axes=(0,))
    kept = (y > 0).mean().asscalar()
    same = (columns == columns[0:1]).min().asscalar()
    return y.shape, sorted(float(v) for v in set(y.asnumpy().round(4).flatten())), 0.7 < kept < 0.8, same


def dropout_with_mode_always(mx):
    y = mx.nd.Dropout(mx.nd.ones((50, 50)), p=0.5, mode="always")
    return sorted(float(v) for v in set(y.asnumpy().flatten())), 0.4 < (y == 0).mean().asscalar() < 0.6


def layer_normalisation(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [0, 5, -1]])
    plain = nd.LayerNorm(x, nd.ones((3,)), nd.zeros((3,))), nd.LayerNorm(x, nd.array([1, 2, 3]), nd.array([0, 0, 1]), axis=-1, eps=1e-3)
    return plain, nd.LayerNorm(data=x, gamma=nd.ones((2,)), beta=nd.zeros((2,)), axis=0, eps=1e-5)


def batch_normalisation_with_stored_statistics(mx):
    nd = mx.nd
    x = nd.array([[1, 2, 3], [0, 5, -1]])
    gamma, beta, mean, variance = nd.array([2, 2, 2]), nd.array([0, 1, 0]), nd.array([1, 2, 3]), nd.array([4, 1, 9])
    fixed = nd.BatchNorm(x, gamma.copy(), beta, mean, variance)
    free = nd.BatchNorm(x, gamma, beta, mean, variance, fix_gamma=False, eps=1e-5)
    return fixed, free, mean, variance, nd.BatchNorm(x, gamma, beta, mean, variance, fix_gamma=False, use_global_stats=True)


def batch_normalisation_along_an_axis(mx):
    nd = mx.nd
    x = nd.arange(12).reshape((2, 2, 3))
    channels = nd.BatchNorm(x, nd.ones((2,)), nd.zeros((2,)), nd.array([1, 2]), nd.array([1, 4]), fix_gamma=False)
    return channels, nd.BatchNorm(x, nd.ones((3,)), nd.zeros((3,)), nd.array([0, 1, 2]), nd.ones((3,)), axis=2, fix_gamma=False)


def batch_normalisation_in_train_mode(mx):
    nd = mx.nd
    x = nd.array([[1, 2], [3, 6], [5, 1]])
    mean, variance = nd.zeros((2,)), nd.ones((2,))
    with mx.autograd.train_mode():
        y = nd.BatchNorm(x, nd.ones((2,)), nd.zeros((2,)), mean, variance, fix_gamma=False, momentum=0.9)
    return y, mean.shape, variance.shape


def l2_normalisation(mx):
    nd = mx.nd
    x = nd.arange(8).reshape((2, 2, 2)) + 1
    return [nd.L2Normalization(x, mode=mode) for mode in ("instance", "channel", "spatial")], nd.L2Normalization(nd.array([[3, 4], [0, 2]]))


def masks_of_sequences(mx):
    nd = mx.nd
    x, length = nd.arange(12).reshape((3, 2, 2)) + 1, nd.array([1, 2])
    by_keyword = nd.SequenceMask(x, sequence_length=length, use_sequence_length=True, value=-1)
    rows = nd.SequenceMask(nd.ones((2, 3)), length, use_sequence_length=True, axis=1)
    return by_keyword, rows, nd.SequenceMask(x, length, use_sequence_length=True), nd.SequenceMask(x, value=9)


def tests_of_numbers_in_contrib(mx):
    x = mx.nd.array([1, float("nan"), float("inf"), -float("inf")])
    return mx.nd.contrib.isnan(x), mx.nd.contrib.isinf(x), mx.nd.contrib.isfinite(x), mx.nd.contrib.isnan(x.astype("float64"))


def two_layers_by_hand(mx):
    nd = mx.nd
    mx.random.seed(7)
    w1, w2 = nd.random.normal(0, 0.5, (4, 3)), nd.random.uniform(-1, 1, (2, 4))
    x = nd.array([[1, 2, 3], [-1, 0, 1]])
    hidden = nd.relu(nd.dot(x, w1, transpose_b=True))
    return nd.softmax(nd.dot(hidden, w2.T)), nd.softmax(nd.FullyConnected(hidden, w2, no_bias=True, num_hidden=2))


def cross_entropy_by_pick_and_one_hot(mx):
    nd = mx.nd
    scores, labels = nd.array([[2, 1, 0], [0, 3, -1]]), nd.array([0, 2])
    logs = nd.log_softmax(scores)
    return -logs.pick(labels), -(logs * nd.one_hot(labels, 3)).sum(axis=1), -nd.pick(logs, labels, axis=1, keepdims=True).mean()


def update_of_sgd(mx):
    nd = mx.nd
    w, g, m = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,))
    plain = nd.sgd_update(w, g, lr=0.1), nd.sgd_update(w, g, lr=0.1, wd=0.01, rescale_grad=0.5, clip_gradient=1.0)
    for _ in range(3):
        nd.sgd_mom_update(w, g, m, out=w, lr=0.1, momentum=0.9, wd=0.1)
    return plain, w, m, g


def update_of_nesterovs_momentum_without_decay(mx):
    nd = mx.nd
    w, g, m = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,))
    for _ in range(3):
        nd.nag_mom_update(w, g, m, out=w, lr=0.1, momentum=0.9)
    return w, m


def update_of_adam(mx):
    nd = mx.nd
    w, g, m, v = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,)), nd.zeros((2,))
    for _ in range(3):
        nd.adam_update(w, g, m, v, out=w, lr=0.1, beta1=0.9, beta2=0.99, epsilon=1e-6, wd=0.01)
    return w, m, v


def update_of_rmsprop(mx):
    nd = mx.nd
    w, g, n = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,))
    for _ in range(3):
        nd.rmsprop_update(w, g, n, out=w, lr=0.1, gamma1=0.9, epsilon=1e-6)
    return w, n


def update_of_signs(mx):
    nd = mx.nd
    w, g, m = nd.array([1.0, -2.0, 3.0]), nd.array([0.5, -4.0, 0.0]), nd.zeros((3,))
    plain = nd.signsgd_update(w, g, lr=0.1)
    for _ in range(2):
        nd.signum_update(w, g, m, out=w, lr=0.1, momentum=0.9, wd_lh=0.01)
    return plain, w, m


def update_of_ftrl(mx):
    nd = mx.nd
    w, g, z, n = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,)), nd.zeros((2,))
    for _ in range(3):
        nd.ftrl_update(w, g, z, n, out=w, lr=0.1, lamda1=0.01, beta=1.0, wd=0.001)
    return w, z, n


def softmax_with_a_dtype(mx):
    x = mx.nd.array([[1, 2, 3], [0, 5, -1]])
    y = mx.nd.softmax(x, dtype="float64")
    return y.astype("float32"), y.dtype.__name__, mx.nd.softmax(x.astype("float64")), mx.nd.log_softmax(x.astype("float64"), axis=0)


def update_of_centred_rmsprop(mx):
    nd = mx.nd
    w, g = nd.array([1.0, -2.0]), nd.array([0.5, 4.0])
    n, mean, delta = nd.zeros((2,)), nd.zeros((2,)), nd.zeros((2,))
    for i in range(3):
        nd.rmspropalex_update(w, g * (-1) ** i, n, mean, delta, out=w, lr=0.1, gamma1=0.9, gamma2=0.8, epsilon=1e-6)
    return w, n, mean, delta


def update_of_ftml(mx):
    nd = mx.nd
    w, g = nd.array([1.0, -2.0]), nd.array([0.5, 4.0])
    d, v, z = nd.zeros((2,)), nd.zeros((2,)), nd.zeros((2,))
    for t in range(1, 4):
        nd.ftml_update(w, g, d, v, z, out=w, lr=0.1, beta1=0.6, beta2=0.999, epsilon=1e-8, t=t)
    return w, d, v, z


def update_of_adam_with_decoupled_decay(mx):
    nd = mx.nd
    w, g, m, v = nd.array([1.0, -2.0]), nd.array([0.5, 4.0]), nd.zeros((2,)), nd.zeros((2,))
    for _ in range(3):
        nd.contrib.adamw_update(w, g, m, v, nd.array([0.5]), out=w, lr=0.1, eta=0.9, beta1=0.9, beta2=0.99, epsilon=1e-6, wd=0.1)
    return w, m, v


def updates_without_out_leave_the_weight(mx):
    nd = mx.nd
    w, g, m = nd.ones((2,)), nd.array([1.0, 2.0]), nd.zeros((2,))
    new = nd.sgd_mom_update(w, g, m, lr=0.5, momentum=0.9)
    return w, new, m
