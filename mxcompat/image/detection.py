"""Images with objects, under the name that MXNet 1.9.1 has them: `mxnet.image.detection`."""

from __future__ import annotations

from .. import io as io
from .. import nd as nd
from ..base import numeric_types as numeric_types
from ..nd import _internal as _internal
from ..util import is_np_array as is_np_array
from ._det_augmenters import CreateDetAugmenter as CreateDetAugmenter
from ._det_augmenters import CreateMultiRandCropAugmenter as CreateMultiRandCropAugmenter
from ._det_augmenters import DetAugmenter as DetAugmenter
from ._det_augmenters import DetBorrowAug as DetBorrowAug
from ._det_augmenters import DetHorizontalFlipAug as DetHorizontalFlipAug
from ._det_augmenters import DetRandomCropAug as DetRandomCropAug
from ._det_augmenters import DetRandomPadAug as DetRandomPadAug
from ._det_augmenters import DetRandomSelectAug as DetRandomSelectAug
from ._det_iterator import ImageDetIter as ImageDetIter
from .image import Augmenter as Augmenter
from .image import CastAug as CastAug
from .image import ColorJitterAug as ColorJitterAug
from .image import ColorNormalizeAug as ColorNormalizeAug
from .image import ForceResizeAug as ForceResizeAug
from .image import HueJitterAug as HueJitterAug
from .image import ImageIter as ImageIter
from .image import LightingAug as LightingAug
from .image import RandomGrayAug as RandomGrayAug
from .image import RandomOrderAug as RandomOrderAug
from .image import ResizeAug as ResizeAug
from .image import fixed_crop as fixed_crop

copyMakeBorder = _internal._cvcopyMakeBorder

for _value in list(vars().values()):
    if getattr(_value, "__module__", "").startswith(__package__ + "._"):
        _value.__module__ = __name__
