"""Rules for sequences, creation and the moving about of data, where shapes also follow from those of outputs.

Source: the ``*Shape`` functions of MXNet 1.9.1 src/operator/.
"""

from __future__ import annotations

import math

from .node import Node
from .shape_rules_same import attributes, unify
from .shapes import Mismatch, Shape, fill, is_known, merged, rule

# ---------------------------------------------------------------------- sequences, sampling


@rule("SequenceMask", "SequenceReverse")
def _sequence(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1)
    _sequence_length(node, ins, outs)


@rule("SequenceLast")
def _sequence_length(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    if len(ins) > 1 and ins[0] is not None and len(ins[0]) > 1:
        fill(ins, 1, (ins[0][1 - attributes(node)["axis"]],), " for sequence_length")


@rule("pick", complete=True)
def _pick(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    data, attrs = ins[0], attributes(node)
    if data is None:
        return
    axis = attrs["axis"]
    if axis is None:
        raise Mismatch("axis=None is not supported by pick, it must name an axis")
    if not -len(data) <= axis < len(data):
        raise Mismatch(f"axis {axis} is out of range for {len(data)} dimensions")
    axis %= len(data)
    kept, dropped = (*data[:axis], 1, *data[axis + 1 :]), data[:axis] + data[axis + 1 :]
    index = ins[1]
    if index is None or len(index) != len(data):
        fill(ins, 1, dropped, " for index")
    else:
        fill(ins, 1, kept, " for index")
    fill(outs, 0, kept if attrs["keepdims"] else dropped or (1,))


@rule("scatter_nd")
def _scatter_nd(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    fill(outs, 0, tuple(attributes(node)["shape"]))


@rule("multi_sum_sq", complete=True)
def _multi_sum_sq(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    fill(outs, 0, (len(ins),))


@rule("SpatialTransformer")
def _spatial_transformer(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    if ins[0] is not None:
        fill(ins, 1, (ins[0][0], 6), " for loc")


@rule("_contrib_MultiProposal", "_contrib_Proposal")
def _proposal(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    scores = ins[0]
    if scores is not None and len(scores) == 4:
        boxes = -1 if scores[1] == -1 else 2 * scores[1]
        fill(ins, 1, (scores[0], boxes, scores[2], scores[3]), " for bbox_pred")
        fill(ins, 2, (scores[0], 3), " for im_info")


# ---------------------------------------------------------------------- creation


def _with_unknown(shape: tuple[int, ...] | None) -> Shape:
    """A shape attribute: an entry of 0 is worked out from the rest of the graph, and an empty one wholly."""
    if not shape:
        return None
    return tuple(-1 if d == 0 else d for d in shape)


def _created(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    for i in range(len(outs)):
        fill(outs, i, _with_unknown(attributes(node)["shape"]))


def _drawn_per_entry(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, [])
    if ins[0] is not None:
        extra = tuple(attributes(node)["shape"] or ())
        for i in range(len(outs)):
            fill(outs, i, (*ins[0], *extra))


def _classes_drawn(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    if ins[0] is not None:
        extra = tuple(attributes(node)["shape"] or ())
        for i in range(len(outs)):
            fill(outs, i, (*ins[0][:-1], *extra) or (1,))


for _name in ("_zeros", "_ones", "_full", "_zeros_without_dtype"):
    rule(_name, complete=True)(_created)
for _name in (
    "exponential",
    "gamma",
    "generalized_negative_binomial",
    "negative_binomial",
    "normal",
    "poisson",
    "uniform",
):
    rule(f"_random_{_name}", complete=True)(_created)
    rule(f"_sample_{_name}", complete=True)(_drawn_per_entry)
rule("_random_randint", complete=True)(_created)
rule("_sample_multinomial", complete=True)(_classes_drawn)


@rule("_arange")
def _arange(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """Nothing beyond the definition (see `follows_use`)."""


@rule("_contrib_boolean_mask", complete=True)
def _unknowable(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """The shape depends on values."""


# ---------------------------------------------------------------------- broadcasting, reductions

_BROADCAST = (
    "add div equal greater greater_equal hypot lesser lesser_equal logical_and logical_or logical_xor maximum minimum "
    "mod mul not_equal power sub"
).split()


@rule(*(f"broadcast_{name}" for name in _BROADCAST), complete=True)
def _broadcast(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    one, other = ins
    if one is None or other is None:
        return
    rank = max(len(one), len(other))
    wide = [(1,) * (rank - len(shape)) + shape for shape in (one, other)]
    both = []
    for a, b in zip(*wide, strict=True):
        if a != b and 1 not in (a, b) and -1 not in (a, b):
            raise Mismatch(f"operands could not be broadcast together with shapes {list(one)} {list(other)}")
        both.append(b if a == 1 else a if b == 1 else max(a, b))
    fill(outs, 0, tuple(both))


@rule("sum", "mean", "prod", "nansum", "nanprod", "max", "min", enough=True)
def _reduce(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs, data = attributes(node), ins[0]
    if not data:
        return
    rank, axes = len(data), attrs["axis"]
    if axes:
        if any(not -rank <= axis < rank for axis in axes) or len({axis % rank for axis in axes}) != len(axes):
            return  # the definition says what is wrong
        gone = {axis % rank for axis in axes}
        if attrs["exclude"]:
            gone = set(range(rank)) - gone
    else:
        gone = set(range(rank))
    if attrs["keepdims"]:
        fill(outs, 0, tuple(1 if i in gone else d for i, d in enumerate(data)))
    else:
        fill(outs, 0, tuple(d for i, d in enumerate(data) if i not in gone) or (1,))


# ---------------------------------------------------------------------- shapes from outputs


@rule("transpose")
def _transpose(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    axes, out = attributes(node)["axes"], outs[0]
    if out is None:
        return
    order = [a % len(out) for a in axes] if axes else list(range(len(out)))[::-1]
    if len(order) == len(out):
        back = [-1] * len(out)
        for position, axis in enumerate(order):
            back[axis] = out[position]
        fill(ins, 0, tuple(back))


@rule("expand_dims")
def _expand_dims(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    axis, out = attributes(node)["axis"], outs[0]
    if out is not None:
        axis = axis % len(out)
        fill(ins, 0, out[:axis] + out[axis + 1 :])


@rule("SwapAxis")
def _swap_axis(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs, out = attributes(node), outs[0]
    if out is not None and ins[0] is not None:
        back = list(out)
        a, b = attrs["dim1"], attrs["dim2"]
        back[a], back[b] = back[b], back[a]
        fill(ins, 0, tuple(back))


@rule("Concat", complete=True)
def _concat(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    seen = next((shape for shape in (*ins, outs[0]) if shape is not None), None)
    if seen is None:
        return
    axis = attributes(node)["dim"]
    if not -len(seen) <= axis < len(seen):
        raise Mismatch(f"axis {axis} is out of range for {len(seen)} dimensions")
    axis %= len(seen)
    around: Shape = None
    for shape in (*ins, outs[0]):
        if shape is not None:
            if len(shape) != len(seen):
                raise Mismatch(f"Shape inconsistent, Provided = {list(shape)}, inferred shape={list(seen)}")
            around = merged(around, (*shape[:axis], -1, *shape[axis + 1 :]))
    for i in range(len(ins)):
        fill(ins, i, around)
    fill(outs, 0, around)
    parts = [-1 if shape is None else shape[axis] for shape in ins]
    whole = -1 if outs[0] is None else outs[0][axis]
    if -1 not in parts:
        fill(outs, 0, tuple(sum(parts) if i == axis else -1 for i in range(len(seen))))
    elif whole != -1 and parts.count(-1) == 1:
        missing = whole - sum(part for part in parts if part != -1)
        fill(ins, parts.index(-1), tuple(missing if i == axis else -1 for i in range(len(seen))))


@rule("_rnn_param_concat", complete=True)
def _parameter_concat(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """As Concat; where the whole is known, one or two unknown parts share what is left (both directions' inputs)."""
    _concat(node, ins, outs)
    out, axis = outs[0], attributes(node)["dim"]
    if out is None or any(part is None for part in ins):
        return
    at = axis % len(out)
    parts = [part for part in ins if part is not None]
    unknown = [i for i, part in enumerate(parts) if part[at] == -1]
    if out[at] != -1 and 0 < len(unknown) <= 2:
        left = out[at] - sum(part[at] for part in parts if part[at] != -1)
        for i in unknown:
            fill(ins, i, (*parts[i][:at], left // len(unknown), *parts[i][at + 1 :]))


@rule("stack", complete=True)
def _stack(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, [])
    axis, out = attributes(node)["axis"], outs[0]
    if out is not None:
        at = axis % len(out)
        for i in range(len(ins)):
            fill(ins, i, out[:at] + out[at + 1 :])
    data = ins[0]
    if data is not None:
        if not -len(data) - 1 <= axis <= len(data):
            raise Mismatch(f"axis {axis} is out of range for {len(data) + 1} dimensions")
        at = axis % (len(data) + 1)
        fill(outs, 0, (*data[:at], len(ins), *data[at:]))


@rule("SliceChannel", complete=True)
def _slice_channel(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs, data = attributes(node), ins[0]
    parts, axis, squeeze = attrs["num_outputs"], attrs["axis"], attrs["squeeze_axis"]
    unify([], outs)
    if data is not None:
        if not -len(data) <= axis < len(data):
            raise Mismatch(f"axis {axis} is out of range for {len(data)} dimensions")
        at = axis % len(data)
        extent = data[at]
        if extent != -1 and extent % parts:
            raise Mismatch(f"num_outputs ({parts}) does not divide input dimension {at} ({extent})")
        if squeeze and extent not in (-1, parts):
            raise Mismatch(f"squeeze_axis=True needs dimension {at} to be {parts}, got {extent}")
        each = () if squeeze else (-1 if extent == -1 else extent // parts,)
        for i in range(len(outs)):
            fill(outs, i, data[:at] + each + data[at + 1 :])
    out = outs[0]
    if out is not None:
        at = axis % (len(out) + (1 if squeeze else 0))
        whole = parts if squeeze else -1 if out[at] == -1 else out[at] * parts
        fill(ins, 0, (*out[:at], whole, *(out[at:] if squeeze else out[at + 1 :])))


@rule("where", complete=True)
def _where(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    condition = ins[0]
    if condition is None or -1 in condition:
        return
    choices, results = [ins[1], ins[2]], [outs[0]]
    unify(choices, results)
    shape = results[0]
    if shape is not None and len(condition) == len(shape):
        shape = merged(shape, condition)
    elif shape is not None and (len(condition) != 1 or shape[0] not in (-1, condition[0])):
        raise Mismatch(f"condition {list(condition)} fits neither x {list(shape)} nor its first axis")
    ins[1] = ins[2] = outs[0] = shape


@rule("reshape_like", "broadcast_like", "slice_like", "_slice_assign_scalar")
def _by_definition(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """Nothing beyond the definition."""


@rule("Reshape")
def _reshape(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """The one unknown dimension of the data follows from the output, as its size does."""
    data, out = ins[0], outs[0]
    if data is not None and out is not None and data.count(-1) == 1 and is_known(out):
        rest = math.prod(d for d in data if d != -1)
        if rest and math.prod(out) % rest == 0:
            ins[0] = tuple(math.prod(out) // rest if d == -1 else d for d in data)
