"""Arrays and their operators: `mxnet.nd` (also `mxnet.ndarray`)."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING

from . import (
    _internal as _internal,
)
from . import (
    contrib as contrib,
)
from . import (
    image as image,
)
from . import (
    linalg as linalg,
)
from . import (
    op as op,
)
from . import (
    random as random,
)
from . import (
    sparse as sparse,
)
from . import (
    utils as utils,
)
from ._custom import Custom as Custom
from ._imdecode import (
    imdecode as imdecode,
)
from ._ops import *  # noqa: F403
from .arithmetic import (
    add as add,
)
from .arithmetic import (
    divide as divide,
)
from .arithmetic import (
    equal as equal,
)
from .arithmetic import (
    greater as greater,
)
from .arithmetic import (
    greater_equal as greater_equal,
)
from .arithmetic import (
    lesser as lesser,
)
from .arithmetic import (
    lesser_equal as lesser_equal,
)
from .arithmetic import (
    logical_and as logical_and,
)
from .arithmetic import (
    logical_or as logical_or,
)
from .arithmetic import (
    logical_xor as logical_xor,
)
from .arithmetic import (
    maximum as maximum,
)
from .arithmetic import (
    minimum as minimum,
)
from .arithmetic import (
    modulo as modulo,
)
from .arithmetic import (
    multiply as multiply,
)
from .arithmetic import (
    not_equal as not_equal,
)
from .arithmetic import (
    power as power,
)
from .arithmetic import (
    subtract as subtract,
)
from .arithmetic import (
    true_divide as true_divide,
)
from .creation import (
    arange as arange,
)
from .creation import (
    array as array,
)
from .creation import (
    concatenate as concatenate,
)
from .creation import (
    empty as empty,
)
from .creation import (
    eye as eye,
)
from .creation import (
    from_dlpack as from_dlpack,
)
from .creation import (
    from_numpy as from_numpy,
)
from .creation import (
    from_torch as from_torch,
)
from .creation import (
    full as full,
)
from .creation import (
    histogram as histogram,
)
from .creation import (
    linspace as linspace,
)
from .creation import (
    moveaxis as moveaxis,
)
from .creation import (
    onehot_encode as onehot_encode,
)
from .creation import (
    ones as ones,
)
from .creation import (
    split_v2 as split_v2,
)
from .creation import (
    to_dlpack_for_read as to_dlpack_for_read,
)
from .creation import (
    to_dlpack_for_write as to_dlpack_for_write,
)
from .creation import (
    waitall as waitall,
)
from .creation import (
    zeros as zeros,
)
from .ndarray import (
    NDArray as NDArray,
)
from .utils import (
    load as load,
)
from .utils import (
    load_frombuffer as load_frombuffer,
)
from .utils import (
    save as save,
)

from . import _places, ndarray  # isort: skip

_places.share(globals(), ndarray)

#: name shown here -> module of a higher room that defines it, and its name there ("" is the module itself); loaded
#: when the name is first asked for
_LATER = {
    "CachedOp": ("symbol.cached_op", "CachedOp"),
    "np": ("numpy", ""),
    "numpy": ("numpy", ""),
    "npx": ("numpy_extension", ""),
    "numpy_extension": ("numpy_extension", ""),
}

if not _TYPE_CHECKING:  # which would believe every name to be here

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, inside = _LATER[name]
        value: object = _import_module(f"{__name__.rpartition('.')[0]}.{module}")
        if inside:
            value = getattr(value, inside)
        globals()[name] = value
        return value
