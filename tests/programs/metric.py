"""Programs about metrics."""

import warnings

import numpy as np


def accuracy_of_scores(mx):
    nd, metric = mx.nd, mx.metric
    acc = metric.Accuracy()
    predictions = [nd.array([[0.3, 0.7], [0.0, 1.0], [0.4, 0.6]])]
    labels = [nd.array([0, 1, 1])]
    result = acc.update(preds=predictions, labels=labels)
    return result, acc.get(), str(acc), acc.name


def accuracy_of_class_numbers(mx):
    nd, metric = mx.nd, mx.metric
    acc = metric.create("acc")
    acc.update([nd.array([1, 0, 2, 2])], [nd.array([1, 1, 2, 0])])
    acc.update(nd.array([1, 1]), nd.array([1, 1]))
    return acc.get()


def accuracy_along_another_axis(mx):
    nd, metric = mx.nd, mx.metric
    acc = metric.Accuracy(axis=2, name="tokens")
    scores = nd.array([[[0.1, 0.9], [0.8, 0.2]], [[0.3, 0.7], [0.6, 0.4]]])
    acc.update([nd.array([[1, 1], [1, 0]])], [scores])
    return acc.get(), acc.get_name_value()


def accuracy_over_a_loader(mx):
    nd, gluon = mx.nd, mx.gluon
    x = nd.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [0.0, 3.0], [1.0, 2.0]])
    y = nd.array([0, 1, 1, 1, 1])
    acc, seen = mx.metric.Accuracy(), []
    for data, label in gluon.data.DataLoader(gluon.data.ArrayDataset(x, y), batch_size=2):
        acc.update(label, data)
        seen.append(acc.get()[1])
    return seen, acc.num_inst, acc.sum_metric


def empty_metrics_are_nan(mx):
    values = [mx.metric.create(name).get()[1] for name in ("acc", "mse", "mae", "rmse", "ce", "f1", "loss")]
    return [bool(np.isnan(v)) for v in values]


def reset_and_global_values(mx):
    nd, metric = mx.nd, mx.metric
    acc = metric.Accuracy()
    acc.update([nd.array([0, 1])], [nd.array([0, 0])])
    first = acc.get()
    acc.reset_local()
    local = bool(np.isnan(acc.get()[1]))
    acc.update([nd.array([1, 1])], [nd.array([1, 1])])
    both = acc.get(), acc.get_global(), acc.get_global_name_value()
    acc.reset()
    return first, local, both, bool(np.isnan(acc.get()[1])), bool(np.isnan(acc.get_global()[1]))


def top_k_accuracy(mx):
    nd, metric = mx.nd, mx.metric
    scores = nd.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.25, 0.35, 0.3, 0.1]])
    label = nd.array([2, 2, 0])
    results = []
    for top in (metric.TopKAccuracy(top_k=2), metric.create("top_k_accuracy", top_k=3), metric.TopKAccuracy(2, name="best")):
        top.update([label], [scores])
        results.append(top.get())
    return results


def f1_score(mx):
    nd, metric = mx.nd, mx.metric
    predictions = [nd.array([[0.3, 0.7], [0.2, 0.8], [0.4, 0.6], [0.9, 0.1], [0.6, 0.4]])]
    labels = [nd.array([0, 1, 1, 0, 1])]
    more = [nd.array([[0.1, 0.9], [0.8, 0.2]])], [nd.array([1, 0])]
    results = []
    for f1 in (metric.F1(), metric.F1(average="micro"), metric.F1(average="macro")):
        f1.update(preds=predictions, labels=labels)
        first = f1.get()
        f1.update(more[1], more[0])
        results.append([first, f1.get()])
    return results


def f1_is_binary(mx):
    nd = mx.nd
    try:
        mx.metric.F1().update([nd.array([0, 1, 2])], [nd.array([[0.3, 0.7], [0.2, 0.8], [0.4, 0.6]])])
    except ValueError:
        return "refused"
    return "accepted"


def matthews_correlation(mx):
    nd, metric = mx.nd, mx.metric
    scores = nd.array([[0.3, 0.7], [0.2, 0.8], [0.4, 0.6], [0.9, 0.1], [0.6, 0.4], [0.1, 0.9]])
    label = nd.array([0, 1, 1, 0, 1, 1])
    mcc, micro = metric.MCC(), metric.create("mcc", average="micro")
    for m in (mcc, micro):
        m.update([label], [scores])
        m.update([label[:4]], [scores[:4]])
    return mcc.get(), micro.get()


def pcc_of_several_classes(mx):
    nd, metric = mx.nd, mx.metric
    pcc = metric.PCC()
    scores = nd.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7], [0.5, 0.4, 0.1], [0.3, 0.4, 0.3]])
    pcc.update([nd.array([0, 1, 2, 1, 1])], [scores])
    first = pcc.get()
    pcc.update([nd.array([2, 0])], [scores[:2]])
    return first, pcc.get()


def mean_absolute_error(mx):
    nd, metric = mx.nd, mx.metric
    mae = metric.MAE()
    mae.update([nd.array([[1.0], [2.0], [3.0]])], [nd.array([[1.5], [1.0], [3.0]])])
    first = mae.get()
    mae.update(nd.array([0.0]), nd.array([4.0]))
    return first, mae.get()


def mean_squared_errors_of_batches(mx):
    nd, metric = mx.nd, mx.metric
    mse, rmse = metric.MSE(), metric.RMSE()
    for label, pred in (([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]), ([1, 1], [2, 3])):
        for m in (mse, rmse):
            m.update([nd.array(label)], [nd.array(pred)])
    return mse.get(), rmse.get()


def regression_metrics_of_matrices(mx):
    nd, metric = mx.nd, mx.metric
    label, pred = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.array([[1.0, 0.0], [3.0, 5.0]])
    results = []
    for name in ("mae", "mse", "rmse"):
        m = metric.create(name)
        m.update([label], [pred])
        results.append(m.get())
    return results


def labels_as_vectors_and_columns_of_predictions(mx):
    nd, metric = mx.nd, mx.metric
    label, pred = nd.array([1.0, 2.0, 3.0]), nd.array([[1.5], [2.0], [2.0]])
    results = []
    for name in ("mae", "mse", "rmse"):
        m = metric.create(name)
        m.update([label], [pred])
        results.append(m.get())
    return results


def cross_entropy_and_likelihood(mx):
    nd, metric = mx.nd, mx.metric
    probabilities, label = nd.array([[0.3, 0.7], [0.0, 1.0], [0.4, 0.6]]), nd.array([0, 1, 1])
    results = []
    for m in (
        metric.CrossEntropy(),
        metric.CrossEntropy(eps=0.01),
        metric.NegativeLogLikelihood(),
        metric.create("nll_loss"),
        metric.create("ce"),
    ):
        m.update([label], [probabilities])
        results.append(m.get())
    return results


def perplexity(mx):
    nd, metric = mx.nd, mx.metric
    probabilities, label = nd.array([[0.3, 0.7], [0.1, 0.9], [0.4, 0.6]]), nd.array([0, 1, 1])
    plain, ignoring = metric.Perplexity(ignore_label=None), metric.Perplexity(ignore_label=0)
    for m in (plain, ignoring):
        m.update([label], [probabilities])
    return plain.get(), ignoring.get()


def pearson_correlation(mx):
    nd, metric = mx.nd, mx.metric
    pearson, micro = metric.PearsonCorrelation(), metric.PearsonCorrelation(average="micro")
    for label, pred in (([1, 0, 3, 2], [0.5, 0.1, 2.0, 2.5]), ([1, 2, 3], [3, 1, 2])):
        for m in (pearson, micro):
            m.update([nd.array(label)], [nd.array(pred)])
    return pearson.get(), micro.get()


def loss_metric(mx):
    nd, metric = mx.nd, mx.metric
    loss = metric.Loss()
    loss.update(None, [nd.array([1.0, 2.0, 3.0])])
    first = loss.get()
    loss.update(None, nd.array([6.0]))
    return first, loss.get(), metric.Loss(name="l").name


def loss_metric_in_a_training_loop(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.One())
    trainer, seen = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}), mx.metric.Loss("train loss")
    x, y = nd.array([[1.0, 2.0], [0.5, 0.5], [2.0, -1.0], [0.0, 1.0]]), nd.array([1.0, 0.0, 0.0, 2.0])
    history = []
    for _ in range(3):
        seen.reset()
        for k in (0, 2):
            with autograd.record():
                loss = gluon.loss.L2Loss()(net(x[k : k + 2]), y[k : k + 2])
            loss.backward()
            trainer.step(2)
            seen.update(None, [loss])
        history.append(seen.get())
    return history


def composite_metric(mx):
    nd, metric = mx.nd, mx.metric
    both = metric.CompositeEvalMetric()
    both.add(metric.Accuracy())
    both.add("f1")
    both.update([nd.array([0, 1, 1])], [nd.array([[0.3, 0.7], [0.0, 1.0], [0.4, 0.6]])])
    names, values = both.get()
    both.reset()
    return names, values, both.get_metric(0).name, [bool(np.isnan(v)) for v in both.get()[1]]


def composite_metric_from_a_list(mx):
    nd, metric = mx.nd, mx.metric
    both = metric.create(["acc", metric.CrossEntropy()])
    both.update(labels=[nd.array([0, 1])], preds=[nd.array([[0.3, 0.7], [0.2, 0.8]])])
    return both.get(), both.get_name_value(), type(both).__name__


def metrics_from_functions(mx):
    nd, metric = mx.nd, mx.metric

    def worst(label, pred):
        return np.abs(label - pred).max()

    made = metric.CustomMetric(worst), metric.create(worst), metric.CustomMetric(worst, name="w"), metric.np(worst, name="n")
    for m in made:
        m.update([nd.array([1.0, 2.0, 3.0])], [nd.array([1.0, 2.5, 2.0])])
    return [m.get() for m in made]


def metric_from_a_function_with_counts(mx):
    nd, metric = mx.nd, mx.metric

    def hits(label, pred):
        return (label == pred.argmax(axis=1)).sum(), label.size

    m = metric.CustomMetric(hits, name="hits")
    m.update([nd.array([0, 1, 1])], [nd.array([[0.3, 0.7], [0.0, 1.0], [0.4, 0.6]])])
    m.update([nd.array([1])], [nd.array([[0.3, 0.7]])])
    return m.get()


def metric_of_ones_own(mx):
    nd, metric = mx.nd, mx.metric

    class Within(metric.EvalMetric):
        def __init__(self, tolerance=0.5, name="within", **kwargs):
            super().__init__(name, **kwargs)
            self.tolerance = tolerance

        def update(self, labels, preds):
            for label, pred in zip(labels, preds, strict=True):
                close = (label - pred).abs() <= self.tolerance
                self.sum_metric += close.sum().asscalar()
                self.num_inst += label.size

    m = Within()
    m.update([nd.array([1.0, 2.0, 3.0])], [nd.array([1.2, 3.0, 2.6])])
    return m.get(), m.name, str(m)


def registered_metric_by_name(mx):
    nd, metric = mx.nd, mx.metric

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")

        @metric.register
        class CountOfBatches(metric.EvalMetric):
            def __init__(self, name="batches", **kwargs):
                super().__init__(name, **kwargs)

            def update(self, labels, preds):
                self.sum_metric += len(labels)
                self.num_inst += 1

    m = metric.create("countofbatches")
    m.update([nd.ones((1,)), nd.ones((1,))], [nd.ones((1,)), nd.ones((1,))])
    return m.get(), type(m).__name__


def metric_names_and_unknown_names(mx):
    metric = mx.metric
    names = ["acc", "accuracy", "ce", "f1", "mae", "mse", "rmse", "mcc", "pcc", "pearsonr", "loss"]
    kinds = [type(metric.create(name)).__name__ for name in names]
    try:
        metric.create("nothing of the kind")
    except (AssertionError, ValueError):
        return kinds, "unknown"
    return kinds, "known"


def unequal_lengths_are_refused(mx):
    nd = mx.nd
    answers = []
    for metric in (mx.metric.Accuracy(), mx.metric.MSE(), mx.metric.F1()):
        try:
            metric.update([nd.array([0, 1])], [nd.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])])
            answers.append("accepted")
        except ValueError:
            answers.append("refused")
    try:
        mx.metric.Accuracy().update([nd.array([0])], [])
    except ValueError:
        answers.append("refused")
    return answers


def several_outputs_at_once(mx):
    nd, metric = mx.nd, mx.metric
    labels, preds = [nd.array([0, 1]), nd.array([1, 1])], [nd.array([[0.9, 0.1], [0.8, 0.2]]), nd.array([[0.4, 0.6], [0.3, 0.7]])]
    acc, mse = metric.Accuracy(), metric.MSE()
    acc.update(labels, preds)
    mse.update(labels, [p[:, 1] for p in preds])
    return acc.get(), mse.get()


def update_from_dictionaries(mx):
    nd, metric = mx.nd, mx.metric
    acc = metric.Accuracy(output_names=["scores"], label_names=["kind"])
    acc.update_dict(
        {"kind": nd.array([0, 1]), "other": nd.array([5, 5])}, {"scores": nd.array([[0.9, 0.1], [0.8, 0.2]]), "aux": nd.ones((2, 2))}
    )
    return acc.get()


def metric_strings_and_config(mx):
    metric = mx.metric
    acc, top = metric.Accuracy(), metric.TopKAccuracy(top_k=3)
    config = top.get_config()
    return (
        acc.get_config()["metric"],
        acc.get_config()["name"],
        config["name"],
        config["top_k"],
        str(metric.MSE(name="m")).startswith("EvalMetric"),
    )


def evaluate_accuracy_helper(mx):
    nd, gluon = mx.nd, mx.gluon

    def evaluate(net, loader):
        acc = mx.metric.Accuracy()
        for x, y in loader:
            acc.update(preds=nd.argmax(net(x), axis=1), labels=y)
        return acc.get()[1]

    net = gluon.nn.Dense(2, in_units=2)
    net.initialize(mx.init.Normal(1))
    x = nd.random.normal(shape=(12, 2))
    dataset = gluon.data.ArrayDataset(x, (x[:, 0] > x[:, 1]).astype("float32"))
    return evaluate(net, gluon.data.DataLoader(dataset, 5))
