"""Samplers: which samples are taken, in which order, and in which batches."""

import numpy as np

from ... import validate

__all__ = ["BatchSampler", "FilterSampler", "RandomSampler", "Sampler", "SequentialSampler"]


def check_function(name, value):
    """Refuse what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {type(value).__name__} {value!r}")


class Sampler:
    """The base. A sampler is iterated once an epoch, and gives the indices of samples in their order.

    A class of your own defines ``__iter__`` and ``__len__``.

    Examples
    --------
    >>> from mxedu.gluon.data import DataLoader, Sampler
    >>> class Backwards(Sampler):
    ...     def __init__(self, length):
    ...         self.length = length
    ...     def __iter__(self):
    ...         return iter(range(self.length - 1, -1, -1))
    ...     def __len__(self):
    ...         return self.length
    >>> [batch.asnumpy().tolist() for batch in DataLoader([0.0, 0.1, 0.2], batch_size=2, sampler=Backwards(3))]
    [[0.2, 0.1], [0.0]]
    """

    def __iter__(self):
        raise NotImplementedError(f"{type(self).__name__} must define __iter__, which gives the indices of an epoch")

    def __len__(self):
        raise NotImplementedError(f"{type(self).__name__} must define __len__, the number of indices in an epoch")


class SequentialSampler(Sampler):
    """The indices from `start` on, in order.

    Parameters
    ----------
    length : int
        How many.
    start : int, default 0
        The first.

    Examples
    --------
    >>> from mxedu.gluon.data import SequentialSampler
    >>> list(SequentialSampler(3, start=5))
    [5, 6, 7]
    """

    def __init__(self, length, start=0):
        self._length = validate.integer("length", length, low=0)
        self._start = validate.integer("start", start, low=0)

    def __iter__(self):
        return iter(range(self._start, self._start + self._length))

    def __len__(self):
        return self._length


class RandomSampler(Sampler):
    """The indices 0 to `length` - 1, in a new random order each epoch.

    The order is drawn from NumPy's global generator, as in MXNet: ``np.random.seed(s)`` makes it repeatable.

    Parameters
    ----------
    length : int
        How many.

    Examples
    --------
    >>> import numpy as np
    >>> from mxedu.gluon.data import RandomSampler
    >>> np.random.seed(0)
    >>> list(RandomSampler(5))
    [2, 0, 1, 3, 4]
    """

    def __init__(self, length):
        self._length = validate.integer("length", length, low=0)

    def __iter__(self):
        indices = np.arange(self._length)
        np.random.shuffle(indices)
        return iter(indices.tolist())

    def __len__(self):
        return self._length


class FilterSampler(Sampler):
    """The indices of the samples for which `fn` is true. They are found once, when the sampler is made.

    Parameters
    ----------
    fn : callable
        Takes a sample (a pair comes as one tuple), and says whether it is wanted.
    dataset : Dataset
        The samples.

    Examples
    --------
    >>> from mxedu.gluon.data import FilterSampler
    >>> list(FilterSampler(str.isupper, ["a", "B", "c", "D"]))
    [1, 3]
    """

    def __init__(self, fn, dataset):
        check_function("fn", fn)
        self._indices = [i for i in range(len(dataset)) if fn(dataset[i])]

    def __iter__(self):
        return iter(self._indices)

    def __len__(self):
        return len(self._indices)


class BatchSampler(Sampler):
    """The indices of another sampler in lists of `batch_size`.

    Parameters
    ----------
    sampler : Sampler
        Gives the indices.
    batch_size : int
        How many make a batch.
    last_batch : {'keep', 'discard', 'rollover'}, default 'keep'
        What becomes of the indices that are left over at the end of an epoch: a smaller batch, nothing, or the beginning of the
        next epoch.

    Examples
    --------
    >>> from mxedu.gluon.data import BatchSampler, SequentialSampler
    >>> list(BatchSampler(SequentialSampler(5), 2, last_batch="keep"))
    [[0, 1], [2, 3], [4]]
    >>> batches = BatchSampler(SequentialSampler(5), 2, last_batch="rollover")
    >>> list(batches), list(batches)
    ([[0, 1], [2, 3]], [[4, 0], [1, 2], [3, 4]])
    """

    def __init__(self, sampler, batch_size, last_batch="keep"):
        if not hasattr(sampler, "__iter__"):
            raise TypeError(f"sampler must be a Sampler, got {type(sampler).__name__} {sampler!r}: use SequentialSampler(length), say")
        if last_batch not in ("keep", "discard", "rollover"):
            raise ValueError(f"last_batch must be one of 'keep', 'discard' or 'rollover', got {last_batch!r}")
        self._sampler = sampler
        self._batch_size = validate.integer("batch_size", batch_size, low=1)
        self._last_batch = last_batch
        self._left_over = []

    def __iter__(self):
        batch, self._left_over = self._left_over, []
        for index in self._sampler:
            batch.append(index)
            if len(batch) == self._batch_size:
                yield batch
                batch = []
        if batch and self._last_batch == "keep":
            yield batch
        elif self._last_batch == "rollover":
            self._left_over = batch

    def __len__(self):
        full, rest = divmod(len(self._left_over) + len(self._sampler), self._batch_size)
        return full + (rest > 0 and self._last_batch == "keep")
