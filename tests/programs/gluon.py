"""Programs about blocks, parameters, layers and initializers."""

import contextlib
import io
import os
import tempfile
import warnings

import numpy as np


def _names(block, select=None):
    return list(block.collect_params(select).keys())


def dense_from_its_first_batch(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.Dense(2, prefix="out_")
    before = repr(net), repr(net.weight)
    result = net.initialize()
    y = net(nd.array([[1, 2, 3], [4, 5, 6]]))
    return before, result, y, repr(net), repr(net.weight), net.weight.data(), net.bias.data()


def dense_options(mx):
    nd, nn = mx.nd, mx.gluon.nn
    x = nd.random.uniform(-1, 1, (2, 3, 4))
    results = []
    for dense in (
        nn.Dense(2),
        nn.Dense(2, activation="relu"),
        nn.Dense(2, "tanh", use_bias=False),
        nn.Dense(units=2, flatten=False),
        nn.Dense(2, in_units=12, weight_initializer="ones", bias_initializer="ones"),
        nn.Dense(2, weight_initializer=mx.init.Constant(0.5), bias_initializer=mx.init.Constant(-1)),
        nn.Dense(2, activation="sigmoid", in_units=4, flatten=False),
    ):
        dense.initialize()
        results.append([repr(dense), dense(x), dense.weight.shape, dense.bias is None])
    return results


def dense_in_float64(mx):
    nd, nn = mx.nd, mx.gluon.nn
    dense = nn.Dense(2, dtype="float64", in_units=3)
    dense.initialize(mx.init.Constant(0.1))
    y = dense(nd.array([[1, 2, 3]], dtype="float64"))
    return y, np.dtype(dense.weight.dtype).name, np.dtype(dense.weight.data().dtype).name


def dense_gradients(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    net = nn.Dense(2, activation="tanh", in_units=3)
    net.initialize(mx.init.Uniform(0.5))
    x = nd.array([[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]])
    with autograd.record():
        y = net(x)
    y.backward()
    return y, net.weight.grad(), net.bias.grad()


def sequential_multilayer_perceptron(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(8, activation="relu"))
    net.add(nn.Dense(4, activation="relu"), nn.Dense(2))
    net.initialize()
    y = net(nd.random.uniform(shape=(3, 5)))
    return y, [p.shape for p in net.collect_params().values()], len(net), str(net)


def sequential_repr_and_indexing(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(8, activation="relu", in_units=4), nn.Dropout(0.5), nn.Flatten(), nn.Dense(2))
    part = net[1:3]
    inner = nn.HybridSequential(prefix="outer_")
    inner.add(net, nn.Activation("tanh"))
    return repr(net), repr(net[0]), net[0].name, net[-1].name, len(part), type(part).__name__, [layer.name for layer in net], repr(inner)


def names_inside_a_name_scope(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="model_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), nn.Dense(2, in_units=3))
        with net[0].name_scope():
            inner = nn.Dense(1, in_units=1)
        net.add(nn.Dense(1, in_units=2, prefix="last_"))
    return _names(net), net.prefix, net.name, inner.name, net[2].prefix, net[1].weight.name


def names_outside_a_name_scope(mx):
    nn = mx.gluon.nn
    first, second = nn.Dense(2), nn.Dense(2)
    counts = [int(block.name[len("dense") :]) for block in (first, second)]
    net = nn.Sequential(prefix="model_")
    net.add(nn.Dense(3, prefix="hidden_"), nn.Dense(2, prefix=""))
    return counts[1] - counts[0], first.name.rstrip("0123456789"), _names(net)


def automatic_prefixes_of_layers(mx):
    nn, loss = mx.gluon.nn, mx.gluon.loss
    blocks = (
        nn.Sequential(),
        nn.HybridSequential(),
        nn.Dense(1),
        nn.Dropout(0.5),
        nn.Embedding(2, 2),
        nn.BatchNorm(),
        nn.LayerNorm(),
        nn.Flatten(),
        nn.Activation("relu"),
        nn.PReLU(),
        nn.LeakyReLU(0.1),
        nn.ELU(),
        nn.SELU(),
        nn.GELU(),
        nn.Swish(),
        nn.InstanceNorm(),
        nn.GroupNorm(),
        loss.L2Loss(),
        loss.SoftmaxCrossEntropyLoss(),
    )
    return [block.name.rstrip("0123456789") for block in blocks]


def reprs_of_layers(mx):
    nn = mx.gluon.nn
    return [
        repr(block)
        for block in (
            nn.Dense(3),
            nn.Dense(3, activation="relu", in_units=2),
            nn.Dropout(0.25),
            nn.Dropout(0.5, axes=(1,)),
            nn.Embedding(10, 4),
            nn.Flatten(),
            nn.Activation("softsign"),
            nn.LeakyReLU(0.1),
            nn.BatchNorm(in_channels=4),
            nn.LayerNorm(in_channels=4),
            nn.InstanceNorm(in_channels=4),
            nn.Lambda("tanh"),
            nn.HybridLambda("relu"),
            nn.Sequential(),
        )
    ]


def activations(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    x = nd.array([[-2.0, -0.5, 0.5, 3.0]])
    x.attach_grad()
    results = []
    for layer in (
        nn.Activation("relu"),
        nn.Activation("sigmoid"),
        nn.Activation("tanh"),
        nn.Activation("softrelu"),
        nn.Activation("softsign"),
        nn.LeakyReLU(0.1),
        nn.LeakyReLU(alpha=0.3),
        nn.PReLU(),
        nn.PReLU(alpha_initializer=mx.init.Constant(0.5)),
        nn.ELU(),
        nn.ELU(alpha=0.5),
        nn.GELU(),
        nn.Swish(),
        nn.Swish(beta=2.0),
    ):
        layer.initialize()
        with autograd.record():
            y = layer(x)
        y.backward()
        results.append([y, x.grad.copy()])
    return results


def selu_without_gradient(mx):
    x = mx.nd.array([[-2.0, -0.5, 0.5, 3.0]])
    return mx.gluon.nn.SELU()(x), mx.nd.LeakyReLU(x, act_type="selu")


def prelu_slopes_are_parameters(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    one, each = nn.PReLU(prefix="one_"), nn.PReLU(in_channels=3, prefix="each_")
    x = nd.array([[-1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
    results = []
    for layer in (one, each):
        layer.initialize()
        with autograd.record():
            y = layer(x)
        y.backward()
        results.append([_names(layer), layer.alpha.shape, y, layer.alpha.grad()])
    return results


def dropout_trains_and_predicts(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    drop = nn.Dropout(rate=0.25)
    drop.initialize()
    x = nd.ones((50, 40))
    predicted = drop(x)
    with autograd.record():
        trained = drop(x)
    values = sorted(set(trained.asnumpy().ravel().tolist()))
    return bool((predicted == x).asnumpy().all()), len(values), abs(values[1] - 4 / 3) < 1e-6, bool(0.9 < trained.mean().asscalar() < 1.1)


def dropout_shared_along_axes(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    drop = nn.Dropout(0.5, axes=(1,))
    with autograd.train_mode():
        y = drop(nd.ones((40, 6))).asnumpy()
    whole_rows = bool((y == y[:, :1]).all())
    nothing = nn.Dropout(0)
    with autograd.train_mode():
        z = nothing(nd.ones((2, 2)))
    return whole_rows, sorted(set(y.ravel().tolist())), z


def flatten_keeps_the_batch(mx):
    nd, nn = mx.nd, mx.gluon.nn
    return [nn.Flatten()(nd.zeros(shape)).shape for shape in ((2, 3, 4), (5, 1, 1, 7), (3, 2))]


def embedding_and_its_gradient(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    embedding = nn.Embedding(input_dim=4, output_dim=3, prefix="words_")
    embedding.initialize(mx.init.Normal(1.0))
    with autograd.record():
        y = embedding(nd.array([[0, 2], [2, 3]]))
        loss = (y * y).sum()
    loss.backward()
    return repr(embedding), y, embedding.weight.data(), embedding.weight.grad()


def embedding_with_its_own_initializer(mx):
    nd, nn = mx.nd, mx.gluon.nn
    embedding = nn.Embedding(3, 2, dtype="float64", weight_initializer="ones")
    embedding.initialize()
    return embedding(nd.array([1, 2]))


def batch_norm_trains_on_the_batch(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    layer = nn.BatchNorm(in_channels=3, prefix="bn_")
    layer.initialize()
    x = nd.array([[1.0, 2.0, 3.0], [2.0, 4.0, 9.0], [6.0, 0.0, 1.0], [3.0, 1.0, -1.0]])
    x.attach_grad()
    with autograd.record():
        y = layer(x)
        loss = (y * nd.arange(12).reshape((4, 3))).sum()
    loss.backward()
    return _names(layer), y, x.grad, layer.gamma.grad(), layer.beta.grad()


def batch_norm_running_statistics(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    layer = nn.BatchNorm(momentum=0.75, epsilon=0.001)
    layer.initialize()
    x = nd.array([[1.0, 2.0], [2.0, 4.0], [6.0, 0.0]])
    untrained = layer(x)
    seen = []
    for k in range(3):
        with autograd.record():
            y = layer(x + k)
        y.backward()
        seen.append([layer.running_mean.data().copy(), layer.running_var.data().copy()])
    return untrained, y, seen, layer(x), layer.running_mean.grad_req


def batch_norm_options(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    x = nd.random.uniform(shape=(2, 3, 4))
    results = []
    for layer in (
        nn.BatchNorm(axis=1),
        nn.BatchNorm(axis=2),
        nn.BatchNorm(axis=-1, scale=False),
        nn.BatchNorm(center=False),
        nn.BatchNorm(use_global_stats=True),
        nn.BatchNorm(gamma_initializer=mx.init.Constant(2), beta_initializer="ones"),
        nn.BatchNorm(running_mean_initializer="ones", running_variance_initializer=mx.init.Constant(4)),
    ):
        layer.initialize()
        with autograd.record():
            y = layer(x)
        y.backward()
        results.append([y, layer(x), layer.gamma.grad_req, layer.beta.grad_req])
    return results


def batch_norm_updates_nothing_while_predicting(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    layer = nn.BatchNorm(in_channels=2)
    layer.initialize()
    x = nd.array([[1.0, 2.0], [3.0, 6.0]])
    with autograd.record(train_mode=False):
        y = layer(x)
    y.backward()
    return y, layer.running_mean.data(), layer.running_var.data(), layer.beta.grad()


def layer_norm_and_its_gradients(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    layer = nn.LayerNorm(prefix="ln_")
    layer.initialize()
    x = nd.array([[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]])
    x.attach_grad()
    with autograd.record():
        y = layer(x)
        loss = (y * nd.array([[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]])).sum()
    loss.backward()
    return _names(layer), y, x.grad, layer.gamma.grad(), layer.beta.grad()


def layer_norm_options(mx):
    nd, nn = mx.nd, mx.gluon.nn
    x = nd.random.uniform(shape=(2, 3, 4))
    results = []
    for layer in (
        nn.LayerNorm(),
        nn.LayerNorm(axis=1),
        nn.LayerNorm(axis=2, epsilon=0.1),
        nn.LayerNorm(scale=False, gamma_initializer=mx.init.Constant(3)),
        nn.LayerNorm(center=False, in_channels=4),
        nn.LayerNorm(beta_initializer="ones"),
    ):
        layer.initialize()
        results.append([layer(x), layer.gamma.shape, layer.gamma.grad_req, layer.beta.grad_req])
    return results


def instance_norm(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    layer = nn.InstanceNorm(scale=True, epsilon=0.001)
    layer.initialize()
    x = nd.random.uniform(shape=(2, 3, 4))
    x.attach_grad()
    with autograd.record():
        y = layer(x)
        loss = (y * x).sum()
    loss.backward()
    return y, x.grad, layer.gamma.grad(), layer.beta.grad(), layer.gamma.shape


def group_norm(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    layer = nn.GroupNorm(num_groups=2, prefix="gn_")
    layer.initialize()
    x = nd.random.uniform(shape=(2, 4, 3))
    x.attach_grad()
    with autograd.record():
        y = layer(x)
        loss = (y * x).sum()
    loss.backward()
    one = nn.GroupNorm()
    one.initialize()
    return y, x.grad, layer.gamma.grad(), layer.beta.grad(), one(x)


def lambda_layers(mx):
    nd, nn = mx.nd, mx.gluon.nn
    x = nd.array([[-1.0, 2.0]])
    net = nn.Sequential()
    net.add(nn.Lambda("tanh"), nn.Lambda(lambda x: x * 2), nn.HybridLambda("relu"), nn.HybridLambda(lambda F, x: F.square(x) + 1))
    return net(x), nn.Lambda("sigmoid")(x), nn.HybridLambda(lambda F, x, y: F.concat(x, y, dim=1))(x, x)


def block_with_a_forward_of_its_own(mx):
    nd, nn = mx.nd, mx.gluon.nn

    class Network(nn.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.hidden = nn.Dense(4, activation="relu")
            self.output = nn.Dense(2)

        def forward(self, x):
            return self.output(self.hidden(x))

    net = Network(prefix="net_")
    net.initialize(mx.init.Xavier())
    y = net(nd.random.uniform(shape=(3, 5)))
    return y, [p.shape for p in net.collect_params().values()], net.hidden.weight.data()


def block_with_named_children(mx):
    gluon, nn = mx.gluon, mx.gluon.nn

    class Encoder(gluon.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.first = nn.Dense(3, in_units=2)
                self.second = nn.Dense(2, in_units=3, activation="tanh")
                self.drop = nn.Dropout(0.1)

        def forward(self, x):
            return self.second(self.first(x))

    net = Encoder(prefix="enc_")
    return repr(net), _names(net), net.first.name, [name for name in net._children]


def hybrid_block_with_parameters_passed_in(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon

    class Scaled(gluon.HybridBlock):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.scale = self.params.get("scale", shape=(units,), init="ones")
                self.shift = self.params.get("shift", shape=(units,), init=mx.init.Constant(0.5))

        def hybrid_forward(self, F, x, scale, shift):
            return F.broadcast_add(F.broadcast_mul(x, scale), shift)

    layer = Scaled(3, prefix="scaled_")
    layer.initialize()
    layer.hybridize()
    with autograd.record():
        y = layer(nd.array([[1, 2, 3], [4, 5, 6]]))
    y.backward()
    return y, _names(layer), repr(layer.params), layer.scale.grad(), layer.shift.grad()


def custom_dense_with_deferred_shape(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class MyDense(nn.Block):
        def __init__(self, units, in_units, **kwargs):
            super().__init__(**kwargs)
            self.weight = self.params.get("weight", shape=(in_units, units))
            self.bias = self.params.get("bias", shape=(units,))

        def forward(self, x):
            return nd.relu(nd.dot(x, self.weight.data()) + self.bias.data())

    class Deferred(gluon.HybridBlock):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.units = units
                self.weight = self.params.get("weight", shape=(units, 0), allow_deferred_init=True)

        def hybrid_forward(self, F, x, weight):
            return F.FullyConnected(x, weight, num_hidden=self.units, no_bias=True)

    x = nd.random.uniform(shape=(2, 3))
    mine = MyDense(2, 3, prefix="mine_")
    mine.initialize(mx.init.Uniform(0.5))
    deferred = Deferred(4, prefix="deferred_")
    deferred.initialize()
    return mine(x), _names(mine), deferred(x), deferred.weight.shape


def hybrid_block_with_a_branch(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class Residual(gluon.HybridBlock):
        def __init__(self, units, project=False, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = nn.HybridSequential()
                self.body.add(nn.Dense(units, activation="relu"), nn.Dense(units))
                self.project = nn.Dense(units, use_bias=False) if project else None

        def hybrid_forward(self, F, x):
            side = self.project(x) if self.project else x
            return F.relu(self.body(x) + side)

    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(Residual(4, project=True), Residual(4), nn.Dense(1))
    net.initialize(mx.init.Xavier(magnitude=2))
    x = nd.random.uniform(shape=(2, 3))
    before = net(x)
    net.hybridize()
    return before, net(x), _names(net)


def hybridizing_changes_nothing(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(5, activation="relu"), nn.LayerNorm(), nn.Dense(2))
    net.initialize(mx.init.Xavier())
    x = nd.random.normal(shape=(3, 4))
    plain = net(x)
    gradients = []
    for active in (False, True):
        net.hybridize(active)
        with autograd.record():
            y = net(x)
        y.backward()
        gradients.append(net[0].weight.grad().copy())
    net.hybridize(static_alloc=True, static_shape=True)
    return plain, y, net(x), gradients


def block_with_several_inputs_and_outputs(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn

    class Pair(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.left, self.right = nn.Dense(2, in_units=2), nn.Dense(2, in_units=3)

        def hybrid_forward(self, F, a, b):
            left, right = self.left(a), self.right(b)
            return left + right, F.concat(left, right, dim=1)

    net = Pair()
    net.initialize(mx.init.Constant(0.1))
    with autograd.record():
        total, both = net(nd.ones((1, 2)), nd.ones((1, 3)) * 2)
        loss = total.sum() + 2 * both.sum()
    loss.backward()
    return total, both, net.left.weight.grad(), net.right.weight.grad()


def block_with_constants(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn

    class FancyMLP(nn.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.random_weight = self.params.get_constant("fixed", nd.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]))
            self.dense = nn.Dense(3, in_units=2, activation="relu")

        def hybrid_forward(self, F, x, random_weight):
            x = F.relu(F.dot(x, random_weight) + 1)
            return self.dense(x)

    net = FancyMLP(prefix="fancy_")
    net.initialize(mx.init.Constant(0.25))
    with autograd.record():
        y = net(nd.array([[1, 2, 3]]))
    y.backward()
    return y, net.random_weight.grad_req, repr(net.random_weight), net.dense.weight.grad()


def blocks_that_share_parameters(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    shared = nn.Dense(3, activation="relu", in_units=3, prefix="shared_")
    net.add(nn.Dense(3, activation="relu", in_units=2), shared, nn.Dense(3, in_units=3, params=shared.params), nn.Dense(1, in_units=3))
    net.initialize(mx.init.Uniform(1))
    with autograd.record():
        y = net(nd.array([[1.0, 2.0]]))
    y.backward()
    same = net[1].weight is net[2].weight
    net[1].weight.set_data(nd.zeros((3, 3)))
    counted = len(net.collect_params().keys())
    return same, y, net[2].weight.data(), net[2].weight.grad(), counted, net[2].weight.name


def sharing_a_whole_net(mx):
    nd, nn = mx.nd, mx.gluon.nn

    def build(prefix, params=None):
        net = nn.HybridSequential(prefix=prefix, params=params)
        with net.name_scope():
            net.add(nn.Dense(3, in_units=2), nn.Dense(1, in_units=3))
        return net

    one = build("one_")
    two = build("two_", params=one.collect_params())
    one.initialize(mx.init.Normal(1))
    x = nd.array([[1.0, -1.0]])
    return one(x), two(x), _names(two), two[0].weight.name


def collect_params_by_pattern(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="model_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), nn.BatchNorm(in_channels=3), nn.Dense(1, in_units=3))
    return [
        _names(net, select)
        for select in (None, ".*weight", ".*bias|.*beta", "model_dense1_", "model_dense0_weight|model_dense1_bias", "weight", ".*running.*")
    ]


def collected_params_repr(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="model_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), nn.Dense(1, use_bias=False))
    return repr(net.collect_params()), repr(net.params), repr(net[0].params), type(net.collect_params()).__name__


def first_layer_access(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(3, in_units=2, prefix="first_"), nn.Dense(1, in_units=3, prefix="second_"))
    net.initialize()
    params = net.collect_params()
    return (
        params["second_bias"].data(),
        net[0].params["first_weight"].data(),
        "first_bias" in params,
        [k for k in params],
        len(params.items()),
    )


def apply_visits_children_first(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        inner = nn.Sequential()
        with inner.name_scope():
            inner.add(nn.Dense(1), nn.Dropout(0.5))
        net.add(inner, nn.Dense(1))
    seen = []
    result = net.apply(lambda block: seen.append(block.name))
    return seen, result is net


def applying_an_initialization(mx):
    nd, nn = mx.nd, mx.gluon.nn

    def init_dense(block):
        if isinstance(block, nn.Dense):
            block.initialize(mx.init.Constant(0.5), force_reinit=True)

    net = nn.Sequential()
    net.add(nn.Dense(2, in_units=2), nn.LayerNorm(in_channels=2), nn.Dense(1, in_units=2))
    net.initialize()
    net.apply(init_dense)
    return net(nd.array([[1.0, 3.0]])), net[0].weight.data(), net[0].bias.data()


def forward_hooks(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(2, in_units=2), nn.Dense(1, in_units=2))
    net.initialize(mx.init.One())
    seen = []
    handles = [layer.register_forward_hook(lambda block, inputs, output: seen.append([block.name, inputs[0], output])) for layer in net]
    before = net[0].register_forward_pre_hook(lambda block, inputs: seen.append([block.name, len(inputs)]))
    net(nd.array([[1.0, 2.0]]))
    handles[0].detach()
    before.detach()
    net(nd.array([[3.0, 4.0]]))
    return seen


def cast_to_float64(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(2, in_units=3), nn.Dense(1))
    net.initialize(mx.init.Constant(0.1))
    net.cast("float64")
    y = net(nd.array([[1, 2, 3]], dtype="float64"))
    return y, [np.dtype(p.dtype).name for p in net.collect_params().values()], np.dtype(net[1].weight.data().dtype).name


def changing_the_kind_of_an_attribute(mx):
    nn = mx.gluon.nn
    net = nn.Sequential()
    net.layer = nn.Dense(1)
    net.note = "free"
    net.note = 3
    net.layer = nn.Dense(2)
    try:
        net.layer = 3
    except TypeError:
        return "refused", repr(net.layer), net.note
    return "accepted"


def registering_children_by_hand(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class MySequential(gluon.Block):
        def add(self, *blocks):
            for block in blocks:
                self.register_child(block)

        def forward(self, x):
            for block in self._children.values():
                x = block(x)
            return x

    net = MySequential(prefix="mine_")
    net.add(nn.Dense(3, activation="relu"), nn.Dense(2))
    net.initialize(mx.init.Uniform(0.5))
    return net(nd.array([[1.0, 2.0]])), len(net.collect_params().keys()), list(net._children)


def register_child_with_a_name(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class Stack(gluon.Block):
        def __init__(self, depth, **kwargs):
            super().__init__(**kwargs)
            self.layers = []
            with self.name_scope():
                for i in range(depth):
                    layer = nn.Dense(2, in_units=2, prefix=f"layer{i}_")
                    self.register_child(layer, f"layer{i}")
                    self.layers.append(layer)

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    net = Stack(2, prefix="stack_")
    net.initialize(mx.init.One())
    return net(nd.array([[1.0, 2.0]])), list(net._children), _names(net)


def parameter_by_itself(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    p = gluon.Parameter("weight", shape=(2, 2))
    p.initialize(init=mx.init.Uniform(1))
    with autograd.record():
        y = (p.data() * nd.array([[1, 2], [3, 4]])).sum()
    y.backward()
    gradient = p.grad().copy()
    p.zero_grad()
    return repr(p), p.name, p.shape, p.grad_req, np.dtype(p.dtype).name, p.data(), gradient, p.grad(), p.list_ctx() == [mx.cpu()]


def parameter_defaults_and_options(mx):
    gluon = mx.gluon
    p = gluon.Parameter("p_weight", grad_req="add", shape=(3,), dtype="float64", lr_mult=0.1, wd_mult=0.0, init="ones")
    p.initialize()
    q = gluon.Parameter("q_weight", shape=(2,))
    r = gluon.Parameter("r_weight", shape=(2,), differentiable=False)
    return p.data(), p.grad_req, p.lr_mult, p.wd_mult, repr(p), q.lr_mult, q.wd_mult, q.grad_req, r.grad_req, q.init is None


def parameter_lists(mx):
    gluon = mx.gluon
    p = gluon.Parameter("p", shape=(2,), init="ones")
    p.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    p.list_grad()[1][:] = 3
    return p.list_data(), p.list_grad(), [str(c) for c in p.list_ctx()], p.data(mx.cpu(1)), p.grad(mx.cpu(1)), str(p.data().context)


def parameter_set_data(mx):
    nd, gluon = mx.nd, mx.gluon
    p = gluon.Parameter("weight", shape=(2, 2), init="zeros")
    p.initialize()
    array = p.data()
    p.set_data(nd.array([[1, 2], [3, 4]]))
    p.data()[0, 1] = 10
    return p.data(), array


def setting_data_of_a_deferred_parameter(mx):
    nd, nn = mx.nd, mx.gluon.nn
    dense = nn.Dense(1)
    dense.initialize()
    dense.weight.set_data(nd.array([[1.0, 2.0, 3.0]]))
    return dense(nd.array([[1.0, 1.0, 1.0]])), dense.weight.shape


def parameter_shape_can_be_completed_once(mx):
    gluon = mx.gluon
    p = gluon.Parameter("weight", shape=(2, 0), allow_deferred_init=True)
    before = p.shape
    p.shape = (2, 3)
    answers = []
    for shape in ((4, 3), (2, 3)):
        try:
            p.shape = shape
            answers.append("accepted")
        except (AssertionError, ValueError):
            answers.append("refused")
    return before, p.shape, answers


def parameter_grad_req_switches(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    dense = nn.Dense(1, in_units=2, use_bias=False)
    dense.initialize(mx.init.One())

    def backward():
        with autograd.record():
            y = dense(nd.array([[1.0, 2.0]]))
        y.backward()

    dense.weight.grad_req = "add"
    backward()
    backward()
    added = dense.weight.grad().copy()
    dense.weight.grad_req = "write"
    backward()
    written = dense.weight.grad().copy()
    dense.weight.grad_req = "null"
    try:
        dense.weight.grad()
    except RuntimeError:
        return added, written, "no gradient"
    return "gradient"


def uninitialized_parameters_are_refused(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn
    answers = []
    dense = nn.Dense(1)
    for attempt in (lambda: dense(nd.ones((1, 2))), dense.weight.data, dense.weight.grad, lambda: dense.weight.list_ctx()):
        try:
            attempt()
            answers.append("accepted")
        except RuntimeError:
            answers.append("refused")
    dense.initialize()
    try:
        dense.weight.data()
    except gluon.parameter.DeferredInitializationError:
        answers.append("deferred")
    try:
        gluon.Parameter("p_weight", shape=(2, 0)).initialize()
    except ValueError:
        answers.append("unknown shape")
    return answers


def initializing_again_needs_force(mx):
    nn = mx.gluon.nn
    dense = nn.Dense(1, in_units=2)
    dense.initialize(mx.init.One())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dense.initialize(mx.init.Constant(3))
    kept = dense.weight.data().copy()
    dense.initialize(mx.init.Constant(3), force_reinit=True)
    return kept, len(caught), dense.weight.data()


def parameter_dictionary(mx):
    gluon = mx.gluon
    params = gluon.ParameterDict(prefix="net_")
    w = params.get("weight", shape=(2, 3))
    same = params.get("weight", shape=(2, 3)) is w
    params.get("bias", shape=(2,), init="zeros", lr_mult=2.0)
    c = params.get_constant("c", mx.nd.array([7.0, 8.0]))
    params.initialize(mx.init.One())
    return (
        same,
        repr(params),
        params.prefix,
        list(params.keys()),
        [p.name for p in params.values()],
        c.data(),
        w.data(),
        "net_bias" in params,
    )


def parameter_dictionary_conflicts(mx):
    gluon = mx.gluon
    params = gluon.ParameterDict("net_")
    params.get("weight", shape=(2, 0), allow_deferred_init=True)
    completed = params.get("weight", shape=(0, 3), allow_deferred_init=True).shape
    answers = []
    for kwargs in ({"shape": (5, 3)}, {"shape": (2, 3), "dtype": "float64"}, {"shape": (2, 3)}):
        try:
            params.get("weight", **kwargs)
            answers.append("accepted")
        except (AssertionError, ValueError):
            answers.append("refused")
    return completed, answers


def parameter_dictionary_shared_and_updated(mx):
    gluon = mx.gluon
    base = gluon.ParameterDict("base_")
    weight = base.get("weight", shape=(2,))
    child = gluon.ParameterDict("base_", shared=base)
    other = gluon.ParameterDict("other_")
    other.get("bias", shape=(1,))
    found = child.get("weight") is weight
    child.update(other)
    return found, list(child.keys()), list(base.keys())


def parameter_dictionary_setattr_and_zero_grad(mx):
    nd, autograd, nn = mx.nd, mx.autograd, mx.gluon.nn
    net = nn.Dense(2, in_units=2, prefix="d_")
    net.initialize(mx.init.One())
    with autograd.record():
        y = net(nd.array([[1.0, 2.0]]))
    y.backward()
    before = net.weight.grad().copy()
    net.collect_params().zero_grad()
    after = net.weight.grad().copy()
    net.collect_params(".*bias").setattr("lr_mult", 0.5)
    net.collect_params().setattr("grad_req", "add")
    return before, after, net.bias.lr_mult, net.weight.lr_mult, net.weight.grad_req


def parameter_dictionary_files(mx):
    gluon = mx.gluon
    params = gluon.ParameterDict("net_")
    params.get("a", shape=(2,), init=mx.init.Constant(3)).initialize()
    params.get("b", shape=(1, 2), init=mx.init.Constant(4)).initialize()
    other = gluon.ParameterDict("copy_")
    other.get("a", shape=(2,))
    other.get("b", shape=(1, 2))
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "net.params")
        params.save(file, strip_prefix="net_")
        other.load(file, ctx=mx.cpu(), restore_prefix="copy_")
    return {name: p.data() for name, p in other.items()}


def saving_and_loading_parameters(mx):
    nd, nn = mx.nd, mx.gluon.nn

    def build():
        net = nn.HybridSequential()
        net.add(nn.Dense(3, activation="relu"), nn.BatchNorm(), nn.Dense(2))
        return net

    x = nd.random.normal(shape=(2, 4))
    net = build()
    net.initialize(mx.init.Xavier())
    y = net(x)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "net.params")
        result = net.save_parameters(file)
        other = build()
        other.load_parameters(file)
        third = build()
        third.load_parameters(file, ctx=mx.cpu(0))
    return result, y, other(x), bool((third(x) == y).asnumpy().all()), other[0].weight.shape


def loading_with_missing_and_extra(mx):
    nd, nn = mx.nd, mx.gluon.nn
    small, large = nn.HybridSequential(), nn.HybridSequential()
    small.add(nn.Dense(2, in_units=2))
    large.add(nn.Dense(2, in_units=2), nn.Dense(1, in_units=2))
    small.initialize(mx.init.One())
    large.initialize(mx.init.Zero())
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "net.params")
        small.save_parameters(file)
        try:
            large.load_parameters(file)
        except (AssertionError, ValueError):
            answers.append("missing")
        large.load_parameters(file, allow_missing=True)
        loaded = large(nd.ones((1, 2))), large[0].weight.data()
        large.save_parameters(file)
        try:
            small.load_parameters(file)
        except (AssertionError, ValueError):
            answers.append("extra")
        small.load_parameters(file, ignore_extra=True)
    return answers, loaded, small(nd.ones((1, 2)))


def loading_with_cast(mx):
    nn = mx.gluon.nn
    net, other = nn.Dense(2, in_units=2), nn.Dense(2, in_units=2, dtype="float64")
    net.initialize(mx.init.Uniform(1))
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "net.params")
        net.save_parameters(file)
        other.load_parameters(file, cast_dtype=True)
        third = nn.Dense(2, in_units=2, dtype="float64")
        third.load_parameters(file, cast_dtype=True, dtype_source="saved")
    return [np.dtype(d.weight.data().dtype).name for d in (net, other, third)], other.weight.data(), np.dtype(third.weight.dtype).name


def parameter_files_are_arrays_by_structure(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(1, in_units=2), nn.BatchNorm(in_channels=1))
    net.initialize(mx.init.One())
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "net.params")
        net.save_parameters(file)
        arrays = nd.load(file)
    return sorted(arrays), arrays["0.weight"]


def copying_parameters_between_nets(mx):
    nn = mx.gluon.nn
    online, target = nn.Dense(2, in_units=3), nn.Dense(2, in_units=3)
    online.initialize(mx.init.Uniform(1))
    target.initialize(mx.init.Zero())
    tau = 0.25
    for a, b in zip(online.collect_params().values(), target.collect_params().values(), strict=True):
        b.set_data(tau * a.data() + (1 - tau) * b.data())
    return target.weight.data(), online.weight.data()


def reset_ctx_and_several_contexts(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.Dense(2, in_units=2)
    net.initialize(mx.init.Uniform(1), ctx=mx.cpu(0))
    before = net.weight.data().copy()
    net.collect_params().reset_ctx([mx.cpu(0), mx.cpu(1)])
    copies = net.weight.list_data()
    y = net(nd.array([[1.0, 2.0]], ctx=mx.cpu(1)))
    return before, copies, [str(c) for c in net.weight.list_ctx()], y, str(y.context), len(net.collect_params().list_ctx())


def forward_and_backward_on_two_contexts(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    contexts = [mx.cpu(0), mx.cpu(1)]
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.One(), ctx=contexts)
    x = nd.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    shards = gluon.utils.split_and_load(x, contexts)
    with autograd.record():
        losses = [net(shard).sum() for shard in shards]
    for loss in losses:
        loss.backward()
    return losses, [str(loss.context) for loss in losses], net.weight.list_grad(), net.bias.list_grad()


def split_data(mx):
    nd, utils = mx.nd, mx.gluon.utils
    x = nd.arange(15).reshape((5, 3))
    answers = [utils.split_data(x, 3, batch_axis=1), utils.split_data(x, 2, even_split=False), utils.split_data(x, num_slice=1)]
    try:
        utils.split_data(x, 2)
    except ValueError:
        answers.append("uneven")
    return answers


def split_and_load(mx):
    nd, utils = mx.nd, mx.gluon.utils
    contexts = [mx.cpu(0), mx.cpu(1)]
    parts = utils.split_and_load(nd.arange(8).reshape((4, 2)), contexts)
    uneven = utils.split_and_load(nd.arange(5), ctx_list=contexts, even_split=False)
    numpy_source = utils.split_and_load(np.arange(6, dtype="float32").reshape((2, 3)), contexts, batch_axis=0)
    alone = utils.split_and_load(nd.arange(3), [mx.cpu(0)])
    return parts, [str(p.context) for p in parts], uneven, numpy_source, alone


def clip_global_norm(mx):
    nd, utils = mx.nd, mx.gluon.utils
    arrays = [nd.array([3.0, 0.0]), nd.array([[4.0]])]
    norm = utils.clip_global_norm(arrays, 1.0)
    small = [nd.array([0.1, 0.2])]
    untouched = utils.clip_global_norm(small, max_norm=10.0)
    lazy = utils.clip_global_norm([nd.array([6.0, 8.0])], 5.0, check_isfinite=False)
    return norm, arrays, untouched, small, lazy


def clip_global_norm_of_gradients(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.One())
    with autograd.record():
        loss = gluon.loss.L2Loss()(net(nd.array([[3.0, 4.0]])), nd.array([0.0]))
    loss.backward()
    gradients = [p.grad() for p in net.collect_params().values()]
    norm = gluon.utils.clip_global_norm(gradients, 2)
    return norm, net.weight.grad(), net.bias.grad()


def uniform_normal_and_constant_initializers(mx):
    nn, init = mx.gluon.nn, mx.init
    results = []
    for initializer in (
        init.Uniform(),
        init.Uniform(0.5),
        init.Uniform(scale=2),
        init.Normal(),
        init.Normal(sigma=1.5),
        init.Constant(0.25),
    ):
        dense = nn.Dense(2, in_units=3)
        dense.initialize(initializer)
        results.append([dense.weight.data(), dense.bias.data()])
    return results


def zero_one_and_names_as_initializers(mx):
    nn, init = mx.gluon.nn, mx.init
    results = []
    for initializer in (init.Zero(), init.One(), "zeros", "ones", "uniform", "normal", "xavier"):
        dense = nn.Dense(2, in_units=2)
        dense.initialize(initializer)
        results.append(dense.weight.data())
    return results


def xavier_variants(mx):
    nn, init = mx.gluon.nn, mx.init
    results = []
    for xavier in (
        init.Xavier(),
        init.Xavier(rnd_type="gaussian"),
        init.Xavier(factor_type="in"),
        init.Xavier(factor_type="out", magnitude=2.24),
        init.Xavier("gaussian", "in", 2),
        init.MSRAPrelu(),
        init.MSRAPrelu(factor_type="in", slope=0),
    ):
        dense = nn.Dense(2, in_units=4)
        dense.initialize(xavier)
        results.append(dense.weight.data())
    return results


def xavier_of_a_vector_is_refused(mx):
    p = mx.gluon.Parameter("x_weight", shape=(4,))
    try:
        p.initialize(mx.init.Xavier())
    except ValueError:
        return "refused"
    return "accepted"


def orthogonal_rows(mx):
    dense = mx.gluon.nn.Dense(3, in_units=5)
    dense.initialize(mx.init.Orthogonal())
    w = dense.weight.data().asnumpy()
    return bool(np.allclose(w @ w.T, 1.414**2 * np.eye(3), atol=1e-4)), w.shape


def each_parameter_its_own_initializer(mx):
    nn, init = mx.gluon.nn, mx.init
    net = nn.Sequential()
    net.add(nn.Dense(3, in_units=2, weight_initializer=init.Xavier()), nn.Dense(1, in_units=3, bias_initializer="ones"))
    net.initialize(init.Constant(0.125))
    net[1].weight.initialize(init.Constant(42), force_reinit=True)
    return [p.data() for layer in net for p in (layer.weight, layer.bias)]


def initializer_of_ones_own(mx):
    nd, nn, init = mx.nd, mx.gluon.nn, mx.init

    class Halves(init.Initializer):
        def _init_weight(self, name, data):
            data[:] = nd.random.uniform(low=-10, high=10, shape=data.shape)
            data *= data.abs() >= 5

    net = nn.Dense(3, in_units=4)
    net.initialize(Halves())
    return net.weight.data(), net.bias.data()


def registered_initializer_by_its_name(mx):
    nn, init = mx.gluon.nn, mx.init

    @init.register
    class Countup(init.Initializer):
        def __init__(self, start=0):
            super().__init__(start=start)
            self.start = start

        def _init_weight(self, name, arr):
            arr[:] = mx.nd.arange(self.start, self.start + arr.size).reshape(arr.shape)

    by_name = nn.Dense(2, in_units=2, weight_initializer="countup")
    by_object = nn.Dense(2, in_units=2, weight_initializer=Countup(10))
    for dense in (by_name, by_object):
        dense.initialize()
    return by_name.weight.data(), by_object.weight.data(), Countup(5).dumps(), Countup(5) == Countup(5), Countup(5) == Countup(6)


def initializer_of_every_kind_of_parameter(mx):
    nn, init = mx.gluon.nn, mx.init

    class Own(init.Initializer):
        def _init_weight(self, name, arr):
            arr[:] = 1

        def _init_bias(self, name, arr):
            arr[:] = 2

        def _init_gamma(self, name, arr):
            arr[:] = 3

        def _init_beta(self, name, arr):
            arr[:] = 4

    net = nn.Sequential()
    net.add(nn.Dense(2, in_units=2), nn.LayerNorm(in_channels=2))
    net.initialize(Own())
    return [p.data() for p in net.collect_params().values()]


def initializers_describe_themselves(mx):
    init = mx.init
    return [
        i.dumps()
        for i in (
            init.Zero(),
            init.One(),
            init.Constant(1),
            init.Uniform(0.5),
            init.Normal(),
            init.Xavier(),
            init.Xavier("gaussian", "in", 2),
        )
    ]


def initializers_under_both_names(mx):
    return mx.init is mx.initializer, mx.init.Xavier is mx.initializer.Xavier, mx.init.Constant(2) == mx.initializer.Constant(2)


def parameters_of_a_dictionary_take_the_weight_rule_whatever_their_name(mx):
    results = []
    for name in ("x_weight", "x_bias", "x_gamma", "x_scale"):
        params = mx.gluon.ParameterDict()
        params.get(name, shape=(2,))
        params.initialize(mx.init.Uniform(1))
        results.append(params[name].data())
    return results


def initializers_called_on_arrays(mx):
    nd, init = mx.nd, mx.init
    results = []
    for name in ("x_weight", "x_bias", "x_gamma", "x_beta", "x_foo"):
        array = nd.full((2, 2), 7)
        try:
            init.Uniform(0.5)(init.InitDesc(name), array)
            results.append(array)
        except ValueError:
            results.append("no rule")
    return results


def an_initializer_given_to_the_parameter_ignores_its_name(mx):
    results = []
    for name in ("x_weight", "x_bias", "x_gamma", "x_scale"):
        p = mx.gluon.Parameter(name, shape=(2,))
        p.initialize(mx.init.Uniform(1))
        q = mx.gluon.Parameter(name, shape=(2,), init=mx.init.Constant(0.5))
        q.initialize(mx.init.Uniform(1))
        results.append([p.data(), q.data()])
    return results


def wrong_feature_count_is_refused(mx):
    dense = mx.gluon.nn.Dense(1, in_units=4)
    dense.initialize()
    try:
        dense(mx.nd.ones((2, 5))).wait_to_read()
    except (ValueError, mx.base.MXNetError):
        return "refused"
    return "accepted"


def one_step_by_hand_without_a_trainer(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.Normal(0.1))
    x, y = nd.array([[1.0, 2.0], [2.0, -1.0], [0.0, 1.0]]), nd.array([5.0, 0.0, 2.0])
    for _ in range(3):
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), y).mean()
        loss.backward()
        for p in net.collect_params().values():
            p.data()[:] -= 0.1 * p.grad()
    return loss, net.weight.data(), net.bias.data()


def concatenating_networks(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class Parallel(gluon.HybridBlock):
        def __init__(self, *branches, **kwargs):
            super().__init__(**kwargs)
            self.branches = nn.HybridSequential()
            self.branches.add(*branches)

        def hybrid_forward(self, F, x):
            return F.concat(*[branch(x) for branch in self.branches], dim=1)

    net = Parallel(nn.Dense(1, in_units=2), nn.Dense(2, in_units=2, activation="tanh"))
    net.initialize(mx.init.Uniform(1))
    return net(nd.array([[0.5, -0.5]])), net.branches[1].weight.data()


def attention_from_batch_dot(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn

    class Attention(gluon.HybridBlock):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.query = nn.Dense(units, flatten=False, use_bias=False)
                self.key = nn.Dense(units, flatten=False, use_bias=False)
                self.value = nn.Dense(units, flatten=False, use_bias=False)
            self._scale = units**-0.5

        def hybrid_forward(self, F, x):
            scores = F.batch_dot(self.query(x), self.key(x), transpose_b=True) * self._scale
            return F.batch_dot(F.softmax(scores), self.value(x))

    net = Attention(4)
    net.initialize(mx.init.Xavier(magnitude=2.24))
    x = nd.random.normal(shape=(2, 3, 5))
    with autograd.record():
        y = net(x)
        loss = (y * y).sum()
    loss.backward()
    return y, net.query.weight.grad(), net.value.weight.grad()


def recurrent_cell_of_ones_own(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn

    class Cell(gluon.HybridBlock):
        def __init__(self, hidden, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.i2h, self.h2h = nn.Dense(hidden), nn.Dense(hidden, use_bias=False)

        def hybrid_forward(self, F, x, h):
            return F.tanh(self.i2h(x) + self.h2h(h))

    cell = Cell(3)
    cell.initialize(mx.init.Uniform(0.5))
    xs, h = nd.random.normal(shape=(4, 2, 2)), nd.zeros((2, 3))
    with autograd.record():
        for x in xs:
            h = cell(x, h)
        loss = h.sum()
    loss.backward()
    return h, cell.h2h.weight.grad(), cell.i2h.weight.grad()


def loss_blocks_show_their_settings(mx):
    loss = mx.gluon.loss
    return [repr(block) for block in (loss.L2Loss(), loss.L1Loss(weight=2), loss.SoftmaxCrossEntropyLoss(batch_axis=1), loss.HuberLoss())]


def a_list_of_blocks_is_not_registered(mx):
    nn = mx.gluon.nn

    class Careless(nn.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.layers = [nn.Dense(2), nn.Dense(3)]

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = _names(Careless())
    return names, len(caught) > 0


def casting_a_parameter(mx):
    p = mx.gluon.Parameter("p_weight", shape=(2,))
    p.initialize(mx.init.One())
    p.cast("float64")
    return p.data(), p.grad(), np.dtype(p.dtype).name


def initializers_by_pattern_and_from_arrays(mx):
    nd, init = mx.nd, mx.init
    mixed = init.Mixed(["first.*", ".*"], [init.One(), init.Constant(5)])
    load = init.Load({"a_weight": nd.array([1.0, 2.0]), "arg:b_weight": nd.array([3.0, 4.0])}, default_init=init.One())
    results = []
    for initializer, name in (
        (mixed, "first_weight"),
        (mixed, "second_weight"),
        (load, "a_weight"),
        (load, "b_weight"),
        (load, "c_weight"),
    ):
        array = nd.zeros((2,))
        initializer(init.InitDesc(name), array)
        results.append(array)
    return results


def bilinear_and_lstm_bias(mx):
    gluon, init = mx.gluon, mx.init
    up = gluon.Parameter("up_weight", shape=(1, 1, 4, 4), init=init.Bilinear())
    bias = gluon.Parameter("h2h_bias", shape=(8,), init=init.LSTMBias(forget_bias=2.0))
    for p in (up, bias):
        p.initialize()
    return up.data(), bias.data()


def summary_prints_and_returns_nothing(mx):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(3, activation="relu"), nn.Dense(2))
    net.initialize()
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        result = net.summary(mx.nd.ones((1, 4)))
    return result, "Dense" in text.getvalue(), "23" in text.getvalue()


def forward_of_a_hybrid_block_overridden(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class Doubled(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.dense = nn.Dense(2)

        def forward(self, x):
            return self.dense(x) * 2

    net = Doubled(prefix="d_")
    net.initialize(mx.init.Uniform(1))
    return net(nd.ones((1, 2))), _names(net)


def hybrid_sequential_inside_sequential(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        for units in (4, 3):
            block = nn.HybridSequential()
            with block.name_scope():
                block.add(nn.Dense(units), nn.Activation("tanh"))
            net.add(block)
        net.add(nn.Lambda(lambda x: x.sum(axis=1)))
    net.initialize(mx.init.Xavier())
    net.hybridize()
    return net(nd.ones((2, 3))), _names(net)


def inputs_as_a_list(mx):
    nd, gluon, nn = mx.nd, mx.gluon, mx.gluon.nn

    class Sum(gluon.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = nn.Dense(1, use_bias=False)

        def forward(self, xs, scale=1.0):
            return [self.dense(x) * scale for x in xs]

    net = Sum()
    net.initialize(mx.init.One())
    return net([nd.ones((1, 2)), nd.ones((2, 2))]), net([nd.ones((1, 2))], 2.0)


def values_of_a_net_by_its_parameters(mx):
    nd, nn = mx.nd, mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(3, activation="relu", in_units=2, prefix="h_"), nn.Dense(1, in_units=3, prefix="o_"))
    net.initialize(mx.init.Normal(1))
    x = nd.array([[1.0, -2.0]])
    w1, b1, w2, b2 = (p.data() for p in net.collect_params().values())
    by_hand = nd.dot(nd.relu(nd.dot(x, w1.T) + b1), w2.T) + b2
    return net(x), by_hand, {name: p.shape for name, p in net.collect_params().items()}
