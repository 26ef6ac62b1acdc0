"""Norms of many numbers: accurate, without overflow, over any axes."""

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.ops.reduce._runs import LARGE

AXES = [None, 0, 1, 2, (0, 1), (0, 2), (1, 2)]


@pytest.mark.parametrize("scale", [1.0, 1e25, 1e-25])
@pytest.mark.parametrize("axis", AXES)
def test_norm_of_many_numbers(axis: object, scale: float) -> None:
    data = (np.random.default_rng(1).standard_normal((24, 20, 18)) * scale).astype(np.float32)
    assert data.size >= LARGE
    found = mx.nd.norm(mx.nd.array(data), axis=axis).asnumpy()
    wanted = np.sqrt(np.square(data.astype(np.float64)).sum(axis))
    np.testing.assert_allclose(found.reshape(wanted.shape), wanted, rtol=1e-6)


@pytest.mark.parametrize("axis", AXES[1:])
def test_norm_of_many_keeps_zeros_and_what_is_no_number(axis: object) -> None:
    data = np.zeros((24, 20, 18), np.float32)
    assert not mx.nd.norm(mx.nd.array(data), axis=axis).asnumpy().any()
    data[1, 2, 3], data[5, 6, 7] = np.nan, np.inf
    found = mx.nd.norm(mx.nd.array(data), axis=axis).asnumpy()
    assert np.isnan(found).sum() == 1 and np.isinf(found).sum() == 1 and (np.isfinite(found) == (found == 0)).all()
