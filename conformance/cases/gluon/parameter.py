"""Parameter, Constant and ParameterDict: construction, initialization, contexts, gradients, files, refusals.

Long because it goes through one class after the other, each with the cases of its whole surface.
"""

import os
import tempfile

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _param(mx, name="w", shape=(2, 3), ctx=None, init=None, **kwargs):
    param = mx.gluon.Parameter(name, shape=shape, **kwargs)
    param.initialize(init=init, ctx=ctx)
    return param


def _ready(mx, **kwargs):
    return _param(mx, init=mx.init.One(), **kwargs)


def _two(mx):
    return [mx.cpu(0), mx.cpu(1)]


def _facts(p):
    return (
        p.name,
        p.shape,
        p.dtype,
        p.grad_req,
        p.lr_mult,
        p.wd_mult,
        p.init,
        p._stype,
        p._grad_stype,
        p._differentiable,
        p._allow_deferred_init,
        repr(p),
    )


# ---------------------------------------------------------------------------------------- construction

suite.table(
    "make",
    {
        "bare": lambda mx: _facts(mx.gluon.Parameter("w")),
        "int_shape": lambda mx: _facts(mx.gluon.Parameter("w", shape=3)),
        "tuple_shape": lambda mx: _facts(mx.gluon.Parameter("w", shape=(3, 4))),
        "list_shape": lambda mx: repr(mx.gluon.Parameter("w", shape=[3, 4])),
        "unknown_shape": lambda mx: _facts(mx.gluon.Parameter("w", shape=(3, 0))),
        "dtype_text": lambda mx: _facts(mx.gluon.Parameter("w", shape=1, dtype="float16")),
        "dtype_numpy": lambda mx: _facts(mx.gluon.Parameter("w", shape=1, dtype=np.float64)),
        "dtype_int": lambda mx: _facts(mx.gluon.Parameter("w", shape=1, dtype="int32")),
        "add": lambda mx: _facts(mx.gluon.Parameter("w", grad_req="add", shape=1)),
        "null": lambda mx: _facts(mx.gluon.Parameter("w", grad_req="null", shape=1)),
        "positional": lambda mx: _facts(mx.gluon.Parameter("w", "add", (2,), "float64", 0.5, 2.0, "ones", True)),
        "not_differentiable": lambda mx: _facts(mx.gluon.Parameter("w", differentiable=False, shape=1)),
        "mults": lambda mx: _facts(mx.gluon.Parameter("w", lr_mult=0.1, wd_mult=0.0)),
        "row_sparse": lambda mx: _facts(mx.gluon.Parameter("w", shape=(4, 2), stype="row_sparse")),
        "grad_row_sparse": lambda mx: _facts(mx.gluon.Parameter("w", shape=(4, 2), grad_stype="row_sparse")),
        "csr": lambda mx: _facts(mx.gluon.Parameter("w", shape=(4, 2), stype="csr")),
        "constant_list": lambda mx: _constant(mx, [[1, 2], [3, 4]]),
        "constant_array": lambda mx: _constant(mx, mx.nd.array([1, 2], dtype="int32")),
        "constant_numpy": lambda mx: _constant(mx, np.arange(3)),
        "constant_number": lambda mx: _constant(mx, 5),
        "error_base": lambda mx: [c.__name__ for c in mx.gluon.DeferredInitializationError.__mro__[:3]],
        "tensor_types": lambda mx: [t.__name__ for t in mx.gluon.tensor_types],
    },
)


def _constant(mx, value):
    c = mx.gluon.Constant("c", value)
    before = (c.shape, c.dtype, c.grad_req, repr(c), c.value, c.init.startswith("Constant_c_"))
    c.initialize()
    return before, c.data(), attempt(c.grad), repr(c)


suite.errors(
    "make/bad",
    {
        "grad_req": (lambda mx: mx.gluon.Parameter("w", grad_req="nope"), ("grad_req", "nope")),
        "stype": (lambda mx: mx.gluon.Parameter("w", stype="nope"), ("stype", "nope")),
        "grad_stype": (lambda mx: mx.gluon.Parameter("w", grad_stype="nope"), ("grad_stype", "nope")),
        "no_name": (lambda mx: mx.gluon.Parameter(), ("name",)),
        "keyword": (lambda mx: mx.gluon.Parameter("w", nope=1), ("nope",)),
    },
)


# ---------------------------------------------------------------------------------------- initialization


def _drawn(name, init=None, default=None, shape=(2, 3), **kwargs):
    def program(mx):
        param = mx.gluon.Parameter(name, shape=shape, **kwargs)
        made = {} if default is None else {"default_init": default(mx)}
        param.initialize(init=None if init is None else init(mx), **made)
        return param.data(), param.data().dtype

    return program


suite.table(
    "initialize",
    {
        "default": _drawn("w_weight"),
        "bias_name": _drawn("w_bias"),
        "gamma_name": _drawn("w_gamma"),
        "beta_name": _drawn("w_beta"),
        "running_var": _drawn("bn_running_var"),
        "running_mean": _drawn("bn_running_mean"),
        "no_known_ending": lambda mx: attempt(_drawn("something"), mx),
        "no_ending_given_init": _drawn("something", init=lambda mx: mx.init.Normal(1.0)),
        "own_text": _drawn("w_weight", init=None, default=lambda mx: "ones"),
        "given_text": _drawn("x", init=lambda mx: "ones"),
        "given_object": _drawn("w_bias", init=lambda mx: mx.init.Normal(2.0)),
        "given_xavier": _drawn("w_weight", init=lambda mx: mx.init.Xavier(), shape=(4, 3)),
        "given_msra": _drawn("w_weight", init=lambda mx: mx.init.MSRAPrelu(), shape=(4, 3)),
        "given_orthogonal": _drawn("w_weight", init=lambda mx: mx.init.Orthogonal(), shape=(4, 3)),
        "given_constant": _drawn("w_weight", init=lambda mx: mx.init.Constant(3.5)),
        "given_lstm_bias": _drawn("w_weight", init=lambda mx: mx.init.LSTMBias(2.0), shape=(8,)),
        "default_normal": _drawn("w_weight", default=lambda mx: mx.init.Normal(3.0)),
        "default_normal_bias": _drawn("w_bias", default=lambda mx: mx.init.Normal(3.0)),
        "float16": _drawn("w_weight", dtype="float16"),
        "float64": _drawn("w_weight", dtype="float64"),
        "not_registered": lambda mx: attempt(_drawn("w_weight", init=lambda mx: "nope"), mx),
    },
)


def _own(mx, own, given=None):
    param = mx.gluon.Parameter("p_weight", shape=(3,), init=own)
    param.initialize(init=given, default_init=mx.init.Constant(7))
    return param.data(), param.init


suite.table(
    "initialize/own",
    {
        "text": lambda mx: _own(mx, "ones"),
        "text_zeros": lambda mx: _own(mx, "zeros"),
        "json": lambda mx: _own(mx, mx.init.Constant(2).dumps()),
        "given_wins": lambda mx: _own(mx, "ones", "zeros"),
        "none": lambda mx: _own(mx, None),
        "object": lambda mx: _own(mx, mx.init.Constant(4))[0],
    },
)


@suite.case()
def initialize_twice(mx):
    p = _ready(mx)
    first = p.data()
    p.initialize(init="zeros")
    kept = p.data()
    p.initialize(init="zeros", force_reinit=True)
    return first, kept, p.data(), first is p.data()


@suite.case()
def initialize_contexts(mx):
    p = _param(mx, name="w_weight", ctx=_two(mx))
    return (
        p.list_ctx(),
        p.list_data(),
        p.list_grad(),
        p.data(mx.cpu(1)),
        p.grad(mx.cpu(1)),
        p.data(),
        attempt(p.data, mx.cpu(2)),
        attempt(p.grad, mx.cpu(3)),
    )


@suite.case()
def initialize_current_context(mx):
    p = mx.gluon.Parameter("w_weight", shape=(2,))
    with mx.cpu(1):
        p.initialize()
        inside = p.data()
    return p.list_ctx(), inside, p.data()


@suite.case()
def current_context_chooses(mx):
    p = _param(mx, init="ones", ctx=_two(mx))
    p.data(mx.cpu(1))[:] = 5
    with mx.cpu(1):
        inside = p.data()
    return inside, p.data()


suite.table(
    "initialize/context",
    {
        "one": lambda mx: _param(mx, init="ones", ctx=mx.cpu(3)).data(),
        "list_of_one": lambda mx: _param(mx, init="ones", ctx=[mx.cpu(2)]).data(),
        "gap": lambda mx: _param(mx, init="ones", ctx=[mx.cpu(2), mx.cpu(5)]).list_ctx(),
        "gap_other": lambda mx: attempt(_param(mx, init="ones", ctx=[mx.cpu(2), mx.cpu(5)]).data, mx.cpu(3)),
        "gap_none": lambda mx: attempt(_param(mx, init="ones", ctx=[mx.cpu(2), mx.cpu(5)]).data),
        "pinned_for_cpu": lambda mx: attempt(_param(mx, init="ones").data, mx.cpu_pinned(0)),
        "gpu_for_cpu": lambda mx: attempt(_param(mx, init="ones").data, mx.gpu(0)),
        "list_type": lambda mx: _param(mx, init="ones", ctx=_two(mx))._check_and_get(None or [1, 2], list),
        "same_values": lambda mx: [
            (a == b).asnumpy() for a, b in [_param(mx, name="w_weight", ctx=_two(mx)).list_data()]
        ],
    },
)

suite.errors(
    "initialize/bad",
    {
        "no_shape": (lambda mx: mx.gluon.Parameter("w").initialize(), ("w", "shape")),
        "unknown_dimension": (lambda mx: mx.gluon.Parameter("w", shape=(3, 0)).initialize(), ("w", "shape")),
        "negative": (lambda mx: mx.gluon.Parameter("w", shape=(3, -2)).initialize(), ("shape",)),
        "data": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1)).data(), ("w", "initialize")),
        "grad": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1)).grad(), ("w", "initialize")),
        "list_data": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1)).list_data(), ("w", "initialize")),
        "list_grad": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1)).list_grad(), ("w", "initialize")),
        "list_ctx": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1)).list_ctx(), ("w", "initialize")),
        "reduce": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1))._reduce(), ("w", "initialize")),
        "reset_ctx": (lambda mx: mx.gluon.Parameter("w", shape=(3, 1)).reset_ctx(mx.cpu(1)), ("w", "initialize")),
        "set_data": (lambda mx: mx.gluon.Parameter("w", shape=(3,)).set_data(mx.nd.ones(3)), ("w", "initialize")),
    },
)


# ---------------------------------------------------------------------------------------- deferred


def _deferred(mx, **kwargs):
    p = mx.gluon.Parameter("w_weight", shape=(2, 0), allow_deferred_init=True, **kwargs)
    p.initialize(init="ones", ctx=_two(mx))
    return p


@suite.case()
def deferred(mx):
    p = _deferred(mx)
    before = (
        attempt(p.data),
        attempt(p.grad),
        attempt(p.list_data),
        attempt(p.list_grad),
        p.list_ctx(),
        attempt(p._finish_deferred_init),
        p.shape,
    )
    q = _deferred(mx)
    q.shape = (2, 3)
    q._finish_deferred_init()
    return before, q.list_data(), q.list_grad(), q._deferred_init, repr(q)


@suite.case()
def deferred_set_data(mx):
    p = _deferred(mx)
    p.set_data(mx.nd.array([[1, 2], [3, 4]]))
    shape = p.shape
    still = attempt(p.data)
    p._finish_deferred_init()
    return shape, still, p.list_data(), attempt(p.set_data, mx.nd.ones((3, 3)))


@suite.case()
def deferred_reset_ctx(mx):
    p = _deferred(mx)
    p.reset_ctx(mx.cpu(3))
    where = p.list_ctx()
    p.shape = (2, 1)
    p._finish_deferred_init()
    return where, p.list_ctx(), p.data()


@suite.case()
def deferred_load(mx):
    p = _deferred(mx)
    p._load_init(mx.nd.full((2, 2), 4), None)
    return p.list_data(), p.shape, p._deferred_init


@suite.case()
def deferred_load_other_context(mx):
    p = _deferred(mx)
    return attempt(p._load_init, mx.nd.full((2, 2), 4), mx.cpu(5)), p.shape


@suite.case()
def finish_without_deferral(mx):
    p = _ready(mx)
    return p._finish_deferred_init(), p.data()


# ---------------------------------------------------------------------------------------- shape, dtype, grad_req


def _reshape(old, new):
    def program(mx):
        p = mx.gluon.Parameter("w", shape=old)
        result = attempt(setattr, p, "shape", new)
        return result, p.shape

    return program


suite.table(
    "shape",
    {
        "from_none": _reshape(None, (2, 3)),
        "fill_in": _reshape((2, 0), (2, 3)),
        "same": _reshape((2, 3), (2, 3)),
        "all_unknown": _reshape((0, 0), (4, 5)),
        "minus_one": _reshape((2, -1), (2, 3)),
        "contradiction": _reshape((2, 3), (2, 4)),
        "other_rank": _reshape((2, 3), (2, 3, 1)),
        "back_to_unknown": _reshape((2, 3), (2, 0)),
        "list": _reshape((2, 3), [2, 3]),
    },
)


def _cast(dtype, **kwargs):
    def program(mx):
        p = _ready(mx, **kwargs)
        p.cast(dtype)
        grad = attempt(p.grad)
        return p.data(), grad, p.dtype, repr(p), p.list_ctx()

    return program


suite.table(
    "cast",
    {
        "float16": _cast("float16"),
        "float64": _cast(np.float64),
        "int32": _cast("int32"),
        "null": _cast("float64", grad_req="null"),
        "contexts": lambda mx: _cast("float64", ctx=_two(mx))(mx),
        "by_property": lambda mx: _by_property(mx),
        "not_initialized": lambda mx: _cast_early(mx),
        "still_trains": lambda mx: _cast_backward(mx),
        "bad": lambda mx: attempt(_ready(mx).cast, "nope"),
    },
)


def _by_property(mx):
    p = _ready(mx)
    p.dtype = "float64"
    return p.data(), p.dtype


def _cast_early(mx):
    p = mx.gluon.Parameter("w", shape=(2,))
    p.cast("float16")
    p.initialize(init="ones")
    return p.data(), p.dtype


def _cast_backward(mx):
    p = _ready(mx)
    p.cast("float64")
    with mx.autograd.record():
        y = (p.data() * 3).sum()
    y.backward()
    return p.grad(), bool(p.data()._fresh_grad)


def _requests(*reqs, **kwargs):
    def program(mx):
        p = _ready(mx, **kwargs)
        seen = []
        for req in reqs:
            seen.append(attempt(setattr, p, "grad_req", req))
            for _ in range(2):
                with mx.autograd.record():
                    y = (p.data() * 3).sum()
                attempt(y.backward)
            seen.append((p.grad_req, attempt(p.grad), attempt(p.list_grad)))
        return seen

    return program


suite.table(
    "grad_req",
    {
        "write": _requests("write"),
        "add": _requests("add"),
        "null": _requests("null"),
        "null_and_back": _requests("null", "write"),
        "add_and_write": _requests("add", "write"),
        "write_add_null": _requests("write", "add", "null", "add"),
        "bad": _requests("nope"),
        "not_differentiable": _requests("write", "add", differentiable=False),
        "contexts": lambda mx: _requests("add", "null", ctx=_two(mx))(mx),
    },
)


@suite.case()
def constant_grad_req(mx):
    c = mx.gluon.Constant("c", [1, 2])
    c.grad_req = "write"
    c.initialize(ctx=_two(mx))
    return c.grad_req, c.list_data(), attempt(c.list_grad)


@suite.case()
def zero_grad(mx):
    p = _ready(mx, ctx=_two(mx))
    for ctx in _two(mx):
        with mx.autograd.record():
            y = (p.data(ctx) * 3).sum()
        y.backward()
    before = [g.copy() for g in p.list_grad()]
    p.zero_grad()
    q = _ready(mx, grad_req="null")
    return before, p.list_grad(), q.zero_grad(), mx.gluon.Parameter("w").zero_grad()


# ---------------------------------------------------------------------------------------- values


@suite.case()
def set_data(mx):
    p = _ready(mx, ctx=_two(mx))
    first = p.data(mx.cpu(0))
    p.set_data(mx.nd.arange(6).reshape((2, 3)))
    wrong = attempt(p.set_data, mx.nd.ones((3, 2)))
    p.data(mx.cpu(0))[:] = 9
    return p.list_data(), wrong, first is p.data(mx.cpu(0)), p._reduce()


suite.table(
    "set_data",
    {
        "numpy": lambda mx: _after(mx, np.arange(6).reshape(2, 3)),
        "other_dtype": lambda mx: _after(mx, mx.nd.ones((2, 3), dtype="float64")),
        "other_context": lambda mx: _after(mx, mx.nd.ones((2, 3), ctx=mx.cpu(1))),
        "number": lambda mx: attempt(_ready(mx).set_data, 5),
        "list": lambda mx: attempt(_ready(mx).set_data, [[1, 2, 3], [4, 5, 6]]),
        "recording": lambda mx: _recording(mx),
    },
)


def _after(mx, value):
    p = _ready(mx)
    p.set_data(value)
    return p.data()


def _recording(mx):
    p = _ready(mx)
    with mx.autograd.record():
        return attempt(p.set_data, mx.nd.zeros((2, 3)))


suite.table(
    "reset_ctx",
    {
        "other": lambda mx: _moved(mx, mx.cpu(1)),
        "two": lambda mx: _moved(mx, _two(mx)),
        "none": lambda mx: _moved(mx, None),
        "mean": lambda mx: _mean(mx),
    },
)


def _moved(mx, ctx):
    p = _param(mx, name="w_weight")
    p.reset_ctx(ctx)
    return p.list_ctx(), p.list_data(), p.list_grad()


def _mean(mx):
    p = _ready(mx, ctx=_two(mx))
    p.data(mx.cpu(1))[:] = 3
    p.reset_ctx(mx.cpu(2))
    return p.data(), p.grad()


suite.table(
    "reduce",
    {
        "one": lambda mx: _ready(mx, ctx=mx.cpu(1))._reduce(),
        "float16": lambda mx: _ready(mx, dtype="float16", ctx=_two(mx))._reduce(),
        "copy": lambda mx: _reduce_copies(mx),
    },
)


def _reduce_copies(mx):
    p = _ready(mx)
    value = p._reduce()
    value[:] = 9
    return p.data(), value


def _load(value, cast=False, source="current", ctx=None, **kwargs):
    def program(mx):
        p = mx.gluon.Parameter("w", **kwargs)
        if kwargs.get("init"):
            p.initialize(ctx=_two(mx))
        where = ctx(mx) if ctx else None
        result = attempt(p._load_init, value(mx), where, cast_dtype=cast, dtype_source=source)
        return result, p.shape, p.dtype, attempt(p.list_data), attempt(p.list_ctx)

    return program


def _ones(*shape, **kwargs):
    return lambda mx: mx.nd.ones(shape, **kwargs)


suite.table(
    "load_init",
    {
        "fresh": _load(_ones(2, 3)),
        "fresh_shape": _load(_ones(2, 3), shape=(2, 3)),
        "fresh_unknown": _load(_ones(2, 3), shape=(2, 0)),
        "fresh_contexts": _load(_ones(2, 3), ctx=_two),
        "fresh_one_context": _load(_ones(2, 3), ctx=lambda mx: mx.cpu(4)),
        "initialized": _load(_ones(2, 3), shape=(2, 3), init="zeros"),
        "initialized_same_contexts": _load(_ones(2, 3), shape=(2, 3), init="zeros", ctx=_two),
        "initialized_other_context": _load(_ones(2, 3), shape=(2, 3), init="zeros", ctx=lambda mx: mx.cpu(4)),
        "wrong_shape": _load(_ones(2, 3), shape=(2, 4)),
        "wrong_shape_initialized": _load(_ones(2, 3), shape=(2, 4), init="zeros"),
        "wrong_rank": _load(_ones(2, 3), shape=(2, 3, 4)),
        "wrong_dtype": _load(_ones(2, 3, dtype="float64"), shape=(2, 3)),
        "wrong_dtype_initialized": _load(_ones(2, 3, dtype="float64"), shape=(2, 3), init="zeros"),
        "cast_current": _load(_ones(2, 3, dtype="float64"), cast=True, shape=(2, 3)),
        "cast_saved": _load(_ones(2, 3, dtype="float64"), cast=True, source="saved", shape=(2, 3)),
        "cast_saved_initialized": _load(
            _ones(2, 3, dtype="float64"), cast=True, source="saved", shape=(2, 3), init="zeros"
        ),
        "cast_bad_source": _load(_ones(2, 3), cast=True, source="nope", shape=(2, 3)),
        "bad_source_without_cast": _load(_ones(2, 3), source="nope", shape=(2, 3)),
        "sparse_into_dense": _load(lambda mx: mx.nd.ones((2, 3)).tostype("row_sparse"), shape=(2, 3)),
        "dense_into_sparse": lambda mx: _load_sparse(mx),
    },
)


def _load_sparse(mx):
    p = mx.gluon.Parameter("w", shape=(3, 2), stype="row_sparse")
    p._load_init(mx.nd.ones((3, 2)), mx.cpu())
    return p._data[0], p._data[0].stype


# ---------------------------------------------------------------------------------------- sparse


def _sparse(mx, **kwargs):
    p = mx.gluon.Parameter("s_weight", shape=(4, 2), stype="row_sparse", grad_stype="row_sparse", **kwargs)
    p.initialize(init="ones", ctx=_two(mx))
    return p


suite.table(
    "sparse",
    {
        "data": lambda mx: attempt(_sparse(mx).data),
        "list_data": lambda mx: attempt(_sparse(mx).list_data),
        "row_sparse_data_no_trainer": lambda mx: attempt(_sparse(mx).row_sparse_data, mx.nd.array([0])),
        "list_row_sparse_data_no_trainer": lambda mx: attempt(_sparse(mx).list_row_sparse_data, mx.nd.array([0])),
        "row_id_type": lambda mx: attempt(_sparse(mx).row_sparse_data, [0, 1]),
        "list_row_id_type": lambda mx: attempt(_sparse(mx).list_row_sparse_data, [0, 1]),
        "grad": lambda mx: [(g.stype, g) for g in _sparse(mx).list_grad()],
        "dense_row_sparse_data": lambda mx: attempt(_ready(mx).row_sparse_data, mx.nd.array([0])),
        "dense_list_row_sparse_data": lambda mx: attempt(_ready(mx).list_row_sparse_data, mx.nd.array([0])),
        "zero_grad": lambda mx: _sparse_zero(mx),
        "grad_only": lambda mx: _grad_only(mx),
        "rows": lambda mx: [_sparse_rows(mx, init) for init in ("zeros", "ones", "uniform", "normal")],
        "trainer": lambda mx: _pull(mx),
        "two_trainers": lambda mx: _two_trainers(mx),
        "reduce": lambda mx: _sparse_reduce(mx),
    },
)


def _sparse_rows(mx, init):
    p = mx.gluon.Parameter("s_weight", shape=(4, 2), stype="row_sparse")
    p.initialize(init=init)
    return p._data[0].indices, p._data[0].data


def _sparse_zero(mx):
    p = _sparse(mx)
    p.zero_grad()
    return [(g.stype, g) for g in p.list_grad()]


def _grad_only(mx):
    p = mx.gluon.Parameter("e_weight", shape=(4, 2), grad_stype="row_sparse")
    p.initialize(init="ones")
    with mx.autograd.record():
        y = mx.nd.Embedding(mx.nd.array([1, 3, 1]), p.data(), input_dim=4, output_dim=2, sparse_grad=True).sum()
    y.backward()
    return p.grad(), p.grad().stype


def _pull(mx):
    p = _sparse(mx)
    mx.gluon.Trainer([p], "sgd")
    return p.row_sparse_data(mx.nd.array([0, 2])), p.list_row_sparse_data(mx.nd.array([1]))


def _two_trainers(mx):
    p = _sparse(mx)
    mx.gluon.Trainer([p], "sgd")
    return attempt(lambda: mx.gluon.Trainer([p], "sgd"))


def _sparse_reduce(mx):
    p = _sparse(mx)
    trainer = mx.gluon.Trainer([p], "sgd")
    return p._reduce(), trainer._contains_sparse_weight, trainer._contains_sparse_grad


# ---------------------------------------------------------------------------------------- ParameterDict


def _dict(mx, prefix="net_", shared=None):
    params = mx.gluon.ParameterDict(prefix, shared)
    params.get("weight", shape=(2, 3))
    params.get("bias", shape=(2,), init="zeros")
    return params


suite.table(
    "dict",
    {
        "repr": lambda mx: repr(_dict(mx)),
        "repr_no_prefix": lambda mx: repr(_dict(mx, "")),
        "repr_empty": lambda mx: (repr(mx.gluon.ParameterDict()), repr(mx.gluon.ParameterDict("x_"))),
        "keys": lambda mx: (list(_dict(mx)), list(_dict(mx).keys()), _dict(mx).prefix),
        "items": lambda mx: [(k, repr(v)) for k, v in _dict(mx).items()],
        "values": lambda mx: [v.name for v in _dict(mx).values()],
        "getitem": lambda mx: repr(_dict(mx)["net_bias"]),
        "getitem_missing": lambda mx: attempt(lambda: _dict(mx)["bias"]),
        "contains": lambda mx: ("net_bias" in _dict(mx), "bias" in _dict(mx)),
        "len": lambda mx: attempt(lambda: len(_dict(mx))),
        "bool": lambda mx: bool(mx.gluon.ParameterDict()),
        "get_again": lambda mx: (lambda d: d.get("bias") is d["net_bias"])(_dict(mx)),
        "initialize": lambda mx: _initialized(mx),
        "initialize_init": lambda mx: _initialized(mx, init=mx.init.Normal(2)),
        "initialize_ctx": lambda mx: _initialized(mx, ctx=_two(mx)),
        "initialize_text": lambda mx: attempt(lambda: _initialized(mx, init="ones")),
        "list_ctx_none": lambda mx: attempt(_dict(mx).list_ctx),
    },
)


def _initialized(mx, **kwargs):
    params = _dict(mx)
    params.initialize(**kwargs)
    return [p.list_data() for p in params.values()], sorted(str(c) for c in params.list_ctx())


def _get(**kwargs):
    def program(mx):
        params = _dict(mx)
        found = attempt(lambda: repr(params.get("weight", **kwargs)))
        p = params["net_weight"]
        return found, p.shape, p.dtype, p.lr_mult, p.grad_req, p.init

    return program


suite.table(
    "dict/get",
    {
        "same_shape": _get(shape=(2, 3)),
        "unknown": _get(shape=(0, 3)),
        "unknown_minus": _get(shape=(-1, 3)),
        "other_shape": _get(shape=(2, 4)),
        "other_rank": _get(shape=(2, 3, 1)),
        "dtype_text": _get(dtype="float32"),
        "dtype_other": _get(dtype="float16"),
        "init_set": _get(init="ones"),
        "lr_mult_same": _get(lr_mult=1.0),
        "lr_mult_other": _get(lr_mult=2.0),
        "none": _get(lr_mult=None, init=None),
        "grad_req_other": _get(grad_req="add"),
        "unknown_attribute": _get(colour="red"),
    },
)


@suite.case("dict/get_fills_in")
def get_fills_in(mx):
    params = mx.gluon.ParameterDict("n_")
    params.get("w", shape=(0, 3))
    first = params["n_w"].shape
    params.get("w", shape=(2, 0))
    return first, params["n_w"].shape, attempt(lambda: params.get("w", shape=(3, 3)))


@suite.case("dict/get_twice_init")
def get_twice_init(mx):
    params = mx.gluon.ParameterDict("n_")
    params.get("w", shape=(2, 3), init="ones")
    return attempt(lambda: params.get("w", init="zeros")), params["n_w"].init


@suite.case("dict/shared")
def shared(mx):
    base = _dict(mx, "a_")
    other = mx.gluon.ParameterDict("a_", base)
    w = other.get("weight", shape=(2, 3))
    new = other.get("new", shape=(1,))
    return w is base["a_weight"], list(other), list(base), new.name, other._shared is base, repr(other)


@suite.case("dict/shared_other_prefix")
def shared_other_prefix(mx):
    other = mx.gluon.ParameterDict("b_", _dict(mx, "a_"))
    other.get("weight", shape=(7,))
    return repr(other)


suite.table(
    "dict/constant",
    {
        "new": lambda mx: repr(_dict(mx).get_constant("c", [1, 2])),
        "missing": lambda mx: attempt(lambda: _dict(mx).get_constant("c")),
        "again": lambda mx: _again(mx, np.array([1, 2], "float32")),
        "again_array": lambda mx: _again(mx, mx.nd.array([1, 2])),
        "again_none": lambda mx: _again(mx, None),
        "again_other": lambda mx: _again(mx, np.array([1, 3], "float32")),
        "again_other_shape": lambda mx: _again(mx, np.array([1, 2, 3], "float32")),
        "again_list": lambda mx: _again(mx, [1, 2]),
        "is_parameter": lambda mx: attempt(lambda: _dict(mx).get_constant("bias", np.zeros(2))),
    },
)


def _again(mx, value):
    params = mx.gluon.ParameterDict("n_")
    c = params.get_constant("c", [1, 2])
    return attempt(lambda: params.get_constant("c", value) is c)


@suite.case("dict/update")
def update(mx):
    a, b = _dict(mx, "a_"), _dict(mx, "b_")
    a.update(b)
    a.update(b)
    clash = mx.gluon.ParameterDict("a_")
    clash.get("weight")
    clash.get("zzz")
    return list(a), a["b_bias"] is b["b_bias"], attempt(a.update, clash), list(a)


@suite.case("dict/update_plain_dict")
def update_plain_dict(mx):
    a = mx.gluon.ParameterDict("a_")
    a.update({"q": mx.gluon.Parameter("w", shape=1)})
    return repr(a)


@suite.case("dict/setattr")
def set_attribute(mx):
    params = _dict(mx)
    params.setattr("lr_mult", 0.5)
    params.setattr("grad_req", "null")
    params.initialize(init=mx.init.One())
    params.setattr("colour", "red")
    return [(p.lr_mult, p.grad_req, p.colour, attempt(p.grad)) for p in params.values()]


@suite.case("dict/zero_grad")
def dict_zero_grad(mx):
    params = _dict(mx)
    params.get("frozen", shape=(1,), grad_req="null")
    params.get("rows", shape=(2, 2), grad_stype="row_sparse")
    params.get("late", shape=(0,), allow_deferred_init=True)
    params.initialize(init=mx.init.Constant(2), ctx=_two(mx))
    for name in ("net_weight", "net_bias"):
        for g in params[name].list_grad():
            g[:] = 3
    params.zero_grad()
    return [params[n].list_grad() for n in ("net_weight", "net_bias", "net_rows")]


@suite.case("dict/reset_ctx")
def dict_reset_ctx(mx):
    params = _dict(mx)
    params.initialize(init=mx.init.One())
    params.reset_ctx(_two(mx))
    return sorted(str(c) for c in params.list_ctx()), [p.list_data() for p in params.values()]


# ---------------------------------------------------------------------------------------- files


def _saved(mx, params, **kwargs):
    """Names and arrays of the file that ``save`` writes, and its path (inside a folder that goes away)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.params")
        params.save(path, **kwargs)
        return mx.nd.load(path)


def _filled(mx, prefix="net_"):
    params = _dict(mx, prefix)
    params.initialize(init=mx.init.Constant(2), ctx=_two(mx))
    return params


suite.table(
    "save",
    {
        "names": lambda mx: _saved(mx, _filled(mx)),
        "strip": lambda mx: _saved(mx, _filled(mx), strip_prefix="net_"),
        "strip_part": lambda mx: sorted(_saved(mx, _filled(mx), strip_prefix="ne")),
        "strip_wrong": lambda mx: attempt(lambda: _saved(mx, _filled(mx), strip_prefix="other_")),
        "not_initialized": lambda mx: attempt(lambda: _saved(mx, _dict(mx))),
        "bad_folder": lambda mx: attempt(lambda: _filled(mx).save("/no/such/folder/x.params")),
    },
)


def _loaded(names, prefix="net_", init=True, **kwargs):
    def program(mx):
        params = _dict(mx, prefix)
        if init:
            params.initialize(init=mx.init.Zero())
        arrays = {n: mx.nd.ones((2, 3) if "weight" in n else (2,)) * (i + 1) for i, n in enumerate(names)}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.params")
            mx.nd.save(path, arrays)
            made = {k: v(mx) if callable(v) else v for k, v in kwargs.items()}
            result = attempt(params.load, path, **made)
        if not isinstance(result, (type(None),)):
            result = result._replace(message="")
        return result, [attempt(p.list_data) for p in params.values()]

    return program


FULL = ("net_weight", "net_bias")

suite.table(
    "load",
    {
        "full": _loaded(FULL),
        "fresh": _loaded(FULL, init=False),
        "fresh_contexts": _loaded(FULL, init=False, ctx=_two),
        "other_context": _loaded(FULL, ctx=lambda mx: mx.cpu(1)),
        "restore_prefix": _loaded(("weight", "bias"), restore_prefix="net_"),
        "restore_prefix_wrong": _loaded(("weight", "bias"), restore_prefix="other_"),
        "missing": _loaded(("net_weight",)),
        "allow_missing": _loaded(("net_weight",), allow_missing=True),
        "extra": _loaded((*FULL, "net_more")),
        "ignore_extra": _loaded((*FULL, "net_more"), ignore_extra=True),
        "arg_aux": _loaded(("arg:net_weight", "aux:net_bias")),
        "none_fits": _loaded(("a", "b")),
        "both": _loaded(("a", "net_bias"), allow_missing=True, ignore_extra=True),
    },
)


@suite.case("load/cast")
def load_cast(mx):
    seen = []
    for source in ("current", "saved"):
        params = _dict(mx)
        params.initialize(init=mx.init.Zero())
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.params")
            mx.nd.save(
                path,
                {
                    "net_weight": mx.nd.ones((2, 3), dtype="float16"),
                    "net_bias": mx.nd.ones((2,), dtype="float64"),
                },
            )
            seen.append(attempt(params.load, path)._replace(message=""))
            params.load(path, cast_dtype=True, dtype_source=source)
        seen.append([p.data() for p in params.values()])
    return seen


@suite.case("load/dict")
def load_dict(mx):
    params = _dict(mx)
    params.load_dict({"arg:net_weight": mx.nd.ones((2, 3)), "aux:net_bias": mx.nd.ones(2)}, ctx=mx.cpu(1))
    pairs = _dict(mx)
    pairs.load_dict([("weight", mx.nd.ones((2, 3))), ("bias", mx.nd.ones(2))], restore_prefix="net_")
    missing = attempt(_dict(mx).load_dict, {"net_bias": mx.nd.ones(2)})
    return [p.list_data() for p in params.values()], [p.data() for p in pairs.values()], missing


@suite.case("load/missing_file")
def load_missing_file(mx):
    return attempt(_dict(mx).load, "no-such-file.params")


@suite.case()
def var(mx):
    p = mx.gluon.Parameter("w", shape=(2, 3), lr_mult=0.5, init="ones")
    s = p.var()
    return s.name, p.var() is s, s.list_arguments(), sorted(s.attr_dict().get("w", {}).items())


@suite.case()
def trains(mx):
    p = _ready(mx)
    before = bool(p.data()._fresh_grad)
    with mx.autograd.record():
        y = (p.data() ** 2).sum()
    y.backward()
    return before, bool(p.data()._fresh_grad), p.grad(), p.grad() is p.grad(), p.data() is p.data()
