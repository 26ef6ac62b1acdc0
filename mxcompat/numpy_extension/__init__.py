"""Operators beyond NumPy on arrays of `mx.np`: `mxnet.npx` (also `mxnet.numpy_extension`)."""

import sys as _sys

from .. import nd as _nd
from .._core.context import (
    Context as Context,
)
from .._core.context import (
    cpu as cpu,
)
from .._core.context import (
    cpu_pinned as cpu_pinned,
)
from .._core.context import (
    current_context as current_context,
)
from .._core.context import (
    gpu as gpu,
)
from .._core.context import (
    gpu_memory_info as gpu_memory_info,
)
from .._core.context import (
    num_gpus as num_gpus,
)
from ..nd import (
    waitall as waitall,
)
from ..util import (
    get_cuda_compute_capability as get_cuda_compute_capability,
)
from ..util import (
    is_np_array as is_np_array,
)
from ..util import (
    is_np_shape as is_np_shape,
)
from ..util import (
    reset_np as reset_np,
)
from ..util import (
    set_np as set_np,
)
from . import (
    image as image,
)
from . import (
    random as random,
)
from . import (
    utils as utils,
)
from ._functions import (
    TABLE as _TABLE,
)
from .utils import (
    load as load,
)
from .utils import (
    save as save,
)

globals().update(_TABLE)
_nd.npx = _nd.numpy_extension = _sys.modules[__name__]  # what F.npx is in a block
