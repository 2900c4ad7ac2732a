"""Datasets: samples that can be asked for by index, and what can be made of them."""

from ... import validate
from ...nd import NDArray
from .sampler import FilterSampler, Sampler, SequentialSampler, check_function

__all__ = ["ArrayDataset", "Dataset", "SimpleDataset"]


def check_length(name, data):
    """Give the length of what can be indexed, or refuse it."""
    try:
        if hasattr(data, "__getitem__"):
            return len(data)
    except TypeError:  # an array without axes
        pass
    raise TypeError(f"{name} must have a length and be indexed by number, got {type(data).__name__}: an iterator, say, by list(...)")


class Dataset:
    """The base: anything with samples number 0 to ``len(dataset)`` - 1.

    A class of your own defines ``__getitem__`` and ``__len__``, and then has the methods below. A sample is an array or a number, or
    a tuple of them, often ``(data, label)``.

    Examples
    --------
    >>> from mxedu.gluon.data import Dataset
    >>> class Squares(Dataset):
    ...     def __getitem__(self, i):
    ...         return i, i**2
    ...     def __len__(self):
    ...         return 5
    >>> list(Squares().filter(lambda pair: pair[0] % 2).transform(lambda x, y: y - x))
    [0, 6]
    """

    def __getitem__(self, idx):
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(idx), which gives one sample")

    def __len__(self):
        raise NotImplementedError(f"{type(self).__name__} must define __len__, the number of samples")

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def filter(self, fn):
        """Give the samples for which `fn` is true.

        Parameters
        ----------
        fn : callable
            Takes a sample (a pair comes as one tuple). It is asked now, once for each sample.
        """
        return self.sample(FilterSampler(fn, self))

    def shard(self, num_shards, index):
        """Give one of several parts of the dataset, for example one for each machine.

        Parameters
        ----------
        num_shards : int
            How many parts there are. Their lengths differ by at most 1; the longer ones come first.
        index : int
            Which part, from 0.

        Examples
        --------
        >>> from mxedu.gluon.data import SimpleDataset
        >>> [list(SimpleDataset("abcdefgh").shard(3, i)) for i in range(3)]
        [['a', 'b', 'c'], ['d', 'e', 'f'], ['g', 'h']]
        """
        num_shards = validate.integer("num_shards", num_shards, low=1)
        index = validate.integer("index", index, low=0)
        if index >= num_shards:
            raise ValueError(f"index must be less than num_shards, got {index} of {num_shards}: the shards count from 0")
        length, longer = divmod(len(self), num_shards)
        start = index * length + min(index, longer)
        return self.sample(SequentialSampler(length + (index < longer), start))

    def take(self, count):
        """Give the first `count` samples, or all if there are fewer or `count` is None."""
        most = len(self)
        return self.sample(SequentialSampler(most if count is None else min(most, validate.integer("count", count, low=0))))

    def sample(self, sampler):
        """Give the samples that a `Sampler` names, in its order. It is iterated now, once."""
        if not isinstance(sampler, Sampler):
            raise TypeError(f"sampler must be a Sampler, got {type(sampler).__name__}: for your own order, write a subclass of Sampler")
        return _SampledDataset(self, sampler)

    def transform(self, fn, lazy=True):
        """Give the dataset of what `fn` makes of each sample.

        Parameters
        ----------
        fn : callable
            Takes a sample; of a tuple, each entry as an argument of its own.
        lazy : bool, default True
            Call it whenever a sample is asked for, so that random changes are new in every epoch. False: call it now, once for each
            sample, and keep the results.

        Examples
        --------
        >>> from mxedu.gluon.data import ArrayDataset
        >>> pairs = ArrayDataset([1, 2], ["a", "b"])
        >>> list(pairs.transform(lambda x, y: (y, x)))
        [('a', 1), ('b', 2)]
        """
        check_function("fn", fn)
        lazily = _TransformedDataset(self, fn)
        return lazily if lazy else SimpleDataset(list(lazily))

    def transform_first(self, fn, lazy=True):
        """Do as `transform`, but call `fn` on the first entry of each sample and leave the others, such as the label, as they are.

        Parameters
        ----------
        fn : callable
            Takes the first entry of a tuple, or a sample that is no tuple.
        lazy : bool, default True
            As in `transform`.

        Examples
        --------
        >>> from mxedu.gluon.data import ArrayDataset
        >>> list(ArrayDataset([1, 2], ["a", "b"]).transform_first(lambda x: x * 10))
        [(10, 'a'), (20, 'b')]
        """
        check_function("fn", fn)
        return self.transform(_OnFirst(fn), lazy)


class _OnFirst:
    """A function applied to the first argument. A closure could not be sent to worker processes where they are not forked."""

    def __init__(self, fn):
        self.fn = fn

    def __call__(self, first, *others):
        return (self.fn(first), *others) if others else self.fn(first)


class _TransformedDataset(Dataset):
    """What a function makes of each sample, whenever it is asked for."""

    def __init__(self, dataset, fn):
        self._dataset, self._fn = dataset, fn

    def __len__(self):
        return len(self._dataset)

    def __getitem__(self, idx):
        sample = self._dataset[idx]
        return self._fn(*sample) if isinstance(sample, tuple) else self._fn(sample)


class _SampledDataset(Dataset):
    """The samples that a sampler names, in its order."""

    def __init__(self, dataset, sampler):
        self._dataset, self._indices = dataset, list(sampler)

    def __len__(self):
        return len(self._indices)

    def __getitem__(self, idx):
        return self._dataset[self._indices[idx]]


class SimpleDataset(Dataset):
    """The entries of a list, or of anything else that has a length and can be indexed.

    Parameters
    ----------
    data : list or array
        The samples. They are not copied.

    Examples
    --------
    >>> from mxedu.gluon.data import SimpleDataset
    >>> dataset = SimpleDataset([10, 20, 30])
    >>> len(dataset), dataset[1]
    (3, 20)
    """

    def __init__(self, data):
        check_length("data", data)
        self._data = data

    def __len__(self):
        return len(self._data)

    def __getitem__(self, idx):
        return self._data[idx]


class ArrayDataset(Dataset):
    """Several arrays side by side: sample i is the tuple of their i-th entries, and of one array its i-th entry alone.

    Parameters
    ----------
    *args : array, NDArray, list or Dataset
        At least one, all of one length. A one-dimensional NDArray is copied to a numpy array, so that its entries are numbers; the
        others are not copied.

    Examples
    --------
    >>> from mxedu import nd
    >>> from mxedu.gluon.data import ArrayDataset
    >>> features, labels = nd.array([[1, 2], [3, 4], [5, 6]]), nd.array([0, 1, 0])
    >>> data, label = ArrayDataset(features, labels)[1]
    >>> print(data.asnumpy(), label)
    [3. 4.] 1.0
    """

    def __init__(self, *args):
        if not args:
            raise ValueError("ArrayDataset needs at least one array, got none")
        lengths = [check_length(f"array {i} of ArrayDataset", data) for i, data in enumerate(args)]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"all arrays of ArrayDataset must have the same length, got lengths {', '.join(map(str, lengths))}: "
                "the first axis counts the samples"
            )
        self._data = [data.asnumpy() if isinstance(data, NDArray) and data.ndim == 1 else data for data in args]

    def __len__(self):
        return len(self._data[0])

    def __getitem__(self, idx):
        if len(self._data) == 1:
            return self._data[0][idx]
        return tuple(data[idx] for data in self._data)
