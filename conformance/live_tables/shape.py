"""Arrays of another shape with the same values: reshape, transpose, concat, split, slices, repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Call

if TYPE_CHECKING:
    from ..live import Gen


def _factor(gen: Gen, size: int) -> tuple[int, ...]:
    sides = []
    while size > 1 and len(sides) < 4 and gen.chance(0.8):  # the oracle's oneDNN path stops at six dimensions
        side = gen.pick([d for d in range(1, size + 1) if size % d == 0])
        sides.append(side)
        size //= side
    return (*sides, size)


def _size(shape: tuple[int, ...]) -> int:
    total = 1
    for side in shape:
        total *= side
    return total


def _reshape(gen: Gen) -> Call:
    x = gen.array()
    if gen.chance(0.5):
        target: list[int] = list(_factor(gen, _size(x.shape)))
        if gen.chance(0.5):
            target[gen.int(0, len(target) - 1)] = -1
    else:
        target, index = [], 0
        while index < len(x.shape):
            code = gen.pick((0, 0, -3, -4, -2, x.shape[index]))
            if code == -3 and index + 1 < len(x.shape):
                target.append(-3)
                index += 2
            elif code == -4:
                first = gen.pick([d for d in range(1, x.shape[index] + 1) if x.shape[index] % d == 0])
                pair = [first, x.shape[index] // first]
                if gen.chance(0.4):
                    pair[gen.int(0, 1)] = -1
                target += [-4, *pair]
                index += 1
            elif code == -2:
                target.append(-2)
                break
            else:
                target.append(0 if code == 0 else x.shape[index])
                index += 1
    kwargs: dict[str, Any] = {"shape": tuple(target)}
    path = "nd.reshape" if gen.chance(0.6) else ".reshape"
    return Call(path, (x,), kwargs, grad=True)


def _reshape_reverse(gen: Gen) -> Call:
    x = gen.array(gen.shape(2, 4))
    target: list[int] = [0] * len(x.shape)
    target[gen.int(0, len(target) - 1)] = -1
    return Call("nd.reshape", (x,), {"shape": tuple(target), "reverse": True}, grad=True)


def _transpose(gen: Gen) -> Call:
    x = gen.array()
    if gen.chance(0.2):
        return Call("nd.transpose", (x,), grad=True)
    axes = list(range(len(x.shape)))
    gen.random.shuffle(axes)
    return Call(gen.pick(("nd.transpose", ".transpose")), (x,), {"axes": tuple(axes)}, grad=True)


def _swapaxes(gen: Gen) -> Call:
    x = gen.array(gen.shape(2, 4))
    rank = len(x.shape)
    return Call("nd.swapaxes", (x,), {"dim1": gen.int(0, rank - 1), "dim2": gen.int(0, rank - 1)}, grad=True)


def _expand_dims(gen: Gen) -> Call:
    x = gen.array()
    return Call("nd.expand_dims", (x,), {"axis": gen.axis(len(x.shape) + 1)}, grad=True)


def _squeeze(gen: Gen) -> Call:
    x = gen.array(gen.shape(1, 4, 2))
    ones = [axis for axis, side in enumerate(x.shape) if side == 1]
    if len(ones) == len(x.shape) or gen.chance(0.3):
        return Call("nd.squeeze", (x,), grad=True)
    if ones and gen.chance(0.9):
        return Call("nd.squeeze", (x,), {"axis": gen.pick(ones)}, grad=True)
    return Call("nd.squeeze", (x,), {"axis": gen.axis(len(x.shape))}, grad=True)


def _flip(gen: Gen) -> Call:
    x = gen.array()
    return Call("nd.flip", (x,), {"axis": gen.int(0, len(x.shape) - 1)}, grad=True)


def _concat(gen: Gen) -> Call:
    shape, dtype = gen.shape(), gen.dtype()
    dim = gen.int(-len(shape), len(shape) - 1)
    shapes = []
    for _ in range(gen.int(1, 4)):
        one = list(shape)
        one[dim] = gen.int(1, 4)
        shapes.append(one)
    if gen.chance(0.03):
        shapes[-1] = list(gen.shape())
    return Call("nd.concat", tuple(gen.array(one, dtype) for one in shapes), {"dim": dim}, grad=True)


def _stack(gen: Gen) -> Call:
    shape, dtype = gen.shape(1, 3), gen.dtype()
    arrays = tuple(gen.array(shape, dtype) for _ in range(gen.int(1, 4)))
    return Call("nd.stack", arrays, {"axis": gen.axis(len(shape) + 1)}, grad=True)


def _split(gen: Gen) -> Call:
    shape = list(gen.shape())
    axis = gen.int(0, len(shape) - 1)
    parts = gen.int(1, 3)
    shape[axis] = parts * gen.int(1, 2) if gen.chance(0.95) else 5
    kwargs: dict[str, Any] = {"num_outputs": parts, "axis": axis}
    if shape[axis] == parts and gen.chance(0.5) and len(shape) > 1:
        kwargs["squeeze_axis"] = True
    return Call("nd.split", (gen.array(shape),), kwargs, grad=True)


def _slice(gen: Gen) -> Call:
    x = gen.array()
    cut = x.shape[: gen.int(1, len(x.shape))]
    parts = [gen.slice(side) for side in cut]
    kwargs: dict[str, Any] = {"begin": tuple(p.start for p in parts), "end": tuple(p.stop for p in parts)}
    if any(p.step is not None for p in parts):
        kwargs["step"] = tuple(p.step for p in parts)
    return Call("nd.slice", (x,), kwargs, grad=True)


def _slice_axis(gen: Gen) -> Call:
    x = gen.array()
    axis = gen.axis(len(x.shape))
    side = x.shape[axis] if -len(x.shape) <= axis < len(x.shape) else 2
    begin = gen.int(0, side - 1)
    end = gen.pick((None, gen.int(begin + 1, side)))
    if gen.chance(0.3):
        begin -= side
    return Call("nd.slice_axis", (x,), {"axis": axis, "begin": begin, "end": end}, grad=True)


def _slice_like(gen: Gen) -> Call:
    x = gen.array()
    like = gen.array([gen.int(1, side) for side in x.shape], x.dtype)
    kwargs = {} if gen.chance(0.5) else {"axes": (gen.axis(len(x.shape), 0),)}
    return Call("nd.slice_like", (x, like), kwargs, grad=(0,) if x.is_float else False)


def _tile(gen: Gen) -> Call:
    # MXNet goes wrong, or refuses, where more than five axes of the result come out of the repetition.
    reps = tuple(gen.int(1, 3) for _ in range(gen.int(1, 3)))
    return Call("nd.tile", (gen.array(gen.shape(1, 2, 3)),), {"reps": reps}, grad=True)


def _repeat(gen: Gen) -> Call:
    x = gen.array(gen.shape(1, 3))
    kwargs: dict[str, Any] = {"repeats": gen.int(1, 3)}
    if gen.chance(0.7):
        kwargs["axis"] = gen.axis(len(x.shape))
    return Call("nd.repeat", (x,), kwargs, grad=True)


def _pad(gen: Gen) -> Call:
    shape = tuple(gen.int(2, 4) for _ in range(gen.int(4, 5)))
    width: list[int] = [0, 0, 0, 0]
    for _ in shape[2:]:
        width += [gen.int(0, 1), gen.int(0, 1)]
    kwargs: dict[str, Any] = {"mode": gen.pick(("constant", "edge", "reflect")), "pad_width": tuple(width)}
    if kwargs["mode"] == "constant" and gen.chance(0.5):
        kwargs["constant_value"] = 2.5
    return Call("nd.pad", (gen.array(shape, gen.dtype(ints=False)),), kwargs, grad=True)


def _broadcast_to(gen: Gen) -> Call:
    shape = gen.shape()
    x = gen.array([1 if gen.chance(0.4) else side for side in shape])
    target = tuple(0 if x.shape[i] == side and gen.chance(0.2) else side for i, side in enumerate(shape))
    return Call("nd.broadcast_to", (x,), {"shape": target}, grad=True)


def _broadcast_axis(gen: Gen) -> Call:
    shape = list(gen.shape())
    axis = gen.int(0, len(shape) - 1)
    shape[axis] = 1
    return Call("nd.broadcast_axis", (gen.array(shape),), {"axis": axis, "size": gen.int(1, 4)}, grad=True)


def _broadcast_like(gen: Gen) -> Call:
    shape, dtype = gen.shape(), gen.dtype()
    x = gen.array([1 if gen.chance(0.4) else side for side in shape], dtype)
    return Call("nd.broadcast_like", (x, gen.array(shape, dtype)), grad=(0,) if x.is_float else False)


def _flatten(gen: Gen) -> Call:
    return Call("nd.flatten", (gen.array(),), grad=True)


def _diag(gen: Gen) -> Call:
    x = gen.array(gen.shape(1, 3))
    return Call("nd.diag", (x,), {"k": gen.int(-1, 1) if min(x.shape) > 1 or len(x.shape) == 1 else 0}, grad=True)


def _depth_space(gen: Gen) -> Call:
    n, c, h, w = gen.int(1, 2), gen.int(1, 2), gen.int(1, 2), gen.int(1, 2)
    if gen.chance(0.5):
        return Call("nd.depth_to_space", (gen.array((n, 4 * c, h, w)),), {"block_size": 2}, grad=True)
    return Call("nd.space_to_depth", (gen.array((n, c, 2 * h, 2 * w)),), {"block_size": 2}, grad=True)


def _split_v2(gen: Gen) -> Call:
    shape = gen.shape(1, 3)
    x = gen.array(shape)
    axis = gen.axis(len(shape))
    side = shape[axis] if -len(shape) <= axis < len(shape) else 2
    if gen.chance(0.4):
        kwargs: dict[str, Any] = {"indices": (), "sections": gen.int(1, side), "axis": axis}
    else:
        cuts = sorted({gen.int(1, side) for _ in range(gen.int(0, 2))} - {side})
        if gen.chance(0.05):
            cuts.append(side + 1)
        kwargs = {"indices": (0, *cuts), "axis": axis}
    if gen.chance(0.2):
        kwargs["squeeze_axis"] = True
    return Call("nd._internal._split_v2", (x,), kwargs, grad=True)


def _wide_slice(gen: Gen) -> Call:
    # Bounds far outside of the array. Not in float32: oneDNN fails where begin is before the start.
    x = gen.array(gen.shape(1, 3), gen.pick(("float64", "float16", "int32", "uint8")))
    cut = x.shape[: gen.int(1, len(x.shape))]
    kwargs = {name: tuple(gen.pick((None, gen.int(-2 * side, 2 * side))) for side in cut) for name in ("begin", "end")}
    kwargs["step"] = tuple(gen.pick((None, 1, 2, 3, -1, -2, -3)) for _ in cut)
    return Call("nd.slice", (x,), kwargs, grad=False)


def _slice_assign(gen: Gen) -> Call:
    x = gen.array(gen.shape(1, 3))
    cut = x.shape[: gen.int(1, len(x.shape))]
    parts = [gen.slice(side) for side in cut]
    kwargs: dict[str, Any] = {
        "begin": tuple(p.start for p in parts),
        "end": tuple(p.stop for p in parts),
        "step": tuple(p.step for p in parts),
    }
    if gen.chance(0.5):
        kwargs["scalar"] = gen.number()
        return Call("nd._internal._slice_assign_scalar", (x,), kwargs, grad=False)
    shape = [len(range(side)[part]) for side, part in zip(cut, parts)]  # noqa: B905
    values = gen.array([*shape, *x.shape[len(cut) :]], x.dtype)
    return Call("nd._internal._slice_assign", (x, values), kwargs, grad=False)


def _reshape_like(gen: Gen) -> Call:
    left = gen.shape(1, 3)
    begin = gen.int(0, len(left) - 1)
    end = gen.int(begin + 1, len(left))
    middle = _factor(gen, _size(left[begin:end]))
    front, back = gen.shape(0, 1), gen.shape(0, 1)
    x, like = gen.array(left), gen.array((*front, *middle, *back), "float32", layout="plain")
    bounds = {
        "lhs_begin": gen.pick((begin, begin - len(left))),
        "lhs_end": None if end == len(left) else gen.pick((end, end - len(left))),
        "rhs_begin": len(front),
        "rhs_end": len(front) + len(middle),
    }
    return Call("nd.reshape_like", (x, like), bounds, grad=x.is_float)


def _target_shape(gen: Gen) -> Call:
    x = gen.array()
    target = list(_factor(gen, _size(x.shape)))
    if gen.chance(0.6):
        target[gen.int(0, len(target) - 1)] = 0
    return Call("nd.Reshape", (x,), {"target_shape": tuple(target)}, grad=True)


def _stack_other(gen: Gen) -> Call:
    shape, dtype = gen.shape(1, 3), gen.dtype()
    arrays = [gen.array(shape, dtype)] + [gen.array(_factor(gen, _size(shape)), dtype) for _ in range(gen.int(1, 2))]
    return Call("nd.stack", tuple(arrays), {"axis": gen.axis(len(shape) + 1)}, grad=True)


def _squeeze_axes(gen: Gen) -> Call:
    x = gen.array([1 if gen.chance(0.6) else gen.int(1, 3) for _ in range(gen.int(1, 4))])
    rank = len(x.shape)
    ones = [axis for axis, side in enumerate(x.shape) if side == 1]
    chosen = gen.random.sample(ones, gen.int(0, len(ones)))
    axes = tuple(axis - rank if gen.chance(0.4) else axis for axis in chosen)
    return Call("nd.squeeze", (x,), {"axis": axes}, grad=True)


def _flip_axes(gen: Gen) -> Call:
    x = gen.array()
    axes = tuple(gen.int(0, len(x.shape) - 1) for _ in range(gen.int(0, 4)))
    return Call("nd.reverse", (x,), {"axis": axes}, grad=True)


def _crop(gen: Gen) -> Call:
    x = gen.array((gen.int(1, 2), gen.int(1, 2), gen.int(1, 5), gen.int(1, 5)), "float32")
    size = tuple(gen.int(1, side) for side in x.shape[2:])
    kwargs: dict[str, Any] = {}
    if gen.chance(0.4):
        kwargs["center_crop"] = True
    elif gen.chance(0.7):
        kwargs["offset"] = tuple(gen.int(0, have - want) for have, want in zip(x.shape[2:], size))  # noqa: B905
    if gen.chance(0.5):
        return Call("nd.Crop", (x, gen.array((1, 1, *size), "float32")), dict(kwargs, num_args=2), grad=True)
    return Call("nd.Crop", (x,), dict(kwargs, num_args=1, h_w=size), grad=True)


def _columns(gen: Gen) -> Call:
    size = (gen.int(2, 6), gen.int(2, 6))
    kernel = tuple(gen.int(1, 2) for _ in size)
    kwargs: dict[str, Any] = {"kernel": kernel}
    stride, dilate, pad = (1, 1), (1, 1), (0, 0)
    if gen.chance(0.5):
        kwargs["stride"] = stride = (gen.int(1, 3), gen.int(1, 3))
    if gen.chance(0.4):
        kwargs["pad"] = pad = (gen.int(0, 2), gen.int(0, 2))
    if gen.chance(0.4) and min(size) > 2:
        kwargs["dilate"] = dilate = (gen.int(1, 2), gen.int(1, 2))
    dtype = gen.dtype(ints=False)
    if gen.chance(0.5):
        return Call("nd.im2col", (gen.array((gen.int(1, 2), gen.int(1, 2), *size), dtype),), kwargs, grad=True)
    places = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, p, d, k, s in zip(size, pad, dilate, kernel, stride)]  # noqa: B905
    channels = gen.int(1, 2) * kernel[0] * kernel[1]
    x = gen.array((gen.int(1, 2), channels, places[0] * places[1]), dtype)
    return Call("nd.col2im", (x,), dict(kwargs, output_size=size), grad=True)


def _rnn_parameters(gen: Gen) -> Call:
    dtype = gen.dtype(ints=False)
    arrays = tuple(gen.array((gen.int(1, 5),), dtype) for _ in range(gen.int(1, 4)))
    return Call("nd._internal._rnn_param_concat", arrays, {"dim": 0}, grad=True)


def _diag_axes(gen: Gen) -> Call:
    x = gen.array(gen.shape(2, 4))
    rank = len(x.shape)
    first, second = gen.axis(rank), gen.axis(rank)
    return Call("nd.diag", (x,), {"k": gen.int(-2, 2), "axis1": first, "axis2": second}, grad=True)


GENERATORS = {
    "reshape": _reshape,
    "reshape_reverse": _reshape_reverse,
    "transpose": _transpose,
    "swapaxes": _swapaxes,
    "expand_dims": _expand_dims,
    "squeeze": _squeeze,
    "flip": _flip,
    "concat": _concat,
    "stack": _stack,
    "split": _split,
    "slice": _slice,
    "slice_axis": _slice_axis,
    "slice_like": _slice_like,
    "tile": _tile,
    "repeat": _repeat,
    "pad": _pad,
    "broadcast_to": _broadcast_to,
    "broadcast_axis": _broadcast_axis,
    "broadcast_like": _broadcast_like,
    "flatten": _flatten,
    "diag": _diag,
    "depth_space": _depth_space,
    "split_v2": _split_v2,
    "wide_slice": _wide_slice,
    "slice_assign": _slice_assign,
    "reshape_like": _reshape_like,
    "target_shape": _target_shape,
    "stack_other": _stack_other,
    "squeeze_axes": _squeeze_axes,
    "flip_axes": _flip_axes,
    "crop": _crop,
    "columns": _columns,
    "rnn_parameters": _rnn_parameters,
    "diag_axes": _diag_axes,
}
