"""Image operators beyond the recorded cases: what MXNet 1.9.1 leaves unset, shapes without data, files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import mxcompat as mx
from mxcompat._core.errors import NotSupportedError
from mxcompat.registry import find


def _call(name: str, tensor: Tensor, **attrs: Any) -> Tensor:
    op = find(name)
    result: Tensor = op.call([tensor], op.parse(**attrs))
    return result


def test_odd_images_are_mirrored_whole() -> None:
    image = mx.nd.array(np.arange(45).reshape(3, 5, 3))
    assert (mx.nd.image.flip_left_right(image).asnumpy() == image.asnumpy()[:, ::-1]).all()
    assert (mx.nd.image.flip_top_bottom(image).asnumpy() == image.asnumpy()[::-1]).all()


@pytest.mark.parametrize("op", ["random_hue", "random_lighting", "random_color_jitter", "adjust_lighting"])
def test_one_channel_keeps_its_colours(op: str) -> None:
    attrs: dict[str, dict[str, Any]] = {
        "random_hue": {"min_factor": 0, "max_factor": 1},
        "random_color_jitter": {"brightness": 0, "contrast": 0, "saturation": 0, "hue": 0.5},
        "adjust_lighting": {"alpha": (1, 2, 3)},
    }
    gray = mx.nd.array(np.arange(12).reshape(3, 4, 1))
    result = getattr(mx.nd.image, op)(gray, **attrs.get(op, {}))
    assert (result == gray).asnumpy().all() and result is not gray


@pytest.mark.parametrize("interp", range(5))
@pytest.mark.parametrize("size", [(3, 2), (9, 8), (5, 4), (10, 8)])
def test_gradient_of_resize(interp: int, size: tuple[int, int]) -> None:
    image = torch.rand(4, 5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: _call("_image_resize", x, size=size, interp=interp), [image])


def test_gradient_of_to_tensor() -> None:
    image = mx.nd.random.uniform(0, 255, (2, 3, 3))
    image.attach_grad()
    with mx.autograd.record():
        out = mx.nd.image.to_tensor(image)
    out.backward()
    np.testing.assert_allclose(image.grad.asnumpy(), np.full((2, 3, 3), 1 / 255), rtol=1e-6)


def test_shape_inference_draws_nothing() -> None:
    image = torch.empty(4, 5, 3, device="meta")
    mx.random.seed(3)
    expected = mx.nd.shuffle(mx.nd.arange(20)).asnumpy()
    mx.random.seed(3)
    assert _call("_image_random_brightness", image, min_factor=0, max_factor=1).shape == (4, 5, 3)
    assert _call("_image_random_flip_left_right", image).shape == (4, 5, 3)
    assert (mx.nd.shuffle(mx.nd.arange(20)).asnumpy() == expected).all()


@pytest.mark.parametrize("attrs", [{"x": -1, "y": 0}, {"x": 0, "y": -1}])
def test_a_crop_lies_inside(attrs: dict[str, int]) -> None:
    with pytest.raises(mx.base.MXNetError, match="_image_crop: x="):
        mx.nd.image.crop(mx.nd.ones((4, 5, 3)), width=2, height=2, **attrs)


def test_other_interpolations_are_refused() -> None:
    with pytest.raises(mx.base.MXNetError, match="interp=7 must be 0"):
        mx.nd.image.resize(mx.nd.ones((4, 5, 3)), size=(2, 2), interp=7)


def test_reading_without_opencv_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    file = tmp_path / "image.png"
    file.write_bytes(b"\x89PNG")
    with pytest.raises(NotSupportedError, match="mxcompat\\[image\\]"):
        mx.nd._internal._cvimread(filename=str(file))


@pytest.mark.parametrize("flag", [0, 1])
@pytest.mark.parametrize("to_rgb", [True, False])
def test_reading_what_opencv_wrote(tmp_path: Path, flag: int, to_rgb: bool) -> None:
    cv2 = pytest.importorskip("cv2")
    pixels = np.random.RandomState(0).randint(0, 256, (5, 7, 3)).astype("uint8")
    file = tmp_path / "image.png"
    cv2.imwrite(str(file), pixels)
    found = mx.nd._internal._cvimread(filename=str(file), flag=flag, to_rgb=to_rgb)
    buffer = mx.nd.array(np.frombuffer(file.read_bytes(), "uint8"), dtype="uint8")
    assert (found == mx.nd._internal._cvimdecode(buffer, flag=flag, to_rgb=to_rgb)).asnumpy().all()
    assert found.dtype is np.uint8
    if flag:
        assert (found.asnumpy() == (pixels[:, :, ::-1] if to_rgb else pixels)).all()
    else:
        assert found.shape == (5, 7, 1)


def test_no_image_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    file = tmp_path / "image.png"
    file.write_bytes(b"text")
    with pytest.raises(mx.base.MXNetError, match="Decoding failed"):
        mx.nd._internal._cvimread(filename=str(file))
