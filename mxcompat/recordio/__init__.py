"""Reading and writing ``.rec`` files of records and their ``.idx`` files, and packing images into records.

Nothing here needs torch or arrays; OpenCV is needed where images are encoded or decoded only. `RecordDataset` is what
`torch.utils.data.DataLoader` takes.

Source: MXNet 1.9.1 python/mxnet/recordio.py.
"""

from ._dataset import RecordDataset as RecordDataset
from ._files import MXIndexedRecordIO as MXIndexedRecordIO
from ._files import MXRecordIO as MXRecordIO
from ._packing import _IR_FORMAT as _IR_FORMAT
from ._packing import _IR_SIZE as _IR_SIZE
from ._packing import IRHeader as IRHeader
from ._packing import pack as pack
from ._packing import pack64 as pack64
from ._packing import pack_img as pack_img
from ._packing import unpack as unpack
from ._packing import unpack64 as unpack64
from ._packing import unpack_img as unpack_img

__all__ = [
    "IRHeader",
    "MXIndexedRecordIO",
    "MXRecordIO",
    "RecordDataset",
    "pack",
    "pack64",
    "pack_img",
    "unpack",
    "unpack64",
    "unpack_img",
]
