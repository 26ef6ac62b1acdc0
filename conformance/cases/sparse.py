"""Sparse arrays: how they are made, which results stay sparse and what they store, gradients, lazy updates."""

import pickle

import numpy as np

from ..suite import Suite, attempt

suite = Suite(__name__)

A = np.array([[0, 1.5, 0, 0.25], [0, 0, 0, 0], [2, 0, 0, 0.5]], dtype="float32")
B = np.array([[0, -1.5, 3, 0], [0, 0, 0, 0], [0, 0, 0, 0]], dtype="float32")
W = np.arange(12, dtype="float32").reshape(4, 3) * 0.5
V = np.arange(6, dtype="float32").reshape(3, 2) - 1
KINDS = {"d": "default", "c": "csr", "r": "row_sparse"}
STYPES = ("csr", "row_sparse")


def _x(mx, kind, values=A, dtype="float32"):
    array = mx.nd.array(values, dtype=dtype)
    return array if kind == "d" else array.tostype(KINDS[kind])


def _shown(x):
    """Storage type, shape, dtype and everything stored."""
    if isinstance(x, (list, tuple)):
        return [_shown(one) for one in x]
    if x is None or not hasattr(x, "stype"):
        return x
    if x.stype == "default":
        return "default", x
    parts = [x.stype, x.shape, x.dtype, x.indices.asnumpy(), x.data.asnumpy()]
    return [*parts, x.indptr.asnumpy()] if x.stype == "csr" else parts


def _values(x):
    """Storage type and values; MXNet leaves unused room in what some csr results store."""
    return x.stype, x.shape, x.asnumpy()


def _each(program, kinds="cr", show=_shown):
    """A program for each storage type, its exception as a value."""
    return lambda mx: [attempt(lambda k=k: show(program(mx, _x(mx, k)))) for k in kinds]


suite.table(
    "made",
    {
        "csr/parts": lambda mx: _shown(mx.nd.sparse.csr_matrix(([1, 2, 3], [1, 0, 2], [0, 1, 2, 2, 3]), shape=(4, 3))),
        "csr/parts/shape": lambda mx: _shown(mx.nd.sparse.csr_matrix(([1, 2], [1, 0], [0, 1, 2]))),
        "csr/parts/arrays": lambda mx: _shown(
            mx.nd.sparse.csr_matrix(
                (mx.nd.array([1, 2], dtype="float64"), mx.nd.array([1, 0], dtype="int64"), np.array([0, 1, 2]))
            )
        ),
        "csr/shape": lambda mx: _shown(mx.nd.sparse.csr_matrix((2, 3))),
        "csr/dense": lambda mx: _shown(mx.nd.sparse.csr_matrix(A)),
        "csr/list": lambda mx: _shown(mx.nd.sparse.csr_matrix([[0, 1], [2, 0]], dtype="int32")),
        "csr/numpy64": lambda mx: _shown(mx.nd.sparse.csr_matrix(A.astype("float64"))),
        "csr/nd": lambda mx: _shown(mx.nd.sparse.csr_matrix(mx.nd.array(A), shape=(3, 4))),
        "csr/csr": lambda mx: _shown(mx.nd.sparse.csr_matrix(_x(mx, "c"), dtype="float64")),
        "csr/ctx": lambda mx: str(mx.nd.sparse.csr_matrix(A, ctx=mx.cpu(1)).context),
        "rsp/parts": lambda mx: _shown(mx.nd.sparse.row_sparse_array(([[1, 2], [3, 4]], [1, 4]), shape=(6, 2))),
        "rsp/parts/shape": lambda mx: _shown(mx.nd.sparse.row_sparse_array(([[1, 2], [3, 4]], [1, 4]))),
        "rsp/shape": lambda mx: _shown(mx.nd.sparse.row_sparse_array((2, 3))),
        "rsp/shape3": lambda mx: _shown(mx.nd.sparse.row_sparse_array((2, 3, 2), dtype="float16")),
        "rsp/dense": lambda mx: _shown(mx.nd.sparse.row_sparse_array(A)),
        "rsp/cube": lambda mx: _shown(mx.nd.sparse.row_sparse_array(np.arange(8).reshape(4, 2, 1) % 4)),
        "rsp/rsp": lambda mx: _shown(mx.nd.sparse.row_sparse_array(_x(mx, "r"))),
        "rsp/vector": lambda mx: _shown(mx.nd.array([1, 0, 2]).tostype("row_sparse")),
        "array": lambda mx: [_shown(mx.nd.sparse.array(_x(mx, k), dtype=d)) for k in "cr" for d in (None, "int32")],
        "nd_array": lambda mx: [_shown(mx.nd.array(_x(mx, k), dtype=d)) for k in "cr" for d in (None, "float64")],
        "zeros": lambda mx: [_shown(mx.nd.sparse.zeros(s, (2, 3), dtype="int8")) for s in STYPES],
        "zeros/default": lambda mx: _shown(mx.nd.sparse.zeros("default", (2, 3))),
        "empty": lambda mx: [_shown(mx.nd.sparse.empty(s, (2, 3))) for s in STYPES],
        "nd_zeros": lambda mx: [_shown(mx.nd.zeros((2, 3), stype=s)) for s in STYPES],
        "nd_empty": lambda mx: [_shown(mx.nd.empty((2, 3), stype=s)) for s in STYPES],
        "zero_matrix": lambda mx: [_shown(mx.nd.zeros((2, 3)).tostype(s)) for s in STYPES],
    },
)
for _name, _bad in {
    "csr_of_rsp": lambda mx: mx.nd.sparse.csr_matrix(_x(mx, "r")),
    "rsp_of_csr": lambda mx: mx.nd.sparse.row_sparse_array(_x(mx, "c")),
    "csr_tuple": lambda mx: mx.nd.sparse.csr_matrix((1, 2, 3, 4)),
    "rsp_tuple": lambda mx: mx.nd.sparse.row_sparse_array((3,)),
    "csr_shape": lambda mx: mx.nd.sparse.csr_matrix(A, shape=(4, 4)),
    "csr_no_shape": lambda mx: mx.nd.sparse.csr_matrix(([], [], [0])),
    "csr_3d_shape": lambda mx: mx.nd.sparse.csr_matrix(([1], [0], [0, 1]), shape=(1, 1, 1)),
    "rsp_no_shape": lambda mx: mx.nd.sparse.row_sparse_array(([], [])),
    "rsp_bad_shape": lambda mx: mx.nd.sparse.row_sparse_array(([[1, 2]], [0]), shape=(2, 2, 2)),
    "array_of_dense": lambda mx: mx.nd.sparse.array(mx.nd.array(A)),
    "array_of_numpy": lambda mx: mx.nd.sparse.array(A),
    "array_of_list": lambda mx: mx.nd.sparse.array([[1]]),
    "zeros_stype": lambda mx: mx.nd.sparse.zeros("no", (2, 3)),
    "empty_stype": lambda mx: mx.nd.sparse.empty("no", (2, 3)),
    "tostype": lambda mx: mx.nd.array(A).tostype("no"),
    "tostype_cube": lambda mx: mx.nd.ones((2, 2, 2)).tostype("csr"),
    "csr_tostype_rsp": lambda mx: _x(mx, "c").tostype("row_sparse"),
    "rsp_tostype_csr": lambda mx: _x(mx, "r").tostype("csr"),
    "cast_storage": lambda mx: mx.nd.cast_storage(_x(mx, "r"), "csr"),
    "clip": lambda mx: mx.nd.clip(_x(mx, "c"), 0.1, 1),
    "retain_csr": lambda mx: mx.nd.sparse.retain(_x(mx, "c"), mx.nd.array([0])),
    "div_same_shape": lambda mx: _x(mx, "c") / (_x(mx, "d", B) + 2),
    "dot_inner": lambda mx: mx.nd.dot(_x(mx, "c"), mx.nd.ones((3, 2))),
    "dot_vector": lambda mx: mx.nd.dot(_x(mx, "c"), mx.nd.ones(3), transpose_a=True),
    "dot_dtype": lambda mx: mx.nd.dot(_x(mx, "c"), mx.nd.ones((4, 2), dtype="float64")),
    "getnnz_rsp": lambda mx: mx.nd.contrib.getnnz(_x(mx, "r")),
    "getnnz_axis": lambda mx: mx.nd.contrib.getnnz(_x(mx, "c"), axis=0).asnumpy(),
    "indices": lambda mx: mx.nd.sparse.csr_matrix(([1, 2], [3, 9], [0, 2]), shape=(1, 4)).check_format(),
    "order": lambda mx: mx.nd.sparse.csr_matrix(([1, 2], [3, 1], [0, 2]), shape=(1, 4)).check_format(),
    "rsp_order": lambda mx: mx.nd.sparse.row_sparse_array(([[1, 2], [0, 1]], [3, 0]), shape=(5, 2)).check_format(),
}.items():
    suite.error(name="refused/" + _name)(_bad)

suite.table(
    "class",
    {
        "repr": _each(lambda mx, x: (repr(x), str(x))),
        "facts": _each(lambda mx, x: (x.shape, x.ndim, len(x), x.dtype, x.stype, str(x.context), x.writable)),
        "aux": _each(lambda mx, x: (x._aux_types, x._num_aux)),
        "size": _each(lambda mx, x: x.size),
        "bool": _each(lambda mx, x: bool(x)),
        "asscalar": _each(lambda mx, x: x.asscalar()),
        "asnumpy": _each(lambda mx, x: x.asnumpy()),
        "tostype": lambda mx: [_shown(_x(mx, k).tostype(s)) for k in "cr" for s in ("default", KINDS[k])],
        "copy": _each(lambda mx, x: x.copy()),
        "detach": _each(lambda mx, x: x.detach()),
        "astype": _each(lambda mx, x: [x.astype("float64"), x.astype("int32"), x.astype("float32", copy=False) is x]),
        "context": _each(lambda mx, x: (x.as_in_context(x.context) is x, str(x.as_in_context(mx.cpu(1)).context))),
        "pickle": _each(lambda mx, x: pickle.loads(pickle.dumps(x))),
        "state": _each(lambda mx, x: mx.nd.waitall() or bytes(x.__getstate__()["handle"]).hex()),
        "check": _each(lambda mx, x: (x.check_format(), x.check_format(False))),
        "set_parts": lambda mx: [
            attempt(lambda n=n: setattr(_x(mx, "c"), n, mx.nd.ones(4))) for n in ("data", "indices", "indptr")
        ],
        "at": _each(lambda mx, x: x._at(0)),
        "slice_method": _each(lambda mx, x: x._slice(0, 1)),
        "reshape": _each(lambda mx, x: x.reshape((4, 3))),
        "sync_copyfrom": _each(lambda mx, x: x._sync_copyfrom(A)),
        "transposed": _each(lambda mx, x: x.T),
        "copyto/dense": _each(lambda mx, x: x.copyto(mx.nd.ones((3, 4)))),
        "copyto/own": _each(lambda mx, x: x.copyto(mx.nd.sparse.zeros(x.stype, (3, 4)))),
        "copyto/other": _each(lambda mx, x: x.copyto(_x(mx, "r" if x.stype == "csr" else "c"))),
        "copyto/shape": _each(lambda mx, x: x.copyto(mx.nd.ones((2, 4)))),
        "copyto/cast": _each(lambda mx, x: x.copyto(mx.nd.sparse.zeros(x.stype, (3, 4), dtype="float64"))),
        "copyto/none": _each(lambda mx, x: x.copyto(None)),
        "copyto/from_dense": _each(lambda mx, x: _x(mx, "d", B).copyto(x)),
    },
)
_KEYS = {
    "int": 2, "last": -1, "before_last": -2, "beyond": 5, "slice": slice(1, 3), "to_last": slice(None, -1),
    "from": slice(1, None), "empty": slice(1, 1), "backward": slice(2, 1), "long": slice(0, 9), "all": slice(None),
    "step": slice(None, None, 2), "tuple": (0, 1), "list": [0, 1], "text": "a",
}  # fmt: skip
suite.table("getitem", {name: _each(lambda mx, x, k=key: x[k]) for name, key in _KEYS.items()})


def _set(key, value):
    def program(mx, x):
        x[key] = value(mx, x) if callable(value) else value
        return x

    return program


suite.table(
    "setitem",
    {
        "number": _each(_set(slice(None), 3.0)),
        "own": _each(_set(slice(None), lambda mx, x: _x(mx, x.stype[0], B))),
        "dense": _each(_set(slice(None), lambda mx, x: _x(mx, "d", B))),
        "other": _each(_set(slice(None), lambda mx, x: _x(mx, "r" if x.stype == "csr" else "c"))),
        "shape": _each(_set(slice(None), lambda mx, x: mx.nd.ones((2, 4)))),
        "part": _each(_set(slice(0, 1), 1.0)),
        "int": _each(_set(0, 1.0)),
        "list": _each(_set(slice(None), [1, 2])),
    },
)

_UNARY = (
    "BlockGrad", "abs", "arccos", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "cos", "cosh", "degrees",
    "exp", "expm1", "fix", "floor", "gamma", "identity", "log", "log1p", "make_loss", "negative", "ones_like",
    "radians", "relu", "rint", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh", "softmax", "sqrt", "square", "tan",
    "tanh", "trunc", "zeros_like",
)  # fmt: skip
suite.table("unary", {name: _each(lambda mx, x, n=name: getattr(mx.nd, n)(x)) for name in _UNARY})
suite.table(
    "unary_int32",
    {n: lambda mx, n=n: [_shown(getattr(mx.nd, n)(_x(mx, k, dtype="int32"))) for k in "cr"] for n in ("abs", "square")},
)
_DUNDERS = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "mod", "pow", "eq", "ne", "gt", "ge", "lt", "le")
suite.table(
    "scalar",
    {
        f"{name}/{number}": _each(lambda mx, x, n=name, s=number: getattr(x, f"__{n}__")(s))
        for name in _DUNDERS
        for number in (0.0, 2.0, -1.0)
        if (name, number) not in (("mod", 0.0), ("truediv", 0.0), ("pow", -1.0))
    },
)
_PAIRS = ("cc", "rr", "cd", "dc", "rd", "dr", "cr", "rc")


def _two(name, pair):
    return lambda mx: attempt(lambda: _values(getattr(mx.nd, name)(_x(mx, pair[0]), _x(mx, pair[1], B))))


suite.table(
    "binary",
    {
        f"{name}/{pair}": _two(name, pair)
        for name in ("elemwise_add", "elemwise_sub", "elemwise_mul", "broadcast_add", "broadcast_mul", "maximum")
        for pair in _PAIRS
        # MXNet's csr results of these keep memory that it never wrote
        if (name, pair) not in (("elemwise_mul", "cc"),)
    },
)
suite.table(
    "stored",
    {
        "add": lambda mx: _shown(_x(mx, "r") + _x(mx, "r", B)),
        "mul": lambda mx: _shown(_x(mx, "r") * _x(mx, "r", B)),
        "mul_dense": lambda mx: [_shown(mx.nd.elemwise_mul(_x(mx, k), _x(mx, "d", B))) for k in "cr"],
        "dense_mul": lambda mx: [_shown(mx.nd.elemwise_mul(_x(mx, "d"), _x(mx, k, B))) for k in "cr"],
        "mul_row": lambda mx: [_shown(_x(mx, k) * mx.nd.array([1, 2, 3, 4])) for k in "cr"],
        "mul_column": lambda mx: [_shown(_x(mx, k) * mx.nd.array([[1], [2], [3]])) for k in "cr"],
        "div_column": lambda mx: [_shown(_x(mx, k) / mx.nd.array([[1], [2], [3]])) for k in "cr"],
        "mul_one": lambda mx: [_shown(_x(mx, k) * mx.nd.array([2])) for k in "cr"],
        "add_n": lambda mx: [_values(mx.nd.add_n(_x(mx, k), _x(mx, k, B), _x(mx, j))) for k in "cr" for j in (k, "d")],
        "concat": lambda mx: [
            _shown(mx.nd.concat(_x(mx, k), _x(mx, j, B), dim=d)) for k in "cr" for j in (k, "d") for d in (0, 1)
        ],
        "slice": _each(lambda mx, x: [mx.nd.slice(x, begin=(0, 1), end=(2, 3)), mx.nd.slice(x, begin=(1,), end=(3,))]),
        "slice_step": _each(lambda mx, x: mx.nd.slice(x, begin=(0, 0), end=(3, 3), step=(2, 1))),
        "take": lambda mx: [
            _shown(mx.nd.take(_x(mx, k), mx.nd.array([0, 2, 2, 4]), mode=m)) for k in "cr" for m in ("clip", "wrap")
        ],
        "clip": _each(lambda mx, x: mx.nd.clip(x, -1, 1)),
        "sum": _each(lambda mx, x: [mx.nd.sum(x, axis=a, keepdims=k) for a in (0, 1, None) for k in (False, True)]),
        "mean": _each(lambda mx, x: [mx.nd.mean(x, axis=a) for a in (0, 1)]),
        "norm": _each(lambda mx, x: [x.norm(), mx.nd.norm(x, ord=1), mx.nd.norm(x, axis=0)]),
        "square_sum": lambda mx: [
            _shown(mx.nd._internal._square_sum(_x(mx, "r"), axis=a, keepdims=k)) for a in (0, 1) for k in (False, True)
        ],
        "where": _each(lambda mx, x: mx.nd.where(x, _x(mx, "d"), _x(mx, "d", B))),
        "cast": _each(lambda mx, x: mx.nd.cast(x, dtype="float64")),
        "getnnz": lambda mx: [mx.nd.contrib.getnnz(_x(mx, "c"), axis=a) for a in (None, 1)],
        "retain": lambda mx: [
            _shown(mx.nd.sparse.retain(_x(mx, "r"), mx.nd.array(i))) for i in ([0, 1], [2], [0], [1], [0, 2])
        ],
        "retain_method": lambda mx: _shown(_x(mx, "r").retain(mx.nd.array([2]))),
        "fully_connected": _each(
            lambda mx, x: mx.nd.FullyConnected(x, mx.nd.ones((2, 4)), mx.nd.zeros(2), num_hidden=2)
        ),
        "embedding": lambda mx: _shown(mx.nd.Embedding(mx.nd.array([0, 2, 2]), _x(mx, "r"), input_dim=3, output_dim=4)),
        "inplace": lambda mx: [
            _values(getattr(_x(mx, k), f"__{n}__")(v))
            for k in "cr"
            for n, v in (("iadd", 1), ("imul", 2), ("isub", 1), ("itruediv", 2), ("imod", 2))
        ],
        "inplace_rsp": lambda mx: _shown(_x(mx, "r").__iadd__(_x(mx, "r", B))),
        "dense_inplace": _each(lambda mx, x: _x(mx, "d").__iadd__(x)),
        "out_sparse": _each(lambda mx, x: mx.nd.abs(_x(mx, "d", B), out=x)),
        "out_dense": _each(lambda mx, x: mx.nd.abs(x, out=_x(mx, "d", B))),
        "out_zeros": _each(lambda mx, x: mx.nd.zeros((3, 4), out=x)),
        "functions": lambda mx: [
            _values(getattr(mx.nd.sparse, n)(2, _x(mx, "c"))) for n in ("add", "subtract", "multiply", "divide")
        ],
        "numbers": lambda mx: [getattr(mx.nd.sparse, n)(2, 3) for n in ("add", "subtract", "multiply", "divide")],
        "functions_arrays": lambda mx: [
            attempt(lambda n=n, p=p: _values(getattr(mx.nd.sparse, n)(_x(mx, p[0]), _x(mx, p[1]) + 0)))
            for n in ("add", "subtract", "multiply")
            for p in ("cd", "rd", "dd")
        ],
    },
)


def _dot(left, right, values, **kwargs):
    return lambda mx: attempt(lambda: _shown(mx.nd.dot(_x(mx, left), _x(mx, right, values), **kwargs)))


_DOTS = {
    "cd": _dot("c", "d", W), "cTd": _dot("c", "d", V, transpose_a=True), "cdT": _dot("c", "d", W.T, transpose_b=True),
    "cv": _dot("c", "d", np.array([1, 2, 3, 4])), "cr": _dot("c", "r", W), "cTr": _dot("c", "r", V, transpose_a=True),
    "cc": _dot("c", "c", W), "rd": _dot("r", "d", W), "dr": _dot("d", "r", W),
}  # fmt: skip
_DOTS.update({f"cd/{s}": _dot("c", "d", W, forward_stype=s) for s in ("default", "row_sparse", "csr")})
_DOTS.update(
    {f"cTd/{s}": _dot("c", "d", V, transpose_a=True, forward_stype=s) for s in ("default", "row_sparse", "csr")}
)
_DOTS["dc"] = lambda mx: _shown(mx.nd.dot(mx.nd.array([[1, 1, 1], [0, 1, 0]]), _x(mx, "c")))
_DOTS["dcT"] = lambda mx: _shown(mx.nd.dot(mx.nd.array([[1, 1, 1, 1]]), _x(mx, "c"), transpose_b=True))
_DOTS["dense_to_csr"] = _dot("d", "d", W, forward_stype="csr")
_DOTS["float64"] = lambda mx: _shown(mx.nd.dot(_x(mx, "c", dtype="float64"), mx.nd.array(W, dtype="float64")))
_DOTS["no_elements"] = lambda mx: _shown(mx.nd.dot(mx.nd.sparse.zeros("csr", (3, 4)), mx.nd.array(W)))
suite.table("dot", _DOTS)


def _gradients(program, *inputs, req="write"):
    """Gradients of a program: for each input its values, storage type and that asked of its gradient."""

    def run(mx):
        arrays = []
        for kind, values, stype in inputs:
            arrays.append(_x(mx, kind, values))
            arrays[-1].attach_grad(req, stype=stype)
        with mx.autograd.record():
            y = program(mx, *arrays)
        y.backward()
        return y.stype, [_shown(a.grad) for a in arrays]

    return run


def _embed(mx, w, i=((0, 2), (2, 3)), **kwargs):
    return mx.nd.Embedding(mx.nd.array(i), w, input_dim=4, output_dim=3, **kwargs)


_BY_STYPE = {
    "dot": (lambda mx, w: mx.nd.dot(_x(mx, "c"), w), W, ("d", "r")),
    "dot_transposed": (lambda mx, w: mx.nd.dot(_x(mx, "c"), w, transpose_a=True), V, ("d",)),
    "square": (lambda mx, w: w * w, W + 1, ("d",)),
    "take": (lambda mx, w: mx.nd.take(w, mx.nd.array([0, 2])), W, ("d",)),
    "embedding": (lambda mx, w: _embed(mx, w, sparse_grad=True), W, ("d", "r")),
    "sum_of_dots": (lambda mx, w: mx.nd.dot(_x(mx, "c"), w) + mx.nd.dot(_x(mx, "c"), w) * 2, W, ("d",)),
}
suite.table(
    "gradient",
    {
        f"{name}/{kind}/{stype}": (
            lambda mx, p=program, k=kind, v=values, s=stype: attempt(lambda: _gradients(p, (k, v, s))(mx))
        )
        for name, (program, values, kinds) in _BY_STYPE.items()
        for kind in kinds
        for stype in (None, "default", "row_sparse")
    },
)
suite.table(
    "gradient_of_sparse",
    {
        "csr_dot": _gradients(lambda mx, a, w: mx.nd.dot(a, w), ("c", A, None), ("d", W, None)),
        "csr_dot_dense_grad": _gradients(lambda mx, a, w: mx.nd.dot(a, w), ("c", A, "default"), ("d", W, None)),
        "cast": _gradients(lambda mx, a: mx.nd.cast_storage(a, "csr"), ("d", A, None)),
        "cast_rsp": _gradients(lambda mx, a: mx.nd.cast_storage(a, "row_sparse"), ("d", A, None)),
        "cast_back": _gradients(lambda mx, a: mx.nd.cast_storage(a, "default"), ("r", A, None)),
        "cast_and_dot": _gradients(lambda mx, a, w: mx.nd.dot(a.tostype("csr"), w), ("d", A, None), ("d", W, None)),
        "square": _gradients(lambda mx, a: mx.nd.square(a), ("r", A, None)),
        "square_csr": _gradients(lambda mx, a: mx.nd.square(a), ("c", A, None)),
        "add": _gradients(lambda mx, a, b: a + b, ("r", A, None), ("r", B, None)),
        "scaled": _gradients(lambda mx, a: a * 2, ("r", A, None)),
        "scaled_csr": _gradients(lambda mx, a: a * 2, ("c", A, None)),
        "sum": _gradients(lambda mx, a: mx.nd.sum(a), ("r", A, None)),
        "sum_csr": _gradients(lambda mx, a: mx.nd.sum(a), ("c", A, None)),
        "retain": _gradients(lambda mx, a: mx.nd.sparse.retain(a, mx.nd.array([0, 1])), ("r", A, None)),
        "slice": _gradients(lambda mx, a: a[0:2], ("c", A, None)),
        "take": _gradients(lambda mx, a: mx.nd.take(a, mx.nd.array([0, 1])), ("c", A, None)),
        "square_sum": _gradients(lambda mx, a: mx.nd._internal._square_sum(a, axis=1), ("r", A, None)),
        "mul_dense": _gradients(lambda mx, a, b: mx.nd.elemwise_mul(a, b), ("c", A, None), ("d", B, None)),
        "norm": _gradients(lambda mx, a: a.norm(), ("r", A, None)),
        "add_request": _gradients(lambda mx, w: mx.nd.dot(_x(mx, "c"), w), ("d", W, "row_sparse"), req="add"),
        "sparse_embedding": lambda mx: _gradients(
            lambda mx, w: mx.nd.contrib.SparseEmbedding(mx.nd.array([[0, 2], [2, 3]]), w, input_dim=4, output_dim=3),
            ("d", W, "row_sparse"),
        )(mx),
    },
)


@suite.case()
def gradient_buffers(mx):
    shown = []
    for kind, stype in (
        ("d", "csr"),
        ("d", "row_sparse"),
        ("d", "default"),
        ("c", None),
        ("r", None),
        ("r", "default"),
    ):
        x = _x(mx, kind)
        x.attach_grad(stype=stype)
        shown.append(_shown(x.grad))
    return shown, attempt(lambda: _x(mx, "d").attach_grad(stype="no"))


@suite.case()
def gradient_returned(mx):
    w = mx.nd.array(W)
    w.attach_grad(stype="row_sparse")
    with mx.autograd.record():
        y = _embed(mx, w, (0, 2), sparse_grad=True)
    return _shown(mx.autograd.grad(y, [w]))


@suite.case()
def gradient_twice(mx):
    w = mx.nd.array(W)
    w.attach_grad(stype="row_sparse")
    shown = []
    for rows in ((0, 1), (1, 3)):
        with mx.autograd.record():
            y = _embed(mx, w, rows, sparse_grad=True) * 2
        y.backward()
        shown.append(_shown(w.grad))
    return shown


_UPDATES = {
    "sgd": ("sgd_update", 0, {"wd": 0.01}),
    "sgd_all": ("sgd_update", 0, {"wd": 0.01, "lazy_update": False}),
    "mom": ("sgd_mom_update", 1, {"wd": 0.01, "momentum": 0.9}),
    "mom_all": ("sgd_mom_update", 1, {"wd": 0.01, "momentum": 0.9, "lazy_update": False}),
    "adam": ("adam_update", 2, {"wd": 0.01}),
    "adam_all": ("adam_update", 2, {"wd": 0.01, "lazy_update": False}),
    "ftrl": ("ftrl_update", 2, {"wd": 0.01}),
    "adagrad": ("sparse.adagrad_update", 1, {}),
    "group_adagrad": ("contrib.group_adagrad_update", 1, {}),
    "nag": ("nag_mom_update", 1, {"momentum": 0.9}),
    "rmsprop": ("rmsprop_update", 1, {}),
    "signsgd": ("signsgd_update", 0, {}),
}


def _update(path, states, attributes, weight, state, clip=-1.0):
    def run(mx):
        function = mx.nd
        for name in path.split("."):
            function = getattr(function, name)
        grad = mx.nd.sparse.row_sparse_array((mx.nd.array([[1, 2, 3], [-1, 0, 0.5]]), [1, 3]), shape=(4, 3))
        w = _x(mx, weight, W + 1)
        shape = (4, 1) if "group" in path else (4, 3)
        if state == "z":
            kept = [mx.nd.sparse.zeros("row_sparse", shape) for _ in range(states)]
        else:
            kept = [_x(mx, state, np.full(shape, 0.3, "float32")) for _ in range(states)]
        result = function(w, grad, *kept, lr=0.1, rescale_grad=0.5, clip_gradient=clip, out=w, **attributes)
        return result is w, _values(w), [_values(s) for s in kept]

    return lambda mx: attempt(lambda: run(mx))


suite.table(
    "update",
    {
        f"{name}/{weight}{state}": _update(path, states, attributes, weight, state)
        for name, (path, states, attributes) in _UPDATES.items()
        for weight, state in (("d", "d"), ("r", "z"), ("r", "r"), ("d", "r"))
        if (states or state == "d" or weight == "r") and (name, state) != ("group_adagrad", "z")
    },
)
suite.table(
    "update_clipped",
    {name: _update(*_UPDATES[name], "d", "d", clip=0.4) for name in ("sgd", "mom", "adam", "adagrad")},
)
