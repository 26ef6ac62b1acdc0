"""What a monitor sees of an executor's backward pass: the gradients that each node gives its inputs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..graph.compile import Program
from ..graph.facts import input_names
from ..graph.node import Entry, Node, mutated_inputs
from ..nd.ndarray import NDArray

#: operators whose gradients have the names of the inputs
_NAMED = frozenset(
    {
        "InstanceNorm", "L2Normalization", "MakeLoss", "Pad", "SequenceLast", "SequenceMask", "SequenceReverse",
        "SliceChannel", "SwapAxis",
    }
)  # fmt: skip
#: operators whose gradient is that of their output itself: no node computes it
_PASSED_ON = frozenset({"elemwise_add", "_grad_add"})
#: operators that give their second input, of which they take the shape, zeros from a node of its own
_LIKE = frozenset({"broadcast_like", "reshape_like"})
#: operator -> inputs that have no place among its gradients
_LEFT_OUT = {"pick": (1,), "where": (0,)}

#: called with a name and an array
Show = Callable[[str, NDArray], None]


class Taps:
    """Takes the gradients of a recorded run on arrays off the edges of its graph."""

    def __init__(self) -> None:
        self._given: dict[Node, list[NDArray | None]] = {}
        self._grads: dict[tuple[Node, int], Tensor] = {}

    def tap(self, node: Node, given: Sequence[NDArray | None]) -> list[NDArray | None]:
        """The inputs of a node, each as an edge of its own."""
        tapped: list[NDArray | None] = []
        for i, array in enumerate(given):
            if array is None or array.stype != "default" or not array._t.requires_grad:
                tapped.append(array)
                continue
            with torch.enable_grad():
                edge = array._t.view_as(array._t)
            edge.register_hook(functools.partial(self._keep, node, i))  # type: ignore[no-untyped-call]
            tapped.append(type(array)._wrap(edge, array._ctx))
        self._given[node] = list(given)
        return tapped

    def _keep(self, node: Node, i: int, grad: Tensor | None) -> None:
        array = self._given[node][i]
        if grad is not None:
            self._grads[node, i] = grad.detach()
        elif array is not None:  # an operator whose gradient is zero
            self._grads[node, i] = torch.zeros_like(array._t)

    def clear(self) -> None:
        """Forget what an earlier backward gave."""
        self._grads.clear()

    def show(self, program: Program, heads: Sequence[tuple[int, NDArray]], show: Show) -> None:
        """Show what a backward gave, in its order.

        Args:
            program: what was run.
            heads: number and gradient of each output that was given one.
            show: called with every name and array.
        """
        parts: dict[Entry, list[Tensor]] = {}
        ends = {entry.node for entry in program.outputs}
        for i, head in heads:
            show(f"_head_grad_{i}_id_output", head)
            parts.setdefault(program.outputs[i], []).append(head._t.detach())
        for call in reversed(program.calls):
            node = call.node
            given = self._given.get(node, [])
            for entry in [entry for entry in parts if entry.node is node]:
                _show_sum(parts.pop(entry), program, show)
            if not any((node, i) in self._grads for i in range(len(given))):
                continue
            if call.node.op is not None and call.node.op.zero_grad and node not in ends:
                continue  # nothing goes on behind it
            states = mutated_inputs(node)
            counted = [
                i
                for i, (source, array) in enumerate(zip(call.sources, given, strict=True))
                if array is not None and source is not None and source.node not in states
                if i not in _LEFT_OUT.get(call.node.op.name if call.node.op else "", ())
            ]
            for name, i in zip(_names(node, len(counted)), counted, strict=False):
                array, source = given[i], call.sources[i]
                if array is None or source is None:
                    continue
                grad = self._grads.get((node, i))
                if grad is not None:
                    parts.setdefault(source, []).append(grad)
                show(name, NDArray._wrap(torch.zeros_like(array._t) if grad is None else grad.clone(), array._ctx))
        for each in parts.values():
            _show_sum(each, program, show)


def _show_sum(parts: Sequence[Tensor], program: Program, show: Show) -> None:
    if len(parts) > 1:
        total = parts[0].clone()
        for part in parts[1:]:
            total += part
        show("sum_grad_output", NDArray._wrap(total, program.ctx))


def _names(node: Node, count: int) -> list[str]:
    """Names of the gradients of a node's inputs."""
    op = node.op
    if op is None or op.name in _PASSED_ON:
        return []
    start = f"{node.name}_backward"
    if op.name == "add_n":
        return ["output"] * count
    if op.name == "batch_dot":
        return [f"{start}_lhs_output", f"{start}_rhs_output"]
    if op.name in _LIKE:
        return [f"{start}_output", f"{node.name}_rhs_backward_output"]
    if op.zero_grad and count == 2:
        return [f"{node.name}_in{i}_backward_output" for i in range(2)]
    if op.name in _NAMED:
        return [f"{start}_{name}" for name in input_names(op, node.attrs, node.values) or ()]
    return [f"{start}_output"] if count == 1 else [f"{start}_output{i}" for i in range(count)]
