"""What NDArray promises beyond the recorded cases: sharing with torch and NumPy, pickles, errors that help."""

import copy
import pickle

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import nd

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool"]


def test_every_array_is_contiguous_whatever_made_it():
    base = nd.array(np.arange(24).reshape(2, 3, 4))
    for made in (base.T, base.transpose((1, 0, 2)), base[:, 1], base[::2], nd.from_torch(torch.zeros(3, 2).t()),
                 base.broadcast_to((2, 2, 3, 4)), nd.dot(base, base, transpose_b=True)):  # fmt: skip
        assert made.to_torch().is_contiguous()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_pickle_brings_back_values_and_dtype(dtype):
    x = nd.array([[0, 1, 1]], dtype=dtype)
    y = pickle.loads(pickle.dumps(x))
    assert y.dtype is x.dtype
    assert y.shape == (1, 3)
    assert (y.asnumpy() == x.asnumpy()).all()
    z = copy.deepcopy(x)
    assert (z.asnumpy() == x.asnumpy()).all()


def test_asnumpy_is_a_copy():
    x = nd.ones(3)
    x.asnumpy()[0] = 5
    assert x.asnumpy().tolist() == [1, 1, 1]


def test_dlpack_shares_memory_both_ways():
    x = nd.ones(3)
    tensor = torch.from_dlpack(x)
    tensor[0] = 2
    assert x.asnumpy().tolist() == [2, 1, 1]
    y = nd.from_dlpack(torch.arange(3.0))
    assert y.asnumpy().tolist() == [0, 1, 2]


def test_bfloat16_goes_there_and_back():
    x = nd.array([1.5, -2.0, 3.25])
    half = x.astype(mx.nd.bfloat16) if hasattr(mx.nd, "bfloat16") else x.astype("bfloat16")
    assert half.to_torch().dtype is torch.bfloat16
    assert half.astype("float32").asnumpy().tolist() == [1.5, -2.0, 3.25]


def test_a_missing_gpu_is_said_clearly():
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(mx.MXNetError, match=r"gpu\(0\).*no GPU"):
        nd.ones(3, ctx=mx.gpu(0))
    with pytest.raises(mx.MXNetError, match=r"gpu\(1\)"):
        nd.ones(3).as_in_context(mx.gpu(1))


def test_cpu_contexts_are_distinct_and_follow_the_first_input():
    a, b = nd.ones(2, ctx=mx.cpu(1)), nd.ones(2)
    assert a.context != b.context
    assert (a + b).context == mx.cpu(1)
    assert (b + a).context == mx.cpu(0)
    assert a.as_in_context(mx.cpu(0)).context == mx.cpu(0)


@pytest.mark.parametrize("dtype", ["complex64", "uint16", "float128"])
def test_a_dtype_without_counterpart_is_refused(dtype):
    with pytest.raises(mx.MXNetError, match="dtype"):
        nd.zeros(2, dtype=np.dtype(dtype))


def test_nothing_can_be_hung_on_an_array():
    with pytest.raises(AttributeError):
        nd.ones(1).label = 3


@pytest.mark.gpu
def test_arrays_move_to_the_gpu_and_back():
    if not torch.cuda.is_available():
        pytest.skip("needs a GPU")
    x = nd.ones((2, 3), ctx=mx.gpu(0))
    assert x.to_torch().is_cuda
    assert (x + 1).as_in_context(mx.cpu()).asnumpy().tolist() == [[2, 2, 2], [2, 2, 2]]
