"""Single-shot detection: prior boxes, training targets, detections."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import operator
from ...registry.operator import op_error
from ._nms import side_lengths, survivors

_VARIANCES = (0.1, 0.1, 0.2, 0.2)


@operator("_contrib_MultiBoxPrior", aliases=("_npx_multibox_prior",), zero_grad=True)
def multibox_prior(
    data: Tensor, sizes: tuple[float, ...] = (1.0,), ratios: tuple[float, ...] = (1.0,), clip: bool = False,
    steps: tuple[float, ...] = (-1.0, -1.0), offsets: tuple[float, ...] = (0.5, 0.5),
) -> Tensor:  # fmt: skip
    """Prior boxes around every pixel of a feature map, as fractions of the image.

    Args:
        data: float32 (N, C, H, W); only its height and width matter.
        sizes: sizes of the boxes of the first ratio.
        ratios: width over height; the boxes of the further ratios have the first size.
        clip: cut boxes to ``[0, 1]``.
        steps: distance of the centers (y, x); not positive for ``1 / H``, ``1 / W``.
        offsets: place of the center in its pixel (y, x), each from 0 to 1.

    Returns:
        Corners (1, H * W * (sizes + ratios - 1), 4); pixel by pixel, sizes first.

    Raises:
        MXNetError: fewer than four axes, another dtype, no sizes or ratios, steps or offsets out of range.

    Source: MXNet 1.9.1 src/operator/contrib/multibox_prior.cc.
    """
    op = "MultiBoxPrior"
    if data.dim() < 4 or data.dtype is not torch.float32:
        raise op_error(op, "data must be float32 with four axes (N, C, H, W)", data=data)
    if not sizes or not ratios or len(steps) != 2 or len(offsets) != 2:
        raise MXNetError(f"{op}: sizes={sizes} and ratios={ratios} must not be empty, steps and offsets are (y, x)")
    if steps[0] * steps[1] < 0 or min(offsets) < 0 or max(offsets) > 1:
        raise MXNetError(f"{op}: steps={steps} must have one sign, offsets={offsets} lie between 0 and 1")
    rows, columns = data.shape[2:4]
    one = np.float32
    step_y, step_x = (one(s) for s in steps)
    if step_y <= 0 or step_x <= 0:
        step_y, step_x = one(1) / one(rows), one(1) / one(columns)
    shapes = [(one(s), ratios[0]) for s in sizes] + [(one(sizes[0]), r) for r in ratios[1:]]
    halves = []
    for size, ratio in shapes:
        root = np.sqrt(one(ratio))
        halves.append((size * one(rows) / one(columns) * root / one(2), size / root / one(2)))
    half = torch.tensor(np.array(halves, dtype=one), device=data.device)
    y = (torch.arange(rows, device=data.device, dtype=torch.float32) + offsets[0]) * float(step_y)
    x = (torch.arange(columns, device=data.device, dtype=torch.float32) + offsets[1]) * float(step_x)
    center = torch.stack([x.expand(rows, columns), y[:, None].expand(rows, columns)], -1).unsqueeze(2)
    boxes = torch.cat([center - half, center + half], -1).reshape(1, -1, 4)
    return (boxes.clamp(0, 1) if clip else boxes).to(data.dtype)


def _overlaps(anchors: Tensor, labels: Tensor) -> Tensor:
    """(batch, anchors, labels): intersection over union, 0 for empty boxes."""
    a = anchors.reshape(1, -1, 1, 4)
    b = labels[:, None, :, 1:5]
    side = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp_min(0)
    common = side[..., 0] * side[..., 1]
    size_a, size_b = a[..., 2:] - a[..., :2], b[..., 2:] - b[..., :2]
    union = size_a[..., 0] * size_a[..., 1] + size_b[..., 0] * size_b[..., 1] - common
    return torch.where(union == 0, 0, common / union)


def _valid_labels(op: str, label: Tensor) -> tuple[Tensor, int]:
    """Which labels count (those before the first -1), and how many columns that takes; waits for the device."""
    padding = label[..., 0] == -1
    valid = padding.cumsum(1) == 0
    first = padding & (padding.cumsum(1) == 1)
    broken = (first.unsqueeze(-1) & (label[..., 1:5] != -1)).any()
    most, bad = torch.stack([valid.sum(1).max(), broken.to(torch.int64)]).tolist()
    if bad:
        raise op_error(op, "a label of class -1 must be -1 in all fields", label=label)
    return valid, int(most)


@operator("_contrib_MultiBoxTarget", aliases=("_npx_multibox_target",), outputs=3, same_dtype=True, zero_grad=True)
def multibox_target(
    anchor: Tensor, label: Tensor, cls_pred: Tensor, overlap_threshold: float = 0.5, ignore_label: float = -1.0,
    negative_mining_ratio: float = -1.0, negative_mining_thresh: float = 0.5, minimum_negative_samples: int = 0,
    variances: tuple[float, ...] = _VARIANCES,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Training targets of anchors: first every label gets its best anchor, then anchors get labels they overlap.

    Args:
        anchor: float32 (1, anchors, 4), corners.
        label: (batch, labels, 5 or more): class and corners; rows from the first class -1 on are padding.
        cls_pred: (batch, classes, anchors), predictions before softmax, for negative mining.
        overlap_threshold: an anchor is positive if it overlaps a label by more than this; zero or negative for never.
        ignore_label: the class target of anchors that are neither positive nor negative.
        negative_mining_ratio: negatives per positive, those most unlike background first; zero or negative makes all
            other anchors negative.
        negative_mining_thresh: anchors with a greater overlap are no negatives.
        minimum_negative_samples: of no effect, as in MXNet.
        variances: divisors of the four offsets.

    Returns:
        Offsets (batch, anchors * 4), their mask of the same shape, and class targets (batch, anchors), in which 0 is
        background. Without a label everything is zero and ignored.

    Raises:
        MXNetError: shapes that do not fit, too few candidates for negatives, other dtypes.

    Source: MXNet 1.9.1 src/operator/contrib/multibox_target.cc.
    """
    op = "MultiBoxTarget"
    if anchor.dim() != 3 or anchor.shape[0] != 1 or anchor.shape[2] != 4 or anchor.dtype is not torch.float32:
        raise op_error(op, "anchor must be float32 (1, anchors, 4)", anchor=anchor)
    if label.dim() != 3 or label.shape[1] < 1 or label.shape[2] < 5:
        raise op_error(op, "label must be (batch, labels, 5 or more)", label=label)
    if cls_pred.dim() != 3 or cls_pred.shape[2] != anchor.shape[1]:
        raise op_error(op, "cls_pred must be (batch, classes, anchors)", cls_pred=cls_pred, anchor=anchor)
    if len(variances) != 4:
        raise MXNetError(f"{op}: variances={variances} must have four entries")
    batch, count = label.shape[0], anchor.shape[1]
    if anchor.is_meta:
        offsets = anchor.new_empty((batch, count * 4))
        return offsets, torch.empty_like(offsets), anchor.new_empty((batch, count))
    with torch.no_grad():
        valid, most = _valid_labels(op, label)
        if most == 0:
            zeros = anchor.new_zeros((batch, count * 4))
            return zeros, zeros.clone(), anchor.new_full((batch, count), ignore_label)
        label, valid = label[:, :most], valid[:, :most]
        overlap = torch.where(valid[:, None], _overlaps(anchor, label), -1)
        positive, chosen, best = _match(overlap, overlap_threshold)
        if negative_mining_ratio > 0:
            if negative_mining_thresh <= 0:
                raise MXNetError(f"{op}: negative_mining_thresh={negative_mining_thresh} must be positive")
            negative = _mine(op, cls_pred, positive, best, negative_mining_ratio, negative_mining_thresh)
        else:
            negative = ~positive
        some = valid[:, :1]
        positive, negative = positive & some, negative & some
        boxes = label.gather(1, chosen.unsqueeze(-1).expand(-1, -1, label.shape[2]))
        offsets = _offsets(anchor, boxes[..., 1:5].float(), variances).to(anchor.dtype)
        mask = positive.unsqueeze(-1).expand(-1, -1, 4)
        classes = torch.where(positive, boxes[..., 0] + 1, torch.where(negative, 0, ignore_label))
        targets = torch.where(mask, offsets, 0).reshape(batch, -1)
        return targets, mask.to(anchor.dtype).reshape(batch, -1), classes.to(anchor.dtype)


def _match(overlap: Tensor, threshold: float) -> tuple[Tensor, Tensor, Tensor]:
    """Whether each anchor is positive, its label, and its best overlap."""
    batch, count, labels = overlap.shape
    best, chosen = overlap.max(2) if overlap.is_cuda else _first_max(overlap)
    positive = best > threshold if threshold > 0 else torch.zeros_like(best, dtype=torch.bool)
    left = overlap.clone()
    every = torch.arange(batch, device=overlap.device)
    for _ in range(labels):
        flat = left.reshape(batch, -1)
        place = flat.argmax(1)
        found = flat.gather(1, place.unsqueeze(1))[:, 0] > 1e-6
        row, column = place // labels, place % labels
        positive[every, row] |= found
        chosen[every, row] = torch.where(found, column, chosen[every, row])
        best[every, row] = torch.where(found, overlap[every, row, column], best[every, row])
        left[every, row] = torch.where(found.unsqueeze(1), -1, left[every, row])
        left[every, :, column] = torch.where(found.unsqueeze(1), -1, left[every, :, column])
    return positive, chosen, best


def _first_max(overlap: Tensor) -> tuple[Tensor, Tensor]:
    index = overlap.argmax(2)
    return overlap.gather(2, index.unsqueeze(2))[..., 0], index


def _mine(op: str, cls_pred: Tensor, positive: Tensor, best: Tensor, ratio: float, thresh: float) -> Tensor:
    """The anchors that serve as negatives: the least likely background among those with little overlap."""
    count = positive.shape[1]
    found = positive.sum(1)
    wanted = torch.minimum((found.to(torch.float32) * ratio).to(torch.int64), count - found)
    candidate = ~positive & (best < thresh)
    if bool((candidate.sum(1) < wanted).any()):
        raise op_error(op, "too few anchors below negative_mining_thresh for the wanted negatives", cls_pred=cls_pred)
    background = torch.softmax(cls_pred, 1)[:, 0]
    order = torch.sort(torch.where(candidate, background, torch.inf), dim=1, stable=True)[1]
    rank = torch.empty_like(order).scatter_(1, order, torch.arange(count, device=order.device).expand_as(order))
    return candidate & (rank < wanted.unsqueeze(1))


def _offsets(anchor: Tensor, boxes: Tensor, variances: tuple[float, ...]) -> Tensor:
    own = anchor.float()
    size, wanted = own[..., 2:] - own[..., :2], boxes[..., 2:] - boxes[..., :2]
    center, target = (own[..., :2] + own[..., 2:]) * 0.5, (boxes[..., :2] + boxes[..., 2:]) * 0.5
    raw = torch.cat([(target - center) / size, torch.log(wanted / size)], -1)
    return raw / torch.tensor(variances, dtype=torch.float32, device=anchor.device)


@operator("_contrib_MultiBoxDetection", aliases=("_npx_multibox_detection",), same_dtype=True, zero_grad=True)
def multibox_detection(
    cls_prob: Tensor, loc_pred: Tensor, anchor: Tensor, clip: bool = True, threshold: float = 0.01,
    background_id: int = 0, nms_threshold: float = 0.5, force_suppress: bool = False,
    variances: tuple[float, ...] = _VARIANCES, nms_topk: int = -1,
) -> Tensor:  # fmt: skip
    """Detections from class probabilities and box offsets.

    Args:
        cls_prob: float32 (batch, classes, anchors); class 0 is background.
        loc_pred: (batch, anchors * 4), predicted offsets.
        anchor: (1, anchors, 4), corners.
        clip: cut boxes to ``[0, 1]``.
        threshold: least probability of a detection.
        background_id: of no effect, as in MXNet.
        nms_threshold: a box is suppressed if its overlap with a better one is at least this; none is if it is not
            between 0 and 1.
        force_suppress: boxes of different classes suppress each other too.
        variances: factors of the four offsets.
        nms_topk: suppress among so many of the best only, drop the others; zero or negative for all.

    Returns:
        (batch, anchors, 6): class (counted without background, -1 for suppressed and unused rows), probability and
        corners; detections best first.

    Raises:
        MXNetError: shapes that do not fit, other dtypes.

    Source: MXNet 1.9.1 src/operator/contrib/multibox_detection.cc.
    """
    op = "MultiBoxDetection"
    if cls_prob.dim() != 3 or cls_prob.dtype is not torch.float32:
        raise op_error(op, "cls_prob must be float32 (batch, classes, anchors)", cls_prob=cls_prob)
    batch, _, count = cls_prob.shape
    if anchor.dim() != 3 or anchor.shape[1:] != (count, 4):
        raise op_error(op, "anchor must be (1, anchors, 4)", cls_prob=cls_prob, anchor=anchor)
    if loc_pred.shape != (batch, count * 4):
        raise op_error(op, "loc_pred must be (batch, anchors * 4)", cls_prob=cls_prob, loc_pred=loc_pred)
    if len(variances) != 4:
        raise MXNetError(f"{op}: variances={variances} must have four entries")
    if cls_prob.is_meta:
        return cls_prob.new_empty((batch, count, 6))
    with torch.no_grad():
        corners = _decode(anchor[0], loc_pred.reshape(batch, count, 4), variances, clip)
        score, kind = _best_class(cls_prob)
        kind = torch.where(score < threshold, 0, kind)
        rows = torch.cat([(kind - 1).to(cls_prob.dtype).unsqueeze(-1), score.unsqueeze(-1), corners], -1)
        out = torch.full_like(rows, -1)
        for i in range(batch):
            found = rows[i][kind[i] > 0]
            out[i, : len(found)] = found
            if len(found) and 0 < nms_threshold <= 1:
                _keep_best(out[i], found, nms_threshold, force_suppress, nms_topk)
    return out


def _best_class(cls_prob: Tensor) -> tuple[Tensor, Tensor]:
    """The best score of the classes but background, and its class; class 0 where no score is above -1."""
    if cls_prob.shape[1] < 2:
        lowest = torch.full_like(cls_prob[:, 0], -1)
        return lowest, torch.zeros_like(lowest, dtype=torch.int64)
    score, index = cls_prob[:, 1:].max(1)
    found = score > -1
    return torch.where(found, score, -1), torch.where(found, index + 1, 0)


def _decode(anchors: Tensor, moves: Tensor, variances: tuple[float, ...], clip: bool) -> Tensor:
    size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2
    factors = torch.tensor(variances, dtype=torch.float32, device=anchors.device).to(anchors.dtype)
    place = moves[..., :2] * factors[:2] * size + center
    half = torch.exp(moves[..., 2:] * factors[2:]) * size / 2
    boxes = torch.cat([place - half, place + half], -1)
    return boxes.clamp(0, 1) if clip else boxes


def _keep_best(out: Tensor, found: Tensor, threshold: float, force: bool, topk: int) -> None:
    """Sort the detections of one image into ``out`` and mark the suppressed ones."""
    count = len(found)
    order = torch.sort(found[:, 1], descending=True, stable=True)[1]
    if 0 < topk < count:
        out[topk:count, 0] = -1
        order = order[:topk]
    best = found[order]
    out[: len(best)] = best
    kinds, (x0, y0, x1, y1) = best[:, 0], best[:, 2:].t().contiguous().unbind()
    areas = (x1 - x0) * (y1 - y0)

    def suppresses(rows: Tensor, columns: Tensor) -> Tensor:
        common = side_lengths(x0[rows], x1[rows], x0[columns], x1[columns])
        common *= side_lengths(y0[rows], y1[rows], y0[columns], y1[columns])
        union = (areas[rows][:, None] + areas[columns]).sub_(common)
        hit = (common.div_(union) >= threshold).logical_and_(union > 0)
        return hit if force else hit.logical_and_(kinds[rows][:, None] == kinds[columns])

    kept = survivors(len(best), suppresses, best.device)
    dropped = torch.ones(len(best), dtype=torch.bool, device=best.device)
    dropped[kept] = False
    out[: len(best), 0] = torch.where(dropped, -1, kinds)
