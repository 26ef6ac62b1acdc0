"""Rows and elements by number."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Piece
from .._rule import View, example, formula, rule
from .elementwise import number


@rule(
    "take",
    examples=[
        example((5, 3), (2, 2), whole={1: 5}, source="data0[data1.long()"),
        example((2, 5), (3,), axis=1, whole={1: 5}, source="index_select"),
    ],
)
def take(n: View) -> Piece:
    size = n.shape()[n["axis"]]
    n.whole(1, size)
    index = "_1_long" if n["mode"] == "wrap" else f"_1_long.clamp(0, {size - 1})"
    if n["mode"] == "wrap":
        index = f"_1_long.remainder({size})"
    axis = n["axis"] % n.ndim()
    if axis == 0:
        return formula(n, f"_0[{index}]")
    if n.ndim(1) == 1:
        return formula(n, f"_0.index_select({axis}, {index})")
    return formula(n, f"_0[{':, ' * axis}{index}]")


@rule(
    "pick",
    examples=[
        example((4, 3), (4,), whole={1: 3}, source="gather(-1"),
        example((4, 3), (4,), whole={1: 3}, keepdims=True),
        example((4, 3, 2), (4, 2), axis=1, whole={1: 3}),
    ],
)
def pick(n: View) -> Piece:
    axis = n["axis"]
    if axis is None:
        raise Gap("axis=None")
    size = n.shape()[axis]
    n.whole(1, size)
    index = "_1_long" if n.ndim(1) == n.ndim() else f"_1_long.unsqueeze({axis})"
    inside = f"remainder({size})" if n["mode"] == "wrap" else f"clamp(0, {size - 1})"
    text = f"_0.gather({axis}, {index}.{inside})"
    return formula(n, text if n["keepdims"] else f"{text}.squeeze({axis})")


@rule(
    "one_hot",
    examples=[
        example((2, 3), depth=4, whole={0: 4}),
        example((2,), depth=4, on_value=2.0, off_value=-1.0, whole={0: 4}),
    ],
)
def one_hot(n: View) -> Piece:
    n.whole(0, n["depth"])
    kind = ".float()" if str(n.out_dtype()) == "torch.float32" else f".to({n.out_dtype()})"
    text = f"F.one_hot(_0_long, {n['depth']}){kind}"
    on, off = n["on_value"], n["off_value"]
    if on - off != 1:
        text = f"{text} * {number(on - off)}"
    return formula(n, text if off == 0 else f"{text} + {number(off)}")


@rule("gather_nd", examples=[example((4, 3), (2, 5), whole={1: 3}, source="unbind")])
def gather_nd(n: View) -> Piece:
    n.whole(1, min(n.shape()[: n.shape(1)[0]]))
    return formula(n, "_0[_1_long.unbind()]")
