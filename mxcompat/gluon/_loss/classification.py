"""Losses of predicted classes, distributions and sequences of labels."""

from __future__ import annotations

from typing import Any

from ..._core.errors import ArgumentTypeError
from ...util import is_np_array
from .base import Loss, _apply_weighting, _reshape_like, mean_of_examples


class SigmoidBinaryCrossEntropyLoss(Loss):
    """Cross-entropy of two classes, in the mean over each example. Also called `SigmoidBCELoss`.

    ``-(pos_weight * label * log(p) + (1 - label) * log(1 - p))``, with ``p = sigmoid(pred)`` in a form that does not
    overflow.

    Args:
        from_sigmoid: predictions are ``p`` already.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: from 0 to 1, the same number of elements. sample_weight, pos_weight: broadcast to pred.
        Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(
        self, from_sigmoid: bool = False, weight: float | None = None, batch_axis: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._from_sigmoid = from_sigmoid

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None, pos_weight: Any = None) -> Any:
        label = _reshape_like(F, label, pred)
        entropy = self._of_probabilities if self._from_sigmoid else self._of_logits
        loss = _apply_weighting(F, entropy(F, pred, label, pos_weight), self._weight, sample_weight)
        return mean_of_examples(F, loss, self._batch_axis)

    @staticmethod
    def _of_logits(F: Any, pred: Any, label: Any, pos_weight: Any) -> Any:
        if is_np_array():
            relu, activation, absolute, times = F.npx.relu, F.npx.activation, F.np.abs, F.np.multiply
        else:
            relu, activation, absolute, times = F.relu, F.Activation, F.abs, F.broadcast_mul
        if pos_weight is None:  # log(1 + exp(x)) - x z, with the larger part of the exponential taken out
            return relu(pred) - pred * label + activation(-absolute(pred), act_type="softrelu")
        log_weight = 1 + times(pos_weight - 1, label)
        return pred - pred * label + log_weight * (activation(-absolute(pred), act_type="softrelu") + relu(-pred))

    @staticmethod
    def _of_probabilities(F: Any, pred: Any, label: Any, pos_weight: Any) -> Any:
        log = F.np.log if is_np_array() else F.log
        times = F.np.multiply if is_np_array() else F.broadcast_mul
        tiny = 1e-12
        hit = log(pred + tiny) * label
        if pos_weight is not None:
            hit = times(hit, pos_weight)
        return -(hit + log(1.0 - pred + tiny) * (1.0 - label))


SigmoidBCELoss = SigmoidBinaryCrossEntropyLoss


class SoftmaxCrossEntropyLoss(Loss):
    """Cross-entropy of the softmax of predictions, in the mean over each example. Also called `SoftmaxCELoss`.

    Args:
        axis: the axis of the classes.
        sparse_label: labels are numbers of classes; else distributions over them.
        from_logits: predictions are logarithms of probabilities already.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: pred's shape without ``axis``; pred's shape for distributions. sample_weight: broadcast to
        pred's shape with a 1 for ``axis``. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(
        self,
        axis: int = -1,
        sparse_label: bool = True,
        from_logits: bool = False,
        weight: float | None = None,
        batch_axis: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._axis = axis
        self._sparse_label = sparse_label
        self._from_logits = from_logits

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        space = F.npx if is_np_array() else F
        if not self._from_logits:
            pred = space.log_softmax(pred, axis=self._axis)
        if self._sparse_label:
            loss = -space.pick(pred, label, axis=self._axis, keepdims=True)
        else:
            loss = -(pred * _reshape_like(F, label, pred)).sum(axis=self._axis, keepdims=True)
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return mean_of_examples(F, loss, self._batch_axis)


SoftmaxCELoss = SoftmaxCrossEntropyLoss


class KLDivLoss(Loss):
    """Divergence of Kullback and Leibler of a predicted distribution from the label's, summed over each example.

    Args:
        from_logits: predictions are logarithms of probabilities; else softmax is applied.
        axis: the axis of the softmax.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred, label: any, the same. sample_weight: broadcast to pred. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(
        self,
        from_logits: bool = True,
        axis: int = -1,
        weight: float | None = None,
        batch_axis: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits = from_logits
        self._axis = axis

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        if not self._from_logits:
            pred = F.log_softmax(pred, axis=self._axis)
        loss = label * (F.log(label + 1e-12) - pred)
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.sum(loss, axis=self._batch_axis, exclude=True)


class CTCLoss(Loss):
    """Connectionist temporal classification (Graves et al., 2006): labels without known places in time.

    The last of the C classes is the blank; labels are padded with -1 unless their lengths are given.

    Args:
        layout: of predictions, ``NTC`` or ``TNC``.
        label_layout: of labels, ``NT`` or ``TN``.
        weight: a number that multiplies the loss; None for none.

    Shapes:
        pred: ``(N, T, C)`` or ``(T, N, C)``. label: ``(N, L)`` or ``(L, N)``. pred_lengths, label_lengths: ``(N,)``.
        sample_weight: broadcast to the output. Output: ``(N,)``.

    Raises:
        AssertionError: another layout.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py, src/operator/nn/ctc_loss.cc.
    """

    def __init__(
        self, layout: str = "NTC", label_layout: str = "NT", weight: float | None = None, **kwargs: Any
    ) -> None:
        for name, given, legal in (("layout", layout, ("NTC", "TNC")), ("label_layout", label_layout, ("NT", "TN"))):
            if given not in legal:
                raise ArgumentTypeError(f"CTCLoss: {name}={given!r} must be one of {legal}")
        self._layout = layout
        self._label_layout = label_layout
        super().__init__(weight, label_layout.find("N"), **kwargs)

    def hybrid_forward(
        self,
        F: Any,
        pred: Any,
        label: Any,
        pred_lengths: Any = None,
        label_lengths: Any = None,
        sample_weight: Any = None,
    ) -> Any:
        if self._layout == "NTC":
            pred = F.swapaxes(pred, 0, 1)
        if self._batch_axis == 1:
            label = F.swapaxes(label, 0, 1)
        loss = F.CTCLoss(
            pred,
            label,
            pred_lengths,
            label_lengths,
            use_data_lengths=pred_lengths is not None,
            use_label_lengths=label_lengths is not None,
            blank_label="last",
        )
        return _apply_weighting(F, loss, self._weight, sample_weight)


class HingeLoss(Loss):
    """``max(0, margin - pred * label)``, in the mean over each example; labels are -1 and 1.

    Args:
        margin: how far from the border a prediction should be.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: the same number of elements. sample_weight: broadcast to pred. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, margin: float = 1, weight: float | None = None, batch_axis: int = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        loss = F.relu(self._margin - pred * _reshape_like(F, label, pred))
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.mean(loss, axis=self._batch_axis, exclude=True)


class SquaredHingeLoss(Loss):
    """The square of what `HingeLoss` takes the mean of; labels are -1 and 1.

    Args:
        margin: how far from the border a prediction should be.
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.

    Shapes:
        pred: any. label: the same number of elements. sample_weight: broadcast to pred. Output: ``(N,)``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(self, margin: float = 1, weight: float | None = None, batch_axis: int = 0, **kwargs: Any) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        loss = F.square(F.relu(self._margin - pred * _reshape_like(F, label, pred)))
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.mean(loss, axis=self._batch_axis, exclude=True)


class LogisticLoss(Loss):
    """``log(1 + exp(-pred * label))``, in the mean over each example.

    Args:
        weight: a number that multiplies the loss; None for none.
        batch_axis: the axis of the examples.
        label_format: ``signed`` for labels -1 and 1, ``binary`` for 0 and 1.

    Shapes:
        pred: any. label: the same number of elements. sample_weight: broadcast to pred. Output: ``(N,)``.

    Raises:
        ValueError: another ``label_format``.

    Source: MXNet 1.9.1 python/mxnet/gluon/loss.py.
    """

    def __init__(
        self, weight: float | None = None, batch_axis: int = 0, label_format: str = "signed", **kwargs: Any
    ) -> None:
        super().__init__(weight, batch_axis, **kwargs)
        if label_format not in ("signed", "binary"):
            raise ValueError(f"LogisticLoss: label_format={label_format!r} must be 'signed' or 'binary'")
        self._label_format = label_format

    def hybrid_forward(self, F: Any, pred: Any, label: Any, sample_weight: Any = None) -> Any:
        label = _reshape_like(F, label, pred)
        if self._label_format == "signed":
            label = (label + 1.0) / 2.0
        loss = F.relu(pred) - pred * label + F.Activation(-F.abs(pred), act_type="softrelu")
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.mean(loss, axis=self._batch_axis, exclude=True)
