"""Whether a thread records, and whether layers behave as in training."""

import threading

import numpy as np

__all__ = [
    "STATE", "Scope", "is_recording", "is_training", "note_reading", "owner", "pause", "predict_mode", "record", "set_recording",
    "set_training", "train_mode",
]  # fmt: skip


class _State(threading.local):
    """Whether this thread records, and whether layers behave as in training."""

    recording = False
    training = False
    open = 0  # how many `record`s are open, one in the other

    def __init__(self):
        # The memory that recorded operations have read since the outermost `record` was opened, by id: writing to it would falsify
        # gradients. Of intermediate results the graph itself knows.
        self.read = {}


STATE = _State()


def owner(data):
    """Give the array that owns the memory of a numpy array."""
    return data if data.base is None else data.base


def note_reading(arrays):
    """Remember that recorded operations have read these arrays; see `STATE.read`."""
    for x in arrays:
        memory = owner(x._data)
        STATE.read[id(memory)] = memory


class Scope:
    """Set flags of this thread's state on entry and restore them on exit. While recording, NaN and infinity come without warnings."""

    __slots__ = ("recording", "saved", "training")

    def __init__(self, recording=None, training=None):
        self.recording = recording
        self.training = training
        self.saved = []

    def __enter__(self):
        quiet = np.errstate(all="ignore") if self.recording else None
        self.saved.append((STATE.recording, STATE.training, quiet))
        if quiet:
            quiet.__enter__()
            STATE.open += 1
        if self.recording is not None:
            STATE.recording = self.recording
        if self.training is not None:
            STATE.training = self.training

    def __exit__(self, *exception):
        STATE.recording, STATE.training, quiet = self.saved.pop()
        if quiet:
            quiet.__exit__(*exception)
            STATE.open -= 1
            if not STATE.open:
                STATE.read.clear()


def record(train_mode=True):
    """Record the operations of the `with` block, so that `backward` can differentiate them.

    Parameters
    ----------
    train_mode : bool, default True
        Whether layers such as Dropout behave as in training.

    Examples
    --------
    >>> from mxedu import autograd, nd
    >>> x = nd.array([1.0, 2.0])
    >>> x.attach_grad()
    >>> with autograd.record():
    ...     y = x * x
    >>> y.backward()
    >>> print(x.grad.asnumpy())
    [2. 4.]
    """
    return Scope(True, bool(train_mode))


def pause(train_mode=False):
    """Stop recording for the length of the `with` block."""
    return Scope(recording=False, training=bool(train_mode))


def train_mode():
    """Let layers behave as in training, whether or not anything is recorded."""
    return Scope(training=True)


def predict_mode():
    """Let layers behave as in prediction, whether or not anything is recorded."""
    return Scope(training=False)


def is_recording():
    """Whether this thread records."""
    return STATE.recording


def is_training():
    """Whether layers behave as in training in this thread."""
    return STATE.training


def set_recording(is_recording):
    """Set whether this thread records; give back what held before."""
    previous, STATE.recording = STATE.recording, bool(is_recording)
    if not (STATE.recording or STATE.open):
        STATE.read.clear()
    return previous


def set_training(train_mode):
    """Set whether layers behave as in training; give back what held before."""
    previous, STATE.training = STATE.training, bool(train_mode)
    return previous
