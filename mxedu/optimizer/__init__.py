"""The optimizers. `create(name)` makes one; a `gluon.Trainer` takes a name or an instance; `rule` and `register` make new ones."""

from .adam import Adam
from .optimizer import Optimizer
from .prologue import clip, clip_then_decay, decay_then_clip
from .registry import create, register
from .rule import rule, sign, sqrt
from .sgd import SGD
from .updater import Updater, get_updater

__all__ = [
    "Adam", "Optimizer", "SGD", "Updater", "clip", "clip_then_decay", "create", "decay_then_clip", "get_updater", "register", "rule",
    "sign", "sqrt",
]  # fmt: skip
