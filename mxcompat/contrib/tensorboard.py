"""Metrics for TensorBoard: `mxnet.contrib.tensorboard`."""

from __future__ import annotations

from typing import Any


class LogMetricsCallback:
    """A callback that writes the metrics of an epoch as TensorBoard scalars.

    Args:
        logging_dir: folder of the event files.
        prefix: put before each metric's name, with a dash.

    Raises:
        ImportError: the ``tensorboard`` package is missing. (MXNet logged this and failed at the first call.)

    Source: MXNet 1.9.1 python/mxnet/contrib/tensorboard.py, there on mxboard.
    """

    def __init__(self, logging_dir: str, prefix: str | None = None) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ImportError(
                "LogMetricsCallback writes with torch.utils.tensorboard, which needs: pip install tensorboard"
            ) from error
        self.prefix = prefix
        self.summary_writer = SummaryWriter(logging_dir)

    def __call__(self, param: Any) -> None:
        """Write ``param.eval_metric`` at step ``param.epoch``."""
        if param.eval_metric is None:
            return
        for name, value in param.eval_metric.get_name_value():
            tag = name if self.prefix is None else f"{self.prefix}-{name}"
            self.summary_writer.add_scalar(tag, value, global_step=param.epoch)
