"""mxedu: MXNet's Gluon made to be read, and every optimizer's update rule written once."""

from . import autograd, gluon, initializer, lr_scheduler, nd, optimizer
from . import initializer as init
from .nd import random

__version__ = "0.1.0"
__all__ = ["autograd", "gluon", "init", "initializer", "lr_scheduler", "nd", "optimizer", "random"]
