"""How good predictions are: `mxnet.metric`.

A metric takes labels and predictions batch by batch (`update`) and answers with their average so far (`get`). It keeps
two sums: the local one, which callbacks reset in the middle of an epoch, and the global one of the whole epoch.
"""

from .. import nd as ndarray  # programs import it from here, too
from ._accuracy import Accuracy, TopKAccuracy
from ._base import CompositeEvalMetric, CustomMetric, EvalMetric, alias, check_label_shapes, create, np, register
from ._binary import F1, MCC, _BinaryClassificationMetrics
from ._correlation import PCC, PearsonCorrelation
from ._likelihood import CrossEntropy, NegativeLogLikelihood, Perplexity
from ._losses import Caffe, Loss, Torch
from ._regression import MAE, MSE, RMSE

__all__ = [
    "F1",
    "MAE",
    "MCC",
    "MSE",
    "PCC",
    "RMSE",
    "Accuracy",
    "Caffe",
    "CompositeEvalMetric",
    "CrossEntropy",
    "CustomMetric",
    "EvalMetric",
    "Loss",
    "NegativeLogLikelihood",
    "PearsonCorrelation",
    "Perplexity",
    "TopKAccuracy",
    "Torch",
    "alias",
    "check_label_shapes",
    "create",
    "np",
    "register",
]

# Users (and their pickles) know these under this module.
for _found in [_BinaryClassificationMetrics, *(globals()[_name] for _name in __all__)]:
    if isinstance(_found, type):
        _found.__module__ = __name__
del _found
