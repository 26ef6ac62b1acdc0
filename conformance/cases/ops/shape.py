"""Operators that change shapes, move elements, copy and pad."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)

V = Arr((4,))
M = Arr((2, 3))
T = Arr((2, 3, 4))
Q = Arr((2, 1, 3, 1))
P = Arr((1, 2, 3, 4))

# ---------------------------------------------------------------- Reshape

_SHAPES = (
    (4, 6), (24,), (-1,), (1, 24), (4, -1), (-1, 4), (0, -1), (-1, 0), (0, 0, 4), (0, 12), (0, 0, 2, 2), (0, 0, 0, 1),
    (-2,), (0, -2), (-2, 1), (-3, 4), (0, -3), (-3, -1), (-4, 1, 2, -2), (-4, -1, 2, 0, 0), (-4, 2, -1, -2),
    (0, -4, 3, 1, 0), (-1, -4, 1, 3, 0), (0, 0, -4, -1, 2), (-3, -2), (2, -1, 4), (1, -1, 1), (-4, 1, -1, -3),
)  # fmt: skip
suite.standard(
    "reshape",
    "nd.reshape",
    (T,),
    [{"shape": shape} for shape in _SHAPES],
    bad={
        "keep": ((T,), {"shape": (0, 0, 0, 0)}, ("reshape", "shape")),
        "infer_two": ((T,), {"shape": (-1, -1)}, ("reshape", "shape")),
        "merge": ((T,), {"shape": (-3, -3)}, ("reshape", "shape")),
        "split_both": ((T,), {"shape": (-4, -1, -1, 0, 0)}, ("reshape", "shape")),
        "split": ((T,), {"shape": (-4, 3, 2, 0, 0)}, ("reshape", "shape")),
        "split_end": ((T,), {"shape": (-4, 2)}, ("reshape", "shape")),
        "special": ((T,), {"shape": (-5,)}, ("reshape", "shape")),
        "empty": ((T,), {"shape": ()}, ("reshape", "shape")),
        "none": ((T,), {}, ("reshape", "shape")),
        "floats": ((T,), {"shape": (2.0, 12)}, ("reshape", "shape")),
        "None": ((T,), {"shape": None}, ("reshape", "shape")),
        "attribute": ((T,), {"shape": (24,), "newshape": 3}, ("reshape", "newshape")),
        "type": (([1.0, 2.0],), {"shape": (2,)}, ("reshape",)),
        "keep_highest": ((T,), {"keep_highest": True}, ("reshape",)),
    },
)
for _shape in (
    (-1, 0), (0, -1), (6, 0), (-2,), (-3, 0), (2, -3), (-1,), (-1, 4), (2, -1, 0), (0, 0, 0), (-1, 0, 0),
    (0, -4, 1, 3, -2), (2, 3, -1), (-2, 2, 2, -4),
):  # fmt: skip
    _name = f"reshape/reverse/shape={_shape}".replace(" ", "")
    suite.op(_name, "nd.reshape", (T,), {"shape": _shape, "reverse": True}, says=("reshape",))
for _target in ((0, 6), (4, 0), (4, 6), (0, 3, 4), (24,), (0,)):
    suite.op(f"reshape/target_shape={_target}".replace(" ", ""), "nd.reshape", (T,), {"target_shape": _target})
suite.op("reshape/keep_highest/0", "nd.reshape", (T,), {"target_shape": (9, 0), "keep_highest": True})
suite.op("reshape/keep_highest/1", "nd.reshape", (T,), {"target_shape": (0, 3, 0), "keep_highest": True})
suite.op("reshape/both_shapes", "nd.reshape", (T,), {"shape": (4, 6), "target_shape": (3, 8)})
suite.op("reshape/text", "nd.reshape", (T,), {"shape": "(4, -1)"})
suite.op("reshape/list", "nd.reshape", (T,), {"shape": [4, -1]})
suite.op("reshape/number", "nd.reshape", (T,), {"shape": 24})
suite.op("reshape/positional", "nd.reshape", (T, (-1, 0), True))
suite.op("reshape/alias_Reshape", "nd.Reshape", (T,), {"shape": (4, 6)})
suite.op("reshape/bool", "nd.reshape", (Arr((2, 3), "bool"),), {"shape": (3, 2)}, grad=False)
suite.op("reshape/grad_add", "nd.reshape", (T.with_(req="add"),), {"shape": (4, 6)})

suite.standard(
    "reshape_like",
    "nd.reshape_like",
    (Arr((2, 6)), Arr((3, 4), seed=2)),
    bad={
        "size": ((Arr((2, 3)), Arr((2, 2))), {}, ("reshape_like", "lhs")),
        "count": ((Arr((2, 3)),), {}, ("reshape_like",)),
        "end": ((M, M), {"lhs_end": 5}, ("reshape_like", "lhs_end")),
        "begin": ((M, M), {"lhs_begin": -5}, ("reshape_like", "lhs_begin")),
        "order": ((M, M), {"rhs_begin": 1, "rhs_end": 1}, ("reshape_like", "rhs_begin")),
        "rhs_end": ((M, M), {"rhs_end": -5}, ("reshape_like", "rhs_end")),
        "attribute": ((M, M), {"no_such_attribute": 1}, ("reshape_like", "no_such_attribute")),
    },
)
_LONG, _LIKE = Arr((6, 2)), Arr((3, 2, 4), seed=2)
for _i, _attrs in enumerate(
    (
        {"lhs_begin": 0, "lhs_end": 1, "rhs_begin": 0, "rhs_end": 2},
        {"lhs_begin": 0, "lhs_end": -1, "rhs_begin": 0, "rhs_end": -1},
        {"lhs_begin": None, "lhs_end": 1, "rhs_begin": None, "rhs_end": 2},
        {"lhs_begin": -2, "lhs_end": -1, "rhs_begin": -3, "rhs_end": -1},
        {"lhs_begin": 0, "lhs_end": 1},
        {"lhs_begin": "0", "lhs_end": "1", "rhs_begin": "0", "rhs_end": "2"},
    )
):
    suite.op(f"reshape_like/ranges/{_i}", "nd.reshape_like", (_LONG, _LIKE), _attrs, says=("reshape_like",))
suite.op("reshape_like/dtypes", "nd.reshape_like", (Arr((2, 3)), Arr((6,), "int32")), grad=(0,))
suite.op("reshape_like/method", ".reshape_like", (Arr((2, 3)), Arr((6,))))
suite.op("reshape_like/bool", "nd.reshape_like", (Arr((2,), "bool"), Arr((2, 1))), grad=False)
for _grad in ((0,), (1,)):
    suite.op(f"reshape_like/grad_{_grad[0]}", "nd.reshape_like", (Arr((2, 3)), Arr((6,))), grad=_grad)


@suite.case("zero_gradient_of_shape_inputs")
def _zero_gradient(mx):
    """Inputs that give only a shape are reached by backward, and get zeros."""
    results = []
    for run in (
        lambda x, y: mx.nd.reshape_like(x, y),
        lambda x, y: mx.nd.slice_like(x, y),
        lambda x, y: mx.nd._internal._identity_with_attr_like_rhs(x, y),
        lambda x, y: mx.nd.Crop(x, y, num_args=2),
    ):
        x, y = mx.nd.ones((1, 1, 2, 2)), mx.nd.ones((1, 1, 2, 2))
        x.attach_grad()
        y.attach_grad()
        y.grad[:] = 7
        with mx.autograd.record():
            z = run(x, y) * 2
        z.backward()
        results.append((x.grad, y.grad))
    return results


for _name, _input, _attrs in (
    ("expand_dims", M, {"axis": "1"}),
    ("squeeze", Q, {"axis": "1"}),
    ("squeeze", Q, {"axis": "(1, 3)"}),
    ("transpose", T, {"axes": "(1, 0, 2)"}),
    ("flip", T, {"axis": "1"}),
    ("depth_to_space", Arr((1, 4, 1, 1)), {"block_size": "2"}),
):
    _text = next(iter(_attrs.values())).replace(" ", "")
    suite.op(f"{_name}/text={_text}", "nd." + _name, (_input,), _attrs)

# ---------------------------------------------------------------- Flatten, expand_dims, squeeze

suite.unary("flatten", special=False, aliases=("Flatten",), method=True)
suite.op("flatten/bool", "nd.flatten", (Arr((2, 1, 3), "bool"),), grad=False)

suite.standard(
    "expand_dims",
    "nd.expand_dims",
    (M,),
    [{"axis": axis} for axis in (0, 1, 2, -1, -2, -3)],
    bad={
        "axis": ((M,), {"axis": 3}, ("expand_dims", "axis")),
        "negative_axis": ((M,), {"axis": -4}, ("expand_dims", "axis")),
        "axis_type": ((M,), {"axis": 1.0}, ("expand_dims", "axis")),
        "tuple": ((M,), {"axis": (0, 1)}, ("expand_dims", "axis")),
        "required": ((M,), {}, ("expand_dims", "axis")),
        "attribute": ((M,), {"axis": 0, "no_such_attribute": 1}, ("expand_dims", "no_such_attribute")),
        "type": (([1.0, 2.0],), {"axis": 0}, ("expand_dims",)),
    },
)
suite.op("expand_dims/positional", "nd.expand_dims", (M, 1))
suite.op("expand_dims/method", ".expand_dims", (M, 1))
suite.op("expand_dims/bool", "nd.expand_dims", (Arr((2,), "bool"),), {"axis": 0}, grad=False)
suite.op("expand_dims/long", "nd.expand_dims", (Arr((1, 1, 2, 1, 1, 2, 1)),), {"axis": 3})

suite.standard(
    "squeeze",
    "nd.squeeze",
    (Q,),
    [{}] + [{"axis": axis} for axis in (None, 1, -1, (1,), (1, 3), (3, 1), (1, -1), ())],
    bad={
        "axis": ((Q,), {"axis": 4}, ("squeeze", "axis")),
        "negative_axis": ((Q,), {"axis": -5}, ("squeeze", "axis")),
        "size": ((Q,), {"axis": 0}, ("squeeze", "axis")),
        "twice": ((Q,), {"axis": (1, 1)}, ("squeeze", "axis")),
        "axis_type": ((Q,), {"axis": "x"}, ("squeeze", "axis")),
        "attribute": ((Q,), {"no_such_attribute": 1}, ("squeeze", "no_such_attribute")),
    },
)
for _shape in ((1,), (1, 1), (1, 1, 1), (2, 3), (1, 5)):
    suite.op("squeeze/shape_" + "x".join(map(str, _shape)), "nd.squeeze", (Arr(_shape),))
suite.op("squeeze/ones_axis", "nd.squeeze", (Arr((1, 1)),), {"axis": (0, 1)})
suite.op("squeeze/method", ".squeeze", (Q,), {"axis": 1})
suite.op("squeeze/bool", "nd.squeeze", (Arr((2, 1), "bool"),), grad=False)

# ---------------------------------------------------------------- transpose, swapaxes, flip

suite.standard(
    "transpose",
    "nd.transpose",
    (T,),
    [{}]
    + [{"axes": a} for a in ((), (0, 1, 2), (1, 0, 2), (2, 0, 1), (2, 1, 0), (0, 2, 1), (1, 2, 0), [2, 0, 1])],
    bad={
        "negative": ((T,), {"axes": (-1, 0, 1)}, ("transpose", "axes")),
        "fewer": ((T,), {"axes": (0, 1)}, ("transpose", "axes")),
        "large": ((T,), {"axes": (0, 1, 3)}, ("transpose", "axes")),
        "None": ((T,), {"axes": None}, ("transpose", "axes")),
        "numbers": ((T, 2, 0, 1), {}, ("transpose", "out")),
        "attribute": ((T,), {"no_such_attribute": 1}, ("transpose", "no_such_attribute")),
        "type": (([1.0, 2.0],), {}, ("transpose",)),
    },
)  # fmt: skip
for _shape in ((5,), (1,), (1, 4), (4, 1), (2, 3), (2, 1, 3, 2), (1, 2, 1, 3, 2), (2, 1, 2, 1, 2, 2)):
    suite.op("transpose/shape_" + "x".join(map(str, _shape)), "nd.transpose", (Arr(_shape),))
suite.op("transpose/four", "nd.transpose", (Arr((2, 3, 2, 2)),), {"axes": (0, 2, 3, 1)})
suite.op("transpose/five", "nd.transpose", (Arr((2, 3, 2, 1, 2)),), {"axes": (4, 2, 3, 1, 0)})
suite.op("transpose/six", "nd.transpose", (Arr((2, 1, 2, 1, 2, 3)),), {"axes": (5, 4, 2, 3, 1, 0)})
suite.op("transpose/positional", "nd.transpose", (T, (2, 0, 1)))
suite.op("transpose/method", ".transpose", (T, (2, 0, 1)))
suite.op("transpose/method_default", ".transpose", (M,))
suite.op("transpose/bool", "nd.transpose", (Arr((2, 3), "bool"),), grad=False, says=("transpose",))
suite.op("transpose/seven", "nd.transpose", (Arr((2, 1, 1, 1, 1, 1, 2)),))

suite.standard(
    "swapaxes",
    "nd.swapaxes",
    (T,),
    [{"dim1": a, "dim2": b} for a, b in ((0, 2), (2, 0), (0, 1), (1, 1), (0, -1), (-1, -2), (-3, 1))]
    + [{}, {"dim1": 2}],
    bad={
        "dim2": ((T,), {"dim1": 0, "dim2": 3}, ("SwapAxis", "dim2")),
        "dim1": ((T,), {"dim1": -4, "dim2": 1}, ("SwapAxis", "dim1")),
        "dim_type": ((T,), {"dim1": "x"}, ("SwapAxis", "dim1")),
        "attribute": ((T,), {"no_such_attribute": 1}, ("SwapAxis", "no_such_attribute")),
    },
)  # fmt: skip
suite.op("swapaxes/alias_SwapAxis", "nd.SwapAxis", (T,), {"dim1": 0, "dim2": 2})
suite.op("swapaxes/positional", "nd.swapaxes", (T, 0, 2))
suite.op("swapaxes/method", ".swapaxes", (T, 0, 2))
suite.op("swapaxes/vector", "nd.swapaxes", (V,), {"dim1": 0, "dim2": 0})
suite.op("swapaxes/five", "nd.swapaxes", (Arr((2, 1, 3, 1, 2)),), {"dim1": 1, "dim2": 4})
suite.op("swapaxes/bool", "nd.swapaxes", (Arr((2, 3), "bool"),), {"dim1": 0, "dim2": 1}, grad=False)

suite.standard(
    "flip",
    "nd.flip",
    (T,),
    [{"axis": axis} for axis in (0, 1, 2, (0, 1), (2, 0), (0, 1, 2), (1, 1), (), [0, 2])],
    bad={
        "axis": ((T,), {"axis": 3}, ("reverse", "axis")),
        "negative_axis": ((T,), {"axis": -1}, ("reverse", "axis")),
        "required": ((T,), {}, ("reverse", "axis")),
        "attribute": ((T,), {"axis": 0, "no_such_attribute": 1}, ("reverse", "no_such_attribute")),
    },
)
suite.op("flip/alias_reverse", "nd.reverse", (T,), {"axis": 1})
suite.op("flip/method", ".flip", (T,), {"axis": 1})
suite.op("flip/ones", "nd.flip", (Arr((1, 3, 1)),), {"axis": (0, 2)})
suite.op("flip/bool", "nd.flip", (Arr((2, 3), "bool"),), {"axis": 0}, grad=False)

# ---------------------------------------------------------------- blocks, diagonals

suite.standard(
    "depth_to_space",
    "nd.depth_to_space",
    (Arr((2, 8, 2, 3)),),
    [{"block_size": 2}, {"block_size": 1}],
    bad={
        "block": ((Arr((1, 8, 2, 3)),), {"block_size": 3}, ("depth_to_space", "block_size")),
        "zero": ((Arr((1, 8, 2, 3)),), {"block_size": 0}, ("depth_to_space", "block_size")),
        "negative": ((Arr((1, 8, 2, 3)),), {"block_size": -2}, ("depth_to_space", "block_size")),
        "rank": ((Arr((8, 2, 3)),), {"block_size": 2}, ("depth_to_space", "data")),
        "required": ((Arr((1, 8, 2, 3)),), {}, ("depth_to_space", "block_size")),
    },
)
suite.op("depth_to_space/three", "nd.depth_to_space", (Arr((1, 9, 1, 2)),), {"block_size": 3})
suite.op("depth_to_space/method", ".depth_to_space", (Arr((1, 4, 2, 3)), 2))
suite.op("depth_to_space/bool", "nd.depth_to_space", (Arr((1, 4, 1, 1), "bool"), 2), grad=False)
suite.standard(
    "space_to_depth",
    "nd.space_to_depth",
    (Arr((2, 1, 4, 6)),),
    [{"block_size": 2}, {"block_size": 1}],
    bad={
        "height": ((Arr((1, 2, 4, 6)),), {"block_size": 3}, ("space_to_depth", "block_size")),
        "width": ((Arr((1, 2, 6, 4)),), {"block_size": 3}, ("space_to_depth", "block_size")),
        "zero": ((Arr((1, 2, 4, 6)),), {"block_size": 0}, ("space_to_depth", "block_size")),
        "negative": ((Arr((1, 2, 4, 6)),), {"block_size": -2}, ("space_to_depth", "block_size")),
        "rank": ((Arr((2, 4, 6)),), {"block_size": 2}, ("space_to_depth", "data")),
    },
)
suite.op("space_to_depth/three", "nd.space_to_depth", (Arr((1, 2, 3, 6)),), {"block_size": 3})
suite.op("space_to_depth/method", ".space_to_depth", (Arr((1, 4, 2, 4)), 2))
suite.op("space_to_depth/bool", "nd.space_to_depth", (Arr((1, 1, 2, 2), "bool"), 2), grad=False)

suite.standard(
    "diag",
    "nd.diag",
    (Arr((3, 4)),),
    [{}] + [{"k": k} for k in (1, 2, 3, -1, -2, 4, -3)] + [{"axis1": 1, "axis2": 0}, {"k": -1, "axis1": 1, "axis2": 0}],
    bad={
        "above": ((Arr((3, 4)),), {"k": 5}, ("diag", "k=5")),
        "below": ((Arr((3, 4)),), {"k": -4}, ("diag", "k=-4")),
        "same_axis": ((T,), {"axis1": 1, "axis2": 1}, ("diag", "axis1")),
        "same_axis_negative": ((T,), {"axis1": -1, "axis2": 2}, ("diag", "axis1")),
        "axis2": ((T,), {"axis1": 1, "axis2": 3}, ("diag", "axis2")),
        "axis1": ((T,), {"axis1": -4, "axis2": 1}, ("diag", "axis1")),
        "attribute": ((T,), {"no_such_attribute": 1}, ("diag", "no_such_attribute")),
    },
)  # fmt: skip
for _i, _attrs in enumerate(
    (
        {},
        {"axis1": 1, "axis2": 2},
        {"k": 1, "axis1": -1, "axis2": 0},
        {"k": -1, "axis1": 2, "axis2": 1},
        {"k": 2, "axis1": 0, "axis2": -1},
        {"axis1": 0, "axis2": 2},
    )
):
    suite.op(f"diag/three/{_i}", "nd.diag", (T,), _attrs)
for _k in (0, 1, -2):
    suite.op(f"diag/vector/k={_k}", "nd.diag", (Arr((3,)),), {"k": _k})
for _dtype in ("int32", "float16", "int8"):
    suite.op(f"diag/vector/{_dtype}", "nd.diag", (Arr((3,), _dtype),), {"k": -1})
suite.op("diag/vector/axes", "nd.diag", (Arr((3,)),), {"axis1": 5})
suite.op("diag/method", ".diag", (M,), {"k": 1})
suite.op("diag/bool", "nd.diag", (Arr((3, 3), "bool"),), grad=False)

# ---------------------------------------------------------------- Pad, im2col

_WIDTH = (0, 0, 0, 0, 1, 2, 2, 0)
suite.standard(
    "pad",
    "nd.pad",
    (P,),
    [
        {"mode": "constant", "pad_width": _WIDTH},
        {"mode": "constant", "pad_width": _WIDTH, "constant_value": -1.5},
        {"mode": "constant", "pad_width": _WIDTH, "constant_value": 3},
        {"mode": "constant", "pad_width": (0,) * 8},
        {"mode": "edge", "pad_width": _WIDTH},
        {"mode": "edge", "pad_width": (0, 0, 0, 0, 4, 0, 0, 5)},
        {"mode": "reflect", "pad_width": _WIDTH},
        {"mode": "reflect", "pad_width": (0, 0, 0, 0, 2, 2, 3, 3)},
        {"mode": "reflect", "pad_width": (0, 0, 0, 0, 0, 0, 3, 0)},
        {"mode": "constant", "pad_width": list(_WIDTH)},
    ],
    bad={
        "reflect": ((P,), {"mode": "reflect", "pad_width": (0, 0, 0, 0, 3, 0, 0, 0)}, ("Pad", "pad_width")),
        "batch": ((P,), {"mode": "constant", "pad_width": (1, 0, 0, 0, 1, 1, 0, 0)}, ("Pad", "pad_width")),
        "channel": ((P,), {"mode": "edge", "pad_width": (0, 0, 0, 1, 1, 1, 0, 0)}, ("Pad", "pad_width")),
        "few": ((P,), {"mode": "constant", "pad_width": (0, 0, 0, 0, 1, 1, 1)}, ("Pad", "pad_width")),
        "many": ((P,), {"mode": "constant", "pad_width": (0,) * 10}, ("Pad", "pad_width")),
        "rank2": ((M,), {"mode": "constant", "pad_width": (0,) * 4}, ("Pad", "data")),
        "rank3": ((T,), {"mode": "constant", "pad_width": (0,) * 6}, ("Pad", "data")),
        "mode": ((P,), {"mode": "wrap", "pad_width": _WIDTH}, ("Pad", "mode")),
        "no_width": ((P,), {"mode": "constant"}, ("Pad", "pad_width")),
        "no_mode": ((P,), {"pad_width": _WIDTH}, ("Pad", "mode")),
        "attribute": ((P,), {"mode": "edge", "pad_width": _WIDTH, "no_such": 1}, ("Pad", "no_such")),
    },
)  # fmt: skip
for _mode in ("edge", "reflect"):
    for _dtype in ("float64", "float16", "int32"):
        _attrs = {"mode": _mode, "pad_width": _WIDTH}
        suite.op(f"pad/{_mode}/{_dtype}", "nd.pad", (P.with_(dtype=_dtype),), _attrs)
for _mode in ("constant", "edge", "reflect"):
    _attrs = {"mode": _mode, "pad_width": (0, 0, 0, 0, 1, 1, 0, 1, 1, 0)}
    suite.op(f"pad/five/{_mode}", "nd.pad", (Arr((2, 1, 2, 2, 3)),), _attrs)
    suite.op(f"pad/five/{_mode}_float64", "nd.pad", (Arr((1, 2, 2, 2, 3), "float64"),), _attrs)
    _attrs = {"mode": _mode, "pad_width": (0, 0, 0, 0, -1, 0, 0, -1)}
    suite.op(f"pad/cut/{_mode}", "nd.pad", (P,), _attrs, grad=False)
suite.op("pad/alias_Pad", "nd.Pad", (P,), {"mode": "edge", "pad_width": _WIDTH})
suite.op("pad/positional", "nd.pad", (P, "constant", _WIDTH, 3))
suite.op("pad/method", ".pad", (P,), {"mode": "edge", "pad_width": _WIDTH})
suite.op(
    "pad/overflow",
    "nd.pad",
    (P.with_(dtype="float16"),),
    {"mode": "constant", "pad_width": _WIDTH, "constant_value": 1e9},
)

_IMAGE = Arr((2, 2, 4, 5))
suite.standard(
    "im2col",
    "nd.im2col",
    (_IMAGE,),
    [
        {"kernel": (2, 2)},
        {"kernel": (2, 3), "stride": (2, 1)},
        {"kernel": (2, 2), "stride": (2, 2), "dilate": (1, 2), "pad": (1, 1)},
        {"kernel": (3, 2), "pad": (0, 2)},
        {"kernel": (1, 1)},
        {"kernel": (4, 5)},
    ],
    bad={
        "large": ((_IMAGE,), {"kernel": (5, 6)}, ("im2col", "kernel")),
        "rank": ((M,), {"kernel": (2, 2)}, ("im2col", "data")),
        "zero": ((_IMAGE,), {"kernel": (0, 2)}, ("im2col", "kernel")),
        "empty": ((_IMAGE,), {"kernel": ()}, ("im2col", "kernel")),
        "stride": ((_IMAGE,), {"kernel": (2, 2), "stride": (1,)}, ("im2col", "stride")),
        "stride_zero": ((_IMAGE,), {"kernel": (2, 2), "stride": (0, 1)}, ("im2col", "stride")),
        "dilate_zero": ((_IMAGE,), {"kernel": (2, 2), "dilate": (0, 1)}, ("im2col", "dilate")),
        "pad": ((_IMAGE,), {"kernel": (2, 2), "pad": (1,)}, ("im2col", "pad")),
        "required": ((_IMAGE,), {}, ("im2col", "kernel")),
        "one": ((Arr((2, 2, 5)),), {"kernel": (2,)}, ("im2col", "kernel")),
    },
)
_COLUMNS = Arr((2, 8, 6))
suite.standard(
    "col2im",
    "nd.col2im",
    (_COLUMNS,),
    [{"output_size": (3, 4), "kernel": (2, 2)}]
    + [{"output_size": (4, 5), "kernel": (2, 2), "stride": (2, 2), "pad": (0, 1)}],
    bad={
        "size": ((_COLUMNS,), {"output_size": (3, 5), "kernel": (2, 2)}, ("col2im", "output_size")),
        "rank": ((Arr((8, 6)),), {"output_size": (3, 4), "kernel": (2, 2)}, ("col2im", "data")),
        "channels": ((Arr((1, 7, 6)),), {"output_size": (3, 4), "kernel": (2, 2)}, ("col2im", "kernel")),
        "output_size": ((_COLUMNS,), {"output_size": (3,), "kernel": (2, 2)}, ("col2im", "output_size")),
        "required": ((_COLUMNS,), {"kernel": (2, 2)}, ("col2im", "output_size")),
    },
)  # fmt: skip
suite.op(
    "col2im/dilate",
    "nd.col2im",
    (Arr((1, 4, 6)),),
    {"output_size": (3, 5), "kernel": (2, 2), "dilate": (1, 2), "pad": (0, 0)},
)

# ---------------------------------------------------------------- counters, copies, casts, resets

suite.standard(
    "arange_like",
    "nd.contrib.arange_like",
    (Arr((2, 4)),),
    [
        {},
        {"start": 2, "step": 0.5},
        {"step": 0.1},
        {"start": 0.1, "step": -0.1},
        {"step": 0},
        {"axis": 0},
        {"axis": 1},
        {"axis": -1},
        {"axis": -2, "start": 3.5},
        {"repeat": 2},
        {"repeat": 3},
        {"axis": 1, "repeat": 2},
        {"axis": 1, "repeat": 3, "start": 0.1, "step": 0.1},
        {"repeat": -1},
        {"repeat": -3},
        {"axis": None, "ctx": "cpu(0)"},
    ],
    bad={
        "axis": ((Arr((2, 4)),), {"axis": 2}, ("arange_like", "axis")),
        "negative_axis": ((Arr((2, 4)),), {"axis": -3}, ("arange_like", "axis")),
        "attribute": ((Arr((2, 4)),), {"no_such_attribute": 1}, ("arange_like", "no_such_attribute")),
    },
)
for _dtype in ("float64", "float16", "int32", "int64", "int8", "uint8", "bool"):
    _attrs = {"start": 1.5, "step": 2.25}
    suite.op(f"arange_like/steps_{_dtype}", "nd.contrib.arange_like", (Arr((2, 4), _dtype),), _attrs)

suite.op("copyto/without_out", "nd._internal._copyto", (M,), grad=False)
suite.op("identity_like/plain", "nd._internal._identity_with_attr_like_rhs", (M, M.with_(seed=2)))
suite.op("identity_like/shapes", "nd._internal._identity_with_attr_like_rhs", (M, Arr((3, 2))), says=("rhs",))
suite.op(
    "identity_like/dtypes", "nd._internal._identity_with_attr_like_rhs", (M, M.with_(dtype="int32")), says=("rhs",)
)
for _i, (_dtypes, _attrs) in enumerate(
    (
        (("float32", "float32"), {"num_outputs": 2}),
        (("float32", "float32"), {"num_outputs": 2, "cast_narrow": True}),
        (("int32", "float32"), {"num_outputs": 2}),
        (("int32", "int32"), {"num_outputs": 2}),
        (("float16", "float32"), {"num_outputs": 2}),
        (("float64", "float32"), {"num_outputs": 2}),
        (("float32",), {"num_outputs": 1}),
        (("float32", "float32"), {"num_outputs": 1}),
        (("float32", "float32"), {}),
    )
):
    _args = tuple(Arr((2, 2 + i), dtype, seed=i + 1) for i, dtype in enumerate(_dtypes))
    suite.op(f"amp_multicast/{_i}", "nd.amp_multicast", _args, _attrs, says=("amp_multicast", "num_outputs"))
for _dtype in ("float32", "float64", "float16"):
    _args = (Arr((2,), _dtype), Arr((2, 3), _dtype, seed=2))
    suite.op(f"reset_arrays/{_dtype}", "nd.reset_arrays", _args, {"num_arrays": 2}, grad=False, mutates=True)
for _name, _args, _attrs, _says in (
    ("mixed", (Arr((2,)), Arr((2,), "float64")), {"num_arrays": 2}, ()),
    ("bad_count", (V, M), {"num_arrays": 1}, ("reset_arrays", "num_arrays")),
    ("bad_required", (V, M), {}, ("reset_arrays", "num_arrays")),
    ("bad_int", (Arr((2,), "int32"),), {"num_arrays": 1}, ("reset_arrays", "int32")),
):
    suite.op(f"reset_arrays/{_name}", "nd.reset_arrays", _args, _attrs, grad=False, mutates=True, says=_says)


@suite.case()
def fresh_memory(mx):
    """Results never share memory with their input: writing to them leaves it alone."""
    x = mx.nd.ones((2, 1, 3))
    image = mx.nd.ones((1, 1, 3, 3))
    results = [
        mx.nd.transpose(x),
        mx.nd.transpose(x, axes=(0, 1, 2)),
        mx.nd.swapaxes(x, dim1=1, dim2=1),
        mx.nd.expand_dims(x, axis=0),
        mx.nd.squeeze(x),
        mx.nd.squeeze(x, axis=()),
        mx.nd.reshape(x, shape=(6,)),
        mx.nd.reshape(x, shape=(-2,)),
        mx.nd.reshape_like(x, x),
        mx.nd.flatten(x),
        mx.nd.flip(x, axis=()),
        mx.nd.slice(x, begin=(0,), end=(2,)),
        mx.nd.slice(x, begin=(), end=()),
        mx.nd.slice_axis(x, axis=0, begin=0, end=None),
        mx.nd.slice_like(x, x),
        mx.nd.tile(x, reps=(1,)),
        mx.nd.tile(x, reps=()),
        mx.nd.repeat(x, repeats=1),
        mx.nd.concat(x),
        mx.nd.stack(x),
        mx.nd.split(x, num_outputs=1),
        mx.nd.split_v2(x, 1),
        mx.nd.diag(x),
        mx.nd._internal._identity_with_attr_like_rhs(x, x),
        mx.nd.depth_to_space(image, 1),
        mx.nd.space_to_depth(image, 1),
        mx.nd.pad(image, mode="edge", pad_width=(0,) * 8),
        mx.nd.Crop(image, num_args=1, h_w=(3, 3)),
        mx.nd.amp_multicast(x, num_outputs=1),
    ] + mx.nd.split(x, num_outputs=2, axis=0)
    for result in results:
        result[:] = 5
    return x, image


@suite.case()
def not_recorded_results(mx):
    """Outside of a record block results have no history."""
    x = mx.nd.ones((2, 2))
    x.attach_grad()
    y = mx.nd.transpose(x)
    z = mx.nd.concat(x, x, dim=0)
    return attempt(y.backward), attempt(z.backward), attempt(mx.nd.split(x, num_outputs=2)[0].backward)


@suite.case()
def constants_in_a_record(mx):
    """A constant that was joined with a variable cannot be overwritten while recording."""
    x, c = mx.nd.ones((2, 2)), mx.nd.ones((2, 2))
    x.attach_grad()

    def overwrite():
        with mx.autograd.record():
            y = mx.nd.concat(x, c, dim=0)
            c[:] = 3
        return y

    def after_backward():
        with mx.autograd.record():
            y = mx.nd.transpose(x)
        y.backward()
        with mx.autograd.record():
            z = mx.nd.concat(y, x, dim=0) * 2
        z.backward()
        return x.grad

    return attempt(overwrite), after_backward()


@suite.case()
def reshape_to_more_elements(mx):
    """The original does not compare the number of elements; what it returns for the missing ones is arbitrary."""
    return mx.nd.reshape(mx.nd.ones((2, 3)), shape=(5, 5)).shape


@suite.case()
def copyto_out(mx):
    """`_copyto` writes to ``out``."""
    out = mx.nd.zeros((2, 3))
    mx.nd._internal._copyto(mx.nd.ones((2, 3)), out=out)
    return out, attempt(lambda: mx.nd._internal._copyto(mx.nd.ones((2, 3)), out=mx.nd.zeros((2, 2))))


@suite.case()
def copyto_casts(mx):
    """`_copyto` casts to the dtype of ``out``."""
    out = mx.nd.zeros((2,), dtype="int32")
    mx.nd._internal._copyto(mx.nd.array([1.5, -2.5]), out=out)
    return out
