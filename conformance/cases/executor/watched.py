"""What a monitor sees of the backward pass, and the contexts that groups give to arrays."""

from __future__ import annotations

import ctypes
from typing import Any

from ...suite import Suite

suite = Suite(__name__)


def _array(mx: Any, given: Any) -> Any:
    """The array of a monitor's callback: MXNet hands over the address of one."""
    if isinstance(given, mx.nd.NDArray):
        return given
    return mx.nd.NDArray(ctypes.cast(given, mx.base.NDArrayHandle), writable=False)


def watched(mx: Any, symbol: Any, losses: bool = False, req: Any = "write", **shapes: Any) -> Any:
    """Names and shapes in backward, in order."""
    executor = symbol.simple_bind(mx.cpu(), grad_req=req, **shapes)
    for i, array in enumerate(executor.arg_dict.values()):
        array[:] = mx.nd.arange(array.size).reshape(array.shape) * 0.1 - 0.2 + 0.05 * i
    seen: list[Any] = []

    def callback(name: Any, given: Any) -> None:
        seen.append((name.decode() if isinstance(name, bytes) else name, _array(mx, given).shape))

    executor.set_monitor_callback(callback)
    executor.forward(is_train=True)
    mx.nd.waitall()
    before = len(seen)
    executor.backward(None if losses else [mx.nd.ones(out.shape) for out in executor.outputs])
    mx.nd.waitall()
    return seen[before:]


def _forward(mx: Any, symbol: Any, is_train: bool, **shapes: Any) -> Any:
    """Names, shapes and sums of what a monitor is shown in one forward pass."""
    executor = symbol.simple_bind(mx.cpu(), grad_req="null", **shapes)
    for i, array in enumerate(executor.arg_dict.values()):
        array[:] = mx.nd.arange(array.size).reshape(array.shape) * 0.1 - 0.2 + 0.05 * i
    seen: list[Any] = []

    def callback(name: Any, given: Any) -> None:
        array = _array(mx, given)
        seen.append((name.decode() if isinstance(name, bytes) else name, array.shape, array.sum()))

    executor.set_monitor_callback(callback)
    executor.forward(is_train=is_train)
    mx.nd.waitall()
    return seen, [array.copy() for array in executor.aux_arrays]


@suite.case()
def statistics_of_normalization(mx):
    """A monitor sees mean and deviation of the layers that keep them to themselves."""
    s, x = mx.sym, mx.sym.Variable("x")
    made = {
        "batch": (s.BatchNorm(x, fix_gamma=False, name="n"), (2, 3, 4)),
        "asked": (s.BatchNorm(x, output_mean_var=True, name="n")[0], (2, 3, 4)),
        "layer": (s.LayerNorm(x, name="n"), (2, 4)),
        "group": (s.GroupNorm(x, num_groups=1, name="n"), (2, 3, 4)),
    }
    return {name: _forward(mx, symbol, True, x=shape) for name, (symbol, shape) in made.items()}


_ONE_INPUT = (
    "identity BlockGrad negative exp log sqrt square abs sigmoid tanh relu sum mean max Flatten softmax log_softmax "
    "SoftmaxActivation transpose make_loss MakeLoss ones_like floor L2Normalization norm"
).split()
_TWO_INPUTS = (
    "elemwise_sub elemwise_mul elemwise_div broadcast_add broadcast_sub broadcast_mul broadcast_div broadcast_maximum "
    "broadcast_power broadcast_greater broadcast_like reshape_like LinearRegressionOutput LogisticRegressionOutput "
    "MAERegressionOutput"
).split()


@suite.case()
def names_of_one_input(mx):
    x = mx.sym.Variable("x")
    return {name: watched(mx, getattr(mx.sym, name)(x, name="n"), x=(2, 4)) for name in _ONE_INPUT}


@suite.case()
def names_of_two_inputs(mx):
    x, y = mx.sym.Variable("x"), mx.sym.Variable("y")
    return {name: watched(mx, getattr(mx.sym, name)(x, y, name="n"), x=(2, 4), y=(2, 4)) for name in _TWO_INPUTS}


@suite.case()
def names_of_layers(mx):
    with mx.name.NameManager():  # automatic names count from 0, whatever ran before
        s, x = mx.sym, mx.sym.Variable("x")
        flat, line, image = (2, 4), (2, 3, 4), (1, 1, 3, 3)
        made = {
            "fc": (s.FullyConnected(x, num_hidden=2, name="n"), flat),
            "no_bias": (s.FullyConnected(x, num_hidden=2, no_bias=True, name="n"), flat),
            "conv": (s.Convolution(x, kernel=(2, 2), num_filter=2, name="n"), image),
            "deconv": (s.Deconvolution(x, kernel=(2, 2), num_filter=2, name="n"), image),
            "pool": (s.Pooling(x, kernel=(2, 2), pool_type="avg", name="n"), image),
            "batch": (s.BatchNorm(x, name="n"), line),
            "layer": (s.LayerNorm(x, name="n"), flat),
            "instance": (s.InstanceNorm(x, name="n"), line),
            "rnn": (s.RNN(x, state_size=2, num_layers=1, mode="rnn_tanh", name="n"), (2, 1, 3)),
            "prelu": (s.LeakyReLU(x, act_type="prelu", name="n"), flat),
            "swap": (s.swapaxes(x, dim1=0, dim2=1, name="n"), flat),
            "sequence": (s.SequenceReverse(x, name="n"), line),
            "where": (s.where(x, x * 2, x, name="n"), flat),
        }
        return {name: watched(mx, symbol, x=shape) for name, (symbol, shape) in made.items()}


@suite.case()
def networks(mx):
    with mx.name.NameManager():  # automatic names count from 0, whatever ran before
        s, x = mx.sym, mx.sym.Variable("data")
        act = s.Activation(s.FullyConnected(x, name="fc_0", num_hidden=2), name="act_0", act_type="sigmoid")
        mlp = s.LinearRegressionOutput(s.FullyConnected(act, name="fc_1", num_hidden=2), name="out")
        some = {
            name: "null" if name in ("data", "fc_0_bias", "out_label") else "write" for name in mlp.list_arguments()
        }
        doubled = s._internal._mul_scalar(x, scalar=2.0, name="twice")
        shared = s.elemwise_sub(doubled * s.exp(doubled, name="e"), x, name="minus")
        a, b = s.split(x, num_outputs=2, name="sp")
        joined = s.sum(s.concat(a, b, a, dim=1, name="cat"), name="su")
        table = s.Embedding(x, input_dim=5, output_dim=3, name="em")
        loss = s.MakeLoss(s.mean(table, name="m"), name="ml")
        return (
            watched(mx, mlp, True, data=(1, 2)),
            watched(mx, mlp, True, some, data=(1, 2)),
            watched(mx, shared, data=(2,)),
            watched(mx, joined, data=(2, 4)),
            watched(mx, loss, True, {"data": "null", "em_weight": "write"}, data=(2,)),
        )


@suite.case()
def monitor_of_a_module(mx):
    s = mx.sym
    net = s.Activation(s.FullyConnected(s.Variable("data"), name="fc", num_hidden=2), act_type="tanh", name="act")
    module = mx.mod.Module(s.LinearRegressionOutput(net, name="softmax"), context=[mx.cpu()])
    batches = mx.io.NDArrayIter(mx.nd.array([[0.5, 1.0]]), mx.nd.array([[1.0, 2.0]]), batch_size=1)
    module.bind(batches.provide_data, batches.provide_label, for_training=True)
    monitor = mx.mon.Monitor(1, stat_func=lambda x: x.abs().max(), pattern=".*", sort=True)
    module.install_monitor(monitor)
    module.init_params(mx.init.One())
    monitor.tic()
    module.forward_backward(next(batches))
    return [name for _, name, _ in monitor.toc()]


def _places(executor: Any) -> Any:
    grads = {} if executor.grad_arrays is None else executor.grad_dict
    return (
        {name: str(array.context) for name, array in executor.arg_dict.items()},
        {name: str(array.context) for name, array in grads.items() if array is not None},
        {name: str(array.context) for name, array in executor.aux_dict.items()},
        [str(array.context) for array in executor.outputs],
    )


def _staged(mx: Any) -> Any:
    s = mx.sym
    with mx.AttrScope(ctx_group="stage1"):
        hidden = s.Activation(s.FullyConnected(s.Variable("data"), num_hidden=8, name="fc1"), act_type="relu")
    with mx.AttrScope(ctx_group="stage2"):
        last = s.SoftmaxOutput(s.BatchNorm(s.FullyConnected(hidden, num_hidden=4, name="fc2"), name="bn"), name="out")
    other = s.Variable("other")
    return s.Group([last, hidden + 1, s.BlockGrad(last * other), other])


@suite.case()
def groups(mx):
    net, stages = _staged(mx), {"stage1": mx.cpu(1), "stage2": mx.cpu(2)}
    shapes = {"data": (2, 5), "other": (2, 4)}
    bound = net.simple_bind(mx.cpu(), group2ctx=stages, **shapes)
    first = _places(bound)
    bound.forward(is_train=True)
    again = bound.reshape(data=(3, 5), other=(3, 4), allow_up_sizing=True, partial_shaping=True)
    plain = net.simple_bind(mx.cpu(3), group2ctx={}, **shapes)
    arrays = {name: mx.nd.ones(array.shape) for name, array in bound.arg_dict.items()}
    states = {name: mx.nd.ones(array.shape) for name, array in bound.aux_dict.items()}
    given = net.bind(mx.cpu(), arrays, aux_states=states, group2ctx=stages)
    given.forward()
    return first, _places(bound), _places(again), _places(plain), _places(given)


@suite.case()
def groups_of_a_module(mx):
    stages = {"stage1": mx.cpu(1), "stage2": mx.cpu(2)}
    places = []
    for group2ctxs in ([stages], stages, {"stage1": [mx.cpu(1)], "stage2": [mx.cpu(2)]}):
        net = _staged(mx)[0]
        module = mx.mod.Module(net, label_names=["out_label"], context=[mx.cpu(0)], group2ctxs=group2ctxs)
        module.bind([("data", (2, 5))], [("out_label", (2,))])
        places.append(_places(module._exec_group.execs[0]))
    return places


@suite.case()
def groups_of_samplers(mx):
    with mx.AttrScope(ctx_group="stage2"):
        zeros, drawn = mx.sym.zeros((2,)), mx.sym.random.uniform(shape=(2,))
    v = mx.sym.Variable("v")
    net = mx.sym.Group([zeros, drawn, zeros + v, v + zeros])
    return _places(net.simple_bind(mx.cpu(), group2ctx={"stage2": mx.cpu(2)}, v=(2,)))


@suite.error(says=("stage2",))
def group_without_context(mx):
    return _staged(mx).simple_bind(mx.cpu(), group2ctx={"stage1": mx.cpu(1)}, data=(2, 5), other=(2, 4))
