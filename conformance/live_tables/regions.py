"""Proposals, anchors, offsets of boxes, features of regions, attention between two sequences, point processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_C = "nd.contrib."
_SUMS = Tolerance(rtol=2e-4, atol=2e-5, why="sums and sample positions are rounded at other places")
_LOGS = Tolerance(rtol=2e-4, atol=2e-4, why="long sums of float32 logarithms")


def _corners(gen: Gen, count: int) -> list[list[float]]:
    """Boxes on a coarse grid, none of them empty."""
    made = []
    for _ in range(count):
        x, y = gen.int(0, 12) / 16, gen.int(0, 12) / 16
        made.append([x, y, x + gen.int(1, 8) / 16, y + gen.int(1, 8) / 16])
    return made


def _prior(gen: Gen) -> Call:
    data = gen.array((1, gen.int(1, 3), gen.int(1, 4), gen.int(1, 4)), "float32")
    kwargs: dict[str, Any] = {}
    if gen.chance(0.7):
        kwargs["sizes"] = tuple(gen.pick((0.2, 0.5, 0.9)) for _ in range(gen.int(1, 3)))
    if gen.chance(0.7):
        kwargs["ratios"] = tuple(gen.pick((1, 2, 0.5)) for _ in range(gen.int(1, 3)))
    if gen.chance(0.3):
        kwargs["clip"] = True
    if gen.chance(0.3):
        kwargs["steps"] = (gen.pick((0.3, 0.5)), gen.pick((0.25, 0.4)))
    if gen.chance(0.3):
        kwargs["offsets"] = (gen.pick((0.0, 0.1, 1.0)), gen.pick((0.5, 0.9)))
    gen.tol = _SUMS
    return Call(_C + "MultiBoxPrior", (data,), kwargs)


def _proposal(op: str) -> Generator:
    def make(gen: Gen) -> Call:
        gen.tol = _SUMS
        batch = 1 if op == "Proposal" else gen.int(1, 2)
        height, width = gen.int(2, 4), gen.int(2, 4)
        scales = gen.pick(((2,), (1, 2), (1, 2, 4)))
        ratios = gen.pick(((1,), (0.5, 2)))
        anchors = len(scales) * len(ratios)
        scores = gen.array((batch, 2 * anchors, height, width), "float32", low=0.0, high=1.0)
        moves = gen.array((batch, 4 * anchors, height, width), "float32", low=-0.5, high=0.5)
        info = Arr(values=[[16.0 * height, 16.0 * width, gen.pick((1.0, 1.5))] for _ in range(batch)])
        kwargs = {"scales": scales, "ratios": ratios, "rpn_post_nms_top_n": gen.int(1, 12)}
        kwargs.update(rpn_min_size=gen.pick((1, 4, 16)), threshold=gen.pick((0.3, 0.5, 0.7)))
        kwargs.update(output_score=gen.chance(0.5), rpn_pre_nms_top_n=gen.pick((6000, 5)))
        return Call(_C + op, (scores, moves, info), kwargs)

    return make


def _encode(gen: Gen) -> Call:
    gen.tol = _SUMS
    batch, count, truths = gen.int(1, 2), gen.int(1, 4), gen.int(1, 3)
    samples = Arr(values=[[float(gen.int(-1, 1)) for _ in range(count)] for _ in range(batch)])
    matches = Arr(values=[[float(gen.int(0, truths - 1)) for _ in range(count)] for _ in range(batch)])
    anchors = Arr(values=[_corners(gen, count) for _ in range(batch)])
    refs = Arr(values=[_corners(gen, truths) for _ in range(batch)])
    means, stds = Arr(values=[0.0, 0.1, 0.0, 0.2]), Arr(values=[0.1, 0.1, 0.2, 0.2])
    return Call(_C + "box_encode", (samples, matches, anchors, refs, means, stds))


def _decode(gen: Gen) -> Call:
    gen.tol = _SUMS
    batch, count = gen.int(1, 2), gen.int(1, 5)
    moves = gen.array((batch, count, 4), "float32", low=-1.0, high=1.0)
    kwargs: dict[str, Any] = {"format": gen.pick(("center", "corner")), "clip": gen.pick((-1.0, 0.5))}
    kwargs.update({f"std{i}": gen.pick((1.0, 0.1, 0.3)) for i in range(4)})
    return Call(_C + "box_decode", (moves, Arr(values=[_corners(gen, count)])), kwargs)


def _regions(gen: Gen, batch: int, count: int) -> Arr:
    rows = []
    for _ in range(count):
        x, y = gen.int(-1, 4), gen.int(-1, 4)
        rows.append([gen.int(0, batch - 1), x, y, x + gen.int(0, 5), y + gen.int(0, 5)])
    return Arr(values=rows, dtype="float32")


def _position_sensitive(gen: Gen) -> Call:
    gen.tol = _SUMS
    batch, classes, group = gen.int(1, 2), gen.int(1, 3), gen.int(1, 3)
    data = gen.array((batch, classes * group * group, gen.int(3, 6), gen.int(3, 6)), "float32")
    kwargs = {"spatial_scale": gen.pick((1.0, 0.5)), "output_dim": classes, "group_size": group}
    kwargs["pooled_size"] = group if gen.chance(0.6) else gen.int(1, 3)
    return Call(_C + "PSROIPooling", (data, _regions(gen, batch, gen.int(1, 3))), kwargs, grad=(0,))


def _deformable_regions(gen: Gen) -> Call:
    gen.tol = _SUMS
    batch, classes, group, count = gen.int(1, 2), gen.int(1, 2), gen.int(1, 2), gen.int(1, 3)
    data = gen.array((batch, classes * group * group, gen.int(4, 6), gen.int(4, 6)), "float32")
    kwargs: dict[str, Any] = {"spatial_scale": gen.pick((1.0, 0.6)), "output_dim": classes, "group_size": group}
    kwargs.update(pooled_size=2, sample_per_part=gen.int(1, 3), trans_std=gen.pick((0.1, 0.3)))
    rois = _regions(gen, batch, count)
    if gen.chance(0.4):
        return Call(_C + "DeformablePSROIPooling", (data, rois), {**kwargs, "no_trans": True}, grad=(0,))
    shifts = gen.array((count, 2, 2, 2), "float32", low=-1.0, high=1.0)
    return Call(_C + "DeformablePSROIPooling", (data, rois, shifts), kwargs, grad=(0, 2))


def _turned_regions(gen: Gen) -> Call:
    gen.tol = Tolerance(rtol=2e-3, atol=2e-3, why="sample positions come from a sine and a cosine in float32")
    batch = gen.int(1, 2)
    rows = [
        [
            gen.int(0, batch - 1),
            gen.int(0, 5),
            gen.int(0, 5),
            gen.int(1, 5),
            gen.int(1, 5),
            gen.pick((10, 30, -75, 100)),
        ]
        for _ in range(gen.int(1, 3))
    ]
    data = gen.array((batch, gen.int(1, 2), gen.int(4, 6), gen.int(4, 6)), "float32")
    kwargs = {"pooled_size": (gen.int(1, 3), gen.int(1, 3)), "spatial_scale": gen.pick((1.0, 0.5))}
    kwargs["sampling_ratio"] = gen.pick((-1, 1, 2))
    return Call(_C + "RROIAlign", (data, Arr(values=rows, dtype="float32")), kwargs)


def _modulated(gen: Gen) -> Call:
    gen.tol = _SUMS
    batch, channels, filters = gen.int(1, 2), gen.int(1, 3), gen.int(1, 3)
    kernel, pad = (gen.int(1, 3), gen.int(1, 3)), (gen.int(0, 1), gen.int(0, 1))
    height, width = gen.int(3, 5), gen.int(3, 5)
    out = (height + 2 * pad[0] - kernel[0] + 1, width + 2 * pad[1] - kernel[1] + 1)
    taps = kernel[0] * kernel[1]
    arrays = [
        gen.array((batch, channels, height, width), "float32"),
        gen.array((batch, 2 * taps, *out), "float32", low=-1.4, high=1.4),
        gen.array((batch, taps, *out), "float32", low=0.0, high=1.0),
        gen.array((filters, channels, *kernel), "float32"),
        gen.array((filters,), "float32"),
    ]
    kwargs: dict[str, Any] = {"kernel": kernel, "pad": pad, "num_filter": filters}
    if gen.chance(0.4):
        return Call(_C + "ModulatedDeformableConvolution", tuple(arrays[:4]), {**kwargs, "no_bias": True})
    return Call(_C + "ModulatedDeformableConvolution", tuple(arrays), kwargs)


def _attention(gen: Gen) -> Call:
    gen.tol = _SUMS
    heads, width, batch = gen.int(1, 3), gen.int(1, 4), gen.int(1, 3)
    length, other = gen.int(1, 4), gen.int(1, 4)
    keys = gen.array((other, batch, 2 * heads * width), "float32")
    if gen.chance(0.5):
        queries = gen.array((length, batch, heads * width), "float32")
        return Call(_C + "interleaved_matmul_encdec_qk", (queries, keys), {"heads": heads}, grad=True)
    weights = gen.array((batch * heads, length, other), "float32")
    return Call(_C + "interleaved_matmul_encdec_valatt", (keys, weights), {"heads": heads}, grad=True)


def _hawkes(gen: Gen) -> Call:
    gen.tol = _LOGS
    batch, kinds, times = gen.int(1, 3), gen.int(1, 3), gen.int(1, 5)
    args = (
        gen.array((batch, kinds), "float32", low=0.5, high=1.5),
        gen.array((kinds,), "float32", low=0.2, high=0.6),
        gen.array((kinds,), "float32", low=0.5, high=2.0),
        gen.array((batch, kinds), "float32", low=0.0, high=1.0),
        gen.array((batch, times), "float32", low=0.1, high=1.0),
        Arr(values=[[gen.int(0, kinds - 1) for _ in range(times)] for _ in range(batch)], dtype="int32"),
        Arr(values=[float(gen.int(0, times)) for _ in range(batch)]),
        Arr(values=[times + gen.int(1, 3) * 0.5 for _ in range(batch)]),
    )
    return Call(_C + "hawkesll", args, grad=(0, 1, 2, 3))


def _entropy(gen: Gen) -> Call:
    gen.tol = _LOGS
    bins = gen.pick((5, 7, 15))
    size = bins * gen.int(2, 5) // 2 * 2 + 1
    hist = Arr(values=[float(gen.int(0, 40) + 1) for _ in range(size)])
    edges = Arr(values=[-2.0 + 4.0 * i / size for i in range(size + 1)])
    return Call(_C + "calibrate_entropy", (hist, edges), {"num_quantized_bins": bins})


GENERATORS = {
    "MultiBoxPrior": _prior,
    **{op: _proposal(op) for op in ("Proposal", "MultiProposal")},
    "box_encode": _encode,
    "box_decode": _decode,
    "PSROIPooling": _position_sensitive,
    "DeformablePSROIPooling": _deformable_regions,
    "RROIAlign": _turned_regions,
    "ModulatedDeformableConvolution": _modulated,
    "interleaved_matmul_encdec": _attention,
    "hawkesll": _hawkes,
    "calibrate_entropy": _entropy,
}
