"""linalg operators on matrices of one row, of one column and of one number."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

LAPACK = Tolerance(rtol=2e-4, atol=2e-5, why="float32 factorizations round in another order")
L = "nd.linalg."
ONE, MANY_ONES = Arr((1, 1), low=0.5, high=2), Arr((3, 1, 1), low=0.5, high=2)
ROW, COLUMN = Arr((1, 3)), Arr((3, 1), seed=2)
LAYOUTS = ("plain", "rows", "transposed")

for name, data in (("one", ONE), ("batch", MANY_ONES), ("double", ONE.with_(dtype="float64"))):
    for op in (
        "potrf",
        "potri",
        "inverse",
        "det",
        "slogdet",
        "sumlogdiag",
        "syevd",
        "gelqf",
        "extractdiag",
        "makediag",
    ):
        suite.op(f"{op}/{name}", L + op, (data,), tol=LAPACK)
    for op in ("trmm", "trsm"):
        other = Arr((*data.shape[:-2], 1, 3), data.dtype, seed=3)
        for attrs in ({}, {"transpose": True}, {"lower": False}):
            label = next(iter(attrs), "default")
            suite.op(f"{op}/{name}/{label}", L + op, (data, other), attrs, tol=LAPACK)
        tall = Arr((*data.shape[:-2], 3, 1), data.dtype, seed=3)
        suite.op(f"{op}/{name}/rightside", L + op, (data, tall), {"rightside": True, "alpha": 0.5}, tol=LAPACK)
    for transpose in (False, True):
        suite.op(f"syrk/{name}/{transpose}", L + "syrk", (data,), {"transpose": transpose, "alpha": 0.5})
    suite.op(f"extracttrian/{name}", L + "extracttrian", (data,))
for name, data in (("row", ROW), ("column", COLUMN), ("rows", Arr((2, 1, 4)))):
    for transpose in (False, True):
        suite.op(f"syrk/{name}/{transpose}", L + "syrk", (data,), {"transpose": transpose})
for layout in LAYOUTS:
    suite.op(f"gelqf/row/{layout}", L + "gelqf", (ROW.with_(layout=layout),), tol=LAPACK)
suite.op("gelqf/many_rows", L + "gelqf", (Arr((2, 1, 3)),), tol=LAPACK)
suite.op_error("gelqf/column", L + "gelqf", (COLUMN,), says=("gelqf",))
for offset in (0, 1, -1):
    for lower in (True, False):
        attrs = {"offset": offset, "lower": lower}
        for name, data in (("one", Arr((1, 1))), ("batch", Arr((2, 1)))):
            suite.op(f"maketrian/{name}/{offset}/{lower}", L + "maketrian", (data,), attrs)
        suite.op(f"extracttrian/{offset}/{lower}", L + "extracttrian", (Arr((1, 3, 3)),), attrs)
    suite.op(f"makediag/{offset}", L + "makediag", (Arr((2, 1)),), {"offset": offset})
    suite.op(f"extractdiag/{offset}", L + "extractdiag", (Arr((1, 3, 3)),), {"offset": offset})
