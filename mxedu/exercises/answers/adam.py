"""The answers of the chapter on Adam."""

import math

from ...optimizer.adam import adam
from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _coasting(beta1=0.9, beta2=0.999):
    """Give how far Adam goes on after its gradient has vanished, in multiples of its last step."""
    ratio = beta1 / math.sqrt(beta2)
    return ratio / (1 - ratio)


def _least_correction(beta1=0.9, beta2=0.999):
    """Give the step at which Adam's correction of the rate is least, and that least value."""
    value, step = min((math.sqrt(1 - beta2**t) / (1 - beta1**t), t) for t in range(1, 10_000))
    return [step, value]


ANSWERS = {
    "adam.1": Exercise("m_2 = 0.9 m_1 + 0.1 g_2; then divide by 1 - 0.9**2", lambda: [-11 / 19, 4999 / 1999]),
    "adam.2": Exercise(
        "the shares of the ages below h add up to one half where beta**h = 1/2", lambda: [math.log(0.5) / math.log(0.99), 0.99 / 0.01]
    ),
    "adam.3": Exercise("k zeros later m has fallen by beta1**k, and the root of v by beta2**(k/2)", _coasting, 2e-3),
    "adam.4": Exercise("a_t is (3) over eta, the inverse of (14), and section 9 says where (14) is largest", _least_correction, 3e-3),
    "adam.5": Exercise("run it with check_twin, then with constant gradients between 1e-8 and 1e-2", lambda: adam),
}
