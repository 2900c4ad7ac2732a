"""Layers, losses, parameters and the Trainer."""

from . import loss, nn
from .block import Block
from .parameter import DeferredInitializationError, Parameter, ParameterDict
from .trainer import StaleGradientError, Trainer

__all__ = ["Block", "DeferredInitializationError", "Parameter", "ParameterDict", "StaleGradientError", "Trainer", "loss", "nn"]
