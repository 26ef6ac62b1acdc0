"""The array itself: making, printing, converting, gradients, NumPy's protocols, scopes and files."""

from __future__ import annotations

import os
import pickle
import tempfile

import numpy as onp

from ...suite import Suite, attempt
from ._scope import table

suite = Suite(__name__)

table(
    suite,
    "make",
    {
        "list": lambda mx: mx.np.array([1, 2]),
        "nested": lambda mx: mx.np.array([[1], [2]]),
        "number": lambda mx: mx.np.array(3),
        "bool": lambda mx: mx.np.array(True),
        "numpy": lambda mx: mx.np.array(onp.ones(2)),
        "numpy_int": lambda mx: mx.np.array(onp.arange(3)),
        "generic": lambda mx: mx.np.array(onp.float64(2)),
        "dtype": lambda mx: mx.np.array([1, 2], dtype="int8"),
        "arrays": lambda mx: mx.np.array([mx.np.ones(2), mx.np.zeros(2)]),
        "empty": lambda mx: mx.np.array([]),
        "array": lambda mx: mx.np.array(mx.np.ones(2, dtype="int32")),
        "nd": lambda mx: mx.np.array(mx.nd.ones(2)),
        "text": lambda mx: mx.np.array("x"),
        "ragged": lambda mx: mx.np.array([[1, 2], [3, "x"]]),
        "ctx": lambda mx: mx.np.array([1], ctx=mx.cpu(1)),
        "none": lambda mx: mx.np.array(None),
        "zeros": lambda mx: mx.np.zeros((2, 0)),
        "zeros_scalar": lambda mx: mx.np.zeros(()),
        "zeros_int": lambda mx: mx.np.zeros(3, dtype=int),
        "zeros_order": lambda mx: mx.np.zeros(3, order="F"),
        "zeros_negative": lambda mx: mx.np.zeros((-1, 2)),
        "ones_bool": lambda mx: mx.np.ones(2, dtype=bool),
        "full": lambda mx: mx.np.full((2, 2), 3),
        "full_bool": lambda mx: mx.np.full(2, True),
        "full_array": lambda mx: mx.np.full((2, 3), mx.np.arange(3)),
        "full_dtype": lambda mx: mx.np.full(2, 2.7, "int32"),
        "zeros_like": lambda mx: mx.np.zeros_like(mx.np.ones(2, dtype="int32")),
        "ones_like": lambda mx: mx.np.ones_like(mx.np.zeros((2, 0)), dtype="float64"),
        "full_like": lambda mx: mx.np.full_like(mx.np.ones(2, dtype="int32"), 2.7),
        "full_like_bool": lambda mx: mx.np.full_like(mx.np.ones(2), True),
        "empty_like": lambda mx: mx.np.empty_like(mx.np.ones((2, 3)), dtype="int32").dtype,
        "empty_like_subok": lambda mx: mx.np.empty_like(mx.np.ones(2), subok=True),
        "empty_shape": lambda mx: (mx.np.empty((2, 3)).shape, mx.np.empty(2, dtype="int32").dtype),
        "arange": lambda mx: mx.np.arange(5),
        "arange_step": lambda mx: mx.np.arange(1, 6, 2),
        "arange_back": lambda mx: mx.np.arange(5, 0, -2),
        "arange_none": lambda mx: mx.np.arange(5, 5),
        "arange_float": lambda mx: mx.np.arange(0, 1, 0.3),
        "arange_dtype": lambda mx: mx.np.arange(3, dtype="int32"),
        "arange_zero": lambda mx: mx.np.arange(0, 3, 0),
        "arange_of_arrays": lambda mx: mx.np.arange(mx.np.array(0.0), mx.np.array(3.0), 0.5),
        "arange_to_array": lambda mx: mx.np.arange(mx.np.array(3)),
        "arange_nothing": lambda mx: mx.np.arange(None),
        "eye": lambda mx: mx.np.eye(2, 3, 1),
        "eye_int": lambda mx: mx.np.eye(2, dtype="int32"),
        "eye_order": lambda mx: mx.np.eye(2, order="C"),
        "identity": lambda mx: mx.np.identity(2),
        "identity_negative": lambda mx: mx.np.identity(-1),
        "identity_float": lambda mx: mx.np.identity(2.0),
        "linspace": lambda mx: mx.np.linspace(0, 1, 5),
        "linspace_open": lambda mx: mx.np.linspace(0, 1, 4, endpoint=False),
        "linspace_step": lambda mx: mx.np.linspace(0, 1, 5, retstep=True),
        "linspace_axis": lambda mx: mx.np.linspace(0, 1, axis=1),
        "linspace_list": lambda mx: mx.np.linspace([0], 1),
        "logspace": lambda mx: mx.np.logspace(0, 2, 3),
        "logspace_base": lambda mx: mx.np.logspace(0, 3, 4, base=2.0, dtype="float64"),
        "indices": lambda mx: mx.np.indices((2, 3)),
        "indices_int": lambda mx: mx.np.indices(3),
        "hanning": lambda mx: mx.np.hanning(5),
        "hamming": lambda mx: mx.np.hamming(5, dtype="float64"),
        "blackman": lambda mx: mx.np.blackman(5),
        "hanning_zero": lambda mx: mx.np.hanning(0),
        "copy": lambda mx: mx.np.copy(mx.np.ones(2)),
    },
)


def _text(make):
    def program(mx):
        x = make(mx.np)
        return repr(x), str(x), format(x)

    return program


table(
    suite,
    "print",
    {
        "vector": _text(lambda np: np.array([1.5, 2])),
        "matrix": _text(lambda np: np.arange(6).reshape(2, 3)),
        "scalar": _text(lambda np: np.array(2.5)),
        "int": _text(lambda np: np.array([1, 2], dtype="int32")),
        "int64": _text(lambda np: np.array([1, 2], dtype="int64")),
        "bool": _text(lambda np: np.array([1, 0]) > 0),
        "float64": _text(lambda np: np.array([0.1], dtype="float64")),
        "half": _text(lambda np: np.array([0.1], dtype="float16")),
        "empty": _text(lambda np: np.zeros((0, 3))),
        "empty_int": _text(lambda np: np.zeros((0,), dtype="int32")),
        "large": _text(lambda np: np.arange(2000)),
        "nan": _text(lambda np: np.array([float("nan"), float("inf")])),
        "format": lambda mx: "{:.2f}".format(mx.np.array(1.234)),
        "format_vector": lambda mx: "{:.2f}".format(mx.np.ones(2)),
    },
)


def _x(mx):
    return mx.np.array([[1.0, 2.0], [3.0, 4.0]])


table(
    suite,
    "convert",
    {
        "dtype": lambda mx: _x(mx).dtype,
        "shape": lambda mx: (_x(mx).shape, _x(mx).size, _x(mx).ndim),
        "equal_dtype": lambda mx: (_x(mx).dtype == "float32", _x(mx).dtype == onp.float32),
        "item": lambda mx: [
            mx.np.array(2.5).item(),
            _x(mx).item(1),
            _x(mx).item((1, 1)),
            attempt(lambda: _x(mx).item()),
        ],
        "tolist": lambda mx: [_x(mx).tolist(), mx.np.array(2).tolist()],
        "asnumpy": lambda mx: _x(mx).asnumpy(),
        "asscalar": lambda mx: mx.np.array(2.5).asscalar(),
        "float": lambda mx: [float(mx.np.array([2.5])), int(mx.np.array(3))],
        "float_many": lambda mx: float(_x(mx)),
        "bool": lambda mx: bool(_x(mx)),
        "bool_empty": lambda mx: bool(mx.np.zeros(0)),
        "len": lambda mx: [len(_x(mx)), attempt(lambda: len(mx.np.array(1)))],
        "hash": lambda mx: hash(_x(mx)),
        "astype": lambda mx: _x(mx).astype("int32"),
        "astype_none": lambda mx: _x(mx).astype(None),
        "astype_bool": lambda mx: _x(mx).astype(bool),
        "astype_same": lambda mx: (lambda x: x.astype("float32", copy=False) is x)(_x(mx)),
        "astype_casting": lambda mx: _x(mx).astype("int32", casting="safe"),
        "astype_order": lambda mx: _x(mx).astype("int32", order="F"),
        "as_nd": lambda mx: _x(mx).as_nd_ndarray(),
        "as_np": lambda mx: mx.nd.ones((2, 2)).as_np_ndarray(),
        "as_np_same": lambda mx: (lambda x: x.as_np_ndarray() is x)(_x(mx)),
        "as_in_ctx": lambda mx: _x(mx).as_in_ctx(mx.cpu(1)),
        "as_in_context": lambda mx: (lambda x: x.as_in_context(mx.cpu()) is x)(_x(mx)),
        "copy": lambda mx: _x(mx).copy(),
        "copy_order": lambda mx: _x(mx).copy(order="F"),
        "copyto": lambda mx: (lambda y: (_x(mx).copyto(y), y))(mx.np.zeros((2, 2))),
        "T": lambda mx: _x(mx).T,
        "detach": lambda mx: _x(mx).detach(),
        "ctx": lambda mx: (_x(mx).ctx, _x(mx).context, _x(mx).stype),
        "nonzero": lambda mx: _x(mx).nonzero(),
        "take": lambda mx: _x(mx).take(mx.np.array([0, 1], dtype="int32"), axis=1),
        "repeat": lambda mx: _x(mx).repeat(2),
        "clip": lambda mx: _x(mx).clip(2, 3),
        "round": lambda mx: mx.np.array([1.55]).round(1),
        "broadcast_to": lambda mx: _x(mx).broadcast_to((2, 2, 2)),
        "all": lambda mx: [_x(mx).all(), _x(mx).any()],
        "pickle": lambda mx: pickle.loads(pickle.dumps(_x(mx))),
        "wait": lambda mx: _x(mx).wait_to_read(),
        "iterate": lambda mx: list(_x(mx)),
        "tostype": lambda mx: _x(mx).tostype("csr"),
        "in_list": lambda mx: [type(v).__name__ for v in _x(mx)[0]],
    },
)
for _name in (
    "abs exp log sin norm expand_dims tile split pad topk relu softmax one_hot zeros_like reshape_like flip "
    "slice_axis nansum sign sqrt broadcast_like argmax_channel diag"
).split():
    table(suite, "absent", {_name: lambda mx, name=_name: getattr(_x(mx), name)()})


def _shares(mx):
    x = _x(mx)
    y = x.as_nd_ndarray()
    y[0, 0] = 9
    z = y.as_np_ndarray()
    z[1, 1] = 7
    mx.nd.waitall()
    return x, y, z


def _grad_kinds(mx):
    x = _x(mx)
    x.attach_grad()
    before = x.grad
    with mx.autograd.record():
        y = (x * x).sum()
    y.backward()
    return type(before).__name__, before, y, x.grad


def _grad_add(mx):
    x = _x(mx)
    x.attach_grad("add")
    for _ in range(2):
        with mx.autograd.record():
            y = x * 2
        y.backward()
    return x.grad


def _through_nd(mx):
    x = _x(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.square(x.as_nd_ndarray()).as_np_ndarray().sum()
    y.backward()
    return y, x.grad


def _head(mx):
    x = mx.np.array(3.0)
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward(mx.np.array(2.0))
    return x.grad, mx.autograd.grad is not None


def _autograd_grad(mx):
    x = _x(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = (x**3).sum()
        g = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)
        z = g.sum() if hasattr(g, "sum") else g[0].sum()
    z.backward()
    return x.grad


def _descent(mx):
    np = mx.np
    mx.npx.random.seed(1)
    x = np.random.normal(0, 1, (20, 2))
    y = np.dot(x, np.array([2, -3.4])) + 4.2 + np.random.normal(0, 0.01, (20,))
    w, b = np.zeros((2,)), np.zeros(())
    losses = []
    for p in (w, b):
        p.attach_grad()
    for _ in range(5):
        with mx.autograd.record():
            loss = ((np.dot(x, w) + b - y) ** 2 / 2).mean()
        loss.backward()
        for p in (w, b):
            p[...] = p - 0.5 * p.grad if p.ndim else p
        b -= 0.5 * b.grad
        losses.append(float(loss))
    return losses, w, b


table(
    suite,
    "graph",
    {
        "shares": _shares,
        "kinds": _grad_kinds,
        "add": _grad_add,
        "through_nd": _through_nd,
        "head": _head,
        "no_graph": lambda mx: _x(mx).backward(),
        "autograd_grad": _autograd_grad,
        "descent": _descent,
    },
)

table(
    suite,
    "protocol",
    {
        "sum": lambda mx: onp.sum(_x(mx)),
        "exp": lambda mx: onp.exp(_x(mx)),
        "add": lambda mx: onp.add(_x(mx), 1),
        "concatenate": lambda mx: onp.concatenate([_x(mx), _x(mx)]),
        "median": lambda mx: onp.median(_x(mx)),
        "isclose": lambda mx: mx.np.isclose(_x(mx), _x(mx)) if hasattr(mx.np, "isclose") else None,
        "norm": lambda mx: onp.linalg.norm(_x(mx)),
        "numpy_left": lambda mx: onp.ones((2, 2), "float32") + _x(mx),
        "numpy_right": lambda mx: _x(mx) + onp.ones((2, 2)),
        "generic": lambda mx: _x(mx) * onp.float64(2),
        "heaviside": lambda mx: onp.heaviside(_x(mx), 0.5),
        "count_nonzero": lambda mx: int(onp.count_nonzero(_x(mx))),  # NumPy 2.4 gives an integer of its own
        "cov": lambda mx: onp.cov(_x(mx)),
        "ndim": lambda mx: onp.ndim(_x(mx)),
        "searchsorted": lambda mx: onp.searchsorted(_x(mx)[0], mx.np.array([1.5])),
        "unwrap": lambda mx: onp.unwrap(_x(mx)),
        "where": lambda mx: onp.where(_x(mx) > 2, _x(mx), mx.np.zeros((2, 2))),
        "reduce": lambda mx: attempt(lambda: onp.add.reduce(_x(mx))),
        "npv": lambda mx: mx.np.multiarray is not None,
    },
)


def _recorded_fallback(mx):
    x = _x(mx)
    with mx.autograd.record():
        return onp.median(x)


def _scopes(mx):
    u = mx.util
    states = [(u.is_np_array(), u.is_np_shape())]
    with u.np_array(False):
        states.append((u.is_np_array(), u.is_np_shape()))
        with u.np_shape(False):
            states.append((u.is_np_array(), u.is_np_shape()))
    states.append(attempt(lambda: u.set_np_shape(False)))
    return states


def _switch(mx):
    u = mx.util
    try:
        mx.npx.reset_np()
        off = (u.is_np_array(), u.is_np_shape())
        mx.npx.set_np()
        on = (mx.npx.is_np_array(), mx.npx.is_np_shape())
        return off, on, attempt(lambda: mx.npx.set_np(shape=False, array=True))
    finally:
        mx.npx.reset_np()


def _decorated(mx):
    @mx.util.use_np
    def function():
        return mx.util.is_np_array(), mx.util.is_np_shape()

    @mx.util.use_np
    class Thing:
        def method(self):
            return mx.util.is_np_array(), mx.util.is_np_shape()

    with mx.util.np_array(False), mx.util.np_shape(False):
        return function(), Thing().method(), (mx.util.is_np_array(), mx.util.is_np_shape())


def _files(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.params")
        found = []
        for given in (_x(mx), [mx.np.array(1.0), mx.np.zeros((0, 2))], {"w": _x(mx), "b": mx.np.array(2.0)}):
            mx.npx.save(path, given)
            with open(path, "rb") as stream:
                found.append((mx.npx.load(path), stream.read()))
        found.append(attempt(lambda: mx.npx.save(path, [1])))
        found.append(attempt(lambda: mx.npx.save(path, 1)))
        with mx.util.np_array(False):
            found.append(attempt(lambda: mx.npx.load(path)))
        return found


def _store(mx):
    """Arrays of this kind in a key-value store; what its updater is handed."""
    kinds = []

    def update(key, given, stored):
        kinds.append((type(given).__name__, type(stored).__name__))
        stored += given * 2

    store, out = mx.kv.create("local"), mx.np.zeros((2, 3))
    store.init(3, mx.np.ones((2, 3)) * 2)
    several = [mx.np.ones((2, 3), ctx=mx.cpu(i)) for i in range(4)]
    store.push(3, several)
    store.pull(3, out=out)
    found = [out.copy()]
    store._set_updater(update)
    store.push(3, several)
    store.pull(3, out=out)
    return (*found, out, kinds)


table(
    suite,
    "",
    {
        "store": _store,
        "recorded_fallback": _recorded_fallback,
        "scopes": _scopes,
        "switch": _switch,
        "decorated": _decorated,
        "files": _files,
    },
)
