"""Operators on graphs: what the originals answer with a crash, or from other memory, is refused."""

from __future__ import annotations

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.error import MXNetError

contrib = mx.nd.contrib


def graph(dtype="int64"):
    columns = [1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2]
    return mx.nd.sparse.csr_matrix((np.arange(12), columns, [0, 3, 6, 9, 12]), shape=(4, 4), dtype=dtype)


def ids(*numbers, dtype="int64"):
    return mx.nd.array(numbers, dtype=dtype)


REFUSED = {
    "float seeds": lambda: contrib.dgl_csr_neighbor_uniform_sample(graph(), ids(0, dtype="float32")),
    "float graph": lambda: contrib.dgl_csr_neighbor_uniform_sample(graph("float32"), ids(0)),
    "seed outside": lambda: contrib.dgl_csr_neighbor_uniform_sample(graph(), ids(4)),
    "too many seeds": lambda: contrib.dgl_csr_neighbor_uniform_sample(graph(), ids(0, 1, 2), max_num_vertices=2),
    "weights": lambda: contrib.dgl_csr_neighbor_non_uniform_sample(graph(), mx.nd.ones(3), ids(0)),
    "order": lambda: contrib.dgl_subgraph(graph(), ids(2, 0), return_mapping=False),
    "vertex outside": lambda: contrib.dgl_subgraph(graph(), ids(2, 4), return_mapping=False),
    "mapping": lambda: contrib.dgl_graph_compact(graph(), ids(0, 1, 2, 3, 4), graph_sizes=4, return_mapping=True),
    "size": lambda: contrib.dgl_graph_compact(graph(), ids(0, 1, 2, 3, 4), graph_sizes=3, return_mapping=False),
    "edge outside": lambda: contrib.dgl_graph_compact(graph(), ids(5, 6, 7, 8, 4), graph_sizes=4, return_mapping=False),
    "row outside": lambda: contrib.edge_id(graph(), ids(4), ids(0)),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_refused(call):
    with pytest.raises(MXNetError, match=r"dgl|edge_id"):
        call()


def test_no_column_outside_has_an_edge():
    assert contrib.edge_id(graph(), ids(0, 1), ids(9, -1)).asnumpy().tolist() == [-1, -1]


def test_what_is_unused_is_zero():
    vertices, edges, hops = contrib.dgl_csr_neighbor_uniform_sample(graph(), ids(0), num_neighbor=1, max_num_vertices=6)
    count = int(vertices[-1].asscalar())
    assert count == 2
    assert not vertices[count:-1].asnumpy().any()
    assert not hops[count:].asnumpy().any()
    edges.check_format()


def test_several_seeds_walk_alike():
    out = contrib.dgl_csr_neighbor_uniform_sample(graph(), ids(0), ids(0), num_neighbor=2, max_num_vertices=4)
    assert len(out) == 6
    for one, other in (out[:2], out[2:4], out[4:]):
        assert (one.asnumpy() == other.asnumpy()).all()


def test_results_go_to_out():
    target = mx.nd.sparse.zeros("csr", (2, 2), dtype="int64")
    contrib.dgl_subgraph(graph(), ids(0, 3), return_mapping=False, out=target)
    assert target.indices.asnumpy().tolist() == [1, 0]
