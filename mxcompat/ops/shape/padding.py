"""Padding, and patches of images as columns."""

from __future__ import annotations

from typing import Literal

from torch import Tensor
from torch.nn import functional as F

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import floats_only, number_for


@operator("Pad", aliases=("pad",), view=True)
def pad(
    data: Tensor,
    mode: Literal["constant", "edge", "reflect"] = REQUIRED,
    pad_width: tuple[int, ...] = REQUIRED,
    constant_value: float = 0.0,
) -> Tensor:
    """Pad all axes but the first two.

    Args:
        data: float, 4 or 5 dimensions.
        mode: ``constant`` pads with a number, ``edge`` repeats the border, ``reflect`` mirrors at the border.
        pad_width: ``(before, after)`` of every axis, in one row; zeros for the first two axes. Negative widths cut.
        constant_value: the number of mode ``constant``.

    Returns:
        The padded array, same dtype.

    Raises:
        MXNetError: another rank or dtype, a width for the first two axes, another number of widths, ``reflect`` by
            the size of the axis or more.

    Source: MXNet 1.9.1 src/operator/pad.cc.
    """
    floats_only("Pad", data)
    rank = data.dim()
    if rank not in (4, 5):
        raise op_error("Pad", "data must have 4 or 5 dimensions", data=data)
    if len(pad_width) != 2 * rank or any(pad_width[:4]):
        text = f"pad_width={pad_width} must have {2 * rank} entries that start with four zeros"
        raise op_error("Pad", text, data=data)
    widths = [w for i in range(rank - 1, 1, -1) for w in pad_width[2 * i : 2 * i + 2]]
    if mode == "constant":
        return F.pad(data, widths, "constant", float(number_for(data, constant_value)))
    if mode == "reflect" and any(w >= data.shape[i // 2] for i, w in enumerate(pad_width)):
        raise op_error("Pad", f"mode='reflect' needs pad_width={pad_width} smaller than data", data=data)
    if min(widths) < 0:  # torch cuts and pads in one step only for constants
        data = F.pad(data, [min(w, 0) for w in widths])
        widths = [max(w, 0) for w in widths]
    return F.pad(data, widths, "replicate" if mode == "edge" else "reflect")


def _pair(name: str, argument: str, value: tuple[int, ...], default: int, low: int) -> tuple[int, ...]:
    if not value:
        return (default, default)
    if len(value) != 2 or min(value) < low:
        raise op_error(name, f"{argument}={value} must have as many entries as kernel, at least {low} each")
    return value


@operator("im2col")
def im2col(
    data: Tensor,
    kernel: tuple[int, ...] = REQUIRED,
    stride: tuple[int, ...] = (),
    dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
) -> Tensor:
    """Patches of images as columns, as a convolution reads them.

    Args:
        data: ``(n, c, h, w)``, float.
        kernel: height and width of a patch.
        stride: distance of two patches; empty is 1.
        dilate: distance of two elements of a patch; empty is 1.
        pad: zeros around the images; empty is 0.

    Returns:
        ``(n, c * kh * kw, number of patches)``, same dtype.

    Raises:
        MXNetError: a rank other than 4, a kernel without two entries or larger than the padded image, a dtype that is
            not floating.

    Differences: 1 and 3 dimensions are refused; the original fails on them, or reads the wrong memory.

    Source: MXNet 1.9.1 src/operator/nn/im2col.cc.
    """
    floats_only("im2col", data)
    if data.dim() != 4 or len(kernel) != 2 or min(kernel) < 1:
        raise op_error("im2col", f"data must have 4 dimensions and kernel={kernel} two positive entries", data=data)
    return F.unfold(
        data,
        kernel,
        _pair("im2col", "dilate", dilate, 1, 1),
        _pair("im2col", "pad", pad, 0, 0),
        _pair("im2col", "stride", stride, 1, 1),
    )


@operator("col2im")
def col2im(
    data: Tensor,
    output_size: tuple[int, ...] = REQUIRED,
    kernel: tuple[int, ...] = REQUIRED,
    stride: tuple[int, ...] = (),
    dilate: tuple[int, ...] = (),
    pad: tuple[int, ...] = (),
) -> Tensor:
    """Images as sums of patches: the transpose of `im2col`.

    Args:
        data: ``(n, c * kh * kw, number of patches)``, float.
        output_size: height and width of the images.
        kernel: height and width of a patch.
        stride: distance of two patches; empty is 1.
        dilate: distance of two elements of a patch; empty is 1.
        pad: zeros around the images; empty is 0.

    Returns:
        ``(n, c, height, width)``, same dtype; elements of several patches are summed.

    Raises:
        MXNetError: shapes that do not belong together, a dtype that is not floating.

    Differences: 1 and 3 dimensions are refused; the original fails on them, or reads the wrong memory.

    Source: MXNet 1.9.1 src/operator/nn/im2col.cc.
    """
    floats_only("col2im", data)
    if data.dim() != 3 or len(kernel) != 2 or len(output_size) != 2 or min(kernel) < 1:
        text = f"data must have 3 dimensions, kernel={kernel} and output_size={output_size} two entries"
        raise op_error("col2im", text, data=data)
    return F.fold(
        data,
        output_size,
        kernel,
        _pair("col2im", "dilate", dilate, 1, 1),
        _pair("col2im", "pad", pad, 0, 0),
        _pair("col2im", "stride", stride, 1, 1),
    )
