"""Converters of ONNX operators that move numbers and change shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._graph import Step, converts, sym

_END = 2**31 - 1


@converts("Reshape")
def _reshape(step: Step) -> Any:
    return sym.reshape(step[0], shape=step.ints("shape", 1))


@converts("Flatten")
def _flatten(step: Step) -> Any:
    axis = int(step.attrs.get("axis", 1))
    if axis == 1:
        return sym.Flatten(step[0])
    if axis == 0:
        return sym.reshape(step[0], shape=(1, -1))
    shape = step.need_shape()
    return sym.reshape(step[0], shape=(int(np.prod(shape[: axis % len(shape)])), -1))


@converts("Squeeze")
def _squeeze(step: Step) -> Any:
    return sym.squeeze(step[0], axis=step.ints("axes", 1))


@converts("Unsqueeze")
def _unsqueeze(step: Step) -> Any:
    made, axes = step[0], step.ints("axes", 1) or ()
    if any(axis < 0 for axis in axes):
        axes = tuple(axis % (step.rank() + len(axes)) for axis in axes)
    for axis in sorted(axes):
        made = sym.expand_dims(made, axis=axis)
    return made


@converts("Transpose")
def _transpose(step: Step) -> Any:
    return sym.transpose(step[0], axes=tuple(step.attrs.get("perm", ())))


@converts("Concat")
def _concat(step: Step) -> Any:
    return sym.concat(*step.all, dim=int(step.attrs.get("axis", 1)))


@converts("Split")
def _split(step: Step) -> Any:
    sizes, axis, count = step.ints("split", 1), int(step.attrs.get("axis", 0)), len(step.outputs)
    if sizes is None or len(set(sizes)) == 1:
        shape = step.shape()
        if shape is None or shape[axis] % count == 0:
            made = sym.split(step[0], num_outputs=count, axis=axis)
            return [made[i] for i in range(count)]
        each = -(-shape[axis] // count)
        sizes = (each,) * (count - 1) + (shape[axis] - each * (count - 1),)
    ends = np.cumsum(sizes).tolist()
    return [
        sym.slice_axis(step[0], axis=axis, begin=end - size, end=end) for size, end in zip(sizes, ends, strict=True)
    ]


@converts("Slice")
def _slice(step: Step) -> Any:
    starts, ends = step.ints("starts", 1) or (), step.ints("ends", 2) or ()
    axes = step.ints("axes", 3) or tuple(range(len(starts)))
    steps = step.ints("steps", 4) or (1,) * len(starts)
    made = step[0]
    for axis, begin, end, by in zip(axes, starts, ends, steps, strict=True):
        length = (step.shape() or {axis: _END})[axis]
        if by == 1:
            begin, end = min(begin, length), _END if end >= length else end
            made = sym.slice_axis(made, axis=axis, begin=begin, end=None if end == _END else end)
            continue
        before = (None,) * (axis if axis >= 0 else axis + step.rank())
        first = None if by < 0 and begin >= _END else begin
        last = None if end >= _END or end <= -_END else end
        made = sym.slice(made, begin=(*before, first), end=(*before, last), step=(*(1 for _ in before), by))
    return made


@converts("Gather")
def _gather(step: Step) -> Any:
    axis, index = int(step.attrs.get("axis", 0)), step.known(1)
    if index is not None and index.ndim == 0:
        at = int(index)
        part = sym.slice_axis(step[0], axis=axis, begin=at, end=at + 1 if at != -1 else None)
        return sym.squeeze(part, axis=axis)
    return sym.take(step[0], step[1], axis=axis, mode="wrap")


@converts("GatherND")
def _gather_nd(step: Step) -> Any:
    if step.attrs.get("batch_dims"):
        raise step.unsupported("batch_dims")
    rank = step.rank(1)
    return sym.gather_nd(step[0], sym.transpose(step[1], axes=(rank - 1, *range(rank - 1))))


@converts("OneHot")
def _one_hot(step: Step) -> Any:
    if int(step.attrs.get("axis", -1)) not in (-1, step.rank()):
        raise step.unsupported("an axis that is not the last")
    off, on = step.constant(2).tolist()
    depth = int(step.constant(1).ravel()[0])
    index = step[0] + depth * (step[0] < 0)
    return sym.one_hot(index, depth=depth, on_value=float(on), off_value=float(off))


@converts("Expand")
def _expand(step: Step) -> Any:
    return sym.broadcast_mul(step[0], sym.ones(shape=step.ints("shape", 1)))


@converts("Tile")
def _tile(step: Step) -> Any:
    return sym.tile(step[0], reps=step.ints("repeats", 1))


@converts("DepthToSpace", "SpaceToDepth")
def _depth(step: Step) -> Any:
    block = int(step.attrs["blocksize"])
    if step.op == "SpaceToDepth":
        if bytes(step.attrs.get("mode", b"DCR")) != b"DCR":
            raise step.unsupported("mode CRD")
        return sym.space_to_depth(step[0], block_size=block)
    if bytes(step.attrs.get("mode", b"DCR")) == b"DCR":
        return sym.depth_to_space(step[0], block_size=block)
    n, c, h, w = step.need_shape()
    apart = sym.reshape(step[0], shape=(n, c // block**2, block, block, h, w))
    return sym.reshape(sym.transpose(apart, axes=(0, 1, 4, 2, 5, 3)), shape=(n, c // block**2, h * block, w * block))


@converts("Pad")
def _pad(step: Step) -> Any:
    pads = step.ints("pads", 1) or tuple(step.attrs.get("paddings", ()))
    mode = bytes(step.attrs.get("mode", b"constant")).decode()
    rank = len(pads) // 2
    if step.has(3):
        axes = step.ints("axes", 3) or ()
        whole = [0] * 2 * step.rank()
        for i, axis in enumerate(axes):
            whole[axis % step.rank()] = pads[i]
            whole[axis % step.rank() + step.rank()] = pads[i + rank]
        pads, rank = tuple(whole), step.rank()
    if any(n < 0 for n in pads) or mode not in ("constant", "reflect", "edge"):
        raise step.unsupported(f"mode {mode} and pads {pads}")
    value = step.number("value", 2, 0.0)
    return pad_axes(step[0], pads[:rank], pads[rank:], mode, value)


def pad_axes(data: Any, before: tuple[int, ...], after: tuple[int, ...], mode: str, value: float) -> Any:
    """Padding of any axes: of images by the operator for it, of others by joining."""
    if len(before) in (4, 5) and not any((*before[:2], *after[:2])):
        width = tuple(n for pair in zip(before, after, strict=True) for n in pair)
        return sym.Pad(data, mode=mode, pad_width=width, constant_value=value)
    for axis, (front, back) in enumerate(zip(before, after, strict=True)):
        parts = [data]
        if front:
            parts.insert(0, _border(data, axis, front, True, mode, value))
        if back:
            parts.append(_border(data, axis, back, False, mode, value))
        data = sym.concat(*parts, dim=axis) if len(parts) > 1 else data
    return data


def _border(data: Any, axis: int, count: int, front: bool, mode: str, value: float) -> Any:
    if mode == "reflect":
        begin, end = (1, count + 1) if front else (-count - 1, -1)
        return sym.flip(sym.slice_axis(data, axis=axis, begin=begin, end=end), axis=axis)
    edge = sym.slice_axis(data, axis=axis, begin=0 if front else -1, end=1 if front else None)
    if mode == "constant":
        edge = sym.zeros_like(edge) + value
    return sym.repeat(edge, repeats=count, axis=axis)
