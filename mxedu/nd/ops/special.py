"""The error function and the gamma function, with derivatives of every order."""

import math

import numpy as np

from ..primitive import Primitive
from .elementwise import exp, square

__all__ = ["erf", "erfinv", "gamma", "gammaln", "polygamma"]


def _each(f):
    """Make a function of arrays of a function of numbers."""

    def forward(x):
        kind = x.dtype if x.dtype.kind == "f" else np.float64
        return np.fromiter((f(v) for v in x.ravel().tolist()), kind, x.size).reshape(x.shape)

    forward.__name__ = f.__name__.strip("_")
    return forward


erf = Primitive(_each(math.erf))
erf.backward(lambda g, out, x: g * (exp(-square(x)) * (2 / math.sqrt(math.pi))))


def _erfinv(y):
    """Solve erf(x) = y by Newton's method with Halley's factor, since erf'' = -2 x erf'."""
    if not -1 < y < 1:
        return math.copysign(math.inf, y) if abs(y) == 1 else math.nan
    a = 0.147  # Winitzki's approximation is a start good to 2e-3
    b = 2 / (math.pi * a) + math.log1p(-y * y) / 2
    x = math.sqrt(math.sqrt(b * b - math.log1p(-y * y) / a) - b)
    for _ in range(3):
        error = math.erf(x) - abs(y) if abs(y) < 0.5 else (1 - abs(y)) - math.erfc(x)  # the tail is exact where erf is near 1
        newton = error / (2 / math.sqrt(math.pi) * math.exp(-x * x))
        x -= newton / (1 + x * newton)
    return math.copysign(x, y)


erfinv = Primitive(_each(_erfinv))
erfinv.backward(lambda g, out, x: g * (exp(square(out)) * (math.sqrt(math.pi) / 2)))


def _gamma(x):
    """Give Gamma(x); infinite where it overflows and at the poles."""
    try:
        return math.gamma(x)
    except (OverflowError, ValueError):
        return math.nan if x < 0 else math.inf


def _gammaln(x):
    """Give log |Gamma(x)|."""
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):  # ValueError: a pole
        return math.inf


gamma = Primitive(_each(_gamma))
gammaln = Primitive(_each(_gammaln))

# B_2k / (2k)!, for the Euler-Maclaurin sum below.
_BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]


def _cotangent(x, n):
    """Give the n-th derivative of cot(pi x): with c for cot(pi x), the derivative of a polynomial p(c) is -pi (1 + c^2) p'(c)."""
    r = x - np.round(x)  # exact, and pi r is where sine and cosine are
    c, p = np.cos(np.pi * r) / np.sin(np.pi * r), np.polynomial.Polynomial([0, 1])
    for _ in range(n):
        p = p.deriv() * np.polynomial.Polynomial([-np.pi, 0, -np.pi])
    return p(c)


@Primitive
def polygamma(x, n):
    """Give the n-th derivative of the digamma function, n = 0 being the function itself; NaN at the poles -1, -2, ...

    psi_n(x) = (-1)^n psi_n(1 - x) - pi (d/dx)^n cot(pi x) (Abramowitz and Stegun 6.4.7) leads from x < 0 to x > 1,
    psi_n(x) = psi_n(x + 1) - (-1)^n n! x^(-n-1) (6.4.6) to a large x, where the asymptotic series (6.3.18 and 6.4.11) is exact to
    rounding.
    """
    kind = x.dtype
    x = x.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = _polygamma(np.where(x < 0, 1 - x, x), n)
        if (x < 0).any():
            out = np.where(x < 0, (-1.0) ** n * out - np.pi * _cotangent(x, n), out)
    return out.astype(kind if kind.kind == "f" else np.float64)


def _polygamma(x, n):
    """Give psi_n(x) for x >= 0."""
    sign, shift = (-1.0) ** n, np.zeros_like(x)
    while (small := x < 15 + n).any():
        shift = np.where(small, shift - sign * math.factorial(n) * x ** (-n - 1.0), shift)
        x = np.where(small, x + 1, x)
    if n == 0:
        series = np.log(x) - 0.5 / x
    else:
        series = -sign * (math.factorial(n - 1) * x ** float(-n) + math.factorial(n) / 2 * x ** (-n - 1.0))
    for k, b in enumerate(_BERNOULLI, 1):
        series -= sign * b * math.factorial(2 * k + n - 1) / math.factorial(2 * k) * x ** float(-2 * k - n)
    return series + shift


gamma.backward(lambda g, out, x: g * (out * polygamma(x, n=0)))
gammaln.backward(lambda g, out, x: g * polygamma(x, n=0))
polygamma.backward(lambda g, out, x, n: g * polygamma(x, n=n + 1))
