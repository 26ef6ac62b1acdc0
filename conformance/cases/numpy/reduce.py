"""Reductions."""

from __future__ import annotations

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite
from ._scope import method, op

suite = Suite(__name__)
HALF = Tolerance(rtol=4e-3, atol=4e-3, why="float16 is added up in float32 and rounded once")

NAMES = ("sum", "prod", "product", "mean", "std", "var", "max", "min", "amax", "amin", "all", "any", "sometrue")
for _name in NAMES:
    _path = "np." + _name
    for _label, _kwargs in {
        "all_axes": {},
        "axis0": {"axis": 0},
        "axis-1": {"axis": -1},
        "both": {"axis": (0, 1)},
        "keepdims": {"axis": 1, "keepdims": True},
        "all_kept": {"keepdims": True},
        "empty_axis": {"axis": ()},
    }.items():
        op(suite, "%s/%s" % (_name, _label), _path, (Arr((3, 2), low=0.5),), _kwargs)
    op(suite, _name + "/three", _path, (Arr((2, 3, 2), low=0.5),), {"axis": (0, 2)})
    op(suite, _name + "/out_of_range", _path, (Arr((3, 2)),), {"axis": 2}, grad=False)
    op(suite, _name + "/twice", _path, (Arr((3, 2)),), {"axis": (0, 0)}, grad=False)
    op(suite, _name + "/zero_dim", _path, (Arr((), low=0.5),))
    op(suite, _name + "/zero_size", _path, (Arr((0, 3)),), grad=False)
    op(suite, _name + "/zero_size0", _path, (Arr((0, 3)),), {"axis": 0}, grad=False)
    op(suite, _name + "/zero_size1", _path, (Arr((0, 3)),), {"axis": 1}, grad=False)
    op(suite, _name + "/float64", _path, (Arr((3, 2), "float64", 0.5),), {"axis": 0})
    op(suite, _name + "/float16", _path, (Arr((3, 2), "float16", 0.5),), {"axis": 0}, tol=HALF)
    for _dtype in ("int32", "int64", "int8", "uint8", "bool"):
        op(suite, "%s/%s" % (_name, _dtype), _path, (Arr((3, 2), _dtype, 0, 4),), {"axis": 0}, grad=False)
        op(suite, "%s/all_%s" % (_name, _dtype), _path, (Arr((3, 2), _dtype, 0, 4),), grad=False)
    if _name in ("sum", "prod", "mean", "std", "var"):
        op(suite, _name + "/dtype", _path, (Arr((3, 2), "int32", 0, 4),), {"dtype": "float64"}, grad=False)
        op(suite, _name + "/dtype_int", _path, (Arr((3, 2), low=0, high=4),), {"dtype": "int32"}, grad=False)
    if _name in ("std", "var"):
        op(suite, _name + "/ddof", _path, (Arr((3, 2)),), {"axis": 0, "ddof": 1}, grad=False)
    if _name not in ("product", "amax", "amin", "sometrue"):
        method(suite, "method/" + _name, "." + _name, (Arr((3, 2), low=0.5),), {"axis": 0}, grad=True)
op(suite, "max/ties", "np.max", (Arr(values=[1.0, 3.0, 3.0]),))
op(suite, "max/nan", "np.max", (Arr(values=[1.0, float("nan"), 3.0]),))
op(suite, "prod/zero", "np.prod", (Arr(values=[0.0, 2.0, 3.0]),))
op(suite, "sum/initial", "np.sum", (Arr((3,)),), {"initial": 1}, grad=False)
op(suite, "sum/out", "np.sum", (Arr((3, 2)),), {"axis": 0}, out=True)
for _name in ("argmax", "argmin"):
    _path = "np." + _name
    for _axis in (None, 0, 1, -1):
        op(suite, "%s/%s" % (_name, _axis), _path, (Arr((3, 2)),), {"axis": _axis}, grad=False)
    op(suite, _name + "/ties", _path, (Arr(values=[[1.0, 3, 3], [0, 0, 2]]),), {"axis": 1}, grad=False)
    op(suite, _name + "/nan", _path, (Arr(values=[1.0, float("nan"), 3.0]),), grad=False)
    op(suite, _name + "/int32", _path, (Arr((3, 2), "int32", 0, 9),), grad=False)
    op(suite, _name + "/bool", _path, (Arr((3, 2), "bool"),), grad=False)
    op(suite, _name + "/zero_dim", _path, (Arr(()),), grad=False)
    op(suite, _name + "/zero_size", _path, (Arr((0,)),), grad=False)
    op(suite, _name + "/out_of_range", _path, (Arr((3,)),), {"axis": 1}, grad=False)
    method(suite, "method/" + _name, "." + _name, (Arr((3, 2)), 0))
for _axis in (None, 0, 1):
    op(suite, "cumsum/%s" % _axis, "np.cumsum", (Arr((3, 2)),), {"axis": _axis})
op(suite, "cumsum/int", "np.cumsum", (Arr((3, 2), "int32", 0, 9),), grad=False)
op(suite, "cumsum/dtype", "np.cumsum", (Arr((3, 2), "int32", 0, 9),), {"dtype": "float64"}, grad=False)
op(suite, "average", "np.average", (Arr((3, 2)),))
op(suite, "average/axis", "np.average", (Arr((3, 2)), 0))
op(suite, "average/weights", "np.average", (Arr((3, 2)),), {"weights": Arr((3, 2), low=0.5, high=2, seed=4)})
op(
    suite,
    "average/line",
    "np.average",
    (Arr((3, 2)),),
    {"axis": 0, "weights": Arr((3,), low=0.5, high=2, seed=4), "returned": True},
    grad=False,
)
op(suite, "average/int", "np.average", (Arr((3, 2), "int32", 0, 9),), grad=False)
for _mode in ("linear", "lower", "higher", "midpoint", "nearest"):
    op(
        suite,
        "percentile/" + _mode,
        "np.percentile",
        (Arr((3, 4)), 30),
        {"axis": 1, "interpolation": _mode},
        grad=False,
    )
    op(suite, "quantile/" + _mode, "np.quantile", (Arr((5,)), 0.3), {"interpolation": _mode}, grad=False)
op(suite, "percentile/array", "np.percentile", (Arr((3, 4)), Arr(values=[10.0, 50.0])), {"axis": 0}, grad=False)
op(suite, "percentile/kept", "np.percentile", (Arr((3, 4)), 50), {"keepdims": True}, grad=False)
op(suite, "percentile/float64", "np.percentile", (Arr((3, 4), "float64"), 25), grad=False)
op(suite, "percentile/int32", "np.percentile", (Arr((3, 4), "int32", 0, 9), 25), grad=False)
op(suite, "percentile/overwrite", "np.percentile", (Arr((3, 4)), 25), {"overwrite_input": True}, grad=False)
op(suite, "quantile/array", "np.quantile", (Arr((5,)), Arr(values=[0.1, 0.5])), grad=False)
op(suite, "trace", "np.trace", (Arr((3, 3)),))
op(suite, "trace/offset", "np.trace", (Arr((3, 4, 2)), 1, 0, 1))
op(suite, "trace/int", "np.trace", (Arr((3, 3), "int32", 0, 9),), grad=False)
op(suite, "trace/vector", "np.trace", (Arr((3,)),), grad=False)
for _axis in (-1, 0):
    op(suite, "sort/%d" % _axis, "np.sort", (Arr((3, 4), unique=True), _axis))
    op(suite, "argsort/%d" % _axis, "np.argsort", (Arr((3, 4), unique=True), _axis), grad=False)
op(suite, "sort/order", "np.sort", (Arr((3,)),), {"order": "x"}, grad=False)
op(suite, "sort/int", "np.sort", (Arr((5,), "int32", 0, 9),), grad=False)
method(suite, "method/sort", ".sort", (Arr((3,)),))
method(suite, "method/argsort", ".argsort", (Arr((5,), unique=True),))
method(suite, "method/cumsum", ".cumsum", (Arr((3, 2)), 0), grad=True)
