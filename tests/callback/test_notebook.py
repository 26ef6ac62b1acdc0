"""Loggers and charts of notebooks: with pandas, and without."""

import sys

import pytest

import mxcompat as mx
from mxcompat.notebook import callback


class Param:
    epoch, nbatch = 2, 50

    def __init__(self):
        self.eval_metric = mx.metric.create("acc")
        self.eval_metric.update([mx.nd.array([1, 0])], [mx.nd.array([1, 1])])


@pytest.mark.parametrize(
    "module, make",
    [
        ("pandas", lambda: callback.PandasLogger(32)),
        ("bokeh.plotting", lambda: callback.LiveTimeSeries()),
        ("bokeh.plotting", lambda: callback.LiveLearningCurve("accuracy")),
        ("bokeh.io", lambda: callback.LiveBokehChart(None, "accuracy")),
    ],
)
def test_a_missing_package_is_named(monkeypatch, module, make):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=f"needs {module.split('.')[0]}.*pip install"):
        make()


def test_pandas_logger():
    pytest.importorskip("pandas")
    logger = callback.PandasLogger(32)
    logger.train_cb(Param())
    logger.train_cb(Param())
    logger.eval_cb(Param())
    logger.epoch_cb(0, None, None, None)
    assert list(logger.train_df["accuracy"]) == [0.5, 0.5] and list(logger.train_df["epoch"]) == [2, 2]
    assert len(logger.eval_df) == len(logger.epoch_df) == 1
    assert set(logger.all_dataframes) == {"train", "eval", "epoch"}


def test_args_wrapper_joins_callbacks():
    class One:
        def callback_args(self):
            return {"batch_end_callback": 1}

    class Two:
        def callback_args(self):
            return {"batch_end_callback": 2, "eval_end_callback": 3}

    assert callback.args_wrapper(One(), Two()) == {"batch_end_callback": [1, 2], "eval_end_callback": [3]}
