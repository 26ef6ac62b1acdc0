"""``array[key] = value``: what is written, how values are stretched and cast, what is refused, and recording."""

import numpy as np

from ..calls import Arr
from ..suite import Suite, attempt
from .getitem import ADVANCED, BASIC_CUBE, BASIC_VECTOR, M, V, X

suite = Suite(__name__)

S = np.s_


def put(name, arr, key, value):
    suite.op(name, ".__setitem__", (arr, key, value), grad=False, mutates=True)


def refuse(name, arr, key, value, says=()):
    suite.op_error(name, ".__setitem__", (arr, key, value), says=says)


# ------------------------------------------------------------------ every key, with a number

for name, key in BASIC_VECTOR.items():
    put(f"vector/{name}", V, key, 7.5)
for name, key in BASIC_CUBE.items():
    put(f"cube/{name}", X, key, -1)
for name, key in ADVANCED.items():
    if "negative" not in name:  # MXNet writes to other memory
        put(f"advanced/{name}", X, key, 9)


def _same_shape(key):
    """Write an array of the item's own shape: 100, 101, ..."""

    def program(mx):
        x = mx.nd.array(np.arange(24).reshape(2, 3, 4))
        item = x[key]
        x[key] = mx.nd.array(100 + np.arange(item.size).reshape(item.shape))
        return x

    return program


keys = dict(BASIC_CUBE)
keys.update({name: key for name, key in ADVANCED.items() if "negative" not in name})
suite.table("own_shape", {name: _same_shape(key) for name, key in keys.items() if "empty" not in name})

# ------------------------------------------------------------------ values and how they are stretched

VALUES = {
    "int": 7,
    "float": 2.5,
    "true": True,
    "float64": np.float64(2.5),
    "float32": np.float32(0.1),
    "int64": np.int64(3),
    "uint8": np.uint8(200),
    "nan": float("nan"),
    "inf": float("-inf"),
    "huge": 1e50,
    "none": None,
    "list": [9, 8, 7],
    "list_one": [9],
    "list_nested": [[9, 8, 7]],
    "list_full": [[9, 8, 7], [6, 5, 4]],
    "list_deep": [[[9, 8, 7]]],
    "list_column": [[9], [8]],
    "tuple": (9, 8, 7),
    "range": range(3),
    "numpy": np.array([9.0, 8.0, 7.0]),
    "numpy_full": np.array([[9, 8, 7], [6, 5, 4]]),
    "numpy_one": np.array([3]),
    "numpy_zero_dim": np.array(3),
    "numpy_row": np.ones((1, 3)),
    "numpy_column": np.ones((2, 1)),
    "numpy_deep": np.ones((1, 1, 3)),
    "numpy_two": np.ones(2),
    "nd": Arr(values=[9.0, 8.0, 7.0]),
    "nd_full": Arr(values=[[9.0, 8.0, 7.0], [6.0, 5.0, 4.0]]),
    "nd_one": Arr(values=[3.0]),
    "nd_zero_dim": Arr(values=3.0),
    "nd_row": Arr(values=[[9.0, 8.0, 7.0]]),
    "nd_column": Arr(values=[[9.0], [8.0]]),
    "nd_deep": Arr(values=[[[9.0, 8.0, 7.0]]]),
    "nd_two": Arr(values=[9.0, 8.0]),
    "nd_float64": Arr(values=[9.0, 8.0, 7.0], dtype="float64"),
    "nd_int32": Arr(values=[9, 8, 7], dtype="int32"),
    "nd_transposed": Arr(values=[[9.0, 8.0, 7.0], [6.0, 5.0, 4.0]], layout="transposed"),
    "string": "a",
    "dict": {},
    "complex": 1 + 2j,
    "ragged": [[1, 2], [3]],
    "list_two": [9, 8],
    "empty": [],
    "numpy_empty": np.zeros((0,)),
    "list_of_nd": [Arr(values=[1.0])] * 3,
}
TARGETS = {
    "all": S[:],
    "ellipsis": ...,
    "row": 1,
    "rows": S[0:1],
    "column": S[:, 1],
    "cut": S[:, 1:],
    "step": S[:, ::2],
    "reversed": S[::-1],
    "element": S[1, 2],
    "new_axis": None,
    "list": [1, 0],
    "list_column": S[:, [0, 2]],
    "pairs": S[[0, 1], [0, 2]],
}
for target, key in TARGETS.items():
    for name, value in VALUES.items():
        put(f"value/{target}/{name}", M, key, value)

for name, key, value in (
    ("front_one", S[1], Arr((1, 3, 4))),
    ("front_two", S[1], Arr((2, 3, 4))),
    ("middle_kept", S[:, 1], Arr((2, 1, 4))),
    ("middle_dropped", S[:, 1:2], Arr((2, 4))),
    ("middle_slice", S[:, 1:2], Arr((2, 1, 4))),
    ("int_none", S[:, 1, None], Arr((2, 1, 4))),
    ("none_int", S[:, None, 1], Arr((2, 1, 4))),
    ("none_front", S[None, :, 1], Arr((1, 2, 4))),
    ("none_all", None, Arr((1, 2, 3, 4))),
    ("none_wrong", S[None, 0], Arr((2, 3, 4))),
    ("nones", S[None, None, 0], Arr((1, 1, 3, 4))),
    ("none_mismatch", S[0, None], Arr((3, 1, 4))),
    ("none_inner", S[0, :, None], Arr((3, 1, 4))),
    ("none_end", S[0, :, :, None], Arr((3, 4, 1))),
    ("none_short", S[0, :, :, None], Arr((3, 4))),
    ("none_between", S[:, None, 1], Arr((2, 2, 1, 4))),
    ("numpy_none", S[:, None, 1], np.ones((2, 1, 4))),
    ("ints_deep", S[1, 2, 3], Arr((1, 1, 1))),
    ("ints_two", S[1, 2, 3], [5, 6]),
    ("last_axis", S[..., 1], [[1, 2, 3], [4, 5, 6]]),
    ("reversed", S[:, ::-1], Arr((2, 3, 4))),
    ("reversed_bcast", S[:, ::-1], Arr((3, 1))),
    ("all_row", S[:], Arr((4,))),
    ("all_matrix", S[:], Arr((3, 4))),
    ("all_one", S[:], Arr((2, 1, 4))),
    ("all_wrong", S[:], Arr((2, 3))),
    ("all_numpy", S[:], np.ones((3, 4))),
    ("all_numpy_one", S[:], np.ones((2, 1, 4))),
    ("all_numpy_wrong", S[:], np.ones((2, 3))),
    ("all_sliced", S[0:2, 0:3, 0:4], Arr((3, 4))),
    ("all_rows", S[:2], np.ones((1, 3, 1))),
    ("rows_numpy", S[0:1], np.ones((3, 4))),
    ("list_none", S[[0, 1], None], Arr((1, 2, 3, 4))),
    ("list_none_short", S[[0, 1], None], Arr((2, 3, 4))),
    ("list_none_list", S[[0, 1], None, [0, 1]], Arr((2, 1, 4))),
    ("int_none_list", S[0, None, [0, 1]], Arr((2, 1, 4))),
    ("all_none_list", S[:, None, [0, 1]], Arr((2, 1, 2, 4))),
    ("apart", S[[0, 1], :, [0, 3]], Arr((2, 3))),
    ("apart_bcast", S[[0, 1], :, [0, 3]], Arr((2, 1))),
    ("int_apart", S[0, :, [0, 1]], Arr((2, 3))),
    ("between_none", S[:, [0, 1], None, [0, 1]], Arr((2, 1, 2))),
    ("list_reversed", S[[0, 1], ::-1], Arr((2, 3, 4))),
    ("apart_reversed", S[[0, 1], ::-1, [0, 3]], Arr((2, 3))),
    ("list_step", S[[1, 0], ::2], Arr((2, 2, 4))),
    ("nested", S[[[0, 1], [1, 0]], [[0, 1], [2, 1]]], Arr((2, 2, 4))),
    ("advanced_wrong", S[[0, 1], [1, 2]], Arr((3, 4))),
    ("advanced_front_one", S[[0, 1], [1, 2]], Arr((1, 1, 2, 4))),
):
    put(f"shapes/{name}", X, key, value)

for name, key, value in (
    ("last_wins", S[[0, 0], [1, 1]], [7, 8]),
    ("rows", [1, 1, 1], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
    ("number", [0, 0], 5),
    ("grid", S[[[0, 1], [1, 0]], [[0, 1], [1, 0]]], [[1, 2], [3, 4]]),
    ("columns", S[:, [0, 2, 0]], [[1, 2, 3], [4, 5, 6]]),
):
    put(f"duplicates/{name}", M, key, value)
put("ndarray_index/float", M, (Arr(values=[0.0, 1.0]), 1), [7, 8])
put("ndarray_index/int64", M, Arr(values=[1], dtype="int64"), Arr(values=[[7.0, 8.0, 9.0]]))
put("ndarray_index/both", M, (Arr(values=[0, 1], dtype="int32"), Arr(values=[2, 0], dtype="uint8")), 5)
put("ndarray_index/fraction", M, Arr(values=[1.7]), 5)
put("ndarray_index/values_too_large", M, Arr(values=[0.0]), Arr((2, 3)))

# ------------------------------------------------------------------ dtypes

NUMBERS = {
    "int32": (7.9, -7.9, 2**31, -(2**31), 2**33 + 5, 2**24 + 1, float("nan"), float("inf")),
    "int64": (7.9, 2**53 + 1, 2**62, -(2**62), float("nan")),
    "uint8": (300, -1, 2.5, 255, -3.7),
    "int8": (200, -129, -1.5),
    "float16": (1e6, 0.1, -1e6, 65504, 1e-8),
    "float64": (0.1, 1e300, 2**53 + 1),
    "bool": (5, 0, 0.5),
}
for dtype, numbers in NUMBERS.items():
    arr = Arr(values=[1, 0, 1], dtype=dtype)
    for number in numbers:
        for name, key in {"all": S[:], "one": 1, "two": S[1:3], "list": [0, 2]}.items():
            put(f"cast/{dtype}_{number!r}_{name}", arr, key, number)
LISTS = {
    "int32": [1.9, 2.9, -3.9],
    "int64": [2**53 + 1] * 3,
    "uint8": [300, -1, 1.9],
    "int8": [127, -1, 1.9],
    "float16": [0.1, 1e6, -0.0],
    "float64": [0.1, 0.2, 0.3],
    "float32": [0.1, 1e40, 2**24 + 1],
    "bool": [0, 2, 0.5],
}
for dtype, values in LISTS.items():
    arr = Arr(values=[1, 0, 1], dtype=dtype)
    put(f"cast/{dtype}_list", arr, S[:], values)
    put(f"cast/{dtype}_numpy", arr, S[:], np.array(values))
    put(f"cast/{dtype}_nd", arr, S[:], Arr(values=values, dtype="float32"))
    if dtype != "bool":
        put(f"cast/{dtype}_part_list", arr, S[1:], values[1:])
        put(f"cast/{dtype}_part_numpy", arr, S[1:], np.array(values)[1:])
        put(f"cast/{dtype}_part_nd", arr, S[1:], Arr(values=values[1:], dtype="float64"))
        put(f"cast/{dtype}_advanced_list", arr, [2, 0], values[1:])

for layout in ("rows", "transposed", "reshaped"):
    for name, key in {"int": 1, "column": S[:, 1], "all": S[:], "pairs": S[[0, 1], [1, 2]]}.items():
        put(f"layout/{layout}_{name}", X.with_(layout=layout), key, -1)

# ------------------------------------------------------------------ refused

for name, arr, key, value, says in (
    ("beyond", V, 5, 7, ("5", "bounds")),
    ("before", V, -6, 7, ("-6",)),
    ("second_beyond", X, S[:, 3], 9, ("3", "axis 1")),
    ("too_many", V, S[0, 0], 1, ("too many",)),
    ("too_many_cube", X, S[0, 0, 0, 0], 1, ("too many",)),
    ("ellipses", X, S[..., ...], 1, ("ellipsis",)),
    ("float_key", V, 1.5, 1, ("float",)),
    ("string_key", V, "a", 1, ("str",)),
    ("int8_key", V, np.int8(1), 7, ("int8",)),
    ("float_bound", V, slice(1, 2.5), 1, ()),
    ("zero_step", V, S[::0], 1, ("step",)),
    ("crossed", V, S[3:1], 7, ()),
    ("crossed_list", V, S[3:1], [1], ()),
    ("crossed_back", V, S[1:3:-1], 7, ()),
    ("empty_list", M, [], 9, ()),
    ("empty_nested", M, [[]], 9, ()),
    ("empty_slice", M, S[[0, 1], 1:1], 9, ()),
    ("string_in_list", M, ["a"], 9, ()),
    ("bool_array", M, Arr(values=[1, 0], dtype="bool"), 9, ("boolean",)),
    ("zero_dim_numpy", M, np.array(0), 3, ()),
    ("not_broadcastable", M, S[[0, 1], [0, 1, 2]], 9, ("broadcast",)),
    ("empty_target", V, S[0:0], Arr(values=[1.0]), ()),
    ("set_key", V, {1}, 1, ("set",)),
    ("empty_tuple_inside", X, S[0, ()], 1, ()),
    ("illegal_after_list", X, S[[0], "a"], 1, ("str",)),
    ("list_of_nd_key", X, [Arr(values=[1.0])], 1, ()),
):
    refuse(f"error/{name}", arr, key, value, says=says)

put("empty/number", V, S[1:1], 7)
put("empty/list", V, S[1:1], [])
put("empty/beyond", V, S[7:9], 3)
put("empty/middle", X, S[:, 1:1], 9)


def _unchanged(key, value):
    def program(mx):
        x = mx.nd.array(np.arange(6).reshape(2, 3))
        return attempt(lambda: x.__setitem__(key, value)), x

    return program


suite.table(
    "all_or_nothing",
    {
        "value_shape": _unchanged(S[:], [1, 2]),
        "value_type": _unchanged(S[0], "a"),
        "key": _unchanged(S[0, 5], 1),
        "part": _unchanged(S[:, 1], [1, 2, 3]),
        "advanced": _unchanged([0, 1], [[1], [2], [3]]),
        "steps": _unchanged(S[::-1], [1, 2]),
    },
)


def _zero_dim(key, value):
    def program(mx):
        x = mx.nd.array(5)
        return attempt(lambda: x.__setitem__(key, value(mx) if callable(value) else value)), x

    return program


suite.table(
    "zero_dim",
    {
        "number": _zero_dim((), 7),
        "all": _zero_dim(S[:], 7),
        "ellipsis": _zero_dim(..., 7),
        "int": _zero_dim(0, 7),
        "none": _zero_dim(None, 7),
        "numpy": _zero_dim((), np.array(7)),
        "numpy_one": _zero_dim((), np.array([7])),
        "numpy_two": _zero_dim((), np.array([7, 8])),
        "list": _zero_dim((), [7]),
        "nd": _zero_dim((), lambda mx: mx.nd.array(7)),
        "nd_two": _zero_dim((), lambda mx: mx.nd.ones(2)),
        "none_value": _zero_dim((), None),
    },
)


@suite.case("zero_size/anything_goes")
def _(mx):
    e = mx.nd.array([1, 2, 3])[1:1]
    e[:] = 7
    e[0] = 7
    e["a"] = 7
    e[[5]] = None
    return e


# ------------------------------------------------------------------ contexts, identity, overlap


@suite.case("context/value_elsewhere")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    x[0] = mx.nd.array([7, 8], ctx=mx.cpu(1))
    x[:, 1] = mx.nd.array([9, 10], ctx=mx.cpu(2))
    x[[1], [0]] = mx.nd.array([11], ctx=mx.cpu(1))
    return x


@suite.case("context/whole_elsewhere")
def _(mx):
    x = mx.nd.array([1, 2], ctx=mx.cpu(1))
    x[:] = mx.nd.array([7, 8])
    return x, x.context


@suite.case("identity/kept")
def _(mx):
    x = mx.nd.array([1, 2])
    y = x
    view = x[0:1]
    x[:] = mx.nd.array([7, 8])
    x[1] = 3
    return y is x, y, view


@suite.case("identity/self")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    x[:] = x
    x[...] = x
    return x


@suite.case("identity/value_is_copied")
def _(mx):
    x = mx.nd.zeros((2, 2))
    v = mx.nd.array([1, 2])
    x[0] = v
    v[:] = 9
    return x


@suite.case("identity/own_rows")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4], [5, 6]])
    x[0] = x[2]
    x[:, 0] = x[:, 1]
    x[1:2] = x[0:1]
    return x


@suite.case("identity/whole_from_copy_of_itself")
def _(mx):
    x = mx.nd.array([1, 2, 3])
    x[:] = x[::-1]
    x[:] = x * 2
    return x


def _overlap(key, source):
    def program(mx):
        x = mx.nd.array(np.arange(12).reshape(4, 3))
        x[key] = x[source]
        return x

    return program


suite.table(
    "overlap",
    {
        "down": _overlap(S[1:], S[:-1]),
        "up": _overlap(S[:-1], S[1:]),
        "reversed": _overlap(S[::-1], S[:]),
        "whole_from_first": _overlap(S[:], S[0]),
        "whole_from_second": _overlap(S[:], S[1]),
        "advanced": _overlap([1, 2, 3], S[:-1]),
        "same": _overlap(S[1:3], S[1:3]),
        "apart": _overlap(S[0:2], S[2:4]),
    },
)

# ------------------------------------------------------------------ recording

FORMS = {
    "all": (S[:], lambda y: y),
    "all_by_bounds": (S[0:3], lambda y: y),
    "all_step": (S[::1], lambda y: y),
    "ellipsis": (..., lambda y: y),
    "empty_tuple": ((), lambda y: y),
    "new_axis": (None, lambda y: y),
    "all_stretched": (S[:], lambda y: y[0:1]),
    "all_deep": (S[:], lambda y: y.reshape((1, 3))),
    "all_cast": (S[:], lambda y: y.astype("float64")),
    "all_numpy": (S[:], lambda y: y.asnumpy()),
    "all_list": (S[:], lambda y: [1.0, 2.0, 3.0]),
    "all_number": (S[:], lambda y: 5),
    "element": (1, lambda y: y[0]),
    "element_number": (1, lambda y: 5),
    "element_numpy": (1, lambda y: np.array([5.0])),
    "part": (S[0:2], lambda y: y[0:2]),
    "part_number": (S[0:2], lambda y: 5.0),
    "part_list": (S[0:2], lambda y: [5.0, 6.0]),
    "step": (S[::2], lambda y: y[0:2]),
    "reversed": (S[::-1], lambda y: y),
    "advanced": ([0, 1, 2], lambda y: y),
    "advanced_number": ([1], lambda y: 5),
    "advanced_list": ([1], lambda y: [5.0]),
}


def _inside(target, form):
    """Write inside ``record()`` and use the array: the refusal, or values and gradient."""
    key, value = FORMS[form]

    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        u = mx.nd.array([4.0, 5.0, 6.0])
        u.attach_grad()
        z = mx.nd.zeros((3,))
        with mx.autograd.record():
            y = x * 2
            if target == "leaf":
                z = u
            elif target == "used":
                z * x
            elif target == "computed":
                z = u * 3
            elif target == "view":
                z = z[0:3]
            elif target == "leaf_view":
                z = u[0:3]
            elif target == "written":
                z[:] = y
            try:
                z[key] = value(y)
            except Exception as error:
                return type(error).__name__
            out = (z * z).sum() + x.sum()
        out.backward()
        return z, x.grad, u.grad

    return program


for target in ("free", "leaf", "used", "computed", "view", "leaf_view", "written"):
    suite.table(f"recorded/{target}", {form: _inside(target, form) for form in FORMS})


@suite.case("recorded/value_is_leaf")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    z = mx.nd.zeros((3,))
    with mx.autograd.record():
        z[:] = x
        y = z * z
    y.backward()
    return z, x.grad


@suite.case("recorded/value_on_other_context")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0], ctx=mx.cpu(1))
    x.attach_grad()
    z = mx.nd.zeros((3,))
    with mx.autograd.record():
        z[:] = x * 2
        y = z * z
    y.backward()
    return z, x.grad


@suite.case("recorded/constant_value")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    z = mx.nd.zeros((3,))
    with mx.autograd.record():
        z[:] = mx.nd.array([4.0, 5.0, 6.0])
        z[1] = 7
        y = z * x
    y.backward()
    return z, x.grad


@suite.case("recorded/self")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        x[:] = x
        y = x * x
        y[:] = y
    y.backward()
    return x.grad


@suite.case("recorded/index_from_graph")
def _(mx):
    x = mx.nd.array([0.0, 1.0])
    x.attach_grad()
    z = mx.nd.zeros((3,))
    with mx.autograd.record():
        return attempt(lambda: z.__setitem__(x * 1, 5))


@suite.case("recorded/item_of_gradient")
def _(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    y = mx.nd.array([1.0, 2.0])
    y.attach_grad()
    with mx.autograd.record():
        (x * y).backward()
        z = mx.nd.zeros((2,))
        z[0] = x.grad[0]
    return z


@suite.case("recorded/written_twice_in_two_records")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    z = mx.nd.zeros((3,))
    results = []
    for _ in range(2):
        with mx.autograd.record():
            z[:] = x * 2
            y = z * z
        y.backward()
        results.append(x.grad.asnumpy())
    return results, z


@suite.case("outside/leaf_keeps_gradient")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    x[1] = 5
    x[:] = x * 2
    x[[0, 2]] = 9
    x[::2] = [1, 2]
    with mx.autograd.record():
        y = x * x
    y.backward()
    return x, x.grad


@suite.case("outside/every_form_between")
def _(mx):
    results = []
    for key, value in (
        (S[:], 7),
        (1, 7.0),
        (S[1:], 7),
        (S[::2], 7),
        ([0, 2], 7),
        (S[:], [4, 5, 6]),
        (S[:], np.array([4, 5, 6])),
        (S[::-1], [4, 5, 6]),
        ([2, 1], [4, 5]),
        (1, [4]),
    ):
        x = mx.nd.array([1.0, 2.0, 3.0])
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
        x[key] = value
        y.backward()
        results.append((x.asnumpy(), x.grad.asnumpy()))
    return results


@suite.case("outside/recorded_value")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    z = mx.nd.zeros((3,))
    with mx.autograd.record():
        y = x * x
    z[:] = y
    z[1] = y[0]
    return z, attempt(z.backward), attempt(y.backward), x.grad


@suite.case("outside/constant_of_graph")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    c = mx.nd.array([1.0, 2.0, 3.0])
    with mx.autograd.record():
        y = x * c
    c[:] = 10
    c[1] = 20
    y.backward()
    return x.grad


@suite.case("outside/running_buffer")
def _(mx):
    w = mx.nd.array([1.0, 2.0])
    w.attach_grad()
    history = mx.nd.zeros((3, 2))
    for i in range(3):
        with mx.autograd.record():
            loss = (w * w).sum()
        loss.backward()
        history[i] = w
        w[:] = w - 0.1 * w.grad
    return history, w
