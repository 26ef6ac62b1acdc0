"""The linalg family: products, factorizations, triangles, determinants, with gradients."""

from __future__ import annotations

import numpy as np

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

FLOATS = ("float32", "float64", "float16", "int32")
LAPACK = Tolerance(rtol=2e-4, atol=2e-5, why="float32 factorizations round in another order")


def spd(batch: int = 0, size: int = 3, dtype: str = "float32") -> Arr:
    """Symmetric positive definite matrices with well separated eigenvalues."""
    rng = np.random.RandomState(7)
    made = []
    for _ in range(batch or 1):
        a = rng.uniform(-1, 1, (size, size))
        made.append(a @ a.T + np.diag(np.arange(1, size + 1)))
    values = np.round(np.array(made if batch else made[0]), 3)
    return Arr(values=values.tolist(), dtype=dtype)


def bad(name: str, extra: tuple[Arr, ...] = ()) -> dict:
    return {
        "rect": ((Arr((2, 3)), *extra), {}, (name,)),
        "vector": ((Arr((3,)), *extra), {}, (name,)),
        "attribute": ((Arr((3, 3)), *extra), {"no_such": 1}, (name, "no_such")),
    }


A, B, C = Arr((2, 2, 3)), Arr((2, 3, 4), seed=2), Arr((2, 2, 4), seed=3)
suite.standard(
    "gemm",
    "nd.linalg.gemm",
    (A, B, C),
    [{}, {"alpha": 2.0, "beta": 0.5}, {"alpha": -1.5}, {"beta": 0}],
    dtypes=FLOATS,
    bad={
        "inner": ((A, Arr((2, 2, 4)), C), {}, ("gemm",)),
        "batch": ((A, B, Arr((1, 2, 4))), {}, ("gemm",)),
        "ranks": ((A, Arr((3, 4)), C), {}, ("gemm",)),
        "axis": ((A, B, C), {"axis": 2}, ("gemm", "axis")),
        "dtypes": ((A, B, C.with_(dtype="float64")), {}, ("gemm", "float64")),
    },
)
suite.standard(
    "gemm2",
    "nd.linalg.gemm2",
    (A, B),
    [{}, {"alpha": 2.0}],
    dtypes=FLOATS,
    bad={
        "inner": ((A, Arr((2, 2, 4))), {}, ("gemm2",)),
        "vector": ((Arr((3,)), Arr((3,))), {}, ("gemm2",)),
        "dtypes": ((A, B.with_(dtype="float64")), {}, ("gemm2", "float64")),
    },
)
for ta in (False, True):
    for tb in (False, True):
        left, right = Arr((3, 2) if ta else (2, 3)), Arr((4, 3) if tb else (3, 4), seed=2)
        attrs = {"transpose_a": ta, "transpose_b": tb}
        suite.op(f"gemm2/flags_{ta}_{tb}", "nd.linalg.gemm2", (left, right), attrs)
        suite.op(f"gemm/flags_{ta}_{tb}", "nd.linalg.gemm", (left, right, Arr((2, 4), seed=3)), attrs)
suite.op("gemm2/axis_0", "nd.linalg.gemm2", (Arr((2, 3, 4)), Arr((4, 3, 2), seed=2)), {"axis": 0})
suite.op("gemm2/axis_1", "nd.linalg.gemm2", (Arr((2, 2, 3, 4)), Arr((2, 4, 3, 2), seed=2)), {"axis": 1, "alpha": 3})
suite.op("gemm/axis_0", "nd.linalg.gemm", (Arr((2, 3, 4)), Arr((4, 3, 2), seed=2), Arr((2, 3, 2), seed=3)), {"axis": 0})
suite.op("gemm/alias", "nd.linalg_gemm", (A, B, C))

suite.standard(
    "syrk", "nd.linalg.syrk", (A,), [{}, {"transpose": True}, {"alpha": 2.5}], dtypes=FLOATS,
    bad={"vector": ((Arr((3,)),), {}, ("syrk",))},
)  # fmt: skip

T, M = Arr((2, 3, 3), low=0.5, high=2.0), Arr((2, 3, 3), seed=2)
for op in ("trmm", "trsm"):
    path = "nd.linalg." + op
    suite.standard(
        op,
        path,
        (T, M),
        [
            {},
            {"alpha": 2.0},
            *({"transpose": t, "rightside": r, "lower": w} for t in (0, 1) for r in (0, 1) for w in (0, 1)),
        ],
        dtypes=FLOATS,
        tol=LAPACK,
        bad={
            **bad(op, (M,)),
            "fit": ((T, Arr((2, 2, 3))), {}, (op,)),
            "dtypes": ((T, M.with_(dtype="float64")), {}, (op,)),
        },
    )
    suite.op(f"{op}/left", path, (T, Arr((2, 3, 2), seed=3)), tol=LAPACK)
    suite.op(f"{op}/right", path, (T, Arr((2, 2, 3), seed=3)), {"rightside": True}, tol=LAPACK)
suite.op(
    "trsm/singular", "nd.linalg.trsm", (Arr(values=[[0.0, 0.0], [1.0, 2.0]]), Arr(values=[[1.0], [1.0]])), grad=False
)

for op in ("potrf", "inverse", "det", "slogdet", "syevd", "sumlogdiag"):
    path = "nd.linalg." + op
    suite.standard(op, path, (spd(2),), dtypes=FLOATS, tol=LAPACK, bad=bad(op))
    suite.op(f"{op}/one", path, (spd(),), tol=LAPACK)
    suite.op(f"{op}/size_one", path, (Arr(values=[[[2.5]], [[0.5]]]),), tol=LAPACK)
    suite.op(f"{op}/large", path, (spd(0, 6, "float64"),))
    suite.op(f"{op}/four_axes", path, (Arr(values=[spd(2).values]),), tol=LAPACK)
suite.op("potrf/upper_ignored", "nd.linalg.potrf", (Arr(values=[[4.0, 99.0], [1.0, 3.0]]),))
suite.op("potrf/indefinite", "nd.linalg.potrf", (Arr(values=[[1.0, 2.0], [2.0, 1.0]]),), grad=False, says=("potrf",))
UPPER = Arr(values=[[4.0, 1.0], [99.0, 3.0]])
suite.op("potrf/upper", "nd.linalg.potrf", (UPPER,), {"lower": False})
suite.op("potri/upper", "nd.linalg.potri", (UPPER,), {"lower": False}, tol=LAPACK)
suite.op("syevd/upper_ignored", "nd.linalg.syevd", (Arr(values=[[4.0, 9.0], [1.0, 3.0]]),), tol=LAPACK)
suite.op(
    "inverse/singular", "nd.linalg.inverse", (Arr(values=[[1.0, 2.0], [2.0, 4.0]]),), grad=False, says=("inverse",)
)
for op in ("det", "slogdet"):
    suite.op(f"{op}/negative", "nd.linalg." + op, (Arr(values=[[0.0, 1.0], [1.0, 0.5]]),))
    mixed = Arr(values=[[[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [2.0, 3.0]]])
    suite.op(f"{op}/singular", "nd.linalg." + op, (mixed,))
suite.op("sumlogdiag/negative", "nd.linalg.sumlogdiag", (Arr(values=[[-1.0, 2.0], [2.0, 4.0]]),))

LOW = Arr(
    values=[[[2.0, 0.0, 0.0], [0.5, 1.5, 0.0], [-1.0, 0.3, 1.0]], [[1.0, 5.0, 6.0], [2.0, 1.0, 7.0], [0.0, 1.0, 2.0]]]
)
suite.standard("potri", "nd.linalg.potri", (LOW,), dtypes=FLOATS, tol=LAPACK, bad=bad("potri"))
suite.op("potri/one", "nd.linalg.potri", (Arr(values=[[2.0, 9.0], [1.0, 3.0]]),), tol=LAPACK)
suite.op("potri/singular", "nd.linalg.potri", (Arr(values=[[0.0, 0.0], [1.0, 3.0]]),), grad=False, says=("potri",))

WIDE = Arr((2, 2, 3))
suite.standard(
    "gelqf", "nd.linalg.gelqf", (WIDE,), dtypes=FLOATS, tol=LAPACK,
    bad={"tall": ((Arr((3, 2)),), {}, ("gelqf",)), "vector": ((Arr((3,)),), {}, ("gelqf",))},
)  # fmt: skip
suite.op("gelqf/square", "nd.linalg.gelqf", (Arr((3, 3)),), tol=LAPACK)
suite.op("gelqf/float64_large", "nd.linalg.gelqf", (Arr((3, 5), "float64"),))

Q = Arr((2, 3, 3))
OFFSETS = [{}, {"offset": 1}, {"offset": -1}, {"offset": 2}, {"offset": -2}]
for op in ("extractdiag", "extracttrian"):
    sets = (
        OFFSETS
        if op == "extractdiag"
        else [*OFFSETS, {"lower": False}, {"offset": 1, "lower": True}, {"offset": -1, "lower": False}]
    )
    suite.standard(
        op, "nd.linalg." + op, (Q,), sets, dtypes=FLOATS,
        bad={**bad(op), "offset": ((Q,), {"offset": 3}, (op, "offset"))},
    )  # fmt: skip
    suite.op(f"{op}/one", "nd.linalg." + op, (Arr((3, 3)),))
suite.standard("makediag", "nd.linalg.makediag", (Arr((2, 3)),), OFFSETS, dtypes=FLOATS)
suite.op("makediag/one", "nd.linalg.makediag", (Arr((1,)),))
TRI = [*OFFSETS, {"lower": False}, {"offset": 1, "lower": True}, {"offset": -1, "lower": False}]
suite.standard(
    "maketrian", "nd.linalg.maketrian", (Arr((2, 6)),), TRI, dtypes=FLOATS,
    bad={"count": ((Arr((2, 5)),), {}, ("maketrian",))},
)  # fmt: skip
suite.op("maketrian/one", "nd.linalg.maketrian", (Arr((3,)),))
