"""sort, argsort and topk, with and without equal elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call

if TYPE_CHECKING:
    from ..live import Gen


def _data(gen: Gen) -> Arr:
    """A small array without ties, or long rows with many."""
    if gen.chance(0.5):
        return gen.array(dtype=gen.pick(("float32", "float64", "int32", "int64")), unique=True)
    shape = (gen.int(1, 3), gen.pick((5, 9, 16, 17, 24, 40, 70, 130, 400)))
    high = gen.pick((0, 1, 3, 20))
    return Arr(shape, gen.pick(("float32", "int32")), low=0, high=high, seed=gen.int(1, 400000))


def _way(gen: Gen, rank: int) -> dict[str, Any]:
    kwargs: dict[str, Any] = {"axis": gen.axis(rank) if gen.chance(0.8) else None}
    if gen.chance(0.6):
        kwargs["is_ascend"] = gen.chance(0.5)
    return kwargs


def _sort(gen: Gen) -> Call:
    x = _data(gen)
    return Call("nd.sort", (x,), _way(gen, len(x.shape)), grad=x.is_float and gen.chance(0.5))


def _argsort(gen: Gen) -> Call:
    x = _data(gen)
    kwargs = _way(gen, len(x.shape))
    if gen.chance(0.4):
        kwargs["dtype"] = gen.pick(("int32", "int64", "uint8", "float64"))
    return Call("nd.argsort", (x,), kwargs)


def _topk(gen: Gen) -> Call:
    x = _data(gen)
    kwargs = _way(gen, len(x.shape))
    axis = kwargs["axis"]
    size = x.shape[axis] if axis is not None and -len(x.shape) <= axis < len(x.shape) else 1
    kwargs["k"] = gen.int(-1, size + (1 if gen.chance(0.05) else 0))
    kwargs["ret_typ"] = gen.pick(("value", "indices", "mask", "both"))
    if gen.chance(0.3):
        kwargs["dtype"] = gen.pick(("int32", "int64", "uint8", "float64"))
    return Call("nd.topk", (x,), kwargs, grad=x.is_float and kwargs["ret_typ"] == "value" and gen.chance(0.5))


def _histogram(gen: Gen) -> Call:
    x = Arr(gen.shape(1, 3), gen.pick(("float32", "float64", "int32")), low=-1, high=9, seed=gen.int(1, 400000))
    kwargs = {"bin_cnt": gen.int(1, 12), "range": (gen.int(-1, 3), gen.int(3, 9))}
    return Call("nd._internal._histogram", (x,), kwargs)


GENERATORS = {"sort": _sort, "argsort": _argsort, "topk": _topk, "histogram": _histogram}
