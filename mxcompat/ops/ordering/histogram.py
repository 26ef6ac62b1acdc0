"""Counting elements in bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error


def _inputs(attrs: dict[str, Any]) -> Sequence[str]:
    return ("data", "bins") if attrs["bin_cnt"] is None else ("data",)


@operator("_histogram", aliases=("_npi_histogram",), outputs=2, list_inputs=_inputs, differentiable=False)
def histogram(
    data: Tensor,
    bins: Tensor | None = None,
    bin_cnt: int | None = None,
    range: tuple[float, ...] | None = None,
) -> tuple[Tensor, Tensor]:
    """Count elements in bins; the last bin includes its right edge.

    Args:
        data: any number dtype. Elements outside of the bins and NaN are not counted.
        bins: ascending edges, in the dtype of ``data``, when ``bin_cnt`` is not given.
        bin_cnt: number of bins of one width.
        range: lowest and highest edge, together with ``bin_cnt``; equal ones are moved apart by one.

    Returns:
        Counts in int64 and the edges in the dtype of ``data``.

    Raises:
        MXNetError: ``bin_cnt`` without ``range`` or the reverse, a range or edges that are no range or edges.

    Source: MXNet 1.9.1 src/operator/tensor/histogram.cc.
    """
    if (bin_cnt is None) != (range is None):
        raise op_error("_histogram", "bin_cnt and range must both be given, or neither", data=data)
    flat = data.reshape(-1)
    if bin_cnt is None or range is None:
        if bins is None or bins.dim() != 1 or bins.shape[0] < 2 or bins.dtype is not data.dtype:
            shown = {"data": data} if bins is None else {"data": data, "bins": bins}
            raise op_error("_histogram", "bins must be two edges or more, in the dtype of data", **shown)
        return _count(flat, bins), bins.clone()
    if len(range) != 2 or range[0] > range[1] or bin_cnt < 1:
        raise op_error("_histogram", f"no bins: bin_cnt={bin_cnt}, range={range}", data=data)
    low, high = range
    if low == high:
        low, high = low - 0.5, high + 0.5
    step = torch.arange(bin_cnt + 1, dtype=torch.float64, device=data.device)
    edges = ((high * step + (bin_cnt - step) * low) / bin_cnt).to(data.dtype)
    inside = (flat.double() >= low) & (flat.double() <= high)
    picked = flat[inside]
    target = ((picked.double() - low) * bin_cnt / (high - low)).long().clamp_max(bin_cnt - 1)
    target -= (picked < edges[target]).long()
    target = target.clamp_min(0)
    target += ((picked >= edges[target + 1]) & (target != bin_cnt - 1)).long()
    return torch.bincount(target, minlength=bin_cnt), edges


def _count(flat: Tensor, bins: Tensor) -> Tensor:
    count = bins.shape[0] - 1
    inside = flat[(flat >= bins[0]) & (flat <= bins[-1])]
    target = (torch.bucketize(inside, bins, right=True) - 1).clamp_max(count - 1)
    return torch.bincount(target, minlength=count)
