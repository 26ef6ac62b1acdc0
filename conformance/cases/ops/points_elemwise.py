"""Element-wise and indexing operators at the points that their own cases leave open."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

LAYOUTS = ("rows", "transposed", "reshaped")
I = "nd._internal."  # noqa: E741

for dtype in ("int32", "int64", "float32"):
    for size in (1, 3):  # of matrices MXNet writes more than it has room for
        places = Arr((size,), dtype, low=0, high=11)
        suite.op(f"unravel_index/{size}/{dtype}", "nd.unravel_index", (places,), {"shape": (3, 1, 4)}, grad=False)
suite.op("unravel_index/axis_of_one", "nd.unravel_index", (Arr(values=[0, 2, 1]),), {"shape": (1, 3)}, grad=False)
suite.op("unravel_index/open", "nd.unravel_index", (Arr(values=[0.0, 7.0, 11.0]),), {"shape": (-1, 4)}, grad=False)
suite.op("unravel_index/gradient", "nd.unravel_index", (Arr(values=[0.0, 2.0, 1.0]),), {"shape": (1, 3)})

data, edges = Arr((4, 3), low=-1, high=4), Arr(values=[0.0, 1.0, 2.0, 4.0])
for layout in LAYOUTS:
    given = (data.with_(layout=layout), edges.with_(layout=layout))
    suite.op(f"histogram/{layout}", "nd._internal._histogram", given, grad=False)
    suite.op(f"histogram/{layout}/count", I + "_histogram", given[:1], {"bin_cnt": 4, "range": (0.0, 4.0)}, grad=False)
suite.op("histogram/gradient", I + "_histogram", (data, edges))
suite.op("histogram/one", I + "_histogram", (Arr((1, 1)), Arr(values=[-3.0, 3.0])), grad=False)
suite.op("histogram/integers", I + "_histogram", (data.with_(dtype="int32"), edges.with_(dtype="int32")), grad=False)

for layout in ("plain", *LAYOUTS):
    given = (Arr((3, 2), layout=layout), Arr((3, 2), seed=2, layout=layout))
    suite.op(f"identity_with_attr_like_rhs/{layout}", I + "_identity_with_attr_like_rhs", given)
suite.op("identity_with_attr_like_rhs/one", I + "_identity_with_attr_like_rhs", (Arr((1, 3)), Arr((1, 3), seed=2)))

for shape, begin, end in (((1, 3), (0, 1), (1, 3)), ((3, 1), (1, 0), (3, 1)), ((2, 1, 3), (0, 0, -2), (1, 1, None))):
    label = "x".join(map(str, shape))
    attrs = {"scalar": 2.5, "begin": begin, "end": end}
    suite.op(f"slice_assign_scalar/{label}", I + "_slice_assign_scalar", (Arr(shape),), attrs, grad=False)
    for layout in LAYOUTS:
        arr = Arr(shape, layout=layout)
        suite.op(f"slice_assign_scalar/{label}/{layout}", I + "_slice_assign_scalar", (arr,), attrs, grad=False)
suite.op(
    "slice_assign_scalar/backwards", I + "_slice_assign_scalar", (Arr((4, 1)),),
    {"scalar": -1, "begin": (3, None), "end": (0, None), "step": (-2, None)}, grad=False,
)  # fmt: skip
