"""Gradients through dtypes, casts, operators without a derivative, views and other plain operations."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _dtype(dtype):
    def program(mx):
        x = mx.nd.array([1.0, 2.0, 3.0], dtype=dtype)
        x.attach_grad()
        with mx.autograd.record():
            y = x * x
        outcome = attempt(y.backward)
        return outcome, x.grad

    return program


suite.table(
    "dtype",
    {d: _dtype(d) for d in ("float16", "float32", "float64", "int32", "int64", "int8", "uint8")},
)


def _cast(source, target, how):
    def program(mx):
        x = mx.nd.array([1.5, 2.5, 3.0], dtype=source)
        x.attach_grad()
        with mx.autograd.record():
            y = (x.astype(target) if how == "astype" else mx.nd.cast(x, dtype=target)) * 3
        outcome = attempt(y.backward)
        return outcome, y, x.grad

    return program


suite.table(
    "cast",
    {
        f"{source}-{target}-{how}": _cast(source, target, how)
        for source, target in (
            ("float32", "float64"),
            ("float64", "float32"),
            ("float32", "float16"),
            ("float16", "float32"),
            ("float32", "int32"),
        )
        for how in ("astype", "cast")
    },
)


def _zero_gradient(function):
    def program(mx):
        x = mx.nd.array([1.5, -2.5, 3.0])
        x.attach_grad()
        x.grad[:] = 9
        with mx.autograd.record():
            y = function(mx, x)
        outcome = attempt(y.backward)
        return y, outcome, x.grad

    return program


suite.table(
    "zero_gradient",
    {
        name: _zero_gradient(function)
        for name, function in {
            "floor": lambda mx, x: x.floor(),
            "ceil": lambda mx, x: x.ceil(),
            "round": lambda mx, x: x.round(),
            "rint": lambda mx, x: x.rint(),
            "trunc": lambda mx, x: x.trunc(),
            "fix": lambda mx, x: x.fix(),
            "sign": lambda mx, x: x.sign(),
            "greater": lambda mx, x: x > 1,
            "equal": lambda mx, x: x == x,
            "lesser_arrays": lambda mx, x: mx.nd.broadcast_lesser(x, x * 2),
            "argmax": lambda mx, x: x.argmax(axis=0),
            "argmin": lambda mx, x: x.argmin(axis=0),
            "argsort": lambda mx, x: x.argsort(),
            "topk_indices": lambda mx, x: x.topk(k=2),
            "ones_like": lambda mx, x: mx.nd.ones_like(x),
            "zeros_like": lambda mx, x: x.zeros_like(),
            "shape_array": lambda mx, x: x.shape_array(),
            "size_array": lambda mx, x: x.size_array(),
            "block_grad": lambda mx, x: mx.nd.BlockGrad(x),
            "stop_gradient": lambda mx, x: mx.nd.stop_gradient(x * 2) * 3,
            "block_grad_product": lambda mx, x: mx.nd.BlockGrad(x) * x,
            "logical_not": lambda mx, x: mx.nd.logical_not(x),
            "one_hot": lambda mx, x: mx.nd.one_hot(x, 4),
            "floor_plus": lambda mx, x: x.floor() + x,
            "argmax_product": lambda mx, x: x.argmax(axis=0) * x.sum(),
            "isnan": lambda mx, x: mx.nd.contrib.isnan(x),
            "copy": lambda mx, x: x.copy(),
            "identity": lambda mx, x: mx.nd.identity(x),
        }.items()
    },
)


def _view(function):
    def program(mx):
        x = mx.nd.arange(6).reshape((2, 3))
        x.attach_grad()
        with mx.autograd.record():
            y = function(mx, x) * 2
        outcome = attempt(y.backward)
        return y, outcome, x.grad

    return program


suite.table(
    "through",
    {
        name: _view(function)
        for name, function in {
            "row": lambda mx, x: x[1],
            "negative_row": lambda mx, x: x[-1],
            "rows": lambda mx, x: x[0:1],
            "column": lambda mx, x: x[:, 1],
            "element": lambda mx, x: x[1, 2],
            "step": lambda mx, x: x[:, ::2],
            "reverse": lambda mx, x: x[::-1],
            "none": lambda mx, x: x[None],
            "ellipsis": lambda mx, x: x[..., 1],
            "whole": lambda mx, x: x[:],
            "list": lambda mx, x: x[[1, 0, 1]],
            "array": lambda mx, x: x[mx.nd.array([1, 1])],
            "pair_of_lists": lambda mx, x: x[[0, 1], [2, 2]],
            "iteration": lambda mx, x: [row for row in x][1],
            "reshape": lambda mx, x: x.reshape((3, 2)),
            "reshape_method_infer": lambda mx, x: x.reshape(-1),
            "reshape_like": lambda mx, x: x.reshape_like(mx.nd.zeros((6,))),
            "T": lambda mx, x: x.T,
            "transpose": lambda mx, x: x.transpose((1, 0)),
            "expand_dims": lambda mx, x: x.expand_dims(1),
            "flatten": lambda mx, x: x.flatten(),
            "squeeze": lambda mx, x: x[None].squeeze(),
            "at": lambda mx, x: x._at(1),
            "slice_axis": lambda mx, x: x.slice_axis(1, 0, 2),
            "as_in_context_same": lambda mx, x: x.as_in_context(mx.cpu()),
            "as_in_context_other": lambda mx, x: x.as_in_context(mx.cpu(1)),
            "copyto_context": lambda mx, x: x.copyto(mx.cpu(1)),
            "copy": lambda mx, x: x.copy(),
            "astype_no_copy": lambda mx, x: x.astype("float32", copy=False),
            "astype": lambda mx, x: x.astype("float32"),
            "broadcast_to": lambda mx, x: x.expand_dims(0).broadcast_to((2, 2, 3)),
            "split": lambda mx, x: x.split(3, axis=1)[1],
            "pick": lambda mx, x: x.pick(mx.nd.array([2, 0])),
            "take": lambda mx, x: x.take(mx.nd.array([0, 0, 1])),
            "setitem_copy": lambda mx, x: mx.nd.concat(x, x, dim=0)[1:3],
            "asnumpy_is_constant": lambda mx, x: mx.nd.array(x.asnumpy()) + x,
            "negative": lambda mx, x: -x,
            "abs": lambda mx, x: abs(x),
            "pow": lambda mx, x: x**2,
            "rpow": lambda mx, x: 2**x,
            "rdiv": lambda mx, x: 1 / (x + 1),
            "mod": lambda mx, x: (x + 1) % 2.5,
            "rmod": lambda mx, x: 7 % (x + 1),
            "where": lambda mx, x: mx.nd.where(x > 2, x * 2, x * 5),
            "maximum": lambda mx, x: mx.nd.maximum(x, 2),
            "clip": lambda mx, x: x.clip(1, 4),
        }.items()
    },
)
