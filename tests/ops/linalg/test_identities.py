"""Factorizations multiply back to what they factor, for random matrices of several sizes."""

from __future__ import annotations

import numpy as np
import pytest

from mxcompat import MXNetError, nd


def matrices(size: int, symmetric: bool = False) -> np.ndarray:
    a = np.random.default_rng(size).normal(size=(3, size, size))
    return a @ a.transpose(0, 2, 1) + np.eye(size) if symmetric else a


def array(values: np.ndarray) -> nd.NDArray:
    return nd.array(values, dtype="float64")


@pytest.mark.parametrize("size", [1, 2, 5])
def test_factors_multiply_back(size):
    a, s = matrices(size), matrices(size, symmetric=True)
    low = nd.linalg.potrf(array(s)).asnumpy()
    assert np.allclose(low @ low.transpose(0, 2, 1), s)
    up = nd.linalg.potrf(array(s), lower=False).asnumpy()
    assert np.allclose(up.transpose(0, 2, 1) @ up, s) and np.allclose(up, np.triu(up))
    assert np.allclose(nd.linalg.potri(array(low)).asnumpy() @ s, np.eye(size))
    q, lq = (r.asnumpy() for r in nd.linalg.gelqf(array(a)))
    assert np.allclose(lq @ q, a) and np.allclose(q @ q.transpose(0, 2, 1), np.eye(size))
    u, values = (r.asnumpy() for r in nd.linalg.syevd(array(s)))
    assert np.allclose(u.transpose(0, 2, 1) @ (values[:, :, None] * u), s)
    sign, log = (r.asnumpy() for r in nd.linalg.slogdet(array(a)))
    assert np.allclose(sign * np.exp(log), nd.linalg.det(array(a)).asnumpy())


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("lower", [False, True])
def test_pieces_go_back_in_place(offset, lower):
    a = matrices(4)
    diagonal = nd.linalg.makediag(nd.linalg.extractdiag(array(a), offset=offset), offset=offset).asnumpy()
    assert (diagonal == np.stack([np.diag(np.diag(m, offset), offset) for m in a])).all()
    piece = nd.linalg.extracttrian(array(a), offset=offset, lower=lower)
    triangle = nd.linalg.maketrian(piece, offset=offset, lower=lower).asnumpy()
    above = offset > 0 or (offset == 0 and not lower)
    assert (triangle == (np.triu(a, offset) if above else np.tril(a, offset))).all()


def test_unknown_attribute_of_potrf_is_refused():
    with pytest.raises(MXNetError, match="upper"):
        nd.linalg.potrf(array(matrices(2, symmetric=True)), upper=True)
