"""Converters of element-wise operators, reductions and products."""

from __future__ import annotations

import math

import numpy as np
import torch

from ._graph import Call, converts

_UNARY = {
    "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "abs": "Abs",
    "negative": "Neg", "floor": "Floor", "ceil": "Ceil", "reciprocal": "Reciprocal", "sin": "Sin", "cos": "Cos",
    "tan": "Tan", "arcsin": "Asin", "arccos": "Acos", "arctan": "Atan", "sinh": "Sinh", "cosh": "Cosh",
    "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh", "erf": "Erf", "softsign": "Softsign", "sign": "Sign",
    "_copy": "Identity", "BlockGrad": "Identity", "make_loss": "Identity", "MakeLoss": "Identity",
    "Dropout": "Identity", "identity": "Identity", "round": "Round", "LinearRegressionOutput": "Identity",
    "MAERegressionOutput": "Identity", "SVMOutput": "Identity", "LogisticRegressionOutput": "Sigmoid",
    "rint": "Round",
}  # fmt: skip

_BINARY = {
    "elemwise_add": "Add", "elemwise_sub": "Sub", "elemwise_mul": "Mul", "elemwise_div": "Div", "broadcast_add": "Add",
    "broadcast_sub": "Sub", "broadcast_mul": "Mul", "broadcast_div": "Div", "broadcast_power": "Pow", "_power": "Pow",
    "broadcast_maximum": "Max", "broadcast_minimum": "Min", "_maximum": "Max", "_minimum": "Min", "_grad_add": "Add",
}  # fmt: skip

_COMPARE = {
    "equal": ("Equal", False), "not_equal": ("Equal", True), "greater": ("Greater", False), "lesser": ("Less", False),
    "greater_equal": ("GreaterOrEqual", False), "lesser_equal": ("LessOrEqual", False),
}  # fmt: skip

#: scalar operator -> (ONNX operator, whether the number comes first)
_SCALAR = {
    "_plus_scalar": ("Add", False), "_minus_scalar": ("Sub", False), "_rminus_scalar": ("Sub", True),
    "_mul_scalar": ("Mul", False), "_div_scalar": ("Div", False), "_rdiv_scalar": ("Div", True),
    "_power_scalar": ("Pow", False), "_rpower_scalar": ("Pow", True), "_maximum_scalar": ("Max", False),
    "_minimum_scalar": ("Min", False),
}  # fmt: skip


@converts(*_UNARY)
def _unary(call: Call) -> None:
    call.emit(_UNARY[call.op], call.inputs[:1], call.out)


@converts(*_BINARY)
def _binary(call: Call) -> None:
    call.emit(_BINARY[call.op], call.inputs, call.out)


@converts(*_SCALAR)
def _scalar(call: Call) -> None:
    op, first = _SCALAR[call.op]
    number = call.constant(call.attrs["scalar"])
    call.emit(op, [number, call.inputs[0]] if first else [call.inputs[0], number], call.out)


@converts(*[f"broadcast_{k}" for k in _COMPARE], *[f"_{k}" for k in _COMPARE], *[f"_{k}_scalar" for k in _COMPARE])
def _compare(call: Call) -> None:
    scalar = call.op.endswith("_scalar")
    key = call.op.removeprefix("broadcast_").removeprefix("_").removesuffix("_scalar")
    op, negate = _COMPARE[key]
    inputs = [call.inputs[0], call.constant(call.attrs["scalar"])] if scalar else call.inputs
    truth = call.emit(op, inputs)
    if negate:
        truth = call.emit("Not", [truth])
    call.cast(truth, call.out_dtype, call.out)


@converts("broadcast_logical_and", "broadcast_logical_or", "broadcast_logical_xor")
def _logical(call: Call) -> None:
    op = call.op.removeprefix("broadcast_logical_").capitalize()
    call.cast(call.emit(op, [call.cast(x, torch.bool) for x in call.inputs]), call.out_dtype, call.out)


@converts("logical_not")
def _not(call: Call) -> None:
    call.cast(call.emit("Not", [call.cast(call.inputs[0], torch.bool)]), call.out_dtype, call.out)


@converts("square")
def _square(call: Call) -> None:
    call.emit("Mul", [call.inputs[0], call.inputs[0]], call.out)


@converts("rsqrt", "rcbrt", "cbrt", "log2", "log10", "log1p", "expm1", "_rdiv_sqrt")
def _composed(call: Call) -> None:
    x = call.inputs[0]
    if call.op == "rsqrt":
        call.emit("Reciprocal", [call.emit("Sqrt", [x])], call.out)
    elif call.op in ("log2", "log10"):
        factor = call.constant(1 / math.log(2 if call.op == "log2" else 10))
        call.emit("Mul", [call.emit("Log", [x]), factor], call.out)
    elif call.op == "log1p":
        call.emit("Log", [call.emit("Add", [x, call.constant(1)])], call.out)
    elif call.op == "expm1":
        call.emit("Sub", [call.emit("Exp", [x]), call.constant(1)], call.out)
    else:
        root = call.emit("Pow", [call.emit("Abs", [x]), call.constant(1 / 3)])
        signed = call.emit("Mul", [root, call.emit("Sign", [x])], None if call.op == "rcbrt" else call.out)
        if call.op == "rcbrt":
            call.emit("Reciprocal", [signed], call.out)


@converts("clip")
def _clip(call: Call) -> None:
    low, high = call.constant(call.attrs["a_min"]), call.constant(call.attrs["a_max"])
    call.emit("Clip", [call.inputs[0], low, high], call.out)


@converts("hard_sigmoid")
def _hard_sigmoid(call: Call) -> None:
    call.emit("HardSigmoid", call.inputs, call.out, alpha=float(call.attrs["alpha"]), beta=float(call.attrs["beta"]))


@converts("smooth_l1")
def _smooth_l1(call: Call) -> None:
    sigma2 = float(call.attrs["scalar"]) ** 2
    size = call.emit("Abs", call.inputs)
    inside = call.emit("Mul", [call.emit("Mul", [size, size]), call.constant(sigma2 / 2)])
    outside = call.emit("Sub", [size, call.constant(0.5 / sigma2)])
    small = call.emit("Less", [size, call.constant(1 / sigma2)])
    call.emit("Where", [small, inside, outside], call.out)


@converts("add_n")
def _add_n(call: Call) -> None:
    call.emit("Sum", call.inputs, call.out)


@converts("Cast", "amp_cast")
def _cast(call: Call) -> None:
    call.cast(call.inputs[0], call.out_dtype, call.out)


@converts("where")
def _where(call: Call) -> None:
    condition = call.cast(call.inputs[0], torch.bool)
    rank = len(call.shapes[1])
    if len(call.shapes[0]) == 1 and rank > 1:
        condition = call.emit("Reshape", [condition, call.ints(-1, *[1] * (rank - 1))])
    call.emit("Where", [condition, *call.inputs[1:]], call.out)


_REDUCE = {"mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin", "prod": "ReduceProd", "sum": "ReduceSum"}


def _axes(call: Call) -> list[int] | None:
    """The axes of a reduction, none negative; None for all."""
    axis, rank = call.attrs["axis"], len(call.shapes[0])
    axes = [] if axis is None else [axis] if isinstance(axis, int) else list(axis)
    chosen = [a % rank for a in axes]
    if chosen and call.attrs.get("exclude"):
        chosen = [a for a in range(rank) if a not in chosen]
    return sorted(chosen) or None


def _shaped(call: Call, value: str, output: str) -> None:
    """MXNet gives shape (1,) where everything is reduced."""
    if call.out_shape == (1,) and not call.attrs["keepdims"]:
        call.emit("Reshape", [value, call.ints(1)], output)
    else:
        call.emit("Identity", [value], output)


@converts(*_REDUCE)
def _reduce(call: Call) -> None:
    axes, keep = _axes(call), int(bool(call.attrs["keepdims"]))
    if call.op == "sum":
        given = [call.inputs[0]] if axes is None else [call.inputs[0], call.ints(*axes)]
        value = call.emit("ReduceSum", given, keepdims=keep)
    else:
        value = call.emit(_REDUCE[call.op], call.inputs, axes=axes, keepdims=keep)
    _shaped(call, value, call.out)


@converts("norm")
def _norm(call: Call) -> None:
    if call.attrs["ord"] not in (1, 2):
        raise call.unsupported(f"ord={call.attrs['ord']}")
    value = call.emit(
        f"ReduceL{call.attrs['ord']}", call.inputs, axes=_axes(call), keepdims=int(bool(call.attrs["keepdims"]))
    )
    _shaped(call, value, call.out)


@converts("argmax", "argmin")
def _arg(call: Call) -> None:
    axis, source = call.attrs["axis"], call.inputs[0]
    if axis is None:
        source, axis = call.emit("Reshape", [source, call.ints(-1)]), 0
    op = "ArgMax" if call.op == "argmax" else "ArgMin"
    found = call.emit(op, [source], axis=int(axis), keepdims=int(bool(call.attrs["keepdims"])))
    if call.out_shape == (1,) and not call.attrs["keepdims"]:
        found = call.emit("Reshape", [found, call.ints(1)])
    call.cast(found, call.out_dtype, call.out)


@converts("dot", "_linalg_gemm2", "batch_dot")
def _dot(call: Call) -> None:
    a, b = call.inputs
    ranks = [len(s) for s in call.shapes]
    if call.op == "dot" and max(ranks) > 2:
        raise call.unsupported(f"arrays of {max(ranks)} axes")
    turned = []
    for name, rank, flag in ((a, ranks[0], call.attrs["transpose_a"]), (b, ranks[1], call.attrs["transpose_b"])):
        if flag and rank > 1:
            name = call.emit("Transpose", [name], perm=[*range(rank - 2), rank - 1, rank - 2])
        turned.append(name)
    scale = float(call.attrs.get("alpha", 1.0))
    product = call.emit("MatMul", turned)
    if scale != 1.0:
        product = call.emit("Mul", [product, call.constant(scale)])
    if call.op == "dot" and call.out_shape == (1,):
        call.emit("Reshape", [product, call.ints(1)], call.out)
    else:
        call.emit("Identity", [product], call.out)


@converts("_contrib_div_sqrt_dim")
def _div_sqrt_dim(call: Call) -> None:
    call.emit("Div", [call.inputs[0], call.constant(math.sqrt(call.shapes[0][-1]))], call.out)


@converts("_zeros", "_ones", "_full", "zeros_like", "ones_like")
def _filled(call: Call) -> None:
    value = {"_zeros": 0, "zeros_like": 0, "_full": call.attrs.get("value", 0)}.get(call.op, 1)
    if call.op.endswith("_like"):
        zero = call.emit("Sub", [call.inputs[0], call.inputs[0]])
        call.emit("Add", [zero, call.constant(value)], call.out)
    else:
        call.emit("Identity", [call.constant(np.full(call.out_shape, value), _numpy(call.out_dtype))], call.out)


def _numpy(dtype: torch.dtype) -> str:
    return str(dtype)[6:]
