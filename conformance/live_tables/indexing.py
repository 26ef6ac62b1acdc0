"""Parts of arrays: Python's brackets, take, pick, gather_nd, one_hot, and ordering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..calls import Arr, Call

if TYPE_CHECKING:
    from ..live import Gen, Generator


def _basic(gen: Gen, shape: tuple[int, ...]) -> Any:
    parts: list[Any] = []
    for side in shape[: gen.int(1, len(shape))]:
        parts.append(gen.int(-side, side - 1) if gen.chance(0.4) else gen.slice(side))
    if gen.chance(0.15):
        parts.insert(gen.int(0, len(parts)), None)
    if gen.chance(0.15):
        parts.insert(gen.int(0, len(parts)), Ellipsis)
        if parts[-1] is not Ellipsis:
            parts = parts[: parts.index(Ellipsis) + 1]
    if gen.chance(0.02):
        parts[0] = shape[0] + 3
    return parts[0] if len(parts) == 1 and gen.chance(0.7) else tuple(parts)


def _positions(gen: Gen, side: int, shape: tuple[int, ...]) -> Any:
    values = np.array([gen.int(0, side - 1) for _ in range(int(np.prod(shape)))]).reshape(shape)
    form = gen.int(0, 3)
    if form == 0:
        return values.tolist()
    if form == 1:
        return values
    return Arr(values=values.tolist(), dtype=gen.pick(("int32", "int64", "float32")))


def _advanced(gen: Gen, shape: tuple[int, ...]) -> Any:
    common = gen.shape(1, 2, 3)
    parts: list[Any] = []
    for side in shape[: gen.int(1, len(shape))]:
        kind = gen.int(0, 3)
        if kind == 0:
            parts.append(gen.slice(side))
        elif kind == 1:
            parts.append(gen.int(0, side - 1))
        else:
            parts.append(_positions(gen, side, common if gen.chance(0.8) else (1,)))
    if not any(isinstance(part, (list, np.ndarray, Arr)) for part in parts):
        parts[0] = _positions(gen, shape[0], common)
    return parts[0] if len(parts) == 1 and gen.chance(0.7) else tuple(parts)


def _wild(gen: Gen, shape: tuple[int, ...]) -> Any:
    """Any mixture of integers, slices with every step, index arrays, None and Ellipsis."""
    common = gen.shape(1, 2, 3)
    parts: list[Any] = []
    for side in shape[: gen.int(1, len(shape))]:
        kind = gen.int(0, 4)
        if kind < 2:
            parts.append(gen.slice(side))
        elif kind == 2:
            parts.append(gen.int(0, side - 1))
        else:
            cut = common[gen.int(0, len(common) - 1) :] if gen.chance(0.3) else common
            parts.append(_positions(gen, side, tuple(1 if gen.chance(0.2) else n for n in cut)))
    for _ in range(gen.pick((0, 0, 1, 1, 2))):
        parts.insert(gen.int(0, len(parts)), None)
    if gen.chance(0.2):
        parts.append(Ellipsis)
    if gen.chance(0.02):
        parts.append(gen.pick((0, [0], slice(None), "text", 1.5)))
    if gen.chance(0.05):
        parts.insert(0, gen.chance(0.5))
    return tuple(parts)


def _get_wild(gen: Gen) -> Call:
    x = gen.array()
    return Call(".__getitem__", (x, _wild(gen, x.shape)), grad=(0,) if x.is_float else False)


def _set_wild(gen: Gen) -> Call:
    x = gen.array()
    value = gen.pick((gen.int(0, 5), gen.int(0, 99) / 8, [gen.int(0, 5)], np.array(gen.int(0, 9)), True))
    return Call(".__setitem__", (x, _wild(gen, x.shape), value), mutates=True)


def _set_wild_array(gen: Gen) -> Call:
    """Values of about the right shape: that of the item under NumPy, stretched, cut or with axes of size one."""
    x = gen.array()
    index = _wild(gen, x.shape)
    plain = tuple(part.numpy().astype("int64") if isinstance(part, Arr) else part for part in index)
    try:
        shape = np.empty(x.shape)[plain].shape
    except (IndexError, TypeError):
        shape = (2,)
    if 0 in shape:
        return Call(".__setitem__", (x, index, 4), mutates=True)
    shape = gen.like(shape) if shape else (1,)
    if gen.chance(0.3):
        shape = (1,) * gen.int(1, 2) + shape
    value: Any = gen.array(shape, gen.dtype(), low=0)
    if len(shape) > 6:  # more than the oracle transposes
        value = value.with_(layout="plain")
    form = gen.int(0, 3)
    if form < 2:
        value = value.numpy() if form else value.numpy().tolist()
    return Call(".__setitem__", (x, index, value), mutates=True)


def _get(gen: Gen) -> Call:
    x = gen.array()
    return Call(".__getitem__", (x, _basic(gen, x.shape)), grad=(0,) if x.is_float else False)


def _get_advanced(gen: Gen) -> Call:
    x = gen.array()
    return Call(".__getitem__", (x, _advanced(gen, x.shape)), grad=(0,) if x.is_float else False)


def _set(gen: Gen) -> Call:
    x = gen.array()
    return Call(".__setitem__", (x, _basic(gen, x.shape), gen.int(0, 5)), mutates=True)


def _set_advanced(gen: Gen) -> Call:
    x = gen.array()
    return Call(".__setitem__", (x, _advanced(gen, x.shape), gen.int(0, 5)), mutates=True)


def _set_array(gen: Gen) -> Call:
    x = gen.array()
    index = _basic(gen, x.shape)
    try:
        shape = np.empty(x.shape)[index].shape
    except IndexError:
        shape = (2,)
    if not shape or 0 in shape:
        return Call(".__setitem__", (x, index, 4), mutates=True)
    value: Any = gen.array(gen.like(shape), gen.dtype(), low=0)
    if gen.chance(0.3):
        value = value.numpy()
    return Call(".__setitem__", (x, index, value), mutates=True)


def _take(gen: Gen) -> Call:
    x = gen.array()
    axis = gen.axis(len(x.shape))
    low, high = (0, 0) if axis not in range(-len(x.shape), len(x.shape)) else (0, x.shape[axis] - 1)
    if gen.chance(0.2):
        low, high = -2, high + 3
    indices = gen.array(gen.shape(1, 2, 3), gen.pick(("int32", "float32", "int64")), low=low, high=high + 0.4)
    kwargs: dict[str, Any] = {"axis": axis}
    if gen.chance(0.5):
        kwargs["mode"] = gen.pick(("clip", "wrap"))
    return Call("nd.take", (x, indices), kwargs, grad=(0,) if x.is_float else False)


def _pick(gen: Gen) -> Call:
    x = gen.array()
    axis = gen.axis(len(x.shape), 0)
    shape = [side for number, side in enumerate(x.shape) if number != axis % len(x.shape)]
    keep = gen.chance(0.4)
    if not shape:
        shape, keep = [1], True
    indices = gen.array(shape, gen.pick(("int32", "float32")), low=0, high=x.shape[axis] - 0.6)
    kwargs: dict[str, Any] = {"axis": axis, "keepdims": keep}
    return Call("nd.pick", (x, indices), kwargs, grad=(0,) if x.is_float else False)


def _one_hot(gen: Gen) -> Call:
    indices = gen.array(gen.shape(1, 3), gen.pick(("int32", "float32", "int64", "uint8")), low=-1, high=4.4)
    kwargs: dict[str, Any] = {"depth": gen.int(1, 5)}
    if gen.chance(0.4):
        kwargs.update(on_value=gen.int(1, 5), off_value=gen.int(-2, 0))
    if gen.chance(0.4):
        kwargs["dtype"] = gen.pick(("int32", "float64", "uint8", "float16"))
        if kwargs["dtype"] == "uint8":
            kwargs["off_value"] = 0
    return Call("nd.one_hot", (indices,), kwargs)


def _gather_nd(gen: Gen) -> Call:
    x = gen.array(gen.shape(1, 3))
    depth = gen.int(1, len(x.shape))
    count = gen.int(1, 4)
    rows = [[gen.int(0, x.shape[axis] - 1) for _ in range(count)] for axis in range(depth)]
    indices = Arr(values=rows, dtype=gen.pick(("int32", "float32", "int64")))
    return Call("nd.gather_nd", (x, indices), grad=(0,) if x.is_float else False)


def _scatter_nd(gen: Gen) -> Call:
    shape = gen.shape(1, 3)
    cells = gen.random.sample(range(int(np.prod(shape))), gen.int(1, int(np.prod(shape))))
    rows = np.array(np.unravel_index(cells, shape)).tolist()
    data = gen.array((len(cells),))
    indices = Arr(values=rows, dtype="int32")
    return Call("nd.scatter_nd", (data, indices), {"shape": shape}, grad=(0,) if data.is_float else False)


def _batch_take(gen: Gen) -> Call:
    x = gen.array((gen.int(1, 4), gen.int(1, 4)))
    indices = gen.array((x.shape[0],), "int32", low=0, high=x.shape[1] - 1)
    return Call("nd.batch_take", (x, indices), grad=(0,) if x.is_float else False)


def _where(gen: Gen) -> Call:
    dtype = gen.dtype()
    x = gen.array(dtype=dtype)
    y = gen.array(x.shape if gen.chance(0.97) else gen.shape(), dtype)
    shape = x.shape if gen.chance(0.6) else (x.shape[0],)
    condition = gen.array(shape, gen.dtype(), low=-0.9, high=1.9)
    return Call("nd.where", (condition, x, y), grad=(1, 2) if x.is_float else False)


def _boolean_mask(gen: Gen) -> Call:
    x = gen.array()
    count = x.shape[0] + (1 if gen.chance(0.03) else 0)
    index = Arr(values=[gen.int(0, 1) for _ in range(count - 1)] + [1], dtype=gen.pick(("float32", "int32", "uint8")))
    return Call("nd.contrib.boolean_mask", (x, index), grad=(0,) if x.is_float else False)


def _index_copy(gen: Gen) -> Call:
    dtype = gen.dtype()
    x = gen.array(dtype=dtype)
    rows = gen.random.sample(range(x.shape[0]), gen.int(1, x.shape[0]))
    index = Arr(values=rows, dtype=gen.pick(("int32", "int64", "float32")))
    new = gen.array((len(rows), *x.shape[1:]), dtype)
    return Call("nd.contrib.index_copy", (x, index, new), grad=(0, 2) if x.is_float else False)


def _index_array(gen: Gen) -> Call:
    x = gen.array()
    kwargs: dict[str, Any] = {}
    if gen.chance(0.6):
        kwargs["axes"] = tuple(gen.axis(len(x.shape), 0) for _ in range(gen.int(1, 3)))
    return Call("nd.contrib.index_array", (x,), kwargs)


def _ravel(gen: Gen) -> Call:
    shape = gen.shape(1, 3, 6)
    points = gen.array(
        (len(shape), gen.int(1, 4)), gen.pick(("float32", "int32", "int64")), low=0, high=5, layout="plain"
    )
    return Call("nd.ravel_multi_index", (points,), {"shape": (-1, *shape[1:]) if gen.chance(0.3) else shape})


def _unravel(gen: Gen) -> Call:
    shape = gen.shape(1, 3, 6)
    flat = gen.array((gen.int(1, 5),), gen.pick(("float32", "int32", "int64", "uint8")), low=0, high=99)
    return Call("nd.unravel_index", (flat,), {"shape": (-1, *shape[1:]) if gen.chance(0.3) else shape})


def _embedding(gen: Gen) -> Call:
    rows, width = gen.int(1, 5), gen.int(1, 4)
    data = gen.array(gen.shape(1, 3, 3), gen.pick(("float32", "int32", "int64", "uint8")), low=-2, high=rows + 1)
    weight = gen.array((rows, width), gen.pick(("float32", "float64", "float16")))
    wrong = 1 if gen.chance(0.03) else 0
    kwargs = {"input_dim": rows + wrong, "output_dim": width}
    return Call("nd.Embedding", (data, weight), kwargs, grad=(1,))


def _sequence(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        x = gen.array((gen.int(1, 4), gen.int(1, 4), *gen.shape(0, 2, 3)))
        axis = 0 if op == "SequenceReverse" else gen.int(0, 1)
        use = gen.chance(0.8)
        kwargs: dict[str, Any] = {"use_sequence_length": use, "axis": axis}
        if op == "SequenceMask" and gen.chance(0.5):
            kwargs["value"] = gen.pick((-1, 2, 0.5))
            if x.dtype == "uint8":
                kwargs["value"] = 3
        args: tuple[Any, ...] = (x,)
        if use:
            count = x.shape[1 - axis] + (1 if gen.chance(0.02) else 0)
            args += (gen.array((count,), gen.pick(("float32", "int32", "int64")), low=1, high=x.shape[axis]),)
        grad = x.is_float and (use or op != "SequenceLast")
        return Call("nd." + op, args, kwargs, grad=(0,) if grad else False)

    return make


def _ordered(gen: Gen) -> Arr:
    return gen.array(dtype=gen.pick(("float32", "float64", "int32")), unique=True)


def _sort(gen: Gen) -> Call:
    x = _ordered(gen)
    kwargs: dict[str, Any] = {"is_ascend": gen.chance(0.5)}
    kwargs["axis"] = None if gen.chance(0.15) else gen.axis(len(x.shape))
    return Call("nd.sort", (x,), kwargs, grad=(0,) if x.is_float else False)


def _argsort(gen: Gen) -> Call:
    x = _ordered(gen)
    kwargs: dict[str, Any] = {"is_ascend": gen.chance(0.5)}
    kwargs["axis"] = None if gen.chance(0.15) else gen.axis(len(x.shape))
    if gen.chance(0.3):
        kwargs["dtype"] = gen.pick(("int32", "float64", "int64"))
    return Call("nd.argsort", (x,), kwargs)


def _topk(gen: Gen) -> Call:
    x = _ordered(gen)
    axis = gen.axis(len(x.shape), 0)
    form = gen.pick(("value", "indices", "mask", "both"))
    kwargs: dict[str, Any] = {
        "axis": axis,
        "k": gen.int(1, x.shape[axis]),
        "ret_typ": form,
        "is_ascend": gen.chance(0.5),
    }
    grad = x.is_float and form == "value"
    return Call("nd.topk", (x,), kwargs, grad=(0,) if grad else False)


GENERATORS = {
    "get": _get,
    "get_advanced": _get_advanced,
    "set": _set,
    "set_advanced": _set_advanced,
    "set_array": _set_array,
    "get_wild": _get_wild,
    "set_wild": _set_wild,
    "set_wild_array": _set_wild_array,
    "take": _take,
    "pick": _pick,
    "one_hot": _one_hot,
    "gather_nd": _gather_nd,
    "scatter_nd": _scatter_nd,
    "batch_take": _batch_take,
    "where": _where,
    "boolean_mask": _boolean_mask,
    "index_copy": _index_copy,
    "index_array": _index_array,
    "ravel_multi_index": _ravel,
    "unravel_index": _unravel,
    "Embedding": _embedding,
    "SequenceMask": _sequence("SequenceMask"),
    "SequenceLast": _sequence("SequenceLast"),
    "SequenceReverse": _sequence("SequenceReverse"),
    "sort": _sort,
    "argsort": _argsort,
    "topk": _topk,
}
