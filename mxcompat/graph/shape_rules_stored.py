"""Shapes and dtypes of operators that exist for sparse arrays only, whose definitions refuse dense ones."""

from __future__ import annotations

from typing import Any

import torch

from .node import Node
from .shape_rules_same import attributes
from .shapes import Shape, fill, rule
from .types import Dtype, put, type_rule


@rule("_contrib_edge_id", complete=True)
def _edge_id(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    fill(ins, 1, ins[2], "v")
    fill(ins, 2, ins[1], "u")
    fill(outs, 0, ins[1])


@rule("_contrib_getnnz", complete=True)
def _getnnz(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    if attributes(node)["axis"] is None:
        fill(outs, 0, (1,))
    elif ins[0] is not None:
        fill(outs, 0, ins[0][:1])


@rule("_contrib_dgl_adjacency", complete=True)
def _adjacency(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    fill(outs, 0, ins[0])


@rule("_contrib_dgl_subgraph", complete=True)
def _subgraph(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    count = len(ins) - 1
    for i in range(len(outs)):
        vertices = ins[1 + i % count]
        if vertices is not None and len(vertices) == 1:
            fill(outs, i, (vertices[0], vertices[0]))


@rule("_contrib_dgl_graph_compact", complete=True)
def _graph_compact(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    sizes = attributes(node)["graph_sizes"]
    for i in range(len(outs)):
        size = sizes[i % len(sizes)]
        fill(outs, i, (size, size))


@rule(
    "_contrib_dgl_csr_neighbor_uniform_sample", "_contrib_dgl_csr_neighbor_non_uniform_sample", complete=True
)  # fmt: skip
def _sample(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    """For each array of seeds its vertices with their number, its edges, and what is known of each vertex."""
    most = attributes(node)["max_num_vertices"]
    groups = 3 if node.op is not None and node.op.name.endswith("neighbor_uniform_sample") else 4
    count = max(len(outs) // groups, 1)
    width = -1 if ins[0] is None else ins[0][-1]
    for i in range(len(outs)):
        fill(outs, i, ((most + 1,), (most, width))[i // count] if i // count < 2 else (most,))


@type_rule("_contrib_edge_id")
def _edge_id_type(attrs: dict[str, Any], ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, ins[0])
    put(ins, 1, ins[2])
    put(ins, 2, ins[1])


@type_rule("_contrib_dgl_adjacency")
def _adjacency_type(attrs: dict[str, Any], ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, torch.float32)


@type_rule("_contrib_getnnz")
def _count_type(attrs: dict[str, Any], ins: list[Dtype], outs: list[Dtype]) -> None:
    put(outs, 0, torch.int64)
