"""Whole networks, hybridized: ResNet-18 on small images and a two-layer LSTM, inference and training steps."""

from typing import Any, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
BATCH, SIDE = 8, 32
STEPS, WIDTH, HIDDEN = 35, 100, 200


def with_mxnet(mx: Any) -> Calls:
    nd, gluon, record = mx.nd, mx.gluon, mx.autograd.record
    mx.random.seed(1)
    calls: Calls = {}

    class Recurrent(gluon.HybridBlock):  # type: ignore[misc, name-defined]
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.lstm = gluon.rnn.LSTM(HIDDEN, num_layers=2, input_size=WIDTH)
                self.output = gluon.nn.Dense(10, flatten=False)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            return self.output(self.lstm(x))

    images = nd.random.normal(shape=(BATCH, 3, SIDE, SIDE))
    steps = nd.random.normal(shape=(STEPS, 16, WIDTH))
    networks = {
        "resnet18": (gluon.model_zoo.vision.resnet18_v1(classes=10, thumbnail=True), images, (BATCH,)),
        "lstm, two layers": (Recurrent(), steps, (STEPS, 16)),
    }
    for name, (net, x, shape) in networks.items():
        net.initialize(mx.init.Normal(0.05))
        net.hybridize(static_alloc=True, static_shape=True)
        loss = gluon.loss.SoftmaxCrossEntropyLoss()
        loss.hybridize()
        y = nd.floor(nd.random.uniform(0, 9.99, shape=shape))
        net(x)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})

        def inference(net: Any = net, x: Any = x) -> Any:
            return net(x)

        def training(
            net: Any = net, loss: Any = loss, trainer: Any = trainer, x: Any = x, y: Any = y, n: int = shape[0]
        ) -> Any:
            with record():
                error = loss(net(x), y)
            error.backward()
            trainer.step(n)
            return error

        calls[name + ", inference"] = inference
        calls[name + ", training"] = training
    return calls


def _resnet18(torch: Any) -> Any:
    """The network of ``model_zoo.vision.resnet18_v1(thumbnail=True)``, by hand."""
    nn, functional = torch.nn, torch.nn.functional

    class Basic(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, channels_in: int, channels: int, stride: int, widen: bool) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(channels)
            self.shortcut = (
                nn.Sequential(nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
                if widen
                else None
            )

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
            return functional.relu(y + (x if self.shortcut is None else self.shortcut(x)))

    layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False)]
    before = 64
    for channels, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers.append(Basic(before, channels, stride, channels != before))
        layers.append(Basic(channels, channels, 1, False))
        before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def with_torch(torch: Any) -> Calls:
    nn = torch.nn
    torch.manual_seed(1)

    class Recurrent(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(WIDTH, HIDDEN, 2)
            self.output = nn.Linear(HIDDEN, 10)

        def forward(self, x: Any) -> Any:
            return self.output(self.lstm(x)[0])

    each = nn.CrossEntropyLoss(reduction="none")

    def classes(out: Any, y: Any) -> Any:
        return each(out, y)

    def steps(out: Any, y: Any) -> Any:
        return each(out.permute(0, 2, 1), y).mean(1)

    networks = {
        "resnet18": (_resnet18(torch), torch.randn(BATCH, 3, SIDE, SIDE), (BATCH,), classes),
        "lstm, two layers": (Recurrent(), torch.randn(STEPS, 16, WIDTH), (STEPS, 16), steps),
    }
    calls: Calls = {}
    for name, (net, x, shape, loss) in networks.items():
        y = torch.randint(0, 10, shape)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01 / shape[0])

        def inference(net: Any = net, x: Any = x) -> Any:
            net.eval()
            with torch.no_grad():
                return net(x)

        def training(net: Any = net, loss: Any = loss, optimizer: Any = optimizer, x: Any = x, y: Any = y) -> Any:
            net.train()
            optimizer.zero_grad()
            error = loss(net(x), y)
            error.sum().backward()
            optimizer.step()
            return error

        calls[name + ", inference"] = inference
        calls[name + ", training"] = training
    return calls


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
