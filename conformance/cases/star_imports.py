"""What ``from mxnet.x import *`` brings: names of MXNet's own, by module."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any, Callable

from ..suite import Suite

suite = Suite(__name__)

#: modules whose star import brings nothing but their own names in MXNet
MODULES = (
    "ndarray.contrib",
    "ndarray.linalg",
    "ndarray.random",
    "ndarray.sparse",
    "ndarray.image",
    "symbol.contrib",
    "symbol.linalg",
    "symbol.random",
    "symbol.sparse",
    "symbol.image",
    "gluon",
    "gluon.nn",
    "gluon.rnn",
    "gluon.loss",
    "gluon.data",
    "gluon.utils",
    "gluon.data.vision",
    "contrib",
    "io",
    "callback",
)


def brought(mx: Any, module: str) -> list[str]:
    """Names, without those of the standard library and NumPy, by what they are."""
    home = importlib.import_module(f"{mx.__name__}.{module}")
    own = []
    for name in getattr(home, "__all__", None) or vars(home):
        value = getattr(home, name)
        where = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
        if where.split(".")[0] in ("mxnet", "mxcompat") and not name.startswith("_"):
            own.append(name)
    return sorted(own)


def _names(module: str) -> Callable[[Any], dict[str, Any]]:
    return lambda mx: {"names": brought(mx, module)}


def _package(mx: Any) -> dict[str, Any]:
    """What a program that says ``from mxnet import *`` goes on to use."""
    names = getattr(mx, "__all__", None) or vars(mx)
    wanted = """
        nd ndarray gluon autograd init initializer sym symbol mod io metric image optimizer lr_scheduler callback model
        random cpu gpu Context kv viz recordio np npx contrib rnn profiler test_utils library rtc np_symbol AttrScope
    """.split()
    return {"there": [name for name in wanted if name in names and getattr(mx, name) is not None]}


for _module in MODULES:
    suite.case(_module)(_names(_module))
suite.case("package")(_package)
