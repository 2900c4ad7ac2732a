"""Automatic differentiation: `record`, `backward`, `grad` (see `tape`), `Function`, and `gradcheck`, which compares with differences."""

from .function import Function
from .gradcheck import gradcheck
from .tape import (
    backward,
    grad,
    is_recording,
    is_training,
    mark_variables,
    pause,
    predict_mode,
    record,
    set_recording,
    set_training,
    train_mode,
)  # fmt: skip

__all__ = [
    "Function", "backward", "grad", "gradcheck", "is_recording", "is_training", "mark_variables", "pause", "predict_mode", "record",
    "set_recording", "set_training", "train_mode",
]  # fmt: skip
