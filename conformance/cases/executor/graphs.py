"""Forty graphs bound by simple_bind: outputs, gradients and states, in training and in prediction."""

import numpy as np

from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)


def _values(name, shape, i):
    """Numbers that depend on the name of the argument only."""
    count = int(np.prod(shape)) if shape else 1
    base = np.sin(np.arange(count) * 0.7 + i + 1).reshape(shape)
    if name.endswith("label"):
        return np.arange(count).reshape(shape) % 3
    if name.endswith("index"):
        return np.arange(count).reshape(shape) % 4
    if name.endswith(("gamma", "var")):
        return np.abs(base) + 0.5
    return base


def _fill(executor):
    named = sorted(executor.arg_dict.items()) + sorted(executor.aux_dict.items())
    for i, (name, array) in enumerate(named):
        array[:] = _values(name, array.shape, i)


def _heads(mx, executor):
    return [mx.nd.array(np.cos(np.arange(o.size)).reshape(o.shape), dtype=o.dtype) for o in executor.outputs]


def _run(mx, symbol, shapes, loss=False, reqs="write", **options):
    executor = symbol.simple_bind(mx.cpu(), grad_req=reqs, **options, **shapes)
    _fill(executor)
    mx.random.seed(11)
    found = [executor.forward(is_train=False)[0].asnumpy()]
    mx.random.seed(12)
    found += [out.asnumpy() for out in executor.forward(is_train=True)]
    if loss:
        executor.backward()
    else:
        executor.backward(_heads(mx, executor))
    mx.nd.waitall()
    found.append({k: None if v is None else v.asnumpy() for k, v in sorted(executor.grad_dict.items())})
    found.append({k: v.asnumpy() for k, v in sorted(executor.aux_dict.items())})
    found.append((symbol.list_arguments(), symbol.list_auxiliary_states(), symbol.list_outputs()))
    return found


def _mlp(S):
    x = S.FullyConnected(S.var("data"), num_hidden=5, name="fc1")
    x = S.Activation(x, act_type="relu", name="relu1")
    return S.FullyConnected(x, num_hidden=3, name="fc2")


def _conv(S, **more):
    x = S.Convolution(S.var("data"), kernel=(3, 3), num_filter=4, pad=(1, 1), name="conv", **more)
    x = S.BatchNorm(x, fix_gamma=False, name="bn")
    x = S.Activation(x, act_type="tanh", name="act")
    return S.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")


def _residual(S):
    x = S.var("data")
    for i in range(3):
        y = S.FullyConnected(x, num_hidden=4, name="r%d" % i)
        x = x + S.Activation(y, act_type="sigmoid", name="s%d" % i)
    return x


def _shared(S):
    w = S.var("w")
    x = S.FullyConnected(S.var("data"), weight=w, num_hidden=4, no_bias=True, name="a")
    return S.FullyConnected(x, weight=w, num_hidden=4, no_bias=True, name="b")


def _many(make):
    """A graph in which the variable ``data`` is used several times."""
    return lambda S: make(S, S.var("data"))


def _branches(S):
    parts = S.SliceChannel(S.var("data"), num_outputs=3, name="split")
    return S.Concat(parts[2], parts[0] * parts[1], dim=1, name="join")


def _attention(S):
    q, k, v = S.var("q"), S.var("k"), S.var("v")
    score = S.batch_dot(q, k, transpose_b=True, name="score") * 0.5
    return S.batch_dot(S.softmax(score, axis=-1, name="soft"), v, name="mix")


D = {"data": (4, 6)}
I = {"data": (2, 3, 6, 6)}  # noqa: E741

#: name -> the graph, the shapes, whether it is a loss, gradient requests if not all
GRAPHS = {
    "mlp": (_mlp, D, False),
    "softmax_output": (lambda S: S.SoftmaxOutput(_mlp(S), name="softmax"), D, True),
    "linear_output": (lambda S: S.LinearRegressionOutput(_mlp(S), S.var("y"), name="l"), D, True),
    "logistic_output": (lambda S: S.LogisticRegressionOutput(_mlp(S), S.var("y"), name="l"), D, True),
    "mae_output": (lambda S: S.MAERegressionOutput(_mlp(S), S.var("y"), name="l"), D, True),
    "svm_output": (lambda S: S.SVMOutput(_mlp(S), name="svm"), D, True),
    "make_loss": (lambda S: S.MakeLoss(S.square(_mlp(S)), grad_scale=0.5, name="loss"), D, True),
    "make_loss_mean": (lambda S: S.make_loss(S.mean(_mlp(S)), name="loss"), D, True),
    "conv": (_conv, I, False),
    "conv_group": (lambda S: S.Convolution(S.var("data"), kernel=(3, 3), num_filter=6, num_group=3, name="c"), I, False),  # noqa: E501
    "conv_stride": (lambda S: _conv(S, stride=(2, 2), dilate=(1, 1)), I, False),
    "deconv": (lambda S: S.Deconvolution(S.var("data"), kernel=(2, 2), stride=(2, 2), num_filter=2, name="d"), I, False),  # noqa: E501
    "bn_fixed": (lambda S: S.BatchNorm(S.var("data"), name="bn"), D, False),
    "bn_global": (lambda S: S.BatchNorm(S.var("data"), use_global_stats=True, fix_gamma=False, name="bn"), D, False),
    "bn_momentum": (lambda S: S.BatchNorm(S.var("data"), momentum=0.5, eps=0.01, fix_gamma=False, name="bn"), I, False),
    "layer_norm": (lambda S: S.LayerNorm(S.var("data"), name="ln"), D, False),
    "instance_norm": (lambda S: S.InstanceNorm(S.var("data"), name="in"), I, False),
    "l2_normalization": (lambda S: S.L2Normalization(S.var("data"), name="l2"), D, False),
    "dropout": (lambda S: S.Dropout(_mlp(S), p=0.5, name="drop"), D, False),
    "residual": (_residual, {"data": (3, 4)}, False),
    "shared_weight": (_shared, {"data": (3, 4)}, False),
    "branches": (_branches, D, False),
    "block_grad": (lambda S: S.BlockGrad(S.var("data") * 2) * S.var("w"), {"data": (2, 3)}, False),
    "group": (lambda S: (lambda y: S.Group([y, S.sum(y, axis=1, name="s")]))(_mlp(S)), D, False),
    "same_twice": (lambda S: (lambda y: S.Group([y, y * 2, y]))(S.exp(S.var("data"), name="e")), D, False),
    "variable_output": (_many(lambda S, d: S.Group([d, d * 2])), D, False),
    "reshape_output": (_many(lambda S, d: S.Group([S.reshape(d, shape=(6, 4)), S.tanh(d)])), D, False),
    "embedding": (
        lambda S: S.FullyConnected(S.Embedding(S.var("index"), input_dim=4, output_dim=3, name="em"), num_hidden=2, name="fc"),  # noqa: E501
        {"index": (2, 3)},
        False,
        {"em_weight": "write", "fc_weight": "write"},
    ),
    "attention": (_attention, {"q": (2, 3, 4), "k": (2, 5, 4), "v": (2, 5, 2)}, False),
    "broadcast": (lambda S: S.broadcast_mul(S.var("data"), S.var("w")) - 1, {"data": (4, 6), "w": (1, 6)}, False),
    "scalars": (_many(lambda S, d: (2 - d) / 3 + d**2 - (d > 0)), D, False),
    "transpose": (_many(lambda S, d: S.dot(S.transpose(d), d)), D, False),
    "where": (lambda S: S.where(S.var("data") > 0, S.var("a"), S.var("b")), {"data": (4, 6), "a": (4, 6)}, False),
    "pick": (
        lambda S: -S.pick(S.log_softmax(_mlp(S)), S.var("label"), axis=1),
        {"data": (4, 6), "label": (4,)},
        False,
    ),
    "upsampling": (lambda S: S.UpSampling(S.var("data"), scale=2, sample_type="nearest"), {"data": (1, 2, 2, 3)}, False),  # noqa: E501
    "pooling_avg": (lambda S: S.Pooling(S.var("data"), kernel=(3, 3), pool_type="avg", pad=(1, 1)), I, False),
    "pooling_global": (lambda S: S.Pooling(S.var("data"), global_pool=True, pool_type="max", kernel=(1, 1)), I, False),
    "lstm": (
        lambda S: S.RNN(
            S.var("data"), S.var("p"), S.var("h"), S.var("c"), state_size=3, num_layers=1, mode="lstm",
            state_outputs=True, name="rnn",
        ),
        {"data": (4, 2, 3)},
        False,
    ),
    "leaky_prelu": (lambda S: S.LeakyReLU(S.var("data"), act_type="prelu", name="pr"), D, False),
    "sequence_mask": (
        lambda S: S.SequenceMask(S.var("data"), S.var("index"), use_sequence_length=True, name="m"),
        {"data": (4, 3, 2), "index": (3,)},
        False,
    ),
}  # fmt: skip

_LOOSE = Tolerance(rtol=1e-4, atol=1e-5, why="sums of many float32 products, in another order")


def _case(name):
    make, shapes, loss = GRAPHS[name][:3]
    reqs = (*GRAPHS[name], "write")[3]

    def program(mx):
        with mx.name.NameManager():
            return _run(mx, make(mx.sym), shapes, loss, reqs)

    return program


for _name in GRAPHS:
    suite.case(name="graph/" + _name, tol=_LOOSE)(_case(_name))
