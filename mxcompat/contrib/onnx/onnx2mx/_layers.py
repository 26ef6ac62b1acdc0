"""Converters of ONNX's layers: products, convolutions, pooling, normalizations, activations."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._graph import Step, converts, sym
from ._shapes import pad_axes


@converts("Gemm", "FC")
def _gemm(step: Step) -> Any:
    a = step.attrs
    alpha, beta = float(a.get("alpha", 1.0)), float(a.get("beta", 1.0))
    weight, bias = step.known(1), step.known(2)
    turned = bool(a.get("transB")) or step.op == "FC"
    if weight is None or a.get("transA") or alpha != 1.0 or (step.has(2) and (beta != 1.0 or bias is None)):
        made = sym.linalg.gemm2(step[0], step[1], transpose_a=bool(a.get("transA")), transpose_b=turned, alpha=alpha)
        return sym.broadcast_add(made, step[2] * beta) if step.has(2) else made
    hidden = weight.shape[0 if turned else 1]
    right = step[1] if turned else step.constant_symbol("weight", np.ascontiguousarray(weight.T))
    given: dict[str, Any] = {}
    if bias is not None:
        whole = bias.size == hidden
        given["bias"] = (
            step[2]
            if bias.shape == (hidden,)
            else step.constant_symbol(
                "bias", np.ascontiguousarray(bias.reshape(-1) if whole else np.broadcast_to(bias, (hidden,)))
            )
        )
    return sym.FullyConnected(
        step[0], right, num_hidden=hidden, no_bias=bias is None, flatten=step.op == "FC", name=step.name, **given
    )


@converts("MatMul")
def _matmul(step: Step) -> Any:
    right = step.known(1)
    if right is not None and right.ndim == 2:
        weight = step.constant_symbol("weight", np.ascontiguousarray(right.T))
        return sym.FullyConnected(step[0], weight, num_hidden=right.shape[1], no_bias=True, flatten=False)
    ranks = [step.reader.ranks.get(name) for name in step.names]
    left_shape, right_shape = step.shape(0), step.shape(1)
    if left_shape is not None and right_shape is not None and left_shape[:-2] != right_shape[:-2]:
        if min(len(left_shape), len(right_shape)) < 2:
            raise step.unsupported("a vector")
        batch = np.broadcast_shapes(left_shape[:-2], right_shape[:-2])
        sides = [
            sym.broadcast_to(sym.reshape(x, shape=(1,) * (len(batch) + 2 - len(s)) + s), shape=(*batch, *s[-2:]))
            for x, s in ((step[0], left_shape), (step[1], right_shape))
        ]
        return sym.linalg.gemm2(*sides)
    if 1 in ranks:
        raise step.unsupported("a vector")
    if None not in ranks and ranks[0] != ranks[1]:
        raise step.unsupported("inputs of different rank and unknown shape")
    return sym.linalg.gemm2(step[0], step[1])


def _kernel_pads(step: Step, kernel: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Padding before and after each axis of the images."""
    a, rank = step.attrs, len(kernel)
    auto = bytes(a.get("auto_pad", b"NOTSET"))
    if auto in (b"NOTSET", b"VALID"):
        pads = tuple(a.get("pads", (0,) * 2 * rank)) if auto == b"NOTSET" else (0,) * 2 * rank
        return pads[:rank], pads[rank:]
    strides, dilations = a.get("strides", (1,) * rank), a.get("dilations", (1,) * rank)
    before, after = [], []
    for i, size in enumerate(kernel):
        reach = (size - 1) * dilations[i] + 1
        if strides[i] == 1:
            total = reach - 1
        else:
            length = step.need_shape()[2 + i]
            total = max((-(-length // strides[i]) - 1) * strides[i] + reach - length, 0)
        less, more = total // 2, total - total // 2
        before.append(less if auto == b"SAME_UPPER" else more)
        after.append(more if auto == b"SAME_UPPER" else less)
    return tuple(before), tuple(after)


def _padded(step: Step, kernel: tuple[int, ...], value: float | None) -> tuple[Any, tuple[int, ...]]:
    """The data and the padding left to do: uneven padding is done by an operator of its own, with ``value``."""
    before, after = _kernel_pads(step, kernel)
    if before == after:
        return step[0], before
    if value is None:
        raise step.unsupported("uneven pads")
    zeros = (0, 0)
    return pad_axes(step[0], (*zeros, *before), (*zeros, *after), "constant", value), (0,) * len(kernel)


@converts("Conv")
def _conv(step: Step) -> Any:
    weight = step.need_shape(1)
    a, rank = step.attrs, len(weight) - 2
    data, pad = _padded(step, weight[2:], 0.0)
    inputs = [data, *[step[i] for i in range(1, 3 if step.has(2) else 2)]]
    return sym.Convolution(
        *inputs,
        kernel=weight[2:],
        stride=tuple(a.get("strides", (1,) * rank)),
        dilate=tuple(a.get("dilations", (1,) * rank)),
        pad=pad,
        num_filter=weight[0],
        num_group=int(a.get("group", 1)),
        no_bias=not step.has(2),
        name=step.name,
    )


@converts("ConvTranspose")
def _deconv(step: Step) -> Any:
    weight = step.need_shape(1)
    a, rank = step.attrs, len(weight) - 2
    if "output_shape" in a:
        raise step.unsupported("output_shape")
    if bytes(a.get("auto_pad", b"NOTSET")) not in (b"NOTSET", b"VALID"):
        raise step.unsupported("auto_pad")
    before, after = _kernel_pads(step, weight[2:])
    if before != after:
        raise step.unsupported("uneven pads")
    group = int(a.get("group", 1))
    adjust = {"adj": tuple(a["output_padding"])} if any(a.get("output_padding", ())) else {}
    return sym.Deconvolution(
        *[step[i] for i in range(3 if step.has(2) else 2)],
        kernel=weight[2:],
        stride=tuple(a.get("strides", (1,) * rank)),
        dilate=tuple(a.get("dilations", (1,) * rank)),
        pad=before,
        num_filter=weight[1] * group,
        num_group=group,
        no_bias=not step.has(2),
        name=step.name,
        **adjust,
    )


@converts("MaxPool", "AveragePool", "LpPool")
def _pool(step: Step) -> Any:
    a, kind = step.attrs, {"MaxPool": "max", "AveragePool": "avg", "LpPool": "lp"}[step.op]
    kernel = tuple(a["kernel_shape"])
    if any(d != 1 for d in a.get("dilations", ())):
        raise step.unsupported("dilations")
    if len(step.outputs) > 1:
        raise step.unsupported("indices")
    given: dict[str, Any] = {}
    if kind == "avg":
        given["count_include_pad"] = bool(a.get("count_include_pad", 0))
    elif kind == "lp":
        given["p_value"] = _order(step)
    fill = {"max": float(np.finfo("float32").min), "lp": 0.0, "avg": 0.0 if given.get("count_include_pad") else None}
    data, pad = _padded(step, kernel, fill[kind])
    if a.get("ceil_mode"):
        _check_last_window(step, kernel)
    return sym.Pooling(
        sym.abs(data) if kind == "lp" else data,
        kernel=kernel,
        stride=tuple(a.get("strides", (1,) * len(kernel))),
        pad=pad,
        pool_type=kind,
        pooling_convention="full" if a.get("ceil_mode") else "valid",
        **given,
    )


def _order(step: Step) -> int:
    p = int(step.attrs.get("p", 2))
    if p not in (1, 2, 3):
        raise step.unsupported(f"p={p}")
    return p


def _check_last_window(step: Step, kernel: tuple[int, ...]) -> None:
    """NotSupportedError if a last window would lie in the padding: ONNX leaves that out."""
    before, after = _kernel_pads(step, kernel)
    strides = step.attrs.get("strides", (1,) * len(kernel))
    for size, k, stride, low, high in zip((step.shape() or ())[2:], kernel, strides, before, after, strict=False):
        if -(-(size + low + high - k) // stride) * stride >= size + low:
            raise step.unsupported("ceil_mode and a window in the padding")


@converts("GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool")
def _global_pool(step: Step) -> Any:
    if step.op == "GlobalLpPool":
        return sym.Pooling(sym.abs(step[0]), global_pool=True, pool_type="lp", kernel=(1, 1), p_value=_order(step))
    return sym.Pooling(step[0], global_pool=True, pool_type="max" if "Max" in step.op else "avg", kernel=(1, 1))


@converts("MaxRoiPool")
def _roi_pool(step: Step) -> Any:
    a = step.attrs
    return sym.ROIPooling(
        step[0], step[1], pooled_size=tuple(a["pooled_shape"]), spatial_scale=float(a.get("spatial_scale", 1.0))
    )


@converts("BatchNormalization", "SpatialBN")
def _batch_norm(step: Step) -> Any:
    if step.attrs.get("training_mode"):
        raise step.unsupported("training_mode")
    return sym.BatchNorm(
        *[step[i] for i in range(5)], eps=float(step.attrs.get("epsilon", 1e-5)),
        momentum=float(step.attrs.get("momentum", 0.9)), fix_gamma=False, use_global_stats=True, name=step.name,
    )[0]  # fmt: skip


@converts("InstanceNormalization")
def _instance_norm(step: Step) -> Any:
    return sym.InstanceNorm(step[0], step[1], step[2], eps=float(step.attrs.get("epsilon", 1e-5)), name=step.name)


@converts("LayerNormalization")
def _layer_norm(step: Step) -> Any:
    axis, eps = int(step.attrs.get("axis", -1)), float(step.attrs.get("epsilon", 1e-5))
    if (axis != -1 and axis != step.rank() - 1) or len(step.outputs) > 1:
        axes = tuple(range(axis % step.rank(), step.rank()))
        mean = sym.mean(step[0], axis=axes, keepdims=True)
        apart = sym.broadcast_sub(step[0], mean)
        inverse = sym.rsqrt(sym.mean(sym.square(apart), axis=axes, keepdims=True) + eps)
        made = sym.broadcast_mul(sym.broadcast_mul(apart, inverse), step[1])
        return [sym.broadcast_add(made, step[2]) if step.has(2) else made, mean, inverse]
    shift = step[2] if step.has(2) else sym.zeros_like(step[1])
    return sym.LayerNorm(step[0], step[1], shift, axis=-1, eps=eps, name=step.name)


@converts("LRN")
def _lrn(step: Step) -> Any:
    a = step.attrs
    return sym.LRN(
        step[0], nsize=int(a["size"]), alpha=float(a.get("alpha", 1e-4)), beta=float(a.get("beta", 0.75)),
        knorm=float(a.get("bias", 1.0)),
    )  # fmt: skip


@converts("LpNormalization")
def _lp_normalization(step: Step) -> Any:
    p, axis = int(step.attrs.get("p", 2)), int(step.attrs.get("axis", -1))
    size = sym.norm(step[0], ord=p, axis=axis, keepdims=True)
    return sym.broadcast_div(step[0], size + (size == 0))


def _in_two(step: Step) -> int | None:
    """The axis from which on old versions flatten; None where the operator works along one axis."""
    return int(step.attrs.get("axis", 1)) if step.reader.version < 13 else None


@converts("Softmax", "LogSoftmax")
def _softmax(step: Step) -> Any:
    function = sym.softmax if step.op == "Softmax" else sym.log_softmax
    first = _in_two(step)
    if first is None:
        return function(step[0], axis=int(step.attrs.get("axis", -1)))
    rank = step.reader.ranks.get(step.names[0])
    if rank is None or first % rank == rank - 1:
        return function(step[0], axis=first if rank is None else -1)
    return sym.reshape_like(function(_as_matrix(step, first), axis=-1), step[0])


def _as_matrix(step: Step, axis: int) -> Any:
    shape = step.need_shape()
    return sym.reshape(step[0], shape=(int(np.prod(shape[: axis % len(shape)])), -1))


@converts("Hardmax")
def _hardmax(step: Step) -> Any:
    first = _in_two(step)
    if first is not None:
        made = _as_matrix(step, first)
        depth = int(np.prod(step.need_shape()[first % step.rank() :]))
        return sym.reshape_like(sym.one_hot(sym.argmax(made, axis=1), depth=depth), step[0])
    axis = int(step.attrs.get("axis", -1)) % step.rank()
    chosen = sym.one_hot(sym.argmax(step[0], axis=axis), depth=step.need_shape()[axis])
    order = list(range(step.rank() - 1))
    order.insert(axis, step.rank() - 1)
    return sym.transpose(chosen, axes=tuple(order))


@converts("LeakyRelu", "Elu", "Selu")
def _leaky(step: Step) -> Any:
    kind = {"LeakyRelu": "leaky", "Elu": "elu", "Selu": "selu"}[step.op]
    scale, alpha = step.attrs.get("gamma", 1.0507009873554805), step.attrs.get("alpha", 1.6732632423543772)
    if kind == "selu" and abs(scale - 1.0507009873554805) + abs(alpha - 1.6732632423543772) > 1e-4:
        below = sym.expm1(sym.clip(step[0], a_min=-np.inf, a_max=0.0))
        return (sym.relu(step[0]) + float(alpha) * below) * float(scale)
    slope = {} if kind == "selu" else {"slope": float(step.attrs.get("alpha", 0.01 if kind == "leaky" else 1.0))}
    return sym.LeakyReLU(step[0], act_type=kind, **slope)


@converts("PRelu")
def _prelu(step: Step) -> Any:
    slope = step.known(1)
    rank = step.reader.ranks.get(step.names[0], 2)
    by_channel = step.reader.version < 7 or (slope is not None and slope.ndim == rank - 1)
    if slope is not None and slope.size in slope.shape[:1] and by_channel:
        return sym.LeakyReLU(step[0], step.constant_symbol("gamma", slope.reshape(-1)), act_type="prelu")
    below = sym.broadcast_mul(sym.clip(step[0], a_min=-np.inf, a_max=0.0), step[1])
    return sym.relu(step[0]) + below


@converts("HardSigmoid", "HardSwish")
def _hard(step: Step) -> Any:
    swish = step.op == "HardSwish"
    alpha = float(step.attrs.get("alpha", 1 / 6 if swish else 0.2))
    gate = sym.hard_sigmoid(step[0], alpha=alpha, beta=float(step.attrs.get("beta", 0.5)))
    return step[0] * gate if swish else gate


@converts("Softplus", "Mish")
def _softplus(step: Step) -> Any:
    made = sym.Activation(step[0], act_type="softrelu")
    return made if step.op == "Softplus" else step[0] * sym.tanh(made)


@converts("Gelu")
def _gelu(step: Step) -> Any:
    x = step[0]
    if bytes(step.attrs.get("approximate", b"none")) == b"tanh":
        return 0.5 * x * (1 + sym.tanh(float(np.sqrt(2 / np.pi)) * (x + 0.044715 * x * x * x)))
    return sym.LeakyReLU(x, act_type="gelu")


@converts("Celu", "ThresholdedRelu")
def _other_relu(step: Step) -> Any:
    alpha = float(step.attrs.get("alpha", 1.0))
    if step.op == "ThresholdedRelu":
        return step[0] * (step[0] > alpha)
    return sym.relu(step[0]) + alpha * sym.expm1(sym.clip(step[0], a_min=-np.inf, a_max=0.0) / alpha)


@converts("Upsample", "Resize")
def _resize(step: Step) -> Any:
    a = step.attrs
    mode = bytes(a.get("mode", b"nearest")).decode()
    place = bytes(a.get("coordinate_transformation_mode", b"half_pixel")).decode()
    rounding = bytes(a.get("nearest_mode", b"round_prefer_floor")).decode()
    if step.op == "Upsample" or len(step.names) == 2 and step.reader.version < 11:
        place, rounding = "asymmetric", "floor"
    scales = _scales(step)
    whole = len(scales) == 4 and scales[0] == scales[1] == 1 and scales[2] == scales[3] == int(scales[2])
    even = rounding == "floor" if place == "asymmetric" else "round" in rounding and place.endswith("half_pixel")
    plain = not any(a.get(key) for key in ("antialias", "axes", "exclude_outside"))
    if plain and mode == "nearest" and whole and even:
        return sym.UpSampling(step[0], scale=int(scales[2]), sample_type="nearest")
    if plain and mode in ("linear", "bilinear") and place == "align_corners" and len(scales) == 4:
        height, width = (int(n * s + 1e-6) for n, s in zip(step.need_shape()[2:], scales[2:], strict=True))
        return sym.contrib.BilinearResize2D(step[0], height=height, width=width)
    raise step.unsupported(f"mode {mode}, {place}, {rounding} and scales {scales}")


def _scales(step: Step) -> list[float]:
    """How much larger each axis gets."""
    if "axes" in step.attrs or "keep_aspect_ratio_policy" in step.attrs:
        raise step.unsupported("axes or keep_aspect_ratio_policy")
    if "scales" in step.attrs:
        return [float(s) for s in step.attrs["scales"]]
    at = 1 if step.op == "Upsample" or len(step.names) == 2 else 2
    scales = step.constant(at).tolist() if step.has(at) else []
    if scales:
        return [float(s) for s in scales]
    return [new / old for new, old in zip(step.constant(3).tolist(), step.need_shape(), strict=True)]
