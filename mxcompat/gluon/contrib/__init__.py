"""Layers, cells, data and training loops that MXNet kept apart: `mxnet.gluon.contrib`. Loaded when first named."""

from importlib import import_module as _import_module
from typing import Any as _Any

_MODULES = ("cnn", "data", "estimator", "nn", "rnn")


def __getattr__(name: str) -> _Any:
    """Load a part."""
    if name == "TorchBlock":
        return _import_module(f"{__name__}.torch_block").TorchBlock
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, "TorchBlock"})
