"""Uniform and normal draws in the streams of MXNet 1.9.1.

There are 1024 Mersenne Twisters; `seed(s)` gives the i-th the seed (127 s + i) mod 2**32. A call for N numbers uses
T = min(ceil(N / 64), 1024) of them: the k-th makes the k-th run of ceil(N / T) numbers, and each goes on where it stopped.
An unseeded program has seed 0, so it draws the same numbers on every run.
"""

import numpy as np

from .ndarray import NDArray

__all__ = ["normal", "randn", "seed", "uniform"]

ENGINES = 1024
_ALL_BITS = 2**32
_seed = 0
_engines = {}


def seed(seed_state):
    """Start all streams anew from the integer `seed_state`."""
    global _seed
    if isinstance(seed_state, bool) or not isinstance(seed_state, int | np.integer):
        raise TypeError(f"seed_state must be an integer, got {seed_state!r}")
    _seed = int(seed_state)
    _engines.clear()


def _words(engine, n):
    """The next n 32-bit words of an engine."""
    if engine not in _engines:
        _engines[engine] = np.random.RandomState((127 * _seed + engine) % _ALL_BITS)
    return _engines[engine].randint(0, _ALL_BITS, size=n, dtype=np.uint32)


def _units(engine, n, dtype):
    """The next n numbers in [0, 1)."""
    if dtype == np.float64:
        low, high = _words(engine, 2 * n).reshape(n, 2).T.astype(np.float64)
        units = (low + high * _ALL_BITS) / 2.0**64
    else:
        units = _words(engine, n).astype(np.float32) / np.float32(_ALL_BITS)
    one = units.dtype.type(1)
    return np.minimum(units, np.nextafter(one, units.dtype.type(0)))


def _normals(engine, n, dtype):
    """The next n standard normals, by Marsaglia's polar method; the partner of each is thrown away, as in MXNet."""
    out = np.empty(0, dtype)
    while out.size < n:  # never draws a pair too many: m pairs give at most m numbers
        x, y = 2 * _units(engine, 2 * (n - out.size), dtype).reshape(-1, 2).T - 1
        r2 = x * x + y * y
        kept = (r2 <= 1) & (r2 != 0)
        y, r2 = y[kept], r2[kept]
        out = np.concatenate([out, y * np.sqrt(-2 * np.log(r2) / r2)])
    return out


def _draw(stream, shape, dtype):
    """Fill an array of `shape` from the streams, run by run."""
    dtype = np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, got {dtype}: draw in float32 and use astype")
    shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if any(n < 0 for n in shape):
        raise ValueError(f"shape must have no negative lengths, got {shape}")
    n = int(np.prod(shape))
    if n == 0:
        return np.empty(shape, dtype)
    run = -(-n // min(-(-n // 64), ENGINES))
    runs = [stream(k, min(run, n - start), dtype) for k, start in enumerate(range(0, n, run))]
    return np.concatenate(runs).reshape(shape)


def uniform(low=0.0, high=1.0, shape=(1,), dtype="float32"):
    """Draw uniformly from [low, high).

    Examples
    --------
    >>> from mxedu import nd, random
    >>> random.seed(0)
    >>> print(nd.random.uniform(shape=(2,)))
    <BLANKLINE>
    [0.5488135 0.5928446]
    <NDArray 2 @cpu(0)>
    """
    if not low <= high:
        raise ValueError(f"low must not exceed high, got low={low!r}, high={high!r}")
    units = _draw(_units, shape, dtype)
    kind = units.dtype.type
    return NDArray(kind(low) + (kind(high) - kind(low)) * units)


def normal(loc=0.0, scale=1.0, shape=(1,), dtype="float32"):
    """Draw from the normal distribution of mean `loc` and standard deviation `scale`."""
    if not scale >= 0:
        raise ValueError(f"scale is a standard deviation and must not be negative, got {scale!r}")
    draws = _draw(_normals, shape, dtype)
    kind = draws.dtype.type
    return NDArray(kind(loc) + kind(scale) * draws)


def randn(*shape, loc=0.0, scale=1.0, dtype="float32"):
    """Draw from the normal distribution; the shape is given as positional arguments."""
    return normal(loc, scale, shape or (1,), dtype)
