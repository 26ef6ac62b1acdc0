"""Operators on graphs: sampling of neighbourhoods, subgraphs, edges by their ends. No gradients: there are none."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

RING = np.array([1, 2, 3, 4, 0, 2, 3, 4, 0, 1, 3, 4, 0, 1, 2, 4, 0, 1, 2, 3])


def _full(mx, dtype="int64"):
    """Five vertices, all joined."""
    parts = np.arange(1, 21), RING, np.arange(0, 21, 4)
    return mx.nd.sparse.csr_matrix(parts, shape=(5, 5), dtype=dtype)


def _wide(mx, size=40, seed=1):
    """A larger graph with vertices of every degree."""
    rng = np.random.RandomState(seed)
    there = rng.uniform(size=(size, size)) < np.linspace(0, 1, size)[:, None]
    starts = np.concatenate([[0], np.cumsum(there.sum(1))])
    columns = np.nonzero(there)[1]
    return mx.nd.sparse.csr_matrix((np.arange(len(columns)) + 7, columns, starts), shape=(size, size), dtype="int64")


def _ids(mx, *numbers):
    return mx.nd.array(numbers, dtype="int64")


def _csr(x):
    return x.stype, x.shape, x.dtype, x.data.asnumpy(), x.indices.asnumpy(), x.indptr.asnumpy()


def _samples(out, subgraphs=1):
    """What is there of samples; MXNet leaves the rest of the arrays as it was in memory."""
    arrays = [array for array in out if array.stype == "default"]
    sizes = [int(array.asnumpy()[-1]) for array in out[:subgraphs]]
    shown = [_csr(array) for array in out if array.stype == "csr"]
    for i, array in enumerate(arrays):
        shown.append((array.shape, array.dtype, array.asnumpy()[: sizes[i % subgraphs]]))
    return sizes, shown


def _uniform(hops, neighbors, most, *seeds):
    def program(mx):
        found = []
        for graph in (_full(mx), _wide(mx)):
            out = mx.nd.contrib.dgl_csr_neighbor_uniform_sample(
                graph, _ids(mx, *seeds), num_args=2, num_hops=hops, num_neighbor=neighbors, max_num_vertices=most
            )
            found.append(_samples(out))
        return found

    return program


def _weighted(hops, neighbors, most, *seeds):
    def program(mx):
        found = []
        for graph in (_full(mx), _wide(mx)):
            weights = mx.nd.random.uniform(0.1, 1, shape=graph.shape[:1])
            out = mx.nd.contrib.dgl_csr_neighbor_non_uniform_sample(
                graph, weights, _ids(mx, *seeds), num_args=3, num_hops=hops, num_neighbor=neighbors,
                max_num_vertices=most,
            )  # fmt: skip
            found.append(_samples(out))
        return found

    return program


WALKS = {
    "one_hop": (1, 2, 30, 0, 1, 2),
    "two_hops": (2, 2, 30, 0, 4),
    "far": (5, 1, 35, 3),
    "many": (2, 10, 40, 1, 3, 4),
    "all": (1, 100, 40, 2),
    "cut": (3, 4, 8, 4, 0),
    "seeds_only": (0, 2, 5, 3, 1),
    "as_many_as_there_may_be": (1, 2, 3, 1, 2, 3),
    "same_seed": (1, 2, 9, 4, 4, 4),
}
suite.table("uniform_sample", {name: _uniform(*walk) for name, walk in WALKS.items()})
suite.table("non_uniform_sample", {name: _weighted(*walk) for name, walk in WALKS.items()})


@suite.case()
def streams(mx):
    """Each call takes one number of the generator behind shuffle."""
    graph = _wide(mx)
    found = []
    for seed in (0, 1, 123456789):
        mx.random.seed(seed)
        for _ in range(3):
            out = mx.nd.contrib.dgl_csr_neighbor_uniform_sample(graph, _ids(mx, 20, 30, 39), num_args=2, num_neighbor=5)
            found.append(_samples(out)[1][0][4])
        found.append(mx.nd.random.shuffle(mx.nd.arange(9)))
    return found


suite.table(
    "sample/form",
    {
        "defaults": lambda mx: _samples(
            mx.nd.contrib.dgl_csr_neighbor_uniform_sample(_full(mx), _ids(mx, 0), num_args=2)
        ),
        "no_num_args": lambda mx: _samples(mx.nd.contrib.dgl_csr_neighbor_uniform_sample(_full(mx), _ids(mx, 0))),
        "two": lambda mx: [
            array.shape
            for array in mx.nd.contrib.dgl_csr_neighbor_uniform_sample(
                _full(mx), _ids(mx, 0), _ids(mx, 3, 4), num_args=3, max_num_vertices=6
            )
        ],
        "weighted_two": lambda mx: [
            array.shape
            for array in mx.nd.contrib.dgl_csr_neighbor_non_uniform_sample(
                _full(mx), mx.nd.ones(5), _ids(mx, 0), _ids(mx, 3, 4), num_args=4, max_num_vertices=6
            )
        ],
    },
)

suite.table(
    "subgraph",
    {
        "mapped": lambda mx: [
            _csr(x) for x in mx.nd.contrib.dgl_subgraph(_full(mx), _ids(mx, 0, 2, 3), num_args=2, return_mapping=True)
        ],
        "two": lambda mx: [
            _csr(x) for x in mx.nd.contrib.dgl_subgraph(_full(mx), _ids(mx, 0, 2, 3), _ids(mx, 1), return_mapping=True)
        ],
        "plain": lambda mx: _csr(mx.nd.contrib.dgl_subgraph(_full(mx), _ids(mx, 1, 4), return_mapping=False)),
        "wide": lambda mx: [
            _csr(x)
            for x in mx.nd.contrib.dgl_subgraph(_wide(mx), _ids(mx, *range(3, 40, 4)), num_args=2, return_mapping=True)
        ],
        "twice": lambda mx: _csr(mx.nd.contrib.dgl_subgraph(_full(mx), _ids(mx, 1, 1, 4), return_mapping=False)),
        "everything": lambda mx: _csr(mx.nd.contrib.dgl_subgraph(_full(mx), _ids(mx, *range(5)), return_mapping=False)),
    },
)

suite.table(
    "edge_id",
    {
        dtype: lambda mx, dtype=dtype: mx.nd.contrib.edge_id(
            _full(mx, dtype), mx.nd.array([0, 0, 4, 2, 2]), mx.nd.array([0, 1, 3, 2, 4])
        )
        for dtype in ("int64", "int32", "float32", "float64")
    },
)
suite.table(
    "edge_id/ends",
    {
        "int64": lambda mx: mx.nd.contrib.edge_id(_wide(mx), _ids(mx, 30, 31, 0, 39), _ids(mx, 0, 17, 0, 39)),
        "int32": lambda mx: mx.nd.contrib.edge_id(
            _wide(mx), mx.nd.array([30, 31], dtype="int32"), mx.nd.array([39, 1], dtype="int32")
        ),
        "empty": lambda mx: mx.nd.contrib.edge_id(mx.nd.sparse.zeros("csr", (3, 4)), _ids(mx, 0, 1), _ids(mx, 2, 3)),
        "not_square": lambda mx: mx.nd.contrib.edge_id(
            mx.nd.array([[0, 2.5, 0], [1, 0, 0]]).tostype("csr"), _ids(mx, 0, 1, 1), _ids(mx, 1, 0, 2)
        ),
    },
)
suite.table(
    "adjacency",
    {
        "full": lambda mx: _csr(mx.nd.contrib.dgl_adjacency(_full(mx))),
        "wide": lambda mx: _csr(mx.nd.contrib.dgl_adjacency(_wide(mx, 12))),
    },
)


@suite.case()
def compact(mx):
    found = []
    for graph in (_full(mx), _wide(mx)):
        ids, edges, _ = mx.nd.contrib.dgl_csr_neighbor_uniform_sample(
            graph, _ids(mx, 0, 2, 4), num_args=2, num_hops=2, num_neighbor=2, max_num_vertices=30
        )
        size = ids[-1].asnumpy()
        for sizes in (size, int(size[0]), (int(size[0]),)):
            found.append(_csr(mx.nd.contrib.dgl_graph_compact(edges, ids, graph_sizes=sizes, return_mapping=False)))
        pair = mx.nd.contrib.dgl_graph_compact(
            edges, edges, ids, ids, num_args=4, graph_sizes=(int(size[0]),) * 2, return_mapping=False
        )
        found.append([_csr(x) for x in pair])
    return found


suite.table(
    "refused",
    {
        "dense": lambda mx: mx.nd.contrib.dgl_csr_neighbor_uniform_sample(mx.nd.ones((5, 5)), _ids(mx, 0)),
        "edge_id_dense": lambda mx: mx.nd.contrib.edge_id(mx.nd.ones((5, 5)), _ids(mx, 0), _ids(mx, 0)),
        "edge_id_sizes": lambda mx: mx.nd.contrib.edge_id(_full(mx), _ids(mx, 0, 1), _ids(mx, 0)),
        "edge_id_axes": lambda mx: mx.nd.contrib.edge_id(_full(mx), mx.nd.ones((1, 2)), mx.nd.ones((1, 2))),
        "adjacency_float": lambda mx: mx.nd.contrib.dgl_adjacency(_full(mx, "float32")),
        "adjacency_dense": lambda mx: mx.nd.contrib.dgl_adjacency(mx.nd.ones((5, 5), dtype="int64")),
        "not_square": lambda mx: mx.nd.contrib.dgl_csr_neighbor_uniform_sample(
            mx.nd.sparse.zeros("csr", (3, 4), dtype="int64"), _ids(mx, 0)
        ),
        "num_args": lambda mx: mx.nd.contrib.dgl_csr_neighbor_uniform_sample(_full(mx), _ids(mx, 0), num_args=3),
        "subgraph_int32": lambda mx: mx.nd.contrib.dgl_subgraph(
            _full(mx), mx.nd.array([0], dtype="int32"), return_mapping=False
        ),
        "subgraph_mapping": lambda mx: mx.nd.contrib.dgl_subgraph(_full(mx), _ids(mx, 0)),
        "seed_axes": lambda mx: mx.nd.contrib.dgl_csr_neighbor_uniform_sample(
            _full(mx), mx.nd.ones((1, 1), dtype="int64")
        ),
        "compact_too_many": lambda mx: mx.nd.contrib.dgl_graph_compact(
            _full(mx), _ids(mx, 0, 1, 2, 3, 4, 5), graph_sizes=9, return_mapping=False
        ),
        "attribute": lambda mx: mx.nd.contrib.dgl_csr_neighbor_uniform_sample(_full(mx), _ids(mx, 0), hops=1),
    },
)


@suite.case()
def gradient(mx):
    """There is none."""
    graph = _full(mx, "float32")
    graph.attach_grad()
    with mx.autograd.record():
        found = mx.nd.contrib.edge_id(graph, mx.nd.array([0, 1]), mx.nd.array([1, 0]))
    return found, attempt(lambda: found.backward())
