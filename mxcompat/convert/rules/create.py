"""Arrays out of nothing: they become buffers, or take their batch size from an input."""

from __future__ import annotations

import torch

from ...graph.node import Entry
from .._errors import Gap
from .._pieces import Piece
from .._rule import View, example, formula, rule
from .elementwise import number


def _kind(n: View) -> str:
    kind = n.out_dtype()
    return "" if kind == torch.float32 else f", dtype={kind}"


def _filled(n: View, value: float) -> Piece:
    """An array of one number; dimensions that follow the batch are asked from the input they follow."""
    shape = n.out_shape()
    sources = n.open_axes()
    if not any(sources):
        text = ", ".join(map(str, shape))
        if value in (0, 1):
            return formula(n, f"torch.{'ones' if value else 'zeros'}({text}{_kind(n)})")
        return formula(n, f"torch.full({shape}, {number(value)}{_kind(n)})")
    operands: list[Entry] = []
    sizes = []
    for size, source in zip(shape, sources, strict=True):
        if source is None:
            sizes.append(str(size))
            continue
        if source[0] not in operands:
            operands.append(source[0])
        sizes.append(f"_{operands.index(source[0])}.size({source[1]})")
    text = ", ".join(sizes)
    if value in (0, 1):
        made = f"_0.new_{'ones' if value else 'zeros'}({text}{_kind(n)})"
    else:
        made = f"_0.new_full(({text},), {number(value)}{_kind(n)})"
    return formula(n, made, operands=operands)


@rule("_zeros", "_ones", examples=[example(shape=(2, 3))])
def zeros(n: View) -> Piece:
    return _filled(n, 1.0 if n.op.name == "_ones" else 0.0)


@rule("_full", examples=[example(shape=(2, 3), value=1.5)])
def full(n: View) -> Piece:
    return _filled(n, n["value"])


@rule("_eye", examples=[example(N=3), example(N=2, M=4)])
def eye(n: View) -> Piece:
    rows, columns = n.out_shape()
    if n.attrs.get("k"):
        raise Gap(f"k={n['k']}")
    return formula(n, f"torch.eye({rows if rows == columns else f'{rows}, {columns}'}{_kind(n)})")


@rule("_arange", examples=[example(start=0, stop=6), example(start=1, stop=7, step=2.0, repeat=2)])
def arange(n: View) -> Piece:
    start, stop, step = n["start"], n["stop"], n["step"]
    if n["infer_range"] and stop is None:
        raise Gap("its length follows from where it is used")
    if stop is None:
        start, stop = 0, start
    words = [float(stop)] if start == 0 and step == 1 else [float(start), float(stop)]
    words += [float(step)] if step != 1 else []
    text = f"torch.arange({', '.join(map(repr, words))}{_kind(n)})"
    return formula(n, text if n["repeat"] == 1 else f"{text}.repeat_interleave({n['repeat']})")


@rule("_linspace", examples=[example(start=0, stop=1, num=5)])
def linspace(n: View) -> Piece:
    if not n["endpoint"]:
        raise Gap("endpoint=False")
    return formula(n, f"torch.linspace({n['start']!r}, {n['stop']!r}, {n['num']}{_kind(n)})")


@rule(
    "_contrib_arange_like",
    examples=[
        example((2, 3), axis=1, source="torch.arange(data0.size(1)"),
        example((2, 3), axis=0, start=1.0, step=2.0),
    ],
)
def arange_like(n: View) -> Piece:
    if n["axis"] is None or n["repeat"] != 1:
        raise Gap("without an axis, or with repeat")
    kind = "_0.dtype"
    text = f"torch.arange(_0.size({n['axis']}), device=_0.device, dtype={kind})"
    if n["step"] != 1:
        text = f"{number(n['step'])} * {text}"
    return formula(n, text if n["start"] == 0 else f"{number(n['start'])} + {text}")


_SAMPLERS = {
    "_random_normal": ("randn", "loc", "scale"),
    "_random_uniform": ("rand", "low", "high"),
}


@rule("_random_normal", "_random_uniform", examples=[])
def random(n: View) -> Piece:
    name, first, second = _SAMPLERS[n.op.name]
    low, high = n[first], n[second]
    scale, shift = (high, low) if name == "randn" else (high - low, low)
    piece = _filled(n, 0.0)
    sizes = ", ".join(map(str, n.out_shape()))
    text = f"torch.{name}({sizes}{_kind(n)})" if not piece.operands else f"torch.{name}_like({piece.function})"
    if scale != 1:
        text = f"{number(scale)} * {text}"
    if shift != 0:
        text = f"{number(shift)} + {text}"
    return formula(n, text, operands=piece.operands, random=True)
