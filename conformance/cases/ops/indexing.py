"""Taking, picking, gathering, scattering, masks, one-hot rows, positions, embeddings, sequences."""

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)

INDEX_DTYPES = ("float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool")
DATA_DTYPES = ("float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool")
X = Arr((4, 3), low=-9, high=9)
X3 = Arr((2, 3, 4), low=-9, high=9)
V = Arr((5,), low=-9, high=9)
ONE = Arr((1, 3), low=-9, high=9)


def index(values, dtype="float32", **options):
    return Arr(values=values, dtype=dtype, **options)


def integers(values, dtype):
    """The same small data in any dtype."""
    return Arr(values=values, dtype=dtype)


# ------------------------------------------------------------------ take

suite.standard(
    "take",
    "nd.take",
    (X, index([0, 2, 2, -1, 9], "int32")),
    [
        {},
        {"mode": "wrap"},
        {"mode": "clip"},
        {"axis": 1},
        {"axis": -1},
        {"axis": -2},
        {"axis": 1, "mode": "wrap"},
    ],
    bad={
        "axis": ((X, index([0])), {"axis": 2}, ("take", "axis")),
        "negative_axis": ((X, index([0])), {"axis": -3}, ("take", "axis")),
        "mode": ((X, index([0])), {"mode": "no"}, ("mode", "clip")),
        "attribute": ((X, index([0])), {"no_such_attribute": 1}, ("no_such_attribute",)),
        "indices": ((X,), {}, ("take", "indices")),
        "list": ((X, [0, 1]), {}, ("take", "indices")),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(f"take/index_{dtype}", "nd.take", (X, index([1, 0, 1], dtype)), grad=(0,) if dtype != "bool" else False)
for name, args, attrs in (
    ("matrix_index", (X, index([[0, 1], [3, 2]])), {}),
    ("matrix_index_axis", (X, index([[0, 1], [2, 5]])), {"axis": 1}),
    ("cube_middle", (X3, index([2, 0, 1, 1])), {"axis": 1}),
    ("cube_last", (X3, index([[3, -9]])), {"axis": -1, "mode": "wrap"}),
    ("vector", (V, index([4, 0])), {}),
    ("single", (V, index([2])), {}),
    ("fractions", (V, index([-0.5, 1.7, 4.9, 7.2])), {}),
    ("fractions_wrap", (V, index([-0.5, -1.7, 4.9, 7.2])), {"mode": "wrap"}),
    ("raise_fine", (V, index([0, 4])), {"mode": "raise"}),
    ("raise_beyond", (V, index([0, 5])), {"mode": "raise"}),
    ("raise_before", (V, index([-1, 0])), {"mode": "raise"}),
    ("raise_fraction", (V, index([4.5])), {"mode": "raise"}),
    ("raise_axis", (X, index([2, 0])), {"axis": 1, "mode": "raise"}),
    ("size_one", (ONE, index([0, 0, 3])), {}),
    ("far_wrap", (V, index([-11, 11, 104])), {"mode": "wrap"}),
    ("nan", (V, index([float("nan")])), {}),
    ("same_five_times", (V, index([3, 3, 3, 3, 3])), {}),
):
    suite.op(f"take/{name}", "nd.take", args, attrs)
suite.op("take/bool", "nd.take", (integers([1, 0, 1], "bool"), index([2, 1])), grad=False)
suite.op("take/text_attributes", "nd.take", (X, index([1, 0])), {"axis": "1", "mode": "wrap"})
suite.op("take/method", ".take", (X, index([1, 0])), {"axis": 1})
suite.op("take/grad_add", "nd.take", (X.with_(req="add"), index([0, 0, 1])))
suite.op("take/keywords", "nd.take", (), {"a": X, "indices": index([1, 0]), "axis": 0})
suite.op("take/positional", "nd.take", (X, index([1, 4]), 1, "wrap"))

# ------------------------------------------------------------------ batch_take, pick

suite.standard("batch_take", "nd.batch_take", (X, index([0, 2, 1, 0], "int32")), grad=False)
suite.op("batch_take/clipped", "nd.batch_take", (X, index([-1, 1, 9, 0], "int32")), grad=False)
suite.op("batch_take/column", "nd.batch_take", (X, index([[0], [2], [1], [0]], "int32")), grad=False)
suite.op("batch_take/no_gradient", "nd.batch_take", (X, index([0, 2, 1, 0], "int32")))
for dtype in ("float32", "int64", "uint8"):
    suite.op_error(
        f"batch_take/index_{dtype}", "nd.batch_take", (X, index([0, 1, 2, 0], dtype)), says=("batch_take", "int32")
    )
suite.op_error("batch_take/count", "nd.batch_take", (X, index([0, 1], "int32")), says=("batch_take",))
suite.op_error("batch_take/vector", "nd.batch_take", (V, index([0], "int32")), says=("batch_take",))

suite.standard(
    "pick",
    "nd.pick",
    (X, index([0, 2, 1, 5])),
    [
        {},
        {"keepdims": True},
        {"mode": "wrap"},
        {"axis": 1},
        {"axis": -1},
        {"axis": 1, "keepdims": True, "mode": "wrap"},
    ],
    bad={
        "axis": ((X, index([0])), {"axis": 2}, ("pick", "axis")),
        "axis_none": ((X, index([0])), {"axis": None}, ("pick", "axis")),
        "index_shape": ((X, index([0, 1])), {}, ("pick", "index")),
        "mode": ((X, index([0])), {"mode": "raise"}, ("mode",)),
        "attribute": ((X, index([0])), {"no_such_attribute": 1}, ("no_such_attribute",)),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(f"pick/index_{dtype}", "nd.pick", (X, index([1, 0, 1, 1], dtype)), grad=(0,))
for name, args, attrs in (
    ("first_axis", (X, index([0, 3, 9])), {"axis": 0}),
    ("first_axis_kept", (X, index([0, 3, 9])), {"axis": 0, "keepdims": True}),
    ("negative", (X, index([-1, -0.5, 2.9, 5])), {}),
    ("wrap", (X, index([-1, -4, 4, 5])), {"mode": "wrap"}),
    ("column_index", (X, index([[0], [1], [2], [2]])), {}),
    ("column_index_kept", (X, index([[0], [1], [2], [2]])), {"keepdims": True}),
    ("cube", (X3, index([[0, 1, 2], [3, 2, 1]])), {}),
    ("cube_middle", (X3, index([[0, 1, 2, 0], [2, 2, 1, 9]])), {"axis": 1}),
    ("cube_kept", (X3, index([[[0, 1, 2, 0]], [[2, 2, 1, 9]]])), {"axis": 1, "keepdims": True}),
    ("vector", (V, index([2])), {"axis": 0}),
    ("size_one", (ONE, index([2])), {}),
    ("size_one_axis", (ONE, index([0, 5, 0])), {"axis": 0}),
):
    suite.op(f"pick/{name}", "nd.pick", args, attrs)
suite.op("pick/method", ".pick", (X, index([1, 0, 2, 2])), {"keepdims": True})
suite.op("pick/alias_choose_element_0index", "nd.choose_element_0index", (X, index([0, 1, 2, 5])))
suite.op("pick/grad_add", "nd.pick", (X.with_(req="add"), index([0, 2, 1, 5])))

FILL = (X, Arr((4,), seed=2), index([0, 2, 1, 1]))
suite.op("fill_element_0index/default", "nd.fill_element_0index", FILL, grad=False)
suite.op("fill_element_0index/no_gradient", "nd.fill_element_0index", FILL)
suite.op("fill_element_0index/rows", "nd.fill_element_0index", tuple(a.with_(layout="rows") for a in FILL), grad=False)
suite.op(
    "fill_element_0index/transposed",
    "nd.fill_element_0index",
    (FILL[0].with_(layout="transposed"), *FILL[1:]),
    grad=False,
)
suite.op("fill_element_0index/out", "nd.fill_element_0index", FILL, grad=False, out=True)
suite.op_error(
    "fill_element_0index/shapes",
    "nd.fill_element_0index",
    (X, Arr((3,)), index([0, 1, 2])),
    says=("fill_element_0index",),
)
suite.op_error(
    "fill_element_0index/dtype",
    "nd.fill_element_0index",
    tuple(a.with_(dtype="float64") for a in FILL),
    says=("fill_element_0index", "float32"),
)

# ------------------------------------------------------------------ gather_nd, scatter_nd

AT = index([[0, 3, 0], [1, 2, 1]], "int32")
suite.standard(
    "gather_nd",
    "nd.gather_nd",
    (X, AT),
    bad={
        "index_rank": ((X, index([0, 1])), {}, ("gather_nd", "indices")),
        "too_many_rows": ((X, index([[0], [0], [0]])), {}, ("gather_nd",)),
        "beyond": ((X, index([[0, 4]])), {}, ("gather_nd", "4", "axis 0")),
        "second_beyond": ((X, index([[0, 1], [0, 3]], "int32")), {}, ("gather_nd", "3", "axis 1")),
        "before": ((X, index([[0, -5]])), {}, ("gather_nd", "-5")),
        "fraction_beyond": ((V, index([[4.5]])), {}, ("gather_nd", "4.5")),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(f"gather_nd/index_{dtype}", "nd.gather_nd", (X, index([[1, 0, 1], [1, 1, 0]], dtype)), grad=(0,))
for name, args in {
    "whole_rows": (X, index([[0, 2, 2]])),
    "matrix_of_rows": (X, index([[[0, 2], [2, 1]]])),
    "full_matrix": (X, index([[[0, 2], [2, 1]], [[0, 1], [2, 0]]])),
    "cube": (X3, index([[0, 1], [2, 0]])),
    "cube_full": (X3, index([[0, 1], [2, 0], [3, 3]])),
    "vector": (V, index([[4, 4, 0]])),
    "size_one": (ONE, index([[0, 0], [1, 2]])),
    "fractions": (V, index([[1.7, 3.9]])),
}.items():
    suite.op(f"gather_nd/{name}", "nd.gather_nd", args)
suite.op("gather_nd/negative", "nd.gather_nd", (X, index([[-1, 1], [-3, 2]])), grad=False)
suite.op("gather_nd/negative_int", "nd.gather_nd", (X, index([[-1, 1], [-3, 2]], "int64")), grad=False)
suite.op("gather_nd/negative_fractions", "nd.gather_nd", (V, index([[-0.5, -1.5]])), grad=False)
suite.op("gather_nd/bool_data", "nd.gather_nd", (integers([1, 0, 1], "bool"), index([[2, 1]])), grad=False)
suite.op("gather_nd/grad_add", "nd.gather_nd", (X.with_(req="add"), AT), grad=(0,))

suite.standard(
    "scatter_nd",
    "nd.scatter_nd",
    (Arr((3,)), index([[0, 3, 1], [1, 2, 1]], "int32")),
    {"shape": (4, 3)},
    bad={
        "shape": ((Arr((2,)), AT), {"shape": (4, 3)}, ("scatter_nd",)),
        "no_shape": ((Arr((3,)), AT), {}, ("shape",)),
        "index_rank": ((Arr((3,)), index([0, 1, 2])), {"shape": (4,)}, ("scatter_nd",)),
        "too_many_rows": ((Arr((3,)), AT), {"shape": (4,)}, ("scatter_nd",)),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(
        f"scatter_nd/index_{dtype}",
        "nd.scatter_nd",
        (Arr((2,)), index([[1, 0], [0, 1]], dtype)),
        {"shape": (2, 2)},
        grad=(0,) if dtype != "bool" else False,
    )
for name, args, shape in (
    ("whole_rows", (Arr((2, 3)), index([[3, 1]])), (4, 3)),
    ("cube", (Arr((2, 4)), index([[0, 1], [2, 0]])), (2, 3, 4)),
    ("vector", (Arr((2,)), index([[4, 0]])), (5,)),
    ("matrix_of_rows", (Arr((2, 2, 3)), index([[[0, 2], [3, 1]]])), (4, 3)),
    ("fractions", (Arr((2,)), index([[1.7, 0.2]])), (3,)),
    ("list_shape", (Arr((1,)), index([[1]])), [3]),
):
    suite.op(f"scatter_nd/{name}", "nd.scatter_nd", args, {"shape": shape})
suite.op("scatter_nd/duplicates", "nd.scatter_nd", (Arr((3,)), AT), {"shape": (4, 3)}, grad=False)
suite.op(
    "scatter_nd/grad_add",
    "nd.scatter_nd",
    (Arr((2,), req="add"), index([[1, 0], [0, 1]])),
    {"shape": (2, 2)},
    grad=(0,),
)


@suite.case("scatter_set_nd/into_itself")
def _(mx):
    x = mx.nd.zeros((2, 3))
    given = dict(lhs=x, rhs=mx.nd.array([1, 2]), indices=mx.nd.array([[0, 1], [1, 2]]), shape=(2, 3))
    result = mx.nd._internal._scatter_set_nd(out=x, **given)
    return result is x, x


@suite.case("scatter_set_nd/rows_and_duplicates")
def _(mx):
    x = mx.nd.ones((3, 2), dtype="int32")
    rows = mx.nd.array([[1, 2], [3, 4], [5, 6]], dtype="int32")
    mx.nd._internal._scatter_set_nd(x, rows, mx.nd.array([[2, 0, 2]], dtype="int64"), shape=(3, 2), out=x)
    return x


@suite.error("scatter_set_nd/shapes", says=("_scatter_set_nd",))
def _(mx):
    x = mx.nd.ones((3, 2))
    mx.nd._internal._scatter_set_nd(x, mx.nd.ones((2,)), mx.nd.array([[2, 0, 2]]), shape=(3, 2), out=x)
    return x


# ------------------------------------------------------------------ one_hot

suite.standard(
    "one_hot",
    "nd.one_hot",
    (index([0, 2, 1, 2]),),
    [
        {"depth": 3},
        {"depth": 2},
        {"depth": 5},
        {"depth": 1},
        {"depth": 3, "on_value": 8.7, "off_value": -1.5},
        {"depth": 3, "on_value": 1e6, "dtype": "float16"},
        {"depth": 3, "dtype": "float64", "on_value": 0.1},
        {"depth": 3, "on_value": 0, "off_value": 1},
        {"depth": 0},
    ],
    bad={
        "depth": ((index([0]),), {"depth": -1}, ("one_hot", "depth")),
        "no_depth": ((index([0]),), {}, ("depth",)),
        "depth_type": ((index([0]),), {"depth": 2.5}, ("depth",)),
        "dtype": ((index([0]),), {"depth": 3, "dtype": "nope"}, ()),
        "dtype_bool": ((index([0]),), {"depth": 3, "dtype": "bool"}, ("dtype",)),
        "attribute": ((index([0]),), {"depth": 3, "no_such_attribute": 1}, ("no_such_attribute",)),
    },
)
for name, attrs in {
    "int32": {"depth": "3", "dtype": "int32"},
    "uint8": {"depth": 3, "on_value": 8.7, "off_value": -1, "dtype": "uint8"},
    "int32_wraps": {"depth": 3, "on_value": 3e9, "off_value": -1.5, "dtype": "int32"},
    "int64": {"depth": 3, "dtype": "int64"},
    "int8": {"depth": 3, "dtype": "int8", "off_value": 200},
}.items():
    suite.op(f"one_hot/to_{name}", "nd.one_hot", (index([0, 2, 1, 2]),), attrs, grad=False)
suite.op("one_hot/integers_in_graph", "nd.one_hot", (index([0, 2]),), {"depth": 3, "dtype": "int32"})
suite.op("one_hot/bool", "nd.one_hot", (index([1, 0], "bool"), 3), grad=False)
suite.op("one_hot/outside", "nd.one_hot", (index([-1, 3, 9, -0.5, 1.9]), 3), grad=False)
suite.op("one_hot/matrix", "nd.one_hot", (index([[0, 2], [1, 0]]), 3))
suite.op("one_hot/method", ".one_hot", (index([0, 2]), 3), grad=False)
suite.op("one_hot/positional", "nd.one_hot", (index([0, 2]), 3, 5, 2, "int32"), grad=False)


@suite.case("onehot_encode")
def _(mx):
    given = mx.nd.ones((3, 4))
    result = mx.nd.onehot_encode(mx.nd.array([0, 3, 1]), given)
    return result is given, given


@suite.case("onehot_encode/new")
def _(mx):
    given = mx.nd.ones((3, 4))
    return mx.nd._internal._onehot_encode(mx.nd.array([0, 3, 1]), given), given


@suite.error("onehot_encode/dtype", says=("_onehot_encode", "float32"))
def _(mx):
    return mx.nd.onehot_encode(mx.nd.array([0, 1], dtype="int32"), mx.nd.ones((2, 4), dtype="int32"))


# ------------------------------------------------------------------ where, boolean_mask, index_copy

COND = index([[0.0, 1.0, 2.0], [3.0, 0.0, 0.5]])
A, B = Arr((2, 3)), Arr((2, 3), seed=2)
suite.standard(
    "where",
    "nd.where",
    (COND, A, B),
    bad={
        "xy_shapes": ((COND, A, Arr((2, 1))), {}, ("where",)),
        "xy_dtypes": ((COND, A, B.with_(dtype="float64")), {}, ("where", "float64")),
        "condition_shape": ((index([[0, 1, 1]]), A, B), {}, ("where", "condition")),
        "condition_vector": ((index([0, 1, 1]), A, B), {}, ("where", "condition")),
        "missing": ((COND, A), {}, ("where",)),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(
        f"where/condition_{dtype}",
        "nd.where",
        (index([[0, 1, 1], [1, 0, 2]], dtype), A, B),
        grad=(1, 2),
    )
suite.op("where/rows_of_condition", "nd.where", (index([0, 1]), A, B))
suite.op("where/vector", "nd.where", (index([0, 1, 0, 2, 0]), V, V.with_(seed=2)))
suite.op("where/cube", "nd.where", (index([0, 1]), X3, X3.with_(seed=2)))
suite.op("where/special", "nd.where", (index([float("nan"), 0.0, -0.0, float("inf")]), Arr((4,)), Arr((4,), seed=2)))
suite.op("where/infinite_branch", "nd.where", (index([1, 0]), index([1.0, 2.0]), index([float("nan"), float("inf")])))
suite.op("where/grad_x_only", "nd.where", (COND, A, B), grad=(1,))
suite.op("where/grad_add", "nd.where", (COND, A.with_(req="add"), B.with_(req="add")), grad=(1, 2))
suite.op("where/bool_data", "nd.where", (index([0, 1]), index([1, 0], "bool"), index([1, 1], "bool")), grad=False)

suite.standard(
    "boolean_mask",
    "nd.contrib.boolean_mask",
    (X, index([0, 1, 2, 0])),
    out=False,
    bad={
        "axis": ((X, index([0, 1, 1])), {"axis": 1}, ("boolean_mask", "axis")),
        "length": ((X, index([0, 1, 1])), {}, ("boolean_mask",)),
        "rank": ((X, X), {}, ("boolean_mask",)),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(f"boolean_mask/index_{dtype}", "nd.contrib.boolean_mask", (X, index([1, 0, 1, 1], dtype)), grad=(0,))
suite.op("boolean_mask/fractions", "nd.contrib.boolean_mask", (X, index([0, 0.5, -1, 1])))
suite.op("boolean_mask/none", "nd.contrib.boolean_mask", (X, index([0, 0, 0, 0])), grad=False)
suite.op("boolean_mask/all", "nd.contrib.boolean_mask", (X, index([1, 1, 1, 1])))
suite.op("boolean_mask/vector", "nd.contrib.boolean_mask", (V, index([1, 0, 0, 1, 1])))
suite.op("boolean_mask/cube", "nd.contrib.boolean_mask", (X3, index([0, 1])))
suite.op(
    "boolean_mask/bool_data", "nd.contrib.boolean_mask", (integers([1, 0, 1], "bool"), index([1, 1, 0])), grad=False
)

ROWS = Arr((2, 3), seed=2)
suite.standard(
    "index_copy",
    "nd.contrib.index_copy",
    (X, index([3, 0], "int32"), ROWS),
    bad={
        "count": ((X, index([3, 0, 1]), ROWS), {}, ("index_copy",)),
        "width": ((X, index([3, 0]), Arr((2, 2))), {}, ("index_copy",)),
        "rank": ((X, index([3, 0]), Arr((2,))), {}, ("index_copy",)),
        "index_rank": ((X, index([[3, 0]]), ROWS), {}, ("index_copy",)),
        "too_many": ((ROWS, index([0, 1, 0, 1]), X), {}, ("index_copy",)),
    },
)
for dtype in INDEX_DTYPES:
    suite.op(f"index_copy/index_{dtype}", "nd.contrib.index_copy", (X, index([1, 0], dtype), ROWS), grad=(0,))
suite.op("index_copy/duplicates", "nd.contrib.index_copy", (X, index([3, 3], "int32"), ROWS), grad=False)
suite.op("index_copy/cube", "nd.contrib.index_copy", (X3, index([1], "int64"), Arr((1, 3, 4), seed=2)))
suite.op("index_copy/vector", "nd.contrib.index_copy", (V, index([4, 1], "int64"), Arr((2,), seed=2)))

# ------------------------------------------------------------------ positions

suite.standard(
    "index_array",
    "nd.contrib.index_array",
    (X,),
    [{}, {"axes": (1, 0)}, {"axes": (0,)}, {"axes": (-1,)}, {"axes": (-2, 1)}, {"axes": 1}, {"axes": ()}],
    grad=False,
)
suite.op("index_array/cube", "nd.contrib.index_array", (X3,), grad=False)
suite.op("index_array/cube_axes", "nd.contrib.index_array", (X3,), {"axes": (2, 0)}, grad=False)

POINTS = index([[1, 0, 3], [2, 1, 0]])
suite.standard(
    "ravel_multi_index",
    "nd.ravel_multi_index",
    (POINTS,),
    [{"shape": (4, 3)}, {"shape": (-1, 3)}, {"shape": (9, 7)}],
    bad={
        "shape": ((POINTS,), {"shape": (4, 3, 2)}, ("ravel_multi_index",)),
        "no_shape": ((POINTS,), {}, ("ravel_multi_index", "shape")),
        "rank": ((index([1, 2]),), {"shape": (4, 3)}, ("ravel_multi_index",)),
        "bool": ((POINTS.with_(dtype="bool"),), {"shape": (4, 3)}, ("ravel_multi_index",)),
    },
)
suite.op("ravel_multi_index/outside", "nd.ravel_multi_index", (index([[7, 0], [-2, 1]]),), {"shape": (4, 3)})
suite.op("ravel_multi_index/fractions", "nd.ravel_multi_index", (index([[1.5, 0.9], [2.5, 1.9]]),), {"shape": (4, 3)})
suite.op("ravel_multi_index/three", "nd.ravel_multi_index", (index([[1], [2], [3]]),), {"shape": (2, 3, 4)})
suite.op("ravel_multi_index/one", "nd.ravel_multi_index", (index([[1, 2]]),), {"shape": (5,)})
suite.op("ravel_multi_index/wraps", "nd.ravel_multi_index", (index([[1, 1]], "uint8"),), {"shape": (5,)}, grad=False)

FLAT = index([5, 0, 11, 7])
suite.standard(
    "unravel_index",
    "nd.unravel_index",
    (FLAT,),
    [{"shape": (4, 3)}, {"shape": (-1, 3)}, {"shape": (2, 2, 3)}, {"shape": (12,)}],
    bad={
        "no_shape": ((FLAT,), {}, ("unravel_index", "shape")),
        "bool": ((FLAT.with_(dtype="bool"),), {"shape": (4, 3)}, ("unravel_index",)),
    },
)
suite.op("unravel_index/text", "nd.unravel_index", (FLAT,), {"shape": "(4, 3)"})
suite.op("ravel_multi_index/text", "nd.ravel_multi_index", (POINTS,), {"shape": "(4, 3)"})
suite.op("unravel_index/outside", "nd.unravel_index", (index([12, -1, 25.5, -7]),), {"shape": (4, 3)})

# ------------------------------------------------------------------ Embedding

TABLE = Arr((4, 3))
suite.standard(
    "Embedding",
    "nd.Embedding",
    (index([[0, 3], [1, 0]], "int32"), TABLE),
    [{"input_dim": 4, "output_dim": 3}, {"input_dim": "4", "output_dim": 3, "dtype": "float16"}],
    bad={
        "weight": ((index([0]), TABLE), {"input_dim": 5, "output_dim": 3}, ("Embedding", "weight")),
        "input_dim": ((index([0]), TABLE), {"input_dim": 0, "output_dim": 3}, ("input_dim",)),
        "no_dims": ((index([0]), TABLE), {}, ("input_dim",)),
        "attribute": ((index([0]), TABLE), {"input_dim": 4, "output_dim": 3, "no_such": 1}, ("no_such",)),
    },
)
DIMS = {"input_dim": 4, "output_dim": 3}
for dtype in INDEX_DTYPES:
    suite.op(
        f"Embedding/index_{dtype}",
        "nd.Embedding",
        (index([1, 0, 1], dtype), TABLE),
        DIMS,
        grad=(1,),
    )
suite.op("Embedding/clipped", "nd.Embedding", (index([0, -1, 9, 1.7, -0.5]), TABLE), DIMS, grad=(1,))
suite.op("Embedding/grad_add", "nd.Embedding", (index([0, 0], "int32"), TABLE.with_(req="add")), DIMS)
suite.op("Embedding/gradient_of_data", "nd.Embedding", (index([0, 1]), TABLE), DIMS, grad=(0,))
suite.op(
    "Embedding/sparse_grad_forward", "nd.Embedding", (index([0, 1]), TABLE), dict(DIMS, sparse_grad=True), grad=False
)
suite.op(
    "Embedding/sparse_grad_dense_buffer", "nd.Embedding", (index([0, 1], "int32"), TABLE), dict(DIMS, sparse_grad=True)
)
suite.op(
    "Embedding/size_one", "nd.Embedding", (index([0, 0, 5], "int32"), Arr((1, 1))), {"input_dim": 1, "output_dim": 1}
)
suite.op("Embedding/cube", "nd.Embedding", (index([[[0, 1]], [[2, 3]]], "int32"), TABLE), DIMS)

# ------------------------------------------------------------------ sequences

D3, D2 = Arr((3, 2, 2)), Arr((3, 2))
LENGTHS = index([1, 2])
USE = {"use_sequence_length": True}
for op, extra, bad_axis in (
    ("SequenceMask", [dict(USE, value=-1.5), dict(USE, value=float("nan"))], 2),
    ("SequenceLast", [], 2),
    ("SequenceReverse", [], 1),
):
    path = "nd." + op
    suite.standard(
        op,
        path,
        (D3, LENGTHS),
        [USE, dict(USE, axis=0), *extra],
        bad={
            "axis": ((D3, LENGTHS), dict(USE, axis=bad_axis), (op, "axis")),
            "negative_axis": ((D3, LENGTHS), dict(USE, axis=-1), (op, "axis")),
            "lengths": ((D3, index([1, 2, 3])), USE, (op, "sequence_length")),
            "lengths_not_used": ((D3, LENGTHS), {}, (op, "sequence_length")),
            "lengths_missing": ((D3,), USE, (op, "sequence_length")),
            "attribute": ((D3, LENGTHS), dict(USE, no_such=1), ("no_such",)),
        },
    )
    for dtype in INDEX_DTYPES:
        suite.op(f"{op}/lengths_{dtype}", path, (D3, index([1, 1], dtype)), USE, grad=(0,))
    safe = op != "SequenceLast"  # whose gradient reads uninitialized memory then
    suite.op(f"{op}/no_lengths", path, (D3,), grad=safe)
    suite.op(f"{op}/no_lengths_matrix", path, (D2,), grad=safe)
    suite.op(f"{op}/matrix", path, (D2, LENGTHS), USE)
    suite.op(f"{op}/full", path, (D3, index([3, 3])), USE)
    suite.op(f"{op}/fractions", path, (D3, index([1.5, 2.9])), USE)
    suite.op(f"{op}/size_one", path, (Arr((1, 1, 3)), index([1])), USE)
    suite.op(f"{op}/four_axes", path, (Arr((3, 2, 2, 2)), LENGTHS), USE)
    suite.op(f"{op}/grad_add", path, (D3.with_(req="add"), LENGTHS), USE, grad=(0,))
    if op != "SequenceReverse":
        suite.op(f"{op}/second_axis", path, (Arr((2, 3, 2)), LENGTHS), dict(USE, axis=1))
        suite.op(f"{op}/second_axis_no_lengths", path, (Arr((2, 3, 2)),), {"axis": 1}, grad=safe)
    if op != "SequenceMask":
        suite.op_error(f"{op}/vector", path, (V,), says=(op,))
suite.op("SequenceMask/zero_length", "nd.SequenceMask", (D3, index([0, 2])), USE)
suite.op("SequenceReverse/zero_length", "nd.SequenceReverse", (D3, index([0, 2])), USE)
suite.op(
    "SequenceMask/int_value", "nd.SequenceMask", (D3.with_(dtype="int32"), LENGTHS), dict(USE, value=-1.5), grad=False
)


@suite.case("SequenceMask/result_is_a_copy")
def _(mx):
    x = mx.nd.array([[1, 2], [3, 4]])
    y = mx.nd.SequenceMask(x)
    y[:] = 0
    z = mx.nd.SequenceLast(x)
    z[:] = 0
    return x


@suite.case("gradients/indices_get_zeros")
def _(mx):
    x, i = mx.nd.array([[1.0, 2.0], [3.0, 4.0]]), mx.nd.array([0.0, 1.0])
    results = []
    for f in (
        lambda: mx.nd.take(x, i),
        lambda: mx.nd.pick(x, i),
        lambda: mx.nd.one_hot(i, 2) * x,
        lambda: mx.nd.where(i, x, x),
        lambda: mx.nd.contrib.boolean_mask(x, i),
        lambda: mx.nd.gather_nd(x, i.reshape((1, 2))),
        lambda: mx.nd.contrib.index_copy(x, i, x),
        lambda: mx.nd.SequenceMask(x, i, True),
        lambda: x[i],
    ):
        x.attach_grad()
        i.attach_grad()
        i.grad[:] = 9
        with mx.autograd.record():
            y = f()
        results.append((attempt(y.backward), x.grad.asnumpy(), i.grad.asnumpy()))
    return results
