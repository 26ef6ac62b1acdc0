"""Form: reshape, transpose, join, split, cut, repeat."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Call, Piece, arg
from .._rule import View, example, formula, rule, same_as
from ._reshape import merges, sizes_of


@rule(
    "Reshape",
    examples=[
        example((2, 3, 4), shape=(0, -1), source="data0.flatten(1)"),
        example((2, 12), shape=(0, 4, 3), source="data0.unflatten(1, (4, 3))"),
        example((2, 3, 4), shape=(-1, 4), source="data0.flatten(0, 1)"),
        example((2, 3, 4), shape=(-3, 0), source="data0.flatten(0, 1)"),
        example((2, 3, 4), shape=(0, 0, -4, 2, -1), source="data0.unflatten(2, (2, -1))"),
        example((2, 3, 4), shape=(-2, 1)),
        example((2, 3, 4), shape=(6, 4)),
        example((8, 3), shape=(-4, 2, 4, 0)),
        example((2, 3, 4), shape=(-1, 0, 0), reverse=True),
        example((2, 3, 4), shape=(0, 2, 6), source="data0.reshape(data0.size(0), 2, 6)"),
        example((2, 3, 4), shape=(-1,), source="data0.flatten()"),
        example((2, 3, 4, 5), shape=(-3, -3), source="data0.flatten(2, 3).flatten(0, 1)"),
    ],
)
def reshape(n: View) -> Piece:
    merged = merges(n["shape"]) if not n["reverse"] else None
    if merged is not None:
        return formula(n, "_0" + "".join(f".flatten({at}, {at + 1})" for at in reversed(merged)))
    sizes = sizes_of(n.shape(), n["shape"], n["reverse"])
    if sizes is None:
        raise Gap(f"shape={n['shape']}")
    return formula(n, reshape_text(n.shape(), sizes))


def reshape_text(before: tuple[int, ...], sizes: list[tuple[str, int]]) -> str:
    """A reshape as it reads best. Sizes are (``"axis"``, of which), (``"number"``, n) or (``"rest"``, n)."""
    ndim = len(before)
    same = 0
    while same < min(ndim, len(sizes)) and sizes[same] == ("axis", same):
        same += 1
    if same == ndim == len(sizes):
        return "_0"
    tail = 0
    while tail < min(ndim, len(sizes)) - same and sizes[-1 - tail] == ("axis", ndim - 1 - tail):
        tail += 1
    old, new = ndim - same - tail, sizes[same : len(sizes) - tail]
    if len(new) == 1 and old == 1 and new[0][0] == "rest":
        return "_0"
    if len(new) == 1 and old > 1 and new[0][0] == "rest":
        end = ndim - tail - 1
        return f"_0.flatten({'' if (same, tail) == (0, 0) else same if tail == 0 else f'{same}, {end}'})"
    if len(new) > 1 and old == 1 and all(kind != "axis" for kind, _ in new):
        inner = ", ".join("-1" if kind == "rest" else str(size) for kind, size in new)
        return f"_0.unflatten({same}, ({inner}))"
    if len(new) == 1 and old == 0 and new[0] == ("number", 1):
        return f"_0.unsqueeze({same if tail else -1})"
    words = {"axis": "_0.size({0})", "number": "{0}", "rest": "-1"}
    return f"_0.reshape({', '.join(words[kind].format(size) for kind, size in sizes)})"


@rule("reshape_like", examples=[example((2, 6), (3, 4), source="data0.reshape(data1.shape)")])
def reshape_like(n: View) -> Piece:
    if any(n.attrs.get(key) is not None for key in ("lhs_begin", "lhs_end", "rhs_begin", "rhs_end")):
        raise Gap("parts of the shape")
    if n.shape(0) == n.shape(1):
        return same_as(n.inputs[0])
    return formula(n, "_0.reshape(_1.shape)")


@rule(
    "transpose",
    examples=[
        example((2, 3, 4), axes=(0, 2, 1), source="data0.transpose(1, 2)"),
        example((2, 3, 4), axes=(2, 0, 1), source="data0.permute(2, 0, 1)"),
        example((2, 3), source="data0.transpose(0, 1)"),
    ],
)
def transpose(n: View) -> Piece:
    axes = tuple(a % n.ndim() for a in n["axes"]) or tuple(reversed(range(n.ndim())))
    moved = [i for i, a in enumerate(axes) if i != a]
    if not moved:
        return same_as(n.inputs[0])
    if len(moved) == 2:
        return formula(n, f"_0.transpose({moved[0]}, {moved[1]})")
    return formula(n, f"_0.permute({', '.join(map(str, axes))})")


@rule("SwapAxis", examples=[example((2, 3, 4), dim1=0, dim2=2, source="data0.transpose(0, 2)")])
def swap_axis(n: View) -> Piece:
    from .recurrent import batch_first_rnn

    if batch_first_rnn(n.node, n.facts):
        return same_as(n.inputs[0])
    return formula(n, f"_0.transpose({n['dim1']}, {n['dim2']})")


@rule("expand_dims", examples=[example((2, 3), axis=1, source="data0.unsqueeze(1)")])
def expand_dims(n: View) -> Piece:
    return formula(n, f"_0.unsqueeze({n['axis']})")


@rule("squeeze", examples=[example((2, 1, 3), axis=1, source="data0.squeeze(1)"), example((2, 1, 1), axis=(1, 2))])
def squeeze(n: View) -> Piece:
    axis = n["axis"]
    if axis is None or axis == ():
        ones = tuple(i for i, size in enumerate(n.shape()) if size == 1)
        axis = ones if len(ones) != 1 else ones[0]
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    return formula(n, f"_0.squeeze({axis})")


@rule(
    "Concat",
    "_rnn_param_concat",
    examples=[
        example((2, 3), (2, 4), dim=1, num_args=2, source="torch.cat([data0, data1], dim=1)"),
        example((2, 3), (1, 3), dim=0, num_args=2, source="torch.cat([data0, data1])"),
    ],
)
def concat(n: View) -> Piece:
    return formula(n, f"torch.cat([{_listed(n)}]{_dim(n['dim'])})")


@rule("stack", examples=[example((2, 3), (2, 3), axis=1, num_args=2, source="torch.stack([data0, data1], dim=1)")])
def stack(n: View) -> Piece:
    return formula(n, f"torch.stack([{_listed(n)}]{_dim(n['axis'])})")


def _dim(axis: int) -> str:
    """The axis as a further argument, unless it is the first."""
    return "" if axis == 0 else f", dim={axis}"


def _listed(n: View) -> str:
    return ", ".join(f"_{i}" for i in range(len(n.inputs)))


#: with more outputs than this they are not named one by one
_MOST_NAMES = 4


@rule(
    "SliceChannel",
    examples=[
        example((2, 6, 3), num_outputs=3, axis=1, source="data0.chunk(3, dim=1)"),
        example((2, 3), num_outputs=3, axis=1, squeeze_axis=True, source="data0.unbind(1)"),
        example((6, 3), num_outputs=6, axis=0),
    ],
)
def slice_channel(n: View) -> Piece:
    count, axis = n["num_outputs"], n["axis"]
    if n["squeeze_axis"]:
        text = f"_0.unbind({axis})"
    else:
        text = f"_0.chunk({count}{_dim(axis)})"
    return several(n, text, count)


def several(n: View, text: str, count: int) -> Piece:
    """An expression that gives a tuple."""
    if count == 1:
        return formula(n, f"{text}[0]")
    if count > _MOST_NAMES:
        return formula(n, text, packed=True)
    return formula(n, text, target=", ".join(f"{{{i}}}" for i in range(count)))


@rule(
    "_split_v2",
    examples=[
        example((6, 3), indices=(0, 2, 5), axis=0, source="tensor_split((2, 5))"),
        example((6, 4), sections=2, axis=1, indices=()),
    ],
)
def split_v2(n: View) -> Piece:
    axis, count = n["axis"], n.op.num_outputs(n.node.values)
    where = count if n["sections"] else tuple(n["indices"][1:])
    text = f"_0.tensor_split({where}{_dim(axis)})"
    if n["squeeze_axis"]:
        text = f"_0.unbind({axis})"
    return several(n, text, count)


def _range(begin: int | None, end: int | None, step: int | None, size: int) -> str:
    if step is not None and step < 0:
        raise Gap("a step back")
    first = "" if begin in (None, 0) else str(begin)
    last = "" if end is None or end == size else str(end)
    return f"{first}:{last}" + ("" if step in (None, 1) else f":{step}")


def _cut(ranges: dict[int, str], ndim: int) -> str:
    """An index that cuts ranges out of axes."""
    if not ranges or all(text == ":" for text in ranges.values()):
        return "_0"
    used = {axis: text for axis, text in ranges.items() if text != ":"}
    if len(used) == 1 and max(used) == ndim - 1 and ndim > 3:
        return f"_0[..., {used[ndim - 1]}]"
    return f"_0[{', '.join(used.get(axis, ':') for axis in range(max(used) + 1))}]"


@rule(
    "slice_axis",
    examples=[
        example((2, 6), axis=1, begin=1, end=3, source="data0[:, 1:3]"),
        example((2, 6), axis=-1, begin=-1, end="None", source="data0[:, -1:]"),
        example((2, 6), axis=0, begin=0, end=2, source="data0"),
    ],
)
def slice_axis(n: View) -> Piece:
    axis = n["axis"] % n.ndim()
    return formula(n, _cut({axis: _range(n["begin"], n["end"], None, n.shape()[axis])}, n.ndim()))


@rule(
    "slice",
    examples=[
        example((4, 6), begin=(1, 0), end=(3, 5), source="data0[1:3, :5]"),
        example((4, 6), begin=(0, 1), end=(None, None), step=(1, 2), source="data0[:, 1::2]"),
    ],
)
def cut(n: View) -> Piece:
    steps = n["step"] or (None,) * len(n["begin"])
    rows = zip(n["begin"], n["end"], steps, n.shape(), strict=False)
    return formula(n, _cut({axis: _range(*row) for axis, row in enumerate(rows)}, n.ndim()))


@rule(
    "slice_like",
    examples=[
        example((4, 6), (2, 3), source="data0[:data1.size(0), :data1.size(1)]"),
        example((4, 6), (2, 3), axes=(1,), source="data0[:, :data1.size(1)]"),
    ],
)
def slice_like(n: View) -> Piece:
    axes = [a % n.ndim() for a in n["axes"]] or list(range(n.ndim(1)))
    return formula(n, _cut({axis: f":_1.size({axis})" for axis in axes}, n.ndim()))


@rule(
    "tile",
    examples=[example((2, 3), reps=(2, 1), source="data0.tile(2, 1)"), example((2, 3), reps=(1, 1), source="data0")],
)
def tile(n: View) -> Piece:
    if all(r == 1 for r in n["reps"]) and len(n["reps"]) <= n.ndim():
        return same_as(n.inputs[0])
    return formula(n, f"_0.tile({', '.join(map(str, n['reps']))})")


@rule("repeat", examples=[example((2, 3), repeats=2, axis=1), example((2, 3), repeats=2)])
def repeat(n: View) -> Piece:
    dim = "" if n["axis"] is None else f", dim={n['axis']}"
    return formula(n, f"_0.repeat_interleave({n['repeats']}{dim})")


@rule(
    "broadcast_to",
    examples=[
        example((2, 1, 3), shape=(0, 4, 0), source="data0.expand(-1, 4, -1)"),
        example((1, 3), shape=(2, 3), source="data0.expand(2, -1)"),
    ],
)
def broadcast_to(n: View) -> Piece:
    sizes = ["-1" if new in (0, old) else str(new) for new, old in zip(n["shape"], n.shape(), strict=True)]
    return formula(n, f"_0.expand({', '.join(sizes)})")


@rule(
    "broadcast_axis",
    examples=[
        example((2, 1, 3), axis=1, size=4, source="data0.expand(-1, 4, -1)"),
        example((1, 1), axis=(0, 1), size=(2, 3)),
    ],
)
def broadcast_axis(n: View) -> Piece:
    axes = n["axis"] if isinstance(n["axis"], tuple) else (n["axis"],)
    sizes = n["size"] if isinstance(n["size"], tuple) else (n["size"],)
    wanted = {a % n.ndim(): size for a, size in zip(axes, sizes, strict=True)}
    return formula(n, f"_0.expand({', '.join(str(wanted.get(i, -1)) for i in range(n.ndim()))})")


@rule("broadcast_like", examples=[example((2, 1, 3), (2, 4, 3), source="data0.expand_as(data1)")])
def broadcast_like(n: View) -> Piece:
    if n.attrs.get("lhs_axes") or n.attrs.get("rhs_axes"):
        raise Gap("lhs_axes")
    return formula(n, "_0.expand_as(_1)")


@rule(
    "Pad",
    examples=[
        example((1, 2, 3, 4), mode="reflect", pad_width=(0, 0, 0, 0, 1, 1, 2, 2), source='mode="reflect"'),
        example((1, 2, 3, 4), mode="constant", pad_width=(0, 0, 0, 0, 1, 0, 0, 2), constant_value=1.5),
        example((1, 2, 3, 4), mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1), source='mode="replicate"'),
    ],
)
def pad(n: View) -> Piece:
    width = n["pad_width"]
    if min(width) < 0:
        raise Gap("negative widths")
    pairs = [(width[i], width[i + 1]) for i in range(0, len(width), 2)]
    mode = n["mode"]
    if mode != "constant":
        if any(pairs[0] + pairs[1]):
            raise Gap(f"mode={mode} on the first two axes")
        pairs = pairs[2:]
    while mode == "constant" and pairs and not any(pairs[0]):
        del pairs[0]
    sides = tuple(side for pair in reversed(pairs) for side in pair)
    if mode == "constant":
        value = n["constant_value"]
        filled = "" if value == 0 else f", value={value!r}"
        return formula(n, f"F.pad(_0, {sides}{filled})")
    kind = "reflect" if mode == "reflect" else "replicate"
    piece = formula(n, f"F.pad(_0, {sides}, mode='{kind}')")
    same = len(set(sides)) == 1
    names = {"reflect": "ReflectionPad", "replicate": "ReplicationPad"}
    piece.module = Call(f"nn.{names[kind]}{n.ndim() - 2}d", (arg("padding", sides[0] if same else sides),))
    return piece


@rule(
    "depth_to_space",
    "space_to_depth",
    examples=[example((1, 8, 2, 4), block_size=2)],
)
def depth_to_space(n: View) -> Piece:
    return formula(n, f"{n.op.name}(_0, {n['block_size']})", helpers=(n.op.name,))


@rule("reverse", examples=[example((2, 3), axis=1, source="data0.flip(1)")])
def reverse(n: View) -> Piece:
    axis = n["axis"]
    return formula(n, f"_0.flip({', '.join(map(str, axis)) if isinstance(axis, tuple) else axis})")


@rule("diag", examples=[example((3, 3)), example((3,), k=1)])
def diag(n: View) -> Piece:
    if n.ndim() > 2:
        return formula(n, f"_0.diagonal({n['k']}, {n['axis1']}, {n['axis2']})")
    return formula(n, f"_0.diag({n['k'] or ''})")


@rule("shape_array", examples=[example((2, 3), source="torch.tensor(data0.shape)")])
def shape_array(n: View) -> Piece:
    return formula(n, "torch.tensor(_0.shape)")
