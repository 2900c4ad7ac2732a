"""Programs that train: Trainer with sgd and adam, learning rates, multipliers, states, optimizers of one's own."""

import os
import tempfile

import numpy as np


def _regression(mx, n=8, features=4):
    nd = mx.nd
    x = nd.random.uniform(shape=(n, features))
    return x, nd.dot(x, nd.arange(1, features + 1)) + 0.5


def _dense(mx, units=1, features=4, **kwargs):
    net = mx.gluon.nn.Dense(units, in_units=features, **kwargs)
    net.initialize(mx.init.Normal(0.1))
    return net


def _backward(mx, net, x, y):
    with mx.autograd.record():
        loss = mx.gluon.loss.L2Loss()(net(x), y)
    loss.backward()
    return loss


def one_step_of_sgd(mx):
    nd, gluon = mx.nd, mx.gluon
    net = gluon.nn.Dense(1)
    net.initialize()
    x, y = nd.random.uniform(shape=(8, 4)), nd.random.uniform(shape=(8,))
    loss = _backward(mx, net, x, y)
    trainer = gluon.Trainer(net.collect_params(), optimizer="sgd", optimizer_params={"learning_rate": 1})
    before = net.weight.data().copy()
    result = trainer.step(8)
    by_hand = before - net.weight.grad() * 1 / 8
    return loss, before, net.weight.grad(), result, net.weight.data(), bool((by_hand == net.weight.data()).asnumpy().all())


def optimizer_given_as_an_instance(mx):
    nd, gluon, optimizer = mx.nd, mx.gluon, mx.optimizer
    net = gluon.nn.Dense(1)
    net.initialize()
    x, y = nd.random.uniform(shape=(8, 4)), nd.random.uniform(shape=(8,))
    adam = optimizer.Adam(learning_rate=1)
    trainer = gluon.Trainer(net.collect_params(), optimizer=adam)
    _backward(mx, net, x, y)
    trainer.step(8)
    return net.weight.data(), net.bias.data(), trainer.learning_rate, trainer.optimizer is adam, type(trainer.optimizer).__name__


def learning_rate_is_read_and_set(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    rates, weights = [trainer.learning_rate], []
    for rate in (0.5, 0.1, 0.01):
        result = trainer.set_learning_rate(rate)
        _backward(mx, net, x, y)
        trainer.step(8)
        rates.append(trainer.learning_rate)
        weights.append(net.weight.data().copy())
    return rates, result, weights


def default_hyperparameters(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    results = []
    for name in ("sgd", "adam", "SGD", "Adam"):
        trainer = mx.gluon.Trainer(net.collect_params(), name)
        _backward(mx, net, x, y)
        trainer.step(batch_size=8)
        results.append([trainer.learning_rate, net.weight.data().copy()])
    return results


def sgd_with_momentum_and_weight_decay(mx):
    x, y = _regression(mx)
    results = []
    for params in (
        {"learning_rate": 0.1},
        {"learning_rate": 0.1, "momentum": 0.9},
        {"learning_rate": 0.1, "wd": 0.1},
        {"learning_rate": 0.1, "momentum": 0.5, "wd": 0.01},
        {"learning_rate": 0.1, "momentum": 0.9, "clip_gradient": 0.5},
        {"learning_rate": 0.1, "rescale_grad": 0.5},
    ):
        mx.random.seed(1)
        net = _dense(mx)
        trainer = mx.gluon.Trainer(net.collect_params(), "sgd", params)
        for _ in range(5):
            loss = _backward(mx, net, x, y)
            trainer.step(8)
        results.append([loss.mean(), net.weight.data(), net.bias.data()])
    return results


def adam_with_its_options(mx):
    x, y = _regression(mx)
    results = []
    for params in (
        {},
        {"learning_rate": 0.1},
        {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.9},
        {"learning_rate": 0.05, "epsilon": 1e-3, "wd": 0.1},
        {"learning_rate": 0.05, "clip_gradient": 0.1},
    ):
        mx.random.seed(1)
        net = _dense(mx)
        trainer = mx.gluon.Trainer(net.collect_params(), "adam", params)
        for _ in range(5):
            loss = _backward(mx, net, x, y)
            trainer.step(8)
        results.append([loss.mean(), net.weight.data(), net.bias.data()])
    return results


def linear_regression_from_scratch(mx):
    nd, autograd = mx.nd, mx.autograd
    true_w, true_b = nd.array([2, -3.4]), 4.2
    x = nd.random.normal(shape=(100, 2))
    y = nd.dot(x, true_w) + true_b + nd.random.normal(scale=0.01, shape=(100,))
    w, b = nd.random.normal(scale=0.01, shape=(2, 1)), nd.zeros(1)
    w.attach_grad()
    b.attach_grad()
    means = []
    for _ in range(3):
        for start in range(0, 100, 20):
            batch, target = x[start : start + 20], y[start : start + 20]
            with autograd.record():
                loss = (nd.dot(batch, w) + b - target.reshape((-1, 1))) ** 2 / 2
            loss.backward()
            for p in (w, b):
                p[:] = p - 0.1 * p.grad / 20
        means.append(((nd.dot(x, w) + b).reshape((-1,)) - y).square().mean().asscalar())
    return means, w, b


def linear_regression_with_gluon(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    x = nd.random.normal(shape=(60, 2))
    y = nd.dot(x, nd.array([2, -3.4])) + 4.2
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(x, y), batch_size=10, shuffle=False)
    net = gluon.nn.Sequential()
    net.add(gluon.nn.Dense(1))
    net.initialize(mx.init.Normal(sigma=0.01))
    loss = gluon.loss.L2Loss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    history = []
    for _ in range(4):
        for data, target in loader:
            with autograd.record():
                value = loss(net(data), target)
            value.backward()
            trainer.step(data.shape[0])
        history.append(loss(net(x), y).mean().asscalar())
    return history, net[0].weight.data(), net[0].bias.data()


def classifier_with_accuracy_by_hand(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn
    centres = nd.array([[2.0, 0.0], [-2.0, 1.0], [0.0, -3.0]])
    label = nd.array([k % 3 for k in range(30)])
    data = centres.take(label) + 0.5 * nd.random.normal(shape=(30, 2))
    net = nn.Sequential()
    net.add(nn.Dense(8, activation="relu"), nn.Dense(3))
    net.initialize(init=mx.init.Xavier())
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.3})
    losses, accuracies = [], []
    for _ in range(10):
        with autograd.record():
            output = net(data)
            value = loss(output, label)
        value.backward()
        trainer.step(30)
        losses.append(value.mean().asscalar())
        accuracies.append((output.argmax(axis=1) == label.astype("float32")).mean().asscalar())
    return losses, accuracies[-1], net(data)[:3]


def classifier_with_a_loader_a_metric_and_evaluation(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn
    data = nd.random.normal(shape=(40, 3))
    label = (data.sum(axis=1) > 0).astype("float32")
    train = gluon.data.DataLoader(gluon.data.ArrayDataset(data[:32], label[:32]), 8, last_batch="keep")
    valid = gluon.data.DataLoader(gluon.data.ArrayDataset(data[32:], label[32:]), 4)
    net = nn.HybridSequential()
    net.add(nn.Dense(6, activation="tanh"), nn.Dense(2))
    net.initialize(mx.init.Xavier(magnitude=2.24))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    cross_entropy, metric = gluon.loss.SoftmaxCrossEntropyLoss(), mx.metric.Accuracy()
    history = []
    for _ in range(3):
        metric.reset()
        for x, y in train:
            with autograd.record():
                output = net(x)
                loss = cross_entropy(output, y)
            loss.backward()
            trainer.step(x.shape[0])
            metric.update(y, output)
        trained = metric.get()
        metric.reset()
        for x, y in valid:
            metric.update([y], [net(x)])
        history.append([trained, metric.get()[1], loss.mean().asscalar()])
    return history


def allreduce_clip_and_update(mx):
    gluon = mx.gluon
    net = _dense(mx)
    x, y = _regression(mx)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}, update_on_kvstore=False)
    norms = []
    for _ in range(3):
        _backward(mx, net, x, y)
        trainer.allreduce_grads()
        norms.append(gluon.utils.clip_global_norm([p.grad() for p in net.collect_params().values()], 8 * 1.0))
        trainer.update(8)
    return norms, net.weight.data(), net.bias.data()


def per_parameter_multipliers(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    net.bias.lr_mult = 0.1
    net.weight.wd_mult = 0.0
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "wd": 0.5})
    seen = []
    for _ in range(2):
        _backward(mx, net, x, y)
        trainer.step(8)
        seen.append([net.weight.data().copy(), net.bias.data().copy()])
    net.bias.lr_mult = 2.0
    _backward(mx, net, x, y)
    trainer.step(8)
    return seen, net.weight.data(), net.bias.data()


def multipliers_set_on_a_selection(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=4, activation="tanh"), nn.Dense(1, in_units=3))
    net.initialize(mx.init.Normal(0.5))
    net.collect_params(".*bias").setattr("wd_mult", 0.0)
    net.collect_params("net_dense0_.*").setattr("lr_mult", 0.1)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.2, "wd": 0.1, "momentum": 0.9})
    x, y = _regression(mx)
    for _ in range(4):
        _backward(mx, net, x, y)
        trainer.step(8)
    return [p.data() for p in net.collect_params().values()]


def multipliers_given_to_the_optimizer(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    optimizer = mx.optimizer.SGD(learning_rate=0.1)
    weight = net.weight.data()
    optimizer.set_lr_mult({0: 0.5})
    optimizer.set_wd_mult({0: 2.0})
    _backward(mx, net, x, y)
    optimizer.update(0, weight, net.weight.grad(), None)
    return weight, optimizer.learning_rate, optimizer.lr_mult[0], optimizer.wd_mult[0]


def freezing_by_grad_req(mx):
    nn = mx.gluon.nn
    net = nn.Sequential()
    net.add(nn.Dense(3, in_units=4, activation="relu"), nn.Dense(1, in_units=3))
    net.initialize(mx.init.Normal(0.5))
    net[0].collect_params().setattr("grad_req", "null")
    before = net[0].weight.data().copy()
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    x, y = _regression(mx)
    for _ in range(3):
        _backward(mx, net, x, y)
        trainer.step(8)
    return bool((before == net[0].weight.data()).asnumpy().all()), net[1].weight.data(), net[1].bias.data()


def freezing_by_a_trainer_of_the_head_alone(mx):
    nn = mx.gluon.nn
    body, head = nn.Dense(3, in_units=4, activation="tanh"), nn.Dense(1, in_units=3)
    net = nn.Sequential()
    net.add(body, head)
    net.initialize(mx.init.Normal(0.5))
    trainer = mx.gluon.Trainer(head.collect_params(), "sgd", {"learning_rate": 0.1})
    x, y = _regression(mx)
    before = body.weight.data().copy()
    _backward(mx, net, x, y)
    trainer.step(8)
    return bool((before == body.weight.data()).asnumpy().all()), head.weight.data(), body.weight.grad()


def thawing_later(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    net.bias.grad_req = "null"
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    seen = []
    for k in range(4):
        if k == 2:
            net.bias.grad_req = "write"
        _backward(mx, net, x, y)
        trainer.step(8)
        seen.append([net.weight.data().copy(), net.bias.data().copy()])
    return seen


def accumulating_gradients(mx):
    net = _dense(mx)
    x, y = _regression(mx, n=12)
    params = net.collect_params()
    params.setattr("grad_req", "add")
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 0.1})
    for _ in range(2):
        for start in range(0, 12, 4):
            _backward(mx, net, x[start : start + 4], y[start : start + 4])
        trainer.step(12)
        accumulated = net.weight.grad().copy()
        params.zero_grad()
    return accumulated, net.weight.grad(), net.weight.data(), net.bias.data()


def step_without_backward_is_refused(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    answers = []

    def step():
        try:
            trainer.step(8)
            answers.append("stepped")
        except UserWarning:
            answers.append("stale")

    step()
    _backward(mx, net, x, y)
    step()
    step()
    _backward(mx, net, x, y)
    step()
    return answers, net.weight.data()


def stale_gradients_may_be_ignored(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    trainer.step(8, ignore_stale_grad=True)
    untouched = net.weight.data().copy()
    _backward(mx, net, x, y)
    trainer.step(8)
    once = net.weight.data().copy()
    trainer.step(8, ignore_stale_grad=True)
    return untouched, once, net.weight.data(), trainer.optimizer.num_update


def an_unused_layer_with_ignored_stale_gradients(mx):
    nn = mx.gluon.nn
    used, unused = _dense(mx), _dense(mx)
    net = nn.Sequential()
    net.add(used, unused)
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    x, y = _regression(mx)
    before = unused.weight.data().copy()
    for _ in range(2):
        _backward(mx, used, x, y)
        trainer.step(8, ignore_stale_grad=True)
    return used.weight.data(), bool((before == unused.weight.data()).asnumpy().all())


def deferred_parameters_cannot_step(mx):
    net = mx.gluon.nn.Dense(1)
    net.initialize()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    try:
        trainer.step(1)
    except mx.gluon.parameter.DeferredInitializationError:
        return "deferred"
    return "stepped"


def wrong_arguments_of_trainer(mx):
    gluon = mx.gluon
    net = _dense(mx)
    params = net.collect_params()
    answers = []
    for attempt in (
        lambda: gluon.Trainer(params, "sgdd"),
        lambda: gluon.Trainer(params, "sgd", {"lr": 1}),
        lambda: gluon.Trainer([mx.nd.ones((2,))], "sgd"),
        lambda: gluon.Trainer(net, "sgd"),
        lambda: gluon.Trainer(params),
    ):
        try:
            attempt()
            answers.append("accepted")
        except ValueError:
            answers.append("ValueError")
        except TypeError:
            answers.append("TypeError")
    return answers


def trainer_over_a_list_of_parameters(mx):
    gluon = mx.gluon
    w, b = gluon.Parameter("w", shape=(4, 1), init=mx.init.Constant(0.1)), gluon.Parameter("b", shape=(1,), init="zeros")
    w.initialize()
    b.initialize()
    x, y = _regression(mx)
    trainer = gluon.Trainer([w, b], "sgd", {"learning_rate": 0.2})
    for _ in range(3):
        with mx.autograd.record():
            loss = (mx.nd.dot(x, w.data()) + b.data() - y.reshape((-1, 1))) ** 2
        loss.backward()
        trainer.step(8)
    return loss.mean(), w.data(), b.data()


def trainer_over_a_plain_dict(mx):
    net = _dense(mx, prefix="d_")
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer({"one": net.weight, "two": net.bias}, "sgd", {"learning_rate": 0.2})
    _backward(mx, net, x, y)
    trainer.step(8)
    return net.weight.data(), net.bias.data(), [p.name for p in trainer._params]


def trainer_parameters_are_sorted_by_name(mx):
    nn = mx.gluon.nn
    net = nn.Sequential(prefix="net_")
    for prefix in ("b_", "a_", "c_"):
        net.add(_dense(mx, 4, prefix=prefix))
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.2}, kvstore=None)
    return [p.name for p in trainer._params]


def kvstore_argument_is_accepted(mx):
    results = []
    for kvstore in ("device", "local", None):
        mx.random.seed(3)
        net = _dense(mx)
        x, y = _regression(mx)
        trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}, kvstore=kvstore)
        _backward(mx, net, x, y)
        trainer.step(8)
        results.append(net.weight.data())
    return results


def two_trainers_for_two_nets(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    generator, critic = _dense(mx, 2, 3), _dense(mx, 1, 2)
    g_trainer = gluon.Trainer(generator.collect_params(), "adam", {"learning_rate": 0.01, "beta1": 0.5})
    c_trainer = gluon.Trainer(critic.collect_params(), "adam", {"learning_rate": 0.01, "beta1": 0.5})
    bce, real, noise = gluon.loss.SigmoidBCELoss(), nd.random.normal(2, 1, (6, 2)), nd.random.normal(shape=(6, 3))
    ones, zeros = nd.ones((6,)), nd.zeros((6,))
    history = []
    for _ in range(3):
        with autograd.record():
            loss = bce(critic(real), ones) + bce(critic(generator(noise).detach()), zeros)
        loss.backward()
        c_trainer.step(6)
        with autograd.record():
            g_loss = bce(critic(generator(noise)), ones)
        g_loss.backward()
        g_trainer.step(6)
        history.append([loss.mean().asscalar(), g_loss.mean().asscalar()])
    return history, generator.weight.data(), critic.weight.data()


def factor_scheduler_in_a_trainer(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    schedule = mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.4)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": schedule})
    rates = [trainer.learning_rate]
    for _ in range(6):
        _backward(mx, net, x, y)
        trainer.step(8)
        rates.append(trainer.learning_rate)
    return rates, net.weight.data()


def learning_rate_given_with_a_scheduler(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    schedule = mx.lr_scheduler.MultiFactorScheduler(step=[1, 3], factor=0.1)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5, "lr_scheduler": schedule})
    rates = []
    for _ in range(5):
        _backward(mx, net, x, y)
        trainer.step(8)
        rates.append(trainer.learning_rate)
    return rates, net.weight.data()


def set_learning_rate_is_refused_with_a_scheduler(mx):
    net = _dense(mx)
    schedule = mx.lr_scheduler.FactorScheduler(2, base_lr=0.1)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": schedule})
    try:
        trainer.set_learning_rate(0.5)
    except UserWarning:
        return "refused", trainer.learning_rate
    return "accepted", trainer.learning_rate


def warmup_and_cosine_in_a_trainer(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    schedule = mx.lr_scheduler.CosineScheduler(8, base_lr=0.2, final_lr=0.02, warmup_steps=2, warmup_begin_lr=0.05)
    trainer = mx.gluon.Trainer(net.collect_params(), mx.optimizer.SGD(momentum=0.9, lr_scheduler=schedule))
    rates = []
    for _ in range(10):
        _backward(mx, net, x, y)
        trainer.step(8)
        rates.append(trainer.learning_rate)
    return rates, net.weight.data()


def a_function_as_a_scheduler(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": lambda t: 0.5 / (1 + t)})
    rates = []
    for _ in range(4):
        _backward(mx, net, x, y)
        trainer.step(8)
        rates.append(trainer.learning_rate)
    return rates, net.weight.data()


def adam_with_a_scheduler_and_its_rate(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    schedule = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.1)
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1, "lr_scheduler": schedule})
    rates = []
    for _ in range(5):
        _backward(mx, net, x, y)
        trainer.step(8)
        rates.append(trainer.learning_rate)
    return rates, net.weight.data()


def learning_rate_decay_by_epochs(mx):
    net = _dense(mx)
    x, y = _regression(mx, n=12)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.3})
    history = []
    for epoch in range(4):
        if epoch > 0 and epoch % 2 == 0:
            trainer.set_learning_rate(trainer.learning_rate * 0.1)
        for start in range(0, 12, 6):
            loss = _backward(mx, net, x[start : start + 6], y[start : start + 6])
            trainer.step(6)
        history.append([trainer.learning_rate, loss.mean().asscalar()])
    return history


def states_are_saved_and_loaded(mx):
    x, y = _regression(mx)

    def start():
        mx.random.seed(5)
        net = _dense(mx, prefix="same_")
        return net, mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})

    def train(net, trainer, steps):
        for _ in range(steps):
            _backward(mx, net, x, y)
            trainer.step(8)

    net, trainer = start()
    with tempfile.TemporaryDirectory() as folder:
        states, params = os.path.join(folder, "trainer.states"), os.path.join(folder, "net.params")
        train(net, trainer, 3)
        result = trainer.save_states(states)
        net.save_parameters(params)
        train(net, trainer, 2)
        other, resumed = start()
        other.load_parameters(params)
        resumed.load_states(states)
        train(other, resumed, 2)
    same = bool((net.weight.data() == other.weight.data()).asnumpy().all())
    return result, same, net.weight.data(), resumed.learning_rate, resumed.optimizer.num_update


def loading_states_brings_back_momentum_and_rate(mx):
    x, y = _regression(mx)
    net = _dense(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "trainer.states")
        _backward(mx, net, x, y)
        trainer.step(8)
        trainer.save_states(file)
        weight, bias = net.weight.data().copy(), net.bias.data().copy()
        trainer.set_learning_rate(0.5)
        _backward(mx, net, x, y)
        trainer.step(8)
        moved = net.weight.data().copy()
        trainer.load_states(file)
    net.weight.set_data(weight)
    net.bias.set_data(bias)
    _backward(mx, net, x, y)
    trainer.step(8)
    return moved, net.weight.data(), trainer.learning_rate


def optimizer_of_ones_own(mx):
    nd, optimizer = mx.nd, mx.optimizer

    @optimizer.register
    class MySign(optimizer.Optimizer):
        def __init__(self, power=1.0, **kwargs):
            super().__init__(**kwargs)
            self.power = power

        def create_state(self, index, weight):
            return None

        def update(self, index, weight, grad, state):
            self._update_count(index)
            lr, wd = self._get_lr(index), self._get_wd(index)
            grad = grad * self.rescale_grad
            weight[:] -= lr * (nd.sign(grad) * nd.abs(grad) ** self.power + wd * weight)

    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "mysign", {"learning_rate": 0.1, "power": 0.5, "wd": 0.01})
    for _ in range(4):
        loss = _backward(mx, net, x, y)
        trainer.step(8)
    return loss, net.weight.data(), net.bias.data(), trainer.optimizer.num_update


def optimizer_of_ones_own_with_states(mx):
    nd, optimizer = mx.nd, mx.optimizer

    class Averaged(optimizer.Optimizer):
        def __init__(self, learning_rate=0.1, momentum=0.9, **kwargs):
            super().__init__(learning_rate=learning_rate, **kwargs)
            self.momentum = momentum

        def create_state(self, index, weight):
            return nd.zeros(weight.shape, ctx=weight.context, dtype=weight.dtype), nd.ones_like(weight)

        def update(self, index, weight, grad, state):
            self._update_count(index)
            t = self._index_update_count[index]
            grad = nd.clip(grad * self.rescale_grad, -self.clip_gradient, self.clip_gradient)
            mom, scale = state
            mom[:] = self.momentum * mom + (1 - self.momentum) * grad
            scale[:] = nd.maximum(scale * 0.9, nd.abs(grad))
            weight -= self._get_lr(index) / (1 - self.momentum**t) * mom / scale

    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), Averaged(clip_gradient=1.0))
    for _ in range(4):
        loss = _backward(mx, net, x, y)
        trainer.step(8)
    return loss, net.weight.data(), net.bias.data(), trainer.learning_rate


def optimizer_of_ones_own_from_a_registered_one(mx):
    class Doubled(mx.optimizer.SGD):
        def update(self, index, weight, grad, state):
            super().update(index, weight, 2 * grad, state)

    net = _dense(mx)
    x, y = _regression(mx)
    optimizer = Doubled(learning_rate=0.05, momentum=0.5)
    state = optimizer.create_state(0, net.weight.data())
    for _ in range(3):
        _backward(mx, net, x, y)
        optimizer.update(0, net.weight.data(), net.weight.grad(), state)
    return net.weight.data()


def optimizer_used_directly(mx):
    nd = mx.nd
    weight, grad = nd.array([1.0, 2.0, 3.0]), nd.array([0.1, -0.2, 0.3])
    results = []
    for optimizer in (mx.optimizer.SGD(learning_rate=0.1, momentum=0.9), mx.optimizer.Adam(learning_rate=0.1)):
        w = weight.copy()
        state = optimizer.create_state(0, w)
        for _ in range(3):
            result = optimizer.update(0, w, grad, state)
        results.append([result, w, state, optimizer.num_update])
    return results, grad


def updater(mx):
    nd, optimizer = mx.nd, mx.optimizer
    update = optimizer.get_updater(optimizer.SGD(learning_rate=0.1, momentum=0.9, rescale_grad=0.5))
    weights = [nd.ones((2,)), nd.ones((1, 2)) * 2]
    for k in range(3):
        for index, weight in enumerate(weights):
            update(index, nd.ones(weight.shape) * (k + 1), weight)
    return weights, sorted(update.states), update.optimizer.num_update


def updater_states_travel_as_bytes(mx):
    nd, optimizer = mx.nd, mx.optimizer

    def updated(update, weight, steps):
        for _ in range(steps):
            update(0, nd.ones((2,)), weight)
        return weight

    first = optimizer.Updater(optimizer.SGD(learning_rate=0.1, momentum=0.9))
    w = updated(first, nd.ones((2,)), 2)
    second = optimizer.get_updater(optimizer.SGD(learning_rate=0.1, momentum=0.9))
    second.set_states(first.get_states())
    v = updated(second, w.copy(), 1)
    return w.copy(), v, updated(first, w, 1)


def optimizers_by_name(mx):
    optimizer = mx.optimizer
    made = [optimizer.create("sgd", learning_rate=0.3), optimizer.create("Adam"), optimizer.Optimizer.create_optimizer("sgd", momentum=0.5)]
    answers = [[type(o).__name__, o.learning_rate, o.wd, o.rescale_grad, o.clip_gradient] for o in made]
    try:
        optimizer.create("no such method")
    except ValueError:
        answers.append("unknown")
    return answers, made[2].momentum, made[1].beta1, made[1].beta2, made[1].epsilon, made[2].lr_scheduler


def optimizer_set_learning_rate(mx):
    sgd = mx.optimizer.SGD(learning_rate=0.1)
    sgd.set_learning_rate(0.2)
    w = mx.nd.ones((2,))
    sgd.update(0, w, mx.nd.ones((2,)), sgd.create_state(0, w))
    return sgd.learning_rate, w


def update_counts_start_where_told(mx):
    nd = mx.nd
    adam = mx.optimizer.Adam(learning_rate=0.1, begin_num_update=10)
    w, v = nd.ones((2,)), nd.ones((2,))
    adam.update(0, w, nd.array([1.0, -1.0]), adam.create_state(0, w))
    adam.update(1, v, nd.array([2.0, 0.5]), adam.create_state(1, v))
    adam.update(1, v, nd.array([2.0, 0.5]), adam.create_state(1, v))
    return adam.num_update, w, v


def name_based_multipliers(mx):
    nd = mx.nd
    sgd = mx.optimizer.SGD(learning_rate=0.1, wd=0.5, param_idx2name={0: "fc_weight", 1: "fc_bias"})
    sgd.set_lr_mult({"fc_bias": 2.0})
    w, b = nd.ones((2,)), nd.ones((2,))
    for index, array in enumerate((w, b)):
        sgd.update(index, array, nd.ones((2,)), sgd.create_state(index, array))
    return w, b


def float64_training(mx):
    nd, gluon = mx.nd, mx.gluon
    net = gluon.nn.Dense(1, in_units=2, dtype="float64")
    net.initialize(mx.init.Constant(0.1))
    x, y = nd.array([[1, 2], [3, 4]], dtype="float64"), nd.array([1, 2], dtype="float64")
    results = []
    for name in ("sgd", "adam"):
        trainer = gluon.Trainer(net.collect_params(), name, {"learning_rate": 0.01})
        for _ in range(3):
            _backward(mx, net, x, y)
            trainer.step(2)
        results.append([np.dtype(net.weight.data().dtype).name, net.weight.data().astype("float32")])
    return results


def half_precision_weights_with_a_master_copy(mx):
    nd, optimizer = mx.nd, mx.optimizer
    results = []
    for method in (optimizer.SGD(learning_rate=0.1, momentum=0.9, multi_precision=True), optimizer.Adam(multi_precision=True)):
        w, g = nd.array([1.0, 2.0, -3.0], dtype="float16"), nd.array([0.001, -0.002, 0.5], dtype="float16")
        state = method.create_state_multi_precision(0, w)
        for _ in range(5):
            method.update_multi_precision(0, w, g, state)
        results.append(w)
    return results


def trainer_made_before_the_first_batch(mx):
    nn = mx.gluon.nn
    net = nn.Sequential()
    net.add(nn.Dense(3, activation="relu"), nn.Dense(1))
    net.initialize(mx.init.Normal(0.5))
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    x, y = _regression(mx)
    for _ in range(2):
        _backward(mx, net, x, y)
        trainer.step(8.0)
    return [p.data() for p in net.collect_params().values()]


def a_zero_learning_rate_multiplier(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    net.weight.lr_mult = 0
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    before = net.weight.data().copy()
    _backward(mx, net, x, y)
    trainer.step(8)
    return bool((before == net.weight.data()).asnumpy().all()), net.bias.data()


def two_contexts(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    contexts = [mx.cpu(0), mx.cpu(1)]
    net = gluon.nn.Dense(1, in_units=4)
    net.initialize(mx.init.Normal(0.1), ctx=contexts)
    x, y = _regression(mx)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    for _ in range(3):
        xs, ys = gluon.utils.split_and_load(x, contexts), gluon.utils.split_and_load(y, contexts)
        with autograd.record():
            losses = [gluon.loss.L2Loss()(net(a), b) for a, b in zip(xs, ys, strict=True)]
        autograd.backward(losses)
        trainer.step(8)
    nd.waitall()
    return net.weight.data(contexts[0]), net.weight.data(contexts[1]), sum(loss.sum().asscalar() for loss in losses)


def two_contexts_equal_one(mx):
    autograd, gluon = mx.autograd, mx.gluon
    x, y = _regression(mx)
    results = []
    for contexts in ([mx.cpu(0)], [mx.cpu(0), mx.cpu(1)]):
        net = gluon.nn.Dense(1, in_units=4)
        net.initialize(mx.init.Constant(0.1), ctx=contexts)
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1}, update_on_kvstore=False)
        for _ in range(2):
            parts = zip(gluon.utils.split_and_load(x, contexts), gluon.utils.split_and_load(y, contexts), strict=True)
            with autograd.record():
                losses = [gluon.loss.L2Loss()(net(a), b) for a, b in parts]
            for loss in losses:
                loss.backward()
            trainer.allreduce_grads()
            trainer.update(8)
        results.append(net.weight.data())
    return results


def step_after_a_mean_loss(mx):
    net = _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    for _ in range(3):
        with mx.autograd.record():
            loss = mx.gluon.loss.L2Loss()(net(x), y).mean()
        loss.backward()
        trainer.step(1)
    return loss, net.weight.data()


def polynomial_fitting_with_weight_decay(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    features = nd.random.normal(shape=(40, 1))
    powers = nd.concat(features, nd.power(features, 2), nd.power(features, 3))
    labels = 1.2 * powers[:, 0] - 3.4 * powers[:, 1] + 5.6 * powers[:, 2] + 5
    net = gluon.nn.Sequential()
    net.add(gluon.nn.Dense(1))
    net.initialize()
    net(powers)
    decayed = gluon.Trainer(net.collect_params(".*weight"), "sgd", {"learning_rate": 0.01, "wd": 3})
    plain = gluon.Trainer(net.collect_params(".*bias"), "sgd", {"learning_rate": 0.01})
    loss, history = gluon.loss.L2Loss(), []
    for _ in range(5):
        for start in range(0, 40, 10):
            with autograd.record():
                value = loss(net(powers[start : start + 10]), labels[start : start + 10])
            value.backward()
            decayed.step(10)
            plain.step(10)
        history.append(loss(net(powers), labels).mean().asscalar())
    return history, net[0].weight.data(), net[0].weight.data().norm().asscalar()


def early_stopping_keeps_the_best(mx):
    net = _dense(mx)
    x, y = _regression(mx, n=12)
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.3})
    best, kept, bad = float("inf"), None, 0
    for epoch in range(60):  # noqa: B007
        _backward(mx, net, x[:8], y[:8])
        trainer.step(8)
        value = mx.gluon.loss.L2Loss()(net(x[8:]), y[8:]).mean().asscalar()
        if value < best:
            best, kept, bad = value, {k: p.data().copy() for k, p in enumerate(net.collect_params().values())}, 0
        else:
            bad += 1
        if bad == 3:
            break
    return epoch, best, [kept[0], kept[1]]


def autoencoder(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn
    x = nd.random.uniform(shape=(10, 6))
    net = nn.HybridSequential()
    net.add(nn.Dense(3, activation="sigmoid"), nn.Dense(6, activation="sigmoid"))
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})
    history = []
    for _ in range(6):
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), x)
        loss.backward()
        trainer.step(10)
        history.append(loss.mean().asscalar())
    return history, net(x)[0]


def batch_norm_and_layer_norm_train(mx):
    autograd, gluon, nn = mx.autograd, mx.gluon, mx.gluon.nn
    x, y = _regression(mx, n=10)
    net = nn.HybridSequential()
    net.add(nn.Dense(5), nn.BatchNorm(), nn.Activation("relu"), nn.Dense(4), nn.LayerNorm(), nn.Dense(1))
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    history = []
    for _ in range(4):
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), y)
        loss.backward()
        trainer.step(10)
        history.append(loss.mean().asscalar())
    return history, net[1].running_mean.data(), net[1].running_var.data(), net(x)[:2]


def embeddings_train_rows_that_were_seen(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn
    user, item = nn.Embedding(4, 3), nn.Embedding(5, 3)
    for table in (user, item):
        table.initialize(mx.init.Uniform(0.5))
    net = nn.Sequential()
    net.add(user, item)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    users, items, ratings = nd.array([0, 1, 1, 3]), nd.array([1, 1, 4, 0]), nd.array([1.0, 0.0, 0.5, 1.0])
    history = []
    for _ in range(5):
        with autograd.record():
            loss = gluon.loss.L2Loss()((user(users) * item(items)).sum(axis=1), ratings)
        loss.backward()
        trainer.step(4)
        history.append(loss.mean().asscalar())
    return history, user.weight.data()


def policy_gradient(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = _dense(mx, 3, 2)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    states, actions, returns = nd.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), nd.array([0, 2, 1]), nd.array([1.0, -0.5, 2.0])
    for _ in range(4):
        with autograd.record():
            logp = nd.log_softmax(net(states))
            entropy = -(nd.exp(logp) * logp).sum(axis=1)
            loss = -(nd.pick(logp, actions) * returns) - 0.01 * entropy
        loss.backward()
        trainer.step(3)
    return loss, nd.softmax(net(states)), net.bias.data()


def moving_average_of_weights(mx):
    net, average = _dense(mx), _dense(mx)
    x, y = _regression(mx)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.2})
    for _ in range(4):
        _backward(mx, net, x, y)
        trainer.step(8)
        for p, q in zip(net.collect_params().values(), average.collect_params().values(), strict=True):
            q.set_data(0.5 * q.data() + 0.5 * p.data())
    return average.weight.data(), average.bias.data(), net.weight.data()


def dropout_net_trains(mx):
    autograd, gluon, nn = mx.autograd, mx.gluon, mx.gluon.nn
    x, y = _regression(mx, n=64)
    net = nn.Sequential()
    net.add(nn.Dense(64, activation="relu"), nn.Dropout(0.2), nn.Dense(1))
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    first = gluon.loss.L2Loss()(net(x), y).mean().asscalar()
    for _ in range(60):
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), y)
        loss.backward()
        trainer.step(64)
    last = gluon.loss.L2Loss()(net(x), y).mean().asscalar()
    return first, bool(last < first / 4), bool((net(x) == net(x)).asnumpy().all())


def adversarial_examples_and_training(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = _dense(mx, 2, 3)
    trainer, ce = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}), gluon.loss.SoftmaxCrossEntropyLoss()
    x, y = nd.random.normal(shape=(6, 3)), nd.array([0, 1, 0, 1, 1, 0])
    for _ in range(3):
        x.attach_grad()
        with autograd.record():
            loss = ce(net(x), y)
        loss.backward()
        worst = x + 0.1 * nd.sign(x.grad)
        net.collect_params().zero_grad()
        with autograd.record():
            loss = ce(net(worst), y)
        loss.backward()
        trainer.step(6)
    return loss, net.weight.data(), bool(np.abs((worst - x).asnumpy()).max() < 0.11)


def updater_of_several_weights_at_once(mx):
    nd, optimizer = mx.nd, mx.optimizer
    results = []
    for method in (optimizer.SGD(learning_rate=0.1, momentum=0.9), optimizer.Adam(learning_rate=0.1)):
        update = optimizer.get_updater(method)
        weights = [nd.ones((2,)), nd.ones((1, 2)) * 3]
        for _ in range(2):
            update([0, 1], [nd.ones((2,)), nd.ones((1, 2)) * 2], weights)
        results.append(weights)
    return results


def updater_states_with_their_optimizer(mx):
    nd, optimizer = mx.nd, mx.optimizer
    first, w = optimizer.get_updater(optimizer.SGD(learning_rate=0.1, momentum=0.9)), nd.ones((2,))
    first(0, nd.ones((2,)), w)
    second = optimizer.get_updater(optimizer.SGD(learning_rate=0.7))
    second.set_states(first.get_states(dump_optimizer=True))
    second(0, nd.ones((2,)), w)
    return w, second.optimizer.learning_rate, second.optimizer.num_update


def registry_of_optimizers(mx):
    registry = mx.optimizer.Optimizer.opt_registry

    @mx.optimizer.register
    class PlainDescent(mx.optimizer.Optimizer):
        def update(self, index, weight, grad, state):
            weight[:] = weight - self.learning_rate * self.rescale_grad * grad

    w = mx.nd.ones((2,))
    made = mx.optimizer.create("PlainDescent", learning_rate=0.5, rescale_grad=0.5)
    made.update(0, w, mx.nd.ones((2,)), made.create_state(0, w))
    return "sgd" in registry, "adam" in registry, "plaindescent" in registry, made.create_state(0, w), w


def multitask_loss_with_shared_body(mx):
    nd, autograd, gluon, nn = mx.nd, mx.autograd, mx.gluon, mx.gluon.nn

    class TwoHeads(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.body, self.kind, self.value = nn.Dense(6, activation="relu"), nn.Dense(2), nn.Dense(1)

        def hybrid_forward(self, F, x):
            h = self.body(x)
            return self.kind(h), self.value(h)

    net = TwoHeads()
    net.initialize(mx.init.Xavier())
    x = nd.random.normal(shape=(8, 3))
    kind, value = x[:, 0] > 0, x[:, 1] * 2
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.5, "wd": 1e-3})
    history = []
    for _ in range(4):
        with autograd.record():
            scores, predicted = net(x)
            losses = [gluon.loss.SoftmaxCrossEntropyLoss()(scores, kind), gluon.loss.L2Loss()(predicted, value)]
        autograd.backward(losses)
        trainer.step(8)
        history.append([loss.mean().asscalar() for loss in losses])
    return history, net.body.weight.data()
