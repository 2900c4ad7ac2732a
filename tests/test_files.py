"""Files of arrays, parameters and trainings: what is written is read, and what is damaged is refused and changes nothing."""

import json
import os
import pathlib
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import mxedu
from mxedu import autograd, gluon, lr_scheduler, nd, random, serialization
from mxedu.gluon import nn
from tests.helpers import unchanged

HERE = pathlib.Path(__file__).parent


# Arrays.


@pytest.mark.parametrize(
    "data",
    [
        {"a": nd.ones((2, 3)), "b/c d.é": nd.array([1, 2], dtype="int8")},
        [nd.arange(3), nd.array(4.0), nd.zeros((0, 2))],
        [],
        {},
        {"half": nd.ones(2).astype("float16"), "double": nd.ones(2, dtype="float64")},
    ],
)
def test_what_is_saved_is_loaded(tmp_path, data):
    nd.save(tmp_path / "x", data)
    loaded = nd.load(str(tmp_path / "x"))
    assert type(loaded) is type(data)
    pairs = zip(data.values(), loaded.values(), strict=True) if isinstance(data, dict) else zip(data, loaded, strict=True)
    for x, y in pairs:
        assert x.dtype == y.dtype
        assert np.array_equal(x, y)
    assert isinstance(data, list) or list(loaded) == list(data)


def test_an_array_alone_becomes_a_list_of_one(tmp_path):
    nd.save(str(tmp_path / "x"), nd.ones(2))
    assert [x.shape for x in nd.load(str(tmp_path / "x"))] == [(2,)]
    assert [x.shape for x in nd.load_frombuffer((tmp_path / "x").read_bytes())] == [(2,)]


def test_a_file_is_plain_data(tmp_path):
    """NumPy reads it without unpickling, as the module's text says."""
    nd.save(str(tmp_path / "x.npz"), {"w": nd.arange(3)})
    with np.load(tmp_path / "x.npz", allow_pickle=False) as file:
        header = json.loads(file["header"].tobytes())
        assert header == {"format": "mxedu", "version": 1, "kind": "arrays", "names": ["w"], "named": True}
        assert file["0"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("data", [3, "x", [1.0], {"x": np.ones(2)}, {1: nd.ones(2)}, [nd.ones(1), None]])
def test_what_is_no_array_is_not_saved(tmp_path, data):
    with pytest.raises((TypeError, ValueError)):
        nd.save(str(tmp_path / "x"), data)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    fname = str(tmp_path / "x")
    nd.save(fname, [nd.ones(2)])

    def full(descriptor):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        nd.save(fname, [nd.zeros(3)])
    monkeypatch.undo()
    assert nd.load(fname)[0].asnumpy().tolist() == [1, 1]
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_replaced_file_keeps_its_permissions(tmp_path):
    fname = tmp_path / "x"
    nd.save(fname, [nd.ones(2)])
    mask = os.umask(0)
    os.umask(mask)
    assert fname.stat().st_mode & 0o777 == 0o666 & ~mask
    fname.chmod(0o600)
    nd.save(fname, [nd.ones(2)])
    assert fname.stat().st_mode & 0o777 == 0o600


# Damaged files: a net and a Trainer that try to load them stay as they are.


def made(seed=0, prefix="net_"):
    """A net with dropout and a Trainer, half-way through a schedule."""
    random.seed(seed)
    np.random.seed(seed)
    net = nn.HybridSequential(prefix=prefix)
    with net.name_scope():
        net.add(nn.Dense(8, activation="relu"), nn.Dropout(0.3), nn.BatchNorm(), nn.Dense(1))
    net.initialize()
    net(nd.ones((2, 4)))
    schedule = lr_scheduler.CosineScheduler(40, base_lr=0.05, warmup_steps=5)
    return net, gluon.Trainer(net.collect_params(), "adam", {"lr_scheduler": schedule, "wd": 0.01})


def train(net, trainer, steps):
    """Train on data that are drawn and shuffled on the way; give the losses."""
    losses = []
    for _ in range(steps):
        x = nd.random.normal(shape=(16, 4))
        x = nd.array(x.asnumpy()[np.random.permutation(16)])
        with autograd.record():
            loss = gluon.loss.L2Loss()(net(x), x.sum(axis=1) ** 2)
        loss.backward()
        trainer.step(16)
        losses.append(float(loss.mean()))
    return losses


DAMAGES = {
    "empty": lambda data: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "almost whole": lambda data: data[:-1],
    "flipped": lambda data: data[:300] + bytes(b ^ 255 for b in data[300:340]) + data[340:],
    "text": lambda data: b"weights: 1, 2, 3\n",
    "a pickle": lambda data: b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.",
}


@pytest.fixture
def saved(tmp_path):
    net, trainer = made()
    train(net, trainer, 3)
    net.save_parameters(str(tmp_path / "net"))
    trainer.save_states(str(tmp_path / "trainer"))
    return tmp_path


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_and_changes_nothing(saved, damage):
    net, trainer = made(seed=1)
    train(net, trainer, 2)
    for name, load in (("net", net.load_parameters), ("trainer", trainer.load_states)):
        path = saved / name
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
        with unchanged(net, trainer), pytest.raises(serialization.FileError, match=f"{name}' is damaged, or is no file of mxedu's"):
            load(str(path))


def test_another_archive_a_newer_file_and_another_kind_are_refused(saved):
    net, trainer = made(seed=1)
    np.savez(saved / "other.npz", x=np.ones(2))
    newer = serialization.dump("arrays", {}, named=True).replace(b'"version": 1', b'"version": 2')
    (saved / "newer").write_bytes(newer)
    with unchanged(net, trainer):
        with pytest.raises(serialization.FileError, match="other.npz' is damaged, or is no file of mxedu's"):
            net.load_parameters(str(saved / "other.npz"))
        with pytest.raises(serialization.FileError, match="damaged"):  # the checksum of the edited header
            net.load_parameters(str(saved / "newer"))
        with pytest.raises(serialization.FileError, match="trainer' holds trainer states, not arrays"):
            net.load_parameters(str(saved / "trainer"))
        with pytest.raises(serialization.FileError, match="net' holds arrays, not trainer states"):
            trainer.load_states(str(saved / "net"))
        with pytest.raises(FileNotFoundError):
            trainer.load_states(str(saved / "nowhere"))


def test_a_newer_version_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(serialization, "VERSION", 2)
    nd.save(str(tmp_path / "x"), [nd.ones(1)])
    monkeypatch.undo()
    with pytest.raises(serialization.FileError, match="version 2, written by a newer mxedu: this one reads version 1"):
        nd.load(str(tmp_path / "x"))


# Parameters.


@pytest.mark.parametrize(
    "change, options, words",
    [
        (lambda a: a.pop("0.weight"), {}, "has no 0.weight; it has .*allow_missing=True"),
        (lambda a: a.update(more=nd.ones(1)), {}, "has more, which the net has not: pass ignore_extra=True"),
        (lambda a: a.update({"0.weight": nd.ones((8, 5))}), {}, r"net_dense0_weight has shape \(8, 4\).*the file has \(8, 5\)"),
        (lambda a: a.update({"3.bias": nd.ones(1, dtype="float64")}), {}, "dense1_bias is float32, the file has float64: pass cast_dtype"),
        (lambda a: None, {"dtype_source": "mine"}, "dtype_source must be 'current' or 'saved', got 'mine'"),
    ],
)
def test_parameters_that_do_not_fit_change_nothing(saved, change, options, words):
    net, _ = made(seed=1)
    arrays = nd.load(str(saved / "net"))
    change(arrays)
    nd.save(str(saved / "changed"), arrays)
    with unchanged(net), pytest.raises(ValueError, match=words):
        net.load_parameters(str(saved / "changed"), **options)


def test_missing_and_extra_parameters_on_demand(saved):
    net, _ = made(seed=1)
    arrays = nd.load(str(saved / "net"))
    kept = net[0].weight.data().copy()
    nd.save(str(saved / "part"), {"3.bias": arrays["3.bias"], "more": nd.ones(1)})
    net.load_parameters(str(saved / "part"), allow_missing=True, ignore_extra=True)
    assert np.array_equal(net[0].weight.data(), kept)
    assert np.array_equal(net[3].bias.data(), arrays["3.bias"])


@pytest.mark.parametrize("source, expected", [("current", np.float32), ("saved", np.float64)])
def test_dtypes_are_converted_on_demand(tmp_path, source, expected):
    net = nn.Dense(1, in_units=2)
    net.initialize()
    nd.save(str(tmp_path / "x"), {"weight": nd.array([[1, 2]], dtype="float64"), "bias": nd.array([3], dtype="float64")})
    net.load_parameters(str(tmp_path / "x"), cast_dtype=True, dtype_source=source)
    assert net.weight.data().dtype is expected
    assert net.weight.data().asnumpy().tolist() == [[1, 2]]


def test_a_net_that_was_not_initialised_is_loaded(saved):
    net = made()[0]
    fresh = nn.HybridSequential()
    fresh.add(nn.Dense(8, activation="relu"), nn.Dropout(0.3), nn.BatchNorm(), nn.Dense(1))
    fresh.load_parameters(str(saved / "net"))
    net.load_parameters(str(saved / "net"))
    x = nd.ones((2, 4))
    assert np.array_equal(fresh(x), net(x))


def test_shared_parameters_are_saved_once_on_demand(tmp_path):
    one = nn.Dense(2, in_units=2)
    both = nn.Sequential()
    both.add(one, nn.Dense(2, in_units=2, params=one.params))
    both.initialize()
    both.save_parameters(str(tmp_path / "x"), deduplicate=True)
    assert len(nd.load(str(tmp_path / "x"))) == 2
    weight = one.weight.data().asnumpy()
    one.weight.set_data(nd.zeros((2, 2)))
    both.load_parameters(str(tmp_path / "x"))
    assert np.array_equal(one.weight.data(), weight)


# Going on after a break.


def test_a_training_goes_on_bit_for_bit_in_a_new_process(tmp_path):
    """Weights, moments, counts, schedule, dropout, draws and shuffles: as if there had been no break."""
    net, trainer = made()
    train(net, trainer, 7)
    net.save_parameters(str(tmp_path / "net"))
    trainer.save_states(str(tmp_path / "trainer"))
    losses = train(net, trainer, 8)
    code = f"""
        import json, sys
        sys.path.insert(0, {str(HERE.parent)!r})
        from tests.test_files import made, train
        net, trainer = made(seed=5)
        net.load_parameters({str(tmp_path / "net")!r})
        trainer.load_states({str(tmp_path / "trainer")!r})
        losses = train(net, trainer, 8)
        rest = {{name: p.data().asnumpy().tolist() for name, p in net._collect_params_with_prefix().items()}}
        print(json.dumps([losses, rest, trainer.learning_rate, trainer.optimizer.num_update]))
    """
    out = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True, text=True).stdout
    got = json.loads(out)
    assert got[0] == losses
    for name, p in net._collect_params_with_prefix().items():
        assert np.array_equal(np.array(got[1][name], np.float32), p.data()), name
    assert got[2:] == [trainer.learning_rate, 15]


def test_states_of_another_training_change_nothing(saved):
    net, _ = made(seed=1)
    params = net.collect_params()
    schedule = lr_scheduler.CosineScheduler(40, base_lr=0.05)
    for trainer, words in (
        (gluon.Trainer(params, "sgd", {"momentum": 0.9}), "belong to an optimizer Adam, but this one is SGD"),
        (gluon.Trainer(params, "adam"), "saved with lr_scheduler CosineScheduler, but there is None"),
        (gluon.Trainer(params, "adam", {"lr_scheduler": lr_scheduler.FactorScheduler(3)}), "CosineScheduler, but there is FactorScheduler"),
        (gluon.Trainer([net[2].beta], "adam", {"lr_scheduler": schedule}), "states of parameter 1, but this Trainer has 1 parameters"),
        (gluon.Trainer([net[3].bias] * 1 + list(params.values()), "adam", {"lr_scheduler": schedule}), r"states of shape .* for parameter"),
    ):
        with unchanged(net, trainer), pytest.raises(ValueError, match=words):
            trainer.load_states(str(saved / "trainer"))


def test_saving_needs_values(tmp_path):
    net = nn.Dense(1)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd")
    for save in (trainer.save_states, net.save_parameters):
        with pytest.raises(gluon.DeferredInitializationError, match="'dense"):
            save(str(tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []


# A process that is killed while it saves.

KILLER = """
    import os, random, signal, sys, time, warnings
    sys.path.insert(0, {root!r})
    import numpy as np
    from mxedu import gluon, nd
    from tests.test_files import made
    warnings.simplefilter("ignore")
    os.chdir({folder!r})
    net, trainer = made()

    def save(state):
        for parameter in net.collect_params().values():
            parameter.set_data(nd.full(parameter.shape, state))
        net.save_parameters("net")
        trainer.save_states("trainer")

    def forever():
        state = 0
        while True:
            state = 1 - state
            save(state)

    save(0)
    moments, seen = random.Random(0), set()
    for _ in range(60):
        child = os.fork()
        if child == 0:
            forever()
        time.sleep(moments.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        net.load_parameters("net")
        values = {{float(x) for p in net.collect_params().values() for x in np.unique(p.data())}}
        assert values in ({{0.0}}, {{1.0}}), f"a mixture: {{values}}"
        seen |= values
        trainer.load_states("trainer")
    print(sorted(seen), len([name for name in os.listdir() if name.startswith(".")]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL and fork are POSIX's")
def test_a_process_killed_while_it_saves_leaves_one_of_the_two_states(tmp_path):
    code = textwrap.dedent(KILLER.format(root=str(HERE.parent), folder=str(tmp_path)))
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    seen, cut_short = out.rsplit(maxsplit=1)
    assert seen == "[0.0, 1.0]"
    assert int(cut_short) > 10, "too few of the 60 kills hit a file that was being written"


# Cases that were wrong once.


def test_any_flipped_byte_gives_the_one_error_or_the_same_arrays(tmp_path):
    data = serialization.dump("arrays", {"x": np.arange(5.0)}, named=True)
    outcomes = set()
    for i in range(len(data)):
        damaged = data[:i] + bytes([data[i] ^ 0x55]) + data[i + 1 :]
        try:
            arrays, _ = serialization.parse(damaged, "arrays", "it")
        except serialization.FileError:
            outcomes.add("refused")
        else:
            assert np.array_equal(arrays["x"], np.arange(5.0))  # such as a date in the archive's table
            outcomes.add("the same")
    assert outcomes == {"refused", "the same"}


@pytest.mark.parametrize("header", [b"{}", b"[]", b'{"format": "mxedu", "version": 1}', b'{"format": "other", "version": 1}'])
def test_a_header_that_lacks_something_is_refused(header, tmp_path):
    np.savez(tmp_path / "x.npz", header=np.frombuffer(header, np.uint8))
    with pytest.raises(serialization.FileError, match="x.npz' is damaged, or is no file of mxedu's"):
        nd.load(str(tmp_path / "x.npz"))


def test_settings_given_as_numpys_numbers_are_saved(tmp_path):
    def trainer():
        net = nn.Dense(1, in_units=2)
        net.initialize()
        settings = {"clip_gradient": np.float32(2), "learning_rate": np.float32(0.25), "lr_scheduler": lr_scheduler.FactorScheduler(2, 0.5)}
        return gluon.Trainer(net.collect_params(), "sgd", settings)

    first, second = trainer(), trainer()
    first.save_states(str(tmp_path / "x"))
    second.optimizer.clip_gradient, second.optimizer.lr_scheduler.base_lr = 7.0, 9.0
    second.load_states(str(tmp_path / "x"))
    assert (second.optimizer.clip_gradient, second.optimizer.lr_scheduler.base_lr) == (2.0, 0.25)


def test_states_of_every_form_come_back(tmp_path):
    class Mine(mxedu.optimizer.Optimizer):
        def create_state(self, index, weight):
            return {"count": 3, "pair": (nd.ones(1), [nd.zeros(2), None, 0.5])}

        def update(self, index, weight, grad, state):
            self._update_count(index)
            state["pair"][0][:] += 1

    net = nn.Dense(1, in_units=2)
    net.initialize()
    one, two = (gluon.Trainer(net.collect_params(), Mine()) for _ in range(2))
    with autograd.record():
        loss = net(nd.ones((1, 2)))
    loss.backward()
    one.step(1)
    one.save_states(str(tmp_path / "x"))
    two.load_states(str(tmp_path / "x"))
    state = two._updater.states[0]
    assert (state["count"], state["pair"][0].asscalar(), state["pair"][1][1:]) == (3, 2, [None, 0.5])
    one._updater.states[0] = {"count": object()}
    with pytest.raises(TypeError, match="state of parameter 0.count holds a object: only arrays, numbers"):
        one.save_states(str(tmp_path / "x"))


def test_states_are_loaded_before_the_first_forward(saved):
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(8, activation="relu"), nn.Dropout(0.3), nn.BatchNorm(), nn.Dense(1))
    net.initialize()
    schedule = lr_scheduler.CosineScheduler(40, base_lr=0.05, warmup_steps=5)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"lr_scheduler": schedule, "wd": 0.01})
    trainer.load_states(str(saved / "trainer"))
    assert trainer.optimizer.num_update == 3


def test_a_file_with_more_than_the_net_has_is_no_file_of_other_names(tmp_path):
    full, bare = nn.Dense(1, in_units=2), nn.Dense(1, in_units=2, use_bias=False)
    full.initialize()
    bare.initialize()
    full.save_parameters(str(tmp_path / "x"))
    bare.load_parameters(str(tmp_path / "x"), ignore_extra=True)
    assert np.array_equal(bare.weight.data(), full.weight.data())
    full.collect_params().save(str(tmp_path / "named"))
    full.load_parameters(str(tmp_path / "named"))
