"""Files of arrays: what `nd.save`, `save_parameters` and `save_states` write.

A file is an ``.npz``, a zip archive of arrays in NumPy's format, whatever its name ends in. The array `header` holds JSON in UTF-8:

    {"format": "mxedu", "version": 1, "kind": "arrays" or "trainer states", "names": [...], ...}

and the arrays `0`, `1`, ... belong to the names, in order. `np.load(file)` reads it too; nothing in it is code, and nothing is
unpickled. A file is written beside its place, synced to the disk and then renamed, so whoever reads it finds the old state or the
new one, never a part.
"""

import io
import json
import os
import tempfile

import numpy as np

from .base import MXNetError

__all__ = ["FileError", "MissingFileError", "dump", "parse", "read", "write"]

VERSION = 1


class FileError(MXNetError, ValueError):
    """A file is damaged, or not one of mxedu's, or of a newer version."""


class MissingFileError(MXNetError, FileNotFoundError):
    """There is no such file: an MXNetError there, a FileNotFoundError in Python."""


def dump(kind, arrays, **more):
    """Give the bytes of a file.

    Parameters
    ----------
    kind : str
        What it holds.
    arrays : dict of str to numpy array
        The arrays by name.
    **more
        What else the header says, plain enough for JSON.
    """
    header = {"format": "mxedu", "version": VERSION, "kind": kind, "names": list(arrays), **more}
    file = io.BytesIO()
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(file, header=text, **{str(i): array for i, array in enumerate(arrays.values())})
    return file.getvalue()


def parse(data, kind, source):
    """Give (arrays by name, header) from the bytes of a file.

    Raises
    ------
    FileError
        If they are no complete file of this kind; `source`, where they come from, is named.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes())
            if header["format"] != "mxedu":
                raise KeyError("format")
            if header["version"] > VERSION:
                raise FileError(f"{source} is of version {header['version']}, written by a newer mxedu: this one reads version {VERSION}")
            if header["kind"] != kind:
                raise FileError(f"{source} holds {header['kind']}, not {kind}")
            arrays = {name: file[str(i)] for i, name in enumerate(header["names"])}
    except FileError:
        raise
    except Exception as error:  # zipfile, zlib, json and NumPy have a dozen ways of saying that a file makes no sense
        raise FileError(f"{source} is damaged, or is no file of mxedu's: {str(error) or type(error).__name__}") from None
    return arrays, header


def write(fname, data):
    """Write bytes to a file so that it is never seen half-written: beside its place, synced, then renamed."""
    fname = os.fspath(fname)
    folder, name = os.path.split(os.path.abspath(fname))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(fname))
        os.replace(temporary, fname)
    except BaseException:
        os.unlink(temporary)
        raise
    if os.name == "posix":  # the rename is on the disk when the folder is
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mode(fname):
    """Give the permissions of the file that is replaced, or those that a new file gets."""
    if os.path.exists(fname):
        return os.stat(fname).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def read(fname, kind):
    """Give (arrays by name, header) from a file; see `parse`."""
    fname = os.fspath(fname)
    try:
        with open(fname, "rb") as file:
            data = file.read()
    except FileNotFoundError as error:
        raise MissingFileError(error.errno, error.strerror, fname) from None
    return parse(data, kind, f"the file {fname!r}")
