"""Samples of the neighbourhood of some vertices of a graph, whose edges are the elements of a csr matrix.

The draws are the original's: a Mersenne twister of the standard library, started anew from the same seed for every
vertex, so that vertices of one degree choose alike.

Source: MXNet 1.9.1 src/operator/contrib/dgl_graph.cc.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

_WORD_MAX = 0xFFFFFFFF
_WORDS_AT_ONCE = 256

#: (columns, edges) of the row of a vertex -> those chosen
Choice = Callable[[Ids, Ids], tuple[Ids, Ids]]


class Sample(NamedTuple):
    """Vertices (ascending) with the hop they were met in, and the edges chosen, row after row."""

    vertices: Ids
    hops: Ids
    sizes: Ids
    columns: Ids
    edges: Ids


class _Words:
    """The words of ``std::mt19937``, of which each use reads from the start."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.RandomState(seed)
        self._known: list[int] = []

    def __getitem__(self, place: int) -> int:
        while place >= len(self._known):
            self._known += self._generator.randint(0, 2**32, _WORDS_AT_ONCE, dtype=np.uint32).tolist()
        return self._known[place]


def _some(words: _Words, size: int, count: int) -> list[int]:
    """``count`` different numbers below ``size``, ascending (``std::uniform_int_distribution``)."""
    scale = _WORD_MAX // size
    found: set[int] = set()
    place = 0
    while len(found) < count:
        drawn = words[place] // scale
        place += 1
        if drawn < size:
            found.add(drawn)
    return sorted(found)


def uniform_choice(seed: int, count: int) -> Choice:
    """Choose up to ``count`` neighbours of a vertex, all alike likely."""
    words = _Words(seed)
    chosen: dict[int, Ids] = {}

    def choose(columns: Ids, edges: Ids) -> tuple[Ids, Ids]:
        size = len(columns)
        if size <= count:
            return columns, edges
        if size not in chosen:
            if size > 2 * count:
                chosen[size] = np.array(_some(words, size, count), np.int64)
            else:  # choose those to leave out, which are fewer
                chosen[size] = np.delete(np.arange(size), _some(words, size, size - count))
        places = chosen[size]
        return columns[places], edges[places]

    return choose


class _Heap:
    """Weights in the leaves of a binary tree, sums in the other nodes, all float32."""

    def __init__(self, weights: Floats) -> None:
        self._levels = max(len(weights) - 1, 0).bit_length()
        self._leaves = 1 << self._levels
        nodes = np.zeros(2 * self._leaves, np.float32)
        nodes[self._leaves : self._leaves + len(weights)] = weights
        for level in range(self._levels - 1, -1, -1):
            below = nodes[2 << level : 4 << level]
            nodes[1 << level : 2 << level] = below[::2] + below[1::2]
        self._nodes = nodes

    def take(self, uniform: np.float32) -> int:
        """The leaf that a uniform number falls on, which weighs nothing from now on."""
        nodes = self._nodes
        rest = nodes[1] * uniform
        at = 1
        while at < self._leaves:
            at *= 2
            if rest >= nodes[at]:
                rest -= nodes[at]
                at += 1
        weight = nodes[at]
        node = at
        while node:
            nodes[node] -= weight
            node //= 2
        return at - self._leaves


def weighted_choice(seed: int, count: int, weights: Floats) -> Choice:
    """Choose up to ``count`` neighbours of a vertex, likely as their ``weights``."""
    words = _Words(seed)

    def choose(columns: Ids, edges: Ids) -> tuple[Ids, Ids]:
        if len(columns) <= count:
            return columns, edges
        heap = _Heap(weights[columns])
        places = [heap.take(_unit(words[i])) for i in range(count)]
        return np.sort(columns[places]), np.sort(edges[places])

    return choose


def _unit(word: int) -> np.float32:
    """A float32 below 1."""
    below_one = np.nextafter(np.float32(1), np.float32(0))
    return min(np.float32(word) / np.float32(2**32), below_one)


def sample(starts: Ids, columns: Ids, edges: Ids, seeds: Ids, choose: Choice, hops: int, most: int) -> Sample:
    """Walk breadth first from ``seeds``, choosing edges of each vertex met before the last hop, until there are
    ``most`` vertices."""
    met: dict[int, int] = dict.fromkeys(seeds.tolist(), 0)
    queue = list(met)
    rows: dict[int, tuple[Ids, Ids]] = {}
    at = 0
    while at < len(queue) and len(met) < most:
        vertex = queue[at]
        at += 1
        hop = met[vertex]
        if hop >= hops:
            continue
        low, high = starts[vertex], starts[vertex + 1]
        rows[vertex] = choose(columns[low:high], edges[low:high])
        for neighbour in rows[vertex][0].tolist():
            if len(met) >= most:
                break
            if neighbour not in met:
                met[neighbour] = hop + 1
                queue.append(neighbour)
    if any(met[vertex] < hops for vertex in queue[at:]):
        logging.getLogger("mxcompat").warning(
            "sampling stopped at max_num_vertices=%d, before the last hop: sample fewer neighbors or from fewer seeds",
            most,
        )
    vertices = sorted(met)
    none = np.empty(0, np.int64)
    taken = [rows.get(vertex, (none, none)) for vertex in vertices]
    return Sample(
        np.array(vertices, np.int64),
        np.array([met[vertex] for vertex in vertices], np.int64),
        np.array([len(row[0]) for row in taken], np.int64),
        np.concatenate([none, *(row[0] for row in taken)]),
        np.concatenate([none, *(row[1] for row in taken)]),
    )


def induced(starts: Ids, columns: Ids, edges: Ids, vertices: Ids) -> tuple[Ids, Ids, Ids]:
    """The edges among ascending ``vertices``: row starts, columns as places in ``vertices``, and the edges."""
    low, sizes = starts[vertices], starts[vertices + 1] - starts[vertices]
    rows = np.repeat(np.arange(len(vertices)), sizes)
    first = np.concatenate([[0], np.cumsum(sizes)])
    places = np.arange(first[-1]) - np.repeat(first[:-1] - low, sizes)
    found = np.searchsorted(vertices, columns[places], side="right") - 1  # of a vertex named twice the last counts
    inside = (found >= 0) & (vertices[np.maximum(found, 0)] == columns[places]) if len(vertices) else found >= 0
    counts = np.bincount(rows[inside], minlength=len(vertices))
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), found[inside], edges[places[inside]]
