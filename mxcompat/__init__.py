"""MXNet 1.9.1's Python API on PyTorch.

``import mxcompat as mx`` in a new program, or `install` (see `mxcompat.dropin`) and ``import mxnet`` in an old one.
Arrays and autograd are loaded here; every other module when it is first named.
"""

import gc as _gc
from importlib import import_module as _import_module
from typing import Any as _Any

from . import (
    libinfo as libinfo,
)
from ._aliases import (
    LAZY as _LAZY,
)
from ._aliases import (
    LAZY_NAMES as _LAZY_NAMES,
)
from ._aliases import (
    register_aliases as register_aliases,
)
from .dropin import (
    install as install,
)
from .dropin import (
    load_ipython_extension as load_ipython_extension,
)
from .dropin import (
    uninstall as uninstall,
)
from .dropin import (
    unload_ipython_extension as unload_ipython_extension,
)

# Nothing made here is garbage, and searching all of torch's objects for some is a third of the time of this import.
_collecting = _gc.isenabled()
_gc.disable()
try:
    from . import (
        autograd as autograd,
    )
    from . import (
        base as base,
    )
    from . import (
        context as context,
    )
    from . import (
        engine as engine,
    )
    from . import (
        error as error,
    )
    from . import (
        log as log,
    )
    from . import (
        nd as nd,
    )
    from . import (
        operator as operator,
    )
    from . import (
        random as random,
    )
    from . import (
        runtime as runtime,
    )
    from . import (
        util as util,
    )
    from ._core.context import (
        Context as Context,
    )
    from ._core.context import (
        cpu as cpu,
    )
    from ._core.context import (
        cpu_pinned as cpu_pinned,
    )
    from ._core.context import (
        current_context as current_context,
    )
    from ._core.context import (
        gpu as gpu,
    )
    from .base import (
        MXNetError as MXNetError,
    )
    from .util import (
        is_np_array as is_np_array,
    )
    from .util import (
        is_np_shape as is_np_shape,
    )
    from .util import (
        np_array as np_array,
    )
    from .util import (
        np_shape as np_shape,
    )
    from .util import (
        set_np_shape as set_np_shape,
    )
    from .util import (
        use_np as use_np,
    )
    from .util import (
        use_np_array as use_np_array,
    )
    from .util import (
        use_np_shape as use_np_shape,
    )

    rnd = random
    register_aliases(__name__)
except ModuleNotFoundError as _cause:
    if _cause.name != "torch":
        raise
    # `mxcompat scan`, `inspect` and `convert` read old code and files without torch; `__getattr__` tells of the rest.
    _needs_torch = True
else:
    _needs_torch = False
finally:
    if _collecting:
        _gc.enable()

#: the version of MXNet that this package stands in for
__version__ = libinfo.__version__
#: the version of mxcompat itself
__mxcompat_version__ = "0.1.0"


def __getattr__(name: str) -> _Any:
    """Load a module, or the module of a name, that has not been needed so far."""
    target = _LAZY.get(name)
    if target is not None:
        value: _Any = _import_module(f"{__name__}.{target}")
    elif name in _LAZY_NAMES:
        value = getattr(_import_module(f"{__name__}.{_LAZY_NAMES[name]}"), name)
    elif _needs_torch and not name.startswith("__"):
        raise AttributeError(f"{__name__}.{name} needs torch, which is not installed here: pip install torch")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY, *_LAZY_NAMES})


#: what ``from mxnet import *`` brings: MXNet's names, not those of the drop-in
__all__ = [
    _name
    for _name in __dir__()
    if not _name.startswith("_")
    and _name
    not in (
        "dropin",
        "install",
        "load_ipython_extension",
        "migrate",
        "misc",
        "ops",
        "register_aliases",
        "serialization",
        "uninstall",
        "unload_ipython_extension",
    )
]
