"""What is known of a network before it is converted: the shape of every value, who uses what, which axes are free."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from .._core.context import Context
from .._core.errors import MXNetError
from ..graph import shape_rules as shape_rules  # loaded for what it registers
from ..graph.compile import Program
from ..graph.node import Entry, Node, in_order
from ..graph.plan import Call
from ..graph.shapes import Shapes, infer_shapes, is_known
from ._errors import ConvertError
from ._reading import Network
from ._rule import Facts

_CPU = Context("cpu", 0)
Watch = Callable[[Node, Sequence[Tensor]], None]


def run(network: Network, given: Sequence[Tensor], watch: Watch | None = None) -> list[Tensor]:
    """Run the graph in prediction mode on its inputs, node by node.

    Raises:
        MXNetError: a node refuses.
    """
    program = Program(network.outputs, [*network.inputs, *network.params], _CPU)

    def look(call: Call, _: Sequence[Tensor | None], results: Sequence[Tensor]) -> None:
        if watch is not None:
            watch(call.node, results)

    with torch.no_grad():
        return program.walk([*given, *network.params.values()], look)


def facts_of(network: Network) -> Facts:
    """Look at a network in one run, and at its shapes under other inputs."""
    shapes: dict[Entry, tuple[torch.Size, torch.dtype]] = {}

    def watch(node: Node, results: Sequence[Tensor]) -> None:
        for index, result in enumerate(results):
            shapes[Entry(node, index)] = result.shape, result.dtype

    trouble: MXNetError | None = None
    for value in (0, 1, None):  # zeros are indices and labels of every network; some want numbers
        given = [_filled(network.shapes[n], network.dtypes[n], value) for n in network.inputs]
        try:
            run(network, given, watch)
            break
        except MXNetError as error:
            trouble = error
    else:
        raise ConvertError(f"the network does not run: {str(trouble).splitlines()[0]}")
    for node, tensor in zip(network.inputs, given, strict=True):
        shapes[Entry(node)] = tensor.shape, tensor.dtype
    for node, tensor in network.params.items():
        shapes[Entry(node)] = tensor.shape, tensor.dtype
    order = in_order(network.outputs)
    users: dict[Entry, list[Node]] = {}
    for node in order:
        for entry in node.inputs:
            users.setdefault(entry, []).append(node)
    constant = _constant(order, network)
    axes = _Axes(network)

    def evaluate(entry: Entry) -> Tensor:
        program = Program([entry], None, _CPU)
        with torch.no_grad():
            return program.walk([network.params[node] for node in program.inputs])[0]

    return Facts(network.outputs, network.params, shapes, users, constant, evaluate, axes)


def _filled(shape: tuple[int, ...], dtype: torch.dtype, value: int | None) -> Tensor:
    """An array of one number, or of different ones for None."""
    if value is not None:
        return torch.full(shape, value, dtype=dtype)
    return torch.linspace(0.1, 1, math.prod(shape)).cos().reshape(shape).to(dtype)


def _constant(order: list[Node], network: Network) -> set[Node]:
    """Nodes that depend on parameters alone."""
    found: set[Node] = set(network.params)
    for node in order:
        if node.op is not None and node.inputs and all(source in found for source, _ in node.inputs):
            found.add(node)
    return found - set(network.params)


class _Axes:
    """Which dimensions follow which axis of the inputs, found by making one axis longer at a time."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._found: list[tuple[Node, int, Shapes]] | None = None
        self._usual: Shapes | None = None

    def __call__(self, entry: Entry) -> list[tuple[Node, int] | None]:
        if self._found is None or self._usual is None:
            self._usual, self._found = self._look()
        usual = self._usual[entry] or ()
        result: list[tuple[Node, int] | None] = [None] * len(usual)
        for node, axis, shapes in self._found:
            other = shapes[entry] or ()
            for i, (a, b) in enumerate(zip(usual, other, strict=False)):
                if a != b and result[i] is None:
                    result[i] = node, axis
        return result

    def _look(self) -> tuple[Shapes, list[tuple[Node, int, Shapes]]]:
        network = self._network
        given = {node: tuple(tensor.shape) for node, tensor in network.params.items()}
        usual = infer_shapes(network.outputs, {**given, **network.shapes})
        found = []
        for node, axis, shapes in free_axes(network, 1):
            try:
                state = infer_shapes(network.outputs, {**given, **shapes})
            except MXNetError:
                continue
            if all(is_known(state.of[each][0]) for each in network.inputs):
                found.append((node, axis, state))
        return usual, found


def free_axes(network: Network, more: int) -> Iterator[tuple[Node, int, dict[Node, tuple[int, ...]]]]:
    """Each axis of an input that might have another length, and the inputs' shapes then.

    An axis is made longer alone first, then with all of its length, as a batch is one axis of several inputs, then
    with the other shapes left out, as they may follow (labels).

    Args:
        network: the network.
        more: how much longer.
    """
    for node in network.inputs:
        for axis, size in enumerate(network.shapes[node]):
            if size + more < 1:
                continue
            alone = list(network.shapes[node])
            alone[axis] += more
            yield node, axis, {**network.shapes, node: tuple(alone)}
            if len(network.inputs) > 1:
                yield (
                    node,
                    axis,
                    {
                        each: tuple(n + more if n == size and (i == axis) else n for i, n in enumerate(shape))
                        for each, shape in network.shapes.items()
                    },
                )
                yield node, axis, {node: tuple(alone)}


def completed(network: Network, shapes: dict[Node, tuple[int, ...]]) -> dict[Node, tuple[int, ...]] | None:
    """The shapes of all inputs, where some are given; None if they contradict each other or do not follow."""
    given = {node: tuple(tensor.shape) for node, tensor in network.params.items()}
    try:
        state = infer_shapes(network.outputs, {**given, **shapes})
    except MXNetError:
        return None
    found = {node: state.of[node][0] for node in network.inputs}
    if not all(is_known(shape) for shape in found.values()):
        return None
    return {node: shape for node, shape in found.items() if shape is not None}
