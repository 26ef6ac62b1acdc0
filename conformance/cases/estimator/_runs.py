"""Small trainings by an Estimator, and their traces as plain data."""

import contextlib
import io
import logging
import os
import re
import tempfile
import warnings

import numpy as np

SECONDS = re.compile(r"(\d+\.\d{3}s|total \d+s)")
FOLDER = re.compile(r"\S+/(?=\S+-symbol\.json)")


def parts(mx):
    return mx.gluon.contrib.estimator


def make_net(mx, hybrid=True, prefix="net_", dropout=False, ctx=None, init=True):
    net = (mx.gluon.nn.HybridSequential if hybrid else mx.gluon.nn.Sequential)(prefix=prefix)
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(4, activation="tanh", in_units=3))
        if dropout:
            net.add(mx.gluon.nn.Dropout(0.3))
        net.add(mx.gluon.nn.Dense(2, in_units=4))
    if init:
        net.initialize(mx.init.Xavier(), ctx=ctx)
    return net


def loader(mx, samples=10, batch_size=4, seed=0, last_batch=None, regression=False):
    rng = np.random.RandomState(seed)
    data = rng.normal(size=(samples, 3)).astype("float32")
    if regression:
        label = data.sum(axis=1, keepdims=True).astype("float32") * np.ones((1, 2), "float32")
    else:
        label = (data.sum(axis=1) > 0).astype("float32")
    pair = mx.gluon.data.ArrayDataset(mx.nd.array(data), mx.nd.array(label))
    return mx.gluon.data.DataLoader(pair, batch_size=batch_size, last_batch=last_batch)


def make_estimator(mx, net=None, loss=None, trainer=True, optimizer="sgd", rate=0.15, **kwargs):
    net = make_net(mx) if net is None else net
    loss = loss or mx.gluon.loss.SoftmaxCrossEntropyLoss()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if trainer:
            kwargs["trainer"] = mx.gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": rate})
        return parts(mx).Estimator(net, loss, **kwargs)


class Lines(logging.Handler):
    def __init__(self):
        logging.Handler.__init__(self)
        self.lines = []

    def emit(self, record):
        self.lines.append((record.levelname, FOLDER.sub("", SECONDS.sub("#s", record.getMessage()))))


@contextlib.contextmanager
def listening(estimator):
    """The lines that an estimator logs; nothing is printed."""
    estimator.logger.handlers = []
    lines = Lines()
    estimator.logger.addHandler(lines)
    yield lines.lines


def values(metrics):
    """Names and values; a value's type is the business of the metrics' own cases."""
    return [(metric.get()[0], float(metric.get()[1])) for metric in metrics]


def weights(net):
    return [p.data(p.list_ctx()[0]) for p in net.collect_params().values()]


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield path


def listing(path):
    return sorted(os.listdir(path))


@contextlib.contextmanager
def quiet():
    """Without Python's warnings and without output."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def trained(mx, estimator, data=None, val_data=None, **kwargs):
    """Everything that a training leaves behind."""
    data = loader(mx) if data is None else data
    with quiet(), listening(estimator) as lines:
        estimator.fit(data, val_data=val_data, **kwargs)
    return {
        "lines": lines,
        "train": values(estimator.train_metrics),
        "val": values(estimator.val_metrics),
        "weights": weights(estimator.net),
    }


def tracer(mx, log, stop_batch=None, stop_epoch=None, priority=None):
    """A handler of all events that writes their names down."""
    base = parts(mx)

    class Tracer(base.TrainBegin, base.TrainEnd, base.EpochBegin, base.EpochEnd, base.BatchBegin, base.BatchEnd):
        batches = 0
        epochs = 0

        def train_begin(self, estimator, *args, **kwargs):
            log.append("train_begin")

        def train_end(self, estimator, *args, **kwargs):
            log.append("train_end")

        def epoch_begin(self, estimator, *args, **kwargs):
            log.append("epoch_begin")

        def epoch_end(self, estimator, *args, **kwargs):
            self.epochs += 1
            log.append("epoch_end")
            return self.epochs == stop_epoch

        def batch_begin(self, estimator, *args, **kwargs):
            log.append(("batch_begin", sorted(kwargs), kwargs["batch"][0].shape))

        def batch_end(self, estimator, *args, **kwargs):
            self.batches += 1
            kinds = [type(kwargs[k]).__name__ for k in ("pred", "label", "loss")]
            log.append(("batch_end", sorted(kwargs), kinds, [x.shape for x in kwargs["loss"]]))
            return self.batches == stop_batch

    made = Tracer()
    if priority is not None:
        made.priority = priority
    return made
