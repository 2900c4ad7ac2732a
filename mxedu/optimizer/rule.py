"""From a scalar update rule to the loop that runs it.

A rule is one short function of scalars, written as the paper writes it: assignments and a return. The same text has four lives:

1. `mxedu.optimizer.kernel` compiles it with Numba, fused with the treatment of the gradient, to one pass over memory;
2. called as it stands, on numpy.float64 numbers, it is the specification;
3. `over(...)` runs it over other meanings of its five names, on NumPy arrays (``rule.over(**NUMPY)``) or on symbols;
4. a reader's own rule is compared with it.

For these to be one thing, a rule may use + - * /, the names sqrt, abs, min, max, sign, and nothing else. `Rule` reads the text at
decoration and says in words what breaks this (`mxedu.optimizer.text`).
"""

import functools
import types

import numba as nb
import numpy as np
from numba.extending import register_jitable

from .text import read, refusal

__all__ = ["NUMPY", "Rule", "Scalar", "over", "rule", "sign", "sqrt"]

sqrt = np.sqrt
MOST_STATES = 4


@register_jitable
def sign(x):
    """Give -1, 0 or 1. A zero keeps its sign, as in Numba; np.sign(-0.0) is 0.0."""
    return np.sign(x) if x != 0 else x


# What the five names mean in each life. min and max are Python's: where an operand is NaN, the first wins.
PYTHON = {"sqrt": sqrt, "abs": abs, "sign": sign, "min": min, "max": max}
NUMPY = {
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": lambda x: np.where(x == 0, x, np.sign(x)),
    "min": lambda a, b: np.where(b < a, b, a),  # np.minimum lets NaN win from either side
    "max": lambda a, b: np.where(b > a, b, a),
}


def over(f, **names):
    """Give the same code as `f` with other meanings of the global names it uses."""
    return types.FunctionType(f.__code__, {**f.__globals__, **names}, f.__name__, f.__defaults__, f.__closure__)


class Scalar:
    """A function of scalars whose text has been read and found to mean the same in every life.

    Parameters
    ----------
    f : function
        Assignments and one return; see the module's text.
    outputs : int
        How many numbers it must return.

    Raises
    ------
    ValueError
        If the text holds anything a rule may not, in words that say what to write instead.
    """

    def __init__(self, f, outputs=1):
        self.parameters = read(f, outputs)
        # Only the five names: whatever `sqrt` or `min` mean where f was written, here they mean these.
        self.f = types.FunctionType(f.__code__, {"__builtins__": {}, **PYTHON}, f.__name__)
        self.__name__, self.__doc__, self.__module__, self.__wrapped__ = f.__name__, f.__doc__, f.__module__, f

    def __call__(self, *arguments):
        """Run the text as plain Python."""
        return self.f(*arguments)

    def over(self, **names):
        """Give the same bytecode over other meanings of sqrt, abs, sign, min and max."""
        return over(self.f, **names)

    @functools.cached_property
    def jitted(self):
        """The function compiled for use inside a loop. NumPy's division (no exception) is what lets the loop vectorise."""
        return nb.njit(self.f, error_model="numpy")

    def __repr__(self):
        return f"<{type(self).__name__.lower()} {self.__name__}({', '.join(self.parameters)})>"


class Rule(Scalar):
    """A scalar update rule ``f(w, g, *states, *scalars) -> (w, *states)``; made by the decorator `rule`.

    Attributes
    ----------
    states : tuple of str
        The names of the arrays it keeps, zero before the first step.
    scalars : tuple of str
        The names of the numbers it takes after them.
    """

    def __init__(self, f, states):
        super().__init__(f, outputs=1 + len(states))
        expected = ("w", "g", *states)
        if self.parameters[: len(expected)] != expected:
            raise refusal(f, None, f"the parameters must begin with {', '.join(expected)}: weight, gradient, then the states by name")
        if len(states) > MOST_STATES:
            raise refusal(f, None, f"{len(states)} states are more than the {MOST_STATES} for which kernel.py has a loop: add one to LOOPS")
        self.states = tuple(states)
        self.scalars = self.parameters[len(expected) :]


def rule(*states):
    """Make a `Rule` of a function; the arguments name the states it keeps.

    Examples
    --------
    >>> from mxedu.optimizer import rule
    >>> @rule("mom")
    ... def momentum(w, g, mom, lr, mu):
    ...     mom = mu * mom - lr * g
    ...     w = w + mom
    ...     return w, mom
    >>> momentum(1.0, 2.0, 0.0, 0.5, 0.9)
    (0.0, -1.0)
    """
    if len(states) == 1 and callable(states[0]):
        raise TypeError('@rule takes the names of the states: write @rule() for none, @rule("m", "v") for two')
    return lambda f: Rule(f, states)
