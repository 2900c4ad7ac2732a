"""Programs about gluon's losses: values, weights, axes and gradients."""


def _with_gradient(mx, loss, pred, *others):
    pred.attach_grad()
    with mx.autograd.record():
        value = loss(pred, *others)
    value.backward()
    return [value, pred.grad.copy()]


def l2_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0], [3.0, -4.0], [0.5, 0.0]]), nd.array([[0.0, 2.0], [1.0, -1.0], [0.5, 1.0]])
    outside = loss.L2Loss()(pred, label)
    return outside, _with_gradient(mx, loss.L2Loss(), pred, label), _with_gradient(mx, loss.L2Loss(weight=3.0), pred, label)


def l2_loss_reshapes_the_label(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0], [2.0], [4.0]]), nd.array([0.0, 1.0, 1.0])
    return _with_gradient(mx, loss.L2Loss(), pred, label)


def l1_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0], [3.0, -4.0]]), nd.array([[0.0, 2.0], [1.0, -1.0]])
    return (
        loss.L1Loss()(pred, label),
        _with_gradient(mx, loss.L1Loss(), pred, label),
        _with_gradient(mx, loss.L1Loss(weight=0.5), pred, label),
        _with_gradient(mx, loss.L1Loss(), pred, label, nd.array([[2.0], [0.0]])),
    )


def sample_weights_by_example_and_by_element(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0], [3.0, -4.0]]), nd.array([[0.0, 1.0], [1.0, -1.0]])
    by_example, by_element = nd.array([[1.0], [0.5]]), nd.array([[1.0, 0.0], [2.0, 1.0]])
    l2 = loss.L2Loss(weight=2.0)
    return _with_gradient(mx, l2, pred, label, by_example), _with_gradient(mx, l2, pred, label, by_element), l2(pred, label, by_example)


def batch_axis_of_one(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.arange(12).reshape((2, 3, 2)) / 4, nd.ones((2, 3, 2))
    results = [_with_gradient(mx, block(batch_axis=1), pred, label) for block in (loss.L2Loss, loss.L1Loss, loss.HuberLoss)]
    return results, loss.L2Loss(batch_axis=2)(pred, label), loss.L2Loss()(pred, label)


def mean_over_all_but_the_batch(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.random.uniform(shape=(4, 2, 3)), nd.random.uniform(shape=(4, 2, 3))
    value = loss.L2Loss()(pred, label)
    return value, value.shape, ((pred - label) ** 2 / 2).mean(axis=(1, 2)), value.mean(), value.sum().asscalar()


def sigmoid_binary_cross_entropy_of_logits(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.5, -1.0], [3.0, 0.2], [-20.0, 30.0]]), nd.array([[1, 0], [0, 1], [1, 1]])
    bce = loss.SigmoidBinaryCrossEntropyLoss()
    return (
        bce(pred, label),
        _with_gradient(mx, bce, pred, label),
        _with_gradient(mx, loss.SigmoidBCELoss(weight=0.5), pred, label, nd.array([[1.0], [2.0], [0.0]])),
        loss.SigmoidBCELoss is loss.SigmoidBinaryCrossEntropyLoss,
    )


def sigmoid_binary_cross_entropy_of_probabilities(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.5, 0.1], [0.9, 0.25]]), nd.array([[1, 0], [0, 1]])
    bce = loss.SigmoidBinaryCrossEntropyLoss(from_sigmoid=True)
    certain = bce(nd.array([[0.0], [1.0]]), nd.array([[0.0], [1.0]]))
    return _with_gradient(mx, bce, pred, label), bool((certain < 1e-6).asnumpy().all())


def sigmoid_binary_cross_entropy_with_pos_weight(mx):
    nd, loss = mx.nd, mx.gluon.loss
    logits, label, weight = nd.array([[0.5, -1.0], [3.0, 0.2]]), nd.array([[1, 0], [0, 1]]), nd.array([[2.0, 3.0]])
    probabilities = nd.sigmoid(logits)
    return (
        _with_gradient(mx, loss.SigmoidBCELoss(), logits, label, None, weight),
        _with_gradient(mx, loss.SigmoidBCELoss(from_sigmoid=True), probabilities, label, None, weight),
        loss.SigmoidBCELoss()(logits, label, nd.array([[1.0], [0.5]]), weight),
    )


def binary_classifier_labels_as_a_vector(mx):
    nd, loss = mx.nd, mx.gluon.loss
    return _with_gradient(mx, loss.SigmoidBCELoss(), nd.array([[0.3], [-0.7], [1.5]]), nd.array([1, 0, 1]))


def softmax_cross_entropy_with_class_numbers(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), nd.array([2, 1])
    ce = loss.SoftmaxCrossEntropyLoss()
    return ce(pred, label), _with_gradient(mx, ce, pred, label), loss.SoftmaxCELoss is loss.SoftmaxCrossEntropyLoss, ce(pred, label).shape


def softmax_cross_entropy_with_integer_labels(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]])
    return [loss.SoftmaxCELoss()(pred, nd.array([2, 1], dtype=dtype)) for dtype in ("int32", "int64", "float32")]


def softmax_cross_entropy_with_probability_labels(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), nd.array([[0.1, 0.2, 0.7], [0.0, 1.0, 0.0]])
    return _with_gradient(mx, loss.SoftmaxCrossEntropyLoss(sparse_label=False), pred, label)


def softmax_cross_entropy_from_log_probabilities(mx):
    nd, loss = mx.nd, mx.gluon.loss
    logp = nd.log_softmax(nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]))
    sparse, dense = nd.array([0, 2]), nd.one_hot(nd.array([0, 2]), 3)
    return (
        _with_gradient(mx, loss.SoftmaxCELoss(from_logits=True), logp, sparse),
        _with_gradient(mx, loss.SoftmaxCELoss(from_logits=True, sparse_label=False), logp, dense),
    )


def softmax_cross_entropy_along_another_axis(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred = nd.random.uniform(-1, 1, (2, 3, 4))
    label = nd.array([[0, 1, 2, 0], [2, 2, 1, 0]])
    return _with_gradient(mx, loss.SoftmaxCELoss(axis=1), pred, label), loss.SoftmaxCELoss(axis=1)(pred, label.expand_dims(1))


def softmax_cross_entropy_of_sequences_with_a_mask(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred = nd.random.uniform(-1, 1, (2, 3, 4))
    label, mask = nd.array([[0, 1, 2], [3, 0, 0]]), nd.array([[[1], [1], [1]], [[1], [0], [0]]])
    return _with_gradient(mx, loss.SoftmaxCELoss(), pred, label, mask)


def softmax_cross_entropy_weighted(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), nd.array([2, 1])
    return _with_gradient(mx, loss.SoftmaxCELoss(weight=0.25), pred, label, nd.array([[2.0], [3.0]]))


def softmax_cross_entropy_clips_class_numbers(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]])
    return loss.SoftmaxCELoss()(pred, nd.array([7, -2])), loss.SoftmaxCELoss()(pred, nd.array([2, 0]))


def softmax_cross_entropy_of_large_scores(mx):
    nd, loss = mx.nd, mx.gluon.loss
    return _with_gradient(mx, loss.SoftmaxCELoss(), nd.array([[1000.0, 0.0], [-500.0, -499.0]]), nd.array([1, 0]))


def kl_divergence(mx):
    nd, loss = mx.nd, mx.gluon.loss
    scores = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]])
    target = nd.array([[0.1, 0.2, 0.7], [0.0, 0.5, 0.5]])
    logp = nd.log_softmax(scores)
    return (
        _with_gradient(mx, loss.KLDivLoss(), logp, target),
        _with_gradient(mx, loss.KLDivLoss(from_logits=False), scores, target),
        _with_gradient(mx, loss.KLDivLoss(from_logits=False, axis=0, weight=2.0), scores, target, nd.array([[1.0], [0.5]])),
    )


def huber_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.0, 0.5], [3.0, -2.0]]), nd.array([[0.0, 0.0], [0.0, -1.0]])
    return (
        _with_gradient(mx, loss.HuberLoss(), pred, label),
        _with_gradient(mx, loss.HuberLoss(rho=2.0), pred, label),
        _with_gradient(mx, loss.HuberLoss(rho=0.5, weight=10.0), pred, label, nd.array([[1.0], [0.1]])),
    )


def hinge_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.3, 2.0], [-1.5, 0.2]]), nd.array([[1, 1], [1, -1]])
    return (
        _with_gradient(mx, loss.HingeLoss(), pred, label),
        _with_gradient(mx, loss.HingeLoss(margin=2, weight=0.5), pred, label),
        _with_gradient(mx, loss.HingeLoss(), pred, label, nd.array([[3.0], [1.0]])),
    )


def squared_hinge_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.3, 2.0], [-1.5, 0.2]]), nd.array([[1, 1], [1, -1]])
    return (
        _with_gradient(mx, loss.SquaredHingeLoss(), pred, label),
        _with_gradient(mx, loss.SquaredHingeLoss(margin=0.5, weight=2.0), pred, label, nd.array([[3.0], [1.0]])),
    )


def logistic_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred = nd.array([[0.3], [2.0], [-1.5]])
    signed, binary = nd.array([1, -1, 1]), nd.array([1, 0, 1])
    return (
        _with_gradient(mx, loss.LogisticLoss(), pred, signed),
        _with_gradient(mx, loss.LogisticLoss(label_format="binary"), pred, binary),
        _with_gradient(mx, loss.LogisticLoss(weight=0.5), pred, signed, nd.array([[1.0], [2.0], [3.0]])),
    )


def logistic_loss_refuses_unknown_formats(mx):
    try:
        mx.gluon.loss.LogisticLoss(label_format="other")
    except ValueError:
        return "refused"
    return "accepted"


def triplet_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    anchor = nd.array([[1.0, 2.0], [0.0, 1.0], [0.0, 0.0]])
    positive, negative = nd.array([[1.5, 2.0], [3.0, 1.0], [0.1, 0.0]]), nd.array([[0.0, 0.0], [1.0, 1.0], [5.0, 5.0]])
    return (
        _with_gradient(mx, loss.TripletLoss(), anchor, positive, negative),
        _with_gradient(mx, loss.TripletLoss(margin=3, weight=0.5), anchor, positive, negative),
        loss.TripletLoss()(anchor, positive, negative),
    )


def poisson_negative_log_likelihood(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.5, 1.0], [2.0, 0.1]]), nd.array([[1, 2], [5, 0]])
    return (
        _with_gradient(mx, loss.PoissonNLLLoss(), pred, label),
        _with_gradient(mx, loss.PoissonNLLLoss(from_logits=False), pred, label),
        _with_gradient(mx, loss.PoissonNLLLoss(weight=0.5), pred, label, nd.array([[1.0], [2.0]])),
        loss.PoissonNLLLoss(from_logits=False)(pred, label, None, 0.01),
    )


def poisson_with_stirlings_term_outside_record(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[0.5, 1.0], [2.0, 0.1]]), nd.array([[1, 2], [5, 3]])
    return loss.PoissonNLLLoss(compute_full=True)(pred, label), loss.PoissonNLLLoss(from_logits=False, compute_full=True)(pred, label)


def cosine_embedding_loss(mx):
    nd, loss = mx.nd, mx.gluon.loss
    first = nd.array([[1.0, 2.0, 3.0], [1.0, 0.0, 1.0], [0.5, 0.5, 0.0]])
    second, label = nd.array([[1.0, 2.0, 2.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), nd.array([1, -1, -1])
    return (
        _with_gradient(mx, loss.CosineEmbeddingLoss(), first, second, label),
        _with_gradient(mx, loss.CosineEmbeddingLoss(margin=0.25, weight=2.0), first, second, label),
        loss.CosineEmbeddingLoss()(first, second, label, nd.array([[1.0], [0.5], [0.0]])),
    )


def every_loss_has_one_value_for_each_example(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.random.uniform(0.1, 0.9, (5, 4)), nd.random.uniform(0.1, 0.9, (5, 4))
    blocks = (
        loss.L2Loss(),
        loss.L1Loss(),
        loss.SigmoidBCELoss(),
        loss.SoftmaxCELoss(sparse_label=False),
        loss.KLDivLoss(),
        loss.HuberLoss(),
        loss.HingeLoss(),
        loss.SquaredHingeLoss(),
        loss.LogisticLoss(),
        loss.PoissonNLLLoss(),
    )
    return [[type(block).__name__, block(pred, label).shape] for block in blocks]


def losses_of_several_heads(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(3, in_units=2)
    net.initialize(mx.init.Uniform(0.5))
    x = nd.array([[1.0, 2.0], [0.5, -1.0]])
    with autograd.record():
        y = net(x)
        first = gluon.loss.L2Loss()(y.slice_axis(1, 0, 1), nd.array([1.0, 0.0]))
        second = gluon.loss.SoftmaxCELoss()(y.slice_axis(1, 1, 3), nd.array([0, 1]))
        total = first + 0.5 * second
    total.backward()
    return first, second, net.weight.grad()


def mean_loss_gives_the_mean_gradient(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.One())
    x, y, loss = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.array([1.0, 2.0]), gluon.loss.L2Loss()
    gradients = []
    for reduce in (lambda v: v, lambda v: v.mean(), lambda v: v.sum()):
        with autograd.record():
            value = reduce(loss(net(x), y))
        value.backward()
        gradients.append(net.weight.grad().copy())
    return gradients


def loss_of_ones_own(mx):
    nd, gluon = mx.nd, mx.gluon

    class LogCosh(gluon.loss.Loss):
        def __init__(self, weight=None, batch_axis=0, **kwargs):
            super().__init__(weight, batch_axis, **kwargs)

        def hybrid_forward(self, F, pred, label):
            value = F.log(F.cosh(pred - label))
            return F.mean(value, axis=self._batch_axis, exclude=True)

    pred, label = nd.array([[1.0, 2.0], [3.0, -1.0]]), nd.array([[0.0, 2.0], [1.0, -1.0]])
    return _with_gradient(mx, LogCosh(), pred, label), repr(LogCosh(weight=2.0))


def focal_loss_as_a_block(mx):
    nd, gluon = mx.nd, mx.gluon

    class FocalLoss(gluon.HybridBlock):
        def __init__(self, gamma=2.0, **kwargs):
            super().__init__(**kwargs)
            self._gamma = gamma

        def hybrid_forward(self, F, pred, label):
            p = F.pick(F.softmax(pred), label)
            return -((1 - p) ** self._gamma) * F.log(p)

    return _with_gradient(mx, FocalLoss(), nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), nd.array([0, 1]))


def loss_with_an_l2_penalty(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(1, in_units=3)
    net.initialize(mx.init.Normal(1))
    x, y = nd.random.normal(shape=(4, 3)), nd.random.normal(shape=(4,))
    with autograd.record():
        penalty = (net.weight.data() ** 2).sum() / 2
        value = gluon.loss.L2Loss()(net(x), y).mean() + 0.1 * penalty
    value.backward()
    return value, penalty, net.weight.grad()


def losses_in_float64(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0], [0.5, -1.0]], dtype="float64"), nd.array([[0.1, 0.9], [0.4, 0.6]], dtype="float64")
    blocks = (loss.L2Loss(), loss.L1Loss(), loss.HuberLoss(), loss.SigmoidBCELoss(), loss.SoftmaxCELoss(sparse_label=False))
    return [_with_gradient(mx, block, pred, label) for block in blocks]


def hybridized_losses(mx):
    nd, loss = mx.nd, mx.gluon.loss
    pred, label = nd.array([[1.0, 2.0], [0.5, -1.0]]), nd.array([0, 1])
    ce = loss.SoftmaxCELoss()
    plain = ce(pred, label)
    ce.hybridize()
    return plain, _with_gradient(mx, ce, pred, label)


def wrong_label_shape_is_refused(mx):
    try:
        mx.gluon.loss.L2Loss()(mx.nd.ones((4, 2)), mx.nd.ones((5, 2))).wait_to_read()
    except (ValueError, mx.base.MXNetError):
        return "refused"
    return "accepted"


def gradient_of_softmax_cross_entropy_through_a_net(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(4, activation="relu"), gluon.nn.Dense(3))
    net.initialize(mx.init.Xavier())
    x, y = nd.random.normal(shape=(5, 2)), nd.array([0, 1, 2, 1, 0])
    with autograd.record():
        value = gluon.loss.SoftmaxCrossEntropyLoss()(net(x), y)
    value.backward()
    return value, [p.grad() for layer in net for p in (layer.weight, layer.bias)]
