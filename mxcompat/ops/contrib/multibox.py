"""Single-shot detection: prior boxes, training targets, detections."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import operator
from ...registry.operator import op_error
from ._nms import Boxes, best, host, kept

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
    half = np.array(halves, dtype=one)
    made = np.empty((rows, columns, len(shapes), 4), dtype=one)
    for axis, side, step in ((0, columns, step_x), (1, rows, step_y)):
        center = ((np.arange(side, dtype=one) + one(offsets[1 - axis])) * step)[:, None]
        for edge, ends in ((axis, center - half[:, axis]), (axis + 2, center + half[:, axis])):
            ends = ends.clip(0, 1) if clip else ends
            made[..., edge] = ends if axis == 0 else ends[:, None]
    return torch.from_numpy(made.reshape(1, -1, 4)).to(data.device)


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
        scores = cls_prob[:, 1:]
        best_score = scores.amax(1) if scores.shape[1] else cls_prob.new_full((batch, count), -1)
        if bool(best_score.isnan().any()):  # NaN loses every comparison
            scores = scores.masked_fill(scores.isnan(), -torch.inf)
            best_score = scores.amax(1)
        found = (best_score >= threshold) & (best_score > -1)
        numbers = [image.nonzero()[:, 0] for image in found]
        out = cls_prob.new_full((batch, count, 6), -1)
        bases, moves = _centers(anchor[0]), loc_pred.view(batch, count, 4)
        for i, number in enumerate(numbers):  # image by image, to stay in the cache
            boxes = _decode(bases[:, number], moves[i][number].t().contiguous(), variances, clip)
            out[i, : len(number), 1:] = torch.stack([best_score[i][number], *boxes], 1)
        if 0 < nms_threshold <= 1:
            _keep_best(out, scores, numbers, nms_threshold, force_suppress, nms_topk)
        else:
            for i, number in enumerate(numbers):
                out[i, : len(number), 0] = scores[i][:, number].max(0)[1].to(out.dtype)
    return out


def _centers(anchors: Tensor) -> Tensor:
    """Center x, center y, width, height of corners, (4, anchors)."""
    left, top, right, bottom = anchors.t().contiguous()
    return torch.stack([(left + right) / 2, (top + bottom) / 2, right - left, bottom - top])


def _decode(bases: Tensor, moves: Tensor, variances: tuple[float, ...], clip: bool) -> list[Tensor]:
    """The four edges of the moved boxes."""
    low, high = [], []
    for axis in (0, 1):
        place = (moves[axis] * variances[axis]).mul_(bases[axis + 2]).add_(bases[axis])
        half = (moves[axis + 2] * variances[axis + 2]).exp_().mul_(bases[axis + 2]).div_(2)
        low.append(place - half)
        high.append(place.add_(half))
    return [edge.clamp_(0, 1) for edge in low + high] if clip else low + high


def _keep_best(out: Tensor, scores: Tensor, numbers: list[Tensor], threshold: float, force: bool, topk: int) -> None:
    """Sort the detections in ``out``, of the anchors ``numbers`` of each image, and fill in the classes of the best.

    Suppressed ones and those beyond ``topk`` keep class -1.
    """
    values, chosen = host(out), []
    for i, number in enumerate(numbers):
        count = len(number)
        if count:
            order = best(values[i, :count, 1], np.arange(count), topk if topk > 0 else count)
            fields = values[i][order]
            fields[:, 0] = host(scores[i][:, number[torch.from_numpy(order).to(out.device)]]).argmax(0)
            chosen.append((i, fields))
    if not chosen:
        return
    fields = np.concatenate([rows for _, rows in chosen])
    image = np.repeat([i for i, _ in chosen], [len(rows) for _, rows in chosen])
    groups = image if force else fields[:, 0].astype(np.int64) * len(numbers) + image
    left, top, right, bottom = np.ascontiguousarray(fields[:, 2:].T)
    boxes = Boxes((left, top, right, bottom), (right - left) * (bottom - top), threshold, inclusive=True)
    fields[~kept(boxes, groups), 0] = -1
    start = 0
    for i, rows in chosen:
        stop = start + len(rows)
        out[i, : len(rows)] = torch.from_numpy(fields[start:stop]).to(out.device)
        start = stop
