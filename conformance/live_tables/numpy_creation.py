"""`mx.np`: making arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Call
from ..compare import Tolerance
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen, Generator

_DTYPES = ("float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool")
_POWERS = Tolerance(rtol=2e-5, atol=1e-6, why="powers of another library, in float32")


def _dtype(gen: Gen, kinds: tuple[str, ...] = _DTYPES) -> dict[str, Any]:
    return {"dtype": gen.pick(kinds)} if gen.chance(0.5) else {}


def _filled(name: str) -> Generator:
    def make(gen: Gen) -> Call:
        of: Any = n.shape(gen)
        if gen.chance(0.2):
            of = gen.int(0, 4)
        return Call("np." + name, (of,), _dtype(gen))

    return make


def _full(gen: Gen) -> Call:
    return Call("np.full", (n.shape(gen), gen.pick((1, 2.5, -3, 0, True))), _dtype(gen))


def _full_like(gen: Gen) -> Call:
    return Call("np.full_like", (n.array(gen), gen.pick((1, 2.5, 3, 0))), _dtype(gen))


def _like(name: str) -> Generator:
    def make(gen: Gen) -> Call:
        return Call("np." + name, (n.array(gen),), _dtype(gen))

    return make


def _eye(gen: Gen) -> Call:
    kwargs = _dtype(gen)
    if gen.chance(0.5):
        kwargs["M"] = gen.int(0, 4)
    if gen.chance(0.5):
        kwargs["k"] = gen.int(-3, 3)
    return Call("np.eye", (gen.int(0, 4),), kwargs)


def _identity(gen: Gen) -> Call:
    return Call("np.identity", (gen.int(0, 4),), _dtype(gen))


def _arange(gen: Gen) -> Call:
    kwargs = _dtype(gen, ("float32", "float64", "int32", "int64", "int8", "uint8"))
    if gen.chance(0.3):
        return Call("np.arange", (gen.int(0, 9),), kwargs)
    start, step = gen.int(0, 4), gen.pick((1, 2, 3) if kwargs else (1, 2, 0.5, 0.25))
    return Call("np.arange", (start, start + gen.int(0, 9), step), kwargs)


def _linspace(gen: Gen) -> Call:
    kwargs = _dtype(gen, ("float32", "float64"))
    if gen.chance(0.5):
        kwargs["endpoint"] = gen.chance(0.5)
    if gen.chance(0.2):
        kwargs["retstep"] = True
    return Call("np.linspace", (gen.int(-5, 5), gen.pick((6, 7.5, 10)), gen.int(1, 9)), kwargs)


def _logspace(gen: Gen) -> Call:
    gen.tol = _POWERS
    kwargs = _dtype(gen, ("float32", "float64"))
    if gen.chance(0.5):
        kwargs["endpoint"] = gen.chance(0.5)
    if gen.chance(0.5):
        kwargs["base"] = gen.pick((2.0, 3.0, 10.0))
    return Call("np.logspace", (gen.int(-2, 1), gen.pick((2, 2.5, 3)), gen.int(1, 7)), kwargs)


def _indices(gen: Gen) -> Call:
    return Call("np.indices", (n.shape(gen, 1, 3),), _dtype(gen, ("float32", "float64", "int32", "int64")))


def _window(gen: Gen) -> Call:
    gen.tol = _POWERS
    return Call("np." + gen.pick(("hanning", "hamming", "blackman")), (gen.int(0, 9),), _dtype(gen, n.FLOATS[:2]))


def _array(gen: Gen) -> Call:
    source: Any = [[gen.int(-5, 5) for _ in range(2)] for _ in range(gen.int(0, 3))]
    way = gen.int(0, 4)
    if way == 0:
        source = gen.pick((1, 2.5, True))
    elif way == 1:
        source = [gen.int(0, 9) + 0.5 for _ in range(gen.int(0, 4))]
    elif way == 2:
        source = n.array(gen)
    elif way == 3:
        source = n.array(gen, None, n.dtype(gen), layout="plain").numpy()
    return Call("np.array", (source,), _dtype(gen))


GENERATORS = {name: _filled(name) for name in ("zeros", "ones")}
GENERATORS.update({name: _like(name) for name in ("zeros_like", "ones_like")})
GENERATORS.update(
    {
        "full": _full,
        "full_like": _full_like,
        "eye": _eye,
        "identity": _identity,
        "arange": _arange,
        "linspace": _linspace,
        "logspace": _logspace,
        "indices": _indices,
        "window": _window,
        "array": _array,
    }
)
