"""From arrays to numbers, NumPy, shapes."""

from __future__ import annotations

import libcst as cst

from mxcompat.rewrite._call import At
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import NUMBER, PLAIN, Arr, Value


def _receiver(at: At) -> Arr:
    if at.receiver is None or at.positional or at.keywords:
        raise Refuse(f"{at.name} with arguments")
    return at.receiver.array


def _asscalar(at: At) -> Value:
    array = _receiver(at)
    parent = at.machine.parents.get(at.node)
    if isinstance(parent, cst.Attribute):
        raise Refuse(
            "asscalar() gives a NumPy number here, item() a Python one, and the program asks it for an attribute"
        )
    at.replace("{x}.item()", [array.group], x=at.receiver)  # type: ignore[arg-type]
    at.used_up(at.receiver)  # type: ignore[arg-type]
    return NUMBER


def _asnumpy(at: At) -> Value:
    array = _receiver(at)
    receiver = at.receiver
    if receiver is None:
        raise Refuse("asnumpy of nothing")
    if at.machine.wants_one_number(at.node):
        at.replace("{x}.item()", [array.group], x=receiver)
        at.used_up(receiver)
        return NUMBER
    at.machine.observe(array)
    keys = {key for key, _ in array.deps} | array.ids
    detach = ".detach()" if any(key in at.machine.attached for key in keys) else ""
    copy = ".copy()" if isinstance(receiver.node, (cst.Name, cst.Attribute, cst.Subscript)) else ""
    at.replace(f"{{x}}{detach}.numpy(){copy}", [array.group], x=receiver)
    return PLAIN


def _shape(at: At) -> Value:
    array = _receiver(at)
    at.machine.observe(array)
    parent = at.machine.parents.get(at.node)
    if not isinstance(parent, (cst.Arg, cst.Subscript)) or at.machine.is_shown(at.node):
        at.replace("tuple({x}.shape)", [array.group], x=at.receiver)  # type: ignore[arg-type]
    return NUMBER


def _size(at: At) -> Value:
    array = _receiver(at)
    at.replace("{x}.numel()", [array.group], x=at.receiver)  # type: ignore[arg-type]
    return NUMBER


def _ndim(at: At) -> Value:
    at.machine.observe(_receiver(at))
    return NUMBER


RULE = Rule(
    "`x.asscalar()`, `x.asnumpy()`, `x.shape`, `x.size`, `x.ndim`. `asnumpy` "
    "copies in MXNet, so `.copy()` is added unless the "
    "tensor was made on the spot, and `.detach()` where a gradient may be attached. "
    "A number put into a format is taken by "
    "`.item()`. `item()` gives Python's float, `asscalar()` gave NumPy's float32: "
    "more digits when printed, the same number.",
    changes=[
        (
            "from mxnet import nd\nx = nd.ones((2, 3))\nprint('%f' % x.mean().asnumpy(), "
            "x.sum().asscalar(), x.shape, x.size)\n"
            "a = x.asnumpy()\n",
            "import torch\nx = torch.ones((2, 3))\nprint('%f' % x.mean().item(), "
            "x.sum().item(), tuple(x.shape), x.numel())\n"
            "a = x.numpy().copy()\n",
        ),
    ],
    leaves=[("from mxcompat import nd\nx = nd.ones(1)\nprint(x.asscalar().dtype)\n", "asks it for an attribute")],
    methods={"asscalar": _asscalar, "asnumpy": _asnumpy},
    attributes={"shape": _shape, "size": _size, "ndim": _ndim},
)
