"""New shapes for old elements."""

from __future__ import annotations

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Value, join_dtypes
from mxcompat.rewrite.rules._shapes import Shape


def _length(at: At, part: Part) -> int | None:
    """An entry of a new shape: its value if known, else None.

    Raises:
        Refuse: it may be 0 or below -1, which have meanings of their own in MXNet.
    """
    constant = part.constant
    if isinstance(constant, int) and not isinstance(constant, bool):
        if constant == -1:
            return None
        if constant < 1:
            raise Refuse(f"{constant} has a meaning of its own in a new shape of MXNet")
        return constant
    if at.machine.is_positive(part.node):
        return at.machine.constant_of(part.node)
    raise Refuse(f"it cannot be told that {part.text} is not 0, which has a meaning of its own in a new shape of MXNet")


def _new_shape(at: At, parts: list[Part]) -> tuple[str, dict[str, Part], Shape | None]:
    """Text, parts and value of the new shape."""
    if len(parts) == 1:
        node = parts[0].node
        if isinstance(node, (cst.Tuple, cst.List)):
            entries = [Part(each.value, at.machine.values.get(each.value)) for each in node.elements]
            return "{new}", {"new": parts[0]}, tuple(_length(at, entry) for entry in entries)
        if isinstance(node, cst.Attribute) and node.attr.value == "shape":
            base = at.machine.values.get(node.value)
            return "{new}", {"new": parts[0]}, base.shape if isinstance(base, Arr) else None
    shape = tuple(_length(at, part) for part in parts)
    return ", ".join(f"{{n{i}}}" for i in range(len(parts))), {f"n{i}": part for i, part in enumerate(parts)}, shape


def _reshape(at: At) -> Value:
    if at.starred:
        raise Refuse("its arguments are given by *")
    positional = [*([at.receiver] if at.receiver else []), *at.positional]
    data, rest = positional[0], positional[1:]
    extra = set(at.keywords) - {"shape"}
    if extra or not (rest or at.keywords):
        raise Refuse(f"reshape({', '.join(extra)}=...) is not followed")
    text, parts, shape = _new_shape(at, rest or [at.keywords["shape"]])
    array = data.array
    return at.give(
        f"{{data}}.reshape({text})", [array], parts, dtype=array.dtype, shape=shape, view=at.receiver is None, data=data
    )


def _expand_dims(at: At) -> Value:
    part = at.bind("data axis")
    array, axis = part["data"].array, at.number(part.get("axis"))
    if not isinstance(axis, int):
        raise Refuse("expand_dims without an axis")
    at.machine.observe(array)
    shape: list[int | None] | None = None
    if array.shape is not None:
        shape = list(array.shape)
        shape.insert(axis if axis >= 0 else len(shape) + 1 + axis, 1)
    return at.give(
        f"{{data}}.unsqueeze({axis})",
        [array],
        dtype=array.dtype,
        shape=None if shape is None else tuple(shape),
        view=True,
        data=part["data"],
    )


def _flatten(at: At) -> Value:
    part = at.bind("data")
    array = part["data"].array
    if array.ndim is None or array.ndim < 2:
        raise Refuse(f"it cannot be told that {part['data'].text} has two axes or more")
    shape = (array.shape or (None,))[0]
    return at.give("{data}.flatten(1)", [array], dtype=array.dtype, shape=(shape, None), view=True, data=part["data"])


def _transpose(at: At) -> Value:
    part = at.bind("data axes")
    array = part["data"].array
    if "axes" in part:
        axes = at.number(part["axes"])
        if not isinstance(axes, tuple) or not axes:
            raise Refuse("transpose(axes=...) is not a constant")
        shape = tuple(array.shape[axis] for axis in axes) if array.shape and len(array.shape) == len(axes) else None
        return at.give(f"{{data}}.permute{axes}", [array], dtype=array.dtype, shape=shape, view=True, data=part["data"])
    if array.ndim != 2:
        raise Refuse(f"it cannot be told that {part['data'].text} is a matrix")
    shape = (array.shape or ())[::-1]
    return at.give("{data}.T", [array], dtype=array.dtype, shape=shape, view=True, data=part["data"])


def _swapaxes(at: At) -> Value:
    part = at.bind("data dim1 dim2")
    array = part["data"].array
    first, second = at.number(part.get("dim1"), 0), at.number(part.get("dim2"), 0)
    shape = None
    if array.shape is not None:
        mixed = list(array.shape)
        mixed[first], mixed[second] = mixed[second], mixed[first]
        shape = tuple(mixed)
    return at.give(
        f"{{data}}.swapaxes({first}, {second})", [array], dtype=array.dtype, shape=shape, view=True, data=part["data"]
    )


def _several(at: At) -> Value:
    name = at.name.rpartition(".")[2]
    word = "dim" if name in ("concat", "Concat") else "axis"
    default = 1 if word == "dim" else 0
    if at.starred or set(at.keywords) - {word}:
        raise Refuse(f"{at.name} with such arguments is not followed")
    parts = at.positional
    if len(parts) == 1 and isinstance(parts[0].node, (cst.List, cst.Tuple)):
        parts = [Part(each.value, at.machine.values.get(each.value)) for each in parts[0].node.elements]
    arrays = [part.array for part in parts]
    axis = at.number(at.keywords.get(word), default)
    for array in arrays:
        at.machine.observe(array)
    at.used_up(*parts)
    dtype = arrays[0].dtype
    for array in arrays:
        dtype = join_dtypes(dtype, array.dtype)
    if dtype is None:
        raise Refuse("the dtypes are not known")
    stack = name == "stack"
    ndim = arrays[0].ndim
    shape = None if ndim is None else (None,) * (ndim + stack)
    items = ", ".join(f"{{n{i}}}" for i in range(len(parts)))
    comma = "," if len(parts) == 1 else ""
    return at.give(
        f"torch.{'stack' if stack else 'cat'}(({items}{comma}), dim={axis})",
        arrays,
        {f"n{i}": part for i, part in enumerate(parts)},
        dtype=dtype,
        shape=shape,
    )


RULE = Rule(
    "`reshape`, `expand_dims`, `flatten`, `T`, `transpose`, `swapaxes`, `concat`, "
    "`stack`. MXNet copies where torch gives a "
    "view of the same memory; where the program writes into such arrays, `.clone()` "
    "is added. A new shape with 0, -2, -3 or -4, "
    "or with a number that may be one of them, is left: these have meanings of their own in MXNet.",
    changes=[
        (
            "from mxnet import nd\nx = nd.ones((2, 3))\nprint(x.reshape((3, -1)), x.T, nd.concat(x, x, dim=0))\n",
            "import torch\nx = torch.ones((2, 3))\nprint(x.reshape((3, -1)), x.T, torch.cat((x, x), dim=0))\n",
        ),
        (
            "from mxnet import nd\nx = nd.ones((2, 3))\ny = x.expand_dims(0)\nx[:] = 2\nprint(y)\n",
            "import torch\nx = torch.ones((2, 3))\ny = x.unsqueeze(0).clone()\nx[:] = 2\nprint(y)\n",
        ),
    ],
    leaves=[("from mxcompat import nd\nx = nd.ones((2, 3))\ny = x.reshape((0, -1))\n", "a meaning of its own")],
    functions={
        "nd.reshape": _reshape,
        "nd.expand_dims": _expand_dims,
        "nd.flatten": _flatten,
        "nd.Flatten": _flatten,
        "nd.transpose": _transpose,
        "nd.swapaxes": _swapaxes,
        "nd.SwapAxis": _swapaxes,
        "nd.concat": _several,
        "nd.Concat": _several,
        "nd.stack": _several,
        "nd.concatenate": _several,
    },
    methods={
        "reshape": _reshape,
        "expand_dims": _expand_dims,
        "flatten": _flatten,
        "transpose": _transpose,
        "swapaxes": _swapaxes,
    },
    attributes={"T": lambda at: _transpose(at)},
)
