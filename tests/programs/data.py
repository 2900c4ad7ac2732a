"""Programs about gluon.data: datasets, samplers, loaders."""

import numpy as np


def array_dataset_of_arrays(mx):
    nd, data = mx.nd, mx.gluon.data
    x, y = nd.arange(6).reshape((3, 2)), nd.array([10, 20, 30])
    dataset = data.ArrayDataset(x, y)
    first, label = dataset[0]
    return len(dataset), first, label, [list(pair) for pair in dataset]


def array_dataset_of_one_array(mx):
    nd, data = mx.nd, mx.gluon.data
    two = data.ArrayDataset(nd.arange(6).reshape((3, 2)))
    one = data.ArrayDataset(nd.array([1.0, 2.0]))
    return two[1], one[1], len(one), type(two[1]).__name__


def array_dataset_of_numpy_and_lists(mx):
    data = mx.gluon.data
    x = np.arange(6, dtype="float32").reshape((3, 2))
    dataset = data.ArrayDataset(x, [5, 6, 7], ["a", "b", "c"])
    return list(dataset[2]), len(dataset)


def array_dataset_of_unequal_lengths(mx):
    try:
        mx.gluon.data.ArrayDataset(mx.nd.ones((3, 2)), mx.nd.ones((4,)))
    except (AssertionError, ValueError):
        return "refused"
    return "accepted"


def simple_dataset(mx):
    data = mx.gluon.data
    dataset = data.SimpleDataset([3, 1, 2])
    return len(dataset), dataset[0], [dataset[i] for i in range(3)]


def dataset_transform(mx):
    data = mx.gluon.data
    dataset = data.SimpleDataset(range(5))
    squared, eager = dataset.transform(lambda x: x * x), dataset.transform(lambda x: x + 1, lazy=False)
    pairs = data.ArrayDataset(np.arange(3), np.arange(3) * 10).transform(lambda x, y: (x + 1, y + 1))
    return [squared[i] for i in range(len(squared))], [eager[i] for i in range(5)], [[int(v) for v in pairs[i]] for i in range(3)]


def lazy_transforms_run_at_each_access(mx):
    calls = []

    def count(x):
        calls.append(x)
        return x

    dataset = mx.gluon.data.SimpleDataset([7, 8])
    lazy = dataset.transform(count)
    before = len(calls)
    lazy[0], lazy[0]
    between = len(calls)
    eager = dataset.transform(count, lazy=False)
    return before, between, len(calls), eager[1], len(calls)


def transform_first(mx):
    nd, data = mx.nd, mx.gluon.data
    dataset = data.ArrayDataset(nd.arange(6).reshape((3, 2)), nd.array([1, 2, 3]))
    scaled = dataset.transform_first(lambda x: x / 10)
    eager = dataset.transform_first(lambda x: x * 2, lazy=False)
    return list(scaled[1]), list(eager[2]), len(scaled)


def dataset_filter_shard_and_take(mx):
    dataset = mx.gluon.data.SimpleDataset(list(range(10)))

    def items(d):
        return [d[i] for i in range(len(d))]

    return (
        items(dataset.filter(lambda x: x % 3 == 0)),
        [items(dataset.shard(3, i)) for i in range(3)],
        items(dataset.take(4)),
        items(dataset.take(40)),
        items(dataset.take(None)),
        items(dataset.filter(lambda x: x > 4).transform(lambda x: -x).take(2)),
    )


def dataset_sample(mx):
    data = mx.gluon.data
    dataset = data.SimpleDataset(["a", "b", "c", "d"])
    chosen = dataset.sample(data.SequentialSampler(2))
    return [chosen[i] for i in range(len(chosen))]


def dataset_of_ones_own(mx):
    nd, data = mx.nd, mx.gluon.data

    class Squares(data.Dataset):
        def __init__(self, n):
            self._n = n

        def __len__(self):
            return self._n

        def __getitem__(self, i):
            return nd.array([i, i + 1]), i * i

    dataset = Squares(5)
    loader = data.DataLoader(dataset, batch_size=2)
    return [[x, y, str(np.dtype(y.dtype))] for x, y in loader], len(loader), list(dataset.transform_first(lambda x: x * 2)[3])


def sequential_sampler(mx):
    data = mx.gluon.data
    return list(data.SequentialSampler(4)), len(data.SequentialSampler(4)), list(data.SequentialSampler(3, start=5))


def random_sampler_is_a_permutation(mx):
    data = mx.gluon.data
    sampler = data.RandomSampler(20)
    once, again = list(sampler), list(sampler)
    return len(sampler), sorted(int(i) for i in once) == list(range(20)), once != again


def batch_sampler(mx):
    data = mx.gluon.data
    results = []
    for last_batch in ("keep", "discard", "rollover"):
        sampler = data.BatchSampler(data.SequentialSampler(7), 3, last_batch)
        results.append([last_batch, len(sampler), list(sampler), len(sampler), list(sampler)])
    return results


def filter_sampler(mx):
    data = mx.gluon.data
    dataset = data.SimpleDataset([5, 0, 7, 0, 9])
    sampler = data.FilterSampler(lambda x: x > 0, dataset)
    return list(sampler), len(sampler)


def sampler_of_ones_own(mx):
    data = mx.gluon.data

    class Alternating(data.Sampler):
        def __init__(self, length):
            self._length = length

        def __iter__(self):
            return iter(list(range(0, self._length, 2)) + list(range(1, self._length, 2)))

        def __len__(self):
            return self._length

    loader = data.DataLoader(data.ArrayDataset(mx.nd.arange(6)), batch_size=4, sampler=Alternating(6))
    return [batch for batch in loader]


def loader_in_order(mx):
    nd, data = mx.nd, mx.gluon.data
    dataset = data.ArrayDataset(nd.arange(10).reshape((5, 2)), nd.arange(5))
    loader = data.DataLoader(dataset, batch_size=2)
    batches = [batch for batch in loader]
    return len(loader), [type(batch).__name__ for batch in batches], batches, [str(np.dtype(b[1].dtype)) for b in batches]


def loader_twice(mx):
    nd, data = mx.nd, mx.gluon.data
    loader = data.DataLoader(data.ArrayDataset(nd.arange(4)), 3)
    return [list(loader) for _ in range(2)]


def loader_last_batch(mx):
    nd, data = mx.nd, mx.gluon.data
    dataset = data.ArrayDataset(nd.arange(7))
    results = []
    for last_batch in ("keep", "discard", "rollover"):
        loader = data.DataLoader(dataset, batch_size=3, last_batch=last_batch)
        results.append([len(loader), list(loader), list(loader)])
    return results


def loader_shuffles_with_numpy(mx):
    nd, data = mx.nd, mx.gluon.data
    loader = data.DataLoader(data.ArrayDataset(nd.arange(8), nd.arange(8) * 10), batch_size=4, shuffle=True)
    np.random.seed(3)
    first, second = list(loader), list(loader)
    np.random.seed(3)
    again = list(loader)
    pairs = [bool((y == 10 * x).asnumpy().all()) for x, y in first]
    return first, second, bool((first[0][0] == again[0][0]).asnumpy().all()), pairs


def loader_over_numpy_keeps_its_types(mx):
    data = mx.gluon.data
    x, y = np.arange(8, dtype="float64").reshape((4, 2)), np.arange(4, dtype="int32")
    batches = list(data.DataLoader(data.ArrayDataset(x, y), batch_size=2))
    return batches, [[str(np.dtype(a.dtype)) for a in batch] for batch in batches]


def loader_over_numbers(mx):
    data = mx.gluon.data
    whole = list(data.DataLoader(data.SimpleDataset([1, 2, 3]), batch_size=2))
    real = list(data.DataLoader(data.SimpleDataset([1.5, 2.5, 3.5]), batch_size=2))
    return whole, real, [str(np.dtype(b.dtype)) for b in whole + real]


def loader_over_dataset_of_pairs(mx):
    nd, data = mx.nd, mx.gluon.data
    pairs = [(nd.array([k, k + 1]), k) for k in range(3)]
    return [list(batch) for batch in data.DataLoader(pairs, batch_size=2)]


def loader_with_a_batch_sampler(mx):
    nd, data = mx.nd, mx.gluon.data
    sampler = data.BatchSampler(data.SequentialSampler(5), batch_size=2, last_batch="discard")
    loader = data.DataLoader(data.ArrayDataset(nd.arange(5)), batch_sampler=sampler)
    return len(loader), list(loader), list(data.DataLoader(data.ArrayDataset(nd.arange(5)), batch_sampler=[[4, 0], [1]]))


def loader_with_its_own_batchify(mx):
    nd, data = mx.nd, mx.gluon.data

    def pad(samples):
        longest = max(len(s) for s in samples)
        return nd.array([s + [0] * (longest - len(s)) for s in samples]), nd.array([len(s) for s in samples])

    loader = data.DataLoader(data.SimpleDataset([[1, 2], [3], [4, 5, 6]]), batch_size=2, batchify_fn=pad)
    return [list(batch) for batch in loader]


def default_batchify(mx):
    nd = mx.nd
    batchify = mx.gluon.data.dataloader.default_batchify_fn
    return batchify([nd.array([1, 2]), nd.array([3, 4])]), batchify([(1.5, nd.array([1.0])), (2.5, nd.array([2.0]))]), batchify([1, 2])


def loader_needs_a_batch_size(mx):
    data = mx.gluon.data
    dataset = data.SimpleDataset([1, 2])
    sampler = data.SequentialSampler(2)
    answers = []
    for kwargs in ({}, {"batch_size": 1, "shuffle": True, "sampler": sampler}, {"batch_size": 1, "batch_sampler": [[0]]}):
        try:
            data.DataLoader(dataset, **kwargs)
            answers.append("accepted")
        except ValueError:
            answers.append("refused")
    return answers


def loader_of_a_transformed_dataset(mx):
    nd, data = mx.nd, mx.gluon.data
    dataset = data.ArrayDataset(nd.arange(8).reshape((4, 2)), nd.array([0, 1, 0, 1]))
    loader = data.DataLoader(dataset.transform_first(lambda x: (x - 3) / 2), batch_size=2)
    return [list(batch) for batch in loader]


def loader_of_three_arrays(mx):
    nd, data = mx.nd, mx.gluon.data
    dataset = data.ArrayDataset(nd.arange(6).reshape((3, 2)), nd.arange(3), nd.arange(3) + 0.5)
    return [[x, y, z] for x, y, z in data.DataLoader(dataset, batch_size=2)]


def train_and_validation_split(mx):
    nd, data = mx.nd, mx.gluon.data
    x, y = nd.random.uniform(shape=(10, 2)), nd.arange(10)
    train, valid = data.ArrayDataset(x[:7], y[:7]), data.ArrayDataset(x[7:], y[7:])
    seen = [y for _, y in data.DataLoader(valid, batch_size=10)]
    return len(train), len(valid), seen, list(train[6])


def load_array_helper(mx):
    nd, data = mx.nd, mx.gluon.data

    def load(arrays, batch_size, is_train=True):
        return data.DataLoader(data.ArrayDataset(*arrays), batch_size, shuffle=is_train)

    x, y = nd.random.normal(shape=(6, 2)), nd.arange(6)
    first = next(iter(load((x, y), 4, is_train=False)))
    total = sum(label.sum().asscalar() for _, label in load((x, y), 4))
    return first, total
