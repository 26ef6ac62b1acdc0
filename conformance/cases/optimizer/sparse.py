"""Optimizers with row_sparse weights and gradients: which rows move, and of what storage type the states are."""

from ...suite import Suite, attempt
from ._programs import make, train

suite = Suite(__name__)

ROWS = {"stype": "row_sparse"}
MIXED = {"grad_stype": "row_sparse"}
SETS = {
    "sgd": [{}, {"momentum": 0.9}, {"momentum": 0.9, "wd": 0.1}, {"lazy_update": False, "momentum": 0.9},
            {"clip_gradient": 0.5, "rescale_grad": 0.5}],
    "adam": [{}, {"wd": 0.1}, {"lazy_update": False}, {"clip_gradient": 0.5, "rescale_grad": 0.5}],
    "adagrad": [{}, {"clip_gradient": 0.5}, {"eps": 0.1, "rescale_grad": 0.5}],
    "ftrl": [{}, {"lamda1": 0.5, "wd": 0.1}, {"clip_gradient": 0.5}],
    "rmsprop": [{}, {"centered": True}],
    "signum": [{}, {"momentum": 0.0}],
    "nag": [{"momentum": 0.9}],
    "lars": [{"momentum": 0.9}],
    "lbsgd": [{"momentum": 0.9}],
    "lamb": [{}],
    "adamax": [{}],
    "adadelta": [{}],
}  # fmt: skip


def _program(name, kwargs, how):
    return lambda mx: attempt(lambda: train(mx, make(mx, name, **kwargs), steps=5, one_by_one=True, **how))


for _name, _sets in SETS.items():
    for _number, _kwargs in enumerate(_sets):
        suite.table(
            _name,
            {
                "%d/rows" % _number: _program(_name, _kwargs, ROWS),
                "%d/rows_of_gradient" % _number: _program(_name, _kwargs, MIXED),
            },
        )


def _matrix(mx, weight_stype, grad_stype, **kwargs):
    optimizer = mx.optimizer.create("groupadagrad", **kwargs)
    weight = mx.nd.arange(12).reshape((4, 3)) + 1
    weight = weight.tostype(weight_stype)
    state = optimizer.create_state(0, weight)
    for step in range(4):
        grad = mx.nd.array([[0.5, 1, step], [0, 0, 0], [-1, 2, 0.5], [0, 0, 0]]).tostype(grad_stype)
        optimizer.update(0, weight, grad, state)
    return weight.stype, weight.asnumpy(), state.stype, state.asnumpy()


suite.table(
    "groupadagrad",
    {
        "%s/%s/%d" % (w, g, n): lambda mx, w=w, g=g, k=k: attempt(_matrix, mx, w, g, **k)
        for w in ("default", "row_sparse")
        for g in ("default", "row_sparse")
        for n, k in enumerate([{}, {"eps": 0.1, "learning_rate": 0.5}, {"clip_gradient": 0.7, "rescale_grad": 2.0}])
    },
)
