"""Operators without a public name of their own, and others with few relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_I = "nd._internal."
_SUMS = Tolerance(rtol=2e-4, atol=2e-5, why="float32 sums are added in another order")
_HALF = Tolerance(rtol=3e-2, atol=1e-2, why="float16 kernels of MXNet round after each elementary step")
_FLOATS = ("float32", "float64", "float16")

#: two arrays of one shape -> the second's least value
_BINARY: dict[str, float] = {
    "_equal": -3, "_not_equal": -3, "_greater": -3, "_greater_equal": -3, "_lesser": -3, "_lesser_equal": -3,
    "_logical_and": -3, "_logical_or": -3, "_logical_xor": -3, "_maximum": -3, "_minimum": -3, "_hypot": -3,
    "_mod": 1, "_power": 0.5, "_identity_with_attr_like_rhs": -3, "_scatter_elemwise_div": 1,
}  # fmt: skip
_NO_GRADIENT = ("_grad_add",)


def _binary(op: str, low: float) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype()
        shape = gen.shape()
        other = gen.shape() if gen.chance(0.03) and op != "_identity_with_attr_like_rhs" else shape
        least = low if op != "_power" else 0.5
        arrays = (gen.array(shape, dtype, low=least if op == "_power" else -3.0), gen.array(other, dtype, low=low))
        gen.tol = _HALF if dtype == "float16" else None
        return Call(_I + op, arrays, grad=op not in _NO_GRADIENT and op != "_scatter_elemwise_div")

    return make


def _grad_add(gen: Gen) -> Call:
    dtype, shape = gen.dtype(), gen.shape()
    return Call(_I + "_grad_add", (gen.array(shape, dtype), gen.array(shape, dtype)), out=gen.chance(0.3))


def _scatter_scalar(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        return Call(_I + op, (gen.array(), gen.number()))

    return make


def _contrib(op: str, **attributes: tuple[Any, ...]) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.pick(_FLOATS)
        gen.tol = _HALF if dtype == "float16" else None
        kwargs = {name: gen.pick(values) for name, values in attributes.items() if gen.chance(0.7)}
        return Call("nd.contrib." + op, (gen.array(dtype=dtype),), kwargs, grad=True)

    return make


def _allclose(gen: Gen) -> Call:
    shape = gen.shape()
    first = gen.array(shape, "float32")
    second = first if gen.chance(0.5) else gen.array(shape, "float32")
    kwargs = {"rtol": gen.pick((1e-5, 0.5)), "atol": gen.pick((1e-8, 0.5)), "equal_nan": gen.chance(0.5)}
    return Call("nd.contrib.allclose", (first, second), kwargs)


def _amp_cast(gen: Gen) -> Call:
    return Call("nd.amp_cast", (gen.array(dtype="float32"),), {"dtype": gen.pick(("float32", "float16"))}, grad=True)


def _creation(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.pick(("float32", "float64", "float16", "int32", "int64", "int8", "uint8"))
        kwargs: dict[str, Any] = {"shape": gen.shape(), "dtype": dtype}
        if op == "_full":
            kwargs["value"] = gen.pick((0, 1, -1.7, 2.7, 100.5))
        elif op == "_zeros_without_dtype":
            del kwargs["dtype"]
        return Call(_I + op, (), kwargs)

    return make


def _eye(gen: Gen) -> Call:
    kwargs = {"N": gen.int(1, 5), "M": gen.int(0, 5), "k": gen.int(-4, 4), "dtype": gen.pick(("float32", "int32"))}
    return Call(_I + "_eye", (), kwargs)


def _arange(gen: Gen) -> Call:
    start, step = gen.pick((0, -1.5, 3)), gen.pick((1, 2, 0.5, -1))
    kwargs: dict[str, Any] = {"start": start, "stop": start + step * gen.int(1, 9), "step": step}
    kwargs["repeat"] = gen.pick((1, 1, 2, 3))
    kwargs["dtype"] = gen.pick(("float32", "float64"))
    return Call(_I + "_arange", (), kwargs)


def _linspace(gen: Gen) -> Call:
    kwargs = {"start": gen.pick((0, -1.5, 3)), "stop": gen.pick((1, 10, -4.2)), "num": gen.int(1, 9)}
    return Call(
        _I + "_linspace", (), {**kwargs, "endpoint": gen.chance(0.6), "dtype": gen.pick(("float32", "float64"))}
    )


def _arange_like(gen: Gen) -> Call:
    data = gen.array(dtype=gen.pick(("float32", "float64")))
    kwargs: dict[str, Any] = {"start": gen.pick((0, 1.5, -2)), "step": gen.pick((1, 0.5, -1)), "repeat": gen.int(1, 2)}
    if gen.chance(0.6):
        kwargs.update(axis=gen.int(-len(data.shape), len(data.shape) - 1), repeat=1)
    return Call("nd.contrib.arange_like", (data,), kwargs)


def _argmax_channel(gen: Gen) -> Call:
    return Call("nd.argmax_channel", (gen.array((gen.int(1, 4), gen.int(1, 5)), gen.pick(_FLOATS)),))


def _cross_entropy(gen: Gen) -> Call:
    gen.tol = _SUMS
    rows, classes = gen.int(1, 4), gen.int(1, 5)
    dtype = gen.pick(("float32", "float64"))
    label = Arr(values=[float(gen.int(0, classes - 1)) for _ in range(rows)], dtype=dtype)
    return Call("nd.softmax_cross_entropy", (gen.array((rows, classes), dtype), label), grad=(0,))


def _khatri_rao(gen: Gen) -> Call:
    columns, dtype = gen.int(1, 4), gen.pick(("float32", "float64"))
    gen.tol = _SUMS if dtype == "float32" else None
    return Call("nd.khatri_rao", tuple(gen.array((gen.int(1, 3), columns), dtype) for _ in range(gen.int(1, 3))))


def _softmax_activation(gen: Gen) -> Call:
    gen.tol = _SUMS
    channel = gen.chance(0.5)
    shape = gen.shape(3 if channel else 2, 4, 3)
    return Call(
        "nd.SoftmaxActivation", (gen.array(shape, "float32"),), {"mode": "channel"} if channel else {}, grad=True
    )


def _norm(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        gen.tol = Tolerance(rtol=2e-3, atol=2e-3, why="a variance of few numbers magnifies float32 rounding")
        shape = (gen.int(2, 4), gen.int(1, 3), gen.int(1, 3), gen.int(2, 3))
        data = gen.array(shape, "float32")
        moments = [gen.array((shape[1],), "float32", low=low) for low in (-3, -3, -3, 0.5)]
        kwargs: dict[str, Any] = {"fix_gamma": gen.chance(0.5), "eps": gen.pick((1e-3, 0.1))}
        kwargs["use_global_stats"] = gen.chance(0.3)
        if op == "SyncBatchNorm":
            kwargs["key"] = f"live{gen.int(0, 10**12)}"  # a key keeps the shape of its first call
        return Call("nd.contrib." + op, (data, *moments), kwargs, grad=(0, 1, 2), mutates=True)

    return make


def _onehot_encode(gen: Gen) -> Call:
    rows, classes = gen.int(1, 4), gen.int(1, 5)
    places = Arr(values=[float(gen.int(0, classes - 1)) for _ in range(rows)])
    return Call(_I + "_onehot_encode", (places, gen.array((rows, classes), "float32", layout="plain")), mutates=True)


def _fill_element(gen: Gen) -> Call:
    rows, columns = gen.int(1, 4), gen.int(1, 4)
    places = Arr(values=[float(gen.int(0, columns - 1)) for _ in range(rows)])
    data, given = gen.array((rows, columns), "float32"), gen.array((rows,), "float32")
    return Call("nd.fill_element_0index", (data, given, places))


def _scatter_set(gen: Gen) -> Call:
    rows, columns, count = gen.int(1, 4), gen.int(1, 4), gen.int(1, 3)
    spots = gen.random.sample([(r, c) for r in range(rows) for c in range(columns)], min(count, rows * columns))
    index = Arr(values=[[r for r, _ in spots], [c for _, c in spots]], dtype=gen.pick(("int32", "int64", "float32")))
    dtype = gen.dtype()
    target, given = gen.array((rows, columns), dtype, layout="plain"), gen.array((len(spots),), dtype)
    return Call(_I + "_scatter_set_nd", (target, given, index), {"shape": (rows, columns)}, mutates=True, into=0)


def _amp_multicast(gen: Gen) -> Call:
    count = gen.int(1, 3)
    kwargs = {"num_outputs": count, "cast_narrow": gen.chance(0.3)}
    return Call("nd.amp_multicast", tuple(gen.array(dtype="float32") for _ in range(count)), kwargs, grad=True)


GENERATORS = {
    "_onehot_encode": _onehot_encode,
    "fill_element_0index": _fill_element,
    "_scatter_set_nd": _scatter_set,
    "amp_multicast": _amp_multicast,
    **{op: _binary(op, low) for op, low in _BINARY.items()},
    "_grad_add": _grad_add,
    **{op: _scatter_scalar(op) for op in ("_scatter_plus_scalar", "_scatter_minus_scalar")},
    "div_sqrt_dim": _contrib("div_sqrt_dim"),
    "gradientmultiplier": _contrib("gradientmultiplier", scalar=(0.5, -1, 2)),
    "quadratic": _contrib("quadratic", a=(0.5, -1), b=(2, 0.25), c=(1, -0.5)),
    "round_ste": _contrib("round_ste"),
    "sign_ste": _contrib("sign_ste"),
    "allclose": _allclose,
    "amp_cast": _amp_cast,
    **{op: _creation(op) for op in ("_ones", "_zeros", "_full", "_zeros_without_dtype")},
    "_eye": _eye,
    "_arange": _arange,
    "_linspace": _linspace,
    "arange_like": _arange_like,
    "argmax_channel": _argmax_channel,
    "softmax_cross_entropy": _cross_entropy,
    "khatri_rao": _khatri_rao,
    "SoftmaxActivation": _softmax_activation,
    **{op: _norm(op) for op in ("SyncBatchNorm", "BatchNormWithReLU")},
}
