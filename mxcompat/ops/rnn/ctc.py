"""Connectionist temporal classification, on torch's kernel."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.functional import ctc_loss as torch_ctc_loss

from ...registry import operator
from ...registry.operator import op_error


def _inputs(attributes: dict[str, Any]) -> tuple[str, ...]:
    given = [name for name in ("data_lengths", "label_lengths") if attributes[f"use_{name}"]]
    return ("data", "label", *given)


def _one_per_example(name: str, lengths: Tensor | None, use: bool, data: Tensor) -> None:
    if (lengths is None) == use:
        raise op_error("CTCLoss", f"use_{name}={use} {'needs' if use else 'takes no'} {name}", data=data)
    if lengths is not None and tuple(lengths.shape) != (data.shape[1],):
        raise op_error("CTCLoss", f"{name} must have shape ({data.shape[1]},)", **{"data": data, name: lengths})


@operator("CTCLoss", aliases=("ctc_loss", "_contrib_CTCLoss", "_contrib_ctc_loss"), list_inputs=_inputs)
def ctc_loss(
    data: Tensor,
    label: Tensor,
    data_lengths: Tensor | None = None,
    label_lengths: Tensor | None = None,
    use_data_lengths: bool = False,
    use_label_lengths: bool = False,
    blank_label: Literal["first", "last"] = "first",
) -> Tensor:
    """Loss of sequences whose alignment with their labels is unknown.

    Args:
        data: scores before softmax, (T, N, C), floating; one of the C classes is the blank.
        label: class numbers, (N, S) with S <= T, of any dtype. Without ``label_lengths`` a row ends at its first
            padding: 0 with ``blank_label="first"``, else -1. Numbers outside of the classes count as the nearest
            class.
        data_lengths: time steps of each example, (N,), with ``use_data_lengths`` only.
        label_lengths: labels of each example, (N,), with ``use_label_lengths`` only.
        use_data_lengths: whether ``data_lengths`` is given; without it all examples have T steps.
        use_label_lengths: whether ``label_lengths`` is given.
        blank_label: whether the blank is class 0 or class C-1.

    Returns:
        The loss of each example, (N,), in the dtype of ``data``. An example whose labels do not fit into its time
        steps has loss and gradient zero.

    Raises:
        MXNetError: another number of axes, batches of different sizes, more labels than time steps.

    Differences: all floating dtypes that torch's kernel has, MXNet 1.9.1 has float32 only; lengths of any dtype.
        MXNet 1.9.1 reads other memory where labels are no classes, and its gradient is garbage where an example has
        fewer time steps than labels.

    Source: MXNet 1.9.1 src/operator/nn/ctc_loss-inl.h.
    """
    if data.dim() != 3 or label.dim() != 2 or data.shape[1] != label.shape[0] or not data.is_floating_point():
        text = "data must be floating, (time, batch, classes), and label (batch, labels)"
        raise op_error("CTCLoss", text, data=data, label=label)
    time, batch, classes = data.shape
    if label.shape[1] > time:
        raise op_error("CTCLoss", "label must not have more columns than data has time steps", data=data, label=label)
    _one_per_example("data_lengths", data_lengths, use_data_lengths, data)
    _one_per_example("label_lengths", label_lengths, use_label_lengths, data)
    if data.device.type == "meta":  # torch has no kernel for shapes alone
        return data.new_empty((batch,))
    first = blank_label == "first"
    targets = label.long()
    if label_lengths is None:
        target_lengths = (targets != (0 if first else -1)).long().cumprod(1).sum(1)
    else:
        target_lengths = label_lengths.long()
    if data_lengths is None:
        input_lengths = torch.full((batch,), time, dtype=torch.long, device=data.device)
    else:
        input_lengths = data_lengths.long()
        beyond = torch.arange(time, device=data.device)[:, None] >= input_lengths
        data = data.masked_fill(beyond[:, :, None], 0.0)  # what lies there may be NaN, its gradient is zero
    return torch_ctc_loss(
        data.log_softmax(2),
        targets.clamp(0, classes - 1),
        input_lengths,
        target_lengths,
        blank=0 if first else classes - 1,
        reduction="none",
        zero_infinity=True,
    )
