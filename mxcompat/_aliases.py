"""Modules that MXNet shows under several names."""

from __future__ import annotations

import sys

#: alias -> module, both below the package; submodules follow
ALIASES: dict[str, str] = {
    "ndarray": "nd",
}


#: attribute of the package -> module below it that is loaded when the attribute is first asked for
LAZY: dict[str, str] = {
    "attribute": "attribute",
    "callback": "callback",
    "contrib": "contrib",
    "executor": "executor",
    "executor_manager": "executor_manager",
    "gluon": "gluon",
    "image": "image",
    "initializer": "initializer",
    "io": "io",
    "kvstore": "kvstore",
    "library": "library",
    "lr_scheduler": "lr_scheduler",
    "metric": "metric",
    "misc": "misc",
    "model": "model",
    "module": "module",
    "monitor": "monitor",
    "name": "name",
    "notebook": "notebook",
    "numpy": "numpy",
    "numpy_dispatch_protocol": "numpy_dispatch_protocol",
    "numpy_extension": "numpy_extension",
    "numpy_op_fallback": "numpy_op_fallback",
    "numpy_op_signature": "numpy_op_signature",
    "onnx": "onnx",
    "optimizer": "optimizer",
    "profiler": "profiler",
    "recordio": "recordio",
    "registry": "registry",
    "rnn": "rnn",
    "rtc": "rtc",
    "symbol": "symbol",
    "test_utils": "test_utils",
    "visualization": "visualization",
    "img": "image",
    "init": "initializer",
    "kv": "kvstore",
    "mod": "module",
    "mon": "monitor",
    "np": "numpy",
    "np_symbol": "symbol.numpy._symbol",
    "npx": "numpy_extension",
    "sym": "symbol",
    "viz": "visualization",
}

#: name in the package -> module that defines it, loaded when the name is first asked for
LAZY_NAMES: dict[str, str] = {
    "AttrScope": "attribute",
}


def register_aliases(package: str) -> None:
    """Make every alias, and every loaded submodule behind it, importable as the same module object."""
    for name, target in ALIASES.items():
        prefix = f"{package}.{target}"
        for loaded in [m for m in sys.modules if m == prefix or m.startswith(prefix + ".")]:
            sys.modules[f"{package}.{name}{loaded[len(prefix) :]}"] = sys.modules[loaded]
        setattr(sys.modules[package], name, sys.modules[prefix])
