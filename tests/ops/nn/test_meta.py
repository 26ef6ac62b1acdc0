"""Shapes and dtypes come out on tensors without memory, as symbols need them."""

from __future__ import annotations

import pytest
import torch

from mxcompat._core.state import set_training
from mxcompat.registry.operator import find

C = {"kernel": (3, 3), "num_filter": 4}
IMAGE = (2, 4, 6, 6)
BN = [IMAGE, (4,), (4,), (4,), (4,)]
CASES = {
    "FullyConnected": ([(2, 3, 4), (5, 12), (5,)], {"num_hidden": 5}, (2, 5)),
    "Convolution": ([IMAGE, (4, 4, 3, 3), (4,)], C, (2, 4, 4, 4)),
    "Deconvolution": ([IMAGE, (4, 4, 3, 3)], C, (2, 4, 8, 8)),
    "Pooling": ([IMAGE], {"kernel": (3, 3), "stride": (2, 2), "pooling_convention": "full"}, (2, 4, 3, 3)),
    "Pooling_v1": ([IMAGE], {"kernel": (2, 2), "pool_type": "avg"}, (2, 4, 5, 5)),
    "BatchNorm": (BN, {"fix_gamma": False}, IMAGE),
    "BatchNorm_v1": (BN, {}, IMAGE),
    "_contrib_SyncBatchNorm": (BN, {"key": "a"}, IMAGE),
    "_contrib_BatchNormWithReLU": (BN, {}, IMAGE),
    "LayerNorm": ([(2, 3, 4), (3,), (3,)], {"axis": 1}, (2, 3, 4)),
    "GroupNorm": ([IMAGE, (2,), (2,)], {"num_groups": 2}, IMAGE),
    "InstanceNorm": ([IMAGE, (4,), (4,)], {}, IMAGE),
    "L2Normalization": ([IMAGE], {"mode": "channel"}, IMAGE),
    "LRN": ([IMAGE], {"nsize": 3}, IMAGE),
    "Activation": ([IMAGE], {"act_type": "softrelu"}, IMAGE),
    "LeakyReLU": ([IMAGE, (4,)], {"act_type": "prelu"}, IMAGE),
    "SoftmaxActivation": ([IMAGE], {"mode": "channel"}, IMAGE),
    "SoftmaxOutput": ([(2, 3), (2,)], {}, (2, 3)),
    "LinearRegressionOutput": ([(2, 3), (2, 3)], {}, (2, 3)),
    "LogisticRegressionOutput": ([(2, 3), (2, 3)], {}, (2, 3)),
    "MAERegressionOutput": ([(2, 3), (2, 3)], {}, (2, 3)),
    "SVMOutput": ([(2, 3), (2,)], {}, (2, 3)),
    "MakeLoss": ([(2, 3)], {}, (2, 3)),
    "IdentityAttachKLSparseReg": ([(2, 3), (3,)], {}, (2, 3)),
    "Dropout": ([IMAGE], {}, IMAGE),
    "UpSampling": ([IMAGE], {"scale": 2, "sample_type": "nearest"}, (2, 4, 12, 12)),
}


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_shape(name, train):
    shapes, attrs, expected = CASES[name]
    before = set_training(train)
    try:
        out = find(name).fn(*(torch.empty(s, device="meta") for s in shapes), **attrs)
    finally:
        set_training(before)
    assert out.shape == expected
    assert out.dtype is torch.float32
