"""``nd.zeros(2, 3)`` and its relatives."""

from __future__ import annotations

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Plain, Seq, Value
from mxcompat.rewrite.rules._dtypes import dtype_argument

_FILLED = {"zeros": "torch.zeros", "ones": "torch.ones", "empty": "torch.zeros"}


def shape_of(at: At, part: Part | None) -> tuple[int | None, ...] | None:
    """The shape that an argument says, as far as it is known; and proof that it is one."""
    if part is None:
        raise Refuse(f"{at.name} without a shape")
    constant = part.constant
    if isinstance(constant, int) and not isinstance(constant, bool):
        return (constant,)
    if isinstance(constant, (tuple, list)) and all(isinstance(n, int) for n in constant):
        return tuple(constant)
    at.needs_number(part)
    if isinstance(part.node, (cst.Tuple, cst.List)):
        entries = [Part(each.value, None).constant for each in part.node.elements]
        return tuple(n if isinstance(n, int) else None for n in entries)
    return None


def _filled(at: At) -> Value:
    part = at.bind("shape ctx dtype", data=False)
    at.device(part.get("ctx"))
    dtype, text = dtype_argument(part.get("dtype"), default="float32")
    shape = shape_of(at, part.get("shape"))
    if shape is not None and 0 in shape:
        raise Refuse("MXNet refuses a shape with a zero in it")
    name = at.name.rpartition(".")[2]
    return at.give(f"{_FILLED[name]}({{size}}{text})", dtype=dtype, shape=shape, size=part["shape"])


def _full(at: At) -> Value:
    part = at.bind("shape val ctx dtype", data=False)
    at.device(part.get("ctx"))
    dtype, text = dtype_argument(part.get("dtype"), default="float32", always=True)
    shape = shape_of(at, part.get("shape"))
    at.needs_number(part.get("val"))
    if "val" not in part:
        raise Refuse("nd.full without a value")
    number = isinstance(part["shape"].constant, int)
    if shape is None and not isinstance(part["shape"].value, Seq):
        raise Refuse("nd.full with a shape that may be a number")
    size = "({size},)" if number else "{size}"
    return at.give(
        f"torch.full({size}, {{value}}{text})", dtype=dtype, shape=shape, size=part["shape"], value=part["val"]
    )


def _like(at: At) -> Value:
    part = at.bind("data")
    data = part["data"].array
    at.used_up(part["data"])
    name = at.name.rpartition(".")[2]
    return at.give(
        f"torch.{name}({{data}})", [data], dtype=data.dtype, shape=data.shape, zero=data.zero, data=part["data"]
    )


def _array(at: At) -> Value:
    part = at.bind("source_array ctx dtype", data=False)
    at.device(part.get("ctx"))
    source = part["source_array"]
    if isinstance(source.value, Arr):
        if "dtype" in part:
            raise Refuse("nd.array of an NDArray with a dtype")
        data = source.value
        return at.give("{source}.clone()", [data], dtype=data.dtype, shape=data.shape, zero=data.zero, source=source)
    dtype, text = dtype_argument(part.get("dtype"), default="float32", always=True)
    _proved_without_arrays(at, source)
    if text == ", dtype=torch.float32" and _has_float(source.constant):
        text = ""
    return at.give(
        f"torch.tensor({{source}}{text})", dtype=dtype, shape=_constant_shape(source.constant), source=source
    )


def _proved_without_arrays(at: At, source: Part) -> None:
    value = source.value
    while isinstance(value, Seq):
        value = at.machine.element(value)
    if value is not None and not isinstance(value, Plain):
        raise Refuse(f"it cannot be told what {source.text} holds")


def _has_float(constant: object) -> bool:
    if isinstance(constant, (list, tuple)):
        return any(map(_has_float, constant))
    return isinstance(constant, float)


def _constant_shape(constant: object) -> tuple[int | None, ...] | None:
    if isinstance(constant, (list, tuple)):
        if not constant:
            return None
        inner = _constant_shape(constant[0])
        return None if inner is None else (len(constant), *inner)
    return () if isinstance(constant, (int, float)) else None


def _arange(at: At) -> Value:
    part = at.bind("start stop step repeat infer_range ctx dtype", data=False)
    at.device(part.get("ctx"))
    if "repeat" in part or "infer_range" in part:
        raise Refuse("nd.arange with repeat= or infer_range=")
    dtype, text = dtype_argument(part.get("dtype"), default="float32", always=True)
    ends = [part[name] for name in ("start", "stop", "step") if name in part]
    at.needs_number(*ends)
    values = [end.constant for end in ends]
    if len(values) == 3 and not all(isinstance(v, int) for v in values):
        raise Refuse("nd.arange with a step that is no whole number rounds in another way")
    if any(isinstance(value, float) and not value.is_integer() for value in values):
        raise Refuse("nd.arange with ends that are no whole numbers")
    length = len(range(*map(int, values))) if all(isinstance(v, (int, float)) for v in values) else None
    names = ", ".join(f"{{p{i}}}" for i in range(len(ends)))
    pieces = {f"p{i}": end for i, end in enumerate(ends)}
    return at.give(f"torch.arange({names}{text})", (), pieces, dtype=dtype, shape=(length,))


def _eye(at: At) -> Value:
    part = at.bind("N M k ctx dtype", data=False)
    at.device(part.get("ctx"))
    if "k" in part:
        raise Refuse("nd.eye with k=")
    dtype, text = dtype_argument(part.get("dtype"), default="float32")
    at.needs_number(part["N"], part.get("M"))
    if part["N"].constant == 0 or ("M" in part and part["M"].constant == 0):
        raise Refuse("nd.eye with a zero")
    second = ", {m}" if "M" in part else ""
    m = {"m": part["M"]} if "M" in part else {}
    return at.give(f"torch.eye({{n}}{second}{text})", (), m, dtype=dtype, shape=(None, None), n=part["N"])


RULE = Rule(
    "Arrays made from a shape, a list or a NumPy array: `nd.zeros`, `nd.ones`, `nd.empty`, `nd.full`, `nd.array`, "
    "`nd.arange`, `nd.eye`, `nd.zeros_like`, `nd.ones_like`. MXNet's default is float32 whatever the source holds, so "
    "the dtype is written down where torch would choose another. A context must be the CPU for certain.",
    changes=[
        (
            "from mxnet import nd\nx = nd.zeros((2, 3))\ny = nd.array([1, 2])\nprint(x, y)\n",
            "import torch\nx = torch.zeros((2, 3))\ny = torch.tensor([1, 2], dtype=torch.float32)\nprint(x, y)\n",
        ),
        (
            "import mxnet as mx\nx = mx.nd.arange(4, dtype='int32')  # four\n"
            "print(mx.nd.full(3, 0.5, ctx=mx.cpu()), x)\n",
            "import torch\nx = torch.arange(4, dtype=torch.int32)  # four\n"
            "print(torch.full((3,), 0.5, dtype=torch.float32), x)\n",
        ),
    ],
    leaves=[
        ("from mxcompat import nd\nx = nd.arange(0, 1, 0.1)\ny = x + x\n", ""),
        ("import mxcompat as mx\nx = mx.nd.zeros((2, 3), ctx=mx.gpu())\ny = x + x\n", ""),
    ],
    functions={
        **{f"nd.{name}": _filled for name in _FILLED},
        "nd.full": _full,
        "nd.zeros_like": _like,
        "nd.ones_like": _like,
        "nd.array": _array,
        "nd.arange": _arange,
        "nd.eye": _eye,
    },
    methods={"zeros_like": _like, "ones_like": _like},
)
