"""The Trainer: an optimizer applied to a set of parameters."""

from .. import optimizer as opt
from .. import validate
from ..autograd.epoch import EPOCH
from ..autograd.modes import STATE
from ..base import MXNetError
from ..optimizer.table import Impossible, Table
from . import checkpoint
from .parameter import Parameter
from .parameter_dict import ParameterDict

__all__ = ["StaleGradientError", "Trainer"]

REDUCED = 2  # a flag of a leaf: its gradient is the sum over the contexts; a new gradient sets it to 1


class StaleGradientError(UserWarning, RuntimeError):
    """A parameter has had no new gradient since the last step.

    MXNet 1.9.1 raises a UserWarning; code that catches that goes on working.
    """


class Trainer:
    """Update parameters with an optimizer.

    Groups of parameters get factors of the learning rate and of the weight decay of their own by name, at any time:
    ``net.collect_params(".*bias").setattr("wd_mult", 0)``; a parameter with ``grad_req = "null"`` is frozen and has no state. A
    factor of 0 is not the same: its states go on. Two Trainers may share parameters; each gradient serves one step.

    Parameters
    ----------
    params : ParameterDict, dict, or list or tuple of Parameter
        What to train, initialised; see `Block.collect_params`. Of a dict the order is that of the sorted names.
    optimizer : str or Optimizer
        A registered name, or an instance.
    optimizer_params : dict, optional
        Arguments of the optimizer, such as ``{'learning_rate': 0.1}``; only with a name.
    kvstore : {'device', 'local', None}
        How MXNet adds the gradients of several contexts up; here all of these do the same.
    compression_params : None
        There is no compression of gradients.
    update_on_kvstore : bool, optional
        Whether the step is one piece; True forbids `allreduce_grads` and `update`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of this form.
    RuntimeError
        If a parameter has not been initialised.

    Examples
    --------
    >>> from mxedu import autograd, gluon, nd
    >>> net = gluon.nn.Dense(1, use_bias=False, weight_initializer="zeros")
    >>> net.initialize()
    >>> x, y = nd.array([[1.0], [2.0]]), nd.array([2.0, 4.0])
    >>> with autograd.record():
    ...     loss = gluon.loss.L2Loss()(net(x), y)
    >>> loss.backward()
    >>> trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    >>> trainer.step(batch_size=2)
    >>> print(net.weight.data().asnumpy())
    [[2.5]]
    """

    def __init__(
        self, params, optimizer, optimizer_params=None, kvstore="device", compression_params=None, update_on_kvstore=None
    ):
        self._params = _parameter_list(params)
        if kvstore not in ("device", "local", None):
            raise ValueError(f"kvstore must be 'device', 'local' or None: mxedu trains on one machine, got {kvstore!r}")
        if compression_params is not None:
            raise ValueError(f"compression_params must be None: there is no compression of gradients here, got {compression_params!r}")
        self._update_on_kvstore = update_on_kvstore
        for parameter in self._params:
            if parameter._data is None and parameter._pending is None:
                raise parameter._missing()
        if isinstance(optimizer, opt.Optimizer):
            if optimizer_params:
                raise ValueError(
                    f"optimizer_params must be None when optimizer is an instance, got {optimizer_params!r}: "
                    f"pass them to {type(optimizer).__name__}(...) itself"
                )
            served = list(optimizer.param_dict.values())
            if optimizer._index_update_count or (served and served != self._params):
                names = f" ({', '.join(sorted(p.name for p in served))})" if served else ""
                raise ValueError(
                    f"optimizer already serves other parameters or has made steps{names}, and its counts belong to states that a "
                    f"new Trainer does not have: make an instance of {type(optimizer).__name__} for each Trainer"
                )
            self._optimizer = optimizer
        else:
            self._optimizer = opt.create(optimizer, **(optimizer_params or {}))
        self._optimizer.param_dict = dict(enumerate(self._params))
        self._scale = self._optimizer.rescale_grad
        self._updater = opt.get_updater(self._optimizer)
        self._table = self._refused = None  # the fast way, or the epoch in which there is none

    def __getstate__(self):
        """Give what is pickled and copied; the addresses of a table mean nothing elsewhere."""
        return {**vars(self), "_table": None, "_refused": None}

    def __setstate__(self, state):
        """Take that over, and let the optimizer know the parameters again."""
        self.__dict__.update(state)
        self._optimizer.param_dict = dict(enumerate(self._params))

    # As MXNet's own tests look at a Trainer; there is no key-value store.
    _kvstore, _kv_initialized, _params_to_init = None, True, ()

    @property
    def _updaters(self):
        return [self._updater]

    @property
    def optimizer(self):
        """The optimizer."""
        return self._optimizer

    @property
    def learning_rate(self):
        """The learning rate as it was given, or the scheduler's at the present number of updates. To set it: `set_learning_rate`."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, lr):
        raise AttributeError("learning_rate of a Trainer cannot be assigned: call set_learning_rate(lr)")

    def set_learning_rate(self, lr):
        """Set the learning rate.

        Raises
        ------
        UserWarning
            If a scheduler gives the learning rate.
        ValueError, TypeError
            If it is negative or not a number.
        """
        self._optimizer.set_learning_rate(lr)

    def step(self, batch_size, ignore_stale_grad=False):
        """Update every parameter from its gradient divided by `batch_size`. Call after `backward`, outside `record`.

        A loss that gives one number a sample has as gradient the sum over the samples, so this makes the mean of it. After
        ``loss.mean().backward()`` use ``step(1)``. Parameters with grad_req 'null' are left alone. The gradients are not changed;
        clipping happens on the way, and `param.grad()` does not show it.

        Parameters
        ----------
        batch_size : float
            What gradients are divided by; above 0.
        ignore_stale_grad : bool, default False
            Skip parameters that have had no new gradient since their last step, instead of raising.

        Raises
        ------
        StaleGradientError
            If parameters have had no new gradient; it names all of them. Nothing is changed then.
        DeferredInitializationError
            If a parameter's shape is not known yet.
        RuntimeError
            Inside `autograd.record()`.
        """
        self._update(batch_size, ignore_stale_grad, reduce=True)

    def allreduce_grads(self):
        """Add the gradients of each parameter's contexts up, as `step` does first; then they can be changed, and `update` called.

        ``clip_global_norm([p.grad() for p in net.collect_params().values()], max_norm)`` goes between the two.
        """
        self._check_halves("allreduce_grads")
        for parameter in self._params:
            if parameter._grad_req != "null" and len(parameter.list_data()) > 1:
                total = _total(parameter)
                for x in parameter._replicas:
                    x._node.gradient._data[...] = total
                    if x._node.fresh:
                        x._node.flag[0] = REDUCED

    def update(self, batch_size, ignore_stale_grad=False):
        """Do what `step` does after `allreduce_grads`; the arguments are those of `step`."""
        self._check_halves("update")
        self._update(batch_size, ignore_stale_grad, reduce=False)

    def _check_halves(self, name):
        if self._update_on_kvstore:
            raise ValueError(f"{name} is a half of step, which update_on_kvstore=True makes one piece: make the Trainer without it")

    def _update(self, batch_size, ignore_stale_grad, reduce):
        """Update every parameter that has a new gradient; with `reduce`, the sum of its contexts' gradients is taken."""
        if STATE.recording:
            raise MXNetError(
                "Trainer.step inside autograd.record() would change weights that the gradients need: end the `with` block before step"
            )
        if type(batch_size) is not int or batch_size < 1:
            validate.real("batch_size", batch_size, above=0)
        scale, self._optimizer.rescale_grad = self._optimizer.rescale_grad, self._scale / batch_size
        done = False
        try:
            table = self._table
            done = table is not None and 0 not in table.flags and table.current() and table.step()
            done = done or self._step_each(ignore_stale_grad, reduce)
        finally:
            if not done:
                self._optimizer.rescale_grad = scale

    def _step_each(self, ignore_stale_grad, reduce):
        """Look at each parameter, and make a table for the next steps where there can be one; give whether a step was made."""
        indices, weights, grads, stale, divided = [], [], [], [], []
        for i, parameter in enumerate(self._params):
            if parameter._grad_req == "null":
                continue
            weight = parameter._data
            if weight is None:
                raise parameter._missing()
            leaf = weight._node
            if leaf.fresh and (len(parameter._replicas) == 1 or all([x._node.fresh for x in parameter._replicas])):
                indices.append(i)
                weights.append(weight)
                grads.append(leaf.gradient)
                if len(parameter._replicas) > 1:
                    if not reduce and not all([x._node.flag[0] == REDUCED for x in parameter._replicas]):
                        raise ValueError(f"update: {parameter.name} is on several contexts, so call allreduce_grads first, or step instead")
                    divided.append(parameter)
                    if reduce:
                        grads[-1] = type(weight)(_total(parameter))
            else:
                stale.append(parameter.name)
        if stale and not ignore_stale_grad:
            raise StaleGradientError(
                f"no new gradient since the last step for {', '.join(stale)}. Was backward called, and were these layers used in that "
                "forward pass? To leave such parameters as they are, call step(batch_size, ignore_stale_grad=True)"
            )
        if not indices:
            return False
        before, self._table = self._table, None
        if stale:
            self._table = before if before is not None and before.current() else None
        elif not divided and self._refused != EPOCH[0]:
            try:
                table = Table(self._updater, indices, weights, before)
                if table.step():
                    self._table = table
                    return True
            except Impossible:
                self._refused = EPOCH[0]
        self._updater(indices, grads, weights)
        for weight in weights:
            weight._node.fresh = False
        for parameter in divided:
            for x in parameter._replicas:
                x._node.fresh = False
        return True

    def save_states(self, fname):
        """Save all that a training is besides its weights: the optimizer's states, counts and settings, and the random streams.

        Together with `Block.save_parameters` it lets another process go on as if nothing had happened, to the last bit: learning rate
        and schedule, the streams of `mxedu.random`, and NumPy's global one, which shuffles data. Settings are the optimizer's
        attributes that are numbers, words or schedulers of `mxedu.lr_scheduler`; other callables are not saved.

        Parameters
        ----------
        fname : str
            The file; see `mxedu.serialization` for its form. It is replaced at once, when all is written.
        """
        for parameter in self._params:
            parameter._check_initialized()
        checkpoint.save(fname, self._updater)

    def load_states(self, fname):
        """Take over what `save_states` wrote of a Trainer with the same parameters and the same kind of optimizer.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        FileError
            If it is damaged, not mxedu's, or newer than this mxedu.
        ValueError
            If it belongs to another optimizer, or to other parameters. In all these cases nothing is changed.
        """
        checkpoint.load(fname, self._updater, self._params)


def _total(parameter):
    """Give the sum of a parameter's gradients on all contexts."""
    first, *others = [x._node.gradient._data for x in parameter._replicas]
    return sum(others, first)


def _parameter_list(params):
    """Give the parameters as a list; of a dict in the order of the sorted names, each parameter once."""
    if isinstance(params, dict | ParameterDict):
        params = [params[name] for name in sorted(params.keys())]
    if not isinstance(params, list | tuple):
        raise ValueError(
            f"params must be a dict, a ParameterDict or a list of Parameters, got {type(params).__name__}: use net.collect_params(), "
            "or list(...) for the values of a dict"
        )
    for parameter in params:
        if not isinstance(parameter, Parameter):
            raise ValueError(f"params must hold Parameters only, but has a {type(parameter).__name__}: use net.collect_params()")
    if not params:
        raise ValueError("params is empty: there is nothing to train")
    return list(dict.fromkeys(params))
