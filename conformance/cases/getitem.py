"""``array[key]``: values, shapes, gradients, which results share memory with the array, and refused keys."""

import numpy as np

from ..calls import Arr
from ..suite import Suite, attempt

suite = Suite(__name__)

V = Arr(values=[0.0, 1.0, 2.0, 3.0, 4.0])
M = Arr(values=np.arange(6.0).reshape(2, 3).tolist())
X = Arr(values=np.arange(24.0).reshape(2, 3, 4).tolist())
ONE = Arr(values=np.arange(6.0).reshape(1, 3, 1, 2).tolist())
ROW = Arr(values=[[0.0, 1.0, 2.0, 3.0]])

S = np.s_  # NumPy's way to write a key down

BASIC_VECTOR = {
    "first": 0,
    "last": 4,
    "minus_one": -1,
    "minus_n": -5,
    "numpy_int32": np.int32(1),
    "numpy_int64": np.int64(-2),
    "true": True,
    "false": False,
    "all": S[:],
    "empty_tuple": (),
    "ellipsis": ...,
    "none": None,
    "from": S[2:],
    "to": S[:3],
    "range": S[1:3],
    "negative_range": S[-3:-1],
    "beyond_end": S[2:99],
    "before_start": S[-99:2],
    "one_element": S[3:4],
    "empty": S[2:2],
    "empty_at_end": S[5:],
    "empty_beyond": S[7:9],
    "empty_negative": S[:-10],
    "step_one": S[1:4:1],
    "step_none": slice(None, None, None),
    "step_two": S[::2],
    "step_two_range": S[1:4:2],
    "step_three": S[::3],
    "step_large": S[::9],
    "reversed": S[::-1],
    "reversed_range": S[4:0:-2],
    "reversed_one": S[2:1:-1],
    "reversed_large": S[::-9],
    "empty_step": S[1:1:2],
    "empty_backwards": S[1:3:-1],
    "empty_crossed_step": S[3:1:2],
    "numpy_bounds": slice(np.int32(1), np.int64(3)),
    "numpy_int8_bound": slice(np.int8(1), 3),
    "all_none": S[:, None],
    "none_all": S[None, :],
    "none_none": S[None, None],
    "none_int": S[None, 1],
    "int_none": S[1, None],
    "slice_none": S[1:3, None],
    "none_slice_none": S[None, 1:3, None],
    "int_ellipsis": S[1, ...],
    "ellipsis_int": S[..., 1],
    "one_tuple": (2,),
    "true_int": (True, 1),
    "bool_slice": S[True, 1:3],
    "step_minus_one_single": S[2:3:-1],
}

BASIC_CUBE = {
    "int": 1,
    "negative": -1,
    "true": True,
    "int_int": S[1, 2],
    "int_int_int": S[1, 2, 3],
    "negatives": S[-1, -2, -3],
    "numpy_ints": (np.int64(1), np.int32(0)),
    "all": S[:],
    "rows": S[0:1],
    "all_rows": S[0:2],
    "int_slice": S[1, 1:3],
    "int_slice_slice": S[1, 1:2, 1:3],
    "int_slice_cut": S[1, 1:3, 1:3],
    "slices_one": S[0:1, 1:2, 1:3],
    "row_all_cut": S[0:1, :, 1:3],
    "int_all_cut": S[0, :, 2:3],
    "column": S[:, 1],
    "last_column": S[:, -1],
    "last_axis": S[..., 0],
    "middle_slice": S[:, 1:2],
    "two_slices": S[:, 0:2],
    "last_slice": S[:, :, 1:3],
    "last_one": S[:, :, 1:2],
    "ellipsis": ...,
    "int_ellipsis": S[0, ...],
    "int_ellipsis_int": S[0, ..., 0],
    "ellipsis_slice": S[..., 1:3],
    "full_ellipsis": S[0, 0, 0, ...],
    "front_ellipsis": S[..., 0, 0, 0],
    "step": S[::2],
    "step_middle": S[:, ::2],
    "step_last": S[:, :, ::3],
    "reversed": S[::-1],
    "reversed_middle": S[1, ::-1],
    "reversed_both": S[::-1, ::-1],
    "reversed_cut": S[:, 2:0:-1, 1:3],
    "reversed_step": S[:, :, ::-2],
    "int_step": S[0, ::2],
    "int_int_step": S[0, 1, ::2],
    "int_int_slice": S[0, 1, 1:3],
    "int_int_one": S[1, 1, 1:2],
    "int_slice_int": S[0, 1:3, 2],
    "slice_int_slice": S[0:2, 1, 0:2],
    "none": None,
    "none_none": S[None, None],
    "int_none": S[1, None],
    "all_none_int": S[:, None, 1],
    "int_all_none": S[1, :, None],
    "end_none": S[..., None],
    "ints_none": S[1, 2, None],
    "ints_all_none": S[1, 2, 3, None],
    "none_step": S[None, ::2],
    "empty_rows": S[1:1],
    "empty_rows_step": S[1:1:2],
    "none_empty": S[None, 1:1],
    "empty_middle": S[:, 1:1],
    "empty_middle_beyond": S[:, 5:],
    "int_empty": S[0, 5:],
    "empty_crossed": S[:, 3:1],
    "empty_last": S[0, 0, 1:1],
    "all_empty": S[2:, 3:, 4:],
    "int_true": S[1, True],
    "true_int": S[True, 1],
    "true_ellipsis": S[True, ...],
}

ADVANCED = {
    "list": [0, 1],
    "list_of_one": [1],
    "negative_list": [-1, 0],
    "negative_both": S[[-1, -2], [-3, 0]],
    "repeated": [1, 1, 0],
    "pairs": S[[0, 1], [1, 2]],
    "triples": S[[0, 1], [1, 2], [0, 3]],
    "apart": S[[0, 1], :, [0, 3]],
    "second": S[:, [0, 1]],
    "second_third": S[:, [0, 1], [1, 2]],
    "third": S[:, :, [1, 3]],
    "int_apart": S[0, :, [0, 1]],
    "int_list": S[0, [0, 1]],
    "list_int": S[[0, 1], 0],
    "nested": [[0, 1], [1, 0]],
    "nested_int": S[[[0, 1], [1, 0]], 1],
    "tuple_of_list": ([0, 1],),
    "tuple_in_tuple": ((0, 1),),
    "two_tuples": ((0, 1), (1, 2)),
    "list_of_tuples": [(0, 1), (1, 0)],
    "range": range(2),
    "ranges": (range(2), range(2)),
    "range_back": range(1, -1, -1),
    "second_range": (slice(None), range(3)),
    "range_step": S[:, range(0, 3, 2)],
    "list_none": S[[0, 1], None],
    "none_list": S[None, [0, 1]],
    "list_none_list": S[[0, 1], None, [0, 1]],
    "all_none_list": S[:, None, [0, 1]],
    "all_list_none_list": S[:, [0, 1], None, [0, 1]],
    "int_none_list": S[0, None, [0, 1]],
    "int_all_none_list": S[0, :, None, [0, 1]],
    "list_none_none": S[[0, 1], None, None],
    "none_list_none": S[None, [0, 1], None],
    "list_ellipsis_list": S[[0], ..., [1]],
    "ellipsis_list": S[..., [1]],
    "list_ellipsis": S[[0, 1], ...],
    "list_step": S[[0, 1], ::2],
    "list_reversed": S[[0, 1], ::-1],
    "reversed_list": S[::-1, [0, 2]],
    "reversed_apart": S[[0, 1], ::-1, [0, 3]],
    "slice_list": S[0:1, [1, 2]],
    "list_slice": S[[0, 1], 1:3],
    "list_slice_slice": S[[1], 1:3, ::2],
    "slice_list_slice": S[:, [2, 0], 1:3],
    "broadcast": S[[[0], [1]], [0, 1, 2]],
    "broadcast_apart": S[[[0], [1]], :, [0, 1, 2]],
    "broadcast_one": S[[0], [0, 1, 2]],
    "three_dims": S[[[[0, 1]]], 1],
    "bool_list": [True, False],
    "fractions": [1.7, 0.2],
    "numpy": np.array([0, 1]),
    "numpy_int32": S[:, np.array([2, 0], "int32")],
    "numpy_float": np.array([1.7, 0.0]),
    "numpy_bool": np.array([True, False]),
    "numpy_uint8": np.array([1, 0], "uint8"),
    "numpy_zero_dim_int": (np.array(0), 1),
    "numpy_all": S[np.array([0, 1]), :],
    "true_list": (True, [0, 1]),
}

for name, key in BASIC_VECTOR.items():
    suite.op(f"vector/{name}", ".__getitem__", (V, key), grad="empty_" not in name and name != "step_minus_one_single")
for name, key in BASIC_CUBE.items():
    suite.op(f"cube/{name}", ".__getitem__", (X, key), grad=name != "empty_rows_step")
for name, key in ADVANCED.items():
    suite.op(f"advanced/{name}", ".__getitem__", (X, key), grad="negative" not in name and "zero_dim" not in name)
for name, key in {
    "int": 0,
    "int_all": S[0, :, 0],
    "all": S[0:1, 0:3],
    "middle": S[:, 1],
    "middle_slice": S[:, 1:3],
    "step": S[::2],
    "reversed": S[::-1],
    "last": S[..., 1],
    "ints": S[0, 1, 0, 1],
    "list": S[:, [0, 2]],
}.items():
    suite.op(f"ones/{name}", ".__getitem__", (ONE, key))
for name, key in {
    "all_slice": S[:, 1:3],
    "all_int": S[:, 2],
    "step": S[:, ::2],
    "row_step": S[::3],
    "reversed": S[:, ::-1],
}.items():
    suite.op(f"one_row/{name}", ".__getitem__", (ROW, key))

for dtype in ("float16", "float64", "int32", "int64", "int8", "uint8", "bool"):
    arr = Arr(values=[[1, 0, 3], [4, 5, 0]], dtype=dtype)
    for name, key in {
        "int": 1,
        "slice": S[0:1],
        "column": S[:, 1],
        "element": S[1, 2],
        "step": S[:, ::-1],
        "list": [1, 0, 1],
    }.items():
        suite.op(f"dtype/{dtype}_{name}", ".__getitem__", (arr, key), grad=dtype in ("float16", "float64"))

for layout in ("rows", "transposed", "reshaped"):
    for name, key in {"int": 1, "slice": S[1:2], "column": S[:, 1], "ints": S[1, 2], "list": S[:, [0, 2]]}.items():
        suite.op(f"layout/{layout}_{name}", ".__getitem__", (X.with_(layout=layout), key))

for dtype in ("float32", "float64", "float16", "int32", "int64", "int8", "uint8"):
    suite.op(f"ndarray_index/{dtype}", ".__getitem__", (X, Arr(values=[1, 0, 1], dtype=dtype)), grad=(0,))
for name, key in {
    "nested": Arr(values=[[0, 1], [1, 0]], dtype="int64"),
    "pair": (Arr(values=[0, 1]), Arr(values=[1, 2], dtype="uint8")),
    "second": (slice(None), Arr(values=[2, 0], dtype="int32")),
    "with_int": (Arr(values=[1, 0], dtype="int32"), 1),
    "with_list": (Arr(values=[1, 0], dtype="int32"), [2, 1]),
    "with_numpy": (np.array([1, 0]), Arr(values=[2, 1], dtype="int32")),
    "with_none": (Arr(values=[0]), Ellipsis, None),
    "in_list_position": ([0, 1], slice(None), Arr(values=[3.0, 0.0])),
    "fraction": Arr(values=[1.7, 0.2]),
    "negative_fraction": Arr(values=[-0.5, -1.5]),
}.items():
    suite.op(f"ndarray_index/{name}", ".__getitem__", (X, key), grad=(0,) if "negative" not in name else False)
suite.op("ndarray_index/negative", ".__getitem__", (V, Arr(values=[-1, -5], dtype="int32")), grad=False)

for name, arr, key, says in (
    ("vector_beyond", V, 5, ("5", "axis 0", "size 5")),
    ("vector_before", V, -6, ("-6",)),
    ("huge", V, 10**12, ("bounds",)),
    ("two_to_32", V, 2**32, ("bounds",)),
    ("numpy_beyond", V, np.int64(7), ("7",)),
    ("row_beyond", X, 2, ("2", "size 2")),
    ("second_beyond", X, S[0, 3], ("3",)),
    ("second_before", X, S[0, -4], ("-4",)),
    ("second_of_all", X, S[:, 3], ("axis 1",)),
    ("second_of_all_before", X, S[:, -4], ("axis 1",)),
    ("third_beyond", X, S[0, 0, 4], ("4",)),
    ("too_many_ints", V, S[0, 0], ("too many",)),
    ("too_many", X, S[0, 0, 0, 0], ("too many", "4", "3")),
    ("too_many_slices", M, S[:, :, :], ("too many",)),
    ("too_many_lists", V, S[[0], [0]], ("too many",)),
    ("two_ellipses", X, S[..., ...], ("ellipsis",)),
    ("list_beyond", V, [7], ("7",)),
    ("list_before", V, [-6], ("-6",)),
    ("list_second_beyond", X, S[0, [3]], ("3", "axis 1")),
    ("list_row_beyond", X, [0, 2], ("2", "axis 0")),
    ("list_apart_beyond", X, S[[0], :, [4]], ("4",)),
    ("not_broadcastable", X, S[[0, 1], [0, 1, 2]], ("broadcast",)),
    ("string", V, "a", ("str",)),
    ("float", V, 1.0, ("float",)),
    ("numpy_float", V, np.float32(1), ("float32",)),
    ("numpy_int8", V, np.int8(1), ("int8",)),
    ("numpy_uint8", V, np.uint8(1), ("uint8",)),
    ("set", V, {1}, ("set",)),
    ("dict", V, {}, ("dict",)),
    ("float_second", X, S[0, 0.5], ("float",)),
    ("string_third", X, S[0, 1, "a"], ("str",)),
    ("string_after_list", X, S[[0], "a"], ("str",)),
    ("string_in_list", X, [0, "a"], ("index",)),
    ("none_in_list", X, [0, None], ("index",)),
    ("ragged", X, [[0, 1], [1]], ("index",)),
    ("empty_list", V, [], ()),
    ("empty_nested", X, [[]], ()),
    ("empty_numpy", V, np.zeros(0, "int32"), ()),
    ("empty_range", X, S[:, range(0)], ()),
    ("list_empty_slice", X, S[[0, 1], 1:1], ()),
    ("zero_dim_numpy", V, np.array(1), ()),
    ("zero_dim_numpy_second", X, S[:, np.array(0)], ()),
    ("zero_step", V, S[::0], ("step",)),
    ("zero_step_second", X, S[:, ::0], ("step",)),
    ("float_bound", V, slice(1.0, 2), ()),
    ("float_bound_second", X, S[0, 0:1.5], ()),
    ("string_bound", V, slice("a", 2), ()),
    ("crossed", V, S[3:2], ("3", "2")),
    ("bool_array", V, Arr(values=[1, 0, 1, 0, 1], dtype="bool"), ("boolean",)),
    ("bool_array_length", V, Arr(values=[1, 0], dtype="bool"), ("boolean", "5", "2")),
    ("ndarray_beyond", V, Arr(values=[7.0]), ("7",)),
    ("array_bound", V, slice(None, [1]), ()),
    ("ndarray_in_list", X, [Arr(values=[1.0])], ()),
    ("empty_tuple_inside", X, S[0, ()], ()),
):
    suite.op_error(f"error/{name}", ".__getitem__", (arr, key), says=says)


def _scalar(key):
    def program(mx):
        x = mx.nd.array(5)
        y = x[key]
        return y, y is x

    return program


suite.table(
    "zero_dim",
    {
        "empty_tuple": _scalar(()),
        "all": _scalar(slice(None)),
        "int": _scalar(0),
        "ellipsis": _scalar(...),
        "none": _scalar(None),
        "list": _scalar([0]),
        "ints": _scalar((0, 0)),
        "step": _scalar(S[::2]),
        "slice": _scalar(S[1:]),
    },
)


# ------------------------------------------------------------------ sharing memory


def _cube(mx):
    return mx.nd.array(np.arange(24).reshape(2, 3, 4))


def _through_view(key):
    """What the array looks like after its item was overwritten."""

    def program(mx):
        x = _cube(mx)
        y = x[key]
        y[:] = -1
        return y, x

    return program


def _through_array(key):
    """What the item looks like after the array was overwritten."""

    def program(mx):
        x = _cube(mx)
        y = x[key]
        x[:] = -1
        return y

    return program


SHARING = {name: key for name, key in BASIC_CUBE.items() if "empty" not in name}
SHARING.update({name: ADVANCED[name] for name in ("list", "second", "numpy", "range", "int_list", "bool_list")})
suite.table("write_view", {name: _through_view(key) for name, key in SHARING.items()})
suite.table("write_array", {name: _through_array(key) for name, key in SHARING.items()})


def _vector_sharing(key):
    def program(mx):
        x = mx.nd.array(np.arange(5))
        y = x[key]
        y[:] = -1
        return y, x, y is x

    return program


suite.table(
    "write_vector_view",
    {
        name: _vector_sharing(BASIC_VECTOR[name])
        for name in BASIC_VECTOR
        if not name.startswith("empty") or name == "empty_tuple"
    },
)


@suite.case("views/of_view")
def _(mx):
    x = _cube(mx)
    x[1][1:][0][2:4][:] = -1
    return x


@suite.case("views/of_copy")
def _(mx):
    x = _cube(mx)
    x[:, 1][0][:] = -1
    return x


@suite.case("views/of_reshape")
def _(mx):
    x = _cube(mx)
    x.reshape((6, 4))[2:4][:] = -1
    return x


@suite.case("views/reshape_of_view")
def _(mx):
    x = _cube(mx)
    x[1].reshape((2, 6))[0][:] = -1
    return x


@suite.case("views/inplace_add")
def _(mx):
    x = _cube(mx)
    y = x[1]
    y += 100
    z = x[0, 1]
    z *= 2
    return x


@suite.case("views/augmented_item")
def _(mx):
    x = _cube(mx)
    x[1] += 100
    x[0, 1:3] *= 2
    x[:, 0] -= 1
    x[0, 0, 0] += 7
    x[[0, 1], [1, 2]] += 1000
    return x


@suite.case("views/out")
def _(mx):
    x = _cube(mx)
    mx.nd.ones((3, 4), out=x[1])
    return x


@suite.case("views/copyto")
def _(mx):
    x = _cube(mx)
    mx.nd.ones((3, 4)).copyto(x[1])
    return x


@suite.case("views/keep_alive")
def _(mx):
    y = _cube(mx)[1, 2]
    return y, y.shape, y.dtype


@suite.case("views/identity")
def _(mx):
    x = _cube(mx)
    return [x[:] is x, x[()] is x, x[...] is x, x[0:2] is x, x[::1] is x, x[0] is x[0], x[:, :] is x]


@suite.case("views/context")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4]], ctx=mx.cpu(1))
    return [x[key].context for key in (0, S[0:1], S[:, 1], S[0, 1], [0, 1], None, S[::2], mx.nd.array([0, 1]))]


@suite.case("views/type")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    return [type(x[key]).__name__ for key in (0, S[0:1], S[:, 1], S[0, 1], [0, 1], S[::2])]


@suite.case("views/iterate")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    for row in x:
        row[:] = row * 10
    return x, [row.shape for row in x], [item.shape for item in x[0]]


@suite.case("views/len_of_empty")
def _(mx):
    v = mx.nd.array([1, 2, 3])[1:1]
    return v.shape, len(v), v.size, attempt(lambda: v[0]), attempt(lambda: v[:1]), attempt(lambda: v[[0]])


@suite.case("views/asscalar")
def _(mx):
    x = _cube(mx)
    return [x[1, 2, 3].asscalar(), x[-1, -1, -1].shape, float(x[0][1][2].asscalar()), x[0, 0].asnumpy().sum()]


# ------------------------------------------------------------------ autograd


def _recorded(f):
    def program(mx):
        x = _cube(mx)
        x.attach_grad()
        with mx.autograd.record():
            y = f(mx, x)
        y.backward()
        return y, x.grad

    return program


suite.table(
    "gradient",
    {
        "chain": _recorded(lambda mx, x: x[1][1:][0][2:4] * 3),
        "same_row_twice": _recorded(lambda mx, x: x[0] * x[0] + x[1]),
        "view_and_copy": _recorded(lambda mx, x: x[:, 0] * x[:, 1]),
        "overlapping": _recorded(lambda mx, x: x[0, 0:2] * x[0, 1:3]),
        "loop": _recorded(lambda mx, x: sum((x[i, j] * (i + j) for i in range(2) for j in range(3)), x[0, 0])),
        "iterate": _recorded(lambda mx, x: sum((row * 2 for row in x), x[0])),
        "element_product": _recorded(lambda mx, x: x[1, 2, 3] * x[1, 0, 0] * x[0]),
        "duplicates": _recorded(lambda mx, x: x[[0, 0, 1, 0]] * x[[1, 1, 1, 1]]),
        "gather_pairs": _recorded(lambda mx, x: x[[0, 0, 1], [1, 1, 2]] ** 2),
        "ndarray_index": _recorded(lambda mx, x: x[mx.nd.array([0, 0, 1])] * 2),
        "computed_index": _recorded(lambda mx, x: x[mx.nd.array([1, 0]) * 1] * 2),
        "negative_step": _recorded(lambda mx, x: x[::-1, ::-2] * x[:, ::2]),
        "none": _recorded(lambda mx, x: x[None, 1] * x[:, None, 2]),
        "of_computed": _recorded(lambda mx, x: (x * x)[1, 1:3] * 2),
        "self": _recorded(lambda mx, x: x[:] * x[()] * x[...]),
        "paused": _recorded(lambda mx, x: x * _paused_item(mx, x)),
    },
)


def _paused_item(mx, x):
    with mx.autograd.pause():
        return x[0]


@suite.case("gradient/outside_record")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    y = x[1:]
    with mx.autograd.record():
        z = x[0:2]
        w = (y * z).sum()
    w.backward()
    return x.grad, y.grad, attempt(y.backward)


@suite.case("gradient/attach_to_item")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    y = x[1:]
    y.attach_grad()
    with mx.autograd.record():
        z = y * y
    z.backward()
    return y.grad, x.grad


@suite.case("gradient/item_of_gradient")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward()
    g = x.grad[1]
    x.grad[0] = 7
    return g, x.grad


@suite.case("gradient/freed_history")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward()
    with mx.autograd.record():
        z = y[1:] * x[1:]
    z.backward()
    return x.grad


@suite.case("gradient/item_after_record")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    return attempt(y[0].backward), attempt(y.backward), x.grad


@suite.case("gradient/write_between")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x[1:] * x[1:]
    x[:] = 10
    y.backward()
    return x.grad


@suite.case("gradient/write_through_view_between")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        v = x[1:]
        y = v * v
    v[:] = 10
    y.backward()
    return x, x.grad
