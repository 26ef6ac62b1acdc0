"""The first training interface and checkpoint files: `mxnet.model`.

Source: MXNet 1.9.1 python/mxnet/model.py.
"""

from __future__ import annotations

from .. import io as io
from .. import kvstore as kvs
from .. import metric as metric
from .. import nd as nd
from .. import optimizer as opt
from .. import symbol as sym
from ..base import mx_real_t as mx_real_t
from ..context import Context as Context
from ..context import cpu as cpu
from ..executor_manager import DataParallelExecutorManager as DataParallelExecutorManager
from ..initializer import Uniform as Uniform
from ..io import DataDesc as DataDesc
from ..optimizer import get_updater as get_updater
from ._checkpoint import load_checkpoint as load_checkpoint
from ._checkpoint import load_params as load_params
from ._checkpoint import save_checkpoint as save_checkpoint
from ._estimator import BASE_ESTIMATOR as BASE_ESTIMATOR
from ._estimator import SKLEARN_INSTALLED as SKLEARN_INSTALLED
from ._feed_forward import FeedForward as FeedForward
from ._training import BatchEndParam as BatchEndParam
from ._training import LogValidationMetricsCallback as LogValidationMetricsCallback
from ._training import _multiple_callbacks as _multiple_callbacks
from ._training import _train_multi_device as _train_multi_device
from ._updates import _create_kvstore as _create_kvstore
from ._updates import _create_sparse_kvstore as _create_sparse_kvstore
from ._updates import _initialize_kvstore as _initialize_kvstore
from ._updates import _update_params as _update_params
from ._updates import _update_params_on_kvstore as _update_params_on_kvstore
from ._updates import _update_params_on_kvstore_nccl as _update_params_on_kvstore_nccl

for _public in (load_checkpoint, load_params, save_checkpoint, FeedForward, BatchEndParam):
    _public.__module__ = __name__
del _public
