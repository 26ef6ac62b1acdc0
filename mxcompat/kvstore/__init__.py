"""Stores of values by key, by which devices and workers exchange gradients and weights.

``local`` and ``device`` live in the process. ``dist_sync`` and ``dist_device_sync`` join several processes through
``torch.distributed``: the program initializes it, or is started by torchrun, or has the variables of MXNet's launchers
(``DMLC_PS_ROOT_URI``, ``DMLC_PS_ROOT_PORT``, ``DMLC_NUM_WORKER``, ``DMLC_WORKER_ID``; worker 0 on the root's machine).
"""

from . import (
    base as base,
)
from . import (
    kvstore as kvstore,
)
from . import (
    kvstore_server as kvstore_server,
)
from .base import (
    KVStoreBase as KVStoreBase,
)
from .base import (
    create as create,
)
from .kvstore import (
    KVStore as KVStore,
)
from .kvstore_server import (
    KVStoreServer as KVStoreServer,
)
