"""Arrays in files; see `mxedu.serialization` for their form."""

from .. import serialization
from .ndarray import NDArray

__all__ = ["load", "load_frombuffer", "save"]


def save(fname, data):
    """Save an array, a list of arrays, or a dict of arrays by name.

    Examples
    --------
    >>> import os, tempfile
    >>> from mxedu import nd
    >>> fname = os.path.join(tempfile.mkdtemp(), "x.npz")
    >>> nd.save(fname, {"x": nd.ones(2)})
    >>> list(nd.load(fname))
    ['x']
    """
    named = isinstance(data, dict)
    arrays = list(data.values() if named else [data] if isinstance(data, NDArray) else data)
    names = list(data) if named else [str(i) for i in range(len(arrays))]
    for name, x in zip(names, arrays, strict=True):
        if not isinstance(name, str) or not isinstance(x, NDArray):
            raise ValueError(f"data must be an NDArray, a list of NDArrays or a dict of str to NDArray, but {name!r} is {type(x).__name__}")
    plain = {name: x._data for name, x in zip(names, arrays, strict=True)}
    serialization.write(fname, serialization.dump("arrays", plain, named=named))


def _loaded(arrays, header):
    arrays = {name: NDArray(x) for name, x in arrays.items()}
    return arrays if header.get("named") else list(arrays.values())


def load(fname):
    """Give the list or the dict of arrays that `save` wrote; an array that was saved alone as a list of one."""
    return _loaded(*serialization.read(fname, "arrays"))


def load_frombuffer(buf):
    """Give the list or the dict of arrays that the bytes of a file hold."""
    return _loaded(*serialization.parse(buf, "arrays", "the buffer"))
