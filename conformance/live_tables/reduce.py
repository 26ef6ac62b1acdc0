"""Sums, norms, extremes, products of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="sums are added in another order")
_HALF = Tolerance(rtol=1e-2, atol=1e-2, why="float16 sums are rounded at other places")


def _reduce(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype(ints=op not in ("norm", "mean", "prod", "nanprod"))
        gen.tol = _HALF if dtype == "float16" else _SUMS if dtype == "float32" else None
        low = 0.5 if "prod" in op else -3
        x = gen.array(dtype=dtype, low=low)
        kwargs: dict[str, Any] = {}
        if gen.chance(0.9):
            kwargs["axis"] = gen.axes(len(x.shape))
        if gen.chance(0.4):
            kwargs["keepdims"] = gen.chance(0.7)
        if gen.chance(0.2) and op != "norm":
            kwargs["exclude"] = True
        if op == "norm":
            kwargs["ord"] = gen.pick((1, 2))
        path = "nd." + op if gen.chance(0.8) else "." + op
        return Call(path, (x,), kwargs, grad=gen.chance(0.7))

    return make


def _arg(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        x = gen.array(dtype=gen.pick(("float32", "float64", "int32", "float16", "uint8")), unique=gen.chance(0.5))
        kwargs: dict[str, Any] = {"axis": gen.axis(len(x.shape)) if gen.chance(0.8) else None}
        if gen.chance(0.4):
            kwargs["keepdims"] = gen.chance(0.7)
        return Call("nd." + op, (x,), kwargs)

    return make


def _moments(gen: Gen) -> Call:
    dtype = gen.dtype()
    gen.tol = _HALF if dtype == "float16" else _SUMS if dtype == "float32" else None
    x = gen.array(dtype=dtype)
    kwargs: dict[str, Any] = {"axes": gen.axes(len(x.shape))}
    if gen.chance(0.4):
        kwargs["keepdims"] = gen.chance(0.7)
    return Call("nd.moments", (x,), kwargs, grad=gen.chance(0.7))


def _cumsum(gen: Gen) -> Call:
    dtype = gen.dtype()
    gen.tol = _HALF if dtype == "float16" else _SUMS if dtype == "float32" else None
    x = gen.array(dtype=dtype)
    kwargs: dict[str, Any] = {"axis": gen.int(0, len(x.shape) - 1) if gen.chance(0.8) else None}
    if gen.chance(0.3) and dtype != "float16":
        kwargs["dtype"] = "float64"
    return Call("nd.cumsum", (x,), kwargs, grad=gen.chance(0.7))


def _broadcast(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype()
        gen.tol = _HALF if dtype == "float16" else _SUMS if dtype == "float32" else None
        target = gen.shape(1, 4)
        own = [1 if gen.chance(0.5) else n for n in target]
        x = gen.array(own, dtype)
        if op == "broadcast_like":
            return Call("nd.broadcast_like", (x, gen.array(target, dtype)), grad=gen.chance(0.7))
        if op == "broadcast_to":
            wanted = tuple(0 if n == own[i] and gen.chance(0.4) else n for i, n in enumerate(target))
            return Call("nd.broadcast_to", (x,), {"shape": wanted}, grad=gen.chance(0.7))
        axes = [i for i, n in enumerate(own) if n == 1]
        kwargs = {"axis": tuple(axes), "size": tuple(target[i] for i in axes)}
        return Call("nd.broadcast_axis", (x,), kwargs, grad=gen.chance(0.7))

    return make


def _dot(gen: Gen) -> Call:
    dtype = gen.pick(("float32", "float32", "float64"))  # float16 is a known difference
    gen.tol = _SUMS if dtype == "float32" else None
    inner = gen.int(1, 4)
    flip_a, flip_b = gen.chance(0.3), gen.chance(0.3)
    a = (*gen.shape(0, 2), inner) if not flip_a else (inner, *gen.shape(0, 2))
    b = (inner, *gen.shape(0, 2)) if not flip_b else (*gen.shape(0, 2), inner)
    if gen.chance(0.03):
        b = gen.shape(1, 3)
    kwargs = {}
    if flip_a:
        kwargs["transpose_a"] = True
    if flip_b:
        kwargs["transpose_b"] = True
    return Call("nd.dot", (gen.array(a, dtype), gen.array(b, dtype)), kwargs, grad=gen.chance(0.7))


def _batch_dot(gen: Gen) -> Call:
    dtype = gen.pick(("float32", "float32", "float64"))  # float16 is a known difference
    gen.tol = _SUMS if dtype == "float32" else None
    batch, n, k, m = gen.int(1, 3), gen.int(1, 4), gen.int(1, 4), gen.int(1, 4)
    flip_a, flip_b = gen.chance(0.3), gen.chance(0.3)
    a = (batch, k, n) if flip_a else (batch, n, k)
    b = (batch, m, k) if flip_b else (batch, k, m)
    kwargs = {"transpose_a": flip_a, "transpose_b": flip_b}
    return Call("nd.batch_dot", (gen.array(a, dtype), gen.array(b, dtype)), kwargs, grad=gen.chance(0.7))


def _softmax(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype(ints=False)
        gen.tol = _HALF if dtype == "float16" else _SUMS if dtype == "float32" else None
        x = gen.array(dtype=dtype)
        kwargs: dict[str, Any] = {"axis": gen.axis(len(x.shape))}
        if gen.chance(0.2):
            kwargs["temperature"] = gen.pick((0.5, 2.0))
        return Call("nd." + op, (x,), kwargs, grad=True)

    return make


GENERATORS = {
    **{op: _reduce(op) for op in ("sum", "mean", "prod", "nansum", "nanprod", "norm")},
    **{op: _reduce(op) for op in ("max", "min")},
    **{op: _broadcast(op) for op in ("broadcast_to", "broadcast_axis", "broadcast_like")},
    "moments": _moments,
    "cumsum": _cumsum,
    **{op: _arg(op) for op in ("argmax", "argmin")},
    **{op: _softmax(op) for op in ("softmax", "log_softmax", "softmin")},
    "dot": _dot,
    "batch_dot": _batch_dot,
}
