"""Recurrent cells and layers of gluon.rnn and gluon.contrib.rnn: names, values, gradients, unrolling."""

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)
TOL = Tolerance(rtol=1e-4, atol=1e-5, why="sums over time in another order")

CELLS = {
    "RNNCell": lambda r: r.RNNCell(4, input_size=3, prefix="c_"),
    "RNNCell/relu": lambda r: r.RNNCell(4, activation="relu", input_size=3, prefix="c_"),
    "RNNCell/softsign": lambda r: r.RNNCell(4, activation="softsign", input_size=3, prefix="c_"),
    "LSTMCell": lambda r: r.LSTMCell(4, input_size=3, prefix="c_"),
    "LSTMCell/activation": lambda r: r.LSTMCell(
        4, input_size=3, prefix="c_", activation="relu", recurrent_activation="softsign"
    ),
    "GRUCell": lambda r: r.GRUCell(4, input_size=3, prefix="c_"),
    "ZoneoutCell": lambda r: r.ZoneoutCell(r.LSTMCell(4, input_size=3, prefix="c_"), 0.3, 0.4),
    "ZoneoutCell/outputs": lambda r: r.ZoneoutCell(r.RNNCell(4, input_size=3, prefix="c_"), zoneout_outputs=0.5),
    "ResidualCell": lambda r: r.ResidualCell(r.GRUCell(3, input_size=3, prefix="c_")),
    "DropoutCell": lambda r: r.DropoutCell(0.5, prefix="c_"),
    "DropoutCell/axes": lambda r: r.DropoutCell(0.5, axes=(0,), prefix="c_"),
}


def stack(r, hybrid=False):
    cell = (r.HybridSequentialRNNCell if hybrid else r.SequentialRNNCell)(prefix="s_")
    with cell.name_scope():
        cell.add(r.LSTMCell(4, input_size=3))
        cell.add(r.DropoutCell(0.2))
        cell.add(r.GRUCell(3, input_size=4))
    return cell


CELLS["SequentialRNNCell"] = stack
CELLS["HybridSequentialRNNCell"] = lambda r: stack(r, True)

CONTRIB = {
    "LSTMPCell": lambda c, r: c.LSTMPCell(5, 3, input_size=3, prefix="c_"),
    "VariationalDropoutCell": lambda c, r: c.VariationalDropoutCell(
        r.LSTMCell(4, input_size=3, prefix="c_"), 0.2, 0.3, 0.4
    ),
    "VariationalDropoutCell/whole": lambda c, r: c.VariationalDropoutCell(
        r.LSTMCell(4, input_size=3, prefix="c_"), drop_inputs=0.3, drop_outputs=0.4
    ),
}


def values(shape, seed=3):
    return np.random.RandomState(seed).uniform(-1, 1, shape).astype("float32")


def fill(mx, block):
    """Give every parameter values that do not come from an initializer."""
    block.initialize()
    for i, (_, p) in enumerate(sorted(block.collect_params().items())):
        if 0 not in p.shape:
            p.set_data(mx.nd.array(values(p.shape, 10 + i)))


def described(block):
    return [(n, p.shape, str(np.dtype(p.dtype)), p.grad_req) for n, p in block.collect_params().items()]


def differentiated(mx, block, run, *inputs):
    """Values of outputs and states, and gradients of inputs and parameters of their sum."""
    for x in inputs:
        x.attach_grad()
    with mx.autograd.record():
        outputs, states = run(*inputs)
        heads = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        total = sum((h * (i + 1)).sum() for i, h in enumerate(heads + list(states)))
    total.backward()
    grads = {n: p.grad() for n, p in block.collect_params().items() if p.grad_req != "null"}
    return outputs, list(states), [x.grad for x in inputs], grads


def cell_cases(name, make):
    @suite.case("cell/%s/shape" % name)
    def shape(mx):
        cell = make(mx)
        return repr(cell), cell.name, cell.prefix, described(cell), cell.state_info(), cell.state_info(2)

    @suite.case("cell/%s/step" % name, tol=TOL)
    def step(mx):
        cell = make(mx)
        fill(mx, cell)
        states = [mx.nd.array(values(i["shape"], 5 + k)) for k, i in enumerate(cell.state_info(2))]
        return differentiated(mx, cell, lambda x: cell(x, states), mx.nd.array(values((2, 3))))

    @suite.case("cell/%s/seeded" % name)
    def seeded(mx):
        mx.random.seed(7)
        cell = make(mx)
        cell.initialize()
        cell(mx.nd.ones((2, 3)), cell.begin_state(batch_size=2, func=mx.nd.zeros))
        return {n: p.data() for n, p in cell.collect_params().items()}

    @suite.case("cell/%s/state_dict" % name)
    def structural(mx):
        return sorted(make(mx)._collect_params_with_prefix())

    for layout, merge in (("NTC", True), ("NTC", False), ("NTC", None), ("TNC", True), ("TNC", None)):
        for lengths in (None, [3, 2]):
            suffix = "%s_%s%s" % (layout, merge, "" if lengths is None else "_lengths")

            def unroll(mx, layout=layout, merge=merge, lengths=lengths):
                cell = make(mx)
                fill(mx, cell)
                x = mx.nd.array(values((2, 3, 3)))
                valid = None if lengths is None else mx.nd.array(lengths)
                return differentiated(
                    mx,
                    cell,
                    lambda x: cell.unroll(
                        3,
                        x,
                        layout=layout,
                        merge_outputs=merge,
                        valid_length=valid
                        if layout == "NTC" or valid is None
                        else mx.nd.array([3, 1, 2][: x.shape[1]]),
                        begin_state=cell.begin_state(batch_size=2 if layout == "NTC" else 3, func=mx.nd.zeros),
                    ),
                    x if layout == "NTC" else mx.nd.array(values((3, 3, 3))),
                )

            suite.case("cell/%s/unroll/%s" % (name, suffix), tol=TOL)(unroll)


for _name, _make in CELLS.items():
    cell_cases(_name, lambda mx, make=_make: make(mx.gluon.rnn))
for _name, _make in CONTRIB.items():
    cell_cases(_name, lambda mx, make=_make: make(mx.gluon.contrib.rnn, mx.gluon.rnn))


def bidirectional(mx):
    r = mx.gluon.rnn
    return r.BidirectionalCell(r.LSTMCell(4, input_size=3, prefix="l_"), r.LSTMCell(4, input_size=3, prefix="r_"))


@suite.case("bidirectional/shape")
def bidirectional_shape(mx):
    cell = bidirectional(mx)
    return (
        repr(cell),
        cell.prefix,
        described(cell),
        cell.state_info(2),
        sorted(cell._collect_params_with_prefix()),
        attempt(lambda: cell(mx.nd.ones((2, 3)), cell.begin_state(batch_size=2))),
    )


for _merge in (True, False, None):
    for _lengths in (None, [3, 2]):
        if _merge is None and _lengths:
            continue  # MXNet mixes up time and batch here and fails

        def _bi(mx, merge=_merge, lengths=_lengths):
            cell = bidirectional(mx)
            fill(mx, cell)
            valid = None if lengths is None else mx.nd.array(lengths)
            return differentiated(
                mx,
                cell,
                lambda x: cell.unroll(3, x, merge_outputs=merge, valid_length=valid),
                mx.nd.array(values((2, 3, 3))),
            )

        suite.case("bidirectional/unroll/%s%s" % (_merge, "" if _lengths is None else "_lengths"), tol=TOL)(_bi)


@suite.case("bidirectional/in_stack", tol=TOL)
def bidirectional_in_stack(mx):
    r = mx.gluon.rnn
    outer = r.SequentialRNNCell(prefix="o_")
    outer.add(bidirectional(mx))
    outer.add(r.RNNCell(2, input_size=8, prefix="top_"))
    fill(mx, outer)
    x = mx.nd.array(values((2, 3, 3)))
    return (
        repr(outer),
        differentiated(mx, outer, lambda x: outer.unroll(3, x), x),
        attempt(lambda: outer(x, outer.begin_state(batch_size=2))),
        len(outer),
        repr(outer[1]),
    )


LAYERS = {
    "rnn_relu": lambda r, **k: r.RNN(4, input_size=3, prefix="l_", **k),
    "rnn_tanh": lambda r, **k: r.RNN(4, activation="tanh", input_size=3, prefix="l_", **k),
    "lstm": lambda r, **k: r.LSTM(4, input_size=3, prefix="l_", **k),
    "gru": lambda r, **k: r.GRU(4, input_size=3, prefix="l_", **k),
}
FORMS = {
    "plain": {},
    "two": {"num_layers": 2},
    "bi": {"bidirectional": True},
    "two_bi_ntc": {"num_layers": 2, "bidirectional": True, "layout": "NTC"},
    "ntc": {"layout": "NTC"},
}
for _kind, _make in LAYERS.items():
    for _form, _options in FORMS.items():

        def _layer(mx, make=_make, options=_options):
            layer = make(mx.gluon.rnn, **options)
            fill(mx, layer)
            x = mx.nd.array(values((5, 2, 3)))
            n = x.shape[options.get("layout", "TNC").find("N")]
            states = [mx.nd.array(values(i["shape"], 5 + k)) for k, i in enumerate(layer.state_info(n))]
            return (
                repr(layer),
                described(layer),
                layer.state_info(2),
                sorted(layer._collect_params_with_prefix()),
                layer(x),
                differentiated(mx, layer, lambda x: layer(x, states), x),
            )

        suite.case("layer/%s/%s" % (_kind, _form), tol=TOL)(_layer)

    def _unfused(mx, make=_make):
        layer = make(mx.gluon.rnn, num_layers=2, bidirectional=True, dropout=0.5)
        fill(mx, layer)
        cell = layer._unfuse()
        outputs, states = cell.unroll(4, mx.nd.array(values((2, 4, 3))), merge_outputs=True)
        return repr(cell), described(cell), sorted(cell._collect_params_with_prefix()), outputs, states

    suite.case("layer/%s/unfuse" % _kind, tol=TOL)(_unfused)

    def _deferred(mx, make=_make):
        mx.random.seed(11)
        layer = make(mx.gluon.rnn, num_layers=2)
        layer = type(layer)(4, num_layers=2, prefix="d_")
        layer.initialize(mx.init.Xavier())
        text = repr(layer)
        out = layer(mx.nd.array(values((5, 2, 3))))
        return text, repr(layer), {n: p.data() for n, p in layer.collect_params().items()}, out

    suite.case("layer/%s/deferred" % _kind, tol=TOL)(_deferred)


@suite.case("layer/lstm/projection", tol=TOL)
def projection(mx):
    layer = mx.gluon.rnn.LSTM(4, 2, projection_size=2, input_size=3, prefix="l_", bidirectional=True)
    fill(mx, layer)
    return (
        repr(layer),
        described(layer),
        layer.state_info(2),
        sorted(layer._collect_params_with_prefix()),
        attempt(lambda: layer._unfuse()),
    )


@suite.case("layer/hybridized", tol=TOL)
def hybridized(mx):
    results = []
    for with_states in (False, True):
        layer = mx.gluon.rnn.GRU(4, input_size=3, prefix="l_")
        fill(mx, layer)
        layer.hybridize()
        x = mx.nd.array(values((5, 2, 3)))
        states = [mx.nd.array(values((1, 2, 4)))]

        def run(x, layer=layer, given=states if with_states else None):
            return (layer(x), []) if given is None else layer(x, given)

        results.append(differentiated(mx, layer, run, x))
    return results


@suite.case("layer/float64", tol=TOL)
def float64(mx):
    layer = mx.gluon.rnn.LSTM(4, input_size=3, prefix="l_", dtype="float64")
    layer.initialize(mx.init.One())
    other = mx.gluon.rnn.LSTM(4, input_size=3, prefix="m_")
    other.initialize(mx.init.One())
    other.cast("float64")
    x = mx.nd.array(values((5, 2, 3)), dtype="float64")
    return layer(x), other(x), other.state_info(1), [s.dtype for s in layer.begin_state(2)]


@suite.case("layer/files", tol=TOL)
def files(mx):
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.params")
        layer = mx.gluon.rnn.LSTM(4, 2, input_size=3, prefix="l_")
        fill(mx, layer)
        layer.save_parameters(path)
        names = sorted(mx.nd.load(path))
        again = mx.gluon.rnn.LSTM(4, 2, prefix="n_")
        again.load_parameters(path)
        return names, again(mx.nd.array(values((5, 2, 3))))


CONV = {
    "RNN": {"activation": "tanh"},
    "LSTM": {},
    "GRU": {"activation": "relu"},
}
for _kind, _options in CONV.items():
    for _dims in (1, 2, 3):

        def _conv(mx, kind=_kind, dims=_dims, options=_options):
            cls = getattr(mx.gluon.contrib.rnn, "Conv%dD%sCell" % (dims, kind))
            cell = cls((2,) + (5,) * dims, 3, i2h_kernel=3, h2h_kernel=3, i2h_pad=1, prefix="c_", **options)
            fill(mx, cell)
            states = [mx.nd.array(values(i["shape"], 5 + k)) for k, i in enumerate(cell.state_info(2))]
            return (
                repr(cell),
                described(cell),
                cell.state_info(2),
                differentiated(mx, cell, lambda x: cell(x, states), mx.nd.array(values((2, 2) + (5,) * dims))),
            )

        suite.case("conv/%s%d" % (_kind, _dims), tol=TOL)(_conv)

        def _bad(mx, kind=_kind, dims=_dims):
            cls = getattr(mx.gluon.contrib.rnn, "Conv%dD%sCell" % (dims, kind))
            return (
                attempt(lambda: cls((2,) + (5,) * dims, 3, i2h_kernel=3, h2h_kernel=2)),
                attempt(lambda: cls((2,) + (5,) * dims, 3, i2h_kernel=(3, 3, 3, 3), h2h_kernel=3)),
                cls((2,) + (5,) * dims, 3, i2h_kernel=3, h2h_kernel=3).state_info(1),
            )

        suite.case("conv/%s%d/bad" % (_kind, _dims))(_bad)


@suite.case("conv/channels_last/names")
def channels_last(mx):
    cell = mx.gluon.contrib.rnn.Conv2DLSTMCell(
        (5, 6, 2), 3, i2h_kernel=(3, 2), h2h_kernel=(3, 5), h2h_dilate=(1, 2), conv_layout="NHWC", prefix="c_"
    )
    return repr(cell), described(cell), cell.state_info(2)


for _layout in ("TNC", "NTC"):
    for _lengths in (None, [2, 3]):

        def _dynamic(mx, layout=_layout, lengths=_lengths):
            cell = mx.gluon.rnn.LSTMCell(4, input_size=3, prefix="c_")
            fill(mx, cell)
            shape = (3, 2, 3) if layout == "TNC" else (2, 3, 3)
            states = [mx.nd.array(values((2, 4), 5 + k)) for k in range(2)]
            return differentiated(
                mx,
                cell,
                lambda x: mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll(
                    cell, x, states, layout=layout, valid_length=None if lengths is None else mx.nd.array(lengths)
                ),
                mx.nd.array(values(shape)),
            )

        suite.case("dynamic/%s%s" % (_layout, "" if _lengths is None else "_lengths"), tol=TOL)(_dynamic)


@suite.case("errors")
def errors(mx):
    r = mx.gluon.rnn
    cell = r.LSTMCell(4, input_size=3)
    cell.initialize()
    layer = r.LSTM(4, input_size=3)
    layer.initialize()
    base = r.RNNCell(4)
    r.ZoneoutCell(base)
    x = mx.nd.ones((2, 3, 3))
    return (
        attempt(lambda: r.LSTM(4, layout="CNT")),
        attempt(lambda: r.RNN(4, activation="sigmoid")),
        attempt(lambda: r.DropoutCell("a")),
        attempt(lambda: r.ZoneoutCell(base)),
        attempt(lambda: base.begin_state(batch_size=2)),
        attempt(lambda: r.ZoneoutCell(r.BidirectionalCell(r.RNNCell(2), r.RNNCell(2)))),
        attempt(lambda: cell.unroll(4, x)),
        attempt(lambda: cell.unroll(4, None)),
        attempt(lambda: layer(x, mx.nd.ones((1, 5, 4)))),
        attempt(lambda: layer(x, [mx.nd.ones((1, 5, 4))] * 2)),
        attempt(lambda: r.RecurrentCell().state_info()),
        attempt(lambda: r.HybridRecurrentCell()(x, [])),
    )


@suite.case("names")
def names(mx):
    r = mx.gluon.rnn
    out = []
    with mx.name.NameManager():
        for make in (r.RNNCell, r.LSTMCell, r.GRUCell, r.RNN, r.LSTM, r.GRU):
            block = make(2)
            out.append((type(block).__name__, block._alias(), [n[len(block.prefix) :] for n in block.collect_params()]))
    return out
