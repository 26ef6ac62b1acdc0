"""Does a training loop keep its memory flat? 10,000 steps each; look before and after.

One loop records and goes backward. The other is a whole Gluon program: batches of a DataLoader, a network with batch
norm and dropout (hybridized), a Trainer with Adam, a metric.
"""

import gc
from typing import Any, Dict

from benchmarks.contender import Calls, Contender, Effort, resident_kib
from benchmarks.programs import record_backward

UNIT = "growth"
STEPS = 10_000
WARM_UP = 1_000
EXAMPLES, BATCH, WIDTH = 64, 16, 20


def with_mxnet(mx: Any) -> Calls:
    nn, record = mx.gluon.nn, mx.autograd.record
    net = nn.HybridSequential()
    net.add(nn.Dense(32, activation="relu"), nn.BatchNorm(), nn.Dropout(0.3), nn.Dense(10))
    net.initialize()
    net.hybridize()
    data = mx.nd.random.normal(shape=(EXAMPLES, WIDTH)), mx.nd.zeros((EXAMPLES,))
    batches = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(*data), batch_size=BATCH, shuffle=True)
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = mx.gluon.Trainer(net.collect_params(), "adam")
    metric = mx.metric.Accuracy()

    def epoch() -> None:
        for x, y in batches:
            with record():
                out = net(x)
                error = loss(out, y)
            error.backward()
            trainer.step(BATCH)
            metric.update([y], [out])

    return {"record and backward": next(iter(record_backward.with_mxnet(mx).values())), "trainer": epoch}


def with_torch(torch: Any) -> Calls:
    nn = torch.nn
    net = nn.Sequential(nn.Linear(WIDTH, 32), nn.ReLU(), nn.BatchNorm1d(32), nn.Dropout(0.3), nn.Linear(32, 10))
    data = torch.utils.data.TensorDataset(torch.randn(EXAMPLES, WIDTH), torch.zeros(EXAMPLES, dtype=torch.long))
    batches = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters())
    right = [0]

    def epoch() -> None:
        for x, y in batches:
            optimizer.zero_grad()
            out = net(x)
            loss(out, y).backward()
            optimizer.step()
            right[0] += int((out.argmax(1) == y).sum())

    return {"record and backward": next(iter(record_backward.with_torch(torch).values())), "trainer": epoch}


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    """Return by how much the process grew: resident memory in KiB, and objects that the collector knows."""
    grown: Dict[str, float] = {}
    steps, warm_up = (100, 10) if effort.quick else (STEPS, WARM_UP)
    for name, call in contender.calls(with_mxnet, with_torch).items():
        each = EXAMPLES // BATCH if name == "trainer" else 1
        for _ in range(warm_up // each):
            call()
        contender.wait()
        gc.collect()
        objects, kib = len(gc.get_objects()), resident_kib()
        for _ in range(steps // each):
            call()
        contender.wait()
        # before collecting: what only a collection removes counts
        grown[f"{name}, resident KiB"] = resident_kib() - kib
        gc.collect()
        grown[f"{name}, objects"] = float(len(gc.get_objects()) - objects)
    return grown
