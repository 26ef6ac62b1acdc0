"""Local response normalization of large batches, which goes part by part."""

import pytest
import torch

from mxcompat.ops.nn import normalization
from mxcompat.registry.operator import find


@pytest.mark.parametrize(("shape", "nsize"), [((6, 10, 60, 60), 5), ((6, 2, 120, 140), 5), ((40, 5000), 3)])
@pytest.mark.parametrize("beta", [0.75, 0.5])
def test_neighbouring_channels_of_parts_of_a_batch(shape: tuple[int, ...], nsize: int, beta: float) -> None:
    data = torch.randn(shape)
    assert data.numel() >= normalization._PIECE
    options = {"alpha": 0.3, "beta": beta, "knorm": 1.5, "nsize": nsize}
    found = find("LRN").fn(data, **options)
    torch.testing.assert_close(found, find("LRN").fn(data.requires_grad_(), **options).detach())
