"""Reading and writing by index."""

from __future__ import annotations

from ...suite import Suite
from ._scope import table

suite = Suite(__name__)


def _keys(mx):
    """Every kind of key, made on the library; called in the case."""
    np = mx.np
    import numpy as onp

    s = slice
    return {
        "int": 1,
        "negative": -1,
        "out": 9,
        "below": -9,
        "slice": s(1, 3),
        "open": s(None),
        "step": s(None, None, 2),
        "back": s(None, None, -1),
        "back2": s(3, 0, -2),
        "empty": s(2, 2),
        "past": s(1, 99),
        "tail": s(-2, None),
        "none": None,
        "ellipsis": Ellipsis,
        "tuple": (),
        "pair": (1, 2),
        "pair_slice": (1, s(0, 2)),
        "slice_int": (s(None), 1),
        "two_slices": (s(1, 3), s(0, 2)),
        "two_steps": (s(None, None, 2), s(None, None, -1)),
        "new_front": (None, 1),
        "new_middle": (1, None, s(None)),
        "new_end": (Ellipsis, None),
        "ellipsis_int": (Ellipsis, 1),
        "int_ellipsis": (0, Ellipsis),
        "all_ints": (1, 2, 1),
        "too_many": (1, 2, 1, 0),
        "two_ellipses": (Ellipsis, Ellipsis),
        "list": [0, 2],
        "list_negative": [-1, 0],
        "list_out": [9],
        "array": np.array([0, 2], dtype="int32"),
        "array64": np.array([[0, 2], [1, 1]], dtype="int64"),
        "array_float": np.array([0.0, 2.0]),
        "scalar_array": np.array(1, dtype="int64"),
        "numpy": onp.array([0, 2]),
        "numpy_int": onp.int64(1),
        "array_slice": (np.array([0, 2], dtype="int32"), s(0, 2)),
        "slice_array": (s(None), np.array([0, 2], dtype="int32")),
        "pairs": ([0, 1], [1, 2]),
        "pairs_broadcast": ([[0], [1]], [1, 2]),
        "apart": ([0, 1], s(None), [0, 1]),
        "int_array": (1, s(None), [0, 1]),
        "array_new": ([0, 1], None),
        "no_fit": ([0, 1], [0, 1, 2]),
        "true": True,
        "false": False,
        "mask": np.array(
            [[True, False, True], [False, False, True], [True, True, True], [False, True, False]], dtype="bool"
        ),
        "mask1": np.array([True, False, True, True], dtype="bool"),
        "mask_none": np.array([False] * 4, dtype="bool"),
        "mask_wrong": np.array([True, False], dtype="bool"),
        "mask_numpy": onp.array([True, False, True, False]),
        "mask_list": [True, False, True, False],
        "text": "x",
        "float": 1.0,
    }


_NAMES = (
    "int negative out below slice open step back back2 empty past tail none ellipsis tuple pair pair_slice slice_int "
    "two_slices two_steps new_front new_middle new_end ellipsis_int int_ellipsis all_ints too_many two_ellipses list "
    "list_negative list_out array array64 array_float scalar_array numpy numpy_int array_slice slice_array pairs "
    "pairs_broadcast apart int_array array_new no_fit true false mask mask1 mask_none mask_wrong mask_numpy mask_list "
    "text float"
).split()


def _get(name, shape=(4, 3, 2)):
    def program(mx):
        n = 1
        for k in shape:
            n *= k
        return mx.np.arange(n).reshape(shape)[_keys(mx)[name]]

    return program


def _get_grad(name):
    def program(mx):
        x = mx.np.arange(24).reshape((4, 3, 2))
        x.attach_grad()
        with mx.autograd.record():
            y = x[_keys(mx)[name]]
            z = (y * y).sum()
        z.backward()
        return y, x.grad

    return program


def _set(name, value):
    def program(mx):
        x = mx.np.arange(24).reshape((4, 3, 2))
        v = value(mx, x, _keys(mx)[name])
        x[_keys(mx)[name]] = v
        return x

    return program


_BAD = ("out", "below", "too_many", "two_ellipses", "list_out", "no_fit", "mask_wrong", "text", "float")
table(suite, "get", {name: _get(name) for name in _NAMES})
table(suite, "get_vector", {name: _get(name, (4,)) for name in _NAMES if name not in ("mask",)})
table(suite, "grad", {name: _get_grad(name) for name in _NAMES if name not in _BAD and name not in ("true", "false")})
table(suite, "set_number", {name: _set(name, lambda mx, x, k: 99) for name in _NAMES if name not in ("list_out",)})
table(
    suite,
    "set_array",
    {
        name: _set(name, lambda mx, x, k: x[k] * 0 - 5)
        for name in _NAMES
        if name not in _BAD and name not in ("true", "false", "mask_none", "empty", "array_new")
    },
)


def _scalar_cases():
    def made(mx):
        return mx.np.array(3.0)

    def assign(key, value):
        def program(mx):
            x = made(mx)
            x[key] = value(mx)
            return x

        return program

    return {
        "tuple": lambda mx: made(mx)[()],
        "none": lambda mx: made(mx)[None],
        "int": lambda mx: made(mx)[0],
        "slice": lambda mx: made(mx)[:],
        "ellipsis": lambda mx: made(mx)[...],
        "mask": lambda mx: made(mx)[mx.np.array(True, dtype="bool")],
        "set": assign((), lambda mx: 7),
        "set_array": assign((), lambda mx: mx.np.array([4.0])),
        "set_list": assign((), lambda mx: [1, 2]),
        "set_slice": assign(slice(None), lambda mx: 1),
        "set_int": assign(0, lambda mx: 1),
    }


table(suite, "scalar", _scalar_cases())


def _values(value):
    def program(mx):
        x = mx.np.zeros((2, 3))
        x[:] = value(mx)
        return x

    return program


table(
    suite,
    "value",
    {
        "list": _values(lambda mx: [1, 2, 3]),
        "nested": _values(lambda mx: [[1], [2]]),
        "numpy": _values(lambda mx: mx.np.ones((2, 1)).asnumpy()),
        "bool": _values(lambda mx: True),
        "int_array": _values(lambda mx: mx.np.ones(3, dtype="int32")),
        "no_fit": _values(lambda mx: [1, 2]),
        "text": _values(lambda mx: "x"),
        "nd": _values(lambda mx: mx.nd.ones((2, 3))),
        "extra_axes": _values(lambda mx: mx.np.ones((1, 1, 2, 3))),
        "none": _values(lambda mx: None),
    },
)


def _shared(mx):
    x = mx.np.arange(12).reshape(3, 4)
    views = [x[1], x[1:3], x[1, 1:3], x[None], x[1, 2]]
    copies = [x[:, 1], x[::2], x[[0, 1]], x[x > 3]]
    x[:] = -1
    mx.nd.waitall()
    return views, copies


def _write_through(mx):
    x = mx.np.zeros((3, 4))
    y = x[1]
    y[:] = 5
    x[2][1:3] = 7
    mx.nd.waitall()
    return x


def _mask_set(mx):
    x = mx.np.arange(6).reshape(2, 3)
    x[x > 2] = -1
    y = mx.np.arange(6).reshape(2, 3)
    y[y > 2] = mx.np.array([7.0, 8.0, 9.0])
    return x, y


def _in_record(mx):
    x = mx.np.zeros((3,))
    x.attach_grad()
    with mx.autograd.record():
        x[1] = 2


def _zero(mx):
    x = mx.np.zeros((0, 3))
    return x[:, 1], x[0:0], x[None].shape, x[..., 0]


def _iterate(mx):
    return [row for row in mx.np.arange(6).reshape(2, 3)], [float(v) for v in mx.np.arange(3)]


table(
    suite,
    "",
    {
        "shared": _shared,
        "write_through": _write_through,
        "mask_set": _mask_set,
        "in_record": _in_record,
        "zero": _zero,
        "iterate": _iterate,
    },
)
