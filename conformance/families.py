"""One line per operator: the variants that every operator of a family needs.

Each helper adds cases named ``<name>/<variant>``. Common options:

- ``dtypes``: dtypes to sweep (default: all seven; unsupported ones record MXNet's refusal).
- ``low``, ``high``: range of the drawn inputs (the operator's domain).
- ``grad``: False where MXNet defines no gradient.
- ``path``: where the function lives, default ``nd.<name>``.
- ``method``: True when NDArray has a method of that name, or its name.
- ``aliases``: other public names, each called once.
- ``tol``, ``float16_tol``: a tolerance with its reason, for all cases or for the float16 ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .calls import DTYPES, Arr, _map
from .compare import _Tolerance

if TYPE_CHECKING:
    from .suite import Suite

NAN, INF = float("nan"), float("inf")
SPECIAL = (NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-8, 1e8, -1e8)


def label(attrs: Mapping[str, Any]) -> str:
    """Attributes as part of a case name."""
    text = ",".join(f"{key}={value!r}" for key, value in attrs.items()) or "default"
    return text.replace(" ", "").replace("'", "").replace("/", "_").replace("|", "_")


def _changed(args: Sequence[Any], dtype: str | None = None, layout: str | None = None) -> tuple[Any, ...]:
    """The arguments with every float32 array turned into another dtype, or every array built by another layout."""

    def change(arr: Arr) -> Arr:
        if dtype is not None:
            return arr.with_(dtype=dtype) if arr.dtype == "float32" else arr
        return arr.with_(layout=layout)

    return tuple(_map(tuple(args), change))


def standard(
    suite: Suite,
    name: str,
    path: str,
    args: Sequence[Any],
    attrs: Mapping[str, Any] | Sequence[Mapping[str, Any]] = (),
    *,
    dtypes: Sequence[str] = DTYPES,
    grad: bool | Sequence[int] = True,
    out: bool = True,
    layouts: Sequence[str] = ("rows", "transposed"),
    tol: _Tolerance | None = None,
    float16_tol: _Tolerance | None = None,
    bad: Mapping[str, tuple[Sequence[Any], Mapping[str, Any], Sequence[str]]] | None = None,
) -> None:
    """Variants of one call: each set of ``attrs``; then, with the first set, each dtype, each layout and ``out=``.

    ``args``: arrays (``Arr``) and plain values; the dtype sweep changes the float32 arrays only, so index inputs
    keep theirs. ``bad``: ``{name: (args, kwargs, words our message must contain)}``; MXNet may accept what
    looks bad, then its result is the record.
    """
    sets = [attrs] if isinstance(attrs, Mapping) else list(attrs) or [{}]
    for one in sets:
        suite.op(f"{name}/{label(one)}", path, args, one, grad=grad, tol=tol)
    first = sets[0]
    for dtype in dtypes:
        if dtype != "float32":
            own = float16_tol if dtype == "float16" and float16_tol else tol
            suite.op(f"{name}/{dtype}", path, _changed(args, dtype=dtype), first, grad=grad, tol=own)
    for layout in layouts:
        suite.op(f"{name}/{layout}", path, _changed(args, layout=layout), first, grad=grad, tol=tol)
    if out:
        suite.op(f"{name}/out", path, args, first, grad=False, out=True, tol=tol)
    for word, (bad_args, bad_kwargs, says) in (bad or {}).items():
        suite.op(f"{name}/bad_{word}", path, bad_args, bad_kwargs, grad=False, says=says)


def unary(
    suite: Suite,
    op: str,
    *,
    path: str = "",
    low: float = -2.0,
    high: float = 2.0,
    attrs: Mapping[str, Any] | Sequence[Mapping[str, Any]] = (),
    dtypes: Sequence[str] = DTYPES,
    grad: bool = True,
    special: bool = True,
    method: bool | str = False,
    aliases: Sequence[str] = (),
    tol: _Tolerance | None = None,
    float16_tol: _Tolerance | None = None,
) -> None:
    """One array in, one of the same shape out."""
    path = path or "nd." + op
    args = (Arr((2, 3), low=low, high=high),)
    unknown = ((args[0],), {"no_such_attribute": 1}, (op, "no_such_attribute"))
    bad = {"attribute": unknown, "type": (([1.0, 2.0],), {}, (op,))}
    standard(suite, op, path, args, attrs, dtypes=dtypes, grad=grad, tol=tol, float16_tol=float16_tol, bad=bad)
    first = dict(attrs) if isinstance(attrs, Mapping) else dict(next(iter(attrs), {}))
    for shape in ((1,), (7,), (2, 1, 3), (1, 1), (2, 2, 1, 2, 2)):
        word = "shape_" + "x".join(map(str, shape))
        suite.op(f"{op}/{word}", path, (Arr(shape, low=low, high=high, seed=3),), first, grad=grad, tol=tol)
    if special:
        for dtype in ("float32", "float64"):
            suite.op(f"{op}/special_{dtype}", path, (Arr(values=SPECIAL, dtype=dtype),), first, grad=grad, tol=tol)
    if grad:
        suite.op(f"{op}/grad_add", path, (args[0].with_(req="add"),), first, tol=tol)
    if method:
        word = method if isinstance(method, str) else op
        suite.op(f"{op}/method", "." + word, args, first, grad=grad, tol=tol)
    for alias in aliases:
        suite.op(f"{op}/alias_{alias}", path.rsplit(".", 1)[0] + "." + alias, args, first, grad=grad, tol=tol)


def binary(
    suite: Suite,
    op: str,
    *,
    path: str = "",
    low: float = -2.0,
    high: float = 2.0,
    low2: float | None = None,
    high2: float | None = None,
    broadcast: bool = True,
    dtypes: Sequence[str] = DTYPES,
    grad: bool = True,
    special: bool = True,
    method: bool | str = False,
    aliases: Sequence[str] = (),
    tol: _Tolerance | None = None,
    float16_tol: _Tolerance | None = None,
) -> None:
    """Two arrays in, of one shape or (``broadcast``) of shapes that stretch to one. ``low2, high2``: the second's."""
    path = path or "nd." + op
    low2, high2 = low if low2 is None else low2, high if high2 is None else high2

    def pair(left: Sequence[int], right: Sequence[int], dtype: str = "float32", other: str = "") -> tuple[Arr, Arr]:
        return (
            Arr(left, dtype, low=low, high=high, seed=1),
            Arr(right, other or dtype, low=low2, high=high2, seed=2),
        )

    args = pair((2, 3), (2, 3))
    far = pair((2, 3), (4, 5))
    bad = {
        "shapes": (far, {}, (op, "(2, 3)", "(4, 5)")),
        "dtypes": (pair((2, 3), (2, 3), "float32", "float64"), {}, (op, "float64")),
        "attribute": (args, {"no_such_attribute": 1}, (op, "no_such_attribute")),
        "count": (args[:1], {}, (op,)),
    }
    standard(suite, op, path, args, dtypes=dtypes, grad=grad, tol=tol, float16_tol=float16_tol, bad=bad)
    shapes = [((1,), (1,)), ((2, 1, 3), (2, 1, 3))]
    if broadcast:
        shapes += [((2, 3), (1, 3)), ((2, 1), (2, 3)), ((2, 3, 1), (1, 3, 4)), ((1,), (5,)), ((1, 1), (2, 3))]
    for left, right in shapes:
        word = "shape_" + "x".join(map(str, left)) + "_" + "x".join(map(str, right))
        suite.op(f"{op}/{word}", path, pair(left, right), grad=grad, tol=tol)
    suite.op(f"{op}/ranks", path, pair((2, 3), (3,)), grad=grad, says=(op,), tol=tol)
    if special:
        values = np.array(SPECIAL + (2.0,))
        left, right = np.meshgrid(values, values)
        specs = (Arr(values=left.tolist()), Arr(values=right.tolist()))
        suite.op(f"{op}/special", path, specs, grad=grad, tol=tol)
    if grad:
        suite.op(f"{op}/grad_add", path, (args[0].with_(req="add"), args[1].with_(req="add")), tol=tol)
        suite.op(f"{op}/grad_left_only", path, args, grad=(0,), tol=tol)
        suite.op(f"{op}/grad_right_only", path, args, grad=(1,), tol=tol)
    if method:
        suite.op(f"{op}/method", "." + (method if isinstance(method, str) else op), args, grad=grad, tol=tol)
    for alias in aliases:
        suite.op(f"{op}/alias_{alias}", path.rsplit(".", 1)[0] + "." + alias, args, grad=grad, tol=tol)


def scalar(
    suite: Suite,
    method: str,
    *,
    scalars: Sequence[Any] = (2, -1.5, 0, 3.0, True),
    low: float = -2.0,
    high: float = 2.0,
    dtypes: Sequence[str] = DTYPES,
    grad: bool = True,
    path: str = "",
    tol: _Tolerance | None = None,
    float16_tol: _Tolerance | None = None,
) -> None:
    """An array with a Python or NumPy number: ``method`` is a dunder (``__add__``), or ``path`` names a function."""
    path = path or "." + method
    for dtype in dtypes:
        arr = Arr((2, 3), dtype, low=low, high=high)
        own = float16_tol if dtype == "float16" and float16_tol else tol
        for value in scalars if dtype == "float32" else scalars[:2]:
            suite.op(f"{method}/{dtype}_{value!r}", path, (arr, value), grad=grad, tol=own)
    arr = Arr((2, 3), low=low, high=high)
    for number in (np.float32(1.5), np.float64(1.5), np.int64(2)):
        suite.op(f"{method}/float32_numpy_{number.dtype.name}", path, (arr, number), grad=False, tol=tol)
    for layout in ("rows", "transposed"):
        suite.op(f"{method}/{layout}", path, (arr.with_(layout=layout), scalars[0]), grad=grad, tol=tol)
    suite.op(f"{method}/shape_1", path, (Arr((1,), low=low, high=high), scalars[0]), grad=grad, tol=tol)
    suite.op(f"{method}/bad_text", path, (arr, "text"), grad=False)


def reduce(
    suite: Suite,
    op: str,
    *,
    path: str = "",
    low: float = -2.0,
    high: float = 2.0,
    dtypes: Sequence[str] = DTYPES,
    grad: bool = True,
    unique: bool = False,
    axes: Sequence[Any] = (None, 0, 1, -1, -2, (0, 2), (1, 0), ()),
    exclude: bool = True,
    keepdims: bool = True,
    attrs: Mapping[str, Any] | None = None,
    method: bool | str = False,
    aliases: Sequence[str] = (),
    tol: _Tolerance | None = None,
    float16_tol: _Tolerance | None = None,
) -> None:
    """One array in, fewer axes out: every form of ``axis``, ``keepdims``, ``exclude``, and wrong axes."""
    path, extra = path or "nd." + op, dict(attrs or {})
    arr = Arr((2, 3, 4), low=low, high=high, unique=unique)
    forms: list[dict[str, Any]] = [dict(extra)] + [dict(axis=axis, **extra) for axis in axes]
    if keepdims:
        forms += [dict(axis=axis, keepdims=True, **extra) for axis in axes if axis != ()]
    if exclude:
        forms += [dict(axis=axis, exclude=True, **extra) for axis in axes if axis not in (None, ())]
    bad = {
        "axis": ((arr,), {"axis": 5}, (op, "axis")),
        "negative_axis": ((arr,), {"axis": -4}, (op, "axis")),
        "axis_type": ((arr,), {"axis": "x"}, (op, "axis")),
        "attribute": ((arr,), {"no_such_attribute": 1}, (op, "no_such_attribute")),
    }
    standard(suite, op, path, (arr,), forms, dtypes=dtypes, grad=grad, tol=tol, float16_tol=float16_tol, bad=bad)
    suite.op(
        f"{op}/transposed_axis",
        path,
        (arr.with_(layout="transposed"),),
        dict(axis=1, **extra),
        grad=grad,
        tol=tol,
    )
    for shape, axis in (((1,), 0), ((2, 1, 3), 1), ((2, 1, 3), 0), ((5,), 0), ((1, 1), -1)):
        word = "shape_" + "x".join(map(str, shape)) + f"_axis={axis}"
        one = Arr(shape, low=low, high=high, unique=unique, seed=3)
        suite.op(f"{op}/{word}", path, (one,), dict(axis=axis, **extra), grad=grad, tol=tol)
    for name, values in {"nan": [[NAN, 1.0], [2.0, 3.0]], "inf": [[INF, 1.0], [-INF, 3.0]]}.items():
        suite.op(f"{op}/special_{name}", path, (Arr(values=values),), dict(axis=1, **extra), grad=grad, tol=tol)
    if grad:
        suite.op(f"{op}/grad_add", path, (arr.with_(req="add"),), dict(axis=1, **extra), tol=tol)
    if method:
        suite.op(
            f"{op}/method",
            "." + (method if isinstance(method, str) else op),
            (arr,),
            {"axis": 1},
            grad=grad,
            tol=tol,
        )
    for alias in aliases:
        suite.op(
            f"{op}/alias_{alias}",
            path.rsplit(".", 1)[0] + "." + alias,
            (arr,),
            {"axis": 1},
            grad=grad,
            tol=tol,
        )
