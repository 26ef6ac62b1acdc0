"""The six events of a training. A handler is a subclass of those that it wants to hear of."""

from __future__ import annotations

from typing import Any


class EventHandler:
    """The root of all handlers."""


class TrainBegin(EventHandler):
    """Hears of the start of a training."""

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        """Called once, before the first epoch."""


class TrainEnd(EventHandler):
    """Hears of the end of a training."""

    def train_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        """Called once, after the last epoch."""


class EpochBegin(EventHandler):
    """Hears of the start of each epoch."""

    def epoch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        """Called before the first batch of an epoch."""


class EpochEnd(EventHandler):
    """Hears of the end of each epoch, and may stop the training by answering True."""

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> bool:
        """Called after the last batch of an epoch."""
        return False


class BatchBegin(EventHandler):
    """Hears of the start of each batch."""

    def batch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        """Called with ``batch``."""


class BatchEnd(EventHandler):
    """Hears of the end of each batch, and may end the epoch by answering True."""

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> bool:
        """Called with ``batch``, ``pred``, ``label`` and ``loss``."""
        return False


for _event in (EventHandler, TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd):
    _event.__module__ = __name__.replace("._events", ".event_handler")
