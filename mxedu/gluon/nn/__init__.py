"""Layers, and blocks made of layers."""

from ..block import Block, HybridBlock
from .activations import ELU, GELU, SELU, Activation, LeakyReLU, PReLU, Swish
from .basic import Dense, Dropout, Embedding, Flatten, HybridLambda, Lambda
from .containers import HybridSequential, Sequential
from .normalization import BatchNorm, GroupNorm, InstanceNorm, LayerNorm

__all__ = [
    "Activation", "BatchNorm", "Block", "Dense", "Dropout", "ELU", "Embedding", "Flatten", "GELU", "GroupNorm", "HybridBlock",
    "HybridLambda", "HybridSequential", "InstanceNorm", "Lambda", "LayerNorm", "LeakyReLU", "PReLU", "SELU", "Sequential", "Swish",
]  # fmt: skip
