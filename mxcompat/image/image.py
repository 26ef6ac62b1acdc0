"""Images for classification, under the name that MXNet 1.9.1 has them: `mxnet.image.image`."""

from __future__ import annotations

from .. import io as io
from .. import nd as nd
from .. import recordio as recordio
from ..base import numeric_types as numeric_types
from ..util import is_np_array as is_np_array
from ._augmenters import Augmenter as Augmenter
from ._augmenters import BrightnessJitterAug as BrightnessJitterAug
from ._augmenters import CastAug as CastAug
from ._augmenters import CenterCropAug as CenterCropAug
from ._augmenters import ColorJitterAug as ColorJitterAug
from ._augmenters import ColorNormalizeAug as ColorNormalizeAug
from ._augmenters import ContrastJitterAug as ContrastJitterAug
from ._augmenters import CreateAugmenter as CreateAugmenter
from ._augmenters import ForceResizeAug as ForceResizeAug
from ._augmenters import HorizontalFlipAug as HorizontalFlipAug
from ._augmenters import HueJitterAug as HueJitterAug
from ._augmenters import LightingAug as LightingAug
from ._augmenters import RandomCropAug as RandomCropAug
from ._augmenters import RandomGrayAug as RandomGrayAug
from ._augmenters import RandomOrderAug as RandomOrderAug
from ._augmenters import RandomSizedCropAug as RandomSizedCropAug
from ._augmenters import ResizeAug as ResizeAug
from ._augmenters import SaturationJitterAug as SaturationJitterAug
from ._augmenters import SequentialAug as SequentialAug
from ._functions import _get_interp_method as _get_interp_method
from ._functions import center_crop as center_crop
from ._functions import color_normalize as color_normalize
from ._functions import copyMakeBorder as copyMakeBorder
from ._functions import fixed_crop as fixed_crop
from ._functions import imdecode as imdecode
from ._functions import imread as imread
from ._functions import imresize as imresize
from ._functions import imrotate as imrotate
from ._functions import random_crop as random_crop
from ._functions import random_rotate as random_rotate
from ._functions import random_size_crop as random_size_crop
from ._functions import resize_short as resize_short
from ._functions import scale_down as scale_down
from ._iterator import ImageIter as ImageIter

for _value in list(vars().values()):
    if getattr(_value, "__module__", "").startswith(__package__ + "._"):
        _value.__module__ = __name__
