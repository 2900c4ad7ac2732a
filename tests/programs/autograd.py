"""Programs about recording, differentiating and writing gradients."""

import numpy as np


def gradient_of_a_quadratic(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.arange(4).reshape((4, 1))
    x.attach_grad()
    with autograd.record():
        y = 2 * nd.dot(x.T, x)
    y.backward()
    return y, x.grad, bool((x.grad - 4 * x).norm().asscalar() == 0)


def backward_of_a_vector_sums_over_its_elements(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x * 3
    result = y.backward()
    return result, x.grad, x.grad.shape == x.shape


def the_gradient_before_and_after_attach(mx):
    x = mx.nd.array([1.0, 2.0])
    before = x.grad
    x.attach_grad()
    return before, x.grad


def recording_and_training_flags_nest(mx):
    autograd = mx.autograd

    def flags():
        return [bool(autograd.is_recording()), bool(autograd.is_training())]

    seen = [flags()]
    with autograd.record():
        seen.append(flags())
        with autograd.pause():
            seen.append(flags())
        with autograd.pause(train_mode=True):
            seen.append(flags())
        with autograd.predict_mode():
            seen.append(flags())
            with autograd.train_mode():
                seen.append(flags())
        seen.append(flags())
    with autograd.record(train_mode=False):
        seen.append(flags())
    with autograd.train_mode():
        seen.append(flags())
    seen.append(flags())
    return seen


def set_recording_and_set_training_return_the_previous_state(mx):
    autograd = mx.autograd
    answers = [autograd.set_recording(True), autograd.set_recording(False), autograd.set_training(True), autograd.set_training(False)]
    return [bool(a) for a in answers], bool(autograd.is_recording()), bool(autograd.is_training())


def set_recording_by_hand(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    autograd.set_recording(True)
    autograd.set_training(True)
    y = nd.square(x)
    autograd.set_recording(False)
    autograd.set_training(False)
    y.backward()
    return x.grad


def flags_are_restored_after_an_error(mx):
    autograd = mx.autograd
    try:
        with autograd.record():
            raise ValueError
    except ValueError:
        pass
    return bool(autograd.is_recording()), bool(autograd.is_training())


def operations_in_pause_are_constants(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = x * x
        with autograd.pause():
            scale = nd.exp(x) / nd.exp(x).sum()
        z = (y * scale).sum()
    z.backward()
    return scale, x.grad


def dropout_follows_the_mode(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.ones((20, 20))
    outside = nd.Dropout(x, p=0.5)
    with autograd.train_mode():
        training = nd.Dropout(x, p=0.5)
    with autograd.record(train_mode=False):
        recorded_predicting = nd.Dropout(x, p=0.5)
    with autograd.record():
        recorded = nd.Dropout(x, p=0.5)
        with autograd.predict_mode():
            predicting = nd.Dropout(x, p=0.5)
    values = [sorted(set(y.asnumpy().ravel().tolist())) for y in (outside, training, recorded_predicting, recorded, predicting)]
    always = nd.Dropout(x, p=0.5, mode="always")
    return values, sorted(set(always.asnumpy().ravel().tolist()))


def dropout_gradient_is_its_mask(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.ones((30, 30))
    x.attach_grad()
    with autograd.record():
        y = nd.Dropout(x, p=0.25)
    y.backward()
    kept = float((y > 0).mean().asscalar())
    return bool((y.asnumpy() == x.grad.asnumpy()).all()), 0.65 < kept < 0.85


def head_gradients(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = x * x
    y.backward(nd.array([1.0, 0.1, 0.01]))
    by_position = x.grad.copy()
    with autograd.record():
        y = x * x
    y.backward(out_grad=nd.array([0.0, 1.0, 0.0]))
    return by_position, x.grad


def backward_of_several_heads(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        a = nd.exp(x)
        b = x * 5
    autograd.backward([a, b])
    both = x.grad.copy()
    with autograd.record():
        a = x * x
        b = x * 5
    autograd.backward([a, b], [nd.array([1.0, 2.0]), None])
    with_heads = x.grad.copy()
    with autograd.record():
        a = x * x
    autograd.backward(a, head_grads=nd.array([3.0, 3.0]))
    return both, with_heads, x.grad


def backward_over_a_list_of_losses(mx):
    nd, autograd = mx.nd, mx.autograd
    w = nd.array([0.5, -0.5])
    w.attach_grad()
    data = [nd.array([1.0, 2.0]), nd.array([3.0, 4.0])]
    with autograd.record():
        losses = [(w * d).sum() ** 2 for d in data]
    autograd.backward(losses)
    return losses, w.grad


def retained_graph_can_be_used_again(mx):
    x = mx.nd.array([2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x**3
    y.backward(retain_graph=True)
    first = x.grad.copy()
    y.backward(mx.nd.array([1.0, 10.0]))
    return first, x.grad


def backward_twice_needs_retain_graph(mx):
    x = mx.nd.array([2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
    y.backward()
    try:
        y.backward()
    except mx.base.MXNetError:
        return "refused", x.grad
    return "accepted", x.grad


def backward_outside_record_is_refused(mx):
    x = mx.nd.array([2.0, 3.0])
    x.attach_grad()
    y = x * 2
    try:
        y.backward()
    except mx.base.MXNetError:
        return "refused", x.grad
    return "accepted", x.grad


def in_place_while_recording_is_refused(mx):
    nd, autograd = mx.nd, mx.autograd
    answers = []

    def attempt(change):
        x = nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        try:
            with autograd.record():
                y = x * 2
                change(x, y)
            answers.append("accepted")
        except mx.base.MXNetError:
            answers.append("refused")

    def add(x, y):
        y += x

    def assign(x, y):
        y[0] = 1.0

    attempt(add)
    attempt(assign)
    return answers


def in_place_updates_outside_record(mx):
    nd, autograd = mx.nd, mx.autograd
    w = nd.array([1.0, -1.0])
    w.attach_grad()
    seen = []
    for _ in range(3):
        with autograd.record():
            loss = ((w - 3) ** 2).sum()
        loss.backward()
        w[:] = w - 0.1 * w.grad
        seen.append(loss)
    w -= 0.1 * w.grad
    return seen, w, w.grad


def grad_req_add_accumulates(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad(grad_req="add")
    seen = []
    for k in range(3):
        with autograd.record():
            y = (k + 1) * x * x
        y.backward()
        seen.append(x.grad.copy())
    x.grad[:] = 0
    with autograd.record():
        y = x + x
    y.backward()
    return seen, x.grad


def grad_req_write_overwrites_and_null_ignores(mx):
    nd, autograd = mx.nd, mx.autograd
    x, w = nd.array([1.0, 2.0]), nd.array([3.0, 4.0])
    x.attach_grad("write")
    w.attach_grad("null")
    with autograd.record():
        y = x * w
    y.backward()
    with autograd.record():
        y = x * w * w
    y.backward()
    return x.grad, w.grad


def detach_stops_the_gradient(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        u = y.detach()
        z = u * x
    z.backward()
    through_detached = x.grad.copy()
    y.backward()
    return through_detached, x.grad, u.grad


def detached_arrays_share_their_values(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    d = x.detach()
    d[:] = 7
    return x, d


def blockgrad_and_stop_gradient(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    seen = []
    for stop in (nd.BlockGrad, nd.stop_gradient, lambda a: a.detach()):
        with autograd.record():
            y = x * stop(x) + stop(x * x)
        y.backward()
        seen.append(x.grad.copy())
    return seen


def attach_grad_on_an_intermediate_cuts_the_graph(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = x * 3
        y.attach_grad()
        z = y * y
    z.backward()
    return x.grad, y.grad


def backward_on_a_leaf_gives_ones(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    x.backward()
    return x.grad


def mark_variables_with_own_gradient_arrays(mx):
    nd, autograd = mx.nd, mx.autograd
    x, w = nd.array([1.0, 2.0]), nd.array([3.0, 4.0])
    gx, gw = nd.zeros((2,)), nd.zeros((2,))
    autograd.mark_variables([x, w], [gx, gw])
    with autograd.record():
        y = x * w + x
    y.backward()
    return gx, gw, x.grad, w.grad


def mark_variables_with_different_requests(mx):
    nd, autograd = mx.nd, mx.autograd
    x, w, b = nd.array([1.0, 2.0]), nd.array([3.0, 4.0]), nd.array([0.5, 0.5])
    grads = [nd.ones((2,)), nd.ones((2,)), nd.ones((2,))]
    autograd.mark_variables([x, w, b], grads, ["write", "add", "null"])
    for _ in range(2):
        with autograd.record():
            y = x * w + b
        y.backward()
    return grads


def mark_a_single_variable(mx):
    nd, autograd = mx.nd, mx.autograd
    x, g = nd.array([1.0, 2.0]), nd.zeros((2,))
    autograd.mark_variables(x, g, grad_reqs="add")
    for _ in range(2):
        with autograd.record():
            y = nd.square(x)
        y.backward()
    return g


def grad_returns_and_leaves_the_attribute_alone(mx):
    nd, autograd = mx.nd, mx.autograd
    x, w = nd.array([1.0, 2.0]), nd.array([3.0, 5.0])
    x.attach_grad()
    w.attach_grad()
    with autograd.record():
        y = x * w * w
    one = autograd.grad(y, x, retain_graph=True)
    both = autograd.grad(y, [x, w])
    return one, both, x.grad, w.grad, isinstance(one, list), isinstance(both, list)


def grad_with_head_gradients(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 4.0])
    x.attach_grad()
    with autograd.record():
        y, z = nd.log(x), x * x
    return autograd.grad([y, z], [x], head_grads=[nd.array([1.0, 1.0, 1.0]), nd.array([0.0, 1.0, 0.5])])


def second_derivatives_of_named_functions(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.3, 0.7, 1.2])
    x.attach_grad()
    results = {}
    for name in ("exp", "log", "sin", "cos", "sigmoid", "tanh", "square", "sqrt", "reciprocal"):
        with autograd.record():
            y = getattr(nd, name)(x)
            dy = autograd.grad(y, [x], create_graph=True, retain_graph=True)[0]
        dy.backward()
        results[name] = [dy, x.grad.copy()]
    return results


def second_derivatives_by_nested_grad(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.5, 1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = nd.log(x)
        dy = autograd.grad(heads=y, variables=x, create_graph=True)
        ddy = autograd.grad(dy, x)
    return dy, ddy


def third_derivative_of_sin(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.5, 1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = nd.sin(x)
        first = autograd.grad(y, [x], create_graph=True)[0]
        second = autograd.grad(first, [x], create_graph=True)[0]
    second.backward()
    return first, second, x.grad


def sigmoid_function_written_by_hand(mx):
    nd, autograd = mx.nd, mx.autograd

    class Sigmoid(autograd.Function):
        def forward(self, x):
            y = 1 / (1 + nd.exp(-x))
            self.save_for_backward(y)
            return y

        def backward(self, dy):
            (y,) = self.saved_tensors
            return dy * y * (1 - y)

    x = nd.array([-1.0, 0.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = Sigmoid()(x)
    y.backward()
    own = x.grad.copy()
    with autograd.record():
        z = nd.sigmoid(x)
    z.backward()
    return y, own, x.grad


def function_with_two_inputs_and_two_outputs(mx):
    nd, autograd = mx.nd, mx.autograd

    class SumAndProduct(autograd.Function):
        def forward(self, a, b):
            self.a, self.b = a, b
            return a + b, a * b

        def backward(self, dsum, dproduct):
            return dsum + dproduct * self.b, dsum + dproduct * self.a

    a, b = nd.array([1.0, 2.0]), nd.array([3.0, 5.0])
    a.attach_grad()
    b.attach_grad()
    with autograd.record():
        s, p = SumAndProduct()(a, b)
        loss = s * 2 + p * p
    loss.backward()
    return s, p, a.grad, b.grad


def function_with_a_straight_through_gradient(mx):
    nd, autograd = mx.nd, mx.autograd

    class RoundStraightThrough(autograd.Function):
        def forward(self, x):
            return x.round()

        def backward(self, dy):
            return dy

    x = nd.array([0.2, 0.8, 1.4])
    w = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = (RoundStraightThrough()(x * 2) * w).sum()
    y.backward()
    outside = RoundStraightThrough()(x)
    return y, x.grad, outside


def gradient_reversal_function_in_a_net(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon

    class Reverse(autograd.Function):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor

        def forward(self, x):
            return x.copy()

        def backward(self, dy):
            return -self.factor * dy

    dense = gluon.nn.Dense(2, in_units=3)
    dense.initialize(mx.init.One())
    x = nd.array([[1.0, 2.0, 3.0]])
    x.attach_grad()
    with autograd.record():
        y = dense(Reverse(0.5)(x))
    y.backward()
    return y, x.grad, dense.weight.grad()


def control_flow_with_a_loop_and_a_branch(mx):
    nd, autograd = mx.nd, mx.autograd

    def f(a):
        b = a * 2
        while b.norm().asscalar() < 1000:
            b = b * 2
        return b if b.sum().asscalar() > 0 else 100 * b

    answers = []
    for value in (1.5, -0.7, 40.0):
        a = nd.array([value])
        a.attach_grad()
        with autograd.record():
            d = f(a)
        d.backward()
        answers.append([d, a.grad, bool((a.grad == d / a).asscalar())])
    return answers


def recursion_over_time_steps(mx):
    nd, autograd = mx.nd, mx.autograd
    w, u = nd.array([[0.5, -0.2], [0.1, 0.3]]), nd.array([[1.0, 0.0], [0.5, -1.0]])
    w.attach_grad()
    u.attach_grad()
    xs = nd.array([[[1.0, 2.0]], [[0.0, 1.0]], [[-1.0, 0.5]]])
    with autograd.record():
        h = nd.zeros((1, 2))
        for x in xs:
            h = nd.tanh(nd.dot(h, w) + nd.dot(x, u))
        loss = h.sum()
    loss.backward()
    return h, w.grad, u.grad


def an_array_used_in_several_places(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        a = x + 1
        b = a * x
        c = nd.concat(a.reshape((1, 2)), b.reshape((1, 2)), dim=0)
        y = (c * c).sum() + x.prod() + x.sum()
    y.backward()
    return y, x.grad


def arithmetic_with_broadcasting(mx):
    nd, autograd = mx.nd, mx.autograd
    results = []
    for operation in (
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a * b,
        lambda a, b: a / b,
        lambda a, b: a**b,
    ):
        a, b = nd.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), nd.array([[2.0], [3.0]])
        a.attach_grad()
        b.attach_grad()
        with autograd.record():
            y = operation(a, b)
        y.backward(nd.array([[1, 2, 3], [4, 5, 6]]))
        results.append([y, a.grad, b.grad])
    return results


def arithmetic_with_numbers_on_either_side(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.5, 1.5, 2.5])
    x.attach_grad()
    results = []
    for f in (
        lambda x: 2 + x,
        lambda x: x - 2,
        lambda x: 2 - x,
        lambda x: x * 3,
        lambda x: x / 4,
        lambda x: 4 / x,
        lambda x: x**3,
        lambda x: 2**x,
        lambda x: -x,
        lambda x: x % 1,
        lambda x: abs(x),
    ):
        with autograd.record():
            y = f(x)
        y.backward()
        results.append([y, x.grad.copy()])
    return results


def maximum_and_minimum_with_arrays_and_numbers(mx):
    nd, autograd = mx.nd, mx.autograd
    a, b = nd.array([1.0, 5.0, -2.0]), nd.array([2.0, 3.0, -4.0])
    a.attach_grad()
    b.attach_grad()
    results = []
    for f in (nd.maximum, nd.minimum, nd.broadcast_maximum, nd.broadcast_minimum):
        with autograd.record():
            y = f(a, b)
        y.backward()
        results.append([y, a.grad.copy(), b.grad.copy()])
    with autograd.record():
        y = nd.maximum(a, 0) + nd.minimum(a, 2)
    y.backward()
    return results, a.grad


def elemwise_and_broadcast_functions(mx):
    nd, autograd = mx.nd, mx.autograd
    a, b = nd.array([[1.0, 2.0], [3.0, 4.0]]), nd.array([[2.0, 0.5], [1.0, 3.0]])
    a.attach_grad()
    b.attach_grad()
    results = []
    for name in ("elemwise_add", "elemwise_sub", "elemwise_mul", "elemwise_div", "broadcast_power", "broadcast_hypot", "broadcast_mod"):
        with autograd.record():
            y = getattr(nd, name)(a, b)
        y.backward()
        results.append([name, y, a.grad.copy(), b.grad.copy()])
    return results


def elementary_functions(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.25, 0.5, 0.8])
    x.attach_grad()
    results = {}
    for name in (
        "exp",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sqrt",
        "rsqrt",
        "cbrt",
        "rcbrt",
        "square",
        "reciprocal",
        "abs",
        "negative",
    ):
        with autograd.record():
            y = getattr(nd, name)(x)
        y.backward(nd.array([1.0, 2.0, 3.0]))
        results[name] = [y, x.grad.copy()]
    return results


def trigonometric_functions(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.25, 0.5, -0.8])
    x.attach_grad()
    results = {}
    for name in ("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arctanh", "degrees", "radians"):
        with autograd.record():
            y = getattr(nd, name)(x)
        y.backward()
        results[name] = [y, x.grad.copy()]
    with autograd.record():
        y = nd.arccosh(x * x + 1.5)
    y.backward()
    return results, y, x.grad


def rounding_functions_have_no_slope(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.3, -1.6, 2.7])
    x.attach_grad()
    results = {}
    for name in ("round", "rint", "floor", "ceil", "trunc", "fix", "sign"):
        with autograd.record():
            y = getattr(nd, name)(x) + x
        y.backward()
        results[name] = [y, x.grad.copy()]
    return results


def activation_functions(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([-2.0, -0.5, 0.5, 3.0])
    x.attach_grad()
    results = {}
    for name in ("relu", "sigmoid", "tanh", "softsign", "hard_sigmoid", "erf"):
        with autograd.record():
            y = getattr(nd, name)(x)
        y.backward()
        results[name] = [y, x.grad.copy()]
    for act_type in ("relu", "sigmoid", "tanh", "softrelu", "softsign"):
        with autograd.record():
            y = nd.Activation(x, act_type=act_type)
        y.backward()
        results["Activation " + act_type] = [y, x.grad.copy()]
    for act_type in ("leaky", "elu", "gelu"):
        with autograd.record():
            y = nd.LeakyReLU(x, act_type=act_type, slope=0.3)
        y.backward()
        results["LeakyReLU " + act_type] = [y, x.grad.copy()]
    return results


def prelu_learns_its_slope(mx):
    nd, autograd = mx.nd, mx.autograd
    x, slope = nd.array([[-2.0, -0.5, 3.0], [1.0, -1.0, -4.0]]), nd.array([0.25, 0.5, 0.1])
    x.attach_grad()
    slope.attach_grad()
    with autograd.record():
        y = nd.LeakyReLU(x, gamma=slope, act_type="prelu")
    y.backward()
    return y, x.grad, slope.grad


def gamma_functions(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.5, 1.5, 4.0])
    x.attach_grad()
    results = []
    for f in (nd.gamma, nd.gammaln, nd.erfinv):
        with autograd.record():
            y = f(x / 5) if f is nd.erfinv else f(x)
        y.backward()
        results.append([y, x.grad.copy()])
    return results


def clip_passes_the_gradient_inside(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([-3.0, -1.0, 0.5, 1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = nd.clip(x, -1, 1) * 2
    y.backward()
    function = x.grad.copy()
    with autograd.record():
        y = x.clip(a_min=0, a_max=1.5)
    y.backward()
    return function, y, x.grad


def subgradients_at_the_kinks(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.0, 0.0])
    x.attach_grad()
    results = []
    for f in (nd.abs, nd.relu, nd.sign, lambda x: nd.maximum(x, nd.zeros((2,))), lambda x: nd.minimum(x, nd.zeros((2,)))):
        with autograd.record():
            y = f(x)
        y.backward()
        results.append(x.grad.copy())
    return results


def smooth_l1_by_scalar(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([-2.0, -0.3, 0.0, 0.4, 3.0])
    x.attach_grad()
    results = []
    for scalar in (1.0, 2.0):
        with autograd.record():
            y = nd.smooth_l1(x, scalar=scalar)
        y.backward()
        results.append([y, x.grad.copy()])
    return results


def softmax_family(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]])
    head = nd.array([[1.0, 0.0, 0.0], [0.0, 2.0, 1.0]])
    x.attach_grad()
    results = []
    for f in (
        nd.softmax,
        nd.log_softmax,
        nd.softmin,
        lambda x: nd.softmax(x, axis=0),
        lambda x: nd.softmax(x, temperature=2.0),
        lambda x: x.log_softmax(axis=0),
    ):
        with autograd.record():
            y = f(x)
        y.backward(head)
        results.append([y, x.grad.copy()])
    return results


def cross_entropy_by_log_softmax_and_pick(mx):
    nd, autograd = mx.nd, mx.autograd
    scores, labels = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), nd.array([1, 0])
    scores.attach_grad()
    with autograd.record():
        loss = -nd.pick(nd.log_softmax(scores), labels)
    loss.backward()
    return loss, scores.grad, nd.softmax(scores) - nd.one_hot(labels, 3)


def softmax_cross_entropy_operator(mx):
    nd, autograd = mx.nd, mx.autograd
    scores, labels = nd.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), nd.array([1, 0])
    scores.attach_grad()
    with autograd.record():
        loss = nd.softmax_cross_entropy(scores, labels)
    loss.backward()
    return loss, scores.grad


def reductions(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 2.0, 4.0], [3.0, 0.5, -1.0]])
    x.attach_grad()
    results = []
    for f in (
        lambda x: x.sum(),
        lambda x: x.mean(),
        lambda x: x.prod(),
        lambda x: x.max(),
        lambda x: x.min(),
        lambda x: x.norm(),
        lambda x: nd.nansum(x),
        lambda x: nd.nanprod(x),
        lambda x: nd.norm(x, ord=1),
    ):
        with autograd.record():
            y = f(x) * 3
        y.backward()
        results.append([y, x.grad.copy()])
    return results


def reductions_along_axes(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.arange(24).reshape((2, 3, 4)) / 10 + 1
    x.attach_grad()
    results = []
    for f in (
        lambda x: x.sum(axis=1),
        lambda x: x.mean(axis=(0, 2)),
        lambda x: nd.prod(x, axis=2, keepdims=True),
        lambda x: nd.max(x, axis=-1),
        lambda x: nd.min(x, axis=0),
        lambda x: nd.sum(x, axis=1, exclude=True),
        lambda x: nd.norm(x, axis=1),
        lambda x: nd.norm(x, ord=2, axis=2, keepdims=True),
    ):
        with autograd.record():
            y = nd.square(f(x))
        y.backward()
        results.append([y, x.grad.copy()])
    return results


def tied_maxima_share_alike(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    x.attach_grad()
    with autograd.record():
        y = x.max(axis=1)
    y.backward()
    return y, x.grad


def dot_products(mx):
    nd, autograd = mx.nd, mx.autograd
    a, b, v = nd.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), nd.array([[1.0, 0.5], [-1.0, 2.0]]), nd.array([1.0, -2.0])
    for array in (a, b, v):
        array.attach_grad()
    results = []
    for f in (
        lambda: nd.dot(a, b),
        lambda: nd.dot(a, v),
        lambda: nd.dot(v, v),
        lambda: nd.dot(b, a, transpose_b=True),
        lambda: nd.dot(a, a, transpose_a=True),
    ):
        with autograd.record():
            y = f()
        y.backward(nd.arange(y.size).reshape(y.shape) + 1)
        results.append([y, a.grad.copy(), b.grad.copy(), v.grad.copy()])
    return results


def batched_matrix_products(mx):
    nd, autograd = mx.nd, mx.autograd
    a, b = nd.arange(12).reshape((2, 2, 3)), nd.arange(12).reshape((2, 3, 2)) / 10
    a.attach_grad()
    b.attach_grad()
    with autograd.record():
        y = nd.batch_dot(a, b)
    y.backward()
    first = [y, a.grad.copy(), b.grad.copy()]
    with autograd.record():
        y = nd.batch_dot(a, b, transpose_a=True, transpose_b=True)
    y.backward(y)
    with autograd.record():
        z = nd.linalg.gemm2(a, b, alpha=2.0)
    z.backward()
    return first, [y, z, a.grad, b.grad]


def fully_connected_with_and_without_bias(mx):
    nd, autograd = mx.nd, mx.autograd
    x, w, b = nd.arange(12).reshape((2, 2, 3)) / 10, nd.arange(12).reshape((2, 6)) / 5, nd.array([1.0, -1.0])
    for array in (x, w, b):
        array.attach_grad()
    with autograd.record():
        y = nd.FullyConnected(x, w, b, num_hidden=2)
    y.backward(nd.array([[1, 2], [3, 4]]))
    flattened = [y, x.grad.copy(), w.grad.copy(), b.grad.copy()]
    w = nd.arange(6).reshape((2, 3))
    w.attach_grad()
    with autograd.record():
        y = nd.FullyConnected(x, w, no_bias=True, num_hidden=2, flatten=False)
    y.backward()
    return flattened, [y, x.grad, w.grad]


def reshaping_and_transposing(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.arange(24).reshape((2, 3, 4))
    x.attach_grad()
    results = []
    for f in (
        lambda x: x.reshape((6, 4)),
        lambda x: x.reshape((0, -1)),
        lambda x: nd.reshape(x, shape=(-3, 0)),
        lambda x: x.T,
        lambda x: nd.transpose(x, axes=(1, 0, 2)),
        lambda x: nd.swapaxes(x, 0, 2),
        lambda x: x.expand_dims(1).squeeze(axis=1),
        lambda x: nd.flatten(x),
        lambda x: nd.flip(x, axis=1),
        lambda x: nd.moveaxis(x, 0, 2),
        lambda x: x.reshape_like(nd.zeros((4, 6))),
    ):
        with autograd.record():
            y = f(x)
            z = y * nd.arange(24).reshape(y.shape)
        z.backward()
        results.append([y.shape, x.grad.copy()])
    return results


def copies_along_axes(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 2.0, 3.0]])
    x.attach_grad()
    results = []
    for f in (
        lambda x: nd.tile(x, reps=(2, 2)),
        lambda x: nd.repeat(x, repeats=2, axis=1),
        lambda x: x.broadcast_to((4, 3)),
        lambda x: nd.broadcast_axes(x, axis=0, size=3),
        lambda x: nd.broadcast_like(x, nd.zeros((2, 3))),
        lambda x: nd.stack(x, x * 2, axis=0),
        lambda x: nd.concat(x, x, x * x, dim=1),
    ):
        with autograd.record():
            y = f(x)
        y.backward(nd.arange(y.size).reshape(y.shape))
        results.append([y, x.grad.copy()])
    return results


def indexing_and_slicing(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.arange(12).reshape((3, 4))
    x.attach_grad()
    results = []
    for f in (
        lambda x: x[1],
        lambda x: x[1:3],
        lambda x: x[:, 2],
        lambda x: x[0, 1:4:2],
        lambda x: x[-1, -1],
        lambda x: x[[0, 0, 2]],
        lambda x: x[nd.array([2, 1])],
        lambda x: nd.slice(x, begin=(0, 1), end=(2, 3)),
        lambda x: nd.slice_axis(x, axis=1, begin=-2, end=None),
        lambda x: nd.slice_like(x, nd.zeros((2, 2))),
    ):
        with autograd.record():
            y = f(x)
            z = y * y
        z.backward()
        results.append([y, x.grad.copy()])
    return results


def gathering(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    x.attach_grad()
    results = []
    for f in (
        lambda x: nd.take(x, nd.array([0, 2, 2, 1])),
        lambda x: x.take(nd.array([1, 1]), axis=1),
        lambda x: nd.pick(x, nd.array([0, 1, 0]), axis=1),
        lambda x: nd.Embedding(nd.array([[0, 2], [2, 2]]), x, input_dim=3, output_dim=2),
        lambda x: nd.gather_nd(x, nd.array([[0, 2, 2], [1, 0, 0]])),
        lambda x: nd.where(nd.array([[1, 0], [0, 1], [1, 1]]), x, x * 10),
    ):
        with autograd.record():
            y = f(x)
        y.backward(nd.arange(y.size).reshape(y.shape) + 1)
        results.append([y, x.grad.copy()])
    return results


def splitting(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    x.attach_grad()
    with autograd.record():
        a, b = nd.split(x, num_outputs=2, axis=1)
        y = a * b + a
    y.backward()
    both = x.grad.copy()
    with autograd.record():
        rows = x.split(num_outputs=2, axis=0, squeeze_axis=True)
        z = rows[0] * 3
    z.backward()
    return y, both, z, x.grad


def where_and_masking(mx):
    nd, autograd = mx.nd, mx.autograd
    x, y = nd.array([1.0, -2.0, 3.0]), nd.array([10.0, 20.0, 30.0])
    x.attach_grad()
    y.attach_grad()
    with autograd.record():
        z = nd.where(x > 0, x * 2, y)
    z.backward()
    chosen = [z, x.grad.copy(), y.grad.copy()]
    with autograd.record():
        z = (x > 0) * x + (x <= 0) * 0.1 * x
    z.backward()
    return chosen, z, x.grad


def adding_many_arrays(mx):
    nd, autograd = mx.nd, mx.autograd
    arrays = [nd.array([k, k + 1]) for k in range(3)]
    for array in arrays:
        array.attach_grad()
    with autograd.record():
        y = nd.add_n(*arrays) * arrays[0] + nd.ElementWiseSum(arrays[1], arrays[1])
    y.backward()
    return y, [array.grad for array in arrays]


def normalising(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[3.0, 4.0], [1.0, -1.0]])
    x.attach_grad()
    with autograd.record():
        y = nd.L2Normalization(x)
    y.backward(nd.array([[1.0, 0.0], [2.0, 1.0]]))
    first = [y, x.grad.copy()]
    gamma, beta = nd.array([1.0, 2.0, 0.5]), nd.array([0.0, 1.0, 2.0])
    z = nd.array([[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]])
    for array in (z, gamma, beta):
        array.attach_grad()
    with autograd.record():
        y = nd.LayerNorm(z, gamma, beta, axis=-1, eps=1e-5)
    y.backward(nd.array([[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]]))
    return first, [y, z.grad, gamma.grad, beta.grad]


def sorting_routes_the_gradient(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[3.0, 1.0, 2.0], [0.0, 5.0, -1.0]])
    x.attach_grad()
    with autograd.record():
        y = nd.sort(x, axis=1)
    y.backward(nd.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    ordered = x.grad.copy()
    with autograd.record():
        y = nd.topk(x, k=2, ret_typ="value", axis=1)
    y.backward()
    return ordered, y, x.grad


def casting_carries_the_gradient_back(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = x.astype("float64") ** 2
        z = nd.cast(y, dtype="float32") * 3
    z.backward()
    return np.dtype(y.dtype).name, z, np.dtype(x.grad.dtype).name, x.grad


def copying_carries_the_gradient_back(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = x.copy() * x
        z = y.as_in_context(mx.cpu(1)) * 2
    z.backward()
    return z.context == mx.cpu(1), x.grad


def float64_gradients(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([0.1, 0.2, 0.3], dtype="float64")
    x.attach_grad()
    with autograd.record():
        y = nd.exp(nd.sin(x) * x).sum()
    y.backward()
    return y, x.grad


def logistic_regression_by_hand(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[0.5, 1.0], [1.5, -0.5], [-1.0, 0.5], [-0.5, -1.5]])
    y = nd.array([1, 1, 0, 0])
    w, b = nd.zeros((2, 1)), nd.zeros((1,))
    w.attach_grad()
    b.attach_grad()
    losses = []
    for _ in range(10):
        with autograd.record():
            p = nd.sigmoid(nd.dot(x, w) + b).reshape((-1,))
            loss = -(y * nd.log(p) + (1 - y) * nd.log(1 - p)).mean()
        loss.backward()
        for parameter in (w, b):
            parameter[:] = parameter - 0.5 * parameter.grad
        losses.append(loss.asscalar())
    return losses, w, b


def gradient_check_by_differences(mx):
    nd, autograd = mx.nd, mx.autograd

    def f(x):
        return (nd.sigmoid(x) * nd.log(x + 2)).sum()

    x = nd.array([0.3, -0.4, 1.2], dtype="float64")
    x.attach_grad()
    with autograd.record():
        y = f(x)
    y.backward()
    h, differences = 1e-5, []
    for i in range(3):
        e = nd.zeros((3,), dtype="float64")
        e[i] = h
        differences.append(((f(x + e) - f(x - e)) / (2 * h)).asscalar())
    return x.grad, bool(np.allclose(differences, x.grad.asnumpy(), rtol=1e-6))


def gradient_with_respect_to_the_input_image(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(3, in_units=4)
    net.initialize(mx.init.Normal(0.5))
    x = nd.array([[0.1, 0.2, 0.3, 0.4]])
    x.attach_grad()
    with autograd.record(train_mode=False):
        loss = gluon.loss.SoftmaxCrossEntropyLoss()(net(x), nd.array([2]))
    loss.backward(train_mode=False)
    return loss, x + 0.1 * x.grad.sign(), x.grad


def gradients_of_a_gradient_penalty_with_a_dense_layer(mx):
    nd, autograd, gluon = mx.nd, mx.autograd, mx.gluon
    net = gluon.nn.Dense(1, in_units=2, use_bias=False)
    net.initialize(mx.init.Constant(0.5))
    x = nd.array([[1.0, 2.0], [3.0, 4.0]])
    x.attach_grad()
    with autograd.record():
        y = net(x)
        dx = autograd.grad(y, [x], create_graph=True, retain_graph=True)[0]
        penalty = nd.square(dx)
    penalty.backward()
    return dx, net.weight.grad()


def padding_and_diagonals(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.arange(4).reshape((2, 2))
    x.attach_grad()
    results = []
    for f in (
        lambda x: nd.pad(x.reshape((1, 1, 2, 2)), mode="constant", pad_width=(0, 0, 0, 0, 1, 1, 0, 1), constant_value=5),
        lambda x: nd.pad(x.reshape((1, 1, 2, 2)), mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 0, 1)),
        lambda x: nd.diag(x),
        lambda x: nd.diag(x[0]),
        lambda x: nd.cumsum(x, axis=1),
    ):
        with autograd.record():
            y = f(x)
        y.backward(nd.arange(y.size).reshape(y.shape) + 1)
        results.append([y, x.grad.copy()])
    return results


def scattering_and_masking(mx):
    nd, autograd = mx.nd, mx.autograd
    x, v = nd.arange(4).reshape((2, 2)), nd.array([5.0, 6.0])
    x.attach_grad()
    v.attach_grad()
    with autograd.record():
        y = nd.scatter_nd(v, nd.array([[0, 1], [1, 1]]), shape=(2, 2)) * x
        z = nd.SequenceMask(x, sequence_length=nd.array([1, 2]), use_sequence_length=True, value=-1)
        total = y.sum() + (z * z).sum()
    total.backward()
    return y, z, x.grad, v.grad


def comparisons_and_indices_are_constants(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([[1.0, 3.0, 2.0], [5.0, 4.0, 6.0]])
    x.attach_grad()
    with autograd.record():
        y = (x > 2) * x + nd.argmax(x, axis=1).reshape((2, 1)) + (x == 3) + nd.one_hot(nd.argmin(x, axis=1), 3) * x
    y.backward()
    return y, x.grad


def gradients_of_two_losses_one_after_the_other(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        a = (x * x).sum()
        b = (3 * x).sum()
    a.backward()
    first = x.grad.copy()
    b.backward()
    return first, x.grad


def recording_twice_makes_one_graph(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = x * x
    untracked = y * 5
    with autograd.record():
        z = y * 3
    z.backward()
    return untracked, x.grad


def attaching_again_resets_the_gradient(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = x * x
    y.backward()
    before = x.grad.copy()
    x.attach_grad()
    return before, x.grad


def a_shape_mismatch_is_refused(mx):
    nd, autograd = mx.nd, mx.autograd
    x = nd.ones((2, 3))
    x.attach_grad()
    try:
        with autograd.record():
            y = nd.dot(x, nd.ones((4, 2)))
        y.wait_to_read()
    except (mx.base.MXNetError, ValueError):
        return "refused", bool(autograd.is_recording())
    return "accepted"
