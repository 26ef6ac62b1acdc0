"""repr, str, len, bool, int, float, index, iteration, properties."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

DTYPES = ("float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool")


def _shown(dtype, function=repr):
    return lambda mx: function(mx.nd.array([[0, 1, 2], [3, 4, 5]], dtype=dtype))


suite.table("repr_dtype", {d: _shown(d) for d in DTYPES})
suite.table("str_dtype", {d: _shown(d, str) for d in DTYPES})
suite.table(
    "repr",
    {
        "vector": lambda mx: repr(mx.nd.arange(5)),
        "one": lambda mx: repr(mx.nd.array([1.5])),
        "scalar": lambda mx: repr(mx.nd.array(1.5)),
        "cube": lambda mx: repr(mx.nd.arange(8).reshape((2, 2, 2))),
        "fractions": lambda mx: repr(mx.nd.array([[0.1, 2.25], [-3.125, 1e-5]])),
        "wide_range": lambda mx: repr(mx.nd.array([1e-10, 1.0, 1e10])),
        "nan_inf": lambda mx: repr(mx.nd.array([float("nan"), float("inf"), -1.0])),
        "long": lambda mx: repr(mx.nd.arange(2000)),
        "long_matrix": lambda mx: repr(mx.nd.arange(4000).reshape((40, 100))),
        "negative_zero": lambda mx: repr(mx.nd.array([-0.0, 0.0])),
        "context": lambda mx: repr(mx.nd.zeros((2, 1), ctx=mx.cpu(1))),
        "pinned": lambda mx: attempt(lambda: repr(mx.nd.zeros((2, 1), ctx=mx.cpu_pinned()))),
        "in_list": lambda mx: repr([mx.nd.ones(1), mx.nd.zeros(1)]),
        "in_dict": lambda mx: repr({"a": mx.nd.ones(1)}),
        "format": lambda mx: f"{mx.nd.ones(2)}",
        "format_percent": lambda mx: "%s" % mx.nd.ones(2),
        "format_number": lambda mx: attempt(lambda: "%.2f" % mx.nd.ones(1)),
        "format_spec": lambda mx: attempt(lambda: f"{mx.nd.ones(1):.2f}"),
        "format_asscalar": lambda mx: "%.3f %s" % (mx.nd.ones(1).asscalar(), mx.nd.ones(1).asscalar()),
        "asnumpy": lambda mx: repr(mx.nd.arange(3).asnumpy()),
        "recorded": lambda mx: _recorded(mx),
        "with_grad": lambda mx: _with_grad(mx),
        "uniform": lambda mx: repr(mx.nd.random.uniform(shape=(2, 2))),
        "precision_of_numpy": lambda mx: _precision(mx),
        "type": lambda mx: [type(mx.nd.ones(1)).__name__, type(mx.nd.ones(1)).__module__.split(".")[-1]],
    },
)


def _recorded(mx):
    x = mx.nd.ones(2)
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
    return repr(y)


def _with_grad(mx):
    x = mx.nd.ones(2)
    x.attach_grad()
    return repr(x), repr(x.grad)


def _precision(mx):
    with np.printoptions(precision=2, suppress=True):
        return repr(mx.nd.array([1.23456, 1e-7]))


suite.table(
    "properties",
    {
        "shape": lambda mx: (mx.nd.ones((2, 3)).shape, type(mx.nd.ones(2).shape).__name__),
        "size": lambda mx: (mx.nd.ones((2, 3)).size, type(mx.nd.ones(2).size).__name__),
        "ndim": lambda mx: (mx.nd.ones((2, 3)).ndim, mx.nd.array(5).ndim),
        "dtype": lambda mx: [mx.nd.ones(2, dtype=d).dtype for d in DTYPES],
        "dtype_equals": lambda mx: [
            mx.nd.ones(2).dtype == np.float32,
            mx.nd.ones(2).dtype == "float32",
            mx.nd.ones(2).dtype is np.float32,
            np.dtype(mx.nd.ones(2).dtype).name,
        ],
        "context": lambda mx: (mx.nd.ones(2).context, mx.nd.ones(2, ctx=mx.cpu(1)).ctx),
        "stype": lambda mx: mx.nd.ones(2).stype,
        "T": lambda mx: mx.nd.arange(6).reshape((2, 3)).T,
        "T_vector": lambda mx: mx.nd.arange(3).T,
        "T_cube": lambda mx: mx.nd.zeros((2, 3, 4)).T.shape,
        "writable": lambda mx: mx.nd.ones(2).writable,
        "grad": lambda mx: mx.nd.ones(2).grad,
        "scalar_shape": lambda mx: (mx.nd.array(5).shape, mx.nd.array(5).size, mx.nd.array(5).asnumpy()),
        "hashable": lambda mx: isinstance(hash(mx.nd.ones(1)), int),
        "dictionary_key": lambda mx: _key(mx),
        "in_set": lambda mx: _set(mx),
        "array_priority": lambda mx: mx.nd.ones(1).__array_priority__,
        "set_attribute": lambda mx: attempt(lambda: setattr(mx.nd.ones(2), "shape", (2, 1))),
        "set_grad": lambda mx: attempt(lambda: setattr(mx.nd.ones(2), "grad", mx.nd.ones(2))),
        "set_unknown": lambda mx: attempt(lambda: setattr(mx.nd.ones(2), "nope", 1)),
        "fluent_missing": lambda mx: attempt(lambda: mx.nd.ones(2).no_such_method),
    },
)


def _key(mx):
    x = mx.nd.ones(1)
    return {x: 3}[x]


def _set(mx):
    x, y = mx.nd.ones(1), mx.nd.ones(1)
    return len({x, y, x})


suite.table(
    "conversion",
    {
        "len": lambda mx: (len(mx.nd.ones(3)), len(mx.nd.ones((2, 3)))),
        "len_scalar": lambda mx: attempt(lambda: len(mx.nd.array(5))),
        "bool_true": lambda mx: bool(mx.nd.array([2.0])),
        "bool_false": lambda mx: bool(mx.nd.array([0.0])),
        "bool_scalar": lambda mx: bool(mx.nd.array(1)),
        "bool_many": lambda mx: attempt(lambda: bool(mx.nd.ones(2))),
        "bool_matrix_of_one": lambda mx: bool(mx.nd.ones((1, 1))),
        "bool_nan": lambda mx: bool(mx.nd.array([float("nan")])),
        "if": lambda mx: "yes" if mx.nd.ones(1) > 0 else "no",
        "not": lambda mx: not mx.nd.ones(1),
        "and": lambda mx: mx.nd.ones(1) and mx.nd.zeros(1),
        "float": lambda mx: float(mx.nd.array([2.5])),
        "float_many": lambda mx: attempt(lambda: float(mx.nd.ones(2))),
        "float_matrix_of_one": lambda mx: float(mx.nd.ones((1, 1))),
        "float_int32": lambda mx: float(mx.nd.ones(1, dtype="int32")),
        "int": lambda mx: int(mx.nd.array([2.7])),
        "int_many": lambda mx: attempt(lambda: int(mx.nd.ones(2))),
        "int_negative": lambda mx: int(mx.nd.array([-2.7])),
        "int_int64": lambda mx: int(mx.nd.array([2**40], dtype="int64")),
        "index": lambda mx: [10, 20, 30][mx.nd.array([1], dtype="int32")],
        "index_float": lambda mx: attempt(lambda: [10, 20, 30][mx.nd.array([1.0])]),
        "index_many": lambda mx: attempt(lambda: [10, 20, 30][mx.nd.array([1, 2], dtype="int32")]),
        "range": lambda mx: attempt(lambda: list(range(mx.nd.array([3], dtype="int64")))),
        "complex": lambda mx: attempt(lambda: complex(mx.nd.ones(1))),
        "asscalar": lambda mx: mx.nd.array([2.5]).asscalar(),
        "asscalar_int32": lambda mx: mx.nd.array([2], dtype="int32").asscalar(),
        "asscalar_float64": lambda mx: mx.nd.array([2], dtype="float64").asscalar(),
        "asscalar_float16": lambda mx: mx.nd.array([2], dtype="float16").asscalar(),
        "asscalar_bool": lambda mx: mx.nd.array([1], dtype="bool").asscalar(),
        "asscalar_many": lambda mx: attempt(lambda: mx.nd.ones(2).asscalar()),
        "asscalar_matrix_of_one": lambda mx: mx.nd.ones((1, 1)).asscalar(),
        "asscalar_scalar": lambda mx: mx.nd.array(3).asscalar(),
        "item": lambda mx: attempt(lambda: mx.nd.ones(1).item()),
        "tolist": lambda mx: attempt(lambda: mx.nd.ones(2).tolist()),
        "list": lambda mx: list(mx.nd.arange(3)),
        "list_of_rows": lambda mx: list(mx.nd.arange(4).reshape((2, 2))),
        "iterate_scalar": lambda mx: attempt(lambda: list(mx.nd.array(5))),
        "unpack": lambda mx: _unpack(mx),
        "zip": lambda mx: [int((a * b).asscalar()) for a, b in zip(mx.nd.arange(3), mx.nd.arange(3))],  # noqa: B905
        "enumerate": lambda mx: [i for i, _ in enumerate(mx.nd.ones((4, 1)))],
        "reversed": lambda mx: attempt(lambda: list(reversed(mx.nd.arange(3)))),
        "sum_builtin": lambda mx: sum(mx.nd.arange(4)),
        "max_builtin": lambda mx: max(mx.nd.array([1, 5, 2])),
        "sorted_builtin": lambda mx: sorted(mx.nd.array([3, 1, 2])),
        "abs_builtin": lambda mx: abs(mx.nd.array([-1, 2])),
        "round_builtin": lambda mx: attempt(lambda: round(mx.nd.array([1.6]))),
        "contains": lambda mx: attempt(lambda: 2 in mx.nd.array([1, 2, 3])),
        "contains_not": lambda mx: attempt(lambda: 7 in mx.nd.array([1, 2, 3])),
        "iterated_rows_share_memory": lambda mx: _rows(mx),
    },
)


def _unpack(mx):
    a, b = mx.nd.array([[1, 2], [3, 4]])
    return a, b


def _rows(mx):
    x = mx.nd.zeros((2, 2))
    for row in x:
        row[:] = 5
    return x
