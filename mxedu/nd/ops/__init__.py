"""The operators: each with its forward, in NumPy's semantics but for what is said below, and its vjps beside it.

A vjp takes the gradient of the result, the result and the operands, and gives the gradient of one operand (one function for each
operand, in order). It is written in these operators, so it runs on numpy arrays and on recorded arrays alike. Shapes and dtypes
of MXNet's (sums of shape (1,), comparisons that give floats) belong to `mxedu.nd.functions`; how `rint` and `round` treat halves, and
that `transpose` copies, is MXNet's here already.
"""

from .arithmetic import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .layers import *  # noqa: F403
from .linear import *  # noqa: F403
from .power import *  # noqa: F403
from .reduce import *  # noqa: F403
from .shape import *  # noqa: F403
from .special import *  # noqa: F403
