"""Callbacks of `mxnet.module` that keep tables of the metrics or draw them while a network is trained."""

from __future__ import annotations

import datetime
import time
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from typing import Any

__all__ = ["LiveBokehChart", "LiveLearningCurve", "LiveTimeSeries", "PandasLogger", "args_wrapper"]


def _need(module: str, user: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        package = module.split(".")[0]
        raise ImportError(f"{user} needs {package}, which is not installed: pip install {package}") from None


def _taken(param: Any) -> dict[str, Any]:
    """The metric's values, which is then reset."""
    if param.eval_metric is None:
        return {}
    values = dict(param.eval_metric.get_name_value())
    param.eval_metric.reset()
    return values


class PandasLogger:
    """Keeps the course of a training in three data frames: training batches, evaluations, epochs.

    Pass ``**logger.callback_args()`` to ``fit``.

    Args:
        batch_size: samples per batch.
        frequent: log every so many training batches.

    Raises:
        ImportError: pandas is not there.
    """

    def __init__(self, batch_size: int, frequent: int = 50) -> None:
        pandas = _need("pandas", "PandasLogger")
        self.batch_size = batch_size
        self.frequent = frequent
        self._dataframes: dict[str, Any] = {name: pandas.DataFrame() for name in ("train", "eval", "epoch")}
        self.last_time = time.time()
        self.start_time = datetime.datetime.now()
        self.last_epoch_time = datetime.datetime.now()

    @property
    def train_df(self) -> Any:
        """A row per logged training batch."""
        return self._dataframes["train"]

    @property
    def eval_df(self) -> Any:
        """A row per evaluation."""
        return self._dataframes["eval"]

    @property
    def epoch_df(self) -> Any:
        """A row per epoch."""
        return self._dataframes["epoch"]

    @property
    def all_dataframes(self) -> dict[str, Any]:
        """The data frames by name: ``train``, ``eval``, ``epoch``."""
        return self._dataframes

    def elapsed(self) -> datetime.timedelta:
        """Time since the logger was made."""
        return datetime.datetime.now() - self.start_time

    def append_metrics(self, metrics: dict[str, Any], df_name: str) -> None:
        """Add a row to a data frame; new names become columns."""
        frame = self._dataframes[df_name]
        for column in metrics:
            if column not in frame.columns:
                frame[column] = None
        frame.loc[len(frame)] = {column: metrics.get(column) for column in frame.columns}

    def train_cb(self, param: Any) -> None:
        """To be called after every training batch."""
        if param.nbatch % self.frequent == 0:
            self._process_batch(param, "train")

    def eval_cb(self, param: Any) -> None:
        """To be called after every evaluation."""
        self._process_batch(param, "eval")

    def _process_batch(self, param: Any, dataframe: str) -> None:
        now = time.time()
        passed = now - self.last_time
        speed = self.frequent / passed if passed else float("inf")
        metrics = _taken(param)
        metrics["batches_per_sec"] = speed * self.batch_size  # so named in MXNet, though it counts samples
        metrics["records_per_sec"] = speed
        metrics["elapsed"] = self.elapsed()
        metrics["minibatch_count"] = param.nbatch
        metrics["epoch"] = param.epoch
        self.append_metrics(metrics, dataframe)
        self.last_time = now

    def epoch_cb(self, *args: Any) -> None:
        """To be called after every epoch."""
        now = datetime.datetime.now()
        self.append_metrics({"elapsed": self.elapsed(), "epoch_time": now - self.last_epoch_time}, "epoch")
        self.last_epoch_time = now

    def callback_args(self) -> dict[str, Callable[..., None]]:
        """The callbacks, under the names of the arguments of ``fit``."""
        return {
            "batch_end_callback": self.train_cb,
            "eval_end_callback": self.eval_cb,
            "epoch_end_callback": self.epoch_cb,
        }


class LiveBokehChart:
    """Base of charts that are redrawn while a network is trained; a subclass gives the first two methods.

    Args:
        pandas_logger: where the values come from; a new one if None.
        metric_name: what is drawn.
        display_freq: seconds between two drawings.
        batch_size, frequent: of the new logger.

    Raises:
        ImportError: bokeh (or pandas) is not there.
    """

    def __init__(
        self,
        pandas_logger: PandasLogger | None,
        metric_name: str | None,
        display_freq: float = 10,
        batch_size: int | None = None,
        frequent: int = 50,
    ) -> None:
        self._io = _need("bokeh.io", type(self).__name__)
        self.pandas_logger = pandas_logger or PandasLogger(batch_size=batch_size or 1, frequent=frequent)
        self.display_freq = display_freq
        self.last_update = time.time()
        self.metric_name = metric_name
        self._io.output_notebook()
        self.handle = self.setup_chart()

    def setup_chart(self) -> Any:
        """Make the chart, show it, return its handle."""
        raise NotImplementedError("LiveBokehChart is a base class: give setup_chart")

    def update_chart_data(self) -> None:
        """Bring the chart's data up to date."""
        raise NotImplementedError("LiveBokehChart is a base class: give update_chart_data")

    def interval_elapsed(self) -> bool:
        """Whether it is time to draw again."""
        return time.time() - self.last_update > self.display_freq

    def _push_render(self) -> None:
        self._io.push_notebook(handle=self.handle)
        self.last_update = time.time()

    def _do_update(self) -> None:
        self.update_chart_data()
        self._push_render()

    def batch_cb(self, param: Any) -> None:
        """To be called after every training batch."""
        if self.interval_elapsed():
            self._do_update()

    def eval_cb(self, param: Any) -> None:
        """To be called after every evaluation."""
        self._do_update()

    def callback_args(self) -> dict[str, Callable[..., None]]:
        """The callbacks, under the names of the arguments of ``fit``."""
        return {"batch_end_callback": self.batch_cb, "eval_end_callback": self.eval_cb}


class LiveTimeSeries(LiveBokehChart):
    """A line of values over time; ``update_chart_data(value)`` adds one.

    Args:
        **fig_params: arguments of bokeh's figure.
    """

    def __init__(self, **fig_params: Any) -> None:
        self._plotting = _need("bokeh.plotting", "LiveTimeSeries")
        self.fig = self._plotting.figure(x_axis_type="datetime", x_axis_label="Elapsed time", **fig_params)
        super().__init__(None, None)

    def setup_chart(self) -> Any:
        """Make the chart, show it, return its handle."""
        self.start_time = datetime.datetime.now()
        self.x_axis_val: list[datetime.timedelta] = []
        self.y_axis_val: list[Any] = []
        self._line = self.fig.line(self.x_axis_val, self.y_axis_val)
        return self._plotting.show(self.fig, notebook_handle=True)

    def elapsed(self) -> datetime.timedelta:
        """Time since the chart was made."""
        return datetime.datetime.now() - self.start_time

    def update_chart_data(self, value: Any) -> None:  # type: ignore[override]
        """Add a value and draw."""
        self.x_axis_val.append(self.elapsed())
        self.y_axis_val.append(value)
        self._line.data_source.data = {"x": self.x_axis_val, "y": self.y_axis_val}
        self._push_render()


class LiveLearningCurve(LiveBokehChart):
    """A metric of training and evaluation over time.

    Args:
        metric_name: what is drawn.
        display_freq: seconds between two drawings.
        frequent: take every so many training batches.
    """

    def __init__(self, metric_name: str, display_freq: float = 10, frequent: int = 50) -> None:
        self._plotting = _need("bokeh.plotting", "LiveLearningCurve")
        self.frequent = frequent
        self.start_time = datetime.datetime.now()
        self._data: dict[str, dict[str, list[Any]]] = {"train": {"elapsed": []}, "eval": {"elapsed": []}}
        super().__init__(None, metric_name, display_freq=display_freq, frequent=frequent)

    def setup_chart(self) -> Any:
        """Make the chart, show it, return its handle."""
        self.fig = self._plotting.figure(x_axis_type="datetime", x_axis_label="Training time")
        self.train1 = self.fig.line([], [], line_dash="dotted", alpha=0.3, legend_label="train")
        self.valid1 = self.fig.line([], [], line_color="green", line_width=2, legend_label="validation")
        self.fig.legend.location = "bottom_right"
        self.fig.yaxis.axis_label = self.metric_name
        return self._plotting.show(self.fig, notebook_handle=True)

    def batch_cb(self, param: Any) -> None:
        """To be called after every training batch."""
        if param.nbatch % self.frequent == 0:
            self._process_batch(param, "train")
        super().batch_cb(param)

    def eval_cb(self, param: Any) -> None:
        """To be called after every evaluation."""
        self._process_batch(param, "eval")
        super().eval_cb(param)

    def _process_batch(self, param: Any, df_name: str) -> None:
        metrics = {**_taken(param), "elapsed": datetime.datetime.now() - self.start_time}
        for name, value in metrics.items():
            self._data[df_name].setdefault(name, []).append(value)

    def update_chart_data(self) -> None:
        """Bring both lines up to date."""
        for line, name in ((self.train1, "train"), (self.valid1, "eval")):
            found = self._data[name]
            if found["elapsed"]:
                line.data_source.data = {"x": found["elapsed"], "y": found[str(self.metric_name)]}


def args_wrapper(*args: Any) -> dict[str, list[Any]]:
    """The callbacks of several loggers and charts, as lists under the names of the arguments of ``fit``."""
    joined: defaultdict[str, list[Any]] = defaultdict(list)
    for one in args:
        for name, callback in one.callback_args().items():
            joined[name].append(callback)
    return dict(joined)
