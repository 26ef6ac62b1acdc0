"""Where rules end: axes of numbers, places out of range, mixed integers, gradients through integers and null."""

from __future__ import annotations

import numpy as onp

from ...calls import Arr
from ...suite import Suite, attempt
from ._scope import method, op, table

suite = Suite(__name__)
_NAN, _INF = float("nan"), float("inf")

for _name in ("sum", "prod", "mean", "std", "var", "all", "any", "argmax", "argmin", "average"):
    for _axis in (0, -1, 1):
        op(
            suite,
            "axis_of_number/%s/%d" % (_name, _axis),
            "np." + _name,
            (Arr(values=5.0),),
            {"axis": _axis},
            grad=False,
        )
for _axis in (0, -1, (0,), 1):
    op(suite, "axis_of_number/squeeze/%s" % (_axis,), "np.squeeze", (Arr(values=5.0), _axis), grad=False)
for _name in ("sort", "argsort"):
    for _axis in (None, 0, -1):
        op(suite, "axis_of_number/%s/%s" % (_name, _axis), "np." + _name, (Arr(values=5.0), _axis), grad=False)
op(suite, "axis_of_number/unique", "np.unique", (Arr(values=5.0),), {"axis": 0}, grad=False)
op(suite, "argsort_of_nothing", "np.argsort", (Arr((1, 0, 2)), None), grad=False)

for _label, _shape in {"front": (3, 4, -2), "two": (3, -2, -2), "middle": (3, -2, 5), "minus_one": (3, 4, -1)}.items():
    _x = Arr((5,)) if _label in ("front", "minus_one") else Arr((4, 5)) if _label == "two" else Arr((1, 5))
    op(suite, "broadcast_to/" + _label, "np.broadcast_to", (_x, _shape))
for _label, _places in {"beyond": [1, 7], "negative": [0, -1], "twice": [1, 1], "all": [0, 1, 2]}.items():
    op(suite, "delete/" + _label, "np.delete", (Arr((3,)), Arr(values=_places, dtype="int64")), grad=False)
op(suite, "delete/number_beyond", "np.delete", (Arr((3,)), 7), grad=False)
op(
    suite,
    "insert/one_place",
    "np.insert",
    (Arr((3, 2)), Arr(values=[1], dtype="int64"), Arr((3, 2), seed=2)),
    {"axis": 1},
    grad=False,
)
for _dtype in ("int8", "uint8", "int64"):
    _flat = Arr(values=[1, 3], dtype=_dtype)
    op(suite, "unravel_index/" + _dtype, "np.unravel_index", (_flat, (2, 2)), grad=False)
    op(suite, "unique/" + _dtype, "np.unique", (Arr((2, 3), _dtype, 0, 3),), {"return_counts": True}, grad=False)
op(suite, "vsplit/of_nothing", "np.vsplit", (Arr((0, 3)), (0, 4)), grad=False)
op(suite, "vsplit/beyond", "np.vsplit", (Arr((2, 3)), (0, 4)), grad=False)
op(suite, "broadcast_arrays/no_fit", "np.broadcast_arrays", (Arr((2,)), Arr((3,))), grad=False)
op(suite, "transpose/beyond", "np.transpose", (Arr((3, 3, 2)), (0, 1, 3)), grad=False)
op(suite, "transpose/twice", "np.transpose", (Arr((3, 3, 2)), (0, 1, 1)), grad=False)
for _way in ("nearest", "midpoint", "lower", "higher", "linear"):
    _q = Arr(values=[10.0, 50.0, 70.0, 100.0])
    op(suite, "percentile/" + _way, "np.percentile", (Arr((6,), unique=True), _q), {"interpolation": _way}, grad=False)

_LEFT = Arr(values=[_NAN, 2.0, -3.0, 0.0, -0.0, 1.0, _INF])
_RIGHT = Arr(values=[-_INF, _NAN, _NAN, -1.0, -1.0, -0.0, -2.0])
op(suite, "copysign", "np.copysign", (_LEFT, _RIGHT))
op(suite, "arctan2", "np.arctan2", (_LEFT, _RIGHT))
op(suite, "arctan2/origin", "np.arctan2", (Arr(values=[0.0]), Arr(values=[0.0])))
for _name in ("subtract", "mod"):
    for _a, _b in (("int32", "int64"), ("uint8", "int32"), ("int8", "uint8")):
        _x, _y = Arr((3,), _a, 1, 5), Arr((3,), _b, 1, 5, seed=2)
        op(suite, "mixed/%s/%s_%s/one_shape" % (_name, _a, _b), "np." + _name, (_x, _y), grad=False)
        op(suite, "mixed/%s/%s_%s/stretched" % (_name, _a, _b), "np." + _name, (_x, _y.with_(shape=(1,))), grad=False)
for _name in ("isnan", "isfinite", "logical_not", "equal"):
    _args = (Arr((2,)), Arr((2,))) if _name == "equal" else (Arr((2,)),)
    op(suite, "out_not_bool/" + _name, "np." + _name, _args, {"out": Arr((2,))}, grad=False)
    op(suite, "out_bool/" + _name, "np." + _name, _args, {"out": Arr((2,), "bool")}, grad=False)
op(suite, "average/returned", "np.average", (Arr((3, 2)), 0), {"returned": True}, grad=False)
op(
    suite,
    "polyval/int8",
    "np.polyval",
    (Arr(values=[1, 2], dtype="int8"), Arr(values=[1, 2, 3], dtype="int8")),
    grad=False,
)
op(suite, "cumsum/float16", "np.cumsum", (Arr((3, 4), "float16"), 1))
op(suite, "sum/float16", "np.sum", (Arr((5, 40), "float16"), 1))
op(suite, "mean/narrow", "np.mean", (Arr((3, 2)),), {"axis": 0, "dtype": "float16"})
for _shape in ((3, 3, 0, 0), (2, 0, 3)):
    op(suite, "svd/%d" % len(_shape), "np.linalg.svd", (Arr(_shape),), grad=False)
for _name in ("eigh", "eigvalsh", "eig"):
    op(suite, _name, "np.linalg." + _name, (Arr((0, 0)),), grad=False)
op(suite, "tensorsolve/as_many_axes", "np.linalg.tensorsolve", (Arr((1, 1, 1), low=1), Arr((1, 1, 1))), grad=False)
op(suite, "clip/number", "np.clip", (5, 0, 1), grad=False)
method(suite, "float16_mean", ".mean", (Arr((5, 40), "float16"), 1), grad=True)


def _integers(program):
    def run(mx):
        x = mx.np.arange(6, dtype="int32").reshape(2, 3)
        x.attach_grad()
        with mx.autograd.record():
            y = program(mx, x)
        y.backward()
        return y, x.grad

    return run


table(
    suite,
    "integer_gradient",
    {
        "slice": _integers(lambda mx, x: mx.npx.slice(x, (0, 0), (1, 2))),
        "transpose": _integers(lambda mx, x: x.transpose()),
        "ravel": _integers(lambda mx, x: mx.np.ravel(x)),
        "expand_dims": _integers(lambda mx, x: mx.np.expand_dims(x, 0)),
        "item": _integers(lambda mx, x: x[1]),
        "reshape": _integers(lambda mx, x: x.reshape(-1)),
        "mod": _integers(lambda mx, x: mx.np.mod(x, 4)),
    },
)


def _cast(name, dtype):
    def run(mx):
        x = mx.np.array([[1.5, 2.5], [3.5, 4.5]])
        x.attach_grad()
        with mx.autograd.record():
            y = getattr(mx.np, name)(x, axis=0, dtype=dtype)
        y.backward()
        return y, x.grad

    return run


table(suite, "cast_gradient", {"%s_%s" % (n, d): _cast(n, d) for n in ("sum", "mean") for d in ("int32", "float64")})


def _null(make):
    def run(mx):
        a, b = make(mx), make(mx)
        a.attach_grad("null")
        b.attach_grad()
        before = a.grad
        with mx.autograd.record():
            y = a * b
        during = a.grad
        y.backward()
        return before, during, a.grad, b.grad

    return run


def _written(dtype, key):
    def run(mx):
        x, y = mx.np.zeros((3,), dtype=dtype), mx.np.ones(3)
        y.attach_grad()
        with mx.autograd.record():
            x[key] = y
        x.backward()
        return x, y.grad

    return run


table(suite, "null", {"np": _null(lambda mx: mx.np.ones(3)), "nd": _null(lambda mx: mx.nd.ones(3))})
table(
    suite,
    "written",
    {"%s_%d" % (d, i): _written(d, k) for d in ("float32", "int32") for i, k in enumerate(((), slice(None), Ellipsis))},
)

_BAD = {
    "gamma_shape": ("gamma", (-1.0, 1.0)),
    "gamma_scale": ("gamma", (1.0, -1.0)),
    "rayleigh": ("rayleigh", (-1,)),
    "exponential": ("exponential", (-1,)),
    "weibull": ("weibull", (-1,)),
    "power": ("power", (-1,)),
    "pareto": ("pareto", (-1,)),
    "logistic": ("logistic", (0, -1)),
    "gumbel": ("gumbel", (0, -1)),
    "beta": ("beta", (-1, 1)),
    "chisquare": ("chisquare", (-1,)),
}


def _refused(name, args):
    return lambda mx: attempt(lambda: getattr(mx.np.random, name)(*args).asnumpy())


table(suite, "refused", {label: _refused(*row) for label, row in _BAD.items()})
table(
    suite,
    "draw",
    {
        "bernoulli": lambda mx: attempt(lambda: mx.npx.random.bernoulli(1.2, size=2).asnumpy()),
        "multinomial_of_nothing": lambda mx: mx.np.random.multinomial(10, []),
        "multinomial_no_experiments": lambda mx: mx.np.random.multinomial(10, [0.5, 0.5], size=(0, 2)),
        "nd_number": lambda mx: mx.nd.random.uniform(shape=()),
        "nd_nothing": lambda mx: mx.nd.random.normal(shape=(0, 2)),
        "normals": lambda mx: (
            [mx.np.random.normal(size=n) for n in (1, 3, 2, 64, 5, 1)] + [mx.np.random.uniform(size=2)]
        ),
    },
)
for _one, _other in (
    ("float64", "float32"),
    ("float16", "float64"),
    ("int32", "int64"),
    ("int8", "bool"),
    ("bool", "bool"),
    ("int8", "float16"),
):
    _grad = _one.startswith("float") and _other.startswith("float")
    _pair = (Arr((0, 4), _one), Arr((0, 4), _other))
    op(suite, "true_divide_of_nothing/%s/%s" % (_one, _other), "np.true_divide", _pair, grad=_grad)
for _name in ("subtract", "mod", "copysign", "ldexp", "maximum", "minimum", "arctan2", "hypot"):
    op(suite, "bools_of_nothing/" + _name, "np." + _name, (Arr((0, 4), "bool"), Arr((0, 4), "bool")), grad=False)


def _misfits(mx):
    found = []
    for key in ([1], [0, 1], (slice(None), [0, 1]), 1, slice(0, 1), (0, slice(None))):
        for shape in ((4, 3), (2,), (2, 2, 3), (1, 1, 4), (2, 3, 3, 3)):
            for ones in (mx.np.ones, onp.ones):
                x, given = mx.np.zeros((2, 3)), ones(shape)

                def assign(x=x, key=key, value=given):
                    x[key] = value
                    x.wait_to_read()

                found.append(attempt(assign))
    return found


table(suite, "assign", {"misfits": _misfits})
