"""`mx.np`: reductions, order, counting, statistics, also as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen, Generator

_HALF = Tolerance(rtol=2e-2, atol=2e-2, why="float16 sums are rounded at other places")
_SPREAD = Tolerance(rtol=1e-4, atol=2e-5, why="differences from a mean, in float32")


def _how(gen: Gen, x: Arr, drop: bool = True) -> dict[str, Any]:
    kwargs: dict[str, Any] = {}
    if gen.chance(0.8):
        kwargs["axis"] = n.axes(gen, len(x.shape))
    if drop and gen.chance(0.4):
        kwargs["keepdims"] = gen.chance(0.7)
    return kwargs


def _tolerance(gen: Gen, x: Arr) -> None:
    if x.dtype == "float16":
        gen.tol = _HALF
    elif x.dtype == "float32":
        gen.tol = n.SUMS


def _sum(op: str) -> Generator:
    method = op in ("sum", "prod", "mean")

    def make(gen: Gen) -> Call:
        x = n.array(gen, None, n.dtype(gen, bools=0.04), low=-2, high=3)
        _tolerance(gen, x)
        kwargs = _how(gen, x)
        if gen.chance(0.15):
            kwargs["dtype"] = gen.pick(("float32", "float64"))
            gen.tol = gen.tol or n.SUMS
        path, front = ("." + op, "np") if method and gen.chance(0.3) else ("np." + op, None)
        grad = gen.chance(0.6) and kwargs.get("axis") != ()
        return Call(path, (x,), kwargs, grad=grad, out=gen.chance(0.06), front=front)

    return make


def _spread(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick(("float32", "float32", "float64", "int32", "int64"))
        x = n.array(gen, n.shape(gen, empty=0), kind, low=-2, high=3)  # of nothing MXNet divides by zero and dies
        if x.dtype != "float64":
            gen.tol = _SPREAD
        kwargs = _how(gen, x)
        if x.is_float and gen.chance(0.3):
            kwargs["ddof"] = gen.int(0, 1)
        path, front = ("." + op, "np") if gen.chance(0.3) else ("np." + op, None)
        return Call(path, (x,), kwargs, front=front)

    return make


def _most(op: str) -> Generator:
    """Of no elements there is no extreme: MXNet reads memory of others."""
    method = op in ("max", "min", "all", "any")
    logic = op in ("all", "any", "sometrue")

    def make(gen: Gen) -> Call:
        of = n.shape(gen, empty=0.05 if logic else 0)
        x = n.array(gen, of, n.dtype(gen, bools=0.3 if logic else 0.04), low=-2, high=3)
        _tolerance(gen, x)
        path, front = ("." + op, "np") if method and gen.chance(0.3) else ("np." + op, None)
        grad = gen.chance(0.6) and not logic
        kwargs = _how(gen, x)
        if not of and not logic:
            kwargs.pop("axis", None)
        return Call(path, (x,), kwargs, grad=grad, out=gen.chance(0.06), front=front)

    return make


def _where_most(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        x = n.array(gen, n.shape(gen, empty=0), n.dtype(gen, bools=0.05), low=-2, high=3)
        axis = None if gen.chance(0.3) else n.axis(gen, len(x.shape))
        path, front = ("." + op, "np") if gen.chance(0.3) else ("np." + op, None)
        return Call(path, (x, axis), front=front)

    return make


def _cumsum(gen: Gen) -> Call:
    x = n.array(gen, None, n.dtype(gen), low=-2, high=3)
    _tolerance(gen, x)
    axis = gen.int(0, len(x.shape) - 1) if x.shape and gen.chance(0.6) else None  # no negative ones in 1.9.1
    kwargs: dict[str, Any] = {"axis": axis}
    if gen.chance(0.2):
        kwargs["dtype"] = gen.pick(("float64", "float32"))
    path, front = (".cumsum", "np") if gen.chance(0.3) else ("np.cumsum", None)
    return Call(path, (x,), kwargs, grad=gen.chance(0.6), front=front)


def _average(gen: Gen) -> Call:
    of = n.shape(gen, 1, empty=0)  # of nothing MXNet divides by zero and dies
    x = n.array(gen, of, gen.pick(("float32", "float32", "float64", "int32")))
    _tolerance(gen, x)
    kwargs: dict[str, Any] = {"axis": None if gen.chance(0.3) else n.axis(gen, len(of))}
    if gen.chance(0.6):
        axis = kwargs["axis"]
        inside = axis is not None and -len(of) <= axis < len(of)
        line = inside and gen.chance(0.4)
        weights = (of[axis],) if line else of
        kwargs["weights"] = n.array(gen, weights, x.dtype if x.is_float else "float32", low=0.5, high=3, layout="plain")
    if gen.chance(0.3):
        kwargs["returned"] = True
    return Call("np.average", (x,), kwargs, grad=gen.chance(0.5) and "returned" not in kwargs)


def _percentile(op: str) -> Generator:
    top = 100 if op == "percentile" else 1

    def make(gen: Gen) -> Call:
        x = n.array(gen, n.shape(gen, 1, 3, empty=0), gen.pick(("float32", "float32", "float64", "int32")))
        gen.tol = n.SUMS
        kwargs = _how(gen, x)
        if kwargs.get("axis") == ():
            kwargs["axis"] = None
        if gen.chance(0.6):
            kwargs["interpolation"] = gen.pick(("linear", "lower", "higher", "midpoint", "nearest"))
        part = gen.pick((0, 0.25, 0.3, 0.5, 0.75, 1)) * top
        if gen.chance(0.3):
            part = Arr(values=[0.1 * top, 0.5 * top, 0.7 * top], dtype=gen.pick(("float32", "float64")))
        return Call("np." + op, (x, part), kwargs)

    return make


def _sort(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick(("float32", "float32", "float64", "int32", "int64", "int8", "uint8"))
        if gen.chance(0.5):
            x = n.array(gen, n.shape(gen, 1, empty=0), kind, unique=True)
        else:
            of = (gen.int(1, 3), gen.pick((5, 16, 17, 40, 130)))
            x = Arr(of, kind, low=0, high=gen.pick((1, 3, 20)), seed=gen.int(1, 400000))
        axis = gen.pick((None, n.axis(gen, len(x.shape)), -1))
        path, front = (".argsort", "np") if op == "argsort" and gen.chance(0.3) else ("np." + op, None)
        return Call(path, (x,), {"axis": axis} if gen.chance(0.8) else {}, grad=False, front=front)

    return make


def _trace(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 2, 4, empty=0), n.dtype(gen))
    _tolerance(gen, x)
    kwargs: dict[str, Any] = {}
    if gen.chance(0.5):
        kwargs["offset"] = gen.int(-2, 2)
    if gen.chance(0.5):
        kwargs["axis1"], kwargs["axis2"] = gen.random.sample(range(len(x.shape)), 2)
    return Call("np.trace", (x,), kwargs, grad=gen.chance(0.6))


def _unique(gen: Gen) -> Call:
    kind = gen.pick(("float32", "float64", "int32", "int64", "int8", "uint8"))
    x = n.array(gen, n.shape(gen, 0, 3, empty=0), kind, low=0, high=3)
    if x.is_float:
        flat = [float(gen.int(-2, 2)) for _ in range(gen.int(1, 8))]
        x = Arr(values=flat, dtype=kind)
    kwargs = {f"return_{what}": True for what in ("index", "inverse", "counts") if gen.chance(0.4)}
    if gen.chance(0.4) and x.shape:
        kwargs["axis"] = n.axis(gen, len(x.shape), wrong=0)
    return Call("np.unique", (x,), kwargs)


def _bincount(gen: Gen) -> Call:
    x = n.array(gen, (gen.int(1, 6),), gen.pick(("int32", "int64", "int8", "uint8")), low=0, high=5)
    kwargs: dict[str, Any] = {"minlength": gen.int(0, 8)} if gen.chance(0.4) else {}
    if gen.chance(0.4):
        kwargs["weights"] = n.array(gen, x.shape, gen.pick(("float32", "float64")))
    return Call("np.bincount", (x,), kwargs)


def _histogram(gen: Gen) -> Call:
    x = Arr(gen.shape(1, 3), gen.pick(("float32", "float64", "int32")), low=-1, high=9, seed=gen.int(1, 400000))
    return Call("np.histogram", (x,), {"bins": gen.int(1, 12), "range": (gen.int(-1, 3), gen.int(4, 9))})


def _diff(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, empty=0), n.dtype(gen))
    kwargs: dict[str, Any] = {}
    if gen.chance(0.5):
        kwargs["n"] = gen.int(0, 2)
    if gen.chance(0.6):
        kwargs["axis"] = n.axis(gen, len(x.shape))
    return Call("np.diff", (x,), kwargs, grad=gen.chance(0.6))


def _ediff1d(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, empty=0), gen.pick(("float32", "float64", "int32", "int64")))
    kwargs: dict[str, Any] = {}
    for side in ("to_begin", "to_end"):
        if gen.chance(0.5):
            kwargs[side] = gen.int(1, 5) if gen.chance(0.5) else n.array(gen, (gen.int(1, 3),), x.dtype)
    return Call("np.ediff1d", (x,), kwargs, grad=gen.chance(0.5))


def _nonzero(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1), n.dtype(gen, bools=0.2), low=-1, high=1)
    if gen.chance(0.6):
        x = x.with_(dtype="int32") if x.is_float else x
    return gen.pick((
        Call("np.nonzero", (x,)), Call(".nonzero", (x,), front="np"), Call("npx.nonzero", (x,)),
    ))  # fmt: skip


GENERATORS = {op: _sum(op) for op in ("sum", "prod", "product", "mean")}
GENERATORS.update({op: _spread(op) for op in ("std", "var")})
GENERATORS.update({op: _most(op) for op in ("max", "min", "amax", "amin", "all", "any", "sometrue")})
GENERATORS.update({op: _where_most(op) for op in ("argmax", "argmin")})
GENERATORS.update({op: _percentile(op) for op in ("percentile", "quantile")})
GENERATORS.update({op: _sort(op) for op in ("sort", "argsort")})
GENERATORS.update(
    {
        "cumsum": _cumsum,
        "average": _average,
        "trace": _trace,
        "unique": _unique,
        "bincount": _bincount,
        "histogram": _histogram,
        "diff": _diff,
        "ediff1d": _ediff1d,
        "nonzero": _nonzero,
    }
)
