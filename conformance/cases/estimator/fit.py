"""Estimator: arguments and their defaults, trainings, validations, orders of events, contexts, refusals."""

import warnings

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._runs import listening, loader, make_estimator, make_net, parts, quiet, tracer, trained, values, weights

suite = Suite(__name__)
TOL = Tolerance(rtol=2e-5, atol=1e-6, why="several steps of training")


def _two(mx):
    return [mx.cpu(0), mx.cpu(1)]


def _own_metrics(mx):
    return [mx.metric.Accuracy(), mx.metric.CrossEntropy()]


def _composite(mx):
    both = mx.metric.CompositeEvalMetric()
    both.add(mx.metric.Accuracy())
    inner = mx.metric.CompositeEvalMetric()
    inner.add(mx.metric.CrossEntropy())
    both.add(inner)
    return both


# ---------------------------------------------------------------------------------------- fit

suite.table(
    "fit",
    {
        "epochs": lambda mx: trained(mx, make_estimator(mx), epochs=2),
        "batches": lambda mx: trained(mx, make_estimator(mx), batches=4),
        "one_batch": lambda mx: trained(mx, make_estimator(mx), batches=1),
        "batches_end_with_epoch": lambda mx: trained(mx, make_estimator(mx), batches=3),
        "validation": lambda mx: trained(mx, make_estimator(mx), val_data=loader(mx, 7, seed=3), epochs=2),
        "metrics": lambda mx: trained(mx, make_estimator(mx, train_metrics=_own_metrics(mx)), epochs=2),
        "one_metric": lambda mx: trained(mx, make_estimator(mx, train_metrics=mx.metric.Accuracy()), epochs=1),
        "composite": lambda mx: trained(mx, make_estimator(mx, train_metrics=_composite(mx)), epochs=1),
        "val_metrics": lambda mx: trained(
            mx,
            make_estimator(mx, train_metrics=_own_metrics(mx), val_metrics=[mx.metric.F1()]),
            val_data=loader(mx, 7, seed=3),
            epochs=1,
        ),
        "regression": lambda mx: trained(
            mx, make_estimator(mx, loss=mx.gluon.loss.L2Loss()), loader(mx, regression=True), epochs=2
        ),
        "regression_metric": lambda mx: trained(
            mx,
            make_estimator(mx, loss=mx.gluon.loss.L1Loss(), train_metrics=mx.metric.MSE()),
            loader(mx, regression=True),
            loader(mx, 5, seed=1, regression=True),
            epochs=2,
        ),
        "adam": lambda mx: trained(mx, make_estimator(mx, optimizer="adam", rate=0.01), epochs=2),
        "discard": lambda mx: trained(mx, make_estimator(mx), loader(mx, last_batch="discard"), epochs=2),
        "hybridized": lambda mx: _hybridized(mx),
        "dropout": lambda mx: trained(mx, make_estimator(mx, net=make_net(mx, dropout=True)), epochs=2),
        "contexts": lambda mx: trained(
            mx, make_estimator(mx, net=make_net(mx, ctx=_two(mx)), context=_two(mx)), epochs=2
        ),
        "contexts_validation": lambda mx: trained(
            mx,
            make_estimator(mx, net=make_net(mx, ctx=_two(mx)), context=_two(mx)),
            val_data=loader(mx, 8, seed=3),
            epochs=1,
        ),
        "twice": lambda mx: _twice(mx),
        "val_loss": lambda mx: trained(
            mx,
            make_estimator(mx, val_loss=mx.gluon.loss.SoftmaxCrossEntropyLoss(weight=3.0)),
            val_data=loader(mx, 7, seed=3),
            epochs=1,
        ),
        "val_net": lambda mx: _val_net(mx),
    },
    tol=TOL,
)


def _hybridized(mx):
    net = make_net(mx)
    net.hybridize()
    return trained(mx, make_estimator(mx, net=net), epochs=2)


def _twice(mx):
    estimator = make_estimator(mx)
    return trained(mx, estimator, epochs=1), trained(mx, estimator, batches=2)


def _val_net(mx):
    net = make_net(mx)
    other = mx.gluon.nn.HybridSequential(prefix="net_", params=net.collect_params())
    with other.name_scope():
        other.add(mx.gluon.nn.Dense(4, in_units=3, prefix="dense0_"))
        other.add(mx.gluon.nn.Dense(2, in_units=4, prefix="dense1_"))
    return trained(mx, make_estimator(mx, net=net, val_net=other), val_data=loader(mx, 7, seed=3), epochs=1)


# ---------------------------------------------------------------------------------------- evaluate


def _evaluate(mx, times=1, handlers=None, **kwargs):
    estimator = make_estimator(mx, **kwargs)
    with quiet(), listening(estimator) as lines:
        for _ in range(times):
            estimator.evaluate(loader(mx, 7, seed=2), event_handlers=handlers(mx, estimator) if handlers else None)
    return lines, values(estimator.val_metrics), values(estimator.train_metrics)


suite.table(
    "evaluate",
    {
        "plain": lambda mx: _evaluate(mx),
        "twice": lambda mx: _evaluate(mx, times=2),
        "metrics": lambda mx: _evaluate(mx, train_metrics=_own_metrics(mx)),
        "interval": lambda mx: _evaluate(
            mx, handlers=lambda mx, e: [parts(mx).LoggingHandler(log_interval=1, metrics=e.val_metrics)]
        ),
        "foreign_metric": lambda mx: attempt(
            lambda: _evaluate(mx, handlers=lambda mx, e: [parts(mx).MetricHandler(metrics=e.train_metrics)])
        ),
    },
    tol=TOL,
)


# ---------------------------------------------------------------------------------------- construction


def _made(mx, **kwargs):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        estimator = parts(mx).Estimator(**kwargs)
    return {
        "train": [m.name for m in estimator.train_metrics],
        "val": [m.name for m in estimator.val_metrics],
        "kinds": [type(m).__name__ for m in estimator.train_metrics + estimator.val_metrics],
        "shared": [a in estimator.train_metrics for a in estimator.val_metrics],
        "context": [str(c) for c in estimator.context],
        "warnings": [w.category.__name__ for w in heard],
        "optimizer": type(estimator.trainer.optimizer).__name__,
        "rate": estimator.trainer.learning_rate,
        "val_net": estimator.val_net is estimator.net,
        "val_loss": estimator.val_loss is estimator.loss,
        "logger": (estimator.logger.name, estimator.logger.level, len(estimator.logger.handlers)),
        "processor": type(estimator.batch_processor).__name__,
    }


def _plain(mx, init=True, **kwargs):
    kwargs.setdefault("net", make_net(mx, init=init))
    kwargs.setdefault("loss", mx.gluon.loss.SoftmaxCrossEntropyLoss())
    return _made(mx, **kwargs)


def _initialized(mx):
    net = make_net(mx, init=False)
    _made(mx, net=net, loss=mx.gluon.loss.L2Loss(), initializer=mx.init.Constant(0.5))
    return weights(net)


def _partly(mx):
    net = make_net(mx, init=False)
    net[0].initialize(mx.init.Constant(2))
    with quiet():
        made = _made(mx, net=net, loss=mx.gluon.loss.L2Loss(), initializer=mx.init.Constant(0.5))
    return made["optimizer"], weights(net)


suite.table(
    "made",
    {
        "plain": lambda mx: _plain(mx),
        "uninitialized": lambda mx: _plain(mx, init=False),
        "initializer_unused": lambda mx: _plain(mx, initializer=mx.init.Zero()),
        "initializer": _initialized,
        "initialized_in_part": _partly,
        "context": lambda mx: _plain(mx, context=mx.cpu(0)),
        "contexts": lambda mx: _plain(mx, init=False, context=_two(mx)),
        "l2": lambda mx: _plain(mx, loss=mx.gluon.loss.L2Loss()),
        "named_loss": lambda mx: _plain(mx, loss=mx.gluon.loss.L2Loss(prefix="my12loss34_")),
        "metrics": lambda mx: _plain(mx, train_metrics=_own_metrics(mx)),
        "composite": lambda mx: _plain(mx, train_metrics=_composite(mx)),
        "both_metrics": lambda mx: _plain(mx, train_metrics=mx.metric.MAE(), val_metrics=[mx.metric.MSE()]),
        "val_metrics_only": lambda mx: _plain(mx, val_metrics=[mx.metric.MSE()]),
        "val_loss": lambda mx: _plain(mx, val_loss=mx.gluon.loss.L1Loss()),
    },
)


class _Half:
    def fit_batch(self):
        pass


suite.table(
    "refused",
    {
        "loss": lambda mx: attempt(lambda: _plain(mx, loss="xent")),
        "loss_function": lambda mx: attempt(lambda: _plain(mx, loss=lambda a, b: a)),
        "metric": lambda mx: attempt(lambda: _plain(mx, train_metrics=["acc"])),
        "val_metric": lambda mx: attempt(lambda: _plain(mx, val_metrics=["acc"])),
        "trainer": lambda mx: attempt(lambda: _plain(mx, trainer="sgd")),
        "context": lambda mx: attempt(lambda: _plain(mx, context="cpu")),
        "context_list": lambda mx: attempt(lambda: _plain(mx, context=[mx.cpu(), "cpu"])),
        "gpu": lambda mx: attempt(lambda: _plain(mx, context=mx.gpu(7))),
        "processor": lambda mx: attempt(lambda: _plain(mx, batch_processor=_Half())),
        "val_loss": lambda mx: attempt(lambda: _plain(mx, val_loss=3)),
        "loader": lambda mx: attempt(lambda: make_estimator(mx).fit(mx.nd.ones((2, 3)), epochs=1)),
        "iterator": lambda mx: attempt(lambda: make_estimator(mx).fit(mx.io.NDArrayIter(mx.nd.ones((2, 3))), epochs=1)),
        "val_loader": lambda mx: attempt(lambda: make_estimator(mx).evaluate([1, 2])),
        "both": lambda mx: attempt(lambda: make_estimator(mx).fit(loader(mx), epochs=1, batches=1)),
        "neither": lambda mx: attempt(lambda: make_estimator(mx).fit(loader(mx))),
        "zero": lambda mx: attempt(lambda: make_estimator(mx).fit(loader(mx), epochs=0, batches=0)),
        "handler": lambda mx: attempt(lambda: make_estimator(mx).fit(loader(mx), epochs=1, event_handlers=["x"])),
        "foreign_metric": lambda mx: attempt(
            lambda: make_estimator(mx).fit(
                loader(mx), epochs=1, event_handlers=[parts(mx).LoggingHandler(metrics=[mx.metric.Accuracy()])]
            )
        ),
    },
)


# ---------------------------------------------------------------------------------------- events


def _events(mx, count=1, priorities=(None,), epochs=1, batches=None, **kwargs):
    log = []
    handlers = [tracer(mx, log, priority=p, **kwargs) for p in priorities]
    estimator = make_estimator(mx)
    trained(mx, estimator, loader(mx, 6), epochs=epochs, batches=batches, event_handlers=handlers)
    return log, [type(h).__name__ for h in handlers], [getattr(h, "priority", None) for h in handlers]


def _single_handler(mx):
    log = []
    trained(mx, make_estimator(mx), loader(mx, 4), epochs=1, event_handlers=tracer(mx, log))
    return log


def _order(mx):
    """Does a handler before the update see other weights than one after it?"""
    seen = []

    class Look(parts(mx).BatchEnd):
        def __init__(self, priority):
            self.priority = priority

        def batch_end(self, estimator, *args, **kwargs):
            seen.append((self.priority, weights(estimator.net)[0].copy(), values(estimator.train_metrics)))

    trained(mx, make_estimator(mx), loader(mx, 4), batches=1, event_handlers=[Look(5), Look(-1500), Look(-3000)])
    return seen


suite.table(
    "events",
    {
        "all": lambda mx: _events(mx),
        "two_epochs": lambda mx: _events(mx, epochs=2),
        "batches": lambda mx: _events(mx, epochs=None, batches=3),
        "stop_at_batch": lambda mx: _events(mx, epochs=2, stop_batch=1),
        "stop_at_epoch": lambda mx: _events(mx, epochs=5, stop_epoch=2),
        "priorities": lambda mx: _events(mx, priorities=(3, -5000, None, 1)),
        "single_handler": _single_handler,
        "order": _order,
    },
    tol=TOL,
)


# ---------------------------------------------------------------------------------------- batch processor


def _processor(mx):
    est = make_estimator(mx)
    batch = next(iter(loader(mx)))
    answer = [est.batch_processor.fit_batch(est, batch), est.batch_processor.evaluate_batch(est, batch)]
    return answer, [p.grad() for p in est.net.collect_params().values()]


def _own_processor(mx):
    log = []

    class Mine(parts(mx).BatchProcessor):
        def fit_batch(self, estimator, train_batch, batch_axis=0):
            log.append(("fit", batch_axis))
            return parts(mx).BatchProcessor.fit_batch(self, estimator, train_batch, batch_axis)

        def evaluate_batch(self, estimator, val_batch, batch_axis=0):
            log.append(("evaluate", batch_axis))
            return parts(mx).BatchProcessor.evaluate_batch(self, estimator, val_batch, batch_axis)

    done = trained(mx, make_estimator(mx, batch_processor=Mine()), val_data=loader(mx, 5), epochs=1)
    return log, done


def _split(mx):
    est = make_estimator(mx, net=make_net(mx, ctx=_two(mx)), context=_two(mx))
    batch = next(iter(loader(mx)))
    data, label, pred, loss = est.batch_processor.fit_batch(est, batch)
    return [[(x.shape, str(x.context)) for x in part] for part in (data, label, pred, loss)], loss


suite.table("processor", {"plain": _processor, "own": _own_processor, "contexts": _split}, tol=TOL)
