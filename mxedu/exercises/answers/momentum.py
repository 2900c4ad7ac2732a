"""The answers of the chapter on momentum."""

import math

from ...optimizer.sgd import momentum
from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _ball(eta=0.1, mu=0.9, g=2.0):
    """Give mass, friction and the velocity in the end under a constant gradient, at a clock of 1."""
    mass, friction = mu / eta, (1 - mu) / eta
    return [mass, friction, -g / friction]


def _first_rate(kappa=100.0, steepest=100.0):
    """Give the first rate that leaves the steepest mode without a transient at the best setting."""
    rho = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    return (1 + rho) / steepest


def _explicit_euler(kappa=100.0):
    """Give the largest stable eta lambda at mu = 0.9, and the factor at the best setting of the rule in the steepest mode."""
    rho = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    return [1 - 0.9, math.sqrt(rho**2 + (1 + rho) ** 2)]


def _floors(rho=0.9):
    """Give the noise floor of a critically damped mode over that of SGD with the same factor a step."""
    return (1 + rho**2) / (1 + rho) ** 2


ANSWERS = {
    "momentum.1": Exercise("(6) with h = 1; in the end friction times velocity balances the force", _ball),
    "momentum.2": Exercise("with the double root -rho the path is (a + b t)(-rho)^t; choose e_1 so that b = 0", _first_rate),
    "momentum.3": Exercise(
        "write the two lines as a matrix: which determinant takes the place of mu in (8)? Give [limit, factor]", _explicit_euler
    ),
    "momentum.4": Exercise("SGD: eta lambda = 1 - rho; momentum: mu = rho^2 and eta lambda = (1 - rho)^2; divide the floors", _floors),
    "momentum.5a": Exercise("its steps are those of the shipped rule at another rate; put that rate into (9)", lambda: 2 * (1 + 0.9) / 0.9),
    "momentum.5": Exercise("compare the first step from an empty buffer with (2) and (3)", lambda: momentum),
    "momentum.6": Exercise(
        "in units of the distance of the breaks, R - P must be 1 at least; solve for rho", lambda: (2 + math.sqrt(5)) ** 2
    ),
}
