"""Features of regions of interest: aligned, rotated, position sensitive, deformable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ...registry.tags import Range
from ._graph import also_reads
from ._sampling import inside_unit, pixels, square, weighted_sums

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
        shape = (len(rois), rows, columns, most_down, most_across)
        image = rois[:, 0].to(torch.int64)
        valid = (near_y & exists_y)[:, :, None, :, None] & (near_x & exists_x)[:, None, :, None, :]
        valid = valid & (image >= 0)[:, None, None, None, None]
        index, weight = square(
            y[:, :, None, :, None].expand(shape), x[:, None, :, None, :].expand(shape), height, width, valid
        )
        weight = weight / (down * across)[:, None, None, None, None, None]
        index = index + (image.clamp_min(0) * (height * width))[:, None, None, None, None, None]
        if position_sensitive:
            number = torch.arange(bins, device=data.device).reshape(1, rows, columns, 1, 1, 1)
            index = index * bins + number
    if position_sensitive:
        own = channels // bins
        source = data.reshape(batch, own, bins, height, width).permute(0, 3, 4, 2, 1).reshape(-1, own)
    else:
        source = pixels(data)
    sums = weighted_sums(source, index.reshape(len(rois) * bins, -1), weight.reshape(len(rois) * bins, -1))
    return also_reads(sums.reshape(len(rois), rows, columns, -1).permute(0, 3, 1, 2), rois)


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


def _group_channels(output_dim: int, group: int, pooled: int, device: torch.device) -> Tensor:
    """The channel (output_dim, pooled, pooled) that each bin reads."""
    cell = (torch.arange(pooled, device=device) * group // pooled).clamp(0, group - 1)
    top = torch.arange(output_dim, device=device)[:, None, None]
    return (top * group + cell[:, None]) * group + cell


_FEW_REGIONS = 128


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
    with torch.no_grad():
        start, size = _regions(rois, spatial_scale, 0.0)
        if start.shape[0] <= _FEW_REGIONS and data.dtype is not torch.float16:
            weights = _bin_weights(start, size, pooled_size, height, width)
        else:
            weights = None
    if weights is not None:
        parts = data[:, : output_dim * group * group].reshape(batch, output_dim, group, group, height, width)
        return also_reads(_weighted_bins(parts, rois[:, 0].detach(), *weights), rois)
    return _binned_by_table(data, rois, start, size, (output_dim, group, pooled_size))


def _bin_weights(start: Tensor, size: Tensor, pooled: int, height: int, width: int) -> tuple[Tensor, Tensor]:
    """The share of each row and of each column in each bin, (R, pooled, height or width); of an empty bin all zero."""
    dtype, device = start.dtype, start.device
    edges = torch.arange(pooled + 1, device=device, dtype=dtype) * (size / pooled)[:, :, None] + start[:, :, None]
    pixel = torch.arange(max(height, width), device=device, dtype=dtype)
    inside = (pixel >= edges[:, :, :-1, None].floor()) & (pixel < edges[:, :, 1:, None].ceil())

    def shares(axis: int, side: int) -> Tensor:
        own = inside[:, axis, :, :side].to(dtype)
        return own / own.sum(-1, keepdim=True).clamp_min(1)

    return shares(1, height), shares(0, width)


def _weighted_bins(parts: Tensor, image: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Means over bins as two products: over the rows of all images at once, then over the columns."""
    batch, dim, group, _, height, width = parts.shape
    regions, pooled = rows.shape[:2]
    if group != pooled:
        nearest = torch.arange(pooled, device=parts.device) * group // pooled
        parts = parts.index_select(2, nearest).index_select(3, nearest)
    if batch > 1:
        own = (image.trunc()[:, None] == torch.arange(batch, device=parts.device)).to(rows.dtype)
        rows = own[:, None, :, None] * rows[:, :, None, :]
    left = rows.reshape(regions, pooled, batch * height).transpose(0, 1)
    right = parts.permute(2, 0, 4, 1, 3, 5).reshape(pooled, batch * height, dim * pooled * width)
    lines = torch.bmm(left, right).view(pooled, regions, dim, pooled, width)
    return (lines * columns[None, :, None]).sum(-1).permute(1, 2, 0, 3).contiguous()


def _binned_by_table(data: Tensor, rois: Tensor, start: Tensor, size: Tensor, bins: tuple[int, int, int]) -> Tensor:
    """Means over bins from a table of sums, whose cost does not grow with the number of regions."""
    output_dim, group, pooled_size = bins
    _, channels, height, width = data.shape
    with torch.no_grad():
        step = size / pooled_size
        number = torch.arange(pooled_size, device=data.device, dtype=data.dtype)
        low, high = [], []
        for axis, side in ((1, height), (0, width)):
            first = torch.floor(number * step[:, axis, None] + start[:, axis, None])
            last = torch.ceil((number + 1) * step[:, axis, None] + start[:, axis, None])
            low.append(first.to(torch.int64).clamp(0, side))
            high.append(last.to(torch.int64).clamp(0, side))
        tall = (high[0] - low[0]).clamp_min(0)[:, None, :, None]
        broad = (high[1] - low[1]).clamp_min(0)[:, None, None, :]
        area = tall * broad
        image = rois[:, 0].to(torch.int64)[:, None, None, None]
        plane = image * channels + _group_channels(output_dim, group, pooled_size, data.device)

        def at(y: Tensor, x: Tensor) -> Tensor:
            return (plane * (height + 1) + y[:, None, :, None]) * (width + 1) + x[:, None, None, :]

        places = [at(high[0], high[1]), at(low[0], high[1]), at(high[0], low[1]), at(low[0], low[1])]
    # sums over rectangles from a table of sums; float64, as neighbours are subtracted
    table = torch.nn.functional.pad(data.double().cumsum(2).cumsum(3), (1, 0, 1, 0)).reshape(-1)
    sums = table[places[0]] - table[places[1]] - table[places[2]] + table[places[3]]
    mean = torch.where(area > 0, sums / area.clamp_min(1), 0).to(data.dtype)
    return also_reads(mean, rois)


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
    start, size = _regions(rois.detach(), spatial_scale, 0.5)
    step = size / pooled_size
    number = torch.arange(pooled_size, device=data.device)
    left = number[None, None, None, :] * step[:, 0, None, None, None] + start[:, 0, None, None, None]
    top = number[None, None, :, None] * step[:, 1, None, None, None] + start[:, 1, None, None, None]
    if trans is not None:
        classes = trans.shape[1] // 2
        cell = (number.to(data.dtype) / pooled_size * part).to(torch.int64)
        kind = torch.arange(output_dim, device=data.device) // (output_dim // classes)
        shifts = trans.reshape(len(rois), classes, 2, part, part)[:, kind][..., cell[:, None], cell] * trans_std
        left = left + shifts[:, :, 0] * size[:, 0, None, None, None]
        top = top + shifts[:, :, 1] * size[:, 1, None, None, None]
    shape = (len(rois), output_dim, pooled_size, pooled_size)
    sample = torch.arange(sample_per_part, device=data.device)
    inner = step / sample_per_part
    x = left[..., None, None] + sample * inner[:, 0, None, None, None, None, None]
    y = top[..., None, None] + sample[:, None] * inner[:, 1, None, None, None, None, None]
    places = (*shape, sample_per_part, sample_per_part)
    x, y = x.expand(places), y.expand(places)
    valid = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    index, weight = square(y.clamp(0, height - 1), x.clamp(0, width - 1), height, width, valid)
    count = valid.sum((-2, -1))
    image = rois[:, 0].detach().to(torch.int64)[:, None, None, None]
    plane = image * channels + _group_channels(output_dim, group_size, pooled_size, data.device)
    index = index + (plane * (height * width))[..., None, None, None]
    bins = count.numel()
    sums = weighted_sums(data.reshape(-1, 1), index.reshape(bins, -1), weight.reshape(bins, -1)).reshape(shape)
    return also_reads(sums / count.clamp_min(1), rois), count.to(data.dtype)
