"""Layers, losses, parameters, data and the Trainer."""

from . import data, loss, nn, utils
from .block import Block, HybridBlock
from .parameter import Constant, DeferredInitializationError, Parameter
from .parameter_dict import ParameterDict
from .trainer import StaleGradientError, Trainer

__all__ = [
    "Block", "Constant", "DeferredInitializationError", "HybridBlock", "Parameter", "ParameterDict", "StaleGradientError", "Trainer",
    "data", "loss", "nn", "utils",
]  # fmt: skip
