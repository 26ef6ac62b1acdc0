"""Making arrays: from lists, NumPy, other arrays, scalars; filled ones; ranges."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

NUMPY_DTYPES = (
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
    "complex64",
)


def _from_numpy(dtype):
    return lambda mx: mx.nd.array(np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype))


def _with_dtype(dtype):
    return lambda mx: mx.nd.array([[0.0, 1.5, -2.5], [3, 4, 5]], dtype=dtype)


suite.table("array_of_numpy", {d: _from_numpy(d) for d in NUMPY_DTYPES})
suite.table("array_dtype", {d: _with_dtype(d) for d in NUMPY_DTYPES if d not in ("uint16", "uint32", "uint64")})
suite.table(
    "array_dtype_form",
    {
        "type": lambda mx: mx.nd.array([1, 2], dtype=np.int32),
        "dtype": lambda mx: mx.nd.array([1, 2], dtype=np.dtype("float16")),
        "builtin_float": lambda mx: mx.nd.array([1, 2], dtype=float),
        "builtin_int": lambda mx: mx.nd.array([1, 2], dtype=int),
        "builtin_bool": lambda mx: mx.nd.array([1, 0], dtype=bool),
        "none": lambda mx: mx.nd.array([1, 2], dtype=None),
        "letter": lambda mx: mx.nd.array([1, 2], dtype="d"),
        "letters": lambda mx: mx.nd.array([1, 2], dtype="f4"),
        "int": lambda mx: mx.nd.array([1, 2], dtype="int"),
    },
)
suite.table(
    "array",
    {
        "list_of_ints": lambda mx: mx.nd.array([1, 2, 3]),
        "list_of_bools": lambda mx: mx.nd.array([True, False]),
        "nested": lambda mx: mx.nd.array([[1, 2], [3, 4]]),
        "deep": lambda mx: mx.nd.array([[[1], [2]], [[3], [4]]]),
        "tuple": lambda mx: mx.nd.array((1, 2, 3)),
        "tuple_of_tuples": lambda mx: mx.nd.array(((1, 2), (3, 4))),
        "int_scalar": lambda mx: mx.nd.array(5),
        "float_scalar": lambda mx: mx.nd.array(2.5),
        "numpy_scalar": lambda mx: mx.nd.array(np.float64(2.5)),
        "numpy_0d": lambda mx: mx.nd.array(np.array(2.5)),
        "one_element": lambda mx: mx.nd.array([5]),
        "ndarray": lambda mx: mx.nd.array(mx.nd.ones((2, 2))),
        "ndarray_float64": lambda mx: mx.nd.array(mx.nd.ones((2, 2), dtype="float64")),
        "ndarray_int32": lambda mx: mx.nd.array(mx.nd.ones((2, 2), dtype="int32")),
        "ndarray_int32_as_float16": lambda mx: mx.nd.array(mx.nd.ones((2, 2), dtype="int32"), dtype="float16"),
        "ndarray_on_other_context": lambda mx: mx.nd.array(mx.nd.ones((2,), ctx=mx.cpu(1))),
        "list_of_ndarrays": lambda mx: mx.nd.array([mx.nd.ones(2), mx.nd.zeros(2)]),
        "list_of_numpy": lambda mx: mx.nd.array([np.ones(2), np.zeros(2)]),
        "list_of_numpy_scalars": lambda mx: mx.nd.array([np.float64(1), np.int32(2)]),
        "range": lambda mx: mx.nd.array(range(4)),
        "numpy_transposed": lambda mx: mx.nd.array(np.arange(6).reshape(2, 3).T),
        "numpy_step": lambda mx: mx.nd.array(np.arange(6)[::2]),
        "numpy_reversed": lambda mx: mx.nd.array(np.arange(6)[::-1]),
        "numpy_big_endian": lambda mx: mx.nd.array(np.arange(3, dtype=">f4")),
        "numpy_read_only": lambda mx: mx.nd.array(np.broadcast_to(np.float32(1), (2, 2))),
        "context": lambda mx: mx.nd.array([1, 2], ctx=mx.cpu(1)),
        "context_positional": lambda mx: mx.nd.array([1, 2], mx.cpu(2), "int32"),
        "large_int": lambda mx: mx.nd.array([16777217]),
        "large_int_int64": lambda mx: mx.nd.array([2**40], dtype="int64"),
        "nan_inf": lambda mx: mx.nd.array([float("nan"), float("inf"), -float("inf")]),
        "negative_as_uint8": lambda mx: mx.nd.array([-1, 300], dtype="uint8"),
        "of_none": lambda mx: mx.nd.array(None),
        "empty_list": lambda mx: mx.nd.array([]),
        "empty_numpy": lambda mx: mx.nd.array(np.zeros((0, 3))),
        "nested_empty": lambda mx: mx.nd.array([[], []]),
        "is_a_copy": lambda mx: _copy_of_numpy(mx),
        "of_ndarray_is_a_copy": lambda mx: _copy_of_ndarray(mx),
    },
)


def _copy_of_numpy(mx):
    source = np.array([1.0, 2.0], dtype="float32")
    x = mx.nd.array(source)
    source[0] = 9
    return x


def _copy_of_ndarray(mx):
    source = mx.nd.ones(2)
    x = mx.nd.array(source)
    source[0] = 9
    return x, source


suite.errors(
    "array_refused",
    {
        "string": (lambda mx: mx.nd.array("abc"), ()),
        "ragged": (lambda mx: mx.nd.array([[1, 2], [3]]), ()),
        "dict": (lambda mx: mx.nd.array({"a": 1}), ()),
        "strings": (lambda mx: mx.nd.array(["a", "b"]), ()),
        "dtype_name": (lambda mx: mx.nd.array([1], dtype="floot32"), ()),
        "dtype_complex": (lambda mx: mx.nd.array([1], dtype="complex64"), ("complex64",)),
        "dtype_uint32": (lambda mx: mx.nd.array([1], dtype="uint32"), ("uint32",)),
        "dtype_uint16": (lambda mx: mx.nd.array([1], dtype="uint16"), ("uint16",)),
        "dtype_uint64": (lambda mx: mx.nd.array([1], dtype="uint64"), ("uint64",)),
        "ctx_string": (lambda mx: mx.nd.array([1], ctx="gpu0"), ()),
    },
)


def _fill(name, *args, **kwargs):
    return lambda mx: getattr(mx.nd, name)(*args, **kwargs)


filled = {}
for _name in ("zeros", "ones"):
    filled[f"{_name}/int_shape"] = _fill(_name, 3)
    filled[f"{_name}/tuple"] = _fill(_name, (2, 3))
    filled[f"{_name}/list"] = _fill(_name, [2, 3])
    filled[f"{_name}/one"] = _fill(_name, (1,))
    filled[f"{_name}/numpy_int"] = _fill(_name, np.int64(3))
    filled[f"{_name}/keyword"] = _fill(_name, shape=(2,))
    for _dtype in ("float16", "float64", "int8", "uint8", "int32", "int64", "bool", np.float32, None):
        filled[f"{_name}/dtype_{getattr(_dtype, '__name__', _dtype)}"] = _fill(_name, (2,), dtype=_dtype)
for _dtype in ("float16", "float64", "int8", "uint8", "int32", "int64", "bool", None):
    filled[f"full/dtype_{_dtype}"] = _fill("full", (2,), 3, dtype=_dtype)
filled["full/float"] = _fill("full", (2, 2), 2.5)
filled["full/int_shape"] = _fill("full", 3, 7)
filled["full/negative"] = _fill("full", (2,), -1.5)
filled["full/inf"] = _fill("full", (2,), float("inf"))
filled["full/truncated"] = _fill("full", (2,), 2.7, dtype="int32")
filled["full/numpy_value"] = _fill("full", (2,), np.float64(2.5))
suite.table("", filled)

suite.table(
    "filled",
    {
        "zeros_context": lambda mx: mx.nd.zeros((2,), ctx=mx.cpu(1)),
        "zeros_context_positional": lambda mx: mx.nd.zeros((2,), mx.cpu(1), "int32"),
        "ones_context": lambda mx: mx.nd.ones((2,), ctx=mx.cpu(3)),
        "full_context": lambda mx: mx.nd.full((2,), 4, mx.cpu(1)),
        "full_out": lambda mx: _out(mx, lambda out: mx.nd.full((2,), 4, out=out)),
        "zeros_out": lambda mx: _out(mx, lambda out: mx.nd.zeros((2,), out=out)),
        "ones_out": lambda mx: _out(mx, lambda out: mx.nd.ones((2,), out=out)),
        "empty_shape": lambda mx: (mx.nd.empty((2, 3)).shape, mx.nd.empty((2, 3)).dtype),
        "empty_int": lambda mx: (mx.nd.empty(3).shape, mx.nd.empty(3, dtype="int32").dtype),
        "empty_context": lambda mx: mx.nd.empty((2,), mx.cpu(1)).context,
        "zeros_like": lambda mx: mx.nd.zeros_like(mx.nd.ones((2, 2), dtype="int32", ctx=mx.cpu(1))),
        "ones_like": lambda mx: mx.nd.ones_like(mx.nd.zeros((2, 2), dtype="float64")),
        "zeros_in_context_scope": lambda mx: _in_scope(mx, lambda: mx.nd.zeros((2,))),
        "array_in_context_scope": lambda mx: _in_scope(mx, lambda: mx.nd.array([1, 2])),
        "arange_in_context_scope": lambda mx: _in_scope(mx, lambda: mx.nd.arange(3)),
        "random_in_context_scope": lambda mx: _in_scope(mx, lambda: mx.nd.random.uniform(shape=(2,)).context),
        "zeros_stype": lambda mx: mx.nd.zeros((2,), stype="default"),
    },
)


def _out(mx, function):
    out = mx.nd.ones((2,)) * 9
    returned = function(out)
    return out, returned is out


def _in_scope(mx, function):
    with mx.cpu(1):
        return function()


suite.errors(
    "filled_refused",
    {
        "zero_size": (lambda mx: mx.nd.zeros((0, 2)).asnumpy(), ()),
        "negative_size": (lambda mx: mx.nd.zeros((-1, 2)).asnumpy(), ()),
        "float_shape": (lambda mx: mx.nd.zeros(2.5), ()),
        "string_shape": (lambda mx: mx.nd.zeros("ab"), ()),
        "dtype": (lambda mx: mx.nd.zeros((2,), dtype="nope"), ()),
        "zeros_no_arguments": (lambda mx: mx.nd.zeros(), ()),
        "zeros_unknown_argument": (lambda mx: mx.nd.zeros((2,), nope=1), ()),
    },
)

suite.table(
    "arange",
    {
        "stop": lambda mx: mx.nd.arange(4),
        "start_stop": lambda mx: mx.nd.arange(2, 6),
        "step": lambda mx: mx.nd.arange(2, 6, 2),
        "step_float": lambda mx: mx.nd.arange(0, 1, 0.3),
        "step_negative": lambda mx: mx.nd.arange(5, 0, -2),
        "start_float": lambda mx: mx.nd.arange(0.5, 3),
        "repeat": lambda mx: mx.nd.arange(0, 3, repeat=2),
        "repeat_step": lambda mx: mx.nd.arange(2, 6, step=2, repeat=3),
        "int32": lambda mx: mx.nd.arange(4, dtype="int32"),
        "int64": lambda mx: mx.nd.arange(4, dtype="int64"),
        "float64": lambda mx: mx.nd.arange(0, 1, 0.1, dtype="float64"),
        "float16": lambda mx: mx.nd.arange(4, dtype="float16"),
        "uint8": lambda mx: mx.nd.arange(4, dtype="uint8"),
        "context": lambda mx: mx.nd.arange(4, ctx=mx.cpu(1)),
        "numpy_stop": lambda mx: mx.nd.arange(np.int64(4)),
        "stop_float": lambda mx: mx.nd.arange(3.5),
        "infer_range": lambda mx: attempt(lambda: mx.nd.arange(0, infer_range=True)),
        "empty": lambda mx: attempt(lambda: mx.nd.arange(3, 3)),
        "wrong_direction": lambda mx: attempt(lambda: mx.nd.arange(5, 0)),
        "step_zero": lambda mx: attempt(lambda: mx.nd.arange(0, 3, 0)),
        "arange_like": lambda mx: mx.nd.contrib.arange_like(mx.nd.zeros((2, 3))),
        "arange_like_axis": lambda mx: mx.nd.contrib.arange_like(mx.nd.zeros((2, 3)), axis=1),
    },
)
suite.table(
    "linspace",
    {
        "plain": lambda mx: mx.nd.linspace(0, 1, 5),
        "open": lambda mx: mx.nd.linspace(0, 1, 5, endpoint=False),
        "falling": lambda mx: mx.nd.linspace(3, -3, 4),
        "one": lambda mx: mx.nd.linspace(2, 5, 1),
        "int32": lambda mx: mx.nd.linspace(0, 9, 4, dtype="int32"),
        "float64": lambda mx: mx.nd.linspace(0, 1, 4, dtype="float64"),
        "context": lambda mx: mx.nd.linspace(0, 1, 3, ctx=mx.cpu(1)),
        "none": lambda mx: attempt(lambda: mx.nd.linspace(0, 1, 0)),
    },
)
suite.table(
    "eye",
    {
        "plain": lambda mx: mx.nd.eye(3),
        "wide": lambda mx: mx.nd.eye(2, 4),
        "upper": lambda mx: mx.nd.eye(3, k=1),
        "lower": lambda mx: mx.nd.eye(3, k=-1),
        "wide_upper": lambda mx: mx.nd.eye(2, 4, 2),
        "int32": lambda mx: mx.nd.eye(2, dtype="int32"),
        "context": lambda mx: mx.nd.eye(2, ctx=mx.cpu(1)),
        "zero_columns": lambda mx: mx.nd.eye(3, 0),
        "far": lambda mx: mx.nd.eye(2, k=7),
    },
)
suite.table(
    "combined",
    {
        "concatenate": lambda mx: mx.nd.concatenate([mx.nd.ones((1, 2)), mx.nd.zeros((2, 2))]),
        "concatenate_axis": lambda mx: mx.nd.concatenate([mx.nd.ones((2, 1)), mx.nd.zeros((2, 2))], axis=1),
        "concatenate_one": lambda mx: mx.nd.concatenate([mx.nd.ones((2, 1))]),
        "concatenate_one_is_copy": lambda mx: _concatenate_one(mx),
        "moveaxis": lambda mx: mx.nd.moveaxis(mx.nd.zeros((2, 3, 4)), 0, 2).shape,
        "moveaxis_several": lambda mx: mx.nd.moveaxis(mx.nd.zeros((2, 3, 4)), [0, 1], [-1, 0]).shape,
        "onehot_encode": lambda mx: mx.nd.onehot_encode(mx.nd.array([1, 0]), mx.nd.zeros((2, 3))),
        "histogram": lambda mx: mx.nd.histogram(mx.nd.array([1, 2, 2, 5]), bins=4, range=(1, 5)),
        "histogram_bins": lambda mx: mx.nd.histogram(mx.nd.array([1, 2, 2, 5]), bins=mx.nd.array([1, 2, 3, 6])),
        "split_v2_sections": lambda mx: mx.nd.split_v2(mx.nd.arange(6), 3),
        "split_v2_indices": lambda mx: mx.nd.split_v2(mx.nd.arange(6), (1, 4)),
        "split_v2_axis": lambda mx: mx.nd.split_v2(mx.nd.arange(6).reshape((2, 3)), 3, axis=1),
        "split_v2_squeeze": lambda mx: mx.nd.split_v2(mx.nd.arange(6).reshape((2, 3)), 3, axis=1, squeeze_axis=True),
        "stack": lambda mx: mx.nd.stack(mx.nd.ones(2), mx.nd.zeros(2)),
        "stack_list": lambda mx: attempt(lambda: mx.nd.stack([mx.nd.ones(2), mx.nd.zeros(2)])),
        "concat_list": lambda mx: attempt(lambda: mx.nd.concat([mx.nd.ones(2), mx.nd.zeros(2)], dim=0)),
        "add_n": lambda mx: mx.nd.add_n(mx.nd.ones(2), mx.nd.ones(2), mx.nd.ones(2)),
        "from_numpy": lambda mx: _from_numpy_shared(mx, True),
        "from_numpy_copied": lambda mx: _from_numpy_shared(mx, False),
        "maximum_of_numbers": lambda mx: (mx.nd.maximum(2, 3), mx.nd.minimum(2, 3), mx.nd.power(2, 3)),
        "function_forms": lambda mx: [
            mx.nd.add(mx.nd.ones(2), 1),
            mx.nd.subtract(1, mx.nd.ones(2) * 3),
            mx.nd.multiply(2, 3),
            mx.nd.divide(mx.nd.ones(2), 4),
            mx.nd.modulo(7, mx.nd.ones(2) * 4),
            mx.nd.equal(mx.nd.ones(2), 1),
            mx.nd.lesser_equal(1, mx.nd.ones(2)),
            mx.nd.logical_xor(mx.nd.ones(2), 0),
            mx.nd.true_divide(3, 2),
            mx.nd.hypot(mx.nd.ones(1) * 3, 4) if hasattr(mx.nd, "hypot") else None,
        ],
    },
)


def _concatenate_one(mx):
    x = mx.nd.ones((2, 1))
    y = mx.nd.concatenate([x], always_copy=False)
    return y is x, mx.nd.concatenate([x], always_copy=True) is x


def _from_numpy_shared(mx, zero_copy):
    source = np.ones(3, dtype="float32")
    x = mx.nd.from_numpy(source, zero_copy=zero_copy)
    outcome = attempt(source.__setitem__, 0, 5)
    return x, source, outcome
