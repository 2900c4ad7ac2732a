"""The optimizers. `create(name)` makes one; a `gluon.Trainer` takes a name or an instance; `rule` and `register` make new ones."""

from . import operators  # noqa: F401 (they go to `nd`)
from .adabelief import AdaBelief
from .adadelta import AdaDelta
from .adagrad import AdaGrad
from .adam import Adam
from .adamax import Adamax
from .adamw import AdamW
from .dcasgd import DCASGD
from .ftml import FTML
from .ftrl import Ftrl
from .groupadagrad import GroupAdaGrad
from .lamb import LAMB
from .lans import LANS
from .lars import LARS
from .lbsgd import LBSGD
from .nadam import Nadam
from .nag import NAG
from .optimizer import Optimizer
from .prologue import clip, clip_then_decay, decay_then_clip, rescale
from .registry import create, register
from .rmsprop import RMSProp
from .rule import rule, sign, sqrt
from .sgd import SGD, ccSGD
from .sgld import SGLD
from .signum import Signum
from .test import Test
from .updater import Updater, get_updater

__all__ = [
    "AdaBelief", "AdaDelta", "AdaGrad", "Adam", "AdamW", "Adamax", "DCASGD", "FTML", "Ftrl", "GroupAdaGrad", "LAMB", "LANS", "LARS",
    "LBSGD", "NAG", "Nadam", "Optimizer", "RMSProp", "SGD", "SGLD", "Signum", "Test", "Updater", "ccSGD", "clip", "clip_then_decay",
    "create", "decay_then_clip", "get_updater", "register", "rescale", "rule", "sign", "sqrt",
]  # fmt: skip
