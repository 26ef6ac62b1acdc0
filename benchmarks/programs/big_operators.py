"""Operators at the sizes of real networks, forward and with their gradient."""

from typing import Any, Callable, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
BATCH = 32


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
    numbers = normal(1000000)

    def convolution() -> Any:
        return nd.Convolution(image, kernel, bias, kernel=(3, 3), pad=(1, 1), num_filter=64)

    def max_pooling() -> Any:
        return nd.Pooling(image, kernel=(2, 2), stride=(2, 2), pool_type="max")

    def batch_norm() -> Any:
        return nd.BatchNorm(image, gamma, beta, mean, var, fix_gamma=False, eps=1e-5)

    def lstm() -> Any:
        return nd.RNN(steps, weights, state, cell, state_size=200, num_layers=2, mode="lstm")

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
        "sort": lambda: nd.sort(numbers),
        "topk": lambda: nd.topk(scores, k=5, ret_typ="value"),
        "relu": lambda: nd.Activation(image, act_type="relu"),
    }
    for variable in (image, kernel, bias, gamma, beta, left, right, scores, table, weights):
        variable.attach_grad()

    def with_gradient(call: Callable[[], Any]) -> Callable[[], Any]:
        def step() -> None:
            with record():
                y = call()
            y.backward()

        return step

    names = ("convolution", "max pooling", "batch norm", "dot", "log_softmax", "embedding", "lstm", "relu")
    return {**forward, **{f"{name} + gradient": with_gradient(forward[name]) for name in names}}


def with_torch(torch: Any) -> Calls:
    functional, no_grad = torch.nn.functional, torch.no_grad
    torch.manual_seed(1)
    image, kernel, bias = torch.randn(BATCH, 64, 28, 28), torch.randn(64, 64, 3, 3), torch.randn(64)
    gamma, beta, mean, var = torch.ones(64), torch.zeros(64), torch.zeros(64), torch.ones(64)
    left, right = torch.randn(512, 512), torch.randn(512, 512)
    scores, table, words = torch.randn(1024, 1000), torch.randn(10000, 200), torch.randint(0, 9999, (32, 35))
    steps = torch.randn(35, BATCH, 200)
    lstm = torch.nn.LSTM(200, 200, 2)
    numbers = torch.randn(1000000)
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
        "sort": lambda: torch.sort(numbers)[0],
        "topk": lambda: torch.topk(scores, 5)[0],
        "relu": lambda: torch.relu(image),
    }
    variables = [image, kernel, bias, gamma, beta, left, right, scores, table, *lstm.parameters()]
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

    names = ("convolution", "max pooling", "batch norm", "dot", "log_softmax", "embedding", "lstm", "relu")
    return {
        **{name: without_gradient(call) for name, call in forward.items()},
        **{f"{name} + gradient": with_gradient(forward[name]) for name in names},
    }


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
