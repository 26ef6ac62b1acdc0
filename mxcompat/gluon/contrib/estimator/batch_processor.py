"""What an estimator does with one batch."""

from __future__ import annotations

from typing import Any

from .... import autograd as autograd
from ...utils import split_and_load as split_and_load

__all__ = ["BatchProcessor"]


class BatchProcessor:
    """Runs a batch through the network and the loss, with gradients or without. Override it to do otherwise.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/estimator/batch_processor.py.
    """

    def __init__(self) -> None:
        pass

    def _get_data_and_label(self, batch: Any, ctx: Any, batch_axis: int = 0) -> tuple[Any, Any]:
        """The first two parts of a batch, each as a list with a slice per context."""
        first, second = batch[0], batch[1]
        return (
            split_and_load(first, ctx_list=ctx, batch_axis=batch_axis),
            split_and_load(second, ctx_list=ctx, batch_axis=batch_axis),
        )

    def evaluate_batch(
        self, estimator: Any, val_batch: Any, batch_axis: int = 0
    ) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        """Run the validation network and loss.

        Args:
            estimator: who asks; gives ``val_net``, ``val_loss`` and ``context``.
            val_batch: data and labels.
            batch_axis: the axis along which a batch is split over contexts.

        Returns:
            Data, labels, predictions and losses, each a list with an array per context.
        """
        data, label = self._get_data_and_label(val_batch, estimator.context, batch_axis)
        pred = [estimator.val_net(part) for part in data]
        loss = [estimator.val_loss(guess, truth) for guess, truth in zip(pred, label, strict=False)]
        return data, label, pred, loss

    def fit_batch(
        self, estimator: Any, train_batch: Any, batch_axis: int = 0
    ) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        """Run the network and the loss under `autograd.record` and go backward. Weights are not updated here.

        Args:
            estimator: who asks; gives ``net``, ``loss`` and ``context``.
            train_batch: data and labels.
            batch_axis: the axis along which a batch is split over contexts.

        Returns:
            Data, labels, predictions and losses, each a list with an array per context.
        """
        data, label = self._get_data_and_label(train_batch, estimator.context, batch_axis)
        with autograd.record():
            pred = [estimator.net(part) for part in data]
            loss = [estimator.loss(guess, truth) for guess, truth in zip(pred, label, strict=False)]
        for part in loss:
            part.backward()
        return data, label, pred, loss
