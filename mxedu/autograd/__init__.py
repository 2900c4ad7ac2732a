"""Automatic differentiation: when to record (`modes`), going back (`tape`), gradients of one's own, comparison with differences."""

from .function import Function
from .gradcheck import gradcheck
from .modes import is_recording, is_training, pause, predict_mode, record, set_recording, set_training, train_mode
from .tape import backward, grad, mark_variables

__all__ = [
    "Function", "backward", "grad", "gradcheck", "is_recording", "is_training", "mark_variables", "pause", "predict_mode", "record",
    "set_recording", "set_training", "train_mode",
]  # fmt: skip
