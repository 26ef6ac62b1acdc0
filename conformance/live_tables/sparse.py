"""Arrays in csr and row_sparse storage: what stays sparse, products, sums, and updates of the rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="float32 sums are added in another order")
_STORAGES = ("csr", "row_sparse")
_FLOATS = ("float32", "float32", "float64")
#: f(0) = 0, so that the result has the storage of the input
_UNARY = (
    "abs arcsin arcsinh arctan arctanh cbrt ceil degrees expm1 fix floor log1p negative radians relu rint round sign "
    "sin sinh sqrt square tan tanh trunc"
).split()
#: f(0) is not 0: dense results
_DENSE = ("cos", "exp", "sigmoid", "cosh")


def _values(gen: Gen, rows: int, columns: int, low: int = -4) -> list[list[float]]:
    """Quarters, half of them zero, and every third row of zeros alone."""
    made = []
    for _ in range(rows):
        empty = gen.chance(0.3)
        made.append([0.0 if empty or gen.chance(0.4) else gen.int(low, 4) / 5 for _ in range(columns)])
    return made


def _sparse(gen: Gen, rows: int, columns: int, storage: str, dtype: str, low: int = -4) -> Arr:
    return Arr(values=_values(gen, rows, columns, low), dtype=dtype, layout=storage)


def _one(op: str) -> Generator:
    low = 0 if op in ("sqrt", "cbrt") else -4

    def make(gen: Gen) -> Call:
        dtype = gen.pick(_FLOATS)
        data = _sparse(gen, gen.int(1, 5), gen.int(1, 5), gen.pick(_STORAGES), dtype, low)
        return Call("nd." + op, (data,), grad=gen.chance(0.5))

    return make


def _two(gen: Gen) -> Call:
    op = gen.pick(("elemwise_add", "elemwise_sub", "elemwise_mul", "elemwise_div"))
    storages = gen.pick((("csr", "csr"), ("row_sparse", "row_sparse"), ("csr", "plain"), ("plain", "row_sparse")))
    rows, columns, dtype = gen.int(1, 5), gen.int(1, 5), gen.pick(_FLOATS)
    pair = [_sparse(gen, rows, columns, storage, dtype) for storage in storages]
    if op == "elemwise_div":
        pair[1] = gen.array((rows, columns), dtype, low=1.0, layout="plain")
    return Call("nd." + op, tuple(pair), grad=gen.chance(0.5))


def _scalar(gen: Gen) -> Call:
    op = gen.pick(("__mul__", "__truediv__", "__add__", "__sub__", "__rmul__"))
    data = _sparse(gen, gen.int(1, 5), gen.int(1, 5), gen.pick(_STORAGES), gen.pick(_FLOATS))
    return Call("." + op, (data, gen.pick((2, 0.5, -1.5, 3))), grad=gen.chance(0.5))


def _dot(gen: Gen) -> Call:
    gen.tol = _SUMS
    rows, columns, other, dtype = gen.int(1, 5), gen.int(1, 5), gen.int(1, 4), gen.pick(_FLOATS)
    data = _sparse(gen, rows, columns, "csr", dtype)
    transposed = gen.chance(0.5)
    inner = rows if transposed else columns
    if gen.chance(0.2) and not transposed:
        dense = gen.array((other, rows), dtype, layout="plain")
        return Call("nd.dot", (dense, data))
    if gen.chance(0.3):
        return Call("nd.dot", (data, _sparse(gen, inner, other, "row_sparse", dtype)), {"transpose_a": transposed})
    dense = gen.array((inner, other), dtype, layout="plain")
    return Call("nd.dot", (data, dense), {"transpose_a": transposed}, grad=gen.pick((False, True, (1,))))


def _sum(gen: Gen) -> Call:
    gen.tol = _SUMS
    op = gen.pick(("sum", "mean"))
    data = _sparse(gen, gen.int(1, 5), gen.int(1, 5), "csr", "float32")
    return Call("nd." + op, (data,), {"axis": gen.pick((0, 1)), "keepdims": gen.chance(0.5)}, grad=gen.chance(0.5))


def _square_sum(gen: Gen) -> Call:
    gen.tol = _SUMS
    data = _sparse(gen, gen.int(1, 5), gen.int(1, 5), "row_sparse", "float32")
    return Call(
        "nd._internal._square_sum",
        (data,),
        {"axis": gen.pick((0, 1)), "keepdims": gen.chance(0.5)},
        grad=gen.chance(0.5),
    )


def _cast(gen: Gen) -> Call:
    storage = gen.pick(("plain", *_STORAGES))
    data = _sparse(gen, gen.int(1, 5), gen.int(1, 5), storage, gen.pick(("float32", "float64", "int32", "int64")))
    other = {"plain": ("default", *_STORAGES), "csr": ("default", "csr"), "row_sparse": ("default", "row_sparse")}
    return Call("nd.cast_storage", (data,), {"stype": gen.pick(other[storage])})


def _retain(gen: Gen) -> Call:
    rows = gen.int(1, 6)
    kept = sorted(gen.random.sample(range(rows), gen.int(1, rows)))
    data = _sparse(gen, rows, gen.int(1, 4), "row_sparse", gen.pick(_FLOATS))
    return Call("nd.sparse.retain", (data, Arr(values=kept, dtype=gen.pick(("int64", "float32")))), grad=(0,))


def _slice(gen: Gen) -> Call:
    rows, columns = gen.int(2, 6), gen.int(2, 5)
    low, left = gen.int(0, rows - 1), gen.int(0, columns - 1)
    data = _sparse(gen, rows, columns, "csr", gen.pick(_FLOATS))
    if gen.chance(0.5):
        return Call("nd.slice", (data, low, gen.int(low + 1, rows)), grad=gen.chance(0.5))
    return Call(
        "nd.slice", (data, (low, left), (gen.int(low + 1, rows), gen.int(left + 1, columns))), grad=gen.chance(0.5)
    )


def _concat(gen: Gen) -> Call:
    columns, dtype = gen.int(1, 4), gen.pick(_FLOATS)
    parts = [_sparse(gen, gen.int(1, 3), columns, "csr", dtype) for _ in range(gen.int(1, 3))]
    return Call("nd.concat", tuple(parts), {"dim": 0})


def _add_n(gen: Gen) -> Call:
    rows, columns = gen.int(1, 4), gen.int(1, 4)
    storage = gen.pick(_STORAGES)
    return Call(
        "nd.add_n", tuple(_sparse(gen, rows, columns, storage, "float32") for _ in range(gen.int(1, 3))), grad=True
    )


def _norm(gen: Gen) -> Call:
    gen.tol = _SUMS
    return Call("nd.norm", (_sparse(gen, gen.int(1, 4), gen.int(1, 4), gen.pick(_STORAGES), "float32"),), grad=True)


#: operator -> number of states, all of them dense
_LAZY = {"sgd_update": 0, "sgd_mom_update": 1, "adam_update": 2}


def _update(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        gen.tol = _SUMS
        rows, columns = gen.int(1, 5), gen.int(1, 4)
        weight = gen.array((rows, columns), "float32", layout="plain")
        states = [gen.array((rows, columns), "float32", low=0.1, layout="plain") for _ in range(_LAZY[op])]
        kwargs: dict[str, Any] = {"lr": 0.1, "wd": gen.pick((0.0, 0.1)), "lazy_update": gen.chance(0.7)}
        kwargs["rescale_grad"] = gen.pick((1.0, 0.5))
        if gen.chance(0.4):
            kwargs["clip_gradient"] = 0.3
        if op == "sgd_mom_update":
            kwargs["momentum"] = 0.9
        grad = _sparse(gen, rows, columns, "row_sparse", "float32")
        return Call("nd." + op, (weight, grad, *states), kwargs, mutates=True, into=0)

    return make


GENERATORS = {
    **{"sparse_" + op: _one(op) for op in (*_UNARY, *_DENSE)},
    "sparse_elemwise": _two,
    "sparse_scalar": _scalar,
    "sparse_dot": _dot,
    "sparse_sum": _sum,
    "square_sum": _square_sum,
    "cast_storage": _cast,
    "retain": _retain,
    "sparse_slice": _slice,
    "sparse_concat": _concat,
    "sparse_add_n": _add_n,
    "sparse_norm": _norm,
    **{"lazy_" + op: _update(op) for op in _LAZY},
}
