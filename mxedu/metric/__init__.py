"""How well a net does: metrics that average over batches."""

from .base import EvalMetric, check_label_shapes
from .classification import F1, MCC, PCC, Accuracy, TopKAccuracy
from .likelihood import CrossEntropy, NegativeLogLikelihood, Perplexity
from .made import CompositeEvalMetric, CustomMetric, create, np
from .registry import alias, register
from .regression import MAE, MSE, RMSE, Loss, PearsonCorrelation

__all__ = [
    "F1", "MAE", "MCC", "MSE", "PCC", "RMSE", "Accuracy", "CompositeEvalMetric", "CrossEntropy", "CustomMetric", "EvalMetric", "Loss",
    "NegativeLogLikelihood", "PearsonCorrelation", "Perplexity", "TopKAccuracy", "alias", "check_label_shapes", "create", "np", "register",
]  # fmt: skip
