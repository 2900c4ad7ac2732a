"""The answers of the chapter on quadratics."""

import math

import numpy as np

from ..exercise import Exercise

__all__ = ["ANSWERS"]


def _equal_correlations(n=8, r=0.9):
    """Give the condition numbers of n equally correlated features of mean 0 and of mean 2."""
    return [(1 - r + n * (r + mean**2)) / (1 - r) for mean in (0, 2)]


def _peak_of_three(rho=0.88):
    """Give where the corner of the powers of a Jordan block of size 3 is largest, and how large."""
    t = math.ceil((1 + rho) / (1 - rho))
    return [t, math.comb(t, 2) * rho ** (t - 2)]


def _steps_for_one_per_cent(a=0.98):
    """Give the steps that make 1 % three deviations, and the deviation of 400 chains of 1000 steps."""
    tau = (1 + a**2) / (1 - a**2)
    return [2 * tau * (3 / 0.01) ** 2, math.sqrt(2 * tau / (400 * 1000))]


def _scaled(n=8):
    """Give the condition number of correlated features of unequal sizes, and after scaling."""
    correlations = 0.5 ** np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    sizes = 10.0 ** (-np.arange(n) / (n - 1))
    return [np.linalg.cond(correlations * np.outer(sizes, sizes)), np.linalg.cond(correlations)]


def _fitted_too_early():
    """Give the steps to 1e-6 by a line through the first 21 errors, and in truth."""
    factors = 1 - 0.01 * np.geomspace(1, 100, 20)
    lengths = np.sqrt(np.sum(factors[:, None] ** (2 * np.arange(2000)), axis=0) / 20)
    slope = np.polyfit(np.arange(21), np.log(lengths[:21]), 1)[0]
    return [math.ceil(math.log(1e-6) / slope), int(np.argmax(lengths <= 1e-6))]


def _one_outlier():
    """Give the steps to 1e-6 at kappa 10^4, and with one factor for the outlier and kappa 100 for the rest."""
    steps = [math.ceil(math.acosh(1e6) / math.acosh((kappa + 1) / (kappa - 1))) for kappa in (1e4, 100)]
    return [steps[0], 1 + steps[1]]


ANSWERS = {
    "quadratics.1": Exercise("H is a multiple of I plus one of the matrix of ones; give both numbers in a list", _equal_correlations),
    "quadratics.2": Exercise("do with three dimensions what led to (12); when does the corner grow from t to t + 1?", _peak_of_three),
    "quadratics.3": Exercise("a = 0.98; solve (22) for m n, and put 400 and 1000 into it", _steps_for_one_per_cent, 2e-2),
    "quadratics.4": Exercise("the matrix is correlations times the product of two deviations; then correlations alone", _scaled),
    "quadratics.5": Exercise("(7) with the fitted slope as ln rho; then go on until the error is there", _fitted_too_early),
    "quadratics.6": Exercise(
        "(17) at kappa = 10^4 first; then note that a product of polynomials with p(0) = 1 is one again", _one_outlier, 1e-9
    ),
}
