"""The small networks of `conformance.networks`: as they are, hybridized, and exported and imported again."""

import tempfile
import warnings
from pathlib import Path

import numpy as np

from ...compare import Tolerance
from ...networks import NETWORKS
from ...networks.work import build, by_imports, run
from ...suite import Suite

suite = Suite(__name__)

#: MXNet's gradients of these are not to be compared: memory that nobody wrote
_GARBAGE = {"condition"}
#: their graphs as JSON, whole
_WHOLE = ("lenet_tanh", "lstm_cells", "foreach_cell", "self_attention", "softmax_output")


def _summary(array):
    flat = array.ravel()
    return tuple(array.shape), flat[:3], float(np.abs(flat.astype("float64")).sum())


def _results(name, results):
    kept = {}
    for key in sorted(results):
        kind, which = key.split("/")
        if kind == "grad" and (name in _GARBAGE or not which.isdigit()):
            continue
        kept[key] = _summary(results[key])
    return kept


def _both(network):
    def case(mx):
        arrays = [mx.nd.array(one) for one in network.draw()]
        found = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            net = build(mx, network)
            net(*arrays)
            found.append(_results(network.name, run(mx, net, network, arrays)))
            net = build(mx, network)
            net.hybridize()
            net(*arrays)
            with tempfile.TemporaryDirectory() as folder:
                net.export(str(Path(folder) / "net"))
                found.append(_results(network.name, run(mx, net, network, arrays)))
                found.append(_results(network.name, by_imports(mx, network, Path(folder))))
        return found

    return case


def _graph(network):
    def case(mx):
        net = build(mx, network)
        net.hybridize()
        net(*[mx.nd.array(one) for one in network.draw()])
        with tempfile.TemporaryDirectory() as folder:
            net.export(str(Path(folder) / "net"))
            text = (Path(folder) / "net-symbol.json").read_text()
            files = mx.nd.load(str(Path(folder) / "net-0000.params"))
        return text, {name: _summary(files[name].asnumpy()) for name in sorted(files)}

    return case


suite.table(
    "modes",
    {name: _both(network) for name, network in NETWORKS.items() if not network.heavy},
    tol=Tolerance(rtol=1e-4, atol=1e-5, why="sums over whole gradients of deep networks"),
)
suite.table("files", {name: _graph(NETWORKS[name]) for name in _WHOLE})


def _averages(make):
    """Running averages move in backward: do they, behind an operator whose gradient is zero?"""

    def case(mx):
        class Net(mx.gluon.HybridBlock):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                with self.name_scope():
                    self.norm = mx.gluon.nn.BatchNorm(in_channels=2)
                    self.head = mx.gluon.nn.Dense(1, in_units=2)

            def hybrid_forward(self, F, x):
                return self.head(make(F, self.norm(x)))

        found = []
        for compiled in (False, True):
            net = Net()
            net.initialize(mx.init.One())
            if compiled:
                net.hybridize()
            x = mx.nd.array([[1, 2], [3, 4], [5, 6], [7, 9]])
            with mx.autograd.record():
                y = net(x)
            found.append(net.norm.running_mean.data().asnumpy())
            y.backward()
            found.append(net.norm.running_mean.data().asnumpy())
        return found

    return case


suite.table(
    "averages",
    {
        "plain": _averages(lambda F, x: x),
        "block": _averages(lambda F, x: F.BlockGrad(x)),
        "block_twice": _averages(lambda F, x: F.BlockGrad(F.tanh(F.BlockGrad(x)))),
        "compare": _averages(lambda F, x: x > 0),
        "sign": _averages(lambda F, x: F.sign(x)),
        "round": _averages(lambda F, x: F.round(x)),
        "zeros": _averages(lambda F, x: F.zeros_like(x)),
        "argsort": _averages(lambda F, x: F.argsort(x)),
        "beside": _averages(lambda F, x: F.BlockGrad(x) + x),
    },
)
