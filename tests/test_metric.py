"""Metrics against MXNet 1.9.1, against definitions written out, and what goes wrong."""

import numpy as np
import pytest

import mxedu.metric.registry as registry
from mxedu import metric, nd
from tests.helpers import unchanged

# Numbers from MXNet 1.9.1: three values of each metric, for batches drawn from RandomState(6). The first is that of an update with 5
# samples and of one with two arrays of 3 and 8 samples; the second, after reset_local, that of 4 more; the third is the global one.


def scores(r, n, k=2):
    """Labels, and probabilities that lean towards them."""
    label, p = r.randint(0, k, n), np.exp(r.randn(n, k))
    p[np.arange(n), label] *= 2
    return label, p / p.sum(1, keepdims=True)


def four(r, n):
    return scores(r, n, 4)


def padded(r, n):
    label, p = scores(r, n, 4)
    return np.where(r.rand(n) < 0.4, -1, label), p


def columns(r, n):
    label, p = scores(r, n, 4)
    return label.reshape(-1, 1), p


def images(r, n):
    return r.randint(0, 3, (n, 2)), r.rand(n, 3, 2)


def sequences(r, n):
    return r.randint(0, 3, (n, 2)), r.rand(n, 2, 3)


def classes(r, n):
    return r.randint(0, 3, (n, 2)), r.randint(0, 3, (n, 2))


def signs(r, n):
    label, p = scores(r, n)
    return 2 * label - 1, p


def growing(r, n):
    return scores(r, n, 2 + n // 2)


def numbers(*label_shape, like=None):
    def draw(r, n):
        label = r.randn(n, *label_shape)
        return label, r.randn(n, *label_shape) + label if like is None else r.randn(n, *like)

    return draw


def worst(label, pred):
    return abs(label - pred).max()


def errors(label, pred):
    return abs(label - pred).sum(), label.size


MXNET = [
    (lambda: metric.Accuracy(), four, [0.4375, 0.25, 0.4]),
    (lambda: metric.Accuracy(), columns, [0.4375, 0.25, 0.4]),
    (lambda: metric.Accuracy(), images, [0.28125, 0.5, 0.325]),
    (lambda: metric.Accuracy(axis=-1), sequences, [0.25, 0.25, 0.25]),
    (lambda: metric.Accuracy(), classes, [0.34375, 0.25, 0.325]),
    (lambda: metric.TopKAccuracy(2), four, [0.8125, 0.25, 0.7]),
    (lambda: metric.TopKAccuracy(3), columns, [0.9375, 0.25, 0.8]),
    (lambda: metric.F1(), scores, [0.58333333, 0.5, 0.55555556]),
    (lambda: metric.F1(average="micro"), scores, [0.625, 0.5, 0.6]),
    (lambda: metric.F1(), signs, [0.58333333, 0.5, 0.55555556]),
    (lambda: metric.MCC(), scores, [0.21666667, 0.33333333, 0.25555556]),
    (lambda: metric.MCC(average="micro"), scores, [0.25, 0.33333333, 0.21212121]),
    (lambda: metric.MCC(average="micro"), signs, [0.25, 0.33333333, 0.21212121]),
    (lambda: metric.PCC(), scores, [0.25, 0.33333333, 0.21212121]),
    (lambda: metric.PCC(), growing, [0.25491421, 0.0, 0.20314087]),
    (lambda: metric.PCC(), four, [0.25531915, -0.38729833, 0.18277601]),
    (lambda: metric.CrossEntropy(), four, [1.0239728, 2.0339451, 1.2259673]),
    (lambda: metric.CrossEntropy(eps=0.1), columns, [0.75038603, 1.3397634, 0.8682615]),
    (lambda: metric.NegativeLogLikelihood(), four, [1.0239728, 2.0339451, 1.2259673]),
    (lambda: metric.Perplexity(None), four, [2.7842342, 7.6441839, 3.4074605]),
    (lambda: metric.Perplexity(1), four, [2.8756019, 18.109134, 3.8166104]),
    (lambda: metric.Perplexity(-1), padded, [5.9906391, 1.9178407, 4.651024]),
    (lambda: metric.MAE(), numbers(), [0.83337831, 0.91519272, 0.85383192]),
    (lambda: metric.MAE(), numbers(like=(1,)), [1.0577291, 1.3993789, 1.1431416]),
    (lambda: metric.MAE(), numbers(1, like=()), [1.0577291, 1.3993789, 1.1431416]),
    (lambda: metric.MAE(), numbers(like=(3,)), [1.2135998, 1.1332604, 1.1935149]),
    (lambda: metric.MSE(), numbers(), [0.98627784, 1.3730747, 1.082977]),
    (lambda: metric.MSE(), numbers(like=(1,)), [1.539962, 3.1169581, 1.934211]),
    (lambda: metric.MSE(), numbers(2, 3), [0.84271961, 0.88681394, 0.8537432]),
    (lambda: metric.RMSE(), numbers(), [0.97313408, 1.1717827, 1.0227962]),
    (lambda: metric.RMSE(), numbers(3, like=(1,)), [1.2695555, 0.99117863, 1.1999613]),
    (lambda: metric.RMSE(), numbers(3), [0.93151551, 1.0434628, 0.95950232]),
    (lambda: metric.PearsonCorrelation(), numbers(), [0.87009809, -0.41211869, 0.5495439]),
    (lambda: metric.PearsonCorrelation(), numbers(3), [0.71332122, 0.12195579, 0.56547986]),
    (lambda: metric.Loss(), numbers(like=(3,)), [0.23877697, 0.061670964, 0.20335577]),
    (lambda: metric.CustomMetric(worst), numbers(), [1.4805061, 2.1271446, 1.6421657]),
    (lambda: metric.np(errors), numbers(3), [0.76416223, 0.80468122, 0.77226603]),
]


@pytest.mark.parametrize("make, draw, expected", MXNET)
def test_values_are_those_of_mxnet(make, draw, expected):
    r, m, values = np.random.RandomState(6), make(), []
    for sizes in ([5], [3, 8]):
        drawn = [draw(r, n) for n in sizes]
        m.update([nd.array(label) for label, _ in drawn], [nd.array(pred) for _, pred in drawn])
    values.append(m.get()[1])
    m.reset_local()
    m.update(*map(nd.array, draw(r, 4)))
    values += [m.get()[1], m.get_global()[1]]
    np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-7)
    m.reset()
    np.testing.assert_equal([m.get(), m.get_global()], [(m.name, np.nan)] * 2)


def some():
    """One metric of each class, with arguments that are not the defaults, and a batch that it takes."""
    r = np.random.RandomState(0)
    binary, many, real = (tuple(map(nd.array, draw(r, 6))) for draw in (scores, four, numbers()))
    return [
        (metric.Accuracy(axis=-1), many), (metric.TopKAccuracy(3, name="top"), many), (metric.F1(average="micro"), binary),
        (metric.MCC("m", ["out"], ["label"], "micro"), binary), (metric.PCC("p", has_global_stats=True), many),
        (metric.CrossEntropy(0.5), many), (metric.NegativeLogLikelihood(eps=0.5), many), (metric.Perplexity(3, axis=1), many),
        (metric.MAE("a"), real), (metric.MSE(), real), (metric.RMSE(), real), (metric.PearsonCorrelation(average="micro"), real),
        (metric.Loss(), real), (metric.CompositeEvalMetric(["mae", metric.MSE("b")], "c", ["out"], ["label"]), real),
    ]  # fmt: skip


@pytest.mark.parametrize("m, batch", some(), ids=lambda x: type(x).__name__)
def test_a_metric_is_made_again_from_its_config(m, batch):
    again = metric.create(**m.get_config())
    assert type(again) is type(m) and again.get_config() == m.get_config()
    for one in (m, again):
        one.update(*batch)
    assert again.get() == m.get()
    assert metric.create(m.get_config()).name == m.name


@pytest.mark.parametrize("m, batch", some(), ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("give", [
    lambda m, label, pred: m.update([label], [pred]),
    lambda m, label, pred: m.update((label,), pred),
    lambda m, label, pred: m.update(label.asnumpy(), pred.asnumpy()),
    lambda m, label, pred: m.update(preds=[pred.asnumpy()], labels=label),
    lambda m, label, pred: m.update_dict({"label": label}, {"out": pred}),
], ids=["lists", "tuple and array", "numpy", "by name", "dicts"])  # fmt: skip
def test_a_batch_may_be_given_in_many_ways(m, batch, give):
    m.reset()
    m.update(*batch)
    expected = m.get()
    m.reset()
    give(m, *batch)
    assert m.get() == expected and m.get_global() == expected


# Definitions, written out.


@pytest.mark.parametrize("average", ["macro", "micro"])
def test_f1_and_mcc_by_definition(average):
    r, f1, mcc = np.random.RandomState(1), metric.F1(average=average), metric.MCC(average=average)
    batches = [(r.randint(0, 2, n), r.randint(0, 2, n)) for n in (9, 20, 6)]
    for batch in batches:
        f1.update(*batch)
        mcc.update(*batch)
    if average == "micro":
        batches = [np.hstack(batches)]
    harmonic, pearson = [], []
    for true, said in batches:
        found = sum(t == s == 1 for t, s in zip(true, said, strict=True))
        precision, recall = found / sum(said), found / sum(true)
        harmonic.append(2 * precision * recall / (precision + recall))
        pearson.append(np.corrcoef(true, said)[0, 1])
    assert f1.get()[1] == pytest.approx(np.mean(harmonic)) and mcc.get()[1] == pytest.approx(np.mean(pearson))


def test_scores_where_nothing_varies():
    zeros = nd.zeros(3)
    expected = {"f1": 0.0, "mcc": 0.0, "pcc": np.nan, "pearsonr": np.nan}
    for name, value in expected.items():
        m = metric.create(name)
        m.update(zeros, zeros)
        np.testing.assert_equal(m.get(), (name, value))


def test_pcc_is_the_correlation_of_indicators():
    """Covariances of one column a class, summed over classes; the number of classes grows from batch to batch, and shrinks."""
    r, pcc = np.random.RandomState(2), metric.PCC()
    batches = [growing(r, n) for n in (4, 9, 5)]
    for label, p in batches:
        pcc.update(label, p)
    true, said = (np.eye(6)[np.concatenate(x)] for x in ([b[0] for b in batches], [b[1].argmax(1) for b in batches]))
    true, said = true - true.mean(0), said - said.mean(0)
    assert pcc.get()[1] == pytest.approx((true * said).sum() / np.sqrt((true**2).sum() * (said**2).sum()))


def test_pcc_of_images_counts_each_pixel():
    """MXNet 1.9.1 gives 0.0 for such arrays."""
    label, p = images(np.random.RandomState(0), 7)
    flat, pcc = metric.PCC(), metric.PCC()
    pcc.update(label, p)
    flat.update(label.reshape(-1), p.argmax(1).reshape(-1))
    assert pcc.get() == flat.get()


def test_micro_correlation_is_that_of_all_numbers():
    """Far from 0, where sums of squares would lose all digits."""
    r, m = np.random.RandomState(3), metric.PearsonCorrelation(average="micro")
    label = [1e8 + r.randn(n) for n in (4, 1, 30, 9)]
    pred = [0.5 * x + r.randn(len(x)) for x in label]
    for i in range(4):
        if i == 2:
            m.reset_local()
        m.update(label[i], pred[i])
    for value, start in ((m.get()[1], 2), (m.get_global()[1], 0)):
        assert value == pytest.approx(np.corrcoef(np.hstack(label[start:]), np.hstack(pred[start:]))[0, 1], rel=1e-6)
    assert m.get()[1] != pytest.approx(m.get_global()[1])


def test_micro_correlation_after_a_batch_of_mean_0():
    m = metric.PearsonCorrelation(average="micro")
    m.update(np.array([-1, 1]), np.array([0, 1]))
    m.update(np.array([2, 3, 5]), np.array([1, 4, 2]))
    assert m.get()[1] == pytest.approx(np.corrcoef([-1, 1, 2, 3, 5], [0, 1, 1, 4, 2])[0, 1])


def test_correlations_are_at_most_1():
    r, m = np.random.RandomState(0), metric.PearsonCorrelation()
    for sign in (1, -1) * 50:
        x = r.randn(5)
        m.reset()
        m.update(x, sign * 0.3 * x)
        assert m.get()[1] == pytest.approx(sign) and abs(m.get()[1]) <= 1


def test_a_constant_has_no_correlation():
    """The mean of three times 0.1 is not 0.1."""
    for average in ("macro", "micro"):
        m = metric.PearsonCorrelation(average=average)
        for _ in range(2):
            m.update(np.full(3, 0.1), np.arange(3.0))
        assert np.isnan(m.get()[1])


def test_top_k_by_definition():
    """A label is found if fewer than k classes come before it: larger scores, and equal ones of lower number."""
    r = np.random.RandomState(4)
    label, pred = r.randint(0, 6, 50), r.randint(0, 4, (50, 6))
    for k in (2, 3, 6):
        m, found = metric.TopKAccuracy(k), 0
        m.update(label, pred.astype(np.uint8))
        for true, row in zip(label, pred, strict=True):
            found += sum(s > row[true] or (s == row[true] and c < true) for c, s in enumerate(row)) < k
        assert m.get() == (f"top_k_accuracy_{k}", found / 50)


def test_truth_values_are_classes():
    m = metric.create(["acc", "f1"])
    m.update(np.array([True, False, True]), np.array([0.9, 0.8, 0.7]) > 0.75)
    assert m.get()[1] == pytest.approx([1 / 3, 0.5])


def test_the_first_of_equal_scores_wins():
    m = metric.Accuracy()
    m.update(nd.array([0, 1]), nd.array([[0.5, 0.5], [0.5, 0.5]]))
    assert m.get() == ("accuracy", 0.5)


def test_perplexity_along_any_axis():
    label, p = images(np.random.RandomState(5), 4)
    m = metric.Perplexity(None, axis=1)
    m.update(label, p)
    logs = [np.log(p[i, label[i, j], j]) for i in range(4) for j in range(2)]
    assert m.get()[1] == pytest.approx(np.exp(-np.mean(logs)))


def test_probabilities_of_0():
    label, p = nd.array([0, 1]), nd.array([[0, 1], [0, 1]])
    values = []
    for m in (metric.Perplexity(None), metric.CrossEntropy(), metric.CrossEntropy(eps=0), metric.NegativeLogLikelihood()):
        for dtype in ("float32", "float16"):
            m.reset()
            m.update(label, p.astype(dtype))
            values.append(m.get()[1])
    assert values == pytest.approx([1e5] * 2 + [6 * np.log(10)] * 2 + [np.inf] * 2 + [6 * np.log(10)] * 2)


def test_ignoring_all_labels_counts_nothing():
    m = metric.Perplexity(ignore_label=1)
    m.update(nd.ones(2), nd.full((2, 3), 1 / 3))
    np.testing.assert_equal(m.get(), ("perplexity", np.nan))


@pytest.mark.parametrize("dtype, label, pred, values", [
    ("uint8", [1, 2], [3, 1], [1.5, 2.5, 2.5**0.5]),  # MXNet: 128.5, since 1 - 3 is 254
    ("float16", [300, 0], [0, 0], [150, 45000, 45000**0.5]),  # MXNet: inf for the squares
    ("float32", [[1], [2]], [0, 4], [1.5, 2.5, 2.5**0.5]),
    ("float32", [1, 2], [[1, 4], [3, 2]], [1, 2.5, 2.5**0.5]),
])  # fmt: skip
def test_errors_by_hand(dtype, label, pred, values):
    for name, value in zip(("mae", "mse", "rmse"), values, strict=True):
        m = metric.create(name)
        m.update(nd.array(label, dtype=dtype), nd.array(pred, dtype=dtype))
        assert m.get() == (name, pytest.approx(value))


def test_an_array_counts_as_one_error_and_as_many_losses():
    mse, loss = metric.MSE(), metric.Loss()
    mse.update([nd.zeros(1), nd.zeros(4)], [nd.ones(1), nd.zeros(4)])
    loss.update(0, [nd.ones(1), nd.zeros((2, 2))])
    assert mse.get() == ("mse", 0.5) and loss.get() == ("loss", 0.2)


def test_an_array_without_samples_counts_nothing():
    m = metric.create(["mse", "acc", "f1"])
    m.update([nd.array([1, 0]), np.zeros(0)], [nd.array([1, 0]), np.zeros(0)])
    assert m.get()[1] == [0.0, 1.0, 1.0]
    m.reset()
    m.update([], [])
    np.testing.assert_equal(m.get()[1], [np.nan] * 3)


# Making metrics.

NAMES = {
    "Accuracy": ["acc", "ACC", "accuracy"], "TopKAccuracy": ["top_k_accuracy", "top_k_acc", "topkaccuracy"], "F1": ["f1"], "MCC": ["mcc"],
    "PCC": ["pcc"], "Perplexity": ["perplexity"], "MAE": ["mae"], "MSE": ["MSE"], "RMSE": ["rmse"],
    "CrossEntropy": ["ce", "crossentropy"], "NegativeLogLikelihood": ["nll_loss", "negativeloglikelihood"],
    "PearsonCorrelation": ["pearsonr", "pearsoncorrelation"], "Loss": ["loss"], "CompositeEvalMetric": ["composite", "compositeevalmetric"],
    "CustomMetric": ["custommetric"],
}  # fmt: skip
NEEDED = {"TopKAccuracy": {"top_k": 2}, "Perplexity": {"ignore_label": None}, "CustomMetric": {"feval": worst}}


@pytest.mark.parametrize("klass", NAMES)
def test_names(klass):
    for name in NAMES[klass]:
        assert type(metric.create(name, **NEEDED.get(klass, {}))) is getattr(metric, klass)


def test_create_makes_metrics_of_all_kinds():
    mse = metric.MSE()
    assert metric.create(mse) is mse
    assert metric.create("top_k_acc", 3, name="t").name == "t_3"
    assert metric.create(worst).name == "worst" and metric.create(worst, "w").name == "w"
    assert [m.eps for m in metric.create(["ce", "nll_loss"], eps=0.1).metrics] == [0.1, 0.1]
    assert str(metric.create(["acc", lambda label, pred: 0, [mse, "mae"]])) == (
        "EvalMetric: {'accuracy': nan, 'custom(<lambda>)': nan, 'mse': nan, 'mae': nan}"
    )


@pytest.fixture
def passing_names():
    before = dict(registry.known)
    yield
    registry.known.clear()
    registry.known.update(before)


def test_registering(passing_names):
    @metric.register
    @metric.alias("Short")
    class Mine(metric.EvalMetric):
        def update(self, labels, preds):
            self.sum_metric += 3
            self.num_inst += 2

    assert metric.register(Mine, "Other") is Mine
    m = metric.create("short", "m")
    assert type(m) is type(metric.create("MINE", "m")) is type(metric.create("other", "m")) is Mine
    m.update(nd.ones(1), nd.ones(1))
    assert m.get() == m.get_global() == ("m", 1.5)
    with pytest.warns(UserWarning, match="metric 'mine' registered before .* is replaced") as caught:
        metric.register(type("Mine", (Mine,), {}))
    assert caught[0].filename == __file__


def test_a_metric_of_ones_own_may_keep_global_sums():
    class Mine(metric.EvalMetric):
        def __init__(self):
            super().__init__("mine", ["o"], ("l",), has_global_stats=True, extra=7)

        def update(self, labels, preds):
            self.sum_metric += 1
            self.num_inst += 1
            self.global_sum_metric += 5
            self.global_num_inst += 2

    m = Mine()
    m.update(None, None)
    assert m.get_name_value() == [("mine", 1.0)] and m.get_global_name_value() == [("mine", 2.5)]
    assert m.get_config() == {"extra": 7, "metric": "Mine", "name": "mine", "output_names": ["o"], "label_names": ("l",)}
    m.reset_local()
    np.testing.assert_equal([m.get(), m.get_global()], [("mine", np.nan), ("mine", 2.5)])
    with pytest.raises(NotImplementedError, match=r"EvalMetric must define update\(labels, preds\)"):
        metric.EvalMetric("x").update(nd.ones(1), nd.ones(1))


# Composites, functions, dicts.


def test_a_composite_gives_lists():
    m = metric.CompositeEvalMetric([metric.MSE(name="train-mse")])
    m.add("acc")
    m.add(["mae", worst])
    m.update(nd.array([1, 0, 2]), nd.array([1, 1, 2]))
    names, values = ["train-mse", "accuracy", "mae", "worst"], pytest.approx([1 / 3, 2 / 3, 1 / 3, 1])
    assert m.get() == m.get_global() == (names, values)
    assert [n for n, _ in m.get_name_value()] == [n for n, _ in m.get_global_name_value()] == names
    assert m.get_metric(1).name == "accuracy"
    m.reset_local()
    np.testing.assert_equal(m.get()[1], [np.nan] * 4)
    assert m.get_global() == (names, values)
    m.reset()
    np.testing.assert_equal(m.get_global()[1], [np.nan] * 4)


def test_dicts_are_taken_apart_by_names():
    x = {name: nd.array([value]) for name, value in {"zero": 0, "one": 1, "five": 5}.items()}
    for make, expected in [
        (lambda: metric.MSE(output_names=["five"], label_names=["one"]), 16),
        (lambda: metric.MSE(output_names=["five", "one"], label_names=["zero", "one"]), 12.5),
        (lambda: metric.MSE(), 0),
        (lambda: metric.CompositeEvalMetric(["mse"], output_names=["five"], label_names=["one"]), 16),
        # Of a composite, the names choose and the dicts order: one with one, five with five.
        (lambda: metric.CompositeEvalMetric(["mse"], output_names=["five", "one"], label_names=["one", "five"]), 0),
    ]:
        m = make()
        m.update_dict(x, x)
        assert m.get_name_value() == [("mse", expected)]


def test_what_a_function_gets_and_gives():
    def vandal(label, pred):
        label[:] = pred[:] = 9
        return nd.array([2])

    one = nd.ones(2)
    m = metric.CustomMetric(vandal, allow_extra_outputs=True)
    m.update(one, [one, nd.ones((3, 3))])
    assert m.get() == ("vandal", 2.0) and one.asnumpy().tolist() == [1, 1]
    m = metric.np(errors, "n")
    m.update([nd.zeros(1), nd.zeros(3)], [nd.full(1, 5), nd.ones(3)])
    assert m.get() == ("n", 2.0)
    assert metric.CustomMetric(metric.EvalMetric("x").update).name == "update"
    assert metric.CustomMetric(type("Callable", (), {"__call__": errors})()).name == "Callable"


def test_check_label_shapes():
    a, b, n = nd.ones(2), nd.ones((2, 1)), np.ones(2)
    assert metric.check_label_shapes([1, 2], [3, 4]) == ([1, 2], [3, 4])
    wrapped = metric.check_label_shapes(a, n, wrap=True)
    assert wrapped[0][0] is a and wrapped[1][0] is n
    assert metric.check_label_shapes(a, b)[1] is b
    with pytest.raises(ValueError, match=r"labels have shape \(2,\) but preds have shape \(2, 1\)"):
        metric.check_label_shapes(a, b, shape=True)


# What goes wrong. The numbers in front are those of the table of misuses, as in test_misuse.py.

ONE, TWO, THREE, HALF = nd.ones(1), nd.array([1, 0]), nd.array([1, 0, 0]), nd.array([1, 0.5, 0])
P32 = nd.array([[0.25, 0.75], [0.875, 0.125], [0.5, 0.5]])

MISUSES = [
    (50, lambda: metric.create("foo"), ValueError, "metric 'foo' is unknown. Registered are acc.* rmse, top_k.*@metric.register"),
    (50, lambda: metric.create("cross-entropy"), ValueError, "'cross-entropy' is unknown. Did you mean 'crossentropy'"),
    (None, lambda: metric.create(None), TypeError, r"metric must be a name \(acc, .*\), a function, .* such as MSE\(\), got None"),
    (None, lambda: metric.create(metric.MSE), TypeError, r"an instance such as MSE\(\), got <class"),
    (None, lambda: metric.create(metric.MSE(), name="x"), ValueError, "instance of MSE already: give the arguments when you make that"),
    (None, lambda: metric.create("acc", foo=3), TypeError, "unexpected keyword argument 'foo'"),
    (None, lambda: metric.register(3), TypeError, "register takes a subclass of EvalMetric, got 3"),
    (None, lambda: metric.alias("x")(int), TypeError, "register takes a subclass of EvalMetric, got <class 'int'>"),
    (None, lambda: metric.TopKAccuracy(), ValueError, r"top_k \(for 1 use Accuracy\) must be an integer of at least 2, got 1"),
    (None, lambda: metric.TopKAccuracy(2.5), TypeError, "top_k .* got float 2.5"),
    (None, lambda: metric.F1(average="mean"), ValueError, r"average must be 'macro' \(.*\) or 'micro' \(.*\), got 'mean'"),
    (None, lambda: metric.PearsonCorrelation(average=None), ValueError, "average must be 'macro' .* got None"),
    (None, lambda: metric.CrossEntropy(eps=-1), ValueError, "eps must be a finite number at least 0, got -1"),
    (None, lambda: metric.Perplexity([0, 1]), TypeError, r"ignore_label \(a class number or None\) must be a finite number, got list"),
    (None, lambda: metric.MSE(output_names="out"), TypeError, r"output_names must be a list of names such as \['output'\].* got 'out'"),
    (None, lambda: metric.MSE(label_names=[1]), TypeError, "label_names must be a list of names"),
    (None, lambda: metric.CompositeEvalMetric("acc"), TypeError, "metrics must be a list such as .* got str 'acc': put it into a list"),
    (None, lambda: metric.create(["acc"]).get_metric(1), ValueError, "index is 1, but there are 1 metrics"),
    (None, lambda: metric.create(["acc"]).get_metric(-1), ValueError, "index must be an integer of at least 0"),
    (None, lambda: metric.CustomMetric(3), TypeError, r"feval must be a function of \(label, pred\), got int 3"),
    (None, lambda: metric.CustomMetric(worst).get_config(), NotImplementedError, r"worst is made of a function.*CustomMetric\(feval\)"),
]  # fmt: skip


@pytest.mark.parametrize("row, call, error, words", MISUSES)
def test_misuse(row, call, error, words):
    with unchanged(registry.known), pytest.raises(error, match=words):
        call()


FIT = "give one label for each prediction"
BATCHES = [  # row, metric, a batch that it takes, one that it does not take, error, words
    (69, "acc", (THREE, P32), (TWO, P32), ValueError, f"labels have length 2 but preds have length 3: {FIT}"),
    (69, "acc", (THREE, P32), ([THREE], [P32, P32]), ValueError, f"labels have length 1 but preds have length 2: {FIT}"),
    (69, "mse", (THREE, THREE), (ONE, THREE), ValueError, f"length 1 but preds have length 3: {FIT}"),
    (69, "acc", (THREE, P32), (np.zeros(0), P32), ValueError, f"length 0 but preds have length 3: {FIT}"),
    (None, "acc", (THREE, P32), ([1, 0, 0], THREE), ValueError, "labels have length 3 but preds have length 1"),
    (None, "acc", (THREE, P32), ([1, 0], [1, 0]), TypeError, r"labels must be an NDArray, .* got int 1: use nd.array"),
    (None, "acc", (THREE, P32), (None, THREE), TypeError, "labels must be an NDArray, .* got NoneType"),
    (None, "acc", (THREE, P32), (np.array(["a"]), ONE), TypeError, "a numpy array of numbers"),
    (None, "acc", (THREE, P32), (THREE, HALF), ValueError, "preds .* must be class numbers, but 0.5 is not whole: .* preds > 0.5"),
    (None, "acc", (THREE, P32), (HALF, P32), ValueError, "labels of shape .* must be class numbers, but 0.5 is not whole"),
    (None, "acc", (THREE, P32), (nd.full(3, np.inf), P32), ValueError, "class numbers, but inf is not whole"),
    (None, "acc", (THREE, P32), (THREE, nd.ones((3, 1))), ValueError, r"class 0 would always win.* preds.reshape\(\(3,\)\) > 0.5"),
    (None, "acc", (THREE, P32), (nd.ones((3, 1)), THREE), ValueError, r"axis is 1, but preds have shape \(3,\): give one score a class"),
    (None, "acc", (THREE, P32), (nd.ones((3, 4)), nd.ones((3, 4, 5))), ValueError, r"use Accuracy\(axis=-1\)"),
    (None, metric.Accuracy(axis=None), (THREE, THREE), (THREE, P32), ValueError, "axis is None, .* the axis along which they lie"),
    (None, metric.TopKAccuracy(2), (THREE, P32), (THREE, THREE), ValueError, r"preds must have shape \(samples, classes\).* all classes"),
    (None, metric.TopKAccuracy(3), (THREE, nd.ones((3, 3))), (THREE, P32), ValueError, "at least top_k=3 classes"),
    (None, "f1", (THREE, P32), (nd.array([0, 1, 2]), P32), ValueError, r"labels must be 0 and 1.* are \[0, 1, 2\]: .* use PCC"),
    (None, "mcc", (THREE, P32), (nd.array([0, 1, -1]), P32), ValueError, r"labels must be 0 and 1, or -1 and 1"),
    (None, "pcc", (THREE, P32), (nd.array([0, 1, -1]), P32), ValueError, "class numbers from 0 on, but one is -1: leave such"),
    (None, "ce", (THREE, P32), (nd.array([0, 1, -1]), P32), ValueError, r"from 0 to 1, .* one is -1: .*Perplexity\(ignore_label=-1\)"),
    (None, "nll_loss", (THREE, P32), (nd.array([0, 2, 1]), P32), ValueError, "from 0 to 1, .* one is 2"),
    (None, "ce", (THREE, P32), (nd.ones((3, 2)), P32), ValueError, r"one-hot labels use labels.argmax\(axis=-1\)"),
    (None, "ce", (THREE, P32), (THREE, -P32), ValueError, "preds must be probabilities, but the smallest is -0.875: apply a softmax"),
    (None, metric.Perplexity(0, axis=2), (nd.ones((1, 3)), nd.ones((1, 3, 2))), (THREE, P32), ValueError, "axis is 2, but preds have"),
    (None, "mae", (THREE, THREE), (THREE, nd.ones((3, 1, 2))), ValueError, r"labels of shape \(3, 1\) .* use labels.reshape"),
    (None, "rmse", (THREE, THREE), (nd.ones((3, 2)), nd.ones((3, 4))), ValueError, r"use labels.reshape\(preds.shape\)"),
    (None, "pearsonr", (THREE, THREE), (THREE, nd.ones((3, 1))), ValueError, r"labels have shape \(3,\) but preds have shape \(3, 1\)"),
    (None, "loss", (THREE, THREE), (0, 3.0), TypeError, "preds must be an NDArray, .* got float 3.0"),
    (None, worst, (THREE, THREE), ([THREE], [THREE] * 2), ValueError, FIT),
    (None, metric.np(worst), (THREE, THREE), ([THREE], [THREE] * 2), ValueError, FIT),
    (None, metric.np(worst, None, True), (THREE, THREE), ([THREE] * 2, [THREE]), ValueError, FIT),
    (None, lambda label, pred: abs(label - pred) if pred[0] else 0.0, (THREE, nd.zeros(3)), (THREE, THREE), TypeError, "return its mean"),
]  # fmt: skip


@pytest.mark.parametrize("row, name, good, bad, error, words", BATCHES)
def test_a_batch_that_does_not_fit(row, name, good, bad, error, words):
    m = metric.create(name)
    m.update(*good)
    assert np.isfinite(m.get()[1])
    with unchanged(vars(m)), pytest.raises(error, match=words):
        m.update(*bad)


@pytest.mark.parametrize("row, name, good, bad, error, words", BATCHES)
def test_nothing_is_added_before_an_error(row, name, good, bad, error, words):
    """Neither an array that fits, before one that does not, nor anything in the other metrics of a composite."""
    m, loss = metric.create(name), metric.Loss()
    both = metric.CompositeEvalMetric([loss, metric.CompositeEvalMetric([metric.Loss(), m])])
    good_then_bad = [[x, *y] if isinstance(y, list) else [x, y] for x, y in zip(good, bad, strict=True)]
    for one, batch in [(m, good_then_bad), (both, bad), (both, good_then_bad)]:
        with unchanged(vars(m), vars(loss), vars(both.metrics[1].metrics[0])), pytest.raises(error):
            one.update(*batch)
    both.update(*good)
    assert m.num_inst and loss.num_inst


def test_dicts_that_lack_a_name():
    x = {"a": ONE}
    for m, words in [
        (metric.MSE(output_names=["q"]), r"pred has no 'q', but this metric asks for \['q'\]: it has \['a'\]"),
        (metric.MSE(label_names=["a", "b", "c"]), r"label has no 'b', 'c'"),
        (metric.CompositeEvalMetric(["mse"], label_names=["q"]), "labels have length 0 but preds have length 1"),
    ]:
        with pytest.raises(ValueError, match=words):
            m.update_dict(x, x)
