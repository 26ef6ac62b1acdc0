"""Grids, regions and anchors."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Piece
from .._rule import View, example, formula, rule


@rule("BilinearSampler", examples=[example((2, 3, 5, 6), (2, 2, 4, 4), source="align_corners=True")])
def bilinear_sampler(n: View) -> Piece:
    n.only_first()
    return formula(n, "F.grid_sample(_0, _1.permute(0, 2, 3, 1), align_corners=True)")


@rule(
    "GridGenerator",
    examples=[
        example((2, 6), transform_type="affine", target_shape=(4, 5)),
        example((2, 2, 4, 5), transform_type="warp"),
    ],
)
def grid_generator(n: View) -> Piece:
    n.only_first()
    if n["transform_type"] == "warp":
        return formula(n, "warp_grid(_0)", helpers=("warp_grid",))
    rows, columns = n["target_shape"]
    grid = f"F.affine_grid(_0.view(-1, 2, 3), [_0.size(0), 1, {rows}, {columns}], align_corners=True)"
    return formula(n, f"{grid}.permute(0, 3, 1, 2)")


@rule(
    "SpatialTransformer",
    examples=[example((2, 3, 5, 6), (2, 6), target_shape=(4, 5), transform_type="affine", sampler_type="bilinear")],
)
def spatial_transformer(n: View) -> Piece:
    n.only_first()
    sizes = tuple(n["target_shape"]) if any(n["target_shape"]) else n.shape()[2:]
    return formula(n, f"spatial_transform(_0, _1, {sizes})", helpers=("spatial_transform",))


@rule(
    "_contrib_ROIAlign",
    examples=[
        example((2, 3, 8, 8), (1, 5), pooled_size=(3, 3), spatial_scale=1.0, sample_ratio=2, whole={1: 2}),
        example((2, 3, 8, 8), (1, 5), pooled_size=(2, 2), spatial_scale=1.0, whole={1: 2}, gap="sample_ratio"),
    ],
)
def roi_align(n: View) -> Piece:
    if n["sample_ratio"] <= 0:
        raise Gap("sample_ratio must be given: each region would take its own number of points")
    if n["position_sensitive"]:
        raise Gap("position_sensitive=True")
    rest = "" if not n["aligned"] else ", aligned=True"
    text = f"roi_align(_0, _1, {tuple(n['pooled_size'])}, {n['spatial_scale']!r}, {n['sample_ratio']}{rest})"
    return formula(n, text, helpers=("roi_align",))


@rule(
    "_contrib_MultiBoxPrior",
    examples=[
        example((2, 3, 4, 6), sizes=(0.2, 0.4), ratios=(1, 2, 0.5)),
        example((2, 3, 4, 4), sizes=(0.3,), clip=True, steps=(0.1, 0.2), offsets=(0.4, 0.6)),
    ],
)
def multibox_prior(n: View) -> Piece:
    text = f"multibox_prior(_0, {tuple(n['sizes'])}, {tuple(n['ratios'])}"
    if tuple(n["steps"]) != (-1, -1):
        text += f", steps={tuple(n['steps'])}"
    if tuple(n["offsets"]) != (0.5, 0.5):
        text += f", offsets={tuple(n['offsets'])}"
    if n["clip"]:
        text += ", clip=True"
    return formula(n, f"{text})", helpers=("multibox_prior",))
