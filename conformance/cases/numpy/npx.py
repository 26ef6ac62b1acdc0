"""Operators of `npx`."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite
from ._scope import op, table

suite = Suite(__name__)
X = Arr((2, 3))
_GRADIENT = Tolerance(rtol=1e-6, atol=1e-7, why="MXNet has digamma in float32 for float64 arrays, too")
for _name in ("relu", "sigmoid", "erf", "erfinv", "gamma", "gammaln", "softmax", "log_softmax"):
    _path = "npx." + _name
    _low, _high = {"erfinv": (-0.9, 0.9), "gamma": (0.5, 3), "gammaln": (0.5, 3)}.get(_name, (-2, 2))
    op(suite, _name, _path, (Arr((2, 3), low=_low, high=_high),))
    op(suite, _name + "/float64", _path, (Arr((2, 3), "float64", _low, _high),), tol=_GRADIENT)
    op(suite, _name + "/zero_dim", _path, (Arr((), low=_low, high=_high),))
    op(suite, _name + "/zero_size", _path, (Arr((0, 3)),), grad=False)
op(suite, "softmax/axis", "npx.softmax", (X,), {"axis": 0})
op(suite, "softmax/temperature", "npx.softmax", (X,), {"temperature": 2.0})
op(suite, "log_softmax/axis", "npx.log_softmax", (X,), {"axis": 0})
for _act in ("relu", "sigmoid", "tanh", "softrelu", "softsign"):
    op(suite, "activation/" + _act, "npx.activation", (X,), {"act_type": _act})
for _act in ("leaky", "elu", "gelu", "selu"):
    op(suite, "leaky_relu/" + _act, "npx.leaky_relu", (X,), {"act_type": _act})
op(suite, "batch_flatten", "npx.batch_flatten", (Arr((2, 3, 2)),))
op(suite, "batch_dot", "npx.batch_dot", (Arr((2, 2, 3)), Arr((2, 3, 2), seed=2)))
op(suite, "batch_dot/transposed", "npx.batch_dot", (Arr((2, 2, 3)), Arr((2, 2, 3), seed=2)), {"transpose_b": True})
op(suite, "fully_connected", "npx.fully_connected", (X, Arr((4, 3), seed=2), Arr((4,), seed=3)), {"num_hidden": 4})
op(
    suite,
    "fully_connected/no_bias",
    "npx.fully_connected",
    (Arr((2, 2, 3)), Arr((4, 3), seed=2)),
    {"num_hidden": 4, "no_bias": True, "flatten": False},
)
op(
    suite,
    "convolution",
    "npx.convolution",
    (Arr((1, 2, 4, 4)), Arr((3, 2, 3, 3), seed=2), Arr((3,), seed=3)),
    {"kernel": (3, 3), "num_filter": 3, "pad": (1, 1)},
)
op(suite, "pooling", "npx.pooling", (Arr((1, 2, 4, 4), unique=True),), {"kernel": (2, 2), "stride": (2, 2)})
op(suite, "pooling/avg", "npx.pooling", (Arr((1, 2, 4, 4)),), {"kernel": (2, 2), "pool_type": "avg"})
op(suite, "layer_norm", "npx.layer_norm", (X, Arr((3,), seed=2), Arr((3,), seed=3)))
op(
    suite,
    "embedding",
    "npx.embedding",
    (Arr(values=[[0, 2], [1, 1]]), Arr((3, 2), seed=2)),
    {"input_dim": 3, "output_dim": 2},
    grad=(1,),
)
op(suite, "one_hot", "npx.one_hot", (Arr(values=[0, 2, 1]), 3), grad=False)
op(suite, "one_hot/dtype", "npx.one_hot", (Arr(values=[0, 2], dtype="int32"), 3), {"dtype": "int32"}, grad=False)
op(suite, "one_hot/zero_dim", "npx.one_hot", (Arr(values=1.0), 3), grad=False)
op(suite, "pick", "npx.pick", (X, Arr(values=[0, 2])), grad=(0,))
op(suite, "pick/kept", "npx.pick", (X, Arr(values=[0, 2])), {"keepdims": True, "axis": 1}, grad=(0,))
for _typ in ("indices", "value", "mask", "both"):
    op(suite, "topk/" + _typ, "npx.topk", (Arr((2, 4), unique=True),), {"k": 2, "ret_typ": _typ}, grad=_typ == "value")
op(suite, "topk/ascending", "npx.topk", (Arr((2, 4), unique=True),), {"k": 1, "is_ascend": True}, grad=False)
op(
    suite,
    "sequence_mask",
    "npx.sequence_mask",
    (Arr((3, 2)), Arr(values=[1.0, 2.0])),
    {"use_sequence_length": True, "value": -1},
    grad=(0,),
)
op(
    suite,
    "sequence_mask/axis",
    "npx.sequence_mask",
    (Arr((2, 3)), Arr(values=[1.0, 2.0])),
    {"use_sequence_length": True, "axis": 1},
    grad=(0,),
)
op(suite, "smooth_l1", "npx.smooth_l1", (X,), {"scalar": 1.0})
op(suite, "gather_nd", "npx.gather_nd", (X, Arr(values=[[0, 1], [2, 0]], dtype="int32")))
op(suite, "reshape_like", "npx.reshape_like", (X, Arr((3, 2))), grad=(0,))
op(suite, "shape_array", "npx.shape_array", (X,), grad=False)
op(suite, "slice", "npx.slice", (Arr((3, 4)), (0, 1), (2, 3)))
op(suite, "cast", "npx.cast", (X,), {"dtype": "float64"})
op(suite, "arange_like", "npx.arange_like", (X,), {"axis": 1}, grad=False)
op(suite, "arange_like/all", "npx.arange_like", (X,), grad=False)
op(suite, "constraint_check", "npx.constraint_check", (Arr(values=[True, True], dtype="bool"), "bad"), grad=False)
op(
    suite,
    "constraint_check/fails",
    "npx.constraint_check",
    (Arr(values=[True, False], dtype="bool"), "bad"),
    grad=False,
)
op(suite, "constraint_check/float", "npx.constraint_check", (X, "bad"), grad=False)
op(
    suite,
    "multibox_prior",
    "npx.multibox_prior",
    (Arr((1, 3, 2, 2)),),
    {"sizes": (0.5, 0.25), "ratios": (1, 2)},
    grad=False,
)
op(suite, "image/to_tensor", "npx.image.to_tensor", (Arr((2, 2, 3), "uint8", 0, 255),), grad=False)
op(suite, "image/flip", "npx.image.flip_left_right", (Arr((2, 2, 3), "uint8", 0, 255),), grad=False)
op(suite, "dropout/predict", "npx.dropout", (X,), {"p": 0.5}, grad=False)
op(suite, "bad/argument", "npx.softmax", (X,), {"axes": 0}, grad=False)
op(suite, "bad/input", "npx.relu", ([1, 2],), grad=False)


def _dropout(mx):
    with mx.autograd.record():
        return mx.npx.dropout(mx.np.ones((4, 4)), p=0.5)


def _batch_norm(mx):
    np = mx.np
    x = np.arange(12).reshape(2, 3, 2)
    mean, var = np.zeros(3), np.ones(3)
    with mx.autograd.record():
        y = mx.npx.batch_norm(x, np.ones(3), np.zeros(3), mean, var, fix_gamma=False)
    return y, mean, var


table(
    suite,
    "",
    {
        "dropout_train": _dropout,
        "batch_norm": _batch_norm,
        "waitall": lambda mx: mx.npx.waitall(),
        "num_gpus": lambda mx: mx.npx.num_gpus(),
        "cpu": lambda mx: [mx.npx.cpu(1), mx.npx.gpu(2), mx.npx.current_context()],
    },
)
