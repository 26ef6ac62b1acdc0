"""The NumPy-style front end: `mxnet.np` (also `mxnet.numpy`)."""

import sys as _sys

from .. import nd as _nd
from . import _dispatch_table as _dispatch_table
from . import _internal as _internal
from . import _op as _op
from . import (
    arrayprint as arrayprint,
)
from . import (
    fallback as fallback,
)
from . import (
    fallback_linalg as fallback_linalg,
)
from . import (
    function_base as function_base,
)
from . import (
    io as io,
)
from . import (
    linalg as linalg,
)
from . import (
    multiarray as multiarray,
)
from . import (
    random as random,
)
from . import (
    stride_tricks as stride_tricks,
)
from . import (
    utils as utils,
)
from .arrayprint import (
    set_printoptions as set_printoptions,
)
from .fallback import *  # noqa: F403
from .io import (
    genfromtxt as genfromtxt,
)
from .multiarray import *  # noqa: F403
from .utils import *  # noqa: F403

_nd.np = _nd.numpy = _sys.modules[__name__]  # what F.np is in a block
