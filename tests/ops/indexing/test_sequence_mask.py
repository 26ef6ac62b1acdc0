"""SequenceMask of steps that are filled whole."""

import numpy as np
import pytest

import mxcompat as mx


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "uint8"])
@pytest.mark.parametrize("axis", [0, 1])
def test_whole_steps_are_filled(axis: int, dtype: str) -> None:
    data = np.arange(6 * 6 * 20).reshape(6, 6, 20).astype(dtype)
    lengths = np.array([0, 1, 3, 6, 9, -2], np.float32)
    found = mx.nd.SequenceMask(mx.nd.array(data, dtype=dtype), mx.nd.array(lengths), True, value=7, axis=axis).asnumpy()
    wanted = data.copy()
    for i, n in enumerate(np.clip(lengths, 0, 6).astype(int)):
        wanted[(slice(n, None), i) if axis == 0 else (i, slice(n, None))] = 7
    assert found.dtype == wanted.dtype and (found == wanted).all()


def test_gradient_is_zero_behind_the_end_and_can_be_differentiated_again() -> None:
    x, lengths = mx.nd.random.normal(shape=(5, 2, 20)), mx.nd.array([2, 4])
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.SequenceMask(x * x * x, lengths, True, value=9)
        (first,) = mx.autograd.grad(y, [x], create_graph=True)
        loss = first.sum()
    loss.backward()
    kept = (np.arange(5)[:, None] < np.array([2, 4]))[..., None]
    np.testing.assert_allclose(first.asnumpy(), 3 * x.asnumpy() ** 2 * kept, rtol=1e-6)
    np.testing.assert_allclose(x.grad.asnumpy(), 6 * x.asnumpy() * kept, rtol=1e-6)
