"""Sums and extremes over axes, order."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Piece
from .._rule import View, example, formula, rule

#: operator -> method for one axis or several; None where torch's takes one axis only
_METHODS = {"sum": "sum", "mean": "mean", "max": "amax", "min": "amin", "nansum": "nansum"}


def reduced_axes(n: View) -> tuple[int, ...]:
    """The axes that are reduced, counted from the front."""
    axis, ndim = n["axis"], n.ndim()
    if axis is None or axis == ():
        return tuple(range(ndim))
    axes = tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))
    if n.attrs.get("exclude"):
        axes = tuple(a for a in range(ndim) if a not in axes)
    return axes


def _dims(n: View, axes: tuple[int, ...]) -> str:
    """One axis, or all of them, as torch is told. The last axis is -1 if it was named so."""
    given = n["axis"]
    if len(axes) == 1:
        named = given[0] if isinstance(given, tuple) and len(given) == 1 else given
        return str(named if isinstance(named, int) and not n.attrs.get("exclude") else axes[0])
    return str(axes)


@rule(
    "sum",
    "mean",
    "max",
    "min",
    "nansum",
    examples=[
        example((2, 3, 4), axis=1, source="data0.sum(1)"),
        example((2, 3, 4), axis=(1, 2), keepdims=True, source="data0.sum((1, 2), keepdim=True)"),
        example((2, 3, 4), axis=0, exclude=True, source="data0.sum((1, 2))"),
        example((2, 3, 4), source="data0.sum().reshape(1)"),
        example((2, 3, 4), keepdims=True),
    ],
)
def reduce(n: View) -> Piece:
    method, axes, keep = _METHODS[n.op.name], reduced_axes(n), n["keepdims"]
    if not axes:
        return formula(n, "_0.clone()")
    if len(axes) == n.ndim() and not keep:
        return formula(n, f"_0.{method}().reshape(1)")
    return formula(n, f"_0.{method}({_dims(n, axes)}{', keepdim=True' if keep else ''})")


@rule("prod", examples=[example((2, 3, 4), axis=1, source="data0.prod(1)"), example((2, 3))])
def prod(n: View) -> Piece:
    axes = reduced_axes(n)
    if len(axes) == n.ndim() and not n["keepdims"]:
        return formula(n, "_0.prod().reshape(1)")
    if len(axes) != 1:
        raise Gap("a product over several axes")
    return formula(n, f"_0.prod({_dims(n, axes)}{', keepdim=True' if n['keepdims'] else ''})")


@rule(
    "norm",
    examples=[
        example((2, 3, 4), axis=1, source="torch.linalg.vector_norm(data0, dim=1)"),
        example((2, 3, 4), ord=1, axis=2, keepdims=True),
        example((2, 3), source="reshape(1)"),
    ],
)
def norm(n: View) -> Piece:
    order = "" if n["ord"] == 2 else f", ord={n['ord']}"
    axes = reduced_axes(n)
    if n["ord"] not in (1, 2):
        raise Gap(f"ord={n['ord']}")
    if len(axes) == n.ndim() and not n["keepdims"]:
        return formula(n, f"torch.linalg.vector_norm(_0{order}).reshape(1)")
    keep = ", keepdim=True" if n["keepdims"] else ""
    return formula(n, f"torch.linalg.vector_norm(_0{order}, dim={_dims(n, axes)}{keep})")


@rule(
    "argmax",
    "argmin",
    examples=[
        example((2, 3, 4), axis=1, source="data0.argmax(1).float()"),
        example((2, 3, 4), axis=-1, keepdims=True),
        example((2, 3)),
    ],
)
def arg_extreme(n: View) -> Piece:
    axis, keep = n["axis"], n["keepdims"]
    if axis is None or n.ndim() == 1:
        if keep:
            raise Gap("keepdims without an axis")
        return formula(n, f"_0.{n.op.name}().reshape(1).float()")
    return formula(n, f"_0.{n.op.name}({axis}{', keepdim=True' if keep else ''}).float()")


@rule("argmax_channel", examples=[example((2, 3))])
def argmax_channel(n: View) -> Piece:
    return formula(n, "_0.argmax(1).float()")


@rule(
    "topk",
    examples=[
        example((2, 5), k=2, ret_typ="value", source="topk(2"),
        example((2, 5), k=2, ret_typ="indices", is_ascend=True),
        example((2, 5, 3), k=2, axis=1, ret_typ="both"),
    ],
)
def topk(n: View) -> Piece:
    kind, axis = n["ret_typ"], n["axis"]
    if axis is None:
        raise Gap("axis=None")
    k = n["k"] or n.shape()[axis]
    rest = "" if axis in (-1, n.ndim() - 1) else f", dim={axis}"
    if n["is_ascend"]:
        rest += ", largest=False"
    text = f"_0.topk({k}{rest})"
    if kind == "value":
        return formula(n, f"{text}.values")
    if kind == "indices":
        return formula(n, f"{text}.indices{_of_dtype(n, 0)}")
    if kind == "both":
        return (
            formula(n, text, target="{0}, {1}")
            if not n.is_used(1)
            else formula(
                n, f"topk_both(_0, {k}, {axis}, {not n['is_ascend']})", target="{0}, {1}", helpers=("topk_both",)
            )
        )
    raise Gap(f"ret_typ={kind}")


def _of_dtype(n: View, index: int) -> str:
    kind = n.out_dtype(index)
    if str(kind) == "torch.float32":
        return ".float()"
    return "" if str(kind) == "torch.int64" else f".to({kind})"


@rule("sort", examples=[example((2, 5)), example((2, 5), axis=0, is_ascend=False, source="descending=True")])
def sort(n: View) -> Piece:
    n.only_first()
    if n["axis"] is None:
        raise Gap("axis=None")
    return formula(n, f"_0.sort({n['axis']}{'' if n['is_ascend'] else ', descending=True'}).values")


@rule("argsort", examples=[example((2, 5)), example((2, 5), axis=0, is_ascend=False)])
def argsort(n: View) -> Piece:
    if n["axis"] is None:
        raise Gap("axis=None")
    down = "" if n["is_ascend"] else ", descending=True"
    return formula(n, f"_0.argsort({n['axis']}{down}){_of_dtype(n, 0)}")


@rule("_np_cumsum", examples=[example((2, 3), axis=1), example((2, 3))])
def cumsum(n: View) -> Piece:
    return formula(n, "_0.flatten().cumsum(0)" if n["axis"] is None else f"_0.cumsum({n['axis']})")


@rule(
    "moments",
    examples=[example((2, 3, 4), axes=(1,), source="torch.var_mean"), example((2, 3), axes=(0,), keepdims=True)],
)
def moments(n: View) -> Piece:
    axes = n["axes"]
    if not axes:
        raise Gap("moments of everything")
    keep = ", keepdim=True" if n["keepdims"] else ""
    return formula(n, f"torch.var_mean(_0, {axes}, correction=0{keep})", target="{1}, {0}")
