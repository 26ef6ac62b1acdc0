"""Operators that exist for sparse arrays only, in executors."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

A = np.array([[0, 2, 0], [1, 0, 0], [0, 0, 3]], dtype="float32")


def _shown(x):
    """Storage type, shape, dtype and what is stored."""
    if x.stype == "default":
        return "default", x
    parts = [x.stype, x.shape, x.dtype, x.indices.asnumpy(), x.data.asnumpy()]
    return [*parts, x.indptr.asnumpy()] if x.stype == "csr" else parts


def _arrays(mx, dtype="float32", **more):
    graph = mx.nd.array(A, dtype=dtype).tostype("csr")
    return {"graph": graph, **{name: mx.nd.array(values, dtype=dtype) for name, values in more.items()}}


def _run(make, dtype="float32", **more):
    """Shapes and types that are inferred, and results."""

    def program(mx):
        graph = mx.sym.Variable("graph", stype="csr")
        symbol = make(mx.sym, graph, *[mx.sym.Variable(name) for name in more])
        arrays = _arrays(mx, dtype, **more)
        shapes = symbol.infer_shape(**{name: array.shape for name, array in arrays.items()})
        types = symbol.infer_type(**{name: array.dtype for name, array in arrays.items()})
        executor = symbol.bind(mx.cpu(), arrays)
        first = [_shown(x) for x in executor.forward()]
        again = [_shown(x) for x in executor.forward()]
        return shapes, types, symbol.list_outputs(), first, str(first) == str(again)

    return program


suite.table(
    "bind",
    {
        "edge_id": _run(lambda sym, *args: sym.contrib.edge_id(*args), u=[1, 0, 2], v=[0, 0, 2]),
        "edge_id_int64": _run(lambda sym, *args: sym.contrib.edge_id(*args), "int64", u=[1, 0], v=[0, 0]),
        "getnnz": _run(lambda sym, graph: sym.contrib.getnnz(graph)),
        "getnnz_rows": _run(lambda sym, graph: sym.contrib.getnnz(graph, axis=1)),
        "adjacency": _run(lambda sym, graph: sym.contrib.dgl_adjacency(graph), "int64"),
        "subgraph": _run(
            lambda sym, graph, v: sym.contrib.dgl_subgraph(graph, v, num_args=2, return_mapping=False),
            "int64",
            v=[0, 1],
        ),
        "subgraph_mapped": _run(
            lambda sym, graph, v: sym.contrib.dgl_subgraph(graph, v, num_args=2, return_mapping=True), "int64", v=[0, 2]
        ),
        "compact": _run(
            lambda sym, graph, v: sym.contrib.dgl_graph_compact(
                graph, v, num_args=2, graph_sizes=(3,), return_mapping=False
            ),
            "int64",
            v=[2, 1, 0, 3],
        ),
    },
)


@suite.case()
def sample_shapes(mx):
    graph, seeds = mx.sym.Variable("graph", stype="csr"), mx.sym.Variable("seeds")
    found = []
    for most in (4, 9):
        symbol = mx.sym.contrib.dgl_csr_neighbor_uniform_sample(graph, seeds, num_args=2, max_num_vertices=most)
        found.append((symbol.list_outputs(), symbol.infer_shape(graph=(3, 3), seeds=(2,))))
    return found


@suite.case()
def then_dense(mx):
    """Their results go on into operators on dense arrays."""
    graph, u, v = mx.sym.Variable("graph", stype="csr"), mx.sym.Variable("u"), mx.sym.Variable("v")
    symbol = mx.sym.sum(mx.sym.contrib.edge_id(graph, u, v) * 2)
    return symbol.bind(mx.cpu(), _arrays(mx, u=[1, 0, 2], v=[0, 1, 2])).forward()


@suite.case()
def dense_refused(mx):
    graph, u, v = (mx.sym.Variable(name) for name in ("graph", "u", "v"))
    arrays = {"graph": mx.nd.array(A), "u": mx.nd.array([1]), "v": mx.nd.array([0])}
    return attempt(lambda: mx.sym.contrib.edge_id(graph, u, v).bind(mx.cpu(), arrays).forward()[0].asnumpy())
