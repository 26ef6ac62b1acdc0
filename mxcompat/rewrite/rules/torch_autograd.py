"""Recording, gradients, backward."""

from __future__ import annotations

import libcst as cst

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._edits import Template
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._machine import Machine
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import NUMBER, Group, Obj, Value


def _scope(at: At) -> Value:
    """`record()` and `pause()`: the block that they open does the work."""
    plain = not at.keywords and all(part.constant is (at.name == "autograd.record") for part in at.positional)
    return Obj(at.name if plain else f"{at.name} with arguments")


def _block(machine: Machine, node: cst.With, context: Part) -> tuple[Group, bool] | None:
    """The group of everything that is computed in a block, and whether the block pauses recording."""
    if not isinstance(context.value, Obj) or not context.value.name.startswith("autograd."):
        return None
    group = machine.group((node, "record"))
    name = context.value.name
    if name not in ("autograd.record", "autograd.pause"):
        machine.keep(group, node, f"{name} has no counterpart that is proved")
        return group, False
    text = "torch.enable_grad()" if name == "autograd.record" else "torch.no_grad()"
    machine.plan(context.node, [group], Template(text))
    return group, name == "autograd.pause"


def _statement(at: At) -> cst.CSTNode:
    """The line that consists of this call alone.

    Raises:
        Refuse: it is part of something larger.
    """
    expression = at.machine.parents[at.node]
    line = at.machine.parents[expression]
    if isinstance(expression, cst.Expr) and isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        return line
    raise Refuse(f"{at.name}() does not stand on a line of its own")


def _attach_grad(at: At) -> Value:
    part = at.bind("grad_req stype", data=False)
    request = at.number(part.get("grad_req"), "write")
    if "stype" in part or request not in ("write", "add"):
        raise Refuse("attach_grad with such arguments is not followed")
    receiver = at.receiver
    if receiver is None or not isinstance(receiver.node, (cst.Name, cst.Subscript)):
        raise Refuse("the array has no name")
    array, line = receiver.array, _statement(at)
    at.needs_float(receiver)
    at.machine.observe(array)
    for key in array.ids:
        if at.machine.attached.get(key) != request:
            at.machine.attached[key] = request
            at.machine.changed = True
    computed = any(key in at.machine.attached for key, _ in array.deps)
    if computed and not all(at.machine.is_arithmetic(key) for key in array.ids):
        raise Refuse("the array was computed in a record block and may be a view; write x = x.detach() first")
    cut = ".detach_()" if computed else ""
    at.machine.plan(
        line,
        [array.group],
        Template(f"{{x}}{cut}.requires_grad_()", {"x": receiver.node}),
        Template("{x}.grad = torch.zeros_like({x})", {"x": receiver.node}),
        kind="statement",
    )
    return NUMBER


def _grad(at: At) -> Value:
    if at.receiver is None:
        raise Refuse("no array")
    array = at.receiver.array
    return at.machine.array(at.node, [array], array.dtype, array.shape, tag="grad", detached=True)


def _detach(at: At) -> Value:
    if at.receiver is None or at.positional or at.keywords:
        raise Refuse("detach with arguments")
    array = at.receiver.array
    return at.machine.array(at.node, [array], array.dtype, array.shape, array.zero, array.must_zero, detached=True)


def _block_grad(at: At) -> Value:
    part = at.bind("data")
    array = part["data"].array
    result = at.give(
        "{data}.detach()", [array], dtype=array.dtype, shape=array.shape, zero=array.zero, data=part["data"]
    )
    return at.machine.cut(result)


def _backward(at: At) -> Value:
    part = at.bind("out_grad retain_graph", data=False)
    receiver = at.receiver
    if receiver is None:
        raise Refuse("no array")
    array, line = receiver.array, _statement(at)
    retain = at.number(part.get("retain_graph"), False)
    arguments = []
    parts = {"y": receiver.node}
    if "out_grad" in part:
        at.machine.union(array.group, part["out_grad"].array.group)
        arguments.append("{g}")
        parts["g"] = part["out_grad"].node
    elif not (array.zero and array.must_zero):
        if not receiver.is_name:
            raise Refuse("what is differentiated has no name")
        arguments.append("torch.ones_like({y})")
    if retain:
        arguments.append("retain_graph=True")
    resets = [Template(f"{name}.grad.zero_()") for name in at.machine.reached(array, at.node)]
    at.machine.plan(
        line, [array.group], *resets, Template(f"{{y}}.backward({', '.join(arguments)})", parts), kind="statement"
    )
    return NUMBER


def _is_recording(at: At) -> Value:
    if at.positional or at.keywords:
        raise Refuse("with arguments")
    machine = at.machine
    if machine.function is not None:
        machine.stays_in_record()
        return NUMBER
    groups = [group for _, group in machine.records[-1:]] or [machine.group((at.node, "flag"))]
    machine.plan(at.node, groups, Template("torch.is_grad_enabled()"))
    return NUMBER


HEADER = "torch.set_grad_enabled(False)  # as in MXNet, only what stands in a record() block is recorded"

RULE = Rule(
    "`attach_grad`, `record`, `pause`, `backward`, `x.grad`, `detach`, `is_recording`, "
    "`is_training`. MXNet records nothing but "
    "what stands in a record block, so recording is switched off at the top "
    "and on in those blocks. A backward overwrites "
    "gradients in MXNet and adds to them in torch, so the gradients that it "
    "reaches are set to zero first; where it cannot be "
    "told which these are, everything is left. An array of several elements "
    "is differentiated with ones as head gradient.",
    changes=[
        (
            "from mxnet import autograd, nd\nx = nd.array([1.0, 2.0])\nx.attach_grad()\nfor i in range(3):\n"
            "    with autograd.record():\n        y = x * x\n    y.backward()\n    x -= 0.1 * x.grad\nprint(x)\n",
            f"import torch\n{HEADER}\nx = torch.tensor([1.0, 2.0])\nx.requires_grad_()\nx.grad = torch.zeros_like(x)\n"
            "for i in range(3):\n    with torch.enable_grad():\n        y = x * x\n    x.grad.zero_()\n"
            "    y.backward(torch.ones_like(y))\n    x -= 0.1 * x.grad\nprint(x)\n",
        ),
    ],
    leaves=[
        (
            "from mxcompat import autograd, nd\nx = nd.ones(2)\nx.attach_grad()\nwith autograd.record():\n"
            "    y = x * x\n"
            "x[:] = 3\ny.backward()\n",
            "between record() and backward()",
        ),
        (
            "from mxcompat import autograd, nd\nx = nd.ones(2)\nx.attach_grad('null')\nwith autograd.record():\n"
            "    y = x * x\n",
            "attach_grad with such arguments",
        ),
    ],
    functions={
        "autograd.record": _scope,
        "autograd.pause": _scope,
        "autograd.train_mode": _scope,
        "autograd.predict_mode": _scope,
        "autograd.is_recording": _is_recording,
        "autograd.is_training": _is_recording,
        "nd.BlockGrad": _block_grad,
        "nd.stop_gradient": _block_grad,
    },
    methods={"attach_grad": _attach_grad, "backward": _backward, "detach": _detach},
    attributes={"grad": _grad},
    hooks={"with": _block},
)
