"""What is inside of a record: a header with labels, and content, such as an image.

Source: MXNet 1.9.1 python/mxnet/recordio.py.
"""

from __future__ import annotations

import numbers
import struct
from collections import namedtuple
from typing import Any

import numpy as np

from .._core.errors import NotSupportedError

IRHeader: Any = namedtuple("HEADER", ["flag", "label", "id", "id2"], module=__package__)  # type: ignore[name-match]
IRHeader.__qualname__ = "IRHeader"  # so that it can be pickled; its name is what prints
IRHeader.__doc__ = """What a packed record begins with.

Args:
    flag: number of labels if they are several, else 0; `pack` sets it.
    label: a number, or several in an array.
    id: usually a number that names the record.
    id2: higher bits of that number, usually 0.
"""
_IR_FORMAT = "IfQQ"
_IR_SIZE = struct.calcsize(_IR_FORMAT)


def pack(header: Any, s: bytes) -> bytes:
    """Put a header before the content of a record.

    Args:
        header: an `IRHeader` or its four values. Its ``flag`` is overwritten by what ``label`` needs.
        s: the content.

    Source: MXNet 1.9.1 python/mxnet/recordio.py.
    """
    header = IRHeader(*header)
    if isinstance(header.label, numbers.Number):
        return struct.pack(_IR_FORMAT, 0, *header[1:]) + s
    labels = np.asarray(header.label, dtype=np.float32)
    return struct.pack(_IR_FORMAT, labels.size, 0, *header[2:]) + labels.tobytes() + s


def unpack(s: bytes) -> tuple[Any, bytes]:
    """Take a record apart into its header and its content.

    Returns:
        An `IRHeader`, whose label is a number, or a float32 array if there are several; and the content.

    Raises:
        struct.error: shorter than a header.
        ValueError: shorter than its labels.

    Source: MXNet 1.9.1 python/mxnet/recordio.py.
    """
    header = IRHeader(*struct.unpack(_IR_FORMAT, s[:_IR_SIZE]))
    count = header.flag
    if count > 0:
        end = _IR_SIZE + 4 * count
        return header._replace(label=np.frombuffer(s, np.float32, count, _IR_SIZE)), s[end:]
    return header, s[_IR_SIZE:]


_IR_FORMAT_64 = "IdQQ"
_IR_SIZE_64 = struct.calcsize(_IR_FORMAT_64)


def pack64(header: Any, s: bytes) -> bytes:
    """As `pack`, with labels in double precision: whole numbers above 2^24 stay what they are.

    MXNet has no such records; sets of faces with many millions of images do.

    Args:
        header: an `IRHeader` or its four values. Its ``flag`` is overwritten by what ``label`` needs.
        s: the content.
    """
    header = IRHeader(*header)
    if isinstance(header.label, numbers.Number):
        return struct.pack(_IR_FORMAT_64, 0, *header[1:]) + s
    labels = np.asarray(header.label, dtype=np.float64)
    return struct.pack(_IR_FORMAT_64, labels.size, 0, *header[2:]) + labels.tobytes() + s


def unpack64(s: bytes) -> tuple[Any, bytes]:
    """As `unpack`, for records of `pack64`.

    Returns:
        An `IRHeader`, whose label is a number, or a float64 array if there are several; and the content.

    Raises:
        struct.error: shorter than a header.
        ValueError: shorter than its labels.
    """
    header = IRHeader(*struct.unpack(_IR_FORMAT_64, s[:_IR_SIZE_64]))
    count = header.flag
    if count > 0:
        end = _IR_SIZE_64 + 8 * count
        return header._replace(label=np.frombuffer(s, np.float64, count, _IR_SIZE_64)), s[end:]
    return header, s[_IR_SIZE_64:]


class _OpenCVMissing(NotSupportedError, AssertionError):
    """OpenCV is not installed; MXNet 1.9.1 asserted that it is."""


def _opencv(name: str) -> Any:
    try:
        import cv2  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise _OpenCVMissing(
            f"recordio.{name} without OpenCV, which is not installed", "pip install 'mxcompat[image]'"
        ) from error
    return cv2


def unpack_img(s: bytes, iscolor: int = -1) -> tuple[Any, Any]:
    """Take a record with an image apart into its header and its pixels.

    Args:
        s: the record.
        iscolor: how OpenCV decodes: -1 as stored, 0 gray, 1 colour.

    Returns:
        An `IRHeader`; a uint8 array (H, W, C) with blue first, or (H, W), or None if it is no image.

    Raises:
        NotSupportedError: OpenCV is not installed.

    Source: MXNet 1.9.1 python/mxnet/recordio.py.
    """
    header, content = unpack(s)
    cv2 = _opencv("unpack_img")
    return header, cv2.imdecode(np.frombuffer(content, dtype=np.uint8), iscolor)


def pack_img(header: Any, img: Any, quality: int = 95, img_fmt: str = ".jpg") -> bytes:
    """Encode an image and put a header before it.

    Args:
        header: as for `pack`.
        img: the pixels, uint8 (H, W, C) with blue first, or (H, W).
        quality: of a JPEG, 1 to 100; how hard to press a PNG, 1 to 9.
        img_fmt: ending that names the format: ``".jpg"``, ``".jpeg"``, ``".png"`` or another that OpenCV writes.

    Raises:
        NotSupportedError: OpenCV is not installed.
        AssertionError: OpenCV cannot encode the image.

    Source: MXNet 1.9.1 python/mxnet/recordio.py.
    """
    cv2 = _opencv("pack_img")
    settings = {".JPG": "IMWRITE_JPEG_QUALITY", ".JPEG": "IMWRITE_JPEG_QUALITY", ".PNG": "IMWRITE_PNG_COMPRESSION"}
    name = settings.get(img_fmt.upper())
    done, content = cv2.imencode(img_fmt, img, [] if name is None else [getattr(cv2, name), quality])
    if not done:
        raise AssertionError(f"failed to encode image: shape {np.shape(img)} as {img_fmt!r}")
    return pack(header, content.tobytes())
