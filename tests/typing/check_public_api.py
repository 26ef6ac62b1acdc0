"""Not run: this file must pass mypy in strict mode. It holds what an editor knows about the public names."""

from __future__ import annotations

import numpy as np
import torch
from typing_extensions import assert_type

import mxcompat as mx
from mxcompat import autograd, nd
from mxcompat.nd import NDArray


def arrays() -> None:
    x = nd.array([[1.0, 2.0], [3.0, 4.0]])
    assert_type(x, NDArray)
    assert_type(x + 1, NDArray)
    assert_type(1 - x, NDArray)
    assert_type(x[0], NDArray)
    assert_type(x.T, NDArray)
    assert_type(x.shape, tuple[int, ...])
    assert_type(x.context, mx.Context)
    assert_type(x.to_torch(), torch.Tensor)
    values: np.ndarray = x.asnumpy()
    nd.waitall()
    del values


def operators(x: NDArray) -> None:
    assert_type(nd.exp(x), NDArray)
    assert_type(nd.dot(x, x), NDArray)
    assert_type(nd.sum(x, axis=0, keepdims=True), NDArray)
    nd.exp(x, out=x)


def gradients(x: NDArray) -> None:
    x.attach_grad()
    with autograd.record():
        y = 2 * nd.dot(x, x)
    y.backward()
    flag: bool = autograd.is_recording()
    del flag


def contexts() -> None:
    with mx.cpu(1):
        nd.zeros((2, 3), ctx=mx.gpu(0), dtype="float16")


def errors() -> None:
    try:
        nd.zeros((2, 3))
    except mx.MXNetError as error:
        print(error)
