"""Executors and dtypes, storage types, operators written in Python: what old programs and tests rely on."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _stypes(symbol, **options):
    ex = symbol.simple_bind(options.pop("ctx"), **options)
    grads = [(name, None if g is None else g.stype) for name, g in sorted(ex.grad_dict.items())]
    return grads, [(name, a.stype) for name, a in sorted(ex.arg_dict.items())], [o.stype for o in ex.outputs]


def _embeddings(mx):
    d, w = mx.sym.var("d"), mx.sym.var("w")

    def table(weight, **options):
        return mx.sym.Embedding(d, weight, input_dim=5, output_dim=3, **options)

    rows = mx.sym.var("w", stype="row_sparse")
    sparse = {"input_dim": 5, "output_dim": 3}
    return {
        "sparse_grad": table(w, sparse_grad=True),
        "dense": table(w),
        "twice": table(w, sparse_grad=True) + table(w, sparse_grad=True),
        "mixed": table(w, sparse_grad=True) + table(w),
        "scaled": table(w * 2, sparse_grad=True),
        "rows": table(rows, sparse_grad=True),
        "rows_dense": table(rows, sparse_grad=False),
        "contrib": mx.sym.contrib.SparseEmbedding(d, rows, deterministic=True, **sparse),
    }


for _kind in ("sparse_grad", "dense", "twice", "mixed", "scaled", "rows", "rows_dense", "contrib"):

    @suite.case("embedding/" + _kind)
    def _embedding(mx, kind=_kind):
        return _stypes(_embeddings(mx)[kind], ctx=mx.cpu(), d=(2,))


def _products(mx):
    x, w, rows = mx.sym.var("x", stype="csr"), mx.sym.var("w"), mx.sym.var("w", stype="row_sparse")
    return {
        "dense": mx.sym.dot(x, w),
        "rows": mx.sym.dot(x, rows),
        "transposed": mx.sym.dot(x, w, transpose_a=True),
        "scaled": mx.sym.dot(x, w) * 2,
    }


for _kind in ("dense", "rows", "transposed", "scaled"):

    @suite.case("dot/" + _kind)
    def _dot(mx, kind=_kind):
        return _stypes(_products(mx)[kind], ctx=mx.cpu(), x=(4, 4), w=(4, 2), grad_req={"w": "write", "x": "null"})


def _unary(mx):
    rows, csr, w = mx.sym.var("x", stype="row_sparse"), mx.sym.var("x", stype="csr"), mx.sym.var("w")
    return {
        "abs": mx.sym.abs(rows),
        "times": rows * 2,
        "plus": rows + 1,
        "square_csr": mx.sym.square(csr),
        "square_rows": mx.sym.square(rows),
        "add": mx.sym.elemwise_add(rows, rows),
        "dense_layer": mx.sym.FullyConnected(csr, w, num_hidden=4, no_bias=True),
        "sum": mx.sym.sum(csr),
    }


for _kind in ("abs", "times", "plus", "square_csr", "square_rows", "add", "dense_layer", "sum"):

    @suite.case("elementwise/" + _kind)
    def _elementwise(mx, kind=_kind):
        symbol = _unary(mx)[kind]
        return _stypes(symbol, ctx=mx.cpu(), **{name: (4, 4) for name in symbol.list_arguments()})


@suite.case()
def sparse_outputs(mx):
    rows = mx.nd.array([[1, 2], [0, 0], [3, -4]]).tostype("row_sparse")
    ex = mx.sym.square(mx.sym.var("x", stype="row_sparse")).bind(mx.cpu(), [rows])
    before = ex.outputs[0].stype
    out = ex.forward()[0]
    return before, out.stype, out.indices, out, ex.outputs[0].stype


@suite.case()
def sparse_embedding_trains(mx):
    symbol = _embeddings(mx)["sparse_grad"]
    ex = symbol.simple_bind(mx.cpu(), d=(2,), grad_req={"d": "null", "w": "write"})
    ex.arg_dict["d"][:] = mx.nd.array([3, 1])
    ex.arg_dict["w"][:] = mx.nd.arange(15).reshape((5, 3))
    out = ex.forward(is_train=True)[0]
    ex.backward(mx.nd.array([[1, 2, 3], [4, 5, 6]]))
    grad = ex.grad_dict["w"]
    return out, grad.stype, grad.indices, grad


@suite.case()
def sparse_embedding_arguments(mx):
    table = mx.nd.ones((5, 3))
    plain = {"input_dim": 5, "output_dim": 3}
    return (
        mx.nd.contrib.SparseEmbedding(mx.nd.array([1]), table, deterministic=True, **plain),
        attempt(lambda: mx.nd.contrib.SparseEmbedding(mx.nd.array([1]), table, deterministic="x", **plain)),
    )


@suite.case()
def sparse_batch_norm(mx):
    arrays = [mx.nd.ones((2, 3)), mx.nd.ones(3), mx.nd.ones(3)]
    states = [mx.nd.zeros(3), mx.nd.ones(3)]
    symbol = mx.sym.BatchNorm(mx.sym.var("data", stype="row_sparse"), fix_gamma=True)
    args = [a.tostype("row_sparse") for a in arrays]

    def run():
        ex = symbol.bind(mx.cpu(), args, aux_states=states)
        return ex.forward()[0].asnumpy()

    return attempt(run)[0] if isinstance(attempt(run), tuple) else type(attempt(run)).__name__


# ---- dtypes


for _head in ("float16", "float32", "float64", "int32"):

    @suite.case("head_dtype/" + _head)
    def _head_dtype(mx, head=_head):
        x = mx.nd.array([1.0, 2.0, 3.0], dtype="float64")
        ex = (mx.sym.var("x") * 3).bind(mx.cpu(), [x], [mx.nd.zeros(3, dtype="float64")])
        ex.forward(is_train=True)
        ex.backward(mx.nd.array([1.5, 2.5, -3.5], dtype=head))
        return ex.grad_arrays[0]


for _source in ("int32", "float32", "float16"):
    for _target in ("float32", "int32", "float16"):

        @suite.case("cast/{}_{}".format(_source, _target))
        def _cast(mx, source=_source, target=_target):
            ex = mx.sym.Cast(mx.sym.var("x", dtype=source), dtype=target).simple_bind(mx.cpu(), x=(3,))
            ex.arg_arrays[0][:] = np.array([1.5, -2.25, 7])
            ex.forward(is_train=True)
            ex.backward(mx.nd.array([1.5, -2.25, 7], dtype=target))
            return ex.outputs[0], ex.grad_arrays[0]


for _kind in ("int32", "int64", "int8", "uint8"):

    @suite.case("integer_remainder/" + _kind)
    def _integer_remainder(mx, kind=_kind):
        a, b = mx.nd.array([7, 8, 9, 5], dtype=kind), mx.nd.array([3, 1, 4, 2], dtype=kind)
        a.attach_grad()
        b.attach_grad()
        found = []
        for f in (lambda: mx.nd.broadcast_mod(a, b), lambda: a % b, lambda: a % 3, lambda: 9 % b):
            with mx.autograd.record():
                c = f()
            c.backward(mx.nd.array([2, 2, 2, 2], dtype=kind))
            found.append((c.asnumpy(), a.grad.asnumpy(), b.grad.asnumpy()))
        return found


@suite.case()
def sequence_length_types(mx):
    x, n = mx.sym.var("x"), mx.sym.var("n")
    found = []
    for op in (mx.sym.SequenceMask, mx.sym.SequenceLast, mx.sym.SequenceReverse):
        symbol = op(x, n, use_sequence_length=True)
        found.append((symbol.infer_type(x="float32"), symbol.infer_type(x="float16", n="int32")))
    return [[[str(np.dtype(t)) for t in part] for part in each] for pair in found for each in pair]


@suite.case()
def softmax_length_wants_gradient(mx):
    x, n = mx.nd.array([[0.5, 0.25, 1.0], [0.125, 0.5, 0.75]]), mx.nd.array([1, 3], dtype="int32")
    x.attach_grad()
    n.attach_grad()
    n.grad[:] = 7
    with mx.autograd.record():
        y = mx.nd.softmax(x, n, use_length=True)
    y.backward(mx.nd.array([[1, 2, 3], [4, 5, 6]]))
    return y, x.grad, n.grad


@suite.case()
def softmax_length_in_a_graph(mx):
    symbol = mx.sym.softmax(mx.sym.var("x"), length=mx.sym.var("n"), use_length=True, axis=1)
    args = {"x": mx.nd.array([[0.5, 0.25, 1.0], [0.125, 0.5, 0.75]]), "n": mx.nd.array([1, 3], dtype="int32")}
    grads = {"x": mx.nd.ones((2, 3)), "n": mx.nd.ones(2, dtype="int32")}
    ex = symbol.bind(mx.cpu(), args, args_grad=grads)
    ex.forward(is_train=True)
    ex.backward([mx.nd.array([[1, 2, 3], [4, 5, 6]])])
    return ex.outputs[0], grads["x"], grads["n"]


@suite.case()
def ctc_with_nan_behind_the_end(mx):
    values = np.linspace(-1, 1, 5 * 2 * 4).reshape(5, 2, 4).astype("float32")
    values[3:] = np.nan
    data = mx.nd.array(values)
    data.attach_grad()
    with mx.autograd.record():
        loss = mx.nd.CTCLoss(
            data, mx.nd.array([[1, 2], [3, 0]]), mx.nd.array([3, 3]), mx.nd.array([2, 1]),
            use_data_lengths=True, use_label_lengths=True,
        )  # fmt: skip
    loss.backward()
    return loss, data.grad


# ---- shapes


@suite.case()
def numpy_integers_in_attributes(mx):
    x = mx.sym.var("x")
    two = np.int64(2)
    symbol = mx.sym.broadcast_axis(x, axis=(np.int64(1),), size=(two,))
    kernel = mx.sym.Pooling(mx.sym.var("y"), kernel=(two, two), pool_type="max")
    return symbol.infer_shape(x=(3, 1)), kernel.infer_shape(y=(1, 1, 4, 4)), kernel.list_attr()["kernel"]


@suite.case()
def length_of_arange(mx):
    found = []
    for options in ({"start": 0}, {"start": 2, "step": 0.5, "repeat": 2}, {"start": 3, "step": -1}):
        numbers = mx.sym.arange(stop=None, infer_range=True, **options)
        symbol = mx.sym.elemwise_add(numbers, mx.sym.var("x"))
        ex = symbol.bind(mx.cpu(), {"x": mx.nd.zeros(4)})
        found.append((ex.forward()[0].asnumpy(), symbol.infer_shape(x=(6,)), symbol.infer_shape_partial()))
    return found


@suite.case()
def parts_of_unknown_axes(mx):
    data = mx.sym.var("data", shape=(0, 20))
    cuts = (
        ((None, None), (None, 10), []), ((None, 3), (5, 10), []), ((2, 3), (None, 10), (3, 3)),
        ((1, -5), (4, None), (1, 2)),
    )  # fmt: skip
    found = [mx.sym.slice(data, begin=b, end=e, step=s).infer_shape_partial()[1] for b, e, s in cuts]
    for axis, begin, end in ((0, 0, 5), (1, 3, None), (1, -4, -1)):
        found.append(mx.sym.slice_axis(data, axis=axis, begin=begin, end=end).infer_shape_partial()[1])
    return found


@suite.case()
def numpy_shapes(mx):
    with mx.util.np_shape():
        found = [mx.nd.ones(()).asnumpy(), mx.nd.zeros((0, 3)).shape, mx.nd.full((), 3.0).asnumpy()]
    wrong = [lambda: mx.nd.ones(()), lambda: mx.nd.zeros((0, 3))]
    return found, [attempt(f) for f in wrong], attempt(lambda: mx.nd.space_to_depth(mx.nd.ones((1, 1, 1, 2)), 2))


@suite.case()
def input_for_an_operator_without_inputs(mx):
    symbol = mx.sym.random.randn(2, 3, loc=1, data=mx.sym.ones((2, 2)))
    return symbol.list_arguments(), symbol.infer_shape()[1]


# ---- gradients of gradients


@suite.case()
def dense_gradient_of_gradient(mx):
    x, w = mx.nd.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), mx.nd.array([[0.5, 1.0, -1.0]])
    x.attach_grad()
    w.attach_grad()
    heads = mx.nd.array([[1.0], [2.0]])
    grad = mx.autograd.grad
    with mx.autograd.record():
        y = mx.nd.FullyConnected(x, w, num_hidden=1, no_bias=True)
        of_x = grad(y, x, head_grads=heads, create_graph=True, retain_graph=True)[0]
        mixed = grad(of_x, w, head_grads=mx.nd.ones((2, 3)), create_graph=False)[0]
        of_w = grad(y, w, head_grads=heads, create_graph=True, retain_graph=True)[0]
        other = grad(of_w, x, head_grads=mx.nd.ones((1, 3)), create_graph=False)[0]
    return of_x, mixed, of_w, other


# ---- random numbers


@suite.case()
def dropout_always(mx):
    symbol = mx.sym.Dropout(mx.sym.var("x"), p=0.5, mode="always")
    ex = symbol.simple_bind(mx.cpu(), x=(20, 20))
    ex.arg_arrays[0][:] = 1
    same = []
    for train in (True, False):
        out = ex.forward(is_train=train)[0]
        ex.backward([mx.nd.ones((20, 20))], is_train=train)
        same.append(bool((ex.grad_arrays[0].asnumpy() == out.asnumpy()).all()))
    return same


# ---- operators written in Python


@suite.case()
def custom_loss_needs_no_head(mx):
    class Half(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0] * 0.5)

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], out_data[0] - 1)

    @mx.operator.register("conformance_half")
    class HalfProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=False)

        def infer_shape(self, in_shape):
            return in_shape, [in_shape[0]], []

        def create_operator(self, ctx, shapes, dtypes):
            return Half()

    symbol = mx.sym.Custom(mx.sym.var("x"), op_type="conformance_half")
    ex = symbol.bind(mx.cpu(), [mx.nd.array([1.0, 2.0, 4.0])], [mx.nd.zeros(3)])
    ex.forward(is_train=True)
    ex.backward()
    return ex.outputs[0], ex.grad_arrays[0]


@suite.case()
def numpy_op(mx):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        symbol = mx.operator.NumpyOp().get_symbol(mx.sym.var("x"), name="copy")
    x, grad = mx.nd.ones(10) * 10, mx.nd.zeros(10)
    ex = symbol.bind(mx.cpu(), args=[x], args_grad={"x": grad})
    ex.forward(is_train=True)
    ex.backward(mx.nd.ones(10) * 3)
    return symbol.list_arguments(), symbol.list_outputs(), ex.outputs[0], grad


@suite.case()
def ndarray_op(mx):
    import warnings

    class Square(mx.operator.NDArrayOp):
        def forward(self, in_data, out_data):
            out_data[0][:] = in_data[0] * in_data[0]

        def backward(self, out_grad, in_data, out_data, in_grad):
            in_grad[0][:] = out_grad[0] * in_data[0] * 2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        symbol = Square()(mx.sym.var("x") * 2, name="sq")
    x, grad = mx.nd.array([1.0, 2.0, 3.0]), mx.nd.zeros(3)
    ex = symbol.bind(mx.cpu(), args=[x], args_grad={"x": grad})
    ex.forward(is_train=True)
    ex.backward(mx.nd.array([1.0, 10.0, 100.0]))
    return symbol.list_arguments(), symbol.list_outputs(), ex.outputs[0], grad
