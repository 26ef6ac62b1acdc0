"""Texts of ``print_summary``."""

import contextlib
import io

from ...suite import Suite

suite = Suite(__name__)


def printed(program):
    """What a program prints."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        program()
    return text.getvalue().split("\n")


def mlp(mx):
    x = mx.sym.Variable("data")
    for i, hidden in enumerate((8, 4)):
        x = mx.sym.FullyConnected(x, num_hidden=hidden, name="fc%d" % i)
        x = mx.sym.Activation(x, act_type="relu", name="relu%d" % i)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=3, no_bias=True, name="last"), name="softmax")


def lenet(mx):
    x = mx.sym.Variable("data")
    x = mx.sym.Convolution(x, kernel=(5, 5), num_filter=6, name="conv1")
    x = mx.sym.BatchNorm(x, name="bn1")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool1")
    x = mx.sym.Convolution(x, kernel=(3, 3), num_filter=8, num_group=2, no_bias=True, name="conv2")
    x = mx.sym.Activation(x, act_type="tanh", name="tanh2")
    x = mx.sym.Flatten(x, name="flat")
    x = mx.sym.FullyConnected(x, num_hidden=10, name="fc")
    return mx.sym.SoftmaxOutput(x, name="softmax")


def residual(mx):
    x = mx.sym.Variable("data")
    y = mx.sym.Convolution(x, kernel=(3, 3), pad=(1, 1), num_filter=3, name="conv")
    y = mx.sym.LeakyReLU(y, act_type="leaky", name="leaky")
    z = mx.sym.concat(y, mx.sym.BatchNorm(y, name="bn"), dim=1, name="joined")
    return mx.sym.Group([mx.sym.elemwise_add(y, x, name="sum"), z])


def embedding(mx):
    x = mx.sym.Embedding(mx.sym.Variable("words"), input_dim=20, output_dim=5, name="embed")
    return mx.sym.mean(x, axis=1, name="mean")


def variable(mx):
    return mx.sym.Variable("lonely")


NETS = {
    "mlp": (mlp, {"data": (4, 6)}),
    "lenet": (lenet, {"data": (2, 3, 16, 16)}),
    "residual": (residual, {"data": (2, 3, 8, 8)}),
    "embedding": (embedding, {"words": (2, 7)}),
}


def _summary(make, **options):
    return lambda mx: printed(lambda: mx.viz.print_summary(make(mx), **options))


for _name, (_make, _shape) in NETS.items():
    suite.table(
        _name,
        {
            "shapes": _summary(_make, shape=_shape),
            "plain": _summary(_make),
            "narrow": _summary(_make, shape=_shape, line_length=60),
            "shares": _summary(_make, shape=_shape, positions=[0.3, 0.6, 0.8, 1.0]),
            "columns": _summary(_make, shape=_shape, positions=[30, 50, 60, 100], line_length=100),
        },
    )
suite.table("variable", {"plain": _summary(variable), "shapes": _summary(variable, shape={"lonely": (2, 3)})})
suite.errors(
    "bad",
    {
        "array": (lambda mx: mx.viz.print_summary(mx.nd.ones(2)), ("Symbol",)),
        "incomplete": (lambda mx: mx.viz.print_summary(lenet(mx), shape={}), ()),
        "unknown": (lambda mx: mx.viz.print_summary(mlp(mx), shape={"nothing": (2, 2)}), ()),
    },
)
