"""Losses: how far predictions are from labels, a number for each example of a batch.

Letters in shapes: N examples, C classes or channels, T steps, L labels.
"""

from __future__ import annotations

from ._loss.base import Loss as Loss
from ._loss.base import _apply_weighting as _apply_weighting
from ._loss.base import _reshape_like as _reshape_like
from ._loss.classification import CTCLoss as CTCLoss
from ._loss.classification import HingeLoss as HingeLoss
from ._loss.classification import KLDivLoss as KLDivLoss
from ._loss.classification import LogisticLoss as LogisticLoss
from ._loss.classification import SigmoidBCELoss as SigmoidBCELoss
from ._loss.classification import SigmoidBinaryCrossEntropyLoss as SigmoidBinaryCrossEntropyLoss
from ._loss.classification import SoftmaxCELoss as SoftmaxCELoss
from ._loss.classification import SoftmaxCrossEntropyLoss as SoftmaxCrossEntropyLoss
from ._loss.classification import SquaredHingeLoss as SquaredHingeLoss
from ._loss.embedding import CosineEmbeddingLoss as CosineEmbeddingLoss
from ._loss.embedding import SDMLLoss as SDMLLoss
from ._loss.embedding import TripletLoss as TripletLoss
from ._loss.regression import HuberLoss as HuberLoss
from ._loss.regression import L1Loss as L1Loss
from ._loss.regression import L2Loss as L2Loss
from ._loss.regression import PoissonNLLLoss as PoissonNLLLoss

__all__ = [
    "CTCLoss",
    "CosineEmbeddingLoss",
    "HingeLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "L2Loss",
    "LogisticLoss",
    "Loss",
    "PoissonNLLLoss",
    "SDMLLoss",
    "SigmoidBCELoss",
    "SigmoidBinaryCrossEntropyLoss",
    "SoftmaxCELoss",
    "SoftmaxCrossEntropyLoss",
    "SquaredHingeLoss",
    "TripletLoss",
]
