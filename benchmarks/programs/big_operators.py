"""Operators at the sizes of real networks, forward and with their gradient."""

from typing import Any, Callable, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
BATCH = 32
WITH_GRADIENT = (
    "convolution",
    "max pooling",
    "batch norm",
    "dot",
    "log_softmax",
    "embedding",
    "lstm",
    "relu",
    "transpose",
    "convolution 7x7/2 of three channels",
    "convolution 1x1/2",
    "deconvolution to three channels",
    "average pooling 3x3",
    "multiply by channel",
    "mean over axis",
    "batch_dot",
    "gru",
    "upsampling",
)


def with_mxnet(mx: Any) -> Calls:
    nd, record = mx.nd, mx.autograd.record
    mx.random.seed(1)

    def normal(*shape: int) -> Any:
        return nd.random.normal(shape=shape)

    image, kernel, bias = normal(BATCH, 64, 28, 28), normal(64, 64, 3, 3), normal(64)
    gamma, beta, mean, var = nd.ones(64), nd.zeros(64), nd.zeros(64), nd.ones(64)
    left, right = normal(512, 512), normal(512, 512)
    scores, table, words = normal(1024, 1000), normal(10000, 200), nd.floor(nd.random.uniform(0, 9999, shape=(32, 35)))
    steps, state, cell = normal(35, BATCH, 200), nd.zeros((2, BATCH, 200)), nd.zeros((2, BATCH, 200))
    weights = normal(2 * 4 * 200 * (200 + 200 + 2)) * 0.05
    gates = normal(3 * 200 * (200 + 200 + 2)) * 0.05
    numbers, labels, channel = normal(1000000), nd.floor(nd.random.uniform(0, 999, shape=(1024,))), normal(1, 64, 1, 1)
    picture, first, other = normal(8, 3, 112, 112), normal(32, 3, 7, 7), normal(BATCH, 64, 28, 28)
    generated, spread = normal(16, 32, 32, 32), normal(32, 3, 4, 4)
    wide, half = normal(8, 64, 56, 56), normal(128, 64, 1, 1)
    lengths = nd.floor(nd.random.uniform(1, 35, shape=(BATCH,)))
    many, few = normal(64, 64, 64), normal(64, 64, 64)
    momentum, slope = nd.zeros((512, 512)), normal(512, 512)

    def convolution() -> Any:
        return nd.Convolution(image, kernel, bias, kernel=(3, 3), pad=(1, 1), num_filter=64)

    def strided() -> Any:
        return nd.Convolution(wide, half, kernel=(1, 1), stride=(2, 2), num_filter=128, no_bias=True)

    def deconvolution() -> Any:
        return nd.Deconvolution(generated, spread, kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=3)

    def max_pooling() -> Any:
        return nd.Pooling(image, kernel=(2, 2), stride=(2, 2), pool_type="max")

    def batch_norm() -> Any:
        return nd.BatchNorm(image, gamma, beta, mean, var, fix_gamma=False, eps=1e-5)

    def lstm() -> Any:
        return nd.RNN(steps, weights, state, cell, state_size=200, num_layers=2, mode="lstm")

    def gru() -> Any:
        return nd.RNN(steps, gates, state[:1], state_size=200, num_layers=1, mode="gru")

    forward: Dict[str, Callable[[], Any]] = {
        "convolution": convolution,
        "max pooling": max_pooling,
        "batch norm": batch_norm,
        "dot": lambda: nd.dot(left, right),
        "softmax": lambda: nd.softmax(scores),
        "log_softmax": lambda: nd.log_softmax(scores),
        "embedding": lambda: nd.Embedding(words, table, input_dim=10000, output_dim=200),
        "lstm": lstm,
        "layer norm": lambda: nd.LayerNorm(scores, nd.ones(1000), nd.zeros(1000)),
        "sum over axis": lambda: nd.sum(image, axis=(0, 2, 3)),
        "transpose": lambda: nd.transpose(image, axes=(0, 2, 3, 1)),
        "transpose, reversed": lambda: nd.transpose(image),
        "transpose, matrix": lambda: scores.T,
        "sort": lambda: nd.sort(numbers),
        "topk": lambda: nd.topk(scores, k=5, ret_typ="value"),
        "relu": lambda: nd.Activation(image, act_type="relu"),
        "convolution 7x7/2 of three channels": lambda: nd.Convolution(
            picture, first, kernel=(7, 7), stride=(2, 2), pad=(3, 3), num_filter=32, no_bias=True
        ),
        "convolution 1x1/2": strided,
        "deconvolution to three channels": deconvolution,
        "average pooling 3x3": lambda: nd.Pooling(image, kernel=(3, 3), pad=(1, 1), pool_type="avg"),
        "global max pooling": lambda: nd.Pooling(image, global_pool=True, kernel=(1, 1)),
        "multiply by channel": lambda: nd.broadcast_mul(image, channel),
        "add": lambda: image + other,
        "mean over axis": lambda: nd.mean(image, axis=1),
        "max over axis": lambda: nd.max(scores, axis=1),
        "argmax": lambda: nd.argmax(scores, axis=1),
        "concat": lambda: nd.concat(image, other, dim=1),
        "one_hot": lambda: nd.one_hot(labels, 1000),
        "gather_nd": lambda: nd.gather_nd(scores, nd.stack(labels, labels)),
        "batch_dot": lambda: nd.batch_dot(many, few),
        "SequenceMask": lambda: nd.SequenceMask(steps, lengths, True),
        "LRN": lambda: nd.LRN(image, nsize=5),
        "gru": gru,
        "max pooling 3x3/2": lambda: nd.Pooling(wide, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max"),
        "upsampling": lambda: nd.UpSampling(image, scale=2, sample_type="nearest"),
        "norm over axis": lambda: nd.norm(image, axis=0),
        "round": lambda: nd.round(image),
        "sgd_mom_update": lambda: nd.sgd_mom_update(left, slope, momentum, lr=1e-4, momentum=0.9, out=left),
    }
    for variable in (image, kernel, bias, gamma, beta, left, right, scores, table, weights, picture, first, wide, half):
        variable.attach_grad()
    for variable in (generated, spread, other, channel, many, few, gates):
        variable.attach_grad()

    def with_gradient(call: Callable[[], Any]) -> Callable[[], Any]:
        def step() -> None:
            with record():
                y = call()
            y.backward()

        return step

    return {**forward, **{f"{name} + gradient": with_gradient(forward[name]) for name in WITH_GRADIENT}}


def with_torch(torch: Any) -> Calls:
    functional, no_grad = torch.nn.functional, torch.no_grad
    torch.manual_seed(1)
    image, kernel, bias = torch.randn(BATCH, 64, 28, 28), torch.randn(64, 64, 3, 3), torch.randn(64)
    gamma, beta, mean, var = torch.ones(64), torch.zeros(64), torch.zeros(64), torch.ones(64)
    left, right = torch.randn(512, 512), torch.randn(512, 512)
    scores, table, words = torch.randn(1024, 1000), torch.randn(10000, 200), torch.randint(0, 9999, (32, 35))
    steps = torch.randn(35, BATCH, 200)
    lstm, gru = torch.nn.LSTM(200, 200, 2), torch.nn.GRU(200, 200, 1)
    numbers, labels, channel = torch.randn(1000000), torch.randint(0, 999, (1024,)), torch.randn(1, 64, 1, 1)
    picture, first, other = torch.randn(8, 3, 112, 112), torch.randn(32, 3, 7, 7), torch.randn(BATCH, 64, 28, 28)
    generated, spread = torch.randn(16, 32, 32, 32), torch.randn(32, 3, 4, 4)
    wide, half = torch.randn(8, 64, 56, 56), torch.randn(128, 64, 1, 1)
    behind = (torch.arange(35).unsqueeze(1) >= torch.randint(1, 35, (BATCH,))).unsqueeze(-1)
    many, few = torch.randn(64, 64, 64), torch.randn(64, 64, 64)
    momentum, slope = torch.zeros(512, 512), torch.randn(512, 512)

    def momentum_step() -> Any:
        momentum.mul_(0.9).sub_(slope, alpha=1e-4)
        return left.add_(momentum)

    forward: Dict[str, Callable[[], Any]] = {
        "convolution": lambda: functional.conv2d(image, kernel, bias, padding=1),
        "max pooling": lambda: functional.max_pool2d(image, 2, 2),
        "batch norm": lambda: functional.batch_norm(image, mean, var, gamma, beta, torch.is_grad_enabled(), 0.1, 1e-5),
        "dot": lambda: left @ right,
        "softmax": lambda: torch.softmax(scores, -1),
        "log_softmax": lambda: torch.log_softmax(scores, -1),
        "embedding": lambda: functional.embedding(words, table),
        "lstm": lambda: lstm(steps)[0],
        "layer norm": lambda: functional.layer_norm(scores, (1000,), torch.ones(1000), torch.zeros(1000)),
        "sum over axis": lambda: image.sum((0, 2, 3)),
        "transpose": lambda: image.permute(0, 2, 3, 1).contiguous(),
        "transpose, reversed": lambda: image.permute(3, 2, 1, 0).contiguous(),
        "transpose, matrix": lambda: scores.t().contiguous(),
        "sort": lambda: torch.sort(numbers)[0],
        "topk": lambda: torch.topk(scores, 5)[0],
        "relu": lambda: torch.relu(image),
        "convolution 7x7/2 of three channels": lambda: functional.conv2d(picture, first, stride=2, padding=3),
        "convolution 1x1/2": lambda: functional.conv2d(wide, half, stride=2),
        "deconvolution to three channels": lambda: functional.conv_transpose2d(generated, spread, stride=2, padding=1),
        "average pooling 3x3": lambda: functional.avg_pool2d(image, 3, 1, 1),
        "global max pooling": lambda: functional.adaptive_max_pool2d(image, 1),
        "multiply by channel": lambda: image * channel,
        "add": lambda: image + other,
        "mean over axis": lambda: image.mean(1),
        "max over axis": lambda: scores.amax(1),
        "argmax": lambda: scores.argmax(1).float(),
        "concat": lambda: torch.cat((image, other), 1),
        "one_hot": lambda: functional.one_hot(labels, 1000).float(),
        "gather_nd": lambda: scores[labels, labels],
        "batch_dot": lambda: torch.bmm(many, few),
        "SequenceMask": lambda: steps.masked_fill(behind, 0.0),
        "LRN": lambda: functional.local_response_norm(image, 5, 1e-4, 0.75, 2.0),
        "gru": lambda: gru(steps)[0],
        "max pooling 3x3/2": lambda: functional.max_pool2d(wide, 3, 2, 1),
        "upsampling": lambda: functional.interpolate(image, scale_factor=2, mode="nearest"),
        "norm over axis": lambda: torch.linalg.vector_norm(image, 2, 0),
        "round": lambda: torch.round(image),
        "sgd_mom_update": momentum_step,
    }
    variables = [image, kernel, bias, gamma, beta, left, right, scores, table, picture, first, wide, half]
    variables += [generated, spread, other, channel, many, few, *lstm.parameters(), *gru.parameters()]
    for variable in variables:
        variable.requires_grad_()

    def without_gradient(call: Callable[[], Any]) -> Callable[[], Any]:
        def step() -> Any:
            with no_grad():
                return call()

        return step

    def with_gradient(call: Callable[[], Any]) -> Callable[[], Any]:
        def step() -> None:
            for variable in variables:
                variable.grad = None
            call().sum().backward()

        return step

    return {
        **{name: without_gradient(call) for name, call in forward.items()},
        **{f"{name} + gradient": with_gradient(forward[name]) for name in WITH_GRADIENT},
    }


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
