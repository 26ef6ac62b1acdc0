"""Layers, pooling, normalizations, activations and output layers, on small random shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_SUMS = Tolerance(rtol=2e-4, atol=2e-5, why="sums of products in another order")
_HALF = Tolerance(rtol=2e-2, atol=2e-2, why="MXNet keeps float16 sums, here they are float32")
_FLOATS = ("float32", "float32", "float64")


def _each(gen: Gen, count: int, low: int, high: int) -> tuple[int, ...]:
    return tuple(gen.int(low, high) for _ in range(count))


def _arr(gen: Gen, shape: tuple[int, ...], dtype: str, **more: Any) -> Arr:
    return Arr(shape, dtype, seed=gen.int(0, 9999), **more)


def _fully_connected(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    shape, hidden = gen.shape(2, 4), gen.int(1, 5)
    flatten = gen.chance(0.6)
    width = 1
    for n in shape[1:]:
        width *= n
    arrays = [_arr(gen, shape, dtype), _arr(gen, (hidden, width if flatten else shape[-1]), dtype)]
    no_bias = gen.chance(0.3)
    if not no_bias:
        arrays.append(_arr(gen, (hidden,), dtype))
    kwargs = {"num_hidden": hidden if gen.chance(0.97) else hidden + 1, "no_bias": no_bias, "flatten": flatten}
    return Call("nd.FullyConnected", tuple(arrays), kwargs, grad=True)


def _convolution(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        ndim = 2 if op == "Convolution_v1" else gen.pick((1, 2, 2, 3))
        transposed = op == "Deconvolution"
        gen.tol, dtype = _SUMS, "float32" if transposed and ndim == 3 else gen.pick(_FLOATS)
        groups = gen.pick((1, 1, 2, 3))
        inputs, outputs = groups * gen.int(1, 2), groups * gen.int(1, 2)
        kernel = _each(gen, ndim, 1, 3)
        kwargs: dict[str, Any] = {"kernel": kernel, "num_filter": outputs, "num_group": groups}
        if gen.chance(0.6):
            kwargs["stride"] = _each(gen, ndim, 1, 3)
        if gen.chance(0.5):
            kwargs["pad"] = _each(gen, ndim, 0, 2)
        wrong = op == "Convolution_v1" or (transposed and (ndim == 3 or dtype == "float64"))  # MXNet, with dilate
        if gen.chance(0.3) and not wrong:
            kwargs["dilate"] = _each(gen, ndim, 1, 2)
        if transposed and gen.chance(0.4):
            kwargs["adj"] = tuple(gen.int(0, s - 1) for s in kwargs.get("stride", (1,) * ndim))
        shape = (gen.int(1, 2), inputs, *_each(gen, ndim, 2, 5 if ndim < 3 else 4))
        if transposed and "pad" in kwargs:
            steps, gaps = kwargs.get("stride", (1,) * ndim), kwargs.get("dilate", (1,) * ndim)
            full = [s * (n - 1) + d * (k - 1) + 1 for n, k, s, d in zip(shape[2:], kernel, steps, gaps)]  # noqa: B905
            kwargs["pad"] = tuple(min(p, (n - 1) // 2) for p, n in zip(kwargs["pad"], full))  # noqa: B905
        weight = (inputs, outputs // groups) if transposed else (outputs, inputs // groups)
        arrays = [_arr(gen, shape, dtype), _arr(gen, (*weight, *kernel), dtype)]
        kwargs["no_bias"] = gen.chance(0.5)
        if not kwargs["no_bias"]:
            arrays.append(_arr(gen, (outputs,), dtype))
        return Call("nd." + op, tuple(arrays), kwargs, grad=True)

    return make


def _pooling(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    ndim = gen.pick((1, 2, 2, 3))
    kernel = _each(gen, ndim, 1, 3)
    kind = gen.pick(("max", "avg", "sum", "lp"))
    kwargs: dict[str, Any] = {"kernel": kernel, "pool_type": kind}
    if gen.chance(0.7):
        kwargs["stride"] = _each(gen, ndim, 1, 4)
    if gen.chance(0.6):
        kwargs["pad"] = tuple(gen.int(0, k // 2) for k in kernel)
    if kind == "lp":
        kwargs["p_value"] = gen.int(1, 3)
    elif gen.chance(0.5):
        wrong = kind == "avg" and dtype == "float32"  # the gradient of MXNet where the last windows are cut off
        kwargs["pooling_convention"] = "valid" if wrong else gen.pick(("valid", "full"))
    if kind == "avg" and gen.chance(0.5) and "pooling_convention" not in kwargs:
        kwargs["count_include_pad"] = gen.chance(0.5)
    if gen.chance(0.15):
        kwargs["global_pool"] = True
    shape = (gen.int(1, 2), gen.int(1, 2), *_each(gen, ndim, 2, 6 if ndim < 3 else 4))
    low = 0.5 if kind == "lp" else -2.0
    return Call("nd.Pooling", (_arr(gen, shape, dtype, low=low, unique=kind == "max"),), kwargs, grad=True)


def _pooling_v1(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    kernel = _each(gen, 2, 1, 3)
    kwargs: dict[str, Any] = {"kernel": kernel, "pool_type": gen.pick(("max", "avg", "sum"))}
    kwargs["stride"] = _each(gen, 2, 1, 3)
    kwargs["pad"] = tuple(gen.int(0, k // 2) for k in kernel)
    kwargs["pooling_convention"] = gen.pick(("valid", "full"))
    shape = (gen.int(1, 2), gen.int(1, 2), *_each(gen, 2, 2, 6))
    return Call("nd.Pooling_v1", (_arr(gen, shape, dtype, unique=True),), kwargs, grad=True)


def _batch_norm(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    shape = gen.shape(2, 5, 3)
    axis = gen.int(-len(shape), len(shape) - 1)
    size = (shape[axis],)
    arrays = [_arr(gen, shape, dtype), *(_arr(gen, size, dtype) for _ in range(3)), _arr(gen, size, dtype, low=0.5)]
    kwargs: dict[str, Any] = {"axis": axis, "fix_gamma": gen.chance(0.5), "eps": gen.pick((1e-3, 0.1))}
    kwargs["use_global_stats"] = gen.chance(0.3)
    return Call("nd.BatchNorm", tuple(arrays), kwargs, grad=(0, 1, 2), train=gen.chance(0.5), mutates=True)


def _layer_norm(gen: Gen) -> Call:
    dtype = gen.pick((*_FLOATS, "float16"))
    gen.tol = _HALF if dtype == "float16" else _SUMS
    shape = gen.shape(1, 4)
    axis = gen.int(-len(shape), len(shape) - 1)
    arrays = (_arr(gen, shape, dtype), _arr(gen, (shape[axis],), dtype), _arr(gen, (shape[axis],), dtype))
    return Call("nd.LayerNorm", arrays, {"axis": axis, "eps": gen.pick((1e-2, 0.1))}, grad=True)


def _group_norm(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    groups = gen.int(1, 3)
    shape = (gen.int(1, 2), groups * gen.int(1, 2), *_each(gen, gen.int(1, 3), 1, 3))
    arrays = (_arr(gen, shape, dtype), _arr(gen, (groups,), dtype), _arr(gen, (groups,), dtype))
    return Call("nd.GroupNorm", arrays, {"num_groups": groups, "eps": gen.pick((1e-2, 0.1))}, grad=True)


def _instance_norm(gen: Gen) -> Call:
    gen.tol = _SUMS
    shape = (gen.int(1, 3), gen.int(1, 3), *_each(gen, gen.int(1, 3), 1, 3))
    arrays = (_arr(gen, shape, "float32"), _arr(gen, (shape[1],), "float32"), _arr(gen, (shape[1],), "float32"))
    return Call("nd.InstanceNorm", arrays, {"eps": gen.pick((1e-2, 0.1))}, grad=True)


def _l2_normalization(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    mode = gen.pick(("instance", "channel", "spatial"))
    shape = gen.shape(2 if mode == "instance" else 3, 5, 3)
    return Call("nd.L2Normalization", (_arr(gen, shape, dtype),), {"mode": mode, "eps": 1e-3}, grad=True)


def _lrn(gen: Gen) -> Call:
    gen.tol = _SUMS
    kwargs = {"nsize": gen.pick((1, 3, 5, 7)), "alpha": gen.pick((1e-4, 0.5)), "beta": gen.pick((0.5, 0.75, 1.0))}
    return Call("nd.LRN", (_arr(gen, (*_each(gen, 2, 1, 4), *_each(gen, 2, 2, 4)), "float32"),), kwargs, grad=True)


def _activation(gen: Gen) -> Call:
    dtype = gen.pick((*_FLOATS, "float16"))
    gen.tol = _HALF if dtype == "float16" else _SUMS
    kwargs = {"act_type": gen.pick(("relu", "sigmoid", "softrelu", "softsign", "tanh"))}
    return Call("nd.Activation", (_arr(gen, gen.shape(), dtype, low=-5, high=5),), kwargs, grad=True)


def _leaky_relu(gen: Gen) -> Call:
    dtype = gen.pick((*_FLOATS, "float16"))
    gen.tol = _HALF if dtype == "float16" else _SUMS
    kind = gen.pick(("leaky", "elu", "selu", "gelu", "prelu"))
    shape = gen.shape(1 if kind != "prelu" else 2)
    kwargs: dict[str, Any] = {"act_type": kind}
    if kind in ("leaky", "elu") and gen.chance(0.5):
        kwargs["slope"] = gen.pick((0.1, 0.5, 1.0))
    arrays = [_arr(gen, shape, dtype, low=-5, high=5)]
    if kind == "prelu":
        arrays.append(_arr(gen, gen.pick(((1,), (shape[1],), shape[:2], (shape[0], 1))), dtype))
    return Call("nd.LeakyReLU", tuple(arrays), kwargs, grad=True)


def _dropout(gen: Gen) -> Call:
    shape = gen.shape(1, 3, 40)
    kwargs: dict[str, Any] = {"p": gen.pick((0.0, 0.1, 0.5, 0.75)), "mode": gen.pick(("training", "always"))}
    if gen.chance(0.3):
        kwargs["axes"] = (gen.int(0, len(shape) - 1),)
    return Call("nd.Dropout", (_arr(gen, shape, gen.pick((*_FLOATS, "float16"))),), kwargs, grad=True)


def _softmax_output(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    shape = tuple(gen.int(2, 4) for _ in range(gen.int(2, 4)))
    kwargs: dict[str, Any] = {"normalization": gen.pick(("null", "batch", "valid")), "grad_scale": gen.pick((1.0, 0.5))}
    if gen.chance(0.4):
        kwargs.update(use_ignore=True, ignore_label=gen.int(0, 2))
    kind = gen.pick(("rows", "multi", "preserve", "probabilities"))
    if kind == "probabilities":
        shape = shape[:2]  # outside training, MXNet's float32 kernel takes the last axis only
    classes = 2
    if kind == "multi":
        kwargs["multi_output"] = True
        target, classes = (shape[0], *shape[2:]), shape[1]
    elif kind == "probabilities":
        target = shape
    else:
        kwargs["preserve_shape"] = kind == "preserve" or len(shape) > 2
        target, classes = shape[:-1], shape[-1]
    if kind in ("rows", "preserve") and gen.chance(0.3):
        kwargs["smooth_alpha"] = 0.2
    label = _arr(gen, target, dtype, low=0, high=classes - 0.1)
    # float32 has another kernel in training, equal but for the last digits: the call compares those for equality
    return Call("nd.SoftmaxOutput", (_arr(gen, shape, dtype), label), kwargs, grad=True, train=dtype == "float64")


def _regression(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    shape = gen.shape(1, 3)
    name = gen.pick(("LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput"))
    arrays = (_arr(gen, shape, dtype), _arr(gen, shape, dtype))
    return Call("nd." + name, arrays, {"grad_scale": gen.pick((1.0, 0.3))}, grad=True)


def _svm(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    shape = gen.shape(2, 3)
    kwargs = {"margin": gen.pick((1.0, 0.5)), "use_linear": gen.chance(0.5), "regularization_coefficient": 1.5}
    label = _arr(gen, shape[:-1], dtype, low=0, high=shape[-1] - 0.1)
    return Call("nd.SVMOutput", (_arr(gen, shape, dtype), label), kwargs, grad=True)


def _make_loss(gen: Gen) -> Call:
    gen.tol = _SUMS
    kwargs = {
        "normalization": gen.pick(("null", "batch", "valid")),
        "grad_scale": gen.pick((1.0, 0.3)),
        "valid_thresh": 0.5,
    }
    return Call("nd.MakeLoss", (_arr(gen, gen.shape(), gen.pick(_FLOATS)),), kwargs, grad=True)


def _upsampling(gen: Gen) -> Call:
    gen.tol, dtype = _SUMS, gen.pick(_FLOATS)
    scale, shape = gen.int(1, 3), _each(gen, 4, 1, 3)
    if gen.chance(0.5):
        return Call("nd.UpSampling", (_arr(gen, shape, dtype),), {"scale": scale, "sample_type": "nearest"}, grad=True)
    size = 2 * scale - scale % 2
    arrays = (_arr(gen, shape, dtype), _arr(gen, (shape[1], 1, size, size), dtype))
    kwargs = {"scale": scale, "sample_type": "bilinear", "num_filter": shape[1], "num_args": 2}
    return Call("nd.UpSampling", arrays, kwargs, grad=True)


GENERATORS = {
    "FullyConnected": _fully_connected,
    **{op: _convolution(op) for op in ("Convolution", "Convolution_v1", "Deconvolution")},
    "Pooling": _pooling,
    "Pooling_v1": _pooling_v1,
    "BatchNorm": _batch_norm,
    "LayerNorm": _layer_norm,
    "GroupNorm": _group_norm,
    "InstanceNorm": _instance_norm,
    "L2Normalization": _l2_normalization,
    "LRN": _lrn,
    "Activation": _activation,
    "LeakyReLU": _leaky_relu,
    "Dropout": _dropout,
    "SoftmaxOutput": _softmax_output,
    "RegressionOutput": _regression,
    "SVMOutput": _svm,
    "MakeLoss": _make_loss,
    "UpSampling": _upsampling,
}
