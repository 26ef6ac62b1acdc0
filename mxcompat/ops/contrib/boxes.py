"""Boxes: overlap, suppression, matching, and targets relative to anchors."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._nms import overlaps, side_lengths, survivors

_Format = Literal["corner", "center"]


def _edges(boxes: Tensor, form: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Left, top, right, bottom."""
    a, b, c, d = boxes.unbind(-1)
    if form == "corner":
        return a, b, c, d
    c, d = c / 2, d / 2
    return a - c, b - d, a + c, b + d


def _areas(boxes: Tensor, form: str) -> Tensor:
    a, b, c, d = boxes.unbind(-1)
    width, height = (c - a, d - b) if form == "corner" else (c, d)
    return torch.where((width < 0) | (height < 0), 0, width * height)


def _intersections(lhs: Tensor, rhs: Tensor, form: str) -> Tensor:
    """Intersection areas of all pairs of two lists of boxes; NaN goes through C's comparisons as in MXNet."""
    left, right = _edges(lhs, form), _edges(rhs, form)
    if lhs.device.type == "cpu" and not bool(torch.isnan(lhs.sum() + rhs.sum())):
        first = side_lengths(left[0], left[2], right[0], right[2])
        return first.mul_(side_lengths(left[1], left[3], right[1], right[3]))
    sides = []
    for low, high in ((0, 2), (1, 3)):
        a, b, c, d = left[low][:, None], right[low], left[high][:, None], right[high]
        if form == "corner":
            side = torch.where(c < d, c, d) - torch.where(a > b, a, b)
        else:
            side = torch.where(d < c, d, c) - torch.where(b > a, b, a)
        sides.append(torch.where(side > 0, side, 0))
    return sides[0] * sides[1]


class _Pick(torch.autograd.Function):
    """Rows moved to other places; the gradient goes back the same way, whatever the output format is."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, result: Tensor, source: Tensor) -> Tensor:
        ctx.save_for_backward(source)
        return result

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (source,) = ctx.saved_tensors
        grad = grads[0]
        flat = grad.reshape(source.numel(), grad.shape[-1])
        back = torch.zeros_like(flat)
        used = source.reshape(-1) >= 0
        back[source.reshape(-1)[used]] = flat[used]
        return back.reshape(grad.shape), None, None


def _check_nms(op: str, data: Tensor, coord_start: int, score_index: int, id_index: int) -> None:
    if data.dim() < 2 or not data.is_floating_point():
        raise op_error(op, "data must be floating with two axes or more (..., boxes, fields)", data=data)
    width = data.shape[-1]
    needed = 6 if id_index >= 0 else 5
    last = coord_start + 3
    if width < needed:
        raise op_error(op, f"a box needs {needed} fields at least", data=data)
    if not 0 <= coord_start <= width - 4:
        raise op_error(op, f"coord_start={coord_start} is out of range", data=data)
    for name, index in (("score_index", score_index), ("id_index", id_index)):
        if name == "id_index" and index < 0:
            continue
        if not 0 <= index < width or coord_start <= index <= last:
            raise op_error(op, f"{name}={index} is out of range or inside the coordinates", data=data)
    if id_index == score_index:
        raise op_error(op, f"id_index={id_index} is the score_index", data=data)


@operator("_contrib_box_nms", aliases=("_contrib_box_non_maximum_suppression",), outputs=2, visible=1)
def box_nms(
    data: Tensor, overlap_thresh: float = 0.5, valid_thresh: float = 0.0, topk: int = -1, coord_start: int = 2,
    score_index: int = 1, id_index: int = -1, background_id: int = -1, force_suppress: bool = False,
    in_format: _Format = "corner", out_format: _Format = "corner",
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Non-maximum suppression: of overlapping boxes only the best one stays.

    Args:
        data: floating (..., boxes, fields): score, four coordinates, perhaps a class.
        overlap_thresh: a box is dropped if its overlap with a better one is above this.
        valid_thresh: boxes whose score is not above this are dropped first.
        topk: look at no more than so many of the best boxes; negative for all, 0 returns ``data``.
        coord_start: position of the first coordinate.
        score_index: position of the score.
        id_index: position of the class; negative if there is none.
        background_id: boxes of this class are dropped first.
        force_suppress: boxes of different classes suppress each other too.
        in_format: ``corner`` (left, top, right, bottom) or ``center`` (x, y, width, height).
        out_format: the same for the result; as in MXNet a box whose first coordinate is negative is not converted.

    Returns:
        The remaining boxes, best first, in the shape of ``data``, filled up with rows of -1. Its gradient goes back to
        the rows the boxes came from. The hidden second output holds the numbers of those rows, or -1.

    Raises:
        MXNetError: too few fields, positions out of range, integers.

    Source: MXNet 1.9.1 src/operator/contrib/bounding_box-inl.h, BoxNMSForward.
    """
    _check_nms("box_nms", data, coord_start, score_index, id_index)
    if data.is_meta:
        return torch.empty_like(data), data.new_empty((*data.shape[:-1], 1))
    with torch.no_grad():
        boxes = data.detach().reshape(-1, *data.shape[-2:])
        batch, count, _ = boxes.shape
        most = count if topk < 0 else min(count, topk)
        source = torch.full((batch, count), -1, dtype=torch.int64, device=data.device)
        if most < 1:
            source = torch.arange(batch * count, device=data.device).reshape(batch, count)
            result = boxes.clone()
        else:
            result = torch.full_like(boxes, -1)
            for i in range(batch):
                kept = _suppress(
                    boxes[i], most, overlap_thresh, valid_thresh, coord_start, score_index, id_index, background_id,
                    force_suppress, in_format,
                )  # fmt: skip
                source[i, : len(kept)] = kept + i * count
                result[i, : len(kept)] = boxes[i][kept]
            if in_format != out_format:
                result = _converted(result, coord_start, out_format)
        record = source.to(data.dtype).reshape(*data.shape[:-1], 1)
        result = result.reshape(data.shape)
    if data.requires_grad:
        result = _Pick.apply(data, result, source)  # type: ignore[no-untyped-call]
    return result, record


def _suppress(
    boxes: Tensor, most: int, overlap_thresh: float, valid_thresh: float, coord_start: int, score_index: int,
    id_index: int, background_id: int, force_suppress: bool, form: str,
) -> Tensor:  # fmt: skip
    """Row numbers of the boxes that remain, best first."""
    scores = boxes[:, score_index]
    valid = scores > valid_thresh
    if id_index >= 0:
        valid &= boxes[:, id_index] != background_id
    rows = valid.nonzero()[:, 0]
    order = rows[torch.sort(scores[rows], descending=True, stable=True)[1][:most]]
    places = boxes[order, coord_start : coord_start + 4]
    areas = _areas(places, form)
    classes = boxes[order, id_index].to(torch.int64) if id_index >= 0 and not force_suppress else None

    def suppresses(rows: Tensor, columns: Tensor) -> Tensor:
        common = _intersections(places[rows], places[columns], form)
        hit = overlaps(common, areas[rows], areas[columns]) > overlap_thresh
        return hit if classes is None else hit & (classes[rows][:, None] == classes[columns])

    return order[survivors(len(order), suppresses, boxes.device)]


def _converted(result: Tensor, start: int, form: str) -> Tensor:
    a, b, c, d = result[..., start : start + 4].unbind(-1)
    if form == "center":
        new = torch.stack([(a + c) / 2, (b + d) / 2, c - a, d - b], -1)
    else:
        new = torch.stack([a - c / 2, b - d / 2, a + c / 2, b + d / 2], -1)
    new = torch.where((a < 0).unsqueeze(-1), result[..., start : start + 4], new)
    return torch.cat([result[..., :start], new, result[..., start + 4 :]], -1)


@operator("_contrib_box_iou", same_dtype=True, zero_grad=True)
def box_iou(lhs: Tensor, rhs: Tensor, format: _Format = "corner") -> Tensor:
    """Intersection over union of all pairs of boxes.

    Args:
        lhs: floating (..., 4).
        rhs: floating (..., 4).
        format: ``corner`` (left, top, right, bottom) or ``center`` (x, y, width, height).

    Returns:
        Overlaps of shape ``lhs.shape[:-1] + rhs.shape[:-1]``, 0 where boxes do not meet. The gradient is zero.

    Raises:
        MXNetError: fewer than two axes, a last axis that is not 4, integers, dtypes that differ.

    Source: MXNet 1.9.1 src/operator/contrib/bounding_box-inl.h, BoxOverlapForward.
    """
    for name, boxes in (("lhs", lhs), ("rhs", rhs)):
        if boxes.dim() < 2 or boxes.shape[-1] != 4 or not boxes.is_floating_point():
            raise op_error("box_iou", f"{name} must be floating (..., 4) with two axes or more", **{name: boxes})
    left, right = lhs.detach().reshape(-1, 4), rhs.detach().reshape(-1, 4)
    common = _intersections(left, right, format)
    apart = common <= 0
    shared = overlaps(common, _areas(left, format), _areas(right, format)).masked_fill_(apart, 0)
    return shared.reshape(*lhs.shape[:-1], *rhs.shape[:-1])


@operator("_contrib_bipartite_matching", outputs=2, zero_grad=True)
def bipartite_matching(
    data: Tensor, is_ascend: bool = False, threshold: float = REQUIRED, topk: int = -1
) -> tuple[Tensor, Tensor]:
    """Match rows and columns greedily, best score first.

    Args:
        data: floating scores (..., rows, columns).
        is_ascend: small scores are good.
        threshold: scores not above it (below it, with ``is_ascend``) never match.
        topk: if positive, stop after ``topk + 1`` matches, as MXNet does.

    Returns:
        For each row its column, and for each column its row, -1 if it has none; in the dtype of ``data``.

    Raises:
        MXNetError: fewer than two axes, integers.

    Source: MXNet 1.9.1 src/operator/contrib/bounding_box-inl.h, bipartite_matching.
    """
    if data.dim() < 2 or not data.is_floating_point():
        raise op_error("bipartite_matching", "data must be floating with two axes or more", data=data)
    rows, columns = data.shape[-2:]
    if data.is_meta:
        return data.new_empty(data.shape[:-1]), data.new_empty((*data.shape[:-2], columns))
    scores = data.detach().reshape(-1, rows * columns)
    ordered, order = torch.sort(scores, dim=-1, descending=not is_ascend, stable=True)
    good = (ordered < threshold if is_ascend else ordered > threshold).cpu().numpy()
    places = order.cpu().numpy()
    by_row = np.full((len(scores), rows), -1, dtype=np.int64)
    by_column = np.full((len(scores), columns), -1, dtype=np.int64)
    for i in range(len(scores)):
        bad = np.flatnonzero(~good[i])
        left = places[i][: bad[0]] if len(bad) else places[i]
        count = 0
        while len(left) and not (0 < topk < count):
            row, column = divmod(int(left[0]), columns)
            by_row[i, row], by_column[i, column] = column, row
            count += 1
            left = left[(left // columns != row) & (left % columns != column)]
    first = torch.from_numpy(by_row).to(data).reshape(data.shape[:-1])
    return first, torch.from_numpy(by_column).to(data).reshape(*data.shape[:-2], columns)


@operator("_contrib_box_encode", outputs=2, same_dtype=True, zero_grad=True)
def box_encode(
    samples: Tensor, matches: Tensor, anchors: Tensor, refs: Tensor, means: Tensor, stds: Tensor
) -> tuple[Tensor, Tensor]:
    """Targets for box regression: offsets and log sizes of matched boxes relative to anchors.

    Args:
        samples: (batch, anchors), above 0.5 for anchors to train.
        matches: (batch, anchors), the number of the matched box.
        anchors: (batch, anchors, 4), corners.
        refs: (batch, boxes, 4), corners of the boxes.
        means: (4,), subtracted from the targets.
        stds: (4,), which then divide them.

    Returns:
        Targets (batch, anchors, 4), zero where there is nothing to train, and the mask of the same shape.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/contrib/bounding_box-inl.h, box_encode.
    """
    op = "box_encode"
    if anchors.dim() != 3 or anchors.shape[2] != 4 or not anchors.is_floating_point():
        raise op_error(op, "anchors must be floating (batch, anchors, 4)", anchors=anchors)
    if refs.dim() != 3 or refs.shape[2] != 4 or refs.shape[0] != anchors.shape[0]:
        raise op_error(op, "refs must be (batch, boxes, 4)", refs=refs, anchors=anchors)
    for name, rows in (("samples", samples), ("matches", matches)):
        if rows.shape != anchors.shape[:2]:
            raise op_error(op, f"{name} must be (batch, anchors)", **{name: rows, "anchors": anchors})
    if means.shape != (4,) or stds.shape != (4,):
        raise op_error(op, "means and stds must have shape (4,)", means=means, stds=stds)
    anchors, refs = anchors.detach(), refs.detach()
    index = matches.to(torch.int64).clamp(0, refs.shape[1] - 1)
    boxes = refs.gather(1, index.unsqueeze(-1).expand(-1, -1, 4))
    size, own = boxes[..., 2:] - boxes[..., :2], anchors[..., 2:] - anchors[..., :2]
    center, middle = boxes[..., :2] + size * 0.5, anchors[..., :2] + own * 0.5
    raw = torch.cat([(center - middle) / own, torch.log(size / own)], -1)
    valid = (samples > 0.5).unsqueeze(-1)
    targets = torch.where(valid, (raw - means.detach()) / stds.detach(), 0)
    return targets, valid.to(anchors.dtype).expand(-1, -1, 4).contiguous()


@operator("_contrib_box_decode", same_dtype=True, zero_grad=True)
def box_decode(
    data: Tensor, anchors: Tensor, std0: float = 1.0, std1: float = 1.0, std2: float = 1.0, std3: float = 1.0,
    clip: float = -1.0, format: _Format = "center",
) -> Tensor:  # fmt: skip
    """Boxes from predicted offsets and log sizes relative to anchors.

    Args:
        data: floating (batch, anchors, 4), predictions.
        anchors: (1, anchors, 4).
        std0: factor of the first prediction.
        std1: factor of the second.
        std2: factor of the third, a log width.
        std3: factor of the fourth, a log height.
        clip: upper bound of the log sizes; zero or negative for none.
        format: of the anchors, ``corner`` (left, top, right, bottom) or ``center`` (x, y, width, height).

    Returns:
        Corners (batch, anchors, 4). The gradient is zero.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ, integers.

    Source: MXNet 1.9.1 src/operator/contrib/bounding_box-inl.h, box_decode.
    """
    if data.dim() != 3 or data.shape[2] != 4 or not data.is_floating_point():
        raise op_error("box_decode", "data must be floating (batch, anchors, 4)", data=data)
    if anchors.dim() != 3 or anchors.shape != (1, *data.shape[1:]):
        raise op_error("box_decode", "anchors must be (1, anchors, 4)", data=data, anchors=anchors)
    data, anchors = data.detach(), anchors.detach()
    place, size = anchors[..., :2], anchors[..., 2:]
    if format == "corner":
        size = size - place
        place = place + size * 0.5
    factors = data.new_tensor([std0, std1, std2, std3], dtype=torch.float32).to(data.dtype)
    moved = data * factors
    center = moved[..., :2] * size + place
    log_size = moved[..., 2:]
    if clip > 0:
        log_size = log_size.clamp_max(clip)
    half = torch.exp(log_size) * size * 0.5
    return torch.cat([center - half, center + half], -1)
