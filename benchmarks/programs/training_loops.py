"""The training steps of the books, eager and hybridized: linear regression, MLP, LeNet, LSTM language model.

One call is one step: record, backward, update. The torch twin is written by hand for the same
losses and weights: modules, a loss per example that is summed, and ``torch.optim.SGD`` with the rate divided by the
batch.
"""

from typing import Any, Callable, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
BATCH = 256
WORDS, STEPS, HIDDEN = 1000, 35, 128


def blocks(mx: Any) -> Dict[str, Callable[[], Any]]:
    """The networks, as functions that make them."""
    nn, rnn = mx.gluon.nn, mx.gluon.rnn

    def linear() -> Any:
        return nn.Dense(1)

    def mlp() -> Any:
        net = nn.HybridSequential()
        net.add(nn.Dense(256, activation="relu"), nn.Dense(10))
        return net

    def lenet() -> Any:
        net = nn.HybridSequential()
        net.add(
            nn.Conv2D(6, kernel_size=5, padding=2, activation="sigmoid"),
            nn.AvgPool2D(pool_size=2, strides=2),
            nn.Conv2D(16, kernel_size=5, activation="sigmoid"),
            nn.AvgPool2D(pool_size=2, strides=2),
            nn.Dense(120, activation="sigmoid"),
            nn.Dense(84, activation="sigmoid"),
            nn.Dense(10),
        )
        return net

    class Language(mx.gluon.HybridBlock):  # type: ignore[misc]
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.embedding = nn.Embedding(WORDS, HIDDEN)
                self.lstm = rnn.LSTM(HIDDEN, input_size=HIDDEN)
                self.output = nn.Dense(WORDS, flatten=False)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            return self.output(self.lstm(self.embedding(x)))

    return {"linear regression": linear, "mlp": mlp, "lenet": lenet, "lstm": Language}


def with_mxnet(mx: Any) -> Calls:
    nd, gluon, record = mx.nd, mx.gluon, mx.autograd.record
    mx.random.seed(1)
    features = nd.random.normal(shape=(10, 2))
    images = nd.random.normal(shape=(BATCH, 1, 28, 28))
    labels = nd.floor(nd.random.uniform(0, 9.99, shape=(BATCH,)))
    words = nd.floor(nd.random.uniform(0, WORDS - 1, shape=(STEPS, 32)))
    data = {
        "linear regression": (features, nd.random.normal(shape=(10,))),
        "mlp": (images.reshape((BATCH, 784)), labels),
        "lenet": (images, labels),
        "lstm": (words, words),
    }
    calls: Calls = {}
    for hybrid in (False, True):
        for name, make in blocks(mx).items():
            net = make()
            net.initialize(mx.init.Normal(0.1))
            if hybrid:
                net.hybridize(static_alloc=True, static_shape=True)
            loss = gluon.loss.L2Loss() if name == "linear regression" else gluon.loss.SoftmaxCrossEntropyLoss()
            if hybrid:
                loss.hybridize()
            x, y = data[name]
            net(x)
            trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})

            def step(
                net: Any = net, loss: Any = loss, trainer: Any = trainer, x: Any = x, y: Any = y, n: int = x.shape[0]
            ) -> Any:
                with record():
                    error = loss(net(x), y)
                error.backward()
                trainer.step(n)
                return error

            calls[f"{name}, {'hybridized' if hybrid else 'eager'}"] = step
    return calls


def with_torch(torch: Any) -> Calls:
    nn = torch.nn
    torch.manual_seed(1)
    images = torch.randn(BATCH, 1, 28, 28)
    labels = torch.randint(0, 10, (BATCH,))
    words = torch.randint(0, WORDS, (STEPS, 32))

    class Language(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(WORDS, HIDDEN)
            self.lstm = nn.LSTM(HIDDEN, HIDDEN)
            self.output = nn.Linear(HIDDEN, WORDS)

        def forward(self, x: Any) -> Any:
            return self.output(self.lstm(self.embedding(x))[0])

    nets = {
        "linear regression": nn.Linear(2, 1),
        "mlp": nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)),
        "lenet": nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.Sigmoid(),
            nn.AvgPool2d(2, 2),
            nn.Conv2d(6, 16, 5),
            nn.Sigmoid(),
            nn.AvgPool2d(2, 2),
            nn.Flatten(),
            nn.Linear(400, 120),
            nn.Sigmoid(),
            nn.Linear(120, 84),
            nn.Sigmoid(),
            nn.Linear(84, 10),
        ),
        "lstm": Language(),
    }
    data = {
        "linear regression": (torch.randn(10, 2), torch.randn(10)),
        "mlp": (images.reshape(BATCH, 784), labels),
        "lenet": (images, labels),
        "lstm": (words, words),
    }
    square, cross_entropy = nn.MSELoss(reduction="none"), nn.CrossEntropyLoss(reduction="none")

    def regression(out: Any, y: Any) -> Any:
        return square(out.reshape(y.shape), y) * 0.5

    def classes(out: Any, y: Any) -> Any:
        return cross_entropy(out, y)

    def steps(out: Any, y: Any) -> Any:
        return cross_entropy(out.permute(0, 2, 1), y).mean(1)

    made: Calls = {}
    for name, net in nets.items():
        loss = {"linear regression": regression, "lstm": steps}.get(name, classes)
        x, y = data[name]
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01 / x.shape[0])

        def step(net: Any = net, loss: Any = loss, optimizer: Any = optimizer, x: Any = x, y: Any = y) -> Any:
            optimizer.zero_grad()
            error = loss(net(x), y)
            error.sum().backward()
            optimizer.step()
            return error

        made[name] = step
    # in the order of the other contenders: a tiny step after a large one finds the caches full of that
    return {f"{name}, {how}": step for how in ("eager", "hybridized") for name, step in made.items()}


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
