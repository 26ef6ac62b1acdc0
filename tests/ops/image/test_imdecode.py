"""The oldest imdecode, which fails in the original whatever it is given."""

from __future__ import annotations

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.error import MXNetError

cv2 = pytest.importorskip("cv2")

PIXELS = (np.arange(4 * 6 * 3).reshape(4, 6, 3) * 3).astype("uint8")


@pytest.fixture(scope="module")
def raw():
    return cv2.imencode(".png", PIXELS)[1].tobytes()


def planes(x0=0, y0=0, x1=6, y1=4):
    return PIXELS[y0:y1, x0:x1].transpose(2, 0, 1)


def test_planes_blue_first(raw):
    image = mx.nd.imdecode(raw)
    assert image.dtype == np.float32
    assert (image.asnumpy() == planes()).all()
    assert (mx.nd.ndarray.imdecode(raw, clip_rect=(1, 2, 4, 4)).asnumpy() == planes(1, 2, 4, 4)).all()
    assert mx.nd.imdecode(raw, channels=1).shape == (1, 4, 6)


def test_mean_and_out(raw):
    mean = mx.nd.ones((3, 4, 6), dtype="float64") * 2
    image = mx.nd.imdecode(raw, mean=mean)
    assert image.dtype == np.float64
    assert (image.asnumpy() == planes() - 2.0).all()
    batch = mx.nd.zeros((2, 3, 4, 6))
    assert mx.nd.imdecode(raw, out=batch, index=1) is batch
    assert (batch.asnumpy()[1] == planes()).all()
    assert not batch.asnumpy()[0].any()


BAD = {
    "no image": lambda raw: mx.nd.imdecode(b"no image"),
    "empty": lambda raw: mx.nd.imdecode(b""),
    "channels": lambda raw: mx.nd.imdecode(raw, channels=4),
    "clip": lambda raw: mx.nd.imdecode(raw, clip_rect=(0, 0, 7, 4)),
    "backwards": lambda raw: mx.nd.imdecode(raw, clip_rect=(4, 0, 1, 4)),
    "mean": lambda raw: mx.nd.imdecode(raw, mean=mx.nd.ones((3, 4, 5))),
    "out": lambda raw: mx.nd.imdecode(raw, out=mx.nd.ones((3, 4, 5))),
    "index": lambda raw: mx.nd.imdecode(raw, out=mx.nd.ones((2, 3, 4, 6)), index=2),
    "dtype": lambda raw: mx.nd.imdecode(raw, mean=mx.nd.ones((3, 4, 6)), out=mx.nd.ones((3, 4, 6), dtype="float64")),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_refused(raw, call):
    with pytest.raises(MXNetError, match="imdecode"):
        call(raw)
