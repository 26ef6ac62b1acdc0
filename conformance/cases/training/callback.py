"""Lines that callbacks log, under a clock that stands still or jumps."""

import importlib
import logging
import os
import re
import tempfile
import time

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


class Lines(logging.Handler):
    def __init__(self):
        super(Lines, self).__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def logged(program):
    """The lines that a program writes to the root logger."""
    root, lines = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.INFO)
    try:
        program()
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
    return lines.lines


class Param(object):
    """What callbacks get."""

    def __init__(self, epoch, nbatch, eval_metric=None):
        self.epoch, self.nbatch, self.eval_metric, self.locals = epoch, nbatch, eval_metric, None


def _without_speed(lines):
    """Logging itself looks at the clock, in some Python versions more often than in others."""
    return [re.sub(r"Speed: \d+\.\d\d", "Speed: #.##", line) for line in lines]


def _metric(mx, name):
    return None if name is None else mx.metric.create(name)


def _speedometer(name, epochs=2, batches=7, **options):
    def program(mx):
        metric = _metric(mx, name)
        meter = mx.callback.Speedometer(32, **options)

        def run():
            for epoch in range(epochs):
                for batch in range(batches):
                    if metric is not None:
                        label = mx.nd.array([0, 1, 1, batch % 2])
                        metric.update([label], [mx.nd.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.1, 0.9]])])
                    meter(Param(epoch, batch, metric))

        lines = _without_speed(logged(run))
        return lines, None if metric is None else [(n, float(v)) for n, v in metric.get_global_name_value()]

    return program


suite.table(
    "speedometer",
    {
        "accuracy": _speedometer("acc", frequent=2),
        "no_reset": _speedometer("acc", frequent=2, auto_reset=False),
        "every": _speedometer("acc", frequent=1),
        "rare": _speedometer("acc", frequent=50),
        "none": _speedometer(None, frequent=3),
        "several": _speedometer(["acc", "ce"], frequent=3),
        "several_no_reset": _speedometer(["acc", "ce", "f1"], frequent=3, auto_reset=False),
        "default": _speedometer("acc", batches=120),
    },
)


@suite.case("speedometer/state")
def speedometer_state(mx):
    meter = mx.callback.Speedometer(16, 10, False)
    before = (meter.batch_size, meter.frequent, meter.init, meter.tic, meter.last_count, meter.auto_reset)
    meter(Param(0, 5))
    return before, meter.init, meter.last_count, type(meter.tic)


@suite.case("speedometer/numbers")
def speedometer_numbers(mx):
    meter = mx.callback.Speedometer(32, 4)

    class Frozen(object):
        value = 50.0

    real = time.time
    time.time = lambda: Frozen.value
    try:

        def run():
            for batch in range(9):
                meter(Param(0, batch))
                Frozen.value += 0.25

        return logged(run)
    finally:
        time.time = real


@suite.case("speedometer/no_time")
def speedometer_no_time(mx):
    meter = mx.callback.Speedometer(32, 1)
    real = time.time
    time.time = lambda: 7.0
    try:
        return logged(lambda: [meter(Param(0, b)) for b in range(3)])
    finally:
        time.time = real


def _bar(total, length, counts):
    def program(mx):
        bar = mx.callback.ProgressBar(total, length)
        return logged(lambda: [bar(Param(0, n)) for n in counts])

    return program


suite.table(
    "progress_bar",
    {
        "ten": _bar(10, 80, range(11)),
        "short": _bar(7, 5, range(8)),
        "beyond": _bar(3, 10, (2, 3, 4, 6)),
        "halves": _bar(8, 4, range(9)),
        "default": lambda mx: logged(lambda: mx.callback.ProgressBar(4)(Param(1, 3))),
        "empty": lambda mx: attempt(lambda: mx.callback.ProgressBar(0)(Param(1, 3))),
    },
)


def _train_log(name, period, reset):
    def program(mx):
        metric = _metric(mx, name)
        callback = mx.callback.log_train_metric(period, reset)

        def run():
            for batch in range(7):
                if metric is not None:
                    metric.update([mx.nd.array([1, batch % 2])], [mx.nd.array([[0.2, 0.8], [0.1, 0.9]])])
                callback(Param(3, batch, metric))

        return logged(run)

    return program


suite.table(
    "log_train_metric",
    {
        "plain": _train_log("acc", 2, False),
        "reset": _train_log("acc", 3, True),
        "several": _train_log(["acc", "ce"], 3, True),
        "none": _train_log(None, 1, True),
    },
)


@suite.case()
def log_validation(mx):
    metric = mx.metric.create(["acc", "mse"])
    callback = mx.callback.LogValidationMetricsCallback()

    def run():
        callback(Param(4, 0, metric))
        metric.update([mx.nd.array([1, 2])], [mx.nd.array([1, 3])])
        callback(Param(5, 0, metric))
        callback(Param(6, 0, None))

    return logged(run)


class _Module(object):
    def __init__(self):
        self.calls = []

    def save_checkpoint(self, *args):
        self.calls.append(args)


def _module(period, states):
    def program(mx):
        module = _Module()
        callback = mx.callback.module_checkpoint(module, "prefix", period, states)
        for epoch in range(6):
            callback(epoch, None, None, None)
        callback(11)
        return module.calls

    return program


suite.table("module_checkpoint", {"1": _module(1, False), "2": _module(2, True), "0": _module(0, False)})


@suite.case()
def do_checkpoint(mx):
    found = []
    with tempfile.TemporaryDirectory() as folder:
        x = mx.sym.Variable("data")
        net = mx.sym.FullyConnected(x, num_hidden=2, name="fc")
        args = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.zeros(2)}
        for period in (2, 0):
            prefix = os.path.join(folder, "net%d" % period)
            callback = mx.callback.do_checkpoint(prefix, period)
            for epoch in range(4):
                callback(epoch, net, args, {"state": mx.nd.array([epoch])})
        found.append(sorted(os.listdir(folder)))
        loaded = mx.nd.load(os.path.join(folder, "net2-0004.params"))
        found.append(loaded)
    return found


def _misc(mx):
    return importlib.import_module(mx.__name__ + ".misc")


@suite.case()
def factor_scheduler(mx):
    schedule = _misc(mx).FactorScheduler(3, 0.5)
    rates = []
    lines = logged(lambda: rates.extend(schedule(i) for i in range(10)))
    return rates, lines


suite.errors(
    "misc",
    {
        "step": (lambda mx: _misc(mx).FactorScheduler(0), ("step",)),
        "factor": (lambda mx: _misc(mx).FactorScheduler(2, 1.0), ("factor",)),
        "base": (lambda mx: _misc(mx).LearningRateScheduler()(2), ()),
    },
)


# ------------------------------------------------------------------------------------------- monitors


class _Symbol(object):
    def list_arguments(self):
        return ["data", "fc_weight", "fc_bias"]

    def list_auxiliary_states(self):
        return ["bn_mean"]


class _Executor(object):
    """As much of an executor as a monitor looks at."""

    def __init__(self, mx):
        self._symbol = _Symbol()
        self.arg_arrays = [mx.nd.arange(6).reshape((2, 3)), mx.nd.ones((3, 3)) * 2, mx.nd.zeros(3)]
        self.aux_arrays = [mx.nd.array([1.0, -2.0])]
        self.installed = []

    def set_monitor_callback(self, callback, monitor_all=False):
        self.installed.append((callable(callback), monitor_all))


def _monitored(interval=1, count=3, **options):
    def program(mx):
        settings = {k: (v(mx) if k == "stat_func" else v) for k, v in options.items()}
        monitor = mx.mon.Monitor(interval, **settings)
        executor = _Executor(mx)
        monitor.install(executor)
        results = []
        for _ in range(count):
            monitor.tic()
            results.append((monitor.activated, monitor.toc(), monitor.step))
        results.append(monitor.toc())
        monitor.tic()
        return results, executor.installed, logged(monitor.toc_print)

    return program


suite.table(
    "monitor",
    {
        "default": _monitored(),
        "interval": _monitored(interval=2, count=5),
        "pattern": _monitored(pattern="fc.*"),
        "sort": _monitored(sort=True, monitor_all=True),
        "max": _monitored(stat_func=lambda mx: lambda x: mx.nd.max(x)),
        "list": _monitored(stat_func=lambda mx: lambda x: [mx.nd.max(x), mx.nd.min(x)]),
        "array": _monitored(pattern="fc_bias", stat_func=lambda mx: lambda x: x + 1),
    },
)
suite.errors(
    "monitor_bad",
    {
        "number": (lambda mx: _monitored(stat_func=lambda mx: lambda x: 3)(mx), ("stat_func",)),
        "numpy": (lambda mx: _monitored(stat_func=lambda mx: lambda x: np.ones(3))(mx), ("stat_func",)),
    },
)


def _executed(backward, **options):
    def program(mx):
        x = mx.sym.Variable("data")
        net = mx.sym.Activation(mx.sym.FullyConnected(x, num_hidden=2, name="fc"), act_type="relu", name="act")
        executor = net.simple_bind(mx.cpu(), data=(2, 3))
        for array in executor.arg_arrays:
            array[:] = 0.5
        monitor = mx.mon.Monitor(1, **options)
        monitor.install(executor)
        monitor.tic()
        executor.forward(is_train=True)
        if backward:
            executor.backward(mx.nd.ones((2, 2)))
        return monitor.toc()

    return program


suite.table(
    "monitor_executor",
    {
        "outputs": _executed(False),
        "pattern": _executed(False, pattern=".*output"),
        "sorted": _executed(False, sort=True),
        "backward": _executed(True),
    },
)
