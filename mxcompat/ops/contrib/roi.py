"""Features of regions of interest: aligned, rotated, position sensitive, deformable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.permuted import contiguous
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from . import _bags
from ._graph import also_reads
from ._sampling import corners, inside_unit, pixels, square, weighted_sums

_Scale = Annotated[float, Range(0, 1)]


def _check(op: str, data: Tensor, rois: Tensor, fields: int) -> None:
    if data.dim() != 4 or not data.is_floating_point():
        raise op_error(op, "data must be floating with four axes (N, C, H, W)", data=data)
    if rois.dim() != 2 or rois.shape[1] != fields or rois.dtype is not data.dtype:
        raise op_error(op, f"rois must have shape (regions, {fields}) and the dtype of data", data=data, rois=rois)


def _pair(op: str, pooled_size: tuple[int, ...]) -> tuple[int, int]:
    if len(pooled_size) != 2 or min(pooled_size) < 1:
        raise MXNetError(f"{op}: pooled_size={pooled_size} must be (height, width)")
    return pooled_size[0], pooled_size[1]


def _grid(start: Tensor, step: Tensor, bins: int, counts: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Sample places (regions, bins, most) of ``counts`` samples per bin, and which of them exist."""
    bin_number = torch.arange(bins, device=start.device, dtype=start.dtype)
    number = torch.arange(most, device=start.device, dtype=start.dtype)
    inner = (number + 0.5) * step[:, None] / counts[:, None]
    place = start[:, None, None] + bin_number[:, None] * step[:, None, None] + inner[:, None]
    return place, (number < counts[:, None])[:, None].expand_as(place)


def _counts(length: Tensor, bins: int, ratio: int) -> tuple[Tensor, int]:
    """Samples per bin of each region and their maximum; waits for the device unless the number is given."""
    if ratio > 0:
        return torch.full_like(length, ratio), ratio
    counts = torch.ceil(length / bins)
    if length.is_meta:
        return counts, 1
    return counts, max(int(counts.max()), 1) if len(counts) else 1


@operator("_contrib_ROIAlign")
def roi_align(
    data: Tensor, rois: Tensor, pooled_size: tuple[int, ...] = REQUIRED, spatial_scale: _Scale = REQUIRED,
    sample_ratio: int = -1, position_sensitive: bool = False, aligned: bool = False,
) -> Tensor:  # fmt: skip
    """Average bilinear samples over the bins of each region.

    Args:
        data: floating (N, C, H, W).
        rois: (regions, 5): number of the image (negative: the result is zero), left, top, right, bottom.
        pooled_size: bins (height, width).
        spatial_scale: pixels of ``data`` per unit of ``rois``, from 0 to 1.
        sample_ratio: samples per bin and axis; zero or negative for as many as pixels.
        position_sensitive: every bin has channels of its own; ``C`` is divided by the number of bins.
        aligned: shift regions by half a pixel; otherwise regions are one pixel large at least.

    Returns:
        (regions, C, height, width), in the dtype of ``data``. The gradient of ``rois`` is zero.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ, an empty region with ``aligned``.

    Source: MXNet 1.9.1 src/operator/contrib/roi_align.cc.
    """
    op = "ROIAlign"
    _check(op, data, rois, 5)
    rows, columns = _pair(op, pooled_size)
    batch, channels, height, width = data.shape
    bins = rows * columns
    if position_sensitive and channels % bins:
        raise op_error(op, f"position_sensitive needs a multiple of {bins} channels", data=data)
    if data.is_meta:
        return data.new_empty((len(rois), channels // bins if position_sensitive else channels, rows, columns))
    with torch.no_grad():
        corner = rois[:, 1:] * spatial_scale - (0.5 if aligned else 0.0)
        size = corner[:, 2:] - corner[:, :2]
        if aligned:
            if not size.is_meta and bool((size <= 0).any()):
                raise op_error(op, "aligned needs regions that are not empty", rois=rois)
        else:
            size = size.clamp_min(1)
        down, most_down = _counts(size[:, 1], rows, sample_ratio)
        across, most_across = _counts(size[:, 0], columns, sample_ratio)
        y, exists_y = _grid(corner[:, 1], size[:, 1] / rows, rows, down, most_down)
        x, exists_x = _grid(corner[:, 0], size[:, 0] / columns, columns, across, most_across)
        near_y, y = inside_unit(y, height)
        near_x, x = inside_unit(x, width)
        image = rois[:, 0].to(torch.int32)[:, None, None]
        y_taps = _bags.samples(y, near_y & exists_y & (image >= 0), down, height)
        x_taps = _bags.samples(x, near_x & exists_x, across, width)
        start = image.clamp_min(0).expand(-1, rows, columns)
        if position_sensitive:
            start = start * bins + torch.arange(bins, device=data.device, dtype=torch.int32).view(rows, columns)
        found = _bags.bags(y_taps, x_taps, start * (height * width), width)
    if position_sensitive:
        parts = data.reshape(batch, channels // bins, bins, height * width).permute(0, 2, 3, 1)
        source = contiguous(parts).view(-1, channels // bins)
    else:
        source = pixels(data)
    return also_reads(_maps(_bags.sums(source, found), len(rois), rows, columns, data.dtype), rois)


def _maps(sums: Tensor, regions: int, rows: int, columns: int, dtype: torch.dtype) -> Tensor:
    """(regions * rows * columns, C) as (regions, C, rows, columns)."""
    return contiguous(sums.to(dtype).view(regions, rows, columns, sums.shape[1]).permute(0, 3, 1, 2))


@operator("_contrib_RROIAlign")
def rotated_roi_align(
    data: Tensor, rois: Tensor, pooled_size: tuple[int, ...] = REQUIRED, spatial_scale: _Scale = REQUIRED,
    sampling_ratio: int = -1,
) -> Tensor:  # fmt: skip
    """Average bilinear samples over the bins of rotated regions.

    Args:
        data: floating (N, C, H, W).
        rois: (regions, 6): number of the image, center x, center y, width, height, angle in degrees.
        pooled_size: bins (height, width).
        spatial_scale: pixels of ``data`` per unit of ``rois``, from 0 to 1.
        sampling_ratio: samples per bin and axis; zero or negative for as many as pixels.

    Returns:
        (regions, C, height, width), in the dtype of ``data``.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ.

    Differences: has a gradient, which MXNet refuses.

    Source: MXNet 1.9.1 src/operator/contrib/rroi_align.cc.
    """
    op = "RROIAlign"
    _check(op, data, rois, 6)
    rows, columns = _pair(op, pooled_size)
    height, width = data.shape[2:]
    with torch.no_grad():
        center = rois[:, 1:3] * spatial_scale
        size = (rois[:, 3:5] * spatial_scale).clamp_min(1)
        angle = rois[:, 5] * (torch.pi / 180.0)
        down, most_down = _counts(size[:, 1], rows, sampling_ratio)
        across, most_across = _counts(size[:, 0], columns, sampling_ratio)
        v, exists_v = _grid(-size[:, 1] / 2, size[:, 1] / rows, rows, down, most_down)
        u, exists_u = _grid(-size[:, 0] / 2, size[:, 0] / columns, columns, across, most_across)
        v, u = v[:, :, None, :, None], u[:, None, :, None, :]
        exists = exists_v[:, :, None, :, None] & exists_u[:, None, :, None, :]
        wide = (slice(None), None, None, None, None)
        cos, sin = torch.cos(angle)[wide], torch.sin(angle)[wide]
        near_x, x = inside_unit(u * cos + v * sin + center[:, 0][wide], width)
        near_y, y = inside_unit(v * cos - u * sin + center[:, 1][wide], height)
        index, weight = square(y, x, height, width, near_x & near_y & exists)
        weight = weight / (down * across)[wide].unsqueeze(-1)
        index = index + (rois[:, 0].to(torch.int64) * (height * width))[wide].unsqueeze(-1)
    count = len(rois) * rows * columns
    sums = weighted_sums(pixels(data), index.reshape(count, -1), weight.reshape(count, -1))
    return also_reads(sums.reshape(len(rois), rows, columns, -1).permute(0, 3, 1, 2), rois)


def _rounded(values: Tensor) -> Tensor:
    """Half away from zero, as C rounds."""
    return torch.trunc(values + torch.copysign(torch.full_like(values, 0.5), values))


def _regions(rois: Tensor, spatial_scale: float, shift: float) -> tuple[Tensor, Tensor]:
    """Start (regions, 2) and size (regions, 2), both (x, y), of position sensitive regions."""
    start = _rounded(rois[:, 1:3]) * spatial_scale - shift
    end = (_rounded(rois[:, 3:5]) + 1) * spatial_scale - shift
    return start, (end - start).clamp_min(0.1)


@operator("_contrib_PSROIPooling", same_dtype=True)
def psroi_pooling(
    data: Tensor, rois: Tensor, spatial_scale: _Scale = REQUIRED, output_dim: int = REQUIRED,
    pooled_size: int = REQUIRED, group_size: int = 0,
) -> Tensor:  # fmt: skip
    """Average over the pixels of each bin, every bin reading channels of its own.

    Args:
        data: floating (N, output_dim * group_size^2, H, W).
        rois: (regions, 5): number of the image, left, top, right, bottom.
        spatial_scale: pixels of ``data`` per unit of ``rois``, from 0 to 1.
        output_dim: channels of the result.
        pooled_size: bins per axis.
        group_size: channel groups per axis; 0 for ``pooled_size``.

    Returns:
        (regions, output_dim, pooled_size, pooled_size); 0 for empty bins. The gradient of ``rois`` is zero.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ.

    Source: MXNet 1.9.1 src/operator/contrib/psroi_pooling.cc.
    """
    op = "PSROIPooling"
    _check(op, data, rois, 5)
    group = group_size or pooled_size
    batch, channels, height, width = data.shape
    if channels < output_dim * group * group:
        raise op_error(op, f"data needs {output_dim * group * group} channels", data=data)
    if data.is_meta:
        return data.new_empty((len(rois), output_dim, pooled_size, pooled_size))
    with torch.no_grad():
        start, size = _regions(rois, spatial_scale, 0.0)
        number = torch.arange(pooled_size + 1, device=data.device, dtype=data.dtype)
        edges = number * (size / pooled_size)[:, :, None] + start[:, :, None]
        y_taps, x_taps = (
            _bags.spans(
                edges[:, axis, :-1].floor().to(torch.int64).clamp(0, side),
                edges[:, axis, 1:].ceil().to(torch.int64).clamp(0, side),
            )
            for axis, side in ((1, height), (0, width))
        )
        cell = _cells(group, pooled_size, data.device)
        plane = rois[:, 0].to(torch.int32)[:, None, None] * (group * group) + cell[:, None] * group + cell
        found = list(_bags.bags(y_taps, x_taps, (plane * (height * width)).to(torch.int32), width))
        area = torch.cat([bag.counts for bag in found]) if found else plane.reshape(-1)
    parts = data[:, : output_dim * group * group].reshape(batch, output_dim, group * group, height * width)
    source = contiguous(parts.permute(0, 2, 3, 1)).view(-1, output_dim)
    mean = _bags.sums(source, iter(found)) / area.clamp_min(1).unsqueeze(1)
    return also_reads(_maps(mean, len(rois), pooled_size, pooled_size, data.dtype), rois)


def _cells(group: int, pooled: int, device: torch.device) -> Tensor:
    """The channel group along an axis that each bin reads."""
    return (torch.arange(pooled, device=device, dtype=torch.int32) * group // pooled).clamp(0, group - 1)


def _with_trans(attrs: dict[str, Any]) -> Sequence[str]:
    return ("data", "rois") if attrs["no_trans"] else ("data", "rois", "trans")


@operator("_contrib_DeformablePSROIPooling", outputs=2, visible=1, list_inputs=_with_trans)
def deformable_psroi_pooling(
    data: Tensor, rois: Tensor, trans: Tensor | None = None, spatial_scale: _Scale = REQUIRED,
    output_dim: int = REQUIRED, group_size: int = REQUIRED, pooled_size: int = REQUIRED, part_size: int = 0,
    sample_per_part: int = 1, trans_std: _Scale = 0.0, no_trans: bool = False,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Average bilinear samples over shifted bins, every bin reading channels of its own.

    Args:
        data: floating (N, output_dim * group_size^2, H, W).
        rois: (regions, 5): number of the image, left, top, right, bottom.
        trans: (regions, 2 * classes, part_size, part_size): shifts (x, y) as fractions of the region, unless
            ``no_trans``.
        spatial_scale: pixels of ``data`` per unit of ``rois``, from 0 to 1.
        output_dim: channels of the result; a multiple of the number of classes.
        group_size: channel groups per axis.
        pooled_size: bins per axis.
        part_size: shifts per axis; 0 for ``pooled_size``.
        sample_per_part: samples per bin and axis.
        trans_std: factor of the shifts, from 0 to 1.
        no_trans: no shifts.

    Returns:
        (regions, output_dim, pooled_size, pooled_size), and a hidden array of the same shape with the number of samples
        inside the image. The gradient of ``rois`` is zero.

    Raises:
        MXNetError: shapes that do not fit, dtypes that differ.

    Source: MXNet 1.9.1 src/operator/contrib/deformable_psroi_pooling.cc.
    """
    op = "DeformablePSROIPooling"
    _check(op, data, rois, 5)
    part = part_size or pooled_size
    batch, channels, height, width = data.shape
    if channels < output_dim * group_size**2:
        raise op_error(op, f"data needs {output_dim * group_size**2} channels", data=data)
    if no_trans:
        if trans is not None:
            raise op_error(op, "no_trans=True takes no input trans", trans=trans)
    elif trans is None or trans.dim() != 4 or trans.shape[0] != len(rois) or trans.shape[2:] != (part, part):
        raise op_error(op, f"trans must be (regions, 2 * classes, {part}, {part})", rois=rois)
    classes = 1 if trans is None else trans.shape[1] // 2
    if classes < 1 or output_dim % classes:
        raise op_error(op, f"output_dim={output_dim} must be a multiple of half the channels of trans", rois=rois)
    start, size = _regions(rois.detach(), spatial_scale, 0.5)
    number = torch.arange(pooled_size, device=data.device)
    cell = (number.to(data.dtype) / pooled_size * part).to(torch.int64)
    places = []
    for axis in (0, 1):  # (regions, classes, row bins, column bins, samples)
        step = size[:, axis] / pooled_size
        bins = number * step[:, None] + start[:, axis, None]
        bins = bins[:, None, None, :] if axis == 0 else bins[:, None, :, None]
        if trans is not None:
            shifts = trans[:, axis::2][..., cell[:, None], cell] * trans_std
            bins = bins + shifts * size[:, axis, None, None, None]
        inner = torch.arange(sample_per_part, device=data.device) * (step / sample_per_part)[:, None]
        place = bins.unsqueeze(-1) + inner[:, None, None, None]
        places.append(place.expand(len(rois), classes, pooled_size, pooled_size, sample_per_part))
    x, y = places[0].unsqueeze(-2), places[1].unsqueeze(-1)
    inside = ((x >= -0.5) & (x <= width - 0.5)) & ((y >= -0.5) & (y <= height - 0.5))
    index, weight = _outer(corners(y.clamp(0, height - 1), height), corners(x.clamp(0, width - 1), width), width)
    weight = torch.where(inside.unsqueeze(-1), weight, 0)
    group_cell = _cells(group_size, pooled_size, data.device).long()
    plane = rois[:, 0].detach().to(torch.int64)[:, None, None, None] * classes
    plane = (plane + torch.arange(classes, device=data.device)[:, None, None]) * group_size + group_cell[:, None]
    plane = (plane * group_size + group_cell) * (height * width)
    own = output_dim // classes
    groups = group_size * group_size
    parts = data[:, : output_dim * groups].reshape(batch, classes, own, groups, height * width)
    source = contiguous(parts.permute(0, 1, 3, 4, 2)).view(-1, own)
    bags = plane.numel()
    index = (index + plane[..., None, None, None]).reshape(bags, -1)
    sums = weighted_sums(source, index, weight.reshape(bags, -1))
    count = inside.sum((-2, -1)).reshape(bags, 1)
    mean = (sums / count.clamp_min(1)).view(len(rois), classes, pooled_size, pooled_size, own)
    shape = (len(rois), output_dim, pooled_size, pooled_size)
    result = contiguous(mean.permute(0, 1, 4, 2, 3)).view(shape)
    counts = count.view(len(rois), classes, 1, pooled_size, pooled_size).expand(-1, -1, own, -1, -1).reshape(shape)
    return also_reads(result, rois), counts.to(data.dtype)


def _outer(rows: tuple[Tensor, ...], columns: tuple[Tensor, ...], width: int) -> tuple[Tensor, Tensor]:
    """Indices and weights (..., 4) of bilinear samples, from the neighbours along both axes."""
    (y0, y1, wy), (x0, x1, wx) = rows, columns
    y0, y1 = y0 * width, y1 * width
    index = torch.stack([y0 + x0, y0 + x1, y1 + x0, y1 + x1], -1)
    left, top = 1 - wx, 1 - wy
    return index, torch.stack([top * left, top * wx, wy * left, wy * wx], -1)
