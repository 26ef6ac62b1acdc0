"""Small networks, data, and what is looked at."""

import logging
import os
import re
import shutil
import tempfile
import warnings

import numpy as np


def mlp(mx, hidden=4, classes=3, norm=False):
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=hidden, name="fc1")
    if norm:
        net = mx.sym.BatchNorm(net, fix_gamma=False, name="bn")
    net = mx.sym.Activation(net, act_type="tanh", name="act")
    net = mx.sym.FullyConnected(net, num_hidden=classes, name="fc2")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def linear(mx):
    out = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    return mx.sym.LinearRegressionOutput(out, mx.sym.var("label"), name="lro")


def features(mx):
    return mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")


def numbers(*shape, **options):
    return np.random.RandomState(options.get("seed", 0)).uniform(-1, 1, shape).astype(options.get("dtype", "float32"))


def labels(count, classes=3):
    return (np.arange(count) * 7 % classes).astype("float32")


def iterator(mx, count=20, batch_size=5, width=6, **options):
    options.setdefault("label_name", "softmax_label")
    return mx.io.NDArrayIter(numbers(count, width), labels(count), batch_size, **options)


def params(mx, symbol, **shapes):
    """Parameters that do not depend on random streams."""
    args, _, states = symbol.infer_shape(**shapes)
    found = {}
    for i, name in enumerate(symbol.list_arguments()):
        if name not in shapes and not name.endswith("label"):
            found[name] = mx.nd.array(numbers(*args[i], seed=i + 1))
    aux = {name: mx.nd.ones(states[i]) for i, name in enumerate(symbol.list_auxiliary_states())}
    return found, aux


def bound(mx, symbol=None, batch=5, width=6, optimizer=True, context=None, module=None, labelled=True, **options):
    """A module of the MLP, bound and with parameters."""
    symbol = mlp(mx) if symbol is None else symbol
    module = module or {}
    made = mx.mod.Module(symbol, context=context or mx.cpu(), **module)
    made.bind([("data", (batch, width))], [("softmax_label", (batch,))] if labelled else None, **options)
    known = dict(data=(batch, width))
    args, aux = params(mx, symbol, **known)
    made.init_params(arg_params=args, aux_params=aux)
    if optimizer:
        made.init_optimizer(optimizer_params={"learning_rate": 0.5})
    return made


def batch_of(mx, count=5, width=6, seed=3, classes=3, **options):
    return mx.io.DataBatch(
        [mx.nd.array(numbers(count, width, seed=seed))], [mx.nd.array(labels(count, classes))], **options
    )


def state(module):
    args, aux = module.get_params()
    return sorted(args.items()), sorted(aux.items())


class Lines(logging.Handler):
    def __init__(self):
        super(Lines, self).__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append("%s %s" % (record.levelname, re.sub(r"cost=\d+\.\d+", "cost=#", record.getMessage())))


def logger():
    lines = Lines()
    made = logging.Logger("module", logging.INFO)
    made.addHandler(lines)
    return made, lines.lines


def warned(program):
    """The result of a program, and the kinds of its warnings."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        result = program()
    return result, [type(w.message).__name__ for w in found]


def refusal(program):
    """The exceptions a program's one may be caught as: for messages that hold the name of a temporary file."""
    try:
        program()
    except Exception as error:
        return [kind.__name__ for kind in (OSError, ValueError, RuntimeError) if isinstance(error, kind)]
    return "none"


class folder(object):
    """A folder for files, gone afterwards."""

    def __enter__(self):
        self.path = tempfile.mkdtemp()
        return lambda name: os.path.join(self.path, name)

    def __exit__(self, *_):
        shutil.rmtree(self.path)
