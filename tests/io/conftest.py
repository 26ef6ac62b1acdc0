"""Record files with small images, written with the package itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mxcompat as mx

cv2 = pytest.importorskip("cv2")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """``x.rec`` and ``x.idx`` with ten PNG images of different sizes, labelled 0 to 9."""
    rng = np.random.default_rng(0)
    record = mx.recordio.MXIndexedRecordIO(str(tmp_path / "x.idx"), str(tmp_path / "x.rec"), "w")
    for i in range(10):
        image = rng.integers(0, 256, (20 + i, 24 - i, 3), np.uint8)
        header = mx.recordio.IRHeader(0, float(i), i, 0)
        record.write_idx(i, mx.recordio.pack(header, cv2.imencode(".png", image)[1].tobytes()))
    record.close()
    return tmp_path / "x.rec"
