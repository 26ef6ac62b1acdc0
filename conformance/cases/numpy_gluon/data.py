"""Data sets, loaders, transforms, metrics and helpers with NumPy semantics on."""

from __future__ import annotations

import numpy as np

from ...suite import Suite, attempt
from ._programs import table, values_of

suite = Suite(__name__)


def _batches(loader):
    return [[(type(part).__name__, part) for part in batch] for batch in loader]


def _loader(make, **options):
    def program(mx):
        data = make(mx)
        given = {"batch_size": 2, **options}
        first = data[0]
        first = first if isinstance(first, tuple) else (first,)
        return _batches(mx.gluon.data.DataLoader(data, **given)), [type(part).__name__ for part in first]

    return program


_SETS = {
    "arrays": lambda mx: mx.gluon.data.ArrayDataset(mx.np.arange(10).reshape(5, 2), mx.np.arange(5)),
    "numpy": lambda mx: mx.gluon.data.ArrayDataset(np.arange(10.0).reshape(5, 2), [1, 2, 3, 4, 5]),
    "tuples": lambda mx: mx.gluon.data.SimpleDataset([(1, 2.5), (3, 4.5), (5, 6.5)]),
    "transformed": lambda mx: mx.gluon.data.ArrayDataset(
        mx.np.arange(8).reshape(4, 2), mx.np.arange(4)
    ).transform_first(lambda x: x * 2),
    "whole": lambda mx: mx.gluon.data.ArrayDataset(np.arange(4, dtype="int32"), np.arange(4, dtype="uint8")),
    "taken": lambda mx: mx.gluon.data.ArrayDataset(mx.np.arange(6), mx.np.arange(6)).take(3),
}
table(suite, "loader", {name: _loader(make) for name, make in _SETS.items()})
table(suite, "loader/threads", {"arrays": _loader(_SETS["arrays"], num_workers=1, thread_pool=True)})
table(
    suite,
    "loader/options",
    {
        "discard": _loader(_SETS["arrays"], last_batch="discard"),
        "rollover": _loader(_SETS["arrays"], last_batch="rollover"),
        "whole": _loader(_SETS["arrays"], batch_size=5),
    },
)

IMAGE = (np.arange(4 * 5 * 3).reshape(4, 5, 3) % 251).astype("uint8")
_TRANSFORMS = {
    "to_tensor": lambda T: T.ToTensor(),
    "normalize": lambda T: T.Compose([T.ToTensor(), T.Normalize(0.5, 0.25)]),
    "cast": lambda T: T.Cast("float32"),
    "resize": lambda T: T.Resize(3),
    "crop": lambda T: T.CropResize(0, 0, 2, 2),
    "center": lambda T: T.CenterCrop(2),
    "hybrid": lambda T: T.HybridCompose([T.ToTensor(), T.Normalize((0.1, 0.2, 0.3), (1.0, 2.0, 3.0))]),
}


def _transform(make):
    def program(mx):
        out = make(mx.gluon.data.vision.transforms)(mx.np.array(IMAGE, dtype="uint8"))
        return type(out).__name__, out

    return program


table(suite, "transform", {name: _transform(make) for name, make in _TRANSFORMS.items()})

PREDICTED = values_of((4, 3), 5, 0.1, 0.9)
PREDICTED = (PREDICTED / PREDICTED.sum(axis=1, keepdims=True)).astype("float32")
_METRICS = {
    "accuracy/labels": ("Accuracy", {}, [0, 1, 2, 1], [0, 1, 1, 1]),
    "accuracy": ("Accuracy", {}, [0, 1, 2, 1], PREDICTED),
    "top_k": ("TopKAccuracy", {"top_k": 2}, [0, 1, 2, 1], PREDICTED),
    "f1": ("F1", {}, [0, 1, 1, 0], PREDICTED[:, :2]),
    "mcc": ("MCC", {}, [0, 1, 1, 0], PREDICTED[:, :2]),
    "mae": ("MAE", {}, [[1.0], [2.0]], [[1.5], [1.0]]),
    "mse": ("MSE", {}, [[1.0], [2.0]], [[1.5], [1.0]]),
    "rmse": ("RMSE", {}, [[1.0], [2.0]], [[1.5], [1.0]]),
    "cross_entropy": ("CrossEntropy", {}, [0, 1, 2, 1], PREDICTED),
    "nll": ("NegativeLogLikelihood", {}, [0, 1, 2, 1], PREDICTED),
    "pearson": ("PearsonCorrelation", {}, [[1.0], [2.0], [4.0]], [[1.5], [1.0], [3.0]]),
    "perplexity": ("Perplexity", {"ignore_label": None}, [0, 1, 2, 1], PREDICTED),
    "loss": ("Loss", {}, [0, 1], [1.5, 2.5]),
}


def _metric(name, options, label, predicted):
    def program(mx):
        metric = getattr(mx.metric, name)(**options)
        labels = mx.np.array(np.asarray(label, dtype="float32"))
        found = mx.np.array(np.asarray(predicted, dtype="float32"))
        first = attempt(lambda: metric.update([labels], [found]))
        second = attempt(lambda: metric.update(labels, found))
        kept, value = metric.get()
        return first is None, second is None, first, second, kept, float(value)

    return program


table(suite, "metric", {name: _metric(*row) for name, row in _METRICS.items()})


def _split(mx):
    u = mx.gluon.utils
    x = mx.np.arange(12).reshape(4, 3)
    contexts = [mx.cpu(0), mx.cpu(1)]
    return {
        "data": u.split_data(x, 2),
        "axis": u.split_data(x, 3, batch_axis=1),
        "uneven": u.split_data(x, 3, even_split=False),
        "refused": attempt(lambda: u.split_data(x, 3)),
        "load": u.split_and_load(x, contexts),
        "numpy": [(type(a).__name__, a) for a in u.split_and_load(np.arange(4), contexts)],
        "one": u.split_and_load(x, [mx.cpu()]),
    }


def _images(mx):
    image = mx.np.array(IMAGE, dtype="uint8")
    floats = image.astype("float32")
    resized = mx.image.imresize(image, 2, 3)
    short = mx.image.resize_short(image, 2)
    normal = mx.image.color_normalize(floats, mx.np.array([1.0, 2.0, 3.0]), mx.np.array([1.0, 2.0, 4.0]))
    return [(type(a).__name__, a) for a in (resized, short, mx.image.fixed_crop(image, 0, 0, 2, 2), normal)]


def _function(mx):
    """A function with a backward of its own."""

    class Twice(mx.autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, dy):
            return dy

    x = mx.np.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = Twice()(x)
        total = y.sum()
    total.backward()
    return type(y).__name__, y, x.grad


def _heads(mx):
    """Losses without dimensions, and of zero size."""
    net = mx.gluon.nn.Dense(1, in_units=2)
    net.initialize(mx.init.One())
    seen = {}
    for name, reduce in (("mean", lambda y: y.mean()), ("sum", lambda y: y.sum()), ("item", lambda y: y[0, 0])):
        with mx.autograd.record():
            loss = reduce(net(mx.np.array([[1.0, 2.0], [3.0, 4.0]])))
        loss.backward()
        seen[name] = loss.shape, loss, net.weight.grad().copy()
    with mx.autograd.record():
        both = [net(mx.np.ones((1, 2))).sum(), net(mx.np.ones((2, 2))).sum()]
    mx.autograd.backward(both)
    seen["both"] = net.weight.grad().copy()
    seen["empty"] = attempt(lambda: net(mx.np.ones((0, 2))).shape)
    return seen


def _zoo(mx):
    """A network of the model zoo."""
    net = mx.gluon.model_zoo.vision.resnet18_v2(classes=3, prefix="r_")
    net.initialize(mx.init.Constant(0.01))
    out = net(mx.np.ones((1, 3, 32, 32)))
    net.hybridize()
    again = net(mx.np.ones((1, 3, 32, 32)))
    return type(out).__name__, out.shape, bool(np.allclose(out.asnumpy(), again.asnumpy(), atol=1e-5))


def _summary(mx):
    import contextlib
    import io

    net = mx.gluon.nn.HybridSequential(prefix="s_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(3), mx.gluon.nn.Dense(2))
    net.initialize()
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        net.summary(mx.np.ones((1, 4)))
    return text.getvalue()


def _hooks(mx):
    seen = []
    net = mx.gluon.nn.HybridSequential(prefix="h_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(2, in_units=2))
    net.initialize(mx.init.One())
    net.register_forward_pre_hook(lambda block, xs: seen.append([type(x).__name__ for x in xs]))
    net.register_forward_hook(lambda block, xs, out: seen.append(type(out).__name__))
    net(mx.np.ones((1, 2)))
    return seen


def _kvstore(mx):
    store = mx.kv.create("local")
    store.init("3", mx.np.ones((2,)))
    out = mx.np.zeros((2,))
    store.push("3", mx.np.ones((2,)) * 4)
    store.pull("3", out=out)
    return type(out).__name__, out


table(
    suite,
    "other",
    {
        "split": _split, "images": _images, "function": _function, "heads": _heads, "zoo": _zoo, "summary": _summary,
        "hooks": _hooks, "kvstore": _kvstore,
    },
)  # fmt: skip
