"""Several logical contexts: arrays, parameters, and a Trainer that adds gradients up."""

import pickle

import numpy as np
import pytest

import mxedu as mx
from mxedu import autograd, gluon, nd
from mxedu.base import MXNetError
from tests.helpers import unchanged


def test_contexts_are_values():
    assert mx.cpu() == mx.cpu(0) == mx.Context("cpu", 0) == mx.Context(mx.cpu(0))
    assert mx.cpu(1) != mx.cpu(0)
    assert len({mx.cpu(1), mx.Context("cpu", 1)}) == 1
    assert [repr(c) for c in (mx.cpu(), mx.gpu(3), mx.cpu_pinned())] == ["cpu(0)", "gpu(3)", "cpu_pinned(0)"]
    assert [mx.cpu().device_typeid, mx.gpu().device_typeid] == [1, 2]
    assert mx.context.num_gpus() == 0


def test_a_with_block_says_where_arrays_are_made():
    with mx.cpu(2):
        with mx.cpu(1):
            inner = nd.ones(2)
        outer = nd.random.uniform(shape=(2,))
    assert [inner.context, outer.ctx, nd.ones(2).context] == [mx.cpu(1), mx.cpu(2), mx.cpu(0)]
    assert mx.current_context() == mx.cpu()


@pytest.mark.parametrize(
    "ctx, error, words",
    [(mx.gpu(), MXNetError, r"ctx is gpu\(0\), but mxedu has no GPU: use mx.cpu\(\)"), ("cpu", TypeError, "ctx must be a Context such as")],
)
def test_other_contexts_are_refused(ctx, error, words):
    for make in (nd.zeros, nd.random.normal):
        with pytest.raises(error, match=words):
            make(shape=(2,), ctx=ctx)
    with pytest.raises(error, match=words):
        gluon.nn.Dense(1, in_units=1).initialize(ctx=ctx)


def test_arrays_in_the_block_of_a_gpu_are_refused():
    with mx.gpu():
        assert mx.current_context() == mx.gpu()
        for make in (lambda: nd.array([1.0]), lambda: nd.ones(2), lambda: nd.random.uniform(shape=2)):
            with pytest.raises(MXNetError, match=r"mxedu has no GPU"):
                make()
    assert mx.current_context() == mx.cpu()


def test_results_live_where_operands_live():
    x = nd.array([[1.0, 2.0]], ctx=mx.cpu(1))
    assert isinstance(x, nd.NDArray)
    results = x + 1, x.T, x[0], x.sum(), nd.softmax(x), x.copy(), x.detach(), x > 1, nd.zeros_like(x), x.argmax(), x.dot(x.T)
    for y in (*results, pickle.loads(pickle.dumps(x))):
        assert y.context == mx.cpu(1)
    assert repr(x).endswith("<NDArray 1x2 @cpu(1)>")


def test_gradients_flow_through_copies_to_another_context():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = (x.as_in_context(mx.cpu(1)) ** 2).copyto(mx.cpu(2))
        z = x.as_in_context(mx.cpu(0))
    assert z is x
    y.backward()
    assert y.context == mx.cpu(2)
    assert x.grad.asnumpy().tolist() == [2, 4]
    assert x.grad.context == mx.cpu(0)


CONTEXTS = [mx.cpu(0), mx.cpu(1)]


@pytest.fixture
def net():
    mx.random.seed(0)
    net = gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(gluon.nn.Dense(3, activation="tanh"), gluon.nn.LayerNorm(), gluon.nn.Dense(1))
    net.initialize(ctx=CONTEXTS)
    return net


def test_parameters_on_several_contexts_share_their_memory(net):
    net(nd.ones((2, 4)))
    weight = net[0].weight
    assert weight.list_ctx() == CONTEXTS
    assert [x.context for x in weight.list_data()] == [g.context for g in weight.list_grad()] == CONTEXTS
    weight.set_data(nd.ones((3, 4)))
    assert weight.data(mx.cpu(1)).asnumpy().sum() == 12
    with mx.cpu(1):
        assert weight.data().context == mx.cpu(1)
    with pytest.raises(RuntimeError, match=r"was not initialized on context cpu\(2\). It was only initialized on \[cpu\(0\), cpu\(1\)\]"):
        weight.data(mx.cpu(2))
    weight.reset_ctx(mx.cpu(2))
    assert weight.data().context == mx.cpu(2)


def trained(net, contexts, steps=4):
    """Train on parts of each batch; the loss of a part is taken where it lives."""
    random = np.random.default_rng(0)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1, "wd": 0.1})
    for _ in range(steps):
        x, y = random.normal(size=(6, 4)), random.normal(size=6)
        parts = zip(*(gluon.utils.split_and_load(a, contexts, even_split=False) for a in (x, y)), strict=True)
        with autograd.record():
            losses = [gluon.loss.L2Loss()(net(x), y) for x, y in parts]
        for loss in losses:
            loss.backward()
        trainer.step(6)
    return [p.data(contexts[0]).asnumpy() for p in net.collect_params().values()], trainer


def test_two_contexts_train_as_one(net):
    alone = gluon.nn.HybridSequential(prefix="net_")
    with alone.name_scope():
        alone.add(gluon.nn.Dense(3, activation="tanh"), gluon.nn.LayerNorm(), gluon.nn.Dense(1))
    mx.random.seed(0)
    alone.initialize()
    (one, _), (mx_seeded, _) = trained(alone, [mx.cpu()]), (mx.random.seed(0), trained(net, CONTEXTS))[1]
    for a, b in zip(one, mx_seeded, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_a_gradient_that_is_missing_on_one_context_is_stale(net):
    _, trainer = trained(net, CONTEXTS, steps=1)
    with autograd.record():
        loss = net(nd.ones((2, 4), ctx=mx.cpu(1))).sum()
    loss.backward()
    with unchanged(net, trainer), pytest.raises(gluon.StaleGradientError, match="net_dense0_bias, "):
        trainer.step(2)


def test_the_two_halves_of_a_step(net):
    trained(net, CONTEXTS, steps=1)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1.0})
    for ctx in CONTEXTS:
        with autograd.record():
            loss = net(nd.ones((2, 4), ctx=ctx)).sum()
        loss.backward()
    weight = net[2].weight
    before, single = weight.data(mx.cpu(0)).asnumpy(), weight.grad(mx.cpu(0)).asnumpy()
    trainer.allreduce_grads()
    for ctx in CONTEXTS:
        assert np.array_equal(weight.grad(ctx), 2 * single)
    norm = gluon.utils.clip_global_norm([p.grad(mx.cpu(0)) for p in net.collect_params().values()], 0.5)
    trainer.update(1)
    np.testing.assert_allclose(weight.data(mx.cpu(1)), before - 2 * single * min(1, 0.5 / norm), rtol=1e-5)


def test_kvstore_arguments(net):
    params = net.collect_params()
    for kvstore in ("device", "local", None):
        gluon.Trainer(params, "sgd", kvstore=kvstore)
    for arguments, words in (
        ({"kvstore": "dist_sync"}, "kvstore must be 'device', 'local' or None"),
        ({"compression_params": {"type": "2bit"}}, "compression_params must be None"),
    ):
        with pytest.raises(ValueError, match=words):
            gluon.Trainer(params, "sgd", **arguments)
    whole = gluon.Trainer(params, "sgd", update_on_kvstore=True)
    for half in (whole.allreduce_grads, lambda: whole.update(1)):
        with pytest.raises(ValueError, match="is a half of step, which update_on_kvstore=True makes one piece"):
            half()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda x: gluon.utils.split_data(x, 2), r"\(5, 2\) cannot be evenly split into 2 slices along axis 0.*even_split=False"),
        (lambda x: gluon.utils.split_data(x, 6), "has too few samples for num_slice=6"),
        (lambda x: gluon.utils.split_and_load(x, [mx.cpu(0), mx.cpu(1)]), "cannot be evenly split"),
        (lambda x: gluon.utils.clip_global_norm([], 1), "arrays is empty"),
        (lambda x: gluon.utils.clip_global_norm([x], 0), "max_norm must be .* greater than 0"),
    ],
)
def test_dividing_and_clipping_refuse(call, words):
    x = nd.ones((5, 2))
    with unchanged(x), pytest.raises(ValueError, match=words):
        call(x)


@pytest.mark.parametrize("value, limit", [(3.0, 1.0), (3.0, 100.0)])
def test_clip_global_norm(value, limit):
    arrays = [nd.full((20_000,), value), nd.full((3, 2), -value, dtype="float64")]
    norm = value * np.sqrt(20_006)
    assert gluon.utils.clip_global_norm(arrays, limit) == pytest.approx(norm, rel=1e-6)
    scale = min(1, limit / norm)
    np.testing.assert_allclose(arrays[0], value * scale, rtol=1e-6)
    np.testing.assert_allclose(arrays[1], -value * scale, rtol=1e-7)


def test_a_norm_that_is_not_finite_clips_nothing():
    arrays = [nd.array([1.0, np.nan])]
    with unchanged(*arrays), pytest.warns(UserWarning, match="the norm is nan.*nothing is clipped"):
        gluon.utils.clip_global_norm(arrays, 1.0)


def test_a_step_on_several_contexts_changes_no_gradient(net):
    net.collect_params().setattr("grad_req", "add")
    x, y = nd.ones((2, 4)), nd.ones((2, 4), ctx=mx.cpu(1))
    net(x)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": lambda t: None})
    with autograd.record():
        losses = [net(x).sum(), net(y).sum()]
    autograd.backward(losses)
    with unchanged(net, trainer), pytest.raises(TypeError, match="lr_scheduler"):
        trainer.step(2)
    gradients = [g.asnumpy() for p in net.collect_params().values() for g in p.list_grad()]
    working = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    working.step(2)
    for a, b in zip(gradients, [g for p in net.collect_params().values() for g in p.list_grad()], strict=True):
        assert np.array_equal(a, b)


def test_batch_norm_on_two_contexts_moves_its_averages_once_a_batch():
    layer = gluon.nn.BatchNorm(in_channels=2, momentum=0.8)
    layer.initialize(ctx=CONTEXTS)
    batch = np.array([[1.0, 2.0], [3.0, 6.0]])
    with autograd.record():
        for ctx in CONTEXTS:
            layer(nd.array(batch, ctx=ctx))
    np.testing.assert_allclose(layer.running_mean.data(mx.cpu(1)), 0.2 * batch.mean(axis=0), rtol=1e-6)


def test_nets_elsewhere_are_saved_loaded_and_shown(tmp_path, capsys):
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(ctx=[mx.cpu(1), mx.cpu(2)])
    net.save_parameters(str(tmp_path / "net"))
    net.collect_params().save(str(tmp_path / "params"))
    net.summary(nd.ones((1, 2), ctx=mx.cpu(2)))
    assert "Total params: 3" in capsys.readouterr().out
    other = gluon.nn.Dense(1, in_units=2)
    other.load_parameters(str(tmp_path / "net"), ctx=mx.cpu(3))
    assert other.weight.list_ctx() == [mx.cpu(3)]
    assert np.array_equal(other.weight.data(), net.weight.data(mx.cpu(1)))
    with unchanged(other), pytest.raises(MXNetError, match="no GPU"):
        other.load_parameters(str(tmp_path / "net"), ctx=mx.gpu(), cast_dtype=True, dtype_source="saved")
    with unchanged(net), pytest.raises(ValueError, match="needs two axes or more"):
        net.bias.initialize(mx.init.Xavier(), ctx=mx.cpu(2), force_reinit=True)
