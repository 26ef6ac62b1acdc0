"""Spatial operators against plain loops, and their gradients against finite differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import mxcompat as mx
from mxcompat.ops.spatial import roi_pooling
from mxcompat.registry import find


def _call(name: str, *tensors: Tensor, **attrs: Any) -> Tensor:
    op = find(name)
    result: Tensor = op.call(tensors, op.parse(**attrs))
    return result


def _rand(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 2 - 1


def _pooled(data: np.ndarray, rois: np.ndarray, size: tuple[int, int], scale: float) -> np.ndarray:
    out = np.zeros((len(rois), data.shape[1], *size))
    for r, (image, *corners) in enumerate(rois):
        left, top, right, bottom = (math.floor(abs(c * scale) + 0.5) * int(np.sign(c)) for c in corners)
        tall, wide = max(bottom - top + 1, 1) / size[0], max(right - left + 1, 1) / size[1]
        for i in range(size[0]):
            for j in range(size[1]):
                rows = slice(
                    *(
                        int(np.clip(v + top, 0, data.shape[2]))
                        for v in (math.floor(i * tall), math.ceil((i + 1) * tall))
                    )
                )
                columns = slice(
                    *(
                        int(np.clip(v + left, 0, data.shape[3]))
                        for v in (math.floor(j * wide), math.ceil((j + 1) * wide))
                    )
                )
                part = data[int(image), :, rows, columns]
                out[r, :, i, j] = part.max((1, 2)) if part.size else 0
    return out


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("budget", [1, 1 << 16])
def test_region_pooling_takes_the_maximum_of_each_bin(dtype: torch.dtype, budget: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(roi_pooling, "_AT_ONCE", budget)
    rng = np.random.RandomState(0)
    data = rng.uniform(-1, 1, (2, 5, 17, 23)).astype("float32")
    corner = rng.uniform(-5, 40, (30, 2))
    rois = np.concatenate([rng.randint(0, 2, (30, 1)), corner, corner + rng.uniform(-3, 30, (30, 2))], 1).astype(
        "float32"
    )
    found = _call(
        "ROIPooling",
        torch.from_numpy(data).to(dtype),
        torch.from_numpy(rois).to(dtype),
        pooled_size=(3, 4),
        spatial_scale=0.5,
    )
    np.testing.assert_array_equal(found.numpy(), _pooled(data, rois, (3, 4), 0.5))


def test_gradient_of_region_pooling() -> None:
    data = _rand(1, 2, 6, 7).requires_grad_()
    rois = torch.tensor([[0, 0, 0, 6, 5], [0, 2, 1, 4, 5]], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: _call("ROIPooling", x, rois, pooled_size=(2, 3), spatial_scale=1), [data])


def test_the_regions_get_a_zero_gradient() -> None:
    data, rois = mx.nd.random.uniform(shape=(1, 1, 4, 4)), mx.nd.array([[0, 0, 0, 3, 3]])
    data.attach_grad()
    rois.attach_grad()
    rois.grad[:] = 7
    with mx.autograd.record():
        out = mx.nd.ROIPooling(data, rois, (2, 2), 1.0)
    out.backward()
    assert not rois.grad.asnumpy().any() and data.grad.asnumpy().sum() == 4


@pytest.mark.parametrize("multiply", [True, False])
@pytest.mark.parametrize("kernel", [1, 3])
def test_gradient_of_correlation(multiply: bool, kernel: int) -> None:
    maps = [_rand(1, 2, 5, 6, seed=s).requires_grad_() for s in (1, 2)]
    attrs = {"kernel_size": kernel, "pad_size": 2, "stride1": 2, "is_multiply": multiply}
    assert torch.autograd.gradcheck(lambda a, b: _call("Correlation", a, b, **attrs), maps)


def test_gradients_of_the_sampler_and_the_transformer() -> None:
    image, grid, loc = (
        _rand(1, 2, 4, 5).requires_grad_(),
        _rand(1, 2, 3, 2).requires_grad_(),
        _rand(1, 6).requires_grad_(),
    )
    assert torch.autograd.gradcheck(lambda a, b: _call("BilinearSampler", a, b), [image, grid])
    attrs = {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": (3, 3)}
    assert torch.autograd.gradcheck(lambda a, b: _call("SpatialTransformer", a, b, **attrs), [image, loc])


def test_the_transformer_is_grid_and_sampler() -> None:
    image, loc = _rand(2, 3, 5, 6), _rand(2, 6)
    grid = _call("GridGenerator", loc, transform_type="affine", target_shape=(4, 3))
    attrs = {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": (4, 3)}
    torch.testing.assert_close(_call("SpatialTransformer", image, loc, **attrs), _call("BilinearSampler", image, grid))


@pytest.mark.parametrize("attrs", [{"stride1": 0}, {"stride2": 0}, {"kernel_size": 2}])
def test_correlation_names_what_is_wrong(attrs: dict[str, int]) -> None:
    with pytest.raises(mx.base.MXNetError, match=next(iter(attrs))):
        _call("Correlation", _rand(1, 1, 5, 5), _rand(1, 1, 5, 5), **attrs)


def test_shapes_without_data() -> None:
    rois, maps = torch.empty(4, 5, device="meta"), torch.empty(2, 3, 8, 9, device="meta")
    assert _call("ROIPooling", maps, rois, pooled_size=(2, 3), spatial_scale=1).shape == (4, 3, 2, 3)
    assert _call("Correlation", maps, maps, pad_size=1).shape == (2, 9, 8, 9)
    assert _call("BilinearSampler", maps, torch.empty(2, 2, 4, 5, device="meta")).shape == (2, 3, 4, 5)


def test_region_pooling_of_large_bins_finds_the_first_of_equal_maxima():
    data = torch.from_numpy(np.random.RandomState(0).randint(0, 9, (1, 2, 40, 40))).float()
    data[0, 0, :20] = torch.nan
    data.requires_grad_()
    rois = torch.tensor([[0.0, 0.0, 0.0, 39.0, 39.0]])
    result = _call("ROIPooling", data, rois, pooled_size=(1, 2), spatial_scale=1)
    result.sum().backward()
    for channel in range(2):
        for column in range(2):
            part = data.detach()[0, channel, :, 20 * column : 20 * column + 20].nan_to_num(-1)
            wanted = torch.zeros_like(part).reshape(-1)
            wanted[int(np.argmax(part.numpy()))] = 1
            assert result[0, channel, 0, column] == part.max()
            assert torch.equal(data.grad[0, channel, :, 20 * column : 20 * column + 20].reshape(-1), wanted)
