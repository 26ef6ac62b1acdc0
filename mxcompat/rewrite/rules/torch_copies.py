"""Copies, casts and devices."""

from __future__ import annotations

from mxcompat.rewrite._call import At
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Ctx, Obj, Value
from mxcompat.rewrite.rules._dtypes import dtype_of


def _copy(at: At) -> Value:
    data = at.bind("data")["data"]
    array = data.array
    at.used_up(data)
    return at.give(
        "{data}.clone()",
        [array],
        dtype=array.dtype,
        shape=array.shape,
        zero=array.zero,
        must_zero=array.must_zero,
        data=data,
    )


def _astype(at: At) -> Value:
    part = at.bind("data dtype")
    array = part["data"].array
    dtype = dtype_of(part["dtype"]) if "dtype" in part else None
    if dtype is None or dtype not in ("float32", "float64", "int32", "int64"):
        raise Refuse("a cast to this dtype may round or wrap in another way")
    floating = dtype.startswith("float")
    return at.give(
        f"{{data}}.to(torch.{dtype})",
        [array],
        dtype=dtype,
        shape=array.shape,
        zero=array.zero,
        must_zero=array.must_zero,
        view=True,
        gradient=floating and array.floating,
        data=part["data"],
    )


def _as_in_context(at: At) -> Value:
    part = at.bind("data context")
    array = part["data"].array
    if "context" not in part:
        raise Refuse("no context")
    at.device(part["context"])
    at.replace("{data}", [array.group], data=part["data"])
    return array


def _cpu(at: At) -> Value:
    return Ctx(True)


def _elsewhere(at: At) -> Value:
    return Ctx(False)


def _context(at: At) -> Value:
    first = at.positional[0].constant if at.positional else None
    return Ctx(first == "cpu") if isinstance(first, str) else Obj("Context")


def _of_array(at: At) -> Value:
    if at.receiver is None or not isinstance(at.receiver.value, Arr):
        raise Refuse("no array")
    raise Refuse("the program asks for an array's context; in torch it is x.device")


RULE = Rule(
    "`copy`, `astype`, `as_in_context`. A context that is the CPU for certain "
    "goes away, since that is where torch puts a new "
    "tensor; any other is left with the arrays that go there: write `device=` by hand.",
    changes=[
        (
            "import mxnet as mx\nctx = mx.cpu()\nx = mx.nd.ones(3, ctx=ctx).as_in_context(ctx)\n"
            "print(x.copy(), x.astype('float64'))\n",
            "import torch\nimport mxcompat as mx\nctx = mx.cpu()\nx = torch.ones(3)\n"
            "print(x.clone(), x.to(torch.float64))\n",
        ),
    ],
    leaves=[("import mxcompat as mx\nx = mx.nd.ones(3).as_in_context(mx.gpu())\n", "is the CPU")],
    functions={"cpu": _cpu, "gpu": _elsewhere, "current_context": _elsewhere, "Context": _context},
    methods={"copy": _copy, "astype": _astype, "as_in_context": _as_in_context, "as_in_ctx": _as_in_context},
    attributes={"context": _of_array, "ctx": _of_array},
)
