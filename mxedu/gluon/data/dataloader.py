"""DataLoader: a dataset in batches."""

import collections
import functools
import multiprocessing
import reprlib
import weakref

import numpy as np

from ... import validate
from ...nd import NDArray
from .dataset import check_length
from .sampler import BatchSampler, RandomSampler, SequentialSampler, check_function
from .workers import Team

__all__ = ["DataLoader", "WorkerTimeout", "default_batchify_fn", "default_mp_batchify_fn"]


class WorkerTimeout(multiprocessing.TimeoutError, TimeoutError):
    """A batch was not ready in time. MXNet raises multiprocessing's TimeoutError, which is not Python's: this is both."""


def default_batchify_fn(data):
    """Make a batch of a list of samples: stack them along a new first axis.

    Parameters
    ----------
    data : list
        Samples: numbers, numpy arrays, NDArrays, lists of numbers, or tuples of these.

    Returns
    -------
    NDArray or list
        Of tuples, a list with one entry for each of their parts. The dtype is NumPy's: float64 stays float64, of Python's
        numbers an int gives int64 and a float gives float64.

    Raises
    ------
    TypeError
        If samples are no numbers.
    ValueError
        If samples differ in shape or in their number of parts.

    Examples
    --------
    >>> from mxedu.gluon.data.dataloader import default_batchify_fn
    >>> data, label = default_batchify_fn([([1.0, 2.0], 7), ([3.0, 4.0], 8)])
    >>> data.shape, data.dtype.__name__, label.asnumpy().tolist()
    ((2, 2), 'float64', [7, 8])
    """
    remedy = "change them by dataset.transform(fn), or pass a batchify_fn"
    if len(data) == 0:
        raise ValueError("a batch must have at least one sample, got an empty list")
    if isinstance(data[0], tuple):
        parts = {len(sample) if isinstance(sample, tuple) else None for sample in data}
        if len(parts) > 1:
            raise ValueError(f"the samples of a batch must be tuples of one length, got lengths {parts}: {remedy}")
        return [default_batchify_fn(part) for part in zip(*data, strict=True)]
    entries = [sample._data if isinstance(sample, NDArray) else sample for sample in data]
    try:
        batch = np.asarray(entries)
    except ValueError:
        shapes = ", ".join(map(str, sorted({np.shape(entry) for entry in entries})))
        raise ValueError(f"the samples of a batch must have one shape, got {shapes}: {remedy}") from None
    if batch.dtype.kind not in "biuf":
        raise TypeError(f"the samples of a batch must be numbers or arrays of numbers, got {type(data[0]).__name__}: {remedy}")
    return NDArray(batch)


default_mp_batchify_fn = default_batchify_fn  # MXNet's goes through shared memory; here NDArrays are pickled as numpy arrays


class DataLoader:
    """Go through a dataset in batches; each iteration over the loader is one epoch.

    Parameters
    ----------
    dataset : Dataset, array or list
        The samples.
    batch_size : int, optional
        How many samples make a batch. Needed unless `batch_sampler` is given.
    shuffle : bool, default False
        Go through the samples in a new random order each epoch, drawn from NumPy's global generator.
    sampler : Sampler, optional
        Gives the order, instead of `shuffle`.
    last_batch : {'keep', 'discard', 'rollover'}, optional
        What becomes of samples that do not fill a batch; see `BatchSampler`. Default: 'keep'.
    batch_sampler : Sampler, optional
        Gives the indices of each batch as a list, instead of the four arguments before.
    batchify_fn : callable, optional
        Makes a batch of a list of samples. Default: `default_batchify_fn`. Of samples ``(data, label)`` it gives the list
        ``[data, label]`` of NDArrays.
    num_workers : int, default 0
        How many workers make batches ahead. 0: each batch is made when it is asked for.
    pin_memory, pin_device_id
        Accepted for MXNet's sake; there is no device here.
    prefetch : int, optional
        How many batches the workers may be ahead. Default: ``2 * num_workers``.
    thread_pool : bool, default False
        Whether the workers are threads. They suit datasets that wait (for files) or compute in NumPy, and share the memory
        and NumPy's generator with the main program. Processes suit Python code.
    timeout : float, default 120
        How many seconds to wait for a batch of the workers.
    auto_reload
        Accepted for MXNet's sake; here workers begin an epoch when it is iterated.

    Notes
    -----
    Worker processes start with the first epoch, get the dataset then, and serve all later ones; they end with the loader. Where the
    platform has it they are forked, and dataset and functions can be anything; elsewhere they must be picklable.

    The number of workers does not change the order of the samples. Random transforms in worker processes draw other numbers than in
    the main program, but ``np.random.seed(s)`` makes them repeatable too: before each batch the generators of NumPy, Python and
    `mxedu.random` there are seeded, from the state that NumPy's generator of the main program has when the epoch begins and the
    number of the batch. If numbers were drawn there and the main program itself has drawn none, its generator is moved on by one draw,
    so that the next epoch gets others.

    Examples
    --------
    >>> import numpy as np
    >>> from mxedu import nd
    >>> from mxedu.gluon.data import ArrayDataset, DataLoader
    >>> dataset = ArrayDataset(nd.array([[1, 1], [2, 2], [3, 3]]), nd.array([10, 20, 30]))
    >>> np.random.seed(0)
    >>> for data, label in DataLoader(dataset, batch_size=2, shuffle=True):
    ...     print(data.asnumpy().tolist(), label.asnumpy())
    [[3.0, 3.0], [2.0, 2.0]] [30. 20.]
    [[1.0, 1.0]] [10.]
    """

    def __init__(
        self, dataset, batch_size=None, shuffle=False, sampler=None, last_batch=None, batch_sampler=None, batchify_fn=None,
        num_workers=0, pin_memory=False, pin_device_id=0, prefetch=None, thread_pool=False, timeout=120, auto_reload=False,
    ):  # fmt: skip
        if batchify_fn is None:
            batchify_fn = default_batchify_fn
        check_function("batchify_fn", batchify_fn)
        self._make = functools.partial(_make_batch, dataset, batchify_fn)
        self._batch_sampler = _batch_sampler(dataset, batch_size, shuffle, sampler, last_batch, batch_sampler)
        self._num_workers = validate.integer("num_workers", num_workers, low=0)
        self._prefetch = 2 * self._num_workers if prefetch is None else validate.integer("prefetch", prefetch, low=0)
        self._threads = bool(thread_pool)
        self._timeout = validate.real("timeout", timeout, above=0)
        self._team, self._end_team = None, lambda: None

    def __len__(self):
        return len(self._batch_sampler)

    def __iter__(self):
        batches = enumerate(map(_indices, self._batch_sampler))
        if self._num_workers == 0:
            for number, indices in batches:
                yield self._make(number, indices)
            return
        if self._team is None or not self._team.is_fit():
            self._end_team()
            self._team = Team(self._make, self._num_workers, self._threads)
            self._end_team = weakref.finalize(self, self._team.stop)  # when the loader is collected, and when the program ends
        team, start, wanted, under_way = self._team, None if self._threads else _peek(), [True], collections.deque()
        try:
            for number, indices in batches:
                under_way.append(team.submit(wanted, number, indices, start))
                if len(under_way) > self._prefetch:
                    yield self._wait(under_way.popleft(), start)
            while under_way:
                yield self._wait(under_way.popleft(), start)
        finally:
            wanted.clear()

    def _wait(self, result, start):
        """Give the batch when it is ready. If that takes too long, or is interrupted, the workers are ended."""
        try:
            result.wait(self._timeout)
        except BaseException:
            self._end_team()
            raise
        if not result.ready():
            self._end_team()
            raise WorkerTimeout(
                f"a batch was not ready after timeout={self._timeout} seconds. If the dataset is slow, give a larger timeout or more "
                "workers; if it hangs, num_workers=0 shows where. The next epoch starts new workers"
            )
        batch, drew = result.get()
        if drew and _peek() == start:
            np.random.random_sample()  # else the next epoch would begin in the same state, and its workers repeat their draws
        return batch


def _batch_sampler(dataset, batch_size, shuffle, sampler, last_batch, batch_sampler):
    """Give the sampler of batches that the arguments ask for; refuse those that contradict each other."""
    if batch_sampler is not None:
        others = {"batch_size": batch_size, "shuffle": shuffle or None, "sampler": sampler, "last_batch": last_batch}
        given = ", ".join(name for name, value in others.items() if value is not None)
        if given:
            raise ValueError(f"batch_sampler already says which samples make a batch: leave out {given}, or batch_sampler")
        if not hasattr(batch_sampler, "__iter__"):
            raise TypeError(f"batch_sampler must be a Sampler, got {type(batch_sampler).__name__} {batch_sampler!r}: use BatchSampler")
        return batch_sampler
    if batch_size is None:
        raise ValueError("batch_size must be specified unless batch_sampler is: pass batch_size=32, say")
    if sampler is None:
        length = check_length("dataset", dataset)
        sampler = RandomSampler(length) if shuffle else SequentialSampler(length)
    elif shuffle:
        raise ValueError("sampler already says in which order samples come: leave out shuffle, or pass sampler=RandomSampler(len(dataset))")
    return BatchSampler(sampler, batch_size, "keep" if last_batch is None else last_batch)


def _indices(batch):
    """Give the indices of a batch as a list."""
    if not hasattr(batch, "__iter__"):
        raise TypeError(
            f"batch_sampler must give lists of indices, got {type(batch).__name__} {batch!r}: a sampler of single indices is passed as "
            "sampler, with a batch_size"
        )
    return list(batch)


def _make_batch(dataset, batchify_fn, number, indices):
    """Give the batch of these samples. An exception gets a note that says where in the dataset it happened."""
    samples = []
    try:
        for index in indices:
            samples.append(dataset[index])
        return batchify_fn(samples)
    except Exception as error:
        at = f"sample {indices[len(samples)]}" if len(samples) < len(indices) else f"batchify_fn over the samples {reprlib.repr(indices)}"
        error.add_note(f"DataLoader: raised by {at}, in batch {number} of the epoch (counted from 0)")
        raise


def _peek():
    """Give what NumPy's global generator would draw next. It stays where it is: the order of samples must not depend on workers."""
    state = np.random.get_state()
    words = np.random.randint(0, 2**32, size=4, dtype=np.uint32).tolist()
    np.random.set_state(state)
    return words
