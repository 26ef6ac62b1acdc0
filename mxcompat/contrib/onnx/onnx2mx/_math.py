"""Converters of ONNX's arithmetic, comparisons, reductions and random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._package import onnx_package
from ._graph import Step, converts, sym

_UNARY = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Exp": "exp", "Log": "log", "Sqrt": "sqrt", "Abs": "abs",
    "Neg": "negative", "Floor": "floor", "Ceil": "ceil", "Reciprocal": "reciprocal", "Sin": "sin", "Cos": "cos",
    "Tan": "tan", "Asin": "arcsin", "Acos": "arccos", "Atan": "arctan", "Sinh": "sinh", "Cosh": "cosh", "Erf": "erf",
    "Asinh": "arcsinh", "Acosh": "arccosh", "Atanh": "arctanh", "Softsign": "softsign", "Sign": "sign",
    "Identity": "identity", "Dropout": "identity", "Size": "size_array",
}  # fmt: skip
_BINARY = {
    "Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Pow": "power", "Less": "lesser", "Greater": "greater",
    "Equal": "equal", "LessOrEqual": "lesser_equal", "GreaterOrEqual": "greater_equal",
}  # fmt: skip
_MANY = {"Max": "maximum", "Min": "minimum", "Sum": "add", "Mean": "add"}
_REDUCE = {"ReduceMean": "mean", "ReduceMax": "max", "ReduceMin": "min", "ReduceProd": "prod", "ReduceSum": "sum"}


@converts(*_UNARY)
def _unary(step: Step) -> Any:
    if step.has(2) and step.constant(2).any():
        raise step.unsupported("training_mode")
    made = getattr(sym, _UNARY[step.op])(step[0])
    if step.op == "Dropout" and len(step.outputs) > 1:
        return [made, sym.ones_like(step[0])]
    return made


@converts("Round")
def _round(step: Step) -> Any:
    x = step[0]  # halves go to the even neighbour; rint takes them down
    low = sym.floor(x)
    above, odd = sym.elemwise_sub(x, low), sym.elemwise_sub(low, sym.floor(low / 2) * 2)
    return low + (above > 0.5) + (above == 0.5) * odd


def _aligned(step: Step) -> tuple[Any, Any]:
    """Both inputs; before version 7 the second was put along an axis of the first."""
    if not step.attrs.get("broadcast") or "axis" not in step.attrs:
        return step[0], step[1]
    behind = step.rank(0) - int(step.attrs["axis"]) % step.rank(0) - step.rank(1)
    second = step[1]
    for _ in range(behind):
        second = sym.expand_dims(second, axis=-1)
    return step[0], second


@converts(*_BINARY)
def _binary(step: Step) -> Any:
    return getattr(sym, f"broadcast_{_BINARY[step.op]}")(*_aligned(step))


@converts("And", "Or", "Xor")
def _logical(step: Step) -> Any:
    a, b = _aligned(step)
    return getattr(sym, f"broadcast_logical_{step.op.lower()}")(_truth(a), _truth(b))


@converts("Not")
def _not(step: Step) -> Any:
    return sym.logical_not(_truth(step[0]))


def _truth(x: Any) -> Any:
    """Truth values as numbers: comparisons give numbers here, ONNX's type bool has no arithmetic."""
    return sym.cast(x, dtype="float32")


@converts("Shape")
def _shape(step: Step) -> Any:
    start, end, known = int(step.attrs.get("start", 0)), step.attrs.get("end"), step.shape()
    if known is not None:
        step.reader.constants[step.outputs[0]] = np.array(known[start:end], dtype="int64")
        return None
    made = sym.shape_array(step[0])
    return made if not start and end is None else sym.slice_axis(made, axis=0, begin=start, end=end)


@converts("Mod")
def _mod(step: Step) -> Any:
    if not step.attrs.get("fmod"):
        return sym.broadcast_mod(step[0], step[1])
    whole = sym.trunc(sym.broadcast_div(step[0], step[1]))
    return sym.broadcast_sub(step[0], sym.broadcast_mul(whole, step[1]))


@converts(*_MANY)
def _many(step: Step) -> Any:
    made, *others = step.all
    for other in others:
        made = getattr(sym, f"broadcast_{_MANY[step.op]}")(made, other)
    return made / len(step.names) if step.op == "Mean" else made


def _axes(step: Step) -> dict[str, Any]:
    axes = step.ints("axes", 1)
    return {"axis": axes or (), "keepdims": bool(step.attrs.get("keepdims", 1))}


def _nothing_to_reduce(step: Step) -> bool:
    return not step.ints("axes", 1) and bool(step.attrs.get("noop_with_empty_axes"))


@converts(*_REDUCE)
def _reduce(step: Step) -> Any:
    return step[0] if _nothing_to_reduce(step) else getattr(sym, _REDUCE[step.op])(step[0], **_axes(step))


@converts("ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp")
def _reduce_composed(step: Step) -> Any:
    x, where = step[0], _axes(step)
    if _nothing_to_reduce(step):
        return {"ReduceSumSquare": sym.square, "ReduceLogSum": sym.log, "ReduceLogSumExp": sym.identity}.get(
            step.op, sym.abs
        )(x)
    if step.op == "ReduceL1":
        return sym.sum(sym.abs(x), **where)
    if step.op == "ReduceLogSum":
        return sym.log(sym.sum(x, **where))
    if step.op == "ReduceLogSumExp":
        most = sym.BlockGrad(sym.max(x, axis=where["axis"], keepdims=True))
        total = sym.log(sym.sum(sym.exp(sym.broadcast_sub(x, most)), axis=where["axis"], keepdims=True)) + most
        return total if where["keepdims"] else sym.sum(total, **where)
    squares = sym.sum(sym.square(x), **where)
    return squares if step.op == "ReduceSumSquare" else sym.sqrt(squares)


@converts("CumSum")
def _cumsum(step: Step) -> Any:
    if step.attrs.get("exclusive") or step.attrs.get("reverse"):
        raise step.unsupported("exclusive or reverse")
    axis = int(step.constant(1).ravel()[0])
    return sym.cumsum(step[0], axis=axis if axis >= 0 else axis + step.rank())


@converts("ArgMax", "ArgMin")
def _arg(step: Step) -> Any:
    if step.attrs.get("select_last_index"):
        raise step.unsupported("select_last_index")
    function = sym.argmax if step.op == "ArgMax" else sym.argmin
    return function(step[0], axis=int(step.attrs.get("axis", 0)), keepdims=bool(step.attrs.get("keepdims", 1)))


@converts("TopK")
def _topk(step: Step) -> Any:
    k = step.number("k", 1, 1)
    return sym.topk(
        step[0], axis=int(step.attrs.get("axis", -1)), k=int(k), ret_typ="both",
        is_ascend=not step.attrs.get("largest", 1),
    )  # fmt: skip


@converts("Clip")
def _clip(step: Step) -> Any:
    return sym.clip(step[0], a_min=step.number("min", 1, -np.inf), a_max=step.number("max", 2, np.inf))


@converts("Where")
def _where(step: Step) -> Any:
    shapes = [step.shape(i) for i in range(3)]
    if any(shape is None for shape in shapes):
        return sym.where(_truth(step[0]), step[1], step[2])
    whole = np.broadcast_shapes(*[shape for shape in shapes if shape is not None])
    condition, x, y = [_stretched(step, i, whole) for i in range(3)]
    return sym.where(_truth(condition), x, y)


def _stretched(step: Step, index: int, shape: tuple[int, ...]) -> Any:
    own = step.need_shape(index)
    if own == shape:
        return step[index]
    made = sym.reshape(_truth(step[index]) if not index else step[index], shape=(1,) * (len(shape) - len(own)) + own)
    return sym.broadcast_to(made, shape=shape)


def dtype_name(step: Step, key: str, default: int) -> str:
    """The name of an ONNX type number in the attributes."""
    helper = onnx_package("helper")
    return str(np.dtype(helper.tensor_dtype_to_np_dtype(int(step.attrs.get(key, default)))))


@converts("Cast")
def _cast(step: Step) -> Any:
    return sym.cast(step[0], dtype=dtype_name(step, "to", 1))


@converts("RandomUniform", "RandomNormal")
def _random(step: Step) -> Any:
    a, where = step.attrs, {"shape": tuple(step.attrs["shape"]), "dtype": dtype_name(step, "dtype", 1)}
    if step.op == "RandomUniform":
        return sym.random.uniform(low=float(a.get("low", 0)), high=float(a.get("high", 1)), **where)
    return sym.random.normal(loc=float(a.get("mean", 0)), scale=float(a.get("scale", 1)), **where)


@converts("RandomUniformLike", "RandomNormalLike")
def _random_like(step: Step) -> Any:
    a = step.attrs
    if step.op == "RandomUniformLike":
        return sym.random.uniform_like(step[0], low=float(a.get("low", 0)), high=float(a.get("high", 1)))
    return sym.random.normal_like(step[0], loc=float(a.get("mean", 0)), scale=float(a.get("scale", 1)))


@converts("Multinomial")
def _multinomial(step: Step) -> Any:
    count = int(step.attrs.get("sample_size", 1))
    return sym.sample_multinomial(sym.softmax(step[0]), shape=(count,), dtype=dtype_name(step, "dtype", 6))
