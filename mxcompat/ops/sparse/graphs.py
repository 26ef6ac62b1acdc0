"""Operators on graphs: a csr matrix has a row for each vertex, and an edge's number at (from, to).

They are about what a csr array stores, so that the front end gives them its parts; on dense arrays there is nothing
they could do.
"""

from __future__ import annotations

from typing import Annotated, Any

from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.tags import Range

_Count = Annotated[int, Range(2, None)]


def _refuse(name: str) -> MXNetError:
    return MXNetError(f"{name}: Operator not implemented for dense storage: the graph must be a csr array")


def _per_graph(results: int, others: int) -> Any:
    def outputs(attributes: dict[str, Any]) -> int:
        return results * (int(attributes["num_args"]) - others)

    return outputs


def _mapped(attributes: dict[str, Any]) -> int:
    return (int(attributes["num_args"]) - 1) * (2 if attributes["return_mapping"] else 1)


def _compacted(attributes: dict[str, Any]) -> int:
    return int(attributes["num_args"]) // 2 * (2 if attributes["return_mapping"] else 1)


@operator("_contrib_dgl_csr_neighbor_uniform_sample", num_args="num_args", outputs=_per_graph(3, 1))
def neighbor_uniform_sample(
    csr_matrix: Tensor, *seed_arrays: Tensor, num_args: _Count = REQUIRED, num_hops: int = 1, num_neighbor: int = 2,
    max_num_vertices: int = 100,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Sample a subgraph around the vertices of each array of seeds, neighbours all alike likely.

    Args:
        csr_matrix: the graph, an int64 csr array with as many rows as columns.
        seed_arrays: arrays of vertices to start from, int64 with one axis, for each of which there is a sample.
        num_args: number of inputs, filled in.
        num_hops: how far from the seeds to go.
        num_neighbor: how many neighbours of a vertex to take at most.
        max_num_vertices: how many vertices a sample has at most, seeds included.

    Returns:
        For each sample its vertices (int64, ascending, zeros behind them, their number last), then for each the edges
        taken (csr, a row for each vertex), then for each how many hops each vertex is away.

    Raises:
        MXNetError: an array of another storage type, dtype or shape; a vertex that is not there; more seeds than
            ``max_num_vertices``.

    Differences: unused entries are zero, in MXNet they are what was in memory. MXNet adds the number of the thread to
        the seed, so that its second and further samples depend on how many threads there are.

    Source: MXNet 1.9.1 src/operator/contrib/dgl_graph.cc.
    """
    raise _refuse("_contrib_dgl_csr_neighbor_uniform_sample")


@operator("_contrib_dgl_csr_neighbor_non_uniform_sample", num_args="num_args", outputs=_per_graph(4, 2))
def neighbor_non_uniform_sample(
    csr_matrix: Tensor, probability: Tensor, *seed_arrays: Tensor, num_args: _Count = REQUIRED, num_hops: int = 1,
    num_neighbor: int = 2, max_num_vertices: int = 100,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Sample a subgraph around the vertices of each array of seeds, neighbours likely as their weights.

    Args:
        csr_matrix: the graph, an int64 csr array with as many rows as columns.
        probability: a weight for each vertex, float32.
        seed_arrays: arrays of vertices to start from, int64 with one axis, for each of which there is a sample.
        num_args: number of inputs, filled in.
        num_hops: how far from the seeds to go.
        num_neighbor: how many neighbours of a vertex to take at most.
        max_num_vertices: how many vertices a sample has at most, seeds included.

    Returns:
        As `neighbor_uniform_sample`, with the weight of each vertex before the hops.

    Raises:
        MXNetError: an array of another storage type, dtype or shape; a vertex that is not there; more seeds than
            ``max_num_vertices``.

    Differences: as for `neighbor_uniform_sample`.

    Source: MXNet 1.9.1 src/operator/contrib/dgl_graph.cc.
    """
    raise _refuse("_contrib_dgl_csr_neighbor_non_uniform_sample")


@operator("_contrib_dgl_subgraph", num_args="num_args", outputs=_mapped)
def subgraph(
    graph: Tensor, *data: Tensor, num_args: _Count = REQUIRED, return_mapping: bool = REQUIRED
) -> tuple[Tensor, ...]:
    """Take the edges among some vertices.

    Args:
        graph: an int64 csr array with as many rows as columns.
        data: arrays of vertices, int64 with one axis, ascending, for each of which there is a subgraph.
        num_args: number of inputs, filled in.
        return_mapping: whether to return the numbers that the edges have in ``graph``, too.

    Returns:
        For each array of n vertices a csr array (n, n) with the edges numbered from 0 on; then, with
        ``return_mapping``, for each the same with their numbers in ``graph``.

    Raises:
        MXNetError: an array of another storage type, dtype or shape; vertices that do not ascend or are not there.

    Source: MXNet 1.9.1 src/operator/contrib/dgl_graph.cc.
    """
    raise _refuse("_contrib_dgl_subgraph")


@operator("_contrib_dgl_graph_compact", num_args="num_args", outputs=_compacted)
def graph_compact(
    *graph_data: Tensor, num_args: _Count = REQUIRED, return_mapping: bool = REQUIRED,
    graph_sizes: tuple[int, ...] = REQUIRED,
) -> tuple[Tensor, ...]:  # fmt: skip
    """Drop the empty rows and columns of sampled subgraphs.

    Args:
        graph_data: the sampled edges of each subgraph (int64 csr), then the vertices of each, whose last entry is how
            many there are.
        num_args: number of inputs, filled in.
        return_mapping: only False.
        graph_sizes: the number of vertices of each subgraph.

    Returns:
        For each subgraph of n vertices a csr array (n, n) with the edges numbered from 0 on.

    Raises:
        MXNetError: an array of another storage type, dtype or shape; ``graph_sizes`` that are not the number of
            vertices; an edge to a vertex that is not in the subgraph; ``return_mapping=True``.

    Differences: MXNet does not fill in the mapping it returns, and reading it fails there, too.

    Source: MXNet 1.9.1 src/operator/contrib/dgl_graph.cc.
    """
    raise _refuse("_contrib_dgl_graph_compact")


@operator("_contrib_dgl_adjacency", visible=1)
def adjacency(data: Tensor) -> Tensor:
    """Put a one at every edge.

    Args:
        data: an int64 csr array.

    Returns:
        A float32 csr array with the same elements, all one.

    Raises:
        MXNetError: another dtype or storage type.

    Source: MXNet 1.9.1 src/operator/contrib/dgl_graph-inl.h.
    """
    raise _refuse("_contrib_dgl_adjacency")


@operator("_contrib_edge_id", visible=1)
def edge_id(data: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """Look up the number of the edge from each vertex of ``u`` to that of ``v``.

    Args:
        data: the graph, a csr array.
        u: vertices, one axis.
        v: as many vertices.

    Returns:
        The stored value at each (u, v), in the dtype of ``data``; -1 where nothing is stored.

    Raises:
        MXNetError: ``data`` of another storage type; shapes that differ; a vertex that is not there (where MXNet reads
            other memory).

    Source: MXNet 1.9.1 src/operator/contrib/dgl_graph.cc.
    """
    raise _refuse("_contrib_edge_id")
