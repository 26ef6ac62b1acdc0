"""Converters of operators that move values about."""

from __future__ import annotations

import numpy as np
import torch

from ._graph import Call, converts

_END = 2**31 - 1


@converts("Flatten")
def _flatten(call: Call) -> None:
    call.emit("Flatten", call.inputs, call.out, axis=1)


@converts("Reshape", "reshape_like")
def _reshape(call: Call) -> None:
    wanted = list(call.attrs.get("shape") or ())
    # the codes 0 and -1 mean the same in ONNX, and keep a changing batch size; of the others the result is written
    simple = call.op == "Reshape" and wanted and all(n >= -1 for n in wanted) and not call.attrs["reverse"]
    call.emit("Reshape", [call.inputs[0], call.ints(*(wanted if simple else call.out_shape))], call.out)


@converts("transpose")
def _transpose(call: Call) -> None:
    call.emit("Transpose", call.inputs, call.out, perm=list(call.attrs["axes"]) or None)


@converts("SwapAxis")
def _swap(call: Call) -> None:
    perm = list(range(len(call.shapes[0])))
    a, b = call.attrs["dim1"], call.attrs["dim2"]
    perm[a], perm[b] = perm[b], perm[a]
    call.emit("Transpose", call.inputs, call.out, perm=perm)


@converts("expand_dims")
def _expand(call: Call) -> None:
    call.emit("Unsqueeze", [call.inputs[0], call.ints(call.attrs["axis"])], call.out)


@converts("squeeze")
def _squeeze(call: Call) -> None:
    axis = call.attrs["axis"]
    axes = [i for i, n in enumerate(call.shapes[0]) if n == 1] if axis is None else axis
    axes = [axes] if isinstance(axes, int) else list(axes)
    call.emit("Squeeze", [call.inputs[0], call.ints(*axes)], call.out)


@converts("Concat")
def _concat(call: Call) -> None:
    call.emit("Concat", call.inputs, call.out, axis=int(call.attrs["dim"]))


@converts("stack")
def _stack(call: Call) -> None:
    axis = int(call.attrs["axis"])
    parts = [call.emit("Unsqueeze", [x, call.ints(axis)]) for x in call.inputs]
    call.emit("Concat", parts, call.out, axis=axis)


def _cut(call: Call, begin: list[int], end: list[int], axes: list[int], steps: list[int] | None = None) -> None:
    given = [call.inputs[0], call.ints(*begin), call.ints(*end), call.ints(*axes)]
    if steps:
        given.append(call.ints(*steps))
    call.emit("Slice", given, call.out)


@converts("slice_axis")
def _slice_axis(call: Call) -> None:
    end = call.attrs["end"]
    _cut(call, [call.attrs["begin"]], [_END if end is None else end], [call.attrs["axis"]])


@converts("slice")
def _slice(call: Call) -> None:
    begin, end = list(call.attrs["begin"]), list(call.attrs["end"])
    steps = [step or 1 for step in (call.attrs["step"] or [1] * len(begin))]
    first = [b if b is not None else 0 if s > 0 else _END for b, s in zip(begin, steps, strict=True)]
    last = [e if e is not None else _END if s > 0 else -_END for e, s in zip(end, steps, strict=True)]
    _cut(call, first, last, list(range(len(begin))), steps)


@converts("slice_like")
def _slice_like(call: Call) -> None:
    rank = len(call.shapes[0])
    axes = [a % rank for a in call.attrs["axes"] or range(len(call.shapes[1]))]
    _cut(call, [0] * len(axes), [call.shapes[1][a] for a in axes], axes)


@converts("SliceChannel")
def _split(call: Call) -> None:
    axis = int(call.attrs["axis"])
    if not call.attrs["squeeze_axis"]:
        call.emit("Split", call.inputs, call.outputs, axis=axis)
        return
    parts = [call.fresh() for _ in call.outputs]
    call.emit("Split", call.inputs, parts, axis=axis)
    for part, output in zip(parts, call.outputs, strict=True):
        call.emit("Squeeze", [part, call.ints(axis)], output)


@converts("_split_v2")
def _split_v2(call: Call) -> None:
    axis = int(call.attrs["axis"])
    size, sections = call.shapes[0][axis], call.attrs["sections"]
    starts = [0, *[i for i in call.attrs["indices"] if i]] if not sections else []
    lengths = [size // sections] * sections if sections else list(np.diff([*starts, size]))
    parts = [call.fresh() for _ in call.outputs] if call.attrs["squeeze_axis"] else call.outputs
    call.emit("Split", [call.inputs[0], call.ints(*map(int, lengths))], parts, axis=axis)
    if call.attrs["squeeze_axis"]:
        for part, output in zip(parts, call.outputs, strict=True):
            call.emit("Squeeze", [part, call.ints(axis)], output)


@converts("take")
def _take(call: Call) -> None:
    if call.attrs["mode"] == "wrap":
        raise call.unsupported("mode='wrap'")
    axis = int(call.attrs["axis"])
    index = call.cast(call.inputs[1], torch.int64)
    if call.attrs["mode"] == "clip":
        top = call.shapes[0][axis] - 1
        index = call.emit("Clip", [index, call.constant(0, np.int64), call.constant(top, np.int64)])
    call.emit("Gather", [call.inputs[0], index], call.out, axis=axis)


@converts("Pad")
def _pad(call: Call) -> None:
    width = list(call.attrs["pad_width"])
    pads = call.ints(*width[0::2], *width[1::2])
    mode = call.attrs["mode"]
    given = [call.inputs[0], pads]
    if mode == "constant":
        given.append(call.constant(call.attrs["constant_value"]))
    call.emit("Pad", given, call.out, mode=mode)


@converts("tile")
def _tile(call: Call) -> None:
    reps, rank, data = list(call.attrs["reps"]), len(call.shapes[0]), call.inputs[0]
    if len(reps) > rank:
        data = call.emit("Reshape", [data, call.ints(*[1] * (len(reps) - rank), *call.shapes[0])])
    reps = [1] * (rank - len(reps)) + reps
    call.emit("Tile", [data, call.ints(*reps)], call.out)


@converts("broadcast_to", "broadcast_axis", "broadcast_like")
def _broadcast(call: Call) -> None:
    call.emit("Expand", [call.inputs[0], call.ints(*call.out_shape)], call.out)


@converts("one_hot")
def _one_hot(call: Call) -> None:
    dtype = str(call.out_dtype)[6:]
    values = call.constant([call.attrs["off_value"], call.attrs["on_value"]], dtype)
    index = call.cast(call.inputs[0], torch.int64)
    call.emit("OneHot", [index, call.constant(call.attrs["depth"], np.int64), values], call.out, axis=-1)


@converts("depth_to_space")
def _depth_to_space(call: Call) -> None:
    call.emit("DepthToSpace", call.inputs, call.out, blocksize=int(call.attrs["block_size"]))


@converts("space_to_depth")
def _space_to_depth(call: Call) -> None:
    call.emit("SpaceToDepth", call.inputs, call.out, blocksize=int(call.attrs["block_size"]))


@converts("_arange")
def _arange(call: Call) -> None:
    a = call.attrs
    count = call.out_shape[0] // int(a["repeat"])
    start = 0 if a["stop"] is None else a["start"]
    values = np.repeat(start + a["step"] * np.arange(count), int(a["repeat"]))
    call.emit("Identity", [call.constant(values, str(call.out_dtype)[6:])], call.out)


@converts("shape_array")
def _shape_array(call: Call) -> None:
    call.emit("Shape", call.inputs, call.out)
