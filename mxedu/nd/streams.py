"""The seeded random streams of MXNet 1.9.1.

There are 1024 Mersenne Twisters; `seed(s)` gives the i-th the seed (127 s + i) mod 2**32. A call for N numbers uses
T = min(ceil(N / 64), 1024) of them: the k-th makes the k-th run of ceil(N / T) numbers, and each goes on where it stopped. One more,
with the seed 127 s, serves choices among few things (`choices`) and shuffling (`order`).
An unseeded program has seed 0, so it draws the same numbers on every run.
"""

import numpy as np

from ..base import ShapeError

__all__ = ["choices", "draw", "generator", "get_state", "integers", "lengths", "normals", "order", "seed", "set_state", "units"]

ENGINES = 1024
EXTRA = -1  # the number of the one more
_ALL_BITS = 2**32
_seed = 0
_engines = {}  # only those used since the seed was set: the others are where their seed puts them


def seed(seed_state, ctx="all"):
    """Start all streams anew from the integer `seed_state`."""
    global _seed
    if isinstance(seed_state, bool) or not isinstance(seed_state, int | np.integer):
        raise TypeError(f"seed_state must be an integer, got {seed_state!r}")
    _seed = int(seed_state)
    _engines.clear()


def get_state():
    """Give the seed, and number, words and position of each engine used since: all there is to know of the streams."""
    numbers = sorted(_engines)
    states = [_engines[i].get_state() for i in numbers]
    words = np.array([s[1] for s in states], np.uint32).reshape(len(states), 624)
    return _seed, np.array(numbers, np.int64), words, np.array([s[2] for s in states], np.int64)


def set_state(seed_state, numbers, words, positions):
    """Set the streams to what `get_state` gave."""
    engines = {}
    for i, key, position in zip(numbers, words, positions, strict=True):
        engines[int(i)] = _Engine()
        engines[int(i)].set_state(("MT19937", key, int(position)))
    seed(seed_state)
    _engines.update(engines)


class _Unseeded(np.random.bit_generator.ISeedSequence):
    """What a Mersenne Twister begins with that gets its seed afterwards: NumPy takes 80 us for its own 624 words."""

    def generate_state(self, n_words, dtype=np.uint32):
        """Give so many words."""
        return np.zeros(n_words, dtype)


class _Engine(np.random.RandomState):
    """A Mersenne Twister; `words(n)` gives its next n numbers of 32 bits."""

    def __init__(self):
        bits = np.random.MT19937(_Unseeded())
        super().__init__(bits)
        self.words = bits.random_raw


def _words(engine, n):
    """The next n 32-bit words of an engine."""
    if engine not in _engines:
        _engines[engine] = _Engine()
        _engines[engine].seed((127 * _seed + max(engine, 0)) % _ALL_BITS)
    return _engines[engine].words(n)


# A stream gives, in one array, the next counts[0] numbers of engine 0, the next counts[1] of engine 1, and so on.


def units(counts, dtype):
    """The next numbers in [0, 1)."""
    each = 2 if dtype == np.float64 else 1
    words = np.concatenate([_words(k, each * n) for k, n in enumerate(counts) if n])
    if dtype == np.float64:
        low, high = words.reshape(-1, 2).T.astype(np.float64)
        units = (low + high * _ALL_BITS) / 2.0**64
    else:
        units = words.astype(np.float32) / np.float32(_ALL_BITS)
    one = units.dtype.type(1)
    return np.minimum(units, np.nextafter(one, units.dtype.type(0)))


def normals(counts, dtype):
    """The next standard normals, by Marsaglia's polar method; the partner of each is thrown away, as in MXNet."""
    missing, drawn, engines = np.array(counts), [], []
    while missing.any():  # never draws a pair too many: m pairs give at most m numbers
        x, y = 2 * units(2 * missing, dtype).reshape(-1, 2).T - 1
        r2 = x * x + y * y
        kept = (r2 <= 1) & (r2 != 0)
        y, r2 = y[kept], r2[kept]
        drawn.append(y * np.sqrt(-2 * np.log(r2) / r2))
        engines.append(np.repeat(np.arange(missing.size), missing)[kept])
        missing -= np.bincount(engines[-1], minlength=missing.size)
    return np.concatenate(drawn)[np.argsort(np.concatenate(engines), kind="stable")]  # those of an engine in the order of their drawing


def lengths(shape):
    """Give a shape, or the length of a vector, as a tuple."""
    return (shape,) if isinstance(shape, int | np.integer) else tuple(shape)


def draw(stream, shape, dtype):
    """Fill an array of `shape` from the streams, run by run."""
    dtype = np.dtype(np.float32 if dtype is None or dtype == "None" else dtype)
    if dtype == np.float16:
        return draw(stream, shape, np.float64).astype(np.float16)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float16, float32 or float64, got {dtype}: draw in float32 and use astype")
    shape = lengths(shape)
    if any(n < 0 for n in shape):
        raise ShapeError(f"shape must have no negative lengths, got {shape}")
    n = int(np.prod(shape))
    if n == 0:
        return np.empty(shape, dtype)
    run = -(-n // min(-(-n // 64), ENGINES))
    return stream([min(run, n - start) for start in range(0, n, run)], dtype).reshape(shape)


def integers(low, high):
    """Give the stream of integers from low up to, without, high."""

    def stream(counts, dtype):
        words = np.concatenate([_words(k, 2 * n) for k, n in enumerate(counts) if n]).reshape(-1, 2).astype(np.uint64)
        return low + (((words[:, 0] << np.uint64(31)) + words[:, 1]) % np.uint64(high - low)).astype(np.int64)

    return stream


def choices(n):
    """Give n numbers in [0, 1) that multinomial draws are made of."""
    return _words(EXTRA, n) / 2.0**32


def order(n, rows):
    """Give a random order of n things: of numbers, or of the rows of a larger array, for which MXNet goes another way."""
    places = np.arange(n)
    if rows:
        for i, word in zip(range(n - 1, 0, -1), _words(EXTRA, n - 1).tolist(), strict=True):
            j = word * (i + 1) >> 32
            places[i], places[j] = places[j], places[i]
        return places
    for i in range(1, n):
        j = i + 1
        while j > i:  # as the C++ standard library does where 2**32 is no multiple of i + 1
            j = int(_words(EXTRA, 1)[0]) // (2**32 // (i + 1))
        places[i], places[j] = places[j], places[i]
    return places


def generator():
    """Give a NumPy generator seeded from the streams, for draws whose recipe in MXNet is not known here."""
    return np.random.Generator(np.random.PCG64(_words(0, 4)))
