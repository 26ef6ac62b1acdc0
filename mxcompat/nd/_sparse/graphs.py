"""Rules of the operators on graphs: csr arrays to NumPy and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...ops.random.engine import sampler_of
from ...ops.sparse._neighbors import Ids, Sample, induced, sample, uniform_choice, weighted_choice
from ...registry.operator import check_same_dtype
from ..ndarray import NDArray
from .csr import CSRNDArray
from .rules import Call, rule


def _edges(call: Call, graph: Any) -> tuple[Ids, Ids, Ids]:
    """The parts of an int64 csr array."""
    if not isinstance(graph, CSRNDArray):
        raise call.refuse()
    if graph._values.dtype is not torch.int64:
        raise MXNetError(f"{call.op.name}: the graph must be int64, got {np.dtype(graph.dtype).name}")
    starts, columns, values = (part.detach().cpu().numpy() for part in graph._parts())
    return starts, columns, values


def _vertices(call: Call, array: Any, count: int) -> Ids:
    """The numbers in an array of vertices, which must be below ``count``."""
    if array.stype != "default":
        raise call.refuse()
    if array.ndim != 1 or array._t.dtype is not torch.int64:
        shown = f"{np.dtype(array.dtype).name} {array.shape}"
        raise MXNetError(f"{call.op.name}: vertices must be int64 with one axis, got {shown}")
    found: Ids = array._t.detach().cpu().numpy()
    if len(found) and (found.min() < 0 or found.max() >= count):
        raise MXNetError(f"{call.op.name}: vertices must be in [0, {count}), got {found.min()} to {found.max()}")
    return found


def _square(call: Call, graph: Any) -> int:
    height, width = graph.shape
    if height != width:
        raise MXNetError(f"{call.op.name}: a graph must have as many rows as columns, got shape {graph.shape}")
    return int(height)


def _filled(values: np.ndarray[Any, Any], size: int) -> np.ndarray[Any, Any]:
    full = np.zeros(size, values.dtype)
    full[: len(values)] = values
    return full


def _samples(call: Call, first: int, choices: Any) -> tuple[list[Sample], int]:
    """A sample for each array of seeds from the input ``first`` on."""
    graph = call.arrays[0]
    parts = _edges(call, graph)
    count = _square(call, graph)
    hops, most = call.attrs["num_hops"], call.attrs["max_num_vertices"]
    seeds = [_vertices(call, array, count) for array in call.arrays[first:]]
    if not seeds:
        raise MXNetError(f"{call.op.name}: no array of seeds was given")
    for array in seeds:
        if len(array) > most:
            raise MXNetError(f"{call.op.name}: {len(array)} seeds are more than max_num_vertices={most}")
    seed = sampler_of(graph._values.device).single_word()
    return [sample(*parts, array, choices(seed), hops, most) for array in seeds], most


def _wrapped(graph: Any, values: np.ndarray[Any, Any]) -> NDArray:
    return NDArray._wrap(_tensor(graph, values), graph._ctx)


def _tensor(graph: Any, values: np.ndarray[Any, Any]) -> Tensor:
    return torch.from_numpy(values).to(graph._values.device)


def _csr(graph: Any, starts: Ids, columns: Ids, values: Ids, dims: tuple[int, int]) -> CSRNDArray:
    starts, columns, values = (np.ascontiguousarray(part, np.int64) for part in (starts, columns, values))
    aux = _tensor(graph, starts), _tensor(graph, columns)
    return CSRNDArray._make(_tensor(graph, values), aux, dims, graph._ctx)


def _ids(graph: Any, found: Sample, most: int) -> NDArray:
    ids = _filled(found.vertices, most + 1)
    ids[most] = len(found.vertices)
    return _wrapped(graph, ids)


def _sampled_edges(graph: Any, found: Sample, most: int) -> CSRNDArray:
    """A row for each vertex, empty ones behind them. Where sampling stopped before a vertex met, its row is empty."""
    starts = np.zeros(most + 1, np.int64)
    starts[1:] = np.cumsum(_filled(found.sizes, most))
    return _csr(graph, starts, found.columns, found.edges, (most, graph.shape[1]))


@rule("_contrib_dgl_csr_neighbor_uniform_sample")
def _uniform_sample(call: Call) -> Any:
    graph = call.arrays[0]
    samples, most = _samples(call, 1, lambda seed: uniform_choice(seed, call.attrs["num_neighbor"]))
    return [
        *[_ids(graph, found, most) for found in samples],
        *[_sampled_edges(graph, found, most) for found in samples],
        *[_wrapped(graph, _filled(found.hops, most)) for found in samples],
    ]


@rule("_contrib_dgl_csr_neighbor_non_uniform_sample")
def _non_uniform_sample(call: Call) -> Any:
    graph, probability = call.arrays[:2]
    if probability.stype != "default":
        raise call.refuse()
    if probability._t.dtype is not torch.float32 or probability.shape != graph.shape[:1]:
        raise MXNetError(f"{call.op.name}: probability must be float32 {graph.shape[:1]}, got {probability.shape}")
    weights = probability._t.detach().cpu().numpy()
    samples, most = _samples(call, 2, lambda seed: weighted_choice(seed, call.attrs["num_neighbor"], weights))
    return [
        *[_ids(graph, found, most) for found in samples],
        *[_sampled_edges(graph, found, most) for found in samples],
        *[_wrapped(graph, _filled(weights[found.vertices], most)) for found in samples],
        *[_wrapped(graph, _filled(found.hops, most)) for found in samples],
    ]


@rule("_contrib_dgl_subgraph")
def _subgraph(call: Call) -> Any:
    graph = call.arrays[0]
    parts = _edges(call, graph)
    results, mapped = [], []
    for array in call.arrays[1:]:
        vertices = _vertices(call, array, min(graph.shape))
        if (np.diff(vertices) < 0).any():
            raise MXNetError(f"{call.op.name}: the vertices must ascend")
        starts, columns, edges = induced(*parts, vertices)
        dims = (len(vertices), len(vertices))
        results.append(_csr(graph, starts, columns, np.arange(len(edges)), dims))
        mapped.append(_csr(graph, starts, columns, edges, dims))
    return results + mapped if call.attrs["return_mapping"] else results


@rule("_contrib_dgl_graph_compact")
def _graph_compact(call: Call) -> Any:
    if call.attrs["return_mapping"]:
        raise MXNetError(f"{call.op.name}: return_mapping=True is not supported: there is no mapping to return")
    count = len(call.arrays) // 2
    sizes = call.attrs["graph_sizes"]
    if len(call.arrays) != 2 * count or len(sizes) != count:
        shown = f"{len(call.arrays)} inputs and graph_sizes={sizes}"
        raise MXNetError(f"{call.op.name}: each graph needs its edges, its vertices and its size, got {shown}")
    return [_compact(call, g, v, n) for g, v, n in zip(call.arrays, call.arrays[count:], sizes, strict=False)]


def _compact(call: Call, graph: Any, array: Any, size: int) -> CSRNDArray:
    starts, columns, _ = _edges(call, graph)
    ids = _vertices(call, array, 2**63)
    if len(ids) != len(starts) or ids[-1] != size:
        shown = f"{ids[-1] if len(ids) else 'none'} of {len(ids)} for {len(starts) - 1} rows"
        raise MXNetError(f"{call.op.name}: graph_sizes={size} must be the last entry of the vertices, got {shown}")
    order = np.argsort(ids[:size], kind="stable")
    places = np.searchsorted(ids[:size], columns, sorter=order).clip(max=max(size - 1, 0))
    found = order[places] if size else places
    if len(columns) and (not size or (ids[found] != columns).any()):
        raise MXNetError(f"{call.op.name}: there is an edge to a vertex outside of the subgraph")
    return _csr(graph, starts[: size + 1], found, np.arange(len(columns)), (size, size))


@rule("_contrib_dgl_adjacency")
def _adjacency(call: Call) -> Any:
    (graph,) = call.arrays
    _edges(call, graph)
    return CSRNDArray._make(torch.ones_like(graph._values, dtype=torch.float32), graph._aux, graph._dims, graph._ctx)


@rule("_contrib_edge_id")
def _edge_id(call: Call) -> Any:
    graph, u, v = call.arrays
    if call.kinds != "cdd":
        raise call.refuse()
    if u.ndim != 1 or u.shape != v.shape:
        raise MXNetError(f"{call.op.name}: u and v must have one axis of the same size, got {u.shape} and {v.shape}")
    check_same_dtype(call.op, ("u", "v"), [u._t, v._t])
    rows, wanted = u._t.detach().long(), v._t.detach().long()
    height, width = graph._dims
    if rows.numel() and (int(rows.min()) < 0 or int(rows.max()) >= height):
        raise MXNetError(f"{call.op.name}: u must be in [0, {height})")
    starts, columns, values = graph._parts()
    keys = torch.repeat_interleave(torch.arange(height, device=starts.device), starts.diff()) * width + columns
    keys, order = keys.sort(stable=True)
    asked = rows * width + wanted
    result = values.new_full(rows.shape, -1)
    if len(keys):
        place = torch.searchsorted(keys, asked).clamp_(max=len(keys) - 1)
        there = (keys[place] == asked) & (wanted >= 0) & (wanted < width)
        result[there] = values[order[place[there]]]
    return NDArray._wrap(result, graph._ctx)
