"""`npx`: operators of neural networks on arrays of `mx.np`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen, Generator

_FLOATS = ("float32", "float32", "float64")
_DIGAMMA = Tolerance(rtol=1e-5, atol=1e-5, why="MXNet's digamma has float32 coefficients, in float64 too")
_LOG = Tolerance(rtol=1e-5, atol=4e-6, why="the logarithm of MXNet's oneDNN is off by 1.4e-6 at 1")
_LAYER = Tolerance(rtol=1e-3, atol=2e-4, why="sums in another order, and gradients that cancel")
_DOMAIN = {"erfinv": (-0.9, 0.9), "gamma": (0.5, 3), "gammaln": (0.5, 3)}


def _unary(name: str) -> Generator:
    low, high = _DOMAIN.get(name, (-3, 3))

    def make(gen: Gen) -> Call:
        x = n.array(gen, None, gen.pick(_FLOATS), low=low, high=high)
        if name in _DOMAIN:
            gen.tol = _DIGAMMA
        return Call("npx." + name, (x,), grad=gen.chance(0.6))

    return make


def _softmax(name: str) -> Generator:
    def make(gen: Gen) -> Call:
        x = n.array(gen, n.shape(gen, 1, 4, empty=0), gen.pick(_FLOATS))
        gen.tol = _LOG
        kwargs: dict[str, Any] = {"axis": n.axis(gen, len(x.shape), wrong=0)} if gen.chance(0.7) else {}
        if gen.chance(0.2):
            kwargs["temperature"] = gen.pick((0.5, 2.0))
        return Call("npx." + name, (x,), kwargs, grad=gen.chance(0.6))

    return make


def _activation(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1), gen.pick(_FLOATS))
    return Call("npx.activation", (x,), {"act_type": gen.pick(("relu", "sigmoid", "tanh", "softrelu", "softsign"))},
                grad=gen.chance(0.6))  # fmt: skip


def _leaky(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, empty=0), "float32")
    kwargs = {"act_type": gen.pick(("leaky", "elu", "gelu", "selu"))}
    if gen.chance(0.4):
        kwargs["slope"] = gen.pick((0.1, 0.3))
    return Call("npx.leaky_relu", (x,), kwargs, grad=gen.chance(0.6))


def _dense(gen: Gen) -> Call:
    gen.tol = _LAYER
    of, hidden, bias = n.shape(gen, 2, 3, empty=0), gen.int(1, 4), gen.chance(0.6)
    flatten = gen.chance(0.5)
    units = 1
    for side in of[1:] if flatten else of[-1:]:
        units *= side
    arrays = [n.array(gen, of, "float32"), n.array(gen, (hidden, units), "float32")]
    if bias:
        arrays.append(n.array(gen, (hidden,), "float32"))
    kwargs = {"num_hidden": hidden, "no_bias": not bias, "flatten": flatten}
    return Call("npx.fully_connected", arrays, kwargs, grad=gen.chance(0.6))


def _batch_dot(gen: Gen) -> Call:
    gen.tol = n.SUMS
    batch, rows, inner, columns = (gen.int(1, 3) for _ in range(4))
    a, b = gen.chance(0.3), gen.chance(0.3)
    left = (batch, inner, rows) if a else (batch, rows, inner)
    right = (batch, columns, inner) if b else (batch, inner, columns)
    kind = gen.pick(_FLOATS)
    return Call("npx.batch_dot", (n.array(gen, left, kind), n.array(gen, right, kind)),
                {"transpose_a": a, "transpose_b": b}, grad=gen.chance(0.6))  # fmt: skip


def _convolution(gen: Gen) -> Call:
    gen.tol = _LAYER
    channels, filters, kernel = gen.int(1, 3), gen.int(1, 3), gen.int(1, 3)
    x = n.array(gen, (gen.int(1, 2), channels, gen.int(3, 5), gen.int(3, 5)), "float32", layout="plain")
    kwargs: dict[str, Any] = {"kernel": (kernel, kernel), "num_filter": filters}
    if gen.chance(0.5):
        kwargs["pad"] = (1, 1)
    if gen.chance(0.3):
        kwargs["stride"] = (2, 2)
    weight = n.array(gen, (filters, channels, kernel, kernel), "float32", layout="plain")
    return Call("npx.convolution", (x, weight, n.array(gen, (filters,), "float32")), kwargs, grad=gen.chance(0.6))


def _pooling(gen: Gen) -> Call:
    of = (gen.int(1, 2), gen.int(1, 3), gen.int(3, 6), gen.int(3, 6))
    x = Arr(of, "float32", unique=True, seed=gen.int(1, 400000))
    kwargs: dict[str, Any] = {"kernel": (gen.int(1, 3),) * 2, "pool_type": gen.pick(("max", "avg", "sum"))}
    if gen.chance(0.5):
        kwargs["stride"] = (gen.int(1, 2),) * 2
    if gen.chance(0.2):
        kwargs["global_pool"] = True
    return Call("npx.pooling", (x,), kwargs, grad=gen.chance(0.6))


def _layer_norm(gen: Gen) -> Call:
    gen.tol = _LAYER
    of = (*n.shape(gen, 1, 2, empty=0), gen.int(2, 6))
    x = n.array(gen, of, "float32", layout="plain")
    return Call("npx.layer_norm", (x, n.array(gen, of[-1:], "float32"), n.array(gen, of[-1:], "float32")),
                grad=gen.chance(0.6))  # fmt: skip


def _embedding(gen: Gen) -> Call:
    rows, width = gen.int(1, 5), gen.int(1, 3)
    index = n.array(gen, n.shape(gen, 0, 2, empty=0), gen.pick(("float32", "int32", "int64")), low=0, high=rows - 1)
    if index.is_float:
        index = index.with_(dtype="int32")
    weight = n.array(gen, (rows, width), "float32", layout="plain")
    return Call("npx.embedding", (index, weight), {"input_dim": rows, "output_dim": width}, grad=(1,))


def _one_hot(gen: Gen) -> Call:
    depth = gen.int(1, 5)
    index = n.array(gen, n.shape(gen, 0, 2, empty=0), gen.pick(("int32", "int64")), low=-1, high=depth)
    kwargs: dict[str, Any] = {"dtype": gen.pick(("float32", "float64", "int32"))} if gen.chance(0.4) else {}
    if gen.chance(0.3):
        kwargs.update(on_value=2.0, off_value=-1.0)
    return Call("npx.one_hot", (index, depth), kwargs)


def _pick(gen: Gen) -> Call:
    of = n.shape(gen, 2, 3, empty=0)
    at = n.axis(gen, len(of), wrong=0)
    rest = tuple(side for k, side in enumerate(of) if k != at % len(of))
    index = n.array(gen, rest, "int32", low=0, high=of[at] - 1)
    return Call("npx.pick", (n.array(gen, of, gen.pick(_FLOATS)), index), {"axis": at, "keepdims": gen.chance(0.4)},
                grad=(0,) if gen.chance(0.6) else False)  # fmt: skip


def _topk(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0), gen.pick(_FLOATS), unique=True)
    at = n.axis(gen, len(x.shape), wrong=0)
    kwargs: dict[str, Any] = {
        "axis": at,
        "k": gen.int(1, x.shape[at]),
        "ret_typ": gen.pick(("value", "indices", "both")),
    }
    if gen.chance(0.5):
        kwargs["is_ascend"] = gen.chance(0.5)
    return Call("npx.topk", (x,), kwargs, grad=kwargs["ret_typ"] == "value" and gen.chance(0.5))


def _sequence_mask(gen: Gen) -> Call:
    at = gen.int(0, 1)
    of = (gen.int(1, 4), gen.int(1, 4), *n.shape(gen, 0, 1, empty=0))
    lengths = Arr(values=[float(gen.int(0, of[at])) for _ in range(of[1 - at])])
    kwargs = {"use_sequence_length": True, "axis": at, "value": gen.pick((0.0, -1.0))}
    return Call("npx.sequence_mask", (n.array(gen, of, "float32"), lengths), kwargs, grad=(0,))


def _gather_nd(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0), gen.pick(_FLOATS))
    count = gen.int(1, len(x.shape))
    values = [[gen.int(0, side - 1) for _ in range(2)] for side in x.shape[:count]]
    return Call("npx.gather_nd", (x, Arr(values=values, dtype=gen.pick(("int32", "int64")))), grad=(0,))


def _arange_like(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0), "float32")
    kwargs: dict[str, Any] = {"axis": n.axis(gen, len(x.shape), wrong=0)} if gen.chance(0.6) else {}
    if gen.chance(0.4):
        kwargs.update(start=gen.int(0, 3), step=gen.pick((1, 2, 0.5)))
    return Call("npx.arange_like", (x,), kwargs)


def _smooth_l1(gen: Gen) -> Call:
    return Call("npx.smooth_l1", (n.array(gen, None, gen.pick(_FLOATS)),), {"scalar": gen.pick((1.0, 2.0))}, grad=True)


def _other(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0))
    way = gen.int(0, 3)
    if way == 0:
        return Call("npx.shape_array", (x,))
    if way == 1:
        return Call("npx.batch_flatten", (x,), grad=gen.chance(0.5))
    if way == 2:
        return Call("npx.cast", (x,), {"dtype": gen.pick(("float32", "float64", "int32"))})
    return Call("npx.reshape_like", (x, n.array(gen, x.shape[::-1])), grad=(0,) if x.is_float else False)


def _slice(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0), gen.pick(_FLOATS))
    begin = tuple(gen.pick((None, gen.int(0, side - 1))) for side in x.shape)
    end = tuple(gen.pick((None, side)) for side in x.shape)
    return Call("npx.slice", (x, begin, end), grad=gen.chance(0.5))


GENERATORS = {name: _unary(name) for name in ("relu", "sigmoid", "erf", "erfinv", "gamma", "gammaln")}
GENERATORS.update({name: _softmax(name) for name in ("softmax", "log_softmax")})
GENERATORS.update(
    {
        "activation": _activation,
        "leaky_relu": _leaky,
        "fully_connected": _dense,
        "batch_dot": _batch_dot,
        "convolution": _convolution,
        "pooling": _pooling,
        "layer_norm": _layer_norm,
        "embedding": _embedding,
        "one_hot": _one_hot,
        "pick": _pick,
        "topk": _topk,
        "sequence_mask": _sequence_mask,
        "gather_nd": _gather_nd,
        "arange_like": _arange_like,
        "smooth_l1": _smooth_l1,
        "other": _other,
        "slice": _slice,
    }
)
