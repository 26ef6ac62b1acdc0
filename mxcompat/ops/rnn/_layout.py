"""The packed parameter vector of RNN: what lies where, and as which weights torch's kernels want it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from torch import Tensor

#: gates of one cell; their order within a weight is torch's, too (lstm: i f g o, gru: r z n)
GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}


class Layout(NamedTuple):
    """Sizes and shapes of the parts in the order of the vector, and their order for torch, layer by layer."""

    total: int
    sizes: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    layers: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=256)
def layout(mode: str, layers: int, directions: int, inputs: int, hidden: int, projection: int) -> Layout:
    """The layout of a stack of ``layers`` layers; ``projection`` 0 is none.

    MXNet packs the matrices of all cells first (input, state, projection), then the two biases of all cells. A cell
    is a direction of a layer. torch takes, for each cell, the two matrices, the two biases and the projection.
    """
    rows = GATES[mode] * hidden
    out = projection or hidden
    shapes: list[tuple[int, ...]] = []
    matrices: list[list[int]] = []
    for layer in range(layers):
        width = directions * out if layer else inputs
        for _ in range(directions):
            cell = [(rows, width), (rows, out)] + ([(projection, hidden)] if projection else [])
            matrices.append(list(range(len(shapes), len(shapes) + len(cell))))
            shapes += cell
    order: list[tuple[int, ...]] = []
    for cells in (matrices[i : i + directions] for i in range(0, len(matrices), directions)):
        places: list[int] = []
        for cell_places in cells:
            biases = [len(shapes), len(shapes) + 1]
            shapes += [(rows,), (rows,)]
            places += cell_places[:2] + biases + cell_places[2:]
        order.append(tuple(places))
    sizes = tuple(shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in shapes)
    return Layout(sum(sizes), sizes, tuple(shapes), tuple(order))


def unpack(parameters: Tensor, plan: Layout) -> list[list[Tensor]]:
    """The weights of each layer as views of the vector, in torch's order."""
    parts = [
        part if len(shape) == 1 else part.view(shape)
        for part, shape in zip(parameters.split_with_sizes(plan.sizes), plan.shapes, strict=True)
    ]
    return [[parts[i] for i in places] for places in plan.layers]
