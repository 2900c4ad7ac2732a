"""mxedu: MXNet's Gluon made to be read, and every optimizer's update rule written once."""

from . import alias, autograd, base, context, gluon, initializer, lr_scheduler, metric, nd, optimizer
from . import initializer as init
from . import nd as ndarray
from .base import MXNetError
from .context import Context, cpu, cpu_pinned, current_context, gpu, num_gpus
from .nd import random
from .optimizer.kernel import set_num_threads

alias.install()

__version__ = "0.1.0"
__all__ = [
    "Context", "MXNetError", "autograd", "base", "context", "cpu", "cpu_pinned", "current_context", "gluon", "gpu", "init", "initializer",
    "lr_scheduler", "metric", "nd", "ndarray", "num_gpus", "optimizer", "random", "set_num_threads",
]  # fmt: skip
