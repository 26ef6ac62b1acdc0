"""`mx.np`: functions of one array and of two, numbers on either side, operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from . import _numpy as n

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
    "reciprocal": (0.2, 4),
    "tan": (-1.2, 1.2),
    "cbrt": (0.1, 4),
}
_UNARY = (
    "abs absolute arccos arccosh arcsin arcsinh arctan arctanh cbrt ceil cos cosh degrees exp expm1 fabs fix floor "
    "log log10 log1p log2 logical_not negative radians reciprocal rint sign sin sinh sqrt square tan tanh trunc isnan "
    "isinf isposinf isneginf isfinite bitwise_not invert"
).split()
_INTEGER = ("bitwise_not", "invert")
#: name -> least value of the second operand
_BINARY = {
    "add": -3,
    "subtract": -3,
    "multiply": -3,
    "divide": 1,
    "true_divide": 1,
    "mod": 1,
    "remainder": 1,
    "power": 0.5,
    "maximum": -3,
    "minimum": -3,
    "hypot": -3,
    "copysign": -3,
    "arctan2": 0.5,
    "ldexp": -3,
    "equal": -3,
    "not_equal": -3,
    "greater": -3,
    "greater_equal": -3,
    "less": -3,
    "less_equal": -3,
    "lcm": 1,
    "bitwise_and": -3,
    "bitwise_or": -3,
    "bitwise_xor": -3,
}
_WHOLE = ("lcm", "bitwise_and", "bitwise_or", "bitwise_xor")
_SPECIAL = (float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-8, 1e8, 2.5, -3.0)
_TIES = (0.0, 1.0, 2.0, -1.0, 1.0, 2.0, 0.5, -3.0, float("inf"), -float("inf"), float("nan"))


def _unary(op: str) -> Generator:
    low, high = _DOMAIN.get(op, (-3, 3))

    def make(gen: Gen) -> Call:
        if gen.chance(0.03):
            return Call("np." + op, (gen.pick((1, 0.5, 2.0, 1.25)) if op not in _INTEGER else 3,))
        kind = gen.pick((*n.INTS, "bool")) if op in _INTEGER else n.dtype(gen, bools=0.04)
        of = n.shape(gen, empty=0) if kind == "bool" else None  # no elements, no complaint about their dtype
        x = n.array(gen, of, kind, low=low if kind in n.FLOATS else max(low, -3), high=high)
        if kind in n.INTS and op in _DOMAIN:
            x = x.with_(low=1, high=1 if op in ("arccos", "arcsin") else 4)
            if op == "arctanh":
                x = x.with_(low=0, high=0)
        return Call("np." + op, (x,), grad=gen.chance(0.6), out=gen.chance(0.1))

    return make


def _anywhere(op: str) -> Generator:
    """The whole range, with special values."""

    def make(gen: Gen) -> Call:
        kind = gen.pick(("float32", "float64"))
        if gen.chance(0.5):
            x = Arr(values=[gen.pick(_SPECIAL) for _ in range(6)], dtype=kind)
        else:
            x = n.array(gen, None, kind, low=-30, high=30)
        return Call("np." + op, (x,), grad=True)

    return make


def _binary(op: str, low: float) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick((*n.INTS, "bool")) if op in _WHOLE else n.dtype(gen, bools=0.04)
        if op == "lcm" and kind == "bool":
            kind = "int32"
        first = {"power": 0.5, "lcm": 1}.get(op, -3)
        if kind in n.INTS:
            first, least = max(first, 1) if op in ("power", "lcm") else first, max(low, 1) if low > -3 else low
        else:
            least = low
        x = n.array(gen, None, kind, low=first)
        other = kind
        if gen.chance(0.15) and kind != "bool":
            other = n.dtype(gen) if op not in _WHOLE else gen.pick(n.INTS)
        of = x.shape if kind == "bool" and op in _WHOLE else n.like(gen, x.shape)  # bools do not broadcast there
        y = n.array(gen, of, other, low=max(least, 1) if other in n.INTS and low > -3 else least)
        if kind == "float32" and gen.tol is None:
            gen.tol = n.SUMS
        return Call("np." + op, (x, y), grad=gen.chance(0.6), out=gen.chance(0.08))

    return make


def _number(gen: Gen, op: str, kind: str) -> float:
    value = gen.number()
    if kind not in n.FLOATS or op in ("divide", "true_divide", "mod", "remainder", "power", "lcm", "ldexp", "arctan2"):
        value = gen.pick((1, 2, 3, 2.0)) if op in _WHOLE or kind not in n.FLOATS else gen.pick((1, 2, 3, 0.5, 1.5))
    return value


def _scalar(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick((*n.INTS, "bool")) if op in _WHOLE else n.dtype(gen, bools=0.05)
        if op == "lcm" and kind == "bool":
            kind = "int32"
        x = n.array(gen, None, kind, low=1, high=4)
        value = _number(gen, op, kind)
        if gen.chance(0.02):
            return Call("np." + op, (value, gen.pick((1, 2, 2.5))))
        args = (x, value) if gen.chance(0.6) else (value, x)
        if kind == "bool" and args[0] is value and op in ("divide", "true_divide", "mod", "remainder"):
            args = (x, value)  # a number divided by False kills the process
        grad = gen.chance(0.6) and not (op == "copysign" or (op == "arctan2" and args[0] is value))
        return Call("np." + op, args, grad=grad, out=gen.chance(0.05))

    return make


def _two_specials(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick(("float32", "float64"))
        pair = [Arr(values=[gen.pick(_TIES) for _ in range(6)], dtype=kind) for _ in range(2)]
        return Call("np." + op, pair, grad=True)

    return make


def _dunder(name: str) -> Generator:
    logic = name in ("and", "or", "xor")

    def make(gen: Gen) -> Call:
        kind = gen.pick((*n.INTS, "bool")) if logic else n.dtype(gen)
        low = 1 if name.strip("r") in ("truediv", "mod", "pow") else -3
        x = n.array(gen, None, kind, low=low)
        if gen.chance(0.5) or name.startswith("r"):
            value = gen.pick((1, 2, 3, 2.0)) if kind not in n.FLOATS or low == 1 else gen.number()
            if logic:
                value = gen.int(0, 5)
            return Call(".__%s__" % name, (x, value), grad=gen.chance(0.6), front="np")
        of = x.shape if kind == "bool" else n.like(gen, x.shape)
        y = n.array(gen, of, kind if gen.chance(0.9) or logic else n.dtype(gen), low=low)
        return Call(".__%s__" % name, (x, y), grad=gen.chance(0.6), front="np")

    return make


def _inplace(name: str) -> Generator:
    def make(gen: Gen) -> Call:
        kind = gen.pick((*n.INTS, "bool")) if name in ("iand", "ior", "ixor") else n.dtype(gen)
        x = n.array(gen, None, kind, low=1)
        other: Any = gen.int(1, 3)
        if gen.chance(0.5):
            other = n.array(gen, x.shape if kind == "bool" else n.like(gen, x.shape), kind, low=1)
        return Call(".__%s__" % name, (x, other), mutates=True, front="np")

    return make


def _around(gen: Gen) -> Call:
    x = n.array(gen, None, n.dtype(gen), low=-300, high=300)
    return Call("np." + gen.pick(("around", "round", "round_")), (x, gen.int(-2, 3)))


def _nan_to_num(gen: Gen) -> Call:
    x = Arr(values=[gen.pick(_SPECIAL) for _ in range(6)], dtype=gen.pick(("float32", "float64")))
    kwargs = {key: gen.pick((0.0, 1.5, -2.0)) for key in ("nan", "posinf", "neginf") if gen.chance(0.4)}
    return Call("np.nan_to_num", (x,), kwargs, grad=True)


def _clip(gen: Gen) -> Call:
    low = gen.pick((-1, 0, -0.5, -2, None))
    high = gen.pick((1, 2.5, None if low is not None else 0.5))
    path, front = gen.pick((("np.clip", None), (".clip", "np")))
    x = n.array(gen)
    if x.dtype == "uint8":
        low, high = 1, 2
    return Call(path, (x, low, high), grad=gen.chance(0.6), front=front)


def _cast(gen: Gen) -> Call:
    target = gen.pick(("float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"))
    x = n.array(gen, None, n.dtype(gen, bools=0.1), low=0 if target == "uint8" else -3)
    return Call(".astype", (x, target), {"copy": gen.chance(0.5)}, front="np")


def _options(gen: Gen) -> Call:
    """Options of NumPy's universal functions: only the defaults are legal."""
    option = gen.pick(({"where": True}, {"where": False}, {"casting": "same_kind"}, {"casting": "no"}, {"order": "K"},
                       {"order": "F"}, {"dtype": None}, {"dtype": "float64"}, {"subok": True}, {"subok": False},
                       {"nothing": 1}))  # fmt: skip
    if gen.chance(0.5):
        return Call(
            "np." + gen.pick(("exp", "sin", "sqrt", "negative")), (n.array(gen, None, "float32", low=0.5),), option
        )
    return Call(
        "np." + gen.pick(("add", "power", "maximum", "equal")), (n.array(gen, (2,), "float32", low=0.5), 2), option
    )


GENERATORS = {op: _unary(op) for op in _UNARY}
GENERATORS.update({f"{op}_anywhere": _anywhere(op) for op in _UNARY if op not in _INTEGER})
GENERATORS.update({op: _binary(op, low) for op, low in _BINARY.items()})
GENERATORS.update({f"{op}_number": _scalar(op) for op in _BINARY})
GENERATORS.update({f"{op}_specials": _two_specials(op) for op in _BINARY if op not in _WHOLE})
GENERATORS.update(
    {
        f"__{name}__": _dunder(name)
        for name in (
            "add radd sub rsub mul rmul truediv rtruediv mod rmod pow rpow eq ne gt ge lt le and or xor"
        ).split()
    }
)
GENERATORS.update({f"__{name}__": _inplace(name) for name in "iadd isub imul itruediv imod iand ior ixor".split()})
GENERATORS.update(
    {"around": _around, "nan_to_num": _nan_to_num, "clip": _clip, "astype": _cast, "ufunc_options": _options}
)
