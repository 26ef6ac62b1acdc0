"""What recorded cases do not show: shapes without memory, kernels that run on GPUs only, batches beyond one chunk."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mxcompat import autograd, nd
from mxcompat.ops.contrib import special
from mxcompat.ops.contrib._nms import Boxes, best, kept
from mxcompat.registry.operator import find

BOXES = (1, 10, 4)
IMAGE = (2, 8, 6, 7)
SHAPES = {
    "_contrib_box_nms": ([(2, 5, 6)], {}, (2, 5, 6)),
    "_contrib_box_iou": ([(3, 4), (2, 5, 4)], {}, (3, 2, 5)),
    "_contrib_bipartite_matching": ([(2, 3, 4)], {"threshold": 0.5}, (2, 3)),
    "_contrib_box_encode": ([(2, 5), (2, 5), (2, 5, 4), (2, 3, 4), (4,), (4,)], {}, (2, 5, 4)),
    "_contrib_box_decode": ([(2, 10, 4), BOXES], {}, (2, 10, 4)),
    "_contrib_MultiBoxPrior": ([IMAGE], {"sizes": (0.1, 0.2), "ratios": (1, 2)}, (1, 126, 4)),
    "_contrib_MultiBoxTarget": ([BOXES, (2, 3, 5), (2, 4, 10)], {"negative_mining_ratio": 3}, (2, 40)),
    "_contrib_MultiBoxDetection": ([(2, 4, 10), (2, 40), BOXES], {}, (2, 10, 6)),
    "_contrib_Proposal": ([(1, 24, 3, 4), (1, 48, 3, 4), (1, 3)], {"rpn_post_nms_top_n": 7}, (7, 5)),
    "_contrib_MultiProposal": ([(2, 24, 3, 4), (2, 48, 3, 4), (2, 3)], {"rpn_post_nms_top_n": 7}, (14, 5)),
    "_contrib_ROIAlign": ([IMAGE, (3, 5)], {"pooled_size": (2, 3), "spatial_scale": 0.5}, (3, 8, 2, 3)),
    "_contrib_RROIAlign": ([IMAGE, (3, 6)], {"pooled_size": (2, 3), "spatial_scale": 0.5}, (3, 8, 2, 3)),
    "_contrib_PSROIPooling": ([IMAGE, (3, 5)], {"output_dim": 2, "pooled_size": 2, "spatial_scale": 0.5}, (3, 2, 2, 2)),
    "_contrib_DeformableConvolution": (
        [IMAGE, (2, 18, 4, 5), (4, 8, 3, 3), (4,)], {"kernel": (3, 3), "num_filter": 4}, (2, 4, 4, 5),
    ),
    "_contrib_BilinearResize2D": ([IMAGE], {"height": 3, "width": 9}, (2, 8, 3, 9)),
    "_contrib_AdaptiveAvgPooling2D": ([IMAGE], {"output_size": (3, 2)}, (2, 8, 3, 2)),
    "_contrib_interleaved_matmul_selfatt_qk": ([(5, 2, 12)], {"heads": 2}, (4, 5, 5)),
    "_contrib_calibrate_entropy": ([(101,), (102,)], {"num_quantized_bins": 15}, (1,)),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_on_tensors_without_memory(name):
    shapes, attributes, expected = SHAPES[name]
    op = find(name)
    inputs = [torch.empty(shape, device="meta") for shape in shapes]
    inputs += [None] * (len(op.inputs) - len(inputs))
    result = op.call(inputs, op.parse(**attributes))
    first = result if isinstance(result, torch.Tensor) else result[0]
    assert (tuple(first.shape), first.device.type) == (expected, "meta")


def test_fourier_kernels_agree_with_numpy():
    data = np.random.RandomState(0).randn(3, 6).astype(np.float32)
    pairs = special._fft(torch.from_numpy(data)).numpy()
    expected = np.fft.fft(data)
    np.testing.assert_allclose(pairs[:, ::2], expected.real, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(pairs[:, 1::2], expected.imag, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(special._ifft(torch.from_numpy(pairs)).numpy(), 6 * data, rtol=1e-4, atol=1e-4)


def test_count_sketch_kernel_adds_signed_features():
    data = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    result = special._count_sketch(data, torch.tensor([[1.0, 0.0, 1.0]]), torch.tensor([[1.0, -1.0, -1.0]]), 2)
    assert result.tolist() == [[-2.0, -2.0], [-5.0, -2.0]]


def _some_boxes(count, threshold, inclusive=False, dtype=np.float32):
    rng = np.random.RandomState(count)
    low = rng.rand(2, count) * 80
    high = low + rng.rand(2, count) * 40 * (rng.rand(count) > 0.02)  # some are empty
    left, top, right, bottom = np.concatenate([low, high]).astype(dtype)
    return Boxes((left, top, right, bottom), (right - left) * (bottom - top), threshold, inclusive=inclusive)


def _one_by_one(boxes, groups, most=None):
    """The greedy loop over all pairs."""
    alive, found = np.ones(len(groups), dtype=bool), 0
    for i in range(len(groups)):
        if alive[i]:
            found += 1
            if found == most:
                alive[i + 1 :] = False
                break
            later = np.arange(i + 1, len(groups))
            later = later[groups[later] == groups[i]]
            alive[later[boxes.suppress(np.full(len(later), i), later)]] = False
    return alive


@pytest.mark.parametrize("count", [1, 90, 700])
@pytest.mark.parametrize("threshold", [0.0, 0.1, 0.45, 0.7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kept_boxes_are_those_of_the_plain_loop(count, threshold, dtype):
    boxes = _some_boxes(count, threshold, threshold == 0.1, dtype)
    one = np.zeros(count, dtype=np.int64)
    assert kept(boxes).tolist() == _one_by_one(boxes, one).tolist()
    assert kept(boxes, most=30).tolist() == _one_by_one(boxes, one, 30).tolist()
    for kinds in (2, 40):  # large groups and small ones
        groups = np.random.RandomState(5).randint(0, kinds, count)
        assert kept(boxes, groups).tolist() == _one_by_one(boxes, groups).tolist()


def test_kept_boxes_with_infinite_ones_and_inside_out_ones():
    boxes = _some_boxes(300, 0.3)
    left, top, right, bottom = boxes.edges
    right[5], right[17], left[100] = np.inf, left[17] - 1, -np.inf
    with np.errstate(invalid="ignore"):
        assert kept(boxes).tolist() == _one_by_one(boxes, np.zeros(300, dtype=np.int64)).tolist()


def test_best_of_many_equal_scores_are_the_first():
    scores = np.array([1, 3, 2, 3, 2, 2, 0, 2, 3, 1], dtype=np.float32)
    rows = np.arange(10)
    for most in range(1, 11):
        assert best(scores, rows, most).tolist() == np.argsort(-scores, kind="stable")[:most].tolist()


def test_regions_in_several_rounds_have_the_same_features(monkeypatch):
    rng = np.random.RandomState(0)
    data = torch.tensor(rng.randn(2, 8, 12, 15), dtype=torch.float64, requires_grad=True)
    corners = np.sort(rng.rand(20, 2, 2) * [[12], [10]], axis=2).transpose(0, 2, 1).reshape(20, 4)
    rois = torch.tensor(np.concatenate([rng.randint(0, 2, (20, 1)), corners], 1))
    calls = (
        lambda: find("_contrib_ROIAlign").fn(data, rois, pooled_size=(3, 2), spatial_scale=1.0),
        lambda: find("_contrib_PSROIPooling").fn(data, rois, spatial_scale=1.0, output_dim=2, pooled_size=2),
    )
    for call in calls:
        whole = call()
        (gradient,) = torch.autograd.grad(whole.square().sum(), data)
        with monkeypatch.context() as patch:
            patch.setattr("mxcompat.ops.contrib._bags._ENTRIES", 40)
            parts = call()
        assert torch.allclose(parts, whole, rtol=1e-12)
        assert torch.allclose(torch.autograd.grad(parts.square().sum(), data)[0], gradient, rtol=1e-12)


def test_gradients_of_hawkes_likelihoods_are_those_of_differences():
    rng = np.random.RandomState(2)
    lda, alpha, beta = (torch.tensor(rng.rand(*s) + 0.3, requires_grad=True) for s in ((3, 2), (2,), (2,)))
    state, lags = torch.tensor(rng.rand(3, 2)), torch.tensor(rng.rand(3, 9))
    marks = torch.tensor(rng.randint(0, 2, (3, 9)), dtype=torch.int32)
    lengths, end = torch.tensor([9.0, 4.0, 0.0], dtype=torch.float64), torch.full((3,), 11.0, dtype=torch.float64)

    def likelihood(*inputs):
        return find("_contrib_hawkesll").fn(*inputs, state, lags, marks, lengths, end)[0]

    assert torch.autograd.gradcheck(likelihood, (lda, alpha, beta))


@pytest.mark.parametrize(
    "call",
    [
        lambda x, i: nd.contrib.ROIAlign(x, i[:, :5], pooled_size=(2, 2), spatial_scale=1.0),
        lambda x, i: nd.contrib.RROIAlign(x, i, pooled_size=(2, 2), spatial_scale=1.0),
    ],
    ids=["ROIAlign", "RROIAlign"],
)
def test_gradient_of_samples_is_their_weight(call):
    """The result is linear in the image, so a step along the gradient changes it by the squared gradient."""
    x = nd.random.uniform(shape=(1, 2, 6, 6))
    regions = nd.array([[0, 1.2, 1.4, 4.1, 3.8, 20.0]])
    x.attach_grad()
    with autograd.record():
        y = call(x, regions).sum()
    y.backward()
    moved = call(x + 0.01 * x.grad, regions).sum()
    expected = 0.01 * (x.grad * x.grad).sum()
    assert abs(float((moved - y).asscalar()) - float(expected.asscalar())) < 1e-4


def test_modulated_deformable_convolution_has_the_gradient_of_its_numbers():
    torch.manual_seed(0)
    op = find("_contrib_ModulatedDeformableConvolution")
    values = op.parse(kernel=(2, 2), num_filter=2)
    shapes = ((1, 2, 4, 4), (1, 8, 3, 3), (1, 4, 3, 3), (2, 2, 2, 2), (2,))
    inputs = tuple(torch.rand(s, dtype=torch.float64, requires_grad=True) for s in shapes)
    assert torch.autograd.gradcheck(lambda *t: op.call(t, values), inputs, eps=1e-7, atol=1e-4)
