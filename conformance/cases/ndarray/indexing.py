"""Reading and writing parts of arrays: every kind of index, and which of them share memory."""

import numpy as np

from ...calls import Arr
from ...suite import Suite, attempt

suite = Suite(__name__)

S = slice
VECTOR = {
    "int": 2,
    "negative": -1,
    "too_large": 9,
    "too_small": -7,
    "all": S(None),
    "part": S(1, 3),
    "from": S(2, None),
    "to": S(None, 2),
    "negative_bounds": S(-3, -1),
    "step": S(None, None, 2),
    "step_part": S(1, 5, 3),
    "reversed": S(None, None, -1),
    "reversed_part": S(4, 1, -1),
    "past_the_end": S(3, 99),
    "empty": S(3, 3),
    "wrong_way": S(4, 2),
    "step_zero": S(None, None, 0),
    "none": None,
    "ellipsis": Ellipsis,
    "tuple_of_one": (2,),
    "empty_tuple": (),
    "none_and_slice": (None, S(1, 3)),
    "slice_and_none": (S(1, 3), None),
    "ellipsis_and_int": (Ellipsis, 1),
    "list": [0, 3, 3],
    "list_negative": [-1, 0],
    "list_empty": [],
    "list_too_large": [0, 17],
    "nested_list": [[0, 1], [2, 3]],
    "numpy_int64": np.array([1, 4]),
    "numpy_int32": np.array([1, 4], dtype="int32"),
    "numpy_float": np.array([1.0, 4.0]),
    "numpy_bool": np.array([True, False, True, False, False, True]),
    "list_bool": [True, False, True, False, False, True],
    "numpy_scalar": np.int64(3),
    "numpy_scalar_int32": np.int32(-2),
    "numpy_scalar_float": np.float32(1),
    "numpy_0d": np.array(3),
    "true": True,
    "false": False,
    "float": 1.0,
    "text": "a",
    "array_float32": Arr(values=[1, 4]),
    "array_int32": Arr(values=[1, 4], dtype="int32"),
    "array_int64": Arr(values=[4, 1, 1], dtype="int64"),
    "array_one": Arr(values=[2]),
    "array_matrix": Arr(values=[[0, 1], [2, 3]]),
    "array_negative": Arr(values=[-1, -2], dtype="int32"),
    "array_too_large": Arr(values=[1, 40], dtype="int32"),
    "array_bool": Arr(values=[1, 0, 1, 0, 0, 1], dtype="bool"),
    "range": range(1, 4),
    "two_ints": (1, 2),
}
MATRIX = {
    "row": 1,
    "negative_row": -1,
    "row_out_of_range": 5,
    "rows": S(0, 2),
    "rows_step": S(None, None, 2),
    "rows_reversed": S(None, None, -1),
    "element": (1, 2),
    "element_negative": (-1, -1),
    "element_out_of_range": (1, 7),
    "element_too_many": (1, 2, 0),
    "column": (S(None), 1),
    "column_negative": (S(None), -1),
    "columns": (S(None), S(1, 3)),
    "row_part": (1, S(1, 3)),
    "row_part_step": (1, S(0, 4, 2)),
    "block": (S(0, 2), S(1, 3)),
    "block_full_rows": (S(0, 2), S(None)),
    "block_steps": (S(None, None, 2), S(None, None, 3)),
    "block_reversed": (S(None, None, -1), S(None, None, -1)),
    "column_as_block": (S(None), S(1, 2)),
    "row_as_block": (S(1, 2), S(None)),
    "none_first": (None,),
    "none_int": (None, 1),
    "int_none": (1, None),
    "none_middle": (S(None), None),
    "none_last": (S(None), S(None), None),
    "two_nones": (None, S(1, 2), None),
    "ellipsis": Ellipsis,
    "ellipsis_int": (Ellipsis, 0),
    "int_ellipsis": (1, Ellipsis),
    "ellipsis_middle": (1, Ellipsis, 2),
    "two_ellipses": (Ellipsis, Ellipsis),
    "list_rows": [2, 0],
    "list_rows_in_tuple": ([2, 0],),
    "list_columns": (S(None), [3, 0, 0]),
    "list_pair": ([0, 2], [1, 3]),
    "list_broadcast": ([[0], [2]], [1, 3]),
    "list_and_int": ([0, 2], 1),
    "int_and_list": (1, [0, 2]),
    "list_and_slice": ([0, 2], S(1, 3)),
    "slice_and_list": (S(0, 2), [1, 3]),
    "list_and_none": ([0, 2], None),
    "none_and_list": (None, [0, 2]),
    "list_mismatch": ([0, 1, 2], [0, 1]),
    "numpy_pair": (np.array([0, 2]), np.array([1, 3])),
    "numpy_mask_matrix": np.array([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]], dtype=bool),
    "numpy_mask_rows": np.array([True, False, True]),
    "mask_and_int": (np.array([True, False, True]), 1),
    "array_rows": Arr(values=[2, 0]),
    "array_pair": (Arr(values=[0, 2], dtype="int32"), Arr(values=[1, 3], dtype="int32")),
    "array_and_slice": (Arr(values=[0, 2], dtype="int32"), S(None, None, 2)),
    "array_and_int": (Arr(values=[0, 2], dtype="int32"), 1),
    "slice_and_array": (S(None), Arr(values=[3, 1])),
    "array_mask_float": Arr(values=[[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]]),
    "array_mask_rows_bool": Arr(values=[1, 0, 1], dtype="bool"),
    "tuple_as_list": [[0, 1], [1, 2]],
    "numpy_ints": (np.int64(1), np.int32(2)),
    "bool_int": (True, 1),
    "list_of_slices": [S(0, 2), S(1, 3)],
    "tuple_in_tuple": ((0, 2), 1),
    "empty_part": (S(1, 1), S(None)),
    "float_index": (1.0, 2),
}
CUBE = {
    "int": 1,
    "two_ints": (1, 0),
    "element": (1, 0, 3),
    "slice_int": (S(None), 1),
    "slice_slice_int": (S(None), S(None), 2),
    "int_slice_int": (1, S(None), 2),
    "int_int_slice": (1, 2, S(1, 3)),
    "int_slice": (1, S(1, 3)),
    "ellipsis_int": (Ellipsis, 1),
    "int_ellipsis_int": (0, Ellipsis, 1),
    "ellipsis_slice": (Ellipsis, S(0, 4, 2)),
    "slice_none_slice": (S(0, 1), None, S(1, 3)),
    "lists_apart": ([0, 1], S(None), [1, 2]),
    "lists_together": (S(None), [0, 2], [1, 3]),
    "list_middle": (S(None), [2, 0]),
    "int_and_list_apart": (1, S(None), [1, 2]),
    "int_and_list_together": (1, [0, 2]),
    "list_last": (Ellipsis, [0, 3]),
    "mask": (S(None), np.array([True, False, True])),
    "array_last": (0, S(None), Arr(values=[0, 3], dtype="int32")),
    "three_lists": ([0, 1], [0, 2], [3, 1]),
    "two_dimensional_list": (S(None), [[0, 1], [2, 0]]),
    "full": (S(None), S(None), S(None)),
    "first_plane": (S(0, 1), S(None), S(None)),
    "negative_steps": (S(None, None, -1), 0, S(None, None, -2)),
}
SHAPES = {"vector": ((6,), VECTOR), "matrix": ((3, 4), MATRIX), "cube": ((2, 3, 4), CUBE)}

for _word, (_shape, _indices) in SHAPES.items():
    for _name, _index in _indices.items():
        _x = Arr(_shape, unique=True)
        if isinstance(_index, range):
            continue
        # MXNet reads through negative advanced indices but writes, and adds gradients, outside of the array.
        _safe = _name not in ("list_negative", "array_negative", "list_too_large", "array_too_large")
        suite.op(f"get/{_word}/{_name}", ".__getitem__", (_x, _index), grad=(0,) if _safe else False)
        if _safe:
            suite.op(f"set_number/{_word}/{_name}", ".__setitem__", (_x, _index, 9.5), grad=False, mutates=True)

for _dtype in ("int32", "float64", "float16", "uint8", "bool"):
    for _name in ("element", "column", "block_steps", "list_rows", "list_pair", "row"):
        _x = Arr((3, 4), _dtype)
        suite.op(f"get_{_dtype}/{_name}", ".__getitem__", (_x, MATRIX[_name]), grad=False)
        suite.op(f"set_{_dtype}/{_name}", ".__setitem__", (_x, MATRIX[_name], 2.7), grad=False, mutates=True)
for _layout in ("rows", "transposed", "reshaped"):
    for _name in ("row", "column", "block", "block_reversed", "list_columns", "list_pair", "element"):
        _x = Arr((3, 4), layout=_layout)
        suite.op(f"get_{_layout}/{_name}", ".__getitem__", (_x, MATRIX[_name]), grad=(0,))
        suite.op(f"set_{_layout}/{_name}", ".__setitem__", (_x, MATRIX[_name], 5.0), grad=False, mutates=True)

VALUES = {
    "array": (S(0, 2), Arr((2, 4), seed=5)),
    "array_row": (1, Arr((4,), seed=5)),
    "array_row_as_matrix": (1, Arr((1, 4), seed=5)),
    "array_broadcast": (S(None), Arr((4,), seed=5)),
    "array_broadcast_column": (S(None), Arr((3, 1), seed=5)),
    "array_one": (S(None), Arr((1,), seed=5)),
    "array_too_large": (S(0, 2), Arr((3, 4), seed=5)),
    "array_wrong": (S(0, 2), Arr((2, 3), seed=5)),
    "array_extra_axis": (S(0, 2), Arr((1, 2, 4), seed=5)),
    "array_int32": (S(0, 2), Arr((2, 4), "int32", seed=5)),
    "array_float64": (1, Arr((4,), "float64", seed=5)),
    "array_transposed": (S(0, 2), Arr((2, 4), seed=5, layout="transposed")),
    "numpy": (S(0, 2), np.arange(8).reshape(2, 4)),
    "numpy_float64": (1, np.arange(4) / 3),
    "numpy_broadcast": (S(None), np.arange(4)),
    "numpy_scalar": (1, np.float64(2.5)),
    "numpy_int_scalar": (1, np.int64(3)),
    "numpy_bool_scalar": (1, np.bool_(True)),
    "numpy_wrong": (S(0, 2), np.arange(6)),
    "list": (1, [1, 2, 3, 4]),
    "list_nested": (S(0, 2), [[1, 2, 3, 4], [5, 6, 7, 8]]),
    "list_wrong": (1, [1, 2, 3]),
    "tuple": (1, (1, 2, 3, 4)),
    "int": (1, 3),
    "bool": (1, True),
    "negative": (1, -2.5),
    "nan": (1, float("nan")),
    "none": (1, None),
    "text": (1, "a"),
    "element_from_array": ((1, 2), Arr((1,), seed=5)),
    "element_from_scalar_array": ((1, 2), Arr(values=3.0)),
    "element_from_list": ((1, 2), [4]),
    "column_from_array": ((S(None), 1), Arr((3,), seed=5)),
    "column_from_column": ((S(None), S(1, 2)), Arr((3, 1), seed=5)),
    "column_from_list": ((S(None), 1), [7, 8, 9]),
    "steps_from_array": ((S(None, None, 2), S(None, None, 3)), Arr((2, 2), seed=5)),
    "reversed_from_array": ((S(None, None, -1), S(None)), Arr((3, 4), seed=5)),
    "list_rows_from_array": ([2, 0], Arr((2, 4), seed=5)),
    "list_rows_broadcast": ([2, 0], Arr((4,), seed=5)),
    "list_rows_numpy": ([2, 0], np.arange(8).reshape(2, 4)),
    "list_rows_list": ([2, 0], [1, 2, 3, 4]),
    "list_pair_from_array": (([0, 2], [1, 3]), Arr((2,), seed=5)),
    "list_pair_repeated": (([0, 0], [1, 1]), Arr((2,), seed=5)),
    "mask_from_number": (np.array([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]], dtype=bool), 4),
    "array_index_from_array": (Arr(values=[2, 0], dtype="int32"), Arr((2, 4), seed=5)),
    "ellipsis_from_array": (Ellipsis, Arr((3, 4), seed=5)),
    "ellipsis_from_number": (Ellipsis, 4),
    "none_index": (None, 4),
    "whole_from_larger_rank": (S(None), Arr((1, 3, 4), seed=5)),
    "slice_bound_negative": (S(-2, None), 4),
    "empty_slice": (S(2, 2), 4),
}
for _name, (_index, _value) in VALUES.items():
    suite.op(f"set_value/{_name}", ".__setitem__", (Arr((3, 4)), _index, _value), grad=False, mutates=True)


def _shares(function):
    """What the source looks like after a write through what the function returns, and the result's shape."""

    def program(mx):
        x = mx.nd.arange(12).reshape((3, 4))
        y = attempt_live(function, mx, x)
        if isinstance(y, Exception):
            raise y
        y[:] = -1
        mx.nd.waitall()
        return y.shape, x

    return program


def attempt_live(function, *args):
    try:
        return function(*args)
    except Exception as error:  # handed back so that the caller can raise it outside its own frame
        return error


SHARING = {
    "row": lambda mx, x: x[1],
    "negative_row": lambda mx, x: x[-1],
    "rows": lambda mx, x: x[1:3],
    "rows_of_rows": lambda mx, x: x[1:3][0:1],
    "row_of_rows": lambda mx, x: x[1:3][1],
    "row_part": lambda mx, x: x[1, 1:3],
    "row_part_all": lambda mx, x: x[1, :],
    "element": lambda mx, x: x[1, 2],
    "none": lambda mx, x: x[None],
    "none_row": lambda mx, x: x[None, 1],
    "whole": lambda mx, x: x[:],
    "whole_twice": lambda mx, x: x[:, :],
    "ellipsis": lambda mx, x: x[...],
    "empty_tuple": lambda mx, x: x[()],
    "column": lambda mx, x: x[:, 1],
    "columns": lambda mx, x: x[:, 1:3],
    "all_columns": lambda mx, x: x[:, 0:4],
    "one_row_some_columns": lambda mx, x: x[1:2, 1:3],
    "step": lambda mx, x: x[::2],
    "step_one": lambda mx, x: x[0:3:1],
    "step_of_one_row": lambda mx, x: x[0:2:2],
    "reversed": lambda mx, x: x[::-1],
    "list": lambda mx, x: x[[0, 1]],
    "array_index": lambda mx, x: x[mx.nd.array([0, 1])],
    "row_none": lambda mx, x: x[1, None],
    "reshape": lambda mx, x: x.reshape((4, 3)),
    "reshape_minus_one": lambda mx, x: x.reshape((-1,)),
    "reshape_special": lambda mx, x: x.reshape((-3,)),
    "reshape_arguments": lambda mx, x: x.reshape(2, 6),
    "reshape_view": lambda mx, x: x.reshape_like(mx.nd.zeros((4, 3))),
    "nd_reshape": lambda mx, x: mx.nd.reshape(x, shape=(4, 3)),
    "reshape_of_rows": lambda mx, x: x[1:3].reshape((8,)),
    "detach": lambda mx, x: x.detach(),
    "as_in_context_same": lambda mx, x: x.as_in_context(mx.cpu(0)),
    "as_in_context_other": lambda mx, x: x.as_in_context(mx.cpu(1)),
    "as_in_ctx": lambda mx, x: x.as_in_ctx(mx.cpu(0)) if hasattr(x, "as_in_ctx") else x.copy(),
    "astype_no_copy": lambda mx, x: x.astype("float32", copy=False),
    "astype_no_copy_other": lambda mx, x: x.astype("float64", copy=False),
    "astype": lambda mx, x: x.astype("float32"),
    "copy": lambda mx, x: x.copy(),
    "copyto_context": lambda mx, x: x.copyto(mx.cpu(0)),
    "T": lambda mx, x: x.T,
    "transpose": lambda mx, x: x.transpose(),
    "transpose_identity": lambda mx, x: x.transpose((0, 1)),
    "swapaxes": lambda mx, x: x.swapaxes(0, 1),
    "expand_dims": lambda mx, x: x.expand_dims(0),
    "flatten": lambda mx, x: x.flatten(),
    "squeeze": lambda mx, x: x.squeeze(),
    "squeeze_axis": lambda mx, x: x[None].squeeze(0),
    "slice_axis": lambda mx, x: x.slice_axis(0, 0, 2),
    "slice_method": lambda mx, x: x.slice((0, 0), (2, 4)),
    "broadcast_to": lambda mx, x: x.expand_dims(0).broadcast_to((1, 3, 4)),
    "split": lambda mx, x: x.split(3)[0],
    "tostype": lambda mx, x: x.tostype("default"),
    "array": lambda mx, x: mx.nd.array(x),
    "identity": lambda mx, x: mx.nd.identity(x),
    "at": lambda mx, x: x._at(1),
    "as_nd_ndarray": lambda mx, x: x.as_nd_ndarray(),
    "as_np_ndarray": lambda mx, x: x.as_np_ndarray(),
    "first_of_iteration": lambda mx, x: next(iter(x)),
    "from_dlpack": lambda mx, x: mx.nd.from_dlpack(x.to_dlpack_for_write()),
    "from_dlpack_read": lambda mx, x: mx.nd.from_dlpack(x.to_dlpack_for_read()),
    "ravel": lambda mx, x: x.ravel() if hasattr(x, "ravel") else x.copy(),
    "unary_same": lambda mx, x: mx.nd.relu(x),
    "concat_one": lambda mx, x: mx.nd.concat(x, dim=0),
    "moveaxis": lambda mx, x: mx.nd.moveaxis(x, 0, 1),
}
suite.table("shares", {name: _shares(function) for name, function in SHARING.items()})


def _seen(function):
    """What a part looks like after the source was written to."""

    def program(mx):
        x = mx.nd.arange(12).reshape((3, 4))
        y = function(mx, x)
        x[:] = -1
        mx.nd.waitall()
        return y

    return program


suite.table("sees", {name: _seen(function) for name, function in SHARING.items()})


@suite.case()
def writes_through_several_views(mx):
    x = mx.nd.zeros((2, 3))
    a, b, c = x[0], x.reshape((6,)), x[0:1]
    a[1] = 1
    b[5] = 2
    c[0, 2] = 3
    return x, a, b, c


@suite.case()
def chained_write(mx):
    x = mx.nd.zeros((2, 3))
    x[1][2] = 7
    x[0][:] = [1, 2, 3]
    return x


@suite.case()
def view_outlives_source(mx):
    x = mx.nd.arange(6).reshape((2, 3))
    y = x[1]
    del x
    y += 1
    return y


@suite.case()
def overlapping_write(mx):
    x = mx.nd.arange(6)
    x[0:3] = x[3:6]
    return x


@suite.case()
def swap_rows(mx):
    x = mx.nd.arange(6).reshape((2, 3))
    x[0], x[1] = x[1].copy(), x[0].copy()
    return x


@suite.case()
def asnumpy_is_a_copy(mx):
    x = mx.nd.zeros(3)
    values = x.asnumpy()
    values[0] = 5
    return x, values, values.flags.writeable


@suite.case()
def delete_item(mx):
    x = mx.nd.zeros(3)

    def remove():
        del x[0]

    return attempt(remove)


@suite.case()
def set_on_detached_row_of_recorded(mx):
    x = mx.nd.ones((2, 2))
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
        row = y[0]
    row[:] = 9
    y.backward()
    return y, x.grad


@suite.case()
def write_across_contexts(mx):
    x = mx.nd.zeros((2, 2))
    x[0] = mx.nd.ones(2, ctx=mx.cpu(1))
    y = mx.nd.zeros(2, ctx=mx.cpu(1))
    y[:] = x[0]
    return x, y


@suite.case()
def index_on_other_context(mx):
    x = mx.nd.arange(6, ctx=mx.cpu(1))
    return x[1:3], x[[0, 2]], x[mx.nd.array([1, 2])], x[::2]


for _name, _args in {
    "slice_assign": (Arr((2, 2), seed=5), (0, 1), (2, 3), (None, None)),
    "slice_assign_step": (Arr((2, 2), seed=5), (0, None), (3, None), (2, 2)),
    "slice_assign_shape": (Arr((3, 3), seed=5), (0, 1), (2, 3), (None, None)),
    "slice_assign_scalar": (5, (0, 1), (2, 3), (None, None)),
    "slice_assign_scalar_step": (5, (0, None), (3, None), (2, 2)),
}.items():
    _method = ".slice_assign_scalar" if "scalar" in _name else ".slice_assign"
    suite.op(f"internal/{_name}", _method, (Arr((3, 4)), *_args), grad=False, mutates=True)
