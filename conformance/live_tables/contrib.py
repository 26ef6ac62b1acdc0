"""Boxes, regions, attention, resizing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen

_SUMS = Tolerance(rtol=1e-4, atol=1e-5, why="sums and sample positions are rounded at other places")


def _boxes(gen: Gen, count: int, center: bool = False) -> list[list[float]]:
    """Boxes on a coarse grid, so that overlaps are exact and ties happen."""
    rng: random.Random = gen.random
    made = []
    for _ in range(count):
        x, y, w, h = (rng.randint(0, 12) / 16, rng.randint(0, 12) / 16, rng.randint(1, 8) / 16, rng.randint(1, 8) / 16)
        made.append([x, y, w, h] if center else [x, y, x + w, y + h])
    return made


def _box_nms(gen: Gen) -> Call:
    count = gen.int(1, 12)
    center = gen.chance(0.3)
    rows = [[gen.int(0, 2), gen.int(-2, 12) / 16, *box] for box in _boxes(gen, count, center)]
    kwargs: dict[str, Any] = {"overlap_thresh": gen.pick((0.1, 0.3, 0.5, 0.9)), "id_index": gen.pick((0, 0, -1))}
    kwargs["in_format"] = "center" if center else "corner"
    if gen.chance(0.3):
        kwargs["out_format"] = gen.pick(("center", "corner"))
    if gen.chance(0.4):
        kwargs["topk"] = gen.int(-1, count + 1)
    if gen.chance(0.3):
        kwargs["force_suppress"] = True
    if gen.chance(0.3):
        kwargs["background_id"] = gen.int(0, 2)
    return Call("nd.contrib.box_nms", (Arr(values=rows),), kwargs, grad=gen.chance(0.5))


def _box_iou(gen: Gen) -> Call:
    center = gen.chance(0.4)
    args = tuple(Arr(values=_boxes(gen, gen.int(1, 6), center)) for _ in range(2))
    return Call("nd.contrib.box_iou", args, {"format": "center" if center else "corner"}, grad=gen.chance(0.3))


def _matching(gen: Gen) -> Call:
    shape = gen.shape(2, 3)
    kwargs = {"threshold": gen.pick((-10, 0.1, 1, 10)), "is_ascend": gen.chance(0.4), "topk": gen.int(-1, 3)}
    return Call("nd.contrib.bipartite_matching", (gen.array(shape, "float32", unique=gen.chance(0.7)),), kwargs)


def _target(gen: Gen) -> Call:
    count, labels, batch = gen.int(4, 16), gen.int(1, 4), gen.int(1, 3)
    label = []
    for _ in range(batch):
        real = gen.int(0, labels)
        rows: list[list[float]] = [[gen.int(0, 2), *box] for box in _boxes(gen, real)]
        label.append(rows + [[-1.0] * 5] * (labels - real))
    gen.tol = _SUMS
    args = (Arr(values=[_boxes(gen, count)]), Arr(values=label), gen.array((batch, 4, count), "float32"))
    kwargs: dict[str, Any] = {"overlap_threshold": gen.pick((0.5, 0.2, 0.0))}
    if gen.chance(0.5):
        kwargs.update(negative_mining_ratio=gen.pick((1, 3, 1.5)), negative_mining_thresh=gen.pick((0.5, 0.9)))
    return Call("nd.contrib.MultiBoxTarget", args, kwargs)


def _detection(gen: Gen) -> Call:
    count, batch, classes = gen.int(1, 16), gen.int(1, 2), gen.int(2, 4)
    gen.tol = _SUMS
    args = (
        gen.array((batch, classes, count), "float32", low=0.0, high=1.0),
        gen.array((batch, count * 4), "float32"),
        Arr(values=[_boxes(gen, count)]),
    )
    kwargs: dict[str, Any] = {"nms_threshold": gen.pick((0.5, 0.1, 0.45)), "threshold": gen.pick((0.01, 0.6))}
    if gen.chance(0.4):
        kwargs["nms_topk"] = gen.int(1, count)
    if gen.chance(0.4):
        kwargs["force_suppress"] = True
    if gen.chance(0.3):
        kwargs["clip"] = False
    return Call("nd.contrib.MultiBoxDetection", args, kwargs)


def _roi_align(gen: Gen) -> Call:
    gen.tol = _SUMS
    data = gen.array((2, 4, gen.int(2, 7), gen.int(2, 7)), "float32")
    regions = [[gen.int(0, 1), *(side * 9 - 1 for side in box)] for box in _boxes(gen, gen.int(1, 4))]
    kwargs: dict[str, Any] = {"pooled_size": gen.pick(((2, 2), (1, 2))), "spatial_scale": gen.pick((1.0, 0.5))}
    if gen.chance(0.5):
        kwargs["sample_ratio"] = gen.int(1, 3)
    if gen.chance(0.3):
        kwargs["position_sensitive"] = True
    if gen.chance(0.3):
        kwargs["aligned"] = True
    return Call("nd.contrib.ROIAlign", (data, Arr(values=regions)), kwargs, grad=gen.chance(0.6))


def _deformable(gen: Gen) -> Call:
    gen.tol = _SUMS
    height, width, kernel = gen.int(3, 5), gen.int(3, 5), (gen.int(1, 3), gen.int(1, 3))
    groups, sets, pad = gen.pick((1, 2)), gen.pick((1, 2)), gen.int(0, 1)
    rows, columns = height + 2 * pad - kernel[0] + 1, width + 2 * pad - kernel[1] + 1
    args = (
        gen.array((2, 4, height, width), "float32"),
        gen.array((2, 2 * kernel[0] * kernel[1] * sets, rows, columns), "float32", low=-2.0, high=2.0),
        gen.array((2, 4 // groups, *kernel), "float32"),
        gen.array((2,), "float32"),
    )
    kwargs = {"kernel": kernel, "pad": (pad, pad), "num_filter": 2, "num_group": groups, "num_deformable_group": sets}
    return Call("nd.contrib.DeformableConvolution", args, kwargs, grad=gen.chance(0.6))


def _resize(gen: Gen) -> Call:
    gen.tol = _SUMS
    data = gen.array((gen.int(1, 2), gen.int(1, 3), gen.int(1, 6), gen.int(1, 6)), gen.pick(("float32", "float64")))
    kwargs: dict[str, Any] = {"align_corners": gen.chance(0.6)}
    mode = gen.pick(("size", "size", "scale", "to_even_up", "to_odd_up", "odd_scale"))
    if mode == "size":
        kwargs.update(height=gen.int(1, 9), width=gen.int(1, 9))
    elif mode == "scale":
        kwargs.update(scale_height=gen.pick((1.0, 2.0, 1.5)), scale_width=gen.pick((1.0, 2.0, 1.5)))
    elif mode == "odd_scale":
        kwargs.update(mode=mode, scale_height=2.0, scale_width=gen.pick((1.0, 2.0)))
    else:
        kwargs["mode"] = mode
    return Call("nd.contrib.BilinearResize2D", (data,), kwargs, grad=gen.chance(0.6))


def _adaptive(gen: Gen) -> Call:
    gen.tol = _SUMS
    data = gen.array((gen.int(1, 2), gen.int(1, 3), gen.int(1, 6), gen.int(1, 6)), gen.pick(("float32", "float64")))
    size = gen.pick((gen.int(1, 7), (gen.int(1, 7), gen.int(1, 7))))
    return Call("nd.contrib.AdaptiveAvgPooling2D", (data,), {"output_size": size}, grad=gen.chance(0.6))


def _self_attention(gen: Gen) -> Call:
    gen.tol = _SUMS
    length, batch, heads = gen.int(1, 4), gen.int(1, 3), gen.int(1, 3)
    data = gen.array((length, batch, 3 * heads * gen.int(1, 3)), "float32")
    if gen.chance(0.5):
        return Call("nd.contrib.interleaved_matmul_selfatt_qk", (data,), {"heads": heads}, grad=True)
    attention = gen.array((batch * heads, length, length), "float32")
    return Call("nd.contrib.interleaved_matmul_selfatt_valatt", (data, attention), {"heads": heads}, grad=True)


GENERATORS = {
    "box_nms": _box_nms,
    "box_iou": _box_iou,
    "bipartite_matching": _matching,
    "MultiBoxTarget": _target,
    "MultiBoxDetection": _detection,
    "ROIAlign": _roi_align,
    "DeformableConvolution": _deformable,
    "BilinearResize2D": _resize,
    "AdaptiveAvgPooling2D": _adaptive,
    "interleaved_matmul": _self_attention,
}
