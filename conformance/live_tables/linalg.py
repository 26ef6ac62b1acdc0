"""The linalg family on random matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_FLOAT = Tolerance(rtol=2e-3, atol=2e-4, why="float32 factorizations round in another order")
_DOUBLE = Tolerance(rtol=1e-8, atol=1e-9, why="factorizations round in another order")


def _dtype(gen: Gen) -> str:
    dtype = str(gen.pick(("float32", "float64")))
    gen.tol = _FLOAT if dtype == "float32" else _DOUBLE
    return dtype


def _flags(gen: Gen, *names: str) -> dict[str, Any]:
    return {name: gen.chance(0.5) for name in names if gen.chance(0.7)}


def _gemm(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype, batch = _dtype(gen), gen.shape(0, 2)
        n, k, m = gen.int(1, 4), gen.int(1, 4), gen.int(1, 4)
        kwargs = _flags(gen, "transpose_a", "transpose_b")
        if gen.chance(0.6):
            kwargs["alpha"] = gen.pick((1, 2.0, -0.5, 0))
        left = (k, n) if kwargs.get("transpose_a") else (n, k)
        right = (m, k) if kwargs.get("transpose_b") else (k, m)
        args = [gen.array((*batch, *left), dtype), gen.array((*batch, *right), dtype)]
        if op == "gemm":
            args.append(gen.array((*batch, n, m), dtype))
            if gen.chance(0.6):
                kwargs["beta"] = gen.pick((1, 2.0, -0.5))
        return Call("nd.linalg." + op, tuple(args), kwargs, grad=gen.chance(0.7))

    return make


def _triangular(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype, batch, n, m = _dtype(gen), gen.shape(0, 2), gen.int(1, 4), gen.int(1, 4)
        kwargs = _flags(gen, "transpose", "rightside", "lower")
        if gen.chance(0.5):
            kwargs["alpha"] = gen.pick((2.0, -0.5))
        other = (m, n) if kwargs.get("rightside") else (n, m)
        square = gen.array((*batch, n, n), dtype, low=0.5, high=1.5)
        return Call("nd.linalg." + op, (square, gen.array((*batch, *other), dtype)), kwargs, grad=gen.chance(0.7))

    return make


def _square(op: str) -> Generator:
    """Matrices with a heavy diagonal: invertible, and positive definite when symmetric."""

    def make(gen: Gen) -> Call:
        dtype, n = _dtype(gen), gen.int(1, 4)
        raw = Arr((n, n), "float64", low=-0.5, high=0.5, seed=gen.int(1, 400000)).numpy()
        if op in ("potrf", "syevd"):
            raw = (raw + raw.T) / 2
        for i in range(n):
            raw[i, i] = 2 + i + abs(raw[i, i])
        values: Any = raw.tolist()
        if gen.chance(0.4):
            values = [values, (2 * raw).tolist()]
        return Call("nd.linalg." + op, (Arr(values=values, dtype=dtype),), grad=gen.chance(0.7))

    return make


def _pieces(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype, batch, n = _dtype(gen), gen.shape(0, 2), gen.int(1, 4)
        kwargs: dict[str, Any] = {}
        if gen.chance(0.7):
            kwargs["offset"] = gen.int(1 - n, n - 1)
        if op.endswith("trian") and gen.chance(0.6):
            kwargs["lower"] = gen.chance(0.5)
        sizes = {"makediag": (n,), "maketrian": (n * (n + 1) // 2,)}.get(op, (n, n))
        return Call("nd.linalg." + op, (gen.array((*batch, *sizes), dtype),), kwargs, grad=gen.chance(0.7))

    return make


def _syrk(gen: Gen) -> Call:
    dtype = _dtype(gen)
    kwargs = _flags(gen, "transpose")
    return Call("nd.linalg.syrk", (gen.array((*gen.shape(0, 2), 2, 3), dtype),), kwargs, grad=gen.chance(0.7))


def _gelqf(gen: Gen) -> Call:
    dtype, n = _dtype(gen), gen.int(1, 3)
    return Call("nd.linalg.gelqf", (gen.array((*gen.shape(0, 1), n, n + gen.int(0, 2)), dtype),), grad=gen.chance(0.7))


GENERATORS = {
    **{"linalg_" + op: _gemm(op) for op in ("gemm", "gemm2")},
    **{"linalg_" + op: _triangular(op) for op in ("trmm", "trsm")},
    **{"linalg_" + op: _square(op) for op in ("potrf", "potri", "inverse", "det", "slogdet", "syevd", "sumlogdiag")},
    **{"linalg_" + op: _pieces(op) for op in ("extractdiag", "makediag", "extracttrian", "maketrian")},
    "linalg_syrk": _syrk,
    "linalg_gelqf": _gelqf,
}
