"""Pooling and resizing."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Piece, arg, opt, per_axis
from .._rule import View, example, formula, function, layer, rule
from .convolution import full


@rule(
    "Pooling",
    "Pooling_v1",
    examples=[
        example((2, 3, 8, 8), kernel=(2, 2), stride=(2, 2), source="F.max_pool2d(data0, 2)"),
        example((2, 3, 8), kernel=(3,), stride=(1,), pad=(1,), pool_type="max", source="stride=1, padding=1"),
        example((2, 3, 7, 7), kernel=(3, 3), stride=(2, 2), pooling_convention="full", source="ceil_mode=True"),
        example((2, 3, 8, 8), kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg"),
        example((2, 3, 8, 8), kernel=(3, 3), pad=(1, 1), pool_type="avg", count_include_pad=False),
        example(
            (2, 3, 4, 6), kernel=(1, 1), global_pool=True, pool_type="avg", source="F.adaptive_avg_pool2d(data0, 1)"
        ),
        example((2, 3, 4), kernel=(1,), global_pool=True, pool_type="max"),
        example((2, 3, 4, 4), kernel=(1, 1), global_pool=True, pool_type="sum"),
        example((1, 2, 4, 4, 4), kernel=(2, 2, 2), pool_type="max"),
        example((1, 2, 6, 6), kernel=(2, 2), pool_type="sum", source="divisor_override=1"),
        example((1, 2, 6, 6), kernel=(2, 2), stride=(4, 4), pool_type="avg", pooling_convention="full"),
        example((1, 2, 6, 6), kernel=(2, 2), pool_type="lp", p_value=2, draw=(0, 1), gap="pool_type=lp"),
    ],
)
def pooling(n: View) -> Piece:
    ndim = n.ndim() - 2
    kind = n["pool_type"]
    if n.attrs.get("layout") not in (None, "NCW", "NCHW", "NCDHW"):
        raise Gap(f"layout={n['layout']}")
    if kind not in ("max", "avg", "sum"):
        raise Gap(f"pool_type={kind}")
    if n["global_pool"]:
        if kind == "sum":
            return formula(n, f"_0.sum({tuple(range(2, ndim + 2))}, keepdim=True)")
        piece = layer(n, f"nn.Adaptive{kind.title()}Pool{ndim}d", arg("output_size", 1))
        piece.function = function(n, f"F.adaptive_{kind}_pool{ndim}d", arg("output_size", 1)).function
        return piece
    kernel, stride = full(n["kernel"], ndim, 1), full(n["stride"], ndim, 1)
    pad = full(n["pad"][:ndim], ndim, 0)
    ceil = _ceil_mode(n, kernel, stride, pad)
    if any(2 * p > k for p, k in zip(pad, kernel, strict=True)):
        raise Gap(f"pad={pad} is more than half of kernel={kernel}")
    args = [
        per_axis("kernel_size", kernel),
        per_axis("stride", stride, kernel[0] if len(set(kernel)) == 1 else kernel),
        per_axis("padding", pad, 0),
    ]
    if kind == "max":
        args.append(opt("ceil_mode", ceil, False))
        name = "max"
    else:
        args.append(opt("ceil_mode", ceil, False))
        args.append(opt("count_include_pad", n.attrs.get("count_include_pad") is not False or not any(pad), True))
        if kind == "sum":
            if ndim == 1:
                raise Gap("pool_type=sum over one axis")
            args.append(opt("divisor_override", 1, None))
        name = "avg"
    piece = layer(n, f"nn.{name.title()}Pool{ndim}d", *args)
    piece.function = function(n, f"F.{name}_pool{ndim}d", *args).function
    return piece


def _ceil_mode(n: View, kernel: tuple[int, ...], stride: tuple[int, ...], pad: tuple[int, ...]) -> bool:
    """torch's ``ceil_mode`` that lays the same windows over data of this size."""
    out = n.out_shape()[2:]
    floors, ceils = [], []
    for size, k, s, p in zip(n.shape()[2:], kernel, stride, pad, strict=True):
        room = size + 2 * p - k
        floors.append(room // s + 1)
        ceil = -(-room // s) + 1
        ceils.append(ceil - 1 if (ceil - 1) * s >= size + p else ceil)
    wants_ceil = n["pooling_convention"] != "valid"
    if wants_ceil and tuple(ceils) == out:
        return True
    if tuple(floors) == out:
        return False
    raise Gap(f"pooling_convention={n['pooling_convention']}: a window begins beyond the data")


@rule(
    "_contrib_AdaptiveAvgPooling2D",
    examples=[
        example((2, 3, 6, 6), output_size=2, source="F.adaptive_avg_pool2d(data0, 2)"),
        example((2, 3, 6, 6), output_size=(2, 3)),
        example((2, 3, 6, 6)),
    ],
)
def adaptive(n: View) -> Piece:
    sizes = n["output_size"] or (1,)
    sizes = sizes if isinstance(sizes, tuple) else (sizes,)
    size = per_axis("output_size", sizes if len(sizes) == 2 else sizes * 2)
    piece = layer(n, "nn.AdaptiveAvgPool2d", size)
    piece.function = function(n, "F.adaptive_avg_pool2d", size).function
    return piece


@rule(
    "UpSampling",
    examples=[
        example((2, 3, 4, 4), scale=2, sample_type="nearest", num_args=1, source="scale_factor=2"),
        example((2, 3, 4, 4), (3, 1, 4, 4), scale=2, sample_type="bilinear", num_filter=3, num_args=2, params=(1,)),
        example((1, 2, 4, 4), (1, 2, 8, 8), scale=4, sample_type="nearest", num_args=2, gap="several"),
    ],
)
def up_sampling(n: View) -> Piece:
    scale = n["scale"]
    if n["sample_type"] == "bilinear":
        channels = n.shape()[1]
        return layer(
            n,
            "nn.ConvTranspose2d",
            arg("in_channels", channels),
            arg("out_channels", channels),
            arg("kernel_size", 2 * scale - scale % 2),
            opt("stride", scale, 1),
            opt("padding", -(-(scale - 1) // 2), 0),
            opt("groups", channels, 1),
            opt("bias", False, True),
            states={"weight": n.need_state(1)},
        )
    if len(n.inputs) > 1:
        raise Gap("several inputs")
    piece = layer(n, "nn.Upsample", opt("scale_factor", scale, None))
    piece.function = function(n, "F.interpolate", opt("scale_factor", scale, None)).function
    return piece


@rule(
    "_contrib_BilinearResize2D",
    examples=[
        example((1, 2, 4, 5), height=8, width=7, source="align_corners=True"),
        example((1, 2, 4, 5), scale_height=2.0, scale_width=2.0),
        example((1, 2, 4, 5), (1, 1, 3, 9), mode="like", source="size=data1.shape[2:]"),
    ],
)
def bilinear_resize(n: View) -> Piece:
    corners = n["align_corners"]
    if n["mode"] == "like":
        return formula(n, f"F.interpolate(_0, size=_1.shape[2:], mode='bilinear', align_corners={corners})")
    return formula(
        n,
        f"F.interpolate(_0, size={n.out_shape()[2:]}, mode='bilinear', align_corners={corners})",
        operands=n.inputs[:1],
    )
