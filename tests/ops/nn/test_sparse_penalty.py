"""IdentityAttachKLSparseReg: its gradient is the head gradient plus that of the penalty."""

from __future__ import annotations

import pytest
import torch

from mxcompat import autograd, nd
from mxcompat.error import MXNetError


def test_gradient_is_that_of_the_divergence():
    data = nd.random.uniform(0.1, 0.9, shape=(4, 3))
    average = nd.array([0.2, 0.5, 0.7])
    before = average.copy()
    data.attach_grad()
    with autograd.record():
        out = nd.IdentityAttachKLSparseReg(data, average, sparseness_target=0.25, penalty=0.5, momentum=0.75)
    assert (average == before).asnumpy().all()
    out.backward(nd.full((4, 3), 2.0))
    moved = 0.75 * before._t + 0.25 * data._t.detach().mean(0)
    torch.testing.assert_close(average._t, moved)
    rho = moved.clone().requires_grad_()
    target = torch.tensor(0.25)
    divergence = target * (target / rho).log() + (1 - target) * ((1 - target) / (1 - rho)).log()
    (slope,) = torch.autograd.grad(divergence.sum(), rho)
    torch.testing.assert_close(data.grad._t, (2.0 + 0.5 * slope).expand(4, 3))
    assert (out == data).asnumpy().all()


@pytest.mark.parametrize("shape", [(3,), (2, 3, 1)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MXNetError, match="IdentityAttachKLSparseReg"):
        nd.IdentityAttachKLSparseReg(nd.ones(shape), nd.ones(3))
