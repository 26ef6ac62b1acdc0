"""Shapes, joining, splitting, inserting, choosing."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite
from ._scope import method, op, table

suite = Suite(__name__)
X, Y, V, I = Arr((2, 3)), Arr((2, 3), seed=2), Arr((3,)), Arr((2, 3), "int32", -9, 9)  # noqa: E741

for _label, _shape in {
    "flat": -1,
    "two": (3, 2),
    "inferred": (3, -1),
    "scalar_to_one": (1, 6),
    "three": (1, 3, 2),
    "wrong": (4, 2),
    "two_unknown": (-1, -1),
    "code": (0, -1),
}.items():
    op(suite, "reshape/" + _label, "np.reshape", (X, _shape))
    method(suite, "reshape_method/" + _label, ".reshape", (X, _shape), grad=True)
    method(suite, "reshape_view/" + _label, ".reshape_view", (X, _shape), grad=False)
op(suite, "reshape/to_scalar", "np.reshape", (Arr((1,)), ()))
op(suite, "reshape/zero_size", "np.reshape", (Arr((0, 3)), (3, 0)), grad=False)
op(suite, "reshape/order", "np.reshape", (X, (3, 2)), {"order": "F"}, grad=False)
for _label, _codes in {
    "keep": (-2, -1),
    "rest": (-2, -4),
    "merge": (-5, -2),
    "split": (-2, -6, 3, 1, -4),
    "split_unknown": (-6, 2, -1, -4),
    "infer": (-1,),
    "wrong": (-2, 5),
    "bad": (-7,),
    "two": (-1, -1),
    "plain": (4, 6),
    "skip": (-2, -3, -4),
}.items():
    op(suite, "npx_reshape/" + _label, "npx.reshape", (Arr((2, 3, 4)), _codes))
op(suite, "npx_reshape/skip_one", "npx.reshape", (Arr((2, 1, 4)), (-2, -3, -2)))
op(suite, "npx_reshape/reverse", "npx.reshape", (Arr((8, 3, 2)), (-2, -2, -1)), {"reverse": True})
for _label, _args in {
    "none": (),
    "axes": ((1, 2, 0),),
    "negative": ((-1, 0, 1),),
    "wrong": ((0, 1),),
    "twice": ((0, 0, 1),),
}.items():
    op(suite, "transpose/" + _label, "np.transpose", (Arr((2, 3, 4)), *_args))
    method(suite, "transpose_method/" + _label, ".transpose", (Arr((2, 3, 4)), *_args), grad=True)
op(suite, "transpose/vector", "np.transpose", (V,))
op(suite, "transpose/int", "np.transpose", (I,), grad=False)
for _label, _axis in {"none": None, "zero": 0, "last": -1, "both": (0, 2), "wrong": 1, "out": 3}.items():
    op(suite, "squeeze/" + _label, "np.squeeze", (Arr((1, 3, 1)),), {"axis": _axis})
    method(suite, "squeeze_method/" + _label, ".squeeze", (Arr((1, 3, 1)),), {"axis": _axis}, grad=True)
for _axis in (0, 1, 2, -1, -3, 3):
    op(suite, "expand_dims/%d" % _axis, "np.expand_dims", (X, _axis))
op(suite, "expand_dims/scalar", "np.expand_dims", (Arr(()), 0))
op(suite, "swapaxes", "np.swapaxes", (Arr((2, 3, 4)), 0, 2))
method(suite, "swapaxes_method", ".swapaxes", (Arr((2, 3, 4)), -1, 0), grad=True)
op(suite, "moveaxis", "np.moveaxis", (Arr((2, 3, 4)), 0, -1))
op(suite, "moveaxis/two", "np.moveaxis", (Arr((2, 3, 4)), (0, 1), (-1, 0)))
op(suite, "moveaxis/wrong", "np.moveaxis", (Arr((2, 3, 4)), (0, 1), (0,)), grad=False)
for _label, _args in {
    "flat": (1,),
    "axis": (1, 0),
    "negative": (-1, 1),
    "pairs": ((1, 1), (0, 1)),
    "far": (5, 1),
    "out": (1, 2),
}.items():
    op(suite, "roll/" + _label, "np.roll", (X, *_args))
for _k in (-1, 0, 1, 2, 3):
    op(suite, "rot90/%d" % _k, "np.rot90", (X, _k))
op(suite, "rot90/axes", "np.rot90", (Arr((2, 3, 4)), 1, (1, 2)))
op(suite, "rot90/same", "np.rot90", (X, 1, (0, 0)), grad=False)
for _label, _axis in {"all": None, "zero": 0, "one": 1, "both": (0, 1), "out": 2}.items():
    op(suite, "flip/" + _label, "np.flip", (X, _axis))
op(suite, "flipud", "np.flipud", (X,))
op(suite, "fliplr", "np.fliplr", (X,))
op(suite, "ravel", "np.ravel", (X,))
op(suite, "ravel/order", "np.ravel", (X, "F"), grad=False)
method(suite, "flatten", ".flatten", (X,), grad=True)
op(suite, "repeat", "np.repeat", (X, 2))
op(suite, "repeat/axis", "np.repeat", (X, 2, 1))
op(suite, "tile", "np.tile", (X, 2))
op(suite, "tile/pair", "np.tile", (X, (2, 1, 2)))
op(suite, "tile/zero", "np.tile", (X, (0, 1)), grad=False)
op(suite, "tile/scalar", "np.tile", (Arr(()), 3))
op(suite, "broadcast_to", "np.broadcast_to", (V, (2, 3)))
op(suite, "broadcast_to/number", "np.broadcast_to", (2, (2, 3)), grad=False)
op(suite, "broadcast_to/wrong", "np.broadcast_to", (V, (3, 2)), grad=False)
op(suite, "broadcast_to/zero", "np.broadcast_to", (Arr((1,)), (0,)), grad=False)
op(suite, "broadcast_arrays", "np.broadcast_arrays", (V, Arr((2, 1))), grad=False)
op(suite, "meshgrid", "np.meshgrid", (V, Arr((2,))), grad=False)
op(suite, "meshgrid/ij", "np.meshgrid", (V, Arr((2,))), {"indexing": "ij"}, grad=False)
op(suite, "meshgrid/sparse", "np.meshgrid", (V, V), {"sparse": True}, grad=False)
op(suite, "meshgrid/indexing", "np.meshgrid", (V, V), {"indexing": "no"}, grad=False)
for _n in (1, 2, 3):
    for _shape in ((), (2,), (2, 2), (1, 2, 1, 1)):
        op(suite, "atleast/%d_%d" % (_n, len(_shape)), "np.atleast_%dd" % _n, (Arr(_shape),))
op(suite, "atleast/two", "np.atleast_2d", (Arr(()), V))
for _k in (-1, 0, 1, 4):
    op(suite, "diag/vector%d" % _k, "np.diag", (V, _k))
    op(suite, "diag/matrix%d" % _k, "np.diag", (X, _k))
    op(suite, "diagonal/%d" % _k, "np.diagonal", (Arr((2, 3, 2)), _k))
    op(suite, "diagflat/%d" % _k, "np.diagflat", (X, _k))
    op(suite, "tril/%d" % _k, "np.tril", (Arr((2, 3, 3)), _k))
op(suite, "tril/vector", "np.tril", (V,))
op(suite, "tril/int", "np.tril", (I,), grad=False)
op(suite, "tril/scalar", "np.tril", (Arr(()),), grad=False)
op(suite, "diag/scalar", "np.diag", (Arr(()),), grad=False)
op(suite, "diagonal/axes", "np.diagonal", (Arr((2, 3, 2)), 0, 2, 1))
op(suite, "diag_indices_from", "np.diag_indices_from", (Arr((3, 3)),), grad=False)
op(suite, "diag_indices_from/wrong", "np.diag_indices_from", (X,), grad=False)

for _axis in (0, 1, -1, None):
    op(suite, "concatenate/%s" % _axis, "np.concatenate", ([X, Y],), {"axis": _axis})
op(suite, "concatenate/empty", "np.concatenate", ([X, Arr((0, 3))],), grad=False)
op(suite, "concatenate/mixed", "np.concatenate", ([X, I],), grad=False)
op(suite, "concatenate/no_fit", "np.concatenate", ([X, V],), grad=False)
op(suite, "concatenate/tuple", "np.concatenate", ((X, Y),))
op(suite, "append", "np.append", (X, Y))
op(suite, "append/axis", "np.append", (X, Y, 1))
for _axis in (0, 1, 2, -1, 3):
    op(suite, "stack/%d" % _axis, "np.stack", ([X, Y],), {"axis": _axis})
op(suite, "stack/scalars", "np.stack", ([Arr(()), Arr((), seed=2)],))
for _name in ("vstack", "row_stack", "hstack", "dstack", "column_stack"):
    for _shape in ((), (3,), (2, 3), (2, 3, 2)):
        op(suite, "%s/%d" % (_name, len(_shape)), "np." + _name, ([Arr(_shape), Arr(_shape, seed=2)],))
W = Arr((4, 4, 4))
for _name in ("split", "array_split", "hsplit", "vsplit", "dsplit"):
    for _label, _parts in {"two": 2, "three": 3, "one": 1, "places": [1, 3], "tuple": (2,), "far": [1, 9]}.items():
        op(suite, "%s/%s" % (_name, _label), "np." + _name, (W, _parts))
    op(suite, _name + "/vector", "np." + _name, (Arr((4,)), 2))
    op(suite, _name + "/text", "np." + _name, (W, "x"), grad=False)
op(suite, "split/axis", "np.split", (W, 2), {"axis": -1})
op(suite, "array_split/axis", "np.array_split", (W, 3), {"axis": 1})

for _label, _obj in {"one": 1, "zero": 0, "end": 3, "negative": -1, "slice": slice(0, 2), "out": 9}.items():
    op(suite, "insert/number_" + _label, "np.insert", (V, _obj, 9), grad=False)
    op(suite, "delete/" + _label, "np.delete", (V, _obj), grad=False)
op(suite, "insert/flat", "np.insert", (X, 1, 9), grad=False)
op(suite, "insert/axis", "np.insert", (X, 1, Arr(values=[7.0, 8.0, 9.0])), {"axis": 0}, grad=False)
op(suite, "insert/column", "np.insert", (X, 1, Arr(values=[[7.0], [8.0]])), {"axis": 1}, grad=False)
op(suite, "insert/columns", "np.insert", (X, slice(0, 2), Arr((2, 2), seed=3)), {"axis": 1}, grad=False)
op(suite, "insert/array", "np.insert", (V, Arr(values=[0, 2], dtype="int64"), Arr(values=[7.0, 8.0])), grad=False)
op(suite, "insert/array_number", "np.insert", (V, Arr(values=[0, 2], dtype="int64"), 5.0), grad=False)
op(suite, "insert/list", "np.insert", (V, [1], 5.0), grad=False)
op(suite, "delete/axis", "np.delete", (X, 1), {"axis": 1}, grad=False)
op(suite, "delete/array", "np.delete", (X, Arr(values=[0, 2], dtype="int64")), {"axis": 1}, grad=False)
op(suite, "delete/step", "np.delete", (Arr((6,)), slice(0, 6, 2)), grad=False)
for _mode in ("constant", "edge", "reflect", "symmetric", "maximum", "minimum"):
    op(suite, "pad/" + _mode, "np.pad", (X, ((1, 1), (2, 1))), {"mode": _mode}, grad=False)
    op(suite, "pad/zero_" + _mode, "np.pad", (X, ((0, 0), (0, 0))), {"mode": _mode}, grad=False)
op(suite, "pad/values", "np.pad", (X, ((1, 1), (0, 1))), {"constant_values": 5}, grad=False)
op(suite, "pad/wrap", "np.pad", (X, ((1, 1), (0, 1))), {"mode": "wrap"}, grad=False)
op(suite, "pad/list", "np.pad", (X, [1, 1]), grad=False)
op(suite, "pad/option", "np.pad", (X, ((1, 1), (0, 1))), {"mode": "edge", "constant_values": 1}, grad=False)
op(suite, "diff", "np.diff", (X,))
op(suite, "diff/two", "np.diff", (X, 2, 1))
op(suite, "diff/axis", "np.diff", (X, 1, 0))
op(suite, "diff/zero", "np.diff", (X, 0))
op(suite, "diff/prepend", "np.diff", (X,), {"prepend": 1}, grad=False)
op(suite, "ediff1d", "np.ediff1d", (X,))
op(suite, "ediff1d/numbers", "np.ediff1d", (X,), {"to_begin": 1, "to_end": 2})
op(suite, "ediff1d/arrays", "np.ediff1d", (X,), {"to_begin": Arr((2,), seed=5), "to_end": V})
op(suite, "ediff1d/end", "np.ediff1d", (X,), {"to_end": V})

A = Arr((4, 3))
for _mode in ("raise", "clip", "wrap"):
    op(suite, "take/" + _mode, "np.take", (A, Arr(values=[0, 2], dtype="int64")), {"mode": _mode, "axis": 0})
    op(suite, "take/flat_" + _mode, "np.take", (A, Arr(values=[0, 7], dtype="int64")), {"mode": _mode})
op(suite, "take/last", "np.take", (A, Arr(values=[[0, 2], [1, 1]], dtype="int64")), {"axis": -1})
op(suite, "take/scalar", "np.take", (A, Arr(values=1, dtype="int64")), {"axis": 0})
op(suite, "take/no", "np.take", (A, Arr(values=[0], dtype="int64")), {"mode": "no"}, grad=False)
for _label, _flags in {
    "plain": {},
    "index": {"return_index": True},
    "inverse": {"return_inverse": True},
    "counts": {"return_counts": True},
    "all": {"return_index": True, "return_inverse": True, "return_counts": True},
}.items():
    op(suite, "unique/" + _label, "np.unique", (Arr(values=[3, 1, 1, 2, 3], dtype="int32"),), _flags, grad=False)
    op(suite, "unique/float_" + _label, "np.unique", (Arr(values=[[3.0, 1], [1, 2]]),), _flags, grad=False)
    op(
        suite,
        "unique/axis_" + _label,
        "np.unique",
        (Arr(values=[[1.0, 2], [0, 1], [1, 2]]),),
        dict(_flags, axis=0),
        grad=False,
    )
for _dtype in ("float32", "int32", "bool", "uint8"):
    _c = Arr(values=[[1, 0, 0], [0, 1, 1]], dtype=_dtype)
    op(suite, "nonzero/" + _dtype, "np.nonzero", (_c,), grad=False)
    op(suite, "npx_nonzero/" + _dtype, "npx.nonzero", (_c,), grad=False)
    op(suite, "where/" + _dtype, "np.where", (_c, X, Y))
    op(suite, "where/left_" + _dtype, "np.where", (_c, 1, Y))
    op(suite, "where/right_" + _dtype, "np.where", (_c, X, 2.5))
    op(suite, "where/numbers_" + _dtype, "np.where", (_c, 1, 2), grad=False)
    op(suite, "where/alone_" + _dtype, "np.where", (_c,), grad=False)
op(suite, "where/int", "np.where", (Arr(values=[[1.0, 0, 1]]), I, 2), grad=False)
op(suite, "where/mixed", "np.where", (Arr(values=[[1.0, 0, 1]]), I, X), grad=False)
op(suite, "where/broadcast", "np.where", (Arr(values=[[1.0], [0.0]]), V, Arr(())))
op(suite, "where/number", "np.where", (1, X, Y), grad=False)
op(suite, "bincount", "np.bincount", (Arr(values=[0, 1, 1, 3], dtype="int32"),), grad=False)
op(suite, "bincount/weights", "np.bincount", (Arr(values=[0, 1, 1, 3], dtype="int64"), Arr((4,))), grad=False)
op(suite, "bincount/length", "np.bincount", (Arr(values=[0, 1], dtype="int32"),), {"minlength": 5}, grad=False)
op(suite, "bincount/float", "np.bincount", (Arr(values=[0.0, 1]),), grad=False)
op(suite, "histogram", "np.histogram", (Arr((9,)),), {"bins": 4, "range": (-2, 2)}, grad=False)
op(suite, "histogram/edges", "np.histogram", (Arr((9,)),), {"bins": Arr(values=[-2.0, 0, 2])}, grad=False)
op(suite, "histogram/no_range", "np.histogram", (Arr((9,)),), grad=False)
op(suite, "unravel_index", "np.unravel_index", (Arr(values=[1, 5], dtype="int64"), (2, 3)), grad=False)
op(suite, "resize", "np.resize", (X, (3, 3)), grad=False)
op(suite, "polyval", "np.polyval", (Arr((3,)), Arr((2, 2), seed=2)))
op(suite, "polyval/numbers", "np.polyval", ([1, 2], 3), grad=False)
table(
    suite,
    "memory",
    {
        "other": lambda mx: mx.np.shares_memory(mx.np.ones(2), mx.np.ones(2)),
        "slice": lambda mx: (lambda x: mx.np.may_share_memory(x, x[1:]))(mx.np.ones(4)),
        "reshape": lambda mx: (lambda x: mx.np.shares_memory(x, x.reshape(2, 2)))(mx.np.ones(4)),
        "view": lambda mx: (lambda x: mx.np.shares_memory(x, x.reshape_view(2, 2)))(mx.np.ones(4)),
        "nd": lambda mx: (lambda x: mx.np.shares_memory(x, x.as_nd_ndarray().as_np_ndarray()))(mx.np.ones(4)),
    },
)
