"""Operators that join arrays, repeat them, or split them."""

from __future__ import annotations

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)

A, B, C = Arr((2, 3)), Arr((2, 3), seed=2), Arr((2, 3), seed=3)
T = Arr((2, 3, 4))
CUT = Arr((4, 6))

# ---------------------------------------------------------------- concat, stack

for _name, _path in (("concat", "nd.concat"), ("rnn_param_concat", "nd._internal._rnn_param_concat")):
    _says = "_rnn_param_concat" if _name != "concat" else "Concat"
    suite.standard(
        _name,
        _path,
        (A, B, C),
        [{}] + [{"dim": dim} for dim in (0, 1, -1, -2)] + [{"dim": 0, "num_args": 3}],
        bad={
            "dim": ((A, B), {"dim": 2}, (_says, "dim")),
            "negative_dim": ((A, B), {"dim": -3}, (_says, "dim")),
            "shapes": ((A, Arr((4, 3))), {"dim": 1}, (_says,)),
            "ranks": ((A, Arr((2, 3, 1))), {"dim": 0}, (_says,)),
            "vector": ((Arr((3,)), Arr((3,))), {}, (_says, "dim")),
            "dtypes": ((A, B.with_(dtype="int32")), {}, (_says, "dtype")),
            "float_dtypes": ((A.with_(dtype="float64"), B), {}, (_says, "dtype")),
            "nothing": ((), {}, (_says, "num_args")),
            "num_args_more": ((A, B), {"num_args": 3}, (_says, "num_args")),
            "num_args_fewer": ((A, B), {"num_args": 1}, (_says, "num_args")),
            "list": (([A, B],), {}, (_says, "NDArray")),
            "number": ((A, B, 0), {}, (_says, "NDArray")),
            "keyword": ((), {"data": [A, B]}, (_says, "num_args")),
            "attribute": ((A, B), {"axis": 0}, (_says, "axis")),
        },
    )
    suite.op(f"{_name}/sizes", _path, (A, Arr((2, 1)), Arr((2, 4))), {"dim": 1})
    suite.op(f"{_name}/rows_sizes", _path, (A, Arr((1, 3)), Arr((4, 3))), {"dim": 0})
    suite.op(f"{_name}/vectors", _path, (Arr((3,)), Arr((1,)), Arr((2,))), {"dim": 0})
    suite.op(f"{_name}/one", _path, (A,))
    suite.op(f"{_name}/text", _path, (A, B), {"dim": "0"})
    suite.op(f"{_name}/three", _path, (T, T.with_(seed=2)), {"dim": -2})
    suite.op(f"{_name}/four", _path, (Arr((1, 2, 1, 2)), Arr((1, 1, 1, 2))), {"dim": 1})
    suite.op(f"{_name}/grad_first", _path, (A, B), grad=(0,))
    suite.op(f"{_name}/grad_last", _path, (A, B), grad=(1,))
    suite.op(f"{_name}/grad_add", _path, (A.with_(req="add"), B))
suite.op("concat/alias_Concat", "nd.Concat", (A, B), {"dim": 0})
suite.op("concat/name", "nd.concat", (A, B), {"dim": 0, "name": "x"})
suite.op("concat/many", "nd.concat", tuple(Arr((2, 1), seed=i) for i in range(12)), {"dim": 1})
suite.op("concat/eight", "nd.concat", (Arr((1, 1, 1, 1, 1, 1, 2, 2)), Arr((1, 1, 1, 1, 1, 1, 2, 1))), {"dim": -1})
suite.op("concat/bool", "nd.concat", (Arr((2,), "bool"), Arr((2,), "bool")), {"dim": 0}, says=("Concat", "bool"))

suite.standard(
    "stack",
    "nd.stack",
    (A, B, C),
    [{}] + [{"axis": axis} for axis in (0, 1, 2, -1, -2, -3)] + [{"axis": 1, "num_args": 3}],
    bad={
        "axis": ((A, B), {"axis": 3}, ("stack", "axis")),
        "negative_axis": ((A, B), {"axis": -4}, ("stack", "axis")),
        "shapes": ((A, Arr((2, 4))), {}, ("stack", "arg1")),
        "dtypes": ((A, B.with_(dtype="int32")), {}, ("stack", "dtype")),
        "nothing": ((), {}, ("stack", "num_args")),
        "num_args": ((A, B), {"num_args": 3}, ("stack", "num_args")),
        "list": (([A, B],), {}, ("stack", "NDArray")),
        "attribute": ((A, B), {"dim": 0}, ("stack", "dim")),
    },
)
suite.op("stack/one", "nd.stack", (A,))
suite.op("stack/text", "nd.stack", (A, B), {"axis": "-1"})
suite.op("stack/vectors", "nd.stack", (Arr((3,)), Arr((3,), seed=2)), {"axis": 1})
suite.op("stack/size_one", "nd.stack", (Arr((1, 1)), Arr((1, 1), seed=2)), {"axis": 1})
suite.op("stack/three", "nd.stack", (T, T.with_(seed=2)), {"axis": 2})
suite.op("stack/other_shape", "nd.stack", (A, Arr((3, 2))))
suite.op("stack/other_rank", "nd.stack", (Arr((2, 2)), Arr((4,)), Arr((1, 4))), {"axis": 1})
suite.op("stack/grad_first", "nd.stack", (A, B), grad=(0,))
suite.op("stack/grad_add", "nd.stack", (A.with_(req="add"), B))
suite.op("stack/bool", "nd.stack", (Arr((2,), "bool"), Arr((2,), "bool")), grad=False)

# ---------------------------------------------------------------- split, split_v2

suite.standard(
    "split",
    "nd.split",
    (CUT,),
    [
        {"num_outputs": 2},
        {"num_outputs": 3, "axis": 1},
        {"num_outputs": 2, "axis": 0},
        {"num_outputs": 2, "axis": -1},
        {"num_outputs": 4, "axis": -2},
        {"num_outputs": 4, "axis": 0, "squeeze_axis": True},
        {"num_outputs": 6, "axis": 1, "squeeze_axis": 1},
        {"num_outputs": 6},
        {"num_outputs": 1},
    ],
    bad={
        "uneven": ((CUT,), {"num_outputs": 4}, ("SliceChannel", "num_outputs")),
        "zero": ((CUT,), {"num_outputs": 0}, ("SliceChannel", "num_outputs")),
        "negative": ((CUT,), {"num_outputs": -1}, ("SliceChannel", "num_outputs")),
        "axis": ((CUT,), {"num_outputs": 2, "axis": 2}, ("SliceChannel", "axis")),
        "negative_axis": ((CUT,), {"num_outputs": 2, "axis": -3}, ("SliceChannel", "axis")),
        "squeeze": ((CUT,), {"num_outputs": 2, "axis": 1, "squeeze_axis": True}, ("SliceChannel", "squeeze_axis")),
        "vector": ((Arr((4,)),), {"num_outputs": 2}, ("SliceChannel", "axis")),
        "required": ((CUT,), {}, ("SliceChannel", "num_outputs")),
        "attribute": ((CUT,), {"num_outputs": 2, "sections": 2}, ("SliceChannel", "sections")),
        "type": (([1.0, 2.0],), {"num_outputs": 2}, ("SliceChannel",)),
    },
)
suite.op("split/alias_SliceChannel", "nd.SliceChannel", (CUT,), {"num_outputs": 2})
suite.op("split/positional", "nd.split", (CUT, 2, 0, False))
suite.op("split/method", ".split", (CUT,), {"num_outputs": 2, "axis": 0})
suite.op("split/vector", "nd.split", (Arr((4,)),), {"num_outputs": 2, "axis": 0})
suite.op("split/size_one", "nd.split", (Arr((2, 1)),), {"num_outputs": 1, "squeeze_axis": True})
suite.op("split/three", "nd.split", (T,), {"num_outputs": 2, "axis": 2})
suite.op("split/three_squeezed", "nd.split", (T,), {"num_outputs": 3, "axis": 1, "squeeze_axis": True})
suite.op("split/grad_add", "nd.split", (CUT.with_(req="add"),), {"num_outputs": 2})
suite.op("split/bool", "nd.split", (Arr((4,), "bool"),), {"num_outputs": 2, "axis": 0}, says=("SliceChannel", "bool"))

suite.standard(
    "split_v2",
    "nd._internal._split_v2",
    (CUT,),
    [
        {"indices": (0, 2)},
        {"indices": (0, 1, 5), "axis": 1},
        {"indices": (0, 3), "axis": 0},
        {"indices": (0, 3), "axis": -2},
        {"indices": (0, 4), "axis": -1},
        {"indices": (), "sections": 2},
        {"indices": (), "sections": 4},
        {"indices": (1,), "sections": 3, "axis": 0},
        {"indices": (0,), "sections": 1},
        {"indices": (0,)},
        {"indices": (0, 1, 2, 3), "axis": 0, "squeeze_axis": True},
        {"indices": (), "sections": 6, "squeeze_axis": True},
        {"indices": [0, 2]},
    ],
    bad={
        "first": ((CUT,), {"indices": (1, 2), "axis": 0}, ("_split_v2", "indices")),
        "order": ((CUT,), {"indices": (0, 3, 2), "axis": 0}, ("_split_v2", "indices")),
        "large": ((CUT,), {"indices": (0, 7)}, ("_split_v2", "indices")),
        "negative": ((CUT,), {"indices": (0, -1)}, ("_split_v2", "indices")),
        "axis": ((CUT,), {"indices": (0, 2), "axis": 2}, ("_split_v2", "axis")),
        "squeeze": ((CUT,), {"indices": (0, 2), "axis": 0, "squeeze_axis": True}, ("_split_v2", "squeeze_axis")),
        "required": ((CUT,), {"sections": 2}, ("_split_v2", "indices")),
    },
)
suite.op("split_v2/size_one", "nd._internal._split_v2", (Arr((1, 3)),), {"indices": (0,), "axis": 0, "squeeze_axis": 1})
for _i, (_cut, _kwargs) in enumerate(
    (
        (2, {}),
        (1, {}),
        (4, {"squeeze_axis": True}),
        (3, {"axis": 1}),
        ((1, 3), {}),
        ((1,), {"axis": 1}),
        ((1,), {"axis": -1}),
        ((), {}),
        ((1, 2, 3), {"squeeze_axis": True}),
        (True, {}),
        (3, {}),
        (2.0, {}),
        ([1, 3], {}),
        ((3, 1), {}),
        ((9,), {}),
        ((-1,), {}),
        ((2,), {"squeeze_axis": True}),
        (("a",), {}),
        ((1.5,), {}),
        (2, {"axis": 3}),
        ((1,), {"axis": 3}),
        (0, {}),
    )
):
    suite.op(f"nd_split_v2/{_i}", "nd.split_v2", (CUT, _cut), _kwargs)
suite.op("nd_split_v2/empty_part", "nd.split_v2", (CUT, (2, 2)), grad=False)
suite.op("nd_split_v2/empty_first", "nd.split_v2", (CUT, (0, 2)), grad=False)
suite.op("nd_split_v2/not_an_array", "nd.split_v2", (3, 2))

# ---------------------------------------------------------------- tile, repeat

suite.standard(
    "tile",
    "nd.tile",
    (A,),
    [{"reps": reps} for reps in ((2, 2), 2, (3,), (1,), (2, 1), (1, 2), (2, 1, 3), (1, 1, 1))]
    + [{"reps": reps} for reps in ((2, 2, 1, 1), (), [2, 2])],
    bad={
        "zero": ((A,), {"reps": (0,)}, ("tile", "reps")),
        "zero_first": ((A,), {"reps": (0, 2)}, ("tile", "reps")),
        "negative": ((A,), {"reps": (-1,)}, ("tile", "reps")),
        "required": ((A,), {}, ("tile", "reps")),
        "floats": ((A,), {"reps": (1.5,)}, ("tile", "reps")),
        "numbers": ((A, 2, 2), {}, ("tile", "out")),
    },
)  # fmt: skip
suite.op("tile/vector", "nd.tile", (Arr((3,)),), {"reps": (2, 2)})
suite.op("tile/three", "nd.tile", (Arr((2, 1, 3)),), {"reps": (2, 3)})
suite.op("tile/text", "nd.tile", (A,), {"reps": "(2, 1)"})
suite.op("tile/method", ".tile", (A, (2, 2)))
suite.op("tile/bool", "nd.tile", (Arr((2,), "bool"), 2), grad=False)
suite.op("tile/grad_add", "nd.tile", (A.with_(req="add"),), {"reps": (2, 2)})

suite.standard(
    "repeat",
    "nd.repeat",
    (A,),
    [{"repeats": 2}, {"repeats": 1}, {"repeats": 3, "axis": None}]
    + [{"repeats": 2, "axis": axis} for axis in (0, 1, -1, -2)],
    bad={
        "axis": ((A,), {"repeats": 2, "axis": 2}, ("repeat", "axis")),
        "negative_axis": ((A,), {"repeats": 2, "axis": -3}, ("repeat", "axis")),
        "negative": ((A,), {"repeats": -1}, ("repeat", "repeats")),
        "tuple": ((A,), {"repeats": (2, 3)}, ("repeat", "repeats")),
        "required": ((A,), {}, ("repeat", "repeats")),
        "attribute": ((A,), {"repeats": 2, "no_such_attribute": 1}, ("repeat", "no_such_attribute")),
    },
)
suite.op("repeat/zero", "nd.repeat", (A, 0), grad=False)
suite.op("repeat/zero_axis", "nd.repeat", (A, 0, 1), grad=False)
suite.op("repeat/three", "nd.repeat", (T,), {"repeats": 2, "axis": 1})
suite.op("repeat/size_one", "nd.repeat", (Arr((1, 2, 1)),), {"repeats": 3, "axis": -1})
suite.op("repeat/positional", "nd.repeat", (A, 2, 0))
suite.op("repeat/method", ".repeat", (A, 2, 1))
suite.op("repeat/bool", "nd.repeat", (Arr((2,), "bool"), 2), grad=False)
suite.op("repeat/grad_add", "nd.repeat", (A.with_(req="add"),), {"repeats": 2})


@suite.case()
def split_out(mx):
    """``out=`` of an operator with several outputs is a list, with one entry for each."""
    x = mx.nd.array([1.0, 2.0, 3.0, 4.0])
    outs = [mx.nd.zeros(2), mx.nd.zeros(2)]
    returned = mx.nd.split(x, num_outputs=2, axis=0, out=outs)
    few = attempt(lambda: mx.nd.split(x, num_outputs=2, axis=0, out=mx.nd.zeros(2)))
    return returned is outs, outs, few


@suite.case()
def concat_out(mx):
    """``out=`` must have the shape and the dtype of the result."""
    x = mx.nd.ones((2, 2))
    out = mx.nd.zeros((4, 2))
    returned = mx.nd.concat(x, x, dim=0, out=out)
    return returned is out, out, attempt(lambda: mx.nd.concat(x, x, dim=0, out=mx.nd.zeros((3, 2))))


@suite.case()
def gradient_of_one_part(mx):
    """Parts that no head needs get a gradient of zero."""
    x = mx.nd.array([[1.0, 2.0, 3.0, 4.0]])
    x.attach_grad()
    with mx.autograd.record():
        parts = mx.nd.split(x, num_outputs=4, axis=1)
        y = parts[1] * parts[3]
    y.backward()
    return x.grad


@suite.case()
def same_array_twice(mx):
    """An array joined with itself gets the gradients of both places."""
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.concat(x, x, dim=0) * mx.nd.array([1.0, 2.0, 3.0, 4.0])
    y.backward()
    first = x.grad.copy()
    with mx.autograd.record():
        y = mx.nd.stack(x, x, x, axis=1)
    y.backward()
    return first, x.grad
