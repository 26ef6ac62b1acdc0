"""Losses with NumPy semantics on."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite
from ._layers import study
from ._programs import table, values_of

suite = Suite(__name__)
LOOSE = Tolerance(rtol=1e-4, atol=1e-5, why="sums in another order; MXNet's float32 log_softmax is off by 1e-6")
P, L = values_of((3, 4), 1), values_of((3, 4), 2, 0.1, 0.9)
CLASSES = np.array([1, 0, 3], dtype="float32")
WEIGHT = np.array([[1], [2], [0.5]], dtype="float32")


def _loss(name, *args, **kwargs):
    return lambda mx: getattr(mx.gluon.loss, name)(*args, **kwargs)


_ROWS = {
    "l2": (_loss("L2Loss"), [P, L]),
    "l2/weights": (_loss("L2Loss", weight=3.0), [P, L, WEIGHT]),
    "l2/shapes": (_loss("L2Loss"), [P, L.reshape(-1)]),
    "l1": (_loss("L1Loss"), [P, L]),
    "l1/weight": (_loss("L1Loss", weight=2.0), [P, L]),
    "sigmoid_bce": (_loss("SigmoidBCELoss"), [P, L]),
    "sigmoid_bce/from_sigmoid": (_loss("SigmoidBCELoss", from_sigmoid=True), [values_of((3, 4), 5, 0.1, 0.9), L]),
    "sigmoid_bce/pos_weight": (_loss("SigmoidBCELoss"), [P, L, WEIGHT, np.full((1, 4), 2, dtype="float32")]),
    "softmax_ce": (_loss("SoftmaxCELoss"), [P, CLASSES]),
    "softmax_ce/whole": (_loss("SoftmaxCELoss"), [P, CLASSES.astype("int32")]),
    "softmax_ce/weights": (_loss("SoftmaxCELoss"), [P, CLASSES, WEIGHT]),
    "softmax_ce/dense": (_loss("SoftmaxCELoss", sparse_label=False), [P, L]),
    "softmax_ce/from_logits": (_loss("SoftmaxCELoss", from_logits=True), [P, CLASSES]),
    "softmax_ce/axis": (
        _loss("SoftmaxCELoss", axis=1),
        [values_of((2, 3, 2), 4), np.array([[0, 1], [2, 2]], "float32")],
    ),
}
_REFUSED = {
    "kl_div": (_loss("KLDivLoss"), [P, L]),
    "kl_div/logits": (_loss("KLDivLoss", from_logits=False), [P, L]),
    "huber": (_loss("HuberLoss"), [P, L]),
    "hinge": (_loss("HingeLoss"), [P, L]),
    "squared_hinge": (_loss("SquaredHingeLoss"), [P, L]),
    "logistic": (_loss("LogisticLoss"), [P, L]),
    "triplet": (_loss("TripletLoss"), [P, L, P]),
    "poisson": (_loss("PoissonNLLLoss"), [P, L]),
    "cosine": (_loss("CosineEmbeddingLoss"), [P, L, CLASSES]),
    "ctc": (_loss("CTCLoss"), [values_of((2, 4, 3), 3), np.array([[0, 1], [1, 1]], "float32")]),
}
table(suite, "loss", {name: study(make, xs) for name, (make, xs) in _ROWS.items()}, LOOSE)
table(suite, "refused", {name: study(make, xs) for name, (make, xs) in _REFUSED.items()}, LOOSE)
