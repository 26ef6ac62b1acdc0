"""Converters of layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ._graph import Call, converts


@converts("FullyConnected")
def _fully_connected(call: Call) -> None:
    data, weight = call.inputs[:2]
    bias = [] if call.attrs["no_bias"] else call.inputs[2:3]
    if call.attrs["flatten"] or len(call.shapes[0]) == 2:
        if len(call.shapes[0]) != 2:
            data = call.emit("Flatten", [data], axis=1)
        call.emit("Gemm", [data, weight, *bias], call.out, transB=1)
        return
    product = call.emit("MatMul", [data, call.emit("Transpose", [weight], perm=[1, 0])], None if bias else call.out)
    if bias:
        call.emit("Add", [product, *bias], call.out)


def _window(call: Call) -> dict[str, Any]:
    """Kernel, strides, dilations and pads as ONNX has them."""
    kernel = list(call.attrs["kernel"])
    n = len(kernel)
    pads = list(call.attrs["pad"] or [0] * n)
    found = {"kernel_shape": kernel, "strides": list(call.attrs["stride"] or [1] * n), "pads": pads * 2}
    if "dilate" in call.attrs:
        found["dilations"] = list(call.attrs["dilate"] or [1] * n)
    return found


def _check_layout(call: Call) -> None:
    if call.attrs["layout"] not in (None, "NCW", "NCHW", "NCDHW"):
        raise call.unsupported(f"layout={call.attrs['layout']!r}")


@converts("Convolution")
def _convolution(call: Call) -> None:
    _check_layout(call)
    call.emit("Conv", call.inputs, call.out, group=int(call.attrs["num_group"]), **_window(call))


@converts("Deconvolution")
def _deconvolution(call: Call) -> None:
    _check_layout(call)
    if call.attrs["target_shape"]:
        raise call.unsupported("target_shape")
    adj = list(call.attrs["adj"]) or None
    call.emit(
        "ConvTranspose", call.inputs, call.out, group=int(call.attrs["num_group"]), output_padding=adj, **_window(call)
    )


@converts("BatchNorm", "BatchNorm_v1", "_contrib_SyncBatchNorm")
def _batch_norm(call: Call) -> None:
    data, gamma, beta, mean, var = call.inputs
    rank, axis = len(call.shapes[0]), call.attrs.get("axis", 1) % len(call.shapes[0])
    if call.attrs["fix_gamma"]:
        gamma = call.constant(np.ones(call.shapes[1]), np.float32)
    perm = [0, axis, *[i for i in range(1, rank) if i != axis]]
    if axis != 1:
        data = call.emit("Transpose", [data], perm=perm)
    attrs = {"epsilon": float(call.attrs["eps"]), "momentum": float(call.attrs["momentum"])}
    normed = call.emit("BatchNormalization", [data, gamma, beta, mean, var], call.out if axis == 1 else None, **attrs)
    if axis != 1:
        call.emit("Transpose", [normed], call.out, perm=[perm.index(i) for i in range(rank)])


@converts("Pooling", "Pooling_v1")
def _pooling(call: Call) -> None:
    if call.attrs.get("layout") not in (None, "NCW", "NCHW", "NCDHW"):
        raise call.unsupported(f"layout={call.attrs['layout']!r}")
    kind = call.attrs["pool_type"]
    names = {"max": "MaxPool", "avg": "AveragePool", "lp": "LpPool", "sum": "AveragePool"}
    power = call.attrs.get("p_value") if kind == "lp" else None
    if call.attrs["global_pool"]:
        value = call.emit("Global" + names[kind], call.inputs, None if kind == "sum" else call.out, p=power)
        if kind == "sum":
            call.emit("Mul", [value, call.constant(float(np.prod(call.shapes[0][2:])))], call.out)
        return
    if call.attrs["pooling_convention"] == "same":
        raise call.unsupported("pooling_convention='same'")
    window = _window(call)
    attrs: dict[str, Any] = {**window, "p": power}
    if call.attrs["pooling_convention"] == "full":
        attrs["ceil_mode"] = 1
        if kind == "lp":
            raise call.unsupported("pool_type='lp' and pooling_convention='full'")
    if kind in ("avg", "sum"):
        attrs["count_include_pad"] = int(kind == "sum" or call.attrs.get("count_include_pad") is not False)
        if kind == "sum" and "ceil_mode" in attrs:
            raise call.unsupported("pool_type='sum' and pooling_convention='full'")
    value = call.emit(names[kind], call.inputs, None if kind == "sum" else call.out, **attrs)
    if kind == "sum":
        call.emit("Mul", [value, call.constant(float(np.prod(window["kernel_shape"])))], call.out)


_ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softrelu": "Softplus", "softsign": "Softsign"}


@converts("Activation")
def _activation(call: Call) -> None:
    kind = call.attrs["act_type"]
    if kind in _ACTIVATIONS:
        call.emit(_ACTIVATIONS[kind], call.inputs, call.out)
    elif kind == "log_sigmoid":
        call.emit("Log", [call.emit("Sigmoid", call.inputs)], call.out)
    elif kind == "mish":
        call.emit("Mul", [call.inputs[0], call.emit("Tanh", [call.emit("Softplus", call.inputs)])], call.out)
    else:
        raise call.unsupported(f"act_type={kind!r}")


@converts("LeakyReLU")
def _leaky(call: Call) -> None:
    kind, data = call.attrs["act_type"], call.inputs[0]
    if kind == "prelu":
        slope, rank = call.inputs[1], len(call.shapes[0])
        if len(call.shapes[1]) == 1 and call.shapes[1] != (1,) and rank > 1:
            slope = call.emit("Reshape", [slope, call.ints(-1, *[1] * (rank - 2))])
        call.emit("PRelu", [data, slope], call.out)
    elif kind == "selu":
        call.emit("Selu", [data], call.out)
    elif kind == "gelu":
        erf = call.emit("Erf", [call.emit("Mul", [data, call.constant(0.5**0.5)])])
        half = call.emit("Mul", [data, call.constant(0.5)])
        call.emit("Mul", [half, call.emit("Add", [erf, call.constant(1)])], call.out)
    elif kind == "elu":
        call.emit("Elu", [data], call.out, alpha=float(call.attrs["slope"]))
    else:  # rrelu takes the middle of its range when it is not training
        slope = call.attrs["slope"]
        if kind == "rrelu":
            slope = (call.attrs["lower_bound"] + call.attrs["upper_bound"]) / 2
        call.emit("LeakyRelu", [data], call.out, alpha=float(slope))


@converts("softmax", "log_softmax", "softmin")
def _softmax(call: Call) -> None:
    if call.attrs["use_length"]:
        raise call.unsupported("use_length=True")
    data = call.inputs[0]
    if call.op == "softmin":
        data = call.emit("Neg", [data])
    if call.attrs["temperature"] not in (None, 1.0):
        data = call.emit("Div", [data, call.constant(call.attrs["temperature"])])
    if call.out_dtype is not call.dtypes[0]:
        data = call.cast(data, call.out_dtype)
    op = "LogSoftmax" if call.op == "log_softmax" else "Softmax"
    call.emit(op, [data], call.out, axis=int(call.attrs["axis"]))


@converts("SoftmaxOutput", "SoftmaxActivation")
def _softmax_output(call: Call) -> None:
    rank = len(call.shapes[0])
    channels = call.attrs.get("multi_output") or call.attrs.get("mode") == "channel"
    if channels or rank == 2 or call.attrs.get("preserve_shape"):
        call.emit("Softmax", call.inputs[:1], call.out, axis=1 if channels else rank - 1)
        return
    flat = call.emit("Flatten", call.inputs[:1], axis=1)
    call.emit("Reshape", [call.emit("Softmax", [flat], axis=1), call.ints(*call.out_shape)], call.out)


def _normalized(call: Call, data: str, axes: list[int], eps: float) -> str:
    mean = call.emit("ReduceMean", [data], axes=axes, keepdims=1)
    centered = call.emit("Sub", [data, mean])
    var = call.emit("ReduceMean", [call.emit("Mul", [centered, centered])], axes=axes, keepdims=1)
    deviation = call.emit("Sqrt", [call.emit("Add", [var, call.constant(eps)])])
    return call.emit("Div", [centered, deviation])


@converts("LayerNorm")
def _layer_norm(call: Call) -> None:
    if call.attrs["output_mean_var"]:
        raise call.unsupported("output_mean_var=True")
    rank = len(call.shapes[0])
    axis = call.attrs["axis"] % rank
    scale, shift = call.inputs[1:]
    if axis != rank - 1:
        shape = call.ints(-1, *[1] * (rank - 1 - axis))
        scale, shift = call.emit("Reshape", [scale, shape]), call.emit("Reshape", [shift, shape])
    normed = _normalized(call, call.inputs[0], [axis], call.attrs["eps"])
    call.emit("Add", [call.emit("Mul", [normed, scale]), shift], call.out)


@converts("InstanceNorm")
def _instance_norm(call: Call) -> None:
    call.emit("InstanceNormalization", call.inputs, call.out, epsilon=float(call.attrs["eps"]))


@converts("GroupNorm")
def _group_norm(call: Call) -> None:
    if call.attrs["output_mean_var"]:
        raise call.unsupported("output_mean_var=True")
    shape, groups = call.shapes[0], int(call.attrs["num_groups"])
    grouped = call.emit("Reshape", [call.inputs[0], call.ints(0, groups, -1)])
    normed = _normalized(call, grouped, [2], call.attrs["eps"])
    per_group = call.shapes[1] == (groups,)  # MXNet 1.9.1 has a scale for each group, not for each channel
    if not per_group:
        normed = call.emit("Reshape", [normed, call.ints(*shape)])
    column = call.ints(-1, *[1] * (1 if per_group else len(shape) - 2))
    scaled = call.emit("Mul", [normed, call.emit("Reshape", [call.inputs[1], column])])
    shifted = call.emit("Add", [scaled, call.emit("Reshape", [call.inputs[2], column])])
    call.emit("Reshape", [shifted, call.ints(*shape)], call.out)


@converts("L2Normalization")
def _l2_normalization(call: Call) -> None:
    rank, mode = len(call.shapes[0]), call.attrs["mode"]
    axes = {"channel": [1], "spatial": list(range(2, rank))}.get(mode, list(range(1, rank)))
    squares = call.emit("ReduceSumSquare", call.inputs, axes=axes, keepdims=1)
    length = call.emit("Sqrt", [call.emit("Add", [squares, call.constant(call.attrs["eps"])])])
    call.emit("Div", [call.inputs[0], length], call.out)


@converts("LRN")
def _lrn(call: Call) -> None:
    a = call.attrs
    call.emit("LRN", call.inputs, call.out, alpha=float(a["alpha"]), beta=float(a["beta"]), bias=float(a["knorm"]),
              size=int(a["nsize"]))  # fmt: skip


@converts("Embedding")
def _embedding(call: Call) -> None:
    call.emit("Gather", [call.inputs[1], call.cast(call.inputs[0], torch.int64)], call.out, axis=0)


@converts("UpSampling")
def _upsampling(call: Call) -> None:
    if call.attrs["sample_type"] != "nearest" or len(call.inputs) != 1:
        raise call.unsupported("sample_type='bilinear' or several inputs")
    scale = float(call.attrs["scale"])
    scales = call.constant([1, 1, scale, scale], np.float32)
    call.emit("Resize", [call.inputs[0], "", scales], call.out, mode="nearest", nearest_mode="floor",
              coordinate_transformation_mode="asymmetric")  # fmt: skip


@converts("_contrib_BilinearResize2D")
def _bilinear(call: Call) -> None:
    mode = "align_corners" if call.attrs["align_corners"] else "half_pixel"
    sizes = call.ints(*call.out_shape)
    call.emit("Resize", [call.inputs[0], "", "", sizes], call.out, mode="linear", coordinate_transformation_mode=mode)


@converts("_contrib_AdaptiveAvgPooling2D")
def _adaptive(call: Call) -> None:
    height, width = call.shapes[0][2:]
    rows, columns = call.out_shape[2:]
    if height % rows or width % columns:
        raise call.unsupported(f"output_size=({rows}, {columns}) that does not divide the input ({height}, {width})")
    kernel = [height // rows, width // columns]
    call.emit("AveragePool", call.inputs, call.out, kernel_shape=kernel, strides=kernel)
