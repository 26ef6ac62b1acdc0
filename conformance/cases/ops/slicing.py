"""Operators that cut ranges out of arrays, or write to them."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

M = Arr((4, 5))
V = Arr((4,))
T = Arr((2, 3, 4))
PATCH = Arr((2, 2), seed=2)

# ---------------------------------------------------------------- slice

_RANGES = (
    ((1, 1), (3, 4), None),
    ((1,), (3,), None),
    (1, 3, None),
    ((None, 1), (None, 4), None),
    ((-2, -3), (-1, None), None),
    ((None, None), (None, None), (-1, 2)),
    ((3,), (0,), (-1,)),
    ((3,), (0,), (-2,)),
    ((3,), (None,), (-1,)),
    ((None,), (1,), (-1,)),
    ((-1, -1), (-5, -6), (-1, -2)),
    ((1, 0), (None, 5), (2, 3)),
    ((1, 1), (3, 3), (None, 2)),
    ((1,), (3,), (None,)),
    ((2,), (10,), None),
    ((1,), (-10,), (-1,)),
    ((10,), (1,), (-1,)),
    ((0,), (2,), (5,)),
    ((0, 1), (3, 3), ()),
    ((), (), None),
    ((None,), (None,), None),
    ([1, 1], [3, 4], [1, 2]),
)


def _attributes(begin, end, step):
    attrs = {"begin": begin, "end": end}
    if step is not None:
        attrs["step"] = step
    return attrs


suite.standard(
    "slice",
    "nd.slice",
    (M,),
    [_attributes(*bounds) for bounds in _RANGES],
    bad={
        "step_zero": ((M,), _attributes((1,), (3,), (0,)), ("slice", "step")),
        "lengths": ((M,), _attributes((1, 2), (3,), None), ("slice", "begin", "end")),
        "many": ((M,), _attributes((1, 2, 3), (3, 4, 5), None), ("slice", "begin")),
        "steps_many": ((M,), _attributes((1,), (3,), (1, 1)), ("slice", "step")),
        "steps_few": ((M,), _attributes((1, 1), (3, 3), (2,)), ("slice", "step")),
        "no_end": ((M,), {"begin": (1, 1)}, ("slice", "end")),
        "no_begin": ((M,), {"end": (1, 1)}, ("slice", "begin")),
        "begin_None": ((M,), _attributes(None, (3,), None), ("slice", "begin")),
        "end_None": ((M,), _attributes((1,), None, None), ("slice", "end")),
        "floats": ((M,), _attributes((1.0,), (2,), None), ("slice", "begin")),
        "bools": ((M,), _attributes((True,), (2,), None), ("slice", "begin")),
        "attribute": ((M,), {"begin": 0, "end": 1, "axis": 0}, ("slice", "axis")),
        "type": (([1.0, 2.0],), {"begin": 0, "end": 1}, ("slice",)),
    },
)
for _i, _bounds in enumerate(
    (
        ((3,), (0,), None),
        ((2,), (2,), None),
        ((10,), (12,), None),
        ((4,), (12,), None),
        ((1,), (-10,), None),
        ((-10,), (-12,), (-1,)),
        ((-5,), (None,), (-1,)),
    )
):
    suite.op(f"slice/empty/{_i}", "nd.slice", (M,), _attributes(*_bounds), grad=False)
suite.op("slice/step_None", "nd.slice", (M,), {"begin": (1, 1), "end": (3, 3), "step": None})
suite.op("slice/text", "nd.slice", (M,), {"begin": "(1, None)", "end": "(3, 4)"})
suite.op("slice/positional", "nd.slice", (M, (1, 1), (3, 4)))
suite.op("slice/method", ".slice", (M, (1, 1), (3, 4)))
suite.op("slice/alias_crop", "nd.crop", (M,), {"begin": (1, 1), "end": (3, 4)})
suite.op("slice/before_start", "nd.slice", (M,), {"begin": (-10,), "end": (2,)})
suite.op("slice/before_start_int32", "nd.slice", (M.with_(dtype="int32"),), {"begin": (-10,), "end": (2,)})
suite.op("slice/before_start_float64", "nd.slice", (M.with_(dtype="float64"),), {"begin": (-5,), "end": (-1,)})
suite.op("slice/three", "nd.slice", (T,), {"begin": (None, 2, 1), "end": (None, None, 4), "step": (1, -1, 2)})
suite.op("slice/six", "nd.slice", (Arr((2, 1, 2, 1, 2, 2)),), {"begin": (1, None, 0), "end": (2, None, 1)})
suite.op("slice/seven", "nd.slice", (Arr((2, 1, 1, 1, 1, 1, 2)),), {"begin": (1,), "end": (2,)})
suite.op("slice/bool", "nd.slice", (M.with_(dtype="bool"),), {"begin": (1, 1), "end": (3, 4)}, grad=False)
suite.op("slice/grad_add", "nd.slice", (M.with_(req="add"),), {"begin": (1, 1), "end": (3, 4)})

# ---------------------------------------------------------------- slice_axis, slice_like

suite.standard(
    "slice_axis",
    "nd.slice_axis",
    (M,),
    [
        {"axis": 0, "begin": 1, "end": 3},
        {"axis": 1, "begin": 0, "end": 5},
        {"axis": 1, "begin": -3, "end": -1},
        {"axis": -1, "begin": 2, "end": None},
        {"axis": -2, "begin": -2, "end": None},
        {"axis": 0, "begin": 3, "end": 4},
        {"axis": 0, "begin": -4, "end": -3},
        {"axis": 0, "begin": 0, "end": None},
    ],
    bad={
        "axis": ((M,), {"axis": 2, "begin": 0, "end": 1}, ("slice_axis", "axis")),
        "negative_axis": ((M,), {"axis": -3, "begin": 0, "end": 1}, ("slice_axis", "axis")),
        "empty": ((M,), {"axis": 0, "begin": 2, "end": 2}, ("slice_axis", "begin", "end")),
        "reversed": ((M,), {"axis": 0, "begin": 3, "end": 2}, ("slice_axis", "begin", "end")),
        "end": ((M,), {"axis": 0, "begin": 0, "end": 7}, ("slice_axis", "end")),
        "begin": ((M,), {"axis": 0, "begin": -7, "end": 2}, ("slice_axis", "begin")),
        "begin_large": ((M,), {"axis": 0, "begin": 4, "end": None}, ("slice_axis", "begin")),
        "negative_end": ((M,), {"axis": 0, "begin": 0, "end": -5}, ("slice_axis", "end")),
        "zero": ((M,), {"axis": 0, "begin": 0, "end": 0}, ("slice_axis", "end")),
        "begin_None": ((M,), {"axis": 0, "begin": None, "end": 2}, ("slice_axis", "begin")),
        "no_end": ((M,), {"axis": 0, "begin": 0}, ("slice_axis", "end")),
        "no_begin": ((M,), {"axis": 0, "end": 1}, ("slice_axis", "begin")),
        "floats": ((M,), {"axis": 0, "begin": 0.0, "end": 1}, ("slice_axis", "begin")),
        "attribute": ((M,), {"axis": 0, "begin": 0, "end": 1, "step": 2}, ("slice_axis", "step")),
    },
)
suite.op("slice_axis/positional", "nd.slice_axis", (M, 0, 1, 3))
suite.op("slice_axis/text", "nd.slice_axis", (M,), {"axis": "0", "begin": "1", "end": "None"})
suite.op("slice_axis/method", ".slice_axis", (M,), {"axis": 0, "begin": 1, "end": 3})
suite.op("slice_axis/vector", "nd.slice_axis", (V, 0, 1, 2))
suite.op("slice_axis/three", "nd.slice_axis", (T, 1, 1, 3))
suite.op("slice_axis/size_one", "nd.slice_axis", (Arr((1, 3, 1)), 2, 0, 1))
suite.op("slice_axis/bool", "nd.slice_axis", (Arr((4,), "bool"), 0, 1, 2), grad=False, says=("slice_axis", "bool"))
suite.op("slice_axis/grad_add", "nd.slice_axis", (M.with_(req="add"), 0, 1, 3))

suite.standard(
    "slice_like",
    "nd.slice_like",
    (M, Arr((2, 3), seed=2)),
    [{}] + [{"axes": axes} for axes in ((0,), 0, (1,), (-1,), (-2,), (0, 1), (1, 1), (0, -1), ())],
    bad={
        "ranks": ((M, Arr((2, 3, 9))), {}, ("slice_like", "shape_like")),
        "axis": ((M, Arr((4, 3))), {"axes": (2,)}, ("slice_like", "axes")),
        "negative_axis": ((M, Arr((4, 3))), {"axes": (-3,)}, ("slice_like", "axes")),
        "like_axis": ((M, Arr((2,))), {"axes": (1,)}, ("slice_like", "axes")),
        "like_negative_axis": ((M, Arr((2,))), {"axes": (-1,)}, ("slice_like", "axes")),
        "large": ((M, Arr((6, 3))), {}, ("slice_like", "shape_like")),
        "large_axis": ((M, Arr((6, 3))), {"axes": (0,)}, ("slice_like", "shape_like")),
        "count": ((M,), {}, ("slice_like", "shape_like")),
        "attribute": ((M, M), {"axis": 0}, ("slice_like", "axis")),
    },
)
suite.op("slice_like/more_axes", "nd.slice_like", (M, Arr((2, 3, 9))), {"axes": (1,)})
suite.op("slice_like/fewer_axes", "nd.slice_like", (M, Arr((2,))), {"axes": (0,)})
suite.op("slice_like/negative_of_data", "nd.slice_like", (T, Arr((2, 2))), {"axes": (-2,)})
suite.op("slice_like/dtypes", "nd.slice_like", (M, Arr((2, 3), "int32")), grad=(0,))
suite.op("slice_like/same", "nd.slice_like", (M, M))
suite.op("slice_like/method", ".slice_like", (M, Arr((2, 3))), {"axes": (1,)})
suite.op("slice_like/bool", "nd.slice_like", (M.with_(dtype="bool"), Arr((2, 3))), grad=False)
suite.op("slice_like/grad_like", "nd.slice_like", (M, Arr((2, 3))), grad=(1,))

# ---------------------------------------------------------------- assignments

suite.standard(
    "slice_assign",
    "nd._internal._slice_assign",
    (M, PATCH),
    [
        {"begin": (0, 1), "end": (2, 3)},
        {"begin": (-2, -2), "end": (None, None)},
        {"begin": (0, 0), "end": (None, None), "step": (2, 3)},
        {"begin": (3, 1), "end": (1, 3), "step": (-1, 1)},
        {"begin": (3, 3), "end": (None, None), "step": (-3, -2)},
    ],
    grad=False,
    bad={
        "shape": ((M, PATCH), {"begin": (0, 1), "end": (2, 4)}, ("_slice_assign", "rhs")),
        "broadcast": ((M, Arr((1,))), {"begin": (0, 1), "end": (2, 4)}, ("_slice_assign", "rhs")),
        "empty": ((M, PATCH), {"begin": (2, 2), "end": (2, 2)}, ("_slice_assign", "rhs")),
        "dtype": ((M, PATCH.with_(dtype="int32")), {"begin": (0, 1), "end": (2, 3)}, ("_slice_assign", "rhs")),
        "lengths": ((M, PATCH), {"begin": (0, 1), "end": (2,)}, ("_slice_assign", "end")),
        "step": ((M, PATCH), {"begin": (0, 1), "end": (2, 3), "step": (0, 1)}, ("_slice_assign", "step")),
        "required": ((M, PATCH), {"begin": (0, 1)}, ("_slice_assign", "end")),
    },
)
_B = {"begin": (0, 1), "end": (2, 3)}
suite.op("slice_assign/alias", "nd._internal._crop_assign", (M, PATCH), _B, grad=False)
suite.op("slice_assign/gradient", "nd._internal._slice_assign", (M, PATCH), _B)
_ROWS = {"begin": (1,), "end": (3,)}
suite.op("slice_assign/whole_rows", "nd._internal._slice_assign", (M, Arr((2, 5))), _ROWS, grad=False)
suite.op("slice_assign/bool", "nd._internal._slice_assign", (M.with_(dtype="bool"), PATCH.with_(dtype="bool")), _B)
suite.standard(
    "slice_assign_scalar",
    "nd._internal._slice_assign_scalar",
    (M,),
    [
        {"scalar": 7, "begin": (0, 1), "end": (2, 3)},
        {"scalar": -1.5, "begin": (1,), "end": (None,)},
        {"begin": (0, 1), "end": (2, 3)},
        {"scalar": 2.75, "begin": (0, 0), "end": (None, None), "step": (2, 3)},
        {"scalar": 2, "begin": (3, 3), "end": (None, None), "step": (-3, -2)},
        {"scalar": 7, "begin": (0, 1), "end": (0, 3)},
        {"scalar": 7, "begin": (5, 1), "end": (6, 3)},
        {"scalar": float("nan"), "begin": (0, 1), "end": (2, 3)},
    ],
    grad=False,
    bad={
        "lengths": ((M,), {"scalar": 1, "begin": (0, 1), "end": (2,)}, ("_slice_assign_scalar", "end")),
        "step": ((M,), {"begin": (0, 1), "end": (2, 3), "step": (0, 1)}, ("_slice_assign_scalar", "step")),
        "required": ((M,), {"scalar": 1}, ("_slice_assign_scalar", "begin")),
        "bool": ((M.with_(dtype="bool"),), {"scalar": 1, "begin": 0, "end": 1}, ("_slice_assign_scalar", "bool")),
    },
)
for _dtype, _value in (("int32", 7.7), ("int32", -7.7), ("int8", 300), ("uint8", 257), ("float16", 1e9), ("uint8", -1)):
    _attrs = {"scalar": _value, "begin": (0, 1), "end": (2, 3)}
    _args = (M.with_(dtype=_dtype),)
    suite.op(f"slice_assign_scalar/{_dtype}_{_value}", "nd._internal._slice_assign_scalar", _args, _attrs, grad=False)
suite.op("slice_assign_scalar/positional", "nd._internal._slice_assign_scalar", (M, 7, (0, 1), (2, 3)), grad=False)
suite.op("slice_assign_scalar/gradient", "nd._internal._slice_assign_scalar", (M,), _B)
_ = None
suite.op("slice_assign_scalar/alias", "nd._internal._crop_assign_scalar", (M,), _ROWS, grad=False)

# ---------------------------------------------------------------- Crop

_IMAGE = Arr((2, 2, 4, 5))
_LIKE = Arr((1, 1, 2, 3), seed=2)
suite.standard(
    "Crop",
    "nd.Crop",
    (_IMAGE,),
    [
        {"num_args": 1, "h_w": (2, 3)},
        {"num_args": 1, "h_w": (2, 3), "offset": (1, 2)},
        {"num_args": 1, "h_w": (2, 2), "center_crop": True},
        {"num_args": 1, "h_w": (1, 4), "center_crop": 1, "offset": (3, 3)},
        {"num_args": 1, "h_w": (4, 5)},
        {"h_w": (2, 3)},
    ],
    bad={
        "height": ((_IMAGE,), {"num_args": 1, "h_w": (5, 3)}, ("Crop", "h_w")),
        "width": ((_IMAGE,), {"num_args": 1, "h_w": (2, 6)}, ("Crop", "h_w")),
        "none": ((_IMAGE,), {"num_args": 1}, ("Crop", "h_w")),
        "one": ((_IMAGE,), {"num_args": 1, "h_w": (2,)}, ("Crop", "h_w")),
        "offset": ((_IMAGE,), {"num_args": 1, "h_w": (2, 3), "offset": (3, 1)}, ("Crop", "offset")),
        "negative": ((_IMAGE,), {"num_args": 1, "h_w": (2, 3), "offset": (-1, 1)}, ("Crop", "offset")),
        "offset_one": ((_IMAGE,), {"num_args": 1, "h_w": (2, 3), "offset": (1,)}, ("Crop", "offset")),
        "rank": ((M,), {"num_args": 1, "h_w": (2, 3)}, ("Crop", "data")),
        "like_rank": ((_IMAGE, M), {"num_args": 2}, ("Crop", "data")),
        "like_large": ((_IMAGE, Arr((1, 1, 5, 5))), {"num_args": 2}, ("Crop", "crop_like")),
        "three": ((_IMAGE, _LIKE, _LIKE), {"num_args": 3}, ("Crop", "data")),
        "num_args": ((_IMAGE, _LIKE), {"num_args": 1, "h_w": (2, 2)}, ("Crop", "num_args")),
        "nothing": ((), {"num_args": 1, "h_w": (2, 2)}, ("Crop", "num_args")),
    },
)
for _i, _attrs in enumerate(
    ({"num_args": 2}, {"num_args": 2, "center_crop": True}, {"num_args": 2, "offset": (2, 2)}, {})
):
    suite.op(f"Crop/like/{_i}", "nd.Crop", (_IMAGE, _LIKE), _attrs)
suite.op("Crop/like/bad_offset", "nd.Crop", (_IMAGE, _LIKE), {"num_args": 2, "offset": (3, 0)}, says=("Crop", "offset"))
suite.op("Crop/like/only_like", "nd.Crop", (_IMAGE, _LIKE), {"num_args": 2}, grad=(1,))
