"""Cells: their graphs, values, gradients, weights by gate, and errors."""

import os
import shutil
import tempfile
import warnings

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def case(name):
    """A case whose automatic names start from zero."""

    def register(program):
        def named(mx):
            with mx.name.NameManager():
                return program(mx)

        return suite.case(name=name)(named)

    return register


def run(mx, outputs, seed=0, **shapes):
    """Outputs and gradients of a graph on arrays that depend on names only."""
    net = mx.sym.Group(outputs) if isinstance(outputs, list) else outputs
    args, outs, _ = net.infer_shape(**shapes)
    arrays, grads = {}, {}
    for i, name in enumerate(net.list_arguments()):
        arrays[name] = mx.nd.array(np.random.RandomState(seed + i).uniform(-1, 1, args[i]))
        grads[name] = mx.nd.zeros(args[i])
    executor = net.bind(mx.cpu(), arrays, grads)
    found = [out.asnumpy() for out in executor.forward(is_train=True)]
    heads = [mx.nd.array(np.random.RandomState(90 + i).uniform(-1, 1, s)) for i, s in enumerate(outs)]
    executor.backward(heads)
    return found, [(name, grads[name].asnumpy()) for name in sorted(grads)]


def graph(net):
    return net.list_arguments(), net.list_outputs(), net.get_internals().list_outputs()


def flat(states):
    return [s for part in states for s in (part if isinstance(part, list) else [part])]


CELLS = {
    "rnn": lambda mx: mx.rnn.RNNCell(4, prefix="r_"),
    "rnn_relu": lambda mx: mx.rnn.RNNCell(4, activation="relu"),
    "lstm": lambda mx: mx.rnn.LSTMCell(4),
    "lstm_forget": lambda mx: mx.rnn.LSTMCell(4, forget_bias=2.0),
    "gru": lambda mx: mx.rnn.GRUCell(4),
    "residual": lambda mx: mx.rnn.ResidualCell(mx.rnn.GRUCell(3)),
    "bidirectional": lambda mx: mx.rnn.BidirectionalCell(
        mx.rnn.LSTMCell(2, prefix="l_"), mx.rnn.GRUCell(3, prefix="r_")
    ),
    "stack": lambda mx: stacked(mx, mx.rnn.LSTMCell(4, prefix="a_"), mx.rnn.GRUCell(2, prefix="b_")),
    "dropout": lambda mx: stacked(mx, mx.rnn.LSTMCell(4, prefix="a_"), mx.rnn.DropoutCell(0.0)),
    "stack_bidirectional": lambda mx: stacked(
        mx,
        mx.rnn.BidirectionalCell(mx.rnn.RNNCell(2, prefix="l_"), mx.rnn.RNNCell(2, prefix="r_")),
        mx.rnn.ResidualCell(mx.rnn.LSTMCell(4, prefix="b_")),
    ),
    "zoneout": lambda mx: mx.rnn.ZoneoutCell(mx.rnn.RNNCell(4), 0.0, 0.0),
    "unfused": lambda mx: mx.rnn.FusedRNNCell(3, 2, "lstm", bidirectional=True, prefix="f_").unfuse(),
    "unfused_gru": lambda mx: mx.rnn.FusedRNNCell(3, 2, "gru", dropout=0.5).unfuse(),
    "unfused_relu": lambda mx: mx.rnn.FusedRNNCell(3, 1, "rnn_relu").unfuse(),
}


def stacked(mx, *cells):
    stack = mx.rnn.SequentialRNNCell()
    for cell in cells:
        stack.add(cell)
    return stack


for _name, _make in CELLS.items():
    for _layout in ("NTC", "TNC"):
        for _merge in (True, False, None):

            @case(name="unroll/%s/%s/%s" % (_name, _layout, _merge))
            def unroll(mx, make=_make, layout=_layout, merge=_merge):
                cell = make(mx)
                outputs, states = cell.unroll(3, mx.sym.var("data"), layout=layout, merge_outputs=merge)
                merged = not isinstance(outputs, list)
                net = mx.sym.Group(([outputs] if merged else outputs) + flat(states))
                shape = (2, 3, 3) if layout == "NTC" else (3, 2, 3)
                found = (
                    run(mx, net, data=shape) if "unfused_gru" not in str(make) and merge and layout == "NTC" else None
                )
                return merged, graph(net), found, cell.state_info, cell.state_shape, net.infer_shape(data=shape)


@case(name="steps/lstm")
def steps(mx):
    cell = mx.rnn.LSTMCell(3)
    first = cell.begin_state()
    out, states = cell(mx.sym.var("x"), first)
    out, states = cell(mx.sym.var("y"), states)
    return graph(mx.sym.Group([out] + states)), sorted(cell.params._params), [s.name for s in first]


@case(name="begin_state/functions")
def begin_state(mx):
    cell = mx.rnn.LSTMCell(3)
    return (
        [s.name for s in cell.begin_state(func=mx.sym.Variable)],
        [sorted((n, sorted(a.items())) for n, a in s.attr_dict().items()) for s in cell.begin_state(func=mx.sym.var)],
        [s.list_outputs() for s in cell.begin_state(func=mx.sym.ones)],
        [s.name for s in mx.rnn.BidirectionalCell(cell, mx.rnn.GRUCell(2)).begin_state()],
    )


@case(name="params/shared")
def shared(mx):
    pool = mx.rnn.RNNParams("p_")
    one, two = mx.rnn.RNNCell(3, params=pool), mx.rnn.RNNCell(3, params=pool, prefix="q_")
    net = mx.sym.Group([one(mx.sym.var("x"), one.begin_state())[0], two(mx.sym.var("x"), two.begin_state())[0]])
    return graph(net), pool.get("i2h_weight") is one.params.get("i2h_weight"), sorted(pool._params)


@case(name="initial/lstm_bias")
def initial(mx):
    cell = mx.rnn.LSTMCell(2, forget_bias=3.0)
    net = cell.unroll(1, mx.sym.var("data"), merge_outputs=True)[0]
    module = mx.mod.Module(net, label_names=None)
    module.bind([("data", (2, 1, 3))])
    module.init_params(mx.init.One())
    return sorted(module.get_params()[0].items())


for _mode in ("rnn_relu", "rnn_tanh", "lstm", "gru"):
    for _bidirectional in (False, True):

        @case(name="fused/%s/%s" % (_mode, _bidirectional))
        def fused(mx, mode=_mode, bidirectional=_bidirectional):
            cell = mx.rnn.FusedRNNCell(3, 2, mode, bidirectional=bidirectional, get_next_state=True)
            outputs, states = cell.unroll(4, mx.sym.var("data"), layout="TNC", merge_outputs=True)
            net = mx.sym.Group([outputs] + states)
            return graph(net), run(mx, net, data=(4, 2, 3)), cell.state_info

        @case(name="weights/%s/%s" % (_mode, _bidirectional))
        def weights(mx, mode=_mode, bidirectional=_bidirectional):
            cell = mx.rnn.FusedRNNCell(2, 2, mode, bidirectional=bidirectional, prefix="f_")
            net = cell.unroll(2, mx.sym.var("data"), layout="TNC", merge_outputs=True)[0]
            size = net.infer_shape(data=(2, 1, 3))[0][net.list_arguments().index("f_parameters")]
            args = {"f_parameters": mx.nd.arange(size[0]), "other": mx.nd.ones(2)}
            split = cell.unpack_weights(args)
            other = cell.unfuse().pack_weights(split)
            again = cell.pack_weights(cell.unfuse().unpack_weights(other))
            return (
                sorted(split.items()),
                sorted((n, a.shape) for n, a in other.items()),
                sorted(again.items()),
                sorted(args),
            )


@case(name="fused/without_states")
def fused_without_states(mx):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        outputs, states = mx.rnn.FusedRNNCell(3, mode="gru").unroll(2, mx.sym.var("data"))
    return isinstance(outputs, list), graph(outputs), states, [type(w.message).__name__ for w in found]


@case(name="fused/initial")
def fused_initial(mx):
    net = mx.rnn.FusedRNNCell(2, 1, forget_bias=5.0).unroll(1, mx.sym.var("data"), layout="TNC", merge_outputs=True)[0]
    module = mx.mod.Module(net, label_names=None)
    module.bind([mx.io.DataDesc("data", (1, 2, 3), layout="TNC")])
    module.init_params(mx.init.Xavier())
    return sorted(module.get_params()[0].items())


for _kind in ("ConvRNNCell", "ConvLSTMCell", "ConvGRUCell"):

    @case(name="convolution/" + _kind)
    def convolution(mx, kind=_kind):
        cell = getattr(mx.rnn, kind)((1, 2, 5, 5), 2, activation="tanh", i2h_stride=(2, 2))
        outputs, states = cell.unroll(2, [mx.sym.var("a"), mx.sym.var("b")], merge_outputs=False)
        net = mx.sym.Group(outputs + states)
        return graph(net), run(mx, net, a=(1, 2, 5, 5), b=(1, 2, 5, 5)), cell.state_info

    @case(name="convolution/%s/default" % _kind)
    def convolution_default(mx, kind=_kind):
        cell = getattr(mx.rnn, kind)((1, 2, 3, 3), 2)
        outputs, _ = cell.unroll(1, [mx.sym.var("a")], merge_outputs=False)
        return graph(outputs[0]), run(mx, outputs[0], a=(1, 2, 3, 3))


@case(name="files/checkpoint")
def checkpoint(mx):
    folder = tempfile.mkdtemp()
    try:
        path = os.path.join(folder, "m")
        cell = mx.rnn.LSTMCell(2)
        net = cell.unroll(1, mx.sym.var("data"), merge_outputs=True)[0]
        known = net.infer_shape(data=(1, 1, 3))[0]
        shapes = {name: known[i] for i, name in enumerate(net.list_arguments())}
        args = {
            n: mx.nd.arange(int(np.prod(s))).reshape(s)
            for n, s in shapes.items()
            if n.startswith(("lstm_i2h", "lstm_h2h"))
        }
        mx.rnn.do_rnn_checkpoint(cell, path, 2)(0, net, args, {})
        mx.rnn.do_rnn_checkpoint(cell, path, 2)(1, net, args, {})
        stored = mx.model.load_params(path, 2)[0]
        loaded = mx.rnn.load_rnn_checkpoint([cell], path, 2)
        return sorted(os.listdir(folder)), sorted(stored.items()), sorted(loaded[1].items()), loaded[2]
    finally:
        shutil.rmtree(folder)


def _modified(mx):
    cell = mx.rnn.RNNCell(3)
    mx.rnn.ResidualCell(cell)
    return cell.begin_state()


def _both(mx):
    stack = mx.rnn.SequentialRNNCell(params=mx.rnn.RNNParams("p_"))
    stack.add(mx.rnn.RNNCell(3, params=mx.rnn.RNNParams("q_")))


suite.errors(
    "error",
    {
        "base": (lambda mx: mx.rnn.BaseRNNCell()(None, None), ()),
        "base_state": (lambda mx: mx.rnn.BaseRNNCell().state_info, ()),
        "fused_step": (lambda mx: mx.rnn.FusedRNNCell(3)(None, None), ("unroll",)),
        "bidirectional_step": (
            lambda mx: mx.rnn.BidirectionalCell(mx.rnn.RNNCell(2), mx.rnn.RNNCell(2))(None, None), ("unroll",),
        ),
        "stack_bidirectional": (
            lambda mx: stacked(mx, mx.rnn.BidirectionalCell(mx.rnn.RNNCell(2), mx.rnn.RNNCell(2)))(
                mx.sym.var("x"), [mx.sym.var("s"), mx.sym.var("t")]), (),
        ),
        "modified": (_modified, ("modifier",)),
        "both_params": (_both, ("params",)),
        "no_inputs": (lambda mx: mx.rnn.RNNCell(3).unroll(2, None), ("inputs",)),
        "lengths": (lambda mx: mx.rnn.RNNCell(3).unroll(2, [mx.sym.var("x")]), ("2",)),
        "grouped": (
            lambda mx: mx.rnn.RNNCell(3).unroll(2, mx.sym.Group([mx.sym.var("x"), mx.sym.var("y")])), (),
        ),
        "dropout": (lambda mx: mx.rnn.DropoutCell("a"), ("dropout",)),
        "zoneout_fused": (lambda mx: mx.rnn.ZoneoutCell(mx.rnn.FusedRNNCell(3)), ("FusedRNNCell",)),
        "zoneout_bidirectional": (
            lambda mx: mx.rnn.ZoneoutCell(mx.rnn.BidirectionalCell(mx.rnn.RNNCell(2), mx.rnn.RNNCell(2))),
            ("BidirectionalCell",),
        ),
        "zoneout_stack": (lambda mx: mx.rnn.ZoneoutCell(stacked(mx, mx.rnn.RNNCell(2))), ()),
        "even_kernel": (lambda mx: mx.rnn.ConvRNNCell((1, 2, 5, 5), 2, h2h_kernel=(2, 3)), ("h2h_kernel",)),
        "layout": (lambda mx: mx.rnn.FusedRNNCell(3).unroll(2, mx.sym.var("x"), layout="NCT"), ("NCT",)),
        "rnn_unroll": (lambda mx: attempt_quiet(lambda: mx.rnn.rnn_unroll(mx.rnn.RNNCell(3), 2)), ("input_prefix",)),
        "fused_size": (
            lambda mx: mx.rnn.FusedRNNCell(3).unpack_weights({"lstm_parameters": mx.nd.ones(50)}), (),
        ),
    },
)  # fmt: skip


def attempt_quiet(function):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function()


@case(name="fused/sizes")
def fused_sizes(mx):
    cell = mx.rnn.FusedRNNCell(2)
    return [attempt(lambda n=n: sorted(cell.unpack_weights({"lstm_parameters": mx.nd.ones(n)}))) for n in (40, 48, 10)]
