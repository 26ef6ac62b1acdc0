"""All data iterators, under the name that MXNet 1.9.1 has them: `mxnet.io.io`."""

from __future__ import annotations

from ..base import mx_real_t as mx_real_t
from ..base import py_str as py_str
from ..nd import NDArray as NDArray
from ..nd import array as array
from ..nd import concat as concat
from ..nd import tile as tile
from ..nd.sparse import CSRNDArray as CSRNDArray
from . import _csv, _detection, _images, _libsvm, _mnist
from ._around import PrefetchingIter as PrefetchingIter
from ._around import ResizeIter as ResizeIter
from ._arrays import NDArrayIter as NDArrayIter
from ._basics import DataBatch as DataBatch
from ._basics import DataDesc as DataDesc
from ._basics import DataIter as DataIter
from ._native import MXDataIter as MXDataIter
from ._native import creator as _creator

CSVIter = _creator("CSVIter", _csv.SUMMARY, _csv.FIELDS, _csv.make)
LibSVMIter = _creator("LibSVMIter", _libsvm.SUMMARY, _libsvm.FIELDS, _libsvm.make)
MNISTIter = _creator("MNISTIter", _mnist.SUMMARY, _mnist.FIELDS, _mnist.make, _mnist.UNREAD)
ImageRecordIter = _creator("ImageRecordIter", _images.SUMMARY, _images.FIELDS, _images.make, _images.ALSO)
ImageRecordUInt8Iter = _creator(
    "ImageRecordUInt8Iter", _images.BYTES_SUMMARY, _images.RECORD_FIELDS, _images.make_bytes, _images.ALSO
)
ImageRecordInt8Iter = _creator(
    "ImageRecordInt8Iter", _images.SIGNED_SUMMARY, _images.RECORD_FIELDS, _images.make_signed, _images.ALSO
)
ImageRecordIter_v1 = _creator(
    "ImageRecordIter_v1", _images.OLDER_SUMMARY, _images.FIELDS, _images.make_older, _images.ALSO
)
ImageRecordUInt8Iter_v1 = _creator(
    "ImageRecordUInt8Iter_v1",
    _images.OLDER_BYTES_SUMMARY,
    _images.RECORD_FIELDS,
    _images.make_older_bytes,
    _images.ALSO,
)
ImageDetRecordIter = _creator("ImageDetRecordIter", _detection.SUMMARY, _detection.FIELDS, _detection.make)
