"""Losses."""

from __future__ import annotations

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._layers import attributes, head_of, inside

suite = Suite(__name__)

LOGS = Tolerance(rtol=2e-5, atol=2e-6, why="differences of logarithms")
ROWS = Tolerance(rtol=1e-3, atol=5e-6, why="differences of squared distances between all rows, in another order")


def values(mx, shape, seed, low=-2.0, high=2.0, whole=False, dtype="float32"):
    found = np.random.RandomState(seed).uniform(low, high, shape)
    return mx.nd.array(np.floor(found) if whole else found, dtype=dtype)


def signs(mx, shape, seed=5):
    return values(mx, shape, seed, -1, 1, whole=True) * 2 + 1


def look(mx, make, *xs, **options):
    """The printed form, the loss of arrays, gradients of all of them, and the same compiled."""
    loss = inside(mx, lambda mx: make(mx.gluon.loss))
    seen = [repr(loss), loss.prefix, attributes(loss, ("_weight", "_batch_axis"))]
    for x in xs:
        if x is not None:
            x.attach_grad()
    with mx.autograd.record():
        out = loss(*xs)
    seen.append(out)
    out.backward(head_of(mx, out))
    seen += [None if x is None else x.grad for x in xs]
    if options.get("hybrid", True):
        loss.hybridize()
        seen.append(bool(np.allclose(loss(*xs).asnumpy(), out.asnumpy(), rtol=1e-5, atol=1e-6)))
    return seen


def table(group, cases, tol=LOGS, **options):
    for name, (make, inputs) in cases.items():
        suite.table(
            group,
            {name: lambda mx, make=make, inputs=inputs: look(mx, make, *inputs(mx), **options)},
            tol=tol,
        )


def pair(mx, shape=(3, 4)):
    return values(mx, shape, 1), values(mx, shape, 2)


def weighted(mx, shape=(3, 4), weights=(3, 1)):
    return (*pair(mx, shape), values(mx, weights, 3, 0.1, 2))


# ------------------------------------------------------------------------------------------ numbers

for _name in ("L2Loss", "L1Loss", "HuberLoss"):
    table(
        _name,
        {
            "plain": (lambda loss, n=_name: getattr(loss, n)(), pair),
            "weight": (lambda loss, n=_name: getattr(loss, n)(weight=0.3), pair),
            "integer_weight": (lambda loss, n=_name: getattr(loss, n)(weight=2), pair),
            "batch_axis": (lambda loss, n=_name: getattr(loss, n)(batch_axis=1), pair),
            "vector": (lambda loss, n=_name: getattr(loss, n)(), lambda mx: pair(mx, (4,))),
            "cube": (lambda loss, n=_name: getattr(loss, n)(), lambda mx: pair(mx, (2, 3, 2))),
            "cube_batch_axis": (lambda loss, n=_name: getattr(loss, n)(batch_axis=1), lambda mx: pair(mx, (2, 3, 2))),
            "sample_weight": (lambda loss, n=_name: getattr(loss, n)(), weighted),
            "both_weights": (lambda loss, n=_name: getattr(loss, n)(weight=0.5), weighted),
            "element_weight": (
                lambda loss, n=_name: getattr(loss, n)(),
                lambda mx: weighted(mx, weights=(3, 4)),
            ),
            "other_shape": (
                lambda loss, n=_name: getattr(loss, n)(),
                lambda mx: (values(mx, (3, 1), 1), values(mx, (3,), 2)),
            ),
            "exact": (lambda loss, n=_name: getattr(loss, n)(), lambda mx: (mx.nd.ones((2, 2)), mx.nd.ones((2, 2)))),
            "prefix": (lambda loss, n=_name: getattr(loss, n)(prefix="mine_"), pair),
            "float64": (
                lambda loss, n=_name: getattr(loss, n)(),
                lambda mx: (values(mx, (3, 2), 1, dtype="float64"), values(mx, (3, 2), 2, dtype="float64")),
            ),
        },
    )
table(
    "HuberLoss",
    {
        "rho": (lambda loss: loss.HuberLoss(rho=0.5), pair),
        "wide_rho": (lambda loss: loss.HuberLoss(3), pair),
    },
)


def counts(mx):
    return values(mx, (3, 2), 1, -1, 1), values(mx, (3, 2), 2, 0, 6, whole=True)


def rates(mx):
    return values(mx, (3, 2), 1, 0.2, 3), values(mx, (3, 2), 2, 0, 6, whole=True)


table(
    "PoissonNLLLoss",
    {
        "logits": (lambda loss: loss.PoissonNLLLoss(), counts),
        "rates": (lambda loss: loss.PoissonNLLLoss(from_logits=False), rates),
        "weight": (lambda loss: loss.PoissonNLLLoss(weight=0.3), counts),
        "sample_weight": (lambda loss: loss.PoissonNLLLoss(), lambda mx: (*counts(mx), values(mx, (3, 1), 3, 0, 1))),
        "batch_axis": (lambda loss: loss.PoissonNLLLoss(batch_axis=1), counts),
    },
)


def poisson_full(mx, recorded):
    loss = mx.gluon.loss.PoissonNLLLoss(compute_full=True)
    pred, target = values(mx, (3, 2), 1, -1, 1), values(mx, (3, 2), 2, 1, 6, whole=True)
    if not recorded:
        return loss(pred, target)
    pred.attach_grad()
    with mx.autograd.record():
        out = loss(pred, target)
    out.backward()
    return out, pred.grad


suite.table(
    "PoissonNLLLoss",
    {"full": lambda mx: poisson_full(mx, False), "full_recorded": lambda mx: attempt(lambda: poisson_full(mx, True))},
)

# ------------------------------------------------------------------------------------------ two classes


def binary(mx, shape=(3, 4)):
    return values(mx, shape, 1), values(mx, shape, 2, 0, 2, whole=True)


def probabilities(mx, shape=(3, 4)):
    return values(mx, shape, 1, 0.05, 0.95), values(mx, shape, 2, 0, 2, whole=True)


table(
    "SigmoidBinaryCrossEntropyLoss",
    {
        "plain": (lambda loss: loss.SigmoidBinaryCrossEntropyLoss(), binary),
        "soft_labels": (
            lambda loss: loss.SigmoidBCELoss(),
            lambda mx: (values(mx, (2, 3), 1), values(mx, (2, 3), 2, 0, 1)),
        ),
        "large": (
            lambda loss: loss.SigmoidBCELoss(),
            lambda mx: (values(mx, (2, 3), 1, -90, 90), values(mx, (2, 3), 2, 0, 2, whole=True)),
        ),
        "from_sigmoid": (lambda loss: loss.SigmoidBCELoss(from_sigmoid=True), probabilities),
        "weight": (lambda loss: loss.SigmoidBCELoss(weight=0.3), binary),
        "from_sigmoid_weight": (lambda loss: loss.SigmoidBCELoss(True, 2.0), probabilities),
        "batch_axis": (lambda loss: loss.SigmoidBCELoss(batch_axis=1), binary),
        "vector": (lambda loss: loss.SigmoidBCELoss(), lambda mx: binary(mx, (4,))),
        "sample_weight": (
            lambda loss: loss.SigmoidBCELoss(),
            lambda mx: (*binary(mx), values(mx, (3, 1), 3, 0.1, 2)),
        ),
        "pos_weight": (
            lambda loss: loss.SigmoidBCELoss(),
            lambda mx: (*binary(mx), None, values(mx, (1, 4), 3, 0.1, 3)),
        ),
        "both_weights": (
            lambda loss: loss.SigmoidBCELoss(),
            lambda mx: (*binary(mx), values(mx, (3, 1), 4, 0.1, 2), values(mx, (1, 4), 3, 0.1, 3)),
        ),
        "from_sigmoid_pos_weight": (
            lambda loss: loss.SigmoidBCELoss(from_sigmoid=True),
            lambda mx: (*probabilities(mx), None, values(mx, (1, 4), 3, 0.1, 3)),
        ),
        "from_sigmoid_sample_weight": (
            lambda loss: loss.SigmoidBCELoss(from_sigmoid=True),
            lambda mx: (*probabilities(mx), values(mx, (3, 1), 3, 0.1, 2)),
        ),
        "other_shape": (
            lambda loss: loss.SigmoidBCELoss(),
            lambda mx: (values(mx, (3, 1), 1), values(mx, (3,), 2, 0, 2, whole=True)),
        ),
        "cube": (lambda loss: loss.SigmoidBCELoss(), lambda mx: binary(mx, (2, 2, 3))),
    },
)


def signed(mx, shape=(3, 4)):
    return values(mx, shape, 1), signs(mx, shape)


for _name in ("HingeLoss", "SquaredHingeLoss", "LogisticLoss"):
    table(
        _name,
        {
            "plain": (lambda loss, n=_name: getattr(loss, n)(), signed),
            "weight": (lambda loss, n=_name: getattr(loss, n)(weight=0.3), signed),
            "batch_axis": (lambda loss, n=_name: getattr(loss, n)(batch_axis=1), signed),
            "vector": (lambda loss, n=_name: getattr(loss, n)(), lambda mx: signed(mx, (5,))),
            "sample_weight": (
                lambda loss, n=_name: getattr(loss, n)(),
                lambda mx: (*signed(mx), values(mx, (3, 1), 3, 0.1, 2)),
            ),
            "other_shape": (
                lambda loss, n=_name: getattr(loss, n)(),
                lambda mx: (values(mx, (3, 1), 1), signs(mx, (3,))),
            ),
        },
    )
table(
    "LogisticLoss",
    {
        "binary": (lambda loss: loss.LogisticLoss(label_format="binary"), binary),
        "binary_weight": (lambda loss: loss.LogisticLoss(0.5, 0, "binary"), binary),
    },
)
for _name in ("HingeLoss", "SquaredHingeLoss"):
    table(_name, {"margin": (lambda loss, n=_name: getattr(loss, n)(margin=2.5), signed)})

# ------------------------------------------------------------------------------------------ classes


def classes(mx, shape=(3, 4), label=(3,)):
    return values(mx, shape, 1), values(mx, label, 2, 0, 4, whole=True)


def distribution(mx, shape=(3, 4), axis=-1):
    return values(mx, shape, 1), mx.nd.softmax(values(mx, shape, 2), axis=axis)


def logs(mx, shape=(3, 4)):
    return mx.nd.log_softmax(values(mx, shape, 1))


_CE = {
    "plain": (lambda loss: loss.SoftmaxCrossEntropyLoss(), classes),
    "short_name": (lambda loss: loss.SoftmaxCELoss(), classes),
    "column": (lambda loss: loss.SoftmaxCELoss(), lambda mx: classes(mx, label=(3, 1))),
    "integers": (
        lambda loss: loss.SoftmaxCELoss(),
        lambda mx: (values(mx, (3, 4), 1), mx.nd.array([1, 0, 3], dtype="int32")),
    ),
    "sequence": (lambda loss: loss.SoftmaxCELoss(), lambda mx: classes(mx, (2, 3, 4), (2, 3))),
    "axis": (lambda loss: loss.SoftmaxCELoss(axis=1), lambda mx: classes(mx, (2, 4, 3), (2, 3))),
    "images": (lambda loss: loss.SoftmaxCELoss(axis=1), lambda mx: classes(mx, (2, 4, 2, 2), (2, 2, 2))),
    "weight": (lambda loss: loss.SoftmaxCELoss(weight=0.3), classes),
    "batch_axis": (lambda loss: loss.SoftmaxCELoss(batch_axis=1), lambda mx: classes(mx, (2, 3, 4), (2, 3))),
    "from_logits": (lambda loss: loss.SoftmaxCELoss(from_logits=True), classes),
    "sample_weight": (
        lambda loss: loss.SoftmaxCELoss(),
        lambda mx: (*classes(mx), values(mx, (3, 1), 3, 0.1, 2)),
    ),
    "sequence_mask": (
        lambda loss: loss.SoftmaxCELoss(),
        lambda mx: (*classes(mx, (2, 3, 4), (2, 3)), values(mx, (2, 3, 1), 3, 0, 2, whole=True)),
    ),
    "distribution": (lambda loss: loss.SoftmaxCELoss(sparse_label=False), distribution),
    "distribution_axis": (
        lambda loss: loss.SoftmaxCELoss(axis=1, sparse_label=False),
        lambda mx: distribution(mx, (2, 4, 3), 1),
    ),
    "distribution_from_logits": (
        lambda loss: loss.SoftmaxCELoss(sparse_label=False, from_logits=True),
        distribution,
    ),
    "distribution_weights": (
        lambda loss: loss.SoftmaxCELoss(sparse_label=False, weight=2),
        lambda mx: (*distribution(mx), values(mx, (3, 1), 3, 0.1, 2)),
    ),
    "outside": (
        lambda loss: loss.SoftmaxCELoss(),
        lambda mx: (values(mx, (3, 4), 1), mx.nd.array([-1, 0, 9])),
    ),
}
table("SoftmaxCrossEntropyLoss", _CE)
table(
    "SoftmaxCrossEntropyLoss",
    {
        "large": (
            lambda loss: loss.SoftmaxCELoss(),
            lambda mx: (values(mx, (3, 4), 1, -9, 9), mx.nd.array([1, 0, 3])),
        ),
    },
    tol=Tolerance(rtol=1e-5, atol=5e-6, why="MXNet's float32 logarithms of probabilities near 0"),
)
table(
    "KLDivLoss",
    {
        "plain": (lambda loss: loss.KLDivLoss(), lambda mx: (logs(mx), distribution(mx)[1])),
        "not_from_logits": (lambda loss: loss.KLDivLoss(from_logits=False), distribution),
        "axis": (
            lambda loss: loss.KLDivLoss(from_logits=False, axis=1),
            lambda mx: distribution(mx, (2, 4, 3), 1),
        ),
        "weight": (lambda loss: loss.KLDivLoss(weight=0.3), lambda mx: (logs(mx), distribution(mx)[1])),
        "sample_weight": (
            lambda loss: loss.KLDivLoss(),
            lambda mx: (logs(mx), distribution(mx)[1], values(mx, (3, 1), 3, 0.1, 2)),
        ),
        "batch_axis": (lambda loss: loss.KLDivLoss(batch_axis=1), lambda mx: (logs(mx), distribution(mx)[1])),
        "zeros": (
            lambda loss: loss.KLDivLoss(),
            lambda mx: (logs(mx, (2, 2)), mx.nd.array([[0, 1], [0.5, 0.5]])),
        ),
        "positional": (lambda loss: loss.KLDivLoss(False, -1, 2.0, 0), distribution),
    },
)

# ------------------------------------------------------------------------------------------ vectors


def triple(mx, shape=(3, 4)):
    return (*pair(mx, shape), values(mx, shape, 3))


table(
    "TripletLoss",
    {
        "plain": (lambda loss: loss.TripletLoss(), triple),
        "margin": (lambda loss: loss.TripletLoss(margin=5), triple),
        "weight": (lambda loss: loss.TripletLoss(weight=0.3), triple),
        "batch_axis": (lambda loss: loss.TripletLoss(batch_axis=1), triple),
        "cube": (lambda loss: loss.TripletLoss(), lambda mx: triple(mx, (2, 2, 3))),
        "vector": (lambda loss: loss.TripletLoss(), lambda mx: triple(mx, (3,))),
    },
)
table(
    "CosineEmbeddingLoss",
    {
        "plain": (lambda loss: loss.CosineEmbeddingLoss(), lambda mx: (*pair(mx), signs(mx, (3,)))),
        "margin": (lambda loss: loss.CosineEmbeddingLoss(margin=0.3), lambda mx: (*pair(mx), signs(mx, (3,)))),
        "weight": (lambda loss: loss.CosineEmbeddingLoss(weight=0.3), lambda mx: (*pair(mx), signs(mx, (3,)))),
        "column": (lambda loss: loss.CosineEmbeddingLoss(), lambda mx: (*pair(mx), signs(mx, (3, 1)))),
        "sample_weight": (
            lambda loss: loss.CosineEmbeddingLoss(),
            lambda mx: (*pair(mx), signs(mx, (3,)), values(mx, (3, 1), 3, 0.1, 2)),
        ),
        "zero": (
            lambda loss: loss.CosineEmbeddingLoss(),
            lambda mx: (mx.nd.ones((2, 3)), mx.nd.ones((2, 3)) * 2, mx.nd.array([1, -1])),
        ),
    },
)
table(
    "SDMLLoss",
    {
        "plain": (lambda loss: loss.SDMLLoss(), pair),
        "smoothing": (lambda loss: loss.SDMLLoss(smoothing_parameter=0.1), pair),
        "weight": (lambda loss: loss.SDMLLoss(weight=3.0), pair),
        "two": (lambda loss: loss.SDMLLoss(), lambda mx: pair(mx, (2, 3))),
    },
    tol=ROWS,
    hybrid=False,
)
suite.table(
    "SDMLLoss",
    {
        "children": lambda mx: [
            sorted(mx.gluon.loss.SDMLLoss()._children),
            repr(mx.gluon.loss.SDMLLoss().kl_loss),
            mx.gluon.loss.SDMLLoss(0.2).smoothing_parameter,
        ],
        "shapes": lambda mx: attempt(
            lambda: mx.gluon.loss.SDMLLoss()(mx.nd.ones((2, 3)), mx.nd.ones((3, 3))).asnumpy()
        ),
    },
)

# ------------------------------------------------------------------------------------------ CTC


def spoken(mx, layout="NTC", label_layout="NT"):
    pred = values(mx, (2, 6, 4), 1)
    label = mx.nd.array([[0, 1, -1], [2, 2, 1]])
    return (
        pred if layout == "NTC" else pred.swapaxes(0, 1),
        label if label_layout == "NT" else label.swapaxes(0, 1),
    )


def ctc(mx, make, rest=(), **layouts):
    loss = inside(mx, lambda mx: make(mx.gluon.loss))
    pred, label = spoken(mx, **layouts)
    pred.attach_grad()
    more = [None if one is None else mx.nd.array(one) for one in rest]
    with mx.autograd.record():
        out = loss(pred, label, *more)
    out.backward(mx.nd.array([1.0, 0.5]))
    return [repr(loss), loss._batch_axis, loss._layout, loss._label_layout, out, pred.grad]


suite.table(
    "CTCLoss",
    {
        "plain": lambda mx: ctc(mx, lambda loss: loss.CTCLoss()),
        "tnc": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(layout="TNC"), layout="TNC"),
        "tn": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(label_layout="TN"), label_layout="TN"),
        "tnc_tn": lambda mx: ctc(mx, lambda loss: loss.CTCLoss("TNC", "TN"), layout="TNC", label_layout="TN"),
        "weight": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(weight=0.3)),
        "pred_lengths": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(), [[6, 4]]),
        "label_lengths": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(), [None, [2, 1]]),
        "lengths": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(), [[5, 6], [2, 3]]),
        "lengths_tnc": lambda mx: ctc(mx, lambda loss: loss.CTCLoss("TNC"), [[5, 6], [2, 3]], layout="TNC"),
        "sample_weight": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(), [None, None, [0.5, 2.0]]),
        "all": lambda mx: ctc(mx, lambda loss: loss.CTCLoss(weight=2.0), [[5, 6], [2, 3], [0.5, 2.0]]),
    },
    tol=Tolerance(rtol=1e-4, atol=1e-5, why="logarithms of sums over paths"),
)

# ------------------------------------------------------------------------------------------ the base, bad input


def own(mx):
    class Own(mx.gluon.loss.Loss):
        def __init__(self, **kwargs):
            super().__init__(2.0, 1, **kwargs)

        def hybrid_forward(self, F, pred, label):
            return mx.gluon.loss._apply_weighting(F, F.abs(pred - label), self._weight)

    loss = Own()
    return repr(loss), loss(mx.nd.ones((1, 2)), mx.nd.zeros((1, 2)))


suite.table(
    "base",
    {
        "own": own,
        "reshape_like": lambda mx: mx.gluon.loss._reshape_like(mx.nd, mx.nd.arange(6), mx.nd.ones((2, 3))),
        "apply_weighting": lambda mx: [
            mx.gluon.loss._apply_weighting(mx.nd, mx.nd.ones((2, 2))),
            mx.gluon.loss._apply_weighting(mx.nd, mx.nd.ones((2, 2)), 3),
            mx.gluon.loss._apply_weighting(mx.nd, mx.nd.ones((2, 2)), 0.5, mx.nd.array([[1], [2]])),
            mx.gluon.loss._apply_weighting(mx.nd, mx.nd.ones((2, 2)), np.float32(0.5)),
        ],
        "aliases": lambda mx: [mx.gluon.loss.SoftmaxCELoss.__name__, mx.gluon.loss.SigmoidBCELoss.__name__],
        "no_parameters": lambda mx: list(mx.gluon.loss.L2Loss().collect_params().keys()),
        "names": lambda mx: sorted(mx.gluon.loss.__all__),
        "repr": lambda mx: [repr(mx.gluon.loss.L2Loss(None)), repr(mx.gluon.loss.CTCLoss(label_layout="TN"))],
        "private": lambda mx: [
            attributes(mx.gluon.loss.SoftmaxCELoss(), ("_axis", "_sparse_label", "_from_logits")),
            attributes(mx.gluon.loss.HuberLoss(), ("_rho",)),
            attributes(mx.gluon.loss.HingeLoss(), ("_margin",)),
            attributes(mx.gluon.loss.LogisticLoss(), ("_label_format",)),
            attributes(mx.gluon.loss.PoissonNLLLoss(), ("_from_logits", "_compute_full")),
            attributes(mx.gluon.loss.KLDivLoss(), ("_from_logits", "_axis")),
        ],
    },
)


def of_ones(mx, make, *shapes):
    return make(mx.gluon.loss)(*[mx.nd.ones(shape) for shape in shapes]).asnumpy()


suite.errors(
    "bad",
    {
        "text_weight": (lambda mx: of_ones(mx, lambda loss: loss.L1Loss(weight="a"), (2,), (2,)), ("weight",)),
        "array_weight": (
            lambda mx: of_ones(mx, lambda loss: loss.L1Loss(weight=mx.nd.ones(1)), (2,), (2,)),
            ("weight",),
        ),
        "l2_text_weight": (lambda mx: of_ones(mx, lambda loss: loss.L2Loss(weight="a"), (2,), (2,)), ()),
        "l2_none_weight": (lambda mx: of_ones(mx, lambda loss: loss.L2Loss(weight=None), (2,), (2,)), ()),
        "sizes": (lambda mx: of_ones(mx, lambda loss: loss.L2Loss(), (2, 3), (2, 2)), ()),
        "sample_weight": (lambda mx: of_ones(mx, lambda loss: loss.L2Loss(), (2, 3), (2, 3), (3, 1)), ()),
        "labels": (lambda mx: of_ones(mx, lambda loss: loss.SoftmaxCELoss(), (2, 3), (3,)), ()),
        "batch_axis": (lambda mx: of_ones(mx, lambda loss: loss.L1Loss(batch_axis=4), (2, 3), (2, 3)), ("axis",)),
        "ctc_layout": (lambda mx: mx.gluon.loss.CTCLoss(layout="NCT"), ("layout",)),
        "ctc_label_layout": (lambda mx: mx.gluon.loss.CTCLoss(label_layout="N"), ("label_layout",)),
        "logistic_format": (lambda mx: mx.gluon.loss.LogisticLoss(label_format="other"), ("label_format",)),
        "base": (lambda mx: mx.gluon.loss.Loss(None, 0)(mx.nd.ones(1)), ()),
        "base_without_arguments": (lambda mx: mx.gluon.loss.Loss(), ("weight",)),
        "unknown": (lambda mx: mx.gluon.loss.L2Loss(nope=1), ("nope",)),
        "no_label": (lambda mx: of_ones(mx, lambda loss: loss.L2Loss(), (2,)), ("label",)),
        "number": (lambda mx: mx.gluon.loss.L2Loss()(1.0, mx.nd.ones(1)), ()),
    },
)
