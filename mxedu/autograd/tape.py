"""Reverse-mode automatic differentiation over a graph of nodes.

While `record` is open, every operation on an array that depends on a marked variable leaves a `Node` behind: its parents, and the
rule that pulls a gradient of its result back to them. `backward` walks these nodes from the newest to the oldest. Nodes are
numbered as they are made, so "newest first" is an order in which each node is reached after everything computed from it; nothing is
sorted, and nothing recurses.

This module knows nodes only. Of an array it uses `_data` (a numpy array), `_node`, `shape`, `astype`, +, and the constructor
`type(array)(data)`. What a node computes is the business of `mxedu.nd.primitive`.
"""

import itertools
from heapq import heappop, heappush

import numpy as np

from ..base import MXNetError, ShapeError
from .epoch import touch
from .modes import Scope

__all__ = ["backward", "grad", "mark_variables"]

next_birth = itertools.count().__next__

NOT_RECORDED = (
    "Cannot differentiate: {what} is not in a computational graph. Compute it inside `with autograd.record():` from an array "
    "that has called attach_grad() (or a Parameter), and pass retain_graph=True to backward if the same graph is needed twice."
)


class Node:
    """One recorded operation.

    `parents` are the nodes of its operands, None for an operand that needs no gradient; `parents` itself is None once the graph has
    been freed. `pull(i, g)` gives the gradient that reaches operand i when g reaches the result.
    """

    __slots__ = ("birth", "parents")

    def __init__(self, parents):
        self.parents = parents
        self.birth = next_birth()

    def pull(self, i, g):
        """Pull the gradient `g` of the result back to operand `i`."""
        raise NotImplementedError(f"{type(self).__name__} must say how it pulls a gradient back")

    def free(self):
        """Forget the operands, so that their memory can be used again."""
        self.parents = None


class Leaf(Node):
    """A variable: where gradients end. They are written to the array `gradient` or added to it.

    `flag[0]` says whether one has come since it was cleared. A table of addresses lends its leaves bytes of one buffer, so that it can
    see all of their flags at once.
    """

    __slots__ = ("flag", "grad_req", "gradient")

    def __init__(self, gradient, grad_req="write"):
        super().__init__(())
        if grad_req not in ("write", "add", "null"):
            raise ValueError(f"grad_req must be 'write', 'add' or 'null', got {grad_req!r}")
        self.gradient = gradient
        self.grad_req = grad_req
        self.flag = bytearray(1)

    @property
    def fresh(self):
        """Whether a gradient has come since this was set to False."""
        return self.flag[0] != 0

    @fresh.setter
    def fresh(self, fresh):
        self.flag[0] = bool(fresh)

    def lend(self, byte, before=None):
        """Take a memoryview of one byte for the flag; who else than `before` had lent one has lost sight of it."""
        if type(self.flag) is memoryview and self.flag.obj is not before:
            touch()
        byte[0] = self.flag[0]
        self.flag = byte

    def receive(self, g):
        """Take the gradient `g` in."""
        if self.grad_req == "add":
            np.add(self.gradient._data, g, out=self.gradient._data, casting="unsafe")  # an integer variable has an integer gradient
        elif self.grad_req == "write":
            self.gradient._data[...] = g
        self.flag[0] = 1

    def free(self):
        """Do nothing: a variable outlives the graphs it takes part in."""


def mark_variables(variables, gradients, grad_reqs="write"):
    """Make arrays variables whose gradients are written to the arrays given.

    Parameters
    ----------
    variables, gradients : array or list of arrays
        The variables, and for each an array of its shape that receives the gradient.
    grad_reqs : {'write', 'add', 'null'} or list of these
        Whether a gradient replaces the old one, is added to it, or is dropped.
    """
    variables, gradients = _listed(variables), _listed(gradients)
    if isinstance(grad_reqs, str):
        grad_reqs = [grad_reqs] * len(variables)
    if not len(variables) == len(gradients) == len(grad_reqs):
        raise ValueError(
            f"gradients and grad_reqs: {len(variables)} variables need as many, "
            f"got {len(gradients)} gradients and {len(grad_reqs)} grad_reqs"
        )
    for variable, gradient in zip(variables, gradients, strict=True):
        if variable.shape != gradient.shape:
            raise ShapeError(f"gradients: a variable of shape {variable.shape} needs a gradient of that shape, got {gradient.shape}")
    leaves = [Leaf(gradient, grad_req) for gradient, grad_req in zip(gradients, grad_reqs, strict=True)]
    for variable, leaf in zip(variables, leaves, strict=True):
        set_node(variable, leaf)


def set_node(variable, leaf):
    """Make an array a variable with this leaf, or none."""
    if type(variable._node) is Leaf and type(variable._node.flag) is memoryview:
        touch()  # a table has the gradient of the old one
    variable._node = leaf


def _listed(x):
    return x if type(x) is list else list(x) if isinstance(x, tuple | list) else [x]


def _check_array(name, x):
    if not hasattr(x, "_node"):
        raise TypeError(f"{name} must be NDArrays, got {type(x).__name__}: use nd.array(x), or the data() of a Parameter")


def _seeds(heads, head_grads, raw):
    """Pair the nodes of the heads with the gradients that enter there: ones where none is given."""
    head_grads = [None] * len(heads) if head_grads is None else _listed(head_grads)
    if not heads:
        raise ValueError("heads is empty: give at least one array to differentiate")
    if len(head_grads) != len(heads):
        raise ValueError(f"head_grads has {len(head_grads)} entries for {len(heads)} heads: give one (or None) for each head")
    seeds = []
    for head, g in zip(heads, head_grads, strict=True):
        _check_array("heads", head)
        node = head._node
        if node is None or node.parents is None:
            raise MXNetError(NOT_RECORDED.format(what="the head"))
        if g is None:
            g = np.empty(head._data.shape, head._data.dtype)
            g.fill(1)
            seeds.append((node, g if raw else type(head)(g)))
            continue
        _check_array("head_grads", g)
        if g.shape != head.shape:
            raise ShapeError(f"head_grads: a head gradient has shape {g.shape}, but the head has shape {head.shape}: they must be the same")
        seeds.append((node, g._data if raw else g))
    return seeds


def _walk(seeds, keep_graph, on_leaf=None, wanted=()):
    """Pull gradients from the seeds back through the graph.

    `on_leaf(leaf, g)` is called once for each variable reached. Gives back the gradients of the `wanted` nodes.
    """
    gradients, queue = {}, []  # the gradient so far of each node, and a heap of (-birth, node): the newest comes first
    done, found = [], {}

    def add(node, g):
        if node in gradients:
            gradients[node] = gradients[node] + g
        else:
            gradients[node] = g
            if type(node) is not Leaf:  # there is no way on from a variable: its gradient stays and grows
                heappush(queue, (-node.birth, node))

    for node, g in seeds:
        add(node, g)
    while queue:
        node = heappop(queue)[1]
        g = gradients.pop(node)
        if node.parents is None:
            raise MXNetError(NOT_RECORDED.format(what="a part of the graph has been freed by an earlier backward and"))
        if node in wanted:
            found[node] = g
        for i, parent in enumerate(node.parents):
            if parent is not None:
                add(parent, node.pull(i, g))
        done.append(node)
    for leaf, g in gradients.items():
        if g.shape != leaf.gradient.shape:
            raise ShapeError(f"a gradient of shape {g.shape} came back to a variable of shape {leaf.gradient.shape}")
    # Only now does anything change: a walk that fails half-way leaves every gradient as it was.
    for leaf, g in gradients.items():
        if on_leaf is not None:
            on_leaf(leaf, g)
        if leaf in wanted:
            found[leaf] = g
    if not keep_graph:
        for node in done:
            node.free()
    return found


def backward(heads, head_grads=None, retain_graph=False, train_mode=True):
    """Write the gradients of the sum of the heads to the variables they were computed from.

    Parameters
    ----------
    heads : array or list of arrays
        What to differentiate. Elements and heads are added up.
    head_grads : array, or list of arrays or None, optional
        The gradient of the final objective with respect to each head, of the head's shape. Default: ones.
    retain_graph : bool, default False
        Keep the graph, so that it can be differentiated again.
    train_mode : bool, default True
        Accepted for MXNet's sake: what depends on the mode was decided when the operations were recorded.

    Raises
    ------
    MXNetError
        If a head was not recorded, or its graph has been freed.
    ShapeError
        If a head gradient has another shape than its head.
    """
    # Nothing is recorded here, whatever the mode: the vjps run on plain numpy arrays.
    with np.errstate(all="ignore"):  # NaN and infinity come without warnings
        _walk(_seeds(_listed(heads), head_grads, raw=True), retain_graph, Leaf.receive)


def grad(heads, variables, head_grads=None, retain_graph=None, create_graph=False, train_mode=True):
    """Return the gradients of the sum of the heads with respect to the variables; no `.grad` is written.

    Parameters
    ----------
    heads, variables : array or list of arrays
        What to differentiate, and with respect to what.
    head_grads : array, or list of arrays or None, optional
        As for `backward`.
    retain_graph : bool, optional
        Keep the graph. Default: the value of `create_graph`.
    create_graph : bool, default False
        Record the computation of the gradients, so that they can be differentiated in turn, to any order.
    train_mode : bool, default True
        The mode in which gradients are computed.

    Returns
    -------
    list of arrays
        One gradient for each variable, also for a single one; zeros for a variable that the heads do not depend on.

    Examples
    --------
    >>> from mxedu import autograd, nd
    >>> x = nd.array([2.0])
    >>> x.attach_grad()
    >>> with autograd.record():
    ...     [dy] = autograd.grad(x**3, x, create_graph=True)
    >>> dy.backward()
    >>> print(dy.asscalar(), x.grad.asscalar())
    12.0 12.0
    """
    variables, heads = _listed(variables), _listed(heads)
    for variable in variables:
        _check_array("variables", variable)
    for variable in variables:
        if variable._node is None:
            raise MXNetError(NOT_RECORDED.format(what="a variable"))
    nodes = [variable._node for variable in variables]
    with Scope(recording=bool(create_graph), training=bool(train_mode)), np.errstate(all="ignore"):  # as in backward
        keep = create_graph if retain_graph is None else retain_graph
        found = _walk(_seeds(heads, head_grads, raw=not create_graph), keep, wanted=set(nodes))
        result = []
        for variable, node in zip(variables, nodes, strict=True):
            g = found.get(node)
            if g is None:
                g = np.zeros_like(variable._data)
            # A copy: one array may have been pulled to several variables, or be the caller's head gradient.
            dtype = variable._data.dtype
            result.append(g.astype(dtype) if isinstance(g, type(variable)) else type(variable)(np.array(g, dtype)))
    return result
