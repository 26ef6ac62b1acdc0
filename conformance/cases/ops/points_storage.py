"""Operators on storage at the points that other cases leave open: dtypes, single rows and columns, views, refusals."""

from __future__ import annotations

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

DTYPES = ("float32", "float64", "float16", "int32", "int64", "int8", "uint8")
STYPES = ("default", "csr", "row_sparse")
VALUES = np.array([[0, 2, 0, 1], [0, 0, 0, 0], [3, 0, 0, 4]])
SHAPES = {"row": VALUES[:1], "column": VALUES[:, 1:2], "one": VALUES[2:, :1], "empty_row": VALUES[1:2]}
FLOAT = np.array([[0, 1.5, 0, -0.5], [0, 0, 0, 0], [2.25, 0, 0, 4]])


def _array(mx, values, dtype="float32", layout="plain"):
    """A dense array; not contiguous before MXNet made it so."""
    if layout == "rows":
        return mx.nd.array(np.concatenate([values[:1], values, values[:1]]), dtype=dtype)[1:-1]
    if layout == "transposed":
        return mx.nd.array(np.ascontiguousarray(values.T), dtype=dtype).T
    return mx.nd.array(values, dtype=dtype)


def _stored(mx, stype, values=FLOAT, dtype="float32"):
    return _array(mx, values, dtype).tostype(stype)


def _shown(x):
    """Storage type, shape, dtype and everything stored."""
    if isinstance(x, (list, tuple)):
        return [_shown(one) for one in x]
    if not hasattr(x, "stype"):
        return x
    if x.stype == "default":
        return "default", x
    parts = [x.stype, x.shape, x.dtype, x.indices.asnumpy(), x.data.asnumpy()]
    return [*parts, x.indptr.asnumpy()] if x.stype == "csr" else parts


def _tried(function):
    return attempt(lambda: _shown(function()))


def _gradients(mx, function, *arrays, heads=None):
    """The result of a recorded call, and the gradients of the arrays, which are of their own storage."""
    for array in arrays:
        array.attach_grad(stype=array.stype)
    with mx.autograd.record():
        out = function(*arrays)
    out.backward(heads)
    return [_shown(out)] + [_shown(array.grad) for array in arrays]


# ---- cast_storage

for _dtype in DTYPES:
    suite.table(
        f"cast_storage/{_dtype}",
        {
            f"{source}_to_{target}": lambda mx, d=_dtype, s=source, t=target: _tried(
                lambda: mx.nd.cast_storage(_stored(mx, s, VALUES, d), stype=t)
            )
            for source in STYPES
            for target in STYPES
        },
    )
for _name, _values in SHAPES.items():
    suite.table(
        f"cast_storage/{_name}",
        {
            f"{source}_{target}": lambda mx, v=_values, s=source, t=target: _tried(
                lambda: mx.nd.cast_storage(_stored(mx, s, v), stype=t)
            )
            for source, target in (("default", "csr"), ("default", "row_sparse"), ("csr", "default"))
        },
    )
suite.table(
    "cast_storage/layout",
    {
        f"{layout}_{stype}": lambda mx, y=layout, s=stype: _shown(
            mx.nd.cast_storage(_array(mx, FLOAT, layout=y), stype=s)
        )
        for layout in ("rows", "transposed")
        for stype in STYPES
    },
)
suite.table(
    "cast_storage/gradient",
    {
        f"{source}_{target}": lambda mx, s=source, t=target: attempt(
            lambda: _gradients(mx, lambda x: mx.nd.cast_storage(x, stype=t), _stored(mx, s))
        )
        for source, target in (
            ("default", "default"), ("default", "csr"), ("default", "row_sparse"), ("csr", "default"),
            ("row_sparse", "default"), ("row_sparse", "row_sparse"), ("csr", "csr"),
        )
    },
)  # fmt: skip
suite.table(
    "cast_storage/refused",
    {
        "word": lambda mx: attempt(lambda: mx.nd.cast_storage(_array(mx, FLOAT), stype="no")),
        "none": lambda mx: attempt(lambda: mx.nd.cast_storage(_array(mx, FLOAT))),
        "cube": lambda mx: attempt(lambda: mx.nd.cast_storage(mx.nd.ones((2, 2, 2)), stype="csr")),
        "vector": lambda mx: attempt(lambda: mx.nd.cast_storage(mx.nd.ones(3), stype="csr")),
        "sparse_vector": lambda mx: _tried(lambda: mx.nd.cast_storage(mx.nd.array([0, 1, 2]), stype="row_sparse")),
        "attribute": lambda mx: attempt(lambda: mx.nd.cast_storage(_array(mx, FLOAT), stype="csr", dtype="int32")),
    },
)

# ---- retain

for _dtype in DTYPES:
    suite.table(
        f"retain/{_dtype}",
        {
            "rows": lambda mx, d=_dtype: _tried(
                lambda: mx.nd.sparse.retain(_stored(mx, "row_sparse", VALUES, d), mx.nd.array([0, 1]))
            ),
            "one": lambda mx, d=_dtype: _tried(
                lambda: mx.nd.sparse.retain(_stored(mx, "row_sparse", VALUES, d), mx.nd.array([2], dtype="int64"))
            ),
        },
    )
for _index in ("float32", "float64", "int32", "int64", "uint8", "float16"):
    suite.table(
        f"retain/index_{_index}",
        {
            layout: lambda mx, d=_index, y=layout: _tried(
                lambda: mx.nd.sparse.retain(_stored(mx, "row_sparse"), _array(mx, np.array([0, 2]), d, y))
            )
            for layout in ("plain", "rows")
        },
    )
suite.table(
    "retain/shape",
    {
        name: lambda mx, v=values: _tried(
            lambda: mx.nd.sparse.retain(_stored(mx, "row_sparse", v), mx.nd.array([0], dtype="int64"))
        )
        for name, values in {
            **SHAPES,
            "cube": np.arange(12).reshape(2, 3, 2) % 5,
            "vector": np.array([1, 0, 2]),
        }.items()
    },
)


def _retained_square(mx):
    x = _stored(mx, "row_sparse")
    x.attach_grad(stype="row_sparse")
    with mx.autograd.record():
        out = mx.nd.sparse.retain(mx.nd.sparse.square(x), mx.nd.array([2]))
    out.backward()
    return _shown(out), x.grad.stype, x.grad.asnumpy()


suite.table(
    "retain/gradient",
    {
        "rows": lambda mx: _gradients(
            mx, lambda x: mx.nd.sparse.retain(x, mx.nd.array([0, 1])), _stored(mx, "row_sparse"), heads=None
        ),
        "of_square": lambda mx: _retained_square(mx),
    },
)
suite.table(
    "retain/refused",
    {
        "dense": lambda mx: _tried(lambda: mx.nd.sparse.retain(_array(mx, FLOAT), mx.nd.array([0]))),
        "csr": lambda mx: _tried(lambda: mx.nd.sparse.retain(_stored(mx, "csr"), mx.nd.array([0]))),
        "attribute": lambda mx: _tried(
            lambda: mx.nd.sparse.retain(_stored(mx, "row_sparse"), mx.nd.array([0]), axis=0)
        ),
        "count": lambda mx: _tried(lambda: mx.nd.sparse.retain(_stored(mx, "row_sparse"))),
    },
)


# ---- _square_sum

FORMS = [{"axis": axis, "keepdims": keep} for axis in (0, 1, -1, -2, (0, 1), None) for keep in (False, True)]
FORMS += [{"axis": 0, "exclude": False}, {}]
for _form in FORMS:
    _word = ",".join(f"{k}={v}" for k, v in _form.items()).replace(" ", "") or "default"
    for _dtype in ("float32", "float64"):
        suite.table(
            f"square_sum/{_word}/{_dtype}",
            {
                name: lambda mx, a=_form, d=_dtype, v=values: _tried(
                    lambda: mx.nd._internal._square_sum(_stored(mx, "row_sparse", v, d), **a)
                )
                for name, values in {"matrix": FLOAT, "column": FLOAT[:, 1:2], "row": FLOAT[:1]}.items()
            },
        )
    suite.table(
        f"square_sum/{_word}",
        {
            "gradient": lambda mx, a=_form: attempt(
                lambda: _gradients(mx, lambda x: mx.nd._internal._square_sum(x, **a), _stored(mx, "row_sparse"))
            )
        },
    )
suite.table(
    "square_sum/refused",
    {
        "dense": lambda mx: _tried(lambda: mx.nd._internal._square_sum(_array(mx, FLOAT), axis=1)),
        "csr": lambda mx: _tried(lambda: mx.nd._internal._square_sum(_stored(mx, "csr"), axis=1)),
        "axis": lambda mx: _tried(lambda: mx.nd._internal._square_sum(_stored(mx, "row_sparse"), axis=2)),
        "exclude": lambda mx: _tried(lambda: mx.nd._internal._square_sum(_stored(mx, "csr"), axis=1, exclude=True)),
        "rows": lambda mx: _tried(lambda: mx.nd._internal._square_sum(_array(mx, FLOAT, layout="rows"), axis=1)),
    },
)

# ---- getnnz

for _dtype in DTYPES:
    suite.table(
        f"getnnz/{_dtype}",
        {
            str(axis): lambda mx, d=_dtype, a=axis: _tried(
                lambda: mx.nd.contrib.getnnz(_stored(mx, "csr", VALUES, d), axis=a)
            )
            for axis in (None, 0, 1, -1, -2)
        },
    )
suite.table(
    "getnnz/shape",
    {
        f"{name}_{axis}": lambda mx, v=values, a=axis: _tried(
            lambda: mx.nd.contrib.getnnz(_stored(mx, "csr", v), axis=a)
        )
        for name, values in SHAPES.items()
        for axis in (None, 1)
    },
)
suite.table(
    "getnnz/refused",
    {
        "dense": lambda mx: _tried(lambda: mx.nd.contrib.getnnz(_array(mx, FLOAT))),
        "rows": lambda mx: _tried(lambda: mx.nd.contrib.getnnz(_array(mx, FLOAT, layout="rows"))),
        "rsp": lambda mx: _tried(lambda: mx.nd.contrib.getnnz(_stored(mx, "row_sparse"))),
        "axis": lambda mx: _tried(lambda: mx.nd.contrib.getnnz(_stored(mx, "csr"), axis=2)),
        "attribute": lambda mx: _tried(lambda: mx.nd.contrib.getnnz(_stored(mx, "csr"), keepdims=True)),
        "gradient": lambda mx: attempt(lambda: _gradients(mx, mx.nd.contrib.getnnz, _stored(mx, "csr"))),
    },
)

# ---- SparseEmbedding

TABLE = np.arange(8).reshape(4, 2) + 1


def _embedded(mx, weight, index=((0, 2), (1, 1)), dtype="float32", index_dtype="float32", layout="plain", **attrs):
    places = _array(mx, np.array(index), index_dtype, layout)
    attrs = {"input_dim": weight.shape[0], "output_dim": weight.shape[1], **attrs}
    return _shown(mx.nd.contrib.SparseEmbedding(places, weight, **attrs))


for _stype in ("default", "row_sparse"):
    suite.table(
        f"SparseEmbedding/{_stype}",
        {
            **{
                dtype: lambda mx, s=_stype, d=dtype: attempt(lambda: _embedded(mx, _stored(mx, s, TABLE, d), dtype=d))
                for dtype in ("float32", "float64", "float16", "int32")
            },
            **{
                f"index_{dtype}": lambda mx, s=_stype, d=dtype: attempt(
                    lambda: _embedded(mx, _stored(mx, s, TABLE), index_dtype=d)
                )
                for dtype in ("int32", "int64", "uint8", "float64")
            },
            "rows": lambda mx, s=_stype: attempt(lambda: _embedded(mx, _stored(mx, s, TABLE), layout="rows")),
            "transposed": lambda mx, s=_stype: attempt(
                lambda: _embedded(mx, _stored(mx, s, TABLE), layout="transposed")
            ),
            "one": lambda mx, s=_stype: attempt(lambda: _embedded(mx, _stored(mx, s, TABLE[:1, :1]), ((0,),))),
            **{
                f"dtype_{dtype}": lambda mx, s=_stype, d=dtype: attempt(
                    lambda: _shown(
                        mx.nd.contrib.SparseEmbedding(
                            mx.nd.array([1]), _stored(mx, s, TABLE), input_dim=4, output_dim=2, dtype=d
                        )
                    )
                )
                for dtype in ("float32", "float64", "int32")
            },
            "sparse_grad": lambda mx, s=_stype: attempt(lambda: _embedded(mx, _stored(mx, s, TABLE), sparse_grad=True)),
            "wrong_size": lambda mx, s=_stype: attempt(lambda: _embedded(mx, _stored(mx, s, TABLE), output_dim=3)),
            "attribute": lambda mx, s=_stype: attempt(lambda: _embedded(mx, _stored(mx, s, TABLE), axis=1)),
        },
    )


def _embedding_gradient(mx, stype, grad_stype, of_index=False, **attrs):
    weight, index = _stored(mx, stype, TABLE), mx.nd.array([[0, 2], [2, 2]])
    weight.attach_grad(stype=grad_stype)
    if of_index:
        index.attach_grad()
    with mx.autograd.record():
        out = mx.nd.contrib.SparseEmbedding(index, weight, input_dim=4, output_dim=2, **attrs)
    out.backward(mx.nd.arange(8).reshape((2, 2, 2)))
    return _shown(out), _shown(weight.grad)


suite.table(
    "SparseEmbedding/gradient",
    {
        f"{stype}_{grad}": lambda mx, s=stype, g=grad: attempt(lambda: _embedding_gradient(mx, s, g))
        for stype in ("default", "row_sparse")
        for grad in ("default", "row_sparse")
    },
)
suite.table(
    "SparseEmbedding/gradient",
    {
        "of_index": lambda mx: attempt(lambda: _embedding_gradient(mx, "row_sparse", "row_sparse", of_index=True)),
        "deterministic": lambda mx: _embedding_gradient(mx, "row_sparse", "row_sparse", deterministic=True),
    },
)

# ---- _scatter_*

for _dtype in ("float32", "float64", "float16"):
    suite.table(
        f"scatter_elemwise_div/{_dtype}",
        {
            f"{stype}_{name}": lambda mx, s=stype, v=values, d=_dtype: _tried(
                lambda: mx.nd._internal._scatter_elemwise_div(_stored(mx, s, v, d), _array(mx, v * v + 2, d))
            )
            for stype in ("default", "row_sparse", "csr")
            for name, values in {"matrix": FLOAT, "row": FLOAT[:1], "column": FLOAT[:, 1:2]}.items()
        },
    )
suite.table(
    "scatter_elemwise_div",
    {
        **{
            layout: lambda mx, y=layout: _tried(
                lambda: mx.nd._internal._scatter_elemwise_div(
                    _stored(mx, "row_sparse"), _array(mx, FLOAT * FLOAT + 2, layout=y)
                )
            )
            for layout in ("rows", "transposed")
        },
        "sparse_both": lambda mx: _tried(
            lambda: mx.nd._internal._scatter_elemwise_div(_stored(mx, "row_sparse"), _stored(mx, "row_sparse"))
        ),
        "shapes": lambda mx: _tried(
            lambda: mx.nd._internal._scatter_elemwise_div(_stored(mx, "row_sparse"), mx.nd.ones((4, 3)))
        ),
        "dtypes": lambda mx: _tried(
            lambda: mx.nd._internal._scatter_elemwise_div(
                _stored(mx, "row_sparse"), mx.nd.ones((3, 4), dtype="float64")
            )
        ),
        "count": lambda mx: _tried(lambda: mx.nd._internal._scatter_elemwise_div(_stored(mx, "row_sparse"))),
        "gradient": lambda mx: attempt(
            lambda: _gradients(
                mx, mx.nd._internal._scatter_elemwise_div, _stored(mx, "row_sparse"), _array(mx, FLOAT * FLOAT + 2)
            )
        ),
        "gradient_dense": lambda mx: attempt(
            lambda: _gradients(
                mx, mx.nd._internal._scatter_elemwise_div, _array(mx, FLOAT), _array(mx, FLOAT * FLOAT + 2)
            )
        ),
    },
)
for _word in ("plus", "minus"):
    suite.table(
        f"scatter_{_word}_scalar",
        {
            f"{stype}_{dtype}": lambda mx, w=_word, s=stype, d=dtype: _tried(
                lambda: getattr(mx.nd._internal, f"_scatter_{w}_scalar")(_stored(mx, s, VALUES, d), scalar=2)
            )
            for stype in STYPES
            for dtype in ("float32", "float64", "int32")
        },
    )


# ---- optimizer updates by rows


def _updated(mx, function, dtype="float32", stype="default", rows=FLOAT, history=1, **attrs):
    """Weight and state after one update with a row_sparse gradient."""
    weight = _stored(mx, stype, np.abs(rows) + 1, dtype)
    grad = _stored(mx, "row_sparse", rows, dtype)
    shape = rows.shape if history == 1 else (len(rows), 1)
    state = _stored(mx, stype, np.full(shape, 0.5), dtype)
    given = attempt(lambda: function(weight, grad, state, out=weight, **attrs))
    failed = given if type(given).__name__ == "Raised" else None
    return failed, _shown(weight), _shown(state)


UPDATES = {"adagrad_update": ("sparse", 1), "group_adagrad_update": ("contrib", 2)}
SETS = [{"lr": 0.1}, {"lr": 0.1, "epsilon": 0.01}, {"lr": 0.1, "rescale_grad": 0.5}, {"lr": 0.1, "clip_gradient": 0.25}]
for _name, (_space, _history) in UPDATES.items():

    def _call(mx, name=_name, space=_space, history=_history, **options):
        return _updated(mx, getattr(getattr(mx.nd, space), name), history=history, **options)

    suite.table(
        _name,
        {
            **{
                ",".join(f"{k}={v}" for k, v in attrs.items()): lambda mx, a=attrs, f=_call: f(mx, **a)
                for attrs in SETS + ([{"lr": 0.1, "wd": 0.0}, {"lr": 0.1, "wd": 0.1}] if _history == 1 else [])
            },
            **{dtype: lambda mx, d=dtype, f=_call: f(mx, dtype=d, lr=0.1) for dtype in ("float64", "float16")},
            "weight_row_sparse": lambda mx, f=_call: f(mx, stype="row_sparse", rows=FLOAT[::2] + 1, lr=0.1),
            "row": lambda mx, f=_call: f(mx, rows=FLOAT[:1], lr=0.1),
            "column": lambda mx, f=_call: f(mx, rows=FLOAT[:, 1:2], lr=0.1),
            "no_rate": lambda mx, f=_call: f(mx),
            "attribute": lambda mx, f=_call: f(mx, lr=0.1, momentum=0.1),
        },
    )


def _viewed(mx, function, shape):
    """An update of a part of a larger array."""
    home, states = mx.nd.ones((5, 4)), mx.nd.ones((5, *shape))
    weight, state = home[1:4], states[1:4]
    found = attempt(lambda: function(weight, _stored(mx, "row_sparse"), state, out=weight, lr=0.1))
    return type(found).__name__ == "Raised", home, states


suite.table(
    "updates/view",
    {
        "adagrad": lambda mx: _viewed(mx, mx.nd.sparse.adagrad_update, (4,)),
        "group_adagrad": lambda mx: _viewed(mx, mx.nd.contrib.group_adagrad_update, (1,)),
    },
)

# ---- graphs


def _ring(mx, dtype="int64", size=3):
    """Each vertex with the one behind it, edges numbered from 1."""
    parts = np.arange(1, size + 1), np.roll(np.arange(size), -1), np.arange(size + 1)
    return mx.nd.sparse.csr_matrix(parts, shape=(size, size), dtype=dtype)


def _vertices(mx, numbers, dtype="int64", layout="plain"):
    return _array(mx, np.array(numbers), dtype, layout)


def _sampled(mx, graph, seeds, weights=None, **attrs):
    """What a sampler returns where it is defined: vertices, edges, layers."""
    if weights is None:
        out = mx.nd.contrib.dgl_csr_neighbor_uniform_sample(graph, seeds, **attrs)
    else:
        out = mx.nd.contrib.dgl_csr_neighbor_non_uniform_sample(graph, weights, seeds, **attrs)
    count = int(out[0].asnumpy()[-1])
    return count, [_shown(x) if x.stype == "csr" else x.asnumpy()[:count] for x in out]


for _law in ("uniform", "non_uniform"):

    def _of(mx, graph, seeds, law=_law, weights=None, **attrs):
        given = None if law == "uniform" else mx.nd.ones(graph.shape[0]) if weights is None else weights
        return attempt(lambda: _sampled(mx, graph, seeds, given, **attrs))

    suite.table(
        f"{_law}_sample",
        {
            **{
                f"{k}={v}": lambda mx, k=k, v=v, f=_of: f(mx, _ring(mx), _vertices(mx, [0]), **{k: v})
                for k, v in (("num_hops", 2), ("num_neighbor", 1), ("max_num_vertices", 5), ("num_hops", 0))
            },
            "rows": lambda mx, f=_of: f(mx, _ring(mx), _vertices(mx, [0, 1], layout="rows"), max_num_vertices=4),
            "one_vertex": lambda mx, f=_of: f(mx, _ring(mx, size=1), _vertices(mx, [0]), max_num_vertices=2),
            "seeds_int32": lambda mx, f=_of: f(mx, _ring(mx), mx.nd.ones((1, 1), dtype="int32")),
            "dense": lambda mx, f=_of: f(mx, mx.nd.ones((3, 3)), _vertices(mx, [0])),
            "attribute": lambda mx, f=_of: f(mx, _ring(mx), _vertices(mx, [0]), hops=1),
            "text": lambda mx, f=_of: f(mx, _ring(mx), _vertices(mx, [0]), num_hops="x"),
        },
    )
suite.table(
    "subgraph",
    {
        "rows": lambda mx: _tried(
            lambda: mx.nd.contrib.dgl_subgraph(_ring(mx), _vertices(mx, [0, 1], layout="rows"), return_mapping=True)
        ),
        "one": lambda mx: _tried(
            lambda: mx.nd.contrib.dgl_subgraph(_ring(mx, size=1), _vertices(mx, [0]), return_mapping=False)
        ),
        "vertices_float32": lambda mx: _tried(
            lambda: mx.nd.contrib.dgl_subgraph(_ring(mx), _vertices(mx, [0, 1], "float32"), return_mapping=False)
        ),
        "gradient": lambda mx: attempt(lambda: _graph_gradient(mx, "dgl_subgraph", return_mapping=False)),
    },
)
suite.table(
    "adjacency",
    {
        "one": lambda mx: _tried(lambda: mx.nd.contrib.dgl_adjacency(_ring(mx, size=1))),
        **{
            dtype: lambda mx, d=dtype: _tried(lambda: mx.nd.contrib.dgl_adjacency(_ring(mx, d)))
            for dtype in ("int32", "float64", "int8")
        },
        "rows": lambda mx: _tried(lambda: mx.nd.contrib.dgl_adjacency(_array(mx, VALUES, "int64", "rows"))),
        "attribute": lambda mx: _tried(lambda: mx.nd.contrib.dgl_adjacency(_ring(mx), axis=1)),
    },
)


def _graph_gradient(mx, name, **attrs):
    graph, seeds = _ring(mx), mx.nd.array([0, 1], dtype="int64")
    seeds.attach_grad()
    with mx.autograd.record():
        out = getattr(mx.nd.contrib, name)(graph, seeds, **attrs)
    out = out if isinstance(out, list) else [out]
    return attempt(lambda: out[0].backward())


def _non_uniform_gradient(mx):
    weights = mx.nd.ones(3)
    weights.attach_grad()
    with mx.autograd.record():
        out = mx.nd.contrib.dgl_csr_neighbor_non_uniform_sample(
            _ring(mx), weights, _vertices(mx, [0]), max_num_vertices=4
        )
    return attempt(lambda: out[2].backward())


def _recorded_graph(mx, function):
    with mx.autograd.record():
        out = function(_ring(mx))
    return attempt(lambda: out.backward())


suite.table(
    "graph_gradient",
    {
        "uniform": lambda mx: _graph_gradient(mx, "dgl_csr_neighbor_uniform_sample", max_num_vertices=4),
        "subgraph": lambda mx: _graph_gradient(mx, "dgl_subgraph", return_mapping=True),
        "non_uniform": lambda mx: _non_uniform_gradient(mx),
        "adjacency": lambda mx: _recorded_graph(mx, lambda graph: mx.nd.contrib.dgl_adjacency(graph)),
        "compact": lambda mx: _recorded_graph(
            mx,
            lambda graph: mx.nd.contrib.dgl_graph_compact(
                graph, _vertices(mx, [2, 1, 0, 3]), graph_sizes=3, return_mapping=False
            ),
        ),
    },
)
suite.table(
    "edge_id",
    {
        "one": lambda mx: mx.nd.contrib.edge_id(_ring(mx, size=1), _vertices(mx, [0]), _vertices(mx, [0])),
        **{
            layout: lambda mx, y=layout: mx.nd.contrib.edge_id(
                _ring(mx), _vertices(mx, [0, 1], layout=y), _vertices(mx, [1, 1], layout=y)
            )
            for layout in ("rows", "plain")
        },
        "dtypes": lambda mx: _tried(
            lambda: mx.nd.contrib.edge_id(_ring(mx), _vertices(mx, [0, 1]), _vertices(mx, [1, 1], "float32"))
        ),
    },
)
suite.table(
    "graph_compact",
    {
        name: lambda mx, g=graph, v=vertices, a=attrs: _tried(
            lambda: mx.nd.contrib.dgl_graph_compact(_ring(mx, **g), _vertices(mx, *v), **{"return_mapping": False, **a})
        )
        for name, graph, vertices, attrs in (
            ("whole", {}, ([2, 1, 0, 3],), {"graph_sizes": 3}),
            ("rows", {}, ([2, 1, 0, 3], "int64", "rows"), {"graph_sizes": (3,)}),
            ("one", {"size": 1}, ([0, 1],), {"graph_sizes": 1}),
            ("float32", {"dtype": "float32"}, ([2, 1, 0, 3],), {"graph_sizes": 3}),
            ("vertices_float32", {}, ([2, 1, 0, 3], "float32"), {"graph_sizes": 3}),
            ("mapping", {}, ([2, 1, 0, 3],), {"graph_sizes": 3, "return_mapping": True}),
            ("no_sizes", {}, ([2, 1, 0, 3],), {}),
            ("attribute", {}, ([2, 1, 0, 3],), {"graph_sizes": 3, "axis": 1}),
        )
    },
)
