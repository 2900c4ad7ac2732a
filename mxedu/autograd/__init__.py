"""Automatic differentiation: `record`, `backward`, `grad` (see `tape`), and `gradcheck`, which compares them with differences."""

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
    "backward", "grad", "gradcheck", "is_recording", "is_training", "mark_variables", "pause", "predict_mode", "record", "set_recording",
    "set_training", "train_mode",
]  # fmt: skip
