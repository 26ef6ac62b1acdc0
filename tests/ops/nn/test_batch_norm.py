"""The older forms of batch normalization, and running averages."""

from __future__ import annotations

import pytest
import torch

import mxcompat as mx
from mxcompat import autograd, nd
from mxcompat.error import MXNetError


def arrays(shape=(3, 2, 2, 2)):
    data = nd.random.uniform(shape=shape)
    channels = shape[1]
    return [data, nd.arange(1, channels + 1), nd.ones(channels), nd.zeros(channels), nd.ones(channels)]


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("attrs", [{}, {"fix_gamma": False}, {"use_global_stats": True}, {"momentum": 0.3}])
def test_version_one_agrees(attrs, train):
    results = []
    for op, more in ((nd.BatchNorm, {}), (nd.BatchNorm_v1, {}), (nd.contrib.SyncBatchNorm, {"key": "a"})):
        mx.random.seed(1)
        given = arrays()
        for array in given[:3]:
            array.attach_grad()
        with autograd.record(train_mode=train):
            out = op(*given, eps=0.1, **attrs, **more)
        out.backward(nd.arange(out.size).reshape(out.shape), train_mode=train)
        results.append([out, *given, *(a.grad for a in given[:3])])
    for other in results[1:]:
        for left, right in zip(results[0], other, strict=True):
            torch.testing.assert_close(left._t.detach(), right._t.detach())


def test_version_one_gives_the_variance():
    given = arrays()
    with autograd.train_mode():
        _, mean, variance = nd.BatchNorm_v1(*given, output_mean_var=True)
        _, _, inverse = nd.BatchNorm(*given, output_mean_var=True)
    exact = given[0]._t.var((0, 2, 3), unbiased=False)
    torch.testing.assert_close(mean._t, given[0]._t.mean((0, 2, 3)))
    torch.testing.assert_close(variance._t, exact, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(inverse._t, torch.rsqrt(exact + 1e-3))


def test_running_averages_wait_for_the_gradient():
    given = arrays()
    given[0].attach_grad()
    with autograd.record():
        out = nd.BatchNorm(*given)
    assert given[3].sum().asscalar() == 0
    out.backward()
    torch.testing.assert_close(given[3]._t, 0.1 * given[0]._t.detach().mean((0, 2, 3)))


def test_several_devices_are_refused():
    with autograd.train_mode(), pytest.raises(MXNetError, match="ndev=2"):
        nd.contrib.SyncBatchNorm(*arrays(), key="a", ndev=2)


@pytest.mark.parametrize("which", range(1, 5))
def test_a_state_of_another_length_is_refused(which):
    given = arrays()
    given[which] = nd.ones(3)
    with pytest.raises(MXNetError, match=r"BatchNorm.*\(2,\)"):
        nd.BatchNorm(*given)
