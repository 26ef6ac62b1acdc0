"""Indices, and writing through them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Plain, Value
from mxcompat.rewrite.rules._shapes import Shape

Key = Part | tuple[Part | None, ...]


def _check(at: At, keys: Sequence[Key]) -> tuple[int, int, bool]:
    """How many axes are taken away and looked at, and whether the result is contiguous in MXNet (and so shared).

    Raises:
        Refuse: an index that is not made of whole numbers and slices.
    """
    gone = 0
    for key in keys:
        if isinstance(key, Part):
            if isinstance(key.constant, int) and not isinstance(key.constant, bool):
                gone += 1
            elif key.is_number and at.machine.is_whole(key.node):
                gone += 1
            else:
                raise Refuse(f"the index {key.text} is not followed: it may be an array, a list or None")
        else:
            at.needs_number(*key)
            step = key[2]
            if step is not None and not (isinstance(step.constant, int) and step.constant > 0):
                raise Refuse("torch has no slices that go backwards")
    sliced = any(not isinstance(key, Part) for key in keys[1:])
    stepped = any(not isinstance(key, Part) and key[2] is not None for key in keys)
    shared = not sliced and not stepped and (len(keys) == 1 or gone == len(keys))
    return gone, len(keys), shared


def _shape(array: Arr, keys: Sequence[Key]) -> Shape | None:
    if array.shape is None or len(keys) > len(array.shape):
        return None
    kept: list[int | None] = []
    for length, key in zip(array.shape, keys, strict=False):
        if isinstance(key, tuple):
            kept.append(length if key == (None, None, None) else None)
    return (*kept, *array.shape[len(keys) :]) or (1,)


def _get(at: At, base: Part, keys: Sequence[Key]) -> Value:
    array = base.array
    at.machine.observe(array)
    gone, used, shared = _check(at, keys)
    vanishes = array.ndim is not None and gone == array.ndim
    may_vanish = vanishes or (array.ndim is None and gone == used)
    zero = at.zero_here() if may_vanish else frozenset()
    result = at.machine.array(at.node, [array], array.dtype, _shape(array, keys), zero, vanishes)
    at.machine.plan_marks(at.node, result.group, view=not shared)
    return result


def _set(at: At, base: Part, keys: Sequence[Key], value: Value | None) -> None:
    array = base.array
    at.machine.observe(array)
    _check(at, keys)
    if isinstance(value, Arr):
        at.machine.union(array.group, value.group)
    elif not (isinstance(value, Plain) and value.number):
        raise Refuse(
            "it cannot be told that the value is a number or an array of MXNet; torch takes no NumPy arrays here"
        )


def _take(at: At) -> Value:
    part = at.bind("data indices axis mode")
    data, indices = part["data"].array, part["indices"].array
    if at.number(part.get("axis"), 0) != 0 or at.number(part.get("mode"), "clip") != "clip":
        raise Refuse("take with axis= or mode=")
    if not part["data"].is_name:
        raise Refuse("take of something that has no name")
    at.machine.observe(data)
    at.machine.observe(indices)
    at.used_up(part["indices"])
    shape = None
    if data.shape is not None and indices.shape is not None:
        shape = indices.shape + data.shape[1:]
    return at.give(
        "{data}[{indices}.long().clamp(0, len({data}) - 1)]",
        [data, indices],
        dtype=data.dtype,
        shape=shape,
        data=part["data"],
        indices=part["indices"],
    )


def _slice_axis(at: At) -> Value:
    part = at.bind("data axis begin end")
    array, axis = part["data"].array, at.number(part.get("axis"))
    if not isinstance(axis, int) or axis < 0 or "begin" not in part:
        raise Refuse("slice_axis with such arguments is not followed")
    at.needs_number(part["begin"], part.get("end"))
    end = "{end}" if "end" in part else ""
    more = {"end": part["end"]} if "end" in part else {}
    at.machine.observe(array)
    return at.give(
        f"{{data}}[{':, ' * axis}{{begin}}:{end}]",
        [array],
        more,
        dtype=array.dtype,
        shape=None if array.ndim is None else (None,) * array.ndim,
        view=True,
        data=part["data"],
        begin=part["begin"],
    )


def is_full_slice(node: cst.Subscript) -> bool:
    """Whether an index is ``[:]``."""
    element = node.slice[0].slice
    return (
        len(node.slice) == 1 and isinstance(element, cst.Slice) and not (element.lower or element.upper or element.step)
    )


RULE = Rule(
    "`x[i]`, `x[a:b]`, `x[:] = v`, `x.take(i)`, `slice_axis`. Whole numbers "
    "and forward slices mean the same in torch; other "
    "indices (arrays, lists, None) are left. MXNet's `take` cuts indices to "
    "the legal range, so `clamp` is written down. "
    "Where MXNet copies, torch gives a view: `.clone()` is added if the program writes into such arrays.",
    changes=[
        (
            "from mxnet import nd\nx = nd.ones((4, 3))\nx[1] = 2\nx[:, 0] = 5\n"
            "print(x[1:3], x.take(nd.array([0, 9])))\n",
            "import torch\nx = torch.ones((4, 3))\nx[1] = 2\nx[:, 0] = 5\n"
            "print(x[1:3], x[torch.tensor([0, 9], dtype=torch.float32).long().clamp(0, len(x) - 1)])\n",
        ),
        (
            "from mxnet import nd\nx = nd.ones((4, 3))\ny = x[:, 1]\ny[0] = 7\nprint(x)\n",
            "import torch\nx = torch.ones((4, 3))\ny = x[:, 1].clone()\ny[0] = 7\nprint(x)\n",
        ),
    ],
    leaves=[
        ("from mxcompat import nd\nx = nd.ones((4, 3))\ny = x[::-1]\n", "backwards"),
        ("from mxcompat import nd\nimport numpy as np\nx = nd.ones(3)\nx[:] = np.zeros(3)\n", "NumPy arrays"),
    ],
    functions={"nd.take": _take, "nd.slice_axis": _slice_axis},
    methods={"take": _take, "slice_axis": _slice_axis},
    hooks={"subscript": _get, "store": _set},
)
