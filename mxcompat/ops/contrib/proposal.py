"""Region proposals from the scores and offsets of a region proposal network."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...registry import operator
from ...registry.operator import op_error
from ._nms import Boxes, best, host, kept

_SCALES, _RATIOS = (4.0, 8.0, 16.0, 32.0), (0.5, 1.0, 2.0)
_OPTIONS: dict[str, Any] = {
    "outputs": 2,
    "visible": lambda attrs: 2 if attrs["output_score"] else 1,
    "same_dtype": True,
    "zero_grad": True,
}


def _base_anchors(stride: int, ratios: tuple[float, ...], scales: tuple[float, ...]) -> np.ndarray[Any, Any]:
    """Corners of the anchors of the first cell, ratio by ratio, in float32 as MXNet computes them."""
    one = np.float32
    side = one(stride)
    center = one(0.5) * (side - one(1))
    made = []
    for ratio in ratios:
        for scale in scales:
            area = np.floor(side * side / one(ratio))
            width = np.floor(np.sqrt(area) + one(0.5)) * one(scale)
            height = np.floor(width / one(scale) * one(ratio) + one(0.5)) * one(scale)
            x, y = one(0.5) * (width - one(1)), one(0.5) * (height - one(1))
            made.append((center - x, center - y, center + x, center + y))
    return np.array(made, dtype=one)


@lru_cache(maxsize=4)
def _all_anchors(
    stride: int, ratios: tuple[float, ...], scales: tuple[float, ...], rows: int, columns: int
) -> np.ndarray[Any, Any]:
    """Edges of the anchors of all cells, (4, rows, columns, anchors)."""
    base = _base_anchors(stride, ratios, scales).T[:, None, None]
    made = np.empty((4, rows, columns, base.shape[3]), dtype=np.float32)
    made[0::2] = base[0::2] + (np.arange(columns, dtype=np.float32) * np.float32(stride))[:, None]
    made[1::2] = base[1::2] + (np.arange(rows, dtype=np.float32) * np.float32(stride))[:, None, None]
    return made


def _moved(anchors: Tensor, moves: Tensor, iou_loss: bool) -> list[Tensor]:
    """The edges left, top, right, bottom of anchors (anchors, height, width, 4 in front) moved by the predictions."""
    if iou_loss:
        return list(anchors + moves)
    low, high = [], []
    for axis in (0, 1):
        size = anchors[axis + 2] - anchors[axis] + 1
        place = (moves[axis] * size).add_(anchors[axis] + 0.5 * (size - 1))
        half = torch.exp(moves[axis + 2]).mul_(size).sub_(1).mul_(0.5)
        low.append(place - half)
        high.append(place.add_(half))
    return low + high


def _propose(
    scores: Tensor, moves: Tensor, info: Tensor, anchors: Tensor, before: int, after: int, threshold: float,
    least: int, stride: int, iou_loss: bool,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """The proposals of one image: boxes (after, 4) and scores (after, 1).

    Args:
        scores: (height, width, anchors).
        moves: (4, height, width, anchors), contiguous.
        info: height, width and scale of the image.
        anchors: (4, height, width, anchors), contiguous.
    """
    rows, columns, _ = scores.shape
    height, width, scale = info.tolist()
    edges = _moved(anchors, moves, iou_loss)
    for edge, limit in zip(edges, (width, height, width, height), strict=True):
        edge.clamp_(max=limit - 1).clamp_(min=0)
    one = np.float32
    minimum = float(one(least) * one(scale))
    left, top, right, bottom = edges
    small = ((right - left).add_(1) < minimum).logical_or_((bottom - top).add_(1) < minimum)
    score = scores.masked_fill(small, -1)
    score[int(one(height) / one(stride)) :] = -1
    score[:, int(one(width) / one(stride)) :] = -1
    flat = host(score).reshape(-1)
    order = torch.from_numpy(best(flat, np.arange(len(flat)), before)).to(scores.device)
    chosen = torch.stack([edge.reshape(-1)[order] for edge in edges])
    grown = chosen.new_tensor([-minimum, -minimum, minimum, minimum])[:, None] / 2
    chosen = torch.where(small.reshape(-1)[order], chosen + grown, chosen)
    left, top, right, bottom = host(chosen)
    areas = (right - left + one(1)) * (bottom - top + one(1))
    alive = kept(Boxes((left, top, right, bottom), areas, threshold, extra=1), most=min(after, len(order)))
    kept_rows = np.flatnonzero(alive)
    taken = torch.from_numpy(kept_rows[np.arange(after) % len(kept_rows)]).to(scores.device)
    return chosen[:, taken].t(), score.reshape(-1)[order[taken]].unsqueeze(1)


def _proposals(
    op: str, cls_prob: Tensor, bbox_pred: Tensor, im_info: Tensor, before: int, after: int, threshold: float,
    least: int, scales: tuple[float, ...], ratios: tuple[float, ...], stride: int, iou_loss: bool,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    if cls_prob.dim() != 4 or cls_prob.dtype is not torch.float32:
        raise op_error(op, "cls_prob must be float32 (batch, 2 * anchors, height, width)", cls_prob=cls_prob)
    batch, double, rows, columns = cls_prob.shape
    count = double // 2
    if bbox_pred.shape != (batch, double * 2, rows, columns):
        shown = {"cls_prob": cls_prob, "bbox_pred": bbox_pred}
        raise op_error(op, "bbox_pred must be (batch, 4 * anchors, height, width)", **shown)
    if im_info.shape != (batch, 3):
        raise op_error(op, "im_info must be (batch, 3)", cls_prob=cls_prob, im_info=im_info)
    if count != len(ratios) * len(scales):
        raise op_error(op, f"scales={scales} and ratios={ratios} do not make {count} anchors", cls_prob=cls_prob)
    if after < 1:
        raise op_error(op, f"rpn_post_nms_top_n={after} must be positive", cls_prob=cls_prob)
    if cls_prob.is_meta:
        return cls_prob.new_empty((batch * after, 5)), cls_prob.new_empty((batch * after, 1))
    with torch.no_grad():
        if bool((im_info[:, :2] / stride).to(torch.int64).gt(im_info.new_tensor([rows, columns])).any()):
            raise op_error(op, "an image is larger than its feature map times feature_stride", cls_prob=cls_prob)
        anchors = torch.from_numpy(_all_anchors(stride, ratios, scales, rows, columns)).to(cls_prob.device)
        total = count * rows * columns
        before = min(before, total) if before > 0 else total
        options = (anchors, before, after, threshold, least, stride, iou_loss)
        scores = cls_prob[:, count:].permute(0, 2, 3, 1).contiguous()
        moves = bbox_pred.view(batch, count, 4, rows, columns).permute(0, 2, 3, 4, 1).contiguous()
        found = [_propose(scores[i], moves[i], im_info[i], *options) for i in range(batch)]
        number = torch.arange(batch, device=cls_prob.device, dtype=torch.float32).repeat_interleave(after)
        boxes = torch.cat([number.unsqueeze(1), torch.cat([b for b, _ in found])], 1)
        return boxes, torch.cat([s for _, s in found])


@operator("_contrib_Proposal", **_OPTIONS)
def proposal(
    cls_prob: Tensor, bbox_pred: Tensor, im_info: Tensor, rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300, threshold: float = 0.7, rpn_min_size: int = 16,
    scales: tuple[float, ...] = _SCALES, ratios: tuple[float, ...] = _RATIOS, feature_stride: int = 16,
    output_score: bool = False, iou_loss: bool = False,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Region proposals of one image.

    Args:
        cls_prob: float32 (1, 2 * anchors, height, width): scores of background, then of objects.
        bbox_pred: (1, 4 * anchors, height, width): predicted offsets.
        im_info: (1, 3): height and width of the image in pixels, and its scale.
        rpn_pre_nms_top_n: so many of the best boxes are looked at; zero or negative for all.
        rpn_post_nms_top_n: number of proposals.
        threshold: a box is suppressed if its overlap with a better one is above this.
        rpn_min_size: least side of a box in pixels of the unscaled image.
        scales: sizes of the anchors in cells.
        ratios: height over width of the anchors.
        feature_stride: pixels per cell.
        output_score: show the second output.
        iou_loss: the offsets are added to the corners.

    Returns:
        (rpn_post_nms_top_n, 5): 0 and the corners in pixels, best first, repeated from the start if there are fewer;
        with ``output_score`` also the scores (rpn_post_nms_top_n, 1). The gradient is zero.

    Raises:
        MXNetError: more than one image, shapes that do not fit, other dtypes.

    Source: MXNet 1.9.1 src/operator/contrib/proposal.cc.
    """
    if cls_prob.dim() == 4 and cls_prob.shape[0] != 1:
        raise op_error("Proposal", "one image only, use MultiProposal for several", cls_prob=cls_prob)
    return _proposals(
        "Proposal", cls_prob, bbox_pred, im_info, rpn_pre_nms_top_n, rpn_post_nms_top_n, threshold, rpn_min_size,
        scales, ratios, feature_stride, iou_loss,
    )  # fmt: skip


@operator("_contrib_MultiProposal", **_OPTIONS)
def multi_proposal(
    cls_prob: Tensor, bbox_pred: Tensor, im_info: Tensor, rpn_pre_nms_top_n: int = 6000,
    rpn_post_nms_top_n: int = 300, threshold: float = 0.7, rpn_min_size: int = 16,
    scales: tuple[float, ...] = _SCALES, ratios: tuple[float, ...] = _RATIOS, feature_stride: int = 16,
    output_score: bool = False, iou_loss: bool = False,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Region proposals of a batch of images.

    Args:
        cls_prob: float32 (batch, 2 * anchors, height, width): scores of background, then of objects.
        bbox_pred: (batch, 4 * anchors, height, width): predicted offsets.
        im_info: (batch, 3): height and width of each image in pixels, and its scale.
        rpn_pre_nms_top_n: so many of the best boxes are looked at; zero or negative for all.
        rpn_post_nms_top_n: number of proposals per image.
        threshold: a box is suppressed if its overlap with a better one is above this.
        rpn_min_size: least side of a box in pixels of the unscaled image.
        scales: sizes of the anchors in cells.
        ratios: height over width of the anchors.
        feature_stride: pixels per cell.
        output_score: show the second output.
        iou_loss: the offsets are added to the corners.

    Returns:
        (batch * rpn_post_nms_top_n, 5): number of the image and the corners in pixels, best first, repeated from the
        start if there are fewer; with ``output_score`` also the scores. The gradient is zero.

    Raises:
        MXNetError: shapes that do not fit, other dtypes.

    Source: MXNet 1.9.1 src/operator/contrib/multi_proposal.cc.
    """
    return _proposals(
        "MultiProposal", cls_prob, bbox_pred, im_info, rpn_pre_nms_top_n, rpn_post_nms_top_n, threshold,
        rpn_min_size, scales, ratios, feature_stride, iou_loss,
    )  # fmt: skip
