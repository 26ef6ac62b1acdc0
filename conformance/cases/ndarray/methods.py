"""Every method of NDArray, called as a method: attributes by position and by name, values and gradients."""

import numpy as np

from ...calls import Arr
from ...suite import Suite

suite = Suite(__name__)

X = Arr((2, 3))
P = Arr((2, 3), low=0.2, high=0.9)
CUBE = Arr((2, 3, 4))
DISTINCT = Arr((2, 6), unique=True)

for _name in (
    "abs arccosh arcsinh arctan cbrt ceil cos cosh degrees exp expm1 fix floor log1p negative radians rcbrt "
    "reciprocal relu rint round rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc arccos arcsin arctanh "
    "log log10 log2 softmax log_softmax softmin ones_like zeros_like shape_array size_array flatten"
).split():
    _arr = Arr((2, 3), low=1.1, high=2) if _name == "arccosh" else P
    suite.op(f"unary/{_name}", "." + _name, (_arr,))
    suite.op(f"unary/{_name}_cube", "." + _name, (Arr((2, 1, 3), low=_arr.low, high=_arr.high, seed=4),))
    suite.op(f"unary/{_name}_float64", "." + _name, (_arr.with_(dtype="float64"),))

for _name in "sum mean prod max min nansum nanprod norm argmax argmin".split():
    suite.op(f"reduce/{_name}", "." + _name, (CUBE,))
    suite.op(f"reduce/{_name}_axis", "." + _name, (CUBE,), {"axis": 1})
    suite.op(f"reduce/{_name}_positional", "." + _name, (CUBE, -1))
    suite.op(f"reduce/{_name}_keepdims", "." + _name, (CUBE,), {"axis": 0, "keepdims": True})
    suite.op(f"reduce/{_name}_bad", "." + _name, (CUBE,), {"axis": 3}, grad=False, says=("axis",))
suite.op("reduce/norm_one", ".norm", (CUBE,), {"ord": 1, "axis": 1})
suite.op("reduce/argmax_channel", ".argmax_channel", (X,))
suite.op("reduce/sum_exclude", ".sum", (CUBE,), {"axis": 1, "exclude": True})

METHODS = {
    "argsort": [
        ((DISTINCT,), {}),
        ((DISTINCT,), {"axis": 0}),
        ((DISTINCT, 1, False), {}),
        ((DISTINCT,), {"dtype": "int32"}),
    ],
    "sort": [((DISTINCT,), {}), ((DISTINCT,), {"axis": 0}), ((DISTINCT,), {"is_ascend": False})],
    "topk": [
        ((DISTINCT,), {}),
        ((DISTINCT,), {"k": 2}),
        ((DISTINCT,), {"k": 2, "ret_typ": "value"}),
        ((DISTINCT,), {"k": 2, "ret_typ": "both", "axis": 0}),
        ((DISTINCT,), {"k": 2, "ret_typ": "mask", "is_ascend": True}),
        ((DISTINCT,), {"k": 9}),
    ],
    "broadcast_axes": [((Arr((2, 1, 3)),), {"axis": 1, "size": 4}), ((Arr((1, 1)),), {"axis": (0, 1), "size": (2, 3)})],
    "broadcast_like": [((Arr((1, 3)), Arr((2, 3))), {}), ((Arr((2, 3)), Arr((3, 2))), {})],
    "broadcast_to": [
        ((Arr((1, 3)), (2, 3)), {}),
        ((Arr((1, 3)),), {"shape": (4, 3)}),
        ((Arr((3,)), (2, 3)), {}),
        ((Arr((2, 3)), (2, 3)), {}),
        ((Arr((2, 3)), (4, 3)), {}),
        ((Arr((1, 3)), (2, 0)), {}),
        ((Arr((1,)), 5), {}),
    ],
    "clip": [
        ((X, -0.5, 0.5), {}),
        ((X,), {"a_min": 0, "a_max": 1}),
        ((X.with_(dtype="int32"), -1, 1), {}),
        ((X,), {"a_min": 0}),
    ],
    "depth_to_space": [((Arr((1, 4, 2, 3)), 2), {})],
    "space_to_depth": [((Arr((1, 1, 4, 6)), 2), {})],
    "diag": [((Arr((3, 3)),), {}), ((Arr((3, 4)), 1), {}), ((Arr((3,)),), {}), ((Arr((3,)),), {"k": -1})],
    "dot": [],
    "expand_dims": [((X, 0), {}), ((X,), {"axis": -1}), ((X, 1), {}), ((X, 5), {})],
    "flip": [((X,), {"axis": 0}), ((X, 1), {}), ((X,), {"axis": -1}), ((X,), {"axis": (0, 1)})],
    "one_hot": [
        ((Arr(values=[0, 2, 1]), 3), {}),
        ((Arr(values=[0, 2, 1]),), {"depth": 3, "on_value": 5, "off_value": -1}),
        ((Arr(values=[0, 7, -1]),), {"depth": 3, "dtype": "int32"}),
    ],
    "pad": [
        ((Arr((1, 1, 2, 3)),), {"mode": "constant", "pad_width": (0, 0, 0, 0, 1, 1, 2, 0), "constant_value": 3}),
        ((Arr((1, 1, 2, 3)),), {"mode": "edge", "pad_width": (0, 0, 0, 0, 1, 1, 2, 0)}),
        ((Arr((1, 1, 3, 3)),), {"mode": "reflect", "pad_width": (0, 0, 0, 0, 1, 1, 2, 0)}),
        ((X,), {"mode": "constant", "pad_width": (1, 1, 1, 1)}),
    ],
    "pick": [
        ((X, Arr(values=[2, 0])), {}),
        ((X, Arr(values=[0, 1, 1])), {"axis": 0}),
        ((X, Arr(values=[2, 0])), {"keepdims": True}),
        ((X, Arr(values=[9, -1])), {}),
        ((X, Arr(values=[4, -1])), {"mode": "wrap"}),
    ],
    "repeat": [((X, 2), {}), ((X,), {"repeats": 2, "axis": 1}), ((X,), {"repeats": 3, "axis": -2}), ((X, 0), {})],
    "tile": [((X, (2, 1)), {}), ((X,), {"reps": (2, 2, 1)}), ((X, 2), {}), ((X, (3,)), {})],
    "reshape": [],
    "reshape_like": [((X, Arr((3, 2))), {}), ((X, Arr((6,))), {}), ((X, Arr((4,))), {})],
    "slice": [
        ((CUBE, (0, 1, 1), (2, 3, 3)), {}),
        ((CUBE,), {"begin": (0, None), "end": (1, None)}),
        ((CUBE,), {"begin": (None, 2), "end": (None, 0), "step": (1, -1)}),
        ((CUBE,), {"begin": (-1,), "end": (None,)}),
        ((CUBE,), {"begin": (0,), "end": (0,)}),
    ],
    "slice_axis": [
        ((CUBE, 1, 0, 2), {}),
        ((CUBE,), {"axis": -1, "begin": 1, "end": None}),
        ((CUBE, 0, -1, None), {}),
        ((CUBE, 3, 0, 1), {}),
    ],
    "slice_like": [((CUBE, Arr((1, 2, 3))), {}), ((CUBE, Arr((1, 2, 3))), {"axes": (0, -1)})],
    "split": [
        ((Arr((4, 6)), 2), {}),
        ((Arr((4, 6)),), {"num_outputs": 3, "axis": 1}),
        ((Arr((4, 6)),), {"num_outputs": 4, "axis": 0, "squeeze_axis": True}),
        ((Arr((4, 6)),), {"num_outputs": 5, "axis": 0}),
        ((Arr((4, 6)),), {"num_outputs": 1}),
    ],
    "split_v2": [
        ((Arr((4, 6)), 2), {}),
        ((Arr((4, 6)), (1, 3)), {"axis": 1}),
        ((Arr((4, 6)),), {"indices_or_sections": 4, "axis": 0, "squeeze_axis": True}),
    ],
    "squeeze": [
        ((Arr((1, 3, 1)),), {}),
        ((Arr((1, 3, 1)), 0), {}),
        ((Arr((1, 3, 1)),), {"axis": (0, 2)}),
        ((Arr((1, 3)), 1), {}),
        ((Arr((1, 1)),), {}),
    ],
    "swapaxes": [
        ((CUBE, 0, 2), {}),
        ((CUBE,), {"dim1": 1, "dim2": 2}),
        ((CUBE, 0, -1), {}),
        ((CUBE, 0, 5), {}),
        ((CUBE, 0, 0), {}),
    ],
    "take": [
        ((Arr((4, 2)), Arr(values=[0, 3])), {}),
        ((Arr((4, 2)), Arr(values=[[0], [1]])), {"axis": 1}),
        ((Arr((4, 2)), Arr(values=[9, -1])), {}),
        ((Arr((4, 2)), Arr(values=[9, -1])), {"mode": "wrap"}),
        ((Arr((4, 2)), Arr(values=[1], dtype="int32")), {"axis": -1}),
    ],
    "transpose": [
        ((CUBE,), {}),
        ((CUBE, (2, 0, 1)), {}),
        ((CUBE, 1, 0, 2), {}),
        ((CUBE,), {"axes": (0, 2, 1)}),
        ((CUBE, (-1, 0, 1)), {}),
        ((CUBE, (0, 1)), {}),
        ((CUBE, (0, 0, 1)), {}),
        ((Arr((3,)),), {}),
    ],
    "astype": [
        ((X, dtype), {})
        for dtype in (
            "float64",
            "float16",
            "int32",
            "int64",
            "int8",
            "uint8",
            "bool",
            np.float64,
            np.dtype("int32"),
            "nope",
            "int16",
        )
    ],
    "copy": [((X,), {}), ((X.with_(dtype="int32"),), {})],
    "detach": [((X,), {})],
    "asnumpy": [((X,), {}), ((X.with_(dtype="float16"),), {}), ((X.with_(dtype="bool"),), {})],
    "wait_to_read": [((X,), {})],
    "wait_to_write": [((X,), {})] if False else [],
    "tostype": [((X, "default"), {})],
    "is_np_shape": [],
}
for _method, _calls in METHODS.items():
    for _number, (_args, _kwargs) in enumerate(_calls):
        _grad = _method not in ("asnumpy", "wait_to_read", "detach", "astype", "argsort") and _args[0].is_float
        suite.op(f"{_method}/{_number}", "." + _method, _args, _kwargs, grad=(0,) if _grad else False)

RESHAPES = {
    "plain": ((2, 3, 4), (4, 6), {}),
    "minus_one": ((2, 3, 4), (-1,), {}),
    "minus_one_middle": ((2, 3, 4), (2, -1, 2), {}),
    "zero_copies": ((2, 3, 4), (0, -1), {}),
    "zeros_copy": ((2, 3, 4), (0, 0, 2, 2), {}),
    "minus_two": ((2, 3, 4), (-2,), {}),
    "minus_two_after": ((2, 3, 4), (2, -2), {}),
    "minus_two_then_ones": ((2, 3, 4), (-2, 1, 1), {}),
    "minus_three": ((2, 3, 4), (-3, 4), {}),
    "minus_three_after_zero": ((2, 3, 4), (0, -3), {}),
    "minus_three_twice": ((2, 3, 4, 5), (-3, -3), {}),
    "minus_three_then_two": ((2, 3, 4), (-3, -2), {}),
    "minus_four": ((2, 3, 4), (-4, 1, 2, -2), {}),
    "minus_four_infer": ((2, 3, 4), (2, -4, -1, 3, -2), {}),
    "minus_four_infer_second": ((6, 4), (-4, 2, -1, 4), {}),
    "ones": ((2, 3), (1, 2, 3, 1), {}),
    "reverse": ((10, 5, 4), (-1, 0), {"reverse": True}),
    "reverse_off": ((10, 5, 4), (-1, 0), {"reverse": False}),
    "reverse_minus_three": ((2, 3, 4), (0, -3), {"reverse": True}),
    "reverse_minus_four": ((8, 3, 4), (-4, 2, -1, 0, 0), {"reverse": True}),
    "wrong_size": ((2, 3), (4, 2), {}),
    "two_unknown": ((2, 3), (-1, -1), {}),
    "unknown_not_whole": ((2, 3), (4, -1), {}),
    "minus_five": ((2, 3), (-5,), {}),
    "zero_past_the_end": ((2, 3), (2, 3, 0), {}),
    "minus_three_past_the_end": ((2, 3), (0, -3), {}),
    "minus_four_wrong": ((6, 2), (-4, 4, 2, 2), {}),
    "one_element": ((1,), (1, 1, 1), {}),
    "to_one": ((1, 1), (1,), {}),
    "to_smaller": ((2, 3), (3,), {}),
    "to_larger": ((2, 3), (2, 6), {}),
    "empty_tuple": ((1,), (), {}),
}
for _name, (_from, _to, _extra) in RESHAPES.items():
    suite.op(f"reshape_method/{_name}", ".reshape", (Arr(_from), _to), _extra, says=("reshape",))
    suite.op(f"reshape_keyword/{_name}", ".reshape", (Arr(_from),), dict(shape=_to, **_extra), says=("reshape",))
    if _name in ("wrong_size", "to_larger"):
        continue  # the operator reads past the end of its input
    suite.op(f"reshape_operator/{_name}", "nd.reshape", (Arr(_from),), dict(shape=_to, **_extra), says=("reshape",))
suite.op("reshape_method/separate_arguments", ".reshape", (Arr((2, 6)), 3, 4))
suite.op("reshape_method/separate_minus_one", ".reshape", (Arr((2, 6)), 3, -1))
suite.op("reshape_method/one_int", ".reshape", (Arr((2, 6)), -1))
suite.op("reshape_method/list", ".reshape", (Arr((2, 6)), [4, 3]))
suite.op("reshape_method/no_arguments", ".reshape", (Arr((2, 6)),), grad=False)
suite.op("reshape_method/unknown_keyword", ".reshape", (Arr((2, 6)), (3, 4)), {"order": "C"}, grad=False)
suite.op("reshape_method/float", ".reshape", (Arr((2, 6)), (3.0, 4.0)), grad=False)
suite.op("reshape_method/numpy_ints", ".reshape", (Arr((2, 6)), (np.int64(3), np.int64(4))))
suite.op("reshape_method/transposed", ".reshape", (Arr((2, 6), layout="transposed"), (3, 4)))

for _kwargs in ({}, {"lhs_begin": 0, "lhs_end": 1, "rhs_begin": 1, "rhs_end": 2}, {"lhs_begin": 1, "lhs_end": 2}):
    _word = "_".join(f"{k}{v}" for k, v in _kwargs.items()) or "plain"
    suite.op(f"reshape_like_operator/{_word}", "nd.reshape_like", (Arr((30, 7)), Arr((15, 2, 7))), _kwargs, grad=(0,))
