"""`mx.np`: shapes, joining, splitting, inserting, choosing, padding, also as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen, Generator


def _made(gen: Gen, low: int = 0, high: int = 3, empty: float = 0.05, bools: float = 0.04) -> Arr:
    return n.array(gen, n.shape(gen, low, high, empty=empty), n.dtype(gen, bools=bools))


def _either(gen: Gen, name: str, args: tuple[Any, ...], **kwargs: Any) -> Call:
    """The function or the method."""
    grad = gen.chance(0.6)
    if gen.chance(0.3):
        return Call("." + name, args, kwargs, grad=grad, front="np")
    return Call("np." + name, args, kwargs, grad=grad)


def _reshape(gen: Gen) -> Call:
    x = _made(gen)
    count = 1
    for side in x.shape:
        count *= side
    parts: list[int] = []
    left = count
    while left > 1 and gen.chance(0.7):
        side = gen.pick([k for k in range(1, left + 1) if left % k == 0])
        parts.append(side)
        left //= side
    if left != 1 or not parts:
        parts.append(left)
    if count == 1 and gen.chance(0.3):
        parts = []
    if parts and count and gen.chance(0.3):
        parts[gen.int(0, len(parts) - 1)] = -1
    if gen.chance(0.03):
        parts.append(3)
    return _either(gen, "reshape", (x, tuple(parts)))


def _npx_reshape(gen: Gen) -> Call:
    x = _made(gen, 1, 3, empty=0)
    rank = len(x.shape)
    codes: tuple[int, ...] = gen.pick(
        ((-2,) * rank, (-1,), (-4,), (-5, -4) if rank > 1 else (-1,), (-2, -4), (-6, 1, -1, -4), (-6, -1, 1, -4))
    )
    if rank > 1 and x.shape[0] == 1 and gen.chance(0.5):
        codes = (-3, -4)
    return Call("npx.reshape", (x, codes), {"reverse": True} if gen.chance(0.1) else {}, grad=gen.chance(0.5))


def _simple(name: str, low: int = 0, bools: float = 0.0) -> Generator:
    def make(gen: Gen) -> Call:
        return Call("np." + name, (_made(gen, low, bools=bools),), grad=gen.chance(0.6))

    return make


def _ravel(gen: Gen) -> Call:
    if gen.chance(0.3):
        return Call(".flatten", (_made(gen),), grad=gen.chance(0.5), front="np")
    return Call("np.ravel", (_made(gen),), grad=gen.chance(0.5))


def _transpose(gen: Gen) -> Call:
    x = _made(gen, 0, 4, bools=0)
    order = gen.random.sample(range(len(x.shape)), len(x.shape))
    order = [k - len(order) if gen.chance(0.2) else k for k in order]
    axes = gen.pick((None, tuple(order)))
    return _either(gen, "transpose", (x, axes))


def _swapaxes(gen: Gen) -> Call:
    x = _made(gen, 1, 4, bools=0)
    rank = len(x.shape)
    return _either(gen, "swapaxes", (x, n.axis(gen, rank), n.axis(gen, rank)))


def _moveaxis(gen: Gen) -> Call:
    x = _made(gen, 1, 4, bools=0)
    rank = len(x.shape)
    if gen.chance(0.5):
        return Call("np.moveaxis", (x, n.axis(gen, rank), n.axis(gen, rank)), grad=gen.chance(0.5))
    count = gen.int(1, rank)
    pair = tuple(tuple(gen.random.sample(range(rank), count)) for _ in range(2))
    return Call("np.moveaxis", (x, *pair), grad=gen.chance(0.5))


def _expand_dims(gen: Gen) -> Call:
    x = _made(gen)
    return Call("np.expand_dims", (x, n.axis(gen, len(x.shape) + 1)), grad=gen.chance(0.5))


def _squeeze(gen: Gen) -> Call:
    of = tuple(gen.pick((1, 1, 2, 3)) for _ in range(gen.int(0, 4)))
    x = n.array(gen, of)
    ones = [k for k, side in enumerate(of) if side == 1]
    axis = gen.pick((None, gen.pick(ones) if ones else None, tuple(ones) or None))
    if gen.chance(0.05) and of:
        axis = n.axis(gen, len(of))
    return _either(gen, "squeeze", (x, axis))


def _broadcast_to(gen: Gen) -> Call:
    target = n.shape(gen, 0, 4)
    x = n.array(gen, n.like(gen, target))
    return _either(gen, "broadcast_to", (x, target))


def _broadcast_arrays(gen: Gen) -> Call:
    target = n.shape(gen, 0, 3, empty=0)
    return Call("np.broadcast_arrays", tuple(n.array(gen, n.like(gen, target)) for _ in range(gen.int(1, 3))))


def _meshgrid(gen: Gen) -> Call:
    arrays = tuple(n.array(gen, (gen.int(1, 3),), "float32") for _ in range(gen.int(1, 3)))
    kwargs = {"indexing": gen.pick(("xy", "ij"))} if gen.chance(0.6) else {}
    return Call("np.meshgrid", arrays, kwargs)


def _joined(name: str, least: int) -> Generator:
    axis = name in ("concatenate", "stack")

    def make(gen: Gen) -> Call:
        kind = n.dtype(gen)
        of = n.shape(gen, least, 3, empty=0.03)
        rank = len(of)
        at = n.axis(gen, rank + (name == "stack"))
        arrays = []
        for _ in range(gen.int(1, 4)):
            other = list(of)
            if name == "concatenate" and -rank <= at < rank:
                other[at] = gen.int(0 if gen.chance(0.1) else 1, 3)
            arrays.append(n.array(gen, other, kind))
        kwargs: dict[str, Any] = {"axis": at} if axis and gen.chance(0.8) else {}
        if axis and not kwargs and name == "concatenate":
            arrays = [a.with_(shape=of, values=None) for a in arrays]
        return Call("np." + name, (tuple(arrays) if gen.chance(0.5) else arrays,), kwargs, grad=gen.chance(0.5))

    return make


def _split(name: str) -> Generator:
    fixed = {"hsplit": 1, "vsplit": 0, "dsplit": 2}.get(name)

    def make(gen: Gen) -> Call:
        of = n.shape(gen, 1 if fixed is None else fixed + 1, 3, size=6, empty=0)
        x = n.array(gen, of)
        at = n.axis(gen, len(of), wrong=0) if fixed is None else fixed
        if name == "hsplit" and len(of) == 1:
            at = 0
        size = of[at]
        parts: Any = gen.pick([k for k in range(1, size + 1) if size % k == 0])
        if name == "array_split" or gen.chance(0.03):
            parts = gen.int(1, size + 1)
        if gen.chance(0.4):
            parts = tuple(sorted(gen.int(0, size) for _ in range(gen.int(1, 3))))
        args = (x, parts) if fixed is not None else (x, parts, at)
        return Call("np." + name, args, grad=gen.chance(0.5))

    return make


def _append(gen: Gen) -> Call:
    of = n.shape(gen, 1, 3, empty=0)
    kind = n.dtype(gen)
    if gen.chance(0.4):
        return Call("np.append", (n.array(gen, of, kind), n.array(gen, n.shape(gen, 1), kind)), grad=gen.chance(0.5))
    at = n.axis(gen, len(of), wrong=0)
    other = list(of)
    other[at] = gen.int(1, 3)
    return Call("np.append", (n.array(gen, of, kind), n.array(gen, other, kind), at), grad=gen.chance(0.5))


def _insert(gen: Gen) -> Call:
    of = n.shape(gen, 1, 3, empty=0)
    kind = gen.pick(("float32", "float64", "int32", "int64"))
    x = n.array(gen, of, kind)
    at = n.axis(gen, len(of), wrong=0) if len(of) > 1 or gen.chance(0.5) else None
    size = of[at] if at is not None else of[0]
    places = [gen.int(-size, size) for _ in range(gen.int(1, 3))]
    way = gen.int(0, 2)
    if way == 0:
        obj: Any = places[0]
        value: Any = n.array(gen, (1,) * gen.int(0, 1), kind)
    elif way == 1:
        obj = Arr(values=places, dtype="int64")
        value = n.array(gen, (1,), kind)
    else:
        obj = slice(0, size)
        value = n.array(gen, (1,), kind)
    return Call("np.insert", (x, obj, value), {} if at is None else {"axis": at})


def _delete(gen: Gen) -> Call:
    of = n.shape(gen, 1, 3, empty=0)
    x = n.array(gen, of, gen.pick(("float32", "float64", "int32", "int64")))
    at = n.axis(gen, len(of), wrong=0) if len(of) > 1 or gen.chance(0.5) else None
    size = of[at] if at is not None else of[0]
    obj: Any = gen.int(-size, size - 1)
    if gen.chance(0.3):
        obj = slice(gen.int(0, size - 1), size, gen.int(1, 2))
    elif gen.chance(0.4):
        obj = Arr(values=[gen.int(0, size - 1) for _ in range(gen.int(1, 2))], dtype="int64")
    return Call("np.delete", (x, obj), {} if at is None else {"axis": at})


def _repeat(gen: Gen) -> Call:
    x = _made(gen, 0, 3, bools=0)
    axis = None if gen.chance(0.4) or not x.shape else n.axis(gen, len(x.shape), wrong=0)
    repeats: Any = gen.int(0 if gen.chance(0.1) else 1, 3)
    return _either(gen, "repeat", (x, repeats), axis=axis)


def _tile(gen: Gen) -> Call:
    x = _made(gen, 0, 3, bools=0)
    reps: Any = gen.int(1, 3)
    if gen.chance(0.6):
        reps = tuple(gen.int(0 if gen.chance(0.05) else 1, 3) for _ in range(gen.int(1, 3)))
    few = len(x.shape) < 3 and (isinstance(reps, int) or len(reps) < 3)  # for more axes MXNet has no gradient
    return Call("np.tile", (x, reps), grad=few and gen.chance(0.5))


def _roll(gen: Gen) -> Call:
    x = _made(gen, 1, 3, bools=0)
    if gen.chance(0.3):
        return Call("np.roll", (x, gen.int(-4, 4)), grad=gen.chance(0.5))
    if gen.chance(0.6):
        return Call("np.roll", (x, gen.int(-4, 4), n.axis(gen, len(x.shape))), grad=gen.chance(0.5))
    axes = tuple(gen.random.sample(range(len(x.shape)), gen.int(1, len(x.shape))))
    return Call("np.roll", (x, tuple(gen.int(-3, 3) for _ in axes), axes), grad=gen.chance(0.5))


def _rot90(gen: Gen) -> Call:
    x = _made(gen, 2, 3, bools=0)
    axes = tuple(gen.random.sample(range(len(x.shape)), 2))
    return Call("np.rot90", (x, gen.int(-5, 5), axes))


def _flip(gen: Gen) -> Call:
    x = _made(gen, 0, 3, bools=0)
    axes = n.axes(gen, len(x.shape)) if x.shape else None
    if axes is not None:  # no negative ones in 1.9.1
        axes = axes % len(x.shape) if isinstance(axes, int) else tuple(k % len(x.shape) for k in axes)
    return Call("np.flip", (x, axes), grad=gen.chance(0.5))


def _pad(gen: Gen) -> Call:
    of = n.shape(gen, 2, 4, empty=0)  # with one axis MXNet fails now and then
    x = n.array(gen, of, n.dtype(gen))
    width: Any = tuple((gen.int(0, 2), gen.int(0, 2)) for _ in of)
    modes = ("constant", "constant", "edge", "reflect", "symmetric")
    mode = gen.pick((*modes, "maximum", "minimum"))
    if mode in ("reflect", "symmetric"):
        width = tuple((gen.int(0, max(side - 1, 0)), gen.int(0, max(side - 1, 0))) for side in of)
    kwargs: dict[str, Any] = {"mode": mode}
    if mode == "reflect" or (mode == "symmetric" and gen.chance(0.3)):
        kwargs["reflect_type"] = "even"
    return Call("np.pad", (x, width), kwargs, grad=gen.chance(0.5) and mode == "constant")


def _take(gen: Gen) -> Call:
    of = n.shape(gen, 1, 3, empty=0)
    x = n.array(gen, of)
    axis = None if gen.chance(0.3) else n.axis(gen, len(of), wrong=0)
    size = 1
    for side in of if axis is None else (of[axis],):
        size *= side
    mode = gen.pick(("clip", "wrap"))
    values = [gen.int(-2 * size, 2 * size) for _ in range(gen.int(1, 4))]
    index = Arr(values=values, dtype=gen.pick(("int32", "int64")))
    if gen.chance(0.2):
        index = Arr(values=gen.int(0, size - 1), dtype="int64")
    return _either(gen, "take", (x, index), axis=axis, mode=mode)


def _where(gen: Gen) -> Call:
    of = n.shape(gen, empty=0)  # of nothing MXNet divides by zero and dies
    flags = n.array(gen, n.like(gen, of), gen.pick(("bool", "bool", "float32", "int32")), low=0, high=1.4)
    if gen.chance(0.05):
        return Call("np.where", (flags,))
    kind = n.dtype(gen)
    x, y = n.array(gen, n.like(gen, of), kind), n.array(gen, n.like(gen, of), kind)
    if gen.chance(0.2):
        return Call("np.where", (flags, x, gen.pick((1, 2.5, 0))))
    if gen.chance(0.2):
        return Call("np.where", (flags, gen.pick((1, 2.5, 0)), y))
    return Call("np.where", (flags, x, y), grad=(1, 2) if x.is_float and flags.dtype == "float32" else False)


def _diag(gen: Gen) -> Call:
    name = gen.pick(("diag", "diagflat", "diagonal"))
    low, high = {"diag": (1, 2), "diagflat": (1, 3), "diagonal": (2, 4)}[name]
    x = _made(gen, low, high, empty=0, bools=0)
    if name != "diagonal":
        return Call("np." + name, (x, gen.int(-2, 2)), grad=gen.chance(0.5))
    kwargs: dict[str, Any] = {"offset": gen.int(-1, 1)} if gen.chance(0.5) else {}
    if gen.chance(0.5):
        kwargs["axis1"], kwargs["axis2"] = gen.random.sample(range(len(x.shape)), 2)
    return Call("np.diagonal", (x,), kwargs, grad=gen.chance(0.5))


def _tril(gen: Gen) -> Call:
    return Call("np.tril", (_made(gen, 1, 4, empty=0, bools=0), gen.int(-2, 3)), grad=gen.chance(0.5))


def _atleast(gen: Gen) -> Call:
    kind = n.dtype(gen)
    return Call(f"np.atleast_{gen.int(1, 3)}d", tuple(n.array(gen, None, kind) for _ in range(gen.int(1, 2))))


def _resize(gen: Gen) -> Call:
    return Call("np.resize", (_made(gen, 1, 3, empty=0, bools=0), n.shape(gen, 1, 3, empty=0)))


def _unravel(gen: Gen) -> Call:
    of = n.shape(gen, 1, 3, empty=0)
    count = 1
    for side in of:
        count *= side
    flat = n.array(gen, n.shape(gen, 1, 2, empty=0), gen.pick(n.INTS), low=0, high=count - 1)
    return Call("np.unravel_index", (flat, of))


def _indices_from(gen: Gen) -> Call:
    side = gen.int(1, 3)
    return Call("np.diag_indices_from", (n.array(gen, (side,) * gen.int(2, 3)),))


def _shape(gen: Gen) -> Call:
    return Call("np.shape", (_made(gen),))


GENERATORS = {name: _joined(name, least) for name, least in {
    "concatenate": 1, "stack": 0, "vstack": 0, "hstack": 0, "dstack": 0, "column_stack": 1, "row_stack": 0,
}.items()}  # fmt: skip
GENERATORS.update({name: _split(name) for name in ("split", "array_split", "hsplit", "vsplit", "dsplit")})
GENERATORS.update(
    {
        "reshape": _reshape,
        "npx_reshape": _npx_reshape,
        "copy": _simple("copy", bools=0.05),
        "fliplr": _simple("fliplr", 2),
        "flipud": _simple("flipud", 1),
        "zeros_like": _simple("zeros_like", bools=0.05),
        "ones_like": _simple("ones_like", bools=0.05),
        "ravel": _ravel,
        "transpose": _transpose,
        "swapaxes": _swapaxes,
        "moveaxis": _moveaxis,
        "expand_dims": _expand_dims,
        "squeeze": _squeeze,
        "broadcast_to": _broadcast_to,
        "broadcast_arrays": _broadcast_arrays,
        "meshgrid": _meshgrid,
        "append": _append,
        "insert": _insert,
        "delete": _delete,
        "repeat": _repeat,
        "tile": _tile,
        "roll": _roll,
        "rot90": _rot90,
        "flip": _flip,
        "pad": _pad,
        "take": _take,
        "where": _where,
        "diag": _diag,
        "tril": _tril,
        "atleast": _atleast,
        "resize": _resize,
        "unravel_index": _unravel,
        "diag_indices_from": _indices_from,
        "shape": _shape,
    }
)
