"""A net from end to end on real data: the handwritten digits that scikit-learn ships.

    python -m mxedu.lab.digits

1797 pictures of 8 by 8 grey values, from the test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin and C. Kaynak, UCI
Machine Learning Repository, 1998). A fifth is held out.
"""

import numpy as np
from sklearn.datasets import load_digits
from tqdm import tqdm

from .. import autograd, gluon, lr_scheduler, metric
from ..nd import random

__all__ = ["accuracy", "datasets", "train"]


def datasets(seed=0):
    """Give the training set and the held-out fifth, as datasets of (picture, digit): 64 grey values from 0 to 1, and a number."""
    pictures, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(labels))
    pictures, labels = pictures[order].astype(np.float32) / 16, labels[order].astype(np.float32)
    held_out = len(labels) // 5
    return tuple(gluon.data.ArrayDataset(pictures[part], labels[part]) for part in (slice(held_out, None), slice(held_out)))


def train(training, epochs=30, seed=0, progress=False):
    """Train a net with two hidden layers by Adam along a cosine; give the net.

    Parameters
    ----------
    training : Dataset
        What to train on.
    epochs : int, default 30
        How many passes.
    seed : int, default 0
        Of the first weights and of the shuffling: NumPy's global generator is seeded.
    progress : bool, default False
        Whether to show a bar.
    """
    random.seed(seed)
    np.random.seed(seed)
    net, loss = gluon.nn.HybridSequential(), gluon.loss.SoftmaxCrossEntropyLoss()
    net.add(gluon.nn.Dense(128, activation="relu"), gluon.nn.Dense(64, activation="relu"), gluon.nn.Dense(10))
    net.initialize("xavier")
    loader = gluon.data.DataLoader(training, batch_size=64, shuffle=True)
    schedule = lr_scheduler.CosineScheduler(epochs * len(loader), base_lr=0.003, warmup_steps=len(loader))
    trainer = gluon.Trainer(net.collect_params(), "adam", {"lr_scheduler": schedule})
    for _ in tqdm(range(epochs), desc="epochs", disable=not progress):
        for pictures, labels in loader:
            with autograd.record():
                losses = loss(net(pictures), labels)
            losses.backward()
            trainer.step(len(labels))
    return net


def accuracy(net, dataset):
    """Give the part of a dataset whose digits the net recognises."""
    score = metric.Accuracy()
    for pictures, labels in gluon.data.DataLoader(dataset, batch_size=256):
        score.update(labels, net(pictures))
    return score.get()[1]


if __name__ == "__main__":
    training, held_out = datasets()
    net = train(training, progress=True)
    print(f"recognised: {accuracy(net, training):.4f} of the training set, {accuracy(net, held_out):.4f} of the fifth held out")
