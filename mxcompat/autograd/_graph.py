"""What is needed to know of torch's graph: who is a leaf, what a backward reached, what it freed.

MXNet frees the history it walked unless ``retain_graph`` is given: the arrays it met are constants from
then on. torch keeps the edges and frees only saved tensors, so freed nodes are marked here (in the node's
own metadata, which lives as long as the node).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from .._core.errors import MXNetError
from .._core.refused import without_gradient
from .._core.state import FLAGS, THREAD

_FREED = "mxcompat.freed"
_SHARED = "mxcompat.shared"

with torch.enable_grad():  # a program may have switched it off before it imports this
    _probe = torch.ones(1, requires_grad=True)
    _TRANSPOSED: Any = type(_probe.expand(1, 1).t().grad_fn)
    _AccumulateGrad: type = type(_probe.expand(1).grad_fn.next_functions[0][0])  # type: ignore[union-attr]

# The first sentence is the one that programs (and MXNet's own tests) look for.
INPLACE = (
    "{what}: Inplace operations (+=, -=, x[:]=, etc) are not supported when recording with autograd. The array, or a "
    "value written to it, is part of a recorded graph, and backward still needs it: write outside of the record block, "
    "or compute into a new array"
)


class Leaf:
    """What ``attach_grad`` gives an array: its gradient array and what backward does to it.

    Attributes:
        grad: the gradient array (owned by the variable, the same object for as long as it is attached).
        req: ``"write"``, ``"add"`` or ``"null"``.
        dense: whether the gradient array is dense.
        fresh: whether a backward has written the gradient since somebody last set this to False.
        number: the variable's number in its thread; -1 for what no program marked.
        recorded: what notes of the recorded graph know it by.
    """

    __slots__ = ("dense", "fresh", "grad", "number", "recorded", "req")

    def __init__(self, grad: Any, req: str) -> None:
        self.grad = grad
        self.req = req
        self.dense: bool = grad.stype == "default"
        self.fresh = False
        self.number = -1
        self.recorded: Any = None


def mark(variable: Any, gradient: Any, req: str) -> None:
    """Make ``variable`` a leaf whose gradient goes to ``gradient``. History it has is cut off."""
    tensor: Tensor = variable._t.detach()
    if gradient.shape != tuple(tensor.shape) or gradient.dtype != variable.dtype:
        raise MXNetError(
            f"mark_variables: a gradient array {gradient.dtype.__name__} {gradient.shape} does not fit its variable "
            f"{variable.dtype.__name__} {variable.shape}"
        )
    leaf = Leaf(gradient, req)
    leaf.number = THREAD.variables
    THREAD.variables += 1
    tensor._mx_leaf = leaf  # type: ignore[attr-defined]
    if req != "null":
        if tensor.is_floating_point():
            tensor.requires_grad_()
            if gradient.stype == "default":
                tensor.grad = gradient._t
        else:
            shadow = tensor.double().requires_grad_()
            shadow._mx_leaf = leaf  # type: ignore[attr-defined]
            variable._become_integer_variable()
            set_shadow(tensor, shadow)
    variable._t = tensor
    variable._const = None  # what used it before


# torch differentiates no integers, MXNet does. An integer tensor that takes part in a graph has a shadow: a float64
# tensor of the same values, which is where its history is.


def set_shadow(tensor: Tensor, shadow: Tensor) -> None:
    """Give an integer tensor the float64 tensor that stands for it in the graph."""
    tensor._mx_shadow = shadow  # type: ignore[attr-defined]


def shadow_of(tensor: Tensor) -> Tensor | None:
    """The live shadow of an integer tensor; None if it has none or its history was freed."""
    shadow: Tensor | None = getattr(tensor, "_mx_shadow", None)
    if shadow is None or (shadow.grad_fn is not None and is_freed(shadow)):
        return None
    return shadow


def in_place_of(tensor: Tensor) -> Tensor:
    """The tensor that is in the graph: the shadow of an integer tensor, else the tensor itself."""
    shadow = None if tensor.requires_grad else shadow_of(tensor)
    return tensor if shadow is None else shadow


def leaf_of(tensor: Tensor) -> Leaf | None:
    """The Leaf that a tensor was marked with."""
    return getattr(tensor, "_mx_leaf", None)


def is_freed(tensor: Tensor) -> bool:
    """Whether the history of a computed tensor was freed by an earlier backward."""
    node: Any = tensor.grad_fn
    return bool(node.metadata.get(_FREED))


def in_graph(array: Any) -> bool:
    """Whether an array is part of a recorded graph: a variable, a recorded result, or a constant used in one."""
    tensor: Tensor = array._t
    if tensor.requires_grad:
        return tensor.is_leaf or not is_freed(tensor)
    if hasattr(tensor, "_mx_leaf") or shadow_of(tensor) is not None:
        return True
    return getattr(array, "_const", None) is THREAD.tape


def was_used(array: Any) -> bool:
    """Whether a graph that an array was a constant of has been freed since; MXNet 1.9.1 drops a null gradient then."""
    token = getattr(array, "_const", None)
    return token is not None and token is not THREAD.tape


def refuse_inplace(what: str, target: Any, sources: Iterable[Any] = ()) -> None:
    """MXNetError if recording and ``target`` or one of ``sources`` belongs to a graph."""
    if FLAGS.recorders and THREAD.recording and (in_graph(target) or any(in_graph(s) for s in sources)):
        raise MXNetError(INPLACE.format(what=what))


class ZeroGrad(torch.autograd.Function):
    """Joins a result to its inputs' graph with a gradient of zero (comparisons, argmax, BlockGrad, ...)."""

    @staticmethod
    def forward(result: Tensor, *inputs: Tensor) -> Tensor:
        return result.view_as(result)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.count = len(inputs)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return (None,) * ctx.count


def join_with_zero_gradient(result: Tensor, inputs: Sequence[Tensor | None]) -> Tensor:
    """``result`` as a member of the graph of ``inputs``, with derivative zero."""
    sources = [in_place_of(t) for t in inputs if t is not None]
    if result.is_floating_point():
        return ZeroGrad.apply(result.detach(), *sources)  # type: ignore[no-untyped-call, no-any-return]
    set_shadow(result, ZeroGrad.apply(result.detach().double(), *sources))  # type: ignore[no-untyped-call]
    return result


def join_without_gradient(op: str, result: Tensor, inputs: Sequence[Tensor | None]) -> Tensor:
    """``result`` as a member of the graph of ``inputs`` through which no backward can pass."""
    message = f"backward: operator {op} is non-differentiable, MXNet 1.9.1 defines no gradient for it"
    sources = [in_place_of(t) for t in inputs if t is not None]
    if result.is_floating_point():
        return without_gradient(message, result.detach(), *sources)
    set_shadow(result, without_gradient(message, result.detach().double(), *sources))
    return result


class _OneNode(torch.autograd.Function):
    """Makes several results one node of the graph, which reaches further inputs with a gradient of zero."""

    @staticmethod
    def forward(count: int, *tensors: Tensor) -> tuple[Tensor, ...]:
        return tuple([t.view_as(t) for t in tensors[:count]])

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.others = len(inputs) - 1 - inputs[0]
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return (None, *grads, *(None,) * ctx.others)


def as_one_node(results: Sequence[Tensor], unreached: Sequence[Tensor]) -> Sequence[Tensor]:
    """``results`` (floating) as outputs of one node: going back from one frees all, and reaches ``unreached`` too."""
    return _OneNode.apply(len(results), *results, *unreached)  # type: ignore[no-untyped-call, no-any-return]


def free_together(results: Sequence[Tensor]) -> None:
    """Let a backward from one of an operator's results free the others: in MXNet they are one node.

    A state that goes into the next batch has no history then. All have one list, which is empty until that day.
    """
    nodes: set[Any] = {tensor.grad_fn for tensor in results if tensor.grad_fn is not None}
    if len(nodes) > 1 and not any(_FREED in node.metadata for node in nodes):
        group: list[bool] = []
        for node in nodes:
            node.metadata[_FREED] = group


class _Written(torch.autograd.Function):
    """The memory of an array after a recorded value was copied into it: the gradient goes to the value."""

    @staticmethod
    def forward(memory: Tensor, value: Tensor) -> Tensor:
        memory.data.copy_(value)
        return memory.view_as(memory)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return None, grads[0]


def written(memory: Tensor, value: Tensor) -> Tensor:
    """Copy a recorded ``value`` into ``memory``; returns a tensor of that memory with the history of ``value``."""
    with torch.enable_grad():
        return _Written.apply(memory.detach(), value)  # type: ignore[no-untyped-call, no-any-return]


def walk(roots: Iterable[Any]) -> tuple[list[Any], list[Tensor], bool]:
    """All computed nodes and all leaf tensors behind ``roots`` (grad_fn objects), and whether a node was freed."""
    stack: list[Any] = list(roots)
    seen = set(stack)
    nodes: list[Any] = []
    leaves: list[Tensor] = []
    freed = False
    while stack:
        node = stack.pop()
        if type(node) is _AccumulateGrad:
            leaves.append(node.variable)  # type: ignore[attr-defined]
            continue
        nodes.append(node)
        if node.metadata.get(_FREED):
            freed = True
        for child, _ in node.next_functions:
            if child is not None and child not in seen:
                seen.add(child)
                stack.append(child)
    return nodes, leaves, freed


def mark_shared(nodes: Iterable[Any]) -> None:
    """Let a gradient's own backward leave alone what it shares with the graph it was made from.

    torch transposes a weight once for the product and for its gradient; in MXNet the gradient refers to the weight
    itself, and freeing one graph leaves the other whole.
    """
    for node in nodes:
        if isinstance(node, _TRANSPOSED):
            node.metadata[_SHARED] = True


def mark_freed(nodes: Iterable[Any]) -> None:
    """Remember that the history behind these nodes is gone."""
    for node in nodes:
        metadata = node.metadata
        if _SHARED not in metadata:
            group = metadata.get(_FREED)
            if group is None:
                metadata[_FREED] = True
            elif not group:
                group.append(True)
    THREAD.tape = object()
