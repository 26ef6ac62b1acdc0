"""Bad input: wrong shapes, dtypes, names, values and devices. MXNet's type; our message names operator and argument."""

import numpy as np

from ..calls import Arr
from ..suite import Suite

suite = Suite(__name__)

X = Arr((2, 3))
CUBE = Arr((2, 3, 4))
V = Arr((3,))


def _ops(group, rows):
    for name, (path, args, kwargs, says) in rows.items():
        suite.op_error(f"{group}/{name}", path, args, kwargs, says=says)


_ops(
    "shape",
    {
        "broadcast_add": ("nd.broadcast_add", (X, Arr((4, 5))), {}, ("broadcast_add", "(2, 3)", "(4, 5)")),
        "broadcast_maximum": ("nd.broadcast_maximum", (X, Arr((3, 2))), {}, ("broadcast_maximum", "(2, 3)", "(3, 2)")),
        "broadcast_equal": ("nd.broadcast_equal", (X, Arr((3, 2))), {}, ("broadcast_equal", "(2, 3)", "(3, 2)")),
        "elemwise_add": ("nd.elemwise_add", (X, Arr((1, 3))), {}, ("elemwise_add", "(2, 3)", "(1, 3)")),
        "elemwise_mul": ("nd.elemwise_mul", (X, V), {}, ("elemwise_mul", "(2, 3)", "(3,)")),
        "elemwise_div": ("nd.elemwise_div", (X, Arr((3, 2))), {}, ("elemwise_div", "(2, 3)", "(3, 2)")),
        "add_operator": (".__add__", (X, Arr((4, 3))), {}, ("broadcast_add", "(2, 3)", "(4, 3)")),
        "mul_operator": (".__mul__", (X, Arr((2, 2))), {}, ("broadcast_mul", "(2, 3)", "(2, 2)")),
        "less_operator": (".__lt__", (X, Arr((2, 2))), {}, ("broadcast_lesser", "(2, 3)", "(2, 2)")),
        "add_n": ("nd.add_n", (X, Arr((3, 2))), {}, ("add_n|ElementWiseSum", "(2, 3)", "(3, 2)")),
        "dot_inner": ("nd.dot", (X, Arr((4, 5))), {}, ("dot", "(2, 3)", "(4, 5)")),
        "dot_transposed": ("nd.dot", (X, Arr((2, 5))), {"transpose_b": True}, ("dot", "(2, 3)", "(2, 5)")),
        "dot_vectors": ("nd.dot", (V, Arr((4,))), {}, ("dot", "(3,)", "(4,)")),
        "batch_dot_ranks": ("nd.batch_dot", (X, X), {}, ("batch_dot", "(2, 3)")),
        "batch_dot_batches": ("nd.batch_dot", (CUBE, Arr((3, 4, 2))), {}, ("batch_dot", "(2, 3, 4)", "(3, 4, 2)")),
        "batch_dot_inner": ("nd.batch_dot", (CUBE, Arr((2, 3, 2))), {}, ("batch_dot", "(2, 3, 4)", "(2, 3, 2)")),
        "concat": ("nd.concat", (X, Arr((3, 4))), {"dim": 0}, ("concat", "(2, 3)", "(3, 4)")),
        "concat_ranks": ("nd.concat", (X, V), {"dim": 0}, ("concat", "(2, 3)", "(3,)")),
        "concat_dim": ("nd.concat", (X, X), {"dim": 5}, ("concat", "dim")),
        "stack": ("nd.stack", (X, V), {}, ("stack", "(2, 3)", "(3,)")),
        "stack_axis": ("nd.stack", (X, X), {"axis": 4}, ("stack", "axis")),
        "where": ("nd.where", (X, X, Arr((3, 2))), {}, ("where", "(2, 3)", "(3, 2)")),
        "where_condition": ("nd.where", (Arr((4,)), X, X), {}, ("where", "condition")),
        "take_axis": ("nd.take", (X, V), {"axis": 3}, ("take", "axis")),
        "pick_shape": ("nd.pick", (X, Arr((4,), low=0)), {}, ("pick", "index")),
        "gather_nd": ("nd.gather_nd", (X, Arr((3, 2), low=0, high=1)), {}, ("gather_nd", "indices")),
        "broadcast_to": ("nd.broadcast_to", (X,), {"shape": (4, 3)}, ("broadcast_to", "shape", "(4, 3)")),
        "broadcast_to_rank": ("nd.broadcast_to", (X,), {"shape": (3,)}, ("broadcast_to", "shape")),
        "broadcast_axis_size": ("nd.broadcast_axis", (X,), {"axis": 0, "size": 5}, ("broadcast_axis", "axis")),
        "broadcast_axis_range": ("nd.broadcast_axis", (X,), {"axis": 7, "size": 5}, ("broadcast_axis", "axis")),
        "expand_dims": ("nd.expand_dims", (X,), {"axis": 5}, ("expand_dims", "axis")),
        "squeeze": ("nd.squeeze", (X,), {"axis": 0}, ("squeeze", "axis")),
        "squeeze_range": ("nd.squeeze", (X,), {"axis": 7}, ("squeeze", "axis")),
        "transpose_length": ("nd.transpose", (CUBE,), {"axes": (0, 1)}, ("transpose", "axes")),
        "transpose_range": ("nd.transpose", (CUBE,), {"axes": (0, 1, 5)}, ("transpose", "axes")),
        "swapaxes": ("nd.swapaxes", (X,), {"dim1": 0, "dim2": 4}, ("swapaxes|SwapAxis", "dim2")),
        "flip": ("nd.flip", (X,), {"axis": 4}, ("flip|reverse", "axis")),
        "split_sections": ("nd.split", (X,), {"num_outputs": 2, "axis": 1}, ("split|SliceChannel", "num_outputs")),
        "split_axis": ("nd.split", (X,), {"num_outputs": 2, "axis": 6}, ("split|SliceChannel", "axis")),
        "slice_axis": ("nd.slice_axis", (X,), {"axis": 4, "begin": 0, "end": 1}, ("slice_axis", "axis")),
        "slice_axis_begin": ("nd.slice_axis", (X,), {"axis": 0, "begin": 5, "end": 6}, ("slice_axis", "begin")),
        "slice_length": ("nd.slice", (X,), {"begin": (0, 0, 0), "end": (1, 1, 1)}, ("slice", "begin")),
        "slice_mismatch": ("nd.slice", (X,), {"begin": (0, 0), "end": (1,)}, ("slice", "begin")),
        "slice_step_zero": ("nd.slice", (X,), {"begin": (0,), "end": (1,), "step": (0,)}, ("slice", "step")),
        "slice_like": ("nd.slice_like", (X, Arr((5, 5))), {}, ("slice_like", "(2, 3)")),
        "reshape_two_unknown": ("nd.reshape", (X,), {"shape": (-1, -1)}, ("reshape", "shape")),
        "reshape_below_minus_four": ("nd.reshape", (X,), {"shape": (-7,)}, ("reshape", "shape")),
        "reshape_method": (".reshape", (X, (4, 2)), {}, ("reshape", "shape")),
        "reshape_like": ("nd.reshape_like", (X, Arr((4,))), {}, ("reshape_like", "(2, 3)", "(4,)")),
        "sum_axis": ("nd.sum", (X,), {"axis": 2}, ("sum", "axis")),
        "sum_axis_negative": ("nd.sum", (X,), {"axis": -3}, ("sum", "axis")),
        "sum_axis_repeated": ("nd.sum", (X,), {"axis": (0, 0)}, ("sum", "axis")),
        "mean_axis": ("nd.mean", (X,), {"axis": 2}, ("mean", "axis")),
        "max_axis": ("nd.max", (X,), {"axis": 4}, ("max", "axis")),
        "prod_axis": ("nd.prod", (X,), {"axis": (0, 9)}, ("prod", "axis")),
        "norm_axis": ("nd.norm", (X,), {"axis": 3}, ("norm", "axis")),
        "argmax_axis": ("nd.argmax", (X,), {"axis": 3}, ("argmax", "axis")),
        "argmin_axis": ("nd.argmin", (X,), {"axis": -5}, ("argmin", "axis")),
        "sort_axis": ("nd.sort", (X,), {"axis": 3}, ("sort", "axis")),
        "argsort_axis": ("nd.argsort", (X,), {"axis": -4}, ("argsort", "axis")),
        "topk_axis": ("nd.topk", (X,), {"axis": 3}, ("topk", "axis")),
        "topk_k": ("nd.topk", (X,), {"k": 7}, ("topk", "k")),
        "repeat_axis": ("nd.repeat", (X,), {"repeats": 2, "axis": 4}, ("repeat", "axis")),
        "pad_rank": ("nd.pad", (X,), {"mode": "constant", "pad_width": (1, 1, 1, 1)}, ("pad", "data")),
        "pad_width": (
            "nd.pad",
            (Arr((1, 1, 2, 2)),),
            {"mode": "constant", "pad_width": (1, 1, 0, 0, 1, 1, 1, 1)},
            ("pad", "pad_width"),
        ),
        "depth_to_space": (
            "nd.depth_to_space",
            (Arr((1, 3, 2, 2)),),
            {"block_size": 2},
            ("depth_to_space", "block_size"),
        ),
        "softmax_axis": ("nd.softmax", (X,), {"axis": 4}, ("softmax", "axis")),
        "diag_axes": ("nd.diag", (CUBE,), {"axis1": 0, "axis2": 0}, ("diag", "axis")),
        "boolean_mask": ("nd.contrib.boolean_mask", (X, Arr((3,), low=0)), {}, ("boolean_mask", "index")),
        "out_shape": ("nd.sqrt", (Arr((2, 3), low=1),), {"out": Arr((3, 2))}, ("sqrt", "out")),
        "out_shape_sum": ("nd.sum", (X,), {"axis": 0, "out": Arr((7,))}, ("sum", "out")),
        "copyto": (".copyto", (X, Arr((3, 2))), {}, ("copyto", "(2, 3)", "(3, 2)")),
        "concatenate": ("nd.concatenate", ([X, Arr((2, 4))],), {}, ("(2, 3)", "(2, 4)")),
    },
)
_ops(
    "dtype",
    {
        "add": ("nd.broadcast_add", (X, Arr((2, 3), "float64")), {}, ("broadcast_add", "float32", "float64")),
        "add_operator": (".__add__", (X, Arr((2, 3), "int32")), {}, ("broadcast_add", "int32")),
        "mul_operator": (".__mul__", (Arr((2, 3), "float16"), X), {}, ("broadcast_mul", "float16")),
        "elemwise_sub": ("nd.elemwise_sub", (X, Arr((2, 3), "int32")), {}, ("elemwise_sub", "int32")),
        "dot": ("nd.dot", (X, Arr((3, 2), "float64")), {}, ("dot", "float64")),
        "concat": ("nd.concat", (X, Arr((2, 3), "int32")), {"dim": 0}, ("concat", "int32")),
        "stack": ("nd.stack", (X, Arr((2, 3), "int32")), {}, ("stack", "int32")),
        "where": ("nd.where", (X, X, Arr((2, 3), "float64")), {}, ("where", "float64")),
        "cast_unknown": ("nd.cast", (X,), {"dtype": "float31"}, ("cast", "dtype", "float31")),
        "cast_int16": ("nd.cast", (X,), {"dtype": "int16"}, ("cast", "dtype", "int16")),
        "cast_missing": ("nd.cast", (X,), {}, ("cast", "dtype")),
        "one_hot": ("nd.one_hot", (V,), {"depth": 3, "dtype": "complex64"}, ("one_hot", "dtype")),
        "argsort": ("nd.argsort", (X,), {"dtype": "int8"}, ("argsort", "dtype")),
        "bool_add": (".__add__", (Arr((3,), "bool"), Arr((3,), "bool")), {}, ("broadcast_add", "bool")),
        "out": ("nd.exp", (X,), {"out": Arr((2, 3), "int32")}, ("exp", "out")),
        "astype": (".astype", (X, "float31"), {}, ("float31",)),
        "astype_uint16": (".astype", (X, "uint16"), {}, ("uint16",)),
        "zeros": ("nd.zeros", ((2,),), {"dtype": "uint16"}, ("uint16",)),
        "array": ("nd.array", ([1, 2],), {"dtype": "complex64"}, ("complex64",)),
        "random_int": ("nd.random.uniform", (), {"shape": (2,), "dtype": "int32"}, ("uniform", "dtype")),
        "randint_float": ("nd.random.randint", (0, 3), {"shape": (2,), "dtype": "float32"}, ("randint", "dtype")),
    },
)
_ops(
    "name",
    {
        "sum": ("nd.sum", (X,), {"axes": 0}, ("sum", "axes")),
        "sum_typo": ("nd.sum", (X,), {"keep_dims": True}, ("sum", "keep_dims")),
        "mean": ("nd.mean", (X,), {"dtype": "float64"}, ("mean", "dtype")),
        "clip": ("nd.clip", (X,), {"min": 0, "max": 1}, ("clip", "min")),
        "expand_dims": ("nd.expand_dims", (X,), {"dim": 0}, ("expand_dims", "dim")),
        "concat": ("nd.concat", (X, X), {"axis": 0}, ("concat", "axis")),
        "topk": ("nd.topk", (X,), {"n": 1}, ("topk", "n")),
        "one_hot": ("nd.one_hot", (V,), {"depth": 3, "on": 1}, ("one_hot", "on")),
        "transpose": ("nd.transpose", (X,), {"axis": (1, 0)}, ("transpose", "axis")),
        "split": ("nd.split", (X,), {"num_output": 2}, ("split|SliceChannel", "num_output")),
        "activation": ("nd.Activation", (X,), {"act_typ": "relu"}, ("Activation", "act_typ")),
        "random_uniform": ("nd.random.uniform", (), {"lo": 0}, ("lo",)),
        "arange": ("nd.arange", (3,), {"steps": 2}, ("arange", "steps")),
        "method": (".sum", (X,), {"axes": 1}, ("sum", "axes")),
        "norm": ("nd.norm", (X,), {"p": 2}, ("norm", "p")),
        "dot": ("nd.dot", (X, X), {"trans_b": True}, ("dot", "trans_b")),
    },
)
_ops(
    "value",
    {
        "sum_axis_text": ("nd.sum", (X,), {"axis": "first"}, ("sum", "axis", "first")),
        "sum_axis_float": ("nd.sum", (X,), {"axis": 1.5}, ("sum", "axis")),
        "sum_keepdims": ("nd.sum", (X,), {"keepdims": "maybe"}, ("sum", "keepdims", "maybe")),
        "clip_missing": ("nd.clip", (X,), {"a_min": 0}, ("clip", "a_max")),
        "clip_text": ("nd.clip", (X,), {"a_min": "a", "a_max": 1}, ("clip", "a_min")),
        "clip_none": ("nd.clip", (X,), {"a_min": None, "a_max": 1}, ("clip", "a_min")),
        "one_hot_missing": ("nd.one_hot", (V,), {}, ("one_hot", "depth")),
        "one_hot_text": ("nd.one_hot", (V,), {"depth": "three"}, ("one_hot", "depth")),
        "topk_ret_typ": ("nd.topk", (X,), {"ret_typ": "values"}, ("topk", "ret_typ", "values")),
        "topk_k_text": ("nd.topk", (X,), {"k": "two"}, ("topk", "k")),
        "take_mode": ("nd.take", (X, V), {"mode": "reflect"}, ("take", "mode", "reflect")),
        "pick_mode": ("nd.pick", (X, Arr((2,), low=0)), {"mode": "raise"}, ("pick", "mode")),
        "pad_mode": (
            "nd.pad",
            (Arr((1, 1, 2, 2)),),
            {"mode": "circular", "pad_width": (0, 0, 0, 0, 1, 1, 1, 1)},
            ("pad", "mode", "circular"),
        ),
        "activation_type": ("nd.Activation", (X,), {"act_type": "elu"}, ("Activation", "act_type", "elu")),
        "activation_missing": ("nd.Activation", (X,), {}, ("Activation", "act_type")),
        "norm_ord": ("nd.norm", (X,), {"ord": 3}, ("norm", "ord")),
        "expand_dims_missing": ("nd.expand_dims", (X,), {}, ("expand_dims", "axis")),
        "expand_dims_text": ("nd.expand_dims", (X,), {"axis": "last"}, ("expand_dims", "axis")),
        "split_missing": ("nd.split", (X,), {}, ("split|SliceChannel", "num_outputs")),
        "slice_missing": ("nd.slice", (X,), {}, ("slice", "begin")),
        "slice_axis_missing": ("nd.slice_axis", (X,), {}, ("slice_axis", "axis")),
        "repeat_missing": ("nd.repeat", (X,), {}, ("repeat", "repeats")),
        "tile_missing": ("nd.tile", (X,), {}, ("tile", "reps")),
        "flip_missing": ("nd.flip", (X,), {}, ("flip|reverse", "axis")),
        "reshape_text": ("nd.reshape", (X,), {"shape": "abc"}, ("reshape", "shape", "abc")),
        "transpose_text": ("nd.transpose", (X,), {"axes": "ab"}, ("transpose", "axes")),
        "dot_flag": ("nd.dot", (X, X), {"transpose_b": "perhaps"}, ("dot", "transpose_b")),
        "arange_step": ("nd.arange", (0, 3, 0), {}, ("arange", "step")),
        "arange_direction": ("nd.arange", (5, 1), {}, ("arange", "stop")),
        "uniform_shape": ("nd.random.uniform", (), {"shape": "big"}, ("uniform", "shape")),
        "zeros_shape": ("nd.zeros", ("ab",), {}, ("zeros", "shape")),
        "softmax_axis_text": ("nd.softmax", (X,), {"axis": "x"}, ("softmax", "axis")),
        "leaky_relu_type": ("nd.LeakyReLU", (X,), {"act_type": "mish"}, ("LeakyReLU", "act_type")),
    },
)
_ops(
    "argument",
    {
        "list": ("nd.sqrt", ([1.0, 4.0],), {}, ("sqrt",)),
        "numpy": ("nd.sqrt", (np.ones(2),), {}, ("sqrt",)),
        "number": ("nd.sqrt", (4.0,), {}, ("sqrt",)),
        "none": ("nd.sqrt", (None,), {}, ("sqrt",)),
        "nothing": ("nd.sqrt", (), {}, ("sqrt",)),
        "two_for_one": ("nd.sum", (X, X, X, X, X, X), {}, ("sum",)),
        "one_for_two": ("nd.broadcast_add", (X,), {}, ("broadcast_add",)),
        "second_is_list": ("nd.broadcast_add", (X, [1, 2, 3]), {}, ("broadcast_add",)),
        "second_is_number": ("nd.broadcast_add", (X, 2), {}, ("broadcast_add",)),
        "concat_number": ("nd.concat", (X, 3), {"dim": 0}, ("concat",)),
        "concat_nothing": ("nd.concat", (), {"dim": 0}, ("concat",)),
        "concat_list": ("nd.concat", ([X, X],), {"dim": 0}, ("concat",)),
        "dot_numpy": ("nd.dot", (X, np.ones((3, 2))), {}, ("dot",)),
        "add_none": (".__add__", (X, None), {}, ()),
        "add_text": (".__add__", (X, "1"), {}, ()),
        "add_list": (".__add__", (X, [1, 2, 3]), {}, ()),
        "compare_text": (".__lt__", (X, "1"), {}, ()),
        "keyword_twice": ("nd.sum", (X,), {"data": X}, ("sum", "data")),
        "wrong_input_name": ("nd.sqrt", (), {"x": X}, ("sqrt",)),
        "out_is_number": ("nd.sqrt", (Arr((2,), low=1),), {"out": 3}, ("sqrt", "out")),
        "take_list": ("nd.take", (X, [0, 1]), {}, ("take",)),
        "where_number": ("nd.where", (X, 1.0, X), {}, ("where",)),
        "array_of_text": ("nd.array", ("abc",), {}, ("array",)),
        "array_ragged": ("nd.array", ([[1, 2], [3]],), {}, ("array",)),
        "index_text": (".__getitem__", (X, "a"), {}, ()),
        "index_range": (".__getitem__", (X, 5), {}, ("5", "2")),
        "index_too_many": (".__getitem__", (X, (0, 0, 0)), {}, ("3", "2")),
        "index_float": (".__getitem__", (X, 0.5), {}, ("0.5",)),
        "index_bool_array": (".__getitem__", (X, Arr((2,), "bool")), {}, ("bool",)),
        "assign_shape": (".__setitem__", (X, slice(0, 1), Arr((5,))), {}, ("(5,)", "(1, 3)")),
        "assign_text": (".__setitem__", (X, 0, "a"), {}, ()),
        "asscalar": (".asscalar", (X,), {}, ()),
        "bool": (".__bool__", (X,), {}, ()),
        "grad_req": (".attach_grad", (X, "sum"), {}, ("sum",)),
        "backward_unrecorded": (".backward", (X,), {}, ()),
        "reshape_nothing": (".reshape", (X,), {}, ("shape",)),
        "reshape_keyword": (".reshape", (X, (6,)), {"order": "F"}, ("reshape", "order")),
    },
)

suite.errors(
    "device",
    {
        "zeros": (lambda mx: mx.nd.zeros((2,), ctx=mx.gpu(97)).asnumpy(), ("gpu",)),
        "ones": (lambda mx: mx.nd.ones((2,), ctx=mx.gpu(97)).asnumpy(), ("gpu",)),
        "array": (lambda mx: mx.nd.array([1, 2], ctx=mx.gpu(97)).asnumpy(), ("gpu",)),
        "full": (lambda mx: mx.nd.full((2,), 3, ctx=mx.gpu(97)).asnumpy(), ("gpu",)),
        "arange": (lambda mx: mx.nd.arange(3, ctx=mx.gpu(97)).asnumpy(), ("gpu",)),
        "uniform": (lambda mx: mx.nd.random.uniform(shape=(2,), ctx=mx.gpu(97)).asnumpy(), ("gpu",)),
        "as_in_context": (lambda mx: mx.nd.ones(2).as_in_context(mx.gpu(97)).asnumpy(), ("gpu",)),
        "copyto": (lambda mx: mx.nd.ones(2).copyto(mx.gpu(97)).asnumpy(), ("gpu",)),
        "scope": (lambda mx: _in_gpu(mx), ("gpu",)),
        "context_type": (lambda mx: mx.Context("tpu", 0), ("tpu",)),
        "context_text": (lambda mx: mx.nd.zeros((2,), ctx="nowhere(0)").asnumpy(), ("ctx",)),
        "context_number": (lambda mx: mx.nd.array([1], ctx=1), ("ctx",)),
        "memory_info": (lambda mx: mx.context.gpu_memory_info(97), ("gpu",)),
        "copyto_text": (lambda mx: mx.nd.ones(2).copyto("cpu"), ("copyto",)),
    },
)


def _in_gpu(mx):
    with mx.gpu(97):
        return mx.nd.zeros((2,)).asnumpy()


suite.errors(
    "autograd",
    {
        "backward_twice": (lambda mx: _backward_twice(mx), ("retain_graph",)),
        "backward_unrecorded": (lambda mx: _unrecorded(mx), ("record",)),
        "write_while_recording": (lambda mx: _write(mx), ("record",)),
        "iadd_while_recording": (lambda mx: _iadd(mx), ("record",)),
        "out_while_recording": (lambda mx: _out(mx), ("record",)),
        "heads_and_gradients": (lambda mx: _heads(mx), ("head_grads",)),
        "no_heads": (lambda mx: mx.autograd.backward([]), ("heads",)),
        "grad_no_variables": (lambda mx: _grad(mx, []), ("variables",)),
        "grad_unreachable": (lambda mx: _grad(mx, None), ("variable",)),
        "grad_of_number": (lambda mx: mx.autograd.grad(3.0, mx.nd.ones(1)), ()),
        "function_twice": (lambda mx: _function_twice(mx), ("Function",)),
        "function_without_forward": (lambda mx: mx.autograd.Function()(mx.nd.ones(1)), ()),
    },
)


def _recorded(mx):
    x = mx.nd.ones(2)
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    return x, y


def _backward_twice(mx):
    _, y = _recorded(mx)
    y.backward()
    y.backward()


def _unrecorded(mx):
    x = mx.nd.ones(2)
    x.attach_grad()
    (x * x).backward()


def _write(mx):
    x, _ = _recorded(mx)
    with mx.autograd.record():
        x[:] = 3


def _iadd(mx):
    x, _ = _recorded(mx)
    with mx.autograd.record():
        x += 1


def _out(mx):
    x, _ = _recorded(mx)
    with mx.autograd.record():
        mx.nd.sqrt(x, out=x)


def _heads(mx):
    _, y = _recorded(mx)
    mx.autograd.backward([y], [mx.nd.ones(2), mx.nd.ones(2)])


def _grad(mx, variables):
    _, y = _recorded(mx)
    if variables is None:
        variables = mx.nd.ones(2)
        variables.attach_grad()
    mx.autograd.grad(y, variables)


def _function_twice(mx):
    class Same(mx.autograd.Function):
        def forward(self, x):
            return x * 1

        def backward(self, dy):
            return dy

    function = Same()
    with mx.autograd.record():
        function(mx.nd.ones(1))
        function(mx.nd.ones(1))
