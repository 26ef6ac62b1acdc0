"""One array, two arrays, an array and a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_DOMAIN = {
    "arccos": (-0.95, 0.95),
    "arcsin": (-0.95, 0.95),
    "arctanh": (-0.9, 0.9),
    "arccosh": (1.1, 3),
    "log": (0.1, 4),
    "log10": (0.1, 4),
    "log1p": (-0.8, 3),
    "log2": (0.1, 4),
    "sqrt": (0.1, 4),
    "rsqrt": (0.2, 4),
    "rcbrt": (0.2, 4),
    "reciprocal": (0.2, 4),
    "gammaln": (0.3, 4),
    "gamma": (0.3, 4),
    "tan": (-1.2, 1.2),
    "erfinv": (-0.9, 0.9),
}
_UNARY = (
    "abs arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees erf erfinv exp expm1 fix floor gamma "
    "gammaln hard_sigmoid log log10 log1p log2 logical_not negative ones_like radians rcbrt reciprocal relu rint round "
    "rsqrt sigmoid sign sin sinh softsign sqrt square tan tanh trunc zeros_like identity BlockGrad make_loss "
    "shape_array size_array"
).split()
_BINARY = {
    "broadcast_add": -3,
    "broadcast_sub": -3,
    "broadcast_mul": -3,
    "broadcast_div": 1,
    "broadcast_mod": 1,
    "broadcast_power": 0.5,
    "broadcast_maximum": -3,
    "broadcast_minimum": -3,
    "broadcast_hypot": -3,
    "broadcast_equal": -3,
    "broadcast_not_equal": -3,
    "broadcast_greater": -3,
    "broadcast_greater_equal": -3,
    "broadcast_lesser": -3,
    "broadcast_lesser_equal": -3,
    "broadcast_logical_and": -3,
    "broadcast_logical_or": -3,
    "broadcast_logical_xor": -3,
}
_SCALAR = (
    "_plus_scalar _minus_scalar _rminus_scalar _mul_scalar _div_scalar _rdiv_scalar _mod_scalar _rmod_scalar "
    "_power_scalar _rpower_scalar _maximum_scalar _minimum_scalar _hypot_scalar _equal_scalar _not_equal_scalar "
    "_greater_scalar _greater_equal_scalar _lesser_scalar _lesser_equal_scalar _logical_and_scalar "
    "_logical_or_scalar _logical_xor_scalar"
).split()
_SPECIAL = (float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-8, 1e8, 2.5, -3.0)
_TIES = (0.0, 1.0, 2.0, -1.0, 1.0, 2.0, 0.5, -3.0, float("inf"), -float("inf"), float("nan"))
_ELEMWISE = {"elemwise_add": -3, "elemwise_sub": -3, "elemwise_mul": -3, "elemwise_div": 1}
_LOOSE = Tolerance(rtol=4e-3, atol=4e-3, why="float16 chains are rounded after every step on one side only")

_SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="a gradient that broadcasting sums has large terms of both signs")
_LOG = Tolerance(rtol=1e-5, atol=4e-6, why="the logarithm of MXNet's oneDNN is off by 1.4e-6 at 1")
_DIGAMMA = Tolerance(rtol=1e-5, atol=1e-6, why="MXNet's digamma has float32 coefficients, in float64 too")


def _unary(op: str) -> Generator:
    low, high = _DOMAIN.get(op, (-3, 3))

    def make(gen: Gen) -> Call:
        x = gen.array(dtype=gen.dtype(ints=op not in _DOMAIN), low=low, high=high)
        if x.dtype == "float16":
            gen.tol = _LOOSE
        elif op in ("gamma", "gammaln") and x.dtype == "float64":
            gen.tol = _DIGAMMA
        grad = gen.chance(0.7) and op not in ("shape_array", "size_array")
        return Call("nd." + op, (x,), grad=grad, out=gen.chance(0.1))

    return make


def _binary(op: str, low: float, stretch: bool) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype()
        if dtype == "float16":
            gen.tol = _LOOSE
        elif "power" in op and dtype == "float32":
            gen.tol = _SUMS
        x = gen.array(dtype=dtype, low=max(low, 0.5) if "power" in op else -3)
        shape = gen.like(x.shape) if stretch else x.shape
        other = dtype if gen.chance(0.97) else gen.dtype()
        return Call("nd." + op, (x, gen.array(shape, other, low=low)), grad=gen.chance(0.7), out=gen.chance(0.05))

    return make


def _operator(name: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype()
        if dtype == "float16":
            gen.tol = _LOOSE
        low = 1 if any(word in name for word in ("div", "mod", "pow")) else -3
        x = gen.array(dtype=dtype, low=low)
        if gen.chance(0.5) or name.startswith("__r"):
            value = gen.number()
            if value in (0, False) and ("div" in name or "mod" in name or dtype not in ("float32", "float64")):
                value = 2
            if abs(value) < 1 and not dtype.startswith("float"):
                value = 3  # a fraction becomes zero on an integer array
            return Call("." + name, (x, value), grad=gen.chance(0.7))
        return Call("." + name, (x, gen.array(gen.like(x.shape), dtype, low=low)), grad=gen.chance(0.7))

    return make


def _inplace(name: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.dtype()
        x = gen.array(dtype=dtype, low=1)
        other = gen.int(1, 3) if gen.chance(0.5) else gen.array(gen.like(x.shape), dtype, low=1)
        return Call("." + name, (x, other), mutates=True)

    return make


def _clip(gen: Gen) -> Call:
    low = gen.pick((-1, 0, -0.5, -2))
    return Call("nd.clip", (gen.array(), low, low + gen.pick((0, 1, 1.5))), grad=True)


def _cast(gen: Gen) -> Call:
    target = gen.pick(("float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"))
    x = gen.array(low=0 if target == "uint8" else -3)
    if gen.chance(0.5):
        return Call(".astype", (x, target), {"copy": gen.chance(0.5)})
    return Call("nd.cast", (x,), {"dtype": target}, grad=target.startswith("float"))


def _add_n(gen: Gen) -> Call:
    shape, dtype = gen.shape(), gen.dtype()
    if dtype == "float16":
        gen.tol = _LOOSE
    return Call("nd.add_n", tuple(gen.array(shape, dtype) for _ in range(gen.int(1, 4))), grad=gen.chance(0.5))


def _where(gen: Gen) -> Call:
    shape, dtype = gen.shape(), gen.dtype()
    condition = shape if gen.chance(0.7) else shape[:1]
    flags = gen.array(condition, gen.pick(("float32", "int32", "uint8")), low=0, high=1.4)
    return Call(
        "nd.where",
        (flags, gen.array(shape, dtype), gen.array(shape, dtype)),
        grad=(1, 2) if dtype.startswith("float") else False,
    )


def _smooth_l1(gen: Gen) -> Call:
    return Call(
        "nd.smooth_l1", (gen.array(dtype=gen.dtype(ints=False)),), {"scalar": gen.pick((1.0, 2.0, 0.5))}, grad=True
    )


def _values(gen: Gen, dtype: str, among: tuple[float, ...]) -> Arr:
    return Arr(values=[gen.pick(among) for _ in range(6)], dtype=dtype)


def _anywhere(op: str) -> Generator:
    """The whole range, outside of the domain too, with special values, ties and integers."""

    def make(gen: Gen) -> Call:
        if gen.chance(0.4):
            x = gen.array(dtype=gen.pick(("int32", "int64", "int8", "uint8")), low=-4, high=9)
        elif gen.chance(0.5):
            x = _values(gen, gen.pick(("float32", "float64")), _SPECIAL)
        else:
            x = gen.array(dtype=gen.pick(("float32", "float64")), low=-30, high=30)
        if op in ("gamma", "gammaln"):
            x = x.with_(dtype="float32") if x.dtype == "float64" else x
            gen.tol = _DIGAMMA
            return Call("nd." + op, (x,))  # its gradient has no reliable values at poles
        return Call("nd." + op, (x,), grad=op != "relu" or not x.is_float or x.values is None)

    return make


def _two_specials(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        dtype = gen.pick(("float32", "float64"))
        return Call("nd." + op, (_values(gen, dtype, _TIES), _values(gen, dtype, _TIES)), grad=True)

    return make


def _scalar_function(op: str) -> Generator:
    divides = "div" in op or "mod" in op

    def make(gen: Gen) -> Call:
        dtype = gen.pick(("float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool"))
        is_int = gen.chance(0.7)
        whole = dtype not in ("float32", "float64", "float16")
        number = gen.pick((1.0, 2.0, 3.0, -1.0, -2.5, 7.9, 100.5) if whole else (0.0, 1.0, 2.0, -1.5, 0.3, 1e-3, 60.0))
        low = 1 if whole and divides else -4
        if dtype == "float16":
            gen.tol = _LOOSE
        if "pow" in op and dtype in ("int8", "uint8"):
            number = 2.0  # what does not fit is undefined
        x = gen.array(dtype=dtype, low=low, high=4)
        if dtype == "bool" and divides:
            x = Arr(values=[[True], [True]], dtype="bool")
        grad = dtype.startswith("float") and gen.chance(0.6)
        return Call("nd._internal." + op, (x,), {"scalar": number, "is_int": is_int}, grad=grad)

    return make


def _softmax(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        x = gen.array(dtype=gen.dtype(ints=False), low=-4, high=4)
        if x.dtype == "float16":
            gen.tol = _LOOSE
        elif op == "log_softmax":
            gen.tol = _LOG
        kwargs: dict[str, Any] = {"axis": gen.axis(len(x.shape))}
        if gen.chance(0.4):
            kwargs["temperature"] = gen.pick((0.5, 2.0, 1.0, 3.5))
        args: tuple[Any, ...] = (x,)
        axis = kwargs["axis"]
        if op == "softmax" and gen.chance(0.4) and 0 <= axis < len(x.shape) and len(x.shape) > 1:
            rest = x.shape[:axis] + x.shape[axis + 1 :]
            args = (x, gen.array(rest, gen.pick(("int32", "int64")), low=0, high=x.shape[axis], layout="plain"))
            kwargs["use_length"] = True
        return Call("nd." + op, args, kwargs, grad=(0,))

    return make


def _hard_sigmoid(gen: Gen) -> Call:
    x = gen.array(dtype=gen.pick(("float32", "float64")), low=-6, high=6)
    return Call("nd.hard_sigmoid", (x,), {"alpha": gen.pick((0.2, 0.1, 1.3)), "beta": gen.pick((0.5, -0.1))}, grad=True)


def _arange(gen: Gen) -> Call:
    dtype = gen.pick(("float32", "float32", "float64", "int32", "int64"))
    start, step = gen.pick((0, 1, -2.5, 0.1, 3)), gen.pick((1, 2, 0.5, 0.1, 0.7, -1, -0.3))
    kwargs = {"start": start, "stop": start + step * gen.int(0, 30), "step": step, "dtype": dtype}
    if gen.chance(0.3):
        kwargs["repeat"] = gen.int(1, 4)
    return Call("nd.arange", (), kwargs)


def _linspace(gen: Gen) -> Call:
    kwargs = {"num": gen.int(0, 20), "endpoint": gen.chance(0.6), "dtype": gen.pick(("float32", "float64", "int32"))}
    return Call("nd.linspace", (gen.pick((0, -1.5, 3)), gen.pick((1, 10, -4.2))), kwargs)


def _full(gen: Gen) -> Call:
    dtype = gen.pick(("float32", "float64", "float16", "int32", "int64", "int8", "uint8"))
    return Call("nd.full", (gen.shape(), gen.pick((0, 1, -1.7, 2.7, 200.5, 1e9))), {"dtype": dtype})


def _eye(gen: Gen) -> Call:
    return Call("nd.eye", (gen.int(1, 5), gen.int(0, 5), gen.int(-4, 4)), {"dtype": gen.pick(("float32", "int32"))})


GENERATORS = {
    **{f"anywhere_{op}": _anywhere(op) for op in _UNARY if op not in ("hard_sigmoid", "shape_array", "size_array")},
    **{f"ties_{op}": _two_specials(op) for op in _BINARY},
    **{op: _scalar_function(op) for op in _SCALAR},
    **{op: _softmax(op) for op in ("softmax", "log_softmax", "softmin")},
    "hard_sigmoid_attributes": _hard_sigmoid,
    "arange": _arange,
    "linspace": _linspace,
    "full": _full,
    "eye": _eye,
    **{op: _unary(op) for op in _UNARY},
    **{op: _binary(op, low, True) for op, low in _BINARY.items()},
    **{op: _binary(op, low, False) for op, low in _ELEMWISE.items()},
    **{
        name: _operator(name)
        for name in (
            "__add__ __sub__ __mul__ __truediv__ __mod__ __pow__ __radd__ __rsub__ __rmul__ __rtruediv__ __rmod__ "
            "__rpow__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__"
        ).split()
    },
    **{name: _inplace(name) for name in "__iadd__ __isub__ __imul__ __itruediv__ __imod__".split()},
    "clip": _clip,
    "cast": _cast,
    "add_n": _add_n,
    "where": _where,
    "smooth_l1": _smooth_l1,
}
