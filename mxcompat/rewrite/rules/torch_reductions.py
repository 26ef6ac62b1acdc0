"""Sums, means and their like."""

from __future__ import annotations

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Value
from mxcompat.rewrite.rules._shapes import Shape


def _axes(at: At, part: dict[str, Part]) -> tuple[int, ...] | None:
    """The axes, or None for all of them."""
    if "exclude" in part and at.number(part["exclude"]):
        raise Refuse(f"{at.name}(exclude=True) is not followed")
    axis = at.number(part.get("axis"))
    if axis is None or axis == ():
        return None
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in axes):
        raise Refuse(f"{at.name}: axis={axis!r} is not followed")
    return axes


def _left(data: Arr, axes: tuple[int, ...], keep: bool) -> Shape | None:
    if data.shape is None:
        return None
    gone = {axis % len(data.shape) for axis in axes}
    kept = [1 if i in gone else n for i, n in enumerate(data.shape) if keep or i not in gone]
    return tuple(kept) or (1,)


def _reduce(at: At, text: str, whole: str, part: dict[str, Part], axes: tuple[int, ...] | None, **more: bool) -> Value:
    data = part["data"].array
    at.used_up(part["data"])
    keep = bool(at.number(part.get("keepdims"), False))
    gradient = more.get("gradient", True)
    cast = ".float()" if more.get("cast") else ""
    dtype = "float32" if cast else data.dtype
    if axes is None:
        if keep:
            raise Refuse(f"{at.name}(keepdims=True) over all axes is not followed")
        zero = at.zero_here()
        return at.give(
            whole + cast,
            [data],
            dtype=dtype,
            shape=(1,),
            zero=zero,
            must_zero=True,
            gradient=gradient,
            data=part["data"],
        )
    dim = str(axes[0] if len(axes) == 1 else axes)
    all_gone = data.shape is not None and len(data.shape) == len(axes)
    may_vanish = not keep and (data.shape is None or all_gone)
    zero = at.zero_here() if may_vanish else frozenset()
    if data.zero and keep:
        at.machine.observe(data)
    text = text.replace("DIM", f"dim={dim}" + (", keepdim=True" if keep else ""))
    return at.give(
        text + cast,
        [data],
        dtype=dtype,
        shape=_left(data, axes, keep),
        zero=zero,
        must_zero=bool(zero) and all_gone,
        gradient=gradient,
        data=part["data"],
    )


def _sum(at: At) -> Value:
    part = at.bind("data axis keepdims exclude")
    at.needs_float(part["data"])
    name = at.name.rpartition(".")[2]
    return _reduce(at, f"{{data}}.{name}(DIM)", f"{{data}}.{name}()", part, _axes(at, part))


def _norm(at: At) -> Value:
    part = at.bind("data ord axis keepdims")
    at.needs_float(part["data"])
    if at.number(part.get("ord"), 2) != 2:
        raise Refuse("norm with ord=")
    if "axis" in part:
        raise Refuse("norm along an axis is not followed")
    return _reduce(at, "", "torch.linalg.vector_norm({data})", part, None)


def _argmax(at: At) -> Value:
    part = at.bind("data axis keepdims")
    part["data"].array  # noqa: B018  it must be one
    axes = _axes(at, part)
    name = at.name.rpartition(".")[2]
    return _reduce(at, f"{{data}}.{name}(DIM)", f"{{data}}.{name}()", part, axes, gradient=False, cast=True)


def _max(at: At) -> Value:
    part = at.bind("data axis keepdims exclude")
    at.needs_float(part["data"])
    if at.machine.attached or at.machine.backwards:
        raise Refuse("max and min share the gradient among equal elements in torch; this program computes gradients")
    name = at.name.rpartition(".")[2]
    return _reduce(at, f"{{data}}.a{name}(DIM)", f"{{data}}.{name}()", part, _axes(at, part))


_ALL = {"sum": _sum, "mean": _sum, "norm": _norm, "argmax": _argmax, "argmin": _argmax, "max": _max, "min": _max}

RULE = Rule(
    "`sum`, `mean`, `norm`, `argmax`, `argmin`, and in programs without gradients "
    "`max` and `min`. A result over all axes has "
    "the shape (1,) in MXNet and () in torch; where the program looks at that "
    "shape, `.reshape(1)` is added. MXNet's indices "
    "are float32. (At an array of zeros the gradient of `norm` is NaN in MXNet, 0 in torch.)",
    changes=[
        (
            "from mxnet import nd\nx = nd.ones((2, 3))\nprint(x.sum(), nd.mean(x, axis=0), x.argmax(axis=1))\n",
            "import torch\nx = torch.ones((2, 3))\nprint(x.sum(), x.mean(dim=0), x.argmax(dim=1).float())\n",
        ),
        (
            "from mxnet import nd\nx = nd.ones((2, 3))\ns = x.sum()\nprint(s.shape)\n",
            "import torch\nx = torch.ones((2, 3))\ns = x.sum().reshape(1)\nprint(tuple(s.shape))\n",
        ),
    ],
    leaves=[
        ("from mxcompat import nd\nx = nd.ones((2, 3))\ny = x.sum(axis=0, exclude=True)\n", "exclude=True"),
        ("from mxcompat import nd\nx = nd.ones(3, dtype='int32')\ny = x.sum()\n", "the dtype of x"),
    ],
    functions={f"nd.{name}": handler for name, handler in _ALL.items()},
    methods=_ALL,
)
