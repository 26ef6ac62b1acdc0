"""Boxes: overlap, suppression, matching, and targets relative to anchors."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ..._core.permuted import contiguous
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._nms import Boxes, Numbers, Places, best, host, kept

_Format = Literal["corner", "center"]
#: pairs whose overlap is computed at once
_AT_ONCE = 1 << 17


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


def _intersections(lhs: Tensor, rhs: Tensor, form: str, turned: bool) -> Tensor:
    """Intersection areas of all pairs of two lists of boxes; NaN goes through C's comparisons as in MXNet.

    ``turned``: in those, a box of the second list is named first.
    """
    left, right = (_edges(boxes.t().contiguous().t(), form) for boxes in (lhs, rhs))
    if lhs.device.type == "cpu" and not bool(torch.isnan(lhs.sum() + rhs.sum())):
        first = _sides(left[0], left[2], right[0], right[2])
        return first.mul_(_sides(left[1], left[3], right[1], right[3]))
    sides = []
    for low, high in ((0, 2), (1, 3)):
        a, b, c, d = left[low][:, None], right[low], left[high][:, None], right[high]
        if (form == "corner") is not turned:
            side = torch.where(c < d, c, d) - torch.where(a > b, a, b)
        else:
            side = torch.where(d < c, d, c) - torch.where(b > a, b, a)
        sides.append(torch.where(side > 0, side, 0))
    return sides[0] * sides[1]


def _sides(low: Tensor, high: Tensor, other_low: Tensor, other_high: Tensor) -> Tensor:
    """How far two lists of intervals overlap, as a matrix; zero where they do not."""
    return torch.minimum(high[:, None], other_high).sub_(torch.maximum(low[:, None], other_low)).clamp_min_(0)


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
        batch, count, width = boxes.shape
        most = count if topk < 0 else min(count, topk)
        if most < 1:
            source = torch.arange(batch * count, device=data.device)
            result = boxes.clone()
        else:
            rows, places = _suppress(
                host(boxes), most, overlap_thresh, valid_thresh, coord_start, score_index, id_index, background_id,
                force_suppress, in_format,
            )  # fmt: skip
            result = torch.full_like(boxes, -1).view(-1, width)
            source = torch.full((batch * count,), -1, dtype=torch.int64, device=data.device)
            if len(rows):
                wanted, target = (torch.from_numpy(x).to(data.device) for x in (rows, places))
                result[target] = boxes.reshape(-1, width)[wanted]
                source[target] = wanted
            if in_format != out_format:
                result = _converted(result, coord_start, out_format)
        record = source.to(data.dtype).reshape(*data.shape[:-1], 1)
        result = result.reshape(data.shape)
    if data.requires_grad:
        result = _Pick.apply(data, result, source)  # type: ignore[no-untyped-call]
    return result, record


def _suppress(
    boxes: Numbers, most: int, overlap_thresh: float, valid_thresh: float, coord_start: int, score_index: int,
    id_index: int, background_id: int, force_suppress: bool, form: str,
) -> tuple[Places, Places]:  # fmt: skip
    """Row numbers of the boxes that remain, best first, and their rows in the result; of all images (N, count, F)."""
    count = boxes.shape[1]
    scores = np.ascontiguousarray(boxes[:, :, score_index])
    valid = scores > valid_thresh
    if id_index >= 0:
        valid &= boxes[:, :, id_index] != background_id
    chosen = [best(score, np.flatnonzero(good), most) for score, good in zip(scores, valid, strict=True)]
    lengths = np.array([len(c) for c in chosen])
    image = np.repeat(np.arange(len(boxes)), lengths)
    order = np.concatenate(chosen) + image * count
    fields = boxes.reshape(-1, boxes.shape[2])[order]
    groups = image if len(boxes) > 1 else None
    if id_index >= 0 and not force_suppress:
        with np.errstate(invalid="ignore"):
            kinds = fields[:, id_index].astype(np.int64)
        groups = np.unique(kinds, return_inverse=True)[1].reshape(-1) * len(boxes) + image
    alive = kept(_compared(fields[:, coord_start : coord_start + 4], overlap_thresh, form), groups)
    order, image = order[alive], image[alive]
    remaining = np.bincount(image, minlength=len(boxes))
    return order, np.arange(len(order)) - np.repeat(np.cumsum(remaining) - remaining, remaining) + image * count


def _compared(places: Numbers, threshold: float, form: str) -> Boxes:
    boxes = torch.from_numpy(np.ascontiguousarray(places.T))
    areas = _areas(boxes.t(), form).numpy()
    left, top, right, bottom = (edge.numpy() for edge in _edges(boxes.t(), form))
    broken = np.isnan(left + top + right + bottom).any()
    return Boxes((left, top, right, bottom), areas, threshold, nan_loses=form == "corner" if broken else None)


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
    if lhs.is_meta:
        return lhs.new_empty((*lhs.shape[:-1], *rhs.shape[:-1]))
    turned = len(right) < len(left)  # the longer list goes along the rows
    if turned:
        left, right = right, left
    shared = lhs.new_empty((len(left), len(right)))
    own, other = _areas(left, format), _areas(right, format)
    finite = bool((own.sum() + other.sum()).isfinite())
    least = torch.nextafter(own.new_zeros(()), own.new_ones(())).item()
    step = max(1, _AT_ONCE // max(len(right), 1))
    for start in range(0, len(left), step):  # some rows at a time, to stay in the cache
        part = slice(start, start + step)
        common = _intersections(left[part], right, format, turned)
        union = (own[part, None] + other).sub_(common)
        # boxes that do not meet have no overlap, even where the union is zero
        union = union.clamp_min_(least) if finite else union.masked_fill_(common <= 0, 1)
        torch.div(common, union, out=shared[part])
    if turned:
        shared = contiguous(shared.t())
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
    if anchors.is_meta:
        return torch.empty_like(anchors), torch.empty_like(anchors)
    with torch.no_grad():
        targets = torch.zeros_like(anchors, memory_format=torch.contiguous_format)
        mask = torch.zeros_like(targets)
        rows = (samples > 0.5).reshape(-1).nonzero()[:, 0]
        index = matches.to(torch.int64).clamp(0, refs.shape[1] - 1)
        index = (index + torch.arange(len(refs), device=refs.device)[:, None] * refs.shape[1]).reshape(-1)
        own = anchors.reshape(-1, 4).index_select(0, rows).t().contiguous()
        boxes = refs.reshape(-1, 4).index_select(0, index.index_select(0, rows)).t().contiguous()
        side, size = own[2:].sub_(own[:2]), boxes[2:].sub_(boxes[:2])
        center, middle = boxes[:2].add_(size * 0.5), own[:2].add_(side * 0.5)
        raw = torch.cat([center.sub_(middle).div_(side), size.div_(side).log_()])
        raw = raw.sub_(means[:, None]).div_(stds[:, None])
        targets.view(-1, 4).index_copy_(0, rows, raw.t().contiguous())
        mask.view(-1, 4).index_fill_(0, rows, 1)
        return targets, mask


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
    with torch.no_grad():
        columns = anchors[0].t().contiguous()
        factors = torch.tensor([std0, std1, std2, std3], dtype=torch.float32).tolist()
        bases = []
        for axis in (0, 1):
            size, place = columns[axis + 2], columns[axis]
            if format == "corner":
                size = size - place
                place = place + size * 0.5
            bases.append((place, size))
        result = torch.empty_like(data, memory_format=torch.contiguous_format)
        for image, made in zip(data, result, strict=True):  # image by image, to stay in the cache
            moves = image.t().contiguous()
            low, high = [], []
            for axis, (place, size) in enumerate(bases):
                center = (moves[axis] * factors[axis]).mul_(size).add_(place)
                log_size = moves[axis + 2] * factors[axis + 2]
                half = (log_size.clamp_max_(clip) if clip > 0 else log_size).exp_().mul_(size).mul_(0.5)
                low.append(center - half)
                high.append(center.add_(half))
            torch.stack(low + high, 1, out=made)
        return result
