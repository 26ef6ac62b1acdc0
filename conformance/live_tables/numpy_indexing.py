"""`mx.np`: reading and writing by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..calls import Arr, Call
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen


def _entry(gen: Gen, size: int, arrays: bool) -> Any:
    """A key for one axis."""
    way = gen.int(0, 5 if arrays else 3)
    if way == 0 and size:
        return gen.int(-size, size - 1)
    if way <= 3 or not size:
        return gen.slice(size) if size else slice(None)
    values = [gen.int(-size, size - 1) for _ in range(gen.int(1, 3))]
    return values if way == 4 else Arr(values=values, dtype=gen.pick(("int32", "int64")))


def _key(gen: Gen, of: tuple[int, ...], arrays: bool = True) -> Any:
    if not of:
        return gen.pick(((), Ellipsis, None))
    count = gen.int(1, len(of))
    key: list[Any] = []
    taken = 0
    for size in of[:count]:
        entry = _entry(gen, size, arrays and taken == 0)
        taken += isinstance(entry, (list, Arr))
        key.append(entry)
    if taken == 0:
        if gen.chance(0.2):
            key.insert(gen.int(0, len(key)), None)
        if gen.chance(0.2):
            key.append(Ellipsis)
    if len(key) == 1 and gen.chance(0.7):
        return key[0]
    return tuple(key)


def _basic(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 0, 4), n.dtype(gen, bools=0.05))
    return Call(".__getitem__", (x, _key(gen, x.shape, arrays=False)), grad=gen.chance(0.5), front="np")


def _advanced(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 4, empty=0))
    return Call(".__getitem__", (x, _key(gen, x.shape)), front="np")


def _pairs(gen: Gen) -> Call:
    """Several index arrays side by side."""
    x = n.array(gen, n.shape(gen, 2, 4, empty=0))
    count = gen.int(2, len(x.shape))
    length = gen.int(1, 3)
    key = []
    for size in x.shape[:count]:
        values = [gen.int(0, size - 1) for _ in range(length)]
        key.append(values if gen.chance(0.5) else Arr(values=values, dtype="int32"))
    return Call(".__getitem__", (x, tuple(key)), grad=(0,) if x.is_float and gen.chance(0.4) else False, front="np")


def _mask(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0))
    of = x.shape if gen.chance(0.6) else x.shape[: gen.int(1, len(x.shape))]
    mask = Arr(of, "bool", seed=gen.int(1, 400000))
    return Call(".__getitem__", (x, mask), grad=(0,) if x.is_float and gen.chance(0.5) else False, front="np")


def _value(gen: Gen, of: tuple[int, ...], kind: str) -> Any:
    if gen.chance(0.5):
        return gen.pick((1, 2.5, -3, 0)) if kind in n.FLOATS else gen.int(0, 9)
    return n.array(gen, n.like(gen, of), kind)


def _target(x: Arr, key: Any) -> tuple[int, ...]:
    return tuple(np.zeros(x.shape)[key].shape)


def _set_basic(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 0, 4), layout="plain")
    key = _key(gen, x.shape, arrays=False)
    return Call(".__setitem__", (x, key, _value(gen, _target(x, key), x.dtype)), mutates=True, front="np")


def _set_list(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0), layout="plain")
    values = gen.random.sample(range(x.shape[0]), gen.int(1, x.shape[0]))
    key: Any = values if gen.chance(0.5) else Arr(values=values, dtype="int64")
    target = (len(values), *x.shape[1:])
    return Call(".__setitem__", (x, key, _value(gen, target, x.dtype)), mutates=True, front="np")


def _set_mask(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 1, 3, empty=0), layout="plain")
    mask = Arr(x.shape, "bool", seed=gen.int(1, 400000))
    return Call(".__setitem__", (x, mask, gen.int(0, 9)), mutates=True, front="np")


def _item(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 0, 3, empty=0), n.dtype(gen, bools=0.1))
    if all(side == 1 for side in x.shape) and gen.chance(0.7):
        return Call(gen.pick((".item", ".__float__", ".__int__", ".__bool__")), (x,), front="np")
    if gen.chance(0.5):
        return Call(".tolist", (x,), front="np")
    return Call(".item", (x, *[gen.int(0, side - 1) for side in x.shape]), front="np")


def _text(gen: Gen) -> Call:
    x = n.array(gen, n.shape(gen, 0, 3), gen.pick(("float32", "float64", "int32", "int64", "bool")))
    x = x.with_(low=-3, high=3)
    if x.is_float:
        x = Arr(values=np.round(x.numpy().astype("float64") * 4).tolist(), dtype=x.dtype) if 0 not in x.shape else x
    return Call(gen.pick((".__repr__", ".__str__")), (x,), front="np")


GENERATORS = {
    "basic": _basic,
    "advanced": _advanced,
    "pairs": _pairs,
    "mask": _mask,
    "set_basic": _set_basic,
    "set_list": _set_list,
    "set_mask": _set_mask,
    "item": _item,
    "text": _text,
}
