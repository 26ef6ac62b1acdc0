"""Event handlers: construction, log lines, checkpoints and going on from them, early stopping, validation."""

import json
import os
import warnings

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._runs import folder, listening, listing, loader, make_estimator, make_net, parts, quiet, trained, values

suite = Suite(__name__)
TOL = Tolerance(rtol=2e-5, atol=1e-6, why="several steps of training")


def _heard(program):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        made = program()
    return made, [w.category.__name__ for w in heard]


def _fields(handler):
    plain = {}
    for name, value in sorted(vars(handler).items()):
        if isinstance(value, (int, float, str, bool, type(None))):
            plain[name] = value
    return plain


def _built(name, *args, **kwargs):
    def program(mx):
        given = dict(kwargs)
        if given.get("monitor") == "acc":
            given["monitor"] = mx.metric.Accuracy()
        if given.get("monitor") == "composite":
            given["monitor"] = mx.metric.CompositeEvalMetric()
        if given.get("metrics") == "acc":
            given["metrics"] = mx.metric.Accuracy()

        def build():
            if name == "CheckpointHandler":
                with folder() as path:
                    return parts(mx).CheckpointHandler(os.path.join(path, "a", "b"), **given)
            return getattr(parts(mx), name)(*args, **given)

        def look():
            made, warned = _heard(build)
            fields = _fields(made)
            for name in ("model_dir", "trained_epoch", "trained_batch", "best"):
                fields.pop(name, None)
            return fields, warned, getattr(getattr(made, "monitor_op", None), "__name__", None)

        return attempt(look)

    return program


suite.table(
    "built",
    {
        "stopping": _built("StoppingHandler"),
        "stopping_given": _built("StoppingHandler", 3, 4),
        "metric": _built("MetricHandler", metrics="acc"),
        "metric_bad": _built("MetricHandler", ["acc"]),
        "validation": _built("ValidationHandler", None, None),
        "validation_given": _built("ValidationHandler", None, None, epoch_period=2, batch_period=3, priority=7),
        "logging": _built("LoggingHandler"),
        "logging_interval": _built("LoggingHandler", log_interval=2, metrics="acc", priority=4),
        "logging_bad": _built("LoggingHandler", log_interval="batch"),
        "logging_float": _built("LoggingHandler", log_interval=1.5),
        "update": _built("GradientUpdateHandler"),
        "update_priority": _built("GradientUpdateHandler", priority=3),
        "early_auto": _built("EarlyStoppingHandler", monitor="acc"),
        "early_min": _built("EarlyStoppingHandler", monitor="acc", mode="min", min_delta=0.5),
        "early_max": _built("EarlyStoppingHandler", monitor="acc", mode="max", min_delta=0.5, patience=2, baseline=1),
        "early_odd": _built("EarlyStoppingHandler", monitor="acc", mode="odd"),
        "early_composite": _built("EarlyStoppingHandler", monitor="composite"),
        "early_bad": _built("EarlyStoppingHandler", monitor="loss"),
        "checkpoint": _built("CheckpointHandler"),
        "checkpoint_best": _built("CheckpointHandler", monitor="acc", save_best=True, mode="min"),
        "checkpoint_auto": _built("CheckpointHandler", monitor="acc", save_best=True),
        "checkpoint_odd": _built("CheckpointHandler", monitor="acc", save_best=True, mode="odd"),
        "checkpoint_bad": _built("CheckpointHandler", save_best=True),
    },
)


# ---------------------------------------------------------------------------------------- log lines


def _logged(mx, interval, epochs=2, batches=None, metrics="train", val=False):
    estimator = make_estimator(mx)
    chosen = {"train": estimator.train_metrics, "all": estimator.train_metrics + estimator.val_metrics, "none": []}
    handler = parts(mx).LoggingHandler(log_interval=interval, metrics=chosen[metrics])
    return trained(
        mx,
        estimator,
        val_data=loader(mx, 5, seed=1) if val else None,
        epochs=epochs,
        batches=batches,
        event_handlers=[handler],
    )["lines"]


suite.table(
    "log",
    {
        "epoch": lambda mx: _logged(mx, "epoch"),
        "each": lambda mx: _logged(mx, 1),
        "second": lambda mx: _logged(mx, 2),
        "batches": lambda mx: _logged(mx, 2, epochs=None, batches=5),
        "all_metrics": lambda mx: _logged(mx, "epoch", metrics="all", val=True),
        "no_metrics": lambda mx: _logged(mx, 1, metrics="none"),
    },
)


# ---------------------------------------------------------------------------------------- validation


def _validated(mx, epochs=3, batches=None, handlers=False, **kwargs):
    estimator = make_estimator(mx)
    seen = []

    def evaluate(**given):
        seen.append(sorted(given))
        estimator.evaluate(**given)

    if handlers:
        kwargs["event_handlers"] = [parts(mx).MetricHandler(metrics=estimator.val_metrics)]
    handler = parts(mx).ValidationHandler(loader(mx, 5, seed=1), evaluate, **kwargs)
    done = trained(mx, estimator, epochs=epochs, batches=batches, event_handlers=[handler])
    return len(seen), seen[:1], done["lines"], done["val"]


suite.table(
    "validation",
    {
        "epochs": lambda mx: _validated(mx),
        "second": lambda mx: _validated(mx, epoch_period=2),
        "batches": lambda mx: _validated(mx, epochs=None, batches=5, epoch_period=None, batch_period=2),
        "both": lambda mx: _validated(mx, epochs=1, epoch_period=1, batch_period=2),
        "never": lambda mx: _validated(mx, epochs=1, epoch_period=0),
        "handlers": lambda mx: _validated(mx, epochs=2, handlers=True),
    },
    tol=TOL,
)


# ---------------------------------------------------------------------------------------- checkpoints


def _saved(mx, epochs=2, batches=None, hybridize=False, best=None, net=None, **kwargs):
    net = make_net(mx) if net is None else net
    if hybridize:
        net.hybridize()
    estimator = make_estimator(mx, net=net)
    with folder() as path, quiet():
        if best:
            kwargs["monitor"] = estimator.train_metrics[best == "loss"]
            kwargs["save_best"] = True
        handler = parts(mx).CheckpointHandler(path, **kwargs)
        done = trained(mx, estimator, epochs=epochs, batches=batches, event_handlers=[handler])
        nodes = None
        if os.path.exists(os.path.join(path, "model-symbol.json")):
            with open(os.path.join(path, "model-symbol.json")) as file:
                nodes = [(n["op"], n["name"]) for n in json.load(file)["nodes"]]
        files = listing(path)
        last = [f for f in files if f.endswith(".params")][-1:]
        loaded = mx.nd.load(os.path.join(path, last[0])) if last else {}
        return {
            "files": files,
            "kept": handler.saved_checkpoints,
            "lines": [line.replace(path, "DIR") for _, line in done["lines"]],
            "nodes": nodes,
            "params": {name: value.shape for name, value in loaded.items()},
            "best": float(getattr(handler, "best", 0)),
        }


suite.table(
    "checkpoint",
    {
        "epochs": lambda mx: _saved(mx),
        "verbose": lambda mx: _saved(mx, verbose=1),
        "batches": lambda mx: _saved(mx, epochs=None, batches=5, batch_period=2, epoch_period=None),
        "both": lambda mx: _saved(mx, epochs=1, batch_period=2, verbose=1),
        "prefix": lambda mx: _saved(mx, model_prefix="my_net"),
        "hybridized": lambda mx: _saved(mx, hybridize=True),
        "few": lambda mx: _saved(mx, epochs=4, max_checkpoints=2),
        "second": lambda mx: _saved(mx, epochs=4, epoch_period=2),
        "best_max": lambda mx: _saved(mx, best="acc", mode="max", verbose=1),
        "best_min": lambda mx: _saved(mx, best="loss", mode="min", verbose=1, epochs=3),
        "best_auto": lambda mx: _saved(mx, best="acc", epochs=3, max_checkpoints=1),
        "plain_net": lambda mx: _saved(mx, net=make_net(mx, hybrid=False)),
    },
    tol=TOL,
)


def _resumed(mx, first, second, options, again=None):
    with folder() as path, quiet():
        estimator = make_estimator(mx, optimizer="adam", rate=0.01)
        trained(mx, estimator, event_handlers=[parts(mx).CheckpointHandler(path, **options)], **first)
        between = listing(path)
        net = make_net(mx)
        estimator = make_estimator(mx, net=net, optimizer="adam", rate=0.01)
        given = dict(options, resume_from_checkpoint=True)
        given.update(again or {})
        handler = parts(mx).CheckpointHandler(path, **given)
        done = attempt(lambda: trained(mx, estimator, event_handlers=[handler], **second))
        return between, listing(path), done


RESUMED = Tolerance(rtol=2e-5, atol=1e-5, why="Adam makes much of a rounding in a tiny gradient")
_BATCHES = {"batch_period": 1, "epoch_period": None}
suite.table(
    "resume",
    {
        "epochs": lambda mx: _resumed(mx, {"epochs": 2}, {"epochs": 4}, {}),
        "batches": lambda mx: _resumed(mx, {"batches": 2}, {"batches": 5}, _BATCHES),
        "nothing_left": lambda mx: _resumed(mx, {"epochs": 2}, {"epochs": 2}, {}),
        "no_batches_left": lambda mx: _resumed(mx, {"batches": 3}, {"batches": 2}, _BATCHES),
        "nothing_found": lambda mx: _resumed(mx, {"epochs": 1}, {"epochs": 1}, {}, {"model_prefix": "other"}),
        "nothing_found_batches": lambda mx: _resumed(
            mx, {"batches": 1}, {"batches": 2}, _BATCHES, {"model_prefix": "other"}
        ),
        "epochs_by_batches": lambda mx: _resumed(mx, {"epochs": 1}, {"epochs": 2}, _BATCHES),
        "batches_by_epochs": lambda mx: _resumed(mx, {"batches": 1}, {"batches": 2}, {}),
        "epochs_by_both": lambda mx: _resumed(mx, {"epochs": 1}, {"epochs": 2}, {"batch_period": 1}),
    },
    tol=RESUMED,
)


def _misnamed(mx):
    with folder() as path, quiet():
        with open(os.path.join(path, "model-epochXbatch1.params"), "w"):
            pass
        handler = parts(mx).CheckpointHandler(path, resume_from_checkpoint=True)
        return attempt(lambda: trained(mx, make_estimator(mx), epochs=1, event_handlers=[handler]))


def _states_gone(mx):
    with folder() as path, quiet():
        trained(mx, make_estimator(mx), epochs=1, event_handlers=[parts(mx).CheckpointHandler(path)])
        for name in listing(path):
            if name.endswith(".states"):
                os.remove(os.path.join(path, name))
        handler = parts(mx).CheckpointHandler(path, resume_from_checkpoint=True)
        try:  # the message names the folder, which is another one each time
            return trained(mx, make_estimator(mx), epochs=3, event_handlers=[handler])
        except AssertionError as error:
            return "states does not exist" in str(error)


suite.table("resume_refused", {"misnamed": _misnamed, "states_gone": _states_gone})


# ---------------------------------------------------------------------------------------- early stopping


def _stopped(mx, series, mode="max", epochs=6, **kwargs):
    """A metric that goes through a series of values, one per epoch."""
    estimator = make_estimator(mx)
    monitor = estimator.val_metrics[0]
    steps = iter(series)

    class Play(parts(mx).EpochEnd):
        priority = -5

        def epoch_end(self, estimator, *args, **kwargs):
            monitor.reset()
            value = next(steps)
            if value is not None:
                monitor.sum_metric = monitor.global_sum_metric = value
                monitor.num_inst = monitor.global_num_inst = 1

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        handler = parts(mx).EarlyStoppingHandler(monitor, mode=mode, **kwargs)
        with listening(estimator) as lines:
            estimator.fit(loader(mx, 4), epochs=epochs, event_handlers=[handler, Play()])
    kinds = [w.category.__name__ for w in heard if issubclass(w.category, RuntimeWarning)]
    return {
        "epochs": handler.current_epoch,
        "stopped": handler.stopped_epoch,
        "wait": handler.wait,
        "best": float(handler.best),
        "warned": kinds,
        "lines": [line for _, line in lines if "Stopping" in line],
    }


suite.table(
    "early",
    {
        "max": lambda mx: _stopped(mx, [0.1, 0.2, 0.2, 0.5, 0.6, 0.7]),
        "min": lambda mx: _stopped(mx, [0.9, 0.8, 0.8, 0.7, 0.6, 0.5], mode="min"),
        "patience": lambda mx: _stopped(mx, [0.5, 0.4, 0.6, 0.5, 0.4, 0.3], patience=2),
        "delta": lambda mx: _stopped(mx, [0.1, 0.2, 0.25, 0.5, 0.6, 0.7], min_delta=0.08),
        "delta_min": lambda mx: _stopped(mx, [0.9, 0.8, 0.79, 0.7, 0.6, 0.5], mode="min", min_delta=0.05, patience=1),
        "baseline": lambda mx: _stopped(mx, [0.1, 0.2, 0.3, 0.5, 0.6, 0.7], baseline=0.9, patience=3),
        "first_epoch": lambda mx: _stopped(mx, [0.1, 0.2, 0.3, 0.5, 0.6, 0.7], baseline=0.9),
        "never": lambda mx: _stopped(mx, [0.1, 0.2, 0.3, 0.5, 0.6, 0.7]),
        "nan": lambda mx: _stopped(mx, [None, None, 0.3, 0.2, 0.6, 0.7]),
        "auto": lambda mx: _stopped(mx, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], mode="auto"),
    },
)


def _gradient_update(mx):
    log = []

    class Every(parts(mx).GradientUpdateHandler):
        def batch_end(self, estimator, *args, **kwargs):
            log.append([x.shape for x in kwargs["loss"]])
            parts(mx).GradientUpdateHandler.batch_end(self, estimator, *args, **kwargs)

    done = trained(mx, make_estimator(mx), epochs=1, event_handlers=[Every()])
    return log, done


def _metric_handler(mx):
    estimator = make_estimator(mx, train_metrics=[mx.metric.Accuracy(), mx.metric.Loss("mine")])
    handler = parts(mx).MetricHandler(metrics=[estimator.train_metrics[1]])
    trained(mx, estimator, epochs=1, event_handlers=[handler])
    return values(estimator.train_metrics)


suite.table("own", {"gradient_update": _gradient_update, "metric_handler": _metric_handler}, tol=TOL)
