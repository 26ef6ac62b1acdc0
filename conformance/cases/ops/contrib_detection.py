"""contrib: boxes, prior boxes, targets and detections."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

HALF = Tolerance(rtol=1e-2, atol=4e-3, why="float16 kernels of MXNet round after each elementary step")
FLOATS = ("float64", "float16", "int32")


def boxes(count: int, seed: int = 0, batch: tuple[int, ...] = (), center: bool = False, low: float = 0.0) -> Any:
    """Random boxes in the unit square, rounded so that every dtype holds them well."""
    rng = np.random.RandomState(seed)
    place = rng.uniform(low, 0.6, (*batch, count, 2))
    size = rng.uniform(0.1, 0.5, (*batch, count, 2))
    made = np.concatenate([place, size if center else place + size], -1)
    return np.round(made * 64) / 64


def scored(count: int, seed: int = 0, batch: tuple[int, ...] = (), classes: int = 0, center: bool = False) -> Arr:
    """Rows of class (if ``classes``), score, box; scores are distinct."""
    rng = np.random.RandomState(seed + 100)
    total = int(np.prod((*batch, count)))
    score = (rng.permutation(total).reshape(*batch, count, 1) + 1) / 64 - 0.1
    kind = rng.randint(0, max(classes, 1), (*batch, count, 1)).astype(float)
    fields = [kind, score] if classes else [score]
    return Arr(values=np.round(np.concatenate([*fields, boxes(count, seed, batch, center)], -1), 4).tolist())


D, DC = scored(12, 1, (2,), 3), scored(12, 2, (2,), 3, center=True)
PLAIN = {"id_index": 0, "coord_start": 2, "score_index": 1}
suite.standard(
    "box_nms",
    "nd.contrib.box_nms",
    (D,),
    [
        {},
        PLAIN,
        {**PLAIN, "overlap_thresh": 0.1},
        {**PLAIN, "overlap_thresh": 0.1, "force_suppress": True},
        {**PLAIN, "overlap_thresh": 0.0},
        {**PLAIN, "valid_thresh": 0.1},
        {**PLAIN, "valid_thresh": 0.9},
        {**PLAIN, "topk": 3},
        {**PLAIN, "topk": 0},
        {**PLAIN, "topk": 100},
        {**PLAIN, "background_id": 1},
        {**PLAIN, "out_format": "center"},
        {"out_format": "center", "topk": 4, "overlap_thresh": 0.2},
    ],
    dtypes=FLOATS,
    bad={
        "fields": ((Arr((3, 4)),), {}, ("box_nms",)),
        "vector": ((Arr((6,)),), {}, ("box_nms",)),
        "score": ((D,), {"score_index": 3}, ("score_index",)),
        "coords": ((D,), {"coord_start": 3}, ("coord_start",)),
        "id": ((D,), {"id_index": 1}, ("id_index",)),
        "id_coords": ((D,), {"id_index": 4}, ("id_index",)),
        "format": ((D,), {"in_format": "no"}, ("valid values",)),
    },
)
for label, kwargs in {
    "center": {**PLAIN, "in_format": "center", "out_format": "center", "overlap_thresh": 0.2},
    "center_to_corner": {**PLAIN, "in_format": "center", "overlap_thresh": 0.2},
    "center_force": {**PLAIN, "in_format": "center", "force_suppress": True, "overlap_thresh": 0.1},
}.items():
    suite.op(f"box_nms/{label}", "nd.contrib.box_nms", (DC,), kwargs)
NEGATIVE = Arr(values=[[0.9, -0.25, 0.0, 0.5, 0.5], [0.8, 0.0, 0.0, 0.5, 0.5], [0.7, 0.5, 0.5, 0.25, 0.25]])
SHORT = {"coord_start": 1, "score_index": 0, "valid_thresh": 0.0}
suite.op("box_nms/negative_corner", "nd.contrib.box_nms", (NEGATIVE,), {**SHORT, "out_format": "center"})
suite.op("box_nms/negative_center", "nd.contrib.box_nms", (NEGATIVE,), {**SHORT, "in_format": "center"})
suite.op("box_nms/two_axes", "nd.contrib.box_nms", (scored(7, 3),), {**SHORT, "overlap_thresh": 0.2})
suite.op("box_nms/four_axes", "nd.contrib.box_nms", (scored(5, 4, (2, 2), 2),), {**PLAIN, "overlap_thresh": 0.2})
suite.op("box_nms/one_box", "nd.contrib.box_nms", (scored(1, 5),), SHORT)
suite.op("box_nms/alias", "nd.contrib.box_non_maximum_suppression", (D,), PLAIN)
TIES = Arr(values=[[0.5, *row] for row in boxes(9, 6).tolist()])
suite.op("box_nms/ties", "nd.contrib.box_nms", (TIES,), {**SHORT, "overlap_thresh": 0.3})
suite.op(
    "box_nms/large",
    "nd.contrib.box_nms",
    (scored(40, 7, (), 2),),
    {**PLAIN, "overlap_thresh": 0.3, "valid_thresh": 0.0},
)
suite.op(
    "box_nms/empty_boxes",
    "nd.contrib.box_nms",
    (Arr(values=[[0.5, 0, 0, 0, 0], [0.4, 0, 0, 0, 0], [0.3, 0.5, 0.5, 0.2, 0.2]]),),
    SHORT,
)

L, R = Arr(values=boxes(3, 1).tolist()), Arr(values=boxes(4, 2).tolist())
LC, RC = Arr(values=boxes(3, 1, center=True).tolist()), Arr(values=boxes(4, 2, center=True).tolist())
suite.standard(
    "box_iou",
    "nd.contrib.box_iou",
    (L, R),
    [{}, {"format": "corner"}],
    dtypes=FLOATS,
    float16_tol=HALF,
    bad={
        "width": ((L, Arr((3, 5))), {}, ("box_iou", "rhs")),
        "vector": ((L, Arr((4,))), {}, ("box_iou", "rhs")),
        "dtypes": ((L, R.with_(dtype="float64")), {}, ("box_iou", "float64")),
        "format": ((L, R), {"format": "no"}, ("valid values",)),
    },
)
suite.op("box_iou/center", "nd.contrib.box_iou", (LC, RC), {"format": "center"})
suite.op("box_iou/axes", "nd.contrib.box_iou", (Arr(values=boxes(3, 1, (2,)).tolist()), R))
SPECIAL = Arr(
    values=[[0.5, 0.5, 0.1, 0.1], [0, 0, 0, 0], [float("nan"), 0, 1, 1], [0, 0, float("inf"), 1], [-1, -1, 1, 1]]
)
suite.op("box_iou/special", "nd.contrib.box_iou", (SPECIAL, SPECIAL))
suite.op("box_iou/special_center", "nd.contrib.box_iou", (SPECIAL, SPECIAL), {"format": "center"})

S = Arr((2, 3, 4), unique=True)
suite.standard(
    "bipartite_matching",
    "nd.contrib.bipartite_matching",
    (S,),
    [
        {"threshold": 0.1},
        {"threshold": -10},
        {"threshold": 1, "is_ascend": True},
        {"threshold": -10, "topk": 1},
        {"threshold": -10, "topk": 2},
        {"threshold": 100},
        {"threshold": -10, "topk": 0},
    ],
    dtypes=FLOATS,
    bad={"vector": ((Arr((4,)),), {"threshold": 0}, ("bipartite_matching",)), "missing": ((S,), {}, ("threshold",))},
)
suite.op("bipartite_matching/matrix", "nd.contrib.bipartite_matching", (Arr((4, 2), unique=True),), {"threshold": -5})
suite.op(
    "bipartite_matching/ties",
    "nd.contrib.bipartite_matching",
    (Arr(values=[[0.5, 0.5], [0.5, 0.5]]),),
    {"threshold": 0.1},
)

A = Arr(values=boxes(4, 3, (2,)).tolist())
REFS = Arr(values=boxes(3, 4, (2,)).tolist())
SAMPLES = Arr(values=[[1, 0, 1, -1], [0.4, 0.6, 1, 1]])
MATCHES = Arr(values=[[0, 1, 2, 0], [2, 1, 0, 1]])
MEANS, STDS = Arr(values=[0, 0.1, 0, 0.2]), Arr(values=[0.1, 0.1, 0.2, 0.2])
suite.standard(
    "box_encode",
    "nd.contrib.box_encode",
    (SAMPLES, MATCHES, A, REFS, MEANS, STDS),
    dtypes=FLOATS,
    float16_tol=HALF,
    bad={
        "samples": ((Arr((2, 4, 1)), MATCHES, A, REFS, MEANS, STDS), {}, ("box_encode", "samples")),
        "anchors": ((SAMPLES, MATCHES, Arr((2, 4, 3)), REFS, MEANS, STDS), {}, ("box_encode", "anchors")),
        "means": ((SAMPLES, MATCHES, A, REFS, Arr((3,)), STDS), {}, ("box_encode", "means")),
    },
)
MOVES = Arr((2, 4, 4))
ANCHORS = Arr(values=boxes(4, 3, (1,)).tolist())
suite.standard(
    "box_decode",
    "nd.contrib.box_decode",
    (MOVES, ANCHORS),
    [
        {},
        {"format": "corner"},
        {"std0": 0.1, "std1": 0.2, "std2": 0.3, "std3": 0.4},
        {"clip": 0.5},
        {"clip": 0.5, "format": "corner", "std2": 0.5},
        {"clip": 0},
    ],
    dtypes=FLOATS,
    float16_tol=HALF,
    bad={
        "data": ((Arr((4, 4)), ANCHORS), {}, ("box_decode", "data")),
        "anchors": ((MOVES, Arr((4, 4))), {}, ("box_decode", "anchors")),
    },
)

F = Arr((1, 3, 2, 3))
suite.standard(
    "MultiBoxPrior",
    "nd.contrib.MultiBoxPrior",
    (F,),
    [
        {"sizes": (0.5, 0.25), "ratios": (1, 2, 0.5)},
        {},
        {"sizes": 0.3},
        {"ratios": (2, 1)},
        {"sizes": (0.9, 0.2), "clip": True},
        {"steps": (0.4, 0.3)},
        {"offsets": (0.1, 0.9)},
        {"steps": (0.5, 0.25), "offsets": (0, 1), "sizes": "(0.1, 0.2)"},
    ],
    dtypes=FLOATS,
    bad={
        "axes": ((Arr((2, 3)),), {}, ("MultiBoxPrior",)),
        "offsets": ((F,), {"offsets": (2, 0)}, ("offsets",)),
        "steps": ((F,), {"steps": (0.1,)}, ("steps",)),
        "signs": ((F,), {"steps": (0.1, -0.1)}, ("steps",)),
    },
)

PRIORS = Arr(values=boxes(10, 8, (1,)).tolist())
LABELS = Arr(
    values=[
        [[1, 0.1, 0.1, 0.45, 0.5], [0, 0.3, 0.2, 0.8, 0.7], [-1] * 5],
        [[2, 0.5, 0.5, 0.9, 0.8], [-1] * 5, [-1] * 5],
        [[-1] * 5, [-1] * 5, [-1] * 5],
    ]
)
PREDICTED = Arr((3, 4, 10))
suite.standard(
    "MultiBoxTarget",
    "nd.contrib.MultiBoxTarget",
    (PRIORS, LABELS, PREDICTED),
    [
        {},
        {"overlap_threshold": 0.2},
        {"overlap_threshold": 0},
        {"overlap_threshold": 0.9},
        {"ignore_label": -5},
        {"negative_mining_ratio": 1},
        {"negative_mining_ratio": 3, "negative_mining_thresh": 0.5, "overlap_threshold": 0.3},
        {"negative_mining_ratio": 1.5, "ignore_label": 7, "minimum_negative_samples": 3},
        {"variances": (0.2, 0.3, 0.4, 0.5)},
    ],
    dtypes=("float64", "int32"),
    bad={
        "anchor": ((Arr((2, 10, 4)), LABELS, PREDICTED), {}, ("MultiBoxTarget", "anchor")),
        "label": ((PRIORS, Arr((3, 2, 4)), PREDICTED), {}, ("MultiBoxTarget", "label")),
        "pred": ((PRIORS, LABELS, Arr((3, 4, 9))), {}, ("MultiBoxTarget", "cls_pred")),
        "padding": (
            (PRIORS, Arr(values=[[[-1, 0.1, 0.1, 0.2, 0.2]]]), Arr((1, 4, 10))),
            {},
            ("MultiBoxTarget", "label"),
        ),
        "few": (
            (PRIORS, LABELS, PREDICTED),
            {"negative_mining_ratio": 9, "negative_mining_thresh": 0.001},
            ("MultiBoxTarget", "negative"),
        ),
    },
)
GRID = Arr(values=[[[x / 4, y / 4, x / 4 + 0.25, y / 4 + 0.25] for y in range(4) for x in range(4)]])
TWINS = Arr(
    values=[[[0, 0.0, 0.0, 0.5, 0.5], [1, 0.0, 0.0, 0.5, 0.5], [2, 0.25, 0.25, 0.5, 0.5], [2, 0.9, 0.9, 0.95, 0.95]]]
)
suite.op("MultiBoxTarget/ties", "nd.contrib.MultiBoxTarget", (GRID, TWINS, Arr((1, 4, 16))), {"overlap_threshold": 0.2})
suite.op(
    "MultiBoxTarget/ties_mining",
    "nd.contrib.MultiBoxTarget",
    (GRID, TWINS, Arr((1, 4, 16))),
    {"overlap_threshold": 0.2, "negative_mining_ratio": 2},
)
suite.op("MultiBoxTarget/none", "nd.contrib.MultiBoxTarget", (GRID, Arr(values=[[[-1.0] * 5]]), Arr((1, 4, 16))))
suite.op(
    "MultiBoxTarget/wide_label",
    "nd.contrib.MultiBoxTarget",
    (GRID, Arr(values=[[[1, 0.1, 0.1, 0.4, 0.4, 9.0]]]), Arr((1, 4, 16))),
)

PROB = Arr((2, 4, 10), low=0, high=1)
MOVED = Arr((2, 40), seed=2)
suite.standard(
    "MultiBoxDetection",
    "nd.contrib.MultiBoxDetection",
    (PROB, MOVED, PRIORS),
    [
        {},
        {"threshold": 0.7},
        {"threshold": 2.0},
        {"clip": False},
        {"nms_threshold": 0.1},
        {"nms_threshold": 0.1, "force_suppress": True},
        {"nms_threshold": 0},
        {"nms_threshold": 1.5},
        {"nms_topk": 4},
        {"nms_topk": 4, "nms_threshold": 0.1, "force_suppress": True},
        {"variances": (0.5, 0.5, 1.0, 1.0)},
        {"background_id": 1},
        {"threshold": 0.8, "nms_topk": 3},
    ],
    dtypes=("float64", "int32"),
    bad={
        "prob": ((Arr((4, 10)), MOVED, PRIORS), {}, ("MultiBoxDetection", "cls_prob")),
        "loc": ((PROB, Arr((2, 36)), PRIORS), {}, ("MultiBoxDetection", "loc_pred")),
        "anchor": ((PROB, MOVED, Arr((1, 9, 4))), {}, ("MultiBoxDetection", "anchor")),
        "variances": ((PROB, MOVED, PRIORS), {"variances": (1, 1)}, ("variances",)),
    },
)
suite.op(
    "MultiBoxDetection/one_class",
    "nd.contrib.MultiBoxDetection",
    (Arr((1, 2, 10), low=0, high=1), Arr((1, 40)), PRIORS),
)
suite.op(
    "MultiBoxDetection/ties",
    "nd.contrib.MultiBoxDetection",
    (Arr(values=np.full((1, 3, 16), 0.5).tolist()), Arr((1, 64)), GRID),
)
