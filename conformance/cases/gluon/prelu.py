"""The gradient of PReLU's slope between two dense layers, as it is and hybridized."""

import numpy as np

from ...suite import Suite

suite = Suite(__name__)


def _slope(mx, hybrid, layers):
    net = mx.gluon.nn.HybridSequential()
    net.add(*layers(mx.gluon.nn))
    net.initialize(mx.init.Constant(0.1))
    x = mx.nd.array(np.arange(15).reshape(3, 5) - 8.0)
    net(x)
    for i, (name, param) in enumerate(sorted(net.collect_params().items())):
        if "alpha" not in name:
            count = int(np.prod(param.shape))
            param.set_data(mx.nd.array(np.cos(np.arange(count) + i).reshape(param.shape)))
    if hybrid:
        net.hybridize()
    with mx.autograd.record():
        y = net(x)
    y.backward()
    return y, [p.grad() for n, p in sorted(net.collect_params().items()) if "alpha" in n]


def _between(nn):
    return nn.Dense(4), nn.PReLU(), nn.Dense(2)


def _last(nn):
    return nn.Dense(4), nn.PReLU()


@suite.case()
def eager(mx):
    return _slope(mx, False, _between), _slope(mx, False, _last)


@suite.case()
def hybridized_last(mx):
    return _slope(mx, True, _last)


@suite.case()
def hybridized_between(mx):
    return _slope(mx, True, _between)
