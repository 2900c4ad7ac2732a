"""Datasets, samplers and the DataLoader, with and without workers. What is called MXNet's here was written down from MXNet 1.9.1."""

import contextlib
import gc
import itertools
import multiprocessing
import operator
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings

import numpy as np
import pytest

import mxedu.gluon.data.workers as workers_module
from mxedu import nd
from mxedu.gluon.data import (
    ArrayDataset,
    BatchSampler,
    DataLoader,
    Dataset,
    FilterSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SimpleDataset,
)
from mxedu.gluon.data.dataloader import WorkerTimeout, default_batchify_fn, default_mp_batchify_fn
from tests.helpers import unchanged

FORKS = "fork" in multiprocessing.get_all_start_methods()
NUMBERS = np.arange(10)
PAIRS = ArrayDataset(np.arange(20, dtype="float32").reshape(10, 2), NUMBERS)
THREADS, PROCESSES = {"num_workers": 2, "thread_pool": True}, {"num_workers": 2}
WORKERS = [pytest.param(THREADS, id="threads"), pytest.param(PROCESSES, id="processes")]
ALL = [pytest.param({}, id="none"), *WORKERS]


def values(batches):
    """The elements of NDArrays, as nested lists."""
    if isinstance(batches, nd.NDArray):
        return batches.asnumpy().tolist()
    return [values(batch) for batch in batches]


# Datasets.


class Squares(Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, i):
        return i**2


@pytest.mark.parametrize(
    "dataset, samples",
    [
        (Squares(), [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]),
        (Squares().filter(lambda x: x % 2), [1, 9, 25, 49, 81]),
        (Squares().filter(lambda x: False), []),
        (Squares().take(3), [0, 1, 4]),
        (Squares().take(0), []),
        (Squares().take(11), [i**2 for i in range(10)]),
        (Squares().take(None), [i**2 for i in range(10)]),
        (Squares().sample(SequentialSampler(3, 5)), [25, 36, 49]),
        (Squares().take(6).filter(lambda x: x % 2).take(2).transform(lambda x: -x), [-1, -9]),
        (Squares().take(3).transform(lambda x: (x, -x)), [(0, 0), (1, -1), (4, -4)]),
        (Squares().take(3).transform(lambda x: (x, -x)).transform(operator.sub), [0, 2, 8]),
        (Squares().take(3).transform_first(lambda x: x + 1), [1, 2, 5]),
        (SimpleDataset("abc"), ["a", "b", "c"]),
        (SimpleDataset([[1, 2], [3, 4]]).transform(lambda x: x[::-1]), [[2, 1], [4, 3]]),  # only a tuple is several arguments
        (ArrayDataset([1, 2, 3]), [1, 2, 3]),
        (ArrayDataset([1, 2], "ab"), [(1, "a"), (2, "b")]),
        (ArrayDataset(Squares().take(2), SimpleDataset("ab")), [(0, "a"), (1, "b")]),
        (ArrayDataset([1, 2, 3], "abc").filter(lambda pair: pair[0] != 2), [(1, "a"), (3, "c")]),
        (ArrayDataset([1, 2], "ab").transform_first(lambda x: x * 10), [(10, "a"), (20, "b")]),
        (ArrayDataset([1, 2], "ab", [5, 6]).transform_first(lambda x: x * 10), [(10, "a", 5), (20, "b", 6)]),
    ],
)
def test_datasets(dataset, samples):
    assert len(dataset) == len(samples)
    assert [dataset[i] for i in range(len(dataset))] == samples
    assert list(dataset) == samples


@pytest.mark.parametrize(
    "num_shards, lengths", [(1, [10]), (2, [5, 5]), (3, [4, 3, 3]), (4, [3, 3, 2, 2]), (12, [1] * 10 + [0, 0])]
)  # MXNet's lengths
def test_shards_make_up_the_dataset(num_shards, lengths):
    shards = [list(Squares().shard(num_shards, i)) for i in range(num_shards)]
    assert [len(shard) for shard in shards] == lengths
    assert list(itertools.chain(*shards)) == list(Squares())


@pytest.mark.parametrize("method", ["transform", "transform_first"])
def test_lazy_or_now(method):
    calls = []
    lazy = getattr(Squares().take(2), method)(calls.append)
    assert calls == []
    assert [lazy[1], lazy[1], calls] == [None, None, [1, 1]]
    now = getattr(Squares().take(2), method)(calls.append, lazy=False)
    assert calls == [1, 1, 0, 1]
    assert [now[0], len(now), calls] == [None, 2, [1, 1, 0, 1]]


def test_what_is_sampled_stays():
    np.random.seed(0)
    shuffled = Squares().sample(RandomSampler(10))
    assert list(shuffled) == [4, 64, 16, 81, 1, 36, 49, 9, 0, 25]  # MXNet's
    assert list(shuffled) == [4, 64, 16, 81, 1, 36, 49, 9, 0, 25]


def test_an_index_error_does_not_end_the_iteration_silently():
    with pytest.raises(IndexError, match="out of range"):
        list(Squares().transform(lambda x: [1, 2][x]))


def test_entries_of_array_datasets():
    """A vector in an NDArray is copied to numpy, and its entries are numbers; rows of matrices are arrays."""
    labels = nd.array([0, 1])
    dataset = ArrayDataset(nd.array([[1, 2], [3, 4]]), labels, np.array([[5.0], [6.0]]))
    labels[:] = 7
    row, label, other = dataset[1]
    assert isinstance(row, nd.NDArray) and values(row) == [3, 4]
    assert type(label) is np.float32 and label == 1
    assert isinstance(other, np.ndarray) and other.tolist() == [6]


# Samplers.


@pytest.mark.parametrize(
    "sampler, indices",
    [
        (SequentialSampler(4), [0, 1, 2, 3]),
        (SequentialSampler(3, 5), [5, 6, 7]),
        (SequentialSampler(0), []),
        (FilterSampler(lambda x: x > 30, Squares()), [6, 7, 8, 9]),
        (FilterSampler(lambda pair: pair[1] == "b", ArrayDataset([1, 2], "ab")), [1]),
        (RandomSampler(0), []),
        (BatchSampler(SequentialSampler(5), 2), [[0, 1], [2, 3], [4]]),
        (BatchSampler([7, 8, 9], 2), [[7, 8], [9]]),
    ],
)
def test_samplers(sampler, indices):
    assert isinstance(sampler, Sampler)
    assert len(sampler) == len(indices)
    assert list(sampler) == list(sampler) == indices


def test_a_random_sampler_has_mxnets_order():
    np.random.seed(0)
    sampler = RandomSampler(10)
    assert list(sampler) == [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]
    assert list(sampler) == [3, 5, 1, 2, 9, 8, 0, 6, 7, 4]
    assert len(sampler) == 10


@pytest.mark.parametrize(
    "length, batch_size, last_batch, epochs",  # MXNet's
    [
        (10, 4, "keep", [[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]] * 3),
        (10, 4, "discard", [[[0, 1, 2, 3], [4, 5, 6, 7]]] * 3),
        (10, 4, "rollover", [
            [[0, 1, 2, 3], [4, 5, 6, 7]], [[8, 9, 0, 1], [2, 3, 4, 5], [6, 7, 8, 9]], [[0, 1, 2, 3], [4, 5, 6, 7]],
        ]),
        (8, 4, "keep", [[[0, 1, 2, 3], [4, 5, 6, 7]]] * 2),
        (8, 4, "rollover", [[[0, 1, 2, 3], [4, 5, 6, 7]]] * 2),
        (3, 5, "keep", [[[0, 1, 2]]] * 2),
        (3, 5, "discard", [[]] * 2),
        (3, 5, "rollover", [[], [[0, 1, 2, 0, 1]], [], [[2, 0, 1, 2, 0]]]),
        (0, 5, "keep", [[]] * 2),
        (0, 5, "rollover", [[]] * 2),
    ],
)
@pytest.mark.parametrize("through", ["sampler", "loader"])
def test_the_last_batch(length, batch_size, last_batch, epochs, through):
    if through == "sampler":
        batches = BatchSampler(SequentialSampler(length), batch_size, last_batch)
    else:
        batches = DataLoader(NUMBERS[:length], batch_size, last_batch=last_batch)
    for expected in epochs:
        assert len(batches) == len(expected)
        assert (list if through == "sampler" else values)(batches) == expected


def test_an_abandoned_epoch_rolls_nothing_over():
    batches = BatchSampler(SequentialSampler(10), 4, "rollover")
    assert list(itertools.islice(batches, 2)) == list(batches) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert next(iter(batches)) == [8, 9, 0, 1]
    assert next(iter(batches)) == [0, 1, 2, 3]


# Batches.


@pytest.mark.parametrize(
    "samples, dtype, expected",  # MXNet's
    [
        ([1, 2, 3], "int64", [1, 2, 3]),
        ([2**40, 1], "int64", [2**40, 1]),
        ([1.5, 2], "float64", [1.5, 2.0]),
        ([True, False], "bool", [True, False]),
        ([np.float32(1), np.float32(2)], "float32", [1, 2]),
        ([np.int32(1), np.int32(2)], "int32", [1, 2]),
        ([np.array(1.0), np.array(2.0)], "float64", [1, 2]),
        ([np.zeros(2, "uint8"), np.ones(2, "uint8")], "uint8", [[0, 0], [1, 1]]),
        ([np.zeros(2, "float16"), np.ones(2, "float16")], "float16", [[0, 0], [1, 1]]),
        ([np.zeros(2), np.ones(2)], "float64", [[0, 0], [1, 1]]),
        ([np.zeros(2, "float32"), np.ones(2)], "float64", [[0, 0], [1, 1]]),
        ([[1, 2], [3, 4]], "int64", [[1, 2], [3, 4]]),
        ([nd.zeros(2), nd.ones(2)], "float32", [[0, 0], [1, 1]]),
        ([nd.zeros(2, dtype="int32"), nd.ones(2, dtype="int32")], "int32", [[0, 0], [1, 1]]),
        ([nd.ones(3)[0], nd.ones(3)[1]], "float32", [[1], [1]]),
        ([np.zeros(2, "float32"), nd.ones(2)], "float32", [[0, 0], [1, 1]]),  # MXNet refuses this mixture
    ],
)
@pytest.mark.parametrize("batchify", [default_batchify_fn, default_mp_batchify_fn])
def test_samples_are_stacked_in_their_dtype(batchify, samples, dtype, expected):
    batch = batchify(samples)
    assert isinstance(batch, nd.NDArray)
    assert batch.dtype == np.dtype(dtype).type
    assert values(batch) == expected


def test_tuples_make_lists_of_batches():
    batch = default_batchify_fn([(1, (2, [3.0, 4.0])), (5, (6, [7.0, 8.0]))])
    assert type(batch) is list and type(batch[1]) is list
    assert values(batch) == [[1, 5], [[2, 6], [[3, 4], [7, 8]]]]
    assert values(default_batchify_fn([(1,), (2,)])) == [[1, 2]]


def test_a_batch_is_a_copy():
    sample = np.zeros(2)
    batch = default_batchify_fn([sample])
    batch[:] = 1
    assert sample.tolist() == [0, 0]


@pytest.mark.parametrize(
    "samples, error, words",
    [
        ([], ValueError, "at least one sample, got an empty list"),
        (["a", "b"], TypeError, r"numbers or arrays of numbers, got str: change them by dataset.transform\(fn\), or pass a batchify_fn"),
        ([None], TypeError, "numbers or arrays of numbers, got NoneType"),
        ([{"a": 1}], TypeError, "numbers or arrays of numbers, got dict"),
        ([1j], TypeError, "numbers or arrays of numbers, got complex"),
        ([np.zeros(2), np.zeros(3)], ValueError, r"must have one shape, got \(2,\), \(3,\): change them"),
        ([nd.zeros(2), nd.zeros((2, 1))], ValueError, r"must have one shape, got \(2,\), \(2, 1\): change them"),
        ([(1, 2), (1, 2, 3)], ValueError, r"tuples of one length, got lengths \{2, 3\}: change them"),
        ([(1, 2), 1], ValueError, "tuples of one length"),
    ],
)
def test_samples_that_make_no_batch(samples, error, words):
    with pytest.raises(error, match=words):
        default_batchify_fn(samples)


# The loader, whoever makes its batches.


@pytest.mark.parametrize("how", ALL)
class TestLoader:
    def test_batches_come_in_order(self, how):
        loader = DataLoader(PAIRS, 4, **how)
        assert len(loader) == 3
        for _ in range(2):
            batches = list(loader)
            assert [type(batch) for batch in batches] == [list] * 3
            assert {type(x) for batch in batches for x in batch} == {nd.NDArray}
            assert [x.dtype for x in batches[0]] == [np.float32, np.int64]
            assert values(batches) == [
                [[[0, 1], [2, 3], [4, 5], [6, 7]], [0, 1, 2, 3]], [[[8, 9], [10, 11], [12, 13], [14, 15]], [4, 5, 6, 7]],
                [[[16, 17], [18, 19]], [8, 9]],
            ]  # fmt: skip

    def test_batches_can_be_written_to(self, how):
        for batch in DataLoader([[1.0, 2.0], [3.0, 4.0]], 1, **how):
            batch *= 2
            assert values(batch) in ([[2, 4]], [[6, 8]])

    def test_a_shuffled_epoch_has_mxnets_order(self, how):
        """Whatever the workers, and with another loader in between, which draws nothing."""
        np.random.seed(0)
        loader, other = DataLoader(NUMBERS, 4, shuffle=True, **how), DataLoader(NUMBERS, 4, **how)
        assert values(loader) == [[2, 8, 4, 9], [1, 6, 7, 3], [0, 5]]
        assert values(other) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
        assert values(loader) == [[3, 5, 1, 2], [9, 8, 0, 6], [7, 4]]
        assert np.random.randint(1000) == 551

    def test_shuffled_rollover(self, how):
        np.random.seed(0)
        loader = DataLoader(NUMBERS, 4, shuffle=True, last_batch="rollover", **how)
        assert [values(loader), values(loader)] == [[[2, 8, 4, 9], [1, 6, 7, 3]], [[0, 5, 3, 5], [1, 2, 9, 8], [0, 6, 7, 4]]]  # MXNet's

    @pytest.mark.parametrize(
        "arguments, batches",
        [
            ({"batch_size": 2, "sampler": SequentialSampler(3, 2)}, [[2, 3], [4]]),
            ({"batch_size": 2, "sampler": [9, 1, 5]}, [[9, 1], [5]]),
            ({"batch_size": 2, "sampler": [9, 1, 5], "last_batch": "discard"}, [[9, 1]]),
            ({"batch_sampler": BatchSampler(SequentialSampler(3), 2)}, [[0, 1], [2]]),
            ({"batch_sampler": [[5, 1], (7,), np.array([2, 2])]}, [[5, 1], [7], [2, 2]]),
        ],
    )
    def test_samplers_of_ones_own(self, how, arguments, batches):
        loader = DataLoader(NUMBERS, **arguments, **how)
        assert len(loader) == len(batches)
        assert values(loader) == batches

    @pytest.mark.parametrize(
        "dataset",
        [list(range(10)), NUMBERS, nd.array(NUMBERS), Squares().transform(lambda x: round(x**0.5)), ArrayDataset(nd.array(NUMBERS))],
    )
    def test_anything_with_a_length_is_a_dataset(self, how, dataset):
        batches = [batch.reshape(-1) for batch in DataLoader(dataset, 4, **how)]  # one element of a vector has shape (1,)
        assert values(batches) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]

    def test_an_empty_dataset_has_no_batches(self, how):
        assert values(DataLoader([], 4, shuffle=True, **how)) == []

    def test_a_batchify_fn_gives_what_it_likes(self, how):
        loader = DataLoader(NUMBERS, 4, batchify_fn=lambda samples: {"sum": sum(samples), "of": nd.array(samples)}, **how)
        assert [(batch["sum"], values(batch["of"])) for batch in loader] == [(6, [0, 1, 2, 3]), (22, [4, 5, 6, 7]), (17, [8, 9])]

    def test_two_iterations_at_once(self, how):
        loader = DataLoader(NUMBERS, 2, **how)
        first, second = iter(loader), iter(loader)
        assert values([next(first), next(first), next(second)]) == [[0, 1], [2, 3], [0, 1]]
        assert values(zip(first, second, strict=False)) == [[[4, 5], [2, 3]], [[6, 7], [4, 5]], [[8, 9], [6, 7]]]
        assert values(second) == [[8, 9]]

    def test_breaking_out_and_starting_again(self, how):
        loader = DataLoader(NUMBERS, 2, **how)
        for _ in range(5):
            for batch in loader:
                assert values(batch) == [0, 1]
                break
        assert values(loader) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]

    def test_an_error_keeps_its_type_and_says_where(self, how):
        def fn(x):
            if x == 6:
                raise KeyError("six", x)
            return x

        loader = DataLoader(SimpleDataset(range(10)).transform(fn), 2, sampler=[9, 8, 5, 6, 7], **how)
        for _ in range(2):
            batches = iter(loader)
            assert values(next(batches)) == [9, 8]
            with pytest.raises(KeyError) as caught:
                next(batches)
            assert caught.value.args == ("six", 6)
            assert caught.value.__notes__[0] == "DataLoader: raised by sample 6, in batch 1 of the epoch (counted from 0)"

    def test_an_error_of_batchify_says_where(self, how):
        with pytest.raises(TypeError, match="numbers or arrays") as caught:
            list(DataLoader("abc", 2, **how))
        assert caught.value.__notes__[0].startswith("DataLoader: raised by batchify_fn over the samples [0, 1], in batch 0")

    def test_an_error_of_the_sampler(self, how):
        with pytest.raises(TypeError, match="batch_sampler must give lists of indices, got int 3: .* passed as sampler, with a batch_size"):
            list(DataLoader(NUMBERS, batch_sampler=[3, 4], **how))


@pytest.mark.parametrize(
    "call, error, words",
    [
        # Row 69 of MXNet's misuses.
        (lambda: DataLoader(PAIRS), ValueError, "batch_size must be specified unless batch_sampler is: pass batch_size=32"),
        (lambda: ArrayDataset([1, 2, 3], [1, 2]), ValueError, "arrays of ArrayDataset must have the same length, got lengths 3, 2"),
        # Not in the table.
        (lambda: ArrayDataset(), ValueError, "at least one array, got none"),
        (lambda: ArrayDataset([1], iter([1])), TypeError, r"array 1 of ArrayDataset must have a length.* got list_iterator.*list\(...\)"),
        (lambda: ArrayDataset(np.array(3)), TypeError, "array 0 of ArrayDataset must have a length .*, got ndarray"),
        (lambda: SimpleDataset(3), TypeError, "data must have a length and be indexed by number, got int"),
        (lambda: Dataset()[0], NotImplementedError, r"Dataset must define __getitem__\(idx\)"),
        (lambda: len(type("Mine", (Dataset,), {})()), NotImplementedError, "Mine must define __len__"),
        (lambda: iter(Sampler()), NotImplementedError, "Sampler must define __iter__"),
        (lambda: len(Sampler()), NotImplementedError, "Sampler must define __len__"),
        (lambda: PAIRS.shard(3, 3), ValueError, "index must be less than num_shards, got 3 of 3: the shards count from 0"),
        (lambda: PAIRS.shard(3, -1), ValueError, "index must be an integer of at least 0, got -1"),
        (lambda: PAIRS.shard(0, 0), ValueError, "num_shards must be an integer of at least 1, got 0"),
        (lambda: PAIRS.take(-1), ValueError, "count must be an integer of at least 0, got -1"),
        (lambda: PAIRS.take(2.5), TypeError, "count must be an integer of at least 0, got float 2.5"),
        (lambda: PAIRS.sample([1, 2]), TypeError, "sampler must be a Sampler, got list: .* write a subclass of Sampler"),
        (lambda: PAIRS.transform(3), TypeError, "fn must be a function, got int 3"),
        (lambda: PAIRS.transform_first(3), TypeError, "fn must be a function, got int 3"),
        (lambda: PAIRS.filter(3), TypeError, "fn must be a function, got int 3"),
        (lambda: SequentialSampler(-1), ValueError, "length must be an integer of at least 0, got -1"),
        (lambda: SequentialSampler(3, 1.5), TypeError, "start must be an integer of at least 0, got float 1.5"),
        (lambda: RandomSampler(PAIRS), TypeError, "length must be an integer of at least 0, got ArrayDataset"),
        (lambda: BatchSampler(10, 2), TypeError, r"sampler must be a Sampler, got int 10: use SequentialSampler\(length\)"),
        (lambda: BatchSampler([1], 0), ValueError, "batch_size must be an integer of at least 1, got 0"),
        (lambda: BatchSampler([1], 1, "drop"), ValueError, "last_batch must be one of 'keep', 'discard' or 'rollover', got 'drop'"),
        (lambda: DataLoader(PAIRS, 0), ValueError, "batch_size must be an integer of at least 1, got 0"),
        (lambda: DataLoader(PAIRS, 2.5), TypeError, "batch_size must be an integer of at least 1, got float 2.5"),
        (lambda: DataLoader(iter([1]), 2), TypeError, "dataset must have a length and be indexed by number, got list_iterator"),
        (lambda: DataLoader(PAIRS, 2, True, [1, 2]), ValueError, "sampler already says in which order .*: leave out shuffle"),
        (lambda: DataLoader(PAIRS, 2, sampler=3), TypeError, "sampler must be a Sampler, got int 3"),
        (lambda: DataLoader(PAIRS, 2, last_batch="drop"), ValueError, "last_batch must be one of .*, got 'drop'"),
        (lambda: DataLoader(PAIRS, batch_sampler=3), TypeError, "batch_sampler must be a Sampler, got int 3: use BatchSampler"),
        (lambda: DataLoader(PAIRS, 1, batch_sampler=[[1]]), ValueError, "batch_sampler already says .*: leave out batch_size, or"),
        (lambda: DataLoader(PAIRS, shuffle=True, last_batch="keep", batch_sampler=[[1]]), ValueError, "leave out shuffle, last_batch, or"),
        (lambda: DataLoader(PAIRS, sampler=[1], batch_sampler=[[1]]), ValueError, "leave out sampler, or batch_sampler"),
        (lambda: DataLoader(PAIRS, 2, batchify_fn=3), TypeError, "batchify_fn must be a function, got int 3"),
        (lambda: DataLoader(PAIRS, 2, num_workers=-1), ValueError, "num_workers must be an integer of at least 0, got -1"),
        (lambda: DataLoader(PAIRS, 2, num_workers=1.5), TypeError, "num_workers must be an integer of at least 0, got float 1.5"),
        (lambda: DataLoader(PAIRS, 2, prefetch=-1), ValueError, "prefetch must be an integer of at least 0, got -1"),
        (lambda: DataLoader(PAIRS, 2, timeout=0), ValueError, "timeout must be a finite number greater than 0, got 0"),
        (lambda: DataLoader(PAIRS, 2, timeout=None), TypeError, "timeout must be a finite number greater than 0, got NoneType None"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, error, words):
    with unchanged(np.random.mtrand._rand), pytest.raises(error, match=words):
        call()


def test_arguments_of_mxnet_that_mean_nothing_here():
    loader = DataLoader(NUMBERS, 5, False, None, None, None, None, 0, True, 0, 3, True, 60, True)
    assert values(loader) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


# Workers.


def children():
    return {process.pid for process in multiprocessing.active_children()}


def gone(pid):
    """Wait a little until a process is gone."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def counter():
    return multiprocessing.get_context("fork").Value("i", 0)


def counted(counter, fn=lambda x: x):
    def count(x):
        with counter.get_lock():
            counter.value += 1
        return fn(x)

    return SimpleDataset(range(100)).transform(count)


@pytest.mark.parametrize("how", WORKERS)
@pytest.mark.skipif(not FORKS, reason="these datasets hold lambdas and locks, which only a fork passes on")
class TestWorkers:
    def test_they_work_at_the_same_time(self, how):
        """Two samples that wait for each other: one worker alone would wait for ever."""
        barrier = threading.Barrier(2) if how is THREADS else multiprocessing.get_context("fork").Barrier(2)
        loader = DataLoader(SimpleDataset(range(6)).transform(lambda x: x + 0 * barrier.wait(20)), 1, **how)
        assert values(loader) == [[0], [1], [2], [3], [4], [5]]

    def test_a_slow_batch_keeps_its_place(self, how):
        loader = DataLoader(SimpleDataset(range(4)).transform(lambda x: (time.sleep(0.2 * (x == 0)), x)[1]), 1, **how)
        assert values(loader) == [[0], [1], [2], [3]]

    @pytest.mark.parametrize("prefetch, ahead", [(None, 4), (0, 0), (1, 1), (7, 7)])
    def test_prefetch_bounds_how_far_they_are_ahead(self, how, prefetch, ahead, counter):
        batches = iter(DataLoader(counted(counter), 1, prefetch=prefetch, **how))
        for taken in range(1, 4):
            next(batches)
            for _ in range(100):
                if counter.value == taken + ahead:
                    break
                time.sleep(0.02)
            time.sleep(0.05)
            assert counter.value == taken + ahead

    def test_an_abandoned_epoch_is_not_worked_off(self, how, counter):
        gate = threading.Event() if how is THREADS else multiprocessing.get_context("fork").Event()
        loader = DataLoader(counted(counter, lambda x: x + 0 * (x == 0 or gate.wait(20))), 1, prefetch=50, **how)
        assert values(itertools.islice(loader, 1)) == [[0]]
        gate.set()
        time.sleep(0.3)
        assert counter.value <= 3  # the first sample, and what the two workers had begun
        assert values(itertools.islice(loader, 3)) == [[0], [1], [2]]

    def test_a_timeout_is_a_clear_error(self, how):
        """The loader can be used again."""
        hang = multiprocessing.get_context("fork").Event()
        hang.set()
        dataset = SimpleDataset(range(6)).transform(lambda x: time.sleep(30 * (x == 1 and hang.is_set())) or x)
        loader = DataLoader(dataset, 1, timeout=0.5, **how)
        batches = iter(loader)
        next(batches)
        start = time.monotonic()
        with pytest.raises(WorkerTimeout, match=r"not ready after timeout=0.5 seconds.* larger timeout.* num_workers=0 shows where"):
            list(batches)
        assert time.monotonic() - start < 20
        assert issubclass(WorkerTimeout, multiprocessing.TimeoutError) and issubclass(WorkerTimeout, TimeoutError)
        hang.clear()
        assert values(loader) == [[0], [1], [2], [3], [4], [5]]

    def test_an_iteration_whose_workers_were_stopped_says_so(self, how):
        dataset = SimpleDataset(range(6)).transform(lambda x: time.sleep(30 * (x == 3)) or x)
        loader = DataLoader(dataset, 1, timeout=0.5, prefetch=0, **how)
        other, batches = iter(loader), iter(loader)
        next(other)
        with pytest.raises(WorkerTimeout):
            list(batches)
        with pytest.raises(RuntimeError, match="workers of this DataLoader have been stopped, .*: begin a new epoch"):
            next(other)

    def test_a_loader_used_in_a_thread(self, how):
        seen = []
        thread = threading.Thread(target=lambda: seen.extend(values(DataLoader(NUMBERS, 5, **how))))
        thread.start()
        thread.join(20)
        assert seen == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]

    def test_they_end_with_the_loader(self, how):
        before = set(threading.enumerate())
        loader = DataLoader(NUMBERS, 1, **how)
        batches = iter(loader)
        next(batches)
        mine = set(threading.enumerate()) - before
        assert len(mine) >= 2
        del loader, batches
        gc.collect()
        for thread in mine:
            thread.join(20)
        assert not any(thread.is_alive() for thread in mine)


@pytest.mark.skipif(not FORKS, reason="these tests look at forked processes")
class TestProcesses:
    def test_the_same_processes_serve_all_epochs(self):
        before = children()
        loader = DataLoader(SimpleDataset(range(8)).transform(lambda x: os.getpid()), 1, num_workers=2)
        first, second = set(map(int, loader)), set(map(int, loader))
        mine = children() - before
        assert len(mine) == 2
        assert first | second <= mine
        assert os.getpid() not in mine

    @pytest.mark.parametrize("seconds", [0, 1000])
    def test_processes_end_with_the_loader(self, seconds):
        """Even if they hang."""
        before = children()
        loader = DataLoader(SimpleDataset(range(9)).transform(lambda x: time.sleep(seconds * (x > 0)) or x), 1, num_workers=2)
        for _ in loader:
            break
        mine = children() - before
        assert len(mine) == 2
        del loader
        gc.collect()
        assert all(map(gone, mine))

    def test_the_dataset_is_sent_once(self):
        """It is not pickled at all: this one cannot be."""
        dataset = SimpleDataset([threading.Lock()] * 6).transform(lambda lock: lock.locked())
        assert values(DataLoader(dataset, 3, num_workers=2)) == [[False] * 3] * 2

    def test_large_batches_and_long_lists_of_indices(self):
        """Larger than what a pipe holds, in both directions."""
        dataset = SimpleDataset(range(200_000)).transform(lambda x: np.full(4, x, "float32"))
        total = sum(float(batch.sum().asscalar()) for batch in DataLoader(dataset, 50_000, num_workers=2))
        assert total == pytest.approx(4 * 199_999 * 100_000, rel=1e-6)

    def test_a_process_that_dies_is_noticed_at_once(self):
        """New ones take the place of all."""
        dies = multiprocessing.get_context("fork").Event()
        dies.set()

        def fn(x):
            if x == 2 and dies.is_set():
                os.kill(os.getpid(), signal.SIGKILL)
            return x

        before = children()
        loader = DataLoader(SimpleDataset(range(6)).transform(fn), 1, num_workers=2)
        start = time.monotonic()
        with pytest.raises(RuntimeError, match=r"worker process .* exit code -9 while it made batch 2 .* too little memory"):
            list(loader)
        assert time.monotonic() - start < 20
        mine = children() - before
        dies.clear()
        assert values(loader) == [[0], [1], [2], [3], [4], [5]]
        assert len(children() - before) == 2
        assert not children() & mine

    def test_a_timeout_ends_the_processes(self):
        before = children()
        loader = DataLoader(SimpleDataset([1000]).transform(time.sleep), 1, num_workers=2, timeout=0.5)
        with pytest.raises(WorkerTimeout):
            list(loader)
        assert not children() - before

    def test_the_workers_traceback_is_a_note(self):
        with pytest.raises(ZeroDivisionError) as caught:
            list(DataLoader(SimpleDataset([0]).transform(lambda x: 1 / x), 1, num_workers=1))
        where, trace = caught.value.__notes__
        assert "sample 0" in where
        assert trace.startswith("Traceback in worker process") and "lambda x: 1 / x" in trace

    def test_what_cannot_be_pickled_is_told(self):
        class Local(Exception):
            def __init__(self, a, b):
                super().__init__(f"{a} and {b}")

        def fn(x):
            raise Local(1, 2)

        with pytest.raises(RuntimeError, match=r"Local: 1 and 2 \(an exception that cannot be pickled") as caught:
            list(DataLoader(SimpleDataset([0]).transform(fn), 1, num_workers=1))
        assert "sample 0" in caught.value.__notes__[0]
        with pytest.raises(Exception, match="pickle"):
            list(DataLoader([0], 1, num_workers=1, batchify_fn=lambda samples: lambda: samples))

    def test_an_exit_in_the_dataset(self):
        with pytest.raises(RuntimeError, match="exit code 7 while it made batch 0"):
            list(DataLoader(SimpleDataset([0]).transform(lambda x: sys.exit(7)), 1, num_workers=1))

    @pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
    def test_a_forked_program_leaves_its_parents_workers_alone(self):
        loaders = [DataLoader(NUMBERS, 5, num_workers=2)]
        before = children()
        batches = iter(loaders[0])
        next(batches)
        mine = children() - before

        def child():
            batches.close()
            loaders.clear()
            gc.collect()

        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        process.join(20)
        assert process.exitcode == 0
        assert values(batches) == [[5, 6, 7, 8, 9]]
        assert values(loaders[0]) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
        assert children() - before == mine

    def test_forking_does_not_warn(self, monkeypatch):
        """Python 3.12 and later warn when a process with threads forks; here that is done in every version."""
        fork = os.fork

        def warns():
            words = "This process (pid=1) is multi-threaded, use of fork() may lead to deadlocks in the child."
            warnings.warn(words, DeprecationWarning, stacklevel=1)
            return fork()

        monkeypatch.setattr(os, "fork", warns)
        with pytest.raises(DeprecationWarning):
            os.fork()
        assert values(DataLoader(NUMBERS, 5, num_workers=2)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


class TestSpawned:
    """What happens where processes cannot be forked."""

    @pytest.fixture(autouse=True)
    def spawn(self, monkeypatch):
        monkeypatch.setattr(workers_module, "START_METHOD", "spawn")

    def test_batches(self):
        dataset = ArrayDataset(nd.array(NUMBERS), NUMBERS).transform_first(operator.neg)
        np.random.seed(0)
        loader = DataLoader(dataset, 4, shuffle=True, num_workers=1)
        assert values(loader) == [[[-2, -8, -4, -9], [2, 8, 4, 9]], [[-1, -6, -7, -3], [1, 6, 7, 3]], [[0, -5], [0, 5]]]

    def test_what_cannot_be_pickled_is_told(self):
        loader = DataLoader(Squares().transform(lambda x: x), 4, num_workers=1)
        with pytest.raises(Exception, match="pickle") as caught:
            list(loader)
        assert "define functions at the top of a module (no lambda), or use thread_pool=True" in caught.value.__notes__[0]


# Random transforms in worker processes.

DRAWS = {
    "numpy": lambda x: np.random.rand(),
    "python": lambda x: random.random(),
    "mxedu": lambda x: nd.random.uniform().asscalar(),
}


def draws(loader):
    return tuple(itertools.chain(*values(loader)))


@pytest.mark.skipif(not FORKS, reason="the datasets hold lambdas")
class TestRandomTransforms:
    @pytest.mark.parametrize("draw", DRAWS)
    @pytest.mark.parametrize("shuffle", [False, True])
    def test_no_draw_is_repeated_and_all_are_repeatable(self, draw, shuffle):
        """Within a batch, between batches, workers and epochs; and whatever the number of workers."""
        dataset = SimpleDataset(range(12)).transform(DRAWS[draw])
        runs = []
        for num_workers in (1, 2, 3):
            np.random.seed(7)
            loader = DataLoader(dataset, 2, shuffle=shuffle, num_workers=num_workers)
            runs.append([draws(loader), draws(loader), draws(loader)])
        assert runs[0] == runs[1] == runs[2]
        assert len(set(itertools.chain(*runs[0]))) == 36
        np.random.seed(8)
        assert draws(DataLoader(dataset, 2, shuffle=shuffle, num_workers=2)) not in runs[0]

    @pytest.mark.parametrize("shuffle", [False, True])
    def test_seeding_again_repeats_everything(self, shuffle):
        loader = DataLoader(SimpleDataset(range(12)).transform(DRAWS["numpy"]), 2, shuffle=shuffle, num_workers=2)
        runs = []
        for _ in range(2):
            np.random.seed(7)
            runs.append([draws(loader), draws(loader), np.random.rand()])
        assert runs[0] == runs[1]
        assert runs[0][0] != runs[0][1]

    def test_epochs_broken_off_or_under_way_at_once_differ_too(self):
        loader = DataLoader(SimpleDataset(range(12)).transform(DRAWS["numpy"]), 2, num_workers=2)
        iterations = [iter(loader) for _ in range(3)]
        firsts = [draws(itertools.islice(batches, 1)) for batches in [*iterations, loader, loader]]
        assert len(set(firsts)) == 5

    @pytest.mark.parametrize("draw", DRAWS)
    def test_the_main_program_draws_once_an_epoch_at_most(self, draw):
        """That once only if the workers drew, and nothing else moves the generator on."""
        dataset = SimpleDataset(range(6)).transform(DRAWS[draw])
        np.random.seed(3)
        random.seed(3)
        nd.random.seed(3)
        numbers = np.random.RandomState(3)
        with unchanged():  # mxedu's streams
            before = random.getstate()
            list(DataLoader(dataset, 2, num_workers=2))
            assert random.getstate() == before
        numbers.rand()
        assert np.random.rand() == numbers.rand()
        list(DataLoader(dataset, 2, shuffle=True, num_workers=2))
        numbers.shuffle(np.arange(6))
        assert np.random.rand() == numbers.rand()
        list(DataLoader(SimpleDataset(range(6)), 2, num_workers=2))
        assert np.random.rand() == numbers.rand()


# The end of the program.


def run(script, *, end=None, patience=30):
    """Run a program that uses a loader in a process group of its own; give its exit code and the lines it printed."""
    preamble = """
        import itertools, multiprocessing, os, signal, sys, time
        from mxedu.gluon.data import DataLoader, SimpleDataset
        forked = multiprocessing.get_context("fork")
        def pids():
            print("pids", *(process.pid for process in multiprocessing.active_children()), flush=True)
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(preamble) + textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True) as process:
        lines = []
        try:
            for line in process.stdout:
                lines.append(line.strip())
                if line.startswith("pids") and end:
                    end(process)
                    break
            output, _ = process.communicate(timeout=patience)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    pids = [int(pid) for line in lines if line.startswith("pids") for pid in line.split()[1:]]
    return process.returncode, [line for line in [*lines, *output.splitlines()] if not line.startswith("pids")], pids


@pytest.mark.skipif(not FORKS, reason="the programs hold lambdas")
class TestTheEnd:
    @pytest.mark.parametrize(
        "rest",
        [
            "list(loader); pids()",
            "next(iter(loader)); pids()",
            "batches = iter(loader); next(batches); pids()",
            "batches = iter(loader); next(batches); pids(); sys.exit()",
        ],
    )
    def test_a_program_ends_its_workers(self, rest):
        code, lines, pids = run(f"loader = DataLoader(range(20), 2, num_workers=2); {rest}")
        assert (code, lines, len(pids)) == (0, [], 2)
        assert all(map(gone, pids))

    def test_what_a_dataset_prints_is_seen(self):
        assert run("list(DataLoader(SimpleDataset('ab').transform(lambda x: print(x) or 0), 1, num_workers=1))")[1] == ["a", "b"]

    @pytest.mark.parametrize("threads", [False, True])
    def test_workers_that_hang_do_not_keep_it(self, threads):
        code, lines, pids = run(f"""
            hang = SimpleDataset(range(9)).transform(lambda x: x if x == 0 else time.sleep(1000))
            loader = DataLoader(hang, 1, num_workers=2, thread_pool={threads})
            batches = iter(loader)
            next(batches)
            pids()
        """)
        assert (code, lines, len(pids)) == (0, [], 0 if threads else 2)
        assert all(map(gone, pids))

    def test_workers_of_a_program_that_was_killed_end(self):
        script = "loader = DataLoader(range(20), 2, num_workers=3); batches = iter(loader); next(batches); pids(); time.sleep(1000)"
        code, lines, pids = run(script, end=lambda process: process.kill())
        assert (code, lines, len(pids)) == (-signal.SIGKILL, [], 3)
        assert all(map(gone, pids))

    def test_an_interrupt_ends_the_wait(self):
        """Ctrl-C reaches the workers too, which must not print anything, and the loader can be used again."""
        script = """
            signal.signal(signal.SIGINT, signal.default_int_handler)  # started in the background, a shell's children ignore it
            hang = forked.Event()
            hang.set()
            dataset = SimpleDataset(range(6)).transform(lambda x: time.sleep(1000) if x == 2 and hang.is_set() else x)
            loader = DataLoader(dataset, 1, num_workers=2)
            try:
                for batch in loader:
                    print(int(batch.asscalar()))
                    if batch.asscalar() == 1:
                        pids()
            except KeyboardInterrupt:
                print("interrupted", len(multiprocessing.active_children()))
            hang.clear()
            print(*(int(batch.asscalar()) for batch in loader))
        """

        def interrupt(process):
            time.sleep(0.5)
            os.killpg(process.pid, signal.SIGINT)

        code, lines, pids = run(script, end=interrupt)
        assert (code, lines) == (0, ["0", "1", "interrupted 0", "0 1 2 3 4 5"])
        assert all(map(gone, pids))
